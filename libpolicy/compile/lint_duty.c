/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules that contradict what somebody has to do. Of one event that a duty, a
 * `requires` or a memory waits for, this asks: is it blocked, whatever else it
 * is like?
 *
 *     what waits            the events that it waits for
 *     ---------------------------------------------------------------------
 *     a duty                those of each of its `done`; the duty is pending
 *     a `requires`          those of the rule that fulfil it
 *     a memory that is      those of each of its `set`
 *     required
 *
 * The events of a clause are a type and *parts* of a condition, all of which
 * hold. Where a part is a choice (`any`, a list of values) each *way* through
 * the choices is looked at by itself: another rule may bar each of them. A way
 * is closed if its parts exclude each other, or a rule blocks it. What waits is
 * told of when all its ways are closed, and a rule closed at least one.
 *
 * Invariants:
 *
 * 1. A rule blocks a way only if it does so for certain: it is enforced, its
 *    verdict is block, nothing but its `where` decides whether it fires, the
 *    parts imply that, they exclude each of its exceptions, and its `requires`.
 *    `hold` blocks nothing: whoever looks at what is held may let it pass, and
 *    it comes again as done.
 * 2. What has happened when it is told of (types, or `phase = "done"` in the
 *    clause) is never blocked.
 * 3. What is forbidden outright contradicts nothing: where the rule blocks all
 *    that opens the duty, or all that the `requires` is about, its author said
 *    so.
 * 4. That a memory is never written is proved by induction: while it is empty,
 *    what requires it is not to be had, and so whatever a rule with that
 *    `requires` stops does not write it.
 *
 * The cost is linear but for the bounds below: rules that block are filed by a
 * value that they ask for, or else by type, and a way is held against so many of
 * those that share one with it. That leaves something unsaid in the worst case,
 * and never says too much.
 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/slice.h"
#include "base/sort.h"
#include "compile/build.h"
#include "compile/imply.h"
#include "rule/verdict.h"

enum {
    SIZE_MAX_COMPARED = 64, /* parts of a condition, as in lint.c */
    PARTS_MAX = 24,         /* of one way */
    WAYS_MAX = 64,
    OTHERS_MAX = 64,        /* rules that one way is held against */
    VALUES_MAX = 16,        /* by which one rule is filed */
    NAMED_MAX = 3,          /* rules that one message names */
    ASSUMED_MAX = 3,        /* a duty by its own name, by that of all, another */
    PASSES_MAX = 4,         /* memories that wait for each other in a row */
    NEIGHBOURS_MAX = 8      /* duties of one opening that one is held against */
};

/* --- who blocks ----------------------------------------------------------- */

typedef struct filed { uint64_t key; uint32_t rule; } filed;

typedef struct lookup {
    pol_org_build *o;
    filed *blockers;             /* by key, then rule */
    size_t blocker_count, blocker_cap;
    const pol_rule **rules;      /* by id */
    const pol_clause **clauses;  /* by record, then what they do to it */
    const pol_record_def **never; /* memories that are never written */
    size_t never_count;
} lookup;

static pol_reporter *reporter(const lookup *in)
{
    return &in->o->build->reporter;
}

static uint64_t type_key(int32_t type)
{
    return (uint64_t)type; /* small, unlike a hash, and a clash only costs */
}

static uint64_t value_key(const pol_cond *c, const pol_value *v)
{
    uint64_t seed = (uint64_t)c->field << 8 | v->kind;

    return v->kind == POL_STR ? pol_hash(v->str.ptr, v->str.len, seed)
                              : pol_hash(&v->i, sizeof(v->i), seed);
}

static bool is_filed_by(const pol_cond *c)
{
    return c->op == POL_COND_IS && !pol_cond_asks_elsewhere(c) &&
           c->value_count && c->value_count <= VALUES_MAX;
}

/* Whatever implies the condition implies this part of it; NULL: no such part. */
static const pol_cond *filing_part(const pol_cond *c)
{
    const pol_cond *found = NULL;

    if (c && c->op == POL_COND_ALL)
        for (size_t i = 0; !found && i < c->kid_count; i++)
            found = filing_part(&c->kids[i]);
    return c && is_filed_by(c) ? c : found;
}

static bool is_small(const pol_cond *c)
{
    return !c || pol_cond_size(c) <= SIZE_MAX_COMPARED;
}

/* (1), as far as it hangs on the rule alone. */
static bool is_blocker(const pol_rule *r)
{
    for (size_t i = 0; i < r->except_count; i++)
        if (!is_small(r->excepts[i].where))
            return false;
    return r->mode == POL_MODE_ENFORCE && r->verdict == POLICY_BLOCK &&
           !r->match && r->guard_file < 0 && !r->need_count && !r->count &&
           !r->rollout && is_small(r->where) && is_small(r->requires);
}

static void file(lookup *in, uint64_t key, size_t rule)
{
    if (in->o->status)
        return;
    if (pol_grow(&in->o->build->allocator, (void **)&in->blockers,
                 &in->blocker_cap, in->blocker_count + 1,
                 sizeof(*in->blockers)))
        in->blockers[in->blocker_count++] = (filed){ key, (uint32_t)rule };
    else
        in->o->status = POLICY_ENOMEM;
}

static void file_rule(lookup *in, size_t i)
{
    const pol_rule *r = &in->o->rules[i];
    const pol_cond *c = filing_part(r->where);

    if (!is_blocker(r))
        return;
    for (size_t v = 0; c && v < c->value_count; v++)
        file(in, value_key(c, &c->values[v]), i);
    for (int32_t t = 0; !c && t < POLICY_TYPE_COUNT; t++)
        if (r->types >> t & 1)
            file(in, type_key(t), i);
}

static int by_key(const void *pa, const void *pb)
{
    const filed *a = pa, *b = pb;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->rule > b->rule) - (a->rule < b->rule);
}

static int by_id(const void *pa, const void *pb)
{
    return strcmp((*(const pol_rule *const *)pa)->id,
                  (*(const pol_rule *const *)pb)->id);
}

/* Addresses only group: what is told comes in the order of the sources. */
static int compare_group(const pol_clause *c, const pol_record_def *record,
                         pol_clause_does does)
{
    if (c->record != record)
        return (uintptr_t)c->record < (uintptr_t)record ? -1 : 1;
    return (c->does > does) - (c->does < does);
}

static int by_group(const void *pa, const void *pb)
{
    const pol_clause *a = *(const pol_clause *const *)pa;
    const pol_clause *b = *(const pol_clause *const *)pb;
    int c = compare_group(a, b->record, b->does);

    return c ? c : (a > b) - (a < b);
}

static void fill(lookup *in)
{
    pol_org_build *o = in->o;
    pol_arena *a = &o->build->arena;

    in->rules = pol_arena_new(a, const pol_rule *, o->rule_count + 1);
    in->clauses = pol_arena_new(a, const pol_clause *, o->clause_count + 1);
    in->never = pol_arena_new(a, const pol_record_def *, o->record_count + 1);
    if (!in->rules || !in->clauses || !in->never) {
        o->status = POLICY_ENOMEM;
        return;
    }
    for (size_t i = 0; i < o->rule_count; i++) {
        in->rules[i] = &o->rules[i];
        file_rule(in, i);
    }
    for (size_t i = 0; i < o->clause_count; i++)
        in->clauses[i] = &o->clauses[i];
    if (o->status)
        return;
    pol_sort(in->rules, o->rule_count, sizeof(*in->rules), by_id);
    pol_sort(in->clauses, o->clause_count, sizeof(*in->clauses), by_group);
    pol_sort(in->blockers, in->blocker_count, sizeof(*in->blockers), by_key);
}

static const pol_rule *find_rule(const lookup *in, policy_str id)
{
    size_t low = 0, high = in->o->rule_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int c = pol_str_cmp(pol_str(in->rules[mid]->id), id);

        if (c == 0)
            return in->rules[mid];
        if (c < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

/* The clauses that do this to the record. */
static const pol_clause *const *clauses_of(const lookup *in,
                                           const pol_record_def *record,
                                           pol_clause_does does, size_t *count)
{
    size_t low = 0, high = in->o->clause_count, end;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (compare_group(in->clauses[mid], record, does) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    for (end = low; end < in->o->clause_count &&
                    !compare_group(in->clauses[end], record, does); end++)
        ;
    *count = end - low;
    return in->clauses + low;
}

/* --- ways ----------------------------------------------------------------- */

typedef struct walk {
    const lookup *in;
    int32_t type;
    pol_cond parts[PARTS_MAX];
    size_t count;
    size_t ways;               /* of which this is one */
    const pol_rule *but;       /* whose own verdict is not asked for */
    bool trusting;             /* whatever is required may be had */
    const pol_known *missing;  /* (4): nothing is known of this; NULL */
    const pol_cond *assumed[ASSUMED_MAX]; /* so beside each clause; NULL */
    const pol_cond *kept;      /* what its record must be like; NULL */
    size_t barred;             /* ways that rules closed, */
    const pol_rule *named[NAMED_MAX]; /* of which these are some */
    size_t named_count;
    const pol_record_def *unwritten; /* what was required and is never written */
    bool unfair;               /* nothing fulfils what is required */
} walk;

/* Is this way closed? */
typedef bool (*way_test)(walk *w);

static void begin(walk *w, int32_t type)
{
    w->type = type;
    w->count = 0;
    w->ways = 1;
}

/* False where there are too many to look at. */
static bool add_part(walk *w, const pol_cond *c)
{
    if (!c)
        return true;
    if (c->op == POL_COND_ALL || (c->op == POL_COND_ANY && c->kid_count == 1)) {
        for (size_t i = 0; i < c->kid_count; i++)
            if (!add_part(w, &c->kids[i]))
                return false;
        return true;
    }
    if (w->count == PARTS_MAX)
        return false;
    w->parts[w->count++] = *c;
    return true;
}

static size_t choices_of(const pol_cond *c)
{
    return c->op == POL_COND_ANY ? c->kid_count
           : c->op == POL_COND_IS ? c->value_count : 1;
}

/* In the place of a choice between values stands the value; in that of one
 * between conditions nothing, and the condition behind all. */
static bool choose(walk *w, size_t part, const pol_cond *whole, size_t choice)
{
    if (whole->op == POL_COND_IS) {
        w->parts[part].values = &whole->values[choice];
        w->parts[part].value_count = 1;
        return true;
    }
    w->parts[part] = (pol_cond){ .op = POL_COND_ALL, .other = -1 };
    return add_part(w, &whole->kids[choice]);
}

static bool all_closed(walk *w, size_t from, way_test is_closed);

/* Is the way closed, whatever is chosen of the part? */
static bool each_closed(walk *w, size_t part, way_test is_closed)
{
    pol_cond whole = w->parts[part];
    size_t count = w->count, ways = w->ways, choices = choices_of(&whole);
    bool closed = true;

    for (size_t i = 0; closed && i < choices; i++) {
        w->ways = ways * choices;
        closed = choose(w, part, &whole, i) &&
                 all_closed(w, part + 1, is_closed);
        w->count = count;
        w->parts[part] = whole;
    }
    w->ways = ways;
    return closed;
}

/* Are all ways closed that begin as this one does? Up to part `from` nothing is
 * left to choose; what has too many choices stays as it is. */
static bool all_closed(walk *w, size_t from, way_test is_closed)
{
    for (; from < w->count; from++) {
        size_t choices = choices_of(&w->parts[from]);

        if (choices > 1 && w->ways * choices <= WAYS_MAX)
            return each_closed(w, from, is_closed);
    }
    return is_closed(w);
}

static pol_cond together(const walk *w)
{
    return (pol_cond){ .op = POL_COND_ALL, .other = -1, .kids = w->parts,
                       .kid_count = w->count };
}

/* Do its parts exclude each other, or the type one of them? */
static bool cannot_be(const walk *w)
{
    for (size_t i = 0; i < w->count; i++) {
        if (!pol_cond_may_hold(&w->parts[i], w->type))
            return true;
        for (size_t j = 0; j < i; j++)
            if (pol_cond_excludes(&w->parts[i], &w->parts[j]))
                return true;
    }
    return false;
}

/* (2) */
static bool has_happened(const walk *w)
{
    if (POL_TYPES_HAPPENED >> w->type & 1)
        return true;
    for (size_t i = 0; i < w->count; i++)
        if (w->parts[i].op == POL_COND_IS &&
            w->parts[i].field == POLICY_FIELD_PHASE &&
            !pol_cond_asks_elsewhere(&w->parts[i]) &&
            pol_str_is(w->parts[i].values[0].str, "done"))
            return true;
    return false;
}

static bool is_never_written(const lookup *in, const pol_record_def *record)
{
    for (size_t i = 0; i < in->never_count; i++)
        if (in->never[i] == record)
            return true;
    return false;
}

/* Is what `c` asks for not to be had where the parts hold? */
static bool is_denied(const walk *w, const pol_cond *parts, const pol_cond *c)
{
    size_t i = 0;

    if (c->op == POL_COND_KNOWN && !w->trusting &&
        (is_never_written(w->in, c->known->record) ||
         (w->missing && pol_known_implies(c->known, w->missing))))
        return true;
    if (c->op == POL_COND_ANY) {
        while (i < c->kid_count && is_denied(w, parts, &c->kids[i]))
            i++;
        return i == c->kid_count;
    }
    for (; c->op == POL_COND_ALL && i < c->kid_count; i++)
        if (is_denied(w, parts, &c->kids[i]))
            return true;
    return pol_cond_excludes(parts, c);
}

/* (1) */
static bool blocks(const walk *w, const pol_rule *r)
{
    pol_cond parts = together(w);

    if (!(r->types >> w->type & 1) || r == w->but ||
        (r->where && !pol_cond_implies(&parts, r->where)))
        return false;
    for (size_t i = 0; i < r->except_count; i++)
        if (r->excepts[i].where &&
            !pol_cond_excludes(&parts, r->excepts[i].where))
            return false;
    return !r->requires || is_denied(w, &parts, r->requires);
}

static const pol_rule *blocker_of(const walk *w, uint64_t key, size_t *left)
{
    const lookup *in = w->in;
    size_t low = 0, high = in->blocker_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (in->blockers[mid].key < key)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < in->blocker_count && in->blockers[low].key == key && *left;
         low++) {
        const pol_rule *r = &in->o->rules[in->blockers[low].rule];

        --*left;
        if (blocks(w, r))
            return r;
    }
    return NULL;
}

/* Where a part has several values, all of them are among those of the rule. */
static const pol_rule *blocker(const walk *w)
{
    size_t left = OTHERS_MAX;
    const pol_rule *r = NULL;

    for (size_t i = 0; !r && i < w->count; i++)
        if (w->parts[i].op == POL_COND_IS && w->parts[i].value_count &&
            !pol_cond_asks_elsewhere(&w->parts[i]))
            r = blocker_of(w, value_key(&w->parts[i], &w->parts[i].values[0]),
                           &left);
    return r ? r : blocker_of(w, type_key(w->type), &left);
}

static void bar(walk *w, const pol_rule *r)
{
    w->barred++;
    for (size_t i = 0; i < w->named_count; i++)
        if (w->named[i] == r)
            return;
    if (w->named_count < NAMED_MAX)
        w->named[w->named_count++] = r;
}

static bool is_barred(walk *w)
{
    const pol_rule *r;

    if (cannot_be(w))
        return true;
    r = has_happened(w) ? NULL : blocker(w);
    if (r)
        bar(w, r);
    return r != NULL;
}

/* --- clauses -------------------------------------------------------------- */

static bool has_operand(const pol_cond *c)
{
    for (size_t i = 0; i < c->kid_count; i++)
        if (has_operand(&c->kids[i]))
            return true;
    return c->other >= 0;
}

/* What is asked of a record is so of the event that wrote it, but for what is
 * compared with the event that asks. */
static bool add_kept(walk *w, const pol_cond *c)
{
    if (c && c->op == POL_COND_ALL) {
        for (size_t i = 0; i < c->kid_count; i++)
            if (!add_kept(w, &c->kids[i]))
                return false;
        return true;
    }
    return !c || has_operand(c) || add_part(w, c);
}

static bool add_only(walk *w, const pol_only *only, pol_value *value)
{
    pol_cond is = { .op = POL_COND_IS, .field = only->field, .other = -1,
                    .values = value, .value_count = 1 };

    *value = (pol_value){ .kind = POL_STR, .str = only->value };
    return only->value.len == 0 || add_part(w, &is);
}

/* Are all events of the type barred that the clause is for, under `where`? */
static bool is_type_barred(walk *w, const pol_clause *c, const pol_cond *where,
                           int32_t type)
{
    pol_value value;

    begin(w, type);
    for (int i = 0; i < ASSUMED_MAX; i++)
        if (!add_part(w, w->assumed[i]))
            return false;
    return add_only(w, &c->only, &value) && add_part(w, c->where) &&
           add_part(w, where) && add_kept(w, w->kept) &&
           all_closed(w, 0, is_barred);
}

static bool is_clause_barred(walk *w, const pol_clause *c)
{
    const pol_rule *rule = c->rule.len ? find_rule(w->in, c->rule) : NULL;
    uint32_t types = rule ? rule->types : c->types;
    /* What it finds, it blocks: a guard might say less. */
    bool by_itself = rule && rule->verdict == POLICY_BLOCK &&
                     rule->guard_file < 0;

    if (c->rule.len && (!rule || rule->mode != POL_MODE_ENFORCE))
        return false;
    if (by_itself && !(types & POL_TYPES_HAPPENED)) {
        bar(w, rule);
        return true;
    }
    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
        if ((types >> t & 1) &&
            !is_type_barred(w, c, rule ? rule->where : NULL, t))
            return false;
    return true;
}

/* Are all clauses barred that do this to the record, and not only by
 * themselves? */
static bool are_barred(walk *w, const pol_record_def *record,
                       pol_clause_does does)
{
    size_t count;
    const pol_clause *const *clauses = clauses_of(w->in, record, does, &count);

    w->barred = 0;
    for (size_t i = 0; i < count; i++)
        if (!is_clause_barred(w, clauses[i]))
            return false;
    return w->barred > 0;
}

/* --- what is told --------------------------------------------------------- */

static pol_place place_of(const lookup *in, const pol_rule *r)
{
    const pol_source *s = NULL;

    pol_sources_get(&s, in->o->build->sources, r->file, NULL);
    return (pol_place){ s, r->line, r->column, r->length };
}

/* "id (file:line), id (file:line)" */
static policy_str names_of(const walk *w)
{
    pol_org_build *o = w->in->o;
    const char *between = reporter(w->in)->zh ? "、" : ", ";
    size_t room = 1, n = 0;
    char *s;

    for (size_t i = 0; i < w->named_count; i++)
        room += strlen(w->named[i]->id) + w->named[i]->file.len + 24;
    s = pol_arena_alloc(&o->build->arena, room);
    if (!s) {
        o->status = POLICY_ENOMEM;
        return (policy_str){ "", 0 };
    }
    for (size_t i = 0; i < w->named_count; i++)
        n += (size_t)snprintf(s + n, room - n, "%s%s (%.*s:%u)",
                              i ? between : "", w->named[i]->id,
                              (int)w->named[i]->file.len, w->named[i]->file.ptr,
                              (unsigned)w->named[i]->line);
    return (policy_str){ s, n };
}

/* --- duties --------------------------------------------------------------- */

/* Does it wait for events only, of which some may be blocked? */
static bool waits(const pol_duty *d)
{
    return d->face->mode == POL_MODE_ENFORCE && !d->attested && !d->timer;
}

/* The duty, of the key of the event that would do it. */
static pol_known pending(const pol_duty *d, const pol_key_use *key, bool overdue)
{
    return (pol_known){ .record = d->record, .key = *key, .at_least = 1,
                        .overdue = overdue };
}

/* The same of one of `each`, by the name of all: the event is its own. */
static pol_known pending_of_each(const pol_duty *d, const pol_known *own)
{
    pol_known k = *own;

    k.each = d->siblings != NULL;
    k.record = k.each ? d->siblings[0]->record : k.record;
    return k;
}

static pol_cond known(const pol_known *k)
{
    return (pol_cond){ .op = POL_COND_KNOWN, .other = -1, .known = k };
}

/* Can it not be done, while it and the other (NULL: no other) are pending? Who
 * bars it is named beside those who are. */
static bool is_undoable(walk *w, const pol_duty *d, const pol_duty *other,
                        bool overdue)
{
    size_t count, before = w->barred;
    const pol_clause *const *clauses =
        clauses_of(w->in, d->record, POL_CLAUSE_DONE, &count);

    for (size_t i = 0; i < count; i++) {
        pol_known own = pending(d, &clauses[i]->key, overdue);
        pol_known shared = pending_of_each(d, &own);
        pol_known beside = pending(other ? other : d, &clauses[i]->key, false);
        pol_cond assumed[] = { known(&own), known(&shared), known(&beside) };
        bool barred;

        for (int j = 0; j < ASSUMED_MAX; j++)
            w->assumed[j] = &assumed[j];
        barred = is_clause_barred(w, clauses[i]);
        memset(w->assumed, 0, sizeof(w->assumed));
        if (!barred)
            return false;
    }
    return w->barred > before;
}

/* (3) */
static bool is_opened(const lookup *in, const pol_duty *d)
{
    walk w = { .in = in };

    return d->stands || !are_barred(&w, d->record, POL_CLAUSE_OPEN);
}

/* What is late in its period cannot be done anyway. */
static bool look_at_duty(const lookup *in, const pol_duty *d)
{
    walk w = { .in = in };
    pol_message m = POL_MSG_DUTY_BARRED;
    bool undoable = is_undoable(&w, d, NULL, false);

    if (!undoable && d->recurs != POL_RECURS_PERIOD) {
        m = POL_MSG_DUTY_BARRED_LATE;
        w.named_count = 0;
        undoable = is_undoable(&w, d, NULL, true);
    }
    if (!undoable || !is_opened(in, d))
        return false;
    pol_report(reporter(in), m, place_of(in, d->face), d->record->id,
               names_of(&w));
    return true;
}

/* One of `each` stands for all. */
static void look_at_duties(const lookup *in)
{
    const pol_org_build *o = in->o;
    const pol_rule *told = NULL;

    for (size_t i = 0; i < o->duty_count; i++)
        if (waits(o->duties[i]) && o->duties[i]->face != told &&
            look_at_duty(in, o->duties[i]))
            told = o->duties[i]->face;
}

/* --- duties that wait for each other -------------------------------------- */

typedef struct opened { uint64_t key; size_t duty; } opened;

static int by_opening(const void *pa, const void *pb)
{
    const opened *a = pa, *b = pb;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->duty > b->duty) - (a->duty < b->duty);
}

static uint64_t opening_key(const pol_clause *c)
{
    uint64_t h = pol_hash(c->rule.ptr, c->rule.len, c->types);

    return pol_hash(c->key.fields, c->key.count * sizeof(*c->key.fields), h);
}

static bool same_where(const pol_cond *a, const pol_cond *b)
{
    return a == b || (a && b && pol_cond_implies(a, b) && pol_cond_implies(b, a));
}

static bool is_same_clause(const pol_clause *a, const pol_clause *b)
{
    if (a->types != b->types || a->at != b->at || a->first != b->first ||
        a->key.count != b->key.count || !pol_str_eq(a->rule, b->rule) ||
        !pol_str_eq(a->only.value, b->only.value) ||
        (a->only.value.len && a->only.field != b->only.field))
        return false;
    for (uint8_t i = 0; i < a->key.count; i++)
        if (a->key.fields[i] != b->key.fields[i])
            return false;
    return same_where(a->where, b->where);
}

/* Is the one pending from when the other is, and does nothing else end them? */
static bool begin_together(const lookup *in, const pol_duty *a, const pol_duty *b)
{
    size_t count, others, stops[2];
    const pol_clause *const *ours, *const *theirs;

    ours = clauses_of(in, a->record, POL_CLAUSE_OPEN, &count);
    theirs = clauses_of(in, b->record, POL_CLAUSE_OPEN, &others);
    clauses_of(in, a->record, POL_CLAUSE_STOP, &stops[0]);
    clauses_of(in, b->record, POL_CLAUSE_STOP, &stops[1]);
    if (count != others || stops[0] || stops[1])
        return false;
    for (size_t i = 0; i < count; i++)
        if (!is_same_clause(ours[i], theirs[i]))
            return false;
    return true;
}

static void look_at_pair(const lookup *in, const pol_duty *a, const pol_duty *b)
{
    walk w = { .in = in };

    if (a->face == b->face || !begin_together(in, a, b) ||
        is_undoable(&w, a, NULL, false) || is_undoable(&w, b, NULL, false))
        return;
    w.named_count = 0;
    if (is_undoable(&w, a, b, false) && is_undoable(&w, b, a, false) &&
        is_opened(in, a))
        pol_report(reporter(in), POL_MSG_DUTIES_LOCKED, place_of(in, a->face),
                   a->record->id, b->record->id, names_of(&w));
}

/* Those that something opens, by what does first. */
static opened *sort_openings(const lookup *in, size_t *count)
{
    pol_org_build *o = in->o;
    opened *all = pol_arena_new(&o->build->arena, opened, o->duty_count + 1);
    size_t clauses;

    *count = 0;
    if (!all)
        o->status = POLICY_ENOMEM;
    for (size_t i = 0; all && i < o->duty_count; i++) {
        const pol_clause *const *first =
            clauses_of(in, o->duties[i]->record, POL_CLAUSE_OPEN, &clauses);

        if (clauses && waits(o->duties[i]))
            all[(*count)++] = (opened){ opening_key(first[0]), i };
    }
    if (all)
        pol_sort(all, *count, sizeof(*all), by_opening);
    return all;
}

static void look_at_pairs(const lookup *in)
{
    size_t count;
    const opened *all = sort_openings(in, &count);

    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count && j <= i + NEIGHBOURS_MAX &&
                               all[j].key == all[i].key; j++)
            look_at_pair(in, in->o->duties[all[i].duty],
                         in->o->duties[all[j].duty]);
}

/* --- memories ------------------------------------------------------------- */

/* (4): while there is no such record, does every event that would write one go
 * without? The library's own memories are fed by what cannot be stopped. */
static bool is_unwritable(walk *w, const pol_record_def *record,
                          const pol_cond *where)
{
    pol_known missing = { .record = record, .where = where, .at_least = 1 };
    bool barred;

    if (record->kind != POL_RECORD_MEMORY || record->attempts)
        return false;
    w->missing = &missing;
    w->kept = where;
    barred = are_barred(w, record, POL_CLAUSE_SET);
    w->missing = NULL;
    w->kept = NULL;
    return barred;
}

/* One memory may wait for another one that is never written. */
static void find_never_written(lookup *in)
{
    const pol_org_build *o = in->o;
    size_t before = SIZE_MAX;

    for (int pass = 0; pass < PASSES_MAX && in->never_count != before; pass++) {
        before = in->never_count;
        for (size_t i = 0; i < o->record_count; i++) {
            walk w = { .in = in };

            if (!is_never_written(in, o->records[i]) &&
                is_unwritable(&w, o->records[i], NULL))
                in->never[in->never_count++] = o->records[i];
        }
    }
}

/* --- what is required ----------------------------------------------------- */

/* Is a record required that is never written? */
static bool lacks_record(walk *w)
{
    for (size_t i = 0; i < w->count; i++) {
        const pol_known *k = w->parts[i].known;
        walk of = { .in = w->in };

        if (w->parts[i].op != POL_COND_KNOWN || k->record->duty ||
            !is_unwritable(&of, k->record, k->where))
            continue;
        w->unwritten = k->record;
        for (size_t n = 0; n < of.named_count; n++)
            bar(w, of.named[n]);
        return true;
    }
    return false;
}

/* One way to fulfil it. */
static bool is_unattainable(walk *w)
{
    return cannot_be(w) || lacks_record(w) || is_barred(w);
}

/* One way to be what the rule is about: may its `requires` be fulfilled, or is
 * all forbidden anyway (3)? Ends with the first of which neither is so. */
static bool is_fair(walk *w)
{
    size_t count = w->count;

    if (cannot_be(w) || has_happened(w) || blocker(w))
        return true;
    w->barred = w->named_count = 0;
    w->unwritten = NULL;
    w->unfair = add_part(w, w->but->requires) &&
                all_closed(w, count, is_unattainable) && w->barred;
    w->count = count;
    return !w->unfair;
}

static void report_requires(const walk *w)
{
    const pol_rule *r = w->but;
    policy_str id = pol_str(r->id), type = pol_str(pol_types[w->type].name);

    if (w->unwritten)
        pol_report(reporter(w->in), POL_MSG_REQUIRED_UNWRITTEN,
                   place_of(w->in, r), id, type, w->unwritten->id, names_of(w));
    else
        pol_report(reporter(w->in), POL_MSG_REQUIRED_BARRED, place_of(w->in, r),
                   id, type, names_of(w));
}

/* Its own verdict is what comes of not fulfilling it. */
static void look_at_requires(const lookup *in, const pol_rule *r)
{
    walk w = { .in = in, .but = r, .trusting = true };

    if (!r->requires || r->mode != POL_MODE_ENFORCE ||
        r->verdict == POLICY_ALLOW || !is_small(r->requires))
        return;
    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++) {
        if (!(r->types >> t & 1))
            continue;
        begin(&w, t);
        if (add_part(&w, r->where))
            all_closed(&w, 0, is_fair);
        if (w.unfair) {
            report_requires(&w);
            return;
        }
    }
}

void pol_lint_duties(pol_org_build *o)
{
    lookup in = { .o = o };

    fill(&in);
    if (!o->status && (in.blocker_count || o->clause_count)) {
        find_never_written(&in);
        look_at_duties(&in);
        look_at_pairs(&in);
        for (size_t i = 0; i < o->rule_count; i++)
            look_at_requires(&in, &o->rules[i]);
    }
    pol_free(&o->build->allocator, in.blockers,
             in.blocker_cap * sizeof(*in.blockers));
}
