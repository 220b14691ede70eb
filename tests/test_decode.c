/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding by tables: every kind, damaged ones, double ones, what is none; the
 * exact bytes that each passage came from; and a twin that takes one character
 * after the other agrees on random strings.
 */
#include "text/decode.h"

#include "text/fold.h"
#include "text/utf8.h"

#include "harness.h"

struct bench {
    struct test_allocator memory;
    pol_decoded d;
};

static void begin(struct bench *b)
{
    test_allocator_init(&b->memory);
    pol_decoded_init(&b->d, &b->memory.allocator);
}

static void end(struct bench *b)
{
    pol_decoded_fini(&b->d);
    test_allocator_clean(&b->memory);
}

static policy_str str(const char *s)
{
    return (policy_str){ s, strlen(s) };
}

static policy_str decode(struct bench *b, const char *text)
{
    CHECK(pol_decode(&b->d, str(text), NULL) == POLICY_OK, "%s", text);
    return b->d.text;
}

/* Text and what it decodes to; "" where nothing does. */
struct row {
    const char *text, *want;
};

static void check_rows(const struct row *rows, size_t count)
{
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < count; i++)
        CHECK_STR_EQ(rows[i].text, decode(&b, rows[i].text), rows[i].want);
    end(&b);
}

#define CHECK_ROWS(rows) check_rows((rows), sizeof(rows) / sizeof(*(rows)))

static void test_decodes_percent_escapes(void)
{
    static const struct row rows[] = {
        { "%E6%9C%BA%E5%AF%86", "机密" },
        { "%e6%9C%bA", "机" },
        { "看%E6%9C%BA密", "看机密" },
        { "a%20b%09c%0A", "a b\tc\n" },
        { "%61%62%63", "abc" },
        { "%F0%9F%98%80", "😀" },
        { "%", "" },
        { "%%", "" },
        { "%4", "" },
        { "%4g", "" },
        { "%g4", "" },
        { "100%", "" },
        { "100%好", "" },
        { "%%41", "%A" },
        { "%4%41", "J" }, /* %4A, looked at again */
        { "%E6%9C", "" },            /* cut */
        { "%E6%9C%B", "" },
        { "%E6%9Cx%BA", "" },
        { "%E6%9C%41", "%E6%9CA" },
        { "%C0%AF", "" },            /* overlong */
        { "%E0%80%AF", "" },
        { "%F0%80%80%AF", "" },
        { "%ED%A0%80", "" },         /* a surrogate */
        { "%F4%90%80%80", "" },      /* beyond Unicode */
        { "%80%BF", "" },
        { "%FF%FE", "" },
        { "%00", "" },               /* controls */
        { "%1B%7F", "" },
        { "%C2%85", "" },
        { "%C2%A0", "\xc2\xa0" },
        { "%u673a%u5bC6", "机密" },
        { "%uD83D%uDE00", "😀" },
        { "%uD83D", "" },
        { "%uDE00%uD83D", "" },
        { "%uD83D\\uDE00", "" },
        { "%u673", "" },
        { "%U673a", "" },
        { "%u0000", "" },
        { "\xe6%9C%BA", "" },        /* joined with no byte of the source */
        { "%E6\x9c\xba", "" },
    };

    CHECK_ROWS(rows);
}

static void test_decodes_references(void)
{
    static const struct row rows[] = {
        { "&#26426;&#23494;", "机密" },
        { "&#x673A;&#X5bc6;", "机密" },
        { "&#26426&#23494", "机密" },
        { "&#26426 密", "机 密" },
        { "&#0000000000000026426;", "机" },
        { "&#x00000000000000673a;", "机" },
        { "&#128512;", "😀" },
        { "&lt;&gt;&amp;&quot;&apos;&nbsp;.", "<>&\"'\xc2\xa0." },
        { "&LT;b&Gt;", "<b>" },
        { "AT&T", "" },
        { "&", "" },
        { "&;", "" },
        { "&#", "" },
        { "&#;", "" },
        { "&#x;", "" },
        { "&#xg;", "" },
        { "&#a;", "" },
        { "&lt", "" },
        { "&ltx;", "" },
        { "&copy;", "" },
        { "&ampx", "" },
        { "&#0;", "" },
        { "&#7;", "" },
        { "&#9;", "\t" },
        { "&#xD800;", "" },
        { "&#x110000;", "" },
        { "&#99999999999999999999999999;", "" },
        { "&#4294993722;", "" }, /* 26426 modulo 2^32 */
        { "a&b=c&d=e", "" },
        { "&&#65;", "&A" },
    };

    CHECK_ROWS(rows);
}

static void test_decodes_escapes_of_json(void)
{
    static const struct row rows[] = {
        { "\\u673a\\u5BC6", "机密" },
        { "{\"a\":\"\\u673a密\"}", "{\"a\":\"机密\"}" },
        { "\\ud83d\\ude00", "😀" },
        { "\\\\u673a", "\\机" },
        { "\\ud83d", "" },
        { "\\ud83d\\u673a", "\\ud83d机" },
        { "\\ude00", "" },
        { "\\u", "" },
        { "\\u67", "" },
        { "\\u673g", "" },
        { "\\U673a", "" },
        { "\\n\\t\\x41", "" },
        { "\\u0008", "" },
        { "\\u0009", "\t" },
        { "C:\\users\\list", "" },
        { "\\", "" },
    };

    CHECK_ROWS(rows);
}

static void test_decodes_base64_of_text(void)
{
    static const struct row rows[] = {
        { "5py65a+G5paH5Lu2", "机密文件" },
        { "看5py65a+G5paH5Lu2吧", "看机密文件吧" },
        { "5py65a-G5paH5Lu2", "机密文件" },
        { "data:text/plain;base64,5py65a+G5paH5Lu2",
          "data:text/plain;base64,机密文件" },
        { "5LuK5aSp5LiL5Y2I5LiJ54K55Lqk6LSn77yM6ICB5Zyw5pa56KeB",
          "今天下午三点交货，老地方见" },
        { "cGxlYXNlIGNhbGwgbWUgdG9tb3Jyb3cgYXQgbm9vbg==.",
          "please call me tomorrow at noon." },
        { "cGxlYXNlIGNhbGwgbWUgdG9tb3Jyb3cgYXQgbm9vbg",
          "please call me tomorrow at noon" },
        { "cGxlYXNlIGNhbGwgbWUgdG9tb3Jyb3cgYXQgbm9vbg=",
          "please call me tomorrow at noon=" },
        { "cGxlYXNlIGNhbGwgbWUgdG9tb3Jyb3cgYXQgbm9vbg===",
          "please call me tomorrow at noon=" },
        { "5py65a+G5paH5Lu2=", "机密文件=" },
        { "cGxlYXNlIGNhbGwgbWUgdG9tb3Jyb3cgYXQgbm9v", "please call me tomorrow at noo" },
        { "5py65a+G5paH5Lu", "" },    /* fifteen */
        { "5py65a+G5paH5Lu25", "" },  /* one over a group of four */
        { "5py65a+G_paH5Lu2", "" },   /* two alphabets */
        { "5py65a+G 5paH5Lu2", "" },  /* in pieces */
        { "internationalization", "" },
        { "cGxlYXNlY2FsbG1lbm93", "" },         /* one word */
        { "MTIzNDU2Nzg5MCAxMjM0NTY3ODkw", "" }, /* digits */
        { "5py6AGJj5a+GYWJjZGVm", "" },         /* a control */
        { "AAAAAAAAAAAAAAAAAAAAAAAA", "" },
    };

    CHECK_ROWS(rows);
}

static void test_decodes_one_and_a_half_levels(void)
{
    static const struct row rows[] = {
        { "%25E6%259C%25BA", "机" },
        { "%2525E6%25259C%2525BA", "%E6%9C%BA" }, /* never a third time */
        { "&amp;#26426;", "机" },
        { "&amp;amp;#26426;", "&#26426;" },
        { "%26%2326426;", "机" },
        { "%5Cu673a", "机" },
        { "\\u0026#26426;", "机" },
        { "JUU2JTlDJUJB5a+G5paH5Lu2", "机密文件" },
        { "5oqV5qCH5bqV5Lu3JiMyNjQyNjvlr4Y", "投标底价机密" },
        { "YSUyNTIwYiBhbmQgbW9yZSB3b3JkcyBoZXJl", "a%20b and more words here" },
        /* Base64 only of the source. */
        { "%35py65a+G5paH5Lu2", "5py65a+G5paH5Lu2" },
    };

    CHECK_ROWS(rows);
}

/* --- the map ---------------------------------------------------------------- */

static void test_maps_to_exactly_what_was_encoded(void)
{
    static const struct {
        const char *text, *part, *want;
        bool touches;
    } rows[] = {
        { "看%E6%9C%BA%E5%AF%86吧", "机密", "%E6%9C%BA%E5%AF%86", true },
        { "看%E6%9C%BA%E5%AF%86吧", "密", "%E5%AF%86", true },
        { "看%E6%9C%BA%E5%AF%86吧", "看", "看", false },
        { "看%E6%9C%BA%E5%AF%86吧", "密吧", "%E5%AF%86吧", true },
        { "看%E6%9C%BA%E5%AF%86吧", "吧", "吧", false },
        { "机&#23494;文&#x4ef6", "密文件", "&#23494;文&#x4ef6", true },
        { "x\\ud83d\\ude00y", "😀", "\\ud83d\\ude00", true },
        { "看5py65a+G5paH5Lu2", "机", "5py6", true },
        { "看5py65a+G5paH5Lu2", "密文", "5a+G5paH", true },
        { "cGxlYXNlIGNhbGwgbWUgdG9tb3Jyb3cgYXQgbm9vbg==", "me", "bWUg", true },
        { "cGxlYXNlIGNhbGwgbWUgdG9tb3Jyb3cgYXQgbm9vbg==", "call", "IGNhbGwg",
          true },
        { "cGxlYXNlIGNhbGwgbWUgdG9tb3Jyb3cgYXQgbm9vbg==.", "n.", "bg==.", true },
        { "JUU2JTlDJUJB5a+G5paH5Lu2", "机", "JUU2JTlDJUJB", true },
        { "%25E6%259C%25BA密", "机", "%25E6%259C%25BA", true },
        { "a&amp;lt;b", "<", "&amp;lt;", true },
    };
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        policy_str child = decode(&b, rows[i].text);
        size_t n = strlen(rows[i].part), at = 0;
        policy_span span, source;

        while (at + n <= child.len && memcmp(child.ptr + at, rows[i].part, n))
            at++;
        if (!CHECK(at + n <= child.len, "%s", rows[i].text))
            continue;
        span = (policy_span){ (uint32_t)at, (uint32_t)(at + n) };
        source = pol_decoded_source(&b.d, span);
        CHECK_STR_EQ(rows[i].text,
                     ((policy_str){ rows[i].text + source.start,
                                    source.end - source.start }),
                     rows[i].want);
        CHECK(pol_decoded_touches(&b.d, span) == rows[i].touches, "%s: touches",
              rows[i].text);
    }
    end(&b);
}

/* --- what must not decode ----------------------------------------------------- */

static void fill(char *out, size_t len, const char *digits, uint64_t *seed)
{
    size_t count = strlen(digits);

    for (size_t i = 0; i < len; i++)
        out[i] = digits[test_random(seed) % count];
    out[len] = '\0';
}

static void test_leaves_ids_and_hashes(void)
{
    static const char *const alphabets[] = {
        "0123456789abcdef", "0123456789ABCDEF", "0123456789",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "abcdefghijklmnopqrstuvwxyz",
        "aeioudlnrst",
    };
    uint64_t seed = 64;
    struct bench b;
    char text[100];

    begin(&b);
    for (size_t a = 0; a < sizeof(alphabets) / sizeof(*alphabets); a++)
        for (int i = 0; i < 50000; i++) {
            fill(text, 16 + test_random(&seed) % 60, alphabets[a], &seed);
            if (decode(&b, text).len) {
                CHECK(false, "%s", text);
                break;
            }
        }
    end(&b);
}

static void test_leaves_words_and_paths(void)
{
    static const char *const texts[] = {
        "", "机密", "no", "antidisestablishmentarianism",
        "pneumonoultramicroscopicsilicovolcanoconiosis",
        "https://example.com/some/long/path/of/words/and/more-words/here",
        "org/example/project/module/InternalFrameInternalFrameTitlePane",
        "snake_case_names_that_are_very_long_indeed",
        "kebab-case-names-that-are-very-long-indeed",
        "/usr/share/dictionaries/words/english", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "hahahahahahahahahahahahaha", "zhongguorenmindaxuetushuguan",
        "----------------------------", "____________________", "++++++++++++++++",
        "////////////////////////", "1380013800013900139000",
        "550e8400-e29b-41d4-a716-446655440000",
    };
    struct bench b;

    begin(&b);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        CHECK_STR_EQ(texts[i], decode(&b, texts[i]), "");
    end(&b);
}

/* --- memory and limits -------------------------------------------------------- */

static void test_refuses_without_memory(void)
{
    struct bench b;
    size_t asked;

    begin(&b);
    b.memory.fail_at = 1;
    CHECK(pol_decode(&b.d, str("%41"), NULL) == POLICY_ENOMEM, "refused");
    CHECK_INT_EQ("empty", b.d.text.len, 0);
    CHECK_STR_EQ("again", decode(&b, "%41"), "A");
    asked = b.memory.requests;
    CHECK_STR_EQ("more", decode(&b, "%41%42"), "AB");
    CHECK_STR_EQ("nothing", decode(&b, "words"), "");
    CHECK_INT_EQ("asks for nothing again", b.memory.requests, asked);
    end(&b);
}

static void test_refuses_what_cannot_be_folded(void)
{
    struct bench b;

    begin(&b);
    CHECK(pol_decode(&b.d, (policy_str){ "", POL_FOLD_MAX + 1 }, NULL) ==
              POLICY_ELIMIT, "refused");
    end(&b);
}

/* --- the twin ------------------------------------------------------------------ */

enum { TWIN_MAX = 2000 };

struct item {
    char byte;
    uint32_t start, end;
    bool touched;
};

struct items {
    struct item at[TWIN_MAX + 8];
    size_t len;
};

static bool twin_is_text(uint32_t cp)
{
    return cp == 9 || cp == 10 || cp == 13 || (cp >= 32 && cp < 127) ||
           (cp >= 160 && cp < 0xd800) || (cp >= 0xe000 && cp < 0x110000);
}

static bool all_of(const char *s, const char *digits, size_t count)
{
    for (; count; count--, s++)
        if (!*s || !strchr(digits, *s))
            return false;
    return true;
}

static uint32_t number(const char *s, size_t count, int base)
{
    char digits[9] = "";

    memcpy(digits, s, count);
    return (uint32_t)strtoul(digits, NULL, base);
}

#define HEX "0123456789abcdefABCDEF"

/* The length of the escape that `s` begins with, 0: none. */
static size_t twin_escape(const char *s, uint32_t *cp)
{
    static const char *const names[] = { "&lt;", "&gt;", "&amp;", "&quot;",
                                         "&apos;", "&nbsp;" };
    static const uint32_t of[] = { '<', '>', '&', '"', '\'', 0xa0 };
    char c = *s;

    for (size_t n = 1; c == '%' && n <= 4; n++) { /* the shortest that is UTF-8 */
        char bytes[4];
        size_t k;
        bool ok;

        for (k = 0; k < n && s[3 * k] == '%' && all_of(s + 3 * k + 1, HEX, 2); k++)
            bytes[k] = (char)number(s + 3 * k + 1, 2, 16);
        if (k < n)
            break;
        if (!pol_utf8_valid((policy_str){ bytes, n }))
            continue;
        pol_utf8_next((policy_str){ bytes, n }, 0, cp, &ok);
        return 3 * n;
    }
    if ((c == '%' || c == '\\') && s[1] == 'u' && all_of(s + 2, HEX, 4)) {
        *cp = number(s + 2, 4, 16);
        if (*cp < 0xd800 || *cp > 0xdfff)
            return 6;
        if (*cp < 0xdc00 && s[6] == c && s[7] == 'u' && all_of(s + 8, HEX, 4)) {
            uint32_t low = number(s + 8, 4, 16);

            *cp = 0x10000 + (*cp - 0xd800) * 0x400 + low - 0xdc00;
            return low >= 0xdc00 && low <= 0xdfff ? 12 : 0;
        }
        return 0;
    }
    for (size_t i = 0; c == '&' && i < 6; i++)
        if (strncmp(s, names[i], strlen(names[i])) == 0) {
            *cp = of[i];
            return strlen(names[i]);
        }
    if (c == '&' && s[1] == '#') {
        bool hex = s[2] == 'x';
        const char *first = s + 2 + hex;
        size_t n = strspn(first, hex ? HEX : "0123456789"), zeros;

        if (n == 0)
            return 0;
        zeros = strspn(first, "0");
        zeros = zeros < n ? zeros : n;
        *cp = n - zeros > 7 ? 0xffffffff
                            : number(first + zeros, n - zeros, hex ? 16 : 10);
        return 2 + hex + n + (first[n] == ';');
    }
    return 0;
}

static void twin_put(struct items *out, char byte, uint32_t start, uint32_t end,
                     bool touched)
{
    out->at[out->len++] = (struct item){ byte, start, end, touched };
}

static const char digits64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static bool twin_written(policy_str s)
{
    size_t chars = 0, han = 0, words = 0;

    if (!pol_utf8_valid(s))
        return false;
    for (size_t pos = 0; pos < s.len; chars++) {
        uint32_t cp;
        bool ok;

        pos = pol_utf8_next(s, pos, &cp, &ok);
        if (!twin_is_text(cp))
            return false;
        han += cp >= 0x4e00 && cp < 0xa000;
        words += cp == ' ' || (cp < 128 && cp > 64 && strchr(digits64, (int)cp)) ||
                 (cp >= 0x4e00 && cp < 0xa000);
    }
    return han > 1 || (memchr(s.ptr, ' ', s.len) && 4 * words >= 3 * chars);
}

/* Base64 that `s` begins with: its length with padding, and bytes. */
static size_t twin_base64(const char *s, char *out, size_t *len)
{
    char plain[TWIN_MAX + 1];
    size_t n, pad = 0;

    n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                  "0123456789+/-_");
    memcpy(plain, s, n);
    plain[n] = '\0';
    if (n < 16 || n % 4 == 1 || (strpbrk(plain, "+/") && strpbrk(plain, "-_")))
        return 0;
    for (size_t i = 0; i < n; i++)
        plain[i] = plain[i] == '-' ? '+' : plain[i] == '_' ? '/' : plain[i];
    *len = n * 6 / 8;
    memset(out, 0, *len);
    for (size_t bit = 0; bit < *len * 8; bit++) {
        size_t value = (size_t)(strchr(digits64, plain[bit / 6]) - digits64);

        if (value >> (5 - bit % 6) & 1)
            out[bit / 8] = (char)(out[bit / 8] | 0x80 >> bit % 8);
    }
    while (pad < 4 - n % 4 && n % 4 && s[n + pad] == '=')
        pad++;
    return twin_written((policy_str){ out, *len })
               ? n + ((n + pad) % 4 ? 0 : pad) : 0;
}

/* One pass of `in`; with `base64`, the first. */
static bool twin_pass(struct items *out, const struct items *in, bool base64)
{
    char s[TWIN_MAX + 1], bytes[TWIN_MAX];
    bool any = false, token = false; /* inside of one that is none */

    for (size_t i = 0; i < in->len; i++)
        s[i] = in->at[i].byte;
    s[in->len] = '\0';
    out->len = 0;
    for (size_t i = 0; i < in->len;) {
        bool digit = s[i] == '-' || s[i] == '_' || strchr(digits64, s[i]);
        size_t n, len;
        uint32_t cp;

        if (base64 && digit && !token && (n = twin_base64(s + i, bytes, &len))) {
            for (size_t k = 0; k < len; k++) {
                size_t last = i + k / 3 * 4 + 3 < i + n ? i + k / 3 * 4 + 3
                                                        : i + n - 1;
                twin_put(out, bytes[k], in->at[i + k / 3 * 4].start,
                         in->at[last].end, true);
            }
            i += n;
            any = true;
            continue;
        }
        token = digit;
        if ((n = twin_escape(s + i, &cp)) && twin_is_text(cp)) {
            char put[4];

            len = pol_utf8_put(put, cp);
            for (size_t k = 0; k < len; k++)
                twin_put(out, put[k], in->at[i].start, in->at[i + n - 1].end,
                         true);
            i += n;
            any = true;
            continue;
        }
        out->at[out->len++] = in->at[i++];
    }
    return any;
}

static void twin(struct items *out, const char *text)
{
    static struct items source, once;
    policy_str s = str(text);

    source.len = 0;
    for (size_t pos = 0; pos < s.len;) {
        uint32_t cp;
        bool ok;
        size_t next = pol_utf8_next(s, pos, &cp, &ok);

        for (size_t i = pos; i < next; i++)
            twin_put(&source, text[i], (uint32_t)pos, (uint32_t)next, false);
        pos = next;
    }
    out->len = 0;
    if (twin_pass(&once, &source, true))
        twin_pass(out, &once, false);
}

static bool agrees(const pol_decoded *d, const struct items *want)
{
    if (d->text.len != want->len)
        return false;
    for (uint32_t i = 0; i < want->len; i++) {
        policy_span one = { i, i + 1 }, source = pol_decoded_source(d, one);

        if (d->text.ptr[i] != want->at[i].byte ||
            source.start != want->at[i].start ||
            source.end != want->at[i].end ||
            pol_decoded_touches(d, one) != want->at[i].touched)
            return false;
    }
    return true;
}

static void test_agrees_with_its_twin(void)
{
    static const char *const pieces[] = {
        "%", "%41", "%E6%9C%BA", "%E6", "%9C", "%BA", "%25", "%26", "%u673a",
        "%uD83D", "%uDE00", "%00", "%5C", "&", "&amp;", "&lt;", "&#26426;",
        "&#x5bc6", "&#", ";", "x", "#", "\\", "\\u673a", "\\ud83d", "\\ude00",
        "u673a", "amp;", "机", "密", " ", "a", "=", "==", "5py65a+G5paH5Lu2",
        "5a+G", "JUU2JTlDJUJB", "cGxlYXNlIGNhbGwg", "bWUgbm93", "-", "/", "26426",
        "\xe6", "\x9c", "&#38;", "JiMyNjQyNjs", "&#0",
    };
    unsigned rounds = getenv("POLICY_TEST_LONG") ? 1000000 : 40000, i;
    uint64_t seed = 20261128;
    size_t decoded = 0;
    struct bench b;

    begin(&b);
    for (i = 0; i < rounds; i++) {
        static struct items want;
        char text[TWIN_MAX] = "";
        size_t n = 1 + test_random(&seed) % 16;

        for (; n; n--)
            strcat(text, pieces[test_random(&seed) %
                                (sizeof(pieces) / sizeof(*pieces))]);
        decode(&b, text);
        twin(&want, text);
        decoded += b.d.text.len > 0;
        if (!agrees(&b.d, &want)) {
            CHECK(false, "“%s”: “%.*s”", text, (int)b.d.text.len,
                  b.d.text.len ? b.d.text.ptr : "");
            break;
        }
    }
    CHECK(decoded > rounds / 3, "%zu decoded", decoded);
    end(&b);
}

static void test_is_linear_in_hostile_text(void)
{
    static const char *const units[] = {
        "%", "%E6", "&#", "&#0", "&", "\\u", "%u", "A", "AAAAAAAAAAAAAAA ",
        "\\ud83d", "&#x0", "0", "AAAAAAAAAAAAAAAA%",
    };
    enum { REPEATS = 40000 };
    char *text = malloc(REPEATS * 17 + 1);
    struct bench b;

    begin(&b);
    CU_ASSERT_FATAL(text != NULL);
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        size_t len = strlen(units[i]);

        for (size_t k = 0; k < REPEATS; k++)
            memcpy(text + k * len, units[i], len + 1);
        CHECK_INT_EQ(units[i], decode(&b, text).len, 0);
    }
    free(text);
    end(&b);
}

static const struct test_case tests[] = {
    { "decodes percent escapes", test_decodes_percent_escapes },
    { "decodes references", test_decodes_references },
    { "decodes escapes of JSON", test_decodes_escapes_of_json },
    { "decodes base64 of text", test_decodes_base64_of_text },
    { "decodes one and a half levels", test_decodes_one_and_a_half_levels },
    { "maps to exactly what was encoded", test_maps_to_exactly_what_was_encoded },
    { "leaves ids and hashes", test_leaves_ids_and_hashes },
    { "leaves words and paths", test_leaves_words_and_paths },
    { "refuses without memory", test_refuses_without_memory },
    { "refuses what cannot be folded", test_refuses_what_cannot_be_folded },
    { "agrees with its twin", test_agrees_with_its_twin },
    { "is linear in hostile text", test_is_linear_in_hostile_text },
};

POLICY_TEST_MAIN("decode", tests)
