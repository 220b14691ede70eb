/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A word is a row of characters; most disguises give each another form or put
 * something between two of them. Where a view has a rule of what it admits (how
 * many characters a gap asks for, what must stand beside it), the maker keeps to
 * it: what is beyond is left alone on purpose, and no disguise that holds.
 */
#include "text/evasion.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/sort.h"
#include "text/pinyin.h"
#include "text/skeleton_tables.h"
#include "text/splits.h"
#include "text/utf8.h"

enum {
    CHARS_MAX = 64,     /* a longer word is left as it is */
    FORMS_TO = 0x20000, /* beyond are rare Han, tags and selectors */
    IDEOGRAPHS = 0x2F800, IDEOGRAPHS_END = 0x2FA20, /* compatibility */
    TRIES = 64          /* characters of one sound that are tried */
};

/* A character that the fold makes `plain` for this reason alone; or, of
 * PINYIN, a Han whose usual reading is `plain`. */
typedef struct form {
    uint32_t reason;
    uint32_t plain, cp;
} form;

struct pol_evader {
    policy_allocator allocator;
    form *forms;
    size_t count, cap;
    pol_folded folded, other;
    pol_buf text;
};

/* A word in its text. */
typedef struct word {
    policy_str text;
    size_t start, end;
    uint32_t cps[CHARS_MAX];
    size_t count;
    size_t han, letters, digits; /* so many of them; the rest is neither */
} word;

/* --- forms -------------------------------------------------------------------- */

static bool push(pol_evader *e, uint32_t reason, uint32_t plain, uint32_t cp)
{
    if (!pol_grow(&e->allocator, (void **)&e->forms, &e->cap, e->count + 1,
                  sizeof(*e->forms)))
        return false;
    e->forms[e->count++] = (form){ reason, plain, cp };
    return true;
}

static bool is_one_bit(uint32_t x)
{
    return x && !(x & (x - 1));
}

static policy_status add_form(pol_evader *e, uint32_t cp, policy_error *err)
{
    pol_folded *f = &e->folded;
    char utf8[4];
    policy_status st = pol_fold(
        f, (policy_str){ utf8, pol_utf8_put(utf8, cp) }, err);

    if (st || f->count != 1)
        return st;
    if (f->units[0] != cp && is_one_bit(f->reasons[0]) &&
        !push(e, f->reasons[0], f->units[0], cp))
        return pol_error_oom(err);
    if (f->units[0] == cp && f->classes[0] == POL_CLASS_HAN &&
        pol_pinyin((uint16_t)cp) &&
        !push(e, POL_REASON_PINYIN, pol_pinyin((uint16_t)cp), cp))
        return pol_error_oom(err);
    return POLICY_OK;
}

static int compare_forms(const void *pa, const void *pb)
{
    const form *a = pa, *b = pb;

    if (a->reason != b->reason)
        return a->reason < b->reason ? -1 : 1;
    if (a->plain != b->plain)
        return a->plain < b->plain ? -1 : 1;
    return (a->cp > b->cp) - (a->cp < b->cp);
}

static size_t lower_bound(const pol_evader *e, const form *key)
{
    size_t lo = 0, hi = e->count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (compare_forms(&e->forms[mid], key) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* The forms of `plain`, `*count` of them. */
static const form *forms_of(const pol_evader *e, uint32_t reason,
                            uint32_t plain, size_t *count)
{
    size_t from = lower_bound(e, &(form){ reason, plain, 0 });
    size_t to = lower_bound(e, &(form){ reason, plain, UINT32_MAX });

    *count = to - from;
    return e->forms + from;
}

policy_status pol_evader_new(pol_evader **out, const policy_allocator *a,
                             policy_error *err)
{
    policy_allocator own = pol_allocator_or_default(a);
    pol_evader *e = pol_calloc(&own, 1, sizeof(*e));
    policy_status st = POLICY_OK;

    *out = NULL;
    if (!e)
        return pol_error_oom(err);
    e->allocator = own;
    pol_folded_init(&e->folded, &e->allocator);
    pol_folded_init(&e->other, &e->allocator);
    pol_buf_init(&e->text, &e->allocator, POL_FOLD_MAX);
    for (uint32_t cp = ' '; !st && cp < FORMS_TO; cp++)
        if (!pol_is_surrogate(cp))
            st = add_form(e, cp, err);
    for (uint32_t cp = IDEOGRAPHS; !st && cp < IDEOGRAPHS_END; cp++)
        st = add_form(e, cp, err);
    if (st) {
        pol_evader_free(e);
        return st;
    }
    pol_sort(e->forms, e->count, sizeof(*e->forms), compare_forms);
    *out = e;
    return POLICY_OK;
}

void pol_evader_free(pol_evader *e)
{
    policy_allocator a;

    if (!e)
        return;
    a = e->allocator;
    pol_free(&a, e->forms, e->cap * sizeof(*e->forms));
    pol_folded_fini(&e->folded);
    pol_folded_fini(&e->other);
    pol_buf_fini(&e->text);
    pol_free(&a, e, sizeof(*e));
}

/* --- words -------------------------------------------------------------------- */

static bool is_letter(uint32_t cp)
{
    return (cp | 32) >= 'a' && (cp | 32) <= 'z';
}

static bool is_digit(uint32_t cp)
{
    return cp >= '0' && cp <= '9';
}

/* Those of which the tables tell; a pair is not among them. */
static bool is_han(uint32_t cp)
{
    return cp >= 0x3400 && cp < 0xA000;
}

/* C0, C1: of no word, and no code is read as one. */
static bool is_control(uint32_t cp)
{
    return cp < ' ' || (cp >= 0x7F && cp < 0xA0);
}

static bool read_word(word *w, policy_str text, size_t start, size_t end)
{
    policy_str s = { text.ptr + start, end - start };

    *w = (word){ .text = text, .start = start, .end = end };
    for (size_t pos = 0; pos < s.len;) {
        uint32_t cp;
        bool good;

        pos = pol_utf8_next(s, pos, &cp, &good);
        if (!good || is_control(cp) || w->count == CHARS_MAX)
            return false;
        w->cps[w->count++] = cp;
        w->han += is_han(cp);
        w->letters += is_letter(cp);
        w->digits += is_digit(cp);
    }
    return w->count > 0;
}

static uint32_t before(const word *w)
{
    uint32_t cp = 0;
    bool good;

    if (w->start)
        pol_utf8_next(w->text, pol_utf8_prev(w->text, w->start), &cp, &good);
    return cp;
}

static uint32_t behind(const word *w)
{
    uint32_t cp = 0;
    bool good;

    if (w->end < w->text.len)
        pol_utf8_next(w->text, w->end, &cp, &good);
    return cp;
}

/* Of no letter, digit or mark on either side: nothing goes on with the word. */
static bool stands_free(const word *w)
{
    uint32_t a = before(w), b = behind(w);

    return (a < 0x80 || a >= 0x2000) && (b < 0x80 || b >= 0x2000) &&
           !is_letter(a) && !is_digit(a) && !is_letter(b) && !is_digit(b);
}

static void put(pol_buf *b, uint32_t cp)
{
    char utf8[4];

    pol_buf_add(b, utf8, pol_utf8_put(utf8, cp));
}

/* The text with `bytes` for the word, folded; ENOMEM. */
static policy_status fold_with(pol_evader *e, pol_folded *f, const word *w,
                               policy_str bytes, policy_error *err)
{
    pol_buf_reset(&e->text);
    pol_buf_add(&e->text, w->text.ptr, w->start);
    pol_buf_str(&e->text, bytes);
    pol_buf_add(&e->text, w->text.ptr + w->end, w->text.len - w->end);
    if (e->text.status)
        return pol_error_oom(err);
    return pol_fold(f, pol_buf_slice(&e->text), err);
}

/* --- makers ------------------------------------------------------------------- */

typedef struct making {
    pol_evader *e;
    const pol_evasion *how;
    const word *w;
    pol_buf *out;
    policy_error *err;
    policy_status status;
} making;

/* Each writes all of the word; false: it is none for this disguise. */
typedef bool maker(making *m);

/* All characters that have a form, each another one of its forms. */
static bool make_forms(making *m)
{
    bool any = false;

    for (size_t i = 0; i < m->w->count; i++) {
        uint32_t cp = m->w->cps[i];
        size_t count;
        const form *f = forms_of(m->e, m->how->reason,
                                 is_letter(cp) ? cp | 32 : cp, &count);
        uint32_t other = count ? f[(3 * i + 1) % count].cp : cp;

        put(m->out, other);
        any = any || other != cp;
    }
    return any;
}

static void put_between(making *m, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < m->w->count; i++) {
        if (i)
            pol_buf_text(m->out, parts[(i - 1) % count]);
        put(m->out, m->w->cps[i]);
    }
}

#define PUT_BETWEEN(m, ...)                                                   \
    put_between(m, (const char *const[]){ __VA_ARGS__ },                      \
                sizeof((const char *const[]){ __VA_ARGS__ }) /                \
                    sizeof(const char *))

static bool make_marks(making *m)
{
    PUT_BETWEEN(m, "\u0336", "\u0301", "\u0308\u0323");
    return m->w->count > 1;
}

static bool make_zero_width(making *m)
{
    PUT_BETWEEN(m, "\u200b", "\u200c");
    return m->w->count > 1;
}

static bool make_hidden(making *m)
{
    PUT_BETWEEN(m, "\u00ad", "\u2060", "\ufeff", "\u202c");
    return m->w->count > 1;
}

/* Behind a digit they may be an emoji's own. */
static bool make_selectors(making *m)
{
    PUT_BETWEEN(m, "\ufe00", "\U000e0100");
    return m->w->count > 1 && m->w->han == m->w->count;
}

/* A gap of symbols: of Han anywhere; of letters, where none goes on beside the
 * word; of digits never, since 6-4 is a score. */
static bool takes_gaps(const word *w)
{
    return w->count > 1 && !w->digits && w->han + w->letters == w->count &&
           (!w->letters || stands_free(w));
}

static bool make_symbols(making *m)
{
    PUT_BETWEEN(m, "*", "★", "_");
    return takes_gaps(m->w);
}

static bool make_dots(making *m)
{
    PUT_BETWEEN(m, "·", "•");
    return takes_gaps(m->w) && !m->w->letters;
}

static bool make_emoji(making *m)
{
    PUT_BETWEEN(m, "😀", "🔥");
    return takes_gaps(m->w);
}

static bool make_spaces(making *m)
{
    PUT_BETWEEN(m, " ", "\u3000");
    return takes_gaps(m->w) && !m->w->letters && m->w->count > 2;
}

static bool make_commas(making *m)
{
    PUT_BETWEEN(m, "，", "、");
    return takes_gaps(m->w) && !m->w->letters && m->w->count > 3;
}

static bool make_alone(making *m)
{
    PUT_BETWEEN(m, " ");
    return m->w->count > 1 && m->w->letters == m->w->count;
}

/* --- look-alikes */

/* i is l in every skeleton. */
static uint16_t skeleton_of(uint32_t cp)
{
    return cp == 'i' ? 'l' : (uint16_t)cp;
}

/* The last that is taken for `cp`, of another script or rarer; 0: none. */
static uint32_t alike(uint32_t cp)
{
    uint32_t found = 0;

    for (size_t i = 0; i < pol_skeleton_pair_count; i++) {
        const pol_skeleton_pair *p = &pol_skeleton_pairs[i];

        if (p->to < 0x80 ? is_letter(cp) && skeleton_of(p->to) == skeleton_of(cp)
                         : p->to == cp)
            found = p->from;
    }
    return found;
}

/* All letters but the first: a word of none of its own is honest in another
 * script. */
static bool make_homoglyphs(making *m)
{
    bool kept = false, any = false;

    for (size_t i = 0; i < m->w->count; i++) {
        uint32_t cp = m->w->cps[i];
        uint32_t other = kept && is_letter(cp) ? alike(cp | 32) : 0;

        kept = kept || is_letter(cp);
        any = any || other;
        put(m->out, other ? other : cp);
    }
    return any;
}

static bool make_rare(making *m)
{
    bool any = false;

    for (size_t i = 0; i < m->w->count; i++) {
        uint32_t cp = m->w->cps[i], other = is_han(cp) ? alike(cp) : 0;

        any = any || other;
        put(m->out, other ? other : cp);
    }
    return any;
}

static uint32_t leet_of(uint32_t cp)
{
    static const char letters[] = "aeiost", digits[] = "431057";
    const char *at = cp < 0x80 && cp ? strchr(letters, (int)cp) : NULL;

    return at ? (uint32_t)digits[at - letters] : 0;
}

/* One, between letters: those at the ends may be a number's. */
static bool make_leet(making *m)
{
    const uint32_t *cps = m->w->cps;
    bool any = false;

    for (size_t i = 0; i < m->w->count; i++) {
        bool inner = !any && i > 0 && i + 1 < m->w->count && leet_of(cps[i]) &&
                     is_letter(cps[i - 1]) && is_letter(cps[i + 1]);

        put(m->out, inner ? leet_of(cps[i]) : cps[i]);
        any = any || inner;
    }
    return any;
}

/* --- repeats, codes */

/* Han twice, letters three times: seldom repeated so by honest people. One
 * character alone might be. */
static bool make_repeats(making *m)
{
    uint32_t first = m->w->cps[0], last = m->w->cps[m->w->count - 1];

    for (size_t i = 0; i < m->w->count; i++) {
        uint32_t cp = m->w->cps[i];

        for (int n = is_letter(cp) ? 3 : is_han(cp) ? 2 : 1; n > 0; n--)
            put(m->out, cp);
    }
    return m->w->han + m->w->letters > 1 && before(m->w) != first &&
           behind(m->w) != last;
}

/* Of signs alone a code may be read otherwise. */
static bool is_plain(const word *w)
{
    return w->han + w->letters + w->digits == w->count;
}

static bool make_percent(making *m)
{
    for (size_t i = m->w->start; i < m->w->end; i++)
        pol_buf_fmt(m->out, "%%%02X",
                    (unsigned)(unsigned char)m->w->text.ptr[i]);
    return m->w->han > 0 && is_plain(m->w) && stands_free(m->w);
}

static bool make_entities(making *m)
{
    for (size_t i = 0; i < m->w->count; i++)
        pol_buf_fmt(m->out, i % 2 ? "&#x%X;" : "&#%u;",
                    (unsigned)m->w->cps[i]);
    return is_plain(m->w);
}

/* RFC 4648, 5. */
static bool is_base64_sign(uint32_t cp)
{
    return cp && cp < 0x80 && strchr("+/-_=", (int)cp);
}

/* RFC 4648, 4. Of fewer bytes it looks like many a word; with one Han, like the
 * chance find of a number that nobody wrote (decode.c). */
static bool make_base64(making *m)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
                                 "uvwxyz0123456789+/";
    const char *s = m->w->text.ptr + m->w->start;
    size_t len = m->w->end - m->w->start;

    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i < 3 ? len - i : 3;
        uint32_t group = 0;

        for (size_t k = 0; k < 3; k++)
            group = group << 8 | (k < left ? (unsigned char)s[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            pol_buf_char(m->out, k <= left
                                     ? digits[group >> (18 - 6 * k) & 63] : '=');
    }
    return len >= 12 && m->w->han >= 2 && is_plain(m->w) && stands_free(m->w) &&
           !is_base64_sign(before(m->w)) && !is_base64_sign(behind(m->w));
}

/* --- numbers */

static bool is_number(const word *w)
{
    return w->digits == w->count && w->count >= 7;
}

static bool put_digits(making *m, const char *const names[10])
{
    for (size_t i = 0; i < m->w->count; i++)
        if (is_digit(m->w->cps[i]))
            pol_buf_text(m->out, names[m->w->cps[i] - '0']);
    return is_number(m->w);
}

static bool make_numerals(making *m)
{
    static const char *const names[10] = { "零", "一", "二", "三", "四",
                                           "五", "六", "七", "八", "九" };

    return put_digits(m, names);
}

static bool make_accounting(making *m)
{
    static const char *const names[10] = { "零", "壹", "贰", "叁", "肆",
                                           "伍", "陆", "柒", "捌", "玖" };

    return put_digits(m, names);
}

/* o and l, inside and never twice in a row, so that enough digits are left. */
static bool make_letters(making *m)
{
    const uint32_t *cps = m->w->cps;
    size_t last = 0;

    for (size_t i = 0; i < m->w->count; i++) {
        bool inner = i > last + 1 && i + 1 < m->w->count && cps[i] <= '1';

        put(m->out, inner ? (cps[i] == '0' ? 'o' : 'l') : cps[i]);
        if (inner)
            last = i;
    }
    return is_number(m->w) && last;
}

/* --- sounds and spellings */

/* Does the view of sounds admit the word with `other` at `place`, where it
 * stands? */
static bool admits(making *m, size_t place, uint32_t other)
{
    const word *w = m->w;
    pol_folded *f = &m->e->folded, *term = &m->e->other;
    size_t first = 0;

    pol_buf_reset(m->out);
    for (size_t i = 0; i < w->count; i++)
        put(m->out, i == place ? other : w->cps[i]);
    m->status = fold_with(m->e, f, w, pol_buf_slice(m->out), m->err);
    if (!m->status)
        m->status = pol_fold(term, (policy_str){ w->text.ptr + w->start,
                                                 w->end - w->start }, m->err);
    if (m->status)
        return false;
    while (first < f->count && f->starts[first] < w->start)
        first++;
    return first + term->count <= f->count &&
           pol_pinyin_admits(f, first, first + term->count, term->units,
                             POL_PINYIN_STRICT);
}

/* Another Han of the same sound and tone for that at `place`; 0: none. */
static uint32_t homophone(making *m, size_t place)
{
    uint32_t cp = m->w->cps[place];
    size_t count;
    const form *f = forms_of(m->e, POL_REASON_PINYIN,
                             pol_pinyin((uint16_t)cp), &count);

    for (size_t i = 0; i < count && i < TRIES && !m->status; i++)
        if (f[i].cp != cp && admits(m, place, f[i].cp))
            return f[i].cp;
    return 0;
}

static bool make_homophone(making *m)
{
    const word *w = m->w;
    uint32_t other = 0;

    if (w->han != w->count || w->count < 3)
        return false;
    for (size_t i = 0; i < w->count && !other && !m->status; i++)
        other = homophone(m, i);
    return other != 0; /* what was admitted stands there */
}

static bool make_spelled(making *m)
{
    for (size_t i = 0; i < m->w->count; i++) {
        uint32_t cp = m->w->cps[i];
        uint16_t reading = is_han(cp) ? pol_pinyin((uint16_t)cp) : 0;

        if (!reading)
            return false;
        if (i)
            pol_buf_char(m->out, ' ');
        pol_buf_text(m->out, pol_pinyin_spelling(POL_PINYIN_ID(reading)));
    }
    return stands_free(m->w);
}

static bool make_split(making *m)
{
    bool any = false;

    for (size_t i = 0; i < m->w->count; i++) {
        uint32_t cp = m->w->cps[i];
        const pol_split *split = NULL;

        if (any || !is_han(cp) || !pol_splits_of(&split, (uint16_t)cp)) {
            put(m->out, cp);
            continue;
        }
        put(m->out, split->parts[0]);
        put(m->out, split->parts[1]);
        any = true;
    }
    return any;
}

static bool make_reversed(making *m)
{
    const word *w = m->w;
    bool same = true;

    for (size_t i = w->count; i-- > 0;) {
        put(m->out, w->cps[i]);
        same = same && w->cps[i] == w->cps[w->count - 1 - i];
    }
    return w->han == w->count && !same;
}

/* --- all of them -------------------------------------------------------------- */

#define FORM(name, reason, addresses) \
    { name, POL_REASON_##reason, POL_EVADES_FOLD, false, addresses, 0 }
#define MADE(name, reason, by) \
    { name, POL_REASON_##reason, POL_EVADES_##by, false, false, 0 }
#define APART(name, alone, gap) \
    { name, POL_REASON_SEPARATOR, POL_EVADES_SQUEEZE, alone, false, gap }

/* ORDER EVASION */
const pol_evasion pol_evasions[] = {
    FORM("capitals", CASE, true),
    FORM("full-width", WIDTH, true),
    FORM("compatibility", COMPAT, false),
    FORM("traditional", TRADITIONAL, false),
    FORM("variants", VARIANT, false),
    FORM("styled", STYLED, false),
    FORM("other-digits", DIGIT, false),
    FORM("accents", MARK, false),
    FORM("marks", MARK, false),
    FORM("zero-width", IGNORABLE, true),
    FORM("hidden", IGNORABLE, true),
    FORM("selectors", IGNORABLE, false),
    APART("symbols", false, POL_GAP_SYMBOL),
    APART("dots", false, POL_GAP_SYMBOL),
    APART("emoji", false, POL_GAP_SYMBOL),
    APART("spaces", false, POL_GAP_SPACE),
    APART("commas", false, POL_GAP_CLAUSE),
    APART("letters-apart", true, POL_GAP_SPACE),
    MADE("homoglyphs", HOMOGLYPH, SKELETON),
    MADE("rare-han", RARE, SKELETON),
    MADE("leet", LEET, SKELETON),
    MADE("repeated", REPEAT, COLLAPSE),
    MADE("homophone", PINYIN, PINYIN),
    MADE("percent", ENCODED, DECODE),
    MADE("entities", ENCODED, DECODE),
    MADE("base64", ENCODED, DECODE),
    MADE("numerals", NUMERAL, NUMERALS),
    MADE("accounting", NUMERAL, NUMERALS),
    MADE("letters", NUMERAL, NUMERALS),
    MADE("spelled", SPELLED, SPELLING),
    MADE("split", SPLIT, SPELLING),
    MADE("reversed", REVERSED, SPELLING),
};
const size_t pol_evasion_count = sizeof(pol_evasions) / sizeof(*pol_evasions);

/* ORDER EVASION */
static maker *const makers[] = {
    make_forms, make_forms, make_forms, make_forms, make_forms, make_forms,
    make_forms, make_forms, make_marks, make_zero_width, make_hidden,
    make_selectors, make_symbols, make_dots, make_emoji, make_spaces,
    make_commas, make_alone, make_homoglyphs, make_rare, make_leet,
    make_repeats, make_homophone, make_percent, make_entities, make_base64,
    make_numerals, make_accounting, make_letters, make_spelled, make_split,
    make_reversed,
};
_Static_assert(sizeof(makers) / sizeof(*makers) ==
                   sizeof(pol_evasions) / sizeof(*pol_evasions),
               "a maker for each");

/* A form that joins what stands beside it is another word. */
static bool folds_alike(making *m)
{
    const word *w = m->w;
    pol_folded *a = &m->e->folded, *b = &m->e->other;
    policy_str plain = { w->text.ptr + w->start, w->end - w->start };

    m->status = fold_with(m->e, a, w, plain, m->err);
    if (!m->status)
        m->status = fold_with(m->e, b, w, pol_buf_slice(m->out), m->err);
    return !m->status && a->count == b->count &&
           memcmp(a->units, b->units, a->count * sizeof(*a->units)) == 0;
}

policy_status pol_evade(pol_evader *e, size_t number, policy_str text,
                        size_t start, size_t end, pol_buf *out, bool *changed,
                        policy_error *err)
{
    word w;
    making m = { e, &pol_evasions[number], &w, out, err, POLICY_OK };

    *changed = false;
    pol_buf_reset(out);
    if (!read_word(&w, text, start, end))
        return POLICY_OK;
    *changed = makers[number](&m);
    if (out->status)
        return pol_error_oom(err);
    if (*changed && m.how->by == POL_EVADES_FOLD)
        *changed = folds_alike(&m);
    return m.status;
}
