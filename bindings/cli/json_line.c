/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON lines of those commands whose results the library does not write.
 */
#include <utf8proc.h>

#include "cli.h"

/* RFC 8259, 7: these have a letter; other controls are written as numbers. */
static const char *escape(unsigned char b)
{
    switch (b) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\b': return "\\b";
    case '\f': return "\\f";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: return NULL;
    }
}

void cli_json_string(FILE *out, policy_str s)
{
    size_t pos = 0;

    fputc('"', out);
    while (pos < s.len) {
        unsigned char b = (unsigned char)s.ptr[pos];
        const char *short_form = escape(b);
        utf8proc_int32_t cp;
        utf8proc_ssize_t n;

        if (b < 0x80) {
            if (short_form)
                fputs(short_form, out);
            else if (b < 0x20 || b == 0x7f)
                fprintf(out, "\\u%04x", b);
            else
                fputc(b, out);
            pos++;
            continue;
        }
        n = utf8proc_iterate((const utf8proc_uint8_t *)s.ptr + pos,
                             (utf8proc_ssize_t)(s.len - pos), &cp);
        if (n > 0)
            fwrite(s.ptr + pos, 1, (size_t)n, out);
        else
            fputs("\xef\xbf\xbd", out);
        pos += n > 0 ? (size_t)n : 1;
    }
    fputc('"', out);
}

void cli_json_member(FILE *out, bool first, const char *key, policy_str value)
{
    fprintf(out, "%s\"%s\":", first ? "" : ",", key);
    cli_json_string(out, value);
}

void cli_json_count(FILE *out, const char *key, uint64_t value)
{
    fprintf(out, ",\"%s\":%llu", key, (unsigned long long)value);
}
