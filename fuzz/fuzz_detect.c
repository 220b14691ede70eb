/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What detectors find in any bytes: in order, inside the text, those of one
 * detector not over each other, at whole characters, and found again when they
 * stand between spaces, behind the word that they need. An address of the web has
 * a host, well-formed UTF-8 of bounded length and no empty label. What is said to
 * be impossible is not found. Any bytes are also read as punycode.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/slice.h"
#include "match/detect.h"
#include "match/detectors.h"
#include "text/utf8.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Looking for whole characters from the beginning is quadratic. */
enum { AGAIN_MAX = 2000 };

struct seen {
    const pol_folded *f;
    policy_str text;
    uint32_t end[POL_DETECTOR_COUNT], start;
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

static bool is_boundary(policy_str text, size_t byte)
{
    size_t pos = 0;

    while (pos < byte)
        pol_str_next(text, &pos);
    return pos == byte;
}

static int find_again(void *user, const pol_detection *d)
{
    *(uint32_t *)user |= 1u << d->detector;
    return 0;
}

/* The words behind which weak ones are looked for. */
static const char *word_for(int32_t detector)
{
    switch (detector) {
    case POL_DETECT_ENTRY_PERMIT:
        return "通行证 ";
    case POL_DETECT_PASSPORT:
        return "护照 ";
    case POL_DETECT_IP:
        return "ip ";
    case POL_DETECT_WECHAT:
        return "微信号: ";
    case POL_DETECT_QQ:
        return "qq号 ";
    case POL_DETECT_SSN:
        return "ssn ";
    case POL_DETECT_PLATE:
        return "车牌 ";
    default:
        return " ";
    }
}

static void check_again(policy_str find, int32_t detector)
{
    const char *word = word_for(detector);
    size_t len = strlen(word);
    uint32_t again = 0;
    pol_folded cut;
    char *buf = malloc(len + find.len + 1);

    assert(buf);
    memcpy(buf, word, len);
    memcpy(buf + len, find.ptr, find.len);
    buf[len + find.len] = ' ';
    pol_folded_init(&cut, NULL);
    assert(pol_fold(&cut, (policy_str){ buf, len + find.len + 1 }, NULL) ==
           POLICY_OK);
    pol_detect(&cut, 1u << detector, find_again, &again);
    assert(again == 1u << detector);
    pol_folded_fini(&cut);
    free(buf);
}

static int on_detection(void *user, const pol_detection *d)
{
    struct seen *s = user;
    policy_span span = pol_folded_source(s->f, d->start, d->end);

    assert(d->detector >= 0 && d->detector < POL_DETECTOR_COUNT);
    assert(d->confidence <= POL_CONFIDENCE_HIGH);
    assert(d->start < d->end && d->end <= s->f->count);
    assert(d->start >= s->start); /* by start */
    assert(d->start >= s->end[d->detector]);
    s->start = d->start;
    s->end[d->detector] = d->end;
    if (1u << d->detector & POL_DETECT_ADDRESSES) {
        assert(d->start >= s->end[POL_DETECT_URL] ||
               d->detector == POL_DETECT_URL);
        check_host(s->f, d->start, d->end);
    }
    /* A path may speak for a domain, which is not in its span. */
    if (s->f->count > AGAIN_MAX || d->detector == POL_DETECT_DOMAIN)
        return 0;
    assert(is_boundary(s->text, span.start) && is_boundary(s->text, span.end));
    check_again((policy_str){ s->text.ptr + span.start, span.end - span.start },
                d->detector);
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
    struct seen s = { .text = text };
    pol_folded f;
    pol_find found;
    uint32_t possible;

    pol_folded_init(&f, NULL);
    assert(pol_fold(&f, text, NULL) == POLICY_OK);
    s.f = &f;
    pol_detect(&f, ~0u, on_detection, &s);
    possible = pol_detect_possible(&f, UINT32_MAX);
    for (int32_t i = 0; i < POL_DETECTOR_COUNT; i++)
        assert(possible >> i & 1 || !pol_find_with(i, &f, 0, &found));
    check_punycode(text);
    pol_folded_fini(&f);
    return 0;
}
