/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules that contradict what somebody has to do: told with its place and who
 * blocks it, not told where a way is left, and held against the events
 * themselves: whatever would do what was told of is blocked.
 */
#include "compile_cases.h"

static void test_reports_what_contradicts(void)
{
    TREE_RUN(case_base, contra_cases, NULL);
}

/* --- what does not -------------------------------------------------------- */

#define SAVED "done = { on = \"file_transfer\", where = { operation = \"save\" } }"
#define SAVE(rest) OWED("d", CAME SAVED) BARS("r", "\"file_transfer\"", rest)
#define NEVER_PAID "where = { kind = \"pay\" },"
#define PAID "done = { on = \"payment\", where = { kind = \"pay\" } }"
#define KEPT "memory { id = \"m\", key = \"subject_account\", keep = \"1y\",\n" \
    "set = { on = \"account_change\", where = { change = \"bind_device\" } } }\n"
#define NEEDS GATE("g", "\"login\"", "requires = known { \"m\", key = \"account\" },")
#define UNBOUND BARS("s", "\"account_change\"", "where = { change = \"bind_device\" },")

static const struct { const char *label, *rules; } fair[] = {
    { "only held, and somebody may let it go", OWED("d", CAME SAVED)
      GATE("r", "\"file_transfer\"", "where = { operation = \"save\" },") },
    { "only tried out", SAVE("where = { operation = \"save\" }, mode = \"shadow\",") },
    { "not in force", SAVE("where = { operation = \"save\" }, mode = \"off\",") },
    { "for some people", SAVE("where = { operation = \"save\" }, ratio = 0.5,") },
    { "with a brake", SAVE("where = { operation = \"save\" }, brake = { share = 0.1, min = 9, over = \"1d\" },") },
    { "for some words", SAVE("where = { operation = \"save\" }, match = term \"词\",") },
    { "for what comes too often", SAVE("where = { operation = \"save\" },\n"
      "count = { by = \"actor\", over = \"1d\", more_than = 3 },") },
    { "for what the host says", SAVE("where = { operation = \"save\" }, needs = { \"x\" },") },
    { "for what a check says", SAVE("where = { operation = \"save\" },\n"
      "check = function(event, hits) return true end,") },
    { "an exception that may be", SAVE("where = { operation = \"save\" },\n"
      "except = { { place = \"office\", why = \"w\", owner = \"o\" } },") },
    { "of others", SAVE("where = { operation = \"save\", direction = \"out\" },") },
    { "what may be absent", SAVE("where = { operation = \"save\", none { place = \"office\" } },") },
    { "another value", SAVE("where = { operation = none_of { \"save\", \"download\" } },") },
    { "another type", OWED("d", CAME "done = { on = { \"file_transfer\", \"message\" }, where = { encrypted = true } }")
      BARS("r", "\"file_transfer\"", "where = { encrypted = true },") },
    { "what has not happened yet", SAVE("where = { operation = \"save\", phase = \"asked\" },") },
    { "what has happened", OWED("d", CAME
      "done = { on = \"file_transfer\", where = { operation = \"save\", phase = \"done\" } }")
      BARS("r", "\"file_transfer\"", "where = { operation = \"save\" },") },
    { "what always has", OWED("d", CAME "done = { on = \"content_remove\" }")
      BARS("r", "\"content_remove\"", "") },
    { "somebody attests it", OWED("d", CAME SAVED ", attest = { by = \"officer\" }")
      BARS("r", "\"file_transfer\"", "where = { operation = \"save\" },") },
    { "nothing does it", OWED("d", CAME) BARS("r", "\"file_transfer\"", "where = { operation = \"save\" },") },
    { "a duty that is tried out", OWED("d", CAME SAVED ", mode = \"shadow\"")
      BARS("r", "\"file_transfer\"", "where = { operation = \"save\" },") },
    { "another way", OWED("d", CAME "done = { { on = \"file_transfer\", where = { operation = \"save\" } },\n"
      "{ on = \"link_open\" } }") BARS("r", "\"file_transfer\"", "where = { operation = \"save\" },") },
    { "it never begins", SAVE("") },
    { "it never begins, and is done by what is forbidden", OWED("d",
      "open = { on = \"post\", where = { surface = \"weibo\" } }, done = { on = \"post\" }")
      BARS("r", "\"post\"", "") },
    { "what is required may be", DUTY("d", "owner = \"officer\", every = \"1d\", " PAID)
      BARS("r", "\"payment\"", "requires = { present \"counterparty\" },") },
    { "while it waits, but one thing goes", OWED("d", REGISTERED BY("password"))
      BARS("r", "\"account_change\"", "where = { change = none_of { \"password\" },\n"
      "pending { \"d\", key = \"subject_account\" } },") },
    { "while that of another waits", OWED("d", REGISTERED BY("password"))
      OWED("e", REGISTERED BY("second_factor"))
      BARS("r", "\"account_change\"", "where = { change = \"password\", pending { \"e\", key = \"subject_account\" } },") },
    { "those that wait for each other may be stopped", OWED("d", REGISTERED BY("password")
      ", stop = { on = \"account_change\", where = { change = \"close\" }, key = \"subject_account\" }")
      OWED("e", REGISTERED BY("second_factor"))
      BARS("r", "\"account_change\"", "where = { change = \"password\", pending { \"e\", key = \"subject_account\" } },")
      BARS("s", "\"account_change\"", "where = { change = \"second_factor\", pending { \"d\", key = \"subject_account\" } },") },
    { "those that wait for each other begin apart", OWED("d", REGISTERED BY("password"))
      OWED("e", "open = { on = \"account_change\", key = \"subject_account\",\n"
      "where = { change = \"bind_device\" } }, " BY("second_factor"))
      BARS("r", "\"account_change\"", "where = { change = \"password\", pending { \"e\", key = \"subject_account\" } },")
      BARS("s", "\"account_change\"", "where = { change = \"second_factor\", pending { \"d\", key = \"subject_account\" } },") },
    { "late in a period is late", DUTY("d", "owner = \"officer\", period = \"week\", " PAID)
      BARS("r", "\"payment\"", "where = overdue { \"d\" },") },
    { "done by what is found and held", OWED("d", CAME "done = { rule = \"g\" }")
      GATE("g", "\"post\"", "where = { surface = \"weibo\" },") },
    { "done by what a check may find harmless", OWED("d", CAME "done = { rule = \"g\" }")
      BARS("g", "\"post\"", "where = { surface = \"weibo\" }, check = function(event, hits) return true end,") },
    { "a gate that may be passed", GATE("g", "\"post\"", "requires = any { { review_state = \"passed\" }, { present \"approved_by\" } },")
      BARS("r", "\"post\"", "where = { present \"approved_by\" },") },
    { "a gate to what is forbidden outright", GATE("g", "\"post\"", "where = { surface = \"weibo\" }, requires = { review_state = \"passed\" },")
      BARS("r", "\"post\"", "where = { surface = none_of { \"official\" } },") },
    { "a gate that only records", "rule { id = \"g\", title = \"t\", reason = \"x\", category = \"not_reviewed\",\n"
      "on = \"post\", requires = { present \"approved_by\" }, verdict = \"allow\", tests = { hit {}, miss {} } }\n"
      BARS("r", "\"post\"", "where = { present \"approved_by\" },") },
    { "a gate elsewhere", GATE("g", "\"post\"", "where = { surface = \"weibo\" }, requires = { present \"approved_by\" },")
      BARS("r", "\"post\"", "where = { present \"approved_by\", account_kind = \"personal\" },") },
    { "two gates", GATE("g", "\"post\"", "requires = { review_state = \"passed\" },")
      BARS("r", "\"post\"", "requires = { review_state = { \"passed\", \"pending\" } },") },
    { "attempts are known, too", "memory { id = \"m\", key = \"subject_account\", keep = \"1y\", write = \"always\",\n"
      "set = { on = \"account_change\", where = { change = \"bind_device\" } } }\n" NEEDS UNBOUND },
    { "what is known may come otherwise", "memory { id = \"m\", key = \"subject_account\", keep = \"1y\",\n"
      "set = { on = \"account_change\", where = { change = { \"bind_device\", \"register\" } } } }\n" NEEDS UNBOUND },
    { "what the directory knows", GATE("g", "\"login\"", "requires = known { \"accounts\", key = \"account\" },")
      BARS("s", "\"account_change\"", "") },
    { "a review is never stopped", GATE("g", "\"post\"", "requires = known { \"reviews\", key = \"content_id\" },")
      BARS("s", "\"review\"", "") },
    { "not known is soon so", KEPT GATE("g", "\"login\"", "requires = unknown { \"m\", key = \"account\" },") UNBOUND },
    { "whoever is new may register", KEPT
      BARS("r", "\"account_change\"", "requires = any { known { \"m\", key = \"subject_account\" }, { change = \"bind_device\" } },") },
};

/* Reports of this file's, which say `what`. */
static size_t contradictions(const struct tree *t, const char *what)
{
    size_t n = 0;

    for (size_t i = 0; i < t->report_count; i++)
        n += strcmp(t->reports[i].code, "contradicts") == 0 &&
             strstr(t->reports[i].message, what) != NULL;
    return n;
}

static void put_rules(struct tree *t, const char *rules)
{
    tree_begin(t);
    for (size_t j = 0; j < sizeof(case_base) / sizeof(*case_base); j++)
        tree_put(t, case_base[j].path, case_base[j].text);
    tree_put(t, "o/rules.lua", rules);
    tree_compile(t);
}

static void test_says_nothing_where_a_way_is_left(void)
{
    for (size_t i = 0; i < sizeof(fair) / sizeof(*fair); i++) {
        struct tree t;

        put_rules(&t, fair[i].rules);
        CHECK(t.status == POLICY_OK, "%s: %s", fair[i].label, t.error.message);
        CHECK(contradictions(&t, "") == 0, "%s: %s", fair[i].label,
              t.reports[t.report_count - 1].message);
        tree_end(&t);
    }
}

static const struct test_case tests[] = {
    { "reports what contradicts", test_reports_what_contradicts },
    { "says nothing where a way is left", test_says_nothing_where_a_way_is_left },
};

POLICY_TEST_MAIN("lint_duty", tests)
