/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everyday patterns of a chat policy, in what all engines understand, over
 * folded text: REGEX(pattern, needs, sample, near). Without a match of `needs`,
 * a literal or a run, there is none of `pattern`: that is what a gate can see.
 * `sample` matches; `near` does not, but has what is needed. The numbers and
 * hosts belong to nobody.
 */
#define REGEX_PLATE "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"

/* resident id, mobile, bank card */
REGEX("[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])"
      "(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9x]",
      "[0-9]{6}", "990000199001010000", "20000021")
REGEX("1[3-9][0-9]{9}", "[0-9]{6}", "13000000000", "12000000000")
REGEX("(?:62|4[0-9]|5[1-5])[0-9]{14,17}", "[0-9]{6}", "6200000000000000",
      "320000000000")
/* e-mail, URL, domain, IPv4 */
REGEX("[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\\.[a-z0-9-]{1,63}){1,4}", "@",
      "someone@example.com", "@大家")
REGEX("https?://[a-z0-9./?=&_%#:~-]{3,200}", "://",
      "https://example.com/a?b=1", "ftp://")
REGEX("[a-z0-9-]{2,40}\\.(?:com|cn|net|org|top|xyz|vip)",
      "\\.(?:com|cn|net|org|top|xyz|vip)", "shop.example.com", "的.com")
REGEX("(?:[0-9]{1,3}\\.){3}[0-9]{1,3}", "[0-9]\\.[0-9]", "192.0.2.17",
      "2.5倍")
/* plate, WeChat, QQ */
REGEX(REGEX_PLATE "[a-z][a-z0-9]{5}", REGEX_PLATE "[a-z]", "京a00000",
      "京a00")
REGEX("(?:微信|vx|wx)号?[: ]{0,2}[a-z][a-z0-9_-]{5,19}", "微信|vx|wx",
      "微信号: test_account", "微信聊")
REGEX("(?:qq|扣扣|企鹅)[号群]?[: ]{0,2}[1-9][0-9]{4,10}", "qq|扣扣|企鹅",
      "qq: 10000000000", "qq空间")
/* invoices, codes, travel documents, transfers */
REGEX("(?:代开|出售|买卖)[^,!?]{0,6}发票", "代开|出售|买卖|发票",
      "代开各类发票", "发票丢了")
REGEX("验证码[^0-9]{0,8}[0-9]{4,6}", "验证码", "验证码是000000", "没收到验证码")
REGEX("(?:护照|通行证)[^a-z0-9]{0,6}[a-z][0-9]{7,8}", "护照|通行证",
      "护照号 e00000000", "护照在家里")
REGEX("转账?[^0-9]{0,6}[0-9]{2,8}[元块万]", "转", "转账给你5000元",
      "转了一圈")
/* an insult in pieces, a run of symbols */
REGEX("[傻煞沙][ .*_-]{0,3}[逼比b]", "[傻煞沙][ .*_-]{0,3}[逼比b]", "傻*逼",
      "傻子")
REGEX("[!?~*#=_-]{12,}", "[!?~*#=_-]{12}", "~~~~~~~~~~~~~~~~", "~~~~~~~~")
/* contraband with a contact, order-brushing, loans, gambling, by the hour */
REGEX("[出卖收](?:大麻|冰毒|枪支)[^a-z0-9]{0,10}[a-z0-9]{5,}",
      "大麻|冰毒|枪支", "出大麻, 联系 test00", "大麻有害")
REGEX("(?:刷单|刷信誉|刷好评)[^,]{0,12}(?:佣金|日结|兼职|返利)",
      "刷单|刷信誉|刷好评", "刷单一天一百日结", "刷单是骗局")
REGEX("(?:无抵押|免征信|低息)[^,]{0,8}(?:贷款|借款|放款)",
      "无抵押|免征信|低息|贷款|借款|放款", "无抵押当天放款", "房子的贷款")
REGEX("(?:网赌|棋牌|彩票)[^,]{0,10}(?:注册|下注|充值)",
      "网赌|棋牌|彩票|下注|充值", "棋牌平台注册就送", "买彩票")
REGEX("[0-9]{1,6}[元块][一每/](?:小时|次|天|晚)", "[元块][一每/]",
      "300元/小时", "几块一斤")
