/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Detectors: personal data known by its form, checked by its structure or
 * checksum, found through the folded text (full-width or styled digits too) and
 * reported with the original bytes.
 */
#ifndef POL_MATCH_DETECT_H
#define POL_MATCH_DETECT_H

#include <stdbool.h>

#include "text/fold.h"

/* ORDER DETECTOR: pol_detector_names */
typedef enum pol_detector {
    POL_DETECT_RESIDENT_ID, /* GB 11643-1999, 18 digits: region, date, check */
    POL_DETECT_MOBILE,      /* mainland, 11 digits, +86 or 0086 before it */
    POL_DETECT_BANK_CARD,   /* ISO/IEC 7812: 16 to 19 digits, Luhn, issuer */
    POL_DETECT_EMAIL,       /* RFC 5321 in the forms that people use */
    POL_DETECT_URL,         /* with a scheme or www, plain or defanged */
    POL_DETECT_DOMAIN,      /* a domain name by itself, plain or defanged */
    POL_DETECT_RESIDENCE_PERMIT,    /* of Hong Kong, Macao, Taiwan residents */
    POL_DETECT_PERMANENT_RESIDENCE, /* of foreigners, both forms */
    POL_DETECT_ENTRY_PERMIT, /* Hong Kong, Macao, Taiwan; only in context */
    POL_DETECT_PASSPORT,    /* China's; others only in context */
    POL_DETECT_LANDLINE,    /* mainland, with its area code */
    POL_DETECT_CREDIT_CODE, /* GB 32100-2015 */
    POL_DETECT_PLATE,       /* GA 36-2018, the mainland's vehicle plates */
    POL_DETECT_IP,          /* v4, and v6 in the forms of RFC 4291 */
    POL_DETECT_WECHAT,      /* only behind a word for it */
    POL_DETECT_QQ,          /* only behind a word for it */
    POL_DETECT_ADDRESS,     /* postal: two levels and a house number */
    POL_DETECT_IBAN,        /* ISO 13616 */
    POL_DETECT_SSN,         /* of the USA; without hyphens only in context */
    POL_DETECTOR_COUNT
} pol_detector;

/* Those that are known by their digits: bits. */
#define POL_DETECT_NUMBERS                         \
    (UINT32_C(1) << POL_DETECT_RESIDENT_ID |       \
     UINT32_C(1) << POL_DETECT_MOBILE |            \
     UINT32_C(1) << POL_DETECT_BANK_CARD |         \
     UINT32_C(1) << POL_DETECT_RESIDENCE_PERMIT |  \
     UINT32_C(1) << POL_DETECT_PERMANENT_RESIDENCE | \
     UINT32_C(1) << POL_DETECT_ENTRY_PERMIT |      \
     UINT32_C(1) << POL_DETECT_PASSPORT |          \
     UINT32_C(1) << POL_DETECT_LANDLINE |          \
     UINT32_C(1) << POL_DETECT_CREDIT_CODE |       \
     UINT32_C(1) << POL_DETECT_QQ | UINT32_C(1) << POL_DETECT_SSN)
/* Those that have a host. */
#define POL_DETECT_ADDRESSES                                                  \
    (UINT32_C(1) << POL_DETECT_URL | UINT32_C(1) << POL_DETECT_DOMAIN)

/* -1: no such name. The names are those of the enumeration, in lower case. */
int32_t pol_detector_find(policy_str name);
const char *pol_detector_name(int32_t detector);

/* How sure a find is: by its form (a checksum, or only a shape), one level up
 * where a word near it says what it is, one down where a word says that it is
 * something else, as an order number. */
typedef enum pol_confidence {
    POL_CONFIDENCE_LOW = POLICY_CONFIDENCE_LOW,
    POL_CONFIDENCE_MEDIUM = POLICY_CONFIDENCE_MEDIUM,
    POL_CONFIDENCE_HIGH = POLICY_CONFIDENCE_HIGH
} pol_confidence;

typedef struct pol_detection {
    int32_t detector;
    pol_confidence confidence;
    uint32_t start, end; /* units of the folded text */
} pol_detection;

/* Every find of the detectors in `mask` (bit = number), by start; those of one
 * detector do not overlap. `on` returns non-zero to stop. Linear; allocates
 * nothing. */
void pol_detect(const pol_folded *text, uint32_t mask,
                int (*on)(void *user, const pol_detection *d), void *user);

/* Bytes of the longest host, with room for a dot more. */
enum { POL_URL_HOST_MAX = 1024 };

/* The host of a find [start, end) of url or domain: lower case, defanging undone,
 * punycode decoded where it is well-formed; no user, port, path. Empty for any
 * other span. POLICY_ELIMIT, and *len 0, where `cap` is too small, which
 * POL_URL_HOST_MAX never is. */
policy_status pol_url_host(char *buf, size_t cap, size_t *len,
                           const pol_folded *t, size_t start, size_t end);
/* Was it written so that nobody could follow it by a click: hxxp, [.], 点? */
bool pol_url_defanged(const pol_folded *t, size_t start, size_t end);

#endif
