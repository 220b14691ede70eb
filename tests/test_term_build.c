/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Terms into patterns: which spellings there are, how each is told, in which
 * views it counts.
 */
#include "harness.h"

#include "base/limits.h"
#include "base/slice.h"
#include "compile/build.h"
#include "match/pattern_set.h"
#include "text/pinyin.h"
#include "text/utf8.h"

struct building {
    struct test_allocator memory;
    pol_arena arena;
    pol_spellings s;
};

static bool begin(struct building *b)
{
    policy_limits limits = pol_limits_from(NULL);

    test_allocator_init(&b->memory);
    pol_arena_init(&b->arena, &b->memory.allocator, 0);
    return CHECK(pol_spellings_init(&b->s, &b->memory.allocator, &limits,
                                    NULL) == POLICY_OK, "init");
}

static void end(struct building *b)
{
    pol_spellings_fini(&b->s);
    pol_arena_fini(&b->arena);
    test_allocator_clean(&b->memory);
}

static void put_pattern(pol_buf *b, const pol_spellings *s, size_t i)
{
    const pol_pattern *p = &s->patterns->patterns[i];
    const uint16_t *units = s->patterns->units + p->at;

    for (size_t pos = 0; pos < p->len;) {
        uint16_t id = (uint16_t)(units[pos] - POL_PINYIN_UNIT(0));
        char bytes[4];

        if (id && id < 512 && *pol_pinyin_spelling(id) &&
            !(pos + 1 < p->len && pol_is_low(units[pos + 1]))) {
            pol_buf_fmt(b, "<%s>", pol_pinyin_spelling(id));
            pos++;
            continue;
        }
        pol_buf_add(b, bytes, pol_utf8_put(bytes, pol_utf16_next(units, p->len,
                                                                 &pos)));
    }
}

/* "机密/ <ji><mi>/pinyin p": spelling, how, views that it needs. */
static void describe(pol_buf *b, const pol_spellings *s)
{
    static const char views[] = "qsrpd";

    for (size_t i = 0; i < s->count; i++) {
        const pol_term *t = &s->terms[i];

        if (i)
            pol_buf_char(b, ' ');
        put_pattern(b, s, i);
        pol_buf_char(b, '/');
        if (t->how)
            pol_buf_text(b, policy_reason_name(t->how));
        if (t->must)
            pol_buf_char(b, '+');
        for (unsigned k = 0; t->must >> k; k++)
            if (t->must >> k & 1)
                pol_buf_char(b, views[k]);
    }
}

static const pol_alias aliases[] = {
    { POL_STR("微信"), POL_STR("薇信"), 1 },
    { POL_STR("微信"), POL_STR("V信"), 1 },
    { POL_STR("支付宝"), POL_STR("zfb"), 2 },
};

enum {
    PINYIN = POL_OPTION_PINYIN << POL_TERM_OPTIONS,
    SPLIT = POL_OPTION_SPLIT << POL_TERM_OPTIONS,
    REVERSED = POL_OPTION_REVERSED << POL_TERM_OPTIONS,
    SPELLED = POL_OPTION_SPELLED << POL_TERM_OPTIONS
};

static const struct {
    const char *label, *term;
    uint32_t flags, common;
    const char *want;
} rows[] = {
    { "as it is", "机密", 0, 0, "机密/" },
    { "as folded", "機密", 0, 0, "机密/" },
    { "repeats", "天天红包", 0, 0, "天天红包/ 天红包/+r" },
    { "too little is left of it", "哈哈", 0, 0, "哈哈/" },
    { "Latin", "hello", 0, 0, "hello/ helo/+r" },
    { "i as l", "bill", 0, 0, "bill/ bil/+r blll/+s" },
    { "folded has one spelling", "天天红包", POL_TERM_FOLDED, PINYIN,
      "天天红包/" },
    { "exact too", "天天红包", POL_TERM_EXACT, SPLIT, "天天红包/" },
    { "aliases", "加微信", 0, 0, "加微信/ 加薇信/alias 加v信/alias" },
    { "pinyin", "公章", PINYIN, 0, "公章/ <gong><zhang>/pinyin+p" },
    { "two syllables only if asked", "公章", 0, POL_OPTION_PINYIN, "公章/" },
    { "three without", "刻公章", 0, POL_OPTION_PINYIN,
      "刻公章/ <ke><gong><zhang>/pinyin+p" },
    { "no pinyin beside others", "公章。", PINYIN, 0, "公章。/" },
    { "spelled", "公章", SPELLED, 0,
      "公章/ gongzhang/spelled gong zhang/spelled" },
    { "reversed", "代开发票", 0, POL_OPTION_REVERSED, "代开发票/ 票发开代/reversed" },
    { "reversed only if long", "开发票", 0, POL_OPTION_REVERSED, "开发票/" },
    { "reversed if asked", "开发票", REVERSED, 0, "开发票/ 票发开/reversed" },
    { "split", "好", SPLIT, 0, "好/" },
    { "split of two", "好人", SPLIT, 0, "好人/ 女子人/split" },
    { "outside of the plane", "𠀀𠀁𠀂𠀃", REVERSED, 0,
      "𠀀𠀁𠀂𠀃/ 𠀃𠀂𠀁𠀀/reversed" },
};

static void test_a_term_has_its_spellings(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct building b;
        pol_word w = { .text = { rows[i].term, strlen(rows[i].term) },
                       .flags = rows[i].flags, .common = rows[i].common,
                       .aliases = aliases, .alias_count = 3 };
        pol_buf got;

        if (begin(&b) &&
            CHECK(pol_spellings_add(&b.s, &w, NULL) == POLICY_OK, "%s",
                  rows[i].label)) {
            pol_buf_init(&got, &b.memory.allocator, 10000);
            describe(&got, &b.s);
            CHECK_STR_EQ(rows[i].label, pol_buf_slice(&got), rows[i].want);
            pol_buf_fini(&got);
        }
        end(&b);
    }
}

static void test_allowed_phrases_have_no_other_spelling(void)
{
    pol_word w = { .text = POL_STR("加微信好友"), .allowed = true,
                   .common = PINYIN | POL_OPTION_REVERSED, .aliases = aliases,
                   .alias_count = 3 };
    struct building b;

    if (begin(&b) && CHECK(pol_spellings_add(&b.s, &w, NULL) == POLICY_OK, "add"))
        CHECK_INT_EQ("patterns", b.s.count, 1);
    end(&b);
}

static void test_tells_what_is_too_short(void)
{
    static const struct {
        const char *term;
        bool is_short;
    } cases[] = {
        { "密", true }, { "机密", false }, { "v", true }, { "vx", false },
        { "110", true }, { "1100", false }, { "😀", true }, { "𠀀", true },
    };
    struct building b;

    if (begin(&b))
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
            pol_word w = { .text = { cases[i].term, strlen(cases[i].term) } };

            CHECK(pol_spellings_add(&b.s, &w, NULL) == POLICY_OK, "add");
            CHECK_INT_EQ(cases[i].term, pol_spellings_short(&b.s),
                         cases[i].is_short);
        }
    end(&b);
}

static void test_refuses_what_folds_to_nothing_or_is_too_long(void)
{
    static char text[5000];
    pol_word nothing = { .text = POL_STR("\xe2\x80\x8b") };
    pol_word longer = { .text = { text, sizeof(text) } };
    policy_error err = POLICY_ERROR_INIT;
    struct building b;

    memset(text, 'a', sizeof(text));
    if (begin(&b)) {
        CHECK_INT_EQ("nothing", pol_spellings_add(&b.s, &nothing, &err),
                     POLICY_EINPUT);
        b.s.limits.term_bytes = 100;
        CHECK_INT_EQ("long", pol_spellings_add(&b.s, &longer, &err),
                     POLICY_ELIMIT);
        b.s.limits.terms = 0;
        CHECK_INT_EQ("many", pol_spellings_add(&b.s, &nothing, &err),
                     POLICY_ELIMIT);
        CHECK_INT_EQ("none was added", b.s.count, 0);
    }
    end(&b);
}

/* However many spellings there might be. */
static void test_spellings_are_few(void)
{
    pol_word w = { .text = POL_STR("好明林江河湖海好明林江河湖海好明林江河湖海"),
                   .flags = SPLIT | REVERSED | SPELLED | PINYIN };
    struct building b;

    if (begin(&b) && CHECK(pol_spellings_add(&b.s, &w, NULL) == POLICY_OK, "add"))
        CHECK(b.s.count > 20 && b.s.count < 128, "%zu", b.s.count);
    end(&b);
}

static void test_tells_how_many_spellings_are_left_out(void)
{
    static pol_alias many[100];
    static const struct {
        const char *label, *term;
        size_t aliases;
        uint32_t flags;
        uint64_t left_out;
    } cases[] = {
        { "as many as there may be", "微信", POL_SPELLINGS_MAX, 0, 0 },
        { "one more", "微信", POL_SPELLINGS_MAX + 1, 0, 1 },
        { "many", "微信", 100, 0, 100 - POL_SPELLINGS_MAX },
        { "of another word", "微博", 100, 0, 0 },
        { "folded has but one", "微信", 100, POL_TERM_FOLDED, 0 },
        { "three splits behind them", "好微信", POL_SPELLINGS_MAX, SPLIT, 3 },
        { "backwards", "我加微信", POL_SPELLINGS_MAX, REVERSED, 1 },
        { "letters, with spaces and without", "微信", POL_SPELLINGS_MAX - 1,
          SPELLED, 1 },
    };

    for (size_t i = 0; i < 100; i++)
        many[i] = (pol_alias){ aliases[0].word, POL_STR("薇信"), 1 };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct building b;
        pol_word w = { .text = pol_str(cases[i].term),
                       .flags = cases[i].flags, .aliases = many,
                       .alias_count = cases[i].aliases };

        if (begin(&b) &&
            CHECK(pol_spellings_add(&b.s, &w, NULL) == POLICY_OK, "add"))
            CHECK_INT_EQ(cases[i].label, b.s.left_out, cases[i].left_out);
        end(&b);
    }
}

/* --- aliases by index, and by trying each ----------------------------------- */

static unsigned pick(uint32_t *state, unsigned below)
{
    *state = *state * 1103515245 + 12345;
    return (*state >> 16) % below;
}

/* Up to `max` characters out of a few. */
static policy_str random_word(uint32_t *state, char out[64], unsigned max)
{
    static const char *const chars[] = { "甲", "乙", "丙" };
    unsigned count = 1 + pick(state, max);

    out[0] = '\0';
    while (count--)
        strcat(out, chars[pick(state, 3)]);
    return pol_str(out);
}

/* Each alias whose word is in the term, in its first place, in their order. */
static size_t slow_aliases(pol_buf *out, policy_str term, const pol_alias *all,
                           size_t count)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        size_t at = 0, len = all[i].word.len;

        while (at + len <= term.len && memcmp(term.ptr + at, all[i].word.ptr, len))
            at += 3;
        if (at + len > term.len || n++ >= POL_SPELLINGS_MAX)
            continue;
        pol_buf_char(out, ' ');
        pol_buf_add(out, term.ptr, at);
        pol_buf_str(out, all[i].alias);
        pol_buf_add(out, term.ptr + at + len, term.len - at - len);
    }
    return n;
}

static void test_finds_aliases_as_the_slow_way_does(void)
{
    static char words[300][64], text[64];
    static pol_alias all[300];
    uint32_t state = 11;

    for (unsigned round = 0; round < 300; round++) {
        size_t count = pick(&state, round + 1), n;
        struct building b;
        pol_buf got, want;

        for (size_t i = 0; i < count; i++) {
            all[i] = (pol_alias){ random_word(&state, words[i], 1 + round % 3),
                                  pol_str(i & 1 ? "丁" : "戊"), 1 };
            if (i && pick(&state, 3) == 0)
                all[i].word = all[i - 1].word; /* side by side */
        }
        if (!begin(&b))
            return;
        for (unsigned term = 0; term < 4; term++) {
            pol_word w = { .text = random_word(&state, text, 8),
                           .aliases = all, .alias_count = count };
            size_t before = b.s.count;

            pol_buf_init(&got, &b.memory.allocator, 100000);
            pol_buf_init(&want, &b.memory.allocator, 100000);
            CHECK(pol_spellings_add(&b.s, &w, NULL) == POLICY_OK, "add");
            for (size_t i = before; i < b.s.count; i++)
                if (b.s.terms[i].how == POL_REASON_ALIAS && !b.s.terms[i].must) {
                    pol_buf_char(&got, ' ');
                    put_pattern(&got, &b.s, i);
                }
            n = slow_aliases(&want, w.text, all, count);
            CHECK_BYTES_EQ(text, pol_buf_slice(&got), pol_buf_slice(&want));
            CHECK_INT_EQ(text, b.s.left_out,
                         n > POL_SPELLINGS_MAX ? n - POL_SPELLINGS_MAX : 0);
            pol_buf_fini(&got);
            pol_buf_fini(&want);
        }
        end(&b);
    }
}

static void test_another_list_has_other_aliases(void)
{
    static const pol_alias others[] = { { POL_STR("微信"), POL_STR("威信"), 1 } };
    struct building b;
    pol_buf got;
    pol_word w = { .text = POL_STR("微信"), .aliases = aliases,
                   .alias_count = 3 };

    if (!begin(&b))
        return;
    pol_buf_init(&got, &b.memory.allocator, 10000);
    CHECK(pol_spellings_add(&b.s, &w, NULL) == POLICY_OK, "one");
    w.aliases = others;
    w.alias_count = 1;
    CHECK(pol_spellings_add(&b.s, &w, NULL) == POLICY_OK, "another");
    describe(&got, &b.s);
    CHECK_STR_EQ("both", pol_buf_slice(&got),
                 "微信/ 薇信/alias v信/alias 微信/ 威信/alias");
    pol_buf_fini(&got);
    end(&b);
}

static void test_survives_every_failed_allocation(void)
{
    pol_word w = { .text = POL_STR("加微信好好代开公章"),
                   .flags = SPLIT | REVERSED | SPELLED | PINYIN,
                   .aliases = aliases, .alias_count = 3 };
    policy_status st = POLICY_ENOMEM;

    for (size_t n = 1; st == POLICY_ENOMEM && n < 500; n++) {
        struct building b;
        pol_terms out = { 0 };

        if (begin(&b)) {
            b.memory.fail_at = b.memory.requests + n;
            st = pol_spellings_add(&b.s, &w, NULL);
            if (!st)
                st = pol_spellings_build(&out, &b.s, &b.arena, NULL);
            CHECK(st == POLICY_OK || st == POLICY_ENOMEM, "at %zu: %d", n, st);
            policy_matcher_free(out.matcher);
        }
        end(&b);
    }
    CHECK_INT_EQ("at last", st, POLICY_OK);
}

static const struct test_case tests[] = {
    { "a term has its spellings", test_a_term_has_its_spellings },
    { "allowed phrases have no other spelling",
      test_allowed_phrases_have_no_other_spelling },
    { "tells what is too short", test_tells_what_is_too_short },
    { "refuses what folds to nothing or is too long",
      test_refuses_what_folds_to_nothing_or_is_too_long },
    { "spellings are few", test_spellings_are_few },
    { "tells how many spellings are left out",
      test_tells_how_many_spellings_are_left_out },
    { "finds aliases as the slow way does",
      test_finds_aliases_as_the_slow_way_does },
    { "another list has other aliases", test_another_list_has_other_aliases },
    { "survives every failed allocation", test_survives_every_failed_allocation },
};

POLICY_TEST_MAIN("term_build", tests)
