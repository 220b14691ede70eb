/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON as a tree: what is there and where, what is refused, memory.
 */
#include "harness.h"

#include "adapt/tree.h"
#include "base/slice.h"

static void test_keeps_order_kinds_and_places(void)
{
    static const char json[] =
        "{\"a\":[1,\"x\\n\",true,false,null],\"b\":{},\"c\":{\"d\":[[]]}}";
    static const pol_json_kind kinds[] = { POL_JSON_NUMBER, POL_JSON_STRING,
                                           POL_JSON_TRUE, POL_JSON_FALSE,
                                           POL_JSON_NULL };
    const pol_tree *t, *a, *c;
    pol_arena arena;
    size_t i = 0;

    pol_arena_init(&arena, NULL, 0);
    CU_ASSERT_EQUAL_FATAL(pol_tree_read(&t, pol_str(json), 8, &arena, NULL),
                          POLICY_OK);
    CU_ASSERT_EQUAL(t->kind, POL_JSON_OBJECT);
    CU_ASSERT_EQUAL(t->pos, 0);
    a = pol_tree_get(t, "a");
    CU_ASSERT_PTR_EQUAL(a, t->child);
    CHECK_STR_EQ("key", a->next->key, "b");
    for (c = a->child; c && i < 5; c = c->next, i++)
        CHECK_INT_EQ("kind", c->kind, kinds[i]);
    CU_ASSERT_EQUAL(i, 5);
    CU_ASSERT_PTR_NULL(c);
    CHECK_STR_EQ("digits", a->child->text, "1");
    CHECK_STR_EQ("unescaped", a->child->next->text, "x\n");
    CU_ASSERT_EQUAL(a->child->next->pos, (uint64_t)(strstr(json, "\"x") - json));
    CU_ASSERT_PTR_NULL(pol_tree_get(t, "b")->child);
    CU_ASSERT_EQUAL(pol_tree_get(pol_tree_get(t, "c"), "d")->child->kind,
                    POL_JSON_ARRAY);
    pol_arena_fini(&arena);
}

static void test_gets_nothing_from_what_is_no_object(void)
{
    const pol_tree *t;
    pol_arena arena;

    pol_arena_init(&arena, NULL, 0);
    CU_ASSERT_EQUAL(pol_tree_read(&t, POL_STR("[\"a\"]"), 8, &arena, NULL),
                    POLICY_OK);
    CU_ASSERT_PTR_NULL(pol_tree_get(t, "a"));
    CU_ASSERT_PTR_NULL(pol_tree_get(NULL, "a"));
    CU_ASSERT_EQUAL(pol_tree_read(&t, POL_STR(" 7 "), 8, &arena, NULL),
                    POLICY_OK);
    CU_ASSERT_EQUAL(t->kind, POL_JSON_NUMBER);
    pol_arena_fini(&arena);
}

static void test_refuses_with_the_place(void)
{
    static const struct {
        const char *json, *code;
        policy_status status;
        uint64_t byte;
    } rows[] = {
        { "", "json-end", POLICY_EINPUT, 0 },
        { "{\"a\":1,}", "json-syntax", POLICY_EINPUT, 7 },
        { "{\"a\":1", "json-end", POLICY_EINPUT, 6 },
        { "[1]x", "json-trailing", POLICY_EINPUT, 3 },
        { "{\"a\":1,\"a\":2}", "key-twice", POLICY_EINPUT, 11 },
        { "{\"b\":{\"a\":1,\"\\u0061\":2}}", "key-twice", POLICY_EINPUT, 21 },
        { "{\"\xff\":1}", "utf-8", POLICY_EINPUT, 1 },
        { "[[[1]]]", "json-depth", POLICY_ELIMIT, 2 }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        policy_error err = POLICY_ERROR_INIT;
        const pol_tree *t = NULL;
        pol_arena arena;

        pol_arena_init(&arena, NULL, 0);
        CHECK_INT_EQ(rows[i].json,
                     pol_tree_read(&t, pol_str(rows[i].json), 2, &arena, &err),
                     rows[i].status);
        CU_ASSERT_PTR_NULL(t);
        CHECK_CSTR_EQ(rows[i].json, err.code, rows[i].code);
        CHECK_INT_EQ(rows[i].json, err.byte, rows[i].byte);
        pol_arena_fini(&arena);
    }
}

/* Above sixteen keys they are sorted; the first repetition is reported. */
static void test_finds_a_key_twice_among_many(void)
{
    char json[60000] = "{";
    policy_error err = POLICY_ERROR_INIT;
    const pol_tree *t;
    pol_arena arena;
    size_t len = 1, twice;
    int i;

    for (i = 0; i < 3000; i++)
        len += (size_t)sprintf(json + len, "\"k%d\":%d,", i * 7 % 3000, i);
    twice = len + strlen("\"k1500\":");
    strcpy(json + len, "\"k1500\":0,\"k1\":0}");
    pol_arena_init(&arena, NULL, 0);
    CU_ASSERT_EQUAL(pol_tree_read(&t, pol_str(json), 8, &arena, &err),
                    POLICY_EINPUT);
    CU_ASSERT_STRING_EQUAL(err.code, "key-twice");
    CU_ASSERT_EQUAL(err.byte, twice);
    strcpy(json + len, "\"k3000\":0}");
    CU_ASSERT_EQUAL(pol_tree_read(&t, pol_str(json), 8, &arena, &err),
                    POLICY_OK);
    pol_arena_fini(&arena);
}

static void test_holds_to_the_arena(void)
{
    policy_error err = POLICY_ERROR_INIT;
    const pol_tree *t;
    pol_arena arena;

    pol_arena_init(&arena, NULL, 500);
    CU_ASSERT_EQUAL(pol_tree_read(&t, POL_STR("[1,2,3,4,5,6,7,8,9,10]"), 8,
                                  &arena, &err), POLICY_ELIMIT);
    CHECK(strstr(err.message, "arena_bytes"), "%s", err.message);
    pol_arena_fini(&arena);
}

static void test_survives_every_failing_allocation(void)
{
    char json[30000] = "{";
    size_t len = 1, n;
    int i;

    for (i = 0; i < 1000; i++)
        len += (size_t)sprintf(json + len, "\"k%d\\u0041\":\"\\n\",", i);
    strcpy(json + len, "\"z\":1}");
    for (n = 1; n < 50; n++) {
        struct test_allocator a;
        policy_error err = POLICY_ERROR_INIT;
        const pol_tree *t;
        pol_arena arena;
        policy_status st;

        test_allocator_init(&a);
        a.fail_at = n;
        pol_arena_init(&arena, &a.allocator, 0);
        st = pol_tree_read(&t, (policy_str){ json, strlen(json) }, 8, &arena,
                           &err);
        CHECK_INT_EQ("status", st, a.failed ? POLICY_ENOMEM : POLICY_OK);
        CHECK_INT_EQ("tree", t != NULL, st == POLICY_OK);
        pol_arena_fini(&arena);
        test_allocator_clean(&a);
        if (!a.failed)
            break;
    }
    CHECK(n > 3 && n < 50, "%zu allocations", n);
}

static const struct test_case tests[] = {
    { "keeps order, kinds and places", test_keeps_order_kinds_and_places },
    { "gets nothing from what is no object",
      test_gets_nothing_from_what_is_no_object },
    { "refuses with the place", test_refuses_with_the_place },
    { "finds a key twice among many", test_finds_a_key_twice_among_many },
    { "holds to the arena", test_holds_to_the_arena },
    { "survives every failing allocation",
      test_survives_every_failing_allocation }
};

POLICY_TEST_MAIN("tree", tests)
