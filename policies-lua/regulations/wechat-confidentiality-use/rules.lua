-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- 微信保密使用管理制度：规则。 Rules on the confidential use of WeChat.
-- 规则正文在 themes/，这里只写依据。 The rules stand in themes/; here are the citations.

use "secrets" {
  state_secret          = { cites = { "四.1" } },
  secrecy_mark          = { cites = { "四.1" } },
  trade_secret          = { cites = { "三.2", "四.1", "四.3[1]" } },
  trade_secret_file     = { cites = { "三.2", "四.1" } },
  secret_grade_sent     = { cites = { "三.2", "四.1" } },
  internal_in_group     = { cites = { "四.3[1]" } },
  moments               = { cites = { "四.3[1]" } },
  internal_outside      = { cites = { "三.2", "四.3[2]" } },
  internal_file_outside = { cites = { "四.3[2]" } },
  customer_outside      = { cites = { "四.3[2]" } },
}

use "privacy" {
  resident_id_outside = { cites = { "四.1" } },
  resident_id_inside  = { cites = { "四.1" } },
  bank_card           = { cites = { "四.1" } },
  bulk_mobile         = { cites = { "四.1" } },
  published_numbers   = { cites = { "四.1" } },
  published_record    = { cites = { "四.1" } },
  record_outside      = { cites = { "四.1" } },
  record_file         = { cites = { "四.1" } },
  mail_list           = { cites = { "四.1" } },
}

use "lawful_use" {
  illegal_activity = { cites = { "四.2" } },
  harm             = { cites = { "四.2" } },
  gambling         = { cites = { "四.2" } },
  fraud            = { cites = { "四.2" } },
  rights           = { cites = { "四.2" } },
  piracy           = { cites = { "四.2" } },
}

use "decency" {
  obscene   = { cites = { "四.4" } },
  violence  = { cites = { "四.4" } },
  drugs     = { cites = { "四.4" } },
  file_name = { cites = { "四.4" } },
}

use "truth" {
  published = { cites = { "四.4" } },
  forwarded = { cites = { "四.4" } },
  urged     = { cites = { "四.4" } },
}

use "custody" {
  credential_said  = { cites = { "五.1[1]" } },
  credential_asked = { cites = { "五.1[1]" } },
  credential_file  = { cites = { "五.1[1]" } },
  account_offered  = { cites = { "五.1[2]" } },
  lent             = { cites = { "五.1[2]" } },
  foreign_login    = { cites = { "五.1[2]" } },
  untrusted_app    = { cites = { "五.1[2]" } },
}

use "device_network" {
  jailbroken          = { cites = { "五.2" } },
  unapproved          = { cites = { "五.2" } },
  unknown_device      = { cites = { "五.2" } },
  foreign_device      = { cites = { "五.2" } },
  device_bound        = { cites = { "五.2" } },
  public_place        = { cites = { "五.3" } },
  public_network_chat = { cites = { "五.3" } },
}

use "links_files" {
  unknown_source     = { cites = { "五.4" } },
  unknown_attachment = { cites = { "五.4" } },
  malicious_link     = { cites = { "五.4" } },
  suspect_link       = { cites = { "五.4" } },
  phishing_open      = { cites = { "五.4" } },
  phishing_sent      = { cites = { "五.4" } },
}

-- 密码交给别人，常常是连同「新密码」一起通过改密完成的：
-- 改密的申请人不是账号持有人，又没有批准，就拦下。
rule {
  id = "password-changed-by-other", title = "不得由他人代改密码",
  cites = { "五.1[1]" }, category = "credential_disclosure",
  on = "account_change",
  where = { change = "password", holder = differs "actor",
            absent "approved_by" },
  verdict = "block", severity = 4,
  tell = { zh = "密码只能由持有人自己修改（{article}）。",
           en = "Only the holder changes the password ({article})." },
  tests = {
    hit { actor = "u1", holder = "u2", verdict = "block" },
    hit { actor = "u-it", holder = "u2" },
    hit { actor = "u1", holder = "u3", subject_account = "a3" },
    miss { actor = "u1", holder = "u1" },
    miss { actor = "u1", holder = "u2", approved_by = "u-head" },
    miss { actor = "u1", holder = "u2", change = "freeze" },
  },
}
