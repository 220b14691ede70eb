/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every detector against every disguise that it is to see through, as a host
 * sees it: the rule of the detector finds exactly the bytes of the number.
 */
#include "host.h"

/* ---- disguises: one form for each digit, each letter ---- */

enum {
    WIDE = 1,        /* full-width digits, letters and marks */
    OTHER = 2,       /* circled, styled, of other scripts */
    SPELLED = 4,     /* numerals of Han */
    APART = 8,       /* spaces, hyphens, dashes between the groups */
    HIDDEN = 16,     /* characters without width between */
    DOTS = 64,
    RADIO = 32       /* numerals of the radio, of which 洞 begins no number */
};

static const struct disguise {
    const char *name;
    unsigned kind;
    const char *digits[10];
    uint32_t capital, small; /* of A and a; 0: as it is */
    const char *separator, *between; /* for -, and behind every character */
} disguises[] = {
    { "plain", 0, { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" },
      0, 0, "-", "" },
    { "full-width", WIDE,
      { "０", "１", "２", "３", "４", "５", "６", "７", "８", "９" },
      0xff21, 0xff41, "－", "" },
    { "circled", OTHER, { "⓪", "①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨" },
      0x24b6, 0x24d0, "-", "" },
    { "black circled", OTHER,
      { "⓿", "❶", "❷", "❸", "❹", "❺", "❻", "❼", "❽", "❾" }, 0, 0, "-", "" },
    { "bold", OTHER, { "𝟎", "𝟏", "𝟐", "𝟑", "𝟒", "𝟓", "𝟔", "𝟕", "𝟖", "𝟗" },
      0x1d400, 0x1d41a, "-", "" },
    { "monospaced", OTHER,
      { "𝟶", "𝟷", "𝟸", "𝟹", "𝟺", "𝟻", "𝟼", "𝟽", "𝟾", "𝟿" },
      0x1d670, 0x1d68a, "-", "" },
    { "superscript", OTHER, { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" },
      0, 0, "-", "" },
    { "arabic", OTHER, { "٠", "١", "٢", "٣", "٤", "٥", "٦", "٧", "٨", "٩" },
      0, 0, "-", "" },
    { "devanagari", OTHER, { "०", "१", "२", "३", "४", "५", "६", "७", "८", "९" },
      0, 0, "-", "" },
    { "mixed", OTHER, { "０", "①", "2", "３", "④", "𝟓", "6", "７", "⑧", "9" },
      0xff21, 0x1d41a, "-", "" },
    { "hidden", HIDDEN, { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" },
      0, 0, "-", "\xe2\x80\x8b" },
    { "joined", HIDDEN, { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" },
      0, 0, "-", "\xe2\x81\xa0" },
    { "spaces", APART, { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" },
      0, 0, " ", "" },
    { "wide spaces", APART,
      { "０", "１", "２", "３", "４", "５", "６", "７", "８", "９" },
      0, 0, "　", "" },
    { "dashes", APART, { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" },
      0, 0, "–", "" },
    { "dots", DOTS, { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" },
      0, 0, ".", "" },
    { "wide dots", DOTS,
      { "０", "１", "２", "３", "４", "５", "６", "７", "８", "９" },
      0, 0, "·", "" },
    { "numerals", SPELLED,
      { "零", "一", "二", "三", "四", "五", "六", "七", "八", "九" }, 0, 0, "-", "" },
    { "accounting", SPELLED,
      { "零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖" }, 0, 0, "-", "" },
    { "traditional", SPELLED,
      { "〇", "壹", "貳", "參", "肆", "伍", "陸", "柒", "捌", "玖" }, 0, 0, "-", "" },
    { "radio", RADIO,
      { "洞", "幺", "两", "三", "四", "五", "六", "拐", "八", "九" }, 0, 0, "-", "" },
};

enum { DISGUISES = sizeof(disguises) / sizeof(*disguises) };

/* ---- what is hidden ---- */

enum {
    FORMS = WIDE | OTHER | HIDDEN,
    IN_ONE = FORMS | SPELLED | RADIO,
    ALL = FORMS | SPELLED | RADIO | APART
};

/* A number with - between its groups; the words before it in which alone it is
 * one. */
static const struct sample {
    const char *detector, *before, *number, *near_miss;
    unsigned kinds;
} samples[] = {
    { "resident_id", "", "110101199001010015", "110101199001010016", IN_ONE },
    { "resident_id", "", "11010519491231002X", "11010519491231003X", FORMS },
    { "resident_id", "", "110101-19900101-0015", "110101-19900101-0016", ALL },
    { "resident_id", "", "110105491231002", "110105491331002", IN_ONE },
    { "mobile", "", "13800138000", "12800138000", IN_ONE },
    { "mobile", "", "138-0013-8000", "138-0013-800", ALL | DOTS },
    { "mobile", "", "+8613800138000", "+861380013800", IN_ONE },
    { "bank_card", "", "6222021234567894", "6222021234567895", IN_ONE },
    { "bank_card", "", "6222-0212-3456-7890-128", "6222-0212-3456-7890-127",
      ALL | DOTS },
    { "residence_permit", "", "810000199707010010", "810000199707010011",
      IN_ONE },
    { "residence_permit", "", "810000-19970701-0010", "810000-19970701-0011",
      ALL },
    { "permanent_residence", "", "911840199001010018", "911840199001010019",
      IN_ONE },
    { "permanent_residence", "", "USA110190010100", "USA110190133100", FORMS },
    { "entry_permit", "通行证", "H12345678", "H1234567", FORMS },
    { "entry_permit", "台胞证：", "87654321", "8765432", IN_ONE },
    { "passport", "护照", "E12345678", "E12345", FORMS },
    { "passport", "", "EA1234567", "EA12345678", FORMS },
    { "landline", "", "010-62345678", "011-62345678",
      ALL & ~RADIO },
    { "landline", "", "075523456789", "075553456",
      IN_ONE & ~RADIO },
    { "credit_code", "", "91110199MA00EXAM76", "91110199MA00EXAM77", FORMS },
    { "credit_code", "", "91440399000000000U", "91440399000000000W", FORMS },
    { "plate", "", "京A12345", "京A1234", FORMS },
    { "plate", "", "粤BD12345", "粤BD123", FORMS },
    { "ip", "", "192.0.2.1", "192.0.2.256", FORMS },
    { "ip", "", "2001:db8::1", "2001:db8:::1", FORMS },
    { "qq", "qq号", "12345678", "1234", IN_ONE },
    { "wechat", "微信号：", "abc12345", "abc12", FORMS },
    { "iban", "", "GB82WEST12345698765432", "GB82WEST12345698765431", FORMS },
    { "ssn", "", "078-05-1120", "666-05-1120", FORMS | SPELLED },
    { "ssn", "ssn ", "078051120", "666051120", IN_ONE & ~RADIO },
    { "address", "：", "南山区虚构路12号", "南山区12号", FORMS },
    { "email", "", "zhang1@example.com", "zhang1@example", FORMS },
    { "domain", "", "example1.com", "example1.c", WIDE | HIDDEN },
};

static void put_cp(char **out, uint32_t cp)
{
    if (cp >= 0x10000) {
        *(*out)++ = (char)(0xf0 | cp >> 18);
        *(*out)++ = (char)(0x80 | (cp >> 12 & 63));
    } else {
        *(*out)++ = (char)(0xe0 | cp >> 12);
    }
    *(*out)++ = (char)(0x80 | (cp >> 6 & 63));
    *(*out)++ = (char)(0x80 | (cp & 63));
}

static void hide(char *out, const char *number, const struct disguise *d)
{
    for (const char *s = number; *s; s++) {
        if (*s >= '0' && *s <= '9')
            out += sprintf(out, "%s", d->digits[*s - '0']);
        else if (*s == '-')
            out += sprintf(out, "%s", d->separator);
        else if (*s >= 'A' && *s <= 'Z' && d->capital)
            put_cp(&out, d->capital + (uint32_t)(*s - 'A'));
        else if (*s >= 'a' && *s <= 'z' && d->small)
            put_cp(&out, d->small + (uint32_t)(*s - 'a'));
        else if (d->kind == WIDE && strchr("@.:+", *s))
            put_cp(&out, 0xff00u + (uint32_t)(*s - ' '));
        else
            *out++ = *s;
        /* Not inside of a character of Han, and not behind the number. */
        if (s[1] && !((unsigned char)s[1] & 0x80) && !(*s & 0x80))
            out += sprintf(out, "%s", d->between);
    }
    *out = '\0';
}

/* ---- the host ---- */

static const char *rules(void)
{
    static char all[20000];
    size_t len = 0;

    all[0] = '\0';
    for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
        if (i > 0 && strcmp(samples[i].detector, samples[i - 1].detector) == 0)
            continue;
        len += (size_t)snprintf(all + len, sizeof(all) - len,
                                "rule { id = \"%s\", title = \"标题\", "
                                "reason = \"理由\", category = \"off_topic\", "
                                "on = \"message\", verdict = \"flag\", "
                                "tests = { hit \"甲\", miss \"好\" }, "
                                "match = pii \"%s\" }\n",
                                samples[i].detector, samples[i].detector);
    }
    return all;
}

/* Is there evidence of the detector, and where is the first? */
static bool find(struct host *h, const struct sample *s, const char *text,
                 size_t *start, size_t *end)
{
    char fields[2000], rule[64];
    const policy_finding *f;

    snprintf(fields, sizeof(fields), "\"text\":\"%s\"", text);
    snprintf(rule, sizeof(rule), "o/%s", s->detector);
    if (!host_decide(h, fields))
        return false;
    f = host_finding(h->decision, POLICY_ENFORCED, rule);
    if (!f || !f->evidence_count)
        return false;
    *start = f->evidence[0].span.start;
    *end = f->evidence[0].span.end;
    return true;
}

static void check(struct host *h, const struct sample *s,
                  const struct disguise *d)
{
    char hidden[400], text[1000];
    size_t before, start = 0, end = 0;
    bool found;

    hide(hidden, s->number, d);
    before = (size_t)sprintf(text, "请看%s", s->before);
    sprintf(text + before, "%s，谢谢", hidden);
    found = find(h, s, text, &start, &end);
    CHECK(found && start == before && end == before + strlen(hidden),
          "%s, %s: “%s” at %zu to %zu, want %zu to %zu", s->detector, d->name,
          text, start, end, before, before + strlen(hidden));
    hide(hidden, s->near_miss, d);
    sprintf(text + before, "%s，谢谢", hidden);
    CHECK(!find(h, s, text, &start, &end), "%s, %s: near miss “%s”", s->detector,
          d->name, text);
}

static void test_finds_each_through_each_disguise(void)
{
    struct host h;

    if (host_open(&h, NULL, rules()))
        for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
            for (size_t k = 0; k < DISGUISES; k++)
                if (!(disguises[k].kind & ~samples[i].kinds))
                    check(&h, &samples[i], &disguises[k]);
    host_close(&h);
}

static const struct test_case tests[] = {
    { "finds each through each disguise", test_finds_each_through_each_disguise },
};

POLICY_TEST_MAIN("disguised numbers", tests)
