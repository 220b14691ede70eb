/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an instance is called and what is said of it: parts of keys as they come
 * back, shadows of which nothing is said.
 */
#include "duty_steps.h"

#include "evaluate/duties_parts.h"

/* An evaluation that has an arena, and no more. */
struct bare {
    struct test_allocator memory;
    struct policy_session s;
    pol_evaluation v;
};

static void bare_begin(struct bare *b)
{
    memset(b, 0, sizeof(*b));
    test_allocator_init(&b->memory);
    pol_arena_init(&b->s.arena, &b->memory.allocator, 0);
    b->v.s = &b->s;
}

static void bare_end(struct bare *b)
{
    pol_arena_fini(&b->s.arena);
    test_allocator_clean(&b->memory);
}

/* --- parts of keys */

static void test_a_part_is_never_empty_and_has_no_slash(void)
{
    static const struct { const char *label, *part, *shown; } rows[] = {
        { "an id", "u1", "/u1" },
        { "Chinese", "内科", "/内科" },
        { "nothing", "", "/%" },
        { "a slash", "a/b", "/a%2Fb" },
        { "a per cent sign", "50%", "/50%25" },
        { "a line feed", "a\nb", "/a%0Ab" },
    };
    struct bare b;

    bare_begin(&b);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char text[64];
        policy_str shown = { text, pol_duty_put_part(text, pol_str(rows[i].part)) };

        CHECK_STR_EQ(rows[i].label, shown, rows[i].shown);
        CHECK_STR_EQ(rows[i].label, pol_duty_get_part(&b.v, shown), rows[i].part);
    }
    bare_end(&b);
}

static void test_any_bytes_come_back(void)
{
    struct bare b;

    bare_begin(&b);
    past_seed = 3;
    for (int i = 0; i < 5000; i++) {
        char bytes[12], text[3 * sizeof(bytes) + 2 + 4];
        policy_str part = { bytes, past_draw(sizeof(bytes) + 1) }, back;
        size_t len;

        for (size_t k = 0; k < part.len; k++)
            bytes[k] = past_draw(2) ? "/%A\n"[past_draw(4)] : (char)past_draw(256);
        len = pol_duty_put_part(text, part);
        CHECK(len >= 2 && len <= 3 * part.len + 2 &&
                  !memchr(text + 1, '/', len - 1), "%zu bytes", len);
        memcpy(text + len, "/end", 4);
        back = pol_duty_get_part(&b.v, (policy_str){ text, len + 4 });
        CHECK(pol_str_eq(back, part), "round %d", i);
    }
    bare_end(&b);
}

/* Whatever an attestation writes is some part. */
static void test_what_was_never_written_is_read(void)
{
    static const struct { const char *label, *text, *part; } rows[] = {
        { "a slash alone", "/", "" },
        { "the second part", "//b", "" },
        { "no digits", "/a%zz", "azz" },
        { "one digit", "/a%4", "a4" },
        { "small digits", "/%2f", "2f" },
        { "at the end", "/a%", "a" },
    };
    struct bare b;

    bare_begin(&b);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CHECK_STR_EQ(rows[i].label, pol_duty_get_part(&b.v, pol_str(rows[i].text)),
                     rows[i].part);
    b.s.arena.max = b.s.arena.used;
    CHECK(pol_duty_get_part(&b.v, POL_STR("/a")).ptr == NULL &&
              b.v.status == POLICY_ENOMEM, "no room");
    bare_end(&b);
}

/* --- what is said */

static void test_a_shadow_shows_nothing_but_its_finding(void)
{
    static const char rules[] =
        DUTY("report", "owner = \"officer\", within = \"4h\", mode = \"shadow\","
             " open = { on = \"incident\", where = { state = \"noticed\" }, key = \"incident\" }");
    static const struct step steps[] = {
        { "1", "03-02T09:00", "incident", INCIDENT("a", "noticed"), "", "" },
        { "t1", "03-02T13:00", "tick", "", "", "" },
    };
    struct past p;

    if (!past_open(&p, people, rules))
        return;
    for (size_t i = 0; i < 2; i++) {
        if (!judge(&p.h, &p.state, &steps[i]))
            break;
        CHECK_INT_EQ("duties", policy_decision_duty_count(p.h.decision), 0);
        CHECK_INT_EQ("verdict", policy_decision_verdict(p.h.decision), POLICY_ALLOW);
        CHECK_INT_EQ("shadow", policy_decision_finding_count(p.h.decision, POLICY_SHADOW), i);
        past_apply(&p, steps[i].id);
    }
    past_close(&p);
}

static void test_a_title_is_in_the_first_language(void)
{
    static const char rules[] =
        "duty { id = \"a\", title = { zh = \"报告\", en = \"Report\" }, reason = \"r\","
        " owner = \"officer\", within = \"4h\","
        " open = { on = \"incident\", key = \"incident\" } }\n"
        "duty { id = \"b\", title = \"报告\", reason = \"r\", owner = \"officer\","
        " within = \"4h\", open = { on = \"incident\", key = \"incident\" } }\n";
    static const struct { const char *yaml, *a; } rows[] = {
        { "roles: { officer: [u1] }\nlanguages: [en, zh]\n", "Report" },
        { "roles: { officer: [u1] }\nlanguages: [zh, en]\n", "报告" },
    };
    static const struct step step = { "1", "03-02T09:00", "incident",
                                      INCIDENT("a", "noticed"), "", "" };

    for (size_t i = 0; i < 2; i++) {
        struct past p;

        if (!past_open(&p, rows[i].yaml, rules))
            return;
        if (judge(&p.h, &p.state, &step) &&
            CHECK(policy_decision_duty_count(p.h.decision) == 2, "both")) {
            CHECK_STR_EQ("both languages", policy_decision_duty(p.h.decision, 0)->what,
                         rows[i].a);
            CHECK_STR_EQ("Chinese only", policy_decision_duty(p.h.decision, 1)->what,
                         "报告");
        }
        past_close(&p);
    }
}

static const struct test_case tests[] = {
    { "a title is in the first language", test_a_title_is_in_the_first_language },
    { "a part is never empty and has no slash",
      test_a_part_is_never_empty_and_has_no_slash },
    { "any bytes come back", test_any_bytes_come_back },
    { "what was never written is read", test_what_was_never_written_is_read },
    { "a shadow shows nothing but its finding",
      test_a_shadow_shows_nothing_but_its_finding },
};

POLICY_TEST_MAIN("duties_names", tests)
