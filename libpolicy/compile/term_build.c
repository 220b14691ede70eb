/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One term of a list into the patterns that find it.
 *
 * A term has spellings: its own; its aliases; and, where it or its list asks for
 * them, one of its characters in two parts, all of it backwards, and the letters
 * of its pinyin. Each spelling is one pattern over the folded text and what is
 * made of it by leaving out. A view that writes text anew (look-alikes replaced,
 * repeats collapsed, sounds) writes the spelling anew by the same function, and
 * where that differs it is one more pattern, which counts in this view only.
 *
 * Spellings are made of the folded units, as UTF-8, and folded again: so they
 * are what the fold makes of a text that is written so.
 */
#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"
#include "base/sort.h"
#include "compile/build.h"
#include "text/collapse.h"
#include "text/pinyin.h"
#include "text/skeleton.h"
#include "text/splits.h"
#include "text/utf8.h"

enum {
    /* Two characters backwards, and two syllables, are other words too often:
     * they must be asked for by the term itself. */
    REVERSED_MIN = 4,
    SYLLABLES_MIN = 3,
    ASKED_MIN = 2,
    /* Such numbers stand in every other message: times, rooms, prices. */
    DIGITS_SHORT = 3,
    /* Views that leave out or look again, and write nothing anew. */
    PLAIN_VIEWS = POL_VIEW_SQUEEZED | POL_VIEW_DECODED,
    ALL_VIEWS = PLAIN_VIEWS | POL_VIEW_SKELETON | POL_VIEW_COLLAPSED
};

typedef struct spelling {
    pol_spellings *s;
    const pol_word *word;
    unsigned count; /* so far */
    policy_error *err;
} spelling;

uint32_t pol_list_term_flags(const pol_list_term *t)
{
    uint32_t flags = t->strictness == POL_STRICT_EXACT    ? POL_TERM_EXACT
                     : t->strictness == POL_STRICT_FOLDED ? POL_TERM_FOLDED
                                                          : 0u;

    return flags | (uint32_t)t->options << POL_TERM_OPTIONS |
           (uint32_t)t->separators << POL_TERM_SEPARATORS;
}

policy_status pol_spellings_init(pol_spellings *s, const policy_allocator *a,
                                 const policy_limits *limits,
                                 policy_error *err)
{
    policy_status st;

    memset(s, 0, sizeof(*s));
    s->allocator = *a;
    s->limits = *limits;
    pol_folded_init(&s->folded, &s->allocator);
    pol_folded_init(&s->made, &s->allocator);
    pol_overlay_init(&s->skeleton, &s->allocator);
    pol_squeezed_init(&s->collapsed, &s->allocator);
    pol_buf_init(&s->text, &s->allocator, POL_FOLD_MAX);
    st = policy_pattern_set_new(&s->patterns, a, err);
    return st;
}

static void index_fini(pol_alias_index *x, const policy_allocator *a)
{
    pol_free(a, x->runs, x->run_cap * sizeof(*x->runs));
    pol_free(a, x->units, x->unit_cap * sizeof(*x->units));
    pol_free(a, x->hits, x->hit_cap * sizeof(*x->hits));
}

void pol_spellings_fini(pol_spellings *s)
{
    policy_pattern_set_free(s->patterns);
    if (!s->allocator.resize)
        return;
    pol_free(&s->allocator, s->terms, s->cap * sizeof(*s->terms));
    pol_free(&s->allocator, s->literals,
             s->literal_cap * sizeof(*s->literals));
    pol_folded_fini(&s->folded);
    pol_folded_fini(&s->made);
    index_fini(&s->index, &s->allocator);
    pol_overlay_fini(&s->skeleton);
    pol_squeezed_fini(&s->collapsed);
    pol_buf_fini(&s->text);
    memset(s, 0, sizeof(*s));
}

/* --- patterns -------------------------------------------------------------- */

static uint8_t views_of(const pol_word *w, unsigned views)
{
    uint32_t separators = w->flags >> POL_TERM_SEPARATORS;

    if (!pol_is_disguised(w->flags))
        return 0;
    if (separators == POL_SEPARATORS_NONE)
        views &= ~(unsigned)POL_VIEW_SQUEEZED;
    return (uint8_t)views;
}

static policy_status add_pattern(spelling *p, const pol_folded *f,
                                 policy_str bytes, uint32_t how, unsigned may,
                                 unsigned must)
{
    const pol_word *w = p->word;
    pol_spellings *s = p->s;
    pol_term *t;
    policy_status st;

    if (!pol_grow(&s->allocator, (void **)&s->terms, &s->cap, s->count + 1,
                  sizeof(*s->terms)))
        return pol_error_oom(p->err);
    st = pol_pattern_set_add_folded(s->patterns, f, bytes, (uint32_t)s->count,
                                    w->flags & POL_TERM_MATCHER, p->err);
    if (st)
        return st;
    t = &s->terms[s->count++];
    *t = (pol_term){
        .list = w->list, .word = w->number, .how = how,
        .may = views_of(w, may), .must = (uint8_t)must,
        .separators = (uint8_t)(w->flags >> POL_TERM_SEPARATORS),
        .allowed = w->allowed,
        .boundary = w->flags >> POL_TERM_OPTIONS & POL_OPTION_BOUNDARY ||
                    w->common & POL_OPTION_BOUNDARY,
        .exact = w->flags & POL_TERM_EXACT
    };
    s->views |= t->may | t->must;
    if (f->count > s->longest)
        s->longest = (uint32_t)f->count;
    return POLICY_OK;
}

/* The units of `f` behind their number. */
static policy_status keep_literal(spelling *p, const pol_folded *f,
                                  uint32_t *at)
{
    pol_spellings *s = p->s;

    if (f->count > UINT16_MAX)
        return pol_error_limit(p->err, "term_bytes", UINT16_MAX);
    if (!pol_grow(&s->allocator, (void **)&s->literals, &s->literal_cap,
                  s->literal_count + f->count + 1, sizeof(*s->literals)))
        return pol_error_oom(p->err);
    *at = (uint32_t)s->literal_count;
    s->literals[s->literal_count++] = (uint16_t)f->count;
    memcpy(s->literals + s->literal_count, f->units,
           f->count * sizeof(*s->literals));
    s->literal_count += f->count;
    return POLICY_OK;
}

static bool differs(const pol_folded *a, const pol_folded *b)
{
    return a->count != b->count ||
           memcmp(a->units, b->units, a->count * sizeof(*a->units)) != 0;
}

/* The pattern for `f` with its repeats collapsed, where that is another one. */
static policy_status add_collapsed(spelling *p, const pol_folded *f,
                                   policy_str bytes, uint32_t how,
                                   unsigned views)
{
    pol_squeezed *out = &p->s->collapsed;
    pol_collapsed_term what;
    uint32_t literal = 0;
    policy_status st = pol_collapse_term(out, &what, f, p->err);

    if (st || what != POL_TERM_COLLAPSED)
        return st;
    views |= POL_VIEW_COLLAPSED;
    st = keep_literal(p, f, &literal);
    if (!st)
        st = add_pattern(p, &out->text, bytes, how, PLAIN_VIEWS | views, views);
    if (!st)
        p->s->terms[p->s->count - 1].literal = literal;
    return st;
}

/* The patterns by which the views that write anew find `f`. */
static policy_status add_rewritten(spelling *p, const pol_folded *f,
                                   policy_str bytes, uint32_t how)
{
    const pol_folded *skeleton = &p->s->skeleton.text;
    policy_status st = add_collapsed(p, f, bytes, how, 0);

    if (!st)
        st = pol_skeleton_term(&p->s->skeleton, f, bytes, p->err);
    if (st || !differs(skeleton, f))
        return st;
    st = add_pattern(p, skeleton, bytes, how,
                     PLAIN_VIEWS | POL_VIEW_SKELETON | POL_VIEW_COLLAPSED,
                     POL_VIEW_SKELETON);
    return st ? st
              : add_collapsed(p, skeleton, bytes, how, POL_VIEW_SKELETON);
}

/* Is there room for one more spelling? */
static bool has_room(spelling *p)
{
    bool room = p->count < POL_SPELLINGS_MAX;

    p->s->left_out += !room;
    return room;
}

/* What stands in s->text, as one more spelling. */
static policy_status add_made(spelling *p, uint32_t how)
{
    pol_spellings *s = p->s;
    policy_str text = pol_buf_slice(&s->text);
    policy_status st;

    if (s->text.status != POLICY_OK)
        return pol_error_oom(p->err);
    if (text.len > s->limits.term_bytes)
        return POLICY_OK;
    st = pol_fold(&s->made, text, p->err);
    if (st || !s->made.count || !differs(&s->made, &s->folded))
        return st;
    p->count++;
    st = add_pattern(p, &s->made, text, how, ALL_VIEWS, 0);
    return st ? st : add_rewritten(p, &s->made, text, how);
}

/* --- spellings --------------------------------------------------------------- */

static void put_units(pol_buf *b, const uint16_t *units, size_t count)
{
    for (size_t pos = 0; pos < count;) {
        char bytes[4];
        uint32_t cp = pol_utf16_next(units, count, &pos);

        pol_buf_add(b, bytes, pol_utf8_put(bytes, cp));
    }
}

/* --- aliases ----------------------------------------------------------------- */

/*
 * A list may have as many aliases as terms, so a term does not try each. The
 * folded words that have aliases are sorted; from each place of the term on, the
 * words that begin with what stands there are a range, which narrows with every
 * further unit and is mostly empty after the first. A table by hash would be
 * quicker by little, and slow on words chosen so that they collide.
 */
static int compare_runs(const void *pa, const void *pb)
{
    const pol_alias_run *a = pa, *b = pb;
    size_t i = 0;

    while (i < a->length && i < b->length && a->word[i] == b->word[i])
        i++;
    if (i < a->length && i < b->length)
        return a->word[i] < b->word[i] ? -1 : 1;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

static bool is_same_word(const pol_alias_run *a, const pol_alias_run *b)
{
    return a->length == b->length &&
           memcmp(a->word, b->word, a->length * sizeof(*a->word)) == 0;
}

/* The word of the alias, folded into s->made, as one more run. */
static bool add_run(pol_spellings *s, uint32_t first)
{
    pol_alias_index *x = &s->index;
    const pol_folded *f = &s->made;

    if (!pol_grow(&s->allocator, (void **)&x->runs, &x->run_cap,
                  x->run_count + 1, sizeof(*x->runs)) ||
        !pol_grow(&s->allocator, (void **)&x->units, &x->unit_cap,
                  x->unit_count + f->count + 1, sizeof(*x->units)))
        return false;
    x->runs[x->run_count++] = (pol_alias_run){
        .at = (uint32_t)x->unit_count, .length = (uint32_t)f->count,
        .first = first, .count = 1
    };
    if (f->count)
        memcpy(x->units + x->unit_count, f->units,
               f->count * sizeof(*f->units));
    x->unit_count += f->count;
    return true;
}

static void sort_runs(pol_alias_index *x)
{
    for (size_t i = 0; i < x->run_count; i++)
        x->runs[i].word = x->units + x->runs[i].at;
    pol_sort(x->runs, x->run_count, sizeof(*x->runs), compare_runs);
    for (size_t i = x->run_count; i-- > 0;) {
        pol_alias_run *r = &x->runs[i];
        bool more = i + 1 < x->run_count && is_same_word(r, r + 1);

        r->total = r->count + (more ? r[1].total : 0);
    }
}

/* The index of the word's list, made where it is of another one. */
static policy_status need_index(spelling *p)
{
    pol_spellings *s = p->s;
    pol_alias_index *x = &s->index;
    const pol_word *w = p->word;
    policy_status st;

    if (x->aliases == w->aliases && x->alias_count == w->alias_count)
        return POLICY_OK;
    x->run_count = x->unit_count = x->alias_count = 0;
    x->aliases = NULL;
    for (uint32_t i = 0; i < w->alias_count; i++) {
        if (i && w->aliases[i].word.ptr == w->aliases[i - 1].word.ptr) {
            x->runs[x->run_count - 1].count++;
            continue;
        }
        if ((st = pol_fold(&s->made, w->aliases[i].word, p->err)) != POLICY_OK)
            return st;
        if (!add_run(s, i))
            return pol_error_oom(p->err);
    }
    sort_runs(x);
    x->aliases = w->aliases;
    x->alias_count = w->alias_count;
    return POLICY_OK;
}

/* The first of the runs [lo, hi), which agree in the first `n` units, whose next
 * one is `unit` or above. Shorter words go before longer ones. */
static size_t lower_bound(const pol_alias_index *x, size_t lo, size_t hi,
                          size_t n, uint32_t unit)
{
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const pol_alias_run *r = &x->runs[mid];

        if (r->length <= n || r->word[n] < unit)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* The word of the runs from `r` on is in the term at `place`; of its places the
 * first counts. Of many runs, more than there can be spellings need not be
 * looked at. */
static bool add_hits(pol_spellings *s, pol_alias_run *r, size_t place)
{
    pol_alias_index *x = &s->index;
    const pol_alias_run *end = x->runs + x->run_count, *word = r;

    if (r->stamp == x->stamp)
        return true;
    r->stamp = x->stamp;
    for (unsigned n = 0; r < end && is_same_word(r, word); n++, r++) {
        if (n > 2 * POL_SPELLINGS_MAX) {
            s->left_out += r->total;
            break;
        }
        if (!pol_grow(&s->allocator, (void **)&x->hits, &x->hit_cap,
                      x->hit_count + 1, sizeof(*x->hits)))
            return false;
        x->hits[x->hit_count++] = (pol_alias_hit){
            r->first, r->count, (uint32_t)place, r->length
        };
    }
    return true;
}

static bool find_words(pol_spellings *s)
{
    pol_alias_index *x = &s->index;
    const pol_folded *f = &s->folded;

    x->hit_count = 0;
    x->stamp++;
    for (size_t i = 0; i < f->count; i++) {
        size_t lo = 0, hi = x->run_count;

        for (size_t n = 0; i + n < f->count && lo < hi; n++) {
            uint32_t unit = f->units[i + n];

            lo = lower_bound(x, lo, hi, n, unit);
            hi = lower_bound(x, lo, hi, n, unit + 1);
            if (lo < hi && x->runs[lo].length == n + 1 &&
                !add_hits(s, &x->runs[lo], i))
                return false;
        }
    }
    return true;
}

static int compare_hits(const void *pa, const void *pb)
{
    const pol_alias_hit *a = pa, *b = pb;

    return (a->first > b->first) - (a->first < b->first);
}

static policy_status add_hit_spellings(spelling *p, const pol_alias_hit *h)
{
    pol_spellings *s = p->s;
    const pol_folded *f = &s->folded;
    size_t after = h->place + h->length;
    policy_status st = POLICY_OK;

    for (uint32_t i = 0; !st && i < h->count; i++) {
        if (!has_room(p)) {
            s->left_out += h->count - i - 1;
            return POLICY_OK;
        }
        pol_buf_reset(&s->text);
        put_units(&s->text, f->units, h->place);
        pol_buf_str(&s->text, p->word->aliases[h->first + i].alias);
        put_units(&s->text, f->units + after, f->count - after);
        st = add_made(p, POL_REASON_ALIAS);
    }
    return st;
}

/* In the order of the list. */
static policy_status add_aliases(spelling *p)
{
    pol_alias_index *x = &p->s->index;
    policy_status st;

    if (!p->word->alias_count)
        return POLICY_OK;
    st = need_index(p);
    if (st)
        return st;
    if (!find_words(p->s))
        return pol_error_oom(p->err);
    pol_sort(x->hits, x->hit_count, sizeof(*x->hits), compare_hits);
    for (size_t i = 0; !st && i < x->hit_count; i++)
        st = add_hit_spellings(p, &x->hits[i]);
    return st;
}

/* --- splits and backwards ---------------------------------------------------- */

/* One character at a time. */
static policy_status add_splits(spelling *p)
{
    pol_spellings *s = p->s;
    const pol_folded *f = &s->folded;
    policy_status st = POLICY_OK;

    for (size_t i = 0; !st && i < f->count; i++) {
        const pol_split *splits;
        size_t count = pol_splits_of(&splits, f->units[i]);

        for (size_t k = 0; !st && k < count; k++) {
            if (!has_room(p))
                continue;
            pol_buf_reset(&s->text);
            put_units(&s->text, f->units, i);
            put_units(&s->text, splits[k].parts, 2);
            put_units(&s->text, f->units + i + 1, f->count - i - 1);
            st = add_made(p, POL_REASON_SPLIT);
        }
    }
    return st;
}

static size_t count_chars(const pol_folded *f)
{
    size_t chars = 0;

    for (size_t i = 0; i < f->count; i++)
        chars += !pol_is_low(f->units[i]);
    return chars;
}

static bool is_han(const pol_folded *f)
{
    size_t i = 0;

    while (i < f->count && f->classes[i] == POL_CLASS_HAN)
        i++;
    return i == f->count;
}

static policy_status add_reversed(spelling *p)
{
    pol_spellings *s = p->s;
    const pol_folded *f = &s->folded;

    if (!has_room(p))
        return POLICY_OK;
    pol_buf_reset(&s->text);
    for (size_t i = f->count; i-- > 0;) {
        size_t len = 1;

        if (pol_is_low(f->units[i]) && i > 0) {
            i--;
            len = 2;
        }
        put_units(&s->text, f->units + i, len);
    }
    return add_made(p, POL_REASON_REVERSED);
}

/* --- pinyin ------------------------------------------------------------------ */

/* Without spaces as one word, and with them. */
static policy_status add_spelled(spelling *p, const uint16_t *string)
{
    pol_spellings *s = p->s;
    policy_status st = POLICY_OK;

    for (unsigned spaced = 0; !st && spaced < 2; spaced++) {
        pol_buf_reset(&s->text);
        for (size_t i = 0; i < s->folded.count; i++) {
            const char *letters =
                pol_pinyin_spelling((uint16_t)(string[i] - POL_PINYIN_UNIT(0)));

            if (!*letters)
                return POLICY_OK; /* a letter or digit among the Han */
            if (i && spaced)
                pol_buf_char(&s->text, ' ');
            pol_buf_text(&s->text, letters);
        }
        if (has_room(p))
            st = add_made(p, POL_REASON_SPELLED);
    }
    return st;
}

static policy_status add_sound(spelling *p, const uint16_t *string,
                               uint32_t literal, bool asked)
{
    pol_folded f = p->s->folded; /* its classes are the string's */
    uint16_t units[POL_PINYIN_ROOM];
    policy_status st;

    memcpy(units, string, f.count * sizeof(*units));
    f.units = units;
    st = add_pattern(p, &f, POL_STR(""), POL_REASON_PINYIN,
                     PLAIN_VIEWS | POL_VIEW_PINYIN, POL_VIEW_PINYIN);
    if (!st) {
        p->s->terms[p->s->count - 1].literal = literal;
        p->s->terms[p->s->count - 1].asked = asked;
    }
    return st;
}

/* Is the option asked for by the term, or its list for terms of `chars`? */
static bool has_option(const pol_word *w, uint32_t option, size_t chars,
                       size_t min, bool *asked)
{
    *asked = w->flags >> POL_TERM_OPTIONS & option;
    return (*asked && chars >= ASKED_MIN) ||
           (w->common & option && chars >= min);
}

static policy_status add_sounds(spelling *p)
{
    const pol_folded *f = &p->s->folded;
    size_t chars = f->count; /* those of a pair have no sound */
    bool asked, spell_asked;
    bool sound = has_option(p->word, POL_OPTION_PINYIN, chars, SYLLABLES_MIN,
                            &asked);
    bool spell = has_option(p->word, POL_OPTION_SPELLED, chars, SYLLABLES_MIN,
                            &spell_asked);
    uint16_t strings[POL_PINYIN_ROOM];
    size_t count = sound || spell ? pol_pinyin_term(f, strings) : 0;
    uint32_t literal = 0;
    policy_status st = POLICY_OK;

    if (sound && count)
        st = keep_literal(p, f, &literal);
    for (size_t i = 0; !st && i < count; i++) {
        if (sound)
            st = add_sound(p, strings + i * chars, literal, asked);
        if (!st && spell)
            st = add_spelled(p, strings + i * chars);
    }
    return st;
}

/* --- terms ------------------------------------------------------------------- */

static policy_status add_others(spelling *p)
{
    const pol_word *w = p->word;
    size_t chars = count_chars(&p->s->folded);
    policy_status st = add_aliases(p);
    bool asked;

    if (!st && has_option(w, POL_OPTION_SPLIT, chars, ASKED_MIN, &asked))
        st = add_splits(p);
    if (!st && is_han(&p->s->folded) &&
        has_option(w, POL_OPTION_REVERSED, chars, REVERSED_MIN, &asked))
        st = add_reversed(p);
    return st ? st : add_sounds(p);
}

policy_status pol_spellings_add(pol_spellings *s, const pol_word *word,
                                policy_error *err)
{
    spelling p = { s, word, 0, err };
    policy_status st;

    s->left_out = 0;
    if (s->words >= s->limits.terms)
        return pol_error_limit(err, "terms", s->limits.terms);
    if (word->text.len > s->limits.term_bytes)
        return pol_error_limit(err, "term_bytes", s->limits.term_bytes);
    st = pol_fold(&s->folded, word->text, err);
    if (st)
        return st;
    if (s->folded.count == 0)
        return pol_error_set(err, POLICY_EINPUT, "term-empty",
                             "nothing is left of a term once it is folded");
    s->words++;
    st = add_pattern(&p, &s->folded, word->text, 0, ALL_VIEWS, 0);
    if (st || !pol_is_disguised(word->flags))
        return st;
    st = add_rewritten(&p, &s->folded, word->text, 0);
    return st || word->allowed ? st : add_others(&p);
}

policy_status pol_spellings_gates(pol_spellings *s, const pol_regex_set *set,
                                  policy_error *err)
{
    size_t count = pol_regex_set_literals(set);
    policy_status st;

    if (!pol_grow(&s->allocator, (void **)&s->terms, &s->cap, s->count + count,
                  sizeof(*s->terms)))
        return pol_error_oom(err);
    st = pol_regex_set_file(set, s->patterns, (uint32_t)s->count, err);
    for (size_t i = 0; !st && i < count; i++)
        s->terms[s->count++] = (pol_term){ .list = UINT32_MAX,
                                           .word = (uint32_t)i,
                                           .may = POL_VIEW_DECODED,
                                           .gate = true };
    if (count)
        s->views |= POL_VIEW_DECODED;
    return st;
}

bool pol_spellings_short(const pol_spellings *s)
{
    const pol_folded *f = &s->folded;
    size_t chars = count_chars(f), digits = 0;

    for (size_t i = 0; i < f->count; i++)
        digits += f->classes[i] == POL_CLASS_DIGIT;
    return chars == 1 || (chars && digits == chars && chars <= DIGITS_SHORT);
}

policy_status pol_spellings_build(pol_terms *out, const pol_spellings *s,
                                  pol_arena *arena, policy_error *err)
{
    pol_term *terms = pol_arena_new(arena, pol_term, s->count);
    uint16_t *literals = pol_arena_new(arena, uint16_t, s->literal_count);

    if (!terms || !literals)
        return pol_error_oom(err);
    if (s->count)
        memcpy(terms, s->terms, s->count * sizeof(*terms));
    if (s->literal_count)
        memcpy(literals, s->literals, s->literal_count * sizeof(*literals));
    *out = (pol_terms){ NULL, terms, s->count, literals, s->longest, s->views };
    if (!s->count)
        return POLICY_OK;
    return policy_matcher_build(&out->matcher, s->patterns, err);
}
