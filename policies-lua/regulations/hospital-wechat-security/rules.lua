-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- 医院微信安全管理制度：规则。 Hospital rules on WeChat security.
-- 规则正文在 themes/，这里只写依据。 The rules stand in themes/; here are the citations.

use "review" {
  unreviewed     = { cites = { "3" } },
  unsupplied     = { cites = { "3" } },
  unfit_reviewer = { cites = { "3" } },
  own_supply     = { cites = { "3" } },
}

use "truth" {
  official = { cites = { "3" } },
}

use "custody" {
  credential_said  = { cites = { "6[1]" } },
  credential_asked = { cites = { "6[1]" } },
  credential_file  = { cites = { "6[1]" } },
  account_offered  = { cites = { "6[1]" } },
  lent             = { cites = { "6[1]" } },
}

use "org_image" {
  repost_remark    = { cites = { "8[1]" } },
  comment_remark   = { cites = { "8[1]" } },
  personal_surface = { cites = { "8[1]" } },
}
