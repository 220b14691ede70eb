/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fold a second time, slowly and by other means: properties, case folding,
 * decomposition and composition come from ICU, numbers and styled letters from
 * ICU's names and numeric values, Han folds straight from OpenCC's and Unihan's
 * files. Nothing of libpolicy's tables is read.
 */
#ifndef TESTS_FOLD_ORACLE_H
#define TESTS_FOLD_ORACLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#define ORACLE_CP 0x110000
/* Non-starters after one starter; fold.c says why. */
#define ORACLE_MARKS 30
#define ORACLE_SEQ 64

struct oracle {
    const UNormalizer2 *cf, *nfc, *nfd;
    uint8_t *standard;  /* in the list of 8105 */
    uint32_t *simple;   /* Traditional to Simplified, chains closed; 0: none */
    uint32_t *variant;
    uint32_t *cache_at; /* mapped sequences: place in `cache`, 0 unknown */
    uint32_t *cache;    /* length, code points */
    size_t cache_len, cache_cap;
    char error[200];
};

static inline bool oracle_fail(struct oracle *o, const char *what,
                               const char *path)
{
    snprintf(o->error, sizeof(o->error), "%.40s: %.140s", path, what);
    return false;
}

/* --- files --------------------------------------------------------------- */

static inline const char *oracle_ucd(void)
{
    const char *root = getenv("POLICY_UCD");

    return root ? root : "/usr/share/unicode";
}

/* A file of the Unicode Character Database; compressed ones through bzcat. */
static inline FILE *oracle_open(const char *name, bool *pipe)
{
    char path[600];
    size_t len = strlen(name);

    *pipe = len > 4 && strcmp(name + len - 4, ".bz2") == 0;
    snprintf(path, sizeof(path), *pipe ? "bzcat '%s/%s'" : "%s/%s",
             oracle_ucd(), name);
    return *pipe ? popen(path, "r") : fopen(path, "r");
}

/* False where the file could not be read to its end. */
static inline bool oracle_close(FILE *f, bool pipe)
{
    bool bad = ferror(f) != 0;

    return (pipe ? pclose(f) : fclose(f)) == 0 && !bad;
}

static inline uint32_t oracle_final(const struct oracle *o, uint32_t cp)
{
    for (int i = 0; i < 8 && o->simple[cp]; i++)
        cp = o->simple[cp];
    return cp;
}

static inline uint32_t oracle_utf8(const char **p)
{
    const uint8_t *s = (const uint8_t *)*p;
    int32_t i = 0;
    UChar32 c;

    U8_NEXT(s, i, -1, c);
    *p += i;
    return (uint32_t)c;
}

static inline void oracle_pair(struct oracle *o, uint32_t a, uint32_t b)
{
    for (int i = 0; i < 2; i++) {
        uint32_t v = i ? b : a, t = oracle_final(o, i ? a : b);

        if (!o->standard[v] && !o->standard[oracle_final(o, v)] &&
            o->standard[t] && !o->simple[v] && !o->variant[v])
            o->variant[v] = t;
    }
}

/* One of OpenCC's: character, tab, candidates, the best one first. With
 * `pairs` the lines are variants of each other. */
static inline bool oracle_opencc(struct oracle *o, const char *name, bool pairs)
{
    const char *root = getenv("POLICY_SOURCE_ROOT");
    char path[600], line[256];
    size_t lines = 0;
    FILE *f;

    snprintf(path, sizeof(path), "%s/libpolicy/text/opencc/%s",
             root ? root : ".", name);
    f = fopen(path, "r");
    if (!f)
        return oracle_fail(o, "cannot be read", name);
    while (fgets(line, sizeof(line), f)) {
        const char *p = line;
        uint32_t from, to;

        if (line[0] == '#' || line[0] == '\n')
            continue;
        from = oracle_utf8(&p);
        if (*p++ != '\t')
            continue;
        lines++;
        for (; *p && *p != '\n'; p += *p == ' ') {
            const char *start = p;

            to = oracle_utf8(&p);
            if (*p != ' ' && *p != '\n' && *p)
                while (*p && *p != ' ' && *p != '\n')
                    p++;
            else if (pairs && to != from)
                oracle_pair(o, from, to);
            else if (!pairs && start[-1] == '\t' && to != from)
                o->simple[from] = to;
        }
    }
    fclose(f);
    return lines > 20 || oracle_fail(o, "is too short", name);
}

struct oracle_z {
    uint32_t a, b;
};

static inline bool oracle_unihan(struct oracle *o, struct oracle_z *z,
                                 size_t *z_count)
{
    char line[1024], field[40];
    bool pipe;
    unsigned cp, to;
    size_t standard = 0;
    FILE *f = oracle_open("Unihan_OtherMappings.txt.bz2", &pipe);

    if (!f)
        return oracle_fail(o, "cannot be read", "Unihan_OtherMappings");
    while (fgets(line, sizeof(line), f))
        if (sscanf(line, "U+%x\t%39s", &cp, field) == 2 &&
            strcmp(field, "kTGH") == 0) {
            o->standard[cp] = 1;
            standard++;
        }
    if (!oracle_close(f, pipe) || standard != 8105)
        return oracle_fail(o, "is not whole (is bzip2 installed?)",
                           "Unihan_OtherMappings");
    f = oracle_open("Unihan_Variants.txt.bz2", &pipe);
    if (!f)
        return oracle_fail(o, "cannot be read", "Unihan_Variants");
    *z_count = 0;
    while (fgets(line, sizeof(line), f)) {
        int at;

        if (sscanf(line, "U+%x\t%39s %n", &cp, field, &at) != 2 ||
            strcmp(field, "kZVariant"))
            continue;
        for (char *p = strtok(line + at, " \n"); p; p = strtok(NULL, " \n"))
            if (sscanf(p, "U+%x", &to) == 1 && *z_count < 2000)
                z[(*z_count)++] = (struct oracle_z){ cp, to };
    }
    if (!oracle_close(f, pipe) || *z_count < 100)
        return oracle_fail(o, "is not whole", "Unihan_Variants");
    return true;
}

static inline bool oracle_radicals(struct oracle *o)
{
    char line[300];
    bool pipe;
    size_t count = 0;
    FILE *f = oracle_open("EquivalentUnifiedIdeograph.txt", &pipe);

    if (!f)
        return oracle_fail(o, "cannot be read", "EquivalentUnifiedIdeograph");
    while (fgets(line, sizeof(line), f)) {
        unsigned first, last, to;

        if (sscanf(line, "%x..%x ; %x", &first, &last, &to) != 3) {
            if (sscanf(line, "%x ; %x", &first, &to) != 2)
                continue;
            last = first;
        }
        for (unsigned cp = first; cp <= last; cp++, count++)
            o->variant[cp] = oracle_final(o, to);
    }
    if (!oracle_close(f, pipe) || count < 300)
        return oracle_fail(o, "is not whole", "EquivalentUnifiedIdeograph");
    return true;
}

static inline bool oracle_han(struct oracle *o)
{
    static struct oracle_z z[2000];
    size_t count;

    if (!oracle_unihan(o, z, &count) ||
        !oracle_opencc(o, "TSCharacters.txt", false))
        return false;
    for (size_t i = 0; i < count; i++)
        oracle_pair(o, z[i].a, z[i].b);
    if (!oracle_opencc(o, "TWVariants.txt", true) ||
        !oracle_opencc(o, "HKVariants.txt", true) ||
        !oracle_opencc(o, "JPShinjitaiCharacters.txt", true))
        return false;
    /* Two forms of one rare character: the lower code point stands for both. */
    for (size_t i = 0; i < count; i++) {
        uint32_t low = z[i].a < z[i].b ? z[i].a : z[i].b;
        uint32_t high = z[i].a < z[i].b ? z[i].b : z[i].a;

        if (!o->standard[low] && !o->standard[high] && !o->simple[low] &&
            !o->simple[high] && !o->variant[low] && !o->variant[high] &&
            u_charType((UChar32)low) == U_OTHER_LETTER &&
            u_charType((UChar32)high) == U_OTHER_LETTER)
            o->variant[high] = low;
    }
    return oracle_radicals(o);
}

/* --- one code point ------------------------------------------------------ */

static inline bool oracle_is_mark(uint32_t cp)
{
    return U_GET_GC_MASK((UChar32)cp) & U_GC_M_MASK;
}

static inline UScriptCode oracle_script(uint32_t cp)
{
    UErrorCode e = U_ZERO_ERROR;

    return uscript_getScript((UChar32)cp, &e);
}

static inline bool oracle_inherited(uint32_t cp)
{
    return oracle_is_mark(cp) && oracle_script(cp) == USCRIPT_INHERITED;
}

static inline bool oracle_deletes(uint32_t cp)
{
    if (cp == 9 || cp == 10 || cp == 13)
        return false;
    return u_hasBinaryProperty((UChar32)cp,
                               UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
           u_charType((UChar32)cp) == U_CONTROL_CHAR || cp == 0x2800 ||
           (cp >= 0xFFF9 && cp <= 0xFFFB);
}

static inline bool oracle_latin(uint32_t cp)
{
    return oracle_script(cp) == USCRIPT_LATIN &&
           (U_GET_GC_MASK((UChar32)cp) & U_GC_L_MASK);
}

static inline bool oracle_takes_no_mark(uint32_t cp)
{
    return (cp >= '0' && cp <= '9') || oracle_latin(cp) ||
           (oracle_script(cp) == USCRIPT_HAN &&
            (U_GET_GC_MASK((UChar32)cp) & (U_GC_L_MASK | U_GC_N_MASK)));
}

/* The letters a styled one stands for, by its name; 0 or their number. */
static inline size_t oracle_styled(uint32_t cp, char out[8])
{
    static const char *const prefixes[] = {
        "NEGATIVE CIRCLED LATIN CAPITAL LETTER ",
        "NEGATIVE SQUARED LATIN CAPITAL LETTER ",
        "CROSSING NEGATIVE SQUARED LATIN CAPITAL LETTER ",
        "REGIONAL INDICATOR SYMBOL LETTER ", "LATIN LETTER SMALL CAPITAL ",
        "LATIN SMALL LETTER SCRIPT ", "NEGATIVE SQUARED ", "SQUARED "
    };
    UErrorCode e = U_ZERO_ERROR;
    char name[120];
    int32_t len = u_charName((UChar32)cp, U_UNICODE_CHAR_NAME, name,
                             sizeof(name), &e);
    bool square;

    if (!len || U_FAILURE(e) ||
        u_getIntPropertyValue((UChar32)cp, UCHAR_DECOMPOSITION_TYPE) !=
            U_DT_NONE)
        return 0;
    if (u_charType((UChar32)cp) == U_OTHER_NUMBER &&
        (strstr(name, "CIRCLED") ||
         u_getIntPropertyValue((UChar32)cp, UCHAR_NUMERIC_TYPE) == U_NT_DIGIT))
        return (size_t)snprintf(out, 8, "%d",
                                (int)u_getNumericValue((UChar32)cp));
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        size_t at = strlen(prefixes[i]), n = 0;

        if (strncmp(name, prefixes[i], at))
            continue;
        square = i >= 6;
        while (name[at + n] >= 'A' && name[at + n] <= 'Z' && n < 6)
            n++;
        if (name[at + n] || (square ? n < 2 || n > 4 || cp < 0x1F100 : n > 2))
            continue;
        if (!square && n == 2 && strcmp(name + at, "AE") &&
            strcmp(name + at, "OE"))
            continue;
        for (size_t k = 0; k < n; k++)
            out[k] = (char)(name[at + k] | 0x20);
        return n;
    }
    return 0;
}

static inline size_t oracle_normalize(const UNormalizer2 *n, const uint32_t *in,
                                      size_t count, uint32_t *out)
{
    UChar a[4 * ORACLE_SEQ], b[8 * ORACLE_SEQ];
    UErrorCode e = U_ZERO_ERROR;
    int32_t len = 0, got, at = 0;
    size_t made = 0;

    for (size_t i = 0; i < count; i++)
        U16_APPEND_UNSAFE(a, len, in[i]);
    got = unorm2_normalize(n, a, len, b, 8 * ORACLE_SEQ, &e);
    while (at < got) {
        UChar32 c;

        U16_NEXT(b, at, got, c);
        out[made++] = (uint32_t)c;
    }
    return made;
}

/* One round of the mapping; `out` has room for ORACLE_SEQ. */
static inline size_t oracle_step(const struct oracle *o, uint32_t cp,
                                 uint32_t *out)
{
    uint32_t folded[ORACLE_SEQ], nfd[ORACLE_SEQ];
    size_t n, made = 0;

    if (oracle_deletes(cp))
        return 0;
    n = oracle_normalize(o->cf, &cp, 1, folded);
    n = oracle_normalize(o->nfd, folded, n, nfd);
    for (size_t i = 0; i < n; i++) {
        uint32_t c = nfd[i];
        char letters[8];
        size_t styled = oracle_styled(c, letters);

        if (oracle_deletes(c))
            continue;
        for (size_t k = 0; k < styled; k++)
            out[made++] = (uint32_t)letters[k];
        if (styled)
            continue;
        if (u_charType((UChar32)c) == U_DECIMAL_DIGIT_NUMBER)
            c = '0' + (uint32_t)u_charDigitValue((UChar32)c);
        else if (o->variant[c])
            c = o->variant[c];
        else if (o->simple[c])
            c = o->simple[c];
        out[made++] = c;
    }
    return made;
}

/* What `cp` maps to, decomposed, at rest. Borrowed until the next call. */
static inline const uint32_t *oracle_map(struct oracle *o, uint32_t cp,
                                         size_t *count)
{
    uint32_t seq[ORACLE_SEQ] = { cp }, next[2 * ORACLE_SEQ];
    size_t n = 1;

    if (!o->cache_at[cp]) {
        for (int round = 0; round < 12; round++) {
            size_t made = 0;

            for (size_t i = 0; i < n; i++)
                made += oracle_step(o, seq[i], next + made);
            if (made == n && memcmp(next, seq, n * sizeof(*seq)) == 0)
                break;
            memcpy(seq, next, made * sizeof(*seq));
            n = made;
        }
        if (o->cache_len + n + 1 > o->cache_cap) {
            o->cache_cap = 2 * o->cache_cap + n + 1;
            o->cache = realloc(o->cache, o->cache_cap * sizeof(*o->cache));
            if (!o->cache)
                exit(1);
        }
        o->cache_at[cp] = (uint32_t)o->cache_len;
        o->cache[o->cache_len++] = (uint32_t)n;
        memcpy(o->cache + o->cache_len, seq, n * sizeof(*seq));
        o->cache_len += n;
    }
    *count = o->cache[o->cache_at[cp]];
    return o->cache + o->cache_at[cp] + 1;
}

/* --- a text -------------------------------------------------------------- */

static inline uint8_t oracle_ccc(const struct oracle *o, uint32_t cp)
{
    return unorm2_getCombiningClass(o->nfc, (UChar32)cp);
}

/* Marks that go without being looked at for composition. */
static inline size_t oracle_drop(const struct oracle *o, uint32_t *seq,
                                 size_t count)
{
    uint32_t base = 0;
    size_t kept = 0, marks = 0;

    for (size_t i = 0; i < count; i++) {
        bool starter = oracle_ccc(o, seq[i]) == 0;

        if (oracle_is_mark(seq[i]) && base && oracle_takes_no_mark(base))
            continue;
        if (starter && oracle_inherited(seq[i]))
            continue;
        if (starter) {
            base = seq[i];
            marks = 0;
        } else if (++marks > ORACLE_MARKS) {
            continue;
        }
        seq[kept++] = seq[i];
    }
    return kept;
}

static inline void oracle_order(const struct oracle *o, uint32_t *seq,
                                size_t count)
{
    bool swapped = true;

    while (swapped) {
        swapped = false;
        for (size_t i = 1; i < count; i++) {
            uint8_t a = oracle_ccc(o, seq[i - 1]), b = oracle_ccc(o, seq[i]);

            if (b && a > b) {
                uint32_t t = seq[i];

                seq[i] = seq[i - 1];
                seq[i - 1] = t;
                swapped = true;
            }
        }
    }
}

/* As Unicode composes, but that an Inherited mark that stays alone is gone. */
static inline size_t oracle_compose(const struct oracle *o, uint32_t *seq,
                                    size_t count)
{
    size_t starter = SIZE_MAX, kept = 0;

    for (size_t i = 0; i < count; i++) {
        uint8_t ccc = oracle_ccc(o, seq[i]);
        bool adjacent = starter != SIZE_MAX && kept == starter + 1;
        UChar32 both = U_SENTINEL;

        if (starter != SIZE_MAX &&
            (adjacent || (ccc && oracle_ccc(o, seq[kept - 1]) < ccc)))
            both = unorm2_composePair(o->nfc, (UChar32)seq[starter],
                                      (UChar32)seq[i]);
        if (both >= 0) {
            seq[starter] = (uint32_t)both;
            continue;
        }
        if (oracle_inherited(seq[i]))
            continue;
        if (!ccc)
            starter = kept;
        seq[kept++] = seq[i];
    }
    return kept;
}

/*
 * Fold `len` bytes into `out` (room for `cap` code points); the number of code
 * points. Ill-formed bytes are read by U8_NEXT_OR_FFFD, maximal subpart by
 * maximal subpart.
 */
static inline size_t oracle_fold(struct oracle *o, const char *bytes,
                                 size_t len, uint32_t *out, size_t cap)
{
    const uint8_t *s = (const uint8_t *)bytes;
    int32_t at = 0;
    size_t count = 0;

    while (at < (int32_t)len) {
        UChar32 c;
        const uint32_t *seq;
        size_t n;

        U8_NEXT_OR_FFFD(s, at, (int32_t)len, c);
        seq = oracle_map(o, (uint32_t)c, &n);
        if (count + n > cap)
            return SIZE_MAX;
        memcpy(out + count, seq, n * sizeof(*seq));
        count += n;
    }
    count = oracle_drop(o, out, count);
    oracle_order(o, out, count);
    return oracle_compose(o, out, count);
}

/* False, with o->error, where a source is missing. */
static inline bool oracle_init(struct oracle *o)
{
    UErrorCode e = U_ZERO_ERROR;

    memset(o, 0, sizeof(*o));
    o->cf = unorm2_getNFKCCasefoldInstance(&e);
    o->nfc = unorm2_getNFCInstance(&e);
    o->nfd = unorm2_getNFDInstance(&e);
    o->standard = calloc(ORACLE_CP, 1);
    o->simple = calloc(ORACLE_CP, sizeof(uint32_t));
    o->variant = calloc(ORACLE_CP, sizeof(uint32_t));
    o->cache_at = calloc(ORACLE_CP, sizeof(uint32_t));
    o->cache_cap = ORACLE_CP;
    o->cache = malloc(o->cache_cap * sizeof(uint32_t));
    o->cache_len = 1; /* place 0 means unknown */
    if (U_FAILURE(e) || !o->standard || !o->simple || !o->variant ||
        !o->cache_at || !o->cache)
        return oracle_fail(o, "data or memory is missing", "ICU");
    return oracle_han(o);
}

static inline void oracle_fini(struct oracle *o)
{
    free(o->standard);
    free(o->simple);
    free(o->variant);
    free(o->cache_at);
    free(o->cache);
}

#endif
