-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- 维护单位形象。 The organisation's image; remarks are marked, not removed.

theme {
  id = "org_image",
  title = { zh = "维护单位形象", en = "Image of the organisation" },
  parts = {
    repost_remark = rule {
      title = "转发官方内容时的附言要负责",
      on = "post", where = { present "repost_of" },
      match = any { list "org_harm", list "insult", list "false_info" },
      fields = { "repost_text" },
      verdict = "flag",
      tell = { zh = "转发附言由本人负责，请斟酌用词（{article}）。",
               en = "You answer for the remark you add ({article})." },
      tests = {
        hit { repost_of = "p1", repost_text = "官方号瞎写", verdict = "flag" },
        hit { repost_of = "p1", repost_text = "一群人渣写的" },
        hit { repost_of = "p1", repost_text = "百分百治愈" },
        hit { repost_of = "p2", repost_text = "这破医院还有脸发" },
        miss { repost_of = "p1", repost_text = "推荐阅读" },
        miss { repost_text = "官方号瞎写" },
        miss { repost_of = "p1", repost_text = "转", text = "官方号瞎写" },
      },
    },
    comment_remark = rule {
      title = "员工评论单位内容要负责",
      on = "comment", where = { actor_roles = "staff" },
      match = any { list "org_harm", list "false_info" },
      verdict = "flag",
      tell = { zh = "评论由本人负责，请斟酌用词（{article}）。",
               en = "You answer for your comment ({article})." },
      tests = {
        hit { "领导都是摆设", verdict = "flag" },
        hit { "全是骗钱的，别信" },
        hit { "百分百治愈，我保证", actor_roles = { "staff", "manager" } },
        miss { "领导讲得好" },
        miss { "领导都是摆设", actor_roles = { "customer" } },
        miss { "骗子太多，大家小心" },
      },
    },
    personal_surface = rule {
      title = "个人号上有损单位的说法先标记",
      on = "post",
      where = { surface = { "moments", "weibo" }, account_kind = "personal" },
      match = list "org_harm",
      verdict = "flag",
      tell = { zh = "公开言论由本人负责（{article}）。",
               en = "You answer for what you post ({article})." },
      tests = {
        hit { "倒闭算了", verdict = "flag" },
        hit { "千万别来看病，后悔", surface = "weibo" },
        hit { "这破单位又加班" },
        miss { "今天下班早" },
        miss { "倒闭算了", surface = "official" },
        miss { "倒闭算了", account_kind = "work" },
      },
    },
  },
}
