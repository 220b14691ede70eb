/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What follows from a condition: a table of what must be found, and all that is
 * found of random pairs held against every event of a few fields, one by one.
 */
#include "view_check.h"

#include "compile/imply.h"
#include "rule/condition.h"

/* A file_transfer, which has fields of every kind. */
enum {
    NUMBER = POLICY_FIELD_SIZE,
    WORD = POLICY_FIELD_OPERATION,
    OTHER = POLICY_FIELD_DIRECTION,
    LIST = POLICY_FIELD_RECIPIENTS
};

#define STR(text) { .kind = POL_STR, .str = S(text) }
#define INT(n) { .kind = POL_INT, .i = n }
static const pol_value a_[] = { STR("a") }, ab[] = { STR("a"), STR("b") },
                       b_[] = { STR("b") }, bc[] = { STR("b"), STR("c") },
                       empty_[] = { STR("") }, one[] = { INT(1) },
                       two[] = { INT(2) }, one_two[] = { INT(1), INT(2) };
#define COUNT(list) (sizeof(list) / sizeof(*(list)))
#define TEST(o, f, list)                                                      \
    { .op = POL_COND_##o, .field = f, .other = -1, .values = list,            \
      .value_count = COUNT(list) }
#define RANGE(o, n) \
    { .op = POL_COND_##o, .field = NUMBER, .other = -1, .number = n }
#define ASK(o, f) { .op = POL_COND_##o, .field = f, .other = -1 }
#define PAIR(o, f, g) { .op = POL_COND_##o, .field = f, .other = g }
#define JOIN(o, ...)                                                          \
    { .op = POL_COND_##o, .other = -1,                                        \
      .kids = (const pol_cond[]){ __VA_ARGS__ },                              \
      .kid_count = COUNT(((const pol_cond[]){ __VA_ARGS__ })) }

static const struct {
    const char *label;
    pol_cond a, b;
    bool implies, excludes;
} rows[] = {
    { "fewer values", TEST(IS, WORD, a_), TEST(IS, WORD, ab), true, false },
    { "more values", TEST(IS, WORD, ab), TEST(IS, WORD, a_), false, false },
    { "other values", TEST(IS, WORD, a_), TEST(IS, WORD, bc), false, true },
    { "a list holds both", TEST(IS, LIST, a_), TEST(IS, LIST, bc), false, false },
    { "none of others", TEST(IS, WORD, a_), TEST(NONE_OF, WORD, bc), true, false },
    { "of a list", TEST(IS, LIST, a_), TEST(NONE_OF, LIST, bc), false, false },
    { "none of it", TEST(IS, LIST, a_), TEST(NONE_OF, LIST, ab), false, true },
    { "all of them", TEST(ALL_OF, LIST, ab), TEST(IS, LIST, bc), true, false },
    { "all, and none", TEST(ALL_OF, LIST, ab), TEST(NONE_OF, LIST, bc), false, true },
    { "a number in range", TEST(IS, NUMBER, one_two), RANGE(MORE, 0), true, false },
    { "out of range", TEST(IS, NUMBER, one_two), RANGE(MORE, 2), false, true },
    { "partly in range", TEST(IS, NUMBER, one_two), RANGE(MORE, 1), false, false },
    { "a range in a range", RANGE(LESS, 3), RANGE(LESS, 4), true, false },
    { "ranges apart", RANGE(LESS, 3), RANGE(MORE, 1), false, false },
    { "no number between", RANGE(LESS, 2), RANGE(MORE, 1), false, true },
    { "a range without some", RANGE(MORE, 2), TEST(NONE_OF, NUMBER, one_two), true, false },
    { "there", RANGE(MORE, 2), ASK(PRESENT, NUMBER), true, false },
    { "not there", RANGE(MORE, 2), ASK(ABSENT, NUMBER), false, true },
    { "empty, and a value", TEST(IS, WORD, a_), ASK(EMPTY, WORD), false, true },
    { "empty is a value", TEST(IS, WORD, empty_), ASK(EMPTY, WORD), false, false },
    { "same, and not", PAIR(SAME, WORD, OTHER), PAIR(DIFFERS, WORD, OTHER), false, true },
    { "another field", TEST(IS, WORD, a_), TEST(IS, OTHER, a_), false, false },
    { "not the others", TEST(IS, WORD, a_), JOIN(NONE, TEST(IS, WORD, bc)), true, false },
    { "not it", TEST(IS, WORD, a_), JOIN(NONE, TEST(IS, WORD, ab)), false, true },
    { "not what may be absent", TEST(IS, OTHER, a_), JOIN(NONE, TEST(IS, WORD, bc)),
      false, false },
    { "not what may be no number", ASK(PRESENT, NUMBER),
      JOIN(NONE, JOIN(ALL, RANGE(MORE, 1), RANGE(LESS, 2))), false, false },
    { "not out of range", RANGE(MORE, 4), JOIN(NONE, RANGE(LESS, 3), TEST(IS, NUMBER, one)),
      true, false },
    { "all of it", JOIN(ALL, TEST(IS, WORD, a_), RANGE(MORE, 3)),
      JOIN(ALL, RANGE(MORE, 2), TEST(IS, WORD, ab)), true, false },
    { "either", JOIN(ANY, TEST(IS, NUMBER, one), TEST(IS, NUMBER, two)), RANGE(LESS, 3),
      true, false },
    { "either, not both", JOIN(ANY, TEST(IS, NUMBER, one), TEST(IS, WORD, b_)),
      JOIN(ALL, RANGE(MORE, 3), TEST(IS, WORD, a_)), false, true },
    { "none of more", JOIN(NONE, TEST(IS, WORD, a_), TEST(IS, OTHER, b_)),
      JOIN(NONE, TEST(IS, OTHER, b_)), true, false },
    { "one of none", JOIN(NONE, TEST(IS, WORD, ab)), TEST(IS, WORD, a_), false, true },
};

static void test_finds_what_follows(void)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        CHECK_INT_EQ(rows[i].label, pol_cond_implies(&rows[i].a, &rows[i].b),
                     rows[i].implies);
        CHECK_INT_EQ(rows[i].label, pol_cond_excludes(&rows[i].a, &rows[i].b),
                     rows[i].excludes);
        CHECK_INT_EQ(rows[i].label, pol_cond_excludes(&rows[i].b, &rows[i].a),
                     rows[i].excludes);
        CHECK(pol_cond_implies(&rows[i].a, &rows[i].a), "%s: itself",
              rows[i].label);
    }
}

/* --- the past ------------------------------------------------------------- */

#define KNOWN(k) { .op = POL_COND_KNOWN, .other = -1, .known = &(k) }
#define UNKNOWN(k) { .op = POL_COND_UNKNOWN, .other = -1, .known = &(k) }

static void test_of_what_is_known(void)
{
    static const pol_record_def m = { .key_count = 2 }, n = { .key_count = 1 };
    static const pol_cond is_a = TEST(IS, WORD, a_), is_ab = TEST(IS, WORD, ab);
    const pol_known all = { &m, { { LIST }, 1 }, NULL, { 0, 0 }, 1, false, false },
                    own = { &m, { { LIST, WORD }, 2 }, NULL, { 0, 0 }, 1, false, false },
                    often = { &m, { { LIST }, 1 }, NULL, { 0, 0 }, 3, false, false },
                    late = { &m, { { LIST }, 1 }, NULL, { 0, 0 }, 1, false, true },
                    soon = { &m, { { LIST }, 1 }, NULL, { 1000, 0 }, 1, false, false },
                    a = { &m, { { LIST }, 1 }, &is_a, { 0, 0 }, 1, false, false },
                    a_or_b = { &m, { { LIST }, 1 }, &is_ab, { 0, 0 }, 1, false, false },
                    others = { &m, { { LIST }, 1 }, NULL, { 0, 0 }, 1, true, false },
                    another = { &n, { { LIST }, 1 }, NULL, { 0, 0 }, 1, false, false };
    const struct { const char *label; const pol_known *a, *b; bool implies; } known[] = {
        { "a shorter key", &own, &all, true },
        { "a longer key", &all, &own, false },
        { "once of often", &often, &all, true },
        { "often of once", &all, &often, false },
        { "late waits", &late, &all, true },
        { "what waits is not late", &all, &late, false },
        { "lately", &soon, &all, true },
        { "at some time", &all, &soon, false },
        { "fewer records", &a, &a_or_b, true },
        { "more records", &a_or_b, &a, false },
        { "any record", &a, &all, true },
        { "one of others", &others, &all, true },
        { "one, perhaps its own", &all, &others, false },
        { "another memory", &another, &all, false },
    };

    for (size_t i = 0; i < COUNT(known); i++) {
        const pol_cond x = KNOWN(*known[i].a), y = KNOWN(*known[i].b),
                       not_x = UNKNOWN(*known[i].a), not_y = UNKNOWN(*known[i].b);
        const pol_cond none_x = JOIN(NONE, x);
        bool same_key = known[i].a->key.count == known[i].b->key.count;

        CHECK_INT_EQ(known[i].label, pol_known_implies(known[i].a, known[i].b),
                     known[i].implies);
        CHECK_INT_EQ(known[i].label, pol_cond_implies(&x, &y), known[i].implies);
        CHECK_INT_EQ(known[i].label, pol_cond_excludes(&x, &not_y),
                     known[i].implies);
        /* Of a key that lacks nobody can say that nothing is known. */
        CHECK_INT_EQ(known[i].label, pol_cond_implies(&not_y, &not_x),
                     known[i].implies && same_key);
        CHECK_INT_EQ(known[i].label, pol_cond_implies(&not_y, &none_x),
                     known[i].implies && same_key);
        CHECK(!pol_cond_implies(&x, &not_y) && !pol_cond_implies(&not_x, &y),
              "%s: not the other", known[i].label);
    }
}

/* --- against events ------------------------------------------------------- */

/* Values of the three fields, the first of which is absent. */
enum { NUMBERS = 5, WORDS = 5, LISTS = 6, EVENTS = NUMBERS * WORDS * LISTS };

static void put_event(struct view_check *v, int n)
{
    static const policy_str items[] = { S("a"), S("b"), S("c") };
    static const struct { size_t from, count; } lists[] = {
        { 0, 0 }, { 0, 1 }, { 1, 1 }, { 1, 2 }, { 0, 3 }
    };
    static const policy_str words[] = { S(""), S("a"), S("b"), S("c") };
    int number = n % NUMBERS, word = n / NUMBERS % WORDS,
        list = n / NUMBERS / WORDS;

    memset(v->event->present, 0, sizeof(v->event->present));
    if (number)
        pol_event_put(v->event, NUMBER, int_value(number - 1));
    if (word)
        pol_event_put(v->event, WORD, str_value(words[word - 1]));
    if (list)
        pol_event_put(v->event, LIST,
                      list_value(items + lists[list - 1].from,
                                 lists[list - 1].count));
    view_again(v);
}

static unsigned draw(uint64_t *seed, unsigned below)
{
    return (unsigned)(test_random(seed) % below);
}

static pol_cond random_test(uint64_t *seed)
{
    static const pol_cond tests[] = {
        TEST(IS, NUMBER, one), TEST(IS, NUMBER, one_two),
        TEST(NONE_OF, NUMBER, one), TEST(NONE_OF, NUMBER, one_two),
        RANGE(MORE, 0), RANGE(MORE, 1), RANGE(LESS, 1), RANGE(LESS, 2),
        RANGE(LESS, 3), TEST(IS, WORD, a_), TEST(IS, WORD, ab),
        TEST(IS, WORD, bc), TEST(IS, WORD, empty_), TEST(NONE_OF, WORD, a_),
        TEST(NONE_OF, WORD, bc), TEST(IS, LIST, a_), TEST(IS, LIST, ab),
        TEST(ALL_OF, LIST, bc), TEST(NONE_OF, LIST, b_), ASK(ABSENT, NUMBER),
        ASK(PRESENT, NUMBER), ASK(ABSENT, WORD), ASK(PRESENT, WORD),
        ASK(EMPTY, WORD), ASK(EMPTY, LIST), ASK(PRESENT, LIST),
        PAIR(SAME, WORD, LIST), PAIR(DIFFERS, WORD, LIST),
    };

    return tests[draw(seed, COUNT(tests))];
}

/* `room` is for the kids of all joins. */
static pol_cond random_cond(uint64_t *seed, pol_cond **room, int depth)
{
    static const pol_cond_op joins[] = { POL_COND_ALL, POL_COND_ANY,
                                         POL_COND_NONE };
    size_t count = 1 + draw(seed, 2);
    pol_cond *kids = *room;

    if (depth == 3 || draw(seed, 5) < 2)
        return random_test(seed);
    *room += count;
    for (size_t i = 0; i < count; i++)
        kids[i] = random_cond(seed, room, depth + 1);
    return (pol_cond){ .op = joins[draw(seed, 3)], .other = -1, .kids = kids,
                       .kid_count = count };
}

static void test_what_is_found_is_so(void)
{
    struct view_check v;
    uint64_t seed = 42;
    size_t implied = 0, excluded = 0, never = 0, apart = 0;

    view_open(&v, POLICY_TYPE_FILE_TRANSFER);
    for (int round = 0; round < 4000; round++) {
        pol_cond room[64], *end = room;
        const pol_cond a = random_cond(&seed, &end, 0),
                       b = random_cond(&seed, &end, 0);
        bool implies = pol_cond_implies(&a, &b), is_implied = true;
        bool excludes = pol_cond_excludes(&a, &b), is_excluded = true;

        for (int n = 0; n < EVENTS; n++) {
            bool is_a, is_b;

            put_event(&v, n);
            is_a = pol_cond_eval(&a, &v.view, NULL) == POL_TRUE;
            is_b = pol_cond_eval(&b, &v.view, NULL) == POL_TRUE;
            is_implied = is_implied && (!is_a || is_b);
            is_excluded = is_excluded && !(is_a && is_b);
        }
        CHECK(!implies || is_implied, "round %d: not implied", round);
        CHECK(!excludes || is_excluded, "round %d: not excluded", round);
        CHECK_INT_EQ("both ways", pol_cond_excludes(&b, &a), excludes);
        implied += implies;
        never += is_implied;
        excluded += excludes;
        apart += is_excluded;
    }
    view_close(&v);
    CHECK(implied > 100 && excluded > 200, "%zu of %zu implied, %zu of %zu "
          "excluded", implied, never, excluded, apart);
}

/* --- hostile shapes ------------------------------------------------------- */

/* Joins in turn, of which each part may be taken apart first on either side. */
static const pol_cond *ladder(pol_cond *room, size_t depth, pol_cond_op op,
                              const pol_value *value)
{
    for (size_t i = 0; i < depth; i++) {
        room[2 * i] = (pol_cond){ .op = op, .other = -1, .kids = &room[2 * i + 1],
                                  .kid_count = 2 };
        room[2 * i + 1] = (pol_cond){ .op = POL_COND_IS, .field = WORD,
                                      .other = -1, .values = value,
                                      .value_count = 1 };
        op = op == POL_COND_ALL ? POL_COND_ANY : POL_COND_ALL;
    }
    room[2 * depth] = room[1];
    return room;
}

static void test_ends_soon(void)
{
    static pol_cond up[2 * 4000 + 1], down[2 * 4000 + 1];
    const size_t depths[] = { 10, 30, 4000 };

    for (size_t i = 0; i < COUNT(depths); i++) {
        const pol_cond *a = ladder(up, depths[i], POL_COND_ALL, a_),
                       *b = ladder(down, depths[i], POL_COND_ANY, b_);

        CHECK(!pol_cond_implies(a, b), "depth %zu", depths[i]);
        CHECK(pol_cond_implies(a, a) == (depths[i] < 4000), "depth %zu", depths[i]);
        pol_cond_excludes(b, a);
    }
}

static void test_of_types(void)
{
    static const pol_value dissolve[] = { STR("dissolve") };
    pol_value word = STR("dissolve");
    pol_cond is = TEST(IS, POLICY_FIELD_CHANGE, dissolve), none = JOIN(NONE, is),
             any = JOIN(ANY, is, ASK(PRESENT, NUMBER)),
             all = JOIN(ALL, is, ASK(PRESENT, POLICY_FIELD_GROUP));

    word.word = pol_word_find(word.str);
    is.values = &word;
    CHECK(pol_cond_may_hold(&is, POLICY_TYPE_GROUP_CHANGE), "a group dissolves");
    CHECK(!pol_cond_may_hold(&is, POLICY_TYPE_ACCOUNT_CHANGE), "no account does");
    CHECK(!pol_cond_may_hold(&is, POLICY_TYPE_MESSAGE), "no message changes");
    CHECK(pol_cond_may_hold(&none, POLICY_TYPE_MESSAGE), "which is none of it");
    CHECK(pol_cond_may_hold(&any, POLICY_TYPE_FILE_TRANSFER), "or a size");
    CHECK(!pol_cond_may_hold(&any, POLICY_TYPE_MESSAGE), "nor a size");
    CHECK(pol_cond_may_hold(&all, POLICY_TYPE_GROUP_CHANGE), "of a group");
    CHECK(!pol_cond_may_hold(&all, POLICY_TYPE_FILE_TRANSFER), "of none");
    CHECK_INT_EQ("size", pol_cond_size(&all), 3);
}

static const struct test_case tests[] = {
    { "finds what follows", test_finds_what_follows },
    { "of what is known", test_of_what_is_known },
    { "what is found is so", test_what_is_found_is_so },
    { "ends soon", test_ends_soon },
    { "of types", test_of_types },
};

POLICY_TEST_MAIN("imply", tests)
