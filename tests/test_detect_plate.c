/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vehicle plates by tables.
 */
#include <regex.h>
#include <uchar.h>

#include "base/slice.h"
#include "match/detectors.h"

#include "detections.h"

static const struct detect_row plates[] = {
    { "京A12345", "京A12345|" },
    { "京A·12345", "京A·12345|" },
    { "京A-12345", "京A-12345|" },
    { "京A 12345", "京A 12345|" },
    { "粤B1234A", "粤B1234A|" },
    { "沪CAB123", "沪CAB123|" },
    { "新A1B2C3", "新A1B2C3|" },
    { "川A123AB", "川A123AB|" },
    { "粤BD12345", "粤BD12345|" },
    { "粤BDA1234", "粤BDA1234|" },
    { "粤B12345D", "粤B12345D|" },
    { "粤B12345F", "粤B12345F|" },
    { "粤B12345K", "粤B12345K|" },
    { "沪AF12345", "沪AF12345|" },
    { "京A1234学", "京A1234学|" },
    { "京A1234警", "京A1234警|" },
    { "粤Z1234港", "粤Z1234港|" },
    { "粤Z1234澳", "粤Z1234澳|" },
    { "湘A1234挂", "湘A1234挂|" },
    { "京A1234领", "京A1234领|" },
    { "京A0123使", "京A0123使|" },
    { "车牌使123456", "使123456|" },
    { "我的车京A12345停在楼下", "京A12345|" },
    { "京A12345、京B12345", "京A12345|京B12345|" },
    { "京Ａ１２３４５", "京Ａ１２３４５|" },
    { "京a12345", "京a12345|" },
    { "京A•12345", "京A•12345|" },
    { "京A.12345", "京A.12345|" },
    { "（浙A12345）", "浙A12345|" },
    { "藏A①②③④⑤", "藏A①②③④⑤|" },
    { "在京A12345。", "京A12345|" },
};

static const char *const no_plates[] = {
    "", "京A1234", "京A123456", "京A1234567", "京I12345", "京112345", "京AI2345",
    "京AO2345", "京AABC12", "东A12345", "中A12345", "A12345", "京A-1234",
    "京A--12345", "京 A12345", "京A12345L", "京A12345M", "京A1234567D", "京A12345-1",
    "京AABCDE", "京A123学", "京A123汉", "使123456", "使用123456", "车牌使12345",
    "车牌使1234567", "京AB", "京剧A12345", "粤BDD12A4",
    "新款A12345", "京A1234i", "京A123.45",
};

static void test_finds_plates(void)
{
    CHECK_DETECTIONS(POL_DETECT_PLATE, plates);
}

static void test_refuses_what_resembles_plates(void)
{
    CHECK_NO_DETECTION(POL_DETECT_PLATE, no_plates);
}

/* ---- the reference: patterns over the text in letters ---- */

/* P a province, U a use, S 使, which is both; letters and digits themselves, a dot
 * for all that may part a plate; # the rest. */
static void spell(const pol_folded *f, char *out)
{
    static const struct { const char16_t *units; char letter; } rows[] = {
        { u"京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼", 'P' },
        { u"学警港澳挂领", 'U' }, { u"使", 'S' }, { u"·•・.", '.' },
    };

    for (size_t i = 0; i < f->count; i++) {
        uint16_t u = f->units[i];

        out[i] = (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') || u == ' ' ||
                 u == '-' ? (char)u : '#';
        for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++)
            for (const char16_t *c = rows[k].units; *c; c++)
                if (*c == u)
                    out[i] = rows[k].letter;
    }
    out[f->count] = '\0';
}

/* The serial of GA 36-2018, 5: of the common plates at most two letters. */
#define LETTER "[a-hj-np-z]"
#define SERIAL "[0-9a-hj-np-z]"

static bool reference_is_plate(const regex_t *plate, const regex_t *letters,
                               const char *s, size_t len)
{
    char one[16];
    size_t serial;

    snprintf(one, sizeof(one), "%.*s", (int)len, s);
    if (regexec(plate, one, 0, NULL, 0) != 0)
        return false;
    serial = 2 + (strchr(". -", one[2]) != NULL);
    /* Six characters are of new energy, which the pattern has. */
    return one[0] == 'S' || strlen(one + serial) == 6 ||
           regexec(letters, one + serial, 0, NULL, 0) != 0;
}

/* Does more of a code stand behind it? */
static bool goes_on_at(const char *s, size_t i)
{
    return (s[i] && strchr("abcdefghijklmnopqrstuvwxyz0123456789", s[i])) ||
           (s[i] == '-' && s[i + 1] &&
            strchr("abcdefghijklmnopqrstuvwxyz0123456789", s[i + 1]));
}

static void test_agrees_with_the_reference_on_random_text(void)
{
    static const char *const pieces[] = {
        "京", "粤", "使", "东", "车牌", "a", "b", "d", "f", "k", "i", "o", "z",
        "1", "2", "12", "123", "1234", "12345", "学", "警", "领", "·", ".", "-",
        " ", "，", "京a12345", "粤bd12345", "粤b12345d", "京a·1234学", "使123456",
        "川a1b2c3", "沪cab123",
    };
    unsigned rounds = getenv("POLICY_TEST_LONG") ? 500000 : 20000;
    uint64_t seed = 36;
    size_t finds = 0;
    regex_t plate, letters;
    pol_folded f;

    CU_ASSERT_FATAL(regcomp(&plate,
                            "^(P[a-hj-z][. -]?([a-hjk]" SERIAL "[0-9]{4}|"
                            "[0-9]{5}[a-hjk]|" SERIAL "{4}[US]|" SERIAL "{5})|"
                            "S[0-9]{6})$", REG_EXTENDED | REG_NOSUB) == 0);
    CU_ASSERT_FATAL(regcomp(&letters, LETTER ".*" LETTER ".*" LETTER,
                            REG_EXTENDED | REG_NOSUB) == 0);
    pol_folded_init(&f, NULL);
    while (rounds--) {
        char text[300] = "", s[300];
        size_t from = 0, i, len;
        pol_find got;
        bool found, same = true;

        for (size_t n = 1 + test_random(&seed) % 9; n; n--)
            strcat(text, pieces[test_random(&seed) %
                                (sizeof(pieces) / sizeof(*pieces))]);
        CU_ASSERT_FATAL(pol_fold(&f, pol_str(text), NULL) == POLICY_OK);
        spell(&f, s);
        do {
            for (i = from, len = 0; i < f.count; i++) {
                for (len = 9; len > 6; len--)
                    if (i + len <= f.count && !goes_on_at(s, i + len) &&
                        reference_is_plate(&plate, &letters, s + i, len) &&
                        (s[i] != 'S' ||
                         pol_context(&f, i, i + len, POL_DETECT_PLATE) > 0))
                        break;
                if (len > 6)
                    break;
            }
            found = pol_find_plate(&f, from, &got);
            same = found == (i < f.count) &&
                   (!found || (got.start == i && got.end == i + len));
            finds += found;
            from = got.end;
        } while (found && same);
        if (!CHECK(same, "%s: reference at %zu, %zu long", text, i, len))
            break;
    }
    CHECK(finds > 2000, "%zu finds", finds);
    pol_folded_fini(&f);
    regfree(&plate);
    regfree(&letters);
}

static void test_is_linear_in_hostile_text(void)
{
    static const char *const pieces[] = { "京", "京a", "京a1", "京a1234", "使",
                                          "京a12" };

    CHECK_HOSTILE(1u << POL_DETECT_PLATE, 1u << POL_DETECT_PLATE, pieces);
}

static const struct test_case tests[] = {
    { "finds plates", test_finds_plates },
    { "refuses what resembles plates",
      test_refuses_what_resembles_plates },
    { "agrees with the reference on random text",
      test_agrees_with_the_reference_on_random_text },
    { "is linear in hostile text", test_is_linear_in_hostile_text },
};

POLICY_TEST_MAIN("detect plate", tests)
