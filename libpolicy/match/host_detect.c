/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's detectors look at the folded text, because a number in full-width
 * digits, or with something invisible inside, is plain digits there; and at
 * UTF-8, because that is what hosts have functions for. Each byte knows its unit,
 * and each unit its bytes of the original: so a span is as exact as any.
 */
#include "match/host_detect.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"
#include "text/utf8.h"

enum { NAME_MAX_BYTES = 64 };

/* ORDER CHARSET */
const char *const pol_charset_names[POL_CHARSET_COUNT] = { "digit", "alnum",
                                                           "han", "any" };

/* As of what a rule may name: a-z, 0-9 and, not first, - and _. */
static bool is_name(policy_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
            (i == 0 || (c != '-' && c != '_')))
            return false;
    }
    return s.len > 0 && s.len <= NAME_MAX_BYTES;
}

static policy_status read_charset(pol_charset *out, const char *name,
                                  policy_error *err)
{
    for (int i = 0; name && i < POL_CHARSET_COUNT; i++)
        if (strcmp(name, pol_charset_names[i]) == 0) {
            *out = (pol_charset)i;
            return POLICY_OK;
        }
    return pol_error_set(err, POLICY_EINPUT, "charset",
                         "the charset of a detector is \"digit\", \"alnum\", "
                         "\"han\" or \"any\", not \"%.40s\"", name ? name : "");
}

policy_status pol_host_detector_read(pol_host_detector *out,
                                     const policy_detector *d,
                                     policy_error *err)
{
    policy_detector all = { 0 };

    if (d)
        memcpy(&all, d, d->size < sizeof(all) ? d->size : sizeof(all));
    if (!all.name || !all.find)
        return pol_error_set(err, POLICY_EMISUSE, "detector",
                             "a detector needs a name and its find");
    *out = (pol_host_detector){
        .name = pol_str(all.name),
        .version = pol_str(all.version ? all.version : ""),
        .min_run = all.min_run, .max_len = all.max_len,
        .find = all.find, .user = all.user
    };
    if (!is_name(out->name))
        return pol_error_set(err, POLICY_EINPUT, "detector-name",
                             "\"%.80s\" is no name of a detector: 1 to 64 of "
                             "a-z, 0-9 and, not first, - and _", all.name);
    if (pol_detector_find(out->name) >= 0)
        return pol_error_set(err, POLICY_EINPUT, "detector-name",
                             "the library has a detector %s of its own",
                             all.name);
    return read_charset(&out->charset, all.charset, err);
}

/* --- the text ------------------------------------------------------------------ */

void pol_plain_init(pol_plain *p, const policy_allocator *a)
{
    *p = (pol_plain){ .allocator = a };
}

void pol_plain_fini(pol_plain *p)
{
    pol_free(p->allocator, p->bytes, p->byte_cap);
    pol_free(p->allocator, p->units, p->unit_cap * sizeof(*p->units));
    pol_plain_init(p, p->allocator);
}

policy_status pol_plain_fill(pol_plain *p, const pol_folded *f,
                             policy_error *err)
{
    enum { BYTES = 3 }; /* of a unit, at most; a pair of them has four */
    size_t room = f->count * BYTES + 1;

    p->len = 0;
    if (!pol_grow(p->allocator, (void **)&p->bytes, &p->byte_cap, room, 1) ||
        !pol_grow(p->allocator, (void **)&p->units, &p->unit_cap, room,
                  sizeof(*p->units)))
        return pol_error_oom(err);
    for (size_t pos = 0; pos < f->count;) {
        size_t unit = pos, at = p->len;

        p->len += pol_utf8_put(p->bytes + at,
                               pol_utf16_next(f->units, f->count, &pos));
        while (at < p->len)
            p->units[at++] = (uint32_t)unit;
    }
    p->units[p->len] = (uint32_t)f->count;
    return POLICY_OK;
}

/* Bits of the charsets that a unit of the class is in. ORDER CLASS */
static const uint8_t charsets_of[POL_CLASS_COUNT] = {
    [POL_CLASS_HAN] = 1 << POL_CHARSET_HAN,
    [POL_CLASS_LATIN] = 1 << POL_CHARSET_ALNUM,
    [POL_CLASS_DIGIT] = 1 << POL_CHARSET_DIGIT | 1 << POL_CHARSET_ALNUM,
};

void pol_charset_runs(const pol_folded *f, uint32_t runs[POL_CHARSET_COUNT])
{
    uint32_t now[POL_CHARSET_COUNT] = { 0 };

    memset(runs, 0, POL_CHARSET_COUNT * sizeof(*runs));
    for (size_t i = 0; i < f->count; i++) {
        if (pol_is_low(f->units[i]))
            continue;
        for (int c = 0; c < POL_CHARSET_ANY; c++) {
            now[c] = charsets_of[f->classes[i]] >> c & 1 ? now[c] + 1 : 0;
            if (now[c] > runs[c])
                runs[c] = now[c];
        }
        runs[POL_CHARSET_ANY]++;
    }
}

/* --- asking -------------------------------------------------------------------- */

static bool is_border(const pol_plain *p, size_t pos)
{
    return pos == p->len || ((unsigned char)p->bytes[pos] & 0xc0) != 0x80;
}

static const pol_host_fault *fault_of(const pol_host_detector *d,
                                      const pol_plain *p, int answer, size_t from,
                                      policy_span s)
{
    static const pol_host_fault sure = { "the answer is no confidence",
                                         "答复不是可信度" };
    static const pol_host_fault outside = {
        "the span ends outside of the text", "所指的位置超出文字之外" };
    static const pol_host_fault before = {
        "the span begins before the place from which it was asked for",
        "所指的位置在要求查起的地方之前" };
    static const pol_host_fault empty = { "the span is empty",
                                          "所指的位置是空的" };
    static const pol_host_fault cut = { "the span cuts a character",
                                        "所指的位置切断了一个字符" };
    static const pol_host_fault longer = { "the span is longer than max_len",
                                           "所指的位置比 max_len 长" };

    if (answer < POLICY_CONFIDENCE_LOW || answer > POLICY_CONFIDENCE_HIGH)
        return &sure;
    if (s.end > p->len)
        return &outside;
    if (s.start < from)
        return &before;
    if (s.end <= s.start)
        return &empty;
    if (!is_border(p, s.start) || !is_border(p, s.end))
        return &cut;
    if (d->max_len && s.end - s.start > d->max_len)
        return &longer;
    return NULL;
}

/* Each find ends behind the one before it, so that there are no more than the
 * text has characters, whatever the answers are. */
const pol_host_fault *pol_host_detect(const pol_host_detector *d,
                                      const pol_plain *p,
                                      int (*on)(void *user,
                                                const pol_detection *d),
                                      void *user)
{
    policy_str text = { p->bytes, p->len };
    size_t from = 0;

    while (from < p->len) {
        policy_span s = { 0, 0 };
        int answer = d->find(d->user, text, from, &s);
        const pol_host_fault *fault;
        pol_detection found;

        if (!answer)
            return NULL;
        fault = fault_of(d, p, answer, from, s);
        if (fault)
            return fault;
        found = (pol_detection){ .detector = -1,
                                 .confidence = (pol_confidence)answer,
                                 .start = p->units[s.start],
                                 .end = p->units[s.end] };
        if (on(user, &found))
            return NULL;
        from = s.end;
    }
    return NULL;
}
