/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON reader: a pull tokenizer without recursion. What is open stands in
 * one bit a level (set: an object), what may come next in `state`:
 *
 *     VALUE ─────── scalar ──────► AFTER ── "," ──► VALUE (in an array)
 *       │ "["  ► FIRST_ITEM ─"]"─►   │                NEXT_KEY (in an object)
 *       │ "{"  ► FIRST_KEY  ─"}"─►   └─ "]" or "}" ──► AFTER
 *                  │ key ":" ► VALUE
 *
 * A comma and a colon are read together with what they belong to, so that the
 * caller never sees them. Strings are searched eight bytes at a time for what
 * ends a run; where the run is not ASCII it is then checked to be UTF-8 at once,
 * and only a string that has escapes is copied. Escapes are checked by the search, so that the
 * copy cannot fail but for memory, and the first error is the one reported.
 */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/slice.h"

enum { VALUE, FIRST_ITEM, FIRST_KEY, NEXT_KEY, AFTER, FAILED };

void pol_json_init(pol_json *j, policy_str input, uint32_t max_depth,
                   pol_arena *arena, policy_error *err)
{
    memset(j, 0, sizeof(*j));
    j->input = input;
    j->max_depth = max_depth < 1024 ? max_depth : 1024; /* bits of `nest` */
    j->state = VALUE;
    j->arena = arena;
    j->err = err;
}

static pol_json_kind fail(pol_json *j, pol_json_token *t, size_t pos,
                          const char *code, const char *message)
{
    pol_error_at(j->err, POLICY_EINPUT, pos, code, "%s", message);
    j->state = FAILED;
    return t->kind = POL_JSON_ERROR;
}

/* Something else than `wanted` stands at `pos`, or nothing. */
static pol_json_kind unexpected(pol_json *j, pol_json_token *t, size_t pos,
                                const char *wanted)
{
    unsigned byte;

    j->state = FAILED;
    t->kind = POL_JSON_ERROR;
    if (pos >= j->input.len) {
        pol_error_at(j->err, POLICY_EINPUT, j->input.len, "json-end",
                     "input ends where %s is expected", wanted);
        return POL_JSON_ERROR;
    }
    byte = (uint8_t)j->input.ptr[pos];
    if (byte > 0x20 && byte < 0x7f)
        pol_error_at(j->err, POLICY_EINPUT, pos, "json-syntax",
                     "%s is expected, not “%c”", wanted, (int)byte);
    else
        pol_error_at(j->err, POLICY_EINPUT, pos, "json-syntax",
                     "%s is expected, not the byte 0x%02x", wanted, byte);
    return POL_JSON_ERROR;
}

static void skip_space(pol_json *j)
{
    const char *p = j->input.ptr;
    size_t pos = j->pos, len = j->input.len;

    while (pos < len && (p[pos] == ' ' || p[pos] == '\n' || p[pos] == '\t' ||
                         p[pos] == '\r'))
        pos++;
    j->pos = pos;
}

static bool in_object(const pol_json *j)
{
    uint32_t level = j->depth - 1;

    return j->depth > 0 && (j->nest[level / 64] >> level % 64 & 1);
}

static pol_json_kind open_level(pol_json *j, pol_json_token *t, bool object)
{
    uint64_t bit = (uint64_t)1 << j->depth % 64;

    if (j->depth >= j->max_depth) {
        pol_error_at(j->err, POLICY_ELIMIT, j->pos, "json-depth",
                     "nesting is above the limit json_depth (%u)",
                     (unsigned)j->max_depth);
        j->state = FAILED;
        return t->kind = POL_JSON_ERROR;
    }
    if (object)
        j->nest[j->depth / 64] |= bit;
    else
        j->nest[j->depth / 64] &= ~bit;
    j->depth++;
    j->pos++;
    j->state = object ? FIRST_KEY : FIRST_ITEM;
    t->end = j->pos;
    return t->kind = object ? POL_JSON_OBJECT : POL_JSON_ARRAY;
}

static pol_json_kind close_level(pol_json *j, pol_json_token *t)
{
    t->kind = in_object(j) ? POL_JSON_OBJECT_END : POL_JSON_ARRAY_END;
    t->pos = j->pos++;
    t->end = j->pos;
    j->depth--;
    j->state = AFTER;
    return t->kind;
}

static const uint64_t ones = 0x0101010101010101u, top = 0x8080808080808080u;

/* The top bits of quotes, backslashes and controls. Bytes above one may have it
 * too, by a borrow; the lowest that has it is a true one. */
static uint64_t specials(uint64_t x)
{
    uint64_t quote = x ^ ones * '"', backslash = x ^ ones * '\\';

    return ((x - ones * 0x20) | (quote - ones) | (backslash - ones)) & ~x & top;
}

/* Where, from `pos`, a quote, a backslash or a control stands, or the end; the
 * top bits of the bytes before it go into *tops. */
static size_t find_special(policy_str s, size_t pos, uint64_t *tops)
{
    for (; s.len - pos >= 8; pos += 8) {
        uint64_t x = pol_load64(s.ptr + pos), stop = specials(x);

        if (stop) {
            *tops |= x & top & ((stop & -stop) - 1);
            return pos + (size_t)__builtin_ctzll(stop) / 8;
        }
        *tops |= x & top;
    }
    while (pos < s.len && (uint8_t)s.ptr[pos] >= 0x20 && s.ptr[pos] != '"' &&
           s.ptr[pos] != '\\')
        *tops |= s.ptr[pos++] & 0x80;
    return pos;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Check the escape whose backslash is at `*pos`, and move past it. */
static bool check_escape(pol_json *j, pol_json_token *t, size_t *pos)
{
    policy_str s = j->input;
    size_t p = *pos + 1, end;

    if (p >= s.len) {
        unexpected(j, t, p, "the rest of an escape");
        return false;
    }
    if (s.ptr[p] != 'u') {
        if (!s.ptr[p] || !strchr("\"\\/bfnrt", s.ptr[p])) {
            fail(j, t, *pos, "json-escape", "escape is not known to JSON");
            return false;
        }
        *pos = p + 1;
        return true;
    }
    for (end = p + 5, p++; p < end; p++) {
        if (p >= s.len || hex_digit(s.ptr[p]) < 0) {
            unexpected(j, t, p, "a hexadecimal digit");
            return false;
        }
    }
    *pos = end;
    return true;
}

/* From the byte after the opening quote to the closing one, where it stops. */
static bool scan_string(pol_json *j, pol_json_token *t, size_t *pos,
                        bool *escapes, uint64_t *tops)
{
    policy_str s = j->input;

    for (;;) {
        *pos = find_special(s, *pos, tops);
        if (*pos >= s.len) {
            unexpected(j, t, s.len, "the end of a string");
            return false;
        }
        if (s.ptr[*pos] == '"')
            return true;
        if (s.ptr[*pos] != '\\') {
            fail(j, t, *pos, "json-control",
                 "control characters in a string must be escaped");
            return false;
        }
        *escapes = true;
        if (!check_escape(j, t, pos))
            return false;
    }
}

static uint32_t hex4(const char *p)
{
    return (uint32_t)(hex_digit(p[0]) << 12 | hex_digit(p[1]) << 8 |
                      hex_digit(p[2]) << 4 | hex_digit(p[3]));
}

/* A \u escape, or two that are a surrogate pair (RFC 8259, section 7). */
static uint32_t unicode_escape(policy_str s, size_t *pos, bool *lone)
{
    uint32_t high = hex4(s.ptr + *pos + 2), low;

    *pos += 6;
    if (high < 0xd800 || high > 0xdfff)
        return high;
    if (high < 0xdc00 && s.len - *pos >= 6 && s.ptr[*pos] == '\\' &&
        s.ptr[*pos + 1] == 'u') {
        low = hex4(s.ptr + *pos + 2);
        if (low >= 0xdc00 && low <= 0xdfff) {
            *pos += 6;
            return 0x10000 + ((high - 0xd800) << 10 | (low - 0xdc00));
        }
    }
    *lone = true;
    return 0xfffd;
}

/* Undo the escapes of `s`, which were checked; none is shorter than what it
 * stands for. The length written. */
static size_t unescape(char *out, policy_str s, bool *lone)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    size_t pos = 0, len = 0;
    const char *stop, *letter;

    while (pos < s.len) {
        stop = memchr(s.ptr + pos, '\\', s.len - pos);
        size_t run = stop ? (size_t)(stop - s.ptr) - pos : s.len - pos;

        memcpy(out + len, s.ptr + pos, run);
        len += run;
        pos += run;
        if (!stop)
            break;
        if (s.ptr[pos + 1] == 'u') {
            len += pol_cp_write(out + len, unicode_escape(s, &pos, lone));
            continue;
        }
        letter = strchr(from, s.ptr[pos + 1]);
        out[len++] = letter ? to[letter - from] : s.ptr[pos + 1];
        pos += 2;
    }
    return len;
}

/* noinline: few strings have escapes, and all would save its registers. */
static __attribute__((noinline)) pol_json_kind
copy_unescaped(pol_json *j, pol_json_token *t)
{
    char *copy = pol_arena_alloc(j->arena, t->text.len);

    if (!copy) {
        pol_arena_error(j->arena, t->text.len, j->err);
        j->state = FAILED;
        return t->kind = POL_JSON_ERROR;
    }
    t->text.len = unescape(copy, t->text, &t->lone_surrogate);
    t->text.ptr = copy;
    return t->kind;
}

static pol_json_kind read_string(pol_json *j, pol_json_token *t,
                                 pol_json_kind kind)
{
    size_t start = j->pos + 1, pos = start;
    bool escapes = false;
    uint64_t tops = 0;

    if (!scan_string(j, t, &pos, &escapes, &tops))
        return POL_JSON_ERROR;
    t->text = (policy_str){ j->input.ptr + start, pos - start };
    t->ill_formed = tops && pol_str_ill_formed(t->text) < t->text.len;
    j->pos = pos + 1;
    t->end = j->pos;
    j->state = AFTER;
    t->kind = kind;
    return escapes && j->arena ? copy_unescaped(j, t) : kind;
}

static pol_json_kind read_key(pol_json *j, pol_json_token *t)
{
    if (j->pos >= j->input.len || j->input.ptr[j->pos] != '"')
        return unexpected(j, t, j->pos, j->state == FIRST_KEY ?
                          "a key or “}”" : "a key");
    if (read_string(j, t, POL_JSON_KEY) == POL_JSON_ERROR)
        return POL_JSON_ERROR;
    skip_space(j);
    if (j->pos >= j->input.len || j->input.ptr[j->pos] != ':')
        return unexpected(j, t, j->pos, "“:”");
    j->pos++;
    j->state = VALUE;
    return POL_JSON_KEY;
}

static bool digit_at(const pol_json *j, size_t pos)
{
    return pos < j->input.len && j->input.ptr[pos] >= '0' &&
           j->input.ptr[pos] <= '9';
}

/* One digit or more; false where there is none. */
static bool skip_digits(const pol_json *j, size_t *pos)
{
    if (!digit_at(j, *pos))
        return false;
    while (digit_at(j, *pos))
        (*pos)++;
    return true;
}

static pol_json_kind read_number(pol_json *j, pol_json_token *t)
{
    const char *p = j->input.ptr;
    size_t len = j->input.len, pos = j->pos;

    pos += p[pos] == '-';
    if (digit_at(j, pos) && p[pos] == '0' && digit_at(j, pos + 1))
        return fail(j, t, pos, "json-number", "number begins with a zero");
    if (!skip_digits(j, &pos))
        return unexpected(j, t, pos, "a digit");
    if (pos < len && p[pos] == '.') {
        pos++;
        if (!skip_digits(j, &pos))
            return unexpected(j, t, pos, "a digit after the point");
    }
    if (pos < len && (p[pos] == 'e' || p[pos] == 'E')) {
        pos++;
        pos += pos < len && (p[pos] == '+' || p[pos] == '-');
        if (!skip_digits(j, &pos))
            return unexpected(j, t, pos, "a digit of the exponent");
    }
    t->text = (policy_str){ p + j->pos, pos - j->pos };
    j->pos = t->end = pos;
    j->state = AFTER;
    return t->kind = POL_JSON_NUMBER;
}

static pol_json_kind read_word(pol_json *j, pol_json_token *t)
{
    static const struct {
        policy_str word;
        pol_json_kind kind;
    } words[] = {
        { { "true", 4 }, POL_JSON_TRUE },
        { { "false", 5 }, POL_JSON_FALSE },
        { { "null", 4 }, POL_JSON_NULL }
    };
    policy_str rest = { j->input.ptr + j->pos, j->input.len - j->pos };
    size_t i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!pol_str_starts(rest, words[i].word))
            continue;
        t->text = (policy_str){ rest.ptr, words[i].word.len };
        j->pos += words[i].word.len;
        t->end = j->pos;
        j->state = AFTER;
        return t->kind = words[i].kind;
    }
    return unexpected(j, t, j->pos, "a value");
}

static pol_json_kind read_value(pol_json *j, pol_json_token *t)
{
    t->pos = j->pos;
    if (j->pos >= j->input.len)
        return unexpected(j, t, j->pos, "a value");
    switch (j->input.ptr[j->pos]) {
    case '{':
        return open_level(j, t, true);
    case '[':
        return open_level(j, t, false);
    case '"':
        return read_string(j, t, POL_JSON_STRING);
    case '-': case '0': case '1': case '2': case '3': case '4': case '5':
    case '6': case '7': case '8': case '9':
        return read_number(j, t);
    default:
        return read_word(j, t);
    }
}

/* After a whole value: what closes, a comma and what follows it, or the end. */
static pol_json_kind read_after(pol_json *j, pol_json_token *t)
{
    bool object = in_object(j), more = j->pos < j->input.len;

    if (j->depth == 0) {
        if (more)
            return fail(j, t, j->pos, "json-trailing",
                        "bytes follow the end of the value");
        return t->kind = POL_JSON_END;
    }
    if (more && j->input.ptr[j->pos] == (object ? '}' : ']'))
        return close_level(j, t);
    if (!more || j->input.ptr[j->pos] != ',')
        return unexpected(j, t, j->pos, object ? "“,” or “}”" : "“,” or “]”");
    j->pos++;
    skip_space(j);
    t->pos = j->pos;
    j->state = object ? NEXT_KEY : VALUE;
    return object ? read_key(j, t) : read_value(j, t);
}

static bool has_bom(const pol_json *j)
{
    return j->pos == 0 && pol_str_starts(j->input, POL_STR("\xef\xbb\xbf"));
}

pol_json_kind pol_json_next(pol_json *j, pol_json_token *t)
{
    memset(t, 0, sizeof(*t));
    t->text = (policy_str){ "", 0 };
    if (j->state == FAILED)
        return POL_JSON_ERROR;
    if (has_bom(j))
        return fail(j, t, 0, "json-bom",
                    "input begins with a byte order mark, which JSON forbids");
    skip_space(j);
    t->pos = t->end = j->pos;
    if (j->state == AFTER)
        return read_after(j, t);
    if (j->pos < j->input.len &&
        ((j->state == FIRST_KEY && j->input.ptr[j->pos] == '}') ||
         (j->state == FIRST_ITEM && j->input.ptr[j->pos] == ']')))
        return close_level(j, t);
    if (j->state == FIRST_KEY || j->state == NEXT_KEY)
        return read_key(j, t);
    return read_value(j, t);
}

static bool is_end(pol_json_kind kind)
{
    return kind == POL_JSON_END || kind == POL_JSON_OBJECT_END ||
           kind == POL_JSON_ARRAY_END;
}

bool pol_json_skip_rest(pol_json *j, const pol_json_token *first,
                        policy_str *raw)
{
    bool opened = first->kind == POL_JSON_OBJECT ||
                  first->kind == POL_JSON_ARRAY;
    uint32_t outside = j->depth - opened;
    pol_arena *arena = j->arena;
    pol_json_token t = *first;

    if (raw)
        *raw = (policy_str){ "", 0 };
    if (first->kind == POL_JSON_ERROR || is_end(first->kind))
        return false;
    j->arena = NULL; /* nobody reads these strings: do not copy them */
    while (j->depth > outside && t.kind != POL_JSON_ERROR)
        pol_json_next(j, &t);
    j->arena = arena;
    if (t.kind == POL_JSON_ERROR)
        return false;
    if (raw)
        *raw = (policy_str){ j->input.ptr + first->pos,
                             (size_t)(t.end - first->pos) };
    return true;
}

bool pol_json_skip(pol_json *j, policy_str *raw)
{
    pol_arena *arena = j->arena;
    pol_json_token t;

    j->arena = NULL;
    pol_json_next(j, &t);
    j->arena = arena;
    if (is_end(t.kind))
        unexpected(j, &t, (size_t)t.pos, "a value");
    return pol_json_skip_rest(j, &t, raw);
}

bool pol_json_int(policy_str digits, int64_t *out)
{
    bool minus = digits.len > 0 && digits.ptr[0] == '-';
    uint64_t max = (uint64_t)INT64_MAX + minus, v = 0;
    size_t i = minus;

    *out = 0;
    if (i == digits.len)
        return false;
    for (; i < digits.len; i++) {
        unsigned d = (unsigned)(uint8_t)digits.ptr[i] - '0';

        if (d > 9 || v > (max - d) / 10)
            return false;
        v = v * 10 + d;
    }
    /* Negated as unsigned; -2^63 has no positive counterpart. */
    *out = minus ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}
