/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which language, and the texts in it. Locales are read as names only: the
 * command writes UTF-8 whatever the C library thinks of the terminal.
 */
#include <stdlib.h>
#include <string.h>

#include <policy/decision.h>

#include "lang.h"

static const char *const texts[CLI_MESSAGES][2] = {
#define CLI_MESSAGE(name, en, zh) { en, zh },
#include "messages.def"
#undef CLI_MESSAGE
};

const char *cli_message(enum cli_language language, enum cli_message m)
{
    return texts[m][language == CLI_ZH];
}

const char *cli_language_name(enum cli_language language)
{
    return language == CLI_ZH ? "zh" : "en";
}

int cli_language_find(const char *name)
{
    static const struct {
        char name[3];
        enum cli_language language;
    } known[] = { { "en", CLI_EN }, { "zh", CLI_ZH } };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (!strncmp(name, known[i].name, 2) &&
            (name[2] == 0 || strchr("_.-@", name[2])))
            return (int)known[i].language;
    return -1;
}

enum cli_language cli_language_of_environment(void)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);

        if (value && *value)
            return cli_language_find(value) == CLI_ZH ? CLI_ZH : CLI_EN;
    }
    return CLI_EN;
}

const char *cli_verdict(enum cli_language language, int verdict)
{
    /* ORDER VERDICT */
    static const char *const zh[] = { "放行", "标记", "提醒",
                                      "遮盖", "暂扣", "拦截" };
    const char *name = policy_verdict_name(verdict);

    if (language == CLI_ZH && name && verdict < 6)
        return zh[verdict];
    return name ? name : "?";
}

struct name {
    const char *name, *zh;
};

static const char *find_name(const struct name *names, const char *name)
{
    for (; names->name; names++)
        if (!strcmp(names->name, name))
            return names->zh;
    return NULL;
}

const char *cli_reason(enum cli_language language, const char *name)
{
    static const struct name names[] = {
        { "case", "大小写" },     { "width", "全半角" },
        { "compat", "兼容字形" }, { "traditional", "繁体" },
        { "variant", "异体" },    { "mark", "附加符号" },
        { "styled", "花体" },     { "digit", "数字写法" },
        { "ignorable", "隐形字符" }, { "illformed", "坏字节" },
        { "separator", "插入符号" }, { "homoglyph", "形近字母" },
        { "rare", "生僻字" },     { "leet", "数字代字母" },
        { "repeat", "叠字" },     { "numeral", "汉字数字" },
        { "pinyin", "同音" },     { "encoded", "编码" },
        { "defanged", "拆开的链接" }, { "alias", "别名" },
        { "split", "拆字" },      { "reversed", "倒写" },
        { "spelled", "拼音" },    { NULL, NULL },
    };
    const char *zh = language == CLI_ZH ? find_name(names, name) : NULL;

    return zh ? zh : name;
}

const char *cli_view(enum cli_language language, const char *name, size_t len)
{
    static const struct name names[] = {
        { "folded", "折叠" },   { "squeezed", "去间隔" },
        { "skeleton", "形近" }, { "collapsed", "去叠字" },
        { "pinyin", "读音" },   { "decoded", "解码" },
        { "numerals", "数字" }, { NULL, NULL },
    };

    for (size_t i = 0; language == CLI_ZH && names[i].name; i++)
        if (strlen(names[i].name) == len && !memcmp(names[i].name, name, len))
            return names[i].zh;
    return NULL;
}

const char *cli_disguise(enum cli_language language, const char *name)
{
    static const struct name names[] = {
        { "capitals", "大写" },        { "full-width", "全角" },
        { "compatibility", "圈字等兼容字形" }, { "traditional", "繁体" },
        { "variants", "异体字形" },    { "styled", "花体" },
        { "other-digits", "外文数字" }, { "accents", "带音标字母" },
        { "marks", "附加符号" },       { "zero-width", "零宽字符" },
        { "hidden", "隐形字符" },      { "selectors", "变体选择符" },
        { "symbols", "插入符号" },     { "dots", "插入圆点" },
        { "emoji", "插入表情" },       { "spaces", "插入空格" },
        { "commas", "插入逗号" },      { "letters-apart", "字母隔开" },
        { "homoglyphs", "形近字母" },  { "rare-han", "生僻形近字" },
        { "leet", "数字代字母" },      { "repeated", "叠字" },
        { "homophone", "同音字" },     { "percent", "百分号编码" },
        { "entities", "字符引用" },    { "base64", "base64 编码" },
        { "numerals", "汉字数字" },    { "accounting", "大写数字" },
        { "letters", "字母代数字" },   { "spelled", "拼音" },
        { "split", "拆字" },           { "reversed", "倒写" },
        { NULL, NULL },
    };
    const char *zh = language == CLI_ZH ? find_name(names, name) : NULL;

    return zh ? zh : name;
}

const char *cli_error_kind(enum cli_language language, const char *code)
{
    static const struct name names[] = {
        { "json-syntax", "JSON 语法错误" },
        { "json-end", "JSON 不完整，该行提前结束" },
        { "json-trailing", "JSON 结束后还有多余内容" },
        { "json-control", "字符串里的控制字符要写成转义" },
        { "json-escape", "转义写法错误" },
        { "json-number", "数字写法错误" },
        { "json-depth", "JSON 嵌套过深" },
        { "json-bom", "开头有 BOM，请另存为不带 BOM 的 UTF-8" },
        { "utf-8", "不是合法的 UTF-8" },
        { "key-twice", "键重复" },
        { "event-object", "每行应是一个 JSON 对象" },
        { "type-unknown", "没有这种事件类型" },
        { "field-missing", "缺少必填字段" },
        { "field-kind", "字段的类型不对" },
        { "field-int", "字段应为整数" },
        { "field-time", "时间写法错误，应如 2026-09-30T08:00:00+08:00" },
        { "word-unknown", "字段没有这个取值" },
        { "id-empty", "编号不能为空" },
        { "id-long", "编号过长" },
        { "id-bytes", "编号含有控制字符或不合法的字节" },
        { "part-kind", "parts 写法错误" },
        { "part-role", "parts 的 role 写法错误" },
        { "fact-name", "facts 的名字写法错误" },
        { "limit", "超过上限" },
        { "organisation", "没有这个单位" },
        { "file-unreadable", "无法读取" },
        { "manager-unknown", "上级不在人员中" },
        { "holder-unknown", "持有人不在人员中" },
        { "person-unknown", "所写的人不在人员中" },
        { "holder-twice", "一个账号有两个持有人" },
        { "record-object", "每行应是一条存档记录（JSON 对象）" },
        { "record-kind", "存档记录的字段类型不对" },
        { "record-missing", "存档记录缺少字段" },
        { "record-time", "存档记录的时间不对" },
        { NULL, NULL },
    };

    return language == CLI_ZH ? find_name(names, code) : NULL;
}
