/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The squeezed view: terms pulled apart in every way that the rule admits are
 * found with exactly their span, and nothing is found that it does not; a naive
 * twin of the rule, which looks at every place of the folded text, agrees.
 */
#include "text/squeeze.h"

#include "base/alloc.h"
#include "harness.h"
#include "match/matcher.h"
#include "text/utf8.h"

enum { FOUND_MAX = 4000 };

struct spans {
    policy_span at[FOUND_MAX];
    size_t count;
};

struct bench {
    pol_folded folded;
    pol_squeezed squeezed;
    policy_scratch *scratch;
    struct spans found;
    struct test_allocator memory;
};

static policy_str str(const char *s)
{
    return (policy_str){ s, strlen(s) };
}

static void begin(struct bench *b)
{
    memset(b, 0, sizeof(*b));
    test_allocator_init(&b->memory);
    pol_folded_init(&b->folded, &b->memory.allocator);
    pol_squeezed_init(&b->squeezed, &b->memory.allocator);
    CHECK(pol_scratch_new(&b->scratch, &b->memory.allocator, NULL, NULL) ==
              POLICY_OK, "scratch");
}

static void end(struct bench *b)
{
    policy_scratch_free(b->scratch);
    pol_squeezed_fini(&b->squeezed);
    pol_folded_fini(&b->folded);
    test_allocator_clean(&b->memory);
}

static int on_hit(void *user, const pol_hit *hit)
{
    struct bench *b = user;

    if (pol_squeezed_admits(&b->squeezed, hit->start, hit->end, 0) &&
        b->found.count < FOUND_MAX)
        b->found.at[b->found.count++] =
            pol_folded_source(&b->squeezed.text, hit->start, hit->end);
    return 0;
}

/* Where the term is in the squeezed view of the text only. */
static void look(struct bench *b, const char *term, uint32_t flags,
                 const char *text)
{
    policy_pattern_set *set = NULL;
    policy_matcher *m = NULL;

    b->found.count = 0;
    if (CHECK(policy_pattern_set_new(&set, NULL, NULL) == POLICY_OK &&
              policy_pattern_set_add(set, str(term), 0, flags, NULL) == POLICY_OK &&
              policy_matcher_build(&m, set, NULL) == POLICY_OK &&
              pol_fold(&b->folded, str(text), NULL) == POLICY_OK &&
              pol_squeeze(&b->squeezed, &b->folded, NULL) == POLICY_OK,
              "%s", term))
        CHECK(pol_matcher_scan(m, b->scratch, &b->squeezed.text, str(text),
                               on_hit, b) == POLICY_OK, "%s", text);
    policy_matcher_free(m);
    policy_pattern_set_free(set);
}

/* What of the text is found, with "|" between several. */
static const char *shown(const struct bench *b, const char *text)
{
    static char out[1000];
    size_t n = 0;

    out[0] = '\0';
    for (size_t i = 0; i < b->found.count && n < sizeof(out); i++)
        n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%.*s", i ? "|" : "",
                              (int)(b->found.at[i].end - b->found.at[i].start),
                              text + b->found.at[i].start);
    return out;
}

static const struct {
    const char *label, *term, *text, *want;
} rows[] = {
    { "a star", "机密", "这是机*密啊", "机*密" },
    { "an emoji with a selector", "机密", "这是机❤️密啊", "机❤️密" },
    { "a single full stop", "机密", "这是机.密啊", "机.密" },
    { "a middle dot", "底价", "投标·底·价", "底·价" },
    { "four symbols", "机密", "是机*-*-密", "机*-*-密" },
    { "five symbols", "机密", "是机*-*-*密", "" },
    { "four emoji of two units", "机密", "是机😀😀😀😀密", "机😀😀😀😀密" },
    { "five emoji", "机密", "是机😀😀😀😀😀密", "" },
    { "two gaps", "经营秘密", "经*营秘#密", "经*营秘#密" },
    { "several", "机密", "是机*密是机~密", "机*密|机~密" },
    { "no gap is found elsewhere", "机密", "机密，好*", "" },
    { "Han outside of the plane", "𠀀𠀁", "是𠀀*𠀁", "𠀀*𠀁" },
    { "two characters across a space", "机密", "发动机 密封", "" },
    { "three across a space", "身份证", "看身份 证吧", "身份 证" },
    { "three across a comma", "身份证", "看身份，证吧", "" },
    { "four across a comma", "身份证号", "看身份，证号", "身份，证号" },
    { "four across a sentence", "身份证号", "看身份。证号", "" },
    { "four across a line", "身份证号", "看身份\n证号", "" },
    { "two full stops", "机密", "是机..密", "" },
    { "each alone", "机密", "是 机 密 呀", "机 密" },
    { "each alone to the edges", "机密", "机 密", "机 密" },
    { "alone between sentences", "机密", "好。机，密。好", "机，密" },
    { "the first not alone", "机密", "是机 密 啊", "" },
    { "the last not alone", "机密", "是 机 密啊", "" },
    { "all of four alone", "机密文件", "机 密 文 件", "机 密 文 件" },
    { "what is invisible too", "机密", "机\xe2\x80\x8b*\xe2\x80\x8b密",
      "机\xe2\x80\x8b*\xe2\x80\x8b密" },
    { "full width", "机密", "机＊密", "机＊密" },
    { "single letters", "fuck", "oh f u c k you", "f u c k" },
    { "single letters to the edges", "fuck", "F U C K", "F U C K" },
    { "symbols in a token", "fuck", "oh f*u*c-k, you", "f*u*c-k" },
    { "a Han neighbour", "vx", "加v-x吧", "v-x" },
    { "letters across words", "fuck", "of uck", "" },
    { "letters and one word", "fuck", "f uck", "" },
    { "part of a token", "fuck", "af*uck", "" },
    { "part of a token in pieces", "fuck", "a-f*u*c*k", "" },
    { "part of a run", "fuck", "a f u c k", "" },
    { "two letters across a space", "vx", "v x", "" },
    { "clause marks between letters", "fuck", "f,u,c,k", "" },
    { "digits", "64", "6-4", "" },
    { "a letter and a digit", "h20", "h-20", "h-20" },
    { "a letter and Han", "v信", "加v*信", "v*信" },
    { "of words of another script", "мир", "м и р", "м и р" },
    { "across words of it", "мир", "ми р", "" },
    { "a term with separators", "c++", "c++ 机*密", "" },
    { "separators only", "机密", "*** ， ", "" },
};

static void test_admits_by_length_and_kind(void)
{
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        look(&b, rows[i].term, 0, rows[i].text);
        CHECK_CSTR_EQ(rows[i].label, shown(&b, rows[i].text), rows[i].want);
    }
    end(&b);
}

static void test_texts_without_gaps_cost_nothing(void)
{
    static const char *const texts[] = {
        "", "机", "这是机密文件", "好。再见！", "*机密*", "one two three",
        "（机密）", "机密\n机密", "3.14-6"
    };
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        CHECK_INT_EQ(texts[i], pol_fold(&b.folded, str(texts[i]), NULL), POLICY_OK);
        CHECK_INT_EQ(texts[i], pol_squeeze(&b.squeezed, &b.folded, NULL), POLICY_OK);
        CHECK_INT_EQ(texts[i], b.squeezed.text.count, 0);
    }
    end(&b);
}

static void test_tells_where_the_gaps_were(void)
{
    struct bench b;

    begin(&b);
    look(&b, "机密", 0, "好。机*密");
    CHECK_INT_EQ("units", b.squeezed.text.count, 2);
    CHECK(b.squeezed.gaps[0] == POL_GAP_BREAK &&
              b.squeezed.gaps[1] == POL_GAP_SYMBOL, "gaps");
    CHECK_INT_EQ("before", b.squeezed.text.reasons[0], 0);
    CHECK_INT_EQ("after", b.squeezed.text.reasons[1], POL_REASON_SEPARATOR);
    end(&b);
}

static void test_refuses_without_memory(void)
{
    struct bench b;

    begin(&b);
    CHECK(pol_fold(&b.folded, str("机*密"), NULL) == POLICY_OK, "fold");
    b.memory.fail_at = b.memory.requests + 1;
    CHECK(pol_squeeze(&b.squeezed, &b.folded, NULL) == POLICY_ENOMEM, "refused");
    CHECK_INT_EQ("empty", b.squeezed.text.count, 0);
    b.memory.fail_at = 0;
    CHECK(pol_squeeze(&b.squeezed, &b.folded, NULL) == POLICY_OK, "again");
    CHECK_INT_EQ("units", b.squeezed.text.count, 2);
    end(&b);
}

/* --- recall ---------------------------------------------------------------- */

static const char *const han[] = { "机", "密", "投", "标", "底", "价", "身", "份",
                                   "证", "号", "𠀀" };
static const char *const fill[] = { "今", "天", "我", "们", "去", "吃", "饭", "。",
                                    "，", "好", "的" };
static const char *const letters[] = { "s", "e", "c", "r", "t", "w", "i", "n" };

static const struct {
    const char *label, *between[4];
    size_t count, min;
    bool all, latin; /* between all characters, and alone; for letters too */
} tricks[] = {
    { "a symbol", { "*", "#", "~", "_" }, 4, 2, false, false },
    { "a dot", { "·", ".", "•", "・" }, 4, 2, false, false },
    { "an emoji", { "❤️", "😀", "★", "👨" }, 4, 2, false, false },
    { "several symbols", { "**", "-*-", "****", "❤️~" }, 4, 2, false, false },
    { "a space", { " ", "\t", "　", "  " }, 4, 3, false, false },
    { "a comma", { "，", ",", "、", "/" }, 4, 4, false, false },
    { "alone by spaces", { " ", "  ", "　", "\t" }, 4, 2, true, false },
    { "letters alone", { " ", "  ", " * ", "\t" }, 4, 3, true, true },
    { "symbols in a token", { "*", "-", "❤️", "_" }, 4, 2, false, true },
};

static const char *pick(const char *const *from, size_t count, uint64_t *seed)
{
    return from[test_random(seed) % count];
}

/* A text around one disguised term; the span of it. */
static policy_span embed(size_t trick, char *term, char *text, uint64_t *seed)
{
    bool latin = tricks[trick].latin, all = tricks[trick].all;
    size_t chars = tricks[trick].min + test_random(seed) % (7 - tricks[trick].min);
    size_t forced = 1 + test_random(seed) % (chars - 1);
    size_t head = test_random(seed) % 8, tail = test_random(seed) % 8;
    policy_span span;

    term[0] = text[0] = '\0';
    for (size_t i = 0; i < head; i++)
        strcat(text, pick(fill, sizeof(fill) / sizeof(*fill), seed));
    if (all)
        strcat(text, " ");
    span.start = (uint32_t)strlen(text);
    for (size_t i = 0; i < chars; i++) {
        const char *c = latin ? pick(letters, 8, seed) : pick(han, 11, seed);

        strcat(term, c);
        if (i > 0 && (all || i == forced || test_random(seed) % 2))
            strcat(text, pick(tricks[trick].between, tricks[trick].count, seed));
        strcat(text, c);
    }
    span.end = (uint32_t)strlen(text);
    if (all)
        strcat(text, " ");
    for (size_t i = 0; i < tail; i++)
        strcat(text, pick(fill, sizeof(fill) / sizeof(*fill), seed));
    return span;
}

static void test_finds_what_was_pulled_apart(void)
{
    enum { ROUNDS = 1000 };
    uint64_t seed = 20261125;
    struct bench b;

    begin(&b);
    for (size_t t = 0; t < sizeof(tricks) / sizeof(*tricks); t++) {
        size_t found = 0;

        for (int i = 0; i < ROUNDS; i++) {
            char term[100], text[400];
            policy_span want = embed(t, term, text, &seed);

            look(&b, term, 0, text);
            for (size_t k = 0; k < b.found.count; k++)
                if (b.found.at[k].start == want.start &&
                    b.found.at[k].end == want.end) {
                    found++;
                    break;
                }
        }
        CHECK(found * 100 >= ROUNDS * 99, "%s: %zu of %d", tricks[t].label, found,
              ROUNDS);
    }
    end(&b);
}

/* --- the naive twin -------------------------------------------------------- */

struct letter {
    char kind; /* h l d x: kept; s p c: dropped; e: an end; '.' a full stop */
    uint32_t start, end, cp;
};

static size_t spell(const pol_folded *f, struct letter *out)
{
    static const char kinds[] = "hldxspce"; /* ORDER CLASS */
    size_t n = 0;

    for (size_t at = 0; at < f->count; n++) {
        size_t first = at;

        out[n].kind = kinds[f->classes[at]];
        out[n].cp = pol_utf16_next(f->units, f->count, &at);
        out[n].start = f->starts[first];
        out[n].end = f->ends[at - 1];
        if (out[n].kind == 'e' && out[n].cp == '.')
            out[n].kind = '.';
    }
    return n;
}

static bool is_any(char kind, const char *of)
{
    return kind && strchr(of, kind);
}

/* May a term go on from x[i] to x[j], between which nothing is kept? */
static bool joined(const struct letter *x, size_t n, size_t i, size_t j)
{
    bool spaces = false, clauses = false;
    bool alone = (i == 0 || !is_any(x[i - 1].kind, "ldx")) &&
                 (j + 1 == n || !is_any(x[j + 1].kind, "ldx"));

    if (j - i > 5)
        return false;
    for (size_t k = i + 1; k < j; k++) {
        spaces |= x[k].kind == 'p';
        clauses |= x[k].kind == 'c';
        if (x[k].kind == 'e' || (x[k].kind == '.' && (j - i != 2 ||
            x[i].kind != 'h' || x[j].kind != 'h')))
            return false;
    }
    if (j == i + 1 || !is_any(x[i].kind, "ldx") || !is_any(x[j].kind, "ldx"))
        return true;
    if (x[i].kind == 'd' && x[j].kind == 'd')
        return false;
    return !clauses && (!spaces || alone);
}

static size_t next_kept(const struct letter *x, size_t n, size_t i)
{
    for (i++; i < n && !is_any(x[i].kind, "hldx"); i++)
        ;
    return i;
}

/* Is the neighbour of x[i], before or after it, one of `kinds` that a term may
 * go on to? */
static bool goes_on(const struct letter *x, size_t n, size_t i, bool after,
                    const char *kinds)
{
    size_t j = i;

    if (after) {
        j = next_kept(x, n, i);
        return j < n && is_any(x[j].kind, kinds) && joined(x, n, i, j);
    }
    while (j > 0 && !is_any(x[j - 1].kind, "hldx"))
        j--;
    return j > 0 && is_any(x[j - 1].kind, kinds) && joined(x, n, j - 1, i);
}

static bool twin_admits(const struct letter *x, size_t n, size_t first,
                        size_t last, size_t chars, bool inside)
{
    bool gap = false, word_gap = false, alone = true, bad = false;

    for (size_t i = first; i <= last; i = next_kept(x, n, i)) {
        size_t j = next_kept(x, n, i);

        alone &= (i == 0 || !is_any(x[i - 1].kind, "hldx")) &&
                 (i + 1 == n || !is_any(x[i + 1].kind, "hldx"));
        if (i == last || j == i + 1)
            continue;
        gap = true;
        for (size_t k = i + 1; k < j; k++) {
            bool over = (x[k].kind == 'p' && chars < 3) ||
                        (x[k].kind == 'c' && chars < 4);

            bad |= over;
            if (over && is_any(x[i].kind, "ldx") && is_any(x[j].kind, "ldx"))
                return false;
        }
        word_gap |= is_any(x[i].kind, "ldx") && is_any(x[j].kind, "ldx");
    }
    if (!gap || (bad && !alone))
        return false;
    if (word_gap && ((is_any(x[first].kind, "ldx") &&
                      goes_on(x, n, first, false, "ldx")) ||
                     (is_any(x[last].kind, "ldx") &&
                      goes_on(x, n, last, true, "ldx"))))
        return false;
    return inside || !((is_any(x[first].kind, "ld") &&
                        goes_on(x, n, first, false, "ld")) ||
                       (is_any(x[last].kind, "ld") &&
                        goes_on(x, n, last, true, "ld")));
}

static void twin(struct spans *out, const struct letter *x, size_t n,
                 const struct letter *term, size_t chars, bool inside)
{
    out->count = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = i, k = 1;

        if (x[i].cp != term[0].cp)
            continue;
        for (; k < chars; k++) {
            size_t j = next_kept(x, n, at);

            if (j == n || x[j].cp != term[k].cp || !joined(x, n, at, j))
                break;
            at = j;
        }
        if (k == chars && twin_admits(x, n, i, at, chars, inside))
            out->at[out->count++] = (policy_span){ x[i].start, x[at].end };
    }
}

static void test_agrees_with_the_naive_twin(void)
{
    static const char *const alphabet[] = {
        "机", "密", "𠀀", "a", "b", "1", "я", "机", "a", "密", "b",
        /* dropped */
        "*", "😀", "-", " ", " ", "，", "/", "。", ".", "\n", "\xe2\x80\x8b"
    };
    uint64_t seed = 4;
    size_t admitted = 0;
    struct bench b;

    begin(&b);
    for (unsigned round = 0; round < 40000; round++) {
        static struct spans want;
        struct letter x[100], t[20];
        char text[300] = "", term[40] = "";
        size_t len = 2 + test_random(&seed) % 40, n, chars;
        size_t term_len = 2 + test_random(&seed) % 3;
        /* Few letters in one round, so that they meet. */
        const char *const *kept = alphabet + test_random(&seed) % 9;
        uint32_t flags = test_random(&seed) % 4 ? 0 : POL_TERM_INSIDE;
        bool same;

        for (size_t i = 0; i < len; i++)
            strcat(text, test_random(&seed) % 2 ? pick(kept, 3, &seed)
                                                : pick(alphabet + 11, 11, &seed));
        for (size_t i = 0; i < term_len; i++)
            strcat(term, pick(kept, 3, &seed));
        CHECK(pol_fold(&b.folded, str(term), NULL) == POLICY_OK, "term");
        chars = spell(&b.folded, t);
        look(&b, term, flags, text);
        n = spell(&b.folded, x);
        twin(&want, x, n, t, chars, flags != 0);
        same = want.count == b.found.count;
        for (size_t i = 0; same && i < want.count; i++)
            same = want.at[i].start == b.found.at[i].start &&
                   want.at[i].end == b.found.at[i].end;
        admitted += want.count;
        if (!CHECK(same, "round %u: \"%s\" in \"%s\": %zu, not %zu", round, term,
                   text, b.found.count, want.count))
            break;
    }
    CHECK(admitted > 1000, "%zu were admitted", admitted);
    end(&b);
}

static const struct test_case tests[] = {
    { "admits by length and kind", test_admits_by_length_and_kind },
    { "texts without gaps cost nothing", test_texts_without_gaps_cost_nothing },
    { "tells where the gaps were", test_tells_where_the_gaps_were },
    { "refuses without memory", test_refuses_without_memory },
    { "finds what was pulled apart", test_finds_what_was_pulled_apart },
    { "agrees with the naive twin", test_agrees_with_the_naive_twin },
};

POLICY_TEST_MAIN("squeeze", tests)
