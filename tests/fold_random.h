/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random texts for the fold: rich in what combines, is wide, styled or
 * invisible, and, every other one, ordinary text with some of that strewn in.
 */
#ifndef TESTS_FOLD_RANDOM_H
#define TESTS_FOLD_RANDOM_H

#include "harness.h"
#include "text/fold_tables.h"
#include "text/utf8.h"

enum { FOLD_RANDOM_CPS = 80, FOLD_RANDOM_BYTES = 4 * FOLD_RANDOM_CPS };

static inline uint32_t fold_random_between(uint64_t *seed, uint32_t low,
                                           uint32_t high)
{
    return low + (uint32_t)(test_random(seed) % (high - low + 1));
}

/* One of those that may combine with what stands before them. */
static inline uint32_t fold_random_combiner(uint64_t *seed)
{
    static uint32_t combiners[4000];
    static size_t count;
    static bool full;

    for (uint32_t cp = 0; !full && cp <= POL_CP_MAX; cp++)
        if (count < 4000 && pol_cell_combines(pol_fold_cell(cp)))
            combiners[count++] = cp;
    full = true;
    return combiners[test_random(seed) % count];
}

static inline uint32_t fold_random_cp(uint64_t *seed)
{
    static const uint32_t ranges[][2] = {
        { 0x20, 0x7E }, { 0x20, 0x7E }, { 0x4E00, 0x9FFF }, { 0x4E00, 0x9FFF },
        { 0x300, 0x345 }, { 0x300, 0x345 }, { 0xC0, 0x24F }, { 0x370, 0x3FF },
        { 0x400, 0x4FF }, { 0x3040, 0x30FF }, { 0x3099, 0x309A },
        { 0xFF01, 0xFFEE }, { 0x1100, 0x1112 }, { 0x1161, 0x1175 },
        { 0x11A8, 0x11C2 }, { 0xAC00, 0xD7A3 }, { 0x200B, 0x200F },
        { 0x591, 0x5F4 }, { 0x621, 0x65F }, { 0x900, 0x97F }, { 0x980, 0x9FF },
        { 0xE00, 0xE4E }, { 0xDCA, 0xDDF }, { 0x1D00, 0x1DBF },
        { 0x1E00, 0x1FFF }, { 0x2000, 0x206F }, { 0x2460, 0x24FF },
        { 0x2E80, 0x2FD5 }, { 0x3131, 0x318E }, { 0xF900, 0xFAD9 },
        { 0xFB1D, 0xFDFB }, { 0x1F100, 0x1F1FF }, { 0x20000, 0x2A6DF },
        { 0xFE00, 0xFE0F }, { 0xE0000, 0xE01EF }, { 0x11100, 0x115FF }
    };
    enum { RANGES = sizeof(ranges) / sizeof(ranges[0]) };
    size_t i = test_random(seed) % (RANGES + 6);

    if (i < RANGES)
        return fold_random_between(seed, ranges[i][0], ranges[i][1]);
    if (i % 6 == 0) {
        uint32_t cp = fold_random_between(seed, 0, POL_CP_MAX);

        return pol_is_surrogate(cp) ? 'x' : cp;
    }
    return fold_random_combiner(seed);
}

/* Chinese with full stops and some English. */
static inline uint32_t fold_random_plain_cp(uint64_t *seed)
{
    static const uint32_t often[] = { 0xFF0C, 0x3002, 0x20, 'e', 'A', '1', '.',
                                      0xFF01 };
    uint64_t dice = test_random(seed);

    if (dice % 8 == 0)
        return often[dice / 8 % 8];
    if (dice % 256 == 1)
        return fold_random_between(seed, 0x20, 0x7E);
    return fold_random_between(seed, 0x4E00, 0x9FA5);
}

/* Up to FOLD_RANDOM_CPS code points; their number. */
static inline size_t fold_random_cps(uint64_t *seed, uint32_t *cps)
{
    static const uint32_t hidden[] = { 0x200B, 0xAD,   0x301,  0x336,  0xFE0F,
                                       0x200D, 0x202E, 0x300, 0x20E3, 8 };
    uint64_t dice = test_random(seed);
    size_t count = 1 + (dice >> 8) % (dice % 8 ? 16 : FOLD_RANDOM_CPS);
    unsigned often = 1u << (dice >> 4) % 6;
    bool plain = dice >> 3 & 1;

    for (size_t i = 0; i < count; i++) {
        uint64_t next = test_random(seed);

        if (!plain)
            cps[i] = fold_random_cp(seed);
        else if (next % often)
            cps[i] = fold_random_plain_cp(seed);
        else if (next / often % 4)
            cps[i] = hidden[next / 256 % 10];
        else
            cps[i] = fold_random_cp(seed);
    }
    return count;
}

#endif
