/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memories, clauses, tests of the past and counts as they are compiled.
 */
#include "compile_cases.h"

#include "rule/standing.h"

static void test_reports_what_is_wrong(void)
{
    TREE_RUN(case_base, history_cases, NULL);
}

static const struct tree_file sources[] = {
    { "o/organisation.yaml", TREE_YAML "regulations: { alpha: enforce, beta: enforce }\n" },
    { "regulations/alpha/regulation.yaml", REGULATION("alpha", ARTICLE) },
    { "regulations/beta/regulation.yaml", REGULATION("beta", ARTICLE) },
    { "themes/t.lua", THEME("m = param { \"duration\", \"2h\", why = \"w\" }",
      "often = rule { title = \"p\", on = \"message\", category = \"spam\",\n"
      "  match = term \"词\", verdict = \"flag\",\n"
      "  count = { by = \"actor\", over = param \"m\", more_than = 3 },\n"
      "  tests = { miss \"词\", miss \"好\" } }") },
};

static bool begin(struct tree *t, const char *label)
{
    tree_begin(t);
    for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++)
        tree_put(t, sources[i].path, sources[i].text);
    (void)label;
    return true;
}

static const pol_record_def *record_of(const pol_org *o, const char *id)
{
    for (size_t i = 0; o && i < o->record_count; i++)
        if (pol_str_is(o->records[i]->id, id))
            return o->records[i];
    return NULL;
}

static const pol_rule *rule_of(const pol_org *o, const char *id)
{
    for (size_t i = 0; o && i < o->rule_count; i++)
        if (strcmp(o->rules[i].id, id) == 0)
            return &o->rules[i];
    return NULL;
}

static void test_a_memory_is_what_was_written(void)
{
    struct tree t;
    const pol_org *o;
    const pol_record_def *d;
    const pol_clause *c;

    begin(&t, "memory");
    tree_put(&t, "o/rules.lua",
             "memory { id = \"m\", key = { each \"accounts\", \"person\" }, keep = \"2d\",\n"
             "  write = \"always\", fields = { \"dept\", \"change\" },\n"
             "  set = { { on = \"staff_change\", where = { change = \"leave\" },\n"
             "            at = \"effective\", first = true } },\n"
             "  clear = { on = { \"login\", \"message\" }, key = \"account\" } }\n"
             "memory { id = \"n\", key = \"actor\", keep = \"forever\",\n"
             "  set = { on = \"login\" } }\n");
    if (!tree_compile_well(&t, "memory", 0))
        return;
    o = tree_org(&t, "o");
    d = record_of(o, "o/m");
    CHECK(d && d->kind == POL_RECORD_MEMORY && d->attempts && !d->carries &&
              d->keep == 2 * INT64_C(86400000) && d->until == -1, "the definition");
    CHECK(d && d->key_count == 2 && d->key_kinds[0] == POL_ID_ACCOUNT &&
              d->key_kinds[1] == POL_ID_PERSON &&
              d->key.fields[0] == POLICY_FIELD_ACCOUNTS, "its key");
    CHECK(d && d->field_count == 2 && d->fields[0] == POLICY_FIELD_DEPT, "its fields");
    CHECK(record_of(o, "o/n") && record_of(o, "o/n")->keep == INT64_MAX &&
              !record_of(o, "o/n")->attempts, "another");
    CHECK_INT_EQ("clauses", o->clause_count, 3);
    c = &o->clauses[0];
    CHECK(c->does == POL_CLAUSE_SET && c->record == d && c->first && c->where &&
              c->at == POLICY_FIELD_EFFECTIVE &&
              c->types == UINT32_C(1) << POLICY_TYPE_STAFF_CHANGE, "what sets it");
    c = &o->clauses[1];
    CHECK(c->does == POL_CLAUSE_CLEAR && c->record == d && !c->first &&
              c->key.count == 1 && c->at == POLICY_FIELD_TIME && !c->where,
          "what clears it");
    CHECK(o->clause_index.key_count == 1 &&
              o->clause_index.types[POLICY_TYPE_MESSAGE].count == 1 &&
              o->clause_index.types[POLICY_TYPE_STAFF_CHANGE].count == 0,
          "they are indexed like rules");
    tree_end(&t);
}

static void test_a_test_of_the_past(void)
{
    struct tree t;
    const pol_rule *r;
    const pol_known *k;

    begin(&t, "known");
    tree_put(&t, "o/rules.lua",
             "rule { id = \"r\", title = \"t\", reason = \"x\", category = \"spam\",\n"
             "  on = \"message\", verdict = \"flag\", where = known { \"m\", key = \"actor\",\n"
             "  where = { dept = same \"actor_dept\" }, within = \"30d\", at_least = 3,\n"
             "  other = true }, requires = unknown { \"leavers\", key = \"account\" },\n"
             "  tests = { miss {}, miss {} } }\n"
             "memory { id = \"m\", key = { \"person\", \"dept\" }, keep = \"1y\",\n"
             "  fields = \"dept\", set = { on = \"staff_change\" } }\n");
    if (!tree_compile_well(&t, "known", 1))
        return;
    r = rule_of(tree_org(&t, "o"), "o/r");
    k = r && r->where ? r->where->known : NULL;
    CHECK(k && r->where->op == POL_COND_KNOWN && pol_str_is(k->record->id, "o/m") &&
              k->key.count == 1 && k->within.count == 30 * INT64_C(86400000) &&
              k->at_least == 3 && k->other, "known");
    CHECK(k && k->where && k->where->op == POL_COND_SAME &&
              k->where->field == POLICY_FIELD_DEPT &&
              k->where->other == POLICY_FIELD_ACTOR_DEPT, "its condition");
    CHECK(r && r->requires && r->requires->op == POL_COND_UNKNOWN &&
              r->requires->known->record == &pol_standing[POL_STANDING_LEAVERS],
          "unknown, of the library's");
    CHECK(r && pol_rule_trigger(r) == POL_TRIGGER_TYPE, "it is a trigger");
    tree_end(&t);
}

/* An own memory goes before the library's of that name; that of another is
 * named in full. */
static void test_names_of_memories(void)
{
    static const char memory[] = "memory { id = \"reviews\", key = \"actor\","
                                 " keep = \"1d\", set = { on = \"login\" } }\n";
    static const struct { const char *label, *name, *found; bool own; } rows[] = {
        { "the library's", "reviews", "reviews", false },
        { "an own one", "reviews", "o/reviews", true },
        { "another's", "alpha/reviews", "alpha/reviews", true },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct tree t;
        char rules[1024];
        const pol_rule *r;

        begin(&t, rows[i].label);
        snprintf(rules, sizeof(rules),
                 "rule { id = \"r\", title = \"t\", reason = \"x\", category = \"spam\",\n"
                 "  on = \"message\", verdict = \"flag\", where = known { \"%s\", key = \"%s\" },\n"
                 "  tests = { miss {}, miss {} } }\n%s",
                 rows[i].name, rows[i].own ? "actor" : "thing",
                 rows[i].own ? memory : "");
        tree_put(&t, "o/rules.lua", rules);
        tree_put(&t, "regulations/alpha/rules.lua", memory);
        if (!tree_compile_well(&t, rows[i].label, 1))
            continue;
        r = rule_of(tree_org(&t, "o"), "o/r");
        if (CHECK(r && r->where && r->where->known, "%s", rows[i].label))
            CHECK_STR_EQ(rows[i].label, r->where->known->record->id, rows[i].found);
        tree_end(&t);
    }
}

static void test_attributes_are_compiled(void)
{
    struct tree t;
    const pol_rule *r;

    begin(&t, "attributes");
    tree_put(&t, "o/rules.lua",
             "rule { id = \"r\", title = \"t\", reason = \"x\", category = \"spam\",\n"
             "  on = \"post\", verdict = \"flag\", where = {\n"
             "  [\"approved_by.roles\"] = none_of { \"manager\" },\n"
             "  [\"account.holder\"] = differs \"actor\" },\n"
             "  tests = { miss {}, miss {} } }\n");
    if (!tree_compile_well(&t, "attributes", 1))
        return;
    r = rule_of(tree_org(&t, "o"), "o/r");
    if (CHECK(r && r->where && r->where->kid_count == 2, "two tests")) {
        const pol_cond *holder = &r->where->kids[0], *roles = &r->where->kids[1];

        CHECK(holder->field == POLICY_FIELD_ACCOUNT &&
                  holder->attribute == POL_ATTRIBUTE_ACCOUNT_HOLDER &&
                  holder->other == POLICY_FIELD_ACTOR, "the holder");
        CHECK(roles->field == POLICY_FIELD_APPROVED_BY &&
                  roles->attribute == POL_ATTRIBUTE_PERSON_ROLES &&
                  roles->op == POL_COND_NONE_OF && roles->values[0].word,
              "the roles, a word of the schema");
    }
    tree_end(&t);
}

static void test_counts_are_compiled(void)
{
    struct tree t;
    const pol_org *o;
    const pol_count *c;

    begin(&t, "counts");
    tree_put(&t, "o/rules.lua",
             "rule { id = \"r\", title = \"t\", reason = \"x\", " SCOPE ",\n"
             "  verdict = \"flag\", count = { by = { \"actor\", \"conversation\" },\n"
             "  period = \"month\", more_than = 0, distinct = \"recipients\",\n"
             "  reset = { { on = \"login\", key = \"actor\" } } }, " TESTS " }\n"
             "rule { id = \"s\", title = \"t\", reason = \"x\", " SCOPE ",\n"
             "  verdict = \"warn\", count = { by = \"actor\", over = \"60s\",\n"
             "  more_than = 2, id = \"c\" }, " TESTS " }\n"
             "rule { id = \"u\", title = \"t\", reason = \"x\", " SCOPE ",\n"
             "  verdict = \"hold\", count = { by = \"account\", over = \"60s\",\n"
             "  more_than = 9, id = \"c\" }, " TESTS " }\n");
    if (!tree_compile_well(&t, "counts", 0))
        return;
    o = tree_org(&t, "o");
    c = rule_of(o, "o/r")->count;
    CHECK(c->period == POL_PERIOD_MONTH && c->over == 0 && c->more_than == 0 &&
              c->distinct == POLICY_FIELD_RECIPIENTS && c->sum == -1 &&
              c->resets && c->by.count == 2, "what was written");
    CHECK(pol_str_is(c->record->id, "o/r") && c->record->kind == POL_RECORD_COUNT,
          "its own counter");
    CHECK(o->clause_count == 1 && o->clauses[0].does == POL_CLAUSE_RESET &&
              o->clauses[0].record == c->record, "what resets it");
    c = rule_of(o, "o/s")->count;
    CHECK(c->over == 60000 && c->record == rule_of(o, "o/u")->count->record &&
              pol_str_is(c->record->id, "o//c"), "a shared one");
    tree_end(&t);
}

/* Whichever regulation comes first: one rule, and the same counter. */
static void test_merged_rules_have_one_counter(void)
{
    static const char *const orders[] = {
        "regulations: { alpha: enforce, beta: enforce }\n",
        "regulations: { beta: enforce, alpha: enforce }\n",
    };
    static const char use[] = "use \"t\" { often = { cites = { \"四.1\" } } }\n";

    for (size_t i = 0; i < 2; i++) {
        struct tree t;
        char yaml[256];
        const pol_org *o;

        begin(&t, orders[i]);
        snprintf(yaml, sizeof(yaml), TREE_YAML "%s", orders[i]);
        tree_put(&t, "o/organisation.yaml", yaml);
        tree_put(&t, "regulations/alpha/rules.lua", use);
        tree_put(&t, "regulations/beta/rules.lua", use);
        if (!tree_compile_well(&t, orders[i], 2))
            continue;
        o = tree_org(&t, "o");
        CHECK(o->rule_count == 1 && o->rules[0].cite_count == 2 &&
                  o->rules[0].count->over == 7200000, "%s: one rule", orders[i]);
        CHECK_STR_EQ(orders[i], o->rules[0].count->record->id, "alpha/t-often");
        tree_end(&t);
    }
}

/* A rule that some clause names stays itself, and knows what to write. */
static void test_findings_that_write(void)
{
    struct tree t;
    const pol_org *o;
    const pol_rule *r;

    begin(&t, "writes");
    tree_put(&t, "regulations/alpha/rules.lua",
             CITED("match = term \"词\"")
             MEMORY("m", "key = \"actor\", set = { rule = \"r\" }")
             MEMORY("n", "key = \"actor\", set = { rule = \"alpha/r\","
                    " where = { direction = \"out\" } }"));
    tree_put(&t, "regulations/beta/rules.lua", CITED("match = term \"词\""));
    if (!tree_compile_well(&t, "writes", 0))
        return;
    o = tree_org(&t, "o");
    r = rule_of(o, "alpha/r");
    CHECK(o->rule_count == 2 && o->clause_count == 0, "both are there");
    CHECK(r && r->write_count == 2 && r->writes[0]->record == record_of(o, "alpha/m") &&
              r->writes[1]->where && r->writes[1]->types == 0, "what it writes");
    CHECK(rule_of(o, "beta/r") && rule_of(o, "beta/r")->write_count == 0,
          "the other writes nothing");
    tree_end(&t);
}

static void test_the_revision_knows_of_memories(void)
{
    static const char *const rules[] = {
        MEMORY("m", "key = \"actor\", " SET),
        MEMORY("m", "key = \"account\", " SET),
    };
    char revisions[2][80];

    for (size_t i = 0; i < 2; i++) {
        struct tree t;

        begin(&t, "revision");
        tree_put(&t, "o/rules.lua", rules[i]);
        if (!tree_compile_well(&t, "revision", 0))
            return;
        snprintf(revisions[i], sizeof(revisions[i]), "%s",
                 policy_bundle_revision(t.bundle));
        tree_end(&t);
    }
    CHECK(strcmp(revisions[0], revisions[1]) != 0, "other rules, another revision");
}

/* A part that is kept keeps its clauses and their index. */
static void test_a_part_that_stays_keeps_its_memories(void)
{
    struct tree t;
    policy_bundle *first;
    const pol_org *o;

    begin(&t, "reuse");
    tree_put(&t, "o/rules.lua", MEMORY("m", "key = \"actor\", " SET));
    if (!tree_compile_well(&t, "first", 0))
        return;
    first = t.bundle;
    o = tree_org(&t, "o");
    tree_put(&t, "p/organisation.yaml", "id: p\nname: 二\nkind: school\n");
    t.options.base = first;
    if (tree_compile_well(&t, "second", 0))
        CHECK(tree_org(&t, "o") == o && o->clause_count == 1 && o->record_count == 1,
              "the same part");
    tree_end(&t);
    policy_bundle_unref(first);
}

static const struct test_case tests[] = {
    { "reports what is wrong", test_reports_what_is_wrong },
    { "a memory is what was written", test_a_memory_is_what_was_written },
    { "a test of the past", test_a_test_of_the_past },
    { "names of memories", test_names_of_memories },
    { "attributes are compiled", test_attributes_are_compiled },
    { "counts are compiled", test_counts_are_compiled },
    { "merged rules have one counter", test_merged_rules_have_one_counter },
    { "findings that write", test_findings_that_write },
    { "the revision knows of memories", test_the_revision_knows_of_memories },
    { "a part that stays keeps its memories",
      test_a_part_that_stays_keeps_its_memories },
};

POLICY_TEST_MAIN("history_build", tests)
