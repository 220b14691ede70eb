/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The detectors by name, and their finds in one order.
 */
#include <string.h>

#include "base/slice.h"
#include "match/detect.h"
#include "match/detectors.h"

/* ORDER DETECTOR */
static const struct {
    const char *name;
    bool (*find)(const pol_folded *t, size_t from, pol_find *out);
} detectors[POL_DETECTOR_COUNT] = {
    { "resident_id", pol_find_resident_id },
    { "mobile", pol_find_mobile },
    { "bank_card", pol_find_bank_card },
    { "email", pol_find_email },
    { "url", pol_find_url },
    { "domain", pol_find_domain },
};

int32_t pol_detector_find(policy_str name)
{
    int32_t i;

    for (i = 0; i < POL_DETECTOR_COUNT; i++)
        if (pol_str_is(name, detectors[i].name))
            return i;
    return -1;
}

const char *pol_detector_name(int32_t detector)
{
    return detector >= 0 && detector < POL_DETECTOR_COUNT
               ? detectors[detector].name : NULL;
}

/* Most texts have no digit, no @, and no dot inside. The loop has no branch, so
 * that compilers make it look at many units at once. */
static uint32_t possible(const pol_folded *text, uint32_t mask)
{
    uint16_t digits = 0, ats = 0;
    size_t i;

    for (i = 0; i < text->count; i++) {
        digits |= (uint16_t)pol_unit_digit(text->units[i]);
        ats |= text->units[i] == '@';
    }
    return (digits ? POL_DETECT_NUMBERS : 0) |
           (ats ? 1u << POL_DETECT_EMAIL : 0) |
           (mask & POL_DETECT_ADDRESSES && pol_url_possible(text)
                ? POL_DETECT_ADDRESSES : 0);
}

/* Each detector runs one find ahead; the first of these is reported next. */
void pol_detect(const pol_folded *text, uint32_t mask,
                int (*on)(void *user, const pol_detection *d), void *user)
{
    pol_find ahead[POL_DETECTOR_COUNT];
    int32_t i, first;

    if (mask)
        mask &= possible(text, mask);
    for (i = 0; i < POL_DETECTOR_COUNT; i++)
        if (mask >> i & 1 && !detectors[i].find(text, 0, &ahead[i]))
            mask &= ~(1u << i);
    while (mask) {
        pol_detection d;

        for (first = -1, i = 0; i < POL_DETECTOR_COUNT; i++)
            if (mask >> i & 1 &&
                (first < 0 || ahead[i].start < ahead[first].start))
                first = i;
        d = (pol_detection){ first, (uint32_t)ahead[first].start,
                             (uint32_t)ahead[first].end };
        if (on(user, &d))
            return;
        if (!detectors[first].find(text, d.end, &ahead[first]))
            mask &= ~(1u << first);
    }
}
