/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readings are those of Unihan, all of them; the view and the terms in it are
 * what a twin makes unit by unit; what is admitted is what a twin counts out.
 */
#include "text/pinyin.h"

#include <time.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/alloc.h"
#include "fold_oracle.h"
#include "harness.h"
#include "text/words.h"

struct bench {
    pol_folded folded;
    pol_overlay view;
    struct test_allocator memory;
};

static void begin(struct bench *b)
{
    memset(b, 0, sizeof(*b));
    test_allocator_init(&b->memory);
    pol_folded_init(&b->folded, &b->memory.allocator);
    pol_overlay_init(&b->view, &b->memory.allocator);
}

static void end(struct bench *b)
{
    pol_overlay_fini(&b->view);
    pol_folded_fini(&b->folded);
    test_allocator_clean(&b->memory);
}

static policy_str str(const char *s)
{
    return (policy_str){ s, strlen(s) };
}

static bool view(struct bench *b, const char *text)
{
    return CHECK(pol_fold(&b->folded, str(text), NULL) == POLICY_OK &&
                     pol_pinyin_view(&b->view, &b->folded, NULL) == POLICY_OK,
                 "%s", text);
}

/* --- readings ------------------------------------------------------------- */

static const char *show(const uint16_t *readings, size_t count)
{
    static char out[100];
    size_t n = 0;

    out[0] = '\0';
    for (size_t i = 0; i < count; i++)
        n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%s%d", i ? " " : "",
                              pol_pinyin_spelling(POL_PINYIN_ID(readings[i])),
                              POL_PINYIN_TONE(readings[i]));
    return out;
}

static const struct {
    uint16_t han;
    const char *want;
} known[] = {
    { 0x5fae, "wei1" },              /* 微 */
    { 0x4fe1, "xin4" },              /* 信 */
    { 0x7eff, "lv4 lu4" },           /* 绿 */
    { 0x7565, "lve4" },              /* 略 */
    { 0x91cd, "zhong4 chong2" },     /* 重 */
    { 0x884c, "xing2 hang2 heng2" }, /* 行 */
    { 0x4e86, "le5 liao3" },         /* 了 */
    { 0x548c, "he2 hu2 huo2" },      /* 和 */
    { 0x3007, "" },                  /* 〇, of which Unihan says nothing */
    { 0x3400, "qiu1" },              /* 㐀 */
    { 0x9fff, "" },                  /* 鿿, likewise */
    { 'a', "" },
    { 0xff0c, "" },
    { 0xd840, "" },
    { 0xdc00, "" },
    { 0, "" },
    { 0xffff, "" },
};

static void test_knows_readings(void)
{
    uint16_t out[POL_PINYIN_MAX];

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        size_t count = pol_pinyin_readings(known[i].han, out);
        char label[20];

        snprintf(label, sizeof(label), "U+%04X", known[i].han);
        CHECK_CSTR_EQ(label, show(out, count), known[i].want);
        CHECK_INT_EQ(label, pol_pinyin(known[i].han), count ? out[0] : 0);
    }
    CHECK_CSTR_EQ("none", pol_pinyin_spelling(0), "");
    CHECK_CSTR_EQ("beyond", pol_pinyin_spelling(0x1ff), "");
    CHECK_CSTR_EQ("far beyond", pol_pinyin_spelling(0xffff), "");
}

enum { NAMES = 12, NAME = 16 };

/* What Unihan says of one character; the best source wins. */
struct entry {
    uint32_t cp;
    char standard[NAMES][NAME], usual[NAMES][NAME];
    size_t standard_count, usual_count;
};

/* "wěi" to "wei3". */
static void spell(char *out, const char *reading)
{
    UErrorCode e = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&e);
    UChar text[32], plain[32];
    int32_t len, tone = 5;
    size_t n = 0;

    u_strFromUTF8(text, 32, &len, reading, -1, &e);
    len = unorm2_normalize(nfd, text, len, plain, 32, &e);
    for (int32_t i = 0; U_SUCCESS(e) && i < len && n < NAME - 2; i++) {
        switch (plain[i]) {
        case 0x304: tone = 1; break;
        case 0x301: tone = 2; break;
        case 0x30c: tone = 3; break;
        case 0x300: tone = 4; break;
        case 0x308: out[n - 1] = 'v'; break;
        case 0x302: out[n++] = 'i'; break;
        default: out[n++] = (char)plain[i];
        }
    }
    snprintf(out + n, NAME - n, "%d", tone);
}

static bool has(char names[][NAME], size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void add(char names[][NAME], size_t *count, const char *reading)
{
    char name[NAME];

    spell(name, reading);
    if (!has(names, *count, name) && *count < NAMES)
        strcpy(names[(*count)++], name);
}

static size_t syllables(char names[][NAME], size_t count)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        size_t k = 0;

        while (strncmp(names[k], names[i], strlen(names[i]) - 1) != 0 ||
               strlen(names[k]) != strlen(names[i]))
            k++;
        n += k == i;
    }
    return n;
}

static size_t check_entry(struct entry *e)
{
    uint16_t got[POL_PINYIN_MAX];
    size_t count = pol_pinyin_readings((uint16_t)e->cp, got), all, want;
    bool listed = e->standard_count > 0;
    char (*of)[NAME] = listed ? e->standard : e->usual;
    char names[POL_PINYIN_MAX][NAME];

    all = listed ? e->standard_count : e->usual_count;
    want = all < POL_PINYIN_MAX ? all : POL_PINYIN_MAX;
    CHECK(count == want, "U+%04X: %zu readings, not %zu", e->cp, count, want);
    for (size_t i = 0; i < count; i++) {
        strcpy(names[i], show(&got[i], 1));
        CHECK(has(of, all, names[i]), "U+%04X is not read %s", e->cp, names[i]);
        CHECK(!has(names, i, names[i]), "U+%04X twice %s", e->cp, names[i]);
    }
    if (count > 0 && e->usual_count > 0 && has(of, all, e->usual[0]))
        CHECK_CSTR_EQ("the usual one", names[0], e->usual[0]);
    else if (count > 0)
        CHECK_CSTR_EQ("the first one", names[0], of[0]);
    want = syllables(of, all);
    want = want < POL_PINYIN_MAX ? want : POL_PINYIN_MAX;
    CHECK(syllables(names, count) == want, "U+%04X lacks a syllable", e->cp);
    return count;
}

static void add_line(struct entry *e, const char *field, char *value)
{
    char *of_value, *of_part;

    for (char *v = strtok_r(value, " \n", &of_value); v;
         v = strtok_r(NULL, " \n", &of_value)) {
        if (strcmp(field, "kMandarin") == 0) {
            add(e->usual, &e->usual_count, v);
            continue;
        }
        for (char *r = strtok_r(strchr(v, ':') + 1, ",", &of_part); r;
             r = strtok_r(NULL, ",", &of_part))
            add(e->standard, &e->standard_count, r);
    }
}

static void test_has_all_readings_of_unihan(void)
{
    static char line[4000];
    static bool seen[0x10000];
    struct entry e = { 0 };
    size_t readings = 0;
    bool pipe;
    FILE *f = oracle_open("Unihan_Readings.txt.bz2", &pipe);

    if (!CHECK(f != NULL, "Unihan_Readings.txt.bz2: missing"))
        return;
    while (fgets(line, sizeof(line), f)) {
        char field[40];
        unsigned cp;
        int at;

        if (sscanf(line, "U+%X\t%39s\t%n", &cp, field, &at) != 2 ||
            cp > 0xffff || (strcmp(field, "kMandarin") != 0 &&
                            strcmp(field, "kTGHZ2013") != 0))
            continue;
        if (cp != e.cp) {
            readings += e.cp ? check_entry(&e) : 0;
            e = (struct entry){ .cp = cp };
            CHECK(!seen[cp], "U+%04X comes in parts", cp);
        }
        seen[cp] = true;
        add_line(&e, field, line + at);
    }
    readings += check_entry(&e);
    CHECK(oracle_close(f, pipe), "Unihan_Readings.txt.bz2 cannot be read");
    CHECK(readings > 26000, "only %zu readings", readings);
    for (uint32_t c = 0; c < 0x10000; c++)
        CHECK(seen[c] || pol_pinyin((uint16_t)c) == 0, "U+%04X is not listed", c);
}

/* --- the view ------------------------------------------------------------- */

static bool is_surrogate(uint16_t unit)
{
    return unit >= 0xd800 && unit < 0xe000;
}

static uint16_t unit_of(const pol_folded *f, size_t i)
{
    uint16_t reading = pol_pinyin(f->units[i]);

    if (reading)
        return POL_PINYIN_UNIT(POL_PINYIN_ID(reading));
    if (!is_surrogate(f->units[i]) && (f->classes[i] == POL_CLASS_LATIN ||
                                       f->classes[i] == POL_CLASS_DIGIT))
        return f->units[i];
    return POL_UNIT_BREAK;
}

/* Some run from `i` on has two Han. */
static bool two_from(const pol_folded *f, size_t i)
{
    size_t han = 0;

    for (; i < f->count && unit_of(f, i) != POL_UNIT_BREAK; i++)
        han += pol_pinyin(f->units[i]) != 0;
    return han >= 2;
}

static bool check_twin(const struct bench *b, const char *text)
{
    const pol_folded *f = &b->folded, *v = &b->view.text;
    bool any = false, same = true;

    for (size_t i = 0; i < f->count && !any; i++)
        any = two_from(f, i);
    if (!any || v->count == 0)
        return CHECK(!any && v->count == 0, "%s: %zu units", text, v->count);
    for (size_t i = 0; i < f->count; i++)
        same = same && v->units[i] == unit_of(f, i);
    same = same && v->count == f->count && v->starts == f->starts &&
           v->ends == f->ends &&
           memcmp(v->classes, f->classes, f->count) == 0 &&
           memcmp(v->reasons, f->reasons, f->count * 2) == 0;
    return CHECK(same, "%s: not the view of it", text);
}

static const struct {
    const char *text, *want; /* syllables, letters as they are, | for a break */
} views[] = {
    { "", "" },
    { "微", "" },
    { "微。信", "" },
    { "v信", "" },
    { "a1 微, b信", "" },
    { "hello world 123", "" },
    { "微信", "[wei][xin]" },
    { "薇信", "[wei][xin]" },
    { "維信", "[wei][xin]" },
    { "加V信吧", "[jia]v[xin][ba]" },
    { "微1信", "[wei]1[xin]" },
    { "你好。再见", "[ni][hao]|[zai][jian]" },
    { "你好，я见😀a", "[ni][hao]||[jian]||a" },
    { "你\xf0\x90\x9e\x80好见", "[ni]||[hao][jian]" }, /* a Latin pair */
    { "你𠀀好见", "[ni]||[hao][jian]" },
    { "好长的一段英文之后才有 abcdefghijklmnop 信息",
      "[hao][zhang][de][yi][duan][ying][wen][zhi][hou][cai][you]|"
      "abcdefghijklmnop|[xin][xi]" },
};

static void test_shows_what_is_heard(void)
{
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(views) / sizeof(*views); i++) {
        char out[300] = "";
        size_t n = 0;

        if (!view(&b, views[i].text) || !check_twin(&b, views[i].text))
            continue;
        for (size_t k = 0; k < b.view.text.count; k++) {
            uint16_t unit = b.view.text.units[k];

            if (unit == POL_UNIT_BREAK)
                n += (size_t)sprintf(out + n, "|");
            else if (is_surrogate(unit))
                n += (size_t)sprintf(out + n, "[%s]",
                                     pol_pinyin_spelling(unit - 0xd800));
            else
                n += (size_t)sprintf(out + n, "%c", unit);
        }
        CHECK_CSTR_EQ(views[i].text, out, views[i].want);
    }
    end(&b);
}

/* In blocks of exactly their size, so that a sanitizer sees the next one. */
static void test_reads_nothing_beyond(void)
{
    struct bench b;

    begin(&b);
    for (size_t count = 0; count < 40; count++) {
        pol_folded f = { .count = count };

        f.units = calloc(count + !count, sizeof(*f.units));
        f.reasons = calloc(count + !count, sizeof(*f.reasons));
        f.classes = malloc(count + !count);
        memset(f.classes, POL_CLASS_LATIN, count + !count);
        CHECK(pol_pinyin_view(&b.view, &f, NULL) == POLICY_OK &&
                  b.view.text.count == 0, "%zu units", count);
        free(f.classes);
        free(f.reasons);
        free(f.units);
    }
    end(&b);
}

static void put(char *text, uint32_t cp)
{
    char c[5] = { 0 };
    int32_t n = 0;

    U8_APPEND_UNSAFE(c, n, cp);
    strcat(text, c);
}

/* Every character, so that the table's letters are those of the fold. */
static void test_agrees_with_the_twin_on_all_characters(void)
{
    struct bench b;

    begin(&b);
    for (uint32_t cp = 1; cp < 0x20000; cp++) {
        char text[40] = "中";

        if (cp >= 0xd800 && cp < 0xe000)
            continue;
        put(text, cp);
        strcat(text, "中人");
        if (!view(&b, text) || !check_twin(&b, text))
            break;
    }
    end(&b);
}

static void test_agrees_with_the_twin_on_random_texts(void)
{
    static const char *const alphabet[] = {
        "中", "信", "行", "a", "V", "1", "é", "я", "𠀀", "，", "。", " ", "*", "😀",
        "\xf0\x90\x9e\x80", "鿿", "\xff"
    };
    uint64_t seed = 7;
    size_t views_made = 0;
    struct bench b;

    begin(&b);
    for (unsigned round = 0; round < 30000; round++) {
        size_t len = test_random(&seed) % 40, kinds = 2 + test_random(&seed) % 15;
        char text[400] = "";

        for (size_t i = 0; i < len; i++)
            strcat(text, alphabet[(test_random(&seed) % kinds * 7 + round) % 17]);
        if (!view(&b, text) || !check_twin(&b, text))
            break;
        views_made += b.view.text.count > 0;
    }
    CHECK(views_made > 5000 && views_made < 28000, "%zu views", views_made);
    end(&b);
}

static void test_asks_for_memory_once(void)
{
    struct bench b;
    size_t asked;

    begin(&b);
    view(&b, "这是一段比较长的话，里面什么都没有");
    asked = b.memory.requests;
    view(&b, "还是这段比较长的话，里面什么也没有");
    view(&b, "短的");
    CHECK_INT_EQ("calls", b.memory.requests, asked);
    end(&b);
}

static void test_refuses_without_memory(void)
{
    struct bench b;

    begin(&b);
    CHECK(pol_fold(&b.folded, str("微信"), NULL) == POLICY_OK, "fold");
    b.memory.fail_at = b.memory.requests + 1;
    CHECK(pol_pinyin_view(&b.view, &b.folded, NULL) == POLICY_ENOMEM, "refused");
    CHECK_INT_EQ("empty", b.view.text.count, 0);
    b.memory.fail_at = 0;
    CHECK(pol_pinyin_view(&b.view, &b.folded, NULL) == POLICY_OK, "again");
    CHECK_INT_EQ("units", b.view.text.count, 2);
    end(&b);
}

/* --- terms ---------------------------------------------------------------- */

static const struct {
    const char *term, *want;
} terms[] = {
    { "", "" },
    { "微", "" },
    { "v信", "" },
    { "vx", "" },
    { "机密", "ji mi" },
    { "機密", "ji mi" },
    { "好人", "hao ren" }, /* of two tones */
    { "银行", "yin xing|yin hang|yin heng" },
    { "重行", "zhong xing|chong xing|zhong hang|chong hang|zhong heng|"
              "chong heng" },
    /* Nine do not fit. */
    { "行行", "xing xing" },
    { "V重信2", "v zhong xin 2|v chong xin 2" },
    { "机，密", "" },
    { "机 密", "" },
    { "机密я", "" },
    { "机密𠀀", "" },
    { "机密鿿", "" },
};

static void test_spells_terms(void)
{
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(terms) / sizeof(*terms); i++) {
        uint16_t strings[POL_PINYIN_ROOM];
        char out[300] = "";
        size_t count, len;

        CHECK(pol_fold(&b.folded, str(terms[i].term), NULL) == POLICY_OK, "fold");
        len = b.folded.count;
        count = pol_pinyin_term(&b.folded, strings);
        for (size_t k = 0; k < count * len; k++) {
            if (k > 0)
                strcat(out, k % len ? " " : "|");
            if (is_surrogate(strings[k]))
                strcat(out, pol_pinyin_spelling(strings[k] - 0xd800));
            else
                put(out, strings[k]);
        }
        CHECK_CSTR_EQ(terms[i].term, out, terms[i].want);
    }
    end(&b);
}

/* Up to its end, which may be the first half of what goes on. */
static bool is_well_formed(const uint16_t *units, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_surrogate(units[i]) && i + 1 < count) {
            if (units[i] >= 0xdc00 || units[i + 1] < 0xdc00 ||
                units[i + 1] >= 0xe000)
                return false;
            i++;
        }
    return true;
}

/* No folded text has any of the strings. In whatever text a term stands, one of its strings is what the view has. */
static void test_strings_are_in_the_view(void)
{
    static const char *const alphabet[] = { "中", "信", "行", "重", "和", "a", "1",
                                            "银", "了", "绿" };
    uint16_t strings[POL_PINYIN_ROOM];
    uint64_t seed = 11;
    struct bench b;

    begin(&b);
    for (unsigned round = 0; round < 20000; round++) {
        size_t len = 1 + test_random(&seed) % 12, han = 0, count;
        char term[100] = "";
        bool found = false;

        for (size_t i = 0; i < len; i++) {
            size_t at = test_random(&seed) % 10;

            strcat(term, alphabet[at]);
            han += at != 5 && at != 6;
        }
        if (!view(&b, term))
            break;
        count = pol_pinyin_term(&b.folded, strings);
        CHECK((count > 0) == (han >= 2), "%s: %zu strings", term, count);
        CHECK(count <= POL_PINYIN_STRINGS, "%s: %zu strings", term, count);
        for (size_t k = 0; k < count; k++)
            CHECK(!is_well_formed(strings + k * len, len), "%s", term);
        for (size_t k = 0; k < count; k++)
            found |= memcmp(strings + k * len, b.view.text.units, 2 * len) == 0;
        CHECK(count == 0 || found, "%s: not heard", term);
    }
    end(&b);
}

static void test_long_terms_have_fewer_strings(void)
{
    uint16_t strings[POL_PINYIN_ROOM];
    static char term[3 * (POL_PINYIN_ROOM + 1) + 1];
    struct bench b;

    begin(&b);
    for (size_t len = 2; len <= POL_PINYIN_ROOM + 1; len++) {
        size_t want = len * 3 <= POL_PINYIN_ROOM ? 3 : len <= POL_PINYIN_ROOM;

        strcpy(term, "行");
        for (size_t i = 1; i < len; i++)
            memcpy(term + 3 * i, "中", sizeof("中"));
        CHECK(pol_fold(&b.folded, str(term), NULL) == POLICY_OK, "fold");
        CHECK(b.folded.count == len, "%zu units", len);
        for (size_t i = 1; i < len; i++)
            b.folded.units[i] = 0x673a; /* 机, which has one reading */
        CHECK(pol_pinyin_term(&b.folded, strings) == want, "%zu units", len);
    }
    end(&b);
}

/* --- the rule ------------------------------------------------------------- */

static const struct {
    const char *label, *term, *before, *hit, *after;
    bool strict, loose;
} rows[] = {
    { "the term", "机密文件", "看", "机密文件", "吧", false, false },
    { "the term in Traditional", "机密文件", "", "機密文件", "", false, false },
    { "one of four", "机密文件", "看", "机蜜文件", "吧", true, true },
    { "two of four", "机密文件", "看", "鸡蜜文件", "吧", true, true },
    { "two of four, other tones", "机密文件", "", "急觅文件", "", true, true },
    { "three of four", "机密文件", "", "鸡蜜闻件", "", true, true },
    { "three, another tone", "机密文件", "", "鸡蜜吻件", "", false, true },
    { "all of four", "机密文件", "", "鸡蜜闻键", "", false, true },
    { "another sound", "机密文件", "", "机密文书", "", false, false },
    { "another reading", "银行利率", "", "银航利率", "", true, true },
    { "one of three", "身份证", "", "身份怔", "", true, true },
    { "one of three, another tone", "身份证", "", "身份筝", "", false, true },
    { "two of three", "身份证", "", "娠份怔", "", false, true },
    { "all of three", "身份证", "", "娠忿怔", "", false, true },
    { "one of two", "微信", "加", "薇信", "", false, true },
    { "all of two", "微信", "加", "薇芯", "", false, false },
    { "two and a letter", "v信群", "加", "V芯群", "", false, true },
    { "three and a letter", "身份证a", "", "身份怔a", "", true, true },
    { "a letter only", "身份证a", "", "身份证b", "", false, false },
    { "a word", "微信", "有", "威信", "", false, false },
    { "a word inside", "公示书", "", "公式书", "", false, false },
    { "a word in four", "机密文件", "机密", "机密稳健", "", false, false },
    { "a word across the end", "公司章", "", "公司账", "户", false, false },
    { "the same without it", "公司章", "", "公司账", "，户", false, true },
    { "a word across the start", "密文件", "甜", "蜜文件", "", false, false },
    { "the same without it", "密文件", "甜。", "蜜文件", "", true, true },
    { "a word of what is the same", "机密文件", "有", "机蜜文件", "", true, true },
    { "what stands alone", "控制室", "被", "控制是", "", false, false },
    { "the same in more", "中央控制室", "", "中央控制是", "", false, false },
    { "what often does", "身份证", "", "身份正", "", false, false },
    { "the same in more", "身份证号", "", "身份正号", "", true, true },
    { "the same beside parts", "三证齐", "", "三正齐", "", true, true },
};

static void test_admits_by_length_and_tone(void)
{
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        uint16_t term[20];
        char text[100];
        size_t len, start;
        policy_str head = str(rows[i].before);

        CHECK(pol_fold(&b.folded, str(rows[i].term), NULL) == POLICY_OK, "fold");
        len = b.folded.count;
        memcpy(term, b.folded.units, 2 * len);
        CHECK(pol_fold(&b.folded, head, NULL) == POLICY_OK, "fold");
        start = b.folded.count;
        snprintf(text, sizeof(text), "%s%s%s", rows[i].before, rows[i].hit,
                 rows[i].after);
        CHECK(pol_fold(&b.folded, str(text), NULL) == POLICY_OK, "fold");
        CHECK(pol_pinyin_admits(&b.folded, start, start + len, term,
                                POL_PINYIN_STRICT) == rows[i].strict,
              "%s: %s / %s, strict", rows[i].label, rows[i].term, text);
        CHECK(pol_pinyin_admits(&b.folded, start, start + len, term,
                                POL_PINYIN_LOOSE) == rows[i].loose,
              "%s: %s / %s, loose", rows[i].label, rows[i].term, text);
    }
    end(&b);
}

/* S: the same, T: of its tone, L: of its sound; s: the same, but no Han; 0. */
static char kind_of(uint16_t unit, uint16_t want)
{
    uint16_t a[POL_PINYIN_MAX], b[POL_PINYIN_MAX];
    size_t n = pol_pinyin_readings(unit, a), m = pol_pinyin_readings(want, b);
    char kind = 0;

    if (unit == want)
        return m ? 'S' : 's';
    for (size_t i = 0; i < n * m; i++)
        if (pol_pinyin_spelling(POL_PINYIN_ID(a[i / m])) ==
                pol_pinyin_spelling(POL_PINYIN_ID(b[i % m])) && kind != 'T')
            kind = POL_PINYIN_TONE(a[i / m]) == POL_PINYIN_TONE(b[i % m]) ? 'T'
                                                                         : 'L';
    return kind;
}

static bool twin_whole(const pol_folded *f, size_t from, size_t to)
{
    return from == to || pol_word_is(f->units + from, to - from) ||
           (to == from + 1 && pol_word_alone(f->units[from]) == 2);
}

static bool twin_honest(const pol_folded *f, size_t start, size_t end, size_t i)
{
    for (size_t a = 0; a <= i; a++)
        for (size_t b = i + 1; b <= f->count; b++)
            if (pol_word_is(f->units + a, b - a))
                return true;
    return pol_word_alone(f->units[i]) == 2 ||
           (pol_word_alone(f->units[i]) == 1 && end - start < 4 &&
            twin_whole(f, start, i) && twin_whole(f, i + 1, end));
}

static bool twin_admits(const pol_folded *f, size_t start, size_t end,
                        const uint16_t *term, bool loose)
{
    size_t s = 0, t = 0, l = 0, han;

    for (size_t i = start; i < end; i++) {
        char kind = kind_of(f->units[i], term[i - start]);

        s += kind == 'S';
        t += kind == 'T';
        l += kind == 'L';
        if (!kind || (strchr("TL", kind) && twin_honest(f, start, end, i)))
            return false;
    }
    han = s + t + l;
    if (s == han)
        return false;
    if (loose)
        return han == 2 ? s == 1 : han >= 3;
    if (han == 3)
        return s == 2 && t == 1;
    return han >= 4 && (s >= t + l || (s > 0 && l == 0));
}

static void test_admits_what_the_twin_does(void)
{
    /* Each four sound alike. */
    static const char *const alphabet[] = {
        "机", "鸡", "几", "行", "密", "蜜", "米", "谜", "文", "闻", "吻", "问",
        "是", "室", "式", "失", "公", "工", "共", "龚", "信", "芯", "新", "馨",
        "和", "喝", "核", "a", "证", "正", "筝", "怔"
    };
    static const size_t kinds = sizeof(alphabet) / sizeof(*alphabet) / 4;
    size_t admitted[2] = { 0, 0 };
    uint64_t seed = 13;
    struct bench b;

    begin(&b);
    for (unsigned round = 0; round < 60000; round++) {
        size_t len = 1 + test_random(&seed) % 6, head = test_random(&seed) % 3;
        size_t tail = test_random(&seed) % 3;
        char text[100] = "", term[100] = "";
        uint16_t units[20];

        for (size_t i = 0; i < head + len + tail; i++) {
            size_t of = 4 * (test_random(&seed) % kinds);
            uint64_t r = test_random(&seed);

            strcat(text, alphabet[of + r % 4]);
            if (i >= head && i < head + len)
                strcat(term, alphabet[of + (r & 64 ? r / 8 % 4 : r % 4)]);
        }
        CHECK(pol_fold(&b.folded, str(term), NULL) == POLICY_OK, "fold");
        memcpy(units, b.folded.units, 2 * len);
        CHECK(pol_fold(&b.folded, str(text), NULL) == POLICY_OK, "fold");
        for (unsigned level = 0; level < 2; level++) {
            bool is = pol_pinyin_admits(&b.folded, head, head + len, units, level);

            admitted[level] += is;
            if (!CHECK(is == twin_admits(&b.folded, head, head + len, units,
                                         level == POL_PINYIN_LOOSE),
                       "round %u: %s / %s, %u", round, term, text, level)) {
                end(&b);
                return;
            }
        }
    }
    CHECK(admitted[0] > 500 && admitted[1] > admitted[0], "%zu, %zu admitted",
          admitted[0], admitted[1]);
    end(&b);
}

static void test_is_linear(void)
{
    static const char *const pieces[] = { "信。", "信a", "行", "v", "公式", "𠀀信" };
    enum { LEN = 1 << 20 };
    char *text = malloc(LEN + 16);
    clock_t start = clock();
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
        size_t len = strlen(pieces[i]), at = 0;
        uint16_t *term;

        for (; at + len < LEN; at += len)
            memcpy(text + at, pieces[i], len);
        text[at] = '\0';
        view(&b, text);
        term = malloc(2 * b.folded.count);
        memcpy(term, b.folded.units, 2 * b.folded.count);
        term[0] = term[b.folded.count - 1] = 0x6210; /* 成, unlike all */
        CHECK(!pol_pinyin_admits(&b.folded, 0, b.folded.count, term,
                                 POL_PINYIN_LOOSE), "%s", pieces[i]);
        memcpy(term, b.folded.units, 2 * b.folded.count);
        for (at = 0; at < b.folded.count; at++)
            term[at] = term[at] == 0x4fe1 ? 0x82af : term[at]; /* 信, 芯 */
        pol_pinyin_admits(&b.folded, 0, b.folded.count, term, POL_PINYIN_LOOSE);
        free(term);
    }
    CHECK((clock() - start) / CLOCKS_PER_SEC < 5, "took too long");
    free(text);
    end(&b);
}

static const struct test_case tests[] = {
    { "knows readings", test_knows_readings },
    { "has all readings of Unihan", test_has_all_readings_of_unihan },
    { "shows what is heard", test_shows_what_is_heard },
    { "reads nothing beyond", test_reads_nothing_beyond },
    { "agrees with the twin on all characters",
      test_agrees_with_the_twin_on_all_characters },
    { "agrees with the twin on random texts",
      test_agrees_with_the_twin_on_random_texts },
    { "asks for memory once", test_asks_for_memory_once },
    { "refuses without memory", test_refuses_without_memory },
    { "spells terms", test_spells_terms },
    { "strings are in the view", test_strings_are_in_the_view },
    { "long terms have fewer strings", test_long_terms_have_fewer_strings },
    { "admits by length and tone", test_admits_by_length_and_tone },
    { "admits what the twin does", test_admits_what_the_twin_does },
    { "is linear", test_is_linear },
};

POLICY_TEST_MAIN("pinyin", tests)
