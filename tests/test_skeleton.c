/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Skeletons: what is disguised meets its term, what is honest has no view,
 * every pair of the tables is found in words, and a naive twin, which asks each
 * unit anew where its word begins and ends, agrees.
 */
#include "text/skeleton.h"

#include "harness.h"
#include "text/skeleton_tables.h"
#include "text/utf8.h"

enum { TEXT_MAX = 400 };

struct bench {
    struct test_allocator memory;
    pol_folded f;
    pol_overlay text, term;
};

static policy_str str(const char *s)
{
    return (policy_str){ s, strlen(s) };
}

static void begin(struct bench *b)
{
    test_allocator_init(&b->memory);
    pol_folded_init(&b->f, &b->memory.allocator);
    pol_overlay_init(&b->text, &b->memory.allocator);
    pol_overlay_init(&b->term, &b->memory.allocator);
}

static void end(struct bench *b)
{
    pol_overlay_fini(&b->term);
    pol_overlay_fini(&b->text);
    pol_folded_fini(&b->f);
    test_allocator_clean(&b->memory);
}

/* The skeletons of `s` as a text and as a term. */
static void look(struct bench *b, policy_str s)
{
    CHECK(pol_fold(&b->f, s, NULL) == POLICY_OK, "fold");
    CHECK(pol_skeleton(&b->text, &b->f, s, NULL) == POLICY_OK, "text");
    CHECK(pol_skeleton_term(&b->term, &b->f, s, NULL) == POLICY_OK, "term");
}

static const char *spell(const pol_folded *t)
{
    static char out[8 * TEXT_MAX];
    size_t len = 0;

    for (size_t i = 0; i < t->count && len < sizeof(out) - 8;)
        len += pol_utf8_put(out + len, pol_utf16_next(t->units, t->count, &i));
    out[len] = '\0';
    return out;
}

static unsigned reasons_of(const pol_folded *t)
{
    unsigned all = 0;

    for (size_t i = 0; i < t->count; i++)
        all |= t->reasons[i];
    return all & (POL_REASON_HOMOGLYPH | POL_REASON_RARE | POL_REASON_LEET);
}

/* --- what is disguised ---------------------------------------------------- */

enum { H = POL_REASON_HOMOGLYPH, R = POL_REASON_RARE, L = POL_REASON_LEET };

static const struct {
    const char *label, *text, *want;
    unsigned reasons;
} rows[] = {
    { "Cyrillic in Latin", "vіаgrа", "vlagra", H },
    { "a capital that looks otherwise", "fuсК", "fuck", H },
    { "Greek capital nu", "casiΝo", "caslno", H },
    { "Greek small nu", "νiagra", "vlagra", H },
    { "a mark on it", "vi\xd0\xb0\xcc\x81gra", "vlagra", H },
    { "one with a mark", "frёё", "free", H },
    { "Armenian, Cherokee, Lisu", "օꓓᎪx", "odax", H },
    { "Latin beyond ASCII", "ɑss", "ass", H },
    { "after Han", "加vх吧", "加vx吧", H },
    { "other words stay", "мир pоrn", "мир porn", H },
    { "a digit for one letter", "h3llo", "hello", L },
    { "at the end too", "h3ll0", "hello", L },
    { "only there", "hell0", "hello", L },
    { "two of them", "fr33", "free", L },
    { "in front of a word", "1diot", "ldlot", L },
    { "two inside", "b00bs", "boobs", L },
    { "at", "p@ss", "pass", L },
    { "dollars", "a$$hole", "asshole", L },
    { "a mark of exclamation", "b!tch", "bltch", L },
    { "a bar", "k|ll", "klll", L },
    { "full width", "ｐ０ｒｎ", "porn", L },
    { "both", "pо4n", "poan", H | L },
    { "once there is one, all digits", "h3llo win10 13", "hello wlnlo 13", L },
    { "a Han neighbour", "看p0rn吧", "看porn吧", L },
    { "rare Han", "洊钱", "存钱", R },
    { "rare Han and its digits", "榢 win10", "家 wlnlo", R | L },
};

static void test_meets_what_is_disguised(void)
{
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        look(&b, str(rows[i].text));
        CHECK_CSTR_EQ(rows[i].label, spell(&b.text.text), rows[i].want);
        CHECK_CSTR_EQ(rows[i].label, spell(&b.term.text), rows[i].want);
        CHECK_INT_EQ(rows[i].label, reasons_of(&b.text.text), rows[i].reasons);
    }
    end(&b);
}

static void test_honest_texts_have_no_view(void)
{
    static const char *const texts[] = {
        "", "a", "this is an honest line of text", "请把合同发给我",
        "win10 covid19 iphone15 mp3 a4 h264 ps5 v2", "3rd 5pm 10kg 24h 4g 1st",
        "138 0013 8000", "6-4 100%", "привет мир", "Ελλάδα", "α beta",
        "ok!!!great", "great! $5 @all a|", "加vx12345", "こんにちはabc",
        "一士胶填值", "C++ and C#", "version 2.0.1", "@ $ ! |"
    };
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        look(&b, str(texts[i]));
        CHECK_INT_EQ(texts[i], b.text.text.count, 0);
        CHECK_INT_EQ(texts[i], b.term.text.count, b.f.count);
    }
    end(&b);
}

static void test_maps_terms_without_a_reason(void)
{
    struct bench b;

    begin(&b);
    look(&b, str("fishing"));
    CHECK_CSTR_EQ("i", spell(&b.term.text), "flshlng");
    CHECK_INT_EQ("no reason", reasons_of(&b.term.text), 0);
    look(&b, str("win10"));
    CHECK_CSTR_EQ("digits", spell(&b.term.text), "wlnlo");
    CHECK_INT_EQ("leet", reasons_of(&b.term.text), L);
    look(&b, str("привет 10"));
    CHECK_CSTR_EQ("no Latin", spell(&b.term.text), "привет 10");
    end(&b);
}

static void test_keeps_map_and_classes(void)
{
    struct bench b;

    begin(&b);
    look(&b, str("加р0rn"));
    CHECK(b.text.text.starts == b.f.starts && b.text.text.ends == b.f.ends,
          "one map");
    for (size_t i = 1; i < b.text.text.count; i++)
        CHECK_INT_EQ("class", b.text.text.classes[i], POL_CLASS_LATIN);
    CHECK_INT_EQ("class", b.text.text.classes[0], POL_CLASS_HAN);
    end(&b);
}

static void test_survives_lack_of_memory(void)
{
    struct bench b;
    policy_str s = str("h3llo");

    begin(&b);
    CHECK(pol_fold(&b.f, s, NULL) == POLICY_OK, "fold");
    b.memory.fail_at = b.memory.requests + 1;
    CHECK(pol_skeleton(&b.text, &b.f, s, NULL) == POLICY_ENOMEM, "refused");
    CHECK_INT_EQ("empty", b.text.text.count, 0);
    b.memory.fail_at = 0;
    CHECK(pol_skeleton(&b.text, &b.f, s, NULL) == POLICY_OK, "again");
    CHECK_CSTR_EQ("again", spell(&b.text.text), "hello");
    end(&b);
}

/* --- the tables ----------------------------------------------------------- */

static void check_letter(struct bench *b, const pol_skeleton_pair *p)
{
    char text[16] = "x", label[16];
    size_t len = 1 + pol_utf8_put(text + 1, p->from);
    char to = p->to == 'i' ? 'l' : (char)p->to;

    snprintf(label, sizeof(label), "U+%04X", p->from);
    text[len++] = 'x';
    look(b, (policy_str){ text, len });
    if (!CHECK_INT_EQ(label, b->text.text.count, 3))
        return;
    CHECK_INT_EQ(label, b->text.text.units[1], to);
    CHECK_INT_EQ(label, b->text.text.reasons[1] & H, H);
    CHECK_INT_EQ(label, b->text.text.classes[1], POL_CLASS_LATIN);
}

static void check_han(struct bench *b, const pol_skeleton_pair *p)
{
    char text[8], label[16];
    size_t len = pol_utf8_put(text, p->from);

    snprintf(label, sizeof(label), "U+%04X", p->from);
    look(b, (policy_str){ text, len });
    if (!CHECK_INT_EQ(label, b->text.text.count, 1))
        return;
    CHECK_INT_EQ(label, b->text.text.units[0], p->to);
    CHECK_INT_EQ(label, b->text.text.reasons[0], R);
    CHECK_INT_EQ(label, pol_skeleton_of(p->to), 0);
}

static void test_maps_every_pair(void)
{
    struct bench b;
    size_t letters = 0;

    begin(&b);
    for (size_t i = 0; i < pol_skeleton_pair_count; i++) {
        const pol_skeleton_pair *p = &pol_skeleton_pairs[i];

        CHECK(i == 0 || p[-1].from < p->from, "U+%04X: order", p->from);
        if (p->to < 0x80)
            check_letter(&b, p);
        else
            check_han(&b, p);
        letters += p->to < 0x80;
    }
    CHECK(letters > 400 && pol_skeleton_pair_count - letters > 1000,
          "%zu of %zu", letters, pol_skeleton_pair_count);
    end(&b);
}

static uint16_t seek(uint32_t from)
{
    for (size_t i = 0; i < pol_skeleton_pair_count; i++)
        if (pol_skeleton_pairs[i].from == from)
            return pol_skeleton_pairs[i].to;
    return 0;
}

static void test_looks_up_what_is_there(void)
{
    for (uint32_t u = 0; u < 0x10000; u += 7)
        CHECK_INT_EQ("unit", pol_skeleton_of((uint16_t)u), seek(u));
    for (uint32_t u = 0; u < 0x80; u++)
        CHECK_INT_EQ("ASCII", pol_skeleton_of((uint16_t)u), 0);
}

/* --- random texts --------------------------------------------------------- */

static const char *const pieces[] = {
    "a", "i", "x", "Hello", "W", "0", "1", "2", "3", "33", "6", "@", "$", "!",
    "|", "!!", " ", " ", ".", ",", "\xd0\xb0", "В", "в", "Ν", "Σ", "ж", "ё",
    "к\xcc\x81", "ɑ", "é", "机", "密", "洊", "榢", "\xe2\x80\x8b", "ﬁ", "😀",
    "😀", "か", "\xff", "𐊂", "ﷺ", "９", "Ａ", "①", "㎏"
};

static policy_str compose(char *text, size_t max, size_t kinds, uint64_t *seed)
{
    size_t want = test_random(seed) % 24, len = 0;

    while (want-- > 0) {
        const char *piece = pieces[test_random(seed) % kinds];

        if (len + strlen(piece) > max)
            break;
        memcpy(text + len, piece, strlen(piece));
        len += strlen(piece);
    }
    return (policy_str){ text, len };
}

static void test_is_at_rest(void)
{
    uint64_t seed = 20261128;
    char first[TEXT_MAX], second[8 * TEXT_MAX];
    struct bench b;

    begin(&b);
    for (int i = 0; i < 20000; i++) {
        look(&b, compose(first, sizeof(first),
                         sizeof(pieces) / sizeof(*pieces), &seed));
        strcpy(second, spell(&b.term.text));
        look(&b, str(second));
        if (!CHECK_CSTR_EQ("again", spell(&b.term.text), second) ||
            !CHECK_INT_EQ("no disguise left", reasons_of(&b.term.text), 0))
            break;
    }
    end(&b);
}

/* --- the naive twin ------------------------------------------------------- */

struct twin {
    pol_folded t; /* borrows all but these */
    uint16_t units[TEXT_MAX], reasons[TEXT_MAX];
    uint8_t classes[TEXT_MAX];
    bool word[TEXT_MAX]; /* letters, digits and signs between them */
    bool disguised;
};

static const char *const digit_letters[] = { "o", "l", "", "e", "a",
                                             "s", "", "t", "b", "g" };

static uint16_t stands_for(uint16_t unit)
{
    if (unit >= '0' && unit <= '9')
        return (uint16_t)digit_letters[unit - '0'][0];
    if (unit == '@' || unit == '$')
        return unit == '@' ? 'a' : 's';
    return unit == '!' || unit == '|' ? 'l' : 0;
}

static bool latin_at(const struct twin *w, size_t i)
{
    return i < w->t.count && w->classes[i] == POL_CLASS_LATIN;
}

static bool digit_at(const struct twin *w, size_t i)
{
    return i < w->t.count && w->classes[i] == POL_CLASS_DIGIT;
}

static bool sign_at(const struct twin *w, size_t i)
{
    return i < w->t.count && !digit_at(w, i) && stands_for(w->units[i]);
}

static bool any_script(const pol_folded *f, size_t i)
{
    return f->classes[i] >= POL_CLASS_LATIN &&
           f->classes[i] <= POL_CLASS_LETTER;
}

/* Where the letters and digits of any script, and one or two signs before one
 * of them, end that begin at `i`. */
static size_t run_from(const struct twin *w, const pol_folded *f, size_t i)
{
    for (;;) {
        size_t signs = 0;

        while (i < f->count && any_script(f, i))
            i++;
        while (i + signs < f->count && !any_script(f, i + signs) &&
               sign_at(w, i + signs))
            signs++;
        if (signs < 1 || signs > 2 || i + signs == f->count ||
            !any_script(f, i + signs))
            return i;
        i += signs;
    }
}

static bool has_latin_around(const struct twin *w, const pol_folded *f,
                             size_t i)
{
    for (size_t start = 0; start <= i; start++) {
        size_t stop;

        if (!any_script(f, start))
            continue;
        stop = run_from(w, f, start);
        for (size_t k = start; stop > i && k < stop; k++)
            if (f->classes[k] == POL_CLASS_LATIN)
                return true;
    }
    return false;
}

static uint16_t twin_letter(const pol_folded *f, policy_str source, size_t i)
{
    uint32_t cp = 0;
    uint16_t to = 0;
    bool ok;

    if (i == 0 || f->starts[i - 1] < f->starts[i]) {
        pol_utf8_next(source, f->starts[i], &cp, &ok);
        to = seek(cp);
    }
    return to ? to : seek(f->units[i]);
}

static void twin_look_alikes(struct twin *w, const struct twin *was,
                             const pol_folded *f, policy_str source)
{
    for (size_t i = 0; i < f->count; i++) {
        uint16_t to = 0;

        if ((f->classes[i] == POL_CLASS_LATIN ||
             f->classes[i] == POL_CLASS_LETTER) && f->units[i] >= 0x80 &&
            has_latin_around(was, f, i)) {
            if ((to = twin_letter(f, source, i)) != 0)
                w->reasons[i] |= H, w->classes[i] = POL_CLASS_LATIN;
        } else if (f->classes[i] == POL_CLASS_HAN) {
            if ((to = seek(f->units[i])) != 0)
                w->reasons[i] |= R;
        }
        if (to) {
            w->units[i] = to;
            w->disguised = true;
        }
    }
}

/* One or two signs, with a letter or digit on both sides. */
static bool joins(const struct twin *w, size_t i)
{
    size_t l = i, r = i;

    if (!sign_at(w, i))
        return false;
    while (l > 0 && sign_at(w, l - 1))
        l--;
    while (sign_at(w, r))
        r++;
    return r - l <= 2 && l > 0 && (latin_at(w, l - 1) || digit_at(w, l - 1)) &&
           (latin_at(w, r) || digit_at(w, r));
}

static void word_around(const struct twin *w, size_t i, size_t *l, size_t *r)
{
    for (*l = i; *l > 0 && w->word[*l - 1];)
        --*l;
    for (*r = i; *r < w->t.count && w->word[*r];)
        ++*r;
}

static bool word_has_latin(const struct twin *w, size_t i)
{
    size_t l, r;

    word_around(w, i, &l, &r);
    for (; l < r; l++)
        if (latin_at(w, l))
            return true;
    return false;
}

static bool twin_digits(const struct twin *w, size_t i)
{
    size_t l, r, first = i, end = i, before = 0, after = 0;

    word_around(w, i, &l, &r);
    while (first > l && digit_at(w, first - 1))
        first--;
    while (end < r && digit_at(w, end))
        end++;
    while (first - before > l && latin_at(w, first - before - 1))
        before++;
    while (end + after < r && latin_at(w, end + after))
        after++;
    for (size_t k = first; k < end; k++)
        if (!stands_for(w->units[k]))
            return false;
    if (before && after)
        return end - first <= 2;
    if (after)
        return end - first == 1 && after >= 3 && end + after == r;
    if (end - first == 1)
        return before >= 3 && w->units[first] == '0';
    return end - first == 2 && before >= 2 &&
           w->units[first] == w->units[first + 1] &&
           strchr("03", w->units[first]);
}

static void twin_leet(struct twin *w)
{
    static struct twin before, *was = &before;

    for (size_t i = 0; i < w->t.count; i++)
        w->word[i] = latin_at(w, i) || digit_at(w, i) || joins(w, i);
    *was = *w;
    for (size_t i = 0; i < w->t.count; i++) {
        uint16_t to = stands_for(was->units[i]);

        if (!was->word[i] || !word_has_latin(was, i))
            continue;
        if (was->units[i] == 'i')
            w->units[i] = 'l';
        if (!to || latin_at(was, i))
            continue;
        w->disguised |= digit_at(was, i) ? twin_digits(was, i)
                                         : latin_at(was, i - 1) ||
                                               latin_at(was, i + 1);
        w->units[i] = to;
        w->reasons[i] |= L;
        w->classes[i] = POL_CLASS_LATIN;
    }
}

static void twin(struct twin *w, const pol_folded *f, policy_str source)
{
    static struct twin was;

    memset(w, 0, sizeof(*w));
    w->t.count = f->count;
    memcpy(w->units, f->units, 2 * f->count);
    memcpy(w->reasons, f->reasons, 2 * f->count);
    memcpy(w->classes, f->classes, f->count);
    was = *w;
    twin_look_alikes(w, &was, f, source);
    twin_leet(w);
}

static bool same(const struct twin *w, const pol_folded *t)
{
    return t->count == w->t.count &&
           memcmp(t->units, w->units, 2 * t->count) == 0 &&
           memcmp(t->reasons, w->reasons, 2 * t->count) == 0 &&
           memcmp(t->classes, w->classes, t->count) == 0;
}

static void test_agrees_with_the_naive_twin(void)
{
    static struct twin w;
    uint64_t seed = 3;
    unsigned views = 0, empty = 0;
    char text[TEXT_MAX];
    struct bench b;

    begin(&b);
    for (int i = 0; i < 60000; i++) {
        policy_str s = compose(text, sizeof(text) / 4, i % 2 ? 20 :
                               sizeof(pieces) / sizeof(*pieces), &seed);

        look(&b, s);
        if (!b.f.count)
            continue;
        twin(&w, &b.f, s);
        if (!CHECK(same(&w, &b.term.text), "term \"%.*s\": %s", (int)s.len,
                   s.ptr, spell(&b.term.text)) ||
            !CHECK(w.disguised ? same(&w, &b.text.text) : !b.text.text.count,
                   "text \"%.*s\": %s", (int)s.len, s.ptr, spell(&b.text.text)))
            break;
        views += w.disguised;
        empty += !w.disguised;
    }
    CHECK(views > 5000 && empty > 5000, "%u and %u", views, empty);
    end(&b);
}

/* Each of these would take minutes if a word were looked at from each of its
 * units. */
static void test_is_linear(void)
{
    static const char *const hostile[] = { "1",  "a1", "a!",  "!", "\xd0\xb0",
                                           "x3", "洊", "a22", "ж" };
    enum { SIZE = 1 << 20 };
    char *text = malloc(SIZE);
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(hostile) / sizeof(*hostile); i++) {
        size_t len = strlen(hostile[i]), size = SIZE / len * len;

        for (size_t at = 0; at < size; at++)
            text[at] = hostile[i][at % len];
        look(&b, (policy_str){ text, size });
        CHECK_INT_EQ(hostile[i], b.term.text.count, b.f.count);
    }
    free(text);
    end(&b);
}

static const struct test_case tests[] = {
    { "meets what is disguised", test_meets_what_is_disguised },
    { "honest texts have no view", test_honest_texts_have_no_view },
    { "maps terms without a reason", test_maps_terms_without_a_reason },
    { "keeps map and classes", test_keeps_map_and_classes },
    { "survives lack of memory", test_survives_lack_of_memory },
    { "maps every pair", test_maps_every_pair },
    { "looks up what is there", test_looks_up_what_is_there },
    { "is at rest", test_is_at_rest },
    { "agrees with the naive twin", test_agrees_with_the_naive_twin },
    { "is linear", test_is_linear },
};

POLICY_TEST_MAIN("skeleton", tests)
