/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A generator of disguises: words, harmless texts to hide them in, and the
 * tricks by which a word is written so that only people still read it.
 *
 * A disguised word is a row of cells, one a character: its form, what stands
 * before it and what hangs on it. Tricks change cells and so combine. What must
 * be found reaches from the first form to the last, with all between them; what
 * hangs on the last form belongs to no character of the word.
 */
#ifndef TESTS_DISGUISE_H
#define TESTS_DISGUISE_H

#include "harness.h"

#define DISGUISE_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- words and what is around them */

struct word {
    const char *text;
    const char *pinyin; /* spelled, a space between syllables; NULL: not asked */
};

static const struct word words[] = {
    { "机密", NULL },         { "底价", NULL },         { "图纸", NULL },
    { "赌博", NULL },         { "诈骗", NULL },         { "代开", NULL },
    { "假证", NULL },         { "外挂", NULL },         { "私章", NULL },
    { "枪支", NULL },         { "好处", NULL },         { "暗号", NULL },
    { "保密室", "bao mi shi" },
    { "配方表", "pei fang biao" },
    { "工资单", "gong zi dan" },
    { "花名册", "hua ming ce" },
    { "病历本", "bing li ben" },
    { "成绩单", "cheng ji dan" },
    { "投标书", "tou biao shu" },
    { "存折号", NULL },       { "薪酬表", NULL },       { "领料单", NULL },
    { "内部资料", "nei bu zi liao" },
    { "商业秘密", "shang ye mi mi" },
    { "客户名单", "ke hu ming dan" },
    { "采购底价", "cai gou di jia" },
    { "家庭住址", "jia ting zhu zhi" },
    { "现金交易", "xian jin jiao yi" },
    { "网络赌博", "wang luo du bo" },
    { "虚假广告", NULL },     { "盗版软件", NULL },     { "刷单返利", NULL },
    { "考试答案", NULL },     { "门禁密码", NULL },     { "中标金额", NULL },
    { "学生名册", NULL },     { "银行口令", NULL },     { "微信转账", NULL },
    { "内部文件汇编", NULL }, { "不得外传材料", NULL }, { "竞品分析报告", NULL },
    { "高层会议纪要", NULL }, { "管理员口令本", NULL },
    { "未公开财务报表", NULL },
    { "password", NULL },     { "secret", NULL },       { "layoff", NULL },
    { "merger", NULL },       { "roadmap", NULL },      { "payroll", NULL },
    { "backdoor", NULL },     { "casino", NULL },       { "bribe", NULL },
    { "invoice", NULL },      { "codename", NULL },     { "vpn", NULL },
    { "cad图纸", NULL },      { "wifi密码", NULL },     { "nda协议", NULL },
    { "vpn账号", NULL },      { "b轮融资", NULL },      { "3d样品", NULL },
    { "9527号柜", NULL },     { "2049年计划书", NULL },
};

/* Those of other tests. */
static const struct word numbers[] = {
    { "13800138000", NULL }, { "13900139000", NULL }, { "13812345678", NULL },
    { "13800000001", NULL }, { "13900000002", NULL }, { "13700000003", NULL },
};

/* The word goes where the bar stands. None has a letter or digit by itself
 * there, which would go on with a word whose letters stand apart. */
static const char *const carriers[] = {
    "|",
    "早上好，|",
    "|，收到请回复。",
    "请大家看一下|，下午开会要用",
    "刚才说的|放在二楼的柜子里了",
    "今天天气不错。|明天再说吧。",
    "老师您好，|我晚点交可以吗？",
    "食堂中午有鱼，|下班一起走",
    "这个|不着急",
    "【通知】|请相关同事处理",
    "会议室换到三楼，带上|和笔记本电脑",
    "谢谢！|辛苦了～",
    "他问我有没有|，我说没有",
    "周五之前把|整理好，发给小组的各位",
    "1. 签到\n2. |\n3. 散会",
    "快递到了，在门口\n|",
    "地铁上信号不好，|回头聊",
    "表格第七行写着|，是不是写错了",
    "😀 |",
    "打印两份|、一份目录",
    "morning! | is on the desk",
    "please read | before the meeting",
    "Where did you put |?",
    "We will talk about | tomorrow, thanks.",
    "re: | (second version)",
    "lunch at noon, bring |",
    "ok, | it is",
    "the train is late; | can wait",
    "See the notes below:\n|\nBest wishes",
    "Nobody asked for |.",
};

/* --- cells */

enum { CELL = 72, CELLS = 24, DISGUISED = CELLS * 3 * CELL };

struct cell {
    uint32_t cp; /* the plain character; 0: it has been changed */
    char before[CELL], form[CELL], after[CELL];
};

struct disguise {
    const struct word *word;
    struct cell cells[CELLS];
    size_t count;
};

static inline size_t pick(uint64_t *seed, size_t count)
{
    return (size_t)(test_random(seed) % count);
}

static inline char *put_cp(char *to, uint32_t cp)
{
    if (cp < 0x80) {
        *to++ = (char)cp;
    } else if (cp < 0x800) {
        *to++ = (char)(0xC0 | cp >> 6);
    } else if (cp < 0x10000) {
        *to++ = (char)(0xE0 | cp >> 12);
        *to++ = (char)(0x80 | (cp >> 6 & 0x3F));
    } else {
        *to++ = (char)(0xF0 | cp >> 18);
        *to++ = (char)(0x80 | (cp >> 12 & 0x3F));
        *to++ = (char)(0x80 | (cp >> 6 & 0x3F));
    }
    if (cp >= 0x80)
        *to++ = (char)(0x80 | (cp & 0x3F));
    *to = '\0';
    return to;
}

/* Of well-formed text that is not at its end. */
static inline uint32_t next_cp(const char **at)
{
    const unsigned char *s = (const unsigned char *)*at;
    size_t more = *s < 0x80 ? 0 : *s < 0xE0 ? 1 : *s < 0xF0 ? 2 : 3;
    uint32_t cp = more ? *s & (0x3Fu >> more) : *s;

    for (size_t i = 1; i <= more; i++)
        cp = cp << 6 | (s[i] & 0x3F);
    *at += more + 1;
    return cp;
}

static inline void append(char *to, const char *what)
{
    size_t len = strlen(to);

    if (len + strlen(what) < CELL)
        memcpy(to + len, what, strlen(what) + 1);
}

static inline void disguise_begin(struct disguise *d, const struct word *w)
{
    const char *at = w->text;

    memset(d, 0, sizeof(*d));
    d->word = w;
    while (*at && d->count < CELLS) {
        struct cell *c = &d->cells[d->count++];

        c->cp = next_cp(&at);
        put_cp(c->form, c->cp);
    }
}

/* Into `to`, which holds DISGUISED bytes; the span of what must be found. */
static inline void disguise_end(const struct disguise *d, char *to,
                                size_t *start, size_t *end)
{
    size_t len = 0;

    *start = *end = 0;
    for (size_t i = 0; i < d->count; i++) {
        len += (size_t)sprintf(to + len, "%s", d->cells[i].before);
        if (i == 0)
            *start = len;
        len += (size_t)sprintf(to + len, "%s", d->cells[i].form);
        *end = len;
        len += (size_t)sprintf(to + len, "%s", d->cells[i].after);
    }
}

/* --- tricks that give characters another form */

/* Another form of `cp` into `to`; false where there is none. */
typedef bool another_form(char *to, uint32_t cp, uint64_t *seed);

/* At least one character, at most all but `keep` of those that have a form. */
static inline bool change_forms(struct disguise *d, uint64_t *seed,
                                another_form *form, size_t keep)
{
    size_t able[CELLS], count = 0, changed = 0, first;
    char other[CELL];

    for (size_t i = 0; i < d->count; i++)
        if (d->cells[i].cp && form(other, d->cells[i].cp, seed))
            able[count++] = i;
    if (count <= keep)
        return false;
    first = pick(seed, count);
    for (size_t i = 0; i < count && changed < count - keep; i++) {
        struct cell *c = &d->cells[able[(first + i) % count]];

        if (i > 0 && pick(seed, 4) == 0)
            continue;
        form(c->form, c->cp, seed);
        c->cp = 0;
        changed++;
    }
    return true;
}

/* Forms of a character, a space between them. */
struct forms {
    const char *plain, *others;
};

static inline bool form_of(char *to, uint32_t cp, uint64_t *seed,
                           const struct forms *table, size_t count)
{
    char plain[5];

    put_cp(plain, cp);
    for (size_t i = 0; i < count; i++) {
        const char *at = table[i].others;
        size_t forms = 1, n;

        if (strcmp(table[i].plain, plain) != 0)
            continue;
        for (const char *s = at; *s; s++)
            forms += *s == ' ';
        for (n = pick(seed, forms); n > 0; at++)
            n -= *at == ' ';
        n = strcspn(at, " ");
        memcpy(to, at, n);
        to[n] = '\0';
        return true;
    }
    return false;
}

#define FORM_OF(table) form_of(to, cp, seed, table, DISGUISE_COUNT(table))

static inline bool is_letter(uint32_t cp)
{
    return cp >= 'a' && cp <= 'z';
}

static inline bool is_digit(uint32_t cp)
{
    return cp >= '0' && cp <= '9';
}

static inline bool form_wide(char *to, uint32_t cp, uint64_t *seed)
{
    (void)seed;
    return cp < 0x80 && put_cp(to, cp + 0xFEE0) != NULL;
}

static inline bool form_upper(char *to, uint32_t cp, uint64_t *seed)
{
    (void)seed;
    return is_letter(cp) && put_cp(to, cp - 32) != NULL;
}

/* Alphabets of Unicode, where each letter keeps its distance; no gaps in these
 * but one. */
static inline bool form_mathematical(char *to, uint32_t cp, uint64_t *seed)
{
    static const uint32_t first[] = {
        0x1D41A, 0x1D400, 0x1D44E, 0x1D468, 0x1D482, 0x1D4D0, 0x1D4EA, 0x1D51E,
        0x1D552, 0x1D56C, 0x1D586, 0x1D5A0, 0x1D5BA, 0x1D670, 0x1D68A,
    };
    static const uint32_t zero[] = { 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7F6 };
    uint32_t base;

    if (is_digit(cp)) {
        put_cp(to, zero[pick(seed, DISGUISE_COUNT(zero))] + cp - '0');
        return true;
    }
    base = first[pick(seed, DISGUISE_COUNT(first))];
    if (!is_letter(cp))
        return false;
    put_cp(to, base == 0x1D44E && cp == 'h' ? 0x210E : base + cp - 'a');
    return true;
}

/* Negative circled and squared, regional indicators; small capitals. */
static inline bool form_styled(char *to, uint32_t cp, uint64_t *seed)
{
    static const uint32_t first[] = { 0x1F150, 0x1F170, 0x1F1E6 };
    static const uint32_t one[] = { 0x2776, 0x278A };
    static const struct forms small[] = {
        { "a", "ᴀ" }, { "b", "ʙ" }, { "c", "ᴄ" }, { "d", "ᴅ" }, { "e", "ᴇ" },
        { "f", "ꜰ" }, { "g", "ɢ" }, { "h", "ʜ" }, { "i", "ɪ" }, { "j", "ᴊ" },
        { "k", "ᴋ" }, { "l", "ʟ" }, { "m", "ᴍ" }, { "n", "ɴ" }, { "o", "ᴏ" },
        { "p", "ᴘ" }, { "r", "ʀ" }, { "s", "ꜱ" }, { "t", "ᴛ" }, { "u", "ᴜ" },
        { "v", "ᴠ" }, { "w", "ᴡ" }, { "y", "ʏ" }, { "z", "ᴢ" },
    };
    size_t n = pick(seed, DISGUISE_COUNT(first) + 1);

    if (cp == '0')
        return put_cp(to, 0x24FF) != NULL;
    if (is_digit(cp))
        return put_cp(to, one[n % 2] + cp - '1') != NULL;
    if (n == DISGUISE_COUNT(first) && FORM_OF(small))
        return true;
    return is_letter(cp) &&
           put_cp(to, first[n % DISGUISE_COUNT(first)] + cp - 'a') != NULL;
}

static inline bool form_circled(char *to, uint32_t cp, uint64_t *seed)
{
    static const struct forms han[] = {
        { "秘", "㊙" }, { "金", "㊎" }, { "文", "㉆" }, { "学", "㊫" },
        { "名", "㊔" }, { "中", "㊥ 🈭" }, { "生", "🈢" }, { "料", "🈛" },
        { "交", "🈘" }, { "投", "🈧" }, { "禁", "🈲" }, { "配", "🈻" },
        { "得", "🉐" }, { "资", "㊮" }, { "写", "㊢" }, { "项", "㊠" },
    };
    static const uint32_t first[] = { 0x24D0, 0x24B6, 0x1F130 };

    if (cp == '0')
        return put_cp(to, 0x24EA) != NULL;
    if (is_digit(cp))
        return put_cp(to, 0x2460 + cp - '1') != NULL;
    if (is_letter(cp))
        return put_cp(to, first[pick(seed, DISGUISE_COUNT(first))] + cp - 'a') !=
               NULL;
    return FORM_OF(han);
}

static inline bool form_parenthesised(char *to, uint32_t cp, uint64_t *seed)
{
    static const struct forms han[] = {
        { "金", "㈮" }, { "名", "㈴" }, { "代", "㈹" }, { "学", "㈻" },
        { "资", "㈾" }, { "本", "🉀" }, { "盗", "🉆" },
    };

    return FORM_OF(han);
}

static inline bool form_ideograph(char *to, uint32_t cp, uint64_t *seed)
{
    /* By their bytes, which no editor composes. */
    static const struct forms han[] = {
        { "金", "\xEF\xA4\x8A" },     { "不", "\xEF\xA5\xA7" },
        { "令", "\xEF\xA6\xA8" },     { "料", "\xEF\xA6\xBE" },
        { "利", "\xEF\xA7\x9D" },     { "易", "\xEF\xA7\xA0" },
        { "理", "\xEF\xA7\xA4" },     { "行", "\xEF\xA8\x88" },
        { "博", "\xF0\xAF\xA0\xAE" }, { "成", "\xF0\xAF\xA2\xB2" },
        { "花", "\xF0\xAF\xA6\x93" },
    };

    return FORM_OF(han);
}

static inline bool form_radical(char *to, uint32_t cp, uint64_t *seed)
{
    static const struct forms han[] = {
        { "金", "⾦" }, { "行", "⾏" }, { "口", "⼝" }, { "工", "⼯" },
        { "广", "⼴" }, { "文", "⽂" }, { "方", "⽅" }, { "生", "⽣" },
        { "网", "⽹" }, { "高", "⾼" }, { "户", "⼾" },
    };

    return FORM_OF(han);
}

static inline bool form_other_digit(char *to, uint32_t cp, uint64_t *seed)
{
    static const uint32_t zero[] = { 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6,
                                     0x0BE6, 0x0E50, 0x1040, 0x17E0, 0x1810 };

    return is_digit(cp) &&
           put_cp(to, zero[pick(seed, DISGUISE_COUNT(zero))] + cp - '0') != NULL;
}

static inline bool form_homoglyph(char *to, uint32_t cp, uint64_t *seed)
{
    static const struct forms letters[] = {
        { "a", "а" },   { "b", "В Β" }, { "c", "с" },   { "d", "ԁ" },
        { "e", "е Ε" }, { "h", "һ Н" }, { "i", "і Ι" }, { "j", "ј" },
        { "k", "К Κ" }, { "m", "М Μ" }, { "n", "Ν" },   { "o", "о ο" },
        { "p", "р ρ" }, { "s", "ѕ" },   { "t", "Т Τ" }, { "v", "ν" },
        { "x", "х Χ" }, { "y", "у" },
    };

    return FORM_OF(letters);
}

/* A radical more or another, of the same sound. */
static inline bool form_rare(char *to, uint32_t cp, uint64_t *seed)
{
    static const struct forms han[] = {
        { "存", "洊" },    { "家", "榢" }, { "密", "宻" },    { "章", "傽 蔁" },
        { "图", "啚" },    { "会", "廥" }, { "名", "眳 佲" }, { "商", "蔏" },
        { "考", "攷" },    { "务", "敄" }, { "博", "愽" },    { "花", "蘤" },
        { "额", "頟" },    { "号", "呺" }, { "代", "帒 柋" }, { "资", "薋" },
        { "客", "愙" },    { "利", "脷" }, { "保", "媬 緥" }, { "内", "氝" },
        { "微", "嶶" },    { "员", "縜" }, { "折", "悊" },    { "学", "斈" },
    };

    return FORM_OF(han);
}

/* Seen in spam. */
static inline bool form_seen_in_spam(char *to, uint32_t cp, uint64_t *seed)
{
    static const struct forms han[] = {
        { "采", "婇" }, { "金", "唫" }, { "册", "笧" }, { "水", "氺" },
    };

    return FORM_OF(han);
}

static inline bool form_leet(char *to, uint32_t cp, uint64_t *seed)
{
    static const struct forms letters[] = {
        { "a", "4 @" }, { "e", "3" },   { "i", "1" }, { "o", "0" },
        { "s", "5 $" }, { "t", "7" },
    };

    return FORM_OF(letters);
}

/* Left and right half as characters of their own. */
static inline bool form_split(char *to, uint32_t cp, uint64_t *seed)
{
    static const struct forms han[] = {
        { "赌", "贝者" }, { "骗", "马扁" }, { "枪", "木仓" }, { "好", "女子" },
        { "秘", "禾必" }, { "码", "石马" }, { "账", "贝长" }, { "机", "木几" },
        { "标", "木示" }, { "外", "夕卜" }, { "软", "车欠" }, { "住", "亻主" },
    };

    return FORM_OF(han);
}

static inline bool form_homophone(char *to, uint32_t cp, uint64_t *seed)
{
    static const struct forms han[] = {
        { "部", "步 布" }, { "资", "姿 滋" }, { "料", "撂" },
        { "商", "伤" },    { "业", "夜 页" }, { "秘", "蜜" },    { "密", "蜜" },
        { "客", "刻 课" }, { "户", "护 互" }, { "名", "明 鸣" }, { "单", "担 丹" },
        { "采", "彩 踩" }, { "购", "够" },    { "底", "抵" },    { "价", "架 驾" },
        { "家", "加 佳" }, { "庭", "停 亭" }, { "住", "注 祝" }, { "址", "止 纸" },
        { "现", "线 县" }, { "金", "今 斤" }, { "交", "教 焦" }, { "易", "意 亿" },
        { "答", "达" },    { "案", "暗 岸" }, { "考", "烤" },    { "试", "事 是" },
    };

    return FORM_OF(han);
}

static inline bool form_han_digit(char *to, uint32_t cp, uint64_t *seed)
{
    static const struct forms digits[] = {
        { "0", "〇 零" }, { "1", "一 幺" }, { "2", "二" }, { "3", "三" },
        { "4", "四" },    { "5", "五" },    { "6", "六" }, { "7", "七" },
        { "8", "八" },    { "9", "九" },
    };

    return FORM_OF(digits);
}

static inline bool form_capital_digit(char *to, uint32_t cp, uint64_t *seed)
{
    static const struct forms digits[] = {
        { "0", "零" }, { "1", "壹" }, { "2", "贰" }, { "3", "叁" },
        { "4", "肆" }, { "5", "伍" }, { "6", "陆" }, { "7", "柒" },
        { "8", "捌" }, { "9", "玖" },
    };

    return FORM_OF(digits);
}

static inline bool form_letter_digit(char *to, uint32_t cp, uint64_t *seed)
{
    static const struct forms digits[] = { { "0", "o O" }, { "1", "l I" } };

    return FORM_OF(digits);
}

/* OpenCC's table of characters, backwards; sorted by the Simplified one. */
struct pair {
    uint32_t simple, traditional;
};
static struct pair pairs[5000];
static size_t pair_count;

static inline int compare_pairs(const void *pa, const void *pb)
{
    const struct pair *a = pa, *b = pb;

    if (a->simple != b->simple)
        return a->simple < b->simple ? -1 : 1;
    return (a->traditional > b->traditional) - (a->traditional < b->traditional);
}

static inline bool load_pairs(void)
{
    const char *root = getenv("POLICY_SOURCE_ROOT");
    char path[600], line[256];
    FILE *f;

    snprintf(path, sizeof(path), "%s/libpolicy/text/opencc/TSCharacters.txt",
             root ? root : ".");
    f = fopen(path, "r");
    while (f && pair_count < DISGUISE_COUNT(pairs) &&
           fgets(line, sizeof(line), f)) {
        const char *at = line, *to = strchr(line, '\t');
        struct pair p;

        if (!to || line[0] == '#')
            continue;
        p.traditional = next_cp(&at);
        to++;
        p.simple = next_cp(&to);
        if (p.simple != p.traditional)
            pairs[pair_count++] = p;
    }
    if (f)
        fclose(f);
    qsort(pairs, pair_count, sizeof(*pairs), compare_pairs);
    return pair_count > 3000;
}

static inline bool form_traditional(char *to, uint32_t cp, uint64_t *seed)
{
    size_t lo = 0, hi = pair_count, end;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (pairs[mid].simple < cp)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (end = lo; end < pair_count && pairs[end].simple == cp; end++)
        ;
    if (end == lo)
        return false;
    put_cp(to, pairs[lo + pick(seed, end - lo)].traditional);
    return true;
}

static inline bool form_percent(char *to, uint32_t cp, uint64_t *seed)
{
    char plain[5];

    (void)seed;
    put_cp(plain, cp);
    for (const char *s = plain; *s; s++)
        to += sprintf(to, "%%%02X", (unsigned)(unsigned char)*s);
    return true;
}

static inline bool form_entity(char *to, uint32_t cp, uint64_t *seed)
{
    sprintf(to, pick(seed, 2) ? "&#%u;" : "&#x%X;", (unsigned)cp);
    return true;
}

/* Han twice to four times, letters three times to five. */
static inline bool form_repeated(char *to, uint32_t cp, uint64_t *seed)
{
    size_t times = (cp < 0x80 ? 3 : 2) + pick(seed, 3);

    if (is_digit(cp))
        return false;
    while (times-- > 0)
        to = put_cp(to, cp);
    return true;
}

/* --- tricks that put something between, on, or in place of all */

/* Of the word as it was. */
static inline bool is_han(const struct disguise *d)
{
    for (const char *s = d->word->text; *s; s++)
        if (!(*s & 0x80))
            return false;
    return true;
}

static inline bool is_latin(const struct disguise *d)
{
    for (const char *s = d->word->text; *s; s++)
        if (!is_letter((unsigned char)*s))
            return false;
    return true;
}

/* Between some characters, or all, `max` of `parts` at the most. */
static inline void separate(struct disguise *d, uint64_t *seed,
                            const char *const *parts, size_t count, size_t max,
                            bool all)
{
    size_t forced = 1 + pick(seed, d->count - 1);

    for (size_t i = 1; i < d->count; i++) {
        if (i != forced && !all && pick(seed, 2))
            continue;
        for (size_t n = 1 + pick(seed, max); n > 0; n--)
            append(d->cells[i].before, parts[pick(seed, count)]);
    }
}

#define SEPARATE(parts, max, all)                                             \
    separate(d, seed, parts, DISGUISE_COUNT(parts), max, all)

static const char *const symbols[] = { "*", "#", "~", "=", "+", "^", "|", "★",
                                       "◆", "※", "→", "●", "_", "-" };
static const char *const dots[] = { ".", "·", "•", "．", "‧" };
static const char *const emoji[] = { "😀", "🔥", "❤️", "👍🏽", "🐶", "👨‍👩‍👧",
                                     "✅" };
static const char *const spaces[] = { " ", "\u3000", "\u00a0" };
static const char *const clauses[] = { "，", ",", "、", "；", ":" };
static const char *const invisible[] = {
    "\u200b", "\u200c", "\u200d", "\u00ad", "\u2060", "\ufeff", "\u202a",
    "\u202c", "\u202e", "\u2066", "\u2069", "\u3164", "\U000e0041",
};
static const char *const selectors[] = { "\ufe00", "\ufe0e", "\ufe0f",
                                         "\U000e0100", "\U000e0101" };
static const char *const marks[] = {
    "\u0300", "\u0301", "\u0302", "\u0303", "\u0304", "\u0308", "\u030a",
    "\u0323", "\u0331", "\u0334", "\u0336", "\u0338", "\u20d0", "\u20dd",
};

typedef bool trick_step(struct disguise *d, uint64_t *seed);

static inline bool do_nothing(struct disguise *d, uint64_t *seed)
{
    (void)d;
    (void)seed;
    return true;
}

#define FORM_STEP(name, keep)                                                 \
    static inline bool do_##name(struct disguise *d, uint64_t *seed)          \
    {                                                                         \
        return change_forms(d, seed, form_##name, keep);                      \
    }

FORM_STEP(wide, 0)
FORM_STEP(upper, 0)
FORM_STEP(mathematical, 0)
FORM_STEP(styled, 0)
FORM_STEP(circled, 0)
FORM_STEP(ideograph, 0)
FORM_STEP(radical, 0)
FORM_STEP(other_digit, 0)
FORM_STEP(traditional, 0)
FORM_STEP(homoglyph, 1)
FORM_STEP(rare, 0)
FORM_STEP(seen_in_spam, 0)
FORM_STEP(leet, 1)
FORM_STEP(han_digit, 0)
FORM_STEP(capital_digit, 0)

/* All: of one that is repeated at an end, the rest is only beside the word. */
static inline bool do_repeated(struct disguise *d, uint64_t *seed)
{
    bool any = false;

    for (size_t i = 0; i < d->count; i++)
        if (form_repeated(d->cells[i].form, d->cells[i].cp, seed)) {
            d->cells[i].cp = 0;
            any = true;
        }
    return any;
}

/* Some: what has no digits left is no number. */
static inline bool do_letter_digit(struct disguise *d, uint64_t *seed)
{
    return change_forms(d, seed, form_letter_digit, 4);
}

/* One, between letters: those at the ends might be a number of their own. */
static inline bool do_inner_leet(struct disguise *d, uint64_t *seed)
{
    size_t first = pick(seed, d->count);

    for (size_t n = 0; n < d->count; n++) {
        size_t i = (first + n) % d->count;
        struct cell *c = &d->cells[i];

        if (i == 0 || i + 1 == d->count || !is_letter(d->cells[i - 1].cp) ||
            !is_letter(d->cells[i + 1].cp) || !form_leet(c->form, c->cp, seed))
            continue;
        c->cp = 0;
        return true;
    }
    return false;
}

/* Brackets are clause marks to the rule of gaps. */
static inline bool do_parenthesised(struct disguise *d, uint64_t *seed)
{
    return d->count > 3 && change_forms(d, seed, form_parenthesised, 0);
}

/* One of them, as a dictionary of splits would have it. */
static inline bool do_split(struct disguise *d, uint64_t *seed)
{
    size_t first = pick(seed, d->count);

    for (size_t i = 0; i < d->count; i++) {
        struct cell *c = &d->cells[(first + i) % d->count];

        if (c->cp && form_split(c->form, c->cp, seed)) {
            c->cp = 0;
            return true;
        }
    }
    return false;
}

/* From three syllables on, as one that is asked for. */
static inline bool do_homophone(struct disguise *d, uint64_t *seed)
{
    return d->word->pinyin && d->count > 3 &&
           change_forms(d, seed, form_homophone, 0);
}

static inline bool do_percent(struct disguise *d, uint64_t *seed)
{
    return change_forms(d, seed, form_percent, 0);
}

static inline bool do_entity(struct disguise *d, uint64_t *seed)
{
    return change_forms(d, seed, form_entity, 0);
}

static inline bool do_symbol(struct disguise *d, uint64_t *seed)
{
    SEPARATE(symbols, 1, false);
    return is_han(d);
}

static inline bool do_dot(struct disguise *d, uint64_t *seed)
{
    SEPARATE(dots, 1, false);
    return is_han(d);
}

static inline bool do_emoji(struct disguise *d, uint64_t *seed)
{
    SEPARATE(emoji, 1, false);
    return is_han(d);
}

static inline bool do_symbols(struct disguise *d, uint64_t *seed)
{
    SEPARATE(symbols, 4, false);
    return is_han(d);
}

static inline bool do_space(struct disguise *d, uint64_t *seed)
{
    SEPARATE(spaces, 3, false);
    return is_han(d) && d->count > 2;
}

static inline bool do_clause(struct disguise *d, uint64_t *seed)
{
    SEPARATE(clauses, 1, false);
    return is_han(d) && d->count > 3;
}

static inline bool do_latin_symbol(struct disguise *d, uint64_t *seed)
{
    SEPARATE(symbols, 1, false);
    return is_latin(d);
}

/* Letters, then Han. Between digits a gap is none: 6-4 is a score. */
static inline bool do_mixed_symbol(struct disguise *d, uint64_t *seed)
{
    SEPARATE(symbols, 1, false);
    return !is_han(d) && !is_latin(d) &&
           strcspn(d->word->text, "0123456789") == strlen(d->word->text);
}

static inline void stand_alone(struct disguise *d, uint64_t *seed)
{
    SEPARATE(spaces, 1, true);
    append(d->cells[0].before, " ");
    append(d->cells[d->count - 1].after, " ");
}

static inline bool do_alone(struct disguise *d, uint64_t *seed)
{
    stand_alone(d, seed);
    return is_han(d);
}

static inline bool do_latin_alone(struct disguise *d, uint64_t *seed)
{
    stand_alone(d, seed);
    return is_latin(d);
}

/* One at least inside: what stands behind a word is none of its matter. */
static inline void hang_on(struct disguise *d, uint64_t *seed,
                           const char *const *parts, size_t count)
{
    size_t forced = pick(seed, d->count - 1);

    for (size_t i = 0; i < d->count; i++)
        if (i == forced || pick(seed, 2))
            append(d->cells[i].after, parts[pick(seed, count)]);
}

static inline bool do_invisible(struct disguise *d, uint64_t *seed)
{
    hang_on(d, seed, invisible, DISGUISE_COUNT(invisible));
    return true;
}

/* Behind a digit or a letter in a square they may be an emoji's own. */
static inline bool do_selector(struct disguise *d, uint64_t *seed)
{
    hang_on(d, seed, selectors, DISGUISE_COUNT(selectors));
    return is_han(d);
}

static inline bool do_mark(struct disguise *d, uint64_t *seed)
{
    size_t forced = pick(seed, d->count);

    for (size_t i = 0; i < d->count; i++)
        for (size_t n = i == forced || pick(seed, 2) ? 1 + pick(seed, 3) : 0;
             n > 0; n--)
            append(d->cells[i].after, marks[pick(seed, DISGUISE_COUNT(marks))]);
    return true;
}

/* One gap, that is no character standing alone: those of two have others. */
static inline bool do_space_in_two(struct disguise *d, uint64_t *seed)
{
    SEPARATE(spaces, 1, true);
    append(d->cells[0].before, "看");
    append(d->cells[d->count - 1].after, "看");
    return is_han(d) && d->count == 2;
}

static inline bool do_clause_in_few(struct disguise *d, uint64_t *seed)
{
    SEPARATE(clauses, 1, false);
    append(d->cells[0].before, "看");
    append(d->cells[d->count - 1].after, "看");
    return is_han(d) && d->count < 4;
}

static inline bool do_end(struct disguise *d, uint64_t *seed)
{
    static const char *const ends[] = { "。", "！", "？", "\n", "!", "?" };

    SEPARATE(ends, 1, false);
    return true;
}

static inline bool do_many(struct disguise *d, uint64_t *seed)
{
    static const char *const many[] = { "*****", "-------", "~~~~~~" };

    SEPARATE(many, 1, false);
    return true;
}

static inline bool do_digit_symbol(struct disguise *d, uint64_t *seed)
{
    size_t gap = 1 + pick(seed, 3);

    append(d->cells[gap].before, symbols[pick(seed, DISGUISE_COUNT(symbols))]);
    return is_digit((unsigned char)d->word->text[3]);
}

static inline bool do_inside(struct disguise *d, uint64_t *seed)
{
    append(pick(seed, 2) ? d->cells[0].before : d->cells[d->count - 1].after,
           "x");
    return is_latin(d);
}

/* A mark behind a letter of another script is one with it. */
static inline bool do_inner_mark(struct disguise *d, uint64_t *seed)
{
    do_mark(d, seed);
    d->cells[d->count - 1].after[0] = '\0';
    return d->cells[0].after[0] || d->cells[1].after[0];
}

static inline bool do_reversed(struct disguise *d, uint64_t *seed)
{
    (void)seed;
    for (size_t i = 0; i < d->count / 2; i++) {
        struct cell c = d->cells[i];

        d->cells[i] = d->cells[d->count - 1 - i];
        d->cells[d->count - 1 - i] = c;
    }
    return is_han(d) && d->count > 3;
}

/* A syllable in the place of its character; one word, or as many as syllables. */
static inline bool do_spelled(struct disguise *d, uint64_t *seed)
{
    const char *at = d->word->pinyin;
    bool apart = pick(seed, 2);

    for (size_t i = 0; at && i < d->count; i++) {
        size_t len = strcspn(at, " ");

        memcpy(d->cells[i].form, at, len);
        d->cells[i].form[len] = '\0';
        d->cells[i].cp = 0;
        if (i && apart)
            append(d->cells[i].before, " ");
        at += len + (at[len] == ' ');
    }
    return at != NULL;
}

/* The whole word, in one cell. */
static inline void only_cell(struct disguise *d, const char *form)
{
    memset(d->cells, 0, sizeof(d->cells));
    append(d->cells[0].form, form);
    d->count = 1;
}

static inline bool do_base64(struct disguise *d, uint64_t *seed)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
                                 "uvwxyz0123456789+/";
    const unsigned char *s = (const unsigned char *)d->word->text;
    size_t len = strlen(d->word->text), used = 0;
    char form[CELL];

    (void)seed;
    for (size_t i = 0; i < len; i += 3) {
        uint32_t group = (uint32_t)s[i] << 16;

        group |= i + 1 < len ? (uint32_t)s[i + 1] << 8 : 0;
        group |= i + 2 < len ? s[i + 2] : 0;
        for (int shift = 18; shift >= 0; shift -= 6)
            form[used++] = digits[group >> shift & 63];
    }
    for (size_t i = 0; i < (3 - len % 3) % 3; i++)
        form[used - 1 - i] = '=';
    form[used] = '\0';
    if (len < 12)
        return false;
    only_cell(d, form);
    return true;
}

static inline bool do_alias(struct disguise *d, uint64_t *seed)
{
    static const char *const names[] = { "V信转账", "威信转账", "vx转账" };

    if (strcmp(d->word->text, "微信转账") != 0)
        return false;
    only_cell(d, names[pick(seed, DISGUISE_COUNT(names))]);
    return true;
}

/* --- the tricks */

struct trick {
    const char *name;
    trick_step *steps[2];  /* one after the other */
    const char *how[2];    /* reasons that the evidence must name */
    unsigned min;          /* percent that must be found */
    bool is_number;        /* of `numbers`, else of `words` */
    enum { FOUND, NEVER } state; /* NEVER: it would be chance */
    /* Third column of the list, or a line of it that begins with @; NULL: as
     * lists are by default. */
    const char *strict;
};

static const struct trick tricks[] = {
    { "nothing", { do_nothing }, { NULL }, 100, false, FOUND, NULL },
    { "a symbol between characters", { do_symbol }, { "separator" }, 99, false,
      FOUND, NULL },
    { "several symbols, up to four", { do_symbols }, { "separator" }, 99, false,
      FOUND, NULL },
    { "dots", { do_dot }, { "separator" }, 99, false, FOUND, NULL },
    { "emoji", { do_emoji }, { "separator" }, 99, false, FOUND, NULL },
    { "spaces, from three characters on", { do_space }, { "separator" }, 99,
      false, FOUND, NULL },
    { "every character alone, spaces around", { do_alone }, { "separator" }, 99,
      false, FOUND, NULL },
    { "commas, from four characters on", { do_clause }, { "separator" }, 99,
      false, FOUND, NULL },
    { "symbols between letters", { do_latin_symbol }, { "separator" }, 99, false,
      FOUND, NULL },
    { "symbols in words of letters and Han", { do_mixed_symbol },
      { "separator" }, 99, false, FOUND, NULL },
    { "letters apart by spaces", { do_latin_alone }, { "separator" }, 99, false,
      FOUND, NULL },
    { "full width", { do_wide }, { "width" }, 99, false, FOUND, NULL },
    { "capitals", { do_upper }, { "case" }, 99, false, FOUND, NULL },
    { "circled and squared", { do_circled }, { "compat" }, 99, false, FOUND,
      NULL },
    { "parenthesised, from four characters on", { do_parenthesised },
      { "compat", "separator" }, 99, false, FOUND, NULL },
    { "compatibility ideographs", { do_ideograph }, { "variant" }, 99, false,
      FOUND, NULL },
    { "radicals", { do_radical }, { "compat" }, 99, false, FOUND, NULL },
    { "invisible characters", { do_invisible }, { "ignorable" }, 99, false, FOUND,
      NULL },
    { "variation selectors", { do_selector }, { "ignorable" }, 99, false, FOUND,
      NULL },
    { "combining marks", { do_mark }, { "mark" }, 99, false, FOUND, NULL },
    { "Traditional characters", { do_traditional }, { "traditional" }, 99, false,
      FOUND, NULL },
    { "mathematical letters", { do_mathematical }, { "compat" }, 99, false, FOUND,
      NULL },
    { "styled letters", { do_styled }, { "styled" }, 99, false, FOUND, NULL },
    { "digits of other scripts", { do_other_digit }, { "digit" }, 99, false,
      FOUND, NULL },
    { "full width and symbols", { do_wide, do_latin_symbol },
      { "width", "separator" }, 99, false, FOUND, NULL },
    { "Traditional and symbols", { do_traditional, do_symbol },
      { "traditional", "separator" }, 99, false, FOUND, NULL },
    { "Traditional and marks", { do_traditional, do_mark },
      { "traditional", "mark" }, 99, false, FOUND, NULL },
    { "invisible characters and marks", { do_invisible, do_mark },
      { "ignorable", "mark" }, 99, false, FOUND, NULL },
    { "styled letters and invisible characters", { do_styled, do_invisible },
      { "styled", "ignorable" }, 99, false, FOUND, NULL },
    { "a number in full width", { do_wide }, { "width" }, 99, true, FOUND, NULL },
    { "a number circled", { do_circled }, { "compat" }, 99, true, FOUND, NULL },
    { "a number in negative circles", { do_styled }, { "styled" }, 99, true,
      FOUND, NULL },
    { "a number in digits of other scripts", { do_other_digit }, { "digit" }, 99,
      true, FOUND, NULL },
    /* What the views to come will find; until then nothing may. */
    { "letters of other scripts", { do_homoglyph }, { "homoglyph" }, 99, false,
      FOUND, NULL },
    { "rare Han that look and sound alike", { do_rare }, { "rare" }, 99, false,
      FOUND, NULL },
    { "rare Han seen in spam", { do_seen_in_spam }, { "rare" }, 99, false, FOUND,
      NULL },
    { "a digit or sign inside a word", { do_inner_leet }, { "leet" }, 99, false,
      FOUND, NULL },
    { "digits and signs anywhere in a word", { do_leet }, { "leet" }, 80, false,
      FOUND, NULL },
    { "every character repeated", { do_repeated }, { "repeat" }, 99, false, FOUND,
      NULL },
    { "other characters of the same sound", { do_homophone }, { "pinyin" }, 95,
      false, FOUND, "pinyin" },
    { "spelled in pinyin", { do_spelled }, { "spelled" }, 99, false, FOUND,
      "spelled" },
    { "a character in its two parts", { do_split }, { "split" }, 99, false,
      FOUND, "split" },
    { "backwards, from four characters on", { do_reversed }, { "reversed" }, 99,
      false, FOUND, "reversed" },
    { "other names", { do_alias }, { "alias" }, 99, false, FOUND, "@ 微信 = V信 | 威信 | vx" },
    { "percent encoding", { do_percent }, { "encoded" }, 99, false, FOUND, NULL },
    { "character references", { do_entity }, { "encoded" }, 99, false, FOUND,
      NULL },
    { "base64", { do_base64 }, { "encoded" }, 99, false, FOUND, NULL },
    { "a number in Han numerals", { do_han_digit }, { "numeral" }, 99, true,
      FOUND, NULL },
    { "a number in capital numerals", { do_capital_digit }, { "numeral" }, 99,
      true, FOUND, NULL },
    { "letters for digits", { do_letter_digit }, { "numeral" }, 99, true, FOUND,
      NULL },
    { "rare Han and symbols", { do_rare, do_symbol }, { "rare", "separator" }, 99,
      false, FOUND, NULL },
    { "letters of other scripts and marks", { do_homoglyph, do_inner_mark },
      { "homoglyph", "mark" }, 99, false, FOUND, NULL },
    /* What two honest words do as well. */
    { "a space in a word of two", { do_space_in_two }, { NULL }, 0, false, NEVER,
      NULL },
    { "commas in a word of two or three", { do_clause_in_few }, { NULL }, 0,
      false, NEVER, NULL },
    { "ends of sentences and lines", { do_end }, { NULL }, 0, false, NEVER,
      NULL },
    { "more than four symbols", { do_many }, { NULL }, 0, false, NEVER, NULL },
    { "symbols between digits", { do_digit_symbol }, { NULL }, 0, false, NEVER,
      NULL },
    { "a word inside a word", { do_inside }, { NULL }, 0, false, NEVER, NULL },
};

/* A word that the trick can change, so changed. The seed decides. */
static inline void disguise_draw(struct disguise *d, const struct trick *t,
                                 uint64_t *seed)
{
    for (int tries = 0; tries < 100000; tries++) {
        bool good = true;

        disguise_begin(d, t->is_number
                              ? &numbers[pick(seed, DISGUISE_COUNT(numbers))]
                              : &words[pick(seed, DISGUISE_COUNT(words))]);
        for (size_t i = 0; good && i < 2 && t->steps[i]; i++)
            good = t->steps[i](d, seed);
        if (good)
            return;
    }
    fprintf(stderr, "%s: fits no word\n", t->name);
    exit(1);
}

/* Before `text` and behind it what a carrier has; the span moves along. */
static inline void disguise_carry(char *to, size_t cap, const char *text,
                                  size_t *start, size_t *end, uint64_t *seed)
{
    const char *carrier = carriers[pick(seed, DISGUISE_COUNT(carriers))];
    size_t before = strcspn(carrier, "|");

    snprintf(to, cap, "%.*s%s%s", (int)before, carrier, text,
             carrier + before + 1);
    *start += before;
    *end += before;
}

#endif
