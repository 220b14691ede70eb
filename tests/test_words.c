/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words are those of the plain list, no more and no less; what stands across
 * two of them is what a twin says that tries all.
 */
#include "text/words.h"

#include "harness.h"

enum { WORDS_MAX = 40000 };

struct word {
    uint16_t units[POL_WORD_MAX]; /* 0 after its end */
    size_t count;
};

static struct word list[WORDS_MAX];
static size_t list_count;
static pol_folded folded;

static bool fold(const char *text)
{
    return CHECK(pol_fold(&folded, (policy_str){ text, strlen(text) }, NULL) ==
                     POLICY_OK, "%s", text);
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(((struct word *)0)->units));
}

/* By units as they are in memory, which is any order, but one. */
static bool ready(void)
{
    const char *root = getenv("POLICY_SOURCE_ROOT");
    char path[600], line[40], back[40];
    FILE *f;

    if (list_count)
        return true;
    snprintf(path, sizeof(path), "%s/libpolicy/text/jieba/words.txt",
             root ? root : ".");
    if (!CHECK((f = fopen(path, "r")) != NULL, "%s: missing", path))
        return false;
    while (fgets(line, sizeof(line), f) && list_count < WORDS_MAX) {
        struct word *w = &list[list_count++];
        size_t n = 0;

        line[strcspn(line, "\n")] = '\0';
        if (!fold(line) || !CHECK(folded.count >= 2 &&
                                  folded.count <= POL_WORD_MAX, "%s", line))
            continue;
        w->count = folded.count;
        memcpy(w->units, folded.units, 2 * folded.count);
        for (size_t i = 0; i < w->count; i++)
            n += (size_t)sprintf(back + n, "%c%c%c", 0xe0 | w->units[i] >> 12,
                                 0x80 | (w->units[i] >> 6 & 0x3f),
                                 0x80 | (w->units[i] & 0x3f));
        CHECK(strcmp(back, line) == 0, "%s is not folded", line);
    }
    fclose(f);
    qsort(list, list_count, sizeof(*list), compare);
    return CHECK(list_count > 20000 && list_count < WORDS_MAX, "%zu words",
                 list_count);
}

static bool is_listed(const uint16_t *units, size_t count)
{
    struct word w = { { 0 }, count };
    const struct word *found;

    if (count < 2 || count > POL_WORD_MAX)
        return false;
    memcpy(w.units, units, 2 * count);
    found = bsearch(&w, list, list_count, sizeof(*list), compare);
    return found && found->count == count;
}

/* --- words ---------------------------------------------------------------- */

static void test_has_every_word_of_the_list(void)
{
    if (!ready())
        return;
    for (size_t i = 0; i < list_count; i++)
        CHECK(pol_word_is(list[i].units, list[i].count), "word %zu", i);
}

/* All pairs of characters; the longer ones that begin or end like words. */
static void test_has_no_other_word(void)
{
    uint16_t units[POL_WORD_MAX];
    uint64_t seed = 3;

    if (!ready())
        return;
    for (uint32_t a = 0x4e00; a < 0xa000; a++)
        for (unsigned i = 0; i < 100; i++) {
            units[0] = (uint16_t)a;
            units[1] = list[test_random(&seed) % list_count].units[i & 1];
            if (!CHECK(pol_word_is(units, 2) == is_listed(units, 2),
                       "U+%04X U+%04X", a, units[1]))
                return;
        }
    for (unsigned round = 0; round < 300000; round++) {
        const struct word *w = &list[test_random(&seed) % list_count];
        const struct word *v = &list[test_random(&seed) % list_count];
        size_t count = test_random(&seed) % 6, cut = test_random(&seed) % 5;

        for (size_t i = 0; i < POL_WORD_MAX; i++)
            units[i] = i < cut ? w->units[i] : v->units[i];
        if (count <= POL_WORD_MAX &&
            !CHECK(pol_word_is(units, count) == is_listed(units, count),
                   "round %u", round))
            return;
    }
}

static void test_refuses_what_is_no_han(void)
{
    static const uint16_t others[] = { 0, 'a', 0x4dff, 0xa000, 0xd840, 0xdc00,
                                       0xffff };
    uint16_t units[6] = { 0x516c, 0x5f0f, 0x516c, 0x5f0f, 0x516c, 0x5f0f };

    CHECK(pol_word_is(units, 2), "公式");
    CHECK(!pol_word_is(units, 0) && !pol_word_is(units, 1), "too short");
    CHECK(!pol_word_is(units, 5) && !pol_word_is(units, 6), "too long");
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        units[0] = others[i];
        CHECK(pol_word_lengths(units, 6) == 0, "U+%04X", others[i]);
        units[0] = 0x516c;
        units[1] = others[i];
        CHECK(pol_word_lengths(units, 6) == 0, "U+%04X", others[i]);
        units[1] = 0x5f0f;
    }
}

static void test_tells_all_lengths(void)
{
    if (!ready() || !fold("科学家庭院"))
        return;
    CHECK_INT_EQ("three", pol_word_lengths(folded.units, 5), 1 << 2 | 1 << 3);
    CHECK_INT_EQ("cut", pol_word_lengths(folded.units, 2), 1 << 2);
    CHECK_INT_EQ("none", pol_word_lengths(folded.units, 1), 0);
    if (fold("小心翼翼")) {
        CHECK_INT_EQ("four", pol_word_lengths(folded.units, 4), 1 << 2 | 1 << 4);
        CHECK_INT_EQ("three", pol_word_lengths(folded.units, 3), 1 << 2);
    }
}

static void test_knows_what_stands_alone(void)
{
    static const struct {
        const char *text;
        unsigned want;
    } alone[] = {
        { "的", POL_ALONE_MOSTLY }, { "是", POL_ALONE_MOSTLY },
        { "鱼", POL_ALONE_OFTEN },  { "正", POL_ALONE_OFTEN },
        { "薇", POL_ALONE_RARELY }, { "怔", POL_ALONE_RARELY },
        { "a", POL_ALONE_RARELY },  { "龥", POL_ALONE_RARELY },
    };
    size_t count[3] = { 0 };

    for (size_t i = 0; i < sizeof(alone) / sizeof(*alone); i++)
        if (fold(alone[i].text))
            CHECK_INT_EQ(alone[i].text, pol_word_alone(folded.units[0]),
                         alone[i].want);
    for (uint32_t unit = 0; unit < 0x10000; unit++)
        count[pol_word_alone((uint16_t)unit)]++;
    CHECK(count[POL_ALONE_MOSTLY] > 30 && count[POL_ALONE_MOSTLY] < 80 &&
              count[POL_ALONE_OFTEN] > 300 && count[POL_ALONE_OFTEN] < 800,
          "%zu, %zu", count[POL_ALONE_MOSTLY], count[POL_ALONE_OFTEN]);
}

/* --- across words --------------------------------------------------------- */

static const struct {
    const char *text, *hit;
    bool want;
} rows[] = {
    { "在路口交通不便", "口交", true },
    { "请确保密码安全", "保密", true },
    { "必须确保密切联系", "保密", true },
    { "他担保密码没丢", "保密", true },
    { "請確保密碼安全", "保密", true },
    { "科学家庭院很大", "学家庭", true },
    { "科学家庭院很大", "学家", true },
    { "半导体很大", "导体", false }, /* within one */
    { "请保密", "保密", false },
    { "确保保密", "保密", false },
    { "保密码头", "保密", false },
    { "确保密", "保密", false },
    { "确保密。码头", "保密", false },
    { "确，保密码", "保密", false },
    /* Words stand at both ends, too. */
    { "明确保密码头", "保密", false },
    { "准确保密码", "保密", true },
    { "欢声雷动人工委员", "人工", false },
    { "雷动人工委员", "人工", true },
    { "路口交通", "路口交通", false },
    { "加vx，路口", "vx", false },
};

static size_t find(const pol_folded *text, const uint16_t *units, size_t count)
{
    size_t at = 0;

    while (at + count <= text->count &&
           memcmp(text->units + at, units, 2 * count) != 0)
        at++;
    return at;
}

static void test_sees_what_stands_across_words(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        uint16_t hit[20];
        size_t count, at;

        if (!fold(rows[i].hit))
            continue;
        count = folded.count;
        memcpy(hit, folded.units, 2 * count);
        if (!fold(rows[i].text))
            continue;
        at = find(&folded, hit, count);
        if (CHECK(at + count <= folded.count, "%s: no %s", rows[i].text,
                  rows[i].hit))
            CHECK(pol_word_straddled(&folded, at, at + count) == rows[i].want,
                  "%s: %s", rows[i].text, rows[i].hit);
    }
}

static bool is_word(size_t from, size_t to)
{
    return is_listed(folded.units + from, to - from);
}

static bool twin_covers(size_t pos)
{
    for (size_t a = 0; a <= pos; a++)
        for (size_t b = pos + 1; b <= folded.count; b++)
            if (is_word(a, b))
                return true;
    return false;
}

static bool twin_straddled(size_t start, size_t end)
{
    bool across = false, left = false, right = false;

    for (size_t a = 0; a < start; a++)
        left |= is_word(a, start);
    for (size_t b = end + 1; b <= folded.count; b++)
        right |= is_word(end, b);
    for (size_t middle = start + 1; middle < end; middle++)
        for (size_t a = 0; a < start; a++)
            for (size_t b = end + 1; b <= folded.count; b++)
                across |= is_word(a, middle) && is_word(middle, b);
    return across && !(left && right);
}

/* Of words, parts of words and what is none. */
static void random_text(uint64_t *seed)
{
    size_t len = 2 + test_random(seed) % 10, n = 0;

    folded.count = 0;
    while (n < len) {
        const struct word *w = &list[test_random(seed) % list_count];
        size_t kind = test_random(seed) % 12;

        /* Those that share a character with the one before meet more often. */
        for (unsigned k = 0; k < 200 && n > 0 && kind < 4 &&
                             w->units[0] != folded.units[n - 1]; k++)
            w = &list[test_random(seed) % list_count];
        if (kind == 11) {
            folded.units[n++] = '.';
            continue;
        }
        for (size_t i = kind < 4 && n > 0; i < w->count && n < len; i++)
            folded.units[n++] = w->units[i];
    }
    folded.count = n;
}

static void test_agrees_with_the_twins(void)
{
    size_t straddled = 0, covered = 0;
    uint64_t seed = 9;

    if (!ready() || !fold("这里只要有十几个字的地方就够了"))
        return;
    for (unsigned round = 0; round < 4000; round++) {
        random_text(&seed);
        for (size_t start = 0; start < folded.count; start++) {
            bool covers = pol_word_covers(&folded, start);

            covered += covers;
            if (!CHECK(covers == twin_covers(start), "round %u, %zu", round,
                       start))
                return;
            for (size_t end = start + 1; end <= folded.count; end++) {
                bool is = pol_word_straddled(&folded, start, end);

                straddled += is;
                if (!CHECK(is == twin_straddled(start, end),
                           "round %u, %zu to %zu", round, start, end))
                    return;
            }
        }
    }
    CHECK(straddled > 1000 && covered > 1000, "%zu across words, %zu in them",
          straddled, covered);
}

static void test_knows_honest_doubles(void)
{
    static const struct {
        const char *text;
        size_t pos;
        bool want;
    } cases[] = {
        { "糖尿病病人", 3, true }, { "北京京剧", 2, true }, { "天天", 1, true },
        { "机机密", 1, false },    { "糖尿尿病", 2, false },  { "密密", 1, false },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        if (fold(cases[i].text))
            CHECK(pol_word_doubles(&folded, cases[i].pos) == cases[i].want, "%s",
                  cases[i].text);
}

static const struct test_case tests[] = {
    { "knows honest doubles", test_knows_honest_doubles },
    { "has every word of the list", test_has_every_word_of_the_list },
    { "has no other word", test_has_no_other_word },
    { "refuses what is no Han", test_refuses_what_is_no_han },
    { "tells all lengths", test_tells_all_lengths },
    { "knows what stands alone", test_knows_what_stands_alone },
    { "sees what stands across words", test_sees_what_stands_across_words },
    { "agrees with the twins", test_agrees_with_the_twins },
};

int main(void)
{
    int failed;

    pol_folded_init(&folded, NULL);
    failed = test_run("words", tests, sizeof(tests) / sizeof(*tests));
    pol_folded_fini(&folded);
    return failed;
}
