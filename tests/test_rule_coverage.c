/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Coverage: every part of a rule that can go two ways, what its tests saw of it,
 * and where it stands.
 */
#include "host.h"

#define HEAD(id)                                                              \
    "rule { id = \"" id "\", title = \"t\", reason = \"r\", on = \"message\","  \
    " category = \"off_topic\", verdict = \"hold\", severity = 3,\n"

static const char rules[] =
    HEAD("where") "match = term \"甲\", where = { direction = \"out\","
    " actor = none_of { \"u1\" } },\n"
    "tests = { hit { \"甲\", actor = \"u2\" },"
    " miss { \"甲\", direction = \"in\", actor = \"u1\" } } }\n"
    HEAD("any") "match = any { term \"甲\", term \"乙\" },\n"
    "where = any { { direction = \"out\" }, { absent \"group_kind\" } },\n"
    "tests = { hit { \"甲\", direction = \"out\" }, miss \"好\" } }\n"
    HEAD("near") "match = near(term \"甲\", term \"乙\", 2),\n"
    "tests = { hit \"甲和乙\", miss \"甲\" } }\n"
    HEAD("near-far") "match = near(term \"甲\", term \"乙\", 2),\n"
    "tests = { hit \"甲和乙\", miss \"甲很远很远很远乙\" } }\n"
    HEAD("many") "match = at_least(2, term \"甲\"),\n"
    "tests = { hit \"甲和甲\", miss \"甲\" } }\n"
    HEAD("none") "match = all { term \"甲\", none { term \"乙\" } },\n"
    "tests = { hit \"甲\", miss \"甲乙\" } }\n"
    HEAD("excepts") "match = term \"甲\", except = {\n"
    " { actor = \"u1\", why = \"他\", owner = \"办\", expires = \"2030-01-01\" },\n"
    " { phrase = \"甲方\", why = \"常用\", owner = \"办\", expires = \"2030-01-01\" } },\n"
    "tests = { hit \"甲\", miss \"甲方\" } }\n"
    HEAD("silent") "match = term \"甲\", tests = { hit \"乙\", miss \"好\" } }\n"
    HEAD("off") "match = term \"甲\", mode = \"off\","
    " tests = { hit \"甲\", miss \"好\" } }\n"
    /* Steps and a state: each that expects something is a test. */
    HEAD("gate") "match = term \"甲\", requires = any { { encrypted = true },\n"
    " known { \"trained\", key = \"actor\" } }, tests = { hit { \"甲\", actor = \"u1\" },\n"
    " miss { \"甲\", actor = \"u1\", state = { { type = \"attestation\", duty = \"x\","
    " done_by = \"hr\", subject = \"u1\", result = \"pass\" } } }, miss \"好\" } }\n"
    HEAD("often") "match = term \"甲\", count = { by = \"actor\", over = \"1h\",\n"
    " more_than = 1 }, check = function(event)\n"
    "  return #event.text > 2\n"
    " end, tests = { steps { { \"甲\", actor = \"u1\" },\n"
    " { \"甲\", actor = \"u1\", expect = \"hit\" },\n"
    " { \"甲\", actor = \"u2\", expect = \"miss\" } } } }\n"
    HEAD("rare") "match = term \"甲\", count = { by = \"actor\", over = \"1h\",\n"
    " more_than = 1 }, tests = { miss \"甲\", steps {"
    " { \"甲\", actor = \"u1\" }, { \"甲\", actor = \"u1\" },"
    " { \"好\", actor = \"u1\", expect = \"miss\" } } } }\n"
    "duty { id = \"report\", title = \"t\", reason = \"r\", owner = \"officer\",\n"
    " open = { on = \"incident\", key = \"incident\" }, within = \"3d\","
    " remind = \"1d\", attest = { by = \"officer\" }, tests = { steps {\n"
    " { type = \"incident\", incident = \"i\", expect = \"opened\" },"
    " { after = \"2d\", expect = \"reminded\" }, { after = \"2d\" } } } }\n"
    "ladder { id = \"steps\", title = \"t\", reason = \"r\", decide = \"officer\",\n"
    " within = \"5d\", tracks = { { id = \"minor\", gravity = { serious = 2 },"
    " steps = { step { \"talk\" }, step { \"warning\" } } } }, tests = { steps {\n"
    " { person = \"u2\", severity = \"serious\", expect = \"proposed\" } } } }\n";

struct part {
    const char *rule, *kind, *key, *wanted;
    uint32_t parts, reached;
    uint64_t yes, no;
    uint32_t line;
};

static const struct part rows[] = {
    { "where", "rule", "rule", "", 2, 2, 1, 1, 1 },
    { "where", "where", "actor", "none of u1", 2, 2, 1, 1, 2 },
    /* behind the test that decides it is not asked */
    { "where", "where", "direction", "out", 2, 1, 1, 0, 2 },
    { "where", "match", "match", "甲", 1, 1, 1, 0, 2 },
    { "any", "rule", "rule", "", 2, 2, 1, 1, 4 },
    { "any", "where", "direction", "out", 2, 1, 1, 0, 6 },
    { "any", "where", "group_kind", "absent", 2, 1, 1, 0, 6 },
    { "any", "match", "match", "甲", 1, 1, 1, 1, 5 },
    { "any", "match", "match", "乙", 1, 0, 0, 2, 5 },
    { "near", "rule", "rule", "", 2, 2, 1, 1, 8 },
    { "near", "match", "near", "甲 乙", 2, 1, 1, 0, 9 },
    { "near", "match", "match", "甲", 1, 1, 2, 0, 9 },
    { "near", "match", "match", "乙", 1, 1, 1, 1, 9 },
    { "near-far", "rule", "rule", "", 2, 2, 1, 1, 11 },
    { "near-far", "match", "near", "甲 乙", 2, 2, 1, 1, 12 },
    { "near-far", "match", "match", "甲", 1, 1, 2, 0, 12 },
    { "near-far", "match", "match", "乙", 1, 1, 2, 0, 12 },
    { "many", "rule", "rule", "", 2, 2, 1, 1, 14 },
    { "many", "match", "at_least", "甲", 2, 2, 1, 1, 15 },
    { "many", "match", "match", "甲", 1, 1, 2, 0, 15 },
    { "none", "rule", "rule", "", 2, 2, 1, 1, 17 },
    { "none", "match", "match", "甲", 1, 1, 2, 0, 18 },
    { "none", "match", "match", "乙", 1, 1, 1, 1, 18 },
    { "excepts", "rule", "rule", "", 2, 2, 1, 1, 20 },
    { "excepts", "match", "match", "甲", 1, 1, 2, 0, 21 },
    { "excepts", "except", "except", "他", 1, 0, 0, 2, 22 },
    { "excepts", "except", "except", "常用", 1, 1, 1, 1, 23 },
    { "silent", "rule", "rule", "", 2, 1, 0, 2, 25 },
    { "silent", "match", "match", "甲", 1, 0, 0, 2, 26 },
    { "gate", "rule", "rule", "", 2, 2, 1, 2, 29 },
    { "gate", "match", "match", "甲", 1, 1, 2, 1, 30 },
    { "gate", "requires", "encrypted", "true", 2, 0, 0, 0, 30 },
    { "gate", "requires", "trained", "known by actor", 2, 2, 1, 1, 31 },
    { "often", "rule", "rule", "", 2, 2, 1, 1, 33 },
    { "often", "match", "match", "甲", 1, 1, 2, 0, 34 },
    { "often", "count", "actor", "more than 1 in 3600 s", 2, 2, 1, 1, 34 },
    { "often", "check", "check", "", 1, 1, 1, 0, 36 },
    { "rare", "rule", "rule", "", 2, 1, 0, 2, 40 },
    { "rare", "match", "match", "甲", 1, 1, 1, 1, 41 },
    { "rare", "count", "actor", "more than 1 in 3600 s", 2, 1, 0, 1, 41 },
    { "report", "duty", "open", "incident", 1, 1, 1, 2, 44 },
    { "report", "duty", "opened", "", 1, 1, 1, 1, 43 },
    { "report", "duty", "done", "", 1, 0, 0, 2, 43 },
    { "report", "duty", "reminded", "", 1, 1, 1, 1, 43 },
    { "report", "duty", "overdue", "", 1, 0, 0, 2, 43 },
    { "steps", "ladder", "minor", "talk", 1, 0, 0, 1, 47 },
    { "steps", "ladder", "minor", "warning", 1, 1, 1, 0, 47 },
};
enum { ROWS = sizeof(rows) / sizeof(*rows) };

static void on_part(void *user, const policy_coverage *c)
{
    size_t *n = user, i = (*n)++;
    const struct part *want = &rows[i];
    char label[64];

    snprintf(label, sizeof(label), "part %zu: %.30s", i, c->rule);
    if (!CHECK(i < ROWS, "%s %s %.*s", label, c->kind, (int)c->wanted.len,
               c->wanted.ptr))
        return;
    CHECK_CSTR_EQ(label, c->organisation, "o");
    CHECK_CSTR_EQ(label, c->rule + 2, want->rule);
    CHECK_CSTR_EQ(label, c->kind, want->kind);
    CHECK_STR_EQ(label, c->key, want->key);
    CHECK_STR_EQ(label, c->wanted, want->wanted);
    CHECK_INT_EQ(label, c->parts, want->parts);
    CHECK_INT_EQ(label, c->reached, want->reached);
    CHECK_INT_EQ(label, c->yes, want->yes);
    CHECK_INT_EQ(label, c->no, want->no);
    CHECK_INT_EQ(label, c->line, want->line);
    CHECK_STR_EQ(label, c->file, "o/rules.lua");
}

static void test_parts_are_told(void)
{
    struct host h;
    size_t n = 0;

    if (host_open(&h, "roles: { officer: [u1] }\n", rules)) {
        CHECK_INT_EQ("status", policy_session_cover(h.session, "o", on_part, &n,
                                                    &h.error), POLICY_OK);
        CHECK_INT_EQ("parts", n, ROWS);
        CHECK_INT_EQ("unknown", policy_session_cover(h.session, "p", on_part, &n,
                                                     &h.error), POLICY_EORG);
        CHECK_INT_EQ("works on", host_judge(&h, "\"text\":\"甲\""), POLICY_OK);
    }
    host_close(&h);
}

/* --- checks */

/* Lines that may run, and how many tests ran them: by line of the file. */
static const char checked[] =
    "local function long(s)\n"                         /* 1 */
    "  if #s > 30 then\n"                              /* 2: both */
    "    return true\n"                                /* 3: none */
    "  end\n"
    "  return false\n"                                 /* 5: both */
    "end\n"
    HEAD("branches")                                   /* 7 */
    "match = term \"甲\", check = function(event, hits)\n"
    "  local n = 0\n"                                  /* 9: both */
    "  for i = 1, #hits do\n"                          /* 10: both */
    "    n = n + 1\n"                                  /* 11: both */
    "  end\n"
    "  if long(event.text) then\n"                     /* 13: both */
    "    return false\n"                               /* 14: none */
    "  elseif n > 1 then\n"                            /* 15: both */
    "    return true\n"                                /* 16: the hit */
    "  end\n"
    "  return nil\n"                                   /* 18: the miss */
    "end,\n"
    "tests = { hit \"甲和甲\", miss \"甲\", miss \"好\" } }\n"
    HEAD("line")                                       /* 21 */
    "match = term \"乙\", check = function() return true end,\n" /* 22: once */
    "tests = { hit \"乙\", miss \"好\" } }\n"
    HEAD("never")                                      /* 24 */
    "match = term \"丙\", check = function()\n"
    "  return true\n"                                  /* 26: none */
    "end,\n"
    "tests = { hit \"丁\", miss \"好\" } }\n";

static const struct {
    const char *rule;
    uint32_t line;
    uint64_t yes;
} lines[] = {
    { "o/branches", 2, 2 },  { "o/branches", 3, 0 },  { "o/branches", 5, 2 },
    { "o/branches", 9, 2 },  { "o/branches", 10, 2 }, { "o/branches", 11, 2 },
    { "o/branches", 13, 2 }, { "o/branches", 14, 0 }, { "o/branches", 15, 2 },
    { "o/branches", 16, 1 }, { "o/branches", 18, 1 }, { "o/line", 22, 1 },
    { "o/never", 26, 0 },
};
enum { LINES = sizeof(lines) / sizeof(*lines) };

static void on_check(void *user, const policy_coverage *c)
{
    size_t *n = user, i = *n;
    char label[64];

    if (strcmp(c->kind, "check") != 0)
        return;
    ++*n;
    snprintf(label, sizeof(label), "line %u of %.30s", (unsigned)c->line, c->rule);
    if (!CHECK(i < LINES, "%s", label))
        return;
    CHECK_CSTR_EQ(label, c->rule, lines[i].rule);
    CHECK_INT_EQ(label, c->line, lines[i].line);
    CHECK_INT_EQ(label, c->yes, lines[i].yes);
    CHECK_INT_EQ(label, c->reached, lines[i].yes > 0);
    CHECK_INT_EQ(label, c->parts, 1);
    CHECK_STR_EQ(label, c->file, "o/rules.lua");
}

static void test_lines_of_checks_are_told(void)
{
    struct host h;
    size_t n = 0;

    if (host_open(&h, NULL, checked))
        for (int again = 0; again < 2; again++) {
            n = 0;
            CHECK_INT_EQ("status", policy_session_cover(h.session, NULL, on_check,
                                                        &n, &h.error), POLICY_OK);
            CHECK_INT_EQ("lines", n, LINES);
            host_decide(&h, "\"text\":\"甲和甲\""); /* unwatched */
        }
    host_close(&h);
}

static void count_parts(void *user, const policy_coverage *c)
{
    size_t *n = user;

    n[0] += c->parts;
    n[1] += c->reached;
}

static void test_no_memory_is_said(void)
{
    policy_status st = POLICY_ENOMEM;
    size_t n[2] = { 0, 0 }, all = 0;
    struct host h;

    if (host_open(&h, NULL, checked)) {
        policy_session_cover(h.session, NULL, count_parts, n, NULL);
        all = n[0];
        for (size_t i = 1; st == POLICY_ENOMEM && i < 5000; i += i < 40 ? 1 : 13) {
            n[0] = 0;
            h.memory.fail_at = h.memory.requests + i;
            st = policy_session_cover(h.session, NULL, count_parts, n, &h.error);
            CHECK(st == POLICY_OK || st == POLICY_ENOMEM, "status %d", st);
        }
        CHECK_INT_EQ("in the end", st, POLICY_OK);
        CHECK_INT_EQ("and all of it", n[0], all);
        h.memory.fail_at = 0;
    }
    host_close(&h);
}

/* --- each part is measured: without the example that reaches it, it is not */

#define SAID(rest, tests)                                                     \
    "rule { id = \"x\", title = \"t\", reason = \"r\", category = \"off_topic\","  \
    " verdict = \"hold\", " rest ", tests = { " tests " %s } }\n"
#define OWED(rest, tests)                                                     \
    "duty { id = \"x\", title = \"t\", reason = \"r\", owner = \"officer\", " rest \
    ", tests = { steps { " tests " %s } } }\n"
#define LADDER(rest, tests)                                                   \
    "ladder { id = \"x\", title = \"t\", reason = \"r\", decide = \"officer\","      \
    " within = \"5d\", " rest ", tests = { steps { " tests " %s } } }\n"

static const struct {
    const char *kind, *rules, *example;
    uint64_t lost; /* parts */
} measured[] = {
    { "rule", SAID("on = \"message\", match = term \"甲\"", "hit \"甲\","), "miss \"好\"", 1 },
    { "where", SAID("on = \"message\", match = term \"甲\", where = { direction = \"out\" }",
                    "hit \"甲\","), "miss { \"甲\", direction = \"in\" }", 2 },
    { "match", SAID("on = \"message\", match = any { term \"甲\", term \"乙\" }",
                    "hit \"甲\", miss \"好\","), "hit \"乙\"", 1 },
    { "near", SAID("on = \"message\", match = near(term \"甲\", term \"乙\", 2)",
                   "hit \"甲乙\", miss \"好\","), "miss \"甲一二三乙\"", 1 },
    { "at_least", SAID("on = \"message\", match = at_least(2, term \"甲\")",
                       "hit \"甲甲\", miss \"好\","), "miss \"甲\"", 1 },
    { "except", SAID("on = \"message\", match = term \"甲\", except = { { actor = \"u1\","
                     " why = \"w\", owner = \"o\", expires = \"2030-01-01\" } }",
                     "hit \"甲\", miss \"好\","), "miss { \"甲\", actor = \"u1\" }", 1 },
    { "a test of an exception",
      SAID("on = \"message\", match = term \"甲\", except = { { actor = \"u1\","
           " direction = \"in\", why = \"w\", owner = \"o\", expires = \"2030-01-01\" } }",
           "hit { \"甲\", actor = \"u2\", direction = \"in\" },"
           " miss { \"甲\", actor = \"u1\", direction = \"in\" },"),
      "hit { \"甲\", actor = \"u1\", direction = \"out\" }", 1 },
    { "requires", SAID("on = \"message\", match = term \"甲\", requires = { encrypted = true }",
                       "hit { \"甲\", encrypted = false }, miss \"好\","),
      "miss { \"甲\", encrypted = true }", 1 },
    { "count", SAID("on = \"message\", match = term \"甲\", count = { by = \"actor\","
                    " over = \"1h\", more_than = 1 }", "miss { \"甲\", actor = \"u1\" },"),
      "hit { \"甲\", actor = \"u1\", state = { { \"甲\", actor = \"u1\" } } }", 2 },
    { "a branch of a check",
      SAID("on = \"message\", match = term \"甲\", check = function(event)\n"
           " if #event.text > 6 then\n  return nil\n end\n return true\n end",
           "hit \"甲\", miss \"好\","), "miss \"甲乙丙丁\"", 1 },
    { "a clause that opens",
      OWED("within = \"3d\", open = { { on = \"account_change\","
           " key = \"subject_account\" }, { on = \"login\", key = \"account\" } }",
           "{ type = \"account_change\", subject_account = \"a\", expect = \"opened\" },"
           " { after = \"4d\", expect = \"overdue\" },"),
      "{ type = \"login\", account = \"b\" }", 1 },
    { "a clause that fulfils, and that it comes",
      OWED("within = \"3d\", open = { on = \"account_change\", key = \"subject_account\" },"
           " done = { on = \"login\", key = \"account\" }",
           "{ type = \"account_change\", subject_account = \"a\", expect = \"opened\" },"
           " { after = \"4d\", expect = \"overdue\" },"),
      "{ type = \"login\", account = \"a\", expect = \"done\" }", 2 },
    { "a clause that stops",
      OWED("within = \"3d\", open = { on = \"account_change\", key = \"subject_account\" },"
           " stop = { on = \"login\", key = \"account\" }",
           "{ type = \"account_change\", subject_account = \"a\", expect = \"opened\" },"
           " { after = \"4d\", expect = \"overdue\" },"),
      "{ type = \"login\", account = \"a\" }", 1 },
    { "a test of a clause",
      OWED("within = \"3d\", open = { on = \"incident\", key = \"incident\","
           " where = { state = \"noticed\" } }",
           "{ type = \"incident\", incident = \"i\", state = \"noticed\", expect = \"opened\" },"
           " { after = \"4d\", expect = \"overdue\" },"),
      "{ type = \"incident\", incident = \"j\", state = \"closed\", expect = \"miss\" }", 1 },
    { "a reminder",
      OWED("within = \"3d\", remind = \"1d\", open = { on = \"incident\", key = \"incident\" }",
           "{ type = \"incident\", incident = \"i\", expect = \"opened\" },"
           " { after = \"4d\", expect = \"overdue\" }, { type = \"incident\", incident = \"j\" },"),
      "{ after = \"60h\", type = \"tick\", expect = \"reminded\" }", 1 },
    { "a step of a ladder",
      LADDER("tracks = { { id = \"a\", gravity = { grave = 2 }, steps = { step { \"p\" },"
             " step { \"q\" } } } }",
             "{ person = \"u2\", severity = \"minor\", expect = \"proposed\" },"),
      "{ person = \"u2\", severity = \"grave\", expect = \"proposed\" }", 1 },
    { "a test of a track",
      LADDER("tracks = { { id = \"a\", where = { severity = \"minor\" }, steps = {"
             " step { \"p\" } } } }",
             "{ person = \"u2\", severity = \"minor\", expect = \"proposed\" },"),
      "{ person = \"u2\", severity = \"grave\", expect = \"miss\" }", 1 },
};

struct reached {
    uint64_t parts, reached;
};

static void sum_part(void *user, const policy_coverage *c)
{
    struct reached *r = user;

    r->parts += c->parts;
    r->reached += c->reached;
}

static struct reached reached_with(const char *label, const char *form,
                                   const char *example)
{
    struct reached r = { 0, 0 };
    char source[2000];
    struct host h;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(source, sizeof(source), form, example);
#pragma GCC diagnostic pop
    if (host_open(&h, "roles: { officer: [u1] }\n", source))
        CHECK(policy_session_cover(h.session, NULL, sum_part, &r, &h.error) ==
                  POLICY_OK, "%s: %s", label, h.error.message);
    host_close(&h);
    return r;
}

static void test_an_example_less_reaches_less(void)
{
    for (size_t i = 0; i < sizeof(measured) / sizeof(*measured); i++) {
        const char *label = measured[i].kind;
        struct reached with = reached_with(label, measured[i].rules,
                                           measured[i].example);
        struct reached without = reached_with(label, measured[i].rules, "");

        CHECK(with.parts >= 2, "%s: %llu", label, (unsigned long long)with.parts);
        CHECK_INT_EQ(label, with.reached, with.parts);
        CHECK_INT_EQ(label, without.parts, with.parts);
        CHECK_INT_EQ(label, without.parts - without.reached, measured[i].lost);
    }
}

static const struct test_case tests[] = {
    { "parts are told", test_parts_are_told },
    { "an example less reaches less", test_an_example_less_reaches_less },
    { "lines of checks are told", test_lines_of_checks_are_told },
    { "no memory is said", test_no_memory_is_said },
};

POLICY_TEST_MAIN("rule_coverage", tests)
