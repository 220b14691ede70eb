/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON writer: values into a buffer whose failure sticks, so that nothing
 * here returns a status. `comma` says whether the next value or key follows
 * another one.
 */
#include <assert.h>

#include "base/json.h"
#include "base/slice.h"

/* What RFC 8259 section 7 wants escaped, U+007F, and the two separators that
 * end a line in JavaScript and break a log of one object a line. */
static bool needs_escape(uint32_t cp)
{
    return cp < 0x20 || cp == '"' || cp == '\\' || cp == 0x7f ||
           cp == 0x2028 || cp == 0x2029;
}

static policy_str escape(uint32_t cp, char scratch[8])
{
    static const char digits[] = "0123456789abcdef";
    static const char *const letters = "\b\f\n\r\t\"\\";
    const char *letter = cp && cp < 0x80 ? strchr(letters, (int)cp) : NULL;

    scratch[0] = '\\';
    if (letter) {
        scratch[1] = "bfnrt\"\\"[letter - letters];
        return (policy_str){ scratch, 2 };
    }
    scratch[1] = 'u';
    scratch[2] = digits[cp >> 12 & 15];
    scratch[3] = digits[cp >> 8 & 15];
    scratch[4] = digits[cp >> 4 & 15];
    scratch[5] = digits[cp & 15];
    return (policy_str){ scratch, 6 };
}

policy_str pol_json_piece(policy_str s, size_t *pos, char scratch[8])
{
    size_t start = *pos, before;
    bool ill_formed;
    uint32_t cp;

    assert(start < s.len);
    while (*pos < s.len) {
        before = *pos;
        cp = pol_str_next(s, pos);
        ill_formed = cp == 0xfffd && (*pos - before != 3 ||
                                      (uint8_t)s.ptr[before] != 0xef);
        if (!needs_escape(cp) && !ill_formed)
            continue;
        if (before > start) {
            *pos = before;
            break;
        }
        if (ill_formed)
            return (policy_str){ scratch, pol_cp_write(scratch, cp) };
        return escape(cp, scratch);
    }
    return (policy_str){ s.ptr + start, *pos - start };
}

static void before_value(pol_json_out *o)
{
    if (o->comma)
        pol_buf_char(o->buf, ',');
    o->comma = true;
}

static void quoted(pol_buf *b, policy_str s)
{
    char scratch[8];
    size_t pos = 0;

    pol_buf_char(b, '"');
    while (pos < s.len)
        pol_buf_str(b, pol_json_piece(s, &pos, scratch));
    pol_buf_char(b, '"');
}

void pol_json_open(pol_json_out *o, char bracket)
{
    assert(bracket == '{' || bracket == '[');
    before_value(o);
    pol_buf_char(o->buf, bracket);
    o->comma = false;
}

void pol_json_close(pol_json_out *o, char bracket)
{
    assert(bracket == '}' || bracket == ']');
    pol_buf_char(o->buf, bracket);
    o->comma = true;
}

void pol_json_key(pol_json_out *o, const char *key)
{
    pol_json_name(o, pol_str(key));
}

void pol_json_name(pol_json_out *o, policy_str key)
{
    before_value(o);
    quoted(o->buf, key);
    pol_buf_char(o->buf, ':');
    o->comma = false;
}

void pol_json_str(pol_json_out *o, policy_str s)
{
    before_value(o);
    quoted(o->buf, s);
}

void pol_json_num(pol_json_out *o, int64_t v)
{
    before_value(o);
    pol_buf_int(o->buf, v);
}

void pol_json_bool(pol_json_out *o, bool v)
{
    before_value(o);
    pol_buf_text(o->buf, v ? "true" : "false");
}

void pol_json_null(pol_json_out *o)
{
    before_value(o);
    pol_buf_text(o->buf, "null");
}

void pol_json_raw(pol_json_out *o, policy_str json)
{
    before_value(o);
    pol_buf_str(o->buf, json);
}
