/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each maker writes, when it writes nothing, and that the fold undoes what
 * it is to undo. That the views find the rest: test_rule_evasion.
 */
#include "text/evasion.h"

#include "harness.h"
#include "text/utf8.h"

struct bench {
    struct test_allocator memory;
    pol_evader *e;
    pol_buf out;
    pol_folded f;
};

static policy_str str(const char *s)
{
    return (policy_str){ s, strlen(s) };
}

static bool begin(struct bench *b)
{
    policy_error err = POLICY_ERROR_INIT;

    test_allocator_init(&b->memory);
    pol_buf_init(&b->out, &b->memory.allocator, 1 << 20);
    pol_folded_init(&b->f, &b->memory.allocator);
    return CHECK(pol_evader_new(&b->e, &b->memory.allocator, &err) == POLICY_OK,
                 "%s", err.message);
}

static void end(struct bench *b)
{
    pol_evader_free(b->e);
    pol_buf_fini(&b->out);
    pol_folded_fini(&b->f);
    test_allocator_clean(&b->memory);
}

static size_t number_of(const char *name)
{
    for (size_t i = 0; i < pol_evasion_count; i++)
        if (strcmp(pol_evasions[i].name, name) == 0)
            return i;
    CHECK(false, "no disguise %s", name);
    return 0;
}

/* The word stands between bars; NULL: nothing for it. */
static const char *evade(struct bench *b, size_t number, const char *marked)
{
    char text[512];
    size_t start = strcspn(marked, "|");
    size_t end = start + strcspn(marked + start + 1, "|");
    bool changed = false;

    snprintf(text, sizeof(text), "%.*s%.*s%s", (int)start, marked,
             (int)(end - start), marked + start + 1, marked + end + 2);
    if (!CHECK(pol_evade(b->e, number, str(text), start, end, &b->out, &changed,
                         NULL) == POLICY_OK, "%s", marked) || !changed)
        return NULL;
    pol_buf_char(&b->out, '\0');
    return b->out.ptr;
}

static const struct {
    const char *disguise, *text, *want; /* NULL: none */
} rows[] = {
    { "capitals", "|secret|", "SECRET" },
    { "capitals", "|机密|", NULL },
    { "capitals", "|X1|", NULL },
    { "full-width", "|vpn3|", "ｖｐｎ３" },
    { "full-width", "|1X|", "１ｘ" },
    { "traditional", "|图纸|", NULL }, /* checked below: 圖紙 or its like */
    { "marks", "|机密|", "机\u0336密" },
    { "marks", "|机|", NULL },
    { "zero-width", "|机密室|", "机\u200b密\u200c室" },
    { "hidden", "|机密|", "机\u00ad密" },
    { "selectors", "|机密|", "机\ufe00密" },
    { "selectors", "|1234|", NULL },
    { "symbols", "|机密|", "机*密" },
    { "symbols", "看|vpn|。", "v*p★n" },
    { "symbols", "a|vpn|。", NULL },
    { "symbols", "|1234|", NULL },
    { "symbols", "|3d图|", NULL },
    { "dots", "|机密|", "机·密" },
    { "spaces", "|机密|", NULL },
    { "spaces", "|保密室|", "保 密\u3000室" },
    { "commas", "|保密室|", NULL },
    { "commas", "|内部资料|", "内，部、资，料" },
    { "letters-apart", "|vpn|", "v p n" },
    { "letters-apart", "|机密|", NULL },
    { "leet", "|casino|", "c4sino" },
    { "leet", "|as|", NULL },
    { "repeated", "|机密|", "机机密密" },
    { "repeated", "|vp密|", "vvvppp密密" },
    { "repeated", "机|机密|", NULL },
    { "repeated", "|1机|", NULL },
    { "percent", "|密|", "%E5%AF%86" },
    { "percent", "|abc|", NULL },
    { "percent", "|密|1", NULL },
    { "base64", "|内部资料|-1", NULL },
    { "entities", "|密a|", "&#23494;&#x61;" },
    { "base64", "|内部资料|", "5YaF6YOo6LWE5paZ" },
    { "base64", "|保密室内a|", "5L+d5a+G5a6k5YaFYQ==" },
    { "base64", "a|内部资料|", NULL },
    { "base64", "|保密室|", NULL },
    { "numerals", "|13800138000|", "一三八零零一三八零零零" },
    { "numerals", "|138|", NULL },
    { "accounting", "|13800138000|", "壹叁捌零零壹叁捌零零零" },
    { "letters", "|13800138000|", "138o0l38o00" },
    { "letters", "|23456789|", NULL },
    { "spelled", "|内部资料|", "nei bu zi liao" },
    { "spelled", "|内a|", NULL },
    { "split", "|赌博|", "贝者博" },
    { "split", "|一二|", NULL },
    { "reversed", "|内部资料|", "料资部内" },
    { "reversed", "|天天|", NULL },
    { "reversed", "|abc|", NULL },
};

static void test_writes_what_people_write(void)
{
    struct bench b;

    if (begin(&b))
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
            const char *got = evade(&b, number_of(rows[i].disguise),
                                    rows[i].text);

            if (strcmp(rows[i].disguise, "traditional") == 0)
                CHECK(got && strcmp(got, "图纸") != 0, "%s", got ? got : "");
            else if (!rows[i].want)
                CHECK(!got, "%s of %s: %s", rows[i].disguise, rows[i].text,
                      got ? got : "");
            else
                CHECK(got && strcmp(got, rows[i].want) == 0, "%s of %s: %s",
                      rows[i].disguise, rows[i].text, got ? got : "nothing");
        }
    end(&b);
}

static const char *const words[] = {
    "|机密|",           "|图纸|这里",        "看|客户名单|。",  "|password|",
    "请|vpn账号|勿传",  "|13800138000|",     "|银行口令|",      "|3d样品|",
    "|110105194912310021|", "|未公开财务报表|", "|家庭住址|",   "|学校食堂|",
    "|金额|", "|zhang@example.com|", "|资料|", "é|café|",
};
enum { WORDS = sizeof(words) / sizeof(*words) };

/* The units are those of the plain word, and the reason is told. */
static void check_fold(struct bench *b, size_t number, const char *word)
{
    const pol_evasion *how = &pol_evasions[number];
    size_t start = strcspn(word, "|") + 1;
    policy_str plain = { word + start, strcspn(word + start, "|") };
    uint16_t units[64];
    size_t count;
    uint32_t reasons = 0;

    if (!evade(b, number, word))
        return;
    CHECK(pol_fold(&b->f, plain, NULL) == POLICY_OK && b->f.count < 64, "%s", word);
    count = b->f.count;
    memcpy(units, b->f.units, count * sizeof(*units));
    b->out.len--;
    CHECK(pol_fold(&b->f, pol_buf_slice(&b->out), NULL) == POLICY_OK, "%s", word);
    for (size_t i = 0; i < b->f.count; i++)
        reasons |= b->f.reasons[i];
    CHECK(b->f.count == count && memcmp(units, b->f.units, 2 * count) == 0,
          "%s of %s: %s", how->name, word, b->out.ptr);
    CHECK(reasons & how->reason, "%s of %s: %s says %x", how->name, word,
          b->out.ptr, (unsigned)reasons);
}

static void test_the_fold_sees_through(void)
{
    struct bench b;

    if (begin(&b))
        for (size_t i = 0; i < pol_evasion_count; i++)
            for (size_t w = 0; w < WORDS; w++)
                if (pol_evasions[i].by == POL_EVADES_FOLD)
                    check_fold(&b, i, words[w]);
    end(&b);
}

/* No row of the table is idle, and none gives the plain word. */
static void test_each_disguises_some_word(void)
{
    struct bench b;

    if (begin(&b))
        for (size_t i = 0; i < pol_evasion_count; i++) {
            size_t made = 0;

            for (size_t w = 0; w < WORDS; w++) {
                const char *got = evade(&b, i, words[w]);
                size_t len = got ? strlen(got) : 0;

                if (!got)
                    continue;
                made++;
                CHECK(pol_utf8_valid(str(got)), "%s: %s", pol_evasions[i].name,
                      got);
                CHECK(strncmp(strchr(words[w], '|') + 1, got, len) != 0,
                      "%s leaves %s", pol_evasions[i].name, got);
            }
            CHECK(made > 0, "%s: no word", pol_evasions[i].name);
            CHECK(policy_reason_name(pol_evasions[i].reason) != NULL, "%s",
                  pol_evasions[i].name);
            for (size_t k = 0; k < i; k++)
                CHECK(strcmp(pol_evasions[i].name, pol_evasions[k].name) != 0,
                      "%s twice", pol_evasions[i].name);
        }
    end(&b);
}

/* Bytes that are no text, and words that are too long, are left as they are. */
static void test_leaves_alone_what_is_no_word(void)
{
    char text[400];
    struct bench b;
    bool changed;

    memset(text, 'a', sizeof(text));
    if (begin(&b))
        for (size_t i = 0; i < pol_evasion_count; i++) {
            changed = true;
            CHECK(pol_evade(b.e, i, str("\xe6\x9c"), 0, 2, &b.out, &changed,
                            NULL) == POLICY_OK && !changed, "ill-formed: %s",
                  pol_evasions[i].name);
            changed = true;
            CHECK(pol_evade(b.e, i, str("a"), 1, 1, &b.out, &changed, NULL) ==
                      POLICY_OK && !changed, "empty: %s", pol_evasions[i].name);
            changed = true;
            CHECK(pol_evade(b.e, i, (policy_str){ text, sizeof(text) }, 0,
                            sizeof(text), &b.out, &changed, NULL) == POLICY_OK &&
                      !changed, "long: %s", pol_evasions[i].name);
        }
    end(&b);
}

static void test_no_memory_is_said(void)
{
    struct test_allocator memory;
    policy_error err = POLICY_ERROR_INIT;
    pol_evader *e;
    size_t n;

    for (n = 1; n < 100; n++) {
        test_allocator_init(&memory);
        memory.fail_at = n;
        if (pol_evader_new(&e, &memory.allocator, &err) == POLICY_OK)
            break;
        CHECK_INT_EQ("status", err.status, POLICY_ENOMEM);
        CHECK(!e, "nothing is made");
        test_allocator_clean(&memory);
        n += 2; /* each fills the tables anew */
    }
    CHECK(n > 4 && n < 100, "%zu", n);
    pol_evader_free(e);
    test_allocator_clean(&memory);
}

static const struct test_case tests[] = {
    { "writes what people write", test_writes_what_people_write },
    { "the fold sees through", test_the_fold_sees_through },
    { "each disguises some word", test_each_disguises_some_word },
    { "leaves alone what is no word", test_leaves_alone_what_is_no_word },
    { "no memory is said", test_no_memory_is_said },
};

POLICY_TEST_MAIN("evasion", tests)
