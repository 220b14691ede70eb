/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses of the web, plain and defanged: with a scheme or www before them, or
 * a bare domain name.
 *
 * A host is a chain of labels with dots between. Dots are of three kinds: the
 * full stop; one in brackets, [.] or (dot), which nobody writes by chance; and
 * the soft ones, 。, 点 and " dot ", which end sentences and tell the time, and
 * join only ASCII labels to a well-known last one. With a scheme any chain is a
 * host. A bare one must end in a top-level domain; where that is also a word or
 * the suffix of a file (it, md), a path, brackets or a second level like com must
 * speak for it. Han is a border beside ASCII labels; labels of Han need a
 * top-level domain of Han.
 *
 * A chain that is no address is passed over as a whole, so that each unit is read
 * a fixed number of times.
 */
#include <string.h>
#include <uchar.h>

#include "base/slice.h"
#include "match/detect.h"
#include "match/detect_marks.h"
#include "match/detectors.h"
#include "text/utf8.h"

/* RFC 1035, 2.3.4; longer user names are none that a person reads. */
enum { LABEL_MAX = 63, HOST_MAX = 255, USER_MAX = 64 };

enum dot { NO_DOT, PLAIN, BRACKETED, SOFT };

struct label {
    size_t start, end;
    bool wide; /* Han or another script, else ASCII */
};

struct host {
    size_t start, end;
    size_t labels;
    struct label last, before; /* `before` the last */
    bool defanged, bracketed, cut;
};

struct url {
    size_t host, end; /* where the host begins */
    bool defanged;
};

static bool is_alnum(const pol_folded *t, size_t i)
{
    uint16_t u = pol_at(t, i);

    return pol_unit_letter(u) || pol_unit_digit(u);
}

static bool is_wide(const pol_folded *t, size_t i)
{
    return i < t->count && t->units[i] >= 0x80 &&
           (t->classes[i] == POL_CLASS_HAN || t->classes[i] == POL_CLASS_LETTER);
}

/* The length of `ascii` if it stands at `i`, or 0. */
static size_t reads(const pol_folded *t, size_t i, const char *ascii)
{
    size_t len = strlen(ascii);

    for (size_t k = 0; k < len; k++)
        if (pol_at(t, i + k) != (uint8_t)ascii[k])
            return 0;
    return len;
}

/* --- top-level domains ------------------------------------------------------- */

/* Those of countries and territories (ISO 3166-1 and what the root has beside
 * it), second letters by the first one. */
static const char *const countries[26] = {
    "cdefgilmoqrstuwxz", "abdefghijmnorstvwyz", "acdfghiklmnoruvwxyz", "ejkmoz",
    "cegrstu", "ijkmor", "abdefghilmnpqrstuwy", "kmnrtu", "delmnoqrst", "emop",
    "eghimnprwyz", "abcikrstuvy", "acdeghklmnopqrstuvwxyz", "acefgilopruz", "m",
    "aefghklmnrstwy", "a", "eosuw", "abcdeghijklmnorstuvxyz",
    "cdfghjklmnortvwz", "agksyz", "aceginu", "fs", "", "et", "amw"
};

/* Of these, what people see often and is no word and no suffix of a file, as
 * it, me, to, md, py and sh are. */
static const char *const sure[26] = {
    "eiru", "dr", "acfhnoxz", "ek", "u", "mr", "adglqr", "ku", "elor", "p",
    "hrz", "ky", "nox", "lpz", "", "hw", "a", "u", "aegu", "hkrvw", "ak",
    "cgn", "s", "", "", "a"
};

/* Sorted: bsearch would want a key of one type. */
static const char *const generic[] = {
    "academy", "agency", "app", "art", "asia", "beer", "best", "bet", "bid",
    "bio", "biz", "blog", "casa", "casino", "center", "chat", "city", "click",
    "cloud", "club", "com", "company", "cool", "cyou", "date", "design", "dev",
    "digital", "download", "edu", "email", "fan", "fans", "fit", "fun", "games",
    "gift", "gold", "gov", "group", "guru", "host", "icu", "info", "ink", "int",
    "invest", "jobs", "kim", "land", "life", "link", "live", "loan", "lol", "love",
    "ltd", "luxe", "market", "media", "men", "mil", "mobi", "money", "monster",
    "net", "network", "news", "ninja", "online", "ooo", "org", "page",
    "party", "photo", "pics", "plus", "press", "pro", "pub", "quest", "racing",
    "red", "ren", "rest", "review", "rocks", "run", "sale", "sbs", "science",
    "services", "shop", "shopping", "site", "social", "software", "space", "store",
    "stream", "studio", "support", "tech", "tel", "today", "tools", "top", "trade",
    "travel", "tube", "video", "vip", "wang", "webcam", "website", "wiki", "win",
    "work", "works", "world", "wtf", "xin", "xxx", "xyz", "yoga", "zone",
};

static const char16_t han_domains[][4] = {
    u"中国", u"公司", u"网络", u"在线", u"商城", u"我爱你", u"中文网", u"网址",
    u"网店", u"网站", u"集团", u"香港", u"台湾", u"澳门", u"商标", u"政务",
    u"公益", u"手机", u"移动", u"时尚", u"娱乐", u"购物", u"餐厅", u"健康",
    u"游戏", u"企业", u"信息", u"商店", u"广东", u"佛山", u"新加坡", u"世界",
    u"慈善", u"机构", u"招聘", u"食品",
};

enum tld { NO_TLD, WEAK, STRONG };

static int compare(const pol_folded *t, struct label l, const char *name)
{
    for (size_t i = l.start; i < l.end; i++, name++)
        if (t->units[i] != (uint8_t)*name)
            return t->units[i] < (uint8_t)*name ? -1 : 1;
    return *name ? -1 : 0;
}

static bool is_generic(const pol_folded *t, struct label l)
{
    size_t low = 0, high = sizeof(generic) / sizeof(*generic);

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare(t, l, generic[middle]);

        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

/* Of those that stand behind a soft dot. */
static bool is_known(const pol_folded *t, struct label l)
{
    return is_generic(t, l) || compare(t, l, "cn") == 0;
}

static enum tld ascii_tld(const pol_folded *t, struct label l)
{
    uint16_t first = t->units[l.start], second = pol_at(t, l.start + 1);

    if (l.wide)
        return NO_TLD;
    if (l.end - l.start != 2)
        return is_generic(t, l) || reads(t, l.start, "xn--") ? STRONG : NO_TLD;
    if (!pol_unit_letter(first) || !pol_unit_letter(second) ||
        !strchr(countries[first - 'a'], second))
        return NO_TLD;
    return strchr(sure[first - 'a'], second) ? STRONG : WEAK;
}

/* How many units of the label are a top-level domain of Han: the longest. */
static size_t han_tld(const pol_folded *t, struct label l)
{
    size_t longest = 0;

    for (size_t i = 0; l.wide && i < sizeof(han_domains) / sizeof(*han_domains);
         i++) {
        size_t n = 0;

        while (n < 4 && han_domains[i][n] && l.start + n < l.end &&
               t->units[l.start + n] == han_domains[i][n])
            n++;
        if ((n == 4 || !han_domains[i][n]) && n > longest)
            longest = n;
    }
    return longest;
}

/* --- hosts -------------------------------------------------------------------- */

/* The label at `i`; empty if there is none. ASCII: letters, digits, and hyphens
 * between them. */
static struct label read_label(const pol_folded *t, size_t i)
{
    struct label l = { i, i, is_wide(t, i) };

    if (l.wide) {
        while (is_wide(t, l.end))
            l.end++;
        return l;
    }
    for (size_t k = i; is_alnum(t, k) || (k > i && pol_at(t, k) == '-'); k++)
        if (t->units[k] != '-')
            l.end = k + 1;
    return l;
}

static size_t spaces(const pol_folded *t, size_t i)
{
    return pol_at(t, i) == ' ';
}

/* Full stop of any kind, 点 or dot; the length, or 0. */
static size_t dot_name(const pol_folded *t, size_t i)
{
    uint16_t u = pol_at(t, i);

    return u == '.' || u == 0x3002 || u == 0x70b9 ? 1 : reads(t, i, "dot");
}

/* In brackets at `i`, with a space on either side. */
static size_t bracketed_dot(const pol_folded *t, size_t i)
{
    static const char16_t brackets[][2] = { u"[]", u"()", u"{}", u"<>", u"【】",
                                            u"「」", u"〔〕" };
    size_t from = i;

    i += spaces(t, i);
    for (size_t k = 0; k < sizeof(brackets) / sizeof(*brackets); k++) {
        size_t len;

        if (pol_at(t, i) != brackets[k][0])
            continue;
        len = dot_name(t, i + 1);
        if (!len || pol_at(t, i + 1 + len) != brackets[k][1])
            return 0;
        i += len + 2;
        return i + spaces(t, i) - from;
    }
    return 0;
}

static size_t soft_dot(const pol_folded *t, size_t i)
{
    size_t before = spaces(t, i), len = dot_name(t, i + before), after;

    if (!len || pol_at(t, i + before) == '.')
        return 0;
    after = spaces(t, i + before + len);
    if (len > 1 ? !before || !after : before != after)
        return 0;
    return before + len + after;
}

static enum dot read_dot(const pol_folded *t, size_t i, size_t *len)
{
    if (pol_at(t, i) == '.') {
        *len = 1;
        return PLAIN;
    }
    if ((*len = bracketed_dot(t, i)))
        return BRACKETED;
    return (*len = soft_dot(t, i)) ? SOFT : NO_DOT;
}

static bool has_letter(const pol_folded *t, struct label l)
{
    for (size_t i = l.start; i < l.end; i++)
        if (pol_unit_letter(t->units[i]))
            return true;
    return false;
}

/* May the chain go on from `l` across the dot to `*next`? With a `marked` host,
 * which has a scheme or www before it, Han behind the last label is cut off. */
static bool goes_on(const pol_folded *t, struct label l, enum dot dot,
                    struct label *next, bool marked)
{
    size_t han;

    if (next->end == next->start)
        return false;
    if (dot == SOFT)
        return !l.wide && !next->wide && has_letter(t, l) &&
               (is_known(t, *next)
                    ? compare(t, l, "the") != 0
                    : marked && ascii_tld(t, l) == NO_TLD);
    if (!next->wide)
        return !l.wide || marked;
    han = han_tld(t, *next);
    if (marked && han)
        next->end = next->start + han;
    return l.wide || next->start + han == next->end ||
           (marked && ascii_tld(t, l) == NO_TLD);
}

/* The chain at `i`. False where there is no label, or too many for a host;
 * h->end is behind it anyway, and beyond `i` if anything was there. */
static bool read_host(const pol_folded *t, size_t i, bool marked,
                      struct host *h)
{
    struct label next = read_label(t, i);
    bool fits = next.end > i;

    *h = (struct host){ .start = i, .end = i };
    while (next.end > next.start) {
        size_t len;
        enum dot dot;

        fits = fits && next.end - next.start <= LABEL_MAX;
        h->before = h->last;
        h->last = next;
        h->end = next.end;
        h->labels++;
        dot = read_dot(t, h->end, &len);
        if (dot == NO_DOT)
            break;
        next = read_label(t, h->end + len);
        if (!goes_on(t, h->last, dot, &next, marked))
            break;
        h->defanged |= dot != PLAIN;
        h->bracketed |= dot == BRACKETED;
    }
    return fits && h->end - i <= HOST_MAX;
}

/* --- addresses with a mark ---------------------------------------------------- */

/* What may stand in a path (RFC 3986, 3.3), and does not end a sentence of
 * Chinese: full-width marks do. */
static bool is_path(const pol_folded *t, size_t i)
{
    uint16_t u = pol_at(t, i);

    if (is_alnum(t, i))
        return true;
    if (u <= ' ' || u >= 127 || !strchr("-._~:/?#[]@!$&'()*+,;=%|", u))
        return false;
    return !(t->reasons[i] & (POL_REASON_WIDTH | POL_REASON_COMPAT)) ||
           strchr("-._~/?#&=%@+", u);
}

/* Where the path at `i` ends, without what belongs to the sentence around. */
static size_t path_end(const pol_folded *t, size_t i)
{
    size_t end = i, opened = 0, closed = 0;

    if (!pol_at(t, i) || !strchr("/?#", t->units[i] < 128 ? t->units[i] : ' '))
        return i;
    for (; is_path(t, end); end++) {
        opened += t->units[end] == '(';
        closed += t->units[end] == ')';
    }
    for (; end > i; end--) {
        uint16_t u = t->units[end - 1];

        if (u == ')' && closed > opened)
            closed--;
        else if (u == ')' || !strchr(".,;:!?'*|[]~", u))
            break;
    }
    return end;
}

static size_t port_end(const pol_folded *t, size_t i)
{
    size_t digits = i + (pol_at(t, i) == ':' ? 1 : reads(t, i, "[:]")), end;

    for (end = digits; pol_unit_digit(pol_at(t, end)) && end - digits < 5;)
        end++;
    return digits > i && end > digits ? end : i;
}

/* Behind a user's name and password at `i`, or `i`. */
static size_t user_end(const pol_folded *t, size_t i)
{
    size_t k = i;

    while (k - i < USER_MAX && pol_at(t, k) != '@' && pol_at(t, k) != '/' &&
           is_path(t, k))
        k++;
    return k > i && pol_at(t, k) == '@' ? k + 1 : i;
}

/* The first of `names` that stands at `i`; the length, or 0. */
static size_t read_one(const pol_folded *t, size_t i, const char *const *names,
                       size_t count, size_t *which)
{
    for (*which = 0; *which < count; ++*which) {
        size_t len = reads(t, i, names[*which]);

        if (len)
            return len;
    }
    return 0;
}

/* Where a host behind a scheme begins, or `i`. */
static size_t scheme_end(const pol_folded *t, size_t i, bool *defanged)
{
    enum { REAL_SCHEMES = 3, REAL_COLON = 1 }; /* https http ftp :// */
    static const char *const schemes[] = {
        "https", "http", "ftp", "hxxps", "hxxp", "h**ps", "h**p", "htxps",
        "htxp", "hxtps", "hxtp", "fxp",
    };
    static const char *const colons[] = {
        ":///", "://", ":\\\\", "[:]//", "(:)//", "{:}//", "[://]", "(://)", "{://}",
        ":[//]", ": //", "[:]\\\\", ":/\\",
    };
    size_t scheme, colon, from = i, len;

    len = read_one(t, i, schemes, sizeof(schemes) / sizeof(*schemes), &scheme);
    if (!len)
        return from;
    i += len;
    len = read_one(t, i, colons, sizeof(colons) / sizeof(*colons), &colon);
    if (!len)
        return from;
    i += len;
    *defanged = scheme >= REAL_SCHEMES || colon != REAL_COLON || spaces(t, i);
    return i + spaces(t, i);
}

static bool has_tld(const pol_folded *t, const struct host *h)
{
    return h->labels > 1 && (ascii_tld(t, h->last) != NO_TLD ||
                             han_tld(t, h->last) == h->last.end - h->last.start);
}

/* Is what was read behind a scheme a host? Of one label, ASCII in its place. */
static bool is_marked_host(const pol_folded *t, const struct host *h, bool apart)
{
    if (apart)
        return has_tld(t, h);
    return h->labels > 1 || !h->last.wide;
}

static bool read_url(const pol_folded *t, size_t i, struct url *out)
{
    struct host h;
    size_t start;
    bool ok;

    if (i > 0 && is_alnum(t, i - 1))
        return false;
    *out = (struct url){ .host = i };
    start = scheme_end(t, i, &out->defanged);
    if (start > i) {
        out->host = user_end(t, start);
        ok = read_host(t, out->host, true, &h) &&
             is_marked_host(t, &h, t->units[start - 1] == ' ');
    } else {
        ok = reads(t, i, "www") && !is_alnum(t, i + 3) &&
             !(i > 0 && t->units[i - 1] == '@') &&
             read_host(t, i, true, &h) && h.labels > 2 && has_tld(t, &h) &&
             pol_at(t, h.end) != '@';
    }
    if (!ok)
        return false;
    out->defanged |= h.defanged;
    out->end = path_end(t, port_end(t, h.end));
    return true;
}

/* --- bare domains --------------------------------------------------------------- */

/* Is the label before the last a level that registries use, as in co.it? */
static bool has_second_level(const pol_folded *t, const struct host *h)
{
    static const char *const levels[] = { "com", "co", "net", "org", "gov",
                                          "edu", "ac" };

    for (size_t i = 0; h->labels > 2 && i < sizeof(levels) / sizeof(*levels); i++)
        if (compare(t, h->before, levels[i]) == 0)
            return true;
    return false;
}

/* A mailbox, a path, an identifier with _ in it, a call or an assignment. */
static bool is_part_of_other(const pol_folded *t, const struct host *h)
{
    uint16_t before = h->start > 0 ? t->units[h->start - 1] : 0;
    uint16_t after = pol_at(t, h->end);

    if (before == '@' || before == '\\' ||
        (before == '_' && h->start > 1 && is_alnum(t, h->start - 2)) ||
        (before == '/' && !(h->start > 1 && t->units[h->start - 2] == '/')))
        return true;
    if (after == '(' || after == '=')
        return !(t->reasons[h->end] & (POL_REASON_WIDTH | POL_REASON_COMPAT));
    return after == '@' || (after == '_' && is_alnum(t, h->end + 1));
}

static bool is_domain(const pol_folded *t, const struct host *h)
{
    if (h->labels < 2 || is_part_of_other(t, h))
        return false;
    if (h->last.wide)
        return has_tld(t, h) && !h->defanged;
    switch (ascii_tld(t, h->last)) {
    case STRONG:
        return true;
    case WEAK:
        return h->bracketed || has_second_level(t, h) ||
               (pol_at(t, h->end) == '/' && is_alnum(t, h->end + 1));
    case NO_TLD:
        break;
    }
    return false;
}

/* --- the scan -------------------------------------------------------------------- */

enum { MARK_SEEN = 3 };

/* A full stop with more of a name behind it, and not 。 or 、. */
static inline pol_units8 stop_mark(const uint16_t *u, uint16_t least)
{
    pol_units8 next = pol_load8(u + 1);

    return pol_is8(pol_load8(u), '.') & (pol_units8)(next >= least) &
           ~pol_in8(next, 0x3001, 0x3002);
}

/* What else a link may have: 。 or 点 before ASCII, two slashes, the word dot, and
 * (.), since ) is below the letters. */
static inline pol_units8 other_mark(const uint16_t *u)
{
    pol_units8 a = pol_load8(u), b = pol_load8(u + 1);
    pol_units8 soft = (pol_is8(a, 0x3002) | pol_is8(a, 0x70b9)) &
                      (pol_units8)(b < 0x80);
    pol_units8 slash = (pol_is8(a, '/') | pol_is8(a, '\\')) &
                       (pol_is8(b, '/') | pol_is8(b, '\\'));
    pol_units8 word = pol_is8(a, 'd') & pol_is8(b, 'o') &
                      pol_is8(pol_load8(u + 2), 't');

    return soft | slash | word | (pol_is8(a, '(') & pol_is8(b, '.'));
}

static inline pol_units8 link_mark(const uint16_t *u)
{
    return stop_mark(u, '0') | other_mark(u);
}

/* No address has nothing but digits behind its dots, unless slashes are before
 * it; none begins with a dot, or has two of them together. */
static inline pol_units8 telling_mark(const uint16_t *u)
{
    return (~pol_is8(pol_load8(u), '.') & stop_mark(u + 1, '9' + 1)) |
           other_mark(u + 1);
}

bool pol_url_possible(const pol_folded *t)
{
    return pol_next_mark(t, 0, MARK_SEEN + 1, telling_mark) < t->count;
}

/* The next mark from `i` on; the end of the text where there is none. The
 * shortest is a.cn: its dot has two units behind. */
static size_t next_mark(const pol_folded *t, size_t i)
{
    return pol_next_mark(t, i, MARK_SEEN, link_mark);
}

/* Where what the mark at `m` belongs to may begin, from `from` on: the label or
 * scheme before it, and before the bracket, space or colon between. */
static size_t before_mark(const pol_folded *t, size_t from, size_t m)
{
    static const char16_t between[] = u" :/\\[](){}<>【「〔";
    size_t i = m;

    for (size_t k = 0; i > from && m - i < 6 && between[k];)
        if (t->units[i - 1] == between[k++]) {
            i--;
            k = 0;
        }
    if (i > from && is_wide(t, i - 1)) {
        while (i > from && is_wide(t, i - 1))
            i--;
        return i;
    }
    while (i > from && (is_alnum(t, i - 1) || t->units[i - 1] == '-' ||
                        t->units[i - 1] == '*'))
        i--;
    return i;
}

/* Every dot, and what is between a scheme and its host, is a mark: nothing has
 * to be read that ends before the next one. */
static bool find(const pol_folded *t, size_t from, bool urls, pol_find *out)
{
    size_t mark = next_mark(t, from), i = before_mark(t, from, mark);

    while (mark < t->count) {
        struct host h;
        struct url u;

        if (!is_alnum(t, i) && !is_wide(t, i)) {
            i++;
        } else if (read_url(t, i, &u)) {
            if (urls) {
                *out = (pol_find){ i, u.end };
                return true;
            }
            i = u.end;
        } else {
            if (read_host(t, i, false, &h) && !urls && is_domain(t, &h)) {
                *out = (pol_find){ h.start, h.end };
                return true;
            }
            i = h.end;
        }
        if (i > mark) {
            mark = next_mark(t, i);
            i = before_mark(t, i, mark);
        }
    }
    return false;
}

bool pol_find_url(const pol_folded *t, size_t from, pol_find *out)
{
    return find(t, from, true, out);
}

bool pol_find_domain(const pol_folded *t, size_t from, pol_find *out)
{
    return find(t, from, false, out);
}

/* --- what a find names ------------------------------------------------------------ */

/* RFC 3492, 6.1. */
static uint32_t adapt(uint32_t delta, uint32_t count, bool first)
{
    uint32_t k = 0;

    delta /= first ? 700 : 2;
    for (delta += delta / count; delta > 455; k += 36)
        delta /= 35;
    return k + 36 * delta / (delta + 38);
}

/* One number of variable length, added to *i; the digits read, or 0. */
static size_t read_delta(policy_str s, size_t pos, uint32_t bias, uint32_t *i)
{
    uint32_t weight = 1;
    size_t from = pos;

    for (uint32_t k = 36; pos < s.len; k += 36) {
        uint32_t c = (uint8_t)s.ptr[pos++], digit, least;

        digit = c >= '0' && c <= '9' ? c - '0' + 26
                                     : (c | 0x20) >= 'a' && (c | 0x20) <= 'z'
                                           ? (c | 0x20) - 'a' : 36;
        least = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        if (digit > 35 || digit > (UINT32_MAX - *i) / weight)
            return 0;
        *i += digit * weight;
        if (digit < least)
            return pos - from;
        if (weight > UINT32_MAX / (36 - least))
            return 0;
        weight *= 36 - least;
    }
    return 0;
}

/* RFC 3492, 6.2. */
bool pol_punycode_decode(uint32_t out[POL_PUNYCODE_MAX], size_t *count,
                         policy_str s)
{
    uint32_t cp = 128, i = 0, bias = 72;
    size_t pos = 0, n;

    *count = 0;
    if (s.len > POL_PUNYCODE_MAX)
        return false;
    for (size_t k = 0; k < s.len; k++)
        if (s.ptr[k] == '-')
            pos = k + 1;
    for (size_t k = 0; k + 1 < pos; k++) {
        if ((uint8_t)s.ptr[k] >= 128)
            return false;
        out[(*count)++] = (uint8_t)s.ptr[k];
    }
    while (pos < s.len) {
        uint32_t old = i, room = (uint32_t)*count + 1;

        n = read_delta(s, pos, bias, &i);
        if (!n || i / room > POL_CP_MAX - cp)
            return false;
        pos += n;
        bias = adapt(i - old, room, old == 0);
        cp += i / room;
        i %= room;
        if (pol_is_surrogate(cp))
            return false;
        memmove(out + i + 1, out + i, (*count - i) * sizeof(*out));
        out[i++] = cp;
        ++*count;
    }
    return true;
}

/* What decodes to a dot, a space or a control would name another host. */
static bool is_shown(const uint32_t *cps, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (cps[i] <= 0xa0 ? !((cps[i] >= '0' && cps[i] <= '9') ||
                               (cps[i] >= 'a' && cps[i] <= 'z') || cps[i] == '-')
                           : pol_cp_unshown(cps[i]) || cps[i] == 0x3000 ||
                                 cps[i] == 0x3002 || cps[i] == 0xff0e ||
                                 cps[i] == 0xff61)
            return false;
    return true;
}

/* A label as bytes, at most four for each unit; the length. */
static size_t spell_label(char *out, const pol_folded *t, struct label l)
{
    char ascii[LABEL_MAX];
    uint32_t cps[POL_PUNYCODE_MAX];
    size_t count = 0, len = 0, i;

    if (l.end - l.start > 4 && reads(t, l.start, "xn--")) {
        for (i = l.start + 4; i < l.end; i++)
            ascii[count++] = (char)t->units[i];
        if (pol_punycode_decode(cps, &count, (policy_str){ ascii, count }) &&
            is_shown(cps, count)) {
            for (i = 0; i < count; i++)
                len += pol_utf8_put(out + len, cps[i]);
            return len;
        }
    }
    for (i = l.start; i < l.end;) {
        uint32_t cp = pol_utf16_next(t->units, l.end, &i);

        len += pol_utf8_put(out + len,
                            pol_is_surrogate(cp) ? POL_CP_REPLACEMENT : cp);
    }
    return len;
}

/* Read again as it was found: only an address with a mark was read as one. */
static bool read_again(const pol_folded *t, size_t start, size_t end,
                       struct host *h, bool *defanged)
{
    struct url u;
    bool marked = read_url(t, start, &u) && u.end <= end;

    if (!read_host(t, marked ? u.host : start, marked, h) || h->end > end)
        return false;
    *defanged = marked ? u.defanged : h->defanged;
    return true;
}

policy_status pol_url_host(char *buf, size_t cap, size_t *len,
                           const pol_folded *t, size_t start, size_t end)
{
    char spelled[4 * LABEL_MAX];
    bool defanged;
    struct host h;

    *len = 0;
    if (!read_again(t, start, end, &h, &defanged))
        return POLICY_OK;
    for (size_t i = h.start, dot; i < h.end; i += dot) {
        struct label l = read_label(t, i);
        size_t n;

        if (l.end > h.end) /* Han was cut off */
            l.end = h.end;
        n = spell_label(spelled, t, l);
        if (n + 1 > cap - *len || *len > cap) {
            *len = 0;
            return POLICY_ELIMIT;
        }
        if (*len)
            buf[(*len)++] = '.';
        memcpy(buf + *len, spelled, n);
        *len += n;
        i = l.end;
        dot = 0;
        if (i < h.end)
            read_dot(t, i, &dot);
    }
    return POLICY_OK;
}

bool pol_url_defanged(const pol_folded *t, size_t start, size_t end)
{
    bool defanged;
    struct host h;

    return read_again(t, start, end, &h, &defanged) && defanged;
}
