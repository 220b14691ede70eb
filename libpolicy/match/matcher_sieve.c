/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sieve for every machine: one pass over filter two, and one over filters
 * three and four for what is left. Neither has a branch: the answers are
 * nobody's habit.
 */
#include "match/matcher_sieve.h"

void pol_sieve_longer(const policy_matcher *m, const uint16_t *units,
                      size_t from, pol_survivors *s)
{
    const pol_filter f3 = m->three, f4 = m->four;
    size_t count = s->count, k = from, i;

    for (i = from; i < count; i++) {
        uint32_t end = s->end[i];
        uint64_t w = pol_window_before(units, end);
        unsigned may = s->may[i];
        unsigned three = pol_filter_get(&f3, w & pol_window(3));
        unsigned four = pol_filter_get(&f4, w) != 0;
        unsigned longer = (three & 1) * MAY_THREE |
                          (three >> 1 & four) * MAY_FOUR;

        may = (may & (MAY_ONE | MAY_TWO)) | (may >> 1 & 1) * longer;
        s->end[k] = end;
        s->may[k] = (uint8_t)may;
        k += may != 0;
    }
    s->count = k;
}

static void ask_two(const policy_matcher *m, const uint16_t *units, size_t from,
                    size_t to, pol_survivors *s)
{
    uint32_t w = from ? units[from - 1] : 0;
    size_t k = s->count, i;

    for (i = from; i < to; i++) {
        unsigned may;

        w = w << 16 | units[i];
        may = pol_filter_get(&m->two, w);
        if (m->singles)
            may |= (m->singles[units[i] >> 3] >> (units[i] & 7) & 1u) << 2;
        s->end[k] = (uint32_t)i + 1;
        s->may[k] = (uint8_t)may;
        k += may != 0;
    }
    s->count = k;
}

void pol_sieve_plain(const policy_matcher *m, const uint16_t *units,
                     size_t from, size_t to, pol_survivors *s)
{
    size_t first = s->count;

    ask_two(m, units, from, to, s);
    pol_sieve_longer(m, units, first, s);
}
