/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "compile_cases.h"

static void test_reports_what_is_wrong(void)
{
    TREE_RUN(case_base, org_cases, NULL);
}

/* By who reads organisation.yaml, and by nobody who reads the rules then. */
static void test_a_wrong_override_is_told_once(void)
{
    static const char *const words[] = {
        "‸mdoe: off", "mode: ‸of", "ratio: ‸2", "tell: ‸[3]", "except: ‸4",
        "‸verdict: flag", "brake: ‸1", "except: [ ‸{ actor: a, why: w } ]",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        struct tree_place at = { "", 0, 0 };
        char text[300], *yaml;
        struct tree t;

        snprintf(text, sizeof(text), TREE_YAML
                 "regulations: { alpha: { rules: { r: { %s } } } }\n", words[i]);
        yaml = tree_unmark(text, "o/organisation.yaml", &at);
        tree_begin(&t);
        for (size_t j = 0; j < sizeof(case_base) / sizeof(*case_base); j++)
            tree_put(&t, case_base[j].path, case_base[j].text);
        tree_put(&t, "regulations/alpha/rules.lua", CITED("match = term \"词\""));
        tree_put(&t, "o/organisation.yaml", yaml);
        tree_compile(&t);
        CHECK(t.errors == 1, "%s: %zu errors", words[i], t.errors);
        CHECK(t.reports[0].line == at.line && t.reports[0].column == at.column,
              "%s: %u:%u %s", words[i], t.reports[0].line, t.reports[0].column,
              t.reports[0].message);
        tree_end(&t);
        free(yaml);
    }
}

/* Rules, duties and ladders, off or tried out. */
static void test_what_is_there_may_be_overridden(void)
{
    static const char *const modes[] = { "off", "shadow", "enforce" };

    for (size_t i = 0; i < 3; i++) {
        char yaml[400];
        struct tree t;

        snprintf(yaml, sizeof(yaml), TREE_YAML
                 "roles: { officer: [u1] }\nregulations: { alpha: { rules:\n"
                 "  { r: { mode: %s }, d: { mode: %s }, l: { mode: %s } } } }\n",
                 modes[i], modes[i], modes[i]);
        tree_begin(&t);
        tree_put(&t, "o/organisation.yaml", yaml);
        tree_put(&t, "regulations/alpha/regulation.yaml",
                 REGULATION("alpha", ARTICLE));
        tree_put(&t, "regulations/alpha/rules.lua", CITED("match = term \"词\"")
                 "duty { id = \"d\", title = \"t\", cites = \"四.1\", owner = \"officer\","
                 " every = \"1d\" }\n"
                 "ladder { id = \"l\", title = \"t\", cites = \"四.1\", decide = \"officer\","
                 " within = \"1d\", tracks = { { id = \"a\", steps = {"
                 " step { \"talk\", zh = \"谈\" } } } } }\n");
        if (tree_compile_well(&t, modes[i], i == 0 ? 0 : 2)) {
            const pol_org *o = tree_org(&t, "o");

            CHECK_INT_EQ(modes[i], o->ladder_count, i > 0);
            CHECK_INT_EQ(modes[i], o->duty_count, i > 0 ? 2 : 0);
        }
        tree_end(&t);
    }
}

/* --- what depends on what ------------------------------------------------- */

#define ORG(id, more) "id: " id "\nname: n\nkind: company\n" more

static const struct tree_file two[] = {
    { "a/organisation.yaml", ORG("a", ADOPTED) },
    { "a/rules.lua", TREE_RULE("match = list \"own\"") },
    { "a/lists/own.txt", "机密\n" },
    { "b/organisation.yaml", ORG("b", "regulations: { beta: enforce }\n") },
    { "b/rules.lua", TREE_RULE("match = list \"insult\"") },
    { "lists/insult.txt", "笨蛋\n" },
    { "regulations/alpha/regulation.yaml", REGULATION("alpha", ARTICLE) },
    { "regulations/alpha/rules.lua",
      "use \"t\" { part = { cites = { \"四.1\" } } }\n" },
    { "regulations/beta/regulation.yaml", REGULATION("beta", ARTICLE) },
    { "regulations/beta/rules.lua", CITED("match = term \"词\"") },
    { "themes/t.lua", THEME("", PART) },
    { "themes/idle.lua", "theme { id = \"idle\", title = \"t\", parts = {} }\n" },
};

static const struct {
    const char *label, *path, *text;
    bool same_a, same_b, same_shared, same_revision;
} changes[] = {
    { "nothing", "a/organisation.yaml", ORG("a", ADOPTED), true, true, true, true },
    { "organisation.yaml", "a/organisation.yaml", ORG("a", ADOPTED "strict: true\n"),
      false, true, true, false },
    { "rules.lua", "a/rules.lua",
      TREE_RULE("match = list \"own\", severity = 4"), false, true, true, false },
    { "an own list", "a/lists/own.txt", "机密\n绝密\n", false, true, true, false },
    { "a new own list", "b/lists/more.txt", "绝密\n", true, false, true, false },
    { "a shared list", "lists/insult.txt", "笨蛋\n蠢货\n", false, false, false,
      false },
    { "a regulation's catalogue", "regulations/alpha/regulation.yaml",
      REGULATION("alpha", ARTICLE "  - { ref: 五, class: meta, status: meta, zh: 五 }\n"),
      false, true, true, false },
    { "a regulation's rules", "regulations/beta/rules.lua",
      CITED("match = term \"字\""), true, false, true, false },
    { "a theme", "themes/t.lua", THEME("m = param { \"int\", 1, why = \"w\" }", PART), false,
      true, true, false },
    { "a theme that nobody uses", "themes/idle.lua",
      "theme { id = \"idle\", title = \"u\", parts = {} }\n", true, true, true,
      true },
    { "a regulation that nobody adopts", "regulations/gamma/regulation.yaml",
      REGULATION("gamma", ARTICLE), true, true, true, true },
};

static void lay_two(struct tree *t)
{
    tree_begin(t);
    tree_put(t, "o/organisation.yaml", NULL);
    for (size_t i = 0; i < sizeof(two) / sizeof(*two); i++)
        tree_put(t, two[i].path, two[i].text);
}

static void test_a_change_rebuilds_what_depends_on_it(void)
{
    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
        const char *label = changes[i].label;
        struct tree old, new;

        lay_two(&old);
        tree_compile(&old);
        lay_two(&new);
        new.options.base = old.bundle;
        tree_put(&new, changes[i].path, changes[i].text);
        if (CHECK(!old.status && !tree_compile(&new), "%s: %s %s", label,
                  old.error.message, new.error.message)) {
            CHECK((tree_org(&old, "a") == tree_org(&new, "a")) ==
                      changes[i].same_a, "%s: a", label);
            CHECK((tree_org(&old, "b") == tree_org(&new, "b")) ==
                      changes[i].same_b, "%s: b", label);
            CHECK((old.bundle->shared == new.bundle->shared) ==
                      changes[i].same_shared, "%s: shared lists", label);
            CHECK((strcmp(old.bundle->revision, new.bundle->revision) == 0) ==
                      changes[i].same_revision, "%s: revision", label);
        }
        tree_end(&old); /* parts taken over outlive their first bundle */
        if (new.bundle)
            CHECK(tree_org(&new, "a")->rule_count == 2, "%s: alive", label);
        tree_end(&new);
    }
}

static policy_bundle *compile_below(const char *folder, policy_bundle *base)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_bundle *bundle = NULL;
    policy_compiler *c;
    char path[100];

    o.base = base;
    if (policy_compiler_new(&c, &o, &err) ||
        policy_compiler_add_path(c, folder, &err) ||
        policy_compiler_add_library(c, folder, &err))
        exit(1);
    for (size_t i = 0; i < sizeof(two) / sizeof(*two); i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, two[i].path);
        if (policy_compiler_add_file(c, path, pol_str(two[i].text), &err))
            exit(1);
    }
    CHECK(policy_compiler_build(&bundle, c, &err) == POLICY_OK, "%s: %s", folder,
          err.message);
    policy_compiler_free(c);
    return bundle;
}

/* The same decides the same wherever it lies, but a rule shows where it lies
 * now. */
static void test_equal_sources_elsewhere_have_one_revision(void)
{
    policy_bundle *one = compile_below("no-such-1", NULL);
    policy_bundle *two_ = one ? compile_below("no-such-2", one) : NULL;
    policy_bundle *again = one ? compile_below("no-such-1", one) : NULL;

    if (two_ && again) {
        CHECK_CSTR_EQ("moved", two_->revision, one->revision);
        CHECK(two_->shared == one->shared, "lists name no file");
        CHECK(two_->orgs[0] != one->orgs[0], "rules do");
        CHECK_STR_EQ("file", two_->orgs[0]->rules[0].file,
                     "no-such-2/regulations/alpha/rules.lua");
        CHECK(again->orgs[0] == one->orgs[0] && again->orgs[1] == one->orgs[1],
              "in the same place");
    }
    policy_bundle_unref(one);
    policy_bundle_unref(two_);
    policy_bundle_unref(again);
}

/* --- the part ------------------------------------------------------------- */

static void test_a_check_is_named_after_the_organisation(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml", NULL);
    tree_put(&t, "deep/organisation.yaml", ORG("o", ""));
    tree_put(&t, "deep/rules.lua",
             TREE_RULE("match = term \"词\",\n  check = function(e) return true end"));
    if (tree_compile_well(&t, "check", 0)) {
        CHECK_INT_EQ("files", tree_org(&t, "o")->guard_count, 1);
        CHECK_STR_EQ("name", tree_org(&t, "o")->guard_names[0], "o/rules.lua");
    }
    tree_end(&t);
}

static void test_articles_count_rules_in_force(void)
{
    static const struct {
        const char *label, *rules;
        uint32_t count, tests;
    } rows[] = {
        { "none", "", 0, 0 },
        { "one", CITED("match = term \"词\""), 1, 2 },
        { "one in shadow", CITED("match = term \"词\", mode = \"shadow\""), 1, 2 },
        { "one off", CITED("match = term \"词\", mode = \"off\""), 0, 0 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct tree t;

        tree_begin(&t);
        tree_put(&t, "o/organisation.yaml", TREE_YAML ADOPTED);
        tree_put(&t, "regulations/alpha/regulation.yaml",
                 REGULATION("alpha", ARTICLE));
        tree_put(&t, "regulations/alpha/rules.lua", rows[i].rules);
        if (tree_compile_well(&t, rows[i].label, 0)) {
            const pol_bundle_article *a = tree_org(&t, "o")->articles;

            CHECK_INT_EQ(rows[i].label, tree_org(&t, "o")->article_count, 1);
            CHECK_CSTR_EQ(rows[i].label, a->ref, "四.1");
            CHECK_CSTR_EQ(rows[i].label, a->status, "planned");
            CHECK_INT_EQ(rows[i].label, a->rules, rows[i].count);
            CHECK_INT_EQ(rows[i].label, a->tests, rows[i].tests);
        }
        tree_end(&t);
    }
}

static void test_too_many_rules_are_refused(void)
{
    policy_limits limits = POLICY_LIMITS_INIT;
    struct tree t;

    limits.rules = 1;
    lay_two(&t);
    t.options.limits = &limits;
    CHECK(tree_compile(&t) == POLICY_ELIMIT && strstr(t.error.message, "rules"),
          "%d %s", t.status, t.error.message);
    tree_end(&t);
}

/* --- many of each --------------------------------------------------------- */

enum { MANY = 300 };

/* Rule "aI" asks for list "lI" and term "词I", "bI" for the term of the last but
 * I and for "aI"'s in another strictness, which is another one. */
static const char many_rules[] =
    "for i = 0, 299 do\n"
    "  local function r(id, match)\n"
    "    rule { id = id .. i, title = id, reason = \"x\", category = \"spam\",\n"
    "      on = \"message\", verdict = \"flag\", match = match,\n"
    "      tests = { hit { \"词\" }, miss { \"好\" } } }\n"
    "  end\n"
    "  r(\"a\", any { list(\"l\" .. i), term(\"词\" .. i) })\n"
    "  r(\"b\", any { term(\"词\" .. 299 - i),\n"
    "                 term { \"词\" .. i, strict = \"exact\" } })\n"
    "end\n";

static void check_signal(const pol_org *o, const pol_match *m,
                         pol_signal_kind kind, const char *prefix, int number,
                         bool exact)
{
    const pol_signal *s = &o->signals[m->signal];
    char name[20];

    snprintf(name, sizeof(name), "%s%d", prefix, number);
    CHECK(m->signal < o->signal_count && s->kind == kind &&
              pol_str_is(s->name, name) &&
              (kind == POL_SIGNAL_LIST || !!(s->flags & POL_TERM_EXACT) == exact),
          "%s: signal %u is %.*s", name, m->signal, (int)s->name.len,
          s->name.ptr);
}

static void test_many_signals_are_told_apart_and_shared(void)
{
    static char yaml[MANY * 24 + 100];
    const pol_org *o;
    struct tree t;
    size_t len = (size_t)sprintf(yaml, "%slists:\n", TREE_YAML);

    for (int i = 0; i < MANY; i++)
        len += (size_t)sprintf(yaml + len, "  l%d: { kind: terms }\n", i);
    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml", yaml);
    tree_put(&t, "o/rules.lua", many_rules);
    o = tree_compile_well(&t, "many", TREE_ANY) ? tree_org(&t, "o") : NULL;
    CHECK_INT_EQ("signals", o ? o->signal_count : 0, 3 * MANY);
    for (int i = 0; o && i < MANY; i++) {
        char a[20], b[20];
        const pol_rule *ra, *rb;

        snprintf(a, sizeof(a), "o/a%d", i);
        snprintf(b, sizeof(b), "o/b%d", i);
        ra = tree_rule(&t, a);
        rb = tree_rule(&t, b);
        if (!CHECK(ra && rb, "%s and %s are missing", a, b))
            break;
        check_signal(o, &ra->match->kids[0], POL_SIGNAL_LIST, "l", i, false);
        check_signal(o, &ra->match->kids[1], POL_SIGNAL_TERM, "词", i, false);
        check_signal(o, &rb->match->kids[0], POL_SIGNAL_TERM, "词",
                     MANY - 1 - i, false);
        check_signal(o, &rb->match->kids[1], POL_SIGNAL_TERM, "词", i, true);
    }
    tree_end(&t);
}

static void test_duties_and_ladders_can_be_turned_off(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/organisation.yaml",
             TREE_YAML "roles: { officer: [u1] }\n"
             "regulations: { alpha: { rules: { owed: { mode: off },"
             " steps: { mode: off } } } }\n");
    tree_put(&t, "regulations/alpha/regulation.yaml",
             REGULATION("alpha", ARTICLE));
    tree_put(&t, "regulations/alpha/rules.lua",
             "duty { id = \"owed\", title = \"t\", cites = \"四.1\","
             " owner = \"officer\", every = \"1d\" }\n"
             "ladder { id = \"steps\", title = \"t\", cites = \"四.1\","
             " decide = \"officer\", within = \"1d\", tracks = { { id = \"a\","
             " steps = { step { \"talk\", zh = \"谈\" } } } } }\n");
    if (tree_compile_well(&t, "off", 0)) {
        CHECK_INT_EQ("no duty", tree_org(&t, "o")->duty_count, 0);
        CHECK_INT_EQ("no ladder", tree_org(&t, "o")->ladder_count, 0);
    }
    tree_end(&t);
}

static const struct test_case tests[] = {
    { "reports what is wrong", test_reports_what_is_wrong },
    { "a wrong override is told once", test_a_wrong_override_is_told_once },
    { "what is there may be overridden", test_what_is_there_may_be_overridden },
    { "a change rebuilds what depends on it",
      test_a_change_rebuilds_what_depends_on_it },
    { "equal sources elsewhere have one revision",
      test_equal_sources_elsewhere_have_one_revision },
    { "a check is named after the organisation",
      test_a_check_is_named_after_the_organisation },
    { "articles count rules in force", test_articles_count_rules_in_force },
    { "duties and ladders can be turned off",
      test_duties_and_ladders_can_be_turned_off },
    { "too many rules are refused", test_too_many_rules_are_refused },
    { "many signals are told apart and shared",
      test_many_signals_are_told_apart_and_shared },
};

POLICY_TEST_MAIN("org_build", tests)
