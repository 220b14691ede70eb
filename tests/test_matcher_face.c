/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public face of the matcher: spans and reasons of the original, batches,
 * and what is promised of memory.
 */
#include "base/alloc.h"
#include "match/matcher.h"
#include "text/text.h"

#include "matcher_check.h"

struct matches {
    policy_match at[64];
    size_t count;
};

static int keep_match(void *user, const policy_match *match)
{
    struct matches *all = user;

    if (all->count < 64)
        all->at[all->count++] = *match;
    return 0;
}

static const struct term few[] = {
    { "代开", 2, 0 }, { "发票", 1, 0 }, { "vx", 3, 0 },
    { "QQ", 4, POL_TERM_EXACT },
};

static void test_tells_spans_and_reasons_of_the_original(void)
{
    static const char text[] = "加\xe2\x80\x8bＶＸ\xe2\x80\x8b代\xe2\x80\x8b开發票";
    policy_matcher *m = matcher_of(few, 4);
    policy_scratch *s;
    struct matches all = { .count = 0 };

    CU_ASSERT_FATAL(policy_scratch_new(&s, m, NULL) == POLICY_OK);
    CU_ASSERT(policy_matcher_scan(m, s, str(text), keep_match, &all) == 0);
    CU_ASSERT_FATAL(all.count == 3);
    CHECK_INT_EQ("vx", all.at[0].id, 3);
    CHECK_INT_EQ("vx starts", all.at[0].span.start, 6);
    CHECK_INT_EQ("vx ends", all.at[0].span.end, 12);
    CHECK_INT_EQ("vx reasons", all.at[0].reasons,
                 POLICY_REASON_CASE | POLICY_REASON_WIDTH);
    CHECK_INT_EQ("代开", all.at[1].id, 2);
    CHECK_INT_EQ("代开 starts", all.at[1].span.start, 15);
    CHECK_INT_EQ("代开 ends", all.at[1].span.end, 24);
    CHECK_INT_EQ("发票", all.at[2].id, 1);
    CHECK_INT_EQ("代开 reasons", all.at[1].reasons, POLICY_REASON_IGNORABLE);
    CHECK_INT_EQ("发票 reasons", all.at[2].reasons, POLICY_REASON_TRADITIONAL);
    policy_scratch_free(s);
    policy_matcher_free(m);
}

static bool same_match(const policy_match *a, const policy_match *b)
{
    return a->id == b->id && a->span.start == b->span.start &&
           a->span.end == b->span.end && a->reasons == b->reasons;
}

static void test_finds_the_same_in_a_batch_and_in_a_folded_text(void)
{
    static const char *const texts[] = { "代开发票", "", "加VX，加QQ",
                                         "無事", "發票發票", "qq vx" };
    policy_str batch[6];
    policy_matcher *m = matcher_of(few, 4);
    policy_scratch *s;
    policy_text *folded;
    struct matches all = { .count = 0 }, one, same;
    size_t i, j, at = 0;

    CU_ASSERT_FATAL(policy_scratch_new(&s, m, NULL) == POLICY_OK);
    CU_ASSERT_FATAL(policy_text_new(&folded, NULL, NULL) == POLICY_OK);
    for (i = 0; i < 6; i++)
        batch[i] = str(texts[i]);
    CU_ASSERT(policy_matcher_scan_batch(m, s, batch, 6, keep_match, &all) == 0);
    CHECK_INT_EQ("batch", all.count, 7);
    for (i = 0; i < 6; i++) {
        one.count = same.count = 0;
        CU_ASSERT(policy_matcher_scan(m, s, batch[i], keep_match, &one) == 0);
        CU_ASSERT(policy_text_fold(folded, batch[i], NULL) == POLICY_OK);
        CU_ASSERT(policy_matcher_scan_text(m, s, folded, keep_match, &same) ==
                  0);
        CHECK_INT_EQ(texts[i], same.count, one.count);
        for (j = 0; j < one.count && at < all.count; j++, at++) {
            CHECK(same_match(&one.at[j], &all.at[at]), "%s", texts[i]);
            CHECK(same_match(&one.at[j], &same.at[j]), "%s", texts[i]);
            CHECK_INT_EQ(texts[i], all.at[at].text, i);
            CHECK_INT_EQ(texts[i], one.at[j].text, 0);
        }
    }
    CHECK_INT_EQ("all of the batch seen", at, all.count);
    policy_text_free(folded);
    policy_scratch_free(s);
    policy_matcher_free(m);
}

static int stop_at_once(void *user, const policy_match *match)
{
    (void)match;
    ++*(size_t *)user;
    return 1;
}

static void test_stops_a_whole_batch(void)
{
    policy_str batch[2] = { str("代开"), str("代开") };
    policy_matcher *m = matcher_of(few, 4);
    policy_scratch *s;
    size_t calls = 0;

    CU_ASSERT_FATAL(policy_scratch_new(&s, m, NULL) == POLICY_OK);
    CU_ASSERT(policy_matcher_scan_batch(m, s, batch, 2, stop_at_once,
                                        &calls) == POLICY_OK);
    CHECK_INT_EQ("calls", calls, 1);
    policy_scratch_free(s);
    policy_matcher_free(m);
}

static policy_matcher *counted_matcher(struct test_allocator *t)
{
    policy_pattern_set *set;
    policy_matcher *m = NULL;
    size_t i;

    if (policy_pattern_set_new(&set, &t->allocator, NULL))
        return NULL;
    for (i = 0; i < 4; i++)
        if (policy_pattern_set_add(set, str(few[i].text), few[i].id,
                                   few[i].flags, NULL))
            break;
    if (i == 4)
        policy_matcher_build(&m, set, NULL);
    policy_pattern_set_free(set);
    return m;
}

static void test_allocates_nothing_once_warm(void)
{
    static const char text[] = "代开发票，加ＶＸ或QQ。代开發票，加vx或ＱＱ。";
    struct test_allocator t;
    policy_matcher *m;
    policy_scratch *s;
    struct matches all;
    size_t before, cut;

    test_allocator_init(&t);
    m = counted_matcher(&t);
    CU_ASSERT_FATAL(m != NULL);
    CU_ASSERT_FATAL(policy_scratch_new(&s, m, NULL) == POLICY_OK);
    policy_matcher_scan(m, s, str(text), keep_match, &all);
    before = t.requests;
    for (cut = 0; cut < sizeof(text); cut++) {
        all.count = 0;
        CU_ASSERT(policy_matcher_scan(m, s, (policy_str){ text, cut },
                                      keep_match, &all) == POLICY_OK);
    }
    CHECK_INT_EQ("requests of a warm scratch", t.requests, before);
    CHECK_INT_EQ("matches", all.count, 7);
    policy_scratch_free(s);
    policy_matcher_free(m);
    test_allocator_clean(&t);
}

static void test_survives_every_failed_allocation(void)
{
    size_t n, done = 0;

    for (n = 1; n < 200 && !done; n++) {
        struct test_allocator t;
        policy_matcher *m;
        policy_scratch *s = NULL;
        struct matches all = { .count = 0 };
        policy_status st = POLICY_ENOMEM;

        test_allocator_init(&t);
        t.fail_at = n;
        m = counted_matcher(&t);
        if (m && policy_scratch_new(&s, m, NULL) == POLICY_OK) {
            st = policy_matcher_scan(m, s, str("代开vx"), keep_match, &all);
            CHECK(st == POLICY_OK || st == POLICY_ENOMEM, "n %zu", n);
            if (st == POLICY_ENOMEM) { /* it stays usable */
                CHECK_INT_EQ("no match before it", all.count, 0);
                CU_ASSERT(policy_matcher_scan(m, s, str("代开vx"), keep_match,
                                              &all) == POLICY_OK);
            }
            CHECK_INT_EQ("matches", all.count, 2);
        }
        done = t.failed == 0;
        policy_scratch_free(s);
        policy_matcher_free(m);
        test_allocator_clean(&t);
    }
    CHECK(done && n > 5, "failed %zu times", n);
}

static void test_one_scratch_serves_several_matchers(void)
{
    static const struct term many[] = { { "开", 1, 0 }, { "开", 2, 0 },
                                        { "开", 3, 0 }, { "代开", 4, 0 } };
    policy_matcher *m = matcher_of(few, 4), *other = matcher_of(many, 4);
    policy_scratch *s;
    struct matches all = { .count = 0 };

    CU_ASSERT_FATAL(policy_scratch_new(&s, m, NULL) == POLICY_OK);
    CU_ASSERT(policy_matcher_scan(other, s, str("代开"), keep_match, &all) == 0);
    CHECK_INT_EQ("of the larger", all.count, 4);
    CU_ASSERT(policy_matcher_scan(m, s, str("代开"), keep_match, &all) == 0);
    CHECK_INT_EQ("and of its own", all.count, 5);
    CU_ASSERT(pol_matcher_scan(NULL, s, NULL, str(""), NULL, NULL) == 0);
    policy_scratch_free(s);
    policy_matcher_free(m);
    policy_matcher_free(other);
}

/* --- regexes beside terms ------------------------------------------------------ */

struct shown {
    char text[400];
    unsigned count, stop_at;
};

static int show(void *user, const policy_match *m)
{
    struct shown *s = user;
    size_t n = strlen(s->text);

    snprintf(s->text + n, sizeof(s->text) - n, "%s%u:%u:%u-%u", n ? " " : "",
             m->text, m->id, m->span.start, m->span.end);
    return ++s->count == s->stop_at;
}

static policy_matcher *with_regexes(const policy_allocator *a)
{
    static const struct { const char *pattern; uint32_t id, flags; } all[] = {
        { "密码", UINT32_MAX, 0 }, { "码", 3, 0 }, { "密码[a-z]+", 2,
        POLICY_REGEX }, { "b", 2, POLICY_TERM_INSIDE }, { "\\d{4}", 0,
        POLICY_REGEX }, { "码ab", 2, 0 },
    };
    policy_pattern_set *set = NULL;
    policy_matcher *m = NULL;
    policy_status st = policy_pattern_set_new(&set, a, NULL);

    for (size_t i = 0; !st && i < sizeof(all) / sizeof(*all); i++)
        st = policy_pattern_set_add(set, str(all[i].pattern), all[i].id,
                                    all[i].flags, NULL);
    if (!st)
        policy_matcher_build(&m, set, NULL);
    policy_pattern_set_free(set);
    return m;
}

static void test_regexes_and_terms_come_in_one_order(void)
{
    static const struct { const char *label, *text, *want; } rows[] = {
        { "no gate", "密码。b", "0:3:3-6 0:4294967295:0-6 0:2:9-10" },
        { "a literal", "密码ab", "0:3:3-6 0:4294967295:0-6 0:2:7-8 0:2:3-8 "
          "0:2:0-8" },
        { "a run", "x 1234", "0:0:2-6" },
        { "both, disguised", "密碼ＡＢ １２３４", "0:3:3-6 0:4294967295:0-6 "
          "0:2:9-12 0:2:3-12 0:2:0-12 0:0:13-25" },
        { "nothing", "好", "" },
    };
    struct test_allocator a;
    policy_matcher *m;
    policy_scratch *s = NULL;
    size_t before = 0;

    test_allocator_init(&a);
    m = with_regexes(&a.allocator);
    CU_ASSERT_FATAL(m && policy_scratch_new(&s, m, NULL) == POLICY_OK);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
            struct shown got = { "", 0, 0 };

            CHECK_INT_EQ(rows[i].label, policy_matcher_scan(m, s,
                         str(rows[i].text), show, &got), POLICY_OK);
            CHECK_CSTR_EQ(rows[i].label, got.text, rows[i].want);
        }
        CHECK(!round || a.requests == before, "a warm scan allocates");
        before = a.requests;
    }
    for (unsigned stop = 1; stop <= 5; stop++) {
        struct shown got = { "", 0, stop };

        CHECK_INT_EQ("stop", policy_matcher_scan(m, s, str("密码ab"), show, &got),
                     POLICY_OK);
        CHECK_INT_EQ("stopped", got.count, stop);
    }
    CHECK(policy_matcher_size(m) > 1000, "bytes");
    policy_scratch_free(s);
    policy_matcher_free(m);
    test_allocator_clean(&a);
}

static void test_regexes_survive_a_lack_of_memory(void)
{
    struct test_allocator a;
    bool failed = true;

    for (size_t n = 1; failed; n++) {
        struct shown got = { "", 0, 0 };
        policy_scratch *s = NULL;
        policy_matcher *m;
        policy_status st = POLICY_ENOMEM;

        test_allocator_init(&a);
        a.fail_at = n;
        m = with_regexes(&a.allocator);
        if (m && policy_scratch_new(&s, m, NULL) == POLICY_OK)
            st = policy_matcher_scan(m, s, str("密码ab"), show, &got);
        failed = a.failed > 0;
        CHECK(st == (failed ? POLICY_ENOMEM : POLICY_OK), "%zu: %d", n, st);
        CHECK(!failed || !got.count, "%zu: nothing was told", n);
        policy_scratch_free(s);
        policy_matcher_free(m);
        test_allocator_clean(&a);
    }
}

static const struct test_case tests[] = {
    { "tells spans and reasons of the original",
      test_tells_spans_and_reasons_of_the_original },
    { "finds the same in a batch and in a folded text",
      test_finds_the_same_in_a_batch_and_in_a_folded_text },
    { "stops a whole batch", test_stops_a_whole_batch },
    { "allocates nothing once warm", test_allocates_nothing_once_warm },
    { "survives every failed allocation",
      test_survives_every_failed_allocation },
    { "one scratch serves several matchers",
      test_one_scratch_serves_several_matchers },
    { "regexes and terms come in one order",
      test_regexes_and_terms_come_in_one_order },
    { "regexes survive a lack of memory", test_regexes_survive_a_lack_of_memory },
};

POLICY_TEST_MAIN("matcher face", tests)
