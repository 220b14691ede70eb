/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scan against a twin that compares every term at every place, and against
 * what is promised of order, borders and exactness.
 */
#include "base/alloc.h"
#include "match/matcher_scratch.h"
#include "match/matcher_sieve.h"

#include "matcher_check.h"

enum { HITS_MAX = 20000 };

struct hits {
    pol_hit at[HITS_MAX];
    size_t count, stop_at; /* 0: never */
};

static struct hits found, expected;

static int keep_hit(void *user, const pol_hit *hit)
{
    struct hits *h = user;

    if (h->count < HITS_MAX)
        h->at[h->count] = *hit;
    h->count++;
    return h->stop_at && h->count >= h->stop_at;
}

/* As if many texts had asked for it. */
static void build_whole(policy_matcher *m)
{
    if (m->whole)
        pol_whole_miss(m->whole, WHOLE_UNITS_MAX);
    CU_ASSERT_FATAL(!m->whole || pol_whole_get(m->whole) != NULL);
}

/* ---- the twin: no hash, no filter, no table ---- */

static bool in_word(const pol_folded *f, size_t pos)
{
    uint8_t a, b;

    if (pos == 0 || pos >= f->count)
        return false;
    a = f->classes[pos - 1];
    b = f->classes[pos];
    return (a == POL_CLASS_LATIN || a == POL_CLASS_DIGIT) &&
           (b == POL_CLASS_LATIN || b == POL_CLASS_DIGIT);
}

static bool twin_matches(const struct term *t, const pol_folded *term,
                         const pol_folded *text, policy_str source, size_t at)
{
    policy_span span;

    if (term->count > text->count - at ||
        memcmp(term->units, text->units + at, term->count * 2) != 0)
        return false;
    if (!(t->flags & POL_TERM_INSIDE) &&
        (in_word(text, at) || in_word(text, at + term->count)))
        return false;
    if (!(t->flags & POL_TERM_EXACT))
        return true;
    span = pol_folded_source(text, at, at + term->count);
    return span.end - span.start == strlen(t->text) &&
           memcmp(source.ptr + span.start, t->text, strlen(t->text)) == 0;
}

static int by_end_id_length(const void *x, const void *y)
{
    const pol_hit *a = x, *b = y;

    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return a->start == b->start ? 0 : a->start > b->start ? -1 : 1;
}

static void twin_scan(struct hits *h, const struct term *terms, size_t count,
                      const pol_folded *text, policy_str source)
{
    size_t i, at, kept = 0;

    h->count = 0;
    for (i = 0; i < count; i++) {
        pol_folded term;

        pol_folded_init(&term, &pol_malloc_allocator);
        CU_ASSERT_FATAL(pol_fold(&term, str(terms[i].text), NULL) == 0);
        for (at = 0; at < text->count; at++)
            if (twin_matches(&terms[i], &term, text, source, at))
                keep_hit(h, &(pol_hit){ terms[i].id, (uint32_t)at,
                                        (uint32_t)(at + term.count), 0 });
        pol_folded_fini(&term);
    }
    CU_ASSERT_FATAL(h->count <= HITS_MAX);
    qsort(h->at, h->count, sizeof(h->at[0]), by_end_id_length);
    for (i = 0; i < h->count; i++)
        if (!kept || by_end_id_length(&h->at[kept - 1], &h->at[i]) != 0)
            h->at[kept++] = h->at[i];
    h->count = kept;
}

/* Always the automaton, hardly ever the walk, as shipped, always the walk. */
static const uint64_t budgets[] = { 0, 1, HEAVY_BUDGET, UINT32_MAX };

/* Let as many runs as that go to the automaton over all terms. */
static void set_mood(policy_scratch *s, const policy_matcher *m, size_t left)
{
    s->mood_of = m;
    s->mood_left = s->mood_span = left;
}

static bool scan_is_expected(const policy_matcher *m, policy_scratch *s,
                             const pol_folded *text, policy_str source)
{
    found.count = 0;
    CU_ASSERT(pol_matcher_scan(m, s, text, source, keep_hit, &found) == 0);
    return found.count == expected.count &&
           memcmp(found.at, expected.at,
                  found.count * sizeof(found.at[0])) == 0;
}

/* In the mood that the texts before left, and in every other. */
static bool moods_agree(const policy_matcher *m, policy_scratch *s,
                        const pol_folded *text, policy_str source)
{
    bool same = scan_is_expected(m, s, text, source);

    set_mood(s, m, 0);
    same &= scan_is_expected(m, s, text, source);
    set_mood(s, m, 1);
    return same & scan_is_expected(m, s, text, source);
}

/* True if scan and twin agree on `source`, on each budget and with each sieve;
 * before there is an automaton over all terms, and after. */
static bool agrees(policy_matcher *m, policy_scratch *s,
                   const struct term *terms, size_t count, policy_str source)
{
    pol_folded text;
    bool same = true;
    size_t i;

    pol_folded_init(&text, &pol_malloc_allocator);
    CU_ASSERT_FATAL(pol_fold(&text, source, NULL) == POLICY_OK);
    twin_scan(&expected, terms, count, &text, source);
    for (i = 0; i < sizeof(budgets) / sizeof(budgets[0]); i++) {
        m->budget = budgets[i];
        m->sieve = pol_sieve_wide((unsigned)i);
        if (!m->sieve)
            m->sieve = pol_sieve_plain;
        same &= CHECK(moods_agree(m, s, &text, source), "budget %zu",
                      (size_t)budgets[i]);
    }
    pol_folded_fini(&text);
    return same;
}

static void check_terms(const char *label, const struct term *terms,
                        size_t count, const char *text, size_t want)
{
    policy_matcher *m = matcher_of(terms, count);
    policy_scratch *s;

    CU_ASSERT_FATAL(policy_scratch_new(&s, m, NULL) == POLICY_OK);
    CHECK(agrees(m, s, terms, count, str(text)), "%s: differs from the twin",
          label);
    CHECK_INT_EQ(label, found.count, want);
    policy_scratch_free(s);
    policy_matcher_free(m);
}

/* ---- cases ---- */

static void test_finds_terms_of_every_length(void)
{
    static const struct term terms[] = {
        { "毒", 1, 0 },       { "代开", 2, 0 },       { "开发票", 3, 0 },
        { "代开发票", 4, 0 }, { "可代开发票", 5, 0 },
        { "本公司可代开发票", 6, 0 }, { "在本公司可代开发票", 7, 0 },
        { "我们在本公司可代开发票吗", 8, 0 }, { "😀😁", 9, 0 },
    };

    check_terms("all", terms, 9, "我们在本公司可代开发票吗？毒😀😁", 9);
    check_terms("none", terms, 9, "今天天气很好", 0);
    check_terms("cut off", terms, 9, "我们在本公司可代开发", 1);
    check_terms("at the ends", terms, 9, "毒药有毒", 2);
    check_terms("only it", terms, 9, "代开", 1);
    check_terms("of nothing", terms, 9, "", 0);
    check_terms("half of a pair", terms, 9, "😀", 0);
}

static void test_respects_the_borders_of_words(void)
{
    static const struct row {
        const char *label, *text;
        size_t hits;
    } rows[] = {
        { "alone", "vx", 1 },           { "between Han", "加vx吧", 1 },
        { "inside a word", "avxb", 0 }, { "at its end", "devx", 0 },
        { "at its start", "vxs", 0 },   { "before a digit", "vx123", 0 },
        { "after a digit", "1vx", 0 },  { "capitals", "加VX", 1 },
        { "full-width", "加ＶＸ吧", 1 }, { "quoted", "“vx”", 1 },
        { "twice", "vx vx", 2 },        { "underlined", "_vx_", 1 },
    };
    static const struct term whole[] = { { "vx", 1, 0 } };
    static const struct term inside[] = { { "vx", 1, POL_TERM_INSIDE } };
    static const struct term mixed[] = { { "加vx", 1, 0 }, { "vx加", 2, 0 } };
    static const struct term both[] = { { "vx", 1, POL_TERM_INSIDE },
                                        { "vx", 2, 0 } };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_terms(rows[i].label, whole, 1, rows[i].text, rows[i].hits);
    check_terms("inside: in a word", inside, 1, "devxer", 1);
    check_terms("Han first", mixed, 2, "加vx加", 2);
    check_terms("a word goes on after", mixed, 2, "加vxs", 0);
    check_terms("a word goes on before", mixed, 2, "svx加", 0);
    check_terms("both kinds in a word", both, 2, "devxer", 1);
    check_terms("both kinds alone", both, 2, "vx", 2);
}

static void test_finds_exact_terms_only_as_written(void)
{
    static const struct term terms[] = { { "QQ", 1, POL_TERM_EXACT } };
    static const struct term two[] = { { "QQ", 1, POL_TERM_EXACT },
                                       { "qq", 1, 0 } };
    static const struct term three[] = { { "QQ", 3, POL_TERM_EXACT },
                                         { "qq", 1, POL_TERM_EXACT },
                                         { "Qq", 2, POL_TERM_EXACT } };

    check_terms("as written", terms, 1, "加QQ群", 1);
    check_terms("small letters", terms, 1, "加qq群", 0);
    check_terms("full-width", terms, 1, "加ＱＱ群", 0);
    check_terms("exact and folded, one id", two, 2, "加QQ qq群", 2);
    check_terms("three spellings", three, 3, "QQ qq Qq qQ", 3);
}

static void test_reports_each_id_once_a_place(void)
{
    static const struct term terms[] = {
        { "代开", 7, 0 }, { "代开", 7, 0 }, { "代开", 3, 0 },
        { "开", 7, 0 },   { "代开", 9, 0 }, { "代开", 0xffffffff, 0 },
    };

    check_terms("equal terms", terms, 6, "代开代开", 10);
}

static void test_stops_when_told(void)
{
    static const struct term terms[] = { { "开", 1, 0 }, { "代开", 2, 0 } };
    policy_matcher *m = matcher_of(terms, 2);
    policy_scratch *s;
    pol_folded text;
    size_t n;

    CU_ASSERT_FATAL(policy_scratch_new(&s, m, NULL) == POLICY_OK);
    pol_folded_init(&text, &pol_malloc_allocator);
    CU_ASSERT_FATAL(pol_fold(&text, str("代开代开"), NULL) == POLICY_OK);
    for (n = 1; n <= 4; n++) {
        found.count = 0;
        found.stop_at = n;
        CU_ASSERT(pol_matcher_scan(m, s, &text, str("代开代开"), keep_hit,
                                   &found) == POLICY_OK);
        CHECK_INT_EQ("hits before it stopped", found.count, n);
    }
    found.stop_at = 0;
    pol_folded_fini(&text);
    policy_scratch_free(s);
    policy_matcher_free(m);
}

/* Nor does the automaton go on, wherever it took over. */
static void test_stops_on_dear_texts(void)
{
    static char words[3][40], text[400];
    struct term terms[3];
    policy_matcher *m;
    policy_scratch *s;
    pol_folded f;
    size_t i, n;

    for (i = 0; i < 3; i++) {
        memset(words[i], 'a', 18 + 4 * i);
        terms[i] = (struct term){ words[i], (uint32_t)i, POL_TERM_INSIDE };
    }
    memset(text, 'a', sizeof(text) - 1);
    m = matcher_of(terms, 3);
    build_whole(m);
    CU_ASSERT_FATAL(policy_scratch_new(&s, m, NULL) == POLICY_OK);
    pol_folded_init(&f, &pol_malloc_allocator);
    CU_ASSERT_FATAL(pol_fold(&f, str(text), NULL) == POLICY_OK);
    for (n = 1; n <= 800; n += 7)
        for (i = 0; i < 3; i++) {
            m->budget = i == 0 ? 0 : HEAVY_BUDGET;
            set_mood(s, m, i == 2);
            found.count = 0;
            found.stop_at = n;
            pol_matcher_scan(m, s, &f, str(text), keep_hit, &found);
            CHECK_INT_EQ("hits before it stopped", found.count, n);
        }
    found.stop_at = 0;
    pol_folded_fini(&f);
    policy_scratch_free(s);
    policy_matcher_free(m);
}

/* Few letters, so that terms nest, overlap and repeat. */
static const char *const alphabets[][5] = {
    { "a", "b", "A", "ａ", " " },
    { "开", "發", "票", "发", "一" },
    { "开", "x", "1", "①", "。" },
    { "😀", "😁", "a", "\xed\xa0", "开" },
    { "开", "开", "开", "开", "票" },
};

static void random_text(char *out, const char *const *alphabet, size_t letters,
                        uint64_t *seed)
{
    size_t n = 0;

    for (; letters; letters--) {
        const char *c = alphabet[test_random(seed) % 5];

        memcpy(out + n, c, strlen(c));
        n += strlen(c);
    }
    out[n] = '\0';
}

enum { TERMS_MAX = 60 };

static bool round_agrees(uint64_t seed, unsigned round)
{
    static char words[TERMS_MAX][80], text[6][2000];
    static struct term terms[TERMS_MAX];
    const char *const *alphabet = alphabets[round % 5];
    size_t count = 1 + test_random(&seed) % TERMS_MAX, i;
    policy_matcher *m;
    policy_scratch *s;
    bool ok = true;

    for (i = 0; i < count; i++) {
        do {
            random_text(words[i], alphabet,
                        1 + test_random(&seed) % (i % 4 ? 14 : 19), &seed);
        } while (strspn(words[i], " ") == strlen(words[i]));
        terms[i] = (struct term){ words[i],
                                  (uint32_t)(test_random(&seed) % 9) *
                                      0x01030507u,
                                  0 };
        if (test_random(&seed) % 3 == 0)
            terms[i].flags |= POL_TERM_INSIDE;
        if (test_random(&seed) % 5 == 0)
            terms[i].flags |= POL_TERM_EXACT;
    }
    m = matcher_of(terms, count);
    CU_ASSERT_FATAL(m != NULL);
    CU_ASSERT_FATAL(policy_scratch_new(&s, m, NULL) == POLICY_OK);
    for (i = 0; i < 6 && ok; i++) {
        random_text(text[i], alphabet, test_random(&seed) % (20 + 60 * i),
                    &seed);
        ok = agrees(m, s, terms, count, str(text[i]));
    }
    policy_scratch_free(s);
    policy_matcher_free(m);
    return ok;
}

static void test_agrees_with_the_twin_on_random_terms(void)
{
    unsigned rounds = getenv("POLICY_TEST_LONG") ? 40000 : 1500, i;

    for (i = 0; i < rounds; i++)
        if (!CHECK(round_agrees(0x5eed0000u + i, i), "round %u", i))
            return;
}

/* Terms that are all suffixes of the longest: the most hits that an end can
 * have, in an order of ids that must be sorted anew at each end. */
static void test_bears_thousands_of_nested_terms(void)
{
    enum { DEPTH = 1000 };
    static char word[DEPTH + 1];
    policy_pattern_set *set;
    policy_matcher *m;
    policy_scratch *s;
    pol_folded text;
    size_t i;

    memset(word, 'a', DEPTH);
    CU_ASSERT_FATAL(policy_pattern_set_new(&set, NULL, NULL) == POLICY_OK);
    for (i = 1; i <= DEPTH; i++)
        CU_ASSERT_FATAL(
            policy_pattern_set_add(set, (policy_str){ word, i },
                                   (uint32_t)(i * 7919 % DEPTH),
                                   POL_TERM_INSIDE, NULL) == POLICY_OK);
    CU_ASSERT_FATAL(policy_matcher_build(&m, set, NULL) == POLICY_OK);
    CU_ASSERT_FATAL(policy_scratch_new(&s, m, NULL) == POLICY_OK);
    CHECK(policy_matcher_size(m) < 200 * DEPTH, "%zu bytes",
          policy_matcher_size(m));
    pol_folded_init(&text, &pol_malloc_allocator);
    CU_ASSERT_FATAL(pol_fold(&text, (policy_str){ word, DEPTH }, NULL) == 0);
    found.count = 0;
    pol_matcher_scan(m, s, &text, (policy_str){ word, DEPTH }, keep_hit,
                     &found);
    CHECK_INT_EQ("hits", found.count, DEPTH * (DEPTH + 1) / 2);
    for (i = 1; i < HITS_MAX; i++)
        if (!CHECK(by_end_id_length(&found.at[i - 1], &found.at[i]) < 0,
                   "hit %zu", i))
            break;
    pol_folded_fini(&text);
    policy_scratch_free(s);
    policy_matcher_free(m);
    policy_pattern_set_free(set);
}

/* ---- texts made to be dear ---- */

enum { LONG_MAX = 1000, HOSTILE_TERMS = 24, HOSTILE_MAX = 6000 };

struct hostile {
    char words[HOSTILE_TERMS][LONG_MAX + 1];
    struct term terms[HOSTILE_TERMS];
    size_t count;
    char text[HOSTILE_MAX + 1];
};

/* `part` again and again, `len` bytes. */
static void repeat(char *out, const char *part, size_t len)
{
    size_t i, n = strlen(part);

    for (i = 0; i < len; i++)
        out[i] = part[i % n];
    out[len] = '\0';
}

/* Terms that are its own repetition, and others of which just the first unit
 * is missing. */
static void own_repetition(struct hostile *h)
{
    for (h->count = 0; h->count < HOSTILE_TERMS; h->count++) {
        repeat(h->words[h->count], h->count % 2 ? "ab" : "a",
               9 + h->count * 40);
        if (h->count % 3 == 0)
            h->words[h->count][0] = 'x';
    }
    repeat(h->text, "a", 2000);
    repeat(h->text + 2000, "ab", 1500);
}

/* A thousand ends that all long terms share. */
static void shared_suffix(struct hostile *h)
{
    for (h->count = 0; h->count < HOSTILE_TERMS; h->count++) {
        snprintf(h->words[h->count], 64, "%zu%c", 1000 + h->count * 13,
                 (char)('a' + h->count));
        repeat(h->words[h->count] + 5, "qz", 200 + h->count % 3);
    }
    repeat(h->text, "qz", HOSTILE_MAX);
    memcpy(h->text + 2001, h->words[7], strlen(h->words[7]));
    memcpy(h->text + 3000, h->words[8] + 1, strlen(h->words[8]) - 1);
    memcpy(h->text + 4000, h->words[9], strlen(h->words[9]));
}

/* Long terms cut off at their start, one after the other. */
static void cut_off(struct hostile *h)
{
    uint64_t seed = 0xbad;
    size_t n = 0, len;

    for (h->count = 0; h->count < HOSTILE_TERMS; h->count++)
        random_text(h->words[h->count], alphabets[1], 9 + h->count, &seed);
    for (;;) {
        const char *w = h->words[test_random(&seed) % HOSTILE_TERMS] + 3;

        len = strlen(w);
        if (n + len > HOSTILE_MAX)
            return;
        memcpy(h->text + n, w, len + 1);
        n += len;
    }
}

/* Windows that the filters grant, over and over. */
static void loaded_windows(struct hostile *h)
{
    for (h->count = 0; h->count < HOSTILE_TERMS; h->count++)
        snprintf(h->words[h->count], 64, "%c%c%.*s", (char)('a' + h->count),
                 (char)('b' + h->count), 20 - (int)h->count % 9,
                 "wwwwwwwwwwwwwwwwwwww");
    repeat(h->text, "wwwwwwwwwwwwwwwwwwwwcd", HOSTILE_MAX);
}

static void test_agrees_with_the_twin_on_hostile_texts(void)
{
    static const struct row {
        const char *label;
        void (*make)(struct hostile *);
        size_t hits_min;
    } rows[] = {
        { "own repetition", own_repetition, 1000 },
        { "shared suffix", shared_suffix, 2 },
        { "cut off", cut_off, 10 },
        { "loaded windows", loaded_windows, 200 },
    };
    static struct hostile h;
    size_t i, k;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        policy_matcher *m;
        policy_scratch *s;

        rows[i].make(&h);
        for (k = 0; k < h.count; k++)
            h.terms[k] = (struct term){ h.words[k], (uint32_t)(h.count - k),
                                        POL_TERM_INSIDE };
        m = matcher_of(h.terms, h.count);
        CU_ASSERT_FATAL(m != NULL && m->heavy.cells != NULL);
        CU_ASSERT_FATAL(policy_scratch_new(&s, m, NULL) == POLICY_OK);
        CHECK(agrees(m, s, h.terms, h.count, str(h.text)), "%s",
              rows[i].label);
        CHECK(expected.count >= rows[i].hits_min, "%s: %zu hits",
              rows[i].label, expected.count);
        policy_scratch_free(s);
        policy_matcher_free(m);
    }
}

/* Texts of a batch are scanned side by side: what stands across two of them is
 * in neither. */
static bool batch_agrees(uint64_t seed, unsigned round)
{
    enum { TEXTS = 40 };
    static char words[TERMS_MAX][80], bytes[TEXTS][4000];
    struct term terms[TERMS_MAX];
    const char *const *alphabet = alphabets[round % 5];
    size_t count = 1 + test_random(&seed) % TERMS_MAX, i, at = 0;
    pol_folded folded[TEXTS];
    const pol_folded *texts[TEXTS];
    policy_str sources[TEXTS];
    policy_matcher *m;
    policy_scratch *s;
    bool ok = true;

    for (i = 0; i < count; i++) {
        do {
            random_text(words[i], alphabet, 1 + test_random(&seed) % 18, &seed);
        } while (strspn(words[i], " ") == strlen(words[i]));
        terms[i] = (struct term){ words[i], (uint32_t)i,
                                  i % 3 ? POL_TERM_INSIDE : 0 };
    }
    for (i = 0; i < TEXTS; i++) {
        random_text(bytes[i], alphabet,
                    test_random(&seed) % (i % 16 == 7 ? 900 : 40), &seed);
        sources[i] = str(bytes[i]);
        pol_folded_init(&folded[i], &pol_malloc_allocator);
        CU_ASSERT_FATAL(pol_fold(&folded[i], sources[i], NULL) == POLICY_OK);
        texts[i] = &folded[i];
    }
    m = matcher_of(terms, count);
    CU_ASSERT_FATAL(m != NULL);
    m->budget = round % 4;
    CU_ASSERT_FATAL(policy_scratch_new(&s, m, NULL) == POLICY_OK);
    if (round % 3)
        build_whole(m);
    set_mood(s, m, round % 5);
    found.count = 0;
    pol_matcher_scan_batch(m, s, texts, sources, TEXTS, keep_hit, &found);
    for (i = 0; i < TEXTS && ok && found.count <= HITS_MAX; i++) {
        size_t k;

        expected.count = 0;
        set_mood(s, m, 0);
        m->budget = UINT32_MAX;
        pol_matcher_scan(m, s, texts[i], sources[i], keep_hit, &expected);
        for (k = 0; k < expected.count; k++, at++) {
            expected.at[k].text = (uint32_t)i;
            ok = ok && at < found.count &&
                 memcmp(&expected.at[k], &found.at[at], sizeof(pol_hit)) == 0;
        }
    }
    ok = ok && (at == found.count || found.count > HITS_MAX);
    for (i = 0; i < TEXTS; i++)
        pol_folded_fini(&folded[i]);
    policy_scratch_free(s);
    policy_matcher_free(m);
    return ok;
}

static void test_finds_the_same_in_batches(void)
{
    unsigned rounds = getenv("POLICY_TEST_LONG") ? 10000 : 400, i;

    for (i = 0; i < rounds; i++)
        if (!CHECK(batch_agrees(0xba7c0000u + i, i), "round %u", i))
            return;
}

/* Made of what the table holds in part: dear, and without a hit. */
static void flood(char *out, size_t units)
{
    for (size_t i = 0; i < units; i += 2, out += 6)
        memcpy(out, "代开", 6);
    *out = '\0';
}

/* How much of a table a text touches hangs on where the terms lie in it, which
 * their numbers decide: the first matcher of the terms for which it is dear. */
static policy_matcher *matcher_that_pays(struct term *terms, unsigned count,
                                         const pol_folded *dear,
                                         policy_str source)
{
    policy_matcher *m;

    for (unsigned tries = 1;; tries++) {
        policy_scratch *s = NULL;
        bool paid;

        m = matcher_of(terms, count);
        CU_ASSERT_FATAL(m->whole && !policy_scratch_new(&s, m, NULL));
        m->budget = 1;
        found.count = 0;
        CU_ASSERT(!pol_matcher_scan(m, s, dear, source, keep_hit, &found));
        paid = pol_whole_get(m->whole) != NULL;
        policy_scratch_free(s);
        policy_matcher_free(m);
        if (paid || !CHECK(tries < 100, "some table is dear"))
            return matcher_of(terms, count);
        for (unsigned i = 0; i < count; i++)
            terms[i].id++;
    }
}

/* Dear texts are left to the automaton over all terms, after a while at once;
 * ordinary ones after them return to the table. */
static void test_remembers_dear_texts(void)
{
    struct term terms[] = {
        { "代开发票", 1, 0 }, { "发票代开", 2, 0 }, { "开代开票", 3, 0 },
        { "有代开代", 4, 0 }, { "天气", 5, 0 },
    };
    enum { UNITS = 600 };
    char dear[UNITS * 3 + 1];
    policy_matcher *m;
    policy_scratch *s = NULL;
    pol_folded text, calm;
    unsigned i;

    pol_folded_init(&text, &pol_malloc_allocator);
    pol_folded_init(&calm, &pol_malloc_allocator);
    flood(dear, UNITS);
    CU_ASSERT_FATAL(!pol_fold(&text, str(dear), NULL) &&
                    !pol_fold(&calm, str("今天天气很好"), NULL));
    m = matcher_that_pays(terms, 5, &text, str(dear));
    CU_ASSERT_FATAL(m->whole && !policy_scratch_new(&s, m, NULL));
    m->budget = 1;
    twin_scan(&expected, terms, 5, &calm, str("今天天气很好"));
    CHECK(scan_is_expected(m, s, &calm, str("今天天气很好")), "calm");
    CHECK(!s->mood_span && !pol_whole_get(m->whole), "no reason yet");
    twin_scan(&expected, terms, 5, &text, str(dear));
    CHECK(scan_is_expected(m, s, &text, str(dear)), "dear");
    CHECK(pol_whole_get(m->whole) != NULL, "it would have paid");
    for (i = 0; i < 200; i++)
        CHECK(scan_is_expected(m, s, &text, str(dear)), "dear %u", i);
    CHECK_INT_EQ("texts that are spared the table", s->mood_span, MOOD_MAX);
    twin_scan(&expected, terms, 5, &calm, str("今天天气很好"));
    for (i = 0; i < 2 * (MOOD_MAX + 1); i++)
        CHECK(scan_is_expected(m, s, &calm, str("今天天气很好")), "calm %u", i);
    CHECK_INT_EQ("and no longer", s->mood_span + s->mood_left, 0);
    pol_folded_fini(&calm);
    pol_folded_fini(&text);
    policy_scratch_free(s);
    policy_matcher_free(m);
}

/* Which text is dear must not be told by the list being dense. */
static void test_spares_ordinary_texts(void)
{
    static const struct term terms[] = { { "今天", 1, 0 }, { "天气", 2, 0 },
                                         { "很好", 3, 0 }, { "我们", 4, 0 } };
    policy_matcher *m = matcher_of(terms, 4);
    const char *text = "今天天气很好我们今天很好天气很好今天我们很好";
    policy_scratch *s = NULL;
    pol_folded f;

    CU_ASSERT_FATAL(m->whole && !policy_scratch_new(&s, m, NULL));
    pol_folded_init(&f, &pol_malloc_allocator);
    CU_ASSERT_FATAL(pol_fold(&f, str(text), NULL) == POLICY_OK);
    twin_scan(&expected, terms, 4, &f, str(text));
    CHECK(expected.count > 8, "%zu hits", expected.count);
    for (unsigned i = 0; i < 50; i++)
        CHECK(scan_is_expected(m, s, &f, str(text)), "round %u", i);
    CHECK(!s->mood_span && !pol_whole_get(m->whole), "ordinary");
    pol_folded_fini(&f);
    policy_scratch_free(s);
    policy_matcher_free(m);
}

static const struct test_case tests[] = {
    { "remembers dear texts", test_remembers_dear_texts },
    { "spares ordinary texts", test_spares_ordinary_texts },
    { "finds terms of every length", test_finds_terms_of_every_length },
    { "respects the borders of words", test_respects_the_borders_of_words },
    { "finds exact terms only as written",
      test_finds_exact_terms_only_as_written },
    { "reports each id once a place", test_reports_each_id_once_a_place },
    { "stops when told", test_stops_when_told },
    { "stops on dear texts", test_stops_on_dear_texts },
    { "agrees with the twin on random terms",
      test_agrees_with_the_twin_on_random_terms },
    { "bears thousands of nested terms", test_bears_thousands_of_nested_terms },
    { "agrees with the twin on hostile texts",
      test_agrees_with_the_twin_on_hostile_texts },
    { "finds the same in batches", test_finds_the_same_in_batches },
};

POLICY_TEST_MAIN("matcher scan", tests)
