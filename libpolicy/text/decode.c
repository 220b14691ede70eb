/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding in two passes. The first one writes the text with everything decoded
 * once, base64 too; the second goes over what was written, in place, and decodes
 * escapes only.
 *
 * (1) An encoding is never shorter than what it decodes to, so that no pass
 *     writes beyond what it has read, and the room of the source is enough.
 * (2) What comes out are whole characters: no byte of the source is ever joined
 *     with them, and spans stay on its characters.
 * (3) What was tried as base64 is passed over as a whole, and has no escapes
 *     inside, so that each byte is read a fixed number of times.
 */
#include "text/decode.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "text/fold.h"
#include "text/utf8.h"

enum {
    FIRST_ROOM = 256,
    /* start and end, and the byte itself */
    BYTE_SIZE = 2 * sizeof(uint32_t) + 1
};

/* In `ends`: the byte came out of an encoding. */
#define TOUCHED (UINT32_C(1) << 31)

_Static_assert(POL_FOLD_MAX < TOUCHED, "offsets leave the bit free");

void pol_decoded_init(pol_decoded *d, const policy_allocator *a)
{
    *d = (pol_decoded){ .allocator = a };
}

void pol_decoded_fini(pol_decoded *d)
{
    pol_free(d->allocator, d->starts, d->room * BYTE_SIZE);
    pol_decoded_init(d, d->allocator);
}

/* What was there is not kept. */
static bool make_room(pol_decoded *d, size_t want)
{
    size_t room = d->room + d->room / 2;
    char *block;

    if (want <= d->room)
        return true;
    room = room < want ? want : room;
    room = room < FIRST_ROOM ? FIRST_ROOM : room;
    block = pol_alloc(d->allocator, room * BYTE_SIZE);
    if (!block)
        return false;
    pol_decoded_fini(d);
    d->room = room;
    d->starts = (uint32_t *)(void *)block;
    d->ends = d->starts + room;
    d->bytes = (char *)(d->ends + room);
    return true;
}

/* --- escapes --------------------------------------------------------------- */

/* No controls but those of plain text: they would end lines, or hide. */
static bool is_text(uint32_t cp)
{
    return cp < 0x20 ? cp == '\t' || cp == '\n' || cp == '\r'
                     : (cp < 0x7f || cp > 0x9f) && cp <= POL_CP_MAX &&
                           !pol_is_surrogate(cp);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* `count` hexadecimal digits at `pos`; false where there are fewer. */
static bool read_hex(policy_str s, size_t pos, size_t count, uint32_t *value)
{
    *value = 0;
    if (s.len < count || pos > s.len - count)
        return false;
    for (; count; count--, pos++) {
        int digit = hex_digit(s.ptr[pos]);

        if (digit < 0)
            return false;
        *value = *value << 4 | (uint32_t)digit;
    }
    return true;
}

/* A UTF-16 unit at `pos`, behind % or \; a pair is two. The length, or 0. */
static size_t read_units(policy_str s, size_t pos, uint32_t *cp)
{
    uint32_t low;

    if (s.len - pos < 6 || s.ptr[pos + 1] != 'u' ||
        !read_hex(s, pos + 2, 4, cp))
        return 0;
    if (!pol_is_high((uint16_t)*cp))
        return 6;
    if (s.len - pos < 12 || s.ptr[pos + 6] != s.ptr[pos] ||
        s.ptr[pos + 7] != 'u' || !read_hex(s, pos + 8, 4, &low) ||
        !pol_is_low((uint16_t)low))
        return 0;
    *cp = pol_from_pair((uint16_t)*cp, (uint16_t)low);
    return 12;
}

/* Escapes of as many bytes as the first of them asks for. */
static size_t read_percent(policy_str s, size_t pos, uint32_t *cp)
{
    char bytes[4];
    size_t count = 0;
    uint32_t byte;
    bool ok;

    while (count < sizeof(bytes) && pos + 3 * count < s.len &&
           s.ptr[pos + 3 * count] == '%' &&
           read_hex(s, pos + 3 * count + 1, 2, &byte))
        bytes[count++] = (char)byte;
    if (!count)
        return 0;
    count = pol_utf8_next((policy_str){ bytes, count }, 0, cp, &ok);
    return ok ? 3 * count : 0;
}

static bool reads(policy_str s, size_t pos, const char *name)
{
    for (; *name; name++, pos++)
        if (pos >= s.len || (s.ptr[pos] | 0x20) != *name)
            return false;
    return true;
}

static size_t read_named(policy_str s, size_t pos, uint32_t *cp)
{
    static const struct {
        const char name[6];
        uint32_t cp;
    } names[] = {
        { "amp", '&' }, { "lt", '<' }, { "gt", '>' },
        { "quot", '"' }, { "apos", '\'' }, { "nbsp", 0xa0 },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        size_t end = pos + 1 + strlen(names[i].name);

        if (reads(s, pos + 1, names[i].name) && end < s.len &&
            s.ptr[end] == ';') {
            *cp = names[i].cp;
            return end + 1 - pos;
        }
    }
    return 0;
}

/* Browsers do without the semicolon behind a number, and so do we. */
static size_t read_reference(policy_str s, size_t pos, uint32_t *cp)
{
    size_t i = pos + 2, first;
    bool hex = i < s.len && (s.ptr[i] | 0x20) == 'x';

    if (pos + 1 >= s.len || s.ptr[pos + 1] != '#')
        return read_named(s, pos, cp);
    *cp = 0;
    for (first = i += hex; i < s.len; i++) {
        int digit = hex_digit(s.ptr[i]);

        if (digit < 0 || (!hex && digit > 9))
            break;
        if (*cp <= POL_CP_MAX) /* stays above once it is, whatever follows */
            *cp = *cp * (hex ? 16 : 10) + (uint32_t)digit;
    }
    if (i == first)
        return 0;
    return i + (i < s.len && s.ptr[i] == ';') - pos;
}

/* The character that is escaped at `pos`: the length of it there, or 0. */
static size_t read_escape(policy_str s, size_t pos, uint32_t *cp)
{
    size_t len = 0;

    if (s.ptr[pos] == '&')
        len = read_reference(s, pos, cp);
    else if (s.ptr[pos] == '\\')
        len = read_units(s, pos, cp);
    else if (s.ptr[pos] == '%' && !(len = read_percent(s, pos, cp)))
        len = read_units(s, pos, cp);
    return len && is_text(*cp) ? len : 0;
}

/* --- base64 (RFC 4648) ------------------------------------------------------ */

/* The value of a digit of one of the alphabets of sections 4 and 5, or -1. */
static int base64_digit(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+' || c == '-' ? 62
           : c == '/' || c == '_' ? 63
                                  : -1;
}

static size_t base64_end(policy_str s, size_t pos)
{
    while (pos < s.len && base64_digit(s.ptr[pos]) >= 0)
        pos++;
    return pos;
}

static bool mixes_alphabets(policy_str token)
{
    bool standard = false, url = false;

    for (size_t i = 0; i < token.len; i++) {
        standard |= token.ptr[i] == '+' || token.ptr[i] == '/';
        url |= token.ptr[i] == '-' || token.ptr[i] == '_';
    }
    return standard && url;
}

static bool is_han(uint32_t cp)
{
    return (cp >= 0x3400 && cp <= 0x9fff) || (cp >= 0x20000 && cp <= 0x3ffff);
}

/* Latin with its accents, Greek, Cyrillic, kana, hangul, Han. */
static bool is_letter(uint32_t cp)
{
    return (cp < 0x80 ? (cp | 0x20) >= 'a' && (cp | 0x20) <= 'z'
                      : (cp >= 0xc0 && cp <= 0x24f) ||
                            (cp >= 0x370 && cp <= 0x52f) ||
                            (cp >= 0x3041 && cp <= 0x30fa) ||
                            (cp >= 0xac00 && cp <= 0xd7a3) || is_han(cp));
}

/* Would somebody have written this? Ids and hashes decode to bytes by chance,
 * which are next to never so: two Han among text, or mostly words. */
static bool is_written(policy_str s)
{
    size_t chars = 0, han = 0, letters = 0, spaces = 0;

    for (size_t pos = 0; pos < s.len; chars++) {
        uint32_t cp;
        bool ok;

        pos = pol_utf8_next(s, pos, &cp, &ok);
        if (!ok || !is_text(cp))
            return false;
        han += is_han(cp);
        letters += is_letter(cp);
        spaces += cp == ' ';
    }
    return han >= 2 || (spaces && (letters + spaces) * 4 >= chars * 3);
}

/* The digits of `token` as bytes, (count * 3 / 4) of them. */
static size_t read_base64(char *out, policy_str token)
{
    uint32_t bits = 0;
    size_t len = 0;

    for (size_t i = 0; i < token.len; i++) {
        bits = bits << 6 | (uint32_t)base64_digit(token.ptr[i]);
        if (i % 4)
            out[len++] = (char)(bits >> (6 - 2 * (i % 4)) & 0xff);
    }
    return len;
}

/* How many = belong to `count` digits that end at `pos`. */
static size_t padding(policy_str s, size_t pos, size_t count)
{
    size_t want = (4 - count % 4) % 4, n = 0;

    while (n < want && pos + n < s.len && s.ptr[pos + n] == '=')
        n++;
    return n == want ? n : 0;
}

/* --- passes ---------------------------------------------------------------- */

/* The byte that was put at `w` stands for [start, end). */
static void mark(pol_decoded *d, size_t w, uint32_t start, uint32_t end)
{
    d->starts[w] = start;
    d->ends[w] = end;
}

/* The bytes [pos, end) of the source as they are, by characters. */
static size_t copy(pol_decoded *d, size_t w, policy_str s, size_t pos,
                   size_t end)
{
    while (pos < end) {
        uint32_t cp;
        bool ok;
        size_t next = pol_utf8_next(s, pos, &cp, &ok), start = pos;

        for (; pos < next; pos++, w++) {
            d->bytes[w] = s.ptr[pos];
            mark(d, w, (uint32_t)start, (uint32_t)next);
        }
    }
    return w;
}

static size_t put(pol_decoded *d, size_t w, uint32_t cp, uint32_t start,
                  uint32_t end)
{
    size_t len = pol_utf8_put(d->bytes + w, cp);

    for (size_t i = 0; i < len; i++)
        mark(d, w + i, start, end | TOUCHED);
    return w + len;
}

/* The token [pos, end): decoded, or copied. Where the first pass is, *pos, moves
 * behind it. */
static size_t put_base64(pol_decoded *d, size_t w, policy_str s, size_t *pos,
                         size_t end)
{
    policy_str token = { s.ptr + *pos, end - *pos };
    size_t start = *pos, len;

    *pos = end;
    if (token.len < POL_BASE64_MIN || token.len % 4 == 1 ||
        mixes_alphabets(token))
        return copy(d, w, s, start, end);
    len = read_base64(d->bytes + w, token);
    if (!is_written((policy_str){ d->bytes + w, len }))
        return copy(d, w, s, start, end);
    *pos += padding(s, end, token.len);
    for (size_t i = 0; i < len; i++) {
        size_t group = start + i / 3 * 4;

        mark(d, w + i, (uint32_t)group,
             (uint32_t)(group + 4 < *pos ? group + 4 : *pos) | TOUCHED);
    }
    return w + len;
}

static bool decode_all(pol_decoded *d, policy_str s)
{
    size_t w = 0, pos = 0;
    bool any = false;

    while (pos < s.len) {
        size_t end = base64_end(s, pos), len;
        uint32_t cp;

        if (end > pos) {
            w = put_base64(d, w, s, &pos, end);
            any |= (d->ends[w - 1] & TOUCHED) != 0;
        } else if ((len = read_escape(s, pos, &cp))) {
            w = put(d, w, cp, (uint32_t)pos, (uint32_t)(pos + len));
            pos += len;
            any = true;
        } else {
            bool ok;

            end = pol_utf8_next(s, pos, &cp, &ok);
            w = copy(d, w, s, pos, end);
            pos = end;
        }
        assert(w <= pos); /* (1) */
    }
    d->text = (policy_str){ d->bytes, any ? w : 0 };
    return any;
}

static void decode_escapes_again(pol_decoded *d)
{
    policy_str s = d->text;
    size_t w = 0, pos = 0;

    while (pos < s.len) {
        uint32_t cp;
        size_t len = read_escape(s, pos, &cp);

        if (len) {
            w = put(d, w, cp, d->starts[pos],
                    d->ends[pos + len - 1] & ~TOUCHED);
            pos += len;
        } else {
            d->bytes[w] = s.ptr[pos];
            mark(d, w++, d->starts[pos], d->ends[pos]);
            pos++;
        }
    }
    d->text.len = w;
}

/* --- the quick look --------------------------------------------------------- */

enum { BLOCK = 16 };

/* A loop of fixed length without a branch: compilers make it a few operations. */
static void look_at_block(uint8_t seen[BLOCK], const char *s)
{
    for (size_t i = 0; i < BLOCK; i++)
        seen[i] |= (uint8_t)((s[i] == '%') | (s[i] == '&') | (s[i] == '\\'));
}

/* The last block of a text that has one overlaps the one before it. */
static bool has_escapes(policy_str s)
{
    uint8_t seen[BLOCK] = { 0 };
    uint64_t halves[2];
    size_t i = 0;

    for (; i + BLOCK <= s.len; i += BLOCK)
        look_at_block(seen, s.ptr + i);
    if (s.len >= BLOCK)
        look_at_block(seen, s.ptr + s.len - BLOCK);
    else
        for (; i < s.len; i++)
            seen[i] = s.ptr[i] == '%' || s.ptr[i] == '&' || s.ptr[i] == '\\';
    memcpy(halves, seen, sizeof(halves));
    return halves[0] | halves[1];
}

/* Is the byte at `i` inside a token that is long enough? */
static bool in_token(policy_str s, size_t i)
{
    size_t start = i, end = i;

    while (i - start < POL_BASE64_MIN && start > 0 &&
           base64_digit(s.ptr[start - 1]) >= 0)
        start--;
    while (end - start < POL_BASE64_MIN && end < s.len &&
           base64_digit(s.ptr[end]) >= 0)
        end++;
    return end - start >= POL_BASE64_MIN;
}

/* A token fills one of the words of eight bytes that the text is cut into. Those
 * with a byte that is not ASCII, or below +, the first digit, are none; of words
 * in letters few are as long. */
static bool has_token(policy_str s)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    const uint64_t up = high - UINT64_C(0x0101010101010101) * '+';
    uint64_t w;

    for (size_t i = 0; i + 8 <= s.len; i += 8) {
        memcpy(&w, s.ptr + i, 8);
        if (!(w & high) && ((w + up) & high) == high && in_token(s, i))
            return true;
    }
    return false;
}

_Static_assert(POL_BASE64_MIN >= 15, "a token has a whole word of eight bytes");

policy_status pol_decode(pol_decoded *d, policy_str text, policy_error *err)
{
    d->text = (policy_str){ d->bytes, 0 };
    if (text.len > POL_FOLD_MAX)
        return pol_error_limit(err, "text", POL_FOLD_MAX);
    if (!has_escapes(text) && !has_token(text))
        return POLICY_OK;
    if (!make_room(d, text.len))
        return pol_error_oom(err);
    if (decode_all(d, text))
        decode_escapes_again(d);
    return POLICY_OK;
}

/* --- the map ---------------------------------------------------------------- */

policy_span pol_decoded_source(const pol_decoded *d, policy_span child)
{
    assert(child.start < child.end && child.end <= d->text.len);
    return (policy_span){ d->starts[child.start],
                          d->ends[child.end - 1] & ~TOUCHED };
}

bool pol_decoded_touches(const pol_decoded *d, policy_span child)
{
    uint32_t all = 0;

    for (size_t i = child.start; i < child.end; i++)
        all |= d->ends[i];
    return all & TOUCHED;
}
