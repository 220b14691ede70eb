/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words near a find that say what it is, or that it is something else. The
 * window is fixed, so that a find costs the same in any text.
 */
#include <uchar.h>

#include "match/detect.h"
#include "match/detectors.h"

/* A clause before, and a short bracket behind: (passport). Words against stand
 * right before: 订单号:123. */
enum { BEFORE = 24, BEHIND = 12, AGAINST = 10 };

/* As the fold leaves them: simplified, small letters; at most WORDS a detector. */
enum { WORDS = 14 };
typedef const char16_t *words[WORDS + 1];

/* ORDER DETECTOR */
static const words for_it[POL_DETECTOR_COUNT] = {
    { u"身份证", u"身份号", u"公民身份", u"证件", u"实名", u"id card", u"id number",
      u"id no", u"national id", u"identity", u"sfz" },
    { u"手机", u"电话", u"联系", u"拨打", u"致电", u"短信", u"来电", u"tel", u"phone",
      u"mobile", u"cell", u"call", u"contact" },
    { u"银行卡", u"卡号", u"账号", u"帐号", u"户名", u"信用卡", u"储蓄卡", u"开户",
      u"打款", u"card", u"debit", u"account", u"bank" },
    { u"邮箱", u"邮件", u"邮址", u"发到", u"email", u"e-mail", u"mail", u"mailbox",
      u"contact" },
    { u"链接", u"网址", u"点击", u"访问", u"打开", u"下载", u"link", u"click",
      u"visit", u"download" },
    { u"网站", u"官网", u"域名", u"网址", u"访问", u"domain", u"site", u"website",
      u"homepage", u"visit" },
    { u"居住证", u"港澳台", u"证件", u"residence permit", u"residence card" },
    { u"永久居留", u"永居", u"绿卡", u"五星卡", u"permanent resident",
      u"permanent residence" },
    { u"通行证", u"回乡证", u"台胞证", u"入台证", u"travel permit",
      u"entry permit", u"exit-entry" },
    { u"护照", u"passport", u"passport no", u"travel document" },
    { u"电话", u"座机", u"固话", u"传真", u"热线", u"总机", u"拨打", u"致电", u"客服",
      u"tel", u"phone", u"fax", u"call", u"hotline" },
    { u"信用代码", u"社会信用", u"营业执照", u"税号", u"纳税人", u"开票", u"抬头",
      u"credit code", u"uscc", u"tax id", u"taxpayer" },
    { u"车牌", u"牌照", u"号牌", u"车辆", u"车号", u"停车", u"挪车", u"license plate",
      u"plate", u"number plate" },
    { u"ip", u"地址", u"服务器", u"网关", u"dns", u"主机", u"内网", u"端口", u"server",
      u"host", u"ping", u"gateway", u"subnet" },
    { u"微信号", u"微信id", u"加微信", u"加我", u"私聊", u"联系", u"wechat id",
      u"add me" },
    { u"qq号", u"加我", u"加qq", u"加好友", u"私聊", u"联系", u"add me" },
    { u"地址", u"住址", u"家住", u"寄到", u"收货", u"收件", u"住在", u"送到", u"位于",
      u"address" },
    { u"iban", u"swift", u"bic", u"汇款", u"账号", u"转账", u"银行", u"bank",
      u"account", u"wire" },
    { u"ssn", u"social security", u"社会安全", u"社安号", u"社保号", u"tax id" },
};

/* What else long numbers and codes are. */
static const char16_t *const against_it[] = {
    u"订单", u"单号", u"流水", u"编号", u"型号", u"版本", u"序列号", u"工号",
    u"快递", u"运单", u"批号", u"条码", u"料号", u"件号", u"货号", u"款号", u"房号",
    u"车次", u"航班", u"书号", u"发票号", u"交易号", u"合同号", u"验证码", u"取件码",
    u"时间戳", u"金额", u"价格", u"单价", u"比例", u"固件", u"内核", u"升级",
    u"version", u"order", u"serial", u"sku", u"sn", u"ticket", u"tracking",
    u"isbn", u"issn", u"part no", u"invoice", u"ref", u"bug", u"batch",
    u"build", u"release", u"firmware", u"kernel", u"timestamp", NULL
};

static bool is_letter_at(const pol_folded *t, size_t i)
{
    return pol_unit_letter(pol_at(t, i));
}

/* Does `word` stand at `i` and end by `end`? Latin words only whole at their
 * beginning: tel is none in hotel. */
static bool stands(const pol_folded *t, size_t i, size_t end,
                   const uint16_t *word)
{
    size_t k = 0;

    for (; word[k]; k++)
        if (i + k >= end || t->units[i + k] != word[k])
            return false;
    if (word[0] >= 0x80)
        return true;
    return !(i > 0 && is_letter_at(t, i - 1)) && !is_letter_at(t, i + k);
}

static bool any_stands(const pol_folded *t, size_t from, size_t end,
                       const uint16_t *const *list)
{
    size_t i, k;

    for (i = from; i < end; i++)
        for (k = 0; list[k]; k++)
            if (t->units[i] == list[k][0] && stands(t, i, end, list[k]))
                return true;
    return false;
}

static bool is_in(uint16_t u, const char16_t *set)
{
    for (; *set; set++)
        if (u == *set)
            return true;
    return false;
}

/* An amount of money or of anything. */
static bool is_counted(const pol_folded *t, size_t start, size_t end)
{
    return (start > 0 && is_in(t->units[start - 1], u"¥$€£")) ||
           is_in(pol_at(t, end + (pol_at(t, end) == ' ')), u"元块次万亿件%");
}

int pol_context(const pol_folded *t, size_t start, size_t end, int detector)
{
    return pol_context_words(t, start, end, for_it[detector]);
}

int pol_context_words(const pol_folded *t, size_t start, size_t end,
                      const uint16_t *const *list)
{
    size_t behind = t->count - end > BEHIND ? end + BEHIND : t->count;

    if (any_stands(t, start > BEFORE ? start - BEFORE : 0, start,
                   list) ||
        any_stands(t, end, behind, list))
        return 1;
    return is_counted(t, start, end) ||
                   any_stands(t, start > AGAINST ? start - AGAINST : 0, start,
                              against_it) ? -1 : 0;
}
