/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matches: `list`, `term`, `pii`, `regex` and what joins them, into a tree of signals.
 */
#include "base/slice.h"
#include "compile/build.h"
#include "rule/verdict.h"

typedef struct match_build {
    const pol_origin *from;
    uint32_t types;
    policy_str *category; /* of the first list that is a signal */
    bool company;         /* a list, term or pii must be there, too */
} match_build;

static pol_reporter *reporter(const match_build *m)
{
    return &m->from->o->build->reporter;
}

static bool bad_shape(const match_build *m, const pol_node *n)
{
    pol_report(reporter(m), POL_MSG_CALL_SHAPE, n->place, n->call.name);
    return false;
}

static bool signal_leaf(const match_build *m, pol_match *out,
                        pol_signal_kind kind, policy_str name, uint32_t flags)
{
    out->op = POL_MATCH_SIGNAL;
    out->signal = pol_org_signal(m->from->o, kind, name, flags);
    return out->signal != UINT32_MAX;
}

static bool compile_list(const match_build *m, const pol_node *n, pol_match *out)
{
    const pol_node *arg = n->call.arg_count == 1 ? pol_param(m->from, n->call.args)
                                                 : NULL;
    pol_org_list *l;

    if (!arg || arg->kind != POL_NODE_STR)
        return bad_shape(m, n);
    l = pol_list_need(m->from->o, arg->str, arg->place);
    if (!l)
        return false;
    if (l->kind != POL_LIST_TERMS) {
        pol_report(reporter(m), POL_MSG_LIST_NOT_TERMS, arg->place, l->name);
        return false;
    }
    if (!signal_leaf(m, out, POL_SIGNAL_LIST, l->name, 0))
        return false;
    l->signal = (int32_t)out->signal;
    if (!m->category->len && pol_category_find(l->name))
        *m->category = l->name;
    return true;
}

static const pol_key term_keys[] = {
    { "boundary", POL_IS_BOOL, false },
    { "strict", POL_IS_STR, false },
    { "separators", POL_IS_INT, false },
    { "views", POL_IS_STR | POL_IS_TABLE, false },
};

/* `views = { "pinyin", "split" }`: the options of a list's term. */
static bool term_views(const match_build *m, const pol_node *n, uint32_t *flags)
{
    const pol_node *items = n;
    size_t count = 1;

    if (n && !pol_node_list(n, &items, &count, reporter(m)))
        return false;
    for (size_t i = 0; n && i < count; i++) {
        size_t option = 0;

        /* The last one has a key of its own. */
        if (!pol_node_word(&items[i], pol_term_options, POL_OPTION_COUNT - 1,
                           &option, reporter(m)))
            return false;
        *flags |= UINT32_C(1) << (POL_TERM_OPTIONS + option);
    }
    return true;
}

_Static_assert(POL_OPTION_BOUNDARY == 1 << (POL_OPTION_COUNT - 1),
               "ORDER OPTION");

/* What the named keys of a term say. `boundary = false` lets a Latin one stand
 * inside a longer word, `boundary = true` keeps a Han one from arising across
 * two; the others are as in a list. */
static bool term_options(const match_build *m, const pol_node *table,
                         uint32_t *flags)
{
    const pol_node *b = pol_node_get(table, "boundary");
    const pol_node *s = pol_node_get(table, "strict");
    const pol_node *gaps = pol_node_get(table, "separators");
    size_t strict = POL_STRICT_DISGUISED;
    pol_list_term t = { 0 };
    int64_t level = 0;
    bool boundary;

    if ((b && !pol_node_bool(b, &boundary, reporter(m))) ||
        (s && !pol_node_word(s, pol_strictnesses, POL_STRICT_COUNT, &strict,
                             reporter(m))) ||
        (gaps && !pol_node_int(gaps, 0, POL_SEPARATORS_COUNT - 2, &level,
                               reporter(m))))
        return false;
    t.strictness = (uint8_t)strict;
    if (gaps)
        t.separators = (uint8_t)(POL_SEPARATORS_NONE + level);
    if (b && boundary)
        t.options = POL_OPTION_BOUNDARY;
    *flags = (b && !boundary ? POL_TERM_INSIDE : 0) | pol_list_term_flags(&t);
    return term_views(m, pol_node_get(table, "views"), flags);
}

static bool compile_term(const match_build *m, const pol_node *n, pol_match *out)
{
    const pol_node *arg = n->call.args, *text = arg;
    uint32_t flags = 0;
    size_t known;

    if (n->call.arg_count != 1)
        return bad_shape(m, n);
    if (arg->kind == POL_NODE_TABLE) {
        pol_node named = *arg;

        if (arg->table.item_count != 1)
            return bad_shape(m, n);
        text = &arg->table.items[0];
        named.table.item_count = 0;
        if (!pol_node_closed(&named, "term", term_keys,
                             sizeof(term_keys) / sizeof(*term_keys),
                             reporter(m)) ||
            !term_options(m, arg, &flags))
            return false;
    }
    if (text->kind != POL_NODE_STR)
        return bad_shape(m, n);
    known = m->from->o->signal_count;
    if (!signal_leaf(m, out, POL_SIGNAL_TERM, text->str, flags))
        return false;
    if (m->from->o->signal_count > known)
        pol_org_term(m->from->o, &(pol_word){ .text = text->str, .flags = flags,
                                              .list = out->signal },
                     text->place);
    return true;
}

/* `confidence = "high"`: finds that are at least so sure. */
static bool pii_confidence(const match_build *m, const pol_node *table,
                           uint8_t *out)
{
    static const pol_key keys[] = { { "confidence", POL_IS_STR, false } };
    const pol_node *n = pol_node_get(table, "confidence");
    pol_node named = *table;
    size_t level = 0;

    named.table.item_count = 0;
    if (!pol_node_closed(&named, "pii", keys, 1, reporter(m)) ||
        (n && !pol_node_word(n, pol_confidence_names, POL_CONFIDENCE_COUNT,
                             &level, reporter(m))))
        return false;
    *out = n ? (uint8_t)(POLICY_CONFIDENCE_LOW + level) : 0;
    return true;
}

/* The names of all detectors: how many. */
static size_t detector_names(const match_build *m, policy_str *names)
{
    const pol_build *b = m->from->o->build;
    size_t n = 0;

    for (int32_t i = 0; i < POL_DETECTOR_COUNT; i++)
        names[n++] = pol_str(pol_detector_name(i));
    for (size_t i = 0; i < b->host_count; i++)
        names[n++] = b->hosts[i].name;
    return n;
}

/* The organisation's own pattern of that name, or NULL. */
static const pol_pattern_use *pattern_of(const match_build *m, policy_str name)
{
    const pol_organisation *c = &m->from->o->org->config;

    for (size_t i = 0; i < c->pattern_count; i++)
        if (pol_str_eq(c->patterns[i].name, name))
            return &c->patterns[i];
    return NULL;
}

static bool is_detector(const match_build *m, const pol_node *name)
{
    policy_str names[POL_DETECTOR_COUNT + POL_HOST_DETECTORS_MAX];
    size_t count = detector_names(m, names);

    for (size_t i = 0; i < count; i++)
        if (pol_str_eq(name->str, names[i]))
            return true;
    pol_report_hint(reporter(m), POL_MSG_DETECTOR_UNKNOWN, name->place,
                    pol_nearest(name->str, names, count), &name->str, 1);
    return false;
}

static bool compile_pii(const match_build *m, const pol_node *n, pol_match *out)
{
    const pol_node *arg = n->call.args, *name = arg;
    const pol_pattern_use *pattern;

    if (n->call.arg_count != 1)
        return bad_shape(m, n);
    if (arg->kind == POL_NODE_TABLE) {
        if (arg->table.item_count != 1)
            return bad_shape(m, n);
        name = &arg->table.items[0];
        if (!pii_confidence(m, arg, &out->confidence))
            return false;
    }
    if (name->kind != POL_NODE_STR)
        return bad_shape(m, n);
    pattern = pattern_of(m, name->str);
    if (pattern && !m->category->len)
        *m->category = POL_STR("personal_info");
    if (pattern) {
        out->op = POL_MATCH_SIGNAL;
        out->signal = pol_org_pattern(m->from->o, pattern);
        return out->signal != UINT32_MAX;
    }
    if (!is_detector(m, name))
        return false;
    if (!m->category->len)
        *m->category = POL_STR("personal_info");
    return signal_leaf(m, out, POL_SIGNAL_DETECTOR, name->str, 0);
}

static bool compile_regex(const match_build *m, const pol_node *n,
                          pol_match *out)
{
    const pol_node *arg = n->call.args;
    bool bare;

    if (n->call.arg_count != 1 || arg->kind != POL_NODE_STR)
        return bad_shape(m, n);
    out->op = POL_MATCH_SIGNAL;
    out->signal = pol_org_regex(m->from->o, arg, &bare);
    if (bare && !m->company) {
        pol_report(reporter(m), POL_MSG_REGEX_BARE, arg->place);
        return false;
    }
    return out->signal != UINT32_MAX;
}

static bool compile_node(const match_build *m, const pol_node *n, pol_match *out);

/* Is it a list, term or pii, or any of such? */
static bool is_company(const pol_node *n)
{
    const pol_node *all = n->call.args;

    if (n->kind != POL_NODE_CALL)
        return false;
    if (pol_node_is_call(n, "list") || pol_node_is_call(n, "term") ||
        pol_node_is_call(n, "pii"))
        return true;
    if (!pol_node_is_call(n, "any") || n->call.arg_count != 1 ||
        all->kind != POL_NODE_TABLE || !all->table.item_count)
        return false;
    for (size_t i = 0; i < all->table.item_count; i++)
        if (!is_company(&all->table.items[i]))
            return false;
    return true;
}

/* The same for what must all be there. */
static match_build in_company(const match_build *m, const pol_node *items,
                              size_t count)
{
    match_build inner = *m;

    for (size_t i = 0; i < count; i++)
        inner.company = inner.company || is_company(&items[i]);
    return inner;
}

static bool compile_kids(const match_build *m, const pol_node *items,
                         size_t count, pol_match *out)
{
    pol_match *kids = pol_keep_new(m->from->o, pol_match, count);
    bool good = kids != NULL;

    for (size_t i = 0; kids && i < count; i++)
        good = compile_node(m, &items[i], &kids[i]) && good;
    out->kids = kids;
    out->kid_count = count;
    return good;
}

static bool compile_join(const match_build *m, const pol_node *n,
                         pol_match_op op, pol_match *out)
{
    const pol_node *arg = n->call.args;

    out->op = op;
    if (n->call.arg_count != 1 || arg->kind != POL_NODE_TABLE ||
        arg->table.item_count == 0 || arg->table.entry_count)
        return bad_shape(m, n);
    if (op == POL_MATCH_ALL) {
        match_build inner = in_company(m, arg->table.items,
                                       arg->table.item_count);

        return compile_kids(&inner, arg->table.items, arg->table.item_count,
                            out);
    }
    return compile_kids(m, arg->table.items, arg->table.item_count, out);
}

static bool count_arg(const match_build *m, const pol_node *n, int64_t min,
                      pol_match *out)
{
    int64_t count = 0;

    n = pol_param(m->from, n);
    if (!n || !pol_node_int(n, min, 10000, &count, reporter(m)))
        return false;
    out->count = (uint32_t)count;
    return true;
}

/* What stands in `near` and `at_least` is one hit: a signal or any of some. */
static bool are_hits(const match_build *m, const pol_node *call,
                     const pol_match *kids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (kids[i].op != POL_MATCH_SIGNAL && kids[i].op != POL_MATCH_ANY)
            return bad_shape(m, call);
        if (!are_hits(m, call, kids[i].kids, kids[i].kid_count))
            return false;
    }
    return true;
}

static bool compile_near(const match_build *m, const pol_node *n, pol_match *out)
{
    match_build inner = *m;

    out->op = POL_MATCH_NEAR;
    if (n->call.arg_count != 3)
        return bad_shape(m, n);
    inner = in_company(m, n->call.args, 2);
    return compile_kids(&inner, n->call.args, 2, out) &&
           are_hits(m, n, out->kids, 2) &&
           count_arg(m, &n->call.args[2], 0, out);
}

static bool compile_at_least(const match_build *m, const pol_node *n,
                             pol_match *out)
{
    out->op = POL_MATCH_AT_LEAST;
    if (n->call.arg_count != 2)
        return bad_shape(m, n);
    return compile_kids(m, &n->call.args[1], 1, out) &&
           are_hits(m, n, out->kids, 1) &&
           count_arg(m, &n->call.args[0], 1, out);
}

static bool compile_any(const match_build *m, const pol_node *n, pol_match *out)
{
    return compile_join(m, n, POL_MATCH_ANY, out);
}

static bool compile_all(const match_build *m, const pol_node *n, pol_match *out)
{
    return compile_join(m, n, POL_MATCH_ALL, out);
}

static bool compile_none(const match_build *m, const pol_node *n, pol_match *out)
{
    return compile_join(m, n, POL_MATCH_NONE, out);
}

static const struct form {
    const char *name;
    bool (*compile)(const match_build *m, const pol_node *n, pol_match *out);
} forms[] = {
    { "list", compile_list }, { "term", compile_term }, { "pii", compile_pii },
    { "regex", compile_regex },
    { "any", compile_any }, { "all", compile_all }, { "none", compile_none },
    { "near", compile_near }, { "at_least", compile_at_least },
};

static bool compile_node(const match_build *m, const pol_node *n, pol_match *out)
{
    if (n->kind != POL_NODE_CALL) {
        pol_report(reporter(m), POL_MSG_NOT_A_MATCH, n->place,
                   pol_node_kind_name(n, reporter(m)->zh));
        return false;
    }
    out->spot = pol_spot_of(m->from->o, n->place);
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
        if (pol_node_is_call(n, forms[i].name))
            return forms[i].compile(m, n, out);
    pol_report(reporter(m), POL_MSG_NOT_A_MATCH, n->place, n->call.name);
    return false;
}

const pol_match *pol_match_compile(const pol_origin *from, const pol_node *n,
                                   uint32_t types, policy_str *category)
{
    match_build m = { from, types, category, false };
    pol_match *out = pol_keep_new(from->o, pol_match, 1);

    if (!out || !compile_node(&m, n, out))
        return NULL;
    return out;
}
