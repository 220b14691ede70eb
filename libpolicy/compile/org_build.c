/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One organisation's part: its configuration, its lists, the rules of the
 * regulations it adopted and its own, the matcher and the index over them.
 */
#include "compile/build.h"
#include "compile/regex_words.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/slice.h"
#include "base/sort.h"
#include "config/yaml.h"
#include "text/utf8.h"

policy_str pol_keep(pol_org_build *o, policy_str s)
{
    policy_str copy = pol_arena_dup(&o->org->arena, s);

    if (!copy.ptr) {
        o->status = POLICY_ENOMEM;
        return (policy_str){ "", 0 };
    }
    return copy;
}

typedef struct pol_kept_path {
    const pol_source *source;
    const char *path; /* the part's */
    struct pol_kept_path *next;
} pol_kept_path;

/* What stands side by side is mostly of one file, the first of the list. */
static const char *kept_path(pol_org_build *o, const pol_source *source)
{
    pol_kept_path **at = &o->paths, *p;

    while (*at && (*at)->source != source)
        at = &(*at)->next;
    p = *at;
    if (p)
        *at = p->next;
    else if ((p = pol_arena_new(&o->build->arena, pol_kept_path, 1)) != NULL)
        *p = (pol_kept_path){ source,
                              pol_arena_cstr(&o->org->arena, source->path), NULL };
    if (!p || !p->path) {
        o->status = POLICY_ENOMEM;
        return NULL;
    }
    p->next = o->paths;
    o->paths = p;
    return p->path;
}

pol_spot pol_spot_of(pol_org_build *o, pol_place place)
{
    if (!place.source)
        return (pol_spot){ NULL, 0, 0 };
    return (pol_spot){ kept_path(o, place.source), place.line, place.column };
}

void *pol_keep_array(pol_org_build *o, size_t count, size_t item)
{
    void *p = pol_arena_array(&o->org->arena, count + !count, item);

    if (!p)
        o->status = POLICY_ENOMEM;
    return p;
}

/* Where the number of such a signal is, or belongs: the slot is 0. An
 * organisation of 60,000 terms asks for as many, so that no search will do. The
 * names are what its author chose, so that where the table lies is the seed. */
static uint32_t *signal_slot(const pol_org_build *o, pol_signal_kind kind,
                             policy_str name, uint32_t flags)
{
    size_t mask = o->signal_slot_count - 1;
    uint64_t seed = (uintptr_t)o->signal_slots ^ ((uint64_t)flags << 32 | kind);
    size_t i = (size_t)pol_hash(name.ptr, name.len, seed);

    for (;; i++) {
        uint32_t *slot = &o->signal_slots[i & mask];
        const pol_signal *s;

        if (!*slot)
            return slot;
        s = &o->signals[*slot - 1];
        if (s->kind == kind && s->flags == flags && pol_str_eq(s->name, name))
            return slot;
    }
}

/* One more signal, and room for its number: half of the slots stay empty. */
static bool grow_signals(pol_org_build *o)
{
    const policy_allocator *a = &o->build->allocator;
    size_t old = o->signal_slot_count, count = old ? old * 2 : 64;
    uint32_t *slots;

    if (!pol_grow(a, (void **)&o->signals, &o->signal_cap, o->signal_count + 1,
                  sizeof(*o->signals)))
        return false;
    if ((o->signal_count + 1) * 2 <= old)
        return true;
    slots = pol_calloc(a, count, sizeof(*slots));
    if (!slots)
        return false;
    pol_free(a, o->signal_slots, old * sizeof(*slots));
    o->signal_slots = slots;
    o->signal_slot_count = count;
    for (uint32_t i = 0; i < o->signal_count; i++)
        *signal_slot(o, o->signals[i].kind, o->signals[i].name,
                     o->signals[i].flags) = i + 1;
    return true;
}

uint32_t pol_org_signal(pol_org_build *o, pol_signal_kind kind, policy_str name,
                        uint32_t flags)
{
    uint32_t *slot;

    if (!grow_signals(o)) {
        o->status = POLICY_ENOMEM;
        return UINT32_MAX;
    }
    slot = signal_slot(o, kind, name, flags);
    if (*slot && kind != POL_SIGNAL_PHRASE) /* each exception has its own */
        return *slot - 1;
    o->signals[o->signal_count] = (pol_signal){ kind, pol_keep(o, name), flags,
                                                  NULL };
    *slot = (uint32_t)++o->signal_count;
    return *slot - 1;
}

void pol_org_term(pol_org_build *o, const pol_word *word, pol_place place)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_status st;

    if (o->status || word->list == UINT32_MAX)
        return;
    st = pol_spellings_add(&o->spellings, word, &err);
    if (st == POLICY_EINPUT)
        pol_report(&o->build->reporter, POL_MSG_TERM_EMPTY, place, word->text);
    else if (st == POLICY_ELIMIT)
        pol_report(&o->build->reporter, POL_MSG_TERM_BAD, place,
                   pol_str_cut(word->text, 80), pol_str(err.message));
    else
        o->status = st;
}

/* Two characters side by side in every match? */
static bool is_bare(const pol_regex_gate *g)
{
    for (size_t i = 0; i < g->literal_count; i++) {
        size_t chars = 0;

        for (uint32_t k = 0; k < g->literals[i].len; k++)
            chars += !pol_is_low(g->literals[i].units[k]);
        if (chars < 2)
            return true;
    }
    return g->literal_count == 0;
}

static void report_regex(pol_org_build *o, const pol_node *n, size_t at,
                         const policy_error *err)
{
    pol_message m = err->status == POLICY_ELIMIT ? POL_MSG_REGEX_LARGE
                    : strcmp(err->code, "regex-syntax") == 0
                        ? POL_MSG_REGEX_SYNTAX : POL_MSG_REGEX_UNSUPPORTED;

    pol_report(&o->build->reporter, m, pol_node_inside(n, at),
               pol_regex_reason(err, o->build->reporter.zh));
}

/* Put it into one of the sets: which of them, its gate tells. */
static policy_status add_regex(pol_org_build *o, const pol_node *n,
                               uint32_t signal, bool bare)
{
    pol_regex_set **set = bare ? &o->org->late_regexes : &o->org->regexes;
    policy_status st = POLICY_OK;

    if (!*set)
        st = pol_regex_set_new(set, &o->build->allocator, NULL);
    return st ? st
              : pol_regex_set_add(*set, n->str, signal,
                                  o->build->limits.regex_states, NULL, NULL);
}

/* Does it compile? Reports, if not. */
static bool check_regex(pol_org_build *o, const pol_node *n, bool *bare)
{
    policy_limits limits = o->org->limits
                               ? pol_limits_tighten(&o->build->limits,
                                                    o->org->limits)
                               : o->build->limits;
    policy_error err = POLICY_ERROR_INIT;
    size_t at = 0;
    pol_regex *r;
    policy_status st = pol_regex_compile(&r, &o->build->allocator, n->str,
                                         limits.regex_states, &at, &err);

    *bare = false;
    if (st == POLICY_EINPUT || st == POLICY_ELIMIT)
        report_regex(o, n, at, &err);
    else if (st)
        o->status = st;
    if (st)
        return false;
    *bare = is_bare(pol_regex_needs(r));
    pol_regex_free(r);
    return true;
}

/* What is not was reported by who read organisation.yaml. */
static bool is_readable(const pol_pattern_use *p)
{
    return p->match && p->match->kind == POL_NODE_STR;
}

void pol_org_patterns(pol_org_build *o)
{
    const pol_organisation *c = &o->org->config;
    bool bare;

    for (size_t i = 0; i < c->pattern_count; i++) {
        const pol_pattern_use *p = &c->patterns[i];
        bool taken = pol_detector_find(p->name) >= 0;

        for (size_t h = 0; h < o->build->host_count; h++)
            taken = taken || pol_str_eq(o->build->hosts[h].name, p->name);
        if (taken)
            pol_report(&o->build->reporter, POL_MSG_PATTERN_NAME, p->place,
                       p->name);
        if (is_readable(p))
            check_regex(o, p->match, &bare);
    }
}

/* A word as the fold leaves it, 0 behind it. */
static const uint16_t *fold_word(pol_org_build *o, policy_str word)
{
    uint16_t *units = NULL;
    pol_folded f;

    pol_folded_init(&f, &o->build->allocator);
    if (pol_fold(&f, word, NULL) == POLICY_OK)
        units = pol_keep_new(o, uint16_t, f.count + 1);
    else
        o->status = POLICY_ENOMEM;
    if (units && f.count)
        memcpy(units, f.units, f.count * sizeof(*units));
    pol_folded_fini(&f);
    return units;
}

static const uint16_t *const *fold_context(pol_org_build *o,
                                           const pol_pattern_use *p)
{
    const uint16_t **words = pol_keep_new(o, const uint16_t *,
                                          p->context_count + 1);
    size_t n = 0;

    for (size_t i = 0; words && i < p->context_count; i++) {
        words[n] = fold_word(o, p->context[i]);
        n += words[n] && words[n][0];
    }
    if (words)
        words[n] = NULL;
    return words;
}

/* Runs wherever its gate is open, literal or not: whoever numbers things by
 * digits alone has but one or two such patterns. */
uint32_t pol_org_pattern(pol_org_build *o, const pol_pattern_use *p)
{
    size_t known = o->signal_count;
    uint32_t signal = pol_org_signal(o, POL_SIGNAL_DETECTOR, p->name, 0);
    policy_status st;

    if (signal == UINT32_MAX || o->signal_count == known || !is_readable(p))
        return signal;
    o->signals[signal].context = fold_context(o, p);
    st = add_regex(o, p->match, signal, false);
    if (st == POLICY_ENOMEM) /* anything else was reported */
        o->status = st;
    return o->status ? UINT32_MAX : signal;
}

uint32_t pol_org_regex(pol_org_build *o, const pol_node *n, bool *bare)
{
    size_t known = o->signal_count;
    uint32_t signal;
    policy_status st = POLICY_OK;

    if (!check_regex(o, n, bare))
        return UINT32_MAX;
    signal = pol_org_signal(o, POL_SIGNAL_REGEX, n->str, 0);
    if (signal != UINT32_MAX && o->signal_count > known)
        st = add_regex(o, n, signal, *bare);
    if (st)
        o->status = st;
    return st ? UINT32_MAX : signal;
}

policy_str pol_org_role_nearest(pol_org_build *o, policy_str role,
                                const char *const *also, size_t also_count)
{
    const pol_organisation *c = &o->org->config;
    policy_str *names = pol_arena_new(&o->build->arena, policy_str,
                                      c->role_count + also_count + 1);

    if (!names) {
        o->status = POLICY_ENOMEM;
        return (policy_str){ "", 0 };
    }
    for (size_t i = 0; i < c->role_count; i++)
        names[i] = c->roles[i].name;
    for (size_t i = 0; i < also_count; i++)
        names[c->role_count + i] = pol_str(also[i]);
    return pol_nearest(role, names, c->role_count + also_count);
}

bool pol_org_role_need(pol_org_build *o, policy_str role, pol_place place)
{
    const pol_organisation *c = &o->org->config;

    for (size_t i = 0; i < c->role_count; i++)
        if (pol_str_eq(c->roles[i].name, role))
            return true;
    pol_report_hint(&o->build->reporter, POL_MSG_ROLE_UNKNOWN, place,
                    pol_org_role_nearest(o, role, NULL, 0), &role, 1);
    return false;
}

static const pol_source *source_in(pol_build *b, policy_str dir,
                                   policy_str name, policy_status *st)
{
    policy_str path = pol_path_join(&b->arena, dir, name);
    const pol_source *source = NULL;

    if (*st)
        return NULL;
    if (!path.ptr)
        *st = pol_error_oom(b->err);
    else
        *st = pol_sources_get(&source, b->sources, path, b->err);
    return source;
}

/* Zones that are not built in come from the system's files, where the disk may
 * be read at all. */
static policy_status find_zone(const pol_source **out, pol_build *b,
                               policy_str name)
{
    const policy_str folder = POL_STR("/usr/share/zoneinfo");
    policy_status st = POLICY_OK;
    const pol_source *source;

    *out = NULL;
    if (!name.len || !pol_sources_uses_disk(b->sources))
        return POLICY_OK;
    if (pol_sources_use_disk(b->sources, folder, true))
        return pol_error_oom(b->err);
    source = source_in(b, folder, name, &st);
    *out = source;
    /* What cannot be read there is no zone: the reader of the name says so. */
    return st == POLICY_EIO ? POLICY_OK : st;
}

policy_status pol_zone_sum(uint8_t sum[32], pol_build *b, policy_str name)
{
    const pol_source *source;
    policy_status st = find_zone(&source, b, name);

    pol_sources_sum(sum, source);
    return st;
}

/* The file of the zone, if it wants one. */
static policy_status read_zone(pol_org_build *o, const pol_node *root,
                               policy_str *tzif)
{
    policy_str name = pol_organisation_zone(root);
    const pol_source *source;
    policy_status st = find_zone(&source, o->build, name);
    uint8_t sum[32];

    if (!source)
        return st;
    *tzif = source->bytes;
    pol_sources_sum(sum, source);
    pol_use_add(o, POL_USE_ZONE, name, false, sum);
    return st;
}

static void read_mask(pol_org_build *o)
{
    const pol_node *mask = o->org->config.mask;
    const pol_node *logs = mask ? pol_node_get(mask, "logs") : NULL;
    bool masked = true;

    if (logs)
        pol_node_bool(logs, &masked, &o->build->reporter);
    o->org->clear_logs = !masked;
}

/* The configuration lives with the part, and so do the nodes it points to. */
static policy_status read_config(pol_org_build *o)
{
    pol_build *b = o->build;
    const pol_node *root;
    policy_str tzif = { NULL, 0 };
    uint64_t errors = b->reporter.errors;
    policy_status st = pol_yaml_read(&root, o->yaml, &o->org->arena, &b->limits,
                                     &b->reporter, b->err);

    if (st == POLICY_ERULES)
        return POLICY_OK;
    if (st)
        return st;
    st = read_zone(o, root, &tzif);
    if (st)
        return st;
    if (!pol_organisation_read_zoned(&o->org->config, root, tzif, &o->org->arena,
                                     &b->reporter) &&
        b->reporter.errors == errors)
        return pol_error_oom(b->err);
    if (o->org->config.limits) {
        policy_limits *limits = pol_arena_new(&o->org->arena, policy_limits, 1);

        if (!limits)
            return pol_error_oom(b->err);
        *limits = pol_organisation_limits(&o->org->config);
        o->org->limits = limits;
    }
    o->org->english = o->org->config.language_count &&
                      pol_str_is(o->org->config.languages[0], "en");
    read_mask(o);
    o->org->id = pol_arena_cstr(&o->org->arena, o->org->config.id);
    o->org->id_len = o->org->config.id.len;
    return o->org->id ? POLICY_OK : pol_error_oom(b->err);
}

/* What all regulations and the organisation's own file declare of one sort. */
static void compile_phase(pol_org_build *o, pol_declared_phase phase)
{
    const pol_organisation *c = &o->org->config;

    for (size_t i = 0; !o->status && i < c->regulation_count; i++) {
        const pol_adoption *a = &c->regulations[i];
        pol_catalogue *cat = pol_regulation_load(o->build, o->dir, a->regulation);

        if (!cat) {
            o->status = o->build->status;
            return;
        }
        if (!cat->loaded) {
            if (!cat->yaml && phase == POL_PHASE_RULES)
                pol_report_hint(&o->build->reporter, POL_MSG_REGULATION_UNKNOWN,
                                a->place,
                                pol_folder_nearest(o, "regulations", "",
                                                   a->regulation),
                                &a->regulation, 1);
            continue;
        }
        pol_declarations_compile(o, &cat->script, &cat->regulation, a, phase);
    }
    if (!o->status)
        pol_declarations_compile(o, &o->script, NULL, NULL, phase);
}

static void compile_rules(pol_org_build *o)
{
    compile_phase(o, POL_PHASE_RECORDS);
    if (!o->status)
        compile_phase(o, POL_PHASE_RULES);
    if (!o->status)
        pol_clauses_compile(o);
}

static bool is_called(const pol_rule *rule, policy_str regulation,
                      policy_str id)
{
    policy_str full = pol_str(rule->id);

    return full.len == regulation.len + 1 + id.len &&
           pol_str_starts(full, regulation) && pol_str_ends(full, id) &&
           full.ptr[regulation.len] == '/';
}

static bool has_rule(const pol_org_build *o, policy_str regulation,
                     policy_str id)
{
    for (size_t i = 0; i < o->rule_count; i++)
        if (is_called(&o->rules[i], regulation, id))
            return true;
    for (const pol_face *f = o->faces; f; f = f->next)
        if (is_called(f->rule, regulation, id))
            return true;
    return false;
}

/* The id behind that of the regulation; empty: it is another's. */
static policy_str own_id(const pol_rule *rule, policy_str regulation)
{
    policy_str id = pol_str(rule->id);

    if (id.len <= regulation.len || id.ptr[regulation.len] != '/' ||
        !pol_str_starts(id, regulation))
        return (policy_str){ "", 0 };
    return (policy_str){ id.ptr + regulation.len + 1,
                         id.len - regulation.len - 1 };
}

static void report_override(pol_org_build *o, policy_str regulation,
                            const pol_entry *e)
{
    size_t count = o->rule_count, n = 0;
    policy_str *names;

    for (const pol_face *f = o->faces; f; f = f->next)
        count++;
    names = pol_arena_new(&o->build->arena, policy_str, count + 1);
    if (!names) {
        o->status = POLICY_ENOMEM;
        return;
    }
    for (size_t i = 0; i < o->rule_count; i++)
        names[n++] = own_id(&o->rules[i], regulation);
    for (const pol_face *f = o->faces; f; f = f->next)
        names[n++] = own_id(f->rule, regulation);
    pol_report_hint(&o->build->reporter, POL_MSG_OVERRIDE_UNKNOWN, e->place,
                    pol_nearest(e->key, names, n), &e->key, 1);
}

/* What an organisation says of a rule that is not there would be lost. */
static void check_overrides(pol_org_build *o)
{
    const pol_organisation *c = &o->org->config;

    for (size_t i = 0; i < c->regulation_count; i++) {
        const pol_adoption *a = &c->regulations[i];

        for (size_t j = 0; a->rules && j < a->rules->table.entry_count; j++) {
            const pol_entry *e = &a->rules->table.entries[j];

            if (!has_rule(o, a->regulation, e->key))
                report_override(o, a->regulation, e);
        }
    }
}

/* Twins in the order of their rules. */
static int compare_ids(const void *pa, const void *pb)
{
    const pol_rule *a = *(const pol_rule *const *)pa;
    const pol_rule *b = *(const pol_rule *const *)pb;
    int c = strcmp(a->id, b->id);

    return c ? c : (a > b) - (a < b);
}

static void report_twins(pol_org_build *o)
{
    const pol_rule **sorted = pol_arena_array(&o->build->arena, o->rule_count + 1,
                                              sizeof(*sorted));

    if (!sorted) {
        o->status = POLICY_ENOMEM;
        return;
    }
    for (size_t i = 0; i < o->rule_count; i++)
        sorted[i] = &o->rules[i];
    pol_sort(sorted, o->rule_count, sizeof(*sorted), compare_ids);
    for (size_t i = 1; i < o->rule_count; i++)
        if (strcmp(sorted[i - 1]->id, sorted[i]->id) == 0) {
            const pol_source *s = NULL;
            policy_status st = pol_sources_get(&s, o->build->sources,
                                               sorted[i]->file, NULL);

            o->status = o->status ? o->status : st;
            pol_report(&o->build->reporter, POL_MSG_RULE_TWICE,
                       ((pol_place){ s, sorted[i]->line, 1, 1 }),
                       pol_str(sorted[i]->id));
        }
}

/* A duty with a rule's id. */
static void report_duties(pol_org_build *o)
{
    for (size_t i = 0; i < o->duty_count; i++) {
        const pol_rule *face = o->duties[i]->face;
        const pol_source *s = NULL;
        policy_status st;

        if (i && face == o->duties[i - 1]->face)
            continue;
        for (size_t j = 0; j < o->rule_count; j++) {
            if (strcmp(o->rules[j].id, face->id) != 0)
                continue;
            st = pol_sources_get(&s, o->build->sources, face->file, NULL);
            o->status = o->status ? o->status : st;
            pol_report(&o->build->reporter, POL_MSG_DUTY_TWICE,
                       ((pol_place){ s, face->line, 1, 1 }), pol_str(face->id));
        }
    }
}

static bool has_cite(const policy_cite *cites, size_t count,
                     const pol_bundle_article *a)
{
    for (size_t i = 0; i < count; i++)
        if (pol_str_is(cites[i].regulation, a->regulation) &&
            pol_str_is(cites[i].article, a->ref))
            return true;
    return false;
}

static bool cites_article(const pol_rule *rule, const pol_bundle_article *a)
{
    return has_cite(rule->cites, rule->cite_count, a);
}

/* Tracks that cite articles of their own. */
static uint32_t citing_tracks(const pol_org_build *o, const pol_bundle_article *a)
{
    uint32_t n = 0;

    for (size_t i = 0; i < o->ladder_count; i++)
        for (size_t t = 0; t < o->ladders[i]->track_count; t++)
            n += has_cite(o->ladders[i]->tracks[t].cites,
                          o->ladders[i]->tracks[t].cite_count, a);
    return n;
}

static void fill_article(pol_org_build *o, pol_bundle_article *out,
                         const pol_regulation *g, const pol_article *a)
{
    out->regulation = pol_keep(o, g->id).ptr;
    out->title = pol_keep(o, g->title.zh);
    out->ref = pol_keep(o, a->ref).ptr;
    out->kind = pol_class_names[a->class_];
    out->status = pol_article_status_names[a->status];
    out->zh = pol_keep(o, a->text.zh);
    out->en = pol_keep(o, a->text.en);
    out->note = pol_keep(o, a->note);
    out->overruled = pol_overruled_find(o, g->id, a->ref);
    if (out->overruled) {
        out->status = "overruled";
        return; /* no rule that is in force cites it */
    }
    for (size_t i = 0; i < o->rule_count; i++)
        if (o->rules[i].mode != POL_MODE_OFF && cites_article(&o->rules[i], out)) {
            out->rules++;
            out->tests += (uint32_t)o->rules[i].test_count;
        }
    for (size_t i = 0; i < o->duty_count; i++) /* those of `each` have one face */
        if ((i == 0 || o->duties[i]->face != o->duties[i - 1]->face) &&
            cites_article(o->duties[i]->face, out)) {
            out->rules++;
            out->tests += (uint32_t)o->duties[i]->face->test_count;
        }
    out->rules += citing_tracks(o, out);
}

static void compile_articles(pol_org_build *o)
{
    const pol_organisation *c = &o->org->config;
    pol_bundle_article *articles;
    size_t count = 0, n = 0;

    for (size_t i = 0; i < c->regulation_count; i++) {
        pol_catalogue *cat = pol_regulation_load(o->build, o->dir,
                                                 c->regulations[i].regulation);

        count += cat && cat->loaded ? cat->regulation.article_count : 0;
    }
    articles = pol_keep_new(o, pol_bundle_article, count);
    for (size_t i = 0; articles && i < c->regulation_count; i++) {
        pol_catalogue *cat = pol_regulation_load(o->build, o->dir,
                                                 c->regulations[i].regulation);

        if (!cat || !cat->loaded)
            continue;
        for (size_t j = 0; j < cat->regulation.article_count; j++) {
            const pol_article *a = &cat->regulation.articles[j];

            fill_article(o, &articles[n], &cat->regulation, a);
            if (!articles[n++].overruled)
                pol_lint_article(o, &cat->regulation, a, &c->regulations[i]);
        }
    }
    o->org->articles = articles;
    o->org->article_count = articles ? n : 0;
    if (!o->status)
        o->status = o->build->status; /* of a catalogue that was not found again */
}

/* The folder and the file: what a person needs to find it, and the same wherever
 * the folder lies, since decisions show it. An organisation's own folder may
 * have any name, and equal revisions decide equally: its id stands for it. */
static policy_str guard_name(pol_org_build *o, const pol_source *source)
{
    policy_str path = source->path;
    size_t slashes = 0;

    if (source == o->lua) {
        path = pol_path_join(&o->build->arena, o->org->config.id,
                             POL_STR("rules.lua"));
        if (!path.ptr)
            o->status = POLICY_ENOMEM;
        return path.ptr ? pol_keep(o, path) : POL_STR("");
    }
    for (size_t i = path.len; i-- > 0;)
        if (path.ptr[i] == '/' && ++slashes == 2)
            return pol_keep(o, (policy_str){ path.ptr + i + 1, path.len - i - 1 });
    return pol_keep(o, path);
}

/* Which shared lists there must be, and those whose items were copied. */
static void use_lists(pol_org_build *o)
{
    static const uint8_t any[32];
    int32_t number;

    for (size_t i = 0; i < o->list_count; i++) {
        const pol_org_list *l = &o->lists[i];

        if (l->signal >= 0 && l->shared >= 0 && !l->words.source)
            pol_use_add(o, POL_USE_LIST, l->name, false, any);
        if (l->set && l->extends)
            pol_use_add(o, POL_USE_SET, l->name, false,
                        pol_shared_sum(o->org->shared, l->name, &number));
    }
}

/* Does a rule or clause look at attestations, whatever they are of? */
static bool asks_attested(const pol_org_build *o)
{
    const uint32_t attested = UINT32_C(1) << POLICY_TYPE_ATTESTATION;
    bool asks = false;

    for (size_t i = 0; !asks && i < o->rule_count; i++)
        asks = o->rules[i].mode != POL_MODE_OFF && (o->rules[i].types & attested);
    for (size_t i = 0; !asks && i < o->clause_count; i++)
        asks = !o->clauses[i].rule.len && (o->clauses[i].types & attested);
    return asks;
}

/* Move what was gathered into the part. */
static void settle(pol_org_build *o)
{
    static const uint8_t no_key[16]; /* equal files, equal records */
    pol_org *org = o->org;
    pol_rule *rules = pol_keep_new(o, pol_rule, o->rule_count);
    pol_signal *signals = pol_keep_new(o, pol_signal, o->signal_count);
    policy_str *names = pol_keep_new(o, policy_str, o->guard_count);
    policy_str *files = pol_keep_new(o, policy_str, o->guard_count);
    uint64_t *sums = pol_keep_new(o, uint64_t, o->guard_count);
    pol_use *uses = pol_keep_new(o, pol_use, o->use_count);

    if (o->status)
        return;
    if (o->rule_count)
        memcpy(rules, o->rules, o->rule_count * sizeof(*rules));
    pol_escalations_define(o, rules, o->rule_count);
    pol_history_settle(o, rules, o->rule_count);
    pol_duties_settle(o);
    pol_ladders_settle(o);
    pol_brakes_settle(o, rules, o->rule_count);
    if (o->signal_count)
        memcpy(signals, o->signals, o->signal_count * sizeof(*signals));
    for (size_t i = 0; i < o->guard_count; i++) {
        names[i] = guard_name(o, o->guards[i]);
        files[i] = pol_keep(o, o->guards[i]->bytes);
        sums[i] = pol_siphash(no_key, files[i].ptr, files[i].len);
    }
    org->rules = rules;
    org->rule_count = o->rule_count;
    org->signals = signals;
    org->signal_count = o->signal_count;
    org->guard_names = names;
    org->guard_files = files;
    org->guard_sums = sums;
    org->guard_count = o->guard_count;
    if (o->use_count)
        memcpy(uses, o->uses, o->use_count * sizeof(*uses));
    org->uses = uses;
    org->use_count = o->use_count;
    org->asks_attested = asks_attested(o);
    /* Before the matcher is built, which is when a build holds most. */
    pol_free(&o->build->allocator, o->rules, o->rule_cap * sizeof(*o->rules));
    o->rules = NULL;
    o->rule_cap = 0;
}

/* Which signals the shared lists and the library's detectors stand for. */
static void link_signals(pol_org_build *o)
{
    pol_org *org = o->org;
    int32_t *shared = pol_keep_new(o, int32_t, org->shared->list_count + 1);

    if (shared)
        pol_org_link(org, shared);
    for (int32_t d = 0; d < POL_DETECTOR_COUNT; d++)
        org->detector_signal[d] = -1;
    for (size_t i = 0; i < o->signal_count; i++) {
        int32_t d = pol_detector_find(o->signals[i].name);

        if (o->signals[i].kind != POL_SIGNAL_DETECTOR || d < 0)
            continue;
        org->detector_signal[d] = (int32_t)i;
        org->detectors |= UINT32_C(1) << d;
    }
}

/* The same for the host's detectors. */
static void link_hosts(pol_org_build *o)
{
    const pol_shared *shared = o->org->shared;
    int32_t *signals = pol_keep_new(o, int32_t, shared->host_count);

    for (size_t h = 0; signals && h < shared->host_count; h++) {
        pol_charset charset = shared->hosts[h].charset;

        signals[h] = -1;
        for (size_t i = 0; i < o->signal_count; i++)
            if (o->signals[i].kind == POL_SIGNAL_DETECTOR &&
                pol_str_eq(o->signals[i].name, shared->hosts[h].name))
                signals[h] = (int32_t)i;
        if (signals[h] < 0)
            continue;
        o->org->hosts |= UINT64_C(1) << h;
        if (charset == POL_CHARSET_DIGIT || charset == POL_CHARSET_ALNUM)
            o->org->host_numbers |= UINT64_C(1) << h;
    }
    o->org->host_signal = signals;
}

static policy_status build_matcher(pol_org_build *o)
{
    policy_status st = POLICY_OK;

    if (o->org->late_regexes)
        st = pol_regex_set_build(o->org->late_regexes, o->build->err);
    if (!st && o->org->regexes)
        st = pol_spellings_gates(&o->spellings, o->org->regexes, o->build->err);
    return st ? st
              : pol_spellings_build(&o->org->terms, &o->spellings,
                                    &o->org->arena, o->build->err);
}

static policy_status compile_body(pol_org_build *o)
{
    pol_org *org = o->org;
    policy_status st;

    pol_org_patterns(o);
    pol_choices_compile(o);
    if (!o->status)
        compile_rules(o);
    if (!o->status && !o->build->reporter.errors)
        check_overrides(o);
    if (!o->status)
        pol_lists_add_terms(o);
    if (!o->status)
        report_twins(o); /* before equal rules become one */
    if (!o->status)
        report_duties(o);
    if (!o->status)
        pol_rules_merge(o);
    if (!o->status && !o->build->reporter.errors)
        pol_lint_rules(o);
    if (!o->status && !o->build->reporter.errors)
        pol_lint_duties(o);
    if (!o->status && !o->build->reporter.errors)
        pol_lint_own_folders(o);
    if (!o->status)
        compile_articles(o);
    if (o->status)
        return o->status == POLICY_ENOMEM ? pol_error_oom(o->build->err)
                                          : o->status;
    if (o->rule_count > o->build->limits.rules)
        return pol_error_limit(o->build->err, "rules", o->build->limits.rules);
    use_lists(o);
    settle(o);
    link_signals(o);
    link_hosts(o);
    if (o->status)
        return pol_error_oom(o->build->err);
    st = build_matcher(o);
    if (!st && !o->build->reporter.errors)
        st = pol_lists_check(o);
    if (st)
        return st;
    if (pol_index_build(&org->index, org->rules, org->rule_count,
                        org->signal_count, &org->arena, &o->build->arena))
        return pol_error_oom(o->build->err);
    return POLICY_OK;
}

static pol_org *new_part(pol_build *b)
{
    pol_org *org = pol_calloc(&b->allocator, 1, sizeof(*org));

    if (!org)
        return NULL;
    atomic_init(&org->refs, 1);
    atomic_init(&org->holders, 1);
    pol_arena_init_tight(&org->arena, &b->allocator);
    atomic_fetch_add_explicit(&b->shared->refs, 1, memory_order_relaxed);
    org->shared = b->shared;
    return org;
}

static void free_build(pol_org_build *o)
{
    const policy_allocator *a = &o->build->allocator;

    pol_spellings_fini(&o->spellings);
    pol_free(a, o->signals, o->signal_cap * sizeof(*o->signals));
    pol_free(a, o->signal_slots, o->signal_slot_count * sizeof(*o->signal_slots));
    pol_free(a, o->rules, o->rule_cap * sizeof(*o->rules));
    pol_free(a, o->records, o->record_cap * sizeof(*o->records));
    pol_free(a, o->pending, o->pending_cap * sizeof(*o->pending));
    pol_free(a, o->clauses, o->clause_cap * sizeof(*o->clauses));
    pol_free(a, o->duties, o->duty_cap * sizeof(*o->duties));
    pol_free(a, o->ladders, o->ladder_cap * sizeof(*o->ladders));
    pol_free(a, o->guards, o->guard_cap * sizeof(*o->guards));
    pol_free(a, o->uses, o->use_cap * sizeof(*o->uses));
}

static policy_status find_sources(pol_org_build *o)
{
    pol_build *b = o->build;
    policy_status st = POLICY_OK;

    o->yaml = source_in(b, o->dir, POL_STR("organisation.yaml"), &st);
    o->lua = source_in(b, o->dir, POL_STR("rules.lua"), &st);
    return st ? st : pol_list_files_find(o);
}

static policy_status read_sources(pol_org_build *o)
{
    pol_build *b = o->build;
    policy_status st = read_config(o);

    if (st)
        return st;
    if (o->lua) {
        b->reporter.organisation = o->org->config.id;
        st = pol_script_load(&o->script, o->lua, &b->arena, &b->limits,
                             &b->allocator, &b->reporter, b->err);
        if (st && st != POLICY_ERULES)
            return st;
    }
    st = pol_lint_folder(b, o->dir);
    if (st)
        return st;
    pol_lists_find(o);
    return o->status == POLICY_ENOMEM ? pol_error_oom(b->err) : o->status;
}

/* Parse what was found, and all that it names. */
static policy_status compile_sources(pol_org_build *o)
{
    pol_build *b = o->build;
    uint64_t errors = b->reporter.errors;
    policy_status st = pol_spellings_init(&o->spellings, &b->allocator,
                                          &b->limits, b->err);

    if (!st)
        st = read_sources(o);
    if (st)
        return st;
    if (b->reporter.errors == errors) {
        pol_catalogues_use(o, o->org->places);
        if (b->status || o->status)
            return b->status ? b->status : pol_error_oom(b->err);
        pol_part_sum(o);
    }
    return o->org->config.id.len ? compile_body(o) : POLICY_OK;
}

/* *out stays NULL where an error was reported: the build will fail, after all
 * the other organisations were looked at. */
policy_status pol_org_compile(pol_org **out, pol_build *b, policy_str dir)
{
    pol_org_build o = { .build = b, .dir = dir };
    uint64_t errors = b->reporter.errors;
    policy_status st;

    *out = NULL;
    o.org = new_part(b);
    if (!o.org)
        return pol_error_oom(b->err);
    st = find_sources(&o);
    if (!st) {
        pol_own_sum(&o);
        st = pol_reuse_find(out, &o);
    }
    if (!st && !*out) {
        st = compile_sources(&o);
        b->reporter.organisation = (policy_str){ "", 0 };
        if (!st && b->reporter.errors == errors) {
            *out = o.org;
            o.org = NULL;
        }
    }
    free_build(&o);
    pol_org_unref(o.org);
    return st;
}
