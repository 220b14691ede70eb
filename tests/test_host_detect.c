/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's detectors: what they may be called, the text that they see, and
 * every answer that a stranger could give.
 */
#include "harness.h"

#include "base/alloc.h"
#include "base/slice.h"
#include "match/host_detect.h"

/* --- reading ------------------------------------------------------------------- */

static int find_nothing(void *user, policy_str text, size_t from,
                        policy_span *out)
{
    (void)user;
    (void)text;
    (void)from;
    (void)out;
    return 0;
}

static void test_reads_what_the_caller_gave(void)
{
    static const char long_name[] =
        "a234567890123456789012345678901234567890123456789012345678901234";
    static const struct {
        const char *label, *name, *charset;
        policy_status status;
    } rows[] = {
        { "a name", "student_no", "digit", POLICY_OK },
        { "another", "a-1", "alnum", POLICY_OK },
        { "a digit first", "9a", "han", POLICY_OK },
        { "64 bytes", long_name, "any", POLICY_OK },
        { "no name", NULL, "any", POLICY_EMISUSE },
        { "an empty name", "", "any", POLICY_EINPUT },
        { "a dash first", "-a", "any", POLICY_EINPUT },
        { "a capital", "aB", "any", POLICY_EINPUT },
        { "a blank", "a b", "any", POLICY_EINPUT },
        { "Chinese", "学号", "any", POLICY_EINPUT },
        { "the library's", "mobile", "any", POLICY_EINPUT },
        { "no charset", "a", NULL, POLICY_EINPUT },
        { "another charset", "a", "digits", POLICY_EINPUT },
    };
    policy_detector d = POLICY_DETECTOR_INIT;
    pol_host_detector out;
    char longer[80];

    d.find = find_nothing;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        d.name = rows[i].name;
        d.charset = rows[i].charset;
        CHECK_INT_EQ(rows[i].label, pol_host_detector_read(&out, &d, NULL),
                     rows[i].status);
    }
    snprintf(longer, sizeof(longer), "%s5", long_name);
    d.charset = "han";
    d.name = longer;
    CHECK_INT_EQ("65 bytes", pol_host_detector_read(&out, &d, NULL),
                 POLICY_EINPUT);
    d.name = "a";
    d.version = "7";
    d.min_run = 3;
    d.max_len = 9;
    CHECK_INT_EQ("whole", pol_host_detector_read(&out, &d, NULL), POLICY_OK);
    CHECK(out.charset == POL_CHARSET_HAN && out.min_run == 3 &&
              out.max_len == 9 && pol_str_is(out.version, "7"), "fields");
    d.find = NULL;
    CHECK_INT_EQ("no function", pol_host_detector_read(&out, &d, NULL),
                 POLICY_EMISUSE);
    CHECK_INT_EQ("nothing", pol_host_detector_read(&out, NULL, NULL),
                 POLICY_EMISUSE);
    d.find = find_nothing;
    d.size = offsetof(policy_detector, find);
    CHECK_INT_EQ("an older caller's", pol_host_detector_read(&out, &d, NULL),
                 POLICY_EMISUSE);
}

/* --- the text ------------------------------------------------------------------ */

static void fold(pol_folded *f, const char *text)
{
    CU_ASSERT_FATAL(pol_fold(f, pol_str(text), NULL) == POLICY_OK);
}

static void test_the_text_is_the_fold_and_knows_its_units(void)
{
    static const char text[] = "Ｎo１２\xe2\x80\x8b３ 學號\xf0\xa0\x80\x80x\xff";
    pol_folded f;
    pol_plain p;

    pol_folded_init(&f, NULL);
    pol_plain_init(&p, &pol_malloc_allocator);
    fold(&f, text);
    CHECK(pol_plain_fill(&p, &f, NULL) == POLICY_OK, "filled");
    CHECK_STR_EQ("as UTF-8", ((policy_str){ p.bytes, p.len }),
                 "no123 学号\xf0\xa0\x80\x80x\xef\xbf\xbd");
    CHECK_INT_EQ("ASCII", p.units[4], 4);
    CHECK_INT_EQ("Han", p.units[9], 7);
    CHECK_INT_EQ("a pair", p.units[12], 8);
    CHECK_INT_EQ("inside of the pair", p.units[15], 8);
    CHECK_INT_EQ("behind it", p.units[16], 10);
    CHECK_INT_EQ("the end", p.units[p.len], f.count);
    fold(&f, "");
    CHECK(pol_plain_fill(&p, &f, NULL) == POLICY_OK && p.len == 0, "empty");
    pol_plain_fini(&p);
    pol_folded_fini(&f);
}

static void test_runs_are_of_characters(void)
{
    static const struct {
        const char *text;
        uint32_t digit, alnum, han, any;
    } rows[] = {
        { "", 0, 0, 0, 0 },
        { "12 345", 3, 3, 0, 6 },
        { "ab１２c", 2, 5, 0, 5 },
        { "学号12中文字", 2, 2, 3, 7 },
        { "𠀀𠀁", 0, 0, 2, 2 },
        { "αβ-!", 0, 0, 0, 4 },
    };
    uint32_t runs[POL_CHARSET_COUNT];
    pol_folded f;

    pol_folded_init(&f, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        fold(&f, rows[i].text);
        pol_charset_runs(&f, runs);
        CHECK(runs[0] == rows[i].digit && runs[1] == rows[i].alnum &&
                  runs[2] == rows[i].han && runs[3] == rows[i].any,
              "%s: %u %u %u %u", rows[i].text, runs[0], runs[1], runs[2],
              runs[3]);
    }
    pol_folded_fini(&f);
}

static void test_lack_of_memory_is_told(void)
{
    struct test_allocator a;
    pol_folded f;
    pol_plain p;

    pol_folded_init(&f, NULL);
    fold(&f, "一二三");
    for (size_t n = 1; n <= 2; n++) {
        test_allocator_init(&a);
        a.fail_at = n;
        pol_plain_init(&p, &a.allocator);
        CHECK_INT_EQ("no memory", pol_plain_fill(&p, &f, NULL), POLICY_ENOMEM);
        CHECK_INT_EQ("memory again", pol_plain_fill(&p, &f, NULL), POLICY_OK);
        pol_plain_fini(&p);
        test_allocator_clean(&a);
    }
    pol_folded_fini(&f);
}

/* --- answers ------------------------------------------------------------------- */

/* What a detector answers, one after the other; then nothing. */
struct script {
    struct { int answer; uint32_t start, end; } says[4];
    size_t at;
    size_t from[5];
};

static int find_as_told(void *user, policy_str text, size_t from,
                        policy_span *out)
{
    struct script *s = user;

    (void)text;
    if (s->at == 4)
        return 0;
    s->from[s->at] = from;
    *out = (policy_span){ s->says[s->at].start, s->says[s->at].end };
    return s->says[s->at++].answer;
}

static int put(void *user, const pol_detection *d)
{
    char *got = user;

    sprintf(got + strlen(got), "%u-%u:%d ", d->start, d->end, (int)d->confidence);
    return strlen(got) > 100;
}

static void test_every_answer_is_checked(void)
{
    static const struct {
        const char *label;
        struct script script;
        const char *got, *fault;
    } rows[] = {
        { "nothing", { { { 0, 0, 0 } }, 0, { 0 } }, "", NULL },
        { "two", { { { 1, 0, 3 }, { 3, 7, 8 } }, 0, { 0 } }, "0-1:1 3-4:3 ",
          NULL },
        { "side by side", { { { 2, 0, 3 }, { 2, 3, 6 } }, 0, { 0 } },
          "0-1:2 1-2:2 ", NULL },
        { "up to the end", { { { 1, 6, 8 } }, 0, { 0 } }, "2-4:1 ", NULL },
        { "beyond it", { { { 1, 6, 9 } }, 0, { 0 } }, "",
          "the span ends outside of the text" },
        { "far beyond it", { { { 1, 0, UINT32_MAX } }, 0, { 0 } }, "",
          "the span ends outside of the text" },
        { "empty", { { { 1, 3, 3 } }, 0, { 0 } }, "", "the span is empty" },
        { "backwards", { { { 1, 6, 3 } }, 0, { 0 } }, "", "the span is empty" },
        { "the same again", { { { 1, 0, 3 }, { 1, 0, 3 } }, 0, { 0 } }, "0-1:1 ",
          "the span begins before the place from which it was asked for" },
        { "begins inside a character", { { { 1, 1, 3 } }, 0, { 0 } }, "",
          "the span cuts a character" },
        { "ends inside a character", { { { 1, 0, 2 } }, 0, { 0 } }, "",
          "the span cuts a character" },
        { "too long", { { { 1, 0, 7 } }, 0, { 0 } }, "",
          "the span is longer than max_len" },
        { "four", { { { 4, 0, 3 } }, 0, { 0 } }, "",
          "the answer is no confidence" },
        { "minus one", { { { -1, 0, 3 } }, 0, { 0 } }, "",
          "the answer is no confidence" },
    };
    pol_folded f;
    pol_plain p;

    pol_folded_init(&f, NULL);
    pol_plain_init(&p, &pol_malloc_allocator);
    fold(&f, "学号ab");
    CU_ASSERT_FATAL(pol_plain_fill(&p, &f, NULL) == POLICY_OK);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct script script = rows[i].script;
        pol_host_detector d = { .max_len = 6, .find = find_as_told,
                                .user = &script };
        char got[200] = "";
        const pol_host_fault *fault = pol_host_detect(&d, &p, put, got);

        CHECK_CSTR_EQ(rows[i].label, got, rows[i].got);
        CHECK_CSTR_EQ(rows[i].label, fault ? fault->en : "",
                      rows[i].fault ? rows[i].fault : "");
        CHECK(script.from[0] == 0 && script.from[1] == (script.at > 1
                  ? rows[i].script.says[0].end : 0),
              "%s: asked from %zu, %zu", rows[i].label, script.from[0],
              script.from[1]);
    }
    pol_plain_fini(&p);
    pol_folded_fini(&f);
}

static int stop(void *user, const pol_detection *d)
{
    (void)d;
    ++*(int *)user;
    return 1;
}

static void test_stops_when_told(void)
{
    struct script script = { { { 1, 0, 1 }, { 1, 1, 2 } }, 0, { 0 } };
    pol_host_detector d = { .find = find_as_told, .user = &script };
    char bytes[] = "ab";
    uint32_t units[] = { 0, 1, 2 };
    pol_plain p = { .bytes = bytes, .units = units, .len = 2 };
    int count = 0;

    CHECK(!pol_host_detect(&d, &p, stop, &count) && count == 1, "%d", count);
    p.len = 0;
    script.at = 0;
    CHECK(!pol_host_detect(&d, &p, stop, &count) && script.at == 0,
          "an empty text is not asked about");
}

static const struct test_case tests[] = {
    { "reads what the caller gave", test_reads_what_the_caller_gave },
    { "the text is the fold and knows its units",
      test_the_text_is_the_fold_and_knows_its_units },
    { "runs are of characters", test_runs_are_of_characters },
    { "lack of memory is told", test_lack_of_memory_is_told },
    { "every answer is checked", test_every_answer_is_checked },
    { "stops when told", test_stops_when_told },
};

POLICY_TEST_MAIN("host_detect", tests)
