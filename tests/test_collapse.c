/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collapsed view: drawn-out terms meet their pattern with exactly their
 * span; a naive twin, which marks each character of the text anew, agrees about
 * units, reasons, sources and windows.
 */
#include "text/collapse.h"

#include "base/alloc.h"
#include "harness.h"
#include "text/utf8.h"

enum { TEXT_MAX = 400, FAR = 1000 };

struct bench {
    struct test_allocator memory;
    pol_folded f;
    pol_squeezed squeezed, view, term;
};

static policy_str str(const char *s)
{
    return (policy_str){ s, strlen(s) };
}

static void begin(struct bench *b)
{
    test_allocator_init(&b->memory);
    pol_folded_init(&b->f, &b->memory.allocator);
    pol_squeezed_init(&b->squeezed, &b->memory.allocator);
    pol_squeezed_init(&b->view, &b->memory.allocator);
    pol_squeezed_init(&b->term, &b->memory.allocator);
}

static void end(struct bench *b)
{
    pol_squeezed_fini(&b->term);
    pol_squeezed_fini(&b->view);
    pol_squeezed_fini(&b->squeezed);
    pol_folded_fini(&b->f);
    test_allocator_clean(&b->memory);
}

/* The view of the text, or of what its squeezed view shows. */
static void look(struct bench *b, policy_str s, bool squeezed, size_t reach)
{
    CHECK(pol_fold(&b->f, s, NULL) == POLICY_OK, "fold");
    CHECK(pol_squeeze(&b->squeezed, &b->f, NULL) == POLICY_OK, "squeeze");
    CHECK(pol_collapse(&b->view, squeezed ? &b->squeezed.text : &b->f,
                       squeezed ? b->squeezed.gaps : NULL, reach,
                       NULL) == POLICY_OK, "collapse");
}

/* Breaks are shown as "/", what is told stands before "+". */
static const char *spell(const pol_folded *t)
{
    static char out[8 * TEXT_MAX];
    size_t len = 0;

    for (size_t i = 0; i < t->count && len < sizeof(out) - 8;) {
        size_t was = i;
        uint32_t cp = pol_utf16_next(t->units, t->count, &i);

        if (t->units[was] == POL_UNIT_BREAK)
            cp = '/';
        len += pol_utf8_put(out + len, cp);
        if (t->reasons[was] & POL_REASON_REPEAT)
            out[len++] = '+';
    }
    out[len] = '\0';
    return out;
}

/* --- rows ----------------------------------------------------------------- */

static const struct {
    const char *label, *text, *want;
    bool squeezed;
    size_t reach;
} rows[] = {
    { "Han twice", "机机密", "机+密", false, FAR },
    { "Han often", "机密密密密", "机密+", false, FAR },
    { "pairs", "是𠀀𠀀𠀀了", "是𠀀+了", false, FAR },
    { "half of a pair is the same", "𠀀𠀁𠀀", "", false, FAR },
    { "letters", "fuuuuck", "fu+ck", false, FAR },
    { "with twos", "hellllo boook good", "hel+o bo+k god", false, FAR },
    { "twos only", "hello good book", "", false, FAR },
    { "of either case", "fUuU", "fu+", false, FAR },
    { "digits", "1000 机", "", false, FAR },
    { "other scripts", "ммммм あああ", "", false, FAR },
    { "symbols", "!!!! ****", "", false, FAR },
    { "broken off", "机 机", "", false, FAR },
    { "across a symbol", "机*机密", "机+密", true, FAR },
    { "across letters", "f*u*u*u*ck", "fu+ck", true, FAR },
    { "across a space", "机 机*密", "", true, FAR },
    { "across a comma", "机，机*密", "", true, FAR },
    { "a break stays", "机机*密。机*密", "机+密/机密", true, FAR },
    { "a near one", "甲乙丙丁丁戊己庚", "乙丙丁+戊己", false, 1 },
    { "windows meet", "甲甲乙丙丁丁", "甲+乙丙丁+", false, 1 },
    { "windows apart", "甲甲乙丙丁戊戊己庚", "甲+乙/丁戊+己", false, 0 },
    { "a pair is cut before", "丙𠀀𠀁丁丁", "𠀁丁+", false, 1 },
    { "a pair is whole behind", "丁丁𠀀𠀁丙", "丁+𠀀", false, 0 },
};

static void test_collapses_what_is_repeated(void)
{
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        look(&b, str(rows[i].text), rows[i].squeezed, rows[i].reach);
        CHECK_CSTR_EQ(rows[i].label, spell(&b.view.text), rows[i].want);
    }
    end(&b);
}

static void test_keeps_the_source_of_all(void)
{
    struct bench b;
    policy_span span;

    begin(&b);
    look(&b, str("是機机\xe2\x80\x8b机密"), false, FAR);
    CHECK_CSTR_EQ("view", spell(&b.view.text), "是机+密");
    span = pol_folded_source(&b.view.text, 1, 3);
    CHECK(span.start == 3 && span.end == 18, "%u to %u", span.start, span.end);
    CHECK_INT_EQ("reasons", b.view.text.reasons[1],
                 POL_REASON_TRADITIONAL | POL_REASON_IGNORABLE |
                     POL_REASON_REPEAT);
    look(&b, str("机*机密"), true, FAR);
    span = pol_folded_source(&b.view.text, 0, 2);
    CHECK(span.start == 0 && span.end == 10, "%u to %u", span.start, span.end);
    CHECK_INT_EQ("gap", b.view.gaps[1], 0);
    end(&b);
}

static void test_admits_repeats_and_gaps(void)
{
    static const struct {
        const char *label, *text;
        bool squeezed, admitted;
    } cases[] = {
        { "a repeat", "机机密", false, true },
        { "and a symbol", "机机*密", true, true },
        { "and a space", "机机 密啊", true, false },
        { "and a space, alone", "机机 密", true, true },
        { "in the gap", "机*机密", true, true },
    };
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        look(&b, str(cases[i].text), cases[i].squeezed, FAR);
        if (CHECK(b.view.text.count >= 2, "%s", cases[i].label))
            CHECK_INT_EQ(cases[i].label, pol_collapsed_admits(&b.view, 0, 2, 0),
                         cases[i].admitted);
    }
    look(&b, str("机密啊啊"), false, FAR);
    CHECK(!pol_collapsed_admits(&b.view, 0, 2, 0), "no repeat");
    CHECK(pol_collapsed_admits(&b.view, 0, 3, 0), "a repeat");
    end(&b);
}

static void test_survives_lack_of_memory(void)
{
    pol_collapsed_term what;
    struct bench b;

    begin(&b);
    CHECK(pol_fold(&b.f, str("机机密"), NULL) == POLICY_OK, "fold");
    b.memory.fail_at = b.memory.requests + 1;
    CHECK(pol_collapse(&b.view, &b.f, NULL, FAR, NULL) == POLICY_ENOMEM,
          "text");
    CHECK_INT_EQ("empty", b.view.text.count, 0);
    b.memory.fail_at = b.memory.requests + 1;
    CHECK(pol_collapse_term(&b.term, &what, &b.f, NULL) == POLICY_ENOMEM,
          "term");
    CHECK_INT_EQ("empty", b.term.text.count, 0);
    b.memory.fail_at = 0;
    CHECK(pol_collapse(&b.view, &b.f, NULL, FAR, NULL) == POLICY_OK, "again");
    CHECK_CSTR_EQ("again", spell(&b.view.text), "机+密");
    end(&b);
}

static void test_tells_what_terms_are(void)
{
    static const struct {
        const char *term, *left;
        pol_collapsed_term what;
    } cases[] = {
        { "机密", "机密", POL_TERM_SAME },
        { "fuck", "fuck", POL_TERM_SAME },
        { "hello", "helo", POL_TERM_COLLAPSED },
        { "哈哈镜", "哈+镜", POL_TERM_COLLAPSED },
        { "good book", "god bok", POL_TERM_COLLAPSED },
        { "v信信", "v信+", POL_TERM_COLLAPSED },
        { "谢谢", "谢+", POL_TERM_SHORT },
        { "操", "操", POL_TERM_SHORT },
        { "𠀀𠀀", "𠀀+", POL_TERM_SHORT },
        { "ass", "as", POL_TERM_SHORT },
        { "vx", "vx", POL_TERM_SHORT },
        { "***", "***", POL_TERM_SHORT },
        { "", "", POL_TERM_SHORT },
        { "h20", "h20", POL_TERM_SAME },
    };
    pol_collapsed_term what;
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        CHECK(pol_fold(&b.f, str(cases[i].term), NULL) == POLICY_OK, "fold");
        CHECK(pol_collapse_term(&b.term, &what, &b.f, NULL) == POLICY_OK,
              "term");
        CHECK_CSTR_EQ(cases[i].term, spell(&b.term.text), cases[i].left);
        CHECK_INT_EQ(cases[i].term, what, cases[i].what);
    }
    end(&b);
}

/* --- recall --------------------------------------------------------------- */

static bool holds(const pol_folded *t, const pol_folded *term, size_t *at)
{
    for (size_t i = 0; i + term->count <= t->count; i++)
        if (memcmp(t->units + i, term->units, 2 * term->count) == 0) {
            *at = i;
            return true;
        }
    return false;
}

/* Draw out character `which`, or the first one where that is a space. */
static void draw_out(char *text, const char *term, size_t which, unsigned times)
{
    size_t n = 0;

    for (size_t i = 0, next; i < strlen(term); i = next, n++) {
        bool ok, drawn;
        uint32_t cp;

        next = pol_utf8_next(str(term), i, &cp, &ok);
        drawn = n == which && cp != ' ';
        for (unsigned k = 0; k < (drawn ? times : 1); k++)
            strncat(text, term + i, next - i);
    }
}

/* It stands in the view as the term is collapsed, with the span of all that was
 * written. */
static void test_finds_what_was_drawn_out(void)
{
    static const char *const terms[] = { "机密文件", "hello", "hello good book",
                                         "谢谢你", "v信", "投标底价", "𠀀机" };
    static const char head[] = "今天天气，", tail[] = "，今天也好啊";
    uint64_t seed = 20261128;
    pol_collapsed_term what;
    struct bench b;

    begin(&b);
    for (unsigned round = 0; round < 3000; round++) {
        const char *term = terms[round % 7];
        size_t chars = pol_utf8_count(str(term)), at = 0;
        char text[TEXT_MAX] = "";
        policy_span span;

        strcpy(text, head);
        draw_out(text, term, test_random(&seed) % chars,
                 3 + (unsigned)(test_random(&seed) % 4));
        span.end = (uint32_t)strlen(text);
        strcat(text, tail);
        CHECK(pol_fold(&b.f, str(term), NULL) == POLICY_OK, "fold");
        CHECK(pol_collapse_term(&b.term, &what, &b.f, NULL) == POLICY_OK,
              "term");
        look(&b, str(text), false, b.term.text.count - 1);
        if (!holds(&b.view.text, &b.term.text, &at)) {
            /* A space was chosen: only 天天 is told. */
            CHECK(strchr(term, ' ') != NULL, "%s in %s", term, text);
            continue;
        }
        span.start = pol_folded_source(&b.view.text, at,
                                       at + b.term.text.count).start;
        CHECK_INT_EQ(text, span.start, strlen(head));
        CHECK_INT_EQ(text, pol_folded_source(&b.view.text, at,
                                             at + b.term.text.count).end,
                     span.end);
        CHECK(pol_collapsed_admits(&b.view, at,
                                   at + b.term.text.count, 0), "%s",
              text);
    }
    end(&b);
}

/* --- the naive twin ------------------------------------------------------- */

struct item {
    uint32_t cp, start, end;
    uint8_t class, gap;
    uint16_t reasons;
    size_t at, times; /* units before it in the view; 0: of another's run */
};

static size_t split(struct item *out, const pol_folded *f, const uint8_t *gaps)
{
    size_t n = 0;

    for (size_t i = 0; i < f->count; n++) {
        size_t was = i;
        uint32_t cp = pol_utf16_next(f->units, f->count, &i);

        out[n] = (struct item){ cp,
                                f->starts[was],
                                f->ends[was],
                                f->classes[was],
                                gaps ? gaps[was] : 0,
                                f->reasons[was],
                                0,
                                1 };
    }
    return n;
}

static bool joins(const struct item *x, size_t i)
{
    return i > 0 && x[i].class <= POL_CLASS_LATIN && x[i].cp == x[i - 1].cp &&
           x[i].class == x[i - 1].class &&
           (x[i].gap == 0 || x[i].gap == POL_GAP_SYMBOL ||
            x[i].gap == (POL_GAP_SYMBOL | POL_GAP_WORD));
}

static bool told(const struct item *x)
{
    return x->times > 1 && (x->class == POL_CLASS_HAN || x->times > 2);
}

/* Give each its run, from the end on. */
static void gather(struct item *x, size_t n)
{
    size_t at = 0;

    for (size_t i = n; i-- > 0;)
        if (joins(x, i)) {
            x[i - 1].times = x[i].times + 1;
            x[i - 1].end = x[i].end;
            x[i - 1].reasons |= x[i].reasons;
            x[i].times = 0;
        }
    for (size_t i = 0; i < n; i++) {
        x[i].at = at;
        at += !x[i].times ? 0 : x[i].cp > 0xFFFF ? 2 : 1;
    }
}

static bool near(const struct item *x, size_t n, size_t i, size_t reach)
{
    for (size_t k = 0; k < n; k++)
        if (told(&x[k]) && (x[k].at > x[i].at ? x[k].at - x[i].at
                                              : x[i].at - x[k].at) <= reach + 1)
            return true;
    return false;
}

/* Is the view's character at *at `x`? Moves past it. */
static bool matches(const pol_squeezed *v, size_t *at, const struct item *x)
{
    const pol_folded *t = &v->text;
    size_t was = *at;

    if (was >= t->count || pol_utf16_next(t->units, t->count, at) != x->cp)
        return false;
    for (size_t k = was; k < *at; k++)
        if (t->starts[k] != x->start || t->ends[k] != x->end ||
            t->classes[k] != x->class ||
            t->reasons[k] != (x->reasons | (told(x) ? POL_REASON_REPEAT : 0)) ||
            v->gaps[k] != (k == was ? x->gap : 0))
            return false;
    return true;
}

static bool is_twin(const pol_squeezed *v, const struct item *x, size_t n,
                    size_t reach)
{
    size_t at = 0;
    bool cut = false;

    for (size_t i = 0; i < n; i++) {
        if (!x[i].times)
            continue;
        if (!near(x, n, i, reach)) {
            cut = true;
            continue;
        }
        if (cut && at > 0 &&
            (at >= v->text.count || v->text.units[at] != POL_UNIT_BREAK ||
             v->gaps[at] != POL_GAP_BREAK ||
             v->text.classes[at++] != POL_CLASS_SENTENCE))
            return false;
        cut = false;
        if (!matches(v, &at, &x[i]))
            return false;
    }
    return at == v->text.count;
}

static const char *const pieces[] = { "机", "机", "密", "a", "a", "A", "b", "𠀀",
                                      "𠀀", "𠀁", "𠀀", "1", "か", "か", "*", "·",
                                      " ", "，", "。", "ﬀ", "\xe2\x80\x8b", "機",
                                      "\xff", "😀", "😀" };

static void test_agrees_with_the_naive_twin(void)
{
    static struct item items[TEXT_MAX];
    uint64_t seed = 7;
    size_t views = 0;
    struct bench b;

    begin(&b);
    for (unsigned round = 0; round < 60000; round++) {
        bool squeezed = round % 2;
        const pol_folded *f = squeezed ? &b.squeezed.text : &b.f;
        size_t n, reach = test_random(&seed) % 5;
        size_t kinds = round % 3 ? sizeof(pieces) / sizeof(*pieces) : 11;
        char text[TEXT_MAX] = "";

        for (size_t k = test_random(&seed) % 40; k > 0; k--)
            strcat(text, pieces[test_random(&seed) % kinds]);
        look(&b, str(text), squeezed, reach);
        n = split(items, f, squeezed ? b.squeezed.gaps : NULL);
        gather(items, n);
        if (!CHECK(is_twin(&b.view, items, n, reach), "\"%s\", %zu: %s", text,
                   reach, spell(&b.view.text)))
            break;
        views += b.view.text.count > 0;
    }
    CHECK(views > 10000, "%zu views", views);
    end(&b);
}

/* Each would take minutes if a run were counted from each of its characters, or
 * a window searched from each unit. */
static void test_is_linear(void)
{
    static const char *const hostile[] = { "机", "a", "𠀀", "机机a", "aaab", "机*",
                                           "好密机机好密" };
    enum { SIZE = 1 << 20 };
    char *text = malloc(SIZE);
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(hostile) / sizeof(*hostile); i++) {
        size_t len = strlen(hostile[i]), size = SIZE / len * len;

        for (size_t at = 0; at < size; at++)
            text[at] = hostile[i][at % len];
        for (size_t reach = 0; reach < SIZE; reach += SIZE / 2 - 1)
            for (int squeezed = 0; squeezed < 2; squeezed++) {
                look(&b, (policy_str){ text, size }, squeezed, reach);
                CHECK(b.view.text.count <= b.f.count, "%s", hostile[i]);
            }
    }
    free(text);
    end(&b);
}

static void test_covers_what_the_term_repeats(void)
{
    static const struct {
        const char *text, *term;
        bool covers;
    } cases[] = {
        { "天天红", "天红", true },      { "天天红", "天天红", true },
        { "天天天红", "天天红", true },  { "天天红", "天红红", false },
        { "天天红", "天天天红", false }, { "heeello", "hello", true },
        { "heeelo", "hello", false },    { "𠀀𠀀𠀁", "𠀀𠀁", true },
        { "𠀀𠀀𠀁", "𠀀𠀀𠀁", true },  { "𠀀𠀀𠀁", "𠀀𠀁𠀁", false },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        pol_squeezed view;
        pol_folded f, term;

        pol_squeezed_init(&view, &pol_malloc_allocator);
        pol_folded_init(&f, NULL);
        pol_folded_init(&term, NULL);
        CHECK(!pol_fold(&f, (policy_str){ cases[i].text, strlen(cases[i].text) },
                        NULL) &&
                  !pol_fold(&term, (policy_str){ cases[i].term,
                                                 strlen(cases[i].term) }, NULL) &&
                  !pol_collapse(&view, &f, NULL, 9, NULL), "%s", cases[i].text);
        CHECK(pol_collapsed_covers(&view, 0, view.text.count, &f, term.units,
                                   term.count) == cases[i].covers,
              "%s in %s", cases[i].term, cases[i].text);
        pol_squeezed_fini(&view);
        pol_folded_fini(&f);
        pol_folded_fini(&term);
    }
}

static const struct test_case tests[] = {
    { "covers what the term repeats", test_covers_what_the_term_repeats },
    { "collapses what is repeated", test_collapses_what_is_repeated },
    { "keeps the source of all", test_keeps_the_source_of_all },
    { "admits repeats and gaps", test_admits_repeats_and_gaps },
    { "survives lack of memory", test_survives_lack_of_memory },
    { "tells what terms are", test_tells_what_terms_are },
    { "finds what was drawn out", test_finds_what_was_drawn_out },
    { "agrees with the naive twin", test_agrees_with_the_naive_twin },
    { "is linear", test_is_linear },
};

POLICY_TEST_MAIN("collapse", tests)
