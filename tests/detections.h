/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of texts and what a detector finds in them.
 */
#ifndef TESTS_DETECTIONS_H
#define TESTS_DETECTIONS_H

#include "base/alloc.h"
#include "base/slice.h"
#include "match/detect.h"
#include "match/detectors.h"

#include "harness.h"

struct detect_row {
    const char *text;
    const char *want; /* original bytes of the finds, each with a | behind it */
};

struct detected {
    const pol_folded *text;
    const char *source;
    char got[1000];
    size_t len, count;
    uint32_t last_end; /* of one detector: finds do not overlap */
};

static inline int keep_detection(void *user, const pol_detection *d)
{
    struct detected *all = user;
    policy_span span = pol_folded_source(all->text, d->start, d->end);
    size_t n = span.end - span.start;

    CHECK(d->start < d->end && d->end <= all->text->count, "%s: an empty find",
          all->source);
    CHECK(d->start >= all->last_end, "%s: finds overlap", all->source);
    all->last_end = d->end;
    all->count++;
    if (n + 2 > sizeof(all->got) - all->len)
        return 1;
    memcpy(all->got + all->len, all->source + span.start, n);
    all->len += n;
    all->got[all->len++] = '|';
    all->got[all->len] = '\0';
    return 0;
}

static inline struct detected detect_in(int32_t detector, const char *text)
{
    struct detected all = { .source = text };
    pol_folded f;

    pol_folded_init(&f, NULL);
    CU_ASSERT_FATAL(pol_fold(&f, (policy_str){ text, strlen(text) }, NULL) ==
                    POLICY_OK);
    all.text = &f;
    pol_detect(&f, 1u << detector, keep_detection, &all);
    pol_folded_fini(&f);
    all.text = NULL;
    return all;
}

static inline void check_detections(int32_t detector,
                                    const struct detect_row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        struct detected all = detect_in(detector, rows[i].text);

        CHECK_CSTR_EQ(rows[i].text, all.got, rows[i].want);
    }
}

static inline void check_no_detection(int32_t detector,
                                      const char *const *texts, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        struct detected all = detect_in(detector, texts[i]);

        CHECK_CSTR_EQ(texts[i], all.got, "");
    }
}

/* Text that begins many tries: one piece, again and again. What is more than
 * linear would not come back. Those of `none` must not find anything. */
static inline void check_hostile(uint32_t mask, uint32_t none,
                                 const char *const *pieces, size_t count)
{
    enum { REPEATS = 20000 };
    char *text = malloc(REPEATS * 80);
    size_t i, k, len;
    int32_t d;

    CU_ASSERT_FATAL(text != NULL);
    for (i = 0; i < count; i++) {
        len = strlen(pieces[i]);
        CU_ASSERT_FATAL(len < 80);
        for (k = 0; k < REPEATS; k++)
            memcpy(text + k * len, pieces[i], len + 1);
        for (d = 0; d < POL_DETECTOR_COUNT; d++)
            if (mask >> d & 1)
                CHECK(!detect_in(d, text).count || !(none >> d & 1),
                      "%s: a find of %s", pieces[i], pol_detector_name(d));
    }
    free(text);
}

/* Is the number found, and not with one of its digits changed; where it has one
 * length, nor with a digit less, or more, or across a letter? */
static inline bool check_every_digit(int32_t detector, const char *number,
                                     bool one_len)
{
    char text[64];
    size_t len = strlen(number);
    bool ok = detect_in(detector, number).count == 1;

    for (size_t i = 0; i < len; i++) {
        if (number[i] < '0' || number[i] > '9')
            continue;
        for (char c = '0'; c <= '9'; c++) {
            snprintf(text, sizeof(text), "%s", number);
            text[i] = c;
            ok &= c == number[i] || detect_in(detector, text).count == 0;
        }
        if (!one_len)
            continue;
        snprintf(text, sizeof(text), "%.*s%s", (int)i, number, number + i + 1);
        ok &= detect_in(detector, text).count == 0;
    }
    for (char c = '0'; one_len && c <= '9'; c++) {
        snprintf(text, sizeof(text), "%c%s", c, number);
        ok &= detect_in(detector, text).count == 0;
        snprintf(text, sizeof(text), "%s%c", number, c);
        ok &= detect_in(detector, text).count == 0;
        snprintf(text, sizeof(text), "%ca%s", c, number);
        ok &= detect_in(detector, text).count == 0;
    }
    return ok;
}

/* ---- for the twins ---- */

/* The days from 1880 on are counted one by one. */
static inline bool reference_day(const char *yyyymmdd)
{
    int y, m, d, want = atoi(yyyymmdd);

    for (y = 1880; y < 2100; y++)
        for (m = 1; m <= 12; m++) {
            bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
            int last = m == 2 ? 28 + leap
                       : m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31;

            for (d = 1; d <= last; d++)
                if ((y * 100 + m) * 100 + d == want)
                    return true;
        }
    return false;
}

/* GB/T 2260: does the number begin with a province? */
static inline bool reference_province(const char *code)
{
    static const char provinces[] =
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 "
        "52 53 54 61 62 63 64 65 71 ";
    char first[4] = { code[0], code[1], ' ', '\0' };

    return strstr(provinces, first) != NULL;
}

/* GB 11643-1999, 4.2.5: weights are 2 to the power of i - 1 modulo 11, places
 * counted from the right; the check character makes the sum 1. */
static inline bool reference_mod_11_2(const char *eighteen)
{
    int sum = 0, weight = 1, i;

    for (i = 17; i >= 0; i--, weight = weight * 2 % 11)
        sum += weight * (eighteen[i] == 'x' ? 10 : eighteen[i] - '0');
    return sum % 11 == 1;
}

/* Finds of every detector, words before them, borders, digits by other names. */
static const char *const detectable[] = {
    "11010519491231002x", "110105-19491231-002x", "110101199001010015",
    "110105491231002", "110105 491231 002", "13800138000", "138 0013 8000",
    "+86 138-0013-8000", "008613800138000", "0086", "+86", "86",
    "6222021234567894", "6222 0212 3456 7894", "6222 0212 3456 7890 128",
    "4111111111111111", "zhang@example.com", "http://example.com/a",
    "www.example.com", "hxxp://example[.]com", "example点com", "例子.中国",
    "example.org", "810000199707010010", "810000 19491231 0028",
    "911840199001010018", "usa110190010100", "h12345678", "ca1234567",
    "12345678", "e12345678", "ea1234567", "20ab12345", "010-62345678",
    "(010)62345678", "0755 2345678", "+86 10 6234 5678", "008675523456789",
    "62345678 转123", "91110199ma00exam76", "91440399000000000u", "京a12345",
    "粤b·12345d", "使123456", "192.0.2.1", "2001:db8::1", "::1",
    "1:2:3:4:5:6:7:8", "abc_123", "qq", "12345", "南山区虚构路12号", "路12号",
    "深圳市", "gb82west12345698765432", "gb82 west 1234 5698 7654 32",
    "no1300000000000", "no1300000000 000", "078-05-1120", "078051120",
    "１３８００１３８０００", "①③⑧", "٠١٢", "身份证", "手机", "卡号", "护照",
    "通行证", "车牌", "ip ", "微信号", "vx:", "加v", "ssn ", "订单", "单号",
    "版本", " ", " ", "-", ".", ",", "，", "。", ":", "(", ")", "@", "/", "_",
    "+", "x", "a", "gb82", "转", "号", "的", "1", "0", "7", "12", "123", "1234",
    "一三八", "\n",
};

/* Pieces together, or one that was damaged: at most 500 bytes. */
static inline void random_detectable(char *out, uint64_t *seed)
{
    enum { PIECES = sizeof(detectable) / sizeof(*detectable) };
    size_t n = 1 + test_random(seed) % 7, len, at;
    char *start = out;

    for (; n; n--)
        out += sprintf(out, "%s%s", detectable[test_random(seed) % PIECES],
                       test_random(seed) % 2 ? "" : "，");
    len = (size_t)(out - start);
    for (n = test_random(seed) % 4; n && len; n--) {
        at = test_random(seed) % len;
        if (start[at] & 0x80)
            continue;
        if (test_random(seed) % 4 == 0)
            memmove(start + at, start + at + 1, len-- - at);
        else
            start[at] = "0123456789 -x.a:"[test_random(seed) % 16];
    }
}

#define CHECK_HOSTILE(mask, none, pieces)        \
    check_hostile((mask), (none), (pieces),      \
                  sizeof(pieces) / sizeof((pieces)[0]))
#define CHECK_DETECTIONS(detector, rows) \
    check_detections((detector), (rows), sizeof(rows) / sizeof((rows)[0]))
#define CHECK_NO_DETECTION(detector, texts) \
    check_no_detection((detector), (texts), sizeof(texts) / sizeof((texts)[0]))

/* The piece, so many times, folded; free with pol_folded_fini. */
static inline pol_folded folded_repeats(const char *piece, size_t repeats)
{
    size_t len = strlen(piece), k;
    char *text = malloc(repeats * len + 1);
    pol_folded f;

    CU_ASSERT_FATAL(text != NULL);
    for (k = 0; k < repeats; k++)
        memcpy(text + k * len, piece, len + 1);
    pol_folded_init(&f, NULL);
    CU_ASSERT_FATAL(pol_fold(&f, pol_str(text), NULL) == POLICY_OK);
    free(text);
    return f;
}

#endif
