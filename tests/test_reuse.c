/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds over a base: what stays, what is made anew, and that both ways to one
 * state of the sources give one bundle.
 */
#include "compile_cases.h"

#define ORG(id, more) "id: " id "\nname: n\nkind: company\n" more
#define SET_RULE                                                             \
    "rule { id = \"s\", title = \"t\", reason = \"x\", category = \"fraud\",\n" \
    "  on = \"payment\", where = { counterparty = among \"payees\" },\n"     \
    "  verdict = \"block\", tests = { hit { counterparty = \"payee\" },\n"       \
    "  miss { counterparty = \"another\" } } }\n"

/* Organisation b has a regulation of its own; c a set of the libraries'. */
static const struct tree_file whole[] = {
    { "a/organisation.yaml", ORG("a", ADOPTED) },
    { "a/rules.lua", TREE_RULE("match = list \"insult\"") },
    { "b/organisation.yaml", ORG("b", ADOPTED) },
    { "b/rules.lua", TREE_RULE("match = any { list \"own\", list \"both\" }") },
    { "b/lists/own.txt", "机密\n" },
    { "b/lists/both.txt", "天书\n" },
    { "b/regulations/alpha/regulation.yaml", REGULATION("alpha", ARTICLE) },
    { "b/regulations/alpha/rules.lua", CITED("match = term \"字\"") },
    { "c/organisation.yaml", ORG("c", "lists: { payees: { kind: ids } }\n") },
    { "c/rules.lua", SET_RULE },
    { "lists/insult.txt", "笨蛋\n" },
    { "lists/payees.txt", "payee\n" },
    { "regulations/alpha/regulation.yaml", REGULATION("alpha", ARTICLE) },
    { "regulations/alpha/rules.lua",
      "use \"t\" { part = { cites = { \"四.1\" } } }\n" },
    { "themes/t.lua", THEME("", PART) },
};
enum { WHOLE = sizeof(whole) / sizeof(*whole) };

/* What does not begin with one of the letters of organisations left out, and
 * the change. */
static void lay(struct tree *t, const char *without, const char *path,
                const char *text)
{
    tree_begin(t);
    tree_put(t, "o/organisation.yaml", NULL);
    for (size_t i = 0; i < WHOLE; i++)
        if (whole[i].path[1] != '/' || !strchr(without, whole[i].path[0]))
            tree_put(t, whole[i].path, whole[i].text);
    if (path)
        tree_put(t, path, text);
}

static size_t findings(policy_bundle *b, const char *org, const char *text,
                       policy_evidence *first)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_session *s = NULL;
    policy_event *e = NULL;
    const policy_decision *d;
    size_t count = 99;
    char json[300];

    snprintf(json, sizeof(json), "{\"id\":\"m\",\"source\":\"s\","
             "\"type\":\"message\",\"org\":\"%s\",\"text\":\"%s\","
             "\"time\":\"2026-03-02T09:15:00+08:00\"}", org, text);
    if (CHECK(!policy_session_new(&s, b, NULL, &err) &&
                  !policy_event_new(&e, NULL, NULL, &err) &&
                  !policy_event_read_json(e, pol_str(json), &err) &&
                  !policy_session_evaluate(&d, s, e, NULL, &err),
              "%s", err.message)) {
        count = policy_decision_finding_count(d, POLICY_ENFORCED);
        if (first && count)
            *first = policy_decision_finding(d, POLICY_ENFORCED, 0)->evidence[0];
    }
    policy_event_free(e);
    policy_session_free(s);
    return count;
}

static bool same_rules(const struct tree *a, const struct tree *b, const char *id)
{
    const pol_org *x = tree_org(a, id), *y = tree_org(b, id);

    return x && y && x->rules == y->rules;
}

/* --- keep -------------------------------------------------------------------- */

static const struct {
    const char *label, *without, *path, *text;
    bool a, b, c;      /* whose rules are the base's */
    const char *stale; /* NULL: it builds; else who must be added too */
} changes[] = {
    { "nothing at all", "abc", NULL, NULL, true, true, true, NULL },
    { "one that is the same", "bc", NULL, NULL, true, true, true, NULL },
    { "rules", "bc", "a/rules.lua", TREE_RULE("match = term \"新\""), false, true,
      true, NULL },
    { "an own list", "ac", "b/lists/own.txt", "机密\n绝密\n", true, false, true,
      NULL },
    { "a new one", "abc", "d/organisation.yaml", ORG("d", ""), true, true, true,
      NULL },
    { "two at once", "c", "a/rules.lua", TREE_RULE("match = term \"新\""), false,
      true, true, NULL },
    { "a shared list", "abc", "lists/insult.txt", "笨蛋\n蠢货\n", true, true,
      true, NULL },
    { "a new shared list", "abc", "lists/aaa.txt", "蠢货\n", true, true, true,
      NULL },
    { "a shared list beside an own one", "abc", "lists/both.txt", "海报\n", true,
      true, true, NULL },
    { "a shared set", "abc", "lists/payees.txt", "payee\nother\n", true, true, true,
      "c" },
    { "a shared set, its user added", "ab", "lists/payees.txt", "payee\nother\n", true,
      true, false, NULL },
    { "a regulation", "abc", "regulations/alpha/rules.lua",
      CITED("match = term \"词\""), true, true, true, "a" },
    { "a theme", "abc", "themes/t.lua", THEME("m = param { \"int\", 1, why = \"w\" }", PART),
      true, true, true, "a" },
    { "a theme, its user added", "bc", "themes/t.lua",
      THEME("m = param { \"int\", 1, why = \"w\" }", PART), false, true, true, NULL },
    { "a list that is gone", "abc", "lists/insult.txt", NULL, true, true, true,
      "a" },
};

static void test_kept_ones_are_those_of_a_whole_build(void)
{
    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
        const char *label = changes[i].label;
        struct tree base, kept, all;

        lay(&base, "", NULL, NULL);
        lay(&kept, changes[i].without, changes[i].path, changes[i].text);
        lay(&all, "", changes[i].path, changes[i].text);
        if (!tree_compile_well(&base, label, 0))
            return;
        kept.options.base = base.bundle;
        kept.options.keep = 1;
        tree_compile(&kept);
        tree_compile(&all);
        if (changes[i].stale) {
            CHECK(kept.status == POLICY_ERULES && !kept.bundle &&
                      kept.errors == 1, "%s: %d", label, kept.status);
            CHECK_CSTR_EQ(label, kept.reports[0].code, "organisation-stale");
            CHECK_CSTR_EQ(label, kept.reports[0].organisation,
                          changes[i].stale);
        } else if (CHECK(kept.bundle && all.bundle, "%s: %s", label,
                         kept.error.message)) {
            CHECK_CSTR_EQ(label, kept.bundle->revision, all.bundle->revision);
            CHECK_INT_EQ(label, kept.bundle->org_count, all.bundle->org_count);
            CHECK(same_rules(&base, &kept, "a") == changes[i].a, "%s: a", label);
            CHECK(same_rules(&base, &kept, "b") == changes[i].b, "%s: b", label);
            CHECK(same_rules(&base, &kept, "c") == changes[i].c, "%s: c", label);
        }
        CHECK_INT_EQ("the base is unharmed", findings(base.bundle, "a", "笨蛋",
                                                      NULL), 1);
        tree_end(&base);
        if (kept.bundle)
            CHECK_INT_EQ(label, findings(kept.bundle, "b", "机密", NULL), 1);
        tree_end(&kept);
        tree_end(&all);
    }
}

/* Whose choice it is changes with the demand of a regulation, be it another than
 * the one whose rules ask; what does not adopt it stays. */
static void test_a_choice_changes_with_what_makes_it(void)
{
    static const struct { const char *label, *path, *text, *value; } rows[] = {
        { "nothing", NULL, NULL, "personal" },
        { "whom it follows", "o/organisation.yaml",
          BOTH("enforce", "enforce") SETTLED("beta"), "work" },
        { "why", "o/organisation.yaml", BOTH("enforce", "enforce")
          "settle: { account: { follow: alpha, why: 原因, owner: u1 } }\n",
          "personal" },
        { "the demand", "regulations/alpha/regulation.yaml",
          DEMANDS("alpha", "club"), "club" },
        { "the other demand", "regulations/beta/regulation.yaml",
          DEMANDS("beta", "club"), "personal" },
    };
    char first[80] = "";

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct tree base, next, all;

        tree_begin(&base);
        for (size_t j = 0; j < sizeof(choice_base) / sizeof(*choice_base); j++)
            tree_put(&base, choice_base[j].path, choice_base[j].text);
        tree_put(&base, "regulations/delta/rules.lua",
                 "rule { id = \"r\", title = \"t\", cites = \"四.1\","
                 " verdict = \"flag\",\n" ASKS "}\n");
        tree_put(&base, "p/organisation.yaml",
                 ORG("p", "regulations: { delta: off }\n"
                     "choices: { account: work }\n"));
        next = base;
        if (rows[i].path)
            tree_put(&next, rows[i].path, rows[i].text);
        all = next;
        if (!tree_compile_well(&base, rows[i].label, TREE_ANY))
            return;
        snprintf(first, sizeof(first), "%s", base.bundle->revision);
        next.options.base = base.bundle;
        if (tree_compile_well(&next, rows[i].label, TREE_ANY) &&
            tree_compile_well(&all, rows[i].label, TREE_ANY)) {
            CHECK_CSTR_EQ(rows[i].label, next.bundle->revision,
                          all.bundle->revision);
            CHECK(!strcmp(next.bundle->revision, first) == !i, "%s",
                  rows[i].label);
            CHECK(same_rules(&base, &next, "o") == !i, "%s", rows[i].label);
            CHECK(same_rules(&base, &next, "p"), "%s: p", rows[i].label);
            CHECK_STR_EQ(rows[i].label,
                         tree_rule(&next, "delta/r")->where->values[0].str,
                         rows[i].value);
        }
        tree_end(&base);
        tree_end(&next);
        tree_end(&all);
    }
}

static void test_other_shared_lists_are_bound_anew(void)
{
    struct test_allocator mem;
    struct tree base, next, third;

    test_allocator_init(&mem);
    lay(&base, "", NULL, NULL);
    base.options.allocator = &mem.allocator;
    tree_compile_well(&base, "base", 0);
    lay(&next, "abc", "lists/insult.txt", "傻瓜\n");
    tree_put(&next, "lists/both.txt", "海报\n");
    next.options = base.options;
    next.options.base = base.bundle;
    next.options.keep = 1;
    if (!CHECK(!tree_compile(&next), "%s", next.error.message))
        return;
    CHECK(tree_org(&next, "a")->body == tree_org(&base, "a"), "a copy");
    CHECK_INT_EQ("the old word", findings(next.bundle, "a", "笨蛋", NULL), 0);
    CHECK_INT_EQ("the new word", findings(next.bundle, "a", "傻瓜", NULL), 1);
    CHECK_INT_EQ("an own list that is now extended",
                 findings(next.bundle, "b", "海报", NULL), 1);
    CHECK_INT_EQ("and its own word", findings(next.bundle, "b", "天书", NULL), 1);
    CHECK_INT_EQ("the base", findings(base.bundle, "b", "海报", NULL), 0);
    lay(&third, "abc", "lists/insult.txt", "呆子\n");
    third.options = next.options;
    third.options.base = next.bundle;
    CHECK(!tree_compile(&third), "%s", third.error.message);
    CHECK(tree_org(&third, "a")->body == tree_org(&base, "a"),
          "a copy of the first, not of a copy");
    tree_end(&base);
    tree_end(&next);
    CHECK_INT_EQ("alone", findings(third.bundle, "a", "呆子", NULL), 1);
    CHECK_INT_EQ("alone", findings(third.bundle, "b", "海报", NULL), 0);
    tree_end(&third);
    test_allocator_clean(&mem);
}

static policy_compiler *keeper(policy_bundle *base, const policy_allocator *a)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c = NULL;

    o.base = base;
    o.keep = 1;
    o.allocator = a;
    CHECK(!policy_compiler_new(&c, &o, &err), "%s", err.message);
    return c;
}

/* The files of the libraries. */
static void add_libraries(policy_compiler *c)
{
    policy_error err = POLICY_ERROR_INIT;

    for (size_t i = 0; i < WHOLE; i++)
        if (whole[i].path[1] != '/')
            CHECK(!policy_compiler_add_file(c, whole[i].path,
                                            pol_str(whole[i].text), &err),
                  "%s", err.message);
}

static void test_organisations_are_removed(void)
{
    policy_error err = POLICY_ERROR_INIT;
    struct tree base, all;
    policy_bundle *b = NULL;
    policy_compiler *c;

    lay(&base, "", NULL, NULL);
    lay(&all, "b", NULL, NULL);
    if (!tree_compile_well(&base, "base", 0) ||
        !tree_compile_well(&all, "without b", 0))
        return;
    c = keeper(base.bundle, NULL);
    add_libraries(c);
    CHECK(policy_compiler_remove_organisation(c, "z", &err) == POLICY_EORG &&
              strstr(err.message, "\"z\""), "%s", err.message);
    CHECK(!policy_compiler_remove_organisation(c, "b", &err), "%s", err.message);
    CHECK(!policy_compiler_build(&b, c, &err), "%s", err.message);
    if (b) {
        CHECK_CSTR_EQ("as if it had not been", b->revision,
                      all.bundle->revision);
        CHECK(!pol_bundle_find(b, POL_STR("b"), NULL) && b->org_count == 2,
              "gone");
    }
    policy_bundle_unref(b);
    policy_compiler_remove_organisation(c, "a", &err);
    policy_compiler_remove_organisation(c, "c", &err);
    CHECK(policy_compiler_build(&b, c, &err) == POLICY_ERULES && !b,
          "none is left");
    CHECK(!policy_compiler_add_file(c, "b/organisation.yaml",
                                    POL_STR(ORG("b", "")), &err) &&
              !policy_compiler_build(&b, c, &err) && b->org_count == 1,
          "removed and added: %s", err.message);
    policy_bundle_unref(b);
    policy_compiler_free(c);
    tree_end(&base);
    tree_end(&all);
}

static void test_keep_is_refused_where_it_means_nothing(void)
{
    policy_limits limits = { .size = sizeof(limits), .hits = 7 };
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c = NULL;
    struct tree t;

    tree_begin(&t);
    t.options.keep = 1;
    CHECK(tree_compile(&t) == POLICY_EMISUSE && !t.bundle, "without a base");
    t.options.keep = 0;
    tree_compile_well(&t, "base", 0);
    CHECK(!policy_compiler_new(&c, NULL, &err) &&
              policy_compiler_remove_organisation(c, "o", &err) ==
                  POLICY_EMISUSE, "nothing is kept");
    policy_compiler_free(c);
    t.options.base = t.bundle;
    t.options.keep = 1;
    t.options.limits = &limits;
    CHECK(policy_compiler_new(&c, &t.options, &err) == POLICY_EMISUSE && !c &&
              strstr(err.message, "limits"), "%s", err.message);
    tree_end(&t);
}

static void test_a_broken_one_harms_nobody(void)
{
    struct tree base, broken;

    lay(&base, "", NULL, NULL);
    lay(&broken, "bc", "a/rules.lua", "rule {\n");
    tree_compile_well(&base, "base", 0);
    broken.options.base = base.bundle;
    broken.options.keep = 1;
    CHECK(tree_compile(&broken) == POLICY_ERULES && !broken.bundle &&
              broken.errors == 1, "status %d", broken.status);
    CHECK_CSTR_EQ("where", broken.reports[0].file, "a/rules.lua");
    CHECK_INT_EQ("base", findings(base.bundle, "a", "笨蛋", NULL), 1);
    tree_put(&broken, "a/rules.lua", whole[1].text);
    CHECK(!tree_compile(&broken), "mended: %s", broken.error.message);
    tree_end(&base);
    tree_end(&broken);
}

/* --- lack of memory ------------------------------------------------------------ */

static bool fail_at(const struct tree *with, size_t n, bool alone,
                    const char *revision)
{
    struct test_allocator a;
    struct tree t = *with;

    test_allocator_init(&a);
    a.fail_at = alone ? n : 0;
    a.fail_after = alone ? 0 : n;
    t.options.allocator = &a.allocator;
    tree_compile(&t);
    if (t.bundle)
        CHECK_CSTR_EQ("nothing is missing", t.bundle->revision, revision);
    else
        CHECK(t.status == POLICY_ENOMEM || t.status == POLICY_ERULES,
              "allocation %zu: %d", n, t.status);
    tree_end(&t);
    CHECK(!a.live_blocks && !a.wrong_old, "allocation %zu: %zu left", n,
          a.live_blocks);
    return a.failed > 0;
}

static void test_a_lack_of_memory_harms_nobody(void)
{
    static const char *const paths[][2] = {
        { "a/rules.lua", TREE_RULE("match = list \"insult\", severity = 4") },
        { "lists/insult.txt", "傻瓜\n" },
    };

    for (size_t i = 0; i < 2; i++) {
        struct tree base, kept;
        size_t n = 1;

        lay(&base, "", NULL, NULL);
        tree_compile_well(&base, "base", 0);
        lay(&kept, i ? "abc" : "bc", paths[i][0], paths[i][1]);
        kept.options.base = base.bundle;
        kept.options.keep = 1;
        if (CHECK(!tree_compile(&kept), "%s", kept.error.message)) {
            while (n < 3000 && fail_at(&kept, n, true, kept.bundle->revision) &&
                   fail_at(&kept, n, false, kept.bundle->revision))
                n++;
            CHECK(n > 10 && n < 3000, "%zu allocations", n);
        }
        tree_end(&kept);
        CHECK_INT_EQ("base", findings(base.bundle, "a", "笨蛋", NULL), 1);
        tree_end(&base);
    }
}

/* --- many ------------------------------------------------------------------------ */

/* Few letters: some terms are in several lists. */
static size_t put_term(char *out, uint64_t *seed, unsigned letters)
{
    size_t len = 0;

    for (unsigned i = 0; i < 4; i++)
        len += pol_cp_write(out + len, 0x4e00 + 3 * (uint32_t)(
                                           test_random(seed) % letters));
    return len;
}

enum { LIST_ROOM = 3500 };

/* Of few letters disguises would find more than stands there. */
static const char *how_strict(unsigned letters)
{
    return letters < 100 ? " || exact" : "";
}

static size_t put_list(char *out, uint64_t seed, unsigned terms,
                       unsigned letters)
{
    size_t len = 0;

    for (unsigned i = 0; i < terms; i++) {
        size_t n = put_term(out + len, &seed, letters);

        out[len + n] = '\0';
        if (strstr(out, out + len) != out + len) {
            i--; /* none twice: it would count once */
            continue;
        }
        len += n;
        len += (size_t)sprintf(out + len, "%s\n", how_strict(letters));
    }
    return len;
}

static policy_bundle *build_many(unsigned orgs, unsigned terms,
                                 unsigned letters, const policy_allocator *a)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c = NULL;
    policy_bundle *b = NULL;
    char path[40], text[LIST_ROOM];

    o.allocator = a;
    if (policy_compiler_new(&c, &o, &err))
        exit(1);
    for (unsigned i = 0; i < orgs; i++) {
        size_t n = (size_t)snprintf(text, sizeof(text),
                                    "id: o%u\nname: n\nkind: company\n", i);

        snprintf(path, sizeof(path), "o%u/organisation.yaml", i);
        CHECK(!policy_compiler_add_file(c, path, (policy_str){ text, n }, &err),
              "%s", err.message);
        snprintf(path, sizeof(path), "o%u/rules.lua", i);
        CHECK(!policy_compiler_add_file(c, path,
                                        POL_STR(TREE_RULE("match = list \"own\"")),
                                        &err), "%s", err.message);
        snprintf(path, sizeof(path), "o%u/lists/own.txt", i);
        n = put_list(text, i, terms, letters);
        CHECK(!policy_compiler_add_file(c, path, (policy_str){ text, n }, &err),
              "%s", err.message);
    }
    CHECK(!policy_compiler_build(&b, c, &err), "%s", err.message);
    policy_compiler_free(c);
    return b;
}

/* Ten thousand of them have 200 MB. */
static void test_a_small_organisation_takes_less_than_20_kb(void)
{
    enum { ORGS = 200 };
    struct test_allocator a;
    policy_bundle *b;

    test_allocator_init(&a);
    b = build_many(ORGS, 100, 1000, &a.allocator);
    CHECK(b && a.live_bytes / ORGS < 20000, "%zu bytes an organisation",
          a.live_bytes / ORGS);
    policy_bundle_unref(b);
    test_allocator_clean(&a);
}

enum { TERM_BYTES = 12 };

static const char *nth_term(const char *list, uint32_t number)
{
    for (; number > 1; number--)
        list = strchr(list, '\n') + 1;
    return list;
}

/* Of the terms of the list that are in the text the one that begins first: each
 * is looked for in all of it. NULL: none is. */
static const char *first_of(const char *list, unsigned terms, const char *text)
{
    const char *best = NULL, *at = text + strlen(text);

    for (uint32_t i = 1; i <= terms; i++) {
        char term[TERM_BYTES + 1] = "";
        const char *found;

        memcpy(term, nth_term(list, i), TERM_BYTES);
        found = strstr(text, term);
        if (found && found < at) {
            at = found;
            best = nth_term(list, i);
        }
    }
    return best;
}

/* One scan for all lists, and each organisation's part of what it finds. */
static void test_finds_what_a_union_finds_for_the_organisation(void)
{
    enum { ORGS = 12, TERMS = 30, LETTERS = 5, TEXTS = 40 };
    policy_bundle *b = build_many(ORGS, TERMS, LETTERS, NULL);
    uint64_t seed = 11;
    size_t hits = 0;

    for (unsigned i = 0; b && i < TEXTS; i++) {
        char text[200] = "";
        size_t len = 0;

        for (unsigned k = 0; k < 5; k++)
            len += put_term(text + len, &seed, LETTERS);
        for (unsigned org = 0; org < ORGS; org++) {
            char list[LIST_ROOM], id[8];
            policy_evidence e = { .term = 0 };
            const char *naive;

            list[put_list(list, org, TERMS, LETTERS)] = '\0';
            naive = first_of(list, TERMS, text);
            snprintf(id, sizeof(id), "o%u", org);
            CHECK(findings(b, id, text, &e) == (naive != NULL),
                  "%s in %s: %.12s", id, text, naive ? naive : "none");
            hits += naive != NULL;
            if (!naive || !CHECK(e.term > 0 && e.term <= TERMS, "%s: %u", id,
                                 e.term))
                continue;
            CHECK(!memcmp(nth_term(list, e.term), naive, TERM_BYTES) &&
                      !e.shared, "%s in %s: term %u", id, text, e.term);
        }
    }
    CHECK(hits > 100 && hits < ORGS * TEXTS, "%zu hits", hits);
    policy_bundle_unref(b);
}

static void test_evidence_names_the_term(void)
{
    struct tree t;
    policy_evidence e = { .term = 0 };

    lay(&t, "", "lists/both.txt", "海报\n!海报栏\n横幅\n");
    tree_compile(&t);
    CHECK(findings(t.bundle, "b", "天书", &e) == 1 && e.term == 1 && !e.shared,
          "own: %u", e.term);
    CHECK_STR_EQ("own", e.list, "both");
    CHECK(findings(t.bundle, "b", "横 幅", &e) == 1 && e.term == 3 && e.shared,
          "shared: %u", e.term);
    CHECK_STR_EQ("shared", e.list, "both");
    CHECK(findings(t.bundle, "b", "字", &e) == 1 && !e.term && !e.shared,
          "no list: %u", e.term);
    tree_end(&t);
}

static const struct test_case tests[] = {
    { "kept ones are those of a whole build",
      test_kept_ones_are_those_of_a_whole_build },
    { "a choice changes with what makes it",
      test_a_choice_changes_with_what_makes_it },
    { "other shared lists are bound anew",
      test_other_shared_lists_are_bound_anew },
    { "organisations are removed", test_organisations_are_removed },
    { "keep is refused where it means nothing",
      test_keep_is_refused_where_it_means_nothing },
    { "a broken one harms nobody", test_a_broken_one_harms_nobody },
    { "a lack of memory harms nobody", test_a_lack_of_memory_harms_nobody },
    { "a small organisation takes less than 20 KB",
      test_a_small_organisation_takes_less_than_20_kb },
    { "finds what a union finds for the organisation",
      test_finds_what_a_union_finds_for_the_organisation },
    { "evidence names the term", test_evidence_names_the_term },
};

POLICY_TEST_MAIN("reuse", tests)
