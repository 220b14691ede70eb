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

/* Those that have a digit in them. */
#define WITH_DIGITS                                        \
    (POL_DETECT_NUMBERS | UINT32_C(1) << POL_DETECT_PLATE | \
     UINT32_C(1) << POL_DETECT_IP | UINT32_C(1) << POL_DETECT_IBAN)

/* Most texts have no digit, no @, no house number, and no dot inside. The loop
 * has no branch, so that compilers make it look at many units at once. */
static uint32_t possible(const pol_folded *text, uint32_t mask)
{
    uint16_t digits = 0, ats = 0, houses = 0;
    size_t i;

    for (i = 0; i < text->count; i++) {
        digits |= (uint16_t)pol_unit_digit(text->units[i]);
        ats |= text->units[i] == '@';
        houses |= text->units[i] == 0x53f7; /* 号 */
    }
    return (digits ? WITH_DIGITS : 0) |
           (ats ? 1u << POL_DETECT_EMAIL : 0) |
           (houses ? 1u << POL_DETECT_ADDRESS : 0) |
           (mask >> POL_DETECT_WECHAT & 1 && pol_wechat_possible(text)
                ? 1u << POL_DETECT_WECHAT : 0) |
           (mask & POL_DETECT_ADDRESSES && pol_url_possible(text)
                ? POL_DETECT_ADDRESSES : 0);
}

static pol_confidence confidence(const pol_folded *text, int detector,
                                 const pol_find *f)
{
    int level = (int)detectors[detector].confidence - f->weak +
                pol_context(text, f->start, f->end, detector);

    return level < POL_CONFIDENCE_LOW    ? POL_CONFIDENCE_LOW
           : level > POL_CONFIDENCE_HIGH ? POL_CONFIDENCE_HIGH
                                         : (pol_confidence)level;
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
        d = (pol_detection){ first, confidence(text, first, &ahead[first]),
                             (uint32_t)ahead[first].start,
                             (uint32_t)ahead[first].end };
        if (on(user, &d))
            return;
        if (!detectors[first].find(text, d.end, &ahead[first]))
            mask &= ~(1u << first);
    }
}
