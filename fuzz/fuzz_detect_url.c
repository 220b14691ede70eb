/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses in any bytes are found in order, inside the text and not over each
 * other; each has a host, well-formed UTF-8 of bounded length and no empty label;
 * a text that is not looked at has none. Any bytes are also read as punycode.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "match/detect.h"
#include "match/detectors.h"
#include "text/utf8.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    const pol_folded *f;
    uint32_t end[POL_DETECTOR_COUNT], start;
    size_t count;
};

static void check_host(const pol_folded *f, uint32_t start, uint32_t end)
{
    char buf[POL_URL_HOST_MAX], small[8];
    policy_str host = { buf, 0 };
    size_t len;

    assert(pol_url_host(buf, sizeof(buf), &host.len, f, start, end) == POLICY_OK);
    assert(host.len > 0 && host.len < sizeof(buf));
    assert(pol_utf8_valid(host));
    assert(buf[0] != '.' && buf[host.len - 1] != '.');
    for (size_t i = 1; i < host.len; i++)
        assert(buf[i] != '.' || buf[i - 1] != '.');
    for (size_t i = 0; i < host.len; i++)
        assert(!(buf[i] >= 'A' && buf[i] <= 'Z') && (unsigned char)buf[i] > ' ');
    if (pol_url_host(small, sizeof(small), &len, f, start, end) != POLICY_OK)
        assert(len == 0 && host.len > sizeof(small) - 1);
    (void)pol_url_defanged(f, start, end);
}

static int on_detection(void *user, const pol_detection *d)
{
    struct seen *s = user;

    assert(d->start < d->end && d->end <= s->f->count);
    assert(d->start >= s->start);          /* by start */
    assert(d->start >= s->end[POL_DETECT_URL] &&
           d->start >= s->end[POL_DETECT_DOMAIN]);
    s->start = d->start;
    s->end[d->detector] = d->end;
    s->count++;
    check_host(s->f, d->start, d->end);
    return 0;
}

static void check_punycode(policy_str s)
{
    uint32_t cps[POL_PUNYCODE_MAX];
    size_t count;

    if (!pol_punycode_decode(cps, &count, s))
        return;
    assert(count <= s.len && count <= POL_PUNYCODE_MAX);
    for (size_t i = 0; i < count; i++)
        assert(cps[i] <= POL_CP_MAX && !pol_is_surrogate(cps[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    policy_str text = { (const char *)data, size };
    struct seen s = { .count = 0 };
    pol_folded f;
    pol_find found;

    pol_folded_init(&f, NULL);
    assert(pol_fold(&f, text, NULL) == POLICY_OK);
    s.f = &f;
    pol_detect(&f, 1u << POL_DETECT_URL | 1u << POL_DETECT_DOMAIN, on_detection,
               &s);
    if (!pol_url_possible(&f))
        assert(!pol_find_url(&f, 0, &found) && !pol_find_domain(&f, 0, &found));
    check_punycode(text);
    pol_folded_fini(&f);
    return 0;
}
