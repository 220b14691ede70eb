/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What means the same in other words, and what only nearly does: rows, then
 * random conditions and matches beside how they are evaluated.
 */
#include "host.h"

#include "bundle/layout.h"
#include "evaluate/rule_equal.h"
#include "rule/condition.h"
#include "rule/hits.h"

#define WHERE(where)                                                          \
    "rule { id = \"x\", title = \"t\", reason = \"r\", on = \"message\", broad = true,"\
    " category = \"off_topic\", verdict = \"hold\", where = " where                     \
    ", tests = { miss \"好\" } }\n"
#define MATCH(match)                                                          \
    "rule { id = \"x\", title = \"t\", reason = \"r\", on = \"message\","        \
    " category = \"off_topic\", verdict = \"hold\", match = " match             \
    ", tests = { miss \"好\" } }\n"

static const struct {
    const char *label, *a, *b;
    bool equal;
} rows[] = {
    { "the same", WHERE("{ direction = \"in\" }"), WHERE("{ direction = \"in\" }"), true },
    { "another value", WHERE("{ direction = \"in\" }"),
      WHERE("{ direction = \"out\" }"), false },
    { "said twice", WHERE("all { { direction = \"in\" }, { direction = \"in\" } }"),
      WHERE("{ direction = \"in\" }"), true },
    { "what is in any already",
      WHERE("all { { direction = \"in\" }, any { { direction = \"in\" }, { actor = \"u\" } } }"),
      WHERE("{ direction = \"in\" }"), true },
    { "twice the opposite, where it is known",
      WHERE("none { none { { direction = \"in\" } } }"), WHERE("{ direction = \"in\" }"),
      true },
    { "what is unknown is not its opposite",
      WHERE("any { { actor = \"u\" }, none { { actor = \"u\" } } }"),
      WHERE("{ present \"type\" }"), false },
    { "any for all", WHERE("any { { direction = \"in\" }, { actor = \"u\" } }"),
      WHERE("all { { direction = \"in\" }, { actor = \"u\" } }"), false },
    { "a word said twice", MATCH("any { term \"甲\", term \"甲\" }"), MATCH("term \"甲\""),
      true },
    { "a word less", MATCH("any { term \"甲\", term \"乙\" }"), MATCH("term \"甲\""), false },
    { "near what is there in any case",
      MATCH("any { term \"甲\", term \"乙\", near(term \"甲\", term \"乙\", 3) }"),
      MATCH("any { term \"甲\", term \"乙\", near(term \"甲\", term \"乙\", 9) }"), true },
    { "a distance", MATCH("near(term \"甲\", term \"乙\", 3)"),
      MATCH("near(term \"甲\", term \"乙\", 9)"), false },
    { "the wider distance is enough",
      MATCH("any { near(term \"甲\", term \"乙\", 3), near(term \"甲\", term \"乙\", 9) }"),
      MATCH("near(term \"甲\", term \"乙\", 9)"), true },
    { "one of at least one", MATCH("at_least(1, term \"甲\")"), MATCH("term \"甲\""), true },
    { "two of at least one", MATCH("at_least(2, term \"甲\")"), MATCH("term \"甲\""), false },
    { "the surer is found, too", MATCH("any { pii \"mobile\","
      " pii { \"mobile\", confidence = \"high\" } }"), MATCH("pii \"mobile\""), true },
    { "the surer alone", MATCH("pii { \"mobile\", confidence = \"high\" }"),
      MATCH("pii \"mobile\""), false },
};

/* Both as rules of one organisation, so that signals have one number. */
static bool open_both(struct host *h, const char *a, const char *b)
{
    char both[2000];
    const char *rest = strchr(b, '"') + 2; /* behind its id */

    snprintf(both, sizeof(both), "%srule { id = \"y%s", a, rest);
    return host_open(h, NULL, both);
}

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct host h;

        if (open_both(&h, rows[i].a, rows[i].b)) {
            const pol_org *org = h.bundle->orgs[0];
            const pol_rule *a = &org->rules[0], *b = &org->rules[1];

            if (!CHECK(org->rule_count == 2, "%s: one rule", rows[i].label)) {
                host_close(&h);
                continue;
            }
            CHECK_INT_EQ(rows[i].label, pol_cond_equal(a->where, b->where) &&
                         pol_match_equal(a->match, b->match), rows[i].equal);
            CHECK_INT_EQ(rows[i].label, pol_cond_equal(b->where, a->where) &&
                         pol_match_equal(b->match, a->match), rows[i].equal);
        }
        host_close(&h);
    }
}

static void test_too_much_is_not_tried(void)
{
    pol_value values[12];
    pol_cond kids[12];
    pol_cond a = { .op = POL_COND_ALL, .kids = kids, .kid_count = 12 }, b = a;
    pol_match many[20];
    pol_match m = { .op = POL_MATCH_ALL, .kids = many, .kid_count = 20 }, n = m;

    for (size_t i = 0; i < 12; i++) {
        values[i] = (pol_value){ .kind = POL_INT, .i = (int64_t)i };
        kids[i] = (pol_cond){ .op = POL_COND_IS, .other = -1, .values = &values[i],
                              .value_count = 1 };
    }
    for (size_t i = 0; i < 20; i++)
        many[i] = (pol_match){ .op = POL_MATCH_SIGNAL, .signal = (uint32_t)i };
    CHECK(!pol_cond_equal(&a, &b), "conditions");
    CHECK(!pol_match_equal(&m, &n), "matches");
    CHECK(pol_cond_equal(&a, &a) && pol_match_equal(&m, &m), "themselves");
    CHECK(pol_cond_equal(NULL, NULL) && !pol_cond_equal(&kids[0], NULL), "always");
}

/* --- random ones, as they are evaluated */

static uint32_t seed = 7;

static uint32_t below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

enum { LEAVES = 4 };

static pol_cond random_cond(pol_cond *pool, size_t *used, unsigned depth,
                            const pol_value *values)
{
    pol_cond c = { .op = POL_COND_IS, .other = -1 };
    size_t first;

    if (!depth || !below(3)) {
        c.field = (int32_t)(POLICY_FIELD_ACTOR + below(2));
        c.values = &values[below(2)];
        c.value_count = 1;
        return c;
    }
    c = (pol_cond){ .op = (pol_cond_op)below(3), .other = -1,
                    .kid_count = 1 + below(3) };
    first = *used;
    *used += c.kid_count;
    for (size_t i = 0; i < c.kid_count; i++)
        pool[first + i] = random_cond(pool, used, depth - 1, values);
    c.kids = &pool[first];
    return c;
}

/* All events of two fields that are absent, "a", "b" or something else: what is
 * equal is evaluated alike on each. */
static bool differ(const pol_cond *a, const pol_cond *b, policy_event *e)
{
    static const char *const words[] = { NULL, "a", "b", "c" };

    for (size_t i = 0; i < 16; i++) {
        pol_view view = { .event = e };

        policy_event_reset(e);
        for (size_t k = 0; k < 2; k++) {
            const char *word = words[k ? i / 4 : i % 4];

            if (word)
                pol_event_put(e, (int32_t)(POLICY_FIELD_ACTOR + k),
                              (pol_value){ .kind = POL_STR, .str = host_str(word) });
        }
        if ((pol_cond_eval(a, &view, NULL) == POL_TRUE) !=
            (pol_cond_eval(b, &view, NULL) == POL_TRUE))
            return true;
    }
    return false;
}

static void test_what_is_equal_is_evaluated_alike(void)
{
    static const pol_value values[] = { { .kind = POL_STR, .str = { "a", 1 } },
                                        { .kind = POL_STR, .str = { "b", 1 } } };
    policy_event *e;
    size_t equal = 0, told_apart = 0;

    if (policy_event_new(&e, NULL, NULL, NULL))
        return;
    for (size_t i = 0; i < 4000; i++) {
        pol_cond pool[80];
        size_t used = 0;
        pol_cond a = random_cond(pool, &used, 2, values);
        pol_cond b = random_cond(pool, &used, 2, values);
        bool same = pol_cond_equal(&a, &b), other = differ(&a, &b, e);

        CHECK(!(same && other), "pair %zu", i);
        equal += same;
        told_apart += other;
    }
    policy_event_free(e);
    CHECK(equal > 50 && told_apart > 1000, "%zu equal, %zu differ", equal,
          told_apart);
}

static const struct test_case tests[] = {
    { "rows", test_rows },
    { "too much is not tried", test_too_much_is_not_tried },
    { "what is equal is evaluated alike", test_what_is_equal_is_evaluated_alike },
};

POLICY_TEST_MAIN("rule_equal", tests)
