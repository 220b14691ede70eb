-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- 公司关于微信保密管理制度：规则。 Company rules on secrecy over WeChat.
-- 规则正文在 themes/，这里只写依据。 The rules stand in themes/; here are the citations.

use "secrets" {
  trade_secret          = { cites = { "第五条.1", "第五条.3", "第五条.5" } },
  trade_secret_file     = { cites = { "第五条.2", "第五条.4" } },
  secret_grade_sent     = { cites = { "第五条.4" } },
  moments               = { cites = { "第五条.1" } },
  internal_outside      = { cites = { "第五条.2" } },
  internal_file_outside = { cites = { "第五条.2" } },
  customer_outside      = { cites = { "第五条.2" } },
  forwarded_uncleared   = { cites = { "第五条.2" } },
  strategy_talk         = { cites = { "第五条.3" } },
  hr_talk               = { cites = { "第五条.3" } },
  customer_talk         = { cites = { "第五条.3" } },
  hushed_talk           = { cites = { "第五条.3" } },
  published             = { cites = { "第五条.1" } },
}

use "retention" {
  secret_kept   = { cites = { "第五条.4", "第六条.3" } },
  internal_kept = { cites = { "第六条.3" } },
  named_kept    = { cites = { "第六条.3" } },
}

use "password" {
  weak             = { cites = { "第六条.1[1]" } },
  guessable        = { cites = { "第六条.1[1]" } },
  no_second_factor = { cites = { "第六条.1[1]" } },
}

use "encryption" {
  history_off        = { cites = { "第六条.2" } },
  protection_changed = { cites = { "第六条.2" } },
}

use "device_network" {
  public_network_login = { cites = { "第六条.4" } },
}
