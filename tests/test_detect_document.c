/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents and accounts with letters in their numbers, by tables.
 */
#include <regex.h>

#include "base/slice.h"
#include "match/detectors.h"

#include "detections.h"

static const struct detect_row permanent_permits[] = {
    { "911840199001010018", "911840199001010018|" },
    { "号码：911840199001010018", "911840199001010018|" },
    { "号码911840199001010018。", "911840199001010018|" },
    { "(911840199001010018)", "911840199001010018|" },
    { "【911840199001010018】", "911840199001010018|" },
    { "911840199001010018\n", "911840199001010018|" },
    { "他的911840199001010018给你", "911840199001010018|" },
    { "911840199001010018，请查收", "911840199001010018|" },
    { "《911840199001010018》", "911840199001010018|" },
    { "“911840199001010018”", "911840199001010018|" },
    { " 911840199001010018 ", "911840199001010018|" },
    { "911840199001010018;", "911840199001010018|" },
    { "1、911840199001010018", "911840199001010018|" },
    { "、911840199001010018、", "911840199001010018|" },
    { "911840199001010018？", "911840199001010018|" },
    { "９１１８４０１９９００１０１００１８", "９１１８４０１９９００１０１００１８|" },
    { "911840199001010018", "911840199001010018|" },
    { "931156198506150026", "931156198506150026|" },
    { "944840194912310033", "944840194912310033|" },
    { "911392200002290044", "911392200002290044|" },
    { "950826197707070055", "950826197707070055|" },
    { "911276198808080067", "911276198808080067|" },
    { "USA110190010100", "USA110190010100|" },
    { "abc310185123112", "abc310185123112|" },
    { "永居证GBR440300022901", "GBR440300022901|" },
};

static const char *const no_permanent_permits[] = {
    "911840199001010019", "931156198506150027", "944840194912310034",
    "911392200002290045", "950826197707070056", "911276198808080068",
    "9118401990010100181", "9311561985061500261", "9448401949123100331",
    "9113922000022900441", "9508261977070700551", "9112761988080800671",
    "91184019900101001", "93115619850615002", "94484019491231003",
    "91139220000229004", "95082619770707005", "91127619880808006",
    "1911840199001010018", "1931156198506150026", "1944840194912310033",
    "1911392200002290044", "1950826197707070055", "1911276198808080067",
    "USA1101900101001", "USA11019001010", "USA110190133110", "US1110190010100",
    "USA170190010100", "USA110190023010", "USA110190010100-1",
    "X-USA110190010100", "USA110190010100@x", "901840199001010010", "", "9",
    "9118401990010100181x",
};

static void test_finds_permanent_permits(void)
{
    CHECK_DETECTIONS(POL_DETECT_PERMANENT_RESIDENCE, permanent_permits);
}

static void test_refuses_what_resembles_permanent_permits(void)
{
    CHECK_NO_DETECTION(POL_DETECT_PERMANENT_RESIDENCE, no_permanent_permits);
}

static const struct detect_row entry_permits[] = {
    { "通行证H12345678", "H12345678|" },
    { "回乡证号：M12345678", "M12345678|" },
    { "港澳居民来往内地通行证 H1234567890", "H1234567890|" },
    { "台胞证00000001", "00000001|" },
    { "台胞证：12345678", "12345678|" },
    { "往来港澳通行证C12345678", "C12345678|" },
    { "通行证CA1234567", "CA1234567|" },
    { "往来台湾通行证L12345678", "L12345678|" },
    { "T12345678（通行证）", "T12345678|" },
    { "H12345678，这是回乡证", "H12345678|" },
    { "entry permit: M00000000", "M00000000|" },
    { "travel permit H00000000", "H00000000|" },
    { "exit-entry H00000000", "H00000000|" },
    { "我的通行证是H12345678。", "H12345678|" },
    { "入台证1234567890", "1234567890|" },
    { "通行证Ｈ１２３４５６７８", "Ｈ１２３４５６７８|" },
    { "通行证h12345678", "h12345678|" },
    { "通行證H12345678", "H12345678|" },
    { "通行证H12345678、M12345678", "H12345678|M12345678|" },
    { "通行证 ①②③④⑤⑥⑦⑧", "①②③④⑤⑥⑦⑧|" },
    { "台胞证號 87654321", "87654321|" },
};

static const char *const no_entry_permits[] = {
    "", "H12345678", "M12345678", "12345678", "C12345678", "CA1234567",
    "L12345678", "H1234567890", "通行证H1234567", "通行证H123456789",
    "通行证H12345678901", "通行证K12345678", "通行证HA1234567", "通行证20240101",
    "通行证19991231", "通行证1234567", "通行证123456789", "通行证12345678901",
    "通行证H12345678-1", "通行证A-H12345678", "通行证H12345678@example",
    "通行证x/H12345678", "通行证CAB123456", "订单H12345678", "型号M12345678",
    "通行证H1234567x", "通行证啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊H12345678",
    "护照H12345678", "通行费12345678", "H12345678通行",
};

static void test_finds_entry_permits(void)
{
    CHECK_DETECTIONS(POL_DETECT_ENTRY_PERMIT, entry_permits);
}

static void test_refuses_what_resembles_entry_permits(void)
{
    CHECK_NO_DETECTION(POL_DETECT_ENTRY_PERMIT, no_entry_permits);
}

static const struct detect_row passports[] = {
    { "E12345678", "E12345678|" },
    { "号码：E12345678", "E12345678|" },
    { "号码E12345678。", "E12345678|" },
    { "(E12345678)", "E12345678|" },
    { "【E12345678】", "E12345678|" },
    { "E12345678\n", "E12345678|" },
    { "他的E12345678给你", "E12345678|" },
    { "E12345678，请查收", "E12345678|" },
    { "《E12345678》", "E12345678|" },
    { "“E12345678”", "E12345678|" },
    { " E12345678 ", "E12345678|" },
    { "E12345678;", "E12345678|" },
    { "1、E12345678", "E12345678|" },
    { "、E12345678、", "E12345678|" },
    { "E12345678？", "E12345678|" },
    { "Ｅ１２３４５６７８", "Ｅ１２３４５６７８|" },
    { "EA1234567", "EA1234567|" },
    { "G12345678", "G12345678|" },
    { "D12345678", "D12345678|" },
    { "S12345678", "S12345678|" },
    { "P12345678", "P12345678|" },
    { "PE1234567", "PE1234567|" },
    { "SE1234567", "SE1234567|" },
    { "护照MA1234567", "MA1234567|" },
    { "护照H12345678", "H12345678|" },
    { "护照号A1234567", "A1234567|" },
    { "passport AB1234567", "AB1234567|" },
    { "护照 123456789", "123456789|" },
    { "护照C01X00T47？C1234567", "C1234567|" },
    { "护照20AB12345", "20AB12345|" },
    { "passport no. AAA123456", "AAA123456|" },
};

static const char *const no_passports[] = {
    "", "E1234567", "E123456789", "EI1234567", "EO1234567", "F12345678",
    "H12345678", "A1234567", "AB1234567", "123456789", "AAA123456",
    "E12345678-1", "SKU-E12345678", "E12345678_v2", "x/E12345678",
    "E12345678@example.com", "E12345678.jpg", "订单E12345678", "型号：E12345678",
    "单号G12345678", "编号：EA1234567", "D20240101", "S20231231", "G20240101",
    "P19990101", "E20240101", "E1234567A", "EAA123456", "E 12345678",
    "aE12345678", "order E12345678", "快递S12345678", "护照A123", "护照1234567890",
    "护照ABCDEFG", "serial P12345678",
};

static void test_finds_passports(void)
{
    CHECK_DETECTIONS(POL_DETECT_PASSPORT, passports);
}

static void test_refuses_what_resembles_passports(void)
{
    CHECK_NO_DETECTION(POL_DETECT_PASSPORT, no_passports);
}

static const struct detect_row credit_codes[] = {
    { "91110199MA00EXAM76", "91110199MA00EXAM76|" },
    { "号码：91110199MA00EXAM76", "91110199MA00EXAM76|" },
    { "号码91110199MA00EXAM76。", "91110199MA00EXAM76|" },
    { "(91110199MA00EXAM76)", "91110199MA00EXAM76|" },
    { "【91110199MA00EXAM76】", "91110199MA00EXAM76|" },
    { "91110199MA00EXAM76\n", "91110199MA00EXAM76|" },
    { "他的91110199MA00EXAM76给你", "91110199MA00EXAM76|" },
    { "91110199MA00EXAM76，请查收", "91110199MA00EXAM76|" },
    { "《91110199MA00EXAM76》", "91110199MA00EXAM76|" },
    { "“91110199MA00EXAM76”", "91110199MA00EXAM76|" },
    { " 91110199MA00EXAM76 ", "91110199MA00EXAM76|" },
    { "91110199MA00EXAM76;", "91110199MA00EXAM76|" },
    { "1、91110199MA00EXAM76", "91110199MA00EXAM76|" },
    { "、91110199MA00EXAM76、", "91110199MA00EXAM76|" },
    { "91110199MA00EXAM76？", "91110199MA00EXAM76|" },
    { "９１１１０１９９ＭＡ００ＥＸＡＭ７６", "９１１１０１９９ＭＡ００ＥＸＡＭ７６|" },
    { "91110199MA00EXAM76", "91110199MA00EXAM76|" },
    { "91440399000000000U", "91440399000000000U|" },
    { "12100000123456788N", "12100000123456788N|" },
    { "52310199MJ0000018W", "52310199MJ0000018W|" },
    { "92330199MA2ABCDEXT", "92330199MA2ABCDEXT|" },
    { "91350099MA31WXYT1L", "91350099MA31WXYT1L|" },
    { "93510199MA6000016H", "93510199MA6000016H|" },
    { "A11101990000001231", "A11101990000001231|" },
    { "N2440399MF00000133", "N2440399MF00000133|" },
    { "Y1110199MB0000019D", "Y1110199MB0000019D|" },
    { "税号91110199ma00exam76", "91110199ma00exam76|" },
};

static const char *const no_credit_codes[] = {
    "91110199MA00EXAM71", "914403990000000001", "121000001234567881",
    "52310199MJ00000181", "92330199MA2ABCDEX1", "91350099MA31WXYT11",
    "93510199MA60000161", "A11101990000001232", "N2440399MF00000131",
    "Y1110199MB00000191", "91110199MA00EXAM7", "91440399000000000",
    "12100000123456788", "52310199MJ0000018", "92330199MA2ABCDEX",
    "91350099MA31WXYT1", "93510199MA6000016", "A1110199000000123",
    "N2440399MF0000013", "Y1110199MB0000019", "91110199MA00EXAM760",
    "91440399000000000U0", "12100000123456788N0", "52310199MJ0000018W0",
    "92330199MA2ABCDEXT0", "91350099MA31WXYT1L0", "93510199MA6000016H0",
    "A111019900000012310", "N2440399MF000001330", "Y1110199MB0000019D0",
    "91110199MA00EXAM67", "91170199MA00EXAM76", "00110199MA00EXAM76",
    "91110199IA00EXAM76", "911101990A00EXAM7O", "", "91110199MA00EXAM76-1",
    "X_91110199MA00EXAM76", "110101199001010015",
};

static void test_finds_credit_codes(void)
{
    CHECK_DETECTIONS(POL_DETECT_CREDIT_CODE, credit_codes);
}

static void test_refuses_what_resembles_credit_codes(void)
{
    CHECK_NO_DETECTION(POL_DETECT_CREDIT_CODE, no_credit_codes);
}

static const struct detect_row ibans[] = {
    { "GB82WEST12345698765432", "GB82WEST12345698765432|" },
    { "号码：GB82WEST12345698765432", "GB82WEST12345698765432|" },
    { "号码GB82WEST12345698765432。", "GB82WEST12345698765432|" },
    { "(GB82WEST12345698765432)", "GB82WEST12345698765432|" },
    { "【GB82WEST12345698765432】", "GB82WEST12345698765432|" },
    { "GB82WEST12345698765432\n", "GB82WEST12345698765432|" },
    { "他的GB82WEST12345698765432给你", "GB82WEST12345698765432|" },
    { "GB82WEST12345698765432，请查收", "GB82WEST12345698765432|" },
    { "《GB82WEST12345698765432》", "GB82WEST12345698765432|" },
    { "“GB82WEST12345698765432”", "GB82WEST12345698765432|" },
    { " GB82WEST12345698765432 ", "GB82WEST12345698765432|" },
    { "GB82WEST12345698765432;", "GB82WEST12345698765432|" },
    { "1、GB82WEST12345698765432", "GB82WEST12345698765432|" },
    { "、GB82WEST12345698765432、", "GB82WEST12345698765432|" },
    { "GB82WEST12345698765432？", "GB82WEST12345698765432|" },
    { "ＧＢ８２ＷＥＳＴ１２３４５６９８７６５４３２", "ＧＢ８２ＷＥＳＴ１２３４５６９８７６５４３２|" },
    { "GB82WEST12345698765432", "GB82WEST12345698765432|" },
    { "DE89370400440532013000", "DE89370400440532013000|" },
    { "FR7600000000000000000000000", "FR7600000000000000000000000|" },
    { "IT78X0000000000000000000000", "IT78X0000000000000000000000|" },
    { "RU5600000000000000000000000000000",
      "RU5600000000000000000000000000000|" },
    { "MT50TEST00000000000000000000000", "MT50TEST00000000000000000000000|" },
    { "NO1300000000000", "NO1300000000000|" },
    { "GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32|" },
    { "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00|" },
    { "NO13 0000 0000 000", "NO13 0000 0000 000|" },
    { "账号GB82 WEST 1234 5698 7654 32 10", "GB82 WEST 1234 5698 7654 32|" },
};

static const char *const no_ibans[] = {
    "GB82WEST12345698765431", "DE89370400440532013001",
    "FR7600000000000000000000001", "IT78X0000000000000000000001",
    "RU5600000000000000000000000000001", "MT50TEST00000000000000000000001",
    "NO1300000000001", "GB82WEST123456987654320", "DE893704004405320130000",
    "FR76000000000000000000000000", "IT78X00000000000000000000000",
    "RU56000000000000000000000000000000", "MT50TEST000000000000000000000000",
    "NO13000000000000", "GB82WEST1234569876543", "DE8937040044053201300",
    "FR760000000000000000000000", "IT78X000000000000000000000",
    "RU560000000000000000000000000000", "MT50TEST0000000000000000000000",
    "NO130000000000", "GB82  WEST 1234 5698 7654 32", "GB82WEST 12345698765432",
    "GB82 WES 1234 5698 7654 32", "XX82WEST12345698765432",
    "GBB2WEST12345698765432", "", "GB82", "GB82WEST12345698765432-1",
    "A-GB82WEST12345698765432", "GB82WEST12345698765432@x",
    "US82WEST12345698765432",
};

static void test_finds_ibans(void)
{
    CHECK_DETECTIONS(POL_DETECT_IBAN, ibans);
}

static void test_refuses_what_resembles_ibans(void)
{
    CHECK_NO_DETECTION(POL_DETECT_IBAN, no_ibans);
}

/* ---- the reference: words of ASCII text, by patterns ---- */

static bool fits(const char *pattern, const char *s)
{
    regex_t r;
    char whole[600];
    bool ok;

    snprintf(whole, sizeof(whole), "^(%s)$", pattern);
    CU_ASSERT_FATAL(regcomp(&r, whole, REG_EXTENDED | REG_NOSUB) == 0);
    ok = regexec(&r, s, 0, NULL, 0) == 0;
    regfree(&r);
    return ok;
}

enum weight { NOTHING, BEHIND_A_WORD, BY_ITSELF };

static enum weight reference_permanent(const char *s)
{
    char day[9] = "20";

    if (strlen(s) == 15 && fits("[a-z]{3}[0-9]{12}", s)) {
        memcpy(day + 2, s + 7, 6);
        return reference_province(s + 3) && reference_day(day) ? BY_ITSELF
                                                               : NOTHING;
    }
    if (strlen(s) != 18 || !fits("9[0-9]{16}[0-9x]", s))
        return NOTHING;
    memcpy(day, s + 6, 8);
    return reference_province(s + 1) && reference_day(day) &&
           reference_mod_11_2(s) ? BY_ITSELF : NOTHING;
}

static enum weight reference_entry(const char *s)
{
    if (fits("[0-9]{8}", s))
        return reference_day(s) ? NOTHING : BEHIND_A_WORD;
    return fits("[hm]([0-9]{8}|[0-9]{10})|c[a-z0-9][0-9]{7}|[lt][0-9]{8}|"
                "[1-9][0-9]{9}", s) ? BEHIND_A_WORD : NOTHING;
}

static enum weight reference_passport(const char *s)
{
    if (fits("[egdsp][0-9]{8}", s))
        return reference_day(s + 1) ? BEHIND_A_WORD : BY_ITSELF;
    if (fits("e[a-hj-np-z][0-9]{7}|[dsp]e[0-9]{7}", s))
        return BY_ITSELF;
    return fits("[a-z][0-9]{6,8}|[a-z]{2}[0-9]{6,7}|[a-z]{3}[0-9]{6}|[0-9]{9}|"
                "[0-9]{2}[a-z]{2}[0-9]{5}", s) ? BEHIND_A_WORD : NOTHING;
}

/* GB 11714: the check character is 11 less the weighted sum modulo 11. */
static bool reference_organisation(const char *s)
{
    static const int weights[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
    static const char values[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    int sum = 0;

    for (int i = 0; i < 8; i++)
        sum += weights[i] * (int)(strchr(values, s[i]) - values);
    sum = 11 - sum % 11;
    return s[8] == (sum == 10 ? 'x' : sum == 11 ? '0' : '0' + sum);
}

/* GB 32100: 31 less the sum, weighted with powers of 3, modulo 31. */
static enum weight reference_credit(const char *s)
{
    static const char values[] = "0123456789abcdefghjklmnpqrtuwxy";
    int sum = 0;

    if (strlen(s) != 18 || strspn(s, values) != 18 ||
        !fits("(1[1239]|2[19]|3[1-59]|4[19]|5[1-59]|[67][129]|8[19]|9[123]|"
              "a[19]|n[1239]|y1)[0-9]{6}[0-9a-z]{10}", s) ||
        !(reference_province(s + 2) || strncmp(s + 2, "100000", 6) == 0) ||
        !reference_organisation(s + 8))
        return NOTHING;
    for (int i = 0; i < 17; i++) {
        int weight = 1;

        for (int k = 0; k < i; k++)
            weight = weight * 3 % 31;
        sum += weight * (int)(strchr(values, s[i]) - values);
    }
    return values[(31 - sum % 31) % 31] == s[17] ? BY_ITSELF : NOTHING;
}

static bool ascii_alnum(char c)
{
    return c && strchr("abcdefghijklmnopqrstuvwxyz0123456789", c);
}

/* Is what stands at [start, end) part of a longer code, a path, a mailbox? */
static bool reference_joined(const char *s, size_t start, size_t end)
{
    return (start > 1 && strchr("-_/@+", s[start - 1]) &&
            ascii_alnum(s[start - 2])) || s[end] == '@' ||
           (s[end] && strchr("-_/.", s[end]) && ascii_alnum(s[end + 1]));
}

static const struct {
    int32_t detector;
    enum weight (*weigh)(const char *s);
} references[] = {
    { POL_DETECT_PERMANENT_RESIDENCE, reference_permanent },
    { POL_DETECT_ENTRY_PERMIT, reference_entry },
    { POL_DETECT_PASSPORT, reference_passport },
    { POL_DETECT_CREDIT_CODE, reference_credit },
};
enum { REFERENCES = sizeof(references) / sizeof(*references) };

static void reference_words(size_t which, const char *s, const pol_folded *f,
                            char *out)
{
    *out = '\0';
    for (size_t start = 0, end; s[start]; start = end + 1) {
        char word[64];
        enum weight weight;
        int context;

        for (end = start; ascii_alnum(s[end]); end++)
            ;
        if (end > start && end - start < sizeof(word)) {
            snprintf(word, sizeof(word), "%.*s", (int)(end - start), s + start);
            weight = references[which].weigh(word);
            context = pol_context(f, start, end, references[which].detector);
            if ((weight == BY_ITSELF ? context >= 0
                                     : weight == BEHIND_A_WORD && context > 0) &&
                !reference_joined(s, start, end))
                sprintf(out + strlen(out), "%s|", word);
        }
        if (!s[end])
            break;
    }
}

/* The registry of ISO 13616 by lengths. */
static size_t reference_iban_len(const char *s)
{
    static const char *const of_len[35] = {
        [15] = "no", [16] = "be", [18] = "dk fi fk fo gl nl sd",
        [19] = "mk si", [20] = "at ba ee kz lt lu mn xk",
        [21] = "ch hr li lv", [22] = "bg bh cr de gb ge ie me rs va",
        [23] = "ae gi il iq om so tl",
        [24] = "ad cz es md pk ro sa se sk tn vg", [25] = "ly pt st",
        [26] = "is tr", [27] = "bi dj fr gr it mc mr sm",
        [28] = "al az by cy do gt hn hu lb ni pl sv", [29] = "br eg ps qa ua",
        [30] = "jo kw mu ye", [31] = "mt sc", [32] = "lc", [33] = "ru",
    };
    char country[3] = { s[0], s[1], '\0' };

    for (size_t len = 0; len < 35; len++)
        if (of_len[len] && strlen(country) == 2 && country[0] != ' ' &&
            country[1] != ' ' && strstr(of_len[len], country))
            return len;
    return 0;
}

/* ISO 7064 MOD 97-10, by long division of the decimals. */
static bool reference_mod_97(const char *s)
{
    char decimals[100] = "";
    size_t len = strlen(s);
    int rest = 0;

    for (size_t i = 0; i < len; i++) {
        char c = s[(i + 4) % len];

        sprintf(decimals + strlen(decimals), "%d",
                c >= 'a' ? c - 'a' + 10 : c - '0');
    }
    for (const char *d = decimals; *d; d++)
        rest = (rest * 10 + (*d - '0')) % 97;
    return rest == 1;
}

/* In one word, or in fours with single spaces, of which some may be together at
 * the beginning. */
static bool reference_is_iban(const char *s, size_t n)
{
    char number[64] = "";
    size_t at = 0, first = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789"), run;

    for (run = first; at < n; run = strspn(s + at, "abcdefghijklmnopqrstuvwxyz"
                                                   "0123456789")) {
        if (run == 0 || at + run > n || strlen(number) + run > 34 ||
            (at > 0 && (run > 4 || (run < 4 && at + run < n))))
            return false;
        strncat(number, s + at, run);
        at += run;
        if (at < n && s[at] != ' ')
            return false;
        if (at < n && strlen(number) % 4 != 0)
            return false;
        at += at < n;
    }
    return at == n && s[n - 1] != ' ' && fits("[a-z]{2}[0-9]{2}.*", number) &&
           strlen(number) == reference_iban_len(number) &&
           reference_mod_97(number);
}

static void reference_ibans(const char *s, char *out)
{
    size_t len = strlen(s), start, end;

    *out = '\0';
    for (start = 0; start < len; start++) {
        if (!ascii_alnum(s[start]) || (start > 0 && ascii_alnum(s[start - 1])))
            continue;
        for (end = start + 15; end <= len && end - start < 50; end++)
            if (!ascii_alnum(s[end]) && reference_is_iban(s + start, end - start) &&
                !reference_joined(s, start, end)) {
                sprintf(out + strlen(out), "%.*s|", (int)(end - start), s + start);
                start = end - 1;
                break;
            }
    }
}

static void random_documents(char *out, uint64_t *seed)
{
    static const char *const pieces[] = {
        "usa110190010100", "911840199001010018", "931156198506150026",
        "h12345678", "m1234567890", "ca1234567", "l12345678", "12345678",
        "1234567890", "20240101", "e12345678", "ea1234567", "pe1234567",
        "g20240101", "d12345678", "ab123456", "20ab12345", "123456789",
        "91110199ma00exam76", "91440399000000000u", "n2440399mf00000133",
        "gb82west12345698765432", "gb82 west 1234 5698 7654 32",
        "de89 3704 0044 0532 0130 00", "no1300000000000", "no1300000000 000",
        "gb82west 1234 5698 7654 32", "be", "de89", "4004",
        "passport ", "entry permit ", "order ", "serial ", " ", " ", " ", "-",
        "/", "@", ".", "_", ",", "x", "7", "\n",
    };
    size_t n = 1 + test_random(seed) % 5, at;
    char *start = out;

    for (; n; n--)
        out += sprintf(out, "%s%s",
                       pieces[test_random(seed) %
                              (sizeof(pieces) / sizeof(*pieces))],
                       test_random(seed) % 2 ? " " : "");
    for (n = test_random(seed) % 2; n; n--) {
        at = test_random(seed) % (size_t)(out - start);
        start[at] = "0123456789 -xaz"[test_random(seed) % 15];
    }
}

static void test_agrees_with_the_reference_on_random_words(void)
{
    unsigned rounds = test_rounds(10000, 500000), i;
    size_t finds[REFERENCES + 1] = { 0 };
    uint64_t seed = 0xd0c;
    pol_folded f;

    pol_folded_init(&f, NULL);
    for (i = 0; i < rounds; i++) {
        char text[400], want[1000];

        random_documents(text, &seed);
        CU_ASSERT_FATAL(pol_fold(&f, pol_str(text), NULL) == POLICY_OK);
        for (size_t k = 0; k <= REFERENCES; k++) {
            int32_t detector = k < REFERENCES ? references[k].detector
                                              : POL_DETECT_IBAN;
            struct detected all = detect_in(detector, text);

            if (k < REFERENCES)
                reference_words(k, text, &f, want);
            else
                reference_ibans(text, want);
            finds[k] += all.count;
            if (!CHECK_CSTR_EQ(text, all.got, want))
                i = rounds;
        }
    }
    for (i = 0; i <= REFERENCES; i++)
        CHECK(finds[i] > rounds / 400, "%zu finds of reference %u", finds[i], i);
    pol_folded_fini(&f);
}

static void test_refuses_any_digit_changed(void)
{
    static const struct { int32_t detector; const char *number; } rows[] = {
        { POL_DETECT_PERMANENT_RESIDENCE, "911840199001010018" },
        { POL_DETECT_CREDIT_CODE, "91110199ma00exam76" },
        { POL_DETECT_CREDIT_CODE, "91440399000000000u" },
        { POL_DETECT_IBAN, "gb82west12345698765432" },
        { POL_DETECT_IBAN, "de89 3704 0044 0532 0130 00" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CHECK(check_every_digit(rows[i].detector, rows[i].number, true), "%s",
              rows[i].number);
}

static void test_is_linear_in_hostile_text(void)
{
    static const char *const pieces[] = { "a1", "gb82 ", "gb82 west ", "9", "e1234567 ", "91110199ma00exam7 ", "订单e12345678 " };
    const uint32_t mask = 1u << POL_DETECT_PERMANENT_RESIDENCE |
                          1u << POL_DETECT_ENTRY_PERMIT | 1u << POL_DETECT_PASSPORT |
                          1u << POL_DETECT_CREDIT_CODE | 1u << POL_DETECT_IBAN;

    CHECK_HOSTILE(mask, mask, pieces);
}

static const struct test_case tests[] = {
    { "finds permanent residence permits", test_finds_permanent_permits },
    { "refuses what resembles permanent residence permits",
      test_refuses_what_resembles_permanent_permits },
    { "finds exit-entry permits", test_finds_entry_permits },
    { "refuses what resembles exit-entry permits",
      test_refuses_what_resembles_entry_permits },
    { "finds passports", test_finds_passports },
    { "refuses what resembles passports",
      test_refuses_what_resembles_passports },
    { "finds credit codes", test_finds_credit_codes },
    { "refuses what resembles credit codes",
      test_refuses_what_resembles_credit_codes },
    { "finds IBANs", test_finds_ibans },
    { "refuses what resembles IBANs",
      test_refuses_what_resembles_ibans },
    { "agrees with the reference on random words",
      test_agrees_with_the_reference_on_random_words },
    { "refuses any digit changed", test_refuses_any_digit_changed },
    { "is linear in hostile text", test_is_linear_in_hostile_text },
};

POLICY_TEST_MAIN("detect document", tests)
