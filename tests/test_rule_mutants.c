/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wrong rules: which places of a rule are changed, which of the changes its tests
 * notice, and that a sample is one.
 */
#include "host.h"
#include "wrong_rules.h"

#define HEAD(id)                                                              \
    "rule { id = \"" id "\", title = \"t\", reason = \"r\", on = \"message\","  \
    " category = \"off_topic\", verdict = \"hold\", severity = 3,\n"
#define SURE ", verdict = \"hold\" }"

static const char yaml[] = "roles: { officer: [u1], pair: [u2, u3] }\n";
static const char rules[] =
    /* Nothing survives. */
    HEAD("firm") "match = all { term \"甲\", any { term \"乙\", term \"丙\" } },\n"
    "where = { direction = \"out\" },\n"
    "tests = { hit { \"甲乙\"" SURE ", hit \"甲丙\", miss \"甲\", miss \"乙\","
    " miss { \"甲乙\", direction = \"in\" } } }\n"
    /* No test has the second term alone, nor a message that came in. */
    HEAD("loose") "match = any { term \"甲\", term \"乙\" },\n"
    "where = { direction = \"out\" },\n"
    "tests = { hit \"甲乙\", miss \"好\" } }\n"
    HEAD("lists") "match = list \"own\",\n"
    "tests = { hit { \"机密\"" SURE ", hit \"绝密和机密\", miss \"好\" } }\n"
    HEAD("near") "match = near(term \"甲\", term \"乙\", 2),\n"
    "tests = { hit { \"甲乙\"" SURE ", miss \"甲\", miss \"乙\" } }\n"
    HEAD("many") "match = at_least(3, term \"甲\"),\n"
    "tests = { hit { \"甲和甲和甲和甲\"" SURE ", miss \"甲和甲\" } }\n"
    HEAD("excepts") "match = term \"甲\", except = {\n"
    " { actor = \"u1\", why = \"他\", owner = \"办\", expires = \"2030-01-01\" },\n"
    " { phrase = \"甲方\", why = \"常用\", owner = \"办\", expires = \"2030-01-01\" } },\n"
    "tests = { hit { \"甲\", at = \"甲\"" SURE ", miss \"甲方\" } }\n"
    HEAD("check") "match = term \"甲\", check = function(event)\n"
    "  return #event.text > 5 end, tests = { hit { \"甲乙丙\"" SURE ", miss \"好\" } }\n"
    HEAD("checked") "match = term \"甲\", check = function(event)\n"
    "  return #event.text > 5 end, tests = { hit { \"甲乙丙\"" SURE ", miss \"甲\" } }\n"
    /* A test that fails proves nothing. */
    HEAD("failing") "match = term \"甲\", tests = { hit \"乙\", miss \"好\" } }\n"
    HEAD("logic") "match = term \"甲\",\n"
    "where = any { { direction = \"out\" }, { actor = \"u1\" } },\n"
    "tests = { hit { \"甲\", direction = \"out\"" SURE ","
    " hit { \"甲\", direction = \"in\", actor = \"u1\" },"
    " miss { \"甲\", direction = \"in\", actor = \"u2\" } } }\n"
    /* Tests with a past: the mutant has been there from the start. */
    HEAD("gate") "match = term \"甲\", requires = any { { encrypted = true },\n"
    " known { \"trained\", key = \"actor\" } }, tests = { hit { \"甲\", actor = \"u1\" },\n"
    " miss { \"甲\", actor = \"u1\", state = { { type = \"attestation\", duty = \"x\","
    " done_by = \"hr\", subject = \"u1\", result = \"pass\" } } } } }\n"
    HEAD("often") "match = any { term \"甲\", term \"乙\" },\n"
    " count = { by = \"actor\", over = \"1h\", more_than = 2 },\n"
    " tests = { steps { { \"甲\", actor = \"u1\" }, { \"甲\", actor = \"u1\", expect = \"miss\" },\n"
    " { \"乙\", actor = \"u1\", expect = \"hit\"" SURE " } } }\n"
    HEAD("ever") "match = term \"甲\", count = { by = \"actor\", over = \"1h\","
    " more_than = 0 }, tests = { miss \"甲\", hit { \"甲\", actor = \"u1\" } } }\n"
    "duty { id = \"owed\", title = \"t\", reason = \"r\", owner = \"officer\",\n"
    " open = { { on = \"incident\", where = { state = \"noticed\" }, key = \"incident\" },"
    " { on = \"incident\", where = { state = \"reported\" }, key = \"incident\" } }, within = \"3d\", remind = \"1d\",\n"
    " done = { on = \"incident\", where = { state = \"closed\" }, key = \"incident\" },"
    " stop = { on = \"incident\", where = { state = \"contained\" }, key = \"incident\" },\n"
    " attest = { by = \"officer\" }, overdue = { verdict = \"warn\" }, tests = { steps {\n"
    " { type = \"incident\", incident = \"i\", state = \"noticed\", expect = \"opened\" },\n"
    " { type = \"incident\", incident = \"i\", state = \"closed\", expect = \"done\" },\n"
    " { type = \"incident\", incident = \"j\", state = \"noticed\" }, { after = \"3d\", expect = \"overdue\", verdict = \"warn\" } } } }\n"
    "duty { id = \"each\", title = \"t\", reason = \"r\", each = \"pair\", once = true,\n"
    " within = \"3d\", remind = \"1d\", attest = { by = \"officer\" }, tests = { steps {"
    " { }, { type = \"attestation\", duty = \"o/each/u2\", done_by = \"u1\", expect = \"done\" },"
    " { after = \"2d\", expect = \"reminded\" } } } }\n"
    "ladder { id = \"steps\", title = \"t\", reason = \"r\", decide = \"officer\",\n"
    " within = \"5d\", repeats = { over = \"1y\", raise = 1 }, where = { merit = false },\n"
    " tracks = { { id = \"minor\", where = { severity = \"minor\" },"
    " steps = { step { \"talk\" }, step { \"warning\" } } },\n"
    " { id = \"crime\", where = { crime_suspected = true }, steps = { step { \"court\" } } } },\n"
    " tests = { steps { { person = \"u2\", severity = \"minor\" },\n"
    " { person = \"u2\", severity = \"minor\", expect = \"proposed\", at = \"warning\" },"
    " { person = \"u3\", severity = \"grave\", expect = \"miss\" } } } }\n";

static const struct row {
    const char *rule, *kind, *change, *key, *wanted;
    int killed;
    uint32_t line;
} rows[] = {
    { "firm", "where", "negate", "direction", "out", 1, 3 },
    { "firm", "where", "drop", "direction", "out", 1, 3 },
    { "firm", "match", "drop", "match", "甲", 1, 2 },
    { "firm", "match", "drop", "match", "乙", 1, 2 },
    { "firm", "match", "drop", "match", "丙", 1, 2 },
    { "firm", "verdict", "verdict", "verdict", "hold", 1, 1 },
    { "loose", "where", "negate", "direction", "out", 1, 7 },
    { "loose", "where", "drop", "direction", "out", 0, 7 },
    { "loose", "match", "drop", "match", "甲", 0, 6 },
    { "loose", "match", "drop", "match", "乙", 0, 6 },
    { "loose", "verdict", "verdict", "verdict", "hold", 0, 5 },
    { "lists", "match", "drop", "match", "own", 1, 10 },
    { "lists", "verdict", "verdict", "verdict", "hold", 1, 9 },
    { "lists", "word", "drop", "own", "机密", 1, 10 },
    { "lists", "word", "drop", "own", "绝密", 0, 10 },
    { "near", "match", "half", "near", "甲 乙", 0, 13 },
    { "near", "match", "twice", "near", "甲 乙", 0, 13 },
    { "near", "match", "drop", "match", "甲", 1, 13 },
    { "near", "match", "drop", "match", "乙", 1, 13 },
    { "near", "verdict", "verdict", "verdict", "hold", 1, 12 },
    { "many", "match", "less", "at_least", "甲", 1, 16 },
    { "many", "match", "more", "at_least", "甲", 0, 16 },
    { "many", "match", "drop", "match", "甲", 1, 16 },
    { "many", "verdict", "verdict", "verdict", "hold", 1, 15 },
    { "excepts", "match", "drop", "match", "甲", 1, 19 },
    { "excepts", "except", "drop", "except", "他", 0, 20 },
    { "excepts", "except", "negate", "actor", "u1", 0, 20 },
    { "excepts", "except", "drop", "actor", "u1", 1, 20 },
    { "excepts", "except", "drop", "except", "常用", 1, 21 },
    { "excepts", "verdict", "verdict", "verdict", "hold", 1, 18 },
    { "check", "match", "drop", "match", "甲", 1, 24 },
    { "check", "check", "drop", "check", "", 0, 23 },
    { "check", "verdict", "verdict", "verdict", "hold", 1, 23 },
    { "checked", "match", "drop", "match", "甲", 1, 27 },
    { "checked", "check", "drop", "check", "", 1, 26 },
    { "checked", "verdict", "verdict", "verdict", "hold", 1, 26 },
    { "failing", "match", "drop", "match", "甲", 0, 30 },
    { "failing", "verdict", "verdict", "verdict", "hold", 0, 29 },
    { "logic", "where", "negate", "direction", "out", 1, 33 },
    { "logic", "where", "drop", "direction", "out", 1, 33 },
    { "logic", "where", "negate", "actor", "u1", 1, 33 },
    { "logic", "where", "drop", "actor", "u1", 1, 33 },
    { "logic", "match", "drop", "match", "甲", 1, 32 },
    { "logic", "verdict", "verdict", "verdict", "hold", 1, 31 },
    { "gate", "match", "drop", "match", "甲", 1, 36 },
    { "gate", "requires", "negate", "encrypted", "true", 0, 36 },
    { "gate", "requires", "drop", "encrypted", "true", 0, 36 },
    { "gate", "requires", "negate", "trained", "known by actor", 1, 37 },
    { "gate", "requires", "drop", "trained", "known by actor", 1, 37 },
    { "gate", "requires", "more", "at_least", "trained", 1, 37 },
    { "gate", "verdict", "verdict", "verdict", "hold", 0, 35 },
    { "often", "match", "drop", "match", "甲", 1, 40 },
    { "often", "match", "drop", "match", "乙", 1, 40 },
    { "often", "count", "less", "actor", "more than 2 in 3600 s", 1, 41 },
    { "often", "count", "more", "actor", "more than 2 in 3600 s", 1, 41 },
    { "often", "count", "half", "over", "more than 2 in 3600 s", 0, 41 },
    { "often", "verdict", "verdict", "verdict", "hold", 1, 39 },
    { "ever", "match", "drop", "match", "甲", 1, 45 },
    { "ever", "count", "more", "actor", "more than 0 in 3600 s", 1, 45 },
    { "ever", "verdict", "verdict", "verdict", "hold", 0, 44 },
    { "each", "duty", "drop", "attest", "", 1, 53 },
    { "each", "duty", "drop", "by", "", 0, 53 },
    { "each", "duty", "half", "within", "", 1, 53 },
    { "each", "duty", "twice", "within", "", 1, 53 },
    { "each", "duty", "drop", "remind", "", 1, 53 },
    { "each", "verdict", "verdict", "verdict", "flag", 0, 53 },
    { "owed", "duty", "drop", "done", "incident", 1, 48 },
    { "owed", "duty", "negate", "state", "closed", 1, 48 },
    { "owed", "duty", "drop", "state", "closed", 0, 48 },
    { "owed", "duty", "drop", "stop", "incident", 0, 48 },
    { "owed", "duty", "negate", "state", "contained", 0, 48 },
    { "owed", "duty", "drop", "state", "contained", 0, 48 },
    { "owed", "duty", "drop", "open", "incident", 1, 47 },
    { "owed", "duty", "negate", "state", "noticed", 1, 47 },
    { "owed", "duty", "drop", "state", "noticed", 0, 47 },
    { "owed", "duty", "drop", "open", "incident", 0, 47 },
    { "owed", "duty", "negate", "state", "reported", 0, 47 },
    { "owed", "duty", "drop", "state", "reported", 0, 47 },
    { "owed", "duty", "drop", "attest", "", 0, 46 },
    { "owed", "duty", "drop", "by", "", 0, 46 },
    { "owed", "duty", "half", "within", "", 0, 46 },
    { "owed", "duty", "twice", "within", "", 1, 46 },
    { "owed", "duty", "drop", "remind", "", 0, 46 },
    { "owed", "verdict", "verdict", "verdict", "warn", 1, 46 },
    { "steps", "where", "negate", "merit", "false", 1, 56 },
    { "steps", "where", "drop", "merit", "false", 0, 56 },
    { "steps", "where", "negate", "severity", "minor", 1, 57 },
    { "steps", "where", "drop", "severity", "minor", 1, 57 },
    { "steps", "ladder", "drop", "track", "minor", 1, 57 },
    { "steps", "where", "negate", "crime_suspected", "true", 0, 58 },
    { "steps", "where", "drop", "crime_suspected", "true", 1, 58 },
    { "steps", "ladder", "drop", "track", "crime", 0, 58 },
    { "steps", "ladder", "drop", "repeats", "", 1, 55 },
    { "steps", "ladder", "half", "over", "", 0, 55 },
    { "steps", "ladder", "twice", "over", "", 0, 55 },
};
enum { ROWS = sizeof(rows) / sizeof(*rows) };

static int on_mutant(void *user, const policy_mutant *m)
{
    size_t *n = user, i = (*n)++;
    const struct row *want = &rows[i];
    char label[80];

    snprintf(label, sizeof(label), "mutant %zu: %.30s %s %s", i, m->rule, m->kind,
             m->change);
    if (!CHECK(i < ROWS, "%s", label))
        return 0;
    CHECK_CSTR_EQ(label, m->organisation, "o");
    CHECK_CSTR_EQ(label, m->rule + 2, want->rule);
    CHECK_CSTR_EQ(label, m->kind, want->kind);
    CHECK_CSTR_EQ(label, m->change, want->change);
    CHECK_STR_EQ(label, m->key, want->key);
    CHECK_STR_EQ(label, m->wanted, want->wanted);
    CHECK_INT_EQ(label, m->killed, want->killed);
    CHECK_INT_EQ(label, m->line, want->line);
    CHECK_STR_EQ(label, m->file, "o/rules.lua");
    CHECK_INT_EQ(label, m->number, i + 1);
    CHECK_INT_EQ(label, m->total, ROWS);
    return 0;
}

static void test_each_change_is_judged(void)
{
    struct host h;
    size_t n = 0;

    if (host_open(&h, yaml, rules)) {
        CHECK_INT_EQ("status", policy_session_mutate(h.session, NULL, NULL,
                                                     on_mutant, &n, &h.error),
                     POLICY_OK);
        CHECK_INT_EQ("mutants", n, ROWS);
        CHECK_INT_EQ("unknown", policy_session_mutate(h.session, "p", NULL,
                                                      on_mutant, &n, &h.error),
                     POLICY_EORG);
        /* The rules are what they were. */
        if (host_decide(&h, "\"text\":\"甲乙\",\"direction\":\"out\""))
            CHECK(host_finding(h.decision, POLICY_ENFORCED, "o/firm") != NULL,
                  "%s", host_json(&h, 0));
    }
    host_close(&h);
}

/* --- the same changes made in the source, compiled and tested */

#define LOGIC(match, where)                                                   \
    HEAD("logic") "match = " match ",\n" where                                \
    "tests = { hit { \"甲乙\", direction = \"out\", actor = \"u2\"" SURE ","      \
    " hit { \"甲乙\", direction = \"in\", actor = \"u1\" },"                     \
    " miss { \"甲\", direction = \"in\", actor = \"u2\" } } }\n"

static const char logic[] =
    LOGIC("all { term \"甲\", at_least(1, term \"乙\") }",
          "where = any { { direction = \"out\" }, { actor = \"u1\" } },\n");

/* In the order in which they are told. */
static const char *const twins[] = {
    LOGIC("all { term \"甲\", at_least(1, term \"乙\") }",
          "where = any { none { { direction = \"out\" } }, { actor = \"u1\" } },\n"),
    LOGIC("all { term \"甲\", at_least(1, term \"乙\") }",
          "where = { actor = \"u1\" },\n"),
    LOGIC("all { term \"甲\", at_least(1, term \"乙\") }",
          "where = any { { direction = \"out\" }, none { { actor = \"u1\" } } },\n"),
    LOGIC("all { term \"甲\", at_least(1, term \"乙\") }",
          "where = { direction = \"out\" },\n"),
    LOGIC("at_least(1, term \"乙\")",
          "where = any { { direction = \"out\" }, { actor = \"u1\" } },\n"),
    LOGIC("all { term \"甲\", at_least(2, term \"乙\") }",
          "where = any { { direction = \"out\" }, { actor = \"u1\" } },\n"),
    LOGIC("all { term \"甲\" }",
          "where = any { { direction = \"out\" }, { actor = \"u1\" } },\n"),
};
enum { TWINS = sizeof(twins) / sizeof(*twins) };

static void count_failed(void *user, const policy_test_result *r)
{
    size_t *failed = user;

    *failed += !r->passed;
}

struct killed {
    size_t count;
    bool by[32];
};

static int note_killed(void *user, const policy_mutant *m)
{
    struct killed *k = user;

    if (k->count < 32)
        k->by[k->count++] = m->killed;
    return 0;
}

static void test_agrees_with_changed_sources(void)
{
    struct killed k = { 0, { false } };
    struct host h;

    if (host_open(&h, NULL, logic))
        CHECK_INT_EQ("status", policy_session_mutate(h.session, NULL, NULL,
                                                     note_killed, &k, &h.error),
                     POLICY_OK);
    host_close(&h);
    CHECK(k.count > TWINS, "%zu mutants", k.count);
    for (size_t i = 0; i < TWINS; i++) {
        size_t failed = 0;

        if (host_open(&h, NULL, twins[i])) {
            policy_session_test(h.session, "o", count_failed, &failed, NULL);
            CHECK((failed > 0) == k.by[i], "twin %zu: %zu fail", i, failed);
        }
        host_close(&h);
    }
}

/* The same of tests with a past: what was let pass then was written by the
 * wrong rule, and counted by it. */
#define PAST(where, requires, more_than)                                      \
    HEAD("past") "match = term \"甲\",\n" where requires                       \
    "count = { by = \"actor\", over = \"1h\", more_than = " more_than " },\n"  \
    "tests = { steps { { \"甲\", actor = \"u1\", encrypted = false },"           \
    " { \"甲\", actor = \"u1\", encrypted = true, expect = \"miss\" },"          \
    " { \"甲\", actor = \"u1\", encrypted = false, direction = \"in\" },"        \
    " { \"甲\", actor = \"u1\", encrypted = false, expect = \"hit\"" SURE " },"  \
    " miss \"好\" } }\n"
#define OUT "where = { direction = \"out\" },\n"
#define GATE "requires = { encrypted = true },\n"

static const struct {
    size_t mutant;
    const char *rules;
} past_twins[] = {
    { 0, PAST("where = none { { direction = \"out\" } },\n", GATE, "1") },
    { 1, PAST("", GATE, "1") },
    { 3, PAST(OUT, "requires = none { { encrypted = true } },\n", "1") },
    { 4, PAST(OUT, "", "1") },
    { 5, PAST(OUT, GATE, "0") },
    { 6, PAST(OUT, GATE, "2") },
};

static void test_a_past_agrees_with_changed_sources(void)
{
    struct killed k = { 0, { false } };
    struct host h;

    if (host_open(&h, NULL, PAST(OUT, GATE, "1")))
        CHECK_INT_EQ("status", policy_session_mutate(h.session, NULL, NULL,
                                                     note_killed, &k, &h.error),
                     POLICY_OK);
    host_close(&h);
    CHECK_INT_EQ("mutants", k.count, 9);
    for (size_t i = 0; i < sizeof(past_twins) / sizeof(*past_twins); i++) {
        size_t failed = 0;

        if (host_open(&h, NULL, past_twins[i].rules)) {
            policy_session_test(h.session, "o", count_failed, &failed, NULL);
            CHECK((failed > 0) == k.by[past_twins[i].mutant], "twin %zu: %zu fail",
                  i, failed);
        }
        host_close(&h);
    }
}

/* --- each sort of mistake, in the source */

struct sought {
    const struct wrong_rule *row;
    const char *source;
    size_t found;
    int killed;
};

/* What is told stands where the source has it. */
static void check_place(const char *label, const char *source,
                        const policy_mutant *m)
{
    const char *line = source;

    for (uint32_t i = 1; line && i < m->line; i++)
        line = (line = strchr(line, '\n')) ? line + 1 : NULL;
    if (CHECK(line && m->column, "%s: %u:%u", label, m->line, m->column))
        CHECK(m->column <= strcspn(line, "\n"), "%s: column %u", label, m->column);
}

static int note_sought(void *user, const policy_mutant *m)
{
    struct sought *s = user;
    const struct wrong_rule *r = s->row;

    if (strcmp(m->kind, r->kind) || strcmp(m->change, r->change) ||
        m->key.len != strlen(r->key) || memcmp(m->key.ptr, r->key, m->key.len) ||
        (r->wanted && (m->wanted.len != strlen(r->wanted) ||
                       memcmp(m->wanted.ptr, r->wanted, m->wanted.len))))
        return 0;
    s->found++;
    s->killed = m->killed;
    check_place(r->key, s->source, m);
    return 0;
}

static void put_rules(char *out, size_t cap, const struct wrong_rule *r,
                      const char *what, const char *tests)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(out, cap, r->rules, what, tests);
#pragma GCC diagnostic pop
}

/* Failing tests of the source, and whether the mutant is noticed. */
static void check_row(const struct wrong_rule *r, const char *tests, bool notice)
{
    struct sought sought = { .row = r };
    char label[120], source[3000];
    size_t failed = 0;
    struct host h;

    snprintf(label, sizeof(label), "%s %s %s %s", r->kind, r->change, r->key,
             notice ? "noticed" : "overlooked");
    put_rules(source, sizeof(source), r, r->right, tests);
    sought.source = source;
    if (host_open(&h, yaml, source)) {
        policy_session_test(h.session, NULL, count_failed, &failed, NULL);
        CHECK(!failed, "%s: as it is, %zu fail", label, failed);
        CHECK_INT_EQ(label, policy_session_mutate(h.session, NULL, NULL, note_sought,
                                                  &sought, &h.error), POLICY_OK);
        CHECK(sought.found == 1, "%s: %zu such", label, sought.found);
        CHECK_INT_EQ(label, sought.killed, notice);
    }
    host_close(&h);
    failed = 0;
    put_rules(source, sizeof(source), r, r->wrong, tests);
    if (host_open(&h, yaml, source)) {
        policy_session_test(h.session, NULL, count_failed, &failed, NULL);
        CHECK((failed > 0) == notice, "%s: in the source, %zu fail", label, failed);
    }
    host_close(&h);
}

static void test_each_sort_agrees_with_a_changed_source(void)
{
    for (size_t i = 0; i < sizeof(wrong_rules) / sizeof(*wrong_rules); i++) {
        check_row(&wrong_rules[i], wrong_rules[i].notice, true);
        check_row(&wrong_rules[i], wrong_rules[i].overlook, false);
    }
}

struct equals {
    size_t made, killed, equal;
};

static int note_equal(void *user, const policy_mutant *m)
{
    struct equals *e = user;

    e->made++;
    e->killed += m->killed != 0;
    e->equal += m->equivalent != 0;
    CHECK(!m->killed || !m->equivalent, "%s", m->change);
    return 0;
}

/* What means the same is said to, and nothing else is: whatever survives here is
 * one of two that say it twice. */
static void test_what_means_the_same_is_said(void)
{
    static const char twice[] =
        HEAD("twice") "match = any { term \"甲\", near(term \"甲\", term \"甲\", 4) },\n"
        "where = all { { direction = \"out\" }, any { { direction = \"out\" },"
        " { actor = \"u1\" } } },\n"
        "requires = none { { encrypted = true }, { encrypted = true } },\n"
        "tests = { hit { \"甲\", encrypted = true" SURE ", miss { \"甲\", encrypted = false },"
        " miss { \"甲\", direction = \"in\", encrypted = true, actor = \"u1\" },"
        " miss { \"甲\", direction = \"in\", encrypted = true, actor = \"u2\" } } }\n";
    struct equals e = { 0 };
    struct host h;

    if (host_open(&h, NULL, twice))
        CHECK_INT_EQ("status", policy_session_mutate(h.session, NULL, NULL,
                                                     note_equal, &e, &h.error),
                     POLICY_OK);
    host_close(&h);
    CHECK(e.equal > 4 && e.made == e.killed + e.equal, "%zu: %zu, %zu", e.made,
          e.killed, e.equal);
}

/* There is no limit above the highest. */
static void test_the_highest_limit_becomes_no_higher(void)
{
    struct killed k = { 0, { false } };
    struct host h;

    if (host_open(&h, NULL, PAST(OUT, GATE, "9223372036854775807")))
        CHECK_INT_EQ("status", policy_session_mutate(h.session, NULL, NULL,
                                                     note_killed, &k, &h.error),
                     POLICY_OK);
    host_close(&h);
    CHECK_INT_EQ("mutants", k.count, 8);
}

/* --- samples */

struct sample {
    size_t count, stop_at;
    uint64_t total;
    char names[4096];
};

static int keep(void *user, const policy_mutant *m)
{
    struct sample *s = user;
    size_t len = strlen(s->names);

    s->count++;
    s->total = m->total;
    CHECK_INT_EQ("number", m->number, s->count);
    snprintf(s->names + len, sizeof(s->names) - len, "%s %s %s %.*s;", m->rule,
             m->kind, m->change, (int)m->wanted.len, m->wanted.ptr);
    return s->count == s->stop_at;
}

static void draw(struct host *h, struct sample *s, uint64_t limit, uint64_t seed)
{
    policy_mutate_options o = POLICY_MUTATE_OPTIONS_INIT;

    o.limit = limit;
    o.seed = seed;
    s->count = 0;
    s->names[0] = '\0';
    CHECK_INT_EQ("status", policy_session_mutate(h->session, NULL, &o, keep, s,
                                                 &h->error), POLICY_OK);
}

static void test_a_sample_is_one(void)
{
    static struct sample one, two, all;
    struct host h;
    size_t differ = 0;

    if (host_open(&h, yaml, rules)) {
        draw(&h, &all, 0, 7);
        CHECK_INT_EQ("all", all.count, ROWS);
        draw(&h, &two, ROWS + 1, 7);
        CHECK_CSTR_EQ("more than there are", two.names, all.names);
        for (uint64_t seed = 0; seed < 20; seed++) {
            draw(&h, &one, 10, seed);
            CHECK_INT_EQ("of ten", one.count, 10);
            CHECK_INT_EQ("total", one.total, 10);
            draw(&h, &two, 10, seed);
            CHECK_CSTR_EQ("of one seed", one.names, two.names);
            draw(&h, &two, 10, seed + 1);
            differ += strcmp(one.names, two.names) != 0;
        }
        CHECK(differ >= 19, "%zu seeds differ", differ);
    }
    host_close(&h);
}

static void test_a_visit_may_stop(void)
{
    static struct sample s;
    struct host h;

    s.stop_at = 9;
    if (host_open(&h, yaml, rules)) {
        draw(&h, &s, 0, 0);
        CHECK_INT_EQ("visits", s.count, 9);
    }
    host_close(&h);
    s.stop_at = 0;
}

static void test_no_memory_is_said(void)
{
    static struct sample s;
    policy_status st = POLICY_ENOMEM;
    struct host h;

    if (host_open(&h, yaml, rules)) {
        for (size_t i = 1; st == POLICY_ENOMEM && i < 5000; i += i < 60 ? 1 : 7) {
            s.count = 0;
            s.names[0] = '\0';
            h.memory.fail_at = h.memory.requests + i;
            st = policy_session_mutate(h.session, NULL, NULL, keep, &s, &h.error);
            CHECK(st == POLICY_OK || st == POLICY_ENOMEM, "status %d", st);
        }
        CHECK_INT_EQ("in the end", st, POLICY_OK);
        CHECK_INT_EQ("and all of them", s.count, ROWS);
        h.memory.fail_at = 0;
    }
    host_close(&h);
}

static const struct test_case tests[] = {
    { "each change is judged", test_each_change_is_judged },
    { "agrees with changed sources", test_agrees_with_changed_sources },
    { "each sort agrees with a changed source",
      test_each_sort_agrees_with_a_changed_source },
    { "what means the same is said", test_what_means_the_same_is_said },
    { "a past agrees with changed sources",
      test_a_past_agrees_with_changed_sources },
    { "the highest limit becomes no higher",
      test_the_highest_limit_becomes_no_higher },
    { "a sample is one", test_a_sample_is_one },
    { "a visit may stop", test_a_visit_may_stop },
    { "no memory is said", test_no_memory_is_said },
};

POLICY_TEST_MAIN("rule_mutants", tests)
