/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers in forms: every detector of numbers finds them in every form with
 * exactly their span; what is counted, dated or spelled as a word stays; and a
 * twin that looks at one character after the other agrees.
 */
#include "text/numerals.h"

#include "match/detect.h"
#include "text/utf8.h"

#include "harness.h"

struct bench {
    struct test_allocator memory;
    pol_folded f;
    pol_overlay o;
    policy_str source;
    char found[400];
};

static policy_str str(const char *s)
{
    return (policy_str){ s, strlen(s) };
}

static void begin(struct bench *b)
{
    memset(b, 0, sizeof(*b));
    test_allocator_init(&b->memory);
    pol_folded_init(&b->f, &b->memory.allocator);
    pol_overlay_init(&b->o, &b->memory.allocator);
}

static void end(struct bench *b)
{
    pol_overlay_fini(&b->o);
    pol_folded_fini(&b->f);
    test_allocator_clean(&b->memory);
}

static int keep(void *user, const pol_detection *d)
{
    struct bench *b = user;
    policy_span s = pol_folded_source(&b->o.text, d->start, d->end);
    size_t n = strlen(b->found);

    snprintf(b->found + n, sizeof(b->found) - n, "%s:%.*s|",
             pol_detector_name(d->detector), (int)(s.end - s.start),
             b->source.ptr + s.start);
    return 0;
}

/* The finds that the overlay of `text` has; empty where there is none. */
static const char *look(struct bench *b, const char *text)
{
    const uint32_t numbers = 1u << POL_DETECT_RESIDENT_ID |
                             1u << POL_DETECT_MOBILE | 1u << POL_DETECT_BANK_CARD;

    b->source = str(text);
    b->found[0] = '\0';
    if (CHECK(pol_fold(&b->f, b->source, NULL) == POLICY_OK &&
                  pol_numerals(&b->o, &b->f, NULL) == POLICY_OK, "%s", text))
        pol_detect(&b->o.text, numbers, keep, b);
    return b->found;
}

static const struct {
    const char *text, *want;
} rows[] = {
    { "电话一三八零零一三八零零零谢谢", "mobile:一三八零零一三八零零零|" },
    { "电话一三八〇〇一三八〇〇〇", "mobile:一三八〇〇一三八〇〇〇|" },
    { "壹叁捌零零壹叁捌零零零", "mobile:壹叁捌零零壹叁捌零零零|" },
    { "幺三八洞洞幺三八洞洞洞收到", "mobile:幺三八洞洞幺三八洞洞洞|" },
    { "幺三八洞洞幺三拐洞洞洞", "mobile:幺三八洞洞幺三拐洞洞洞|" },
    { "一三八①②③④⑤⑥⑦⑧", "mobile:一三八①②③④⑤⑥⑦⑧|" },
    { "138零零138000", "mobile:138零零138000|" },
    { "加138OO138OOO微信", "mobile:138OO138OOO|" },
    { "l38ool38ooo", "mobile:l38ool38ooo|" },
    { "I38OOI38OOO", "mobile:I38OOI38OOO|" },
    { "tel：13800l38ooo", "mobile:13800l38ooo|" },
    { "tel一三八零零一三八零零零", "mobile:一三八零零一三八零零零|" },
    { "一三八-零零一三-八零零零", "mobile:一三八-零零一三-八零零零|" },
    { "一三八 零零一三 八零零零", "mobile:一三八 零零一三 八零零零|" },
    { "１３８零零１３８０００", "mobile:１３８零零１３８０００|" },
    { "𝟏𝟑𝟖零零𝟏𝟑𝟖𝟎𝟎𝟎", "mobile:𝟏𝟑𝟖零零𝟏𝟑𝟖𝟎𝟎𝟎|" },
    { "१३८零零१३८०००", "mobile:१३८零零१३८०००|" },
    { "一三八兩兩一三八陸陸陸", "mobile:一三八兩兩一三八陸陸陸|" },
    { "一三八零零一三八零零零一起玩", "mobile:一三八零零一三八零零零|" },
    { "一三八零零一三八零零零参加", "mobile:一三八零零一三八零零零|" },
    { "壹參捌零零壹參捌零零零", "mobile:壹參捌零零壹參捌零零零|" },
    { "一三八零零一三八零零零", "mobile:一三八零零一三八零零零|" },
    { "+86一三八零零一三八零零零", "mobile:+86一三八零零一三八零零零|" },
    { "身份证一一零一零一一九九零零一零一零零一五",
      "resident_id:一一零一零一一九九零零一零一零零一五|" },
    { "壹壹零壹零壹壹玖玖零零壹零壹零零壹伍",
      "resident_id:壹壹零壹零壹壹玖玖零零壹零壹零零壹伍|" },
    { "幺幺洞幺洞幺幺九九洞洞幺洞幺洞洞幺五",
      "resident_id:幺幺洞幺洞幺幺九九洞洞幺洞幺洞洞幺五|" },
    { "11o1o119900101oo15", "resident_id:11o1o119900101oo15|" },
    { "11010119900101001五", "resident_id:11010119900101001五|" },
    { "卡号六二二二零二一二三四五六七八九四。",
      "bank_card:六二二二零二一二三四五六七八九四|" },
    { "陆贰贰贰零贰壹贰叁肆伍陆柒捌玖肆",
      "bank_card:陆贰贰贰零贰壹贰叁肆伍陆柒捌玖肆|" },
    { "六二二二 零二一二 三四五六 七八九四",
      "bank_card:六二二二 零二一二 三四五六 七八九四|" },
    { "6222o2l234567894", "bank_card:6222o2l234567894|" },
    { "六两两两洞两幺两三四五六拐八九四",
      "bank_card:六两两两洞两幺两三四五六拐八九四|" },
    { "先打一三八零零一三八零零零，再打一三九零零一三九零零零",
      "mobile:一三八零零一三八零零零|mobile:一三九零零一三九零零零|" },
};

static void test_shows_numbers_to_the_detectors(void)
{
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CHECK_CSTR_EQ(rows[i].text, look(&b, rows[i].text), rows[i].want);
    end(&b);
}

static void test_leaves_the_rest_alone(void)
{
    static const char *const texts[] = {
        "", "一", "13800138000", "13800138000 x", "二〇二六年三月", "一二三四五六",
        "一百二十三万四千五百六十七", "三十六计走为上计", "一一二二三三年",
        "hello 1000000 ill oil", "oooooooooo", "lililililil", "looooool",
        "oil1234567", "room 1 o 1 l 1 o 1",
        "洞洞洞洞洞洞洞洞", "山洞1234567", "五一 十一 三八 六一",
        "1 2 3 4 5 6 7", "三  四五六七八九", "一，二，三，四，五，六，七",
        "e3b0c442l98fc1c149", "二〇二六〇三〇年",
    };
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        look(&b, texts[i]);
        CHECK_INT_EQ(texts[i], b.o.text.count, 0);
    }
    end(&b);
}

/* What is a number in form, but not of those that the detectors know. */
static void test_finds_no_number_that_is_none(void)
{
    static const char *const texts[] = {
        "一二三四五六七八九", "一二三四五六七八九一二", "二三八零零一三八零零零",
        "一三八零零一三八零零", "一三八零零一三八零零零零",
        "一一零一零一一九九零零一零一零零一六", "六二二二零二一二三四五六七八九五",
        "一三八零零十三八零零零", "一一一一一一一一一一一哈",
        "第三八零零一三八零零零章", "oo12345678901l",
        "1234567oil",
    };
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        if (CHECK_CSTR_EQ(texts[i], look(&b, texts[i]), ""))
            continue;
    end(&b);
}

static void test_tells_what_it_changed(void)
{
    struct bench b;

    begin(&b);
    look(&b, "电1三８零零138000");
    if (CHECK_INT_EQ("units", b.o.text.count, b.f.count)) {
        CHECK(b.o.text.units[0] == b.f.units[0] && b.o.text.reasons[0] == 0,
              "outside");
        CHECK(b.o.text.units[1] == '1' && b.o.text.reasons[1] == 0, "a digit");
        CHECK(b.o.text.units[2] == '3' &&
                  b.o.text.classes[2] == POL_CLASS_DIGIT &&
                  b.o.text.reasons[2] == POL_REASON_NUMERAL, "a numeral");
        CHECK(b.o.text.units[3] == '8' &&
                  b.o.text.reasons[3] == b.f.reasons[3], "a wide one");
    }
    end(&b);
}

static void test_refuses_without_memory(void)
{
    struct bench b;

    begin(&b);
    look(&b, "13800138000");
    b.memory.fail_at = b.memory.requests + 1;
    CHECK(pol_fold(&b.f, str("1380零138000"), NULL) == POLICY_OK, "fold");
    CHECK(pol_numerals(&b.o, &b.f, NULL) == POLICY_ENOMEM, "refused");
    CHECK_INT_EQ("clear", b.o.text.count, 0);
    b.memory.fail_at = 0;
    CHECK(pol_numerals(&b.o, &b.f, NULL) == POLICY_OK, "again");
    CHECK_INT_EQ("units", b.o.text.count, b.f.count);
    end(&b);
}

/* --- recall -------------------------------------------------------------- */

static const char *const forms[][10] = {
    { "零", "一", "二", "三", "四", "五", "六", "七", "八", "九" },
    { "〇", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖" },
    { "洞", "幺", "两", "三", "四", "五", "六", "拐", "八", "九" },
    { "零", "壹", "貳", "三", "肆", "伍", "陸", "柒", "捌", "玖" },
    { "0", "①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨" },
    { "o", "l", "2", "3", "4", "5", "6", "7", "8", "9" },
    { "０", "１", "２", "３", "４", "５", "６", "７", "８", "９" },
};

/* A number of the kind that `kind` names. */
static void make_number(char out[20], int kind, uint64_t *seed)
{
    int n;

    if (kind == POL_DETECT_RESIDENT_ID) {
        strcpy(out, "110101199001010015");
    } else if (kind == POL_DETECT_BANK_CARD) {
        strcpy(out, "6222021234567894");
    } else {
        out[0] = '1';
        out[1] = (char)('3' + test_random(seed) % 7);
        for (n = 2; n < 11; n++)
            out[n] = (char)('0' + test_random(seed) % 10);
        out[n] = '\0';
    }
}

static void test_finds_any_number_in_any_form(void)
{
    enum { ROUNDS = 3000 };
    uint64_t seed = 38;
    struct bench b;

    begin(&b);
    for (int i = 0; i < ROUNDS; i++) {
        char number[20], hidden[100] = "", text[200], want[200];
        int kind = (int)(test_random(&seed) % 3);
        size_t one = test_random(&seed) % 7, other = test_random(&seed) % 4;
        size_t changed = 0, letters = 0;

        make_number(number, kind, &seed);
        for (size_t k = 0; number[k]; k++) {
            size_t form = k > 0 && test_random(&seed) % 3 == 0 ? other : one;
            const char *digit = forms[form][number[k] - '0'];

            changed += form < 4;
            letters += form == 5 && number[k] < '2';
            strcat(hidden, digit);
        }
        if (!changed || letters * 3 > 2 * strlen(number))
            continue;
        snprintf(text, sizeof(text), "请加%s，谢谢", hidden);
        snprintf(want, sizeof(want), "%s:%s|", pol_detector_name(kind), hidden);
        CHECK_CSTR_EQ(text, look(&b, text), want);
    }
    end(&b);
}

/* --- the twin -------------------------------------------------------------- */

/* The digit that `cp` names, and how: h, r, l, or d for itself; 0: none. */
static char twin_kind(uint32_t cp, int *digit)
{
    static const struct {
        const char *names;
        char kind;
        int digit;
    } all[] = {
        { "〇零", 'h', 0 },   { "一壹幺", 'h', 1 }, { "二贰两", 'h', 2 },
        { "三叁参", 'h', 3 },  { "四肆", 'h', 4 },   { "五伍", 'h', 5 },
        { "六陆", 'h', 6 },   { "七柒", 'h', 7 },   { "八捌", 'h', 8 },
        { "九玖", 'h', 9 },   { "洞", 'r', 0 },     { "拐", 'r', 7 },
        { "o", 'l', 0 },      { "li", 'l', 1 },
    };

    if (cp >= '0' && cp <= '9') {
        *digit = (int)cp - '0';
        return 'd';
    }
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        policy_str s = str(all[i].names);

        for (size_t pos = 0; pos < s.len;) {
            uint32_t name;
            bool ok;

            pos = pol_utf8_next(s, pos, &name, &ok);
            if (name == cp) {
                *digit = all[i].digit;
                return all[i].kind;
            }
        }
    }
    return 0;
}

enum { TWIN_MAX = 400 };

/* One letter a unit: h r l d as above, w other Latin, - a separator, y 年,
 * c other Han, . the rest. */
static void spell(const pol_folded *f, char *kinds, int *digits)
{
    for (size_t i = 0; i < f->count; i++) {
        char kind = twin_kind(f->units[i], &digits[i]);

        kinds[i] = kind                                       ? kind
                   : f->units[i] == 0x5e74                    ? 'y'
                   : f->classes[i] == POL_CLASS_HAN           ? 'c'
                   : f->classes[i] == POL_CLASS_LATIN         ? 'w'
                   : strchr(" -", (char)f->units[i]) &&
                             f->units[i] < 128 && f->units[i] ? '-'
                                                              : '.';
    }
    kinds[f->count] = '\0';
}

static bool one_of(char kind, const char *kinds)
{
    return kind && strchr(kinds, kind);
}

/* The longest run that begins at `i`; `i` if none does. */
static size_t twin_run(const char *k, size_t i)
{
    size_t j = i;

    while (k[j]) {
        size_t g = j;
        char before = j > 0 ? k[j - 1] : '.';

        while (k[g] == 'l')
            g++;
        if (g > j) {
            bool beside = (j > i && one_of(before, "hrd")) ||
                          one_of(k[g], "hrd");

            if (one_of(before, "lw") || one_of(k[g], "w") || !beside)
                break;
            j = g;
        } else if (one_of(k[j], "hrd")) {
            j++;
        } else if (k[j] == '-' && j > i && one_of(before, "hrdl") &&
                   one_of(k[j + 1], "hrdl")) {
            j++;
        } else {
            break;
        }
    }
    return j > i && k[j - 1] == '-' ? j - 1 : j;
}

static void twin(const pol_folded *f, uint16_t *units)
{
    char k[TWIN_MAX + 1];
    int digits[TWIN_MAX];

    spell(f, k, digits);
    for (size_t i = 0; i < f->count; i++)
        units[i] = f->units[i];
    for (size_t i = 0; i < f->count;) {
        size_t j, count = 0, plain = 0, letters = 0;

        j = k[i] == 'r' || k[i] == '-' || (k[i] == 'l' && f->units[i] == 'o')
                ? i : twin_run(k, i);
        if (j == i) { /* a group of letters that begins nothing is passed over */
            while (k[i] == 'l' && k[i + 1] == 'l')
                i++;
            i++;
            continue;
        }
        for (size_t n = i; n < j; n++) {
            count += k[n] != '-';
            plain += k[n] == 'd';
            letters += k[n] == 'l';
        }
        if (count >= 7 && plain < count && 3 * letters <= 2 * count && k[j] != 'y') {
            size_t stop = j;

            if (count == 12 && digits[i] == 1 && one_of(k[j], "c") &&
                (f->units[j - 1] == 0x4e00 || f->units[j - 1] == 0x4e24 ||
                 f->units[j - 1] == 0x53c2))
                stop--;
            for (; i < stop; i++)
                if (k[i] != '-')
                    units[i] = (uint16_t)('0' + digits[i]);
        }
        i = j;
    }
}

static void test_agrees_with_its_twin(void)
{
    static const char *const pieces[] = {
        "一", "三", "八", "零", "1", "8", "0", "3", "壹", "洞", "拐", "o", "l",
        "i", " ", "-", "a", "年", "起", "參", "①", "，", "一三八", "零零", "138", "两",
    };
    unsigned rounds = getenv("POLICY_TEST_LONG") ? 1000000 : 40000, i;
    uint64_t seed = 20261128;
    size_t overlays = 0;
    struct bench b;

    begin(&b);
    for (i = 0; i < rounds; i++) {
        char text[400] = "";
        uint16_t want[TWIN_MAX];
        size_t n = 1 + test_random(&seed) % 30, few = 5 + test_random(&seed) % 21;
        bool same;

        for (; n; n--)
            strcat(text, pieces[test_random(&seed) % few]);
        look(&b, text);
        twin(&b.f, want);
        same = memcmp(want, b.f.units, b.f.count * 2) == 0;
        overlays += !same;
        if (same ? b.o.text.count != 0
                 : b.o.text.count != b.f.count ||
                       memcmp(want, b.o.text.units, b.f.count * 2) != 0) {
            CHECK(false, "“%s”", text);
            break;
        }
    }
    CHECK(overlays > rounds / 20, "%zu overlays", overlays);
    end(&b);
}

static void test_is_linear_in_hostile_text(void)
{
    static const char *const units[] = { "o", "一", "1o", "1 ", "l-", "洞", "1a",
                                         "一o", "ol1" };
    enum { REPEATS = 100000 };
    char *text = malloc(REPEATS * 4 + 1);
    struct bench b;

    begin(&b);
    CU_ASSERT_FATAL(text != NULL);
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        size_t len = strlen(units[i]);

        for (size_t k = 0; k < REPEATS; k++)
            memcpy(text + k * len, units[i], len + 1);
        CHECK_CSTR_EQ(units[i], look(&b, text), "");
    }
    free(text);
    end(&b);
}

static const struct test_case tests[] = {
    { "shows numbers to the detectors", test_shows_numbers_to_the_detectors },
    { "leaves the rest alone", test_leaves_the_rest_alone },
    { "finds no number that is none", test_finds_no_number_that_is_none },
    { "tells what it changed", test_tells_what_it_changed },
    { "refuses without memory", test_refuses_without_memory },
    { "finds any number in any form", test_finds_any_number_in_any_form },
    { "agrees with its twin", test_agrees_with_its_twin },
    { "is linear in hostile text", test_is_linear_in_hostile_text },
};

POLICY_TEST_MAIN("numerals", tests)
