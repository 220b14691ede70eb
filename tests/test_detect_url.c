/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses of the web by tables, what is none, and the hosts that they name;
 * punycode by the samples of RFC 3492 and against an encoder; bare names on
 * random strings against a reference that looks at whole words.
 */
#include "base/slice.h"
#include "match/detect.h"
#include "match/detectors.h"
#include "text/utf8.h"

#include "detections.h"

static const struct detect_row urls[] = {
    { "http://example.com", "http://example.com|" },
    { "https://example.com/", "https://example.com/|" },
    { "ftp://ftp.example.com/pub/a.txt", "ftp://ftp.example.com/pub/a.txt|" },
    { "HTTPS://Example.COM/A?b=C#d", "HTTPS://Example.COM/A?b=C#d|" },
    { "看https://example.com/a吧", "https://example.com/a|" },
    { "看http://example.com吧", "http://example.com|" },
    { "（http://example.com/a）", "http://example.com/a|" },
    { "(http://example.com/a)", "http://example.com/a|" },
    { "http://example.com/a_(b)", "http://example.com/a_(b)|" },
    { "(http://example.com/a_(b))", "http://example.com/a_(b)|" },
    { "<http://example.com/a>", "http://example.com/a|" },
    { "\"http://example.com/a\"", "http://example.com/a|" },
    { "'http://example.com/a'", "http://example.com/a|" },
    { "http://example.com/a。谢谢", "http://example.com/a|" },
    { "http://example.com/a，b", "http://example.com/a|" },
    { "http://example.com/a,b", "http://example.com/a,b|" },
    { "http://example.com/a, b", "http://example.com/a|" },
    { "http://example.com/a.", "http://example.com/a|" },
    { "http://example.com/a...", "http://example.com/a|" },
    { "http://example.com/a?", "http://example.com/a|" },
    { "http://example.com/a！", "http://example.com/a|" },
    { "http://example.com。", "http://example.com|" },
    { "http://example.com。谢谢", "http://example.com|" },
    { "http://example.com，谢谢", "http://example.com|" },
    { "http://example.com.", "http://example.com|" },
    { "http://example.com:8080/a", "http://example.com:8080/a|" },
    { "http://example.com:8080", "http://example.com:8080|" },
    { "http://example.com: next", "http://example.com|" },
    { "http://user:pw@example.com/a", "http://user:pw@example.com/a|" },
    { "http://good.test@example.com/", "http://good.test@example.com/|" },
    { "http://192.0.2.1/a", "http://192.0.2.1/a|" },
    { "http://192.0.2.1:81", "http://192.0.2.1:81|" },
    { "http://3221225985/", "http://3221225985/|" },
    { "http://localhost:3000/x", "http://localhost:3000/x|" },
    { "http://例子.中国/路", "http://例子.中国/|" },
    { "http://例子.中国很好", "http://例子.中国|" },
    { "http://例子.example.com", "http://例子.example.com|" },
    { "http://xn--fsqu00a.xn--fiqs8s/", "http://xn--fsqu00a.xn--fiqs8s/|" },
    { "http://a.test http://b.test", "http://a.test|http://b.test|" },
    { "http://a.test/x;http://b.test", "http://a.test/x;http://b.test|" },
    { "ｈｔｔｐ：／／ｅｘａｍｐｌｅ．ｃｏｍ／ａ", "ｈｔｔｐ：／／ｅｘａｍｐｌｅ．ｃｏｍ／ａ|" },
    { "http：//example.com", "http：//example.com|" },
    { "www.example.com", "www.example.com|" },
    { "www.example.com/a?b", "www.example.com/a?b|" },
    { "请上www.example.com查询", "www.example.com|" },
    { "WWW.EXAMPLE.COM", "WWW.EXAMPLE.COM|" },
    { "www.example.it", "www.example.it|" },
    { "www。example。com", "www。example。com|" },
    { "www点example点com", "www点example点com|" },
    { "www.例子.中国", "www.例子.中国|" },
    { "hxxp://example.com/a", "hxxp://example.com/a|" },
    { "hXXps://example[.]com", "hXXps://example[.]com|" },
    { "h**p://example.com", "h**p://example.com|" },
    { "h**ps://example.com", "h**ps://example.com|" },
    { "http[:]//example[.]com/a", "http[:]//example[.]com/a|" },
    { "http[://]example.com", "http[://]example.com|" },
    { "http:// example[.]com", "http:// example[.]com|" },
    { "http:\\\\example.com", "http:\\\\example.com|" },
    { "hxxp://example(.)com", "hxxp://example(.)com|" },
    { "hxxp://example{.}com", "hxxp://example{.}com|" },
    { "hxxp://example[dot]com", "hxxp://example[dot]com|" },
    { "hxxp://example (dot) com", "hxxp://example (dot) com|" },
    { "http://example 点 com", "http://example 点 com|" },
    { "http://example点com", "http://example点com|" },
    { "http://example【.】com", "http://example【.】com|" },
    { "http://192[.]0[.]2[.]1/a", "http://192[.]0[.]2[.]1/a|" },
    { "hxxp://example.com[:]8080/a", "hxxp://example.com[:]8080/a|" },
    { "http:///example.com", "http:///example.com|" },
    { "ht\xe2\x80\x8btp://exa\xe2\x80\x8bmple.com",
      "ht\xe2\x80\x8btp://exa\xe2\x80\x8bmple.com|" },
};

static const char *const no_urls[] = {
    "", "http", "http:", "http:/", "http://", "http://。", "http:// ", "://a.test",
    "http:example.com", "https//example.com", "http://点击这里", "http:// is it",
    "xhttp://", "gopher://example.com", "file:///etc/hosts", "www", "www.",
    "www.example", "www.com", "www example com", "wwww.example.com", "www.-a.com",
    "awww.example.com", "x@www.example.com", "example.com", "http;//example.com",
    "http: 80", "h t t p : / /", "http://@", "http://user@", "http://-", "//",
    "http://.", "http://?", "http://#", "看http吧", "hp://example.com",
};

static void test_finds_urls(void)
{
    CHECK_DETECTIONS(POL_DETECT_URL, urls);
}

static void test_refuses_what_resembles_a_url(void)
{
    CHECK_NO_DETECTION(POL_DETECT_URL, no_urls);
}

static const struct detect_row domains[] = {
    { "example.com", "example.com|" },
    { "Example.COM", "Example.COM|" },
    { "上example.com看", "example.com|" },
    { "example.com。", "example.com|" },
    { "example.com.", "example.com|" },
    { "example.com，example.org", "example.com|example.org|" },
    { "(example.com)", "example.com|" },
    { "example.com/path/x.html", "example.com|" },
    { "example.com:8080", "example.com|" },
    { "a.b.c.example.com.cn", "a.b.c.example.com.cn|" },
    { "12306.cn", "12306.cn|" },
    { "x-y.example.net", "x-y.example.net|" },
    { "example.top", "example.top|" },
    { "example.xyz", "example.xyz|" },
    { "example.vip", "example.vip|" },
    { "example.cc", "example.cc|" },
    { "example.io", "example.io|" },
    { "example.co.uk", "example.co.uk|" },
    { "example.com.my", "example.com.my|" },
    { "example.me/x", "example.me|" },
    { "example[.]me", "example[.]me|" },
    { "example[.]com", "example[.]com|" },
    { "example [.] com", "example [.] com|" },
    { "example(.)com", "example(.)com|" },
    { "example（.）com", "example（.）com|" },
    { "example{.}com", "example{.}com|" },
    { "example[dot]com", "example[dot]com|" },
    { "example(dot)com", "example(dot)com|" },
    { "example dot com", "example dot com|" },
    { "example点com", "example点com|" },
    { "上example点com看", "example点com|" },
    { "example 点 com", "example 点 com|" },
    { "example(点)com", "example(点)com|" },
    { "example。com", "example。com|" },
    { "example。com。cn", "example。com。cn|" },
    { "ｅｘａｍｐｌｅ．ｃｏｍ", "ｅｘａｍｐｌｅ．ｃｏｍ|" },
    { "𝐞𝐱𝐚𝐦𝐩𝐥𝐞.com", "𝐞𝐱𝐚𝐦𝐩𝐥𝐞.com|" },
    { "例子.中国", "例子.中国|" },
    { "例子.公司", "例子.公司|" },
    { "例子.我爱你", "例子.我爱你|" },
    { "例子.公司.中国", "例子.公司.中国|" },
    { "xn--fsqu00a.com", "xn--fsqu00a.com|" },
    { "xn--fsqu00a.xn--fiqs8s", "xn--fsqu00a.xn--fiqs8s|" },
    { "//example.com/a.js", "example.com|" },
    { "...example.com", "example.com|" },
    { "a.test example.org b", "example.org|" },
    { "http://a.test/example.com example.org", "example.org|" },
    { "www.example.com example.org", "example.org|" },
    { "example.com?a=1", "example.com|" },
    { "example.com-", "example.com|" },
    { "“example.com”", "example.com|" },
};

static const char *const no_domains[] = {
    "", ".", "com", ".com", "example.", "example", "example.test", "a.b", "e.g.",
    "i.e. this", "Mr.Smith", "U.S.A", "a.m. and p.m.", "1.2.3", "3.14", "1.5k",
    "v1.2.3-rc1", "192.0.2.1", "2026.11.28", "10.30am", "a.txt", "report.doc",
    "config.py", "README.md", "main.rs", "install.sh", "run.pl", "index.html",
    "photo.jpg", "a.tar.gz", "libc.so", "libc.so.6", "node.js", "index.ts",
    "style.css", "com.example.app.Main", "this.name = x", "list.top(1)",
    "console.info(x)", "obj.info=1", "obj.name()", "li@example.com", "a@b.cn",
    "li.example.com@example.com", "we did it.it was", "go to.me", "home.is here",
    "yes.no", "so.so", "what.in", "at.at", "by.by", "you.me", "do.be", "my.id",
    "example .com", "example. com", "example . com", "example,com", "example com",
    "example·com", "the dot com years", "dot com", "polka dot dress",
    "9点to", "早上9点cn", "3点com", "一点com", "我爱北京.中国很大", "他说。中国",
    "例子。中国", "我喜欢.net", "例子.com", "好.公司的", "example。谢谢",
    "MSL。UA", "-.com", "_.com", "foo_bar.com", "example.com_x", "/usr/lib/a.com",
    "C:\\a.com", "http://example.com", "www.example.com", "https://a.test/b.com",
    "a..com", "example.c", "example.c0m", "example.123", "3.5.cc.x", "ex.am.ple",
    "[.]com", "a[.]", "a[.com", "a[x]com", "a(dot", "a.-com",
};

static void test_finds_domains(void)
{
    CHECK_DETECTIONS(POL_DETECT_DOMAIN, domains);
}

static void test_refuses_what_resembles_a_domain(void)
{
    CHECK_NO_DETECTION(POL_DETECT_DOMAIN, no_domains);
}

/* The same is found wherever it stands: what is around it is looked at as a
 * border only. */
static void check_embedded(int32_t detector, const struct detect_row *rows,
                           size_t count)
{
    static const char *const around[][2] = {
        { "看 ", " 吧" }, { "见：", "\n好" }, { "a, ", " 。b" }, { "3.14 ", " 2.7" },
        { "a.txt ", " x@example.com" }, { "...", " ..." }, { "九点 ", " 点" },
    };

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sizeof(around) / sizeof(*around); k++) {
            char text[300];

            snprintf(text, sizeof(text), "%s%s%s", around[k][0], rows[i].text,
                     around[k][1]);
            CHECK_CSTR_EQ(text, detect_in(detector, text).got, rows[i].want);
        }
}

static void test_finds_the_same_in_any_place(void)
{
    check_embedded(POL_DETECT_URL, urls, sizeof(urls) / sizeof(*urls));
    check_embedded(POL_DETECT_DOMAIN, domains,
                   sizeof(domains) / sizeof(*domains));
}

/* --- hosts -------------------------------------------------------------------- */

struct hosts {
    const pol_folded *f;
    char out[POL_URL_HOST_MAX + 1];
    size_t len;
    bool defanged;
};

static int on_address(void *user, const pol_detection *d)
{
    struct hosts *h = user;

    CHECK(pol_url_host(h->out, sizeof(h->out), &h->len, h->f, d->start,
                       d->end) == POLICY_OK, "a host");
    h->defanged = pol_url_defanged(h->f, d->start, d->end);
    return 1;
}

static void find_host(struct hosts *h, pol_folded *f, const char *text)
{
    h->f = f;
    h->len = 0;
    CHECK(pol_fold(f, pol_str(text), NULL) == POLICY_OK, "%s", text);
    pol_detect(f, 1u << POL_DETECT_URL | 1u << POL_DETECT_DOMAIN, on_address, h);
}

static void test_names_the_host(void)
{
    static const struct {
        const char *text, *host;
        bool defanged;
    } rows[] = {
        { "http://Example.COM/a.b/c", "example.com", false },
        { "https://user:pw@a.example.com:8080/?x", "a.example.com", false },
        { "http://good.test@example.com/", "example.com", false },
        { "http://192.0.2.1/a", "192.0.2.1", false },
        { "www.example.com/a", "www.example.com", false },
        { "上example.com看", "example.com", false },
        { "hxxp://example.com", "example.com", true },
        { "h**ps://example.com", "example.com", true },
        { "http:// example.com", "example.com", true },
        { "http[:]//example.com", "example.com", true },
        { "http://example[.]com/a", "example.com", true },
        { "example (dot) com", "example.com", true },
        { "www点example点com", "www.example.com", true },
        { "example。com。cn", "example.com.cn", true },
        { "192[.]0[.]2[.]1", "", false },
        { "http://192[.]0[.]2[.]1", "192.0.2.1", true },
        { "http://例子.中国很好", "例子.中国", false },
        { "http://xn--fsqu00a.xn--fiqs8s/", "例子.中国", false },
        { "xn--fsqu00a.com", "例子.com", false },
        { "xn--fsqu00a-.com", "", false },
        { "http://xn--99999999.com", "xn--99999999.com", false },
        { "http://xn--a.com", "xn--a.com", false },
        { "ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏｍ", "www.example.com", false },
        { "no address", "", false },
    };
    pol_folded f;

    pol_folded_init(&f, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct hosts h = { .len = 0 };

        find_host(&h, &f, rows[i].text);
        CHECK_STR_EQ(rows[i].text, ((policy_str){ h.out, h.len }), rows[i].host);
        CHECK(h.defanged == rows[i].defanged, "%s: defanged", rows[i].text);
    }
    pol_folded_fini(&f);
}

static void test_refuses_hosts_that_do_not_fit(void)
{
    char buf[11];
    pol_folded f;
    size_t len;

    pol_folded_init(&f, NULL);
    CHECK(pol_fold(&f, pol_str("example.com"), NULL) == POLICY_OK, "fold");
    for (size_t cap = 0; cap < 11; cap++) {
        CHECK(pol_url_host(buf, cap, &len, &f, 0, 11) == POLICY_ELIMIT, "%zu", cap);
        CHECK_INT_EQ("nothing", len, 0);
    }
    CHECK(pol_url_host(buf, 11, &len, &f, 0, 11) == POLICY_OK, "fits");
    CHECK_STR_EQ("whole", ((policy_str){ buf, len }), "example.com");
    pol_folded_fini(&f);
}

/* --- punycode ------------------------------------------------------------------- */

static policy_str decoded(const char *s)
{
    static char out[4 * POL_PUNYCODE_MAX];
    uint32_t cps[POL_PUNYCODE_MAX];
    size_t count, len = 0;

    if (!pol_punycode_decode(cps, &count, pol_str(s)))
        return POL_STR("?");
    for (size_t i = 0; i < count; i++)
        len += pol_utf8_put(out + len, cps[i]);
    return (policy_str){ out, len };
}

/* RFC 3492, 7.1: (B), (C), (L), (M), (N), (O), (P), (Q), (R), (S). */
static void test_decodes_the_samples_of_the_rfc(void)
{
    static const struct {
        const char *ascii, *text;
    } rows[] = {
        { "ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文" },
        { "ihqwctvzc91f659drss3x8bo0yb", "他們爲什麽不說中文" },
        { "3B-ww4c5e180e575a65lsy2b", "3年B組金八先生" },
        { "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n",
          "安室奈美恵-with-SUPER-MONKEYS" },
        { "Hello-Another-Way--fc4qua05auwb3674vfr0b",
          "Hello-Another-Way-それぞれの場所" },
        { "2-u9tlzr9756bt3uc0v", "ひとつ屋根の下2" },
        { "MajiKoi5-783gue6qz075azm5e", "MajiでKoiする5秒前" },
        { "de-jg4avhby1noc0d", "パフィーdeルンバ" },
        { "d9juau41awczczp", "そのスピードで" },
        { "-> $1.00 <--", "-> $1.00 <-" },
        { "fiqs8s", "中国" },
        { "fsqu00a", "例子" },
        { "mnchen-3ya", "münchen" },
        { "e28h", "😀" },
        { "", "" },
        { "a-", "a" },
        { "a", "\xc2\x80" },
        { "z", "?" },        /* a number that does not end */
        { "99999999", "?" }, /* beyond Unicode */
        { "\xff-fiqs8s", "?" },
        { "fiqs8s!", "?" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CHECK_STR_EQ(rows[i].ascii, decoded(rows[i].ascii), rows[i].text);
}

/* RFC 3492, 6.3, as it stands there: what the decoder must undo. */
static size_t encode(char *out, const uint32_t *cps, size_t count)
{
    uint32_t n = 128, delta = 0, bias = 72, h = 0, b;
    size_t len = 0;

    for (size_t i = 0; i < count; i++)
        if (cps[i] < 128)
            out[len++] = (char)cps[i];
    b = h = (uint32_t)len;
    if (b)
        out[len++] = '-';
    while (h < count) {
        uint32_t m = UINT32_MAX;

        for (size_t i = 0; i < count; i++)
            m = cps[i] >= n && cps[i] < m ? cps[i] : m;
        delta += (m - n) * (h + 1);
        n = m;
        for (size_t i = 0; i < count; i++) {
            uint32_t q = delta, k;

            delta += cps[i] < n;
            if (cps[i] != n)
                continue;
            q = delta;
            for (k = 36;; k += 36) {
                uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
                uint32_t digit = q < t ? q : t + (q - t) % (36 - t);

                out[len++] = (char)(digit < 26 ? 'a' + digit : '0' + digit - 26);
                if (q < t)
                    break;
                q = (q - t) / (36 - t);
            }
            q = h == b ? delta / 700 : delta / 2;
            q += q / (h + 1);
            for (k = 0; q > 455; k += 36)
                q /= 35;
            bias = k + 36 * q / (q + 38);
            delta = 0;
            h++;
        }
        delta++;
        n++;
    }
    return len;
}

static void test_undoes_the_encoder(void)
{
    static const uint32_t bases[] = { 'a', '0', 0xe0, 0x430, 0x3042, 0x4e00,
                                      0xac00, 0x1f600, 0x20000 };
    uint64_t seed = 3492;

    for (int round = 0; round < 20000; round++) {
        uint32_t cps[12], back[POL_PUNYCODE_MAX];
        char ascii[200];
        size_t count = 1 + test_random(&seed) % 12, got, len;

        for (size_t i = 0; i < count; i++)
            cps[i] = bases[test_random(&seed) % 9] +
                     (uint32_t)(test_random(&seed) % 10);
        len = encode(ascii, cps, count);
        if (len > POL_PUNYCODE_MAX)
            continue;
        if (!pol_punycode_decode(back, &got, (policy_str){ ascii, len }) ||
            got != count || memcmp(back, cps, count * sizeof(*cps)) != 0) {
            CHECK(false, "%.*s", (int)len, ascii);
            return;
        }
    }
}

/* --- the reference ---------------------------------------------------------------- */

/* Bare names in texts of words, where every border is a space: a word is one
 * if it has two labels or more, and the last is com, cn, co or top; or it, with
 * a level before it. */
static bool is_name(const char *word)
{
    char copy[200], *labels[40], *last, *next = copy;
    size_t count = 0;

    snprintf(copy, sizeof(copy), "%s", word);
    while (next) {
        char *label = next;

        next = strchr(label, '.');
        if (next)
            *next++ = '\0';
        if (!*label && !next) /* a full stop behind */
            break;
        if (!*label || label[0] == '-' || label[strlen(label) - 1] == '-')
            return false;
        labels[count++] = label;
    }
    if (count < 2)
        return false;
    last = labels[count - 1];
    return !strcmp(last, "com") || !strcmp(last, "cn") || !strcmp(last, "top") ||
           !strcmp(last, "co") ||
           (!strcmp(last, "it") && count > 2 && (!strcmp(labels[count - 2], "co") ||
                                            !strcmp(labels[count - 2], "com")));
}

static void test_agrees_with_the_reference_on_random_words(void)
{
    static const char *const pieces[] = { "com", "cn", "top", "it", "co", "a", "b1",
                                          "7", "a-b", "txt", "." , ".", ".", "." };
    unsigned rounds = getenv("POLICY_TEST_LONG") ? 1000000 : 40000, i;
    uint64_t seed = 53;
    size_t finds = 0;

    for (i = 0; i < rounds; i++) {
        char text[500] = "", want[500] = "";
        size_t words = 1 + test_random(&seed) % 4;
        struct detected all;

        for (; words; words--) {
            size_t n = 1 + test_random(&seed) % 6, len;
            char word[100] = "";
            bool dot = true; /* labels of one piece, dots of one too */

            for (; n; n--) {
                const char *piece = pieces[test_random(&seed) % 14];

                if (dot == (*piece == '.'))
                    continue;
                dot = *piece == '.';
                strcat(word, piece);
            }
            len = strlen(word);
            if (is_name(word))
                sprintf(want + strlen(want), "%.*s|",
                        (int)(len - (word[len - 1] == '.')), word);
            sprintf(text + strlen(text), "%s ", word);
        }
        all = detect_in(POL_DETECT_DOMAIN, text);
        finds += all.count;
        if (strcmp(all.got, want) != 0) {
            CHECK(false, "“%s”: “%s”, reference “%s”", text, all.got, want);
            return;
        }
    }
    CHECK(finds > rounds / 10, "%zu finds", finds);
}

static void test_is_linear_in_hostile_text(void)
{
    static const char *const pieces[] = {
        "www.", "http://", "a.", "a[.]", "a。", "点", "中.", "http://a@", "h**p",
        "a点b", "-.", "a dot ", "http:// ", "(.)", "a.com@", "中国.", "com.a.",
    };

    CHECK_HOSTILE(POL_DETECT_ADDRESSES, 1u << POL_DETECT_DOMAIN, pieces);
}

static const struct test_case tests[] = {
    { "finds URLs", test_finds_urls },
    { "refuses what resembles a URL", test_refuses_what_resembles_a_url },
    { "finds domains", test_finds_domains },
    { "refuses what resembles a domain", test_refuses_what_resembles_a_domain },
    { "finds the same in any place", test_finds_the_same_in_any_place },
    { "names the host", test_names_the_host },
    { "refuses hosts that do not fit", test_refuses_hosts_that_do_not_fit },
    { "decodes the samples of the RFC", test_decodes_the_samples_of_the_rfc },
    { "undoes the encoder", test_undoes_the_encoder },
    { "agrees with the reference on random words",
      test_agrees_with_the_reference_on_random_words },
    { "is linear in hostile text", test_is_linear_in_hostile_text },
};

POLICY_TEST_MAIN("detect url", tests)
