/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "compile_cases.h"

#include "base/alloc.h"
#include "base/buffer.h"

static void test_reports_what_is_wrong(void)
{
    TREE_RUN(case_base, cond_cases, NULL);
}

/* --- conditions as text --------------------------------------------------- */

static void dump_value(pol_buf *b, const pol_value *v)
{
    switch (v->kind) {
    case POL_BOOL: pol_buf_text(b, v->i ? "true" : "false"); break;
    case POL_INT: pol_buf_int(b, v->i); break;
    case POL_TIME: pol_buf_fmt(b, "@%lld", (long long)v->i); break;
    case POL_STR:
        pol_buf_str(b, v->str);
        pol_buf_text(b, v->word ? "" : "'");
        break;
    default: pol_buf_text(b, "?");
    }
}

/* ORDER COND */
static const char *const ops[] = {
    "all", "any", "none", "is", "none_of", "all_of", "more", "less", "among",
    "outside", "same", "differs", "beyond", "later", "absent", "present", "empty",
    "known", "unknown",
};

/* all(is direction out, more minutes 5); 'x marks what is no word. */
static void dump(pol_buf *b, const pol_cond *c)
{
    pol_buf_text(b, ops[c->op]);
    if (c->op <= POL_COND_NONE) {
        pol_buf_char(b, '(');
        for (size_t i = 0; i < c->kid_count; i++) {
            pol_buf_text(b, i ? ", " : "");
            dump(b, &c->kids[i]);
        }
        pol_buf_char(b, ')');
        return;
    }
    pol_buf_char(b, ' ');
    if (c->fact.len)
        pol_buf_text(b, "facts.");
    pol_buf_str(b, c->fact.len ? c->fact : pol_str(pol_fields[c->field].name));
    for (size_t i = 0; i < c->value_count; i++) {
        pol_buf_char(b, i ? '|' : ' ');
        dump_value(b, &c->values[i]);
    }
    if (c->op == POL_COND_MORE || c->op == POL_COND_LESS)
        pol_buf_fmt(b, " %lld", (long long)c->number);
    if (c->set) {
        pol_buf_char(b, ' ');
        pol_buf_str(b, c->set->name);
    }
    if (c->op >= POL_COND_SAME && c->op <= POL_COND_LATER)
        pol_buf_fmt(b, " %s", pol_fields[c->other].name);
    if (c->op == POL_COND_LATER)
        pol_buf_fmt(b, " %lld%s", (long long)c->number,
                    c->unit == POL_SPAN_WORK_DAYS    ? "bd"
                    : c->unit == POL_SPAN_WORK_HOURS ? "bh" : "");
}

static const struct {
    const char *label, *on, *where, *dump;
} conditions[] = {
    { "a word", "\"message\"", "{ direction = \"out\" }", "is direction out" },
    { "an id", "\"message\"", "{ actor = \"u1\" }", "is actor u1'" },
    { "one of two", "\"message\"", "{ conversation_kind = { \"direct\", \"group\" } }",
      "is conversation_kind direct|group" },
    { "a truth", "\"message\"", "{ external = true }", "is external true" },
    { "a number", "\"usage_period\"", "{ minutes = 5 }", "is minutes 5" },
    { "a time", "\"message\"", "{ time = \"2026-03-02T09:15:00+08:00\" }",
      "is time @1772414100000" },
    { "a time in milliseconds", "\"message\"", "{ time = 7 }", "is time @7" },
    { "two, in the order of their names", "\"message\"",
      "{ direction = \"out\", actor = \"u1\" }",
      "all(is actor u1', is direction out)" },
    { "entries before items", "\"message\"",
      "{ absent \"actor\", direction = \"out\" }",
      "all(is direction out, absent actor)" },
    { "a call in the place of a table", "\"message\"",
      "any { { actor = \"a\" }, { actor = \"b\" } }",
      "any(is actor a', is actor b')" },
    { "an entry of any is a branch", "\"message\"",
      "any { actor = \"a\", direction = \"out\" }",
      "any(is actor a', is direction out)" },
    { "all in all", "\"message\"", "all { all { actor = \"a\" } }", "is actor a'" },
    { "none of one stays", "\"message\"", "none { actor = \"a\" }",
      "none(is actor a')" },
    { "none_of", "\"message\"", "{ direction = none_of { \"in\", \"out\" } }",
      "none_of direction in|out" },
    { "all_of", "\"message\"", "{ recipient_kinds = all_of { \"staff\", \"patient\" } }",
      "all_of recipient_kinds staff|patient" },
    { "more and less", "\"usage_period\"",
      "{ minutes = more_than(5), { minutes = less_than(9) } }",
      "all(more minutes 5, less minutes 9)" },
    { "among", "\"payment\"", "{ counterparty = among \"payees\" }",
      "among counterparty payees" },
    { "outside", "\"payment\"", "{ counterparty = outside \"payees\" }",
      "outside counterparty payees" },
    { "same and differs", "\"login\"",
      "{ holder = differs \"actor\", account = same \"holder\" }",
      "all(same account holder, differs holder actor)" },
    { "later", "\"incident\"", "{ reported_at = later(\"noticed_at\", \"2h\") }",
      "later reported_at noticed_at 7200000" },
    { "later by days of work", "\"incident\"",
      "{ reported_at = later(\"noticed_at\", \"3bd\") }",
      "later reported_at noticed_at 3bd" },
    { "later by a parameter", "\"incident\"",
      "{ reported_at = later(\"noticed_at\", param \"span\") }",
      "later reported_at noticed_at 1800000" },
    { "a parameter as a value", "\"message\"", "{ actor = param \"who\" }",
      "is actor u9'" },
    { "a parameter in a list", "\"message\"", "{ actor = { \"a\", param \"who\" } }",
      "is actor a'|u9'" },
    { "asks", "\"message\"", "{ absent \"actor\", present \"text\", empty \"links\" }",
      "all(absent actor, present text, empty links)" },
    { "facts", "\"message\"",
      "{ [\"facts.a\"] = true, [\"facts.b\"] = 3, [\"facts.c\"] = \"x\", absent \"facts.d\" }",
      "all(is facts.a true, is facts.b 3, is facts.c x', absent facts.d)" },
    { "a field of one type only, inside any", "{ \"message\", \"login\" }",
      "any { { direction = \"out\" }, { holder = \"u\" } }",
      "any(is direction out, is holder u')" },
    { "a role of the organisation's own", "\"message\"",
      "{ actor_roles = { \"registrar\", \"staff\" } }",
      "is actor_roles registrar'|staff" },
    { "flags", "\"message\"",
      "{ flags = { \"bidi\", \"mixed-han\" }, { flags = all_of { \"tag\", \"marks\" } }, "
      "empty \"flags\" }",
      "all(is flags bidi|mixed-han, all_of flags tag|marks, empty flags)" },
    { "flags of a type without texts", "\"login\"",
      "{ flags = none_of { \"unknown-kind\" } }", "none_of flags unknown-kind" },
    { "values that agree", "\"message\"",
      "{ direction = { \"in\", \"out\" }, { direction = \"out\" } }",
      "all(is direction in|out, is direction out)" },
    { "a list may hold both", "\"message\"",
      "{ recipient_kinds = \"staff\", { recipient_kinds = \"patient\" } }",
      "all(is recipient_kinds staff, is recipient_kinds patient)" },
    { "branches of any may differ", "\"message\"",
      "{ any { { direction = \"in\" }, { direction = \"out\" } } }",
      "any(is direction in, is direction out)" },
};

static void test_compiles_conditions(void)
{
    for (size_t i = 0; i < sizeof(conditions) / sizeof(*conditions); i++) {
        struct tree t;
        char rule[1000];
        const pol_rule *r;
        pol_buf b;

        tree_begin(&t);
        tree_put(&t, "o/organisation.yaml", TREE_YAML
                 "roles: { officer: [u1] }\nlists: { payees: { kind: ids } }\n"
                 "actor_roles: [registrar]\n"
                 "regulations: { alpha: { params: { who: u9, span: 30m } } }\n");
        tree_put(&t, "regulations/alpha/regulation.yaml",
                 "id: alpha\ntitle: 制度\nkind: company\nparams:\n"
                 "  who: { type: text, default: a, why: w }\n"
                 "  span: { type: duration, default: 1h, why: w }\narticles:\n" ARTICLE);
        snprintf(rule, sizeof(rule),
                 "rule { id = \"r\", title = \"t\", cites = { \"四.1\" }, on = %s,\n"
                 "  category = \"spam\", verdict = \"flag\", broad = true,\n"
                 "  where = %s, tests = { hit {}, miss {} } }\n",
                 conditions[i].on, conditions[i].where);
        tree_put(&t, "regulations/alpha/rules.lua", rule);
        if (tree_compile_well(&t, conditions[i].label, TREE_ANY)) {
            r = tree_rule(&t, "alpha/r");
            pol_buf_init(&b, &pol_malloc_allocator, 1000);
            if (CHECK(r && r->where, "%s", conditions[i].label))
                dump(&b, r->where);
            CHECK_STR_EQ(conditions[i].label, pol_buf_slice(&b),
                         conditions[i].dump);
            pol_buf_fini(&b);
        }
        tree_end(&t);
    }
}

static void test_an_empty_condition_is_none(void)
{
    struct tree t;

    tree_begin(&t);
    tree_put(&t, "o/rules.lua", TREE_RULE("match = term \"词\", where = {}"));
    if (tree_compile_well(&t, "empty", 0))
        CHECK(tree_rule(&t, "o/r") && !tree_rule(&t, "o/r")->where, "no condition");
    tree_end(&t);
}

static const struct test_case tests[] = {
    { "reports what is wrong", test_reports_what_is_wrong },
    { "compiles conditions", test_compiles_conditions },
    { "an empty condition is none", test_an_empty_condition_is_none },
};

POLICY_TEST_MAIN("cond_build", tests)
