/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handles of WeChat and QQ, which are known only by the word before them: 微信号
 * abc_123, 加v: abc123, qq 12345678. The span is the handle.
 */
#include <uchar.h>

#include "match/detect.h"
#include "match/detect_marks.h"
#include "match/detectors.h"

/* WeChat: 6 to 20 characters; QQ: 5 to 11 digits. Between the word and them,
 * room for 号码是:. */
enum { WECHAT_MIN = 6, WECHAT_MAX = 20, QQ_MIN = 5, QQ_MAX = 11, FILLER = 6 };

static bool is_alnum(const pol_folded *t, size_t i)
{
    uint16_t u = pol_at(t, i);

    return pol_unit_letter(u) || pol_unit_digit(u);
}

static bool is_handle(const pol_folded *t, size_t i)
{
    return is_alnum(t, i) || pol_at(t, i) == '_' || pol_at(t, i) == '-';
}

static bool is_in(uint16_t u, const char16_t *set)
{
    for (; *set; set++)
        if (u == *set)
            return true;
    return false;
}

static size_t reads(const pol_folded *t, size_t i, const char16_t *word)
{
    size_t n = 0;

    for (; word[n]; n++)
        if (pol_at(t, i + n) != word[n])
            return 0;
    return n;
}

/* Behind the first of the words at `i`, or `i`. Latin ones begin a word. */
static size_t word_end(const pol_folded *t, size_t i, const char16_t *const *w)
{
    size_t n;

    if (pol_unit_letter(pol_at(t, i)) && i > 0 && is_alnum(t, i - 1))
        return i;
    for (; *w; w++)
        if ((n = reads(t, i, *w)))
            return i + n;
    return i;
}

/* Behind 号, 是, a colon and the like at `i`. `*said`: was there more than
 * spaces? */
static size_t filler_end(const pol_folded *t, size_t i, bool *said)
{
    size_t end = i + FILLER;

    *said = false;
    for (; i < end && is_in(pol_at(t, i), u" 号码群是为:=加我的"); i++)
        *said |= pol_at(t, i) != ' ';
    if (reads(t, i, u"id") && !is_handle(t, i + 2)) {
        *said = true;
        i += 2;
        while (i < end + 2 && is_in(pol_at(t, i), u" :=是"))
            i++;
    }
    return i;
}

/* ---- WeChat ---- */

/* w or v before x, 信 behind one of its first characters, 加v, wei, wec. */
static inline pol_units8 wechat_mark(const uint16_t *u)
{
    pol_units8 a = pol_load8(u), b = pol_load8(u + 1), c = pol_load8(u + 2);
    pol_units8 w = pol_is8(a, 'w'), wv = w | pol_is8(a, 'v');
    pol_units8 wei = w & pol_is8(b, 'e') & (pol_is8(c, 'i') | pol_is8(c, 'c'));
    pol_units8 xin = pol_is8(b, 0x4fe1) &
                     (wv | pol_is8(a, 0x5fae) | pol_is8(a, 0x5a01) |
                      pol_is8(a, 0x8587));
    pol_units8 add = pol_is8(a, 0x52a0) & (pol_is8(b, 'v') | pol_is8(b, 'w'));

    return (wv & pol_is8(b, 'x')) | wei | xin | add;
}

static size_t next_wechat(const pol_folded *t, size_t i)
{
    return pol_next_mark(t, i, WECHAT_MIN + 1, wechat_mark);
}

bool pol_wechat_possible(const pol_folded *t)
{
    return next_wechat(t, 0) < t->count;
}

/* Behind the handle at `i`, or `i`. Without a word like 号 before it, it must have
 * a digit or _ to be none of the language; then no other word may follow. */
static size_t wechat_end(const pol_folded *t, size_t i, bool said)
{
    size_t end = i;
    bool marked = false;

    if (!pol_unit_letter(pol_at(t, i)))
        return i;
    for (; end - i <= WECHAT_MAX && is_handle(t, end); end++)
        marked |= !pol_unit_letter(pol_at(t, end)) && pol_at(t, end) != '-';
    if (is_handle(t, end)) /* it goes on behind its last character */
        return i;
    while (end > i && pol_at(t, end - 1) == '-')
        end--;
    if (end - i < WECHAT_MIN || end - i > WECHAT_MAX)
        return i;
    if (is_in(pol_at(t, end), u"./:@\\(=") && pol_at(t, end + 1) > ' ' &&
        pol_at(t, end + 1) < 0x80)
        return i;
    if (!marked && (!said || (pol_at(t, end) == ' ' &&
                              pol_unit_letter(pol_at(t, end + 1)))))
        return i;
    return end;
}

bool pol_find_wechat(const pol_folded *t, size_t from, pol_find *out)
{
    static const char16_t *const names[] = {
        u"微信", u"薇信", u"威信", u"v信", u"wx", u"vx", u"weixin", u"wechat",
        u"加v", u"加w", NULL
    };
    size_t i, word, start, end;
    bool said;

    for (i = from; (i = next_wechat(t, i)) < t->count; i++) {
        if ((word = word_end(t, i, names)) == i)
            continue;
        start = filler_end(t, word, &said);
        /* vxabc is one word, 微信abc are two. */
        if (start == word && is_alnum(t, word - 1))
            continue;
        end = wechat_end(t, start, said);
        if (end > start) {
            *out = (pol_find){ start, end, !said };
            return true;
        }
    }
    return false;
}

/* ---- QQ ---- */

static size_t qq_end(const pol_folded *t, size_t i)
{
    size_t end = i;

    if (pol_at(t, i) == '0')
        return i;
    while (end - i <= QQ_MAX && pol_unit_digit(pol_at(t, end)))
        end++;
    if (end - i < QQ_MIN || end - i > QQ_MAX || is_alnum(t, end) ||
        is_in(pol_at(t, end), u"元块个人年次万亿%") ||
        (is_in(pol_at(t, end), u".,-:") && pol_unit_digit(pol_at(t, end + 1))))
        return i;
    return end;
}

static inline pol_units8 qq_mark(const uint16_t *u)
{
    pol_units8 a = pol_load8(u);

    return pol_is8(a, 'q') | pol_is8(a, 0x6263) | pol_is8(a, 0x4f01); /* 扣 企 */
}

bool pol_find_qq(const pol_folded *t, size_t from, pol_find *out)
{
    static const char16_t *const names[] = { u"qq", u"扣扣", u"企鹅", NULL };
    size_t i, word, start, end;
    bool said;

    for (i = from; (i = pol_next_mark(t, i, QQ_MIN + 1, qq_mark)) < t->count;
         i++) {
        if ((word = word_end(t, i, names)) == i)
            continue;
        start = filler_end(t, word, &said);
        end = qq_end(t, start);
        if (end > start) {
            *out = (pol_find){ start, end, !said };
            return true;
        }
    }
    return false;
}
