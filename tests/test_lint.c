/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in vain: told with its place, not told of what does not, and held
 * against the events themselves: of random rules over few fields all events are
 * judged, and what was said of the rules must be so.
 */
#include "compile_cases.h"

static void test_reports_what_is_in_vain(void)
{
    TREE_RUN(case_base, lint_cases, NULL);
}

/* --- what is not in vain -------------------------------------------------- */

#define TWO(first, second) \
    LINT("r", "on = \"message\", " first) LINT("s", "on = \"message\", " second)

static const struct { const char *label, *rules; } fine[] = {
    { "a number between", LINT("r", "on = \"file_transfer\",\n"
      "where = { size = more_than(5), { size = less_than(7) } }") },
    { "a value in range", LINT("r", "on = \"file_transfer\",\n"
      "where = { size = { 1, 4 }, all { size = more_than(3) } }") },
    { "a list holds both", LINT("r", "on = \"message\",\n"
      "where = { recipient_kinds = \"staff\", { recipient_kinds = \"family\" } }") },
    { "empty is a value", LINT("r", "on = \"file_transfer\",\n"
      "where = { name = { \"\", \"a\" }, empty \"name\", present \"name\" }") },
    { "another field", LINT("r", "on = \"login\",\n"
      "where = { holder = same \"actor\", { account = differs \"actor\" } }") },
    { "a choice is left", LINT("r", "on = \"file_transfer\", where = { any {\n"
      "{ size = more_than(5), { size = less_than(3) } }, absent \"name\" } }") },
    { "none of what cannot be", LINT("r", "on = \"file_transfer\",\n"
      "where = { direction = \"out\", none { { size = 1, absent \"size\" } } }") },
    { "parts come with any type", LINT("r",
      "on = { \"message\", \"post\" }, match = term \"词\", fields = { \"title\", \"parts\" }") },
    { "either field", LINT("r", "on = { \"message\", \"post\" },\n"
      "where = any { { conversation = \"c\" }, { surface = \"official\" } }") },
    { "an absent field of no type", LINT("r", "on = \"message\",\n"
      "where = any { absent \"direction\" }") },
    { "any list will do", LINT("r", "on = \"message\",\n"
      "match = any { list \"own\", list \"insult\" }") },
    { "it says something", TWO("match = term \"词\", where = { direction = \"out\" }, tell = \"请停\"",
                               "match = term \"词\"") },
    { "other words", TWO("match = term \"词\"", "match = term \"语\"") },
    { "fewer words", TWO("match = any { term \"词\", term \"语\" }",
                         "match = any { term \"词\", term \"句\" }") },
    { "a wider where", TWO("match = term \"词\", where = { direction = \"out\" }",
                           "match = term \"词\", where = { place = \"home\" }") },
    { "nearer", TWO("match = near(term \"词\", term \"语\", 3), where = { direction = \"out\" }",
                    "match = near(term \"词\", term \"语\", 4), where = { direction = \"in\" }") },
    { "an exception", TWO("match = term \"词\",\n"
      "except = { { actor = \"a\", why = \"w\", owner = \"o\" } }",
      "match = term \"词\", where = { direction = \"out\" }") },
    { "other fields", TWO("match = term \"词\", fields = \"parts\"",
                          "match = term \"词\", fields = \"text\"") },
    { "somebody looks at it", TWO("match = term \"词\"",
      "match = term \"词\", where = { direction = \"out\" },\n"
      "escalate = { to = \"officer\", within = \"1h\" }") },
    { "only tried out", TWO("match = term \"词\", mode = \"shadow\"",
      "match = term \"词\", where = { direction = \"out\" }") },
    { "not where a word stands", TWO(
      "match = all { term \"词\", none { term \"语\" } }",
      "match = all { term \"词\", none { term \"语\" } }, fields = \"text\"") },
    { "Latin terms are whole words", LINT("r", "on = \"message\",\n"
      "match = any { term \"cad\", term \"cadence\", term \"a图\", term \"图\" }") },
    { "a narrower exception", LINT("r", "on = \"message\",\n"
      "where = { direction = \"out\" },\n"
      "except = { { external = true, why = \"w\", owner = \"o\" } }") },
};

/* Those of lint.c; the base's lists have warnings of their own. */
static size_t lint_reports(const struct tree *t, const char *rule)
{
    static const char *const codes[] = { "never-fires", "rule-covered",
                                         "term-covered", "except-all",
                                         "article-unproved" };
    size_t n = 0;

    for (size_t i = 0; i < t->report_count; i++)
        for (size_t k = 0; k < 5; k++)
            n += strcmp(t->reports[i].code, codes[k]) == 0 &&
                 strstr(t->reports[i].message, rule) != NULL;
    return n;
}

static void put_base(struct tree *t)
{
    tree_begin(t);
    for (size_t j = 0; j < sizeof(case_base) / sizeof(*case_base); j++)
        tree_put(t, case_base[j].path, case_base[j].text);
}

static void test_says_nothing_of_what_may_be(void)
{
    for (size_t i = 0; i < sizeof(fine) / sizeof(*fine); i++) {
        struct tree t;

        put_base(&t);
        tree_put(&t, "o/rules.lua", fine[i].rules);
        tree_put(&t, "o/lists/own.txt",
                 strstr(fine[i].rules, "list \"own\"") ? "# 空\n" : "机密\n");
        tree_compile(&t);
        CHECK(t.status == POLICY_OK, "%s: %s", fine[i].label, t.error.message);
        CHECK(lint_reports(&t, "") == 0, "%s: %s", fine[i].label,
              t.reports[0].message);
        tree_end(&t);
    }
}

/* Of two that find the same, the later one is told of, and that once. */
static void test_of_equal_ones_the_first_stays(void)
{
    struct tree t;

    put_base(&t);
    tree_put(&t, "o/rules.lua",
             TWO("match = term \"词\", tell = \"一\"",
                 "match = term \"词\", tell = \"二\""));
    tree_compile(&t);
    CHECK_INT_EQ("one report", lint_reports(&t, ""), 1);
    CHECK_INT_EQ("of the second", lint_reports(&t, "the rule o/s decides nothing: "
                                                   "o/r (o/rules.lua:1)"), 1);
    tree_end(&t);
}

/* A milder rule does not cover, nor one of another category. */
static void test_the_verdict_counts(void)
{
    static const struct { const char *a, *b, *more; size_t reports; } verdicts[] = {
        { "flag", "warn", "", 0 }, { "warn", "warn", "", 1 },
        { "hold", "warn", "", 1 }, { "hold", "redact", "", 0 },
        { "allow", "flag", "", 0 }, { "hold", "warn", "severity = 3,", 0 },
        { "hold", "warn", "severity = 1,", 1 },
        { "hold", "warn", "category = \"insult\",", 0 },
        { "hold", "warn", "category = \"spam\",", 1 },
    };

    for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++) {
        char rules[1000];
        struct tree t;

        snprintf(rules, sizeof(rules),
                 "rule { id = \"r\", title = \"t\", reason = \"x\", verdict = \"%s\",\n"
                 SCOPE "," TESTS " }\n"
                 "rule { id = \"s\", title = \"t\", reason = \"x\", verdict = \"%s\",\n"
                 "%s where = { direction = \"out\" }, on = \"message\",\n"
                 "%s match = term \"词\"," TESTS " }\n",
                 verdicts[i].a, verdicts[i].b, verdicts[i].more,
                 strstr(verdicts[i].more, "category") ? ""
                                                      : "category = \"spam\",");
        put_base(&t);
        tree_put(&t, "o/rules.lua", rules);
        tree_compile(&t);
        CHECK(t.bundle && lint_reports(&t, "") == verdicts[i].reports,
              "%s, %s %s: %zu %s", verdicts[i].a, verdicts[i].b,
              verdicts[i].more, lint_reports(&t, ""), t.error.message);
        tree_end(&t);
    }
}

/* Each regulation is cited for itself; an organisation's own reason need not be
 * given beside an article. */
static void test_regulations_do_not_cover_each_other(void)
{
    struct tree t;

    put_base(&t);
    tree_put(&t, "o/organisation.yaml",
             TREE_YAML "regulations: { alpha: enforce, beta: enforce }\n"
             "roles: { officer: [u1] }\nlists: { payees: { kind: ids } }\n");
    tree_put(&t, "regulations/alpha/rules.lua", CITED("match = term \"词\""));
    tree_put(&t, "regulations/beta/rules.lua",
             CITED("match = term \"词\", where = { direction = \"out\" }"));
    tree_put(&t, "o/rules.lua",
             LINT("r", "on = \"message\", match = term \"词\",\n"
                  "where = { direction = \"in\" }"));
    tree_compile(&t);
    CHECK_INT_EQ("one report", lint_reports(&t, ""), 1);
    CHECK_INT_EQ("of the own rule", lint_reports(&t, "o/r decides nothing: alpha/r"),
                 1);
    tree_end(&t);
}

/* Of folders of its own; what lies in those of others is theirs to use. */
static void test_what_is_read_is_not_told_of(void)
{
    static const struct tree_file files[] = {
        { "o/organisation.yaml", TREE_YAML "regulations: { alpha: enforce, beta: off }\n" },
        { "o/themes/t.lua", THEME("", PART) },
        { "o/themes/u.lua", "theme { id = \"u\", title = \"t\", parts = {\n" PART " } }\n" },
        { "o/themes/readme.txt", "备忘" },
        { "o/regulations/alpha/regulation.yaml", REGULATION("alpha", ARTICLE) },
        { "o/regulations/alpha/rules.lua", "use \"u\" { part = { cites = { \"四.1\" } } }\n" },
        { "o/regulations/beta/regulation.yaml", REGULATION("beta", ARTICLE) },
        { "o/regulations/notes/readme.txt", "备忘" },
        { "o/rules.lua", "use \"t\" { part = { reason = \"x\", mode = \"shadow\" } }\n" },
        { "themes/idle.lua", THEME("", PART) },
        { "regulations/gamma/regulation.yaml", REGULATION("gamma", ARTICLE) },
    };
    struct tree t;

    tree_begin(&t);
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
        tree_put(&t, files[i].path, files[i].text);
    tree_compile_well(&t, "all is read", 0);
    tree_end(&t);
    tree_put(&t, "o/rules.lua", "");
    tree_put(&t, "themes/t.lua", THEME("", PART));
    tree_compile(&t);
    CHECK_INT_EQ("one of the organisation's", t.warnings, 1);
    CHECK_CSTR_EQ("which is told of", t.reports[0].file, "o/themes/t.lua");
    tree_end(&t);
}

/* --- exceptions and the calendar ------------------------------------------ */

static const struct { const char *label; int64_t days; const char *code; } ends[] = {
    /* days from the first millisecond after the last day, UTC+8 */
    { "long ago", -400, "except-ended" }, { "just now", 0, "except-ended" },
    { "tomorrow", 1, "except-ending" }, { "in a month", 30, "except-ending" },
    { "later", 31, "" },
};

static void test_exceptions_end(void)
{
    const int64_t day = 86400000;
    /* 2026-03-02 00:00 in the organisation's zone */
    const int64_t end = INT64_C(20514) * day - 8 * day / 24;

    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        struct tree t;

        tree_begin(&t);
        tree_put(&t, "o/rules.lua",
                 LOCAL(SCOPE "," TESTS ", except = { { actor = \"a\", why = \"w\",\n"
                       "owner = \"o\", expires = \"2026-03-01\" } }"));
        t.options.today = end - ends[i].days * day;
        tree_compile(&t);
        CHECK_CSTR_EQ(ends[i].label, t.report_count ? t.reports[0].code : "",
                      ends[i].code);
        if (ends[i].days == 30)
            CHECK(strstr(t.reports[0].message, "days left: 30"), "%s",
                  t.reports[0].message);
        tree_end(&t);
    }
}

/* --- against the events --------------------------------------------------- */

static unsigned draw(uint64_t *seed, unsigned below)
{
    return (unsigned)(test_random(seed) % below);
}

static void add(char *out, size_t cap, const char *text)
{
    snprintf(out + strlen(out), cap - strlen(out), "%s", text);
}

static void random_test(char *out, size_t cap, uint64_t *seed)
{
    static const char *const rows[] = {
        "size = 1", "size = { 1, 2 }", "size = { 2, 3 }", "size = more_than(1)",
        "size = more_than(2)", "size = less_than(2)", "size = less_than(3)",
        "size = none_of { 1 }", "size = none_of { 1, 2 }",
        "direction = \"in\"", "direction = \"out\"",
        "direction = { \"in\", \"out\" }", "direction = none_of { \"in\" }",
        "absent \"size\"", "present \"size\"", "absent \"direction\"",
        "present \"direction\"", "empty \"name\"",
    };

    add(out, cap, rows[draw(seed, sizeof(rows) / sizeof(*rows))]);
}

static void random_cond(char *out, size_t cap, uint64_t *seed, int depth)
{
    static const char *const joins[] = { "any {", "none {", "all {", "{" };
    unsigned count = 1 + draw(seed, 3);

    add(out, cap, joins[draw(seed, 4)]);
    for (unsigned i = 0; i < count; i++) {
        add(out, cap, i ? ", { " : " { ");
        if (depth < 2 && draw(seed, 3) == 0)
            random_cond(out, cap, seed, depth + 1);
        else
            random_test(out, cap, seed);
        add(out, cap, " }");
    }
    add(out, cap, " }");
}

static void random_match(char *out, size_t cap, uint64_t *seed, int depth)
{
    static const char *const rows[] = { "term \"苹果\"", "term \"香蕉\"" };

    switch (depth < 2 ? draw(seed, 6) : 0) {
    case 1: add(out, cap, "any { "); break;
    case 2: add(out, cap, "all { "); break;
    case 3: add(out, cap, "all { term \"苹果\", none { term \"香蕉\" } }"); return;
    case 4: add(out, cap, "near(term \"苹果\", term \"香蕉\", 2)"); return;
    default: add(out, cap, rows[draw(seed, 2)]); return;
    }
    random_match(out, cap, seed, depth + 1);
    add(out, cap, ", ");
    random_match(out, cap, seed, depth + 1);
    add(out, cap, " }");
}

static void random_rule(char *out, size_t cap, const char *id, uint64_t *seed)
{
    char head[200];

    snprintf(head, sizeof(head),
             "rule { id = \"%s\", title = \"%s\", reason = \"x\",\n"
             "category = \"spam\", verdict = \"%s\", on = \"file_transfer\",\n"
             "broad = true, where = ", id, id, draw(seed, 2) ? "flag" : "warn");
    add(out, cap, head);
    random_cond(out, cap, seed, 0);
    if (draw(seed, 2)) {
        add(out, cap, ", match = ");
        random_match(out, cap, seed, 0);
    }
    add(out, cap, draw(seed, 4) ? "" : ", fields = \"name\"");
    add(out, cap, ", tests = { hit {}, miss {} } }\n");
}

enum { SIZES = 4, DIRECTIONS = 3, NAMES = 5, EVENTS = SIZES * DIRECTIONS * NAMES };

static void make_event(char *out, size_t cap, int n)
{
    static const char *const names[] = { NULL, "", "苹果", "香蕉", "苹果和香蕉" };
    int size = n % SIZES, direction = n / SIZES % DIRECTIONS;
    const char *name = names[n / SIZES / DIRECTIONS];

    out[0] = '\0';
    snprintf(out, cap, "{\"id\":\"e\",\"type\":\"file_transfer\",\"org\":\"o\","
             "\"source\":\"t\",\"actor\":\"u\",\"operation\":\"send\","
             "\"time\":\"2026-03-02T09:15:00+08:00\"");
    if (size)
        snprintf(out + strlen(out), cap - strlen(out), ",\"size\":%d", size);
    if (direction)
        add(out, cap, direction == 1 ? ",\"direction\":\"in\""
                                     : ",\"direction\":\"out\"");
    if (name) {
        add(out, cap, ",\"name\":\"");
        add(out, cap, name);
        add(out, cap, "\"");
    }
    add(out, cap, "}");
}

/* Which of o/a, o/b fire, as bits. */
static unsigned judge(policy_session *s, policy_event *e, int n)
{
    char json[600];
    const policy_decision *d = NULL;
    policy_error err = POLICY_ERROR_INIT;
    unsigned fired = 0;

    make_event(json, sizeof(json), n);
    if (policy_event_read_json(e, pol_str(json), &err) ||
        policy_session_evaluate(&d, s, e, NULL, &err)) {
        CHECK(false, "%s: %s", json, err.message);
        return 0;
    }
    for (size_t i = 0; i < policy_decision_finding_count(d, POLICY_ENFORCED); i++) {
        const policy_finding *f = policy_decision_finding(d, POLICY_ENFORCED, i);

        fired |= f->rule[2] == 'a' ? 1 : 2;
    }
    return fired;
}

struct said { unsigned never, covered; };

/* `never`: bits of rules; `covered`: by the other. */
static struct said what_was_said(const struct tree *t)
{
    struct said said = { 0, 0 };

    for (size_t i = 0; i < t->report_count; i++) {
        const struct tree_report *r = &t->reports[i];
        unsigned bit = strstr(r->message, "the rule o/a") ? 1 : 2;

        said.never |= strcmp(r->code, "never-fires") ? 0 : bit;
        said.covered |= strcmp(r->code, "rule-covered") ? 0 : bit;
    }
    return said;
}

static void hold_against_events(const struct tree *t, struct said said,
                                const char *rules)
{
    policy_session *s;
    policy_event *e;

    CU_ASSERT_FATAL(policy_session_new(&s, t->bundle, NULL, NULL) == POLICY_OK);
    CU_ASSERT_FATAL(policy_event_new(&e, NULL, NULL, NULL) == POLICY_OK);
    for (int n = 0; n < EVENTS; n++) {
        unsigned fired = judge(s, e, n);

        CHECK((fired & said.never) == 0, "event %d, never %u:\n%s", n,
              said.never, rules);
        CHECK(!(fired & said.covered) || fired == 3, "event %d, covered %u:\n%s",
              n, said.covered, rules);
    }
    policy_event_free(e);
    policy_session_free(s);
}

static void test_what_is_said_is_so(void)
{
    uint64_t seed = 20260302;
    size_t never = 0, covered = 0;

    for (int round = 0; round < 800; round++) {
        char rules[4000] = "";
        struct said said;
        struct tree t;

        random_rule(rules, sizeof(rules), "a", &seed);
        random_rule(rules, sizeof(rules), "b", &seed);
        tree_begin(&t);
        tree_put(&t, "o/rules.lua", rules);
        tree_compile(&t);
        said = what_was_said(&t);
        if (t.bundle && (said.never || said.covered))
            hold_against_events(&t, said, rules);
        never += t.bundle && said.never;
        covered += t.bundle && said.covered;
        tree_end(&t);
    }
    CHECK(never > 10 && covered > 10, "never %zu, covered %zu", never, covered);
}

static const struct test_case tests[] = {
    { "reports what is in vain", test_reports_what_is_in_vain },
    { "says nothing of what may be", test_says_nothing_of_what_may_be },
    { "of equal ones the first stays", test_of_equal_ones_the_first_stays },
    { "the verdict counts", test_the_verdict_counts },
    { "regulations do not cover each other",
      test_regulations_do_not_cover_each_other },
    { "what is read is not told of", test_what_is_read_is_not_told_of },
    { "exceptions end", test_exceptions_end },
    { "what is said is so", test_what_is_said_is_so },
};

POLICY_TEST_MAIN("lint", tests)
