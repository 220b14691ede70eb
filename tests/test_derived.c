/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Derived fields, type by type.
 */
#include "view_check.h"

#include "base/time.h"

/* The value of a derived field as text: "-" where absent. */
static const char *shown(struct view_check *c, int32_t field)
{
    static char text[80];
    const pol_value *v = pol_view_value(&c->view, field);

    switch (v->kind) {
    case POL_ABSENT:
        return "-";
    case POL_NULL:
        return "null";
    case POL_BOOL:
        return v->i ? "true" : "false";
    case POL_INT:
        snprintf(text, sizeof(text), "%lld", (long long)v->i);
        return text;
    case POL_STR:
        snprintf(text, sizeof(text), "%.*s", (int)v->str.len, v->str.ptr);
        return text;
    case POL_LIST:
        text[0] = '\0';
        for (size_t i = 0; i < v->list.count; i++)
            snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%.*s",
                     i ? " " : "", (int)v->list.items[i].len,
                     v->list.items[i].ptr);
        return text;
    default:
        return "another kind";
    }
}

static const policy_str staff[] = { S("staff"), S("pupil"), S("staff") };
static const policy_str mixed[] = { S("staff"), S("family") };

static void test_external_and_public(void)
{
    static const struct {
        const char *label;
        int32_t type, field;
        pol_value value;
        const char *external, *public;
    } rows[] = {
        { "to staff and pupils",
          POLICY_TYPE_MESSAGE,
          POLICY_FIELD_RECIPIENT_KINDS,
          { .kind = POL_LIST, .list = { staff, 3 } },
          "false",
          "-" },
        { "to one family too",
          POLICY_TYPE_MESSAGE,
          POLICY_FIELD_RECIPIENT_KINDS,
          { .kind = POL_LIST, .list = { mixed, 2 } },
          "true",
          "-" },
        { "to nobody",
          POLICY_TYPE_MESSAGE,
          POLICY_FIELD_RECIPIENT_KINDS,
          { .kind = POL_LIST, .list = { NULL, 0 } },
          "false",
          "-" },
        { "to null",
          POLICY_TYPE_MESSAGE,
          POLICY_FIELD_RECIPIENT_KINDS,
          { .kind = POL_NULL },
          "-",
          "-" },
        { "to who knows whom",
          POLICY_TYPE_MESSAGE,
          POLICY_FIELD_ACTOR,
          { .kind = POL_STR, .str = S("u1") },
          "-",
          "-" },
        { "a file to family",
          POLICY_TYPE_FILE_TRANSFER,
          POLICY_FIELD_RECIPIENT_KINDS,
          { .kind = POL_LIST, .list = { mixed, 2 } },
          "true",
          "-" },
        { "files to staff",
          POLICY_TYPE_FILE_TRANSFER,
          POLICY_FIELD_RECIPIENT_KINDS,
          { .kind = POL_LIST, .list = { staff, 1 } },
          "false",
          "-" },
        { "use for a customer",
          POLICY_TYPE_DATA_USE,
          POLICY_FIELD_RECIPIENT_KIND,
          { .kind = POL_STR, .str = S("customer") },
          "true",
          "-" },
        { "use for staff",
          POLICY_TYPE_DATA_USE,
          POLICY_FIELD_RECIPIENT_KIND,
          { .kind = POL_STR, .str = S("staff") },
          "false",
          "-" },
        { "use for nobody",
          POLICY_TYPE_DATA_USE,
          POLICY_FIELD_ACTOR,
          { .kind = POL_STR, .str = S("u1") },
          "-",
          "-" },
        { "a public post",
          POLICY_TYPE_POST,
          POLICY_FIELD_AUDIENCE,
          { .kind = POL_STR, .str = S("public") },
          "true",
          "true" },
        { "an internal post",
          POLICY_TYPE_POST,
          POLICY_FIELD_AUDIENCE,
          { .kind = POL_STR, .str = S("internal") },
          "false",
          "false" },
        { "a post for whom",
          POLICY_TYPE_POST,
          POLICY_FIELD_ACTOR,
          { .kind = POL_STR, .str = S("u1") },
          "-",
          "-" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct view_check c;

        view_open(&c, rows[i].type);
        pol_event_put(c.event, rows[i].field, rows[i].value);
        CHECK_CSTR_EQ(rows[i].label, shown(&c, POLICY_FIELD_EXTERNAL),
                      rows[i].external);
        CHECK_CSTR_EQ(rows[i].label, shown(&c, POLICY_FIELD_PUBLIC),
                      rows[i].public);
        view_close(&c);
    }
}

static void test_forwarded(void)
{
    static const struct {
        const char *label;
        int32_t type, field;
        pol_value value;
        const char *forwarded;
    } rows[] = {
        { "a repost",
          POLICY_TYPE_POST,
          POLICY_FIELD_REPOST_OF,
          { .kind = POL_STR, .str = S("p1") },
          "true" },
        { "a post of one's own",
          POLICY_TYPE_POST,
          POLICY_FIELD_ACTOR,
          { .kind = POL_STR, .str = S("u1") },
          "false" },
        { "a post that says so",
          POLICY_TYPE_POST,
          POLICY_FIELD_FORWARDED,
          { .kind = POL_BOOL, .i = 1 },
          "true" },
        { "a file forwarded",
          POLICY_TYPE_FILE_TRANSFER,
          POLICY_FIELD_OPERATION,
          { .kind = POL_STR, .str = S("forward") },
          "true" },
        { "a file sent",
          POLICY_TYPE_FILE_TRANSFER,
          POLICY_FIELD_OPERATION,
          { .kind = POL_STR, .str = S("send") },
          "false" },
        { "a file, somehow",
          POLICY_TYPE_FILE_TRANSFER,
          POLICY_FIELD_ACTOR,
          { .kind = POL_STR, .str = S("u1") },
          "-" },
        { "a message that says so",
          POLICY_TYPE_MESSAGE,
          POLICY_FIELD_FORWARDED,
          { .kind = POL_BOOL, .i = 1 },
          "true" },
        { "a message that does not",
          POLICY_TYPE_MESSAGE,
          POLICY_FIELD_ACTOR,
          { .kind = POL_STR, .str = S("u1") },
          "-" },
        { "a message that says null",
          POLICY_TYPE_MESSAGE,
          POLICY_FIELD_FORWARDED,
          { .kind = POL_NULL },
          "null" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct view_check c;

        view_open(&c, rows[i].type);
        pol_event_put(c.event, rows[i].field, rows[i].value);
        CHECK_CSTR_EQ(rows[i].label, shown(&c, POLICY_FIELD_FORWARDED),
                      rows[i].forwarded);
        view_close(&c);
    }
}

static void test_working_time(void)
{
    static const struct {
        const char *time, *day, *hours;
    } rows[] = {
        { "2026-09-28T09:00:00+08:00", "true", "true" }, /* Monday */
        { "2026-09-28T17:59:59+08:00", "true", "true" },
        { "2026-09-28T18:00:00+08:00", "true", "false" },
        { "2026-09-27T12:00:00+08:00", "false", "false" },
        { "2026-09-27T17:00:00Z", "true", "false" }, /* Monday in Shanghai */
        { "2026-09-28T01:00:00Z", "true", "true" },
    };
    struct view_check c;

    view_open(&c, POLICY_TYPE_LOGIN);
    CHECK_CSTR_EQ("no time", shown(&c, POLICY_FIELD_WORK_DAY), "-");
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        pol_value v = time_value(0);

        CHECK(pol_time_read(pol_str(rows[i].time), &v.i, &v.offset), "%s",
              rows[i].time);
        pol_event_put(c.event, POLICY_FIELD_TIME, v);
        view_again(&c);
        CHECK_CSTR_EQ(rows[i].time, shown(&c, POLICY_FIELD_WORK_DAY),
                      rows[i].day);
        CHECK_CSTR_EQ(rows[i].time, shown(&c, POLICY_FIELD_WORK_HOURS),
                      rows[i].hours);
    }
    view_close(&c);
}

static void test_minutes(void)
{
    static const struct {
        const char *label;
        int64_t from, to;
        const char *minutes;
    } rows[] = {
        { "an hour", 0, 3600000, "60" },
        { "whole ones only", 0, 119999, "1" },
        { "none", 5, 5, "0" },
        { "backwards", 60000, 0, "-" },
        { "no start", -1, 3600000, "-" },
        { "no end", 0, -1, "-" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct view_check c;

        view_open(&c, POLICY_TYPE_USAGE_PERIOD);
        if (rows[i].from >= 0)
            pol_event_put(c.event, POLICY_FIELD_STARTED,
                          time_value(rows[i].from));
        if (rows[i].to >= 0)
            pol_event_put(c.event, POLICY_FIELD_ENDED, time_value(rows[i].to));
        CHECK_CSTR_EQ(rows[i].label, shown(&c, POLICY_FIELD_MINUTES),
                      rows[i].minutes);
        view_close(&c);
    }
}

static void test_thing(void)
{
    static const struct {
        const char *label, *comment, *content, *app, *version, *thing;
    } rows[] = {
        { "a comment under content", "c1", "p1", NULL, NULL, "c1" },
        { "content", NULL, "p1", NULL, NULL, "p1" },
        { "content of an app", NULL, "p1", "app", "1.2", "p1" },
        { "a release", NULL, NULL, "app", "1.2", "app@1.2" },
        { "an app without version", NULL, NULL, "app", NULL, "e1" },
        { "a version without app", NULL, NULL, NULL, "1.2", "e1" },
        { "anything else", NULL, NULL, NULL, NULL, "e1" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct {
            int32_t field;
            const char *value;
        } fields[] = {
            { POLICY_FIELD_ID, "e1" },
            { POLICY_FIELD_COMMENT_ID, rows[i].comment },
            { POLICY_FIELD_CONTENT_ID, rows[i].content },
            { POLICY_FIELD_APP, rows[i].app },
            { POLICY_FIELD_VERSION, rows[i].version },
        };
        struct view_check c;

        view_open(&c, POLICY_TYPE_COMMENT);
        for (size_t f = 0; f < sizeof(fields) / sizeof(*fields); f++)
            if (fields[f].value)
                pol_event_put(c.event, fields[f].field,
                              str_value(pol_str(fields[f].value)));
        CHECK_CSTR_EQ(rows[i].label, shown(&c, POLICY_FIELD_THING),
                      rows[i].thing);
        view_close(&c);
    }
}

/* --- the digest of the content */

struct content {
    const char *label, *title, *text, *part;
    policy_str attachments[2];
    size_t attachment_count;
};

static void digest_of(const struct content *x, int32_t type, char out[65])
{
    struct view_check c;
    const pol_value *v;

    view_open(&c, type);
    if (x->title)
        pol_event_put(c.event, POLICY_FIELD_TITLE,
                      str_value(pol_str(x->title)));
    if (x->text)
        pol_event_put(c.event, POLICY_FIELD_TEXT, str_value(pol_str(x->text)));
    if (x->part)
        pol_event_push_part(c.event, S("quote"), pol_str(x->part), 0, NULL);
    if (x->attachment_count)
        pol_event_put(c.event, POLICY_FIELD_ATTACHMENTS,
                      list_value(x->attachments, x->attachment_count));
    v = pol_view_value(&c.view, POLICY_FIELD_CONTENT_DIGEST);
    CHECK(v->kind == POL_STR && v->str.len == 64, "%s", x->label);
    CHECK(pol_view_value(&c.view, POLICY_FIELD_CONTENT_DIGEST) == v,
          "%s: computed once", x->label);
    snprintf(out, 65, "%.*s", (int)v->str.len, v->str.ptr);
    view_close(&c);
}

static void test_the_digest_tells_contents_apart(void)
{
    static const struct content rows[] = {
        { "nothing", NULL, NULL, NULL, { { 0 } }, 0 },
        { "empty text", NULL, "", NULL, { { 0 } }, 0 },
        { "text", NULL, "ab", NULL, { { 0 } }, 0 },
        { "title and text", "a", "b", NULL, { { 0 } }, 0 },
        { "text and part", NULL, "a", "b", { { 0 } }, 0 },
        { "an attachment of that name", NULL, NULL, NULL, { S("ab") }, 1 },
        { "two of them", NULL, NULL, NULL, { S("a"), S("b") }, 2 },
        { "text and attachment", NULL, "a", NULL, { S("b") }, 1 },
    };
    enum { N = sizeof(rows) / sizeof(*rows) };
    char digests[N][65], again[65];

    for (size_t i = 0; i < N; i++) {
        digest_of(&rows[i], POLICY_TYPE_POST, digests[i]);
        /* A message has no title. */
        digest_of(&rows[i], POLICY_TYPE_MESSAGE, again);
        CHECK((strcmp(again, digests[i]) == 0) == !rows[i].title, "%s, %s",
              rows[i].label, "whatever the type");
        for (size_t j = 0; j < i; j++)
            CHECK(strcmp(digests[i], digests[j]) != 0, "%s, %s", rows[i].label,
                  rows[j].label);
    }
}

/* SHA-256 of fields with their lengths before them, in eight bytes: computed
 * once with Python's hashlib, so that a change of the formula is seen. */
static void test_the_digest_stays_what_it_is(void)
{
    static const struct content x = { "ab", NULL, "ab", NULL, { { 0 } }, 0 };
    char digest[65];

    digest_of(&x, POLICY_TYPE_POST, digest);
    CHECK_CSTR_EQ(
        "ab", digest,
        "89426ff87917a54fd0b2f9275d8d5c04ddb0943de4f51738f7dff4deb0ecefc0");
}

/* --- hosts */

static void test_hosts(void)
{
    static const struct {
        const char *text, *part, *want;
    } rows[] = {
        { "明天见", NULL, "" },
        { "看 https://Www.Example.com/a?b=c 和 example.org 吧", NULL,
          "www.example.com example.org" },
        { "hxxps://bad[.]example[.]net", "xn--fsqu00a.com",
          "bad.example.net 例子.com" },
        { "a@example.com", NULL, "" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct view_check c;
        const pol_value *v;
        char got[256] = "";
        size_t n = 0;

        view_open(&c, POLICY_TYPE_MESSAGE);
        policy_event_set_text(c.event, POLICY_FIELD_TEXT, pol_str(rows[i].text));
        if (rows[i].part)
            policy_event_add_part(c.event, S("quote"), pol_str(rows[i].part));
        view_again(&c);
        v = pol_view_value(&c.view, POLICY_FIELD_HOSTS);
        CHECK_INT_EQ(rows[i].text, v->kind, POL_LIST);
        for (size_t k = 0; v->kind == POL_LIST && k < v->list.count; k++)
            n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%.*s", k ? " " : "",
                                  (int)v->list.items[k].len, v->list.items[k].ptr);
        CHECK_CSTR_EQ(rows[i].text, got, rows[i].want);
        view_close(&c);
    }
}

/* --- flags, which whoever folded the texts has set */

static void test_flags(void)
{
    static const struct {
        const char *label, *shown;
        uint32_t flags;
    } rows[] = {
        { "none", "", 0 },
        { "the first", "ill-formed", POLICY_TEXT_ILL_FORMED },
        { "the last", "unknown-kind", POL_FLAG_UNKNOWN_KIND },
        { "by bit", "ignorable bidi mixed-han",
          POLICY_TEXT_MIXED_HAN | POLICY_TEXT_BIDI | POLICY_TEXT_IGNORABLE },
    };

    for (int32_t type = 0; type < POLICY_TYPE_COUNT; type++)
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
            struct view_check c;

            view_open(&c, type);
            c.view.flags = rows[i].flags;
            CHECK_CSTR_EQ(rows[i].label, shown(&c, POLICY_FIELD_FLAGS),
                          rows[i].shown);
            view_again(&c);
            CHECK_CSTR_EQ("of another event", shown(&c, POLICY_FIELD_FLAGS), "");
            view_close(&c);
        }
}

/* --- the view */

static void test_a_value_on_the_event_goes_first(void)
{
    struct view_check c;

    view_open(&c, POLICY_TYPE_USAGE_PERIOD);
    pol_event_put(c.event, POLICY_FIELD_STARTED, time_value(0));
    pol_event_put(c.event, POLICY_FIELD_ENDED, time_value(3600000));
    pol_event_put(c.event, POLICY_FIELD_MINUTES, int_value(5));
    CHECK_CSTR_EQ("set", shown(&c, POLICY_FIELD_MINUTES), "5");
    pol_event_put(c.event, POLICY_FIELD_FLAGS, list_value(staff, 1));
    c.view.flags = POLICY_TEXT_BIDI;
    CHECK_CSTR_EQ("set", shown(&c, POLICY_FIELD_FLAGS), "staff");
    CHECK(pol_view_value(&c.view, POLICY_FIELD_TEXT)->kind == POL_ABSENT,
          "a plain field");
    view_close(&c);
}

static void test_tells_of_no_memory(void)
{
    static const int32_t fields[] = { POLICY_FIELD_THING,
                                      POLICY_FIELD_CONTENT_DIGEST,
                                      POLICY_FIELD_HOSTS,
                                      POLICY_FIELD_FLAGS };

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
        struct view_check c;

        view_open(&c, POLICY_TYPE_MINIPROGRAM_RELEASE);
        pol_event_put(c.event, POLICY_FIELD_APP, str_value(S("app")));
        pol_event_put(c.event, POLICY_FIELD_VERSION, str_value(S("1")));
        c.t.fail_after = c.t.requests + 1;
        CHECK_CSTR_EQ("value", shown(&c, fields[i]), "-");
        CHECK_INT_EQ("status", c.view.status, POLICY_ENOMEM);
        view_close(&c);
    }
}

static void test_tells_of_no_memory_for_a_fact(void)
{
    static const char *const facts[] = { "[\"a\"]", "\"a\\nb\"" };

    for (size_t i = 0; i < 2; i++) {
        struct view_check c;

        view_open(&c, POLICY_TYPE_MESSAGE);
        pol_event_push_fact(c.event, S("f"), pol_str(facts[i]), 0, NULL);
        c.t.fail_after = c.t.requests + 1;
        pol_view_fact(&c.view, S("f"));
        CHECK_INT_EQ(facts[i], c.view.status, POLICY_ENOMEM);
        view_close(&c);
    }
}

static void test_facts(void)
{
    static const struct {
        const char *json;
        int kind;
        size_t count; /* of a list */
    } rows[] = {
        { "true", POL_BOOL, 0 },        { "-3", POL_INT, 0 },
        { "1e3", POL_STR, 0 },          { "99999999999999999999", POL_STR, 0 },
        { "\"x\"", POL_STR, 0 },        { "null", POL_NULL, 0 },
        { "[]", POL_LIST, 0 },          { "[1,\"a\",[2,3]]", POL_LIST, 3 },
        { "{}", POL_LIST, 0 },          { "{\"a\":1,\"b\":2}", POL_LIST, 1 },
        { "[\"a,b,c\"]", POL_LIST, 1 }, { "[null]", POL_LIST, 1 },
        { " [ true ] ", POL_LIST, 1 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct view_check c;
        pol_value v;

        view_open(&c, POLICY_TYPE_MESSAGE);
        CHECK(pol_view_fact(&c.view, S("f")).kind == POL_ABSENT, "not given");
        pol_event_push_fact(c.event, S("f"), pol_str(rows[i].json), 0, NULL);
        v = pol_view_fact(&c.view, S("f"));
        CHECK_INT_EQ(rows[i].json, v.kind, rows[i].kind);
        if (v.kind == POL_LIST && rows[i].kind == POL_LIST)
            CHECK_INT_EQ(rows[i].json, v.list.count, rows[i].count);
        view_close(&c);
    }
}

static const struct test_case tests[] = {
    { "external and public", test_external_and_public },
    { "forwarded", test_forwarded },
    { "working time", test_working_time },
    { "minutes", test_minutes },
    { "thing", test_thing },
    { "the digest tells contents apart", test_the_digest_tells_contents_apart },
    { "the digest stays what it is", test_the_digest_stays_what_it_is },
    { "hosts", test_hosts },
    { "flags", test_flags },
    { "a value on the event goes first", test_a_value_on_the_event_goes_first },
    { "tells of no memory", test_tells_of_no_memory },
    { "tells of no memory for a fact", test_tells_of_no_memory_for_a_fact },
    { "facts", test_facts },
};

POLICY_TEST_MAIN("derived", tests)
