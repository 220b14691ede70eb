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
#define NEEDS REQUIRES("g", "\"login\"", "requires = known { \"m\", key = \"account\" },")
#define UNBOUND BARS("s", "\"account_change\"", "where = { change = \"bind_device\" },")

static const struct { const char *label, *rules; } fair[] = {
    { "only held, and somebody may let it go", OWED("d", CAME SAVED)
      REQUIRES("r", "\"file_transfer\"", "where = { operation = \"save\" },") },
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
      REQUIRES("g", "\"post\"", "where = { surface = \"weibo\" },") },
    { "done by what a check may find harmless", OWED("d", CAME "done = { rule = \"g\" }")
      BARS("g", "\"post\"", "where = { surface = \"weibo\" }, check = function(event, hits) return true end,") },
    { "a gate that may be passed", REQUIRES("g", "\"post\"", "requires = any { { review_state = \"passed\" }, { present \"approved_by\" } },")
      BARS("r", "\"post\"", "where = { present \"approved_by\" },") },
    { "a gate to what is forbidden outright", REQUIRES("g", "\"post\"", "where = { surface = \"weibo\" }, requires = { review_state = \"passed\" },")
      BARS("r", "\"post\"", "where = { surface = none_of { \"official\" } },") },
    { "a gate that only records", "rule { id = \"g\", title = \"t\", reason = \"x\", category = \"not_reviewed\",\n"
      "on = \"post\", requires = { present \"approved_by\" }, verdict = \"allow\", tests = { hit {}, miss {} } }\n"
      BARS("r", "\"post\"", "where = { present \"approved_by\" },") },
    { "a gate elsewhere", REQUIRES("g", "\"post\"", "where = { surface = \"weibo\" }, requires = { present \"approved_by\" },")
      BARS("r", "\"post\"", "where = { present \"approved_by\", account_kind = \"personal\" },") },
    { "two gates", REQUIRES("g", "\"post\"", "requires = { review_state = \"passed\" },")
      BARS("r", "\"post\"", "requires = { review_state = { \"passed\", \"pending\" } },") },
    { "attempts are known, too", "memory { id = \"m\", key = \"subject_account\", keep = \"1y\", write = \"always\",\n"
      "set = { on = \"account_change\", where = { change = \"bind_device\" } } }\n" NEEDS UNBOUND },
    { "what is known may come otherwise", "memory { id = \"m\", key = \"subject_account\", keep = \"1y\",\n"
      "set = { on = \"account_change\", where = { change = { \"bind_device\", \"register\" } } } }\n" NEEDS UNBOUND },
    { "what is known is held against who asks", "memory { id = \"m\", key = \"subject_account\", keep = \"1y\",\n"
      "fields = { \"holder\" }, set = { { on = \"account_change\", where = { change = \"bind_device\" } },\n"
      "{ on = \"account_change\", where = { change = \"register\", holder = same \"actor\" } } } }\n"
      REQUIRES("g", "\"login\"", "requires = known { \"m\", key = \"account\", where = { holder = differs \"actor\" } },")
      UNBOUND },
    { "what the directory knows", REQUIRES("g", "\"login\"", "requires = known { \"accounts\", key = \"account\" },")
      BARS("s", "\"account_change\"", "") },
    { "a review is never stopped", REQUIRES("g", "\"post\"", "requires = known { \"reviews\", key = \"content_id\" },")
      BARS("s", "\"review\"", "") },
    { "not known is soon so", KEPT REQUIRES("g", "\"login\"", "requires = unknown { \"m\", key = \"account\" },") UNBOUND },
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

/* --- what is said --------------------------------------------------------- */

static void test_names_both_and_says_what_to_do(void)
{
    static const char rules[] =
        OWED("d", REGISTERED "done = { on = \"account_change\", key = \"subject_account\",\n"
             "where = { change = { \"password\", \"rename\" } } }")
        BARS("r", "\"account_change\"", "where = { change = \"password\" },")
        BARS("s", "\"account_change\"", "where = { change = \"rename\" },");
    struct tree t;

    put_rules(&t, rules);
    CHECK_INT_EQ("in English",
                 contradictions(&t, "the duty o/d can never be done: all that "
                                    "would do it is blocked by o/r (o/rules.lua:5), "
                                    "o/s (o/rules.lua:8); narrow"), 1);
    tree_end(&t);
    t.options.language = "zh";
    tree_compile(&t);
    CHECK_INT_EQ("in Chinese",
                 contradictions(&t, "职责 o/d 永远做不到：凡能完成它的，都被 o/r "
                                    "(o/rules.lua:5)、o/s (o/rules.lua:8) 拦下"), 1);
    tree_end(&t);
}

static void test_one_of_each_stands_for_all(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml", PARTED);
    tree_put(&t, "o/rules.lua",
             DUTY("d", "each = \"departments\", owner = \"officer\", period = \"month\",\n"
                  "done = { on = \"post\" }") BARS("r", "\"post\"", ""));
    tree_compile(&t);
    CHECK_INT_EQ("once", contradictions(&t, ""), 1);
    CHECK_INT_EQ("by its name", contradictions(&t, "the duty o/d/财务 can"), 1);
    tree_end(&t);
}

/* Equal rules of two regulations are one when they are held against a third. */
static void test_two_regulations_contradict(void)
{
    static const char barred[] =
        "rule { id = \"r\", title = \"t\", cites = { \"四.1\" }, category = \"spam\",\n"
        "on = \"payment\", verdict = \"block\", tests = { hit {}, miss {} } }\n";
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml",
             TREE_YAML "regulations: { alpha: enforce, beta: enforce, gamma: enforce }\n"
             "roles: { officer: [u1] }\n");
    tree_put(&t, "regulations/alpha/regulation.yaml", REGULATION("alpha", ARTICLE));
    tree_put(&t, "regulations/beta/regulation.yaml", REGULATION("beta", ARTICLE));
    tree_put(&t, "regulations/gamma/regulation.yaml", REGULATION("gamma", ARTICLE));
    tree_put(&t, "regulations/alpha/rules.lua", barred);
    tree_put(&t, "regulations/beta/rules.lua", barred);
    tree_put(&t, "regulations/gamma/rules.lua",
             "duty { id = \"d\", title = \"t\", cites = { \"四.1\" }, owner = \"officer\",\n"
             "every = \"1d\", done = { on = \"payment\" } }");
    tree_compile(&t);
    CHECK_INT_EQ("once", contradictions(&t, ""), 1);
    CHECK_INT_EQ("both", contradictions(&t, "the duty gamma/d can never be done: "
                                            "all that would do it is blocked by "
                                            "alpha/r (regulations/alpha/rules.lua:1);"),
                 1);
    tree_end(&t);
    tree_put(&t, "o/organisation.yaml",
             TREE_YAML "regulations: { alpha: shadow, beta: shadow, gamma: enforce }\n"
             "roles: { officer: [u1] }\n");
    tree_compile(&t);
    CHECK_INT_EQ("tried out", contradictions(&t, ""), 0);
    tree_end(&t);
}

/* The organisation's words lie over the regulation's. */
static void test_an_override_lets_it_pass(void)
{
    static const char *const words[] = {
        "mode: shadow", "ratio: 0.5",
        "except: [ { place: office, why: w, owner: o } ]",
    };

    for (size_t i = 0; i < 3; i++) {
        char yaml[400];
        struct tree t;

        snprintf(yaml, sizeof(yaml), TREE_YAML
                 "roles: { officer: [u1] }\n"
                 "regulations: { alpha: { rules: { r: { %s } } } }\n", words[i]);
        tree_begin(&t);
        tree_put(&t, "o/organisation.yaml", yaml);
        tree_put(&t, "regulations/alpha/regulation.yaml",
                 REGULATION("alpha", ARTICLE));
        tree_put(&t, "regulations/alpha/rules.lua",
                 "rule { id = \"r\", title = \"t\", cites = { \"四.1\" }, category = \"spam\",\n"
                 "on = \"payment\", verdict = \"block\", tests = { hit {}, miss {} } }\n");
        tree_put(&t, "o/rules.lua",
                 DUTY("d", "owner = \"officer\", every = \"1d\", " PAID));
        tree_compile(&t);
        CHECK(t.status == POLICY_OK, "%s: %s", words[i], t.error.message);
        CHECK_INT_EQ(words[i], contradictions(&t, ""), 0);
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
    size_t len = strlen(out);

    snprintf(out + len, cap - len, "%s", text);
}

static void random_test(char *out, size_t cap, uint64_t *seed)
{
    static const char *const rows[] = {
        "size = 1", "size = 2", "size = { 1, 2 }", "size = more_than(1)",
        "size = less_than(3)", "size = none_of { 1 }", "direction = \"in\"",
        "direction = \"out\"", "direction = { \"in\", \"out\" }",
        "direction = none_of { \"in\" }", "encrypted = true",
        "encrypted = false", "absent \"size\"", "present \"size\"",
        "absent \"direction\"", "present \"encrypted\"",
    };

    add(out, cap, rows[draw(seed, sizeof(rows) / sizeof(*rows))]);
}

static void random_cond(char *out, size_t cap, uint64_t *seed, int depth)
{
    static const char *const joins[] = { "{", "any {", "none {", "all {" };
    unsigned count = 1 + draw(seed, 2);

    add(out, cap, joins[draw(seed, depth ? 4 : 2)]);
    for (unsigned i = 0; i < count; i++) {
        add(out, cap, i ? ", { " : " { ");
        if (depth < 2 && draw(seed, 4) == 0)
            random_cond(out, cap, seed, depth + 1);
        else
            random_test(out, cap, seed);
        add(out, cap, " }");
    }
    add(out, cap, " }");
}

/* A rule that blocks, or does something like it. */
static void random_rule(char *out, size_t cap, unsigned n, uint64_t *seed)
{
    static const char *const verdicts[] = { "block", "block", "block", "hold" };
    char head[200];

    snprintf(head, sizeof(head),
             "rule { id = \"b%u\", title = \"b%u\", reason = \"x\", broad = true,\n"
             "category = \"spam\", on = \"file_transfer\", verdict = \"%s\"", n, n,
             verdicts[draw(seed, 4)]);
    add(out, cap, head);
    if (draw(seed, 8)) {
        add(out, cap, ", where = ");
        random_cond(out, cap, seed, 0);
    }
    if (draw(seed, 4) == 0) {
        add(out, cap, ", requires = ");
        random_cond(out, cap, seed, 1);
    }
    if (draw(seed, 5) == 0) {
        add(out, cap, ", except = { { ");
        random_test(out, cap, seed);
        add(out, cap, ", why = \"w\", owner = \"o\" } }");
    }
    add(out, cap, ", tests = { hit {}, miss {} } }\n");
}

/* Records that `where` was so. */
static void add_witness(char *out, size_t cap, const char *id, const char *where)
{
    char rule[1200];

    snprintf(rule, sizeof(rule),
             "rule { id = \"%s\", title = \"%s\", reason = \"x\", broad = true,\n"
             "category = \"spam\", severity = 1, on = \"file_transfer\",\n"
             "verdict = \"allow\", where = %s, tests = { hit {}, miss {} } }\n",
             id, id, where);
    add(out, cap, rule);
}

enum { SIZES = 4, DIRECTIONS = 3, CODES = 3, EVENTS = SIZES * DIRECTIONS * CODES };

static void make_event(char *out, size_t cap, int n)
{
    static const char *const directions[] = { "", ",\"direction\":\"in\"",
                                              ",\"direction\":\"out\"" };
    static const char *const codes[] = { "", ",\"encrypted\":true",
                                         ",\"encrypted\":false" };
    int size = n % SIZES;
    char part[40] = "";

    if (size)
        snprintf(part, sizeof(part), ",\"size\":%d", size);
    snprintf(out, cap, "{\"id\":\"e\",\"type\":\"file_transfer\",\"org\":\"o\","
             "\"source\":\"t\",\"actor\":\"u\",\"operation\":\"send\","
             "\"time\":\"2026-03-02T09:15:00+08:00\"%s%s%s}", part,
             directions[n / SIZES % DIRECTIONS], codes[n / SIZES / DIRECTIONS]);
}

/* What the witnesses saw of an event: bit 1 of o/w, bit 2 of o/x. */
struct seen { unsigned witnesses; bool blocked; };

static struct seen judge(policy_session *s, policy_event *e, int n)
{
    char json[600];
    const policy_decision *d = NULL;
    policy_error err = POLICY_ERROR_INIT;
    struct seen seen = { 0, false };

    make_event(json, sizeof(json), n);
    if (policy_event_read_json(e, pol_str(json), &err) ||
        policy_session_evaluate(&d, s, e, NULL, &err)) {
        CHECK(false, "%s: %s", json, err.message);
        return seen;
    }
    for (size_t i = 0; i < policy_decision_finding_count(d, POLICY_ENFORCED); i++) {
        const policy_finding *f = policy_decision_finding(d, POLICY_ENFORCED, i);

        seen.witnesses |= f->rule[2] == 'w' ? 1 : f->rule[2] == 'x' ? 2 : 0;
    }
    seen.blocked = policy_decision_verdict(d) == POLICY_BLOCK;
    return seen;
}

/* Of the events that all the witnesses see: how many are there, and how many of
 * them are blocked? */
static void count_events(const struct tree *t, unsigned witnesses, int *all,
                         int *blocked)
{
    policy_session *s;
    policy_event *e;

    *all = *blocked = 0;
    CU_ASSERT_FATAL(policy_session_new(&s, t->bundle, NULL, NULL) == POLICY_OK);
    CU_ASSERT_FATAL(policy_event_new(&e, NULL, NULL, NULL) == POLICY_OK);
    for (int n = 0; n < EVENTS; n++) {
        struct seen seen = judge(s, e, n);

        *all += (seen.witnesses & witnesses) == witnesses;
        *blocked += (seen.witnesses & witnesses) == witnesses && seen.blocked;
    }
    policy_event_free(e);
    policy_session_free(s);
}

struct tally { unsigned said, kept_quiet; };

/* What is said is so; how much of what is so is said is counted, but for what is
 * forbidden outright. */
static void compare(const char *rules, unsigned witnesses, const char *what,
                    struct tally *tally)
{
    struct tree t;
    int all, blocked, about, stopped;
    bool said;

    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml", TREE_YAML "roles: { officer: [u1] }\n");
    tree_put(&t, "o/rules.lua", rules);
    tree_compile(&t);
    if (t.bundle) {
        said = contradictions(&t, what) > 0;
        count_events(&t, witnesses, &all, &blocked);
        CHECK(!said || blocked == all, "%d of %d are blocked:\n%s", blocked, all,
              rules);
        count_events(&t, 1, &about, &stopped);
        tally->said += said && all;
        tally->kept_quiet += !said && all && blocked == all &&
                             (stopped < about || witnesses == 1);
    }
    tree_end(&t);
}

static void test_what_would_do_a_duty_is_blocked(void)
{
    uint64_t seed = 20260301;
    struct tally tally = { 0, 0 };

    for (int round = 0; round < 300; round++) {
        char rules[9000], done[1000] = "";

        random_cond(done, sizeof(done), &seed, 0);
        snprintf(rules, sizeof(rules),
                 DUTY("d", "owner = \"officer\", every = \"1d\",\n"
                      "done = { on = \"file_transfer\", where = %s }"), done);
        add_witness(rules, sizeof(rules), "w", done);
        for (unsigned i = 0, count = 1 + draw(&seed, 4); i < count; i++)
            random_rule(rules, sizeof(rules), i, &seed);
        compare(rules, 1, "the duty o/d can", &tally);
    }
    CHECK(tally.said > 50 && tally.said > 3 * tally.kept_quiet,
          "said %u, kept quiet %u", tally.said, tally.kept_quiet);
}

/* Of a rule that is about one way only: what fulfils it is blocked. */
static void test_what_is_required_is_blocked(void)
{
    uint64_t seed = 20260302;
    struct tally tally = { 0, 0 };

    for (int round = 0; round < 300; round++) {
        char rules[9000] = "", where[200] = "{ ", required[1000] = "",
             gate[1600];

        random_test(where, sizeof(where), &seed);
        add(where, sizeof(where), " }");
        if (strstr(where, "= { "))
            continue; /* two ways */
        random_cond(required, sizeof(required), &seed, 1);
        snprintf(gate, sizeof(gate),
                 "rule { id = \"g\", title = \"g\", reason = \"x\", broad = true,\n"
                 "category = \"spam\", on = \"file_transfer\", verdict = \"flag\",\n"
                 "where = %s, requires = %s, tests = { hit {}, miss {} } }\n",
                 where, required);
        add(rules, sizeof(rules), gate);
        add_witness(rules, sizeof(rules), "w", where);
        add_witness(rules, sizeof(rules), "x", required);
        for (unsigned i = 0, count = 1 + draw(&seed, 4); i < count; i++)
            random_rule(rules, sizeof(rules), i, &seed);
        compare(rules, 3, "the rule o/g requires", &tally);
    }
    CHECK(tally.said > 10 && tally.said > tally.kept_quiet, "said %u, kept quiet %u", tally.said,
          tally.kept_quiet);
}

static const struct test_case tests[] = {
    { "reports what contradicts", test_reports_what_contradicts },
    { "says nothing where a way is left", test_says_nothing_where_a_way_is_left },
    { "names both and says what to do", test_names_both_and_says_what_to_do },
    { "one of each stands for all", test_one_of_each_stands_for_all },
    { "two regulations contradict", test_two_regulations_contradict },
    { "an override lets it pass", test_an_override_lets_it_pass },
    { "what would do a duty is blocked", test_what_would_do_a_duty_is_blocked },
    { "what is required is blocked", test_what_is_required_is_blocked },
};

POLICY_TEST_MAIN("lint_duty", tests)
