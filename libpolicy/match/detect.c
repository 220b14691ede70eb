/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The detectors by name, and their finds in one order.
 */
#include <string.h>

#include "base/slice.h"
#include "match/detect.h"
#include "match/detectors.h"

/* ORDER DETECTOR. How sure its usual form is, without any words. */
static const struct {
    const char *name;
    bool (*find)(const pol_folded *t, size_t from, pol_find *out);
    pol_confidence confidence;
} detectors[POL_DETECTOR_COUNT] = {
    { "resident_id", pol_find_resident_id, POL_CONFIDENCE_HIGH },
    { "mobile", pol_find_mobile, POL_CONFIDENCE_HIGH },
    { "bank_card", pol_find_bank_card, POL_CONFIDENCE_HIGH },
    { "email", pol_find_email, POL_CONFIDENCE_HIGH },
    { "url", pol_find_url, POL_CONFIDENCE_HIGH },
    { "domain", pol_find_domain, POL_CONFIDENCE_MEDIUM },
    { "residence_permit", pol_find_residence_permit, POL_CONFIDENCE_HIGH },
    { "permanent_residence", pol_find_permanent_residence,
      POL_CONFIDENCE_HIGH },
    { "entry_permit", pol_find_entry_permit, POL_CONFIDENCE_MEDIUM },
    { "passport", pol_find_passport, POL_CONFIDENCE_MEDIUM },
    { "landline", pol_find_landline, POL_CONFIDENCE_MEDIUM },
    { "credit_code", pol_find_credit_code, POL_CONFIDENCE_HIGH },
    { "plate", pol_find_plate, POL_CONFIDENCE_MEDIUM },
    { "ip", pol_find_ip, POL_CONFIDENCE_MEDIUM },
    { "wechat", pol_find_wechat, POL_CONFIDENCE_MEDIUM },
    { "qq", pol_find_qq, POL_CONFIDENCE_MEDIUM },
    { "address", pol_find_address, POL_CONFIDENCE_MEDIUM },
    { "iban", pol_find_iban, POL_CONFIDENCE_HIGH },
    { "ssn", pol_find_ssn, POL_CONFIDENCE_MEDIUM },
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

bool pol_find_with(int32_t detector, const pol_folded *t, size_t from,
                   pol_find *out)
{
    return detectors[detector].find(t, from, out);
}

#define ALL ((UINT32_C(1) << POL_DETECTOR_COUNT) - 1)

static pol_confidence confidence(const pol_folded *text, int detector,
                                 const pol_find *f)
{
    int level = (int)detectors[detector].confidence - f->weak +
                pol_context(text, f->start, f->end, detector);

    return level < POL_CONFIDENCE_LOW    ? POL_CONFIDENCE_LOW
           : level > POL_CONFIDENCE_HIGH ? POL_CONFIDENCE_HIGH
                                         : (pol_confidence)level;
}

/* Let the detectors of `mask` find their first; those that have one. */
static uint32_t begin(const pol_folded *text, uint32_t mask, pol_find *ahead)
{
    uint32_t left, live = mask;

    for (left = mask; left; left &= left - 1) {
        int i = __builtin_ctz(left);

        if (!detectors[i].find(text, 0, &ahead[i]))
            live &= ~(UINT32_C(1) << i);
    }
    return live;
}

/* Of the detectors of `mask`, which is not empty, the one whose find begins
 * first. */
static int32_t first_of(uint32_t mask, const pol_find *ahead)
{
    int32_t first = __builtin_ctz(mask);

    for (mask &= mask - 1; mask; mask &= mask - 1) {
        int32_t i = __builtin_ctz(mask);

        if (ahead[i].start < ahead[first].start)
            first = i;
    }
    return first;
}

/* Each detector runs one find ahead; the first of these is reported next. */
void pol_detect(const pol_folded *text, uint32_t mask,
                int (*on)(void *user, const pol_detection *d), void *user)
{
    pol_find ahead[POL_DETECTOR_COUNT];

    mask &= ALL;
    if (mask && (mask = pol_detect_possible(text, mask)))
        mask = begin(text, mask, ahead);
    while (mask) {
        int32_t i = first_of(mask, ahead);
        pol_detection d = { i, confidence(text, i, &ahead[i]),
                            (uint32_t)ahead[i].start, (uint32_t)ahead[i].end };

        if (on(user, &d))
            return;
        if (!detectors[i].find(text, d.end, &ahead[i]))
            mask &= ~(UINT32_C(1) << i);
    }
}
