/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events set from C: every setter right and wrong, with the type set before,
 * after and not at all; the check of the whole; texts; memory.
 */
#include "harness.h"

#include "base/slice.h"
#include "event/event.h"

static policy_event *new_event(void)
{
    policy_event *e = NULL;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, NULL, NULL), POLICY_OK);
    return e;
}

static policy_status set(policy_event *e, policy_field f, const char *v)
{
    return policy_event_set_text(e, f, pol_str(v));
}

/* What every event needs. */
static void set_required(policy_event *e, const char *type)
{
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_TYPE, type), POLICY_OK);
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_ID, "m-1"), POLICY_OK);
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_ORG, "hospital"), POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_set_time(e, POLICY_FIELD_TIME, 1000, 480),
                    POLICY_OK);
}

static void test_begins_empty(void)
{
    policy_event *e = new_event();
    int32_t f;

    for (f = -1; f <= POLICY_FIELD_COUNT; f++)
        CU_ASSERT_EQUAL(pol_event_value(e, f)->kind, POL_ABSENT);
    CU_ASSERT_EQUAL(policy_event_type(e).len, 0);
    CU_ASSERT_EQUAL(policy_event_id(e).len, 0);
    CU_ASSERT_EQUAL(policy_event_actor(e).len, 0);
    CU_ASSERT_EQUAL(policy_event_organisation(e).len, 0);
    CU_ASSERT_EQUAL(policy_event_unknown_fields(e), 0);
    CU_ASSERT_EQUAL(policy_event_is_unknown_kind(e), 0);
    CU_ASSERT_EQUAL(pol_event_texts(e, NULL, 0), 0);
    policy_event_free(e);
    policy_event_free(NULL);
}

static void test_finds_fields(void)
{
    policy_field f = 7;

    CU_ASSERT_EQUAL(policy_field_find(&f, "text"), POLICY_OK);
    CU_ASSERT_EQUAL(f, POLICY_FIELD_TEXT);
    CU_ASSERT_EQUAL(policy_field_find(&f, "txt"), POLICY_EINPUT);
    CU_ASSERT_EQUAL(f, 0);
    CU_ASSERT_EQUAL(policy_field_find(&f, ""), POLICY_EINPUT);
    CU_ASSERT_EQUAL(policy_field_find(&f, NULL), POLICY_EINPUT);
}

static void test_keeps_what_is_set(void)
{
    policy_event *e = new_event();
    policy_str kinds[] = { POL_STR("staff"), POL_STR("patient") };
    const pol_value *v;

    set_required(e, "message");
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_TEXT, "早"), POLICY_OK);
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_DIRECTION, "out"), POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_set_bool(e, POLICY_FIELD_ENCRYPTED, 7),
                    POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_set_list(e, POLICY_FIELD_RECIPIENT_KINDS,
                                          kinds, 2), POLICY_OK);
    kinds[1] = POL_STR("gone"); /* the array is copied, the bytes are not */
    CU_ASSERT_EQUAL(policy_event_set_null(e, POLICY_FIELD_REPLY_TO), POLICY_OK);
    v = pol_event_value(e, POLICY_FIELD_TIME);
    CU_ASSERT_EQUAL(v->kind, POL_TIME);
    CU_ASSERT_EQUAL(v->i, 1000);
    CU_ASSERT_EQUAL(v->offset, 480);
    v = pol_event_value(e, POLICY_FIELD_DIRECTION);
    CU_ASSERT_EQUAL(v->word, pol_word_find(POL_STR("out")));
    v = pol_event_value(e, POLICY_FIELD_ENCRYPTED);
    CU_ASSERT_EQUAL(v->kind, POL_BOOL);
    CU_ASSERT_EQUAL(v->i, 1);
    v = pol_event_value(e, POLICY_FIELD_RECIPIENT_KINDS);
    CU_ASSERT_EQUAL(v->list.count, 2);
    CHECK_STR_EQ("second", v->list.items[1], "patient");
    CU_ASSERT_EQUAL(pol_event_value(e, POLICY_FIELD_REPLY_TO)->kind, POL_NULL);
    CHECK_STR_EQ("type", policy_event_type(e), "message");
    CHECK_STR_EQ("id", policy_event_id(e), "m-1");
    CHECK_STR_EQ("org", policy_event_organisation(e), "hospital");
    CHECK_STR_EQ("actor", policy_event_actor(e),
                 pol_event_value(e, POLICY_FIELD_ACTOR)->kind == POL_STR ? "u1" : "");
    policy_event_reset(e);
    policy_event_set_text(e, POLICY_FIELD_TYPE, pol_str("message"));
    policy_event_set_text(e, POLICY_FIELD_ACCOUNT, pol_str("a1"));
    CHECK_STR_EQ("its account", policy_event_actor(e), "a1");
    policy_event_set_text(e, POLICY_FIELD_ACTOR, pol_str("u2"));
    CHECK_STR_EQ("its actor", policy_event_actor(e), "u2");
    policy_event_free(e);
}

enum setter { TEXT, INT, BOOL, LIST, TIME, NONE };

static policy_status call(policy_event *e, enum setter s, policy_field f)
{
    policy_str item = POL_STR("x");

    switch (s) {
    case TEXT:
        return policy_event_set_text(e, f, POL_STR("out"));
    case INT:
        return policy_event_set_int(e, f, 5);
    case BOOL:
        return policy_event_set_bool(e, f, 1);
    case LIST:
        return policy_event_set_list(e, f, &item, 1);
    case TIME:
        return policy_event_set_time(e, f, 5, 0);
    default:
        return policy_event_set_null(e, f);
    }
}

/* Each setter against a field of each kind, before the type is known and after. */
static void test_refuses_wrong_kinds(void)
{
    static const struct {
        const char *type;
        policy_field field;
        enum setter right;
    } rows[] = {
        { "message", POLICY_FIELD_ACTOR, TEXT },
        { "message", POLICY_FIELD_TEXT, TEXT },
        { "message", POLICY_FIELD_DIRECTION, TEXT },
        { "message", POLICY_FIELD_ENCRYPTED, BOOL },
        { "message", POLICY_FIELD_RECIPIENTS, LIST },
        { "message", POLICY_FIELD_TIME, TIME },
        { "file_transfer", POLICY_FIELD_SIZE, INT },
        { "incident", POLICY_FIELD_NOTICED_AT, TIME },
        { "message", POLICY_FIELD_SIZE, NONE },      /* no such field in it */
        { "message", POLICY_FIELD_EXTERNAL, NONE },  /* derived */
        { "post", POLICY_FIELD_FORWARDED, NONE },    /* derived there */
        { "message", POLICY_FIELD_FLAGS, NONE },     /* derived */
        { "message", POLICY_FIELD_COUNT, NONE },
        { "message", UINT32_MAX, NONE }
    };
    policy_event *e = new_event();
    size_t i;
    int s;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (s = TEXT; s < NONE; s++) {
            policy_event_reset(e);
            CU_ASSERT_EQUAL(set(e, POLICY_FIELD_TYPE, rows[i].type), POLICY_OK);
            CHECK((call(e, (enum setter)s, rows[i].field) == POLICY_OK) ==
                      (s == (int)rows[i].right),
                  "row %zu, setter %d, type known", i, s);
            CHECK(pol_event_value(e, (int32_t)rows[i].field)->kind ==
                          POL_ABSENT || s == (int)rows[i].right,
                  "row %zu, setter %d left a value", i, s);
        }
        policy_event_reset(e);
        if (rows[i].right != NONE)
            CHECK_INT_EQ("type unknown", call(e, rows[i].right, rows[i].field),
                         POLICY_OK);
    }
    policy_event_free(e);
}

static void test_takes_null_for_any_field_of_the_type(void)
{
    policy_event *e = new_event();

    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_TYPE, "message"), POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_set_null(e, POLICY_FIELD_TEXT), POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_set_null(e, POLICY_FIELD_SIZE), POLICY_EINPUT);
    CU_ASSERT_EQUAL(policy_event_set_null(e, POLICY_FIELD_COUNT), POLICY_EINPUT);
    policy_event_free(e);
}

static void test_refuses_unknown_words(void)
{
    policy_str wrong[] = { POL_STR("staff"), POL_STR("ghost") };
    policy_event *e = new_event();

    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_TYPE, "mesage"), POLICY_EINPUT);
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_DIRECTION, "up"), POLICY_EINPUT);
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_CHANGE, "leave"), POLICY_OK);
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_TYPE, "account_change"), POLICY_OK);
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_CHANGE, "leave"), POLICY_EINPUT);
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_CHANGE, "lend"), POLICY_OK);
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_TYPE, "message"), POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_set_list(e, POLICY_FIELD_RECIPIENT_KINDS,
                                          wrong, 2), POLICY_EINPUT);
    CU_ASSERT_EQUAL(policy_event_set_list(e, POLICY_FIELD_ACTOR_ROLES, wrong,
                                          2), POLICY_OK);
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_GROUP_KIND, "ward"), POLICY_OK);
    CU_ASSERT_EQUAL(pol_event_value(e, POLICY_FIELD_GROUP_KIND)->word, 0);
    policy_event_free(e);
}

static void test_refuses_times_beyond_four_digits_of_year(void)
{
    policy_event *e = new_event();

    CU_ASSERT_EQUAL(policy_event_set_time(e, POLICY_FIELD_TIME, INT64_MAX, 0),
                    POLICY_EINPUT);
    CU_ASSERT_EQUAL(policy_event_set_time(e, POLICY_FIELD_TIME, 0, 1440),
                    POLICY_EINPUT);
    CU_ASSERT_EQUAL(policy_event_set_time(e, POLICY_FIELD_TIME, -1, -300),
                    POLICY_OK);
    policy_event_free(e);
}

static void test_checks_the_whole(void)
{
    static const struct {
        const char *label;
        int drop;          /* required field to leave out, or -1 */
        const char *type;
        policy_field field; /* set before the type */
        const char *value;
        policy_status status;
        const char *says;
    } rows[] = {
        { "complete", -1, "message", POLICY_FIELD_TEXT, "x", POLICY_OK, "" },
        { "no id", POLICY_FIELD_ID, "message", POLICY_FIELD_TEXT, "x",
          POLICY_EINPUT, "“id” is required" },
        { "no type", POLICY_FIELD_TYPE, "message", POLICY_FIELD_TEXT, "x",
          POLICY_EINPUT, "“type” is required" },
        { "no organisation", POLICY_FIELD_ORG, "message", POLICY_FIELD_TEXT,
          "x", POLICY_EINPUT, "“org” is required" },
        { "no time", POLICY_FIELD_TIME, "message", POLICY_FIELD_TEXT, "x",
          POLICY_EINPUT, "“time” is required" },
        { "a field of another type", -1, "login", POLICY_FIELD_TEXT, "x",
          POLICY_EINPUT, "“login” has no field “text”" },
        { "a word of another type", -1, "account_change", POLICY_FIELD_CHANGE,
          "leave", POLICY_EINPUT, "“leave”" },
        { "an id that is a word here", -1, "system_change", POLICY_FIELD_TARGET,
          "u17", POLICY_EINPUT, "“u17”" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        policy_error err = POLICY_ERROR_INIT;
        policy_event *e = new_event();

        CU_ASSERT_EQUAL(set(e, rows[i].field, rows[i].value), POLICY_OK);
        if (rows[i].drop != POLICY_FIELD_TYPE)
            CU_ASSERT_EQUAL(set(e, POLICY_FIELD_TYPE, rows[i].type), POLICY_OK);
        if (rows[i].drop != POLICY_FIELD_ID)
            CU_ASSERT_EQUAL(set(e, POLICY_FIELD_ID, "m"), POLICY_OK);
        if (rows[i].drop != POLICY_FIELD_ORG)
            CU_ASSERT_EQUAL(set(e, POLICY_FIELD_ORG, "o"), POLICY_OK);
        if (rows[i].drop != POLICY_FIELD_TIME)
            CU_ASSERT_EQUAL(policy_event_set_time(e, POLICY_FIELD_TIME, 0, 0),
                            POLICY_OK);
        CHECK_INT_EQ(rows[i].label, pol_event_check(e, &err), rows[i].status);
        CHECK(strstr(err.message, rows[i].says), "%s: %s", rows[i].label,
              err.message);
        policy_event_free(e);
    }
}

static void test_checks_what_was_put_past_the_setters(void)
{
    static const pol_value wrong[] = {
        { .kind = POL_INT, .i = 1 }, { .kind = POL_BOOL, .i = 1 },
        { .kind = POL_TIME, .i = 1 }, { .kind = POL_LIST }
    };
    policy_event *e = new_event();
    policy_str ghost = POL_STR("ghost");
    size_t i;

    set_required(e, "message");
    for (i = 0; i < 4; i++) {
        pol_event_put(e, POLICY_FIELD_TEXT, wrong[i]);
        CHECK_INT_EQ("kind", pol_event_check(e, NULL), POLICY_EINPUT);
    }
    pol_event_put(e, POLICY_FIELD_TEXT, (pol_value){ .kind = POL_NULL });
    pol_event_put(e, POLICY_FIELD_EXTERNAL,
                  (pol_value){ .kind = POL_BOOL, .i = 1 });
    CU_ASSERT_EQUAL(pol_event_check(e, NULL), POLICY_OK);
    pol_event_put(e, POLICY_FIELD_RECIPIENT_KINDS,
                  (pol_value){ .kind = POL_LIST, .list = { &ghost, 1 } });
    CU_ASSERT_EQUAL(pol_event_check(e, NULL), POLICY_EINPUT);
    policy_event_free(e);
}

static void test_gives_texts_in_order(void)
{
    policy_event *e = new_event();
    pol_event_text texts[8];
    policy_str got;
    char buf[24];

    set_required(e, "post");
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_REPOST_TEXT, "c"), POLICY_OK);
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_TITLE, "b"), POLICY_OK);
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_TEXT, "a"), POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_add_part(e, POL_STR("quote"), POL_STR("q")),
                    POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_add_part(e, POL_STR(""), POL_STR("r")),
                    POLICY_OK);
    CU_ASSERT_EQUAL(pol_event_texts(e, texts, 8), 5);
    CHECK_STR_EQ("first", texts[0].text, "a");
    CHECK_STR_EQ("second", texts[1].text, "b");
    CHECK_STR_EQ("third", texts[2].text, "c");
    CHECK_STR_EQ("role", texts[3].role, "quote");
    CHECK_CSTR_EQ("name", pol_event_text_name(&texts[1], buf), "title");
    CHECK_CSTR_EQ("part", pol_event_text_name(&texts[4], buf), "parts[1]");
    CU_ASSERT_EQUAL(pol_event_texts(e, texts, 1), 5);
    CU_ASSERT_EQUAL(policy_event_get_text(&got, e, "parts[1]"), POLICY_OK);
    CHECK_STR_EQ("parts[1]", got, "r");
    CU_ASSERT_EQUAL(policy_event_get_text(&got, e, "title"), POLICY_OK);
    CHECK_STR_EQ("title", got, "b");
    policy_event_free(e);
}

static void test_gives_no_text_where_there_is_none(void)
{
    static const char *const names[] = {
        "", "name", "id", "actor", "parts", "parts[]", "parts[1]", "parts[-0]",
        "parts[-1]", "parts[0", "parts[00]", "parts[18446744073709551616]",
        "parts[0]]", "parts[0] ", "nothing"
    };
    policy_event *e = new_event();
    policy_str got;
    size_t i;

    set_required(e, "message");
    CU_ASSERT_EQUAL(policy_event_add_part(e, POL_STR(""), POL_STR("r")),
                    POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_set_null(e, POLICY_FIELD_TEXT), POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_get_text(&got, e, "text"), POLICY_EINPUT);
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        got = POL_STR("stale");
        CHECK_INT_EQ(names[i], policy_event_get_text(&got, e, names[i]),
                     POLICY_EINPUT);
        CHECK_INT_EQ(names[i], got.len, 0);
    }
    policy_event_free(e);
}

static void test_takes_facts_and_replaces_them(void)
{
    policy_event *e = new_event();

    CU_ASSERT_EQUAL(policy_event_set_fact(e, "trained", POL_STR("false")),
                    POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_set_fact(e, "trained", POL_STR("true")),
                    POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_set_fact(e, "known", POL_STR(" null ")),
                    POLICY_OK);
    CU_ASSERT_EQUAL(e->fact_count, 2);
    CHECK_STR_EQ("json", e->facts[0].json, "true");
    CU_ASSERT_EQUAL(policy_event_set_fact(e, "", POL_STR("1")), POLICY_EINPUT);
    CU_ASSERT_EQUAL(policy_event_set_fact(e, "x", POL_STR("")), POLICY_EINPUT);
    CU_ASSERT_EQUAL(policy_event_set_fact(e, "x", POL_STR("1 2")),
                    POLICY_EINPUT);
    CU_ASSERT_EQUAL(policy_event_set_fact(e, "x", POL_STR("{")), POLICY_EINPUT);
    CU_ASSERT_EQUAL(policy_event_set_fact(e, "a\nb", POL_STR("1")),
                    POLICY_EINPUT);
    CU_ASSERT_EQUAL(e->fact_count, 2);
    policy_event_free(e);
}

static void test_holds_to_its_limits(void)
{
    policy_limits l = { .size = sizeof(l), .text_bytes = 3, .list_items = 2,
                        .parts = 1, .facts = 1, .json_depth = 2,
                        .event_bytes = 100 };
    policy_str items[] = { POL_STR("a"), POL_STR("b"), POL_STR("c") };
    policy_event *e = NULL;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, &l, NULL), POLICY_OK);
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_TEXT, "123"), POLICY_OK);
    CU_ASSERT_EQUAL(set(e, POLICY_FIELD_TEXT, "1234"), POLICY_ELIMIT);
    CU_ASSERT_EQUAL(policy_event_set_list(e, POLICY_FIELD_LINKS, items, 2),
                    POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_set_list(e, POLICY_FIELD_LINKS, items, 3),
                    POLICY_ELIMIT);
    CU_ASSERT_EQUAL(policy_event_add_part(e, POL_STR("r"), POL_STR("1234")),
                    POLICY_ELIMIT);
    CU_ASSERT_EQUAL(policy_event_add_part(e, POL_STR("\n"), POL_STR("1")),
                    POLICY_EINPUT);
    CU_ASSERT_EQUAL(policy_event_add_part(e, POL_STR("r"), POL_STR("1")),
                    POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_add_part(e, POL_STR("r"), POL_STR("1")),
                    POLICY_ELIMIT);
    CU_ASSERT_EQUAL(policy_event_set_fact(e, "a", POL_STR("[[1]]")), POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_set_fact(e, "a", POL_STR("[[[1]]]")),
                    POLICY_ELIMIT);
    CU_ASSERT_EQUAL(policy_event_set_fact(e, "b", POL_STR("1")), POLICY_ELIMIT);
    policy_event_free(e);
}

static void test_resets(void)
{
    policy_event *e = new_event();
    policy_str item = POL_STR("x");

    set_required(e, "message");
    CU_ASSERT_EQUAL(policy_event_set_list(e, POLICY_FIELD_LINKS, &item, 1),
                    POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_add_part(e, item, item), POLICY_OK);
    CU_ASSERT_EQUAL(policy_event_set_fact(e, "a", POL_STR("1")), POLICY_OK);
    policy_event_reset(e);
    CU_ASSERT_EQUAL(pol_event_value(e, POLICY_FIELD_LINKS)->kind, POL_ABSENT);
    CU_ASSERT_EQUAL(policy_event_type(e).len, 0);
    CU_ASSERT_EQUAL(e->part_count, 0);
    CU_ASSERT_EQUAL(e->fact_count, 0);
    policy_event_free(e);
}

/* Everything that asks for memory; the first status that is not OK. */
static policy_status use_memory(policy_event *e)
{
    policy_str item = POL_STR("x");
    policy_status st = policy_event_set_list(e, POLICY_FIELD_LINKS, &item, 1);

    if (st == POLICY_OK)
        st = policy_event_add_part(e, item, item);
    if (st == POLICY_OK)
        st = policy_event_set_fact(e, "a", POL_STR("1"));
    return st;
}

static void test_survives_every_failing_allocation(void)
{
    size_t n;

    for (n = 1; n < 20; n++) {
        struct test_allocator t;
        policy_error err = POLICY_ERROR_INIT;
        policy_event *e;
        policy_status st;

        test_allocator_init(&t);
        t.fail_at = n;
        st = policy_event_new(&e, &t.allocator, NULL, &err);
        if (st == POLICY_OK) {
            st = use_memory(e);
            if (st != POLICY_OK) {
                /* The object is still good for the same. */
                policy_event_reset(e);
                CU_ASSERT_EQUAL(use_memory(e), POLICY_OK);
            }
        } else {
            CU_ASSERT_PTR_NULL(e);
            CU_ASSERT_EQUAL(err.status, POLICY_ENOMEM);
        }
        CHECK_INT_EQ("status", st, t.failed ? POLICY_ENOMEM : POLICY_OK);
        policy_event_free(e);
        CHECK(test_allocator_clean(&t), "n = %zu", n);
        if (!t.failed)
            break;
    }
    CHECK(n > 3 && n < 20, "%zu allocations", n);
}

static void test_asks_for_nothing_once_warm(void)
{
    struct test_allocator t;
    policy_event *e;
    size_t before, i;

    test_allocator_init(&t);
    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, &t.allocator, NULL, NULL),
                          POLICY_OK);
    CU_ASSERT_EQUAL(use_memory(e), POLICY_OK);
    before = t.requests;
    for (i = 0; i < 100; i++) {
        policy_event_reset(e);
        CU_ASSERT_EQUAL(use_memory(e), POLICY_OK);
    }
    CU_ASSERT_EQUAL(t.requests, before);
    policy_event_free(e);
    test_allocator_clean(&t);
}

static const struct test_case tests[] = {
    { "begins empty", test_begins_empty },
    { "finds fields", test_finds_fields },
    { "keeps what is set", test_keeps_what_is_set },
    { "refuses wrong kinds", test_refuses_wrong_kinds },
    { "takes null for any field of the type",
      test_takes_null_for_any_field_of_the_type },
    { "refuses unknown words", test_refuses_unknown_words },
    { "refuses times beyond four digits of year",
      test_refuses_times_beyond_four_digits_of_year },
    { "checks the whole", test_checks_the_whole },
    { "checks what was put past the setters",
      test_checks_what_was_put_past_the_setters },
    { "gives texts in order", test_gives_texts_in_order },
    { "gives no text where there is none",
      test_gives_no_text_where_there_is_none },
    { "takes facts and replaces them", test_takes_facts_and_replaces_them },
    { "holds to its limits", test_holds_to_its_limits },
    { "resets", test_resets },
    { "survives every failing allocation",
      test_survives_every_failing_allocation },
    { "asks for nothing once warm", test_asks_for_nothing_once_warm }
};

POLICY_TEST_MAIN("event", tests)
