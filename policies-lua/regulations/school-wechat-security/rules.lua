-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- 学校微信安全管理制度：规则。 School rules on WeChat security.
-- 规则正文在 themes/，这里只写依据。 The rules stand in themes/; here are the citations.

use "custody" {
  official_login      = { cites = { "四.1(1)[2]" } },
  official_registered = { cites = { "四.1(1)[2]" } },
  official_posted     = { cites = { "四.1(1)[2]" } },
}

use "decency" {
  obscene          = { cites = { "四.1(2)", "四.2(1)" } },
  violence         = { cites = { "四.1(2)", "四.2(1)" } },
  drugs            = { cites = { "四.1(2)" } },
  vulgar           = { cites = { "四.2(1)" } },
  vulgar_to_pupils = { cites = { "四.2(1)" } },
  superstition     = { cites = { "四.1(2)" } },
}

use "lawful_use" {
  illegal_activity = { cites = { "四.1(2)", "四.2(1)", "四.3(3)" } },
  gambling         = { cites = { "四.3(3)" } },
  fraud            = { cites = { "四.3(3)" } },
  barred_payee     = { cites = { "四.3(3)" } },
}

use "secrets" {
  state_secret      = { cites = { "四.2(2)" } },
  secrecy_mark      = { cites = { "四.2(2)" } },
  trade_secret      = { cites = { "四.2(2)" } },
  trade_secret_file = { cites = { "四.2(2)" } },
  secret_grade_sent = { cites = { "四.2(2)" } },
}

use "privacy" {
  resident_id_outside = { cites = { "四.1(2)", "四.2(2)" } },
  resident_id_inside  = { cites = { "四.2(2)" } },
  bank_card           = { cites = { "四.2(2)" } },
  bulk_mobile         = { cites = { "四.2(2)" } },
  published_numbers   = { cites = { "四.1(2)", "四.2(2)" } },
  published_record    = { cites = { "四.2(2)" } },
  record_outside      = { cites = { "四.2(2)" } },
  labels_in_group     = { cites = { "四.1(2)" } },
  record_file         = { cites = { "四.2(2)" } },
}

use "truth" {
  published = { cites = { "四.2(3)" } },
  forwarded = { cites = { "四.2(3)" } },
  urged     = { cites = { "四.2(3)" } },
}

use "civility" {
  insult       = { cites = { "四.3(1)" } },
  defamation   = { cites = { "四.3(1)" } },
  attack       = { cites = { "四.3(1)" } },
  rude_reply   = { cites = { "四.3(1)" } },
  rude_outside = { cites = { "四.3(1)" } },
  spam         = { cites = { "四.3(2)" } },
  bulk_advert  = { cites = { "四.3(2)" } },
}

use "links_files" {
  malware_file    = { cites = { "四.3(2)" } },
  suspect_file    = { cites = { "四.3(2)" } },
  executable_file = { cites = { "四.3(2)" } },
  phishing_sent   = { cites = { "四.3(2)" } },
}
