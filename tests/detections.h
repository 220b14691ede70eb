/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of texts and what a detector finds in them.
 */
#ifndef TESTS_DETECTIONS_H
#define TESTS_DETECTIONS_H

#include "base/alloc.h"
#include "match/detect.h"

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

#define CHECK_DETECTIONS(detector, rows) \
    check_detections((detector), (rows), sizeof(rows) / sizeof((rows)[0]))
#define CHECK_NO_DETECTION(detector, texts) \
    check_no_detection((detector), (texts), sizeof(texts) / sizeof((texts)[0]))

#endif
