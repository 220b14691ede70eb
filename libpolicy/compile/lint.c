/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in the sources in vain: rules that can never fire, rules that
 * another one covers, exceptions that take all or are about to end, articles
 * that claim more than their rules show, files of rules that nothing reads.
 * Warnings and notes, never errors: such a bundle does what it says, only less
 * than its author believes.
 *
 * Everything here is sound and incomplete: what is told is so, and much is not
 * noticed. A condition is taken for false where a field is asked for two things
 * at once; one implies another where both have the same shape, part by part. A
 * rule covers another if it looks at the same or more types, texts and times and
 * what the other asks for implies what it asks for.
 *
 * The work is bounded: conditions beyond a size are not compared, and a rule is
 * held against so many others that share a signal or a value with it, which any
 * that covers it must.
 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"
#include "base/sort.h"
#include "compile/build.h"
#include "compile/imply.h"
#include "rule/condition.h"
#include "rule/verdict.h"

enum {
    SIZE_MAX_COMPARED = 64, /* parts of a condition or match */
    OTHERS_MAX = 64,        /* rules that one is held against */
    TERMS_MAX = 200,        /* terms of one `any` */
    SOON_DAYS = 30          /* time enough to ask who owns the exception */
};
static const int64_t day_ms = 86400000;

static pol_reporter *reporter(const pol_org_build *o)
{
    return &o->build->reporter;
}

/* --- conditions that contradict each other -------------------------------- */

/* A condition as it was compiled, and as it is written. */
typedef struct written {
    const pol_cond *cond;
    const pol_node *node; /* NULL: the test of a field */
    pol_place place;
} written;

/* What one table asks of one field. */
typedef struct asked {
    const pol_cond *is, *none_of, *more, *less, *same, *differs, *absent,
        *empty, *any; /* any: a test that an absent field does not pass */
} asked;

typedef struct contradiction {
    int32_t field;   /* -1: none was found */
    pol_place place; /* of the condition that cannot hold beside the others */
    uint64_t seen[(POLICY_FIELD_COUNT + 63) / 64];
    asked fields[POLICY_FIELD_COUNT]; /* of those seen; a rule asks for few */
} contradiction;

static void begin(contradiction *x)
{
    x->field = -1;
    memset(x->seen, 0, sizeof(x->seen));
}

static asked *asked_of(contradiction *x, int32_t field)
{
    uint64_t bit = UINT64_C(1) << (field % 64);

    if (!(x->seen[field / 64] & bit))
        memset(&x->fields[field], 0, sizeof(x->fields[field]));
    x->seen[field / 64] |= bit;
    return &x->fields[field];
}

static bool has_empty_value(const pol_cond *c)
{
    for (size_t i = 0; i < c->value_count; i++)
        if (c->values[i].kind == POL_STR && c->values[i].str.len == 0)
            return true;
    return false;
}

static bool is_between(const pol_value *v, const asked *a)
{
    return v->kind != POL_INT || ((!a->more || v->i > a->more->number) &&
                                  (!a->less || v->i < a->less->number));
}

static bool has_value_between(const asked *a)
{
    for (size_t i = 0; i < a->is->value_count; i++)
        if (is_between(&a->is->values[i], a))
            return true;
    return false;
}

static bool is_empty_range(const asked *a)
{
    int64_t low, high;

    if (!a->more || !a->less)
        return false;
    low = a->more->number;
    high = a->less->number;
    return high <= low || high - 1 == low;
}

static bool cannot_hold(const asked *a)
{
    if (a->absent && (a->any || a->empty))
        return true;
    if (a->empty && a->is && !has_empty_value(a->is))
        return true;
    if (is_empty_range(a) || (a->is && !has_value_between(a)))
        return true;
    if (a->is && a->none_of && pol_cond_values_in(a->is, a->none_of))
        return true;
    return a->same && a->differs && a->same->other == a->differs->other;
}

static void ask(asked *a, const pol_cond *c)
{
    const pol_cond **slot = NULL;

    switch (c->op) {
    case POL_COND_IS: slot = &a->is; break;
    case POL_COND_NONE_OF: slot = &a->none_of; break;
    case POL_COND_MORE: slot = &a->more; break;
    case POL_COND_LESS: slot = &a->less; break;
    case POL_COND_SAME: slot = &a->same; break;
    case POL_COND_DIFFERS: slot = &a->differs; break;
    case POL_COND_ABSENT: a->absent = c; return;
    case POL_COND_EMPTY: a->empty = c; return;
    default: break;
    }
    a->any = c;
    if (!slot || *slot == NULL ||
        (c->op == POL_COND_MORE && c->number > (*slot)->number) ||
        (c->op == POL_COND_LESS && c->number < (*slot)->number)) {
        if (slot)
            *slot = c;
    }
}

/* The table of what stands side by side in `n`, or NULL. */
static const pol_node *table_of(const pol_node *n)
{
    if (!n || n->kind == POL_NODE_TABLE)
        return n;
    return n->kind == POL_NODE_CALL && n->call.arg_count == 1 &&
                   n->call.args->kind == POL_NODE_TABLE
               ? n->call.args : NULL;
}

/* ORDER compile_table: entries first, then items. */
static written kid_of(const written *w, const pol_cond *cond, size_t i)
{
    const pol_node *t = table_of(w->node);

    if (t && i < t->table.entry_count)
        return (written){ cond, NULL, t->table.entries[i].place };
    if (t && i - t->table.entry_count < t->table.item_count) {
        const pol_node *n = &t->table.items[i - t->table.entry_count];

        return (written){ cond, n, n->place };
    }
    return (written){ cond, NULL, w->place };
}

/* A table of one became what stands in it. */
static written unwrapped(written w)
{
    while (w.node && (w.node->kind == POL_NODE_TABLE ||
                      pol_node_is_call(w.node, "all"))) {
        const pol_node *t = table_of(w.node);

        if (!t || t->table.entry_count + t->table.item_count != 1)
            break;
        w = kid_of(&w, w.cond, 0);
    }
    return w;
}

static void contradict(contradiction *x, int32_t field, pol_place place)
{
    if (x->field >= 0)
        return;
    x->field = field;
    x->place = place;
}

static void look(contradiction *x, written w);

/* None of the choices can hold: each by itself. */
static void look_at_any(contradiction *x, const written *w)
{
    int32_t field = -1;

    for (size_t i = 0; i < w->cond->kid_count; i++) {
        contradiction one;

        begin(&one);
        look(&one, kid_of(w, &w->cond->kids[i], i));
        if (one.field < 0)
            return;
        field = one.field;
    }
    contradict(x, field, w->place);
}

static void look(contradiction *x, written w)
{
    const pol_cond *c = w.cond;
    asked *a;

    w = unwrapped(w);
    if (c->op == POL_COND_ALL)
        for (size_t i = 0; i < c->kid_count; i++)
            look(x, kid_of(&w, &c->kids[i], i));
    else if (c->op == POL_COND_ANY)
        look_at_any(x, &w);
    if (c->op <= POL_COND_NONE || pol_cond_asks_elsewhere(c))
        return;
    a = asked_of(x, c->field);
    ask(a, c);
    if (cannot_hold(a) || (c->op == POL_COND_AMONG && c->set->count == 0))
        contradict(x, c->field, w.place);
}

/* --- types for which a rule cannot fire ----------------------------------- */

/* Has the type a text that the rule looks at? Parts may come with any. */
static bool has_text(const pol_scope *s, int32_t type)
{
    if (s->all || s->parts || s->role_count)
        return true;
    for (int32_t f = 0; f < POLICY_FIELD_COUNT; f++)
        if ((s->mask[f / 64] >> (f % 64) & 1) &&
            pol_field_in(type, f)->kind == POL_KIND_TEXT)
            return true;
    return false;
}

static uint32_t types_in_vain(const pol_rule *r)
{
    uint32_t vain = 0;

    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
        if ((r->types >> t & 1) &&
            ((r->match && !has_text(&r->fields, t)) ||
             (r->where && !pol_cond_may_hold(r->where, t))))
            vain |= UINT32_C(1) << t;
    return vain;
}

/* Where the type is named. */
static pol_place type_place(const pol_node *on, int32_t type)
{
    if (on->kind != POL_NODE_TABLE)
        return on->place;
    for (size_t i = 0; i < on->table.item_count; i++)
        if (on->table.items[i].kind == POL_NODE_STR &&
            pol_str_is(on->table.items[i].str, pol_types[type].name))
            return on->table.items[i].place;
    return on->place;
}

static void report_types(const pol_origin *from, const pol_rule *r,
                         const pol_node *on, uint32_t vain)
{
    for (int32_t t = 0; t < POLICY_TYPE_COUNT; t++)
        if (vain >> t & 1)
            pol_report(reporter(from->o), POL_MSG_NEVER_TYPE,
                       type_place(on, t), pol_str(r->id),
                       pol_str(pol_types[t].name));
}

/* --- terms beside each other ---------------------------------------------- */

/* Of Han and the like only: what is found in it is found wherever it is. */
static bool is_plain_term(const pol_node *n, policy_str *text)
{
    if (!pol_node_is_call(n, "term") || n->call.arg_count != 1 ||
        n->call.args->kind != POL_NODE_STR)
        return false;
    *text = n->call.args->str;
    for (size_t i = 0; i < text->len; i++)
        if ((unsigned char)text->ptr[i] < 0x80)
            return false;
    return text->len > 0;
}

static bool holds(policy_str text, policy_str part)
{
    for (size_t i = 0; i + part.len <= text.len; i++)
        if (!memcmp(text.ptr + i, part.ptr, part.len))
            return true;
    return false;
}

static void look_at_term(const pol_origin *from, const pol_node *items,
                         size_t count, size_t at)
{
    policy_str text, other;

    if (!is_plain_term(&items[at], &text))
        return;
    for (size_t i = 0; i < count; i++)
        if (i != at && is_plain_term(&items[i], &other) && holds(text, other) &&
            (text.len > other.len || i < at)) {
            pol_report(reporter(from->o), POL_MSG_TERM_BESIDE,
                       items[at].call.args->place, text, other);
            return;
        }
}

static void look_at_terms(const pol_origin *from, const pol_node *match)
{
    const pol_node *t;

    if (match->kind != POL_NODE_CALL)
        return;
    t = table_of(match);
    if (pol_node_is_call(match, "any") && t)
        for (size_t i = 0; i < t->table.item_count && i < TERMS_MAX; i++)
            look_at_term(from, t->table.items,
                         t->table.item_count < TERMS_MAX ? t->table.item_count
                                                         : TERMS_MAX, i);
    for (size_t i = 0; t && i < t->table.item_count; i++)
        look_at_terms(from, &t->table.items[i]);
    for (size_t i = 0; !t && i < match->call.arg_count; i++)
        look_at_terms(from, &match->call.args[i]);
}

void pol_lint_rule(const pol_origin *from, const pol_rule *r,
                   const pol_node *on, const pol_node *where,
                   const pol_node *match)
{
    contradiction x;
    uint32_t vain;

    begin(&x);
    if (match)
        look_at_terms(from, match);
    if (r->where && where)
        look(&x, (written){ r->where, where, where->place });
    if (x.field >= 0) {
        pol_report(reporter(from->o), POL_MSG_NEVER_FIRES, x.place,
                   pol_str(r->id), pol_str(pol_fields[x.field].name));
        return;
    }
    vain = types_in_vain(r);
    if (vain)
        report_types(from, r, on, vain);
}

/* --- what implies what ---------------------------------------------------- */

static size_t match_size(const pol_match *m)
{
    size_t size = 1;

    for (size_t i = 0; i < m->kid_count; i++)
        size += match_size(&m->kids[i]);
    return size;
}

static bool same_match(const pol_match *a, const pol_match *b)
{
    if (a->op != b->op || a->signal != b->signal || a->count != b->count ||
        a->confidence != b->confidence || a->kid_count != b->kid_count)
        return false;
    for (size_t i = 0; i < a->kid_count; i++)
        if (!same_match(&a->kids[i], &b->kids[i]))
            return false;
    return true;
}

static bool finds(const pol_match *a, const pol_match *b);

/* The same join, asked for more strictly. */
static bool is_stricter(const pol_match *a, const pol_match *b)
{
    if (a->op != b->op)
        return false;
    if (a->op == POL_MATCH_SIGNAL)
        return a->signal == b->signal && a->confidence >= b->confidence;
    if (a->op == POL_MATCH_NEAR)
        return a->count <= b->count && finds(&a->kids[0], &b->kids[0]) &&
               finds(&a->kids[1], &b->kids[1]);
    return a->op == POL_MATCH_AT_LEAST && a->count >= b->count &&
           finds(&a->kids[0], &b->kids[0]);
}

/* Where `a` is found, is `b`? */
static bool finds(const pol_match *a, const pol_match *b)
{
    bool all = a->op == POL_MATCH_ANY;

    if (same_match(a, b) || is_stricter(a, b))
        return true;
    if (b->op == POL_MATCH_ALL || b->op == POL_MATCH_ANY) {
        bool every = b->op == POL_MATCH_ALL;
        size_t i = 0;

        while (i < b->kid_count && finds(a, &b->kids[i]) == every)
            i++;
        if ((i == b->kid_count) == every)
            return true;
    }
    if (a->op == POL_MATCH_SIGNAL || a->op == POL_MATCH_NONE)
        return false;
    for (size_t i = 0; i < a->kid_count; i++)
        if (finds(&a->kids[i], b) != all)
            return !all;
    return all;
}

/* --- exceptions ----------------------------------------------------------- */

void pol_lint_exception(const pol_origin *from, const pol_rule *r,
                        const pol_except *e, pol_place place)
{
    if (!e->where || !r->where || pol_cond_size(e->where) > SIZE_MAX_COMPARED ||
        pol_cond_size(r->where) > SIZE_MAX_COMPARED ||
        !pol_cond_implies(r->where, e->where))
        return;
    pol_report(reporter(from->o), POL_MSG_EXCEPT_ALL, place, pol_str(r->id));
}

void pol_lint_expiry(pol_build *b, int64_t expires, policy_str date,
                     pol_place place)
{
    pol_reporter *r = &b->reporter;
    char days[24];
    int n;

    if (!b->today)
        return;
    if (expires <= b->today) {
        pol_report(r, POL_MSG_EXCEPT_ENDED, place, date);
    } else if (expires - b->today <= SOON_DAYS * day_ms) {
        n = snprintf(days, sizeof(days), "%lld",
                     (long long)((expires - b->today + day_ms - 1) / day_ms));
        pol_report(r, POL_MSG_EXCEPT_ENDING, place, date,
                   (policy_str){ days, (size_t)n });
    }
}

/* --- articles ------------------------------------------------------------- */

static bool has_cite(const policy_cite *cites, size_t count,
                     policy_str regulation, policy_str ref)
{
    for (size_t i = 0; i < count; i++)
        if (pol_str_eq(cites[i].regulation, regulation) &&
            pol_str_eq(cites[i].article, ref))
            return true;
    return false;
}

static bool cites(const pol_rule *r, policy_str regulation, policy_str ref)
{
    return has_cite(r->cites, r->cite_count, regulation, ref);
}

static bool ladder_cites(const pol_ladder *l, policy_str regulation,
                         policy_str ref)
{
    for (size_t t = 0; t < l->track_count; t++)
        if (has_cite(l->tracks[t].cites, l->tracks[t].cite_count, regulation,
                     ref))
            return true;
    return cites(l->face, regulation, ref);
}

/* What carries an article out. */
typedef struct carried { size_t tried, enforced, proved; } carried;

static void carry(carried *c, pol_mode mode, bool proved)
{
    c->tried += mode != POL_MODE_OFF;
    c->enforced += mode == POL_MODE_ENFORCE;
    c->proved += mode != POL_MODE_OFF && proved;
}

/* What somebody has to do, or what is proposed, carries it out, too. */
static void carry_duties(carried *c, const pol_org_build *o,
                         policy_str regulation, policy_str ref)
{
    for (size_t i = 0; i < o->duty_count; i++) {
        const pol_rule *face = o->duties[i]->face;

        if (!o->duties[i]->decides && cites(face, regulation, ref))
            carry(c, face->mode, face->test_count > 0);
    }
    for (size_t i = 0; i < o->ladder_count; i++) {
        const pol_rule *face = o->ladders[i]->face;

        if (ladder_cites(o->ladders[i], regulation, ref))
            carry(c, face->mode, face->test_count > 0);
    }
}

static bool is_proved(const pol_rule *r)
{
    for (size_t i = 0; i < r->test_count; i++)
        if (r->tests[i].hit)
            return true;
    return false;
}

void pol_lint_article(const pol_org_build *o, const pol_regulation *g,
                      const pol_article *a, const pol_adoption *adoption)
{
    policy_str status = pol_str(pol_article_status_names[a->status]);
    carried c = { 0, 0, 0 };
    pol_message m;

    if (a->status != POL_STATUS_RULES && a->status != POL_STATUS_PARTLY)
        return;
    for (size_t i = 0; i < o->rule_count; i++)
        if (cites(&o->rules[i], g->id, a->ref))
            carry(&c, o->rules[i].mode, is_proved(&o->rules[i]));
    carry_duties(&c, o, g->id, a->ref);
    if (!c.tried)
        m = POL_MSG_ARTICLE_UNPROVED;
    else if (!c.enforced && adoption->mode == POL_MODE_ENFORCE)
        m = POL_MSG_ARTICLE_TRIED;
    else if (!c.proved)
        m = POL_MSG_ARTICLE_UNTESTED;
    else
        return;
    pol_report(reporter(o), m, a->place, a->ref, status);
}

/* --- files that nothing reads --------------------------------------------- */

/* What editors and file managers make of "rules.lua", with its ending hidden,
 * and what somebody divides it into. */
static bool looks_like_rules(policy_str name)
{
    return pol_str_ends(name, POL_STR(".lua")) ||
           pol_str_ends(name, POL_STR(".lua.txt"));
}

/* A folder that cannot be listed is no reason to load nothing. */
policy_status pol_lint_folder(pol_build *b, policy_str dir)
{
    policy_error ignored = POLICY_ERROR_INIT;
    const policy_str *names;
    size_t count;

    if (pol_sources_list(&names, &count, b->sources, dir, &b->arena,
                         &ignored) == POLICY_ENOMEM)
        return pol_error_oom(b->err);
    for (size_t i = 0; i < count; i++) {
        pol_source file = { .bytes = { "", 0 } };

        if (pol_str_eq(names[i], POL_STR("rules.lua")) ||
            !looks_like_rules(names[i]))
            continue;
        file.path = pol_path_join(&b->arena, dir, names[i]);
        if (!file.path.ptr)
            return pol_error_oom(b->err);
        pol_report(&b->reporter, POL_MSG_FILE_UNREAD,
                   ((pol_place){ &file, 0, 0, 0 }), names[i]);
    }
    return POLICY_OK;
}

static bool is_used(const pol_org_build *o, policy_str theme)
{
    for (size_t i = 0; i < o->use_count; i++)
        if (o->uses[i].kind == POL_USE_THEME && o->uses[i].own &&
            pol_str_eq(o->uses[i].name, theme))
            return true;
    return false;
}

static void look_at_theme(pol_org_build *o, policy_str folder, policy_str name)
{
    policy_str ending = POL_STR(".lua");
    pol_source file = { .path = pol_path_join(&o->build->arena, folder, name),
                        .bytes = { "", 0 } };

    if (!looks_like_rules(name) ||
        (pol_str_ends(name, ending) &&
         is_used(o, (policy_str){ name.ptr, name.len - ending.len })))
        return;
    if (file.path.ptr)
        pol_report(reporter(o), POL_MSG_THEME_UNREAD,
                   ((pol_place){ &file, 0, 0, 0 }), name);
    else
        o->status = POLICY_ENOMEM;
}

static bool is_adopted(const pol_org_build *o, policy_str regulation)
{
    const pol_organisation *c = &o->org->config;

    for (size_t i = 0; i < c->regulation_count; i++)
        if (pol_str_eq(c->regulations[i].regulation, regulation))
            return true;
    return false;
}

static void look_at_regulation(pol_org_build *o, policy_str folder,
                               policy_str name)
{
    pol_arena *a = &o->build->arena;
    policy_str dir = pol_path_join(a, folder, name), path = { NULL, 0 };
    policy_error ignored = POLICY_ERROR_INIT;
    const pol_source *file = NULL;

    if (dir.ptr)
        path = pol_path_join(a, dir, POL_STR("regulation.yaml"));
    if (!path.ptr || pol_sources_get(&file, o->build->sources, path,
                                     &ignored) == POLICY_ENOMEM)
        o->status = POLICY_ENOMEM;
    if (file && !is_adopted(o, name))
        pol_report(reporter(o), POL_MSG_REGULATION_UNREAD,
                   ((pol_place){ file, 0, 0, 0 }), name);
}

static void look_into(pol_org_build *o, policy_str name,
                      void (*visit)(pol_org_build *o, policy_str folder,
                                    policy_str name))
{
    pol_build *b = o->build;
    policy_str folder = pol_path_join(&b->arena, o->dir, name);
    policy_error ignored = POLICY_ERROR_INIT;
    const policy_str *names;
    size_t count = 0;

    if (!folder.ptr || pol_sources_list(&names, &count, b->sources, folder,
                                        &b->arena, &ignored) == POLICY_ENOMEM)
        o->status = POLICY_ENOMEM;
    for (size_t i = 0; !o->status && i < count; i++)
        visit(o, folder, names[i]);
}

/* What others may read is theirs to use. */
void pol_lint_own_folders(pol_org_build *o)
{
    const pol_build *b = o->build;

    for (size_t i = 0; i < b->library_count; i++)
        if (pol_str_eq(b->libraries[i], o->dir))
            return;
    if (o->dir.len == 0)
        return;
    look_into(o, POL_STR("themes"), look_at_theme);
    look_into(o, POL_STR("regulations"), look_at_regulation);
}

/* --- rules that another one covers ---------------------------------------- */

static bool covers_texts(const pol_scope *a, const pol_scope *b)
{
    if (a->all)
        return true;
    if (b->all || (b->parts && !a->parts))
        return false;
    for (size_t i = 0; i < sizeof(a->mask) / sizeof(*a->mask); i++)
        if (b->mask[i] & ~a->mask[i])
            return false;
    for (size_t i = 0; i < b->role_count && !a->parts; i++) {
        size_t k = 0;

        while (k < a->role_count && !pol_str_eq(a->roles[k], b->roles[i]))
            k++;
        if (k == a->role_count)
            return false;
    }
    return true;
}

/* Does it fire by its where and its match alone, always? */
static bool is_plain(const pol_rule *r)
{
    return r->mode == POL_MODE_ENFORCE && r->except_count == 0 &&
           r->guard_file < 0 && r->need_count == 0 && !r->requires &&
           !r->count && !r->rollout &&
           (!r->where || pol_cond_size(r->where) <= SIZE_MAX_COMPARED) &&
           (!r->match || match_size(r->match) <= SIZE_MAX_COMPARED);
}

/* What it does besides its verdict would be missed. */
static bool may_go(const pol_rule *r)
{
    return r->mode == POL_MODE_ENFORCE && !r->escalate.set && !r->named &&
           !r->rollout &&
           !r->write_count && r->verdict != POLICY_REDACT &&
           (!r->where || pol_cond_size(r->where) <= SIZE_MAX_COMPARED) &&
           (!r->match || match_size(r->match) <= SIZE_MAX_COMPARED);
}

static policy_str owner_of(const pol_rule *r)
{
    return (policy_str){ r->id, strcspn(r->id, "/") };
}

/* Each regulation has to be cited; within one, and beside an organisation's own
 * reasons, one finding is enough. */
static bool may_replace(const pol_org_build *o, const pol_rule *a,
                        const pol_rule *b)
{
    return pol_str_eq(owner_of(a), owner_of(b)) ||
           pol_str_eq(owner_of(b), o->org->config.id);
}

/* What must not be found is found in more texts, too. */
static bool has_none(const pol_match *m)
{
    for (size_t i = 0; i < m->kid_count; i++)
        if (has_none(&m->kids[i]))
            return true;
    return m->op == POL_MATCH_NONE;
}

static bool tells(const pol_rule *r)
{
    return r->tell.zh.len || r->tell.en.len;
}

/* Does `a` fire whenever `b` does, and say of it as much? */
static bool covers(const pol_rule *a, const pol_rule *b)
{
    if ((b->types & ~a->types) || a->in_force > b->in_force ||
        a->verdict < b->verdict || a->severity < b->severity ||
        strcmp(a->category, b->category) != 0 || (tells(b) && !tells(a)) ||
        !covers_texts(&a->fields, &b->fields))
        return false;
    if (a->match && has_none(a->match) && !covers_texts(&b->fields, &a->fields))
        return false;
    if (a->where && (!b->where || !pol_cond_implies(b->where, a->where)))
        return false;
    return !a->match || (b->match && finds(b->match, a->match));
}

/* Rules by what they share with those that they cover: a signal of the match,
 * or the value of a field. */
typedef struct index_entry { uint64_t key; uint32_t rule; } index_entry;

typedef struct covering {
    pol_org_build *o;
    index_entry *entries; /* by key, then rule */
    size_t count, cap;
} covering;

static uint64_t signal_key(uint32_t signal)
{
    return UINT64_C(1) << 63 | signal;
}

static uint64_t field_key(const pol_cond *c)
{
    const pol_value *v = c->value_count ? c->values : NULL;
    uint64_t h = UINT64_C(1469598103934665603) + (uint64_t)c->op * 31 +
                 (uint64_t)c->field;

    /* Of a test that others imply, by other values too, the field alone. */
    if (v && c->op == POL_COND_IS && v->kind == POL_STR)
        for (size_t i = 0; i < v->str.len; i++)
            h = (h ^ (unsigned char)v->str.ptr[i]) * UINT64_C(1099511628211);
    return h >> 1;
}

static void add_key(covering *x, uint64_t key, size_t rule)
{
    if (!pol_grow(&x->o->build->allocator, (void **)&x->entries, &x->cap,
                  x->count + 1, sizeof(*x->entries))) {
        x->o->status = POLICY_ENOMEM;
        return;
    }
    x->entries[x->count++] = (index_entry){ key, (uint32_t)rule };
}

/* The first test of the condition: whatever implies all implies it. */
static const pol_cond *first_test(const pol_cond *c)
{
    while (c && c->op <= POL_COND_NONE)
        c = c->op == POL_COND_ALL ? c->kids : NULL;
    return c;
}

/* Every signal that may be the one found. */
static void add_signals(covering *x, const pol_match *m, size_t rule)
{
    if (m->op == POL_MATCH_SIGNAL)
        add_key(x, signal_key(m->signal), rule);
    for (size_t i = 0; i < m->kid_count; i++)
        add_signals(x, &m->kids[i], rule);
}

static void add_rule(covering *x, size_t i)
{
    const pol_rule *r = &x->o->rules[i];
    const pol_cond *c = first_test(r->where);

    if (!is_plain(r))
        return;
    if (r->match)
        add_signals(x, r->match, i);
    else if (c)
        add_key(x, c->op == POL_COND_IS && c->value_count == 1 ? field_key(c)
                                                               : 0, i);
    else
        add_key(x, 0, i);
}

static int by_key(const void *pa, const void *pb)
{
    const index_entry *a = pa, *b = pb;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->rule > b->rule) - (a->rule < b->rule);
}

static void report_covered(const pol_org_build *o, const pol_rule *a,
                           const pol_rule *b)
{
    const pol_source *s = NULL;
    char line[24];
    int n = snprintf(line, sizeof(line), "%u", (unsigned)a->line);

    pol_sources_get(&s, o->build->sources, b->file, NULL);
    pol_report(reporter(o), POL_MSG_RULE_COVERED,
               ((pol_place){ s, b->line, b->column, b->length }),
               pol_str(b->id), pol_str(a->id), a->file,
               (policy_str){ line, (size_t)n });
}

/* Two that cover each other are equal but for their words: the first stays. */
static bool is_covered_by(const covering *x, size_t b, size_t a)
{
    const pol_rule *rules = x->o->rules;

    return a != b && may_replace(x->o, &rules[a], &rules[b]) &&
           covers(&rules[a], &rules[b]) &&
           !(a > b && is_plain(&rules[b]) &&
             may_replace(x->o, &rules[b], &rules[a]) &&
             covers(&rules[b], &rules[a]));
}

static bool try_key(const covering *x, uint64_t key, size_t rule, size_t *left)
{
    size_t low = 0, high = x->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (x->entries[mid].key < key)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < x->count && x->entries[low].key == key && *left; low++) {
        size_t other = x->entries[low].rule;

        --*left;
        if (is_covered_by(x, rule, other)) {
            report_covered(x->o, &x->o->rules[other], &x->o->rules[rule]);
            return true;
        }
    }
    return false;
}

static bool try_signals(const covering *x, const pol_match *m, size_t rule,
                        size_t *left)
{
    if (m->op == POL_MATCH_SIGNAL &&
        try_key(x, signal_key(m->signal), rule, left))
        return true;
    for (size_t i = 0; i < m->kid_count; i++)
        if (try_signals(x, &m->kids[i], rule, left))
            return true;
    return false;
}

static bool try_tests(const covering *x, const pol_cond *c, size_t rule,
                      size_t *left)
{
    if (c->op == POL_COND_IS && !c->fact.len &&
        try_key(x, field_key(c), rule, left))
        return true;
    for (size_t i = 0; c->op == POL_COND_ALL && i < c->kid_count; i++)
        if (try_tests(x, &c->kids[i], rule, left))
            return true;
    return false;
}

static void look_for_cover(const covering *x, size_t i)
{
    const pol_rule *r = &x->o->rules[i];
    size_t left = OTHERS_MAX;

    if (!may_go(r) || (r->match && try_signals(x, r->match, i, &left)) ||
        (r->where && try_tests(x, r->where, i, &left)))
        return;
    try_key(x, 0, i, &left);
}

static void look_for_covered(pol_org_build *o)
{
    covering x = { .o = o };

    for (size_t i = 0; i < o->rule_count; i++)
        add_rule(&x, i);
    if (!o->status) {
        pol_sort(x.entries, x.count, sizeof(*x.entries), by_key);
        for (size_t i = 0; i < o->rule_count; i++)
            look_for_cover(&x, i);
    }
    pol_free(&o->build->allocator, x.entries, x.cap * sizeof(*x.entries));
}

/* --- lists without a term ------------------------------------------------- */

/* A line that is a term: not blank, no remark, no order, no allowed phrase. */
static bool is_term(policy_str line)
{
    line = pol_str_trim(line);
    return line.len > 0 && line.ptr[0] != '#' && line.ptr[0] != '!' &&
           line.ptr[0] != '@';
}

/* Lists are long, and their first lines tell. */
static bool has_term(const pol_source *s)
{
    policy_str all = s ? s->bytes : (policy_str){ "", 0 };
    size_t pos = pol_str_starts(all, POL_STR("\xef\xbb\xbf")) ? 3 : 0;

    while (pos < all.len) {
        size_t end = pos;

        while (end < all.len && all.ptr[end] != '\n')
            end++;
        if (is_term((policy_str){ all.ptr + pos, end - pos }))
            return true;
        pos = end + 1;
    }
    return false;
}

static bool is_empty_list(const pol_org_build *o, const pol_org_list *l)
{
    return !(l->words.source && has_term(l->words.source)) &&
           !(l->shared >= 0 && has_term(o->build->shared_files[l->shared]));
}

/* The list without which it cannot be found, or NULL. */
static const pol_org_list *missing(const pol_match *m,
                                   const pol_org_list *const *empty)
{
    const pol_org_list *l = NULL;

    if (m->op == POL_MATCH_SIGNAL)
        return empty[m->signal];
    if (m->op == POL_MATCH_NONE)
        return NULL;
    for (size_t i = 0; i < m->kid_count; i++) {
        l = missing(&m->kids[i], empty);
        if (!l == (m->op == POL_MATCH_ANY))
            break;
    }
    return l;
}

static void look_for_empty(pol_org_build *o)
{
    const pol_org_list **empty =
        pol_arena_new(&o->build->arena, const pol_org_list *,
                      o->signal_count + 1);
    bool any = false;

    if (!empty) {
        o->status = POLICY_ENOMEM;
        return;
    }
    for (size_t i = 0; i < o->list_count; i++) {
        const pol_org_list *l = &o->lists[i];

        if (l->signal < 0 || l->set || !is_empty_list(o, l))
            continue;
        empty[l->signal] = l;
        any = true;
    }
    for (size_t i = 0; any && i < o->rule_count; i++) {
        const pol_rule *r = &o->rules[i];
        const pol_org_list *l = r->match ? missing(r->match, empty) : NULL;
        const pol_source *s = NULL;

        if (!l || r->mode == POL_MODE_OFF)
            continue;
        pol_sources_get(&s, o->build->sources, r->file, NULL);
        pol_report(reporter(o), POL_MSG_NEVER_LIST,
                   ((pol_place){ s, r->line, r->column, r->length }),
                   pol_str(r->id), l->name);
    }
}

void pol_lint_rules(pol_org_build *o)
{
    look_for_empty(o);
    if (!o->status)
        look_for_covered(o);
}
