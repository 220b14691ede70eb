/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows: each is a part of its term, of the size that its tier has, within the
 * distance from the end that is promised; its anchor is an end of it.
 */
#include "match/matcher_place.h"

#include "harness.h"

/* The window's unit `i`, of its own. */
static uint16_t unit_of(const pol_window *w, size_t i)
{
    return (uint16_t)(w->key & KEY_NARROW ? w->units >> 8 * i & 0xff
                                          : w->units >> 16 * i & 0xffff);
}

static bool is_part(const pol_window *w, const uint16_t *units, size_t len)
{
    size_t count = w->key & KEY_UNITS, i;

    if (w->before + count + w->after != len)
        return false;
    for (i = 0; i < count; i++)
        if (unit_of(w, i) != units[w->before + i])
            return false;
    return true;
}

/* What the anchor must be, unit by unit. */
static bool anchor_is(const pol_window *w, size_t half)
{
    size_t count = w->key & KEY_UNITS, i;
    size_t first = w->key & KEY_RIGHT || count < half ? 0 : count - half;
    uint32_t anchor, want = 0;

    pol_grant_of(w->units, w->key, &anchor);
    for (i = 0; i < half && first + i < count; i++)
        want |= (uint32_t)unit_of(w, first + i)
                << (w->key & KEY_NARROW ? 8 : 16) * i;
    return anchor == want;
}

static void check_term(const uint16_t *units, size_t len, bool narrow)
{
    const size_t half = narrow ? NARROW_ANCHOR : WIDE_ANCHOR;
    pol_window w[POL_WINDOWS_MAX], again[POL_WINDOWS_MAX];
    size_t count = pol_windows_of(w, units, len), i;

    CHECK(count >= 1 && count <= POL_WINDOWS_MAX, "%zu of %zu", count, len);
    CHECK_INT_EQ("again", pol_windows_of(again, units, len), count);
    for (i = 0; i < count; i++) {
        size_t size = w[i].key & KEY_UNITS;

        CHECK(w[i].units == again[i].units && w[i].key == again[i].key,
              "%zu", len);
        CHECK(is_part(&w[i], units, len), "%zu of %zu", i, len);
        CHECK(anchor_is(&w[i], half), "%zu of %zu", i, len);
        CHECK_INT_EQ("the tier", (w[i].key & KEY_NARROW) != 0, narrow);
        CHECK_INT_EQ("the size", size, len >= 2 * half ? 2 * half
                                       : narrow ? half : len);
        CHECK(w[i].after <= AFTER_MAX && w[i].ahead <= AHEAD_MAX, "%zu of %zu",
              i, len);
    }
}

static void test_takes_windows_out_of_terms(void)
{
    uint16_t units[64];
    size_t len, i;

    for (len = 1; len <= 64; len++) {
        for (i = 0; i < len; i++)
            units[i] = (uint16_t)(0x4e00 + i * 7 % 5);
        check_term(units, len, false);
        for (i = 0; i < len; i++)
            units[i] = (uint16_t)('a' + i * 5 % 7);
        check_term(units, len, len >= NARROW_ANCHOR);
        units[len / 2] = 0x80; /* no ASCII */
        check_term(units, len, false);
    }
}

static void test_prefers_what_is_rare(void)
{
    /* 龘的的 and 的的龘, 的的开会: what is rarer, and what makes no word. */
    static const struct row { const char *label; uint16_t units[4]; size_t len;
                              uint32_t key; } rows[] = {
        { "a rare one first", { 0x9f98, 0x7684, 0x7684 }, 3, 3 | KEY_RIGHT },
        { "a rare one last", { 0x7684, 0x7684, 0x9f98 }, 3, 3 },
        { "a word last", { 0x7684, 0x7684, 0x5f00, 0x4f1a }, 4,
          4 | KEY_RIGHT },
    };
    size_t i, k;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pol_window w[POL_WINDOWS_MAX];
        size_t count = pol_windows_of(w, rows[i].units, rows[i].len), best = 0;

        for (k = 1; k < count; k++)
            if (w[k].rarity > w[best].rarity)
                best = k;
        CHECK_INT_EQ(rows[i].label, w[best].key, rows[i].key);
    }
}

static const struct test_case tests[] = {
    { "takes windows out of terms", test_takes_windows_out_of_terms },
    { "prefers what is rare", test_prefers_what_is_rare },
};

POLICY_TEST_MAIN("matcher place", tests)
