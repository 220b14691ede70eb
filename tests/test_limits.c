/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "base/limits.h"
#include "harness.h"

/* ORDER policy_limits; what the documentation promises. */
static const struct {
    const char *name;
    size_t place;
    uint64_t value;
} fields[] = {
#define FIELD(name, value) { #name, offsetof(policy_limits, name), value }
    FIELD(event_bytes, 1048576), FIELD(text_bytes, 262144),
    FIELD(list_items, 10000), FIELD(parts, 256), FIELD(json_depth, 32),
    FIELD(facts, 64), FIELD(source_bytes, 67108864), FIELD(yaml_nodes, 200000),
    FIELD(yaml_depth, 32), FIELD(terms, 2000000), FIELD(term_bytes, 1024),
    FIELD(regex_states, 10000), FIELD(rules, 100000),
    FIELD(organisations, 100000), FIELD(diagnostics, 1000), FIELD(hits, 10000),
    FIELD(candidates, 10000), FIELD(findings, 1000), FIELD(spans, 1000),
    FIELD(explain_entries, 100000), FIELD(guards, 100),
    FIELD(guard_instructions, 200000), FIELD(event_instructions, 1000000),
    FIELD(guard_bytes, 524288), FIELD(lua_bytes, 67108864),
    FIELD(arena_bytes, 16777216), FIELD(entries, 1000), FIELD(due, 1000),
#undef FIELD
};
enum { COUNT = sizeof(fields) / sizeof(fields[0]) };

static uint64_t *field(policy_limits *l, size_t i)
{
    return (uint64_t *)(void *)((char *)l + fields[i].place);
}

static void test_every_field_has_its_default(void)
{
    policy_limits l = POLICY_LIMITS_INIT;
    size_t i;

    CHECK_INT_EQ("the table is complete", sizeof(l),
                 offsetof(policy_limits, event_bytes) + COUNT * 8);
    policy_limits_default(&l);
    CHECK_INT_EQ("size", l.size, sizeof(l));
    for (i = 0; i < COUNT; i++)
        CHECK_INT_EQ(fields[i].name, *field(&l, i), fields[i].value);
}

static void test_an_older_struct_is_not_written_beyond_its_end(void)
{
    policy_limits l;

    memset(&l, 0x55, sizeof(l));
    l.size = offsetof(policy_limits, list_items);
    policy_limits_default(&l);
    CHECK_INT_EQ("inside", l.text_bytes, 262144);
    CHECK_INT_EQ("beyond", l.list_items, 0x5555555555555555);
    CHECK_INT_EQ("size", l.size, offsetof(policy_limits, list_items));
    l.size = 0;
    l.event_bytes = 5;
    policy_limits_default(&l);
    CHECK_INT_EQ("no size, nothing", l.event_bytes, 5);
    CHECK_INT_EQ("no size, nothing", l.size, 0);
}

static void test_zeros_become_defaults(void)
{
    policy_limits given = POLICY_LIMITS_INIT, got;
    size_t i, k;

    for (k = 0; k < COUNT; k++) {
        given = (policy_limits)POLICY_LIMITS_INIT;
        *field(&given, k) = 7;
        got = pol_limits_from(&given);
        for (i = 0; i < COUNT; i++)
            CHECK_INT_EQ(fields[i].name, *field(&got, i),
                         i == k ? 7 : fields[i].value);
    }
    got = pol_limits_from(NULL);
    CHECK_INT_EQ("none given", got.parts, 256);
    CHECK_INT_EQ("size", got.size, sizeof(got));
}

static void test_a_struct_of_another_size_is_read_as_far_as_it_goes(void)
{
    struct {
        policy_limits known;
        uint64_t unknown[4];
    } newer;
    policy_limits older, got;

    memset(&older, 0xff, sizeof(older));
    older.size = offsetof(policy_limits, list_items);
    older.event_bytes = 9;
    got = pol_limits_from(&older);
    CHECK_INT_EQ("inside", got.event_bytes, 9);
    CHECK_INT_EQ("beyond", got.list_items, 10000);
    memset(&newer, 0, sizeof(newer));
    newer.known.size = sizeof(newer);
    newer.known.arena_bytes = 4;
    got = pol_limits_from(&newer.known);
    CHECK_INT_EQ("newer", got.arena_bytes, 4);
    CHECK_INT_EQ("size is ours", got.size, sizeof(got));
    older.size = 3;
    CHECK_INT_EQ("size smaller than itself", pol_limits_from(&older).parts, 256);
}

static void test_tighten_takes_the_smaller(void)
{
    policy_limits a = POLICY_LIMITS_INIT, b = POLICY_LIMITS_INIT, got;

    a.parts = 10;
    b.parts = 20;
    a.hits = 20;
    b.hits = 10;
    b.spans = 5;
    b.facts = 1000; /* above the default, which a's zero stands for */
    got = pol_limits_tighten(&a, &b);
    CHECK_INT_EQ("a smaller", got.parts, 10);
    CHECK_INT_EQ("b smaller", got.hits, 10);
    CHECK_INT_EQ("only b", got.spans, 5);
    CHECK_INT_EQ("b above the default", got.facts, 64);
    CHECK_INT_EQ("neither", got.guards, 100);
}

static const struct test_case tests[] = {
    { "every field has its default", test_every_field_has_its_default },
    { "an older struct is not written beyond its end",
      test_an_older_struct_is_not_written_beyond_its_end },
    { "zeros become defaults", test_zeros_become_defaults },
    { "a struct of another size is read as far as it goes",
      test_a_struct_of_another_size_is_read_as_far_as_it_goes },
    { "tighten takes the smaller", test_tighten_takes_the_smaller },
};
POLICY_TEST_MAIN("limits", tests)
