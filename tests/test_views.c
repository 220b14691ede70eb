/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The views of a text, each with what it finds, by which name, over which
 * bytes; and what it leaves alone.
 */
#include "hits_shown.h"

static const char list[] =
    "@ 微信 = 薇信 | V信\n"
    "机密文件\n"
    "加微信\n"
    "underground\n"
    "hello\n"
    "bill\n"
    "天天红包\n"
    "公司公章 || pinyin\n"
    "收据 || pinyin\n"
    "红包 || split\n"
    "代开发票 || reversed\n"
    "银行卡 || spelled\n"
    "口交 || boundary\n"
    "绝密 || folded\n"
    "底价 || exact\n"
    "内参 || separators=0\n"
    "标底 || separators=3\n"
    "家存款\n"
    "糖尿病人\n"
    "!机密文件培训\n";

static const char rules[] =
    RULE("all", "match = any { list \"words\", pii \"mobile\", pii \"url\","
                " pii \"domain\" }");

static bool open_list(struct host *h)
{
    const struct host_file files[] = {
        { "o/organisation.yaml", "id: o\nname: 单位\nkind: company\n" },
        { "o/rules.lua", rules },
        { "o/lists/words.txt", list },
    };
    policy_session_options o = POLICY_SESSION_OPTIONS_INIT;

    memset(h, 0, sizeof(*h));
    h->error = (policy_error)POLICY_ERROR_INIT;
    test_allocator_init(&h->memory);
    h->bundle = host_compile(files, 3, NULL, &h->memory.allocator);
    o.allocator = &h->memory.allocator;
    return h->bundle &&
           CHECK(policy_session_new(&h->session, h->bundle, &o, &h->error) ==
                         POLICY_OK &&
                     policy_event_new(&h->event, &h->memory.allocator, NULL,
                                      &h->error) == POLICY_OK,
                 "%s", h->error.message);
}

static const struct {
    const char *label, *text, *want;
} rows[] = {
    { "as it is", "机密文件", "text 0-12 words" },
    { "in pieces", "机*密文件", "text 0-13 words separator" },

    { "Cyrillic among Latin", "undеrgrоund", "text 0-13 words homoglyph" },
    { "a Greek capital", "UΝDERGROUND", "text 0-12 words case homoglyph" },
    { "Cyrillic in pieces", "undе-rgrоund",
      "text 0-14 words separator homoglyph" },
    { "digits for letters", "h3ll0", "text 0-5 words leet" },
    { "i and l are one in disguise", "b1ll", "text 0-4 words leet" },
    { "i and l are two otherwise", "blll", "" },
    { "a rare Han", "榢存款", "text 0-9 words rare" },

    { "Han repeated", "机机密密文件", "text 0-18 words repeat" },
    { "Han repeated in pieces", "机*密密文件", "text 0-16 words separator repeat" },
    { "the repeats around a term are of it", "机机密文件件件",
      "text 0-21 words repeat" },
    { "one repeated is no more than a neighbour", "机密文件件", "text 0-12 words" },
    { "and in pieces", "机*机*密文件", "text 4-17 words separator" },
    { "Latin repeated", "unnnnderground", "text 0-14 words repeat" },
    { "doubles beside repeats", "heeeello", "text 0-8 words repeat" },
    { "doubles are spelling", "heello", "" },
    { "fewer than the term has", "heeelo", "" },
    { "an honest double across words", "有糖尿病病人", "" },
    { "one that is none", "糖尿尿病人", "text 0-15 words repeat" },
    { "repeats of the term", "天天红包", "text 0-12 words; text 6-12 words" },
    { "repeated and a look-alike", "undеееerground",
      "text 0-17 words homoglyph repeat" },

    { "other characters of the same sound", "公思公章", "text 0-12 words pinyin" },
    { "two syllables are asked for", "收聚", "text 0-6 words pinyin" },
    { "the same sound in pieces", "公*思公章",
      "text 0-13 words separator pinyin" },

    { "by another name", "加V信", "text 0-7 words case alias" },
    { "by another name, in pieces", "加薇*信", "text 0-10 words separator alias" },
    { "in two parts", "纟工包", "text 0-9 words split" },
    { "backwards", "票发开代", "text 0-12 words reversed" },
    { "in letters", "yinhangka", "text 0-9 words spelled" },
    { "in letters with spaces", "我的yin hang ka", "text 6-17 words spelled" },
    { "letters are whole words", "yinhangkai", "" },

    { "across two words", "过了路口交通堵塞", "" },
    { "and by itself", "口交", "text 0-6 words" },

    { "percent", "%E6%9C%BA%E5%AF%86文件", "text 0-24 words encoded" },
    { "references", "&#26426;&#23494;文件", "text 0-22 words encoded" },
    { "a number behind codes", "%E7%94%B5%E8%AF%9D13900000002",
      "text 18-29 mobile encoded" },
    { "behind codes and what is invisible", "%E8%AF%9D\xe2\x80\x8b" "13900000002",
      "text 12-23 mobile encoded" },
    { "a number before codes", "13900000002%E5%8F%B7", "text 0-11 mobile" },
    { "a number behind plain text", "%E7%94%B5话13900000002", "text 12-23 mobile" },
    { "a word behind codes", "%E6%9C%BAhello%E6%9C%BA", "text 9-14 words encoded" },
    { "a letter in codes is a letter", "%78hello", "" },
    { "a digit in codes is a digit", "%3713900000002", "" },
    { "base64", "见5py65a+G5paH5Lu25piv6L+Z5Liq", "text 3-19 words encoded" },
    { "what is plain beside codes is plain", "机密文件%20", "text 0-12 words" },

    { "folded, and no more", "绝*密绝密%E7%BB%9D密", "text 7-13 words" },
    { "exact, and no more", "底*价底價底价", "text 13-19 words" },
    { "no separators", "内*参内参", "text 7-13 words" },
    { "all separators", "标，底", "text 0-9 words separator" },

    { "an allowed phrase in disguise", "机机密文件培训", "" },

    { "numerals", "打一三八零零一三八零零零",
      "text 3-36 mobile numeral" },
    { "numerals in codes", "%E4%B8%80三八零零一三八零零零",
      "text 0-39 mobile numeral encoded" },
    { "a link", "看https://example.com/a", "text 3-24 url" },
    { "a broken link", "看hxxps://example[.]com", "text 3-24 url defanged" },
};

static void test_each_view_finds_its_own(void)
{
    struct host h;
    char got[512], fields[256];

    if (open_list(&h))
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
            snprintf(fields, sizeof(fields), "\"text\":\"%s\"", rows[i].text);
            if (!host_decide(&h, fields))
                continue;
            hits_shown(&h, got, sizeof(got));
            CHECK_CSTR_EQ(rows[i].label, got, rows[i].want);
        }
    host_close(&h);
}

/* A second evaluation of the same texts asks the allocator for nothing. */
static void test_a_warm_session_allocates_nothing(void)
{
    struct host h;
    char fields[256];
    size_t asked = 0;

    if (open_list(&h)) {
        for (unsigned round = 0; round < 3; round++) {
            asked = h.memory.requests;
            for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                snprintf(fields, sizeof(fields), "\"text\":\"%s\"", rows[i].text);
                host_decide(&h, fields);
            }
        }
        CHECK_INT_EQ("asked", h.memory.requests, asked);
    }
    host_close(&h);
}

/* Alone, after an explanation and among others, byte for byte. */
static void test_the_same_text_is_judged_alike(void)
{
    static char first[1 << 16];
    struct host h;
    char fields[256];

    if (open_list(&h))
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
            const policy_event *twice[2] = { h.event, h.event };
            const policy_decision *out[2];
            policy_status status[2];
            size_t done, len;

            snprintf(fields, sizeof(fields), "\"text\":\"%s\"", rows[i].text);
            if (!host_decide(&h, fields))
                continue;
            strcpy(first, host_json(&h, POLICY_JSON_CLEAR));
            CHECK(policy_session_explain(NULL, 0, &len, h.session, h.event,
                                         NULL, POLICY_JSON_CLEAR,
                                         &h.error) == POLICY_OK,
                  "%s: %s", rows[i].label, h.error.message);
            if (host_decide(&h, fields))
                CHECK_CSTR_EQ(rows[i].label, host_json(&h, POLICY_JSON_CLEAR),
                              first);
            CHECK(policy_session_evaluate_many(out, status, &done, h.session,
                                               twice, 2, NULL,
                                               &h.error) == POLICY_OK &&
                      done == 2, "%s: %s", rows[i].label, h.error.message);
            for (size_t k = 0; k < done; k++) {
                h.decision = out[k];
                CHECK_CSTR_EQ(rows[i].label, host_json(&h, POLICY_JSON_CLEAR),
                              first);
            }
        }
    host_close(&h);
}

/* --- the twin: what is found in a text is found in it however much is in codes */

enum { PIECES = 8, PLAIN_ROOM = PIECES * 24, CODED_ROOM = 3 * PLAIN_ROOM };

typedef struct coded {
    char plain[PLAIN_ROOM + 1], text[CODED_ROOM + 1];
    uint32_t at[PLAIN_ROOM + 1]; /* where each byte of `plain` went */
    size_t len, text_len;
} coded;

static void put_byte(coded *c, char byte, bool in_code)
{
    c->at[c->len] = (uint32_t)c->text_len;
    c->plain[c->len++] = byte;
    if (in_code)
        c->text_len += (size_t)sprintf(c->text + c->text_len, "%%%02X",
                                       (unsigned)(unsigned char)byte);
    else
        c->text[c->text_len++] = byte;
}

/* Characters are whole in codes or whole outside. */
static void put_piece(coded *c, const char *piece, unsigned share, uint64_t *seed)
{
    bool in_code = false;

    for (; *piece; piece++) {
        if (((unsigned char)*piece & 0xc0) != 0x80)
            in_code = test_random(seed) % 8 < share;
        put_byte(c, *piece, in_code);
    }
}

static void draw(coded *c, uint64_t *seed)
{
    static const char *const pieces[] = {
        "13900000002", "hello", "underground", "机密文件", "加微信", "电话", "号",
        "x", "7", "，", " ", "\xe2\x80\x8b", "三",
    };
    size_t count = 1 + test_random(seed) % PIECES;

    c->len = c->text_len = 0;
    for (size_t i = 0; i < count; i++)
        put_piece(c, pieces[test_random(seed) %
                            (sizeof(pieces) / sizeof(*pieces))],
                  test_random(seed) % 4 * 3, seed);
    c->at[c->len] = (uint32_t)c->text_len;
    c->plain[c->len] = c->text[c->text_len] = '\0';
}

static bool same_kind(const policy_evidence *a, const policy_evidence *b)
{
    return a->kind.len == b->kind.len && a->list.len == b->list.len &&
           memcmp(a->kind.ptr, b->kind.ptr, a->kind.len) == 0;
}

static bool has_evidence(const policy_finding *f, const policy_evidence *e,
                         const uint32_t *at)
{
    for (size_t i = 0; f && i < f->evidence_count; i++)
        if (same_kind(&f->evidence[i], e) &&
            f->evidence[i].confidence == e->confidence &&
            f->evidence[i].span.start == at[e->span.start] &&
            f->evidence[i].span.end == at[e->span.end])
            return true;
    return false;
}

static void test_codes_hide_nothing(void)
{
    static coded c;
    struct host h, p;
    char fields[CODED_ROOM + 20];
    uint64_t seed = 11;
    size_t found = 0, beside = 0;

    if (!open_list(&h) || !open_list(&p))
        return;
    for (int round = 0; round < 3000; round++) {
        const policy_finding *plain, *in_codes;

        draw(&c, &seed);
        snprintf(fields, sizeof(fields), "\"text\":\"%s\"", c.plain);
        if (!host_decide(&p, fields))
            break;
        snprintf(fields, sizeof(fields), "\"text\":\"%s\"", c.text);
        if (!host_decide(&h, fields))
            break;
        plain = host_finding(p.decision, POLICY_ENFORCED, "o/all");
        in_codes = host_finding(h.decision, POLICY_ENFORCED, "o/all");
        for (size_t i = 0; plain && i < plain->evidence_count; i++) {
            const policy_evidence *e = &plain->evidence[i];

            CHECK(has_evidence(in_codes, e, c.at), "%s in %s: %u-%u", c.plain, c.text,
                  (unsigned)e->span.start, (unsigned)e->span.end);
            found++;
            beside += e->span.start && c.at[e->span.start] -
                                               c.at[e->span.start - 1] == 3;
        }
    }
    CHECK(found > 3000 && beside > 500, "%zu, %zu right behind codes", found, beside);
    host_close(&p);
    host_close(&h);
}

static const struct test_case tests[] = {
    { "codes hide nothing", test_codes_hide_nothing },
    { "the same text is judged alike", test_the_same_text_is_judged_alike },
    { "each view finds its own", test_each_view_finds_its_own },
    { "a warm session allocates nothing", test_a_warm_session_allocates_nothing },
};

POLICY_TEST_MAIN("views", tests)
