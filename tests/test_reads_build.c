/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `reads` as it is compiled.
 */
#include "compile_cases.h"

static void test_reports_what_is_wrong(void)
{
    TREE_RUN(case_base, reads_cases, NULL);
}

static const pol_rule *rule_of(const pol_org *o, const char *id)
{
    for (size_t i = 0; o && i < o->rule_count; i++)
        if (strcmp(o->rules[i].id, id) == 0)
            return &o->rules[i];
    return NULL;
}

static void test_reads_are_what_was_written(void)
{
    struct tree t;
    const pol_rule *r;

    tree_begin(&t);
    tree_put(&t, "o/rules.lua",
             MEMORY("m", "key = { \"actor\", \"conversation\" }, " SET)
             READS("{ \"m\", { \"o/m\", key = \"actor\" },"
                   " { \"people\", key = \"recipients\" } }"));
    if (!tree_compile_well(&t, "reads", 0))
        return;
    r = rule_of(tree_org(&t, "o"), "o/r");
    if (CHECK(r && r->read_count == 3, "three")) {
        CHECK(pol_str_is(r->reads[0].name, "m") &&
                  pol_str_is(r->reads[0].record->id, "o/m") &&
                  r->reads[0].key.count == 2 &&
                  r->reads[0].key.fields[1] == POLICY_FIELD_CONVERSATION,
              "by its own key");
        CHECK(pol_str_is(r->reads[1].name, "o/m") &&
                  r->reads[1].record == r->reads[0].record &&
                  r->reads[1].key.count == 1, "by a shorter one, as it was named");
        CHECK(pol_str_is(r->reads[2].record->id, "people") &&
                  r->reads[2].key.fields[0] == POLICY_FIELD_RECIPIENTS,
              "the library's, of each");
        CHECK(r->cost > 300 + 200000, "each is a read: %llu",
              (unsigned long long)r->cost);
    }
    tree_end(&t);
}

static void test_one_name_needs_no_list(void)
{
    struct tree t;
    const pol_rule *r;

    tree_begin(&t);
    tree_put(&t, "o/rules.lua", MEMORY("m", "key = \"actor\", " SET) READS("\"m\""));
    if (!tree_compile_well(&t, "one", 0))
        return;
    r = rule_of(tree_org(&t, "o"), "o/r");
    CHECK(r && r->read_count == 1 && pol_str_is(r->reads[0].name, "m"), "one");
    tree_end(&t);
}

static const struct test_case tests[] = {
    { "reports what is wrong", test_reports_what_is_wrong },
    { "reads are what was written", test_reads_are_what_was_written },
    { "one name needs no list", test_one_name_needs_no_list },
};

POLICY_TEST_MAIN("reads_build", tests)
