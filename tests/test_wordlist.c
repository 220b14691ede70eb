/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Word lists. What was read is written as "line:column term|reason|strictness",
 * with "!" before an allowed phrase, one a line; behind it what else it says,
 * and at the end the aliases.
 */
#include "config_check.h"

#include "base/buffer.h"
#include "config/wordlist.h"

static policy_status read_list(struct config_check *c, pol_wordlist *w,
                               const policy_limits *limits)
{
    return pol_wordlist_read(w, &c->source, &c->arena, limits, &c->reporter,
                             &c->err);
}

static void dump_options(pol_buf *b, const char *before, unsigned options)
{
    for (unsigned i = 0; i < POL_OPTION_COUNT; i++)
        if (options >> i & 1)
            pol_buf_fmt(b, " %s%s", before, pol_term_options[i]);
}

static void dump(pol_buf *b, const pol_wordlist *w)
{
    size_t i;

    for (i = 0; i < w->term_count; i++) {
        const pol_list_term *t = &w->terms[i];

        pol_buf_fmt(b, "%u:%u %s", t->line, t->column, t->allowed ? "!" : "");
        pol_buf_str(b, t->term);
        pol_buf_char(b, '|');
        pol_buf_str(b, t->reason);
        pol_buf_fmt(b, "|%s", t->strictness ? pol_strictnesses[t->strictness] : "");
        dump_options(b, "", t->options);
        dump_options(b, "@", t->common);
        if (t->separators)
            pol_buf_fmt(b, " %d", t->separators - POL_SEPARATORS_NONE);
        pol_buf_char(b, '\n');
    }
    for (i = 0; i < w->alias_count; i++) {
        pol_buf_fmt(b, "%u ", w->aliases[i].line);
        pol_buf_str(b, w->aliases[i].word);
        pol_buf_char(b, '=');
        pol_buf_str(b, w->aliases[i].alias);
        pol_buf_char(b, '\n');
    }
}

static void test_reads_terms(void)
{
    static const struct {
        const char *label;
        policy_str list;
        const char *want, *log;
    } rows[] = {
        { "nothing", POL_STR(""), "", "" },
        { "one", POL_STR("机密"), "1:1 机密||\n", "" },
        { "three fields", POL_STR("机密 | 密级 | exact\n"),
          "1:1 机密|密级|exact\n", "" },
        { "disguised is said or not, and folded is said",
          POL_STR("a||folded\nb||\nc||disguised\n"),
          "1:1 a||folded\n2:1 b||\n3:1 c||\n", "" },
        { "white space around", POL_STR("\t a b \t|  r  |  exact \n"),
          "1:3 a b|r|exact\n", "" },
        { "comments and empty lines",
          POL_STR("# 注\n\n   # too\na # b\nC#\nx#y # z\n"),
          "4:1 a||\n5:1 C#||\n6:1 x#y||\n", "" },
        { "escapes", POL_STR("\\#1\n\\!x\na\\|b | r\\|s\n\\\\n\n\\d\nx \\# y\n"),
          "1:1 #1||\n2:1 !x||\n3:1 a|b|r|s|\n4:1 \\n||\n5:1 \\d||\n"
          "6:1 x # y||\n", "" },
        { "backslashes pair from the left",
          POL_STR("a\\\\| r\nb\\\\\\|c\nd \\\\# e\n"),
          "1:1 a\\|r|\n2:1 b\\|c||\n3:1 d \\# e||\n", "" },
        { "allowed", POL_STR("!保守国家秘密 | 口号\n! 密\n"),
          "1:2 !保守国家秘密|口号|\n2:3 !密||\n", "" },
        { "byte order mark", POL_STR("\xef\xbb\xbf" "密\n二\n"),
          "1:1 密||\n2:1 二||\n", "" },
        { "CR LF", POL_STR("密 | r\r\n二\r\n\r\n三"),
          "1:1 密|r|\n2:1 二||\n4:1 三||\n", "" },
        { "CR", POL_STR("a\rb\r"), "1:1 a||\n2:1 b||\n", "" },
        { "NUL is a byte", POL_STR("a\0b\n"), "1:1 a\0b||\n", "" },
        { "a comment may be of any bytes", POL_STR("# \xb9\xab\na\n"),
          "2:1 a||\n", "" },
        { "empty term", POL_STR(" | r\n!\nb\n"), "3:1 b||\n",
          "list-empty 1:1+4\nlist-empty 2:1+1\n" },
        { "twice", POL_STR("密\n二\n密 | other\n  密 || exact\n"),
          "1:1 密||\n2:1 二||\n", "list-twice 3:1+1\nlist-twice 4:3+1\n" },
        { "term and allowed", POL_STR("密\n!密\n!二\n二\n!密\n"),
          "1:1 密||\n2:2 !密||\n3:2 !二||\n4:1 二||\n",
          "list-both 2:2+1\nlist-both 4:1+1\nlist-twice 5:2+1\n" },
        { "options of a term", POL_STR("密级||pinyin  split\n"
                                       "二||folded boundary\n"
                                       "三||reversed spelled separators=0\n"
                                       "四||separators=3\n"),
          "1:1 密级|| pinyin split\n2:1 二||folded boundary\n"
          "3:1 三|| reversed spelled 0\n4:1 四|| 3\n", "" },
        { "options of all that follow",
          POL_STR("一\n@ pinyin split\n二\n三||boundary\n  @spelled # 注\n"
                  "!四\n@\n五\n"),
          "1:1 一||\n3:1 二|| @pinyin @split\n"
          "4:1 三|| boundary @pinyin @split\n6:2 !四|| @spelled\n8:1 五||\n",
          "" },
        { "aliases", POL_STR("@ 微信 = 薇信 | V信|\\|\n微信\n@a=b\n"),
          "2:1 微信||\n1 微信=薇信\n1 微信=V信\n1 微信=|\n3 a=b\n", "" },
        { "wide blanks around", POL_STR("　机密　|　r \xc2\xa0|\n　\n"
                                        "\xef\xbb\xbf密\xc2\xa0\n二　# 注\n!　三\n"),
          "1:2 机密|r|\n3:2 密||\n4:1 二||\n5:3 !三||\n", "" },
        { "an @ that is a term", POL_STR("\\@all\nx@y\n"),
          "1:1 @all||\n2:1 x@y||\n", "" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        pol_wordlist w;
        pol_buf b;
        bool has_nul = memchr(rows[i].list.ptr, '\0', rows[i].list.len);

        config_begin(&c, rows[i].list);
        pol_buf_init(&b, &c.memory.allocator, 100000);
        CHECK_INT_EQ(rows[i].label, read_list(&c, &w, NULL), POLICY_OK);
        dump(&b, &w);
        CHECK_BYTES_EQ(rows[i].label, pol_buf_slice(&b),
                       has_nul ? POL_STR("1:1 a\0b||\n")
                               : config_str(rows[i].want));
        CHECK_LOG(rows[i].label, &c, rows[i].log);
        CHECK(w.source == &c.source, "%s", rows[i].label);
        pol_buf_fini(&b);
        config_end(&c);
    }
}

static void test_reports_every_bad_line(void)
{
    static const struct {
        const char *label, *list, *log;
    } rows[] = {
        { "ill-formed", "密\n密级\xff二\n", "list-bytes 2:3+1\n" },
        { "GBK", "\xbb\xfa\xc3\xdc\n", "list-bytes 1:1+1\n" },
        { "strictness", "密 | r | exakt\n", "list-strictness 1:9+5 ?exact\n" },
        { "strictness of no kind", "密|r|x\n", "list-strictness 1:5+1\n" },
        { "four fields", "a|b|exact|c\n", "list-fields 1:1+11\n" },
        { "many fields", "a|||||||||\n", "list-fields 1:1+10\n" },
        { "all of them", "a||x\n\xfe\nb\n  c|d|e|f\n",
          "list-strictness 1:4+1\nlist-bytes 2:1+1\nlist-fields 4:3+7\n" },
        { "CR LF", "a\r\nb||no\r\n", "list-strictness 2:4+2\n" },
        { "an option of no kind", "密级||folded pinyim\n",
          "list-strictness 1:12+6 ?pinyin\n" },
        { "a level of no kind", "密级||separators=4\n",
          "list-strictness 1:5+12 ?separators=3\n" },
        { "an option of all of no kind", "@ spilt\n",
          "list-strictness 1:3+5 ?split\n" },
        { "a strictness of all", "@ folded\n", "list-common 1:3+6\n" },
        { "a level of all", "@ pinyin separators=2\n", "list-common 1:3+19\n" },
        { "an alias of nothing", "@ = x\n", "list-alias 1:3+3\n" },
        { "no alias", "@ 微信 =\n", "list-alias 1:3+4\n" },
        { "an empty alias", "@ 微信 = a||b\n", "list-alias 1:3+9\n" },
        { "a full-width bar", "投标底价｜秘密\n", "list-bar 1:5+1\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        pol_wordlist w;

        config_begin(&c, config_str(rows[i].list));
        CHECK_INT_EQ(rows[i].label, read_list(&c, &w, NULL), POLICY_ERULES);
        CHECK_INT_EQ(rows[i].label, c.err.status, POLICY_ERULES);
        CHECK(!w.terms && !w.term_count, "%s", rows[i].label);
        CHECK_LOG(rows[i].label, &c, rows[i].log);
        config_end(&c);
    }
}

/* What spreadsheets, input methods and haste make of a list: it is read as it
 * stands, with a word about what was most likely meant. */
static void test_warns_of_what_is_meant_otherwise(void)
{
    static const struct {
        const char *label, *list, *log;
        size_t terms;
    } rows[] = {
        { "a full-width comment", "＃ 词表\n密\n", "list-mark 1:1+1\n", 2 },
        { "a full-width allowed phrase", " ！密会\n", "list-mark 1:2+1\n", 1 },
        { "a full-width line about others", "＠ pinyin\n", "list-mark 1:1+1\n",
          1 },
        { "one inside a term", "密！密\n", "", 1 },
        { "quotes", "\"密级\" | r\n", "list-quotes 1:1+4\n", 1 },
        { "curly quotes", "“密级”\n", "list-quotes 1:1+4\n", 1 },
        { "a quote inside", "密\"级\"\n\"\n", "", 2 },
        { "a strictness for a reason", "密级 | exact\n", "list-reason 1:6+5\n",
          1 },
        { "a reason with an option behind", "密级 | exact | folded\n", "", 1 },
        { "commas", "a,b\n密级,r\n三,s\nx\n", "list-table 1:2+1\n", 4 },
        { "tabs", "a\n密级\tr\n三\ts\n四\tt\n", "list-table 2:3+1\n", 4 },
        { "several words a line", "一、二\n三，四\n五；六\n",
          "list-table 1:2+1\n", 3 },
        { "commas of few", "a,b\n密级,r\n", "", 2 },
        { "commas of less than half", "a,b\nc,d\ne,f\ng\nh\ni\n", "", 6 },
        { "commas beside bars", "a,b|r\nc,d|r\ne,f|r\ng,h|r\n", "", 4 }
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct config_check c;
        pol_wordlist w;

        config_begin(&c, config_str(rows[i].list));
        CHECK_INT_EQ(rows[i].label, read_list(&c, &w, NULL), POLICY_OK);
        CHECK_INT_EQ(rows[i].label, w.term_count, rows[i].terms);
        CHECK_LOG(rows[i].label, &c, rows[i].log);
        config_end(&c);
    }
}

/* Once for the file, whether bad lines may be left out or not. */
static void test_tells_of_another_encoding_once(void)
{
    static const struct {
        const char *label;
        policy_str list;
        const char *log, *names;
    } rows[] = {
        { "GBK", POL_STR("# \xd7\xa2\r\nabc\r\n\xbb\xfa\xc3\xdc|r\r\n"
                         "\xbe\xf8\xc3\xdc\r\n"),
          "list-encoding 3:1+1\n", "GBK" },
        { "GB 18030", POL_STR("\xbb\xfa\n\x81\x30\x81\x30\xc3\xdc\n"),
          "list-encoding 1:1+1\n", "GBK" },
        { "neither", POL_STR("\xe9\xff\n\xff\n"), "list-encoding 1:1+1\n",
          "the file is not UTF-8" },
        { "UTF-16", POL_STR("\xff\xfe\xfa\x67\r\0\n\0"),
          "list-encoding 0:0+0\n", "UTF-16" },
        { "UTF-16, the other way round", POL_STR("\xfe\xff\x67\xfa\0\r\0\n"),
          "list-encoding 0:0+0\n", "UTF-16" },
        { "UTF-16 without a mark", POL_STR("a\0b\0\r\0\n\0c\0"),
          "list-encoding 0:0+0\n", "UTF-16" },
        { "UTF-16, the other way round, without a mark",
          POL_STR("\0a\0\r\0\n\0c"), "list-encoding 0:0+0\n", "UTF-16" }
    };

    for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(*rows); i++) {
        struct config_check c;
        pol_wordlist w;

        config_begin(&c, rows[i / 2].list);
        c.reporter.lenient = i & 1;
        CHECK_INT_EQ(rows[i / 2].label, read_list(&c, &w, NULL), POLICY_ERULES);
        CHECK_LOG(rows[i / 2].label, &c, rows[i / 2].log);
        CHECK(strstr(c.message, rows[i / 2].names), "%s: %s", rows[i / 2].label,
              c.message);
        CHECK_INT_EQ(rows[i / 2].label, c.reporter.errors, 1);
        config_end(&c);
    }
}

static void test_bad_lines_among_good_ones_are_lines(void)
{
    struct config_check c;
    pol_wordlist w;

    config_begin(&c, POL_STR("一\n二\xff\n三\n\xfe\n"));
    CHECK_INT_EQ("as many", read_list(&c, &w, NULL), POLICY_ERULES);
    CHECK_LOG("as many", &c, "list-bytes 2:2+1\nlist-bytes 4:1+1\n");
    config_end(&c);
}

static void test_leaves_out_bad_lines_if_lenient(void)
{
    struct config_check c;
    pol_wordlist w;
    pol_buf b;
    policy_limits limits = { sizeof(limits), .term_bytes = 9 };

    config_begin(&c, POL_STR("一\n二\xff\n三||exakt no\n@ spilt\n四四四四\n"
                             "@ 一 = 甲 | 乙乙乙乙 | 丙\n@ 一 = 丁 | \n"
                             "@ 一 = 戊\na|b|exact|d\n五｜r\n六 | r | exact\n"));
    pol_buf_init(&b, &c.memory.allocator, 1000);
    c.reporter.lenient = true;
    CHECK_INT_EQ("status", read_list(&c, &w, &limits), POLICY_OK);
    dump(&b, &w);
    CHECK_STR_EQ("the rest", pol_buf_slice(&b),
                 "1:1 一||\n11:1 六|r|exact\n8 一=戊\n");
    CHECK_LOG("each line", &c,
              "list-bytes 2:2+1\nlist-strictness 3:4+5 ?exact\n"
              "list-strictness 3:10+2\nlist-strictness 4:3+5 ?split\n"
              "list-long 5:1+4\nlist-long 6:11+4\nlist-alias 7:3+7\n"
              "list-fields 9:1+11\nlist-bar 10:2+1\nlist-left-out 0:0+0\n");
    CHECK(!strncmp(c.message, "lines left out as wrong: 8;", 27), "%s",
          c.message);
    CHECK(!c.reporter.errors && c.reporter.warnings == 10, "%d",
          (int)c.reporter.warnings);
    pol_buf_fini(&b);
    config_end(&c);
}

static void test_limits_hold_if_lenient(void)
{
    struct config_check c;
    pol_wordlist w;
    policy_limits limits = { sizeof(limits), .terms = 1 };

    config_begin(&c, POL_STR("a\nb\n"));
    c.reporter.lenient = true;
    CHECK_INT_EQ("terms", read_list(&c, &w, &limits), POLICY_ELIMIT);
    CHECK(!w.term_count && c.reporter.errors == 1, "an error");
    config_end(&c);
}

static void test_of_many_mistakes_tells_the_first(void)
{
    enum { LINES = 300 };
    char list[20 * LINES];
    struct config_check c;
    pol_wordlist w;
    size_t len = 0;

    for (size_t i = 0; i < LINES; i++)
        len += (size_t)sprintf(list + len, i % 3 ? "same\n" : "x%zu||y\n", i);
    config_begin(&c, (policy_str){ list, len });
    CHECK_INT_EQ("status", read_list(&c, &w, NULL), POLICY_ERULES);
    CHECK_INT_EQ("errors", c.reporter.errors, LINES / 3);
    CHECK_INT_EQ("warnings", c.reporter.warnings, LINES - LINES / 3 - 1);
    CHECK_INT_EQ("told", c.reporter.told[1], POL_FEW_MAX + 1);
    CHECK_INT_EQ("told", c.reporter.told[0], POL_FEW_MAX + 1);
    c.log[c.len] = '\0';
    CHECK(strstr(c.log, "list-twice 3:1+4\nlist-twice 5:1+4\n"),
          "in the order of the file: %s", c.log);
    CHECK_CSTR_EQ("the rest", c.message,
                  "and 179 more of [list-twice] in this file");
    config_end(&c);
}

/* Counting columns for each of them would take hours. */
static void test_a_long_line_of_mistakes_costs_its_length(void)
{
    enum { LEN = 8000000 };
    static const struct {
        const char *label, *head, *item, *log;
    } rows[] = {
        { "options", "a||", "x ", "list-strictness 1:4+1\nlist-strictness 1:6+1\n"
          "list-strictness 1:8+1\nlist-strictness 1:10+1\n" },
        { "options of all", "@", "x ", "list-strictness 1:2+1\n"
          "list-strictness 1:4+1\nlist-strictness 1:6+1\n"
          "list-strictness 1:8+1\n" },
        { "aliases", "@ a = ", "xxxx|", "list-long 1:7+4\n" },
        { "fields", "", "|", "list-fields 1:1+8000000\n" },
        { "escapes", "", "\\#", "list-long 1:1+8000000\n" }
    };
    policy_limits limits = { sizeof(limits), .term_bytes = 3 };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        size_t len = strlen(rows[i].item), head = strlen(rows[i].head);
        char *list = malloc(LEN);
        struct config_check c;
        pol_wordlist w;

        memcpy(list, rows[i].head, head);
        for (size_t k = head; k < LEN; k++)
            list[k] = rows[i].item[(k - head) % len];
        config_begin(&c, (policy_str){ list, LEN });
        CHECK_INT_EQ(rows[i].label, read_list(&c, &w, &limits), POLICY_ERULES);
        CHECK_LOG(rows[i].label, &c, rows[i].log);
        config_end(&c);
        free(list);
    }
}

/* The obvious way: each line is compared with all before it. */
static size_t count_kept(char lines[][8], size_t count, size_t *twice,
                         size_t *both)
{
    size_t kept = 0;

    *twice = *both = 0;
    for (size_t i = 0; i < count; i++) {
        bool allowed = lines[i][0] == '!', is_twice = false, is_both = false;

        for (size_t k = 0; k < i; k++) {
            bool other = lines[k][0] == '!';

            if (strcmp(lines[i] + allowed, lines[k] + other) == 0)
                *(other == allowed ? &is_twice : &is_both) = true;
        }
        *twice += is_twice;
        *both += is_both && !is_twice;
        kept += !is_twice;
    }
    return kept;
}

static void test_finds_duplicates_as_the_slow_way_does(void)
{
    static char lines[400][8];
    uint32_t state = 5;

    for (unsigned round = 0; round < 40; round++) {
        size_t count = round * 10, len = 0, twice, both, kept;
        char list[400 * 8];
        struct config_check c;
        pol_wordlist w;

        for (size_t i = 0; i < count; i++) {
            state = state * 1103515245 + 12345;
            sprintf(lines[i], "%s%x", state >> 20 & 1 ? "!" : "",
                    (unsigned)(state >> 21) % (8 * round));
            len += (size_t)sprintf(list + len, "%s\n", lines[i]);
        }
        config_begin(&c, (policy_str){ list, len });
        CHECK_INT_EQ("status", read_list(&c, &w, NULL), POLICY_OK);
        kept = count_kept(lines, count, &twice, &both);
        CHECK_INT_EQ("kept", w.term_count, kept);
        CHECK_INT_EQ("reported", c.reporter.warnings, twice + both);
        for (size_t i = 1; i < w.term_count; i++)
            CHECK(w.terms[i - 1].line < w.terms[i].line, "order");
        config_end(&c);
    }
}

static void test_keeps_to_its_limits(void)
{
    static const struct {
        const char *label;
        policy_limits limits;
        const char *list;
        policy_status status;
        const char *log;
    } rows[] = {
        { "terms, enough", { sizeof(policy_limits), .terms = 2 },
          "#\na\n\nb\n#\n", POLICY_OK, "" },
        { "terms, one too many", { sizeof(policy_limits), .terms = 2 },
          "a\nb\n  c\n", POLICY_ELIMIT, "list-terms 3:1+3\n" },
        { "a term, long enough", { sizeof(policy_limits), .term_bytes = 6 },
          "密级\n", POLICY_OK, "" },
        { "a term, too long", { sizeof(policy_limits), .term_bytes = 6 },
          "密级x | r\nok\n", POLICY_ERULES, "list-long 1:1+3\n" },
        { "escapes do not count", { sizeof(policy_limits), .term_bytes = 2 },
          "\\#\\|\n", POLICY_OK, "" },
        { "bytes", { sizeof(policy_limits), .source_bytes = 3 }, "abcd",
          POLICY_ELIMIT, "source-bytes 0:0+0\n" }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config_check c;
        pol_wordlist w;

        config_begin(&c, config_str(rows[i].list));
        CHECK_INT_EQ(rows[i].label, read_list(&c, &w, &rows[i].limits),
                     rows[i].status);
        CHECK(!w.term_count == !!rows[i].status, "%s", rows[i].label);
        CHECK_LOG(rows[i].label, &c, rows[i].log);
        config_end(&c);
    }
}

static void test_reads_a_long_list_with_few_allocations(void)
{
    size_t cap = 700000, len = 0, i;
    char *list = malloc(cap);
    struct config_check c;
    pol_wordlist w;

    for (i = 0; i < 50000; i++)
        len += (size_t)sprintf(list + len, "词%zu\n", (i * 7919) % 49999);
    config_begin(&c, (policy_str){ list, len });
    CHECK_INT_EQ("status", read_list(&c, &w, NULL), POLICY_OK);
    CHECK_INT_EQ("terms", w.term_count, 49999);
    CHECK_LOG("one twice", &c, "list-twice 50000:1+2\n");
    CHECK(c.memory.requests < 20, "%zu", c.memory.requests);
    config_end(&c);
    free(list);
}

static void test_survives_every_failed_allocation(void)
{
    size_t n, failures = 0;
    policy_status st = POLICY_ENOMEM;
    char list[60000];
    size_t len = 0, i;

    /* More than one block of the arena, and escapes, which are copied. */
    for (i = 0; i < 1500; i++)
        len += (size_t)sprintf(list + len, "term\\#%zu | reason\n", i);
    for (n = 1; st == POLICY_ENOMEM && n < 100; n++) {
        struct config_check c;
        pol_wordlist w;

        config_begin(&c, (policy_str){ list, len });
        c.memory.fail_at = n;
        st = read_list(&c, &w, NULL);
        CHECK(st == POLICY_OK || (st == POLICY_ENOMEM && !w.terms &&
                                  c.err.status == POLICY_ENOMEM),
              "at %zu: %d", n, st);
        failures += st == POLICY_ENOMEM;
        config_end(&c);
    }
    CHECK(st == POLICY_OK && failures >= 2, "%zu failures", failures);
}

static const struct test_case tests[] = {
    { "reads terms", test_reads_terms },
    { "reports every bad line", test_reports_every_bad_line },
    { "warns of what is meant otherwise", test_warns_of_what_is_meant_otherwise },
    { "tells of another encoding once", test_tells_of_another_encoding_once },
    { "bad lines among good ones are lines",
      test_bad_lines_among_good_ones_are_lines },
    { "leaves out bad lines if lenient", test_leaves_out_bad_lines_if_lenient },
    { "limits hold if lenient", test_limits_hold_if_lenient },
    { "of many mistakes tells the first", test_of_many_mistakes_tells_the_first },
    { "a long line of mistakes costs its length",
      test_a_long_line_of_mistakes_costs_its_length },
    { "finds duplicates as the slow way does",
      test_finds_duplicates_as_the_slow_way_does },
    { "keeps to its limits", test_keeps_to_its_limits },
    { "reads a long list with few allocations",
      test_reads_a_long_list_with_few_allocations },
    { "survives every failed allocation",
      test_survives_every_failed_allocation }
};

POLICY_TEST_MAIN("wordlist", tests)
