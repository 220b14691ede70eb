/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The base fold, with its map, against utf8proc's and ICU's NFKC_Casefold,
 * message by message. ICU runs as it does fastest with a map of its own:
 * Normalizer2::normalizeUTF8 with Edits (icu_edits.cpp). Both peers do less:
 * no Traditional to Simplified, no styled letters, no classes, no flags; and
 * utf8proc refuses ill-formed text, so the damage made here is well-formed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "text/fold.h"
#include "text/fold_wide.h"
#include "text/utf8.h"

#include "../fold_oracle.h"
#include "bench.h"

/* Reading the clock of a thread costs up to two microseconds on a virtual
 * machine, as much as a hundred short messages: a slice is of so many that it
 * is nothing. */
enum {
    ROUNDS = 15,
    WAY_ROUNDS = 5,
    ITEMS_MIN = BENCH_SLICES * 4000,
    ORACLE_LINES = 3000,
    TEXT_MAX = 1 << 12
};

/* icu_edits.cpp; the number of bytes folded to. */
void *icu_edits_new(void);
size_t icu_edits_fold(void *state, const char *text, size_t len);
void icu_edits_free(void *state);
/* validate_simdjson.cpp, or validate_none.c where simdjson is missing. */
extern const bool validate_is_there;
bool validate_utf8(const char *text, size_t len);

struct texts {
    policy_str *at;
    size_t count, cap, bytes;
};

struct side {
    const struct texts *texts;
    pol_fold_row row; /* NULL is the plain one */
    pol_folded folded;
    void *icu;
    size_t made; /* kept, so that nothing is optimised away */
};

static void add_text(struct texts *t, const char *bytes, size_t len)
{
    char *copy = malloc(len + !len);

    if (t->count == t->cap) {
        t->cap = 2 * t->cap + 64;
        t->at = realloc(t->at, t->cap * sizeof(*t->at));
    }
    if (!copy || !t->at)
        bench_fail("out of memory");
    memcpy(copy, bytes, len);
    t->at[t->count++] = (policy_str){ copy, len };
    t->bytes += len;
}

static void free_texts(struct texts *t)
{
    for (size_t i = 0; i < t->count; i++)
        free((char *)t->at[i].ptr);
    free(t->at);
    *t = (struct texts){ NULL, 0, 0, 0 };
}

/* --- texts ---------------------------------------------------------------- */

static struct texts lines_between(const char *file, size_t low, size_t high)
{
    struct bench_lines lines = bench_lines_load(file);
    struct texts t = { NULL, 0, 0, 0 };

    for (size_t i = 0; i < lines.count; i++)
        if (lines.at[i].len >= low && lines.at[i].len <= high)
            add_text(&t, lines.at[i].ptr, lines.at[i].len);
    bench_lines_fini(&lines);
    if (t.count < 100)
        bench_fail("%s has too few lines of %zu to %zu bytes", file, low, high);
    return t;
}

/* Their places again and again, ITEMS_MIN of them at least; the bytes stay
 * theirs. */
static struct texts repeated(const struct texts *from)
{
    struct texts t = *from;

    while (t.count < ITEMS_MIN)
        t.count += from->count;
    t.at = malloc(t.count * sizeof(*t.at));
    if (!t.at)
        bench_fail("out of memory");
    for (size_t i = 0; i < t.count; i++)
        t.at[i] = from->at[i % from->count];
    return t;
}

/* The oracle's Traditional forms, the other way round: first come, first. */
static uint32_t *traditional_forms(const struct oracle *o)
{
    uint32_t *of = calloc(ORACLE_CP, sizeof(*of));

    if (!of)
        bench_fail("out of memory");
    for (uint32_t cp = 0x4E00; cp < 0xA000; cp++) {
        uint32_t to = o->simple[cp];

        if (to && !of[to])
            of[to] = cp;
    }
    return of;
}

static struct texts made_traditional(const struct texts *from,
                                     const uint32_t *form)
{
    struct texts t = { NULL, 0, 0, 0 };

    for (size_t i = 0; i < from->count; i++) {
        char out[TEXT_MAX];
        size_t len = 0;

        for (size_t pos = 0; pos < from->at[i].len && len < TEXT_MAX - 4;) {
            uint32_t cp;
            bool ok;

            pos = pol_utf8_next(from->at[i], pos, &cp, &ok);
            len += pol_utf8_put(out + len, form[cp] ? form[cp] : cp);
        }
        add_text(&t, out, len);
    }
    return t;
}

/* One code point as evasion number `how` writes it. */
static size_t evade(char *out, uint32_t cp, unsigned how, const uint32_t *form)
{
    static const uint32_t after[] = { 0x200B, 0xAD,   0x301,
                                      0x336,  0xFE0F, 0x200D };
    bool letter = (cp | 0x20) >= 'a' && (cp | 0x20) <= 'z';
    size_t len;

    if (how < 6) {
        len = pol_utf8_put(out, cp);
        return len + pol_utf8_put(out + len, after[how]);
    }
    if (how == 6 && cp > 0x20 && cp < 0x7F)
        cp += 0xFEE0; /* full width */
    else if (how == 7 && letter)
        cp = 0x1D400 + ((cp | 0x20) - 'a'); /* mathematical bold */
    else if (how == 8 && letter)
        cp = 0x1F150 + ((cp | 0x20) - 'a'); /* negative circled */
    else if (how == 9 && form[cp])
        cp = form[cp];
    else if (how == 10 && cp >= '1' && cp <= '9')
        cp += 0x2460 - '1'; /* circled */
    else if (how == 11 && letter)
        cp ^= 0x20;
    return pol_utf8_put(out, cp);
}

/* One to three evasions a message, each on every third character or so. */
static struct texts made_damaged(const struct texts *from, const uint32_t *form)
{
    struct texts t = { NULL, 0, 0, 0 };
    uint64_t seed = 12;

    for (size_t i = 0; i < from->count; i++) {
        char out[TEXT_MAX];
        size_t len = 0;
        unsigned how[3], count = 1 + (unsigned)(bench_random(&seed) % 3);

        for (unsigned k = 0; k < count; k++)
            how[k] = (unsigned)(bench_random(&seed) % 12);
        for (size_t pos = 0; pos < from->at[i].len && len < TEXT_MAX - 8;) {
            uint64_t dice = bench_random(&seed);
            uint32_t cp;
            bool ok;

            pos = pol_utf8_next(from->at[i], pos, &cp, &ok);
            len += dice % 3 ? pol_utf8_put(out + len, cp)
                            : evade(out + len, cp, how[dice / 3 % count], form);
        }
        add_text(&t, out, len);
    }
    return t;
}

/* --- sides ---------------------------------------------------------------- */

static void run_ours(void *ctx, size_t first, size_t end)
{
    struct side *s = ctx;

    for (size_t i = first; i < end; i++) {
        if (pol_fold(&s->folded, s->texts->at[i], NULL) != POLICY_OK)
            bench_fail("the fold failed");
        s->made += s->folded.count;
    }
}

static void run_way(void *ctx, size_t first, size_t end)
{
    struct side *s = ctx;

    for (size_t i = first; i < end; i++) {
        if (pol_fold_by(s->row, &s->folded, s->texts->at[i], NULL) != POLICY_OK)
            bench_fail("the fold failed");
        s->made += s->folded.count;
    }
}

static void run_utf8proc(void *ctx, size_t first, size_t end)
{
    struct side *s = ctx;

    for (size_t i = first; i < end; i++) {
        utf8proc_uint8_t *out;
        utf8proc_ssize_t len = utf8proc_map(
            (const utf8proc_uint8_t *)s->texts->at[i].ptr,
            (utf8proc_ssize_t)s->texts->at[i].len, &out,
            UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);

        if (len < 0)
            bench_fail("utf8proc: %s", utf8proc_errmsg(len));
        s->made += (size_t)len;
        free(out);
    }
}

static void run_icu(void *ctx, size_t first, size_t end)
{
    struct side *s = ctx;

    for (size_t i = first; i < end; i++)
        s->made += icu_edits_fold(s->icu, s->texts->at[i].ptr,
                                  s->texts->at[i].len);
}

static void run_validate(void *ctx, size_t first, size_t end)
{
    struct side *s = ctx;

    for (size_t i = first; i < end; i++)
        s->made += validate_utf8(s->texts->at[i].ptr, s->texts->at[i].len);
}

static void check_with_oracle(struct oracle *o, const char *name,
                              pol_fold_row row, const struct texts *t)
{
    static uint32_t want[20 * TEXT_MAX];
    pol_folded f;

    pol_folded_init(&f, NULL);
    for (size_t i = 0; i < t->count && i < ORACLE_LINES; i++) {
        size_t count = oracle_fold(o, t->at[i].ptr, t->at[i].len, want,
                                   20 * TEXT_MAX);
        size_t at = 0, n = 0;

        if (pol_fold_by(row, &f, t->at[i], NULL) != POLICY_OK)
            bench_fail("%s: the fold failed", name);
        while (at < f.count && n < count &&
               pol_utf16_next(f.units, f.count, &at) == want[n])
            n++;
        if (at != f.count || n != count)
            bench_fail("%s: line %zu is not what the oracle says", name, i);
    }
    pol_folded_fini(&f);
}

static void race(struct oracle *o, const char *name, const struct texts *t)
{
    struct texts many = repeated(t);
    struct side ours = { .texts = &many }, theirs = { .texts = &many },
                icu = { .texts = &many, .icu = icu_edits_new() };
    const struct bench_side sides[] = {
        { run_ours, &ours }, { run_utf8proc, &theirs }, { run_icu, &icu }
    };
    double seconds[3];

    if (!icu.icu)
        bench_fail("ICU has no NFKC_Casefold");
    check_with_oracle(o, name, pol_fold_row_widest(), t);
    pol_folded_init(&ours.folded, NULL);
    bench_race(seconds, sides, 3, many.count, ROUNDS);
    bench_show(seconds[0] / (double)many.count * 1e9, "ns",
               "%s, a message of %zu bytes", name, t->bytes / t->count);
    bench_put(seconds[1] / seconds[0], "fold.%s.x_utf8proc", name);
    bench_put(seconds[2] / seconds[0], "fold.%s.x_icu", name);
    pol_folded_fini(&ours.folded);
    icu_edits_free(icu.icu);
    free(many.at);
}

/* What machines get that have less. Races of their own: two folds in one would
 * find their tables warm. */
static void race_way(struct oracle *o, const char *name, const struct texts *t,
                     const char *way, pol_fold_row row)
{
    struct texts many = repeated(t);
    struct side ours = { .texts = &many, .row = row },
                icu = { .texts = &many, .icu = icu_edits_new() };
    const struct bench_side sides[] = { { run_way, &ours }, { run_icu, &icu } };
    double seconds[2];

    if (!icu.icu)
        bench_fail("ICU has no NFKC_Casefold");
    check_with_oracle(o, name, row, t);
    pol_folded_init(&ours.folded, NULL);
    bench_race(seconds, sides, 2, many.count, WAY_ROUNDS);
    bench_show(seconds[1] / seconds[0], "x", "%s against ICU, the %s way", name,
               way);
    pol_folded_fini(&ours.folded);
    icu_edits_free(icu.icu);
    free(many.at);
}

static void race_ways(struct oracle *o, const char *name, const struct texts *t)
{
    for (const pol_fold_way *way = pol_fold_ways; way->row; way++)
        if (way->runs() && way->row != pol_fold_row_widest())
            race_way(o, name, t, way->name, way->row);
    race_way(o, name, t, "plain", NULL);
}

/* What of the speed of reading the bytes is left. A race of its own: fewer
 * sides, so that both find their tables warm. */
static void race_validate(const char *name, const struct texts *t)
{
    struct texts many = repeated(t);
    struct side ours = { .texts = &many }, theirs = { .texts = &many };
    const struct bench_side sides[] = { { run_ours, &ours },
                                        { run_validate, &theirs } };
    double seconds[2];

    if (!validate_is_there) {
        bench_note("simdjson is missing: no fold.%s.of_validate", name);
        free(many.at);
        return;
    }
    for (size_t i = 0; i < t->count; i++)
        if (validate_utf8(t->at[i].ptr, t->at[i].len) !=
            pol_utf8_valid(t->at[i]))
            bench_fail("%s: simdjson finds line %zu otherwise", name, i);
    pol_folded_init(&ours.folded, NULL);
    bench_race(seconds, sides, 2, many.count, ROUNDS);
    bench_put(seconds[1] / seconds[0], "fold.%s.of_validate", name);
    pol_folded_fini(&ours.folded);
    free(many.at);
}

/* --- hostile -------------------------------------------------------------- */

enum {
    HOSTILE_MIN = 16 << 10, /* bytes; doubled HOSTILE_STEPS times */
    HOSTILE_STEPS = 4,
    HOSTILE_RUNS = 15,
    HOSTILE_BYTES = 1 << 20 /* folded in one run, so that the clock is nothing */
};

/* CPU seconds of one fold of `len` bytes, of `bytes` piece by piece. */
static double fold_seconds(const char *bytes, size_t len, pol_folded *f)
{
    double start = bench_cpu();

    for (size_t at = 0; at < HOSTILE_BYTES; at += len)
        if (pol_fold(f, (policy_str){ bytes + at, len }, NULL) != POLICY_OK)
            bench_fail("the fold failed");
    return (bench_cpu() - start) / (HOSTILE_BYTES / (double)len);
}

/* HOSTILE_BYTES, every `len` of them `unit` after a Cyrillic letter. */
static void make_hostile(char *out, const char *unit, size_t len)
{
    size_t n = strlen(unit);

    for (size_t at = 0; at < HOSTILE_BYTES; at += len) {
        size_t used = 2;

        memcpy(out + at, "\xD0\xB8", 2);
        for (; used + n <= len; used += n)
            memcpy(out + at + used, unit, n);
        memset(out + at + used, ' ', len - used);
    }
}

/* HOSTILE_BYTES of messages one after the other. */
static void make_clean(char *out, const struct texts *from)
{
    size_t used = 0;

    for (size_t i = 0; used < HOSTILE_BYTES; i = (i + 1) % from->count) {
        size_t len = from->at[i].len;

        if (len > HOSTILE_BYTES - used)
            len = HOSTILE_BYTES - used;
        memcpy(out + used, from->at[i].ptr, len);
        used += len;
    }
}

static const struct {
    const char *label, *unit;
} families[] = {
    { "alternating marks that compose", "\xCC\x86\xCC\x81" },
    { "alternating marks out of order", "\xD6\xBC\xD6\xB0" },
    { "a base and marks out of order",
      "\xD7\x91\xD7\x82\xD6\xBC\xD6\xB4\xD6\xB0" },
    { "marks on Latin", "e\xCC\x81\xCC\xB6" },
    { "marks on Greek", "\xCE\xB1\xCC\x81" },
    { "marks on full stops", "\xE3\x80\x82\xCC\x81\xCC\xB6" },
    { "marks and invisible ones", "\xD6\xBC\xE2\x80\x8B" },
    { "ignorables", "\xE2\x80\x8B" },
    { "ignorables of all kinds", "\xE2\x80\x8B\xC2\xAD\xE2\x80\xAE\x01" },
    { "jamo vowels", "\xE1\x85\xA1" },
    { "jamo of whole syllables", "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8" },
    { "Indic halves", "\xE0\xA7\x87\xE0\xA6\xBE" },
    { "half-width voicing", "\xEF\xBD\xB6\xEF\xBE\x9E" },
    { "the largest expansion", "\xEF\xB7\xBA" },
    { "ligatures that expand", "\xEF\xAC\x83" },
    { "full-width letters", "\xEF\xBC\xA1\xEF\xBD\x82" },
    { "isolated letters", "f u c k " },
    { "letters of four bytes", "\xF0\x9D\x90\x80\xF0\x9D\x90\xB2" },
    { "regional indicators", "\xF0\x9F\x87\xA8\xF0\x9F\x87\xB3" },
    { "tag characters", "\xF3\xA0\x81\xA1\xF3\xA0\x81\xBF" },
    { "letters and ideographs", "a\xE6\x9C\xBA" },
    { "lone leads", "\xF0" },
    { "lone tails", "\x80" },
    { "overlong", "\xE0\x80\x80" },
    { "cut short", "\xE6\x9C" },
};

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* The ratios of HOSTILE_RUNS runs, of each the middle one: what is compared
 * runs at one time, whatever else the machine does then. */
struct hostile_ratios {
    double clean[HOSTILE_STEPS + 1][HOSTILE_RUNS]; /* to a clean text */
    double half[HOSTILE_STEPS + 1][HOSTILE_RUNS];  /* to half of it, not [0] */
};

static void run_family(struct hostile_ratios *t, const char *unit,
                       const char *clean, char *text, pol_folded *f)
{
    for (int i = 0; i < HOSTILE_RUNS; i++) {
        double last = 1;

        for (int step = 0; step <= HOSTILE_STEPS; step++) {
            size_t len = (size_t)HOSTILE_MIN << step;
            double now, beside = fold_seconds(clean, len, f);

            make_hostile(text, unit, len);
            now = fold_seconds(text, len, f);
            t->clean[step][i] = now / beside;
            t->half[step][i] = now / last;
            last = now;
        }
    }
}

/* The largest middle one of the steps from `first` on. */
static double worst_step(double ratios[][HOSTILE_RUNS], int first)
{
    double worst = 0;

    for (int step = first; step <= HOSTILE_STEPS; step++) {
        qsort(ratios[step], HOSTILE_RUNS, sizeof(ratios[step][0]), by_value);
        if (ratios[step][HOSTILE_RUNS / 2] > worst)
            worst = ratios[step][HOSTILE_RUNS / 2];
    }
    return worst;
}

/* The worst of all: of doubling the length, and of a byte compared with one of
 * the clean text, in pieces as long as the hostile ones. */
static void hostile(const struct texts *clean_text)
{
    static char clean[HOSTILE_BYTES], text[HOSTILE_BYTES];
    pol_folded f;
    double per_byte = 0, doubling = 0;

    pol_folded_init(&f, NULL);
    make_clean(clean, clean_text);
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        struct hostile_ratios t;
        double byte, half;

        run_family(&t, families[i].unit, clean, text, &f);
        byte = worst_step(t.clean, 0);
        half = worst_step(t.half, 1);
        bench_show(byte, "x", "a clean byte's; doubled %.2f: %s", half,
                   families[i].label);
        per_byte = byte > per_byte ? byte : per_byte;
        doubling = half > doubling ? half : doubling;
    }
    bench_put(per_byte, "fold.hostile.per_byte");
    bench_put(doubling, "fold.hostile.doubling");
    pol_folded_fini(&f);
}

void bench_fold(void);

void bench_fold(void)
{
    static struct oracle o;
    struct texts zh_short, zh_long, en, trad, damaged;
    uint32_t *form;

    bench_title("The base fold against utf8proc and ICU");
    bench_note("per message, warm; results of %d lines each compared with the "
               "oracle first", ORACLE_LINES);
    if (!oracle_init(&o))
        bench_fail("the oracle lacks a source: %s", o.error);
    form = traditional_forms(&o);
    zh_short = lines_between("zh.txt", 1, 60);
    zh_long = lines_between("zh.txt", 100, 180);
    en = lines_between("en.txt", 1, 300);
    trad = made_traditional(&zh_long, form);
    damaged = made_damaged(&zh_long, form);
    race(&o, "zh_short", &zh_short);
    race_validate("zh_short", &zh_short);
    race(&o, "zh_long", &zh_long);
    race(&o, "trad", &trad);
    race(&o, "en", &en);
    race(&o, "damaged", &damaged);
    race_ways(&o, "zh_short", &zh_short);
    race_ways(&o, "zh_long", &zh_long);
    race_ways(&o, "en", &en);
    race_ways(&o, "damaged", &damaged);
    hostile(&zh_long);
    free_texts(&zh_short);
    free_texts(&zh_long);
    free_texts(&en);
    free_texts(&trad);
    free_texts(&damaged);
    free(form);
    oracle_fini(&o);
}
