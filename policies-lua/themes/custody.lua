-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- 账号密码不外借不泄露。 Credentials and accounts are not disclosed or lent.

theme {
  id = "custody",
  title = { zh = "账号密码不外借不泄露", en = "Accounts stay with their holders" },
  params = {
    near_words = param { "int", 12, min = 2, max = 60,
                         why = "索要的话与密码一词之间允许的字数，条文无数字" },
  },
  parts = {
    credential_said = rule {
      title = "不得在聊天中透露密码",
      on = "message", match = list "credential_disclosure",
      -- 称呼后面不远处有连续四个以上字母或数字（全角、花体也算），才像是真的
      -- 密码；称呼在正文里找不到（写在引用里），宁可拦下。
      check = function(event, hits, memory)
        local text = event.text
        if not text then return true end
        for i = 1, hits:count() do
          local first, last = text:find(hits[i].text, 1, true)
          if not last then return true end
          local at, run = last + 1, 0
          local stop = math.min(last + 60, #text)
          while at <= stop do
            local b = text:byte(at)
            local c = text:byte(at + 1) or 0
            local d = text:byte(at + 2) or 0
            local wide = 0
            if b >= 48 and b <= 57 or b >= 65 and b <= 90
                or b >= 97 and b <= 122 then
              wide = 1
            elseif b == 0xEF and (c == 0xBC and (d >= 0x90 and d <= 0x99
                                                 or d >= 0xA1 and d <= 0xBA)
                                  or c == 0xBD and d >= 0x81 and d <= 0x9A) then
              wide = 3
            elseif b == 0xF0 and c == 0x9D then
              wide = 4
            end
            if wide > 0 then
              run = run + 1
              if run >= 4 then return true end
              at = at + wide
            else
              run = 0
              at = at + 1
            end
          end
        end
        return nil
      end,
      verdict = "block", severity = 4,
      tell = { zh = "请不要在聊天中透露密码，并请立即改密（{article}）。",
               en = "Never tell a password in a chat; change it now ({article})." },
      tests = {
        hit { "公众号密码 Abc12345", at = "公众号密码", verdict = "block" },
        hit { "验证码是 938471，快填" },
        hit { "密碼是hunter2022" },
        hit { "密碼是ｈｕｎｔｅｒ２０" },
        hit { "密码是ＡＢＣＤ" },
        hit { "密码是𝐡𝐮𝐧𝐭" },
        hit { "账号密码 Abc12345" },
        hit { "初始密码 Abc12345" },
        miss { "账号密码忘了怎么办" },
        miss { "初始密码在信封里" },
        miss { "会议号 938471，不用密码" },
      },
    },
    credential_asked = rule {
      title = "不得索要密码和验证码",
      on = "message", category = "credential_disclosure",
      match = near(any { term "密码", term "验证码", term "口令" },
                   any { term "发我", term "发给我", term "告诉我",
                         term "报给我", term "截图给我" },
                   param "near_words"),
      verdict = "hold", severity = 3,
      reason = "索要还不等于泄露，先暂扣核实",
      tell = { zh = "任何人都不得索要密码、验证码（{article}）。",
               en = "Nobody may ask for a password or a code ({article})." },
      tests = {
        hit { "把验证码发我一下", verdict = "hold" },
        hit { "后台口令你告诉我就行" },
        hit { "快，密码截图给我" },
        hit { "口令报给我" },
        hit { "验证码收到以后请马上发给我" },
        miss { "密码请到信息科重置" },
        miss { "文件发我一下" },
        miss { "密码规则见上周发布的说明，值班表做好以后再发我" },
        miss { "密码规则请看信息科上周发布在内网首页的那份说明，另外把你的座机号码发我" },
      },
    },
    credential_file = rule {
      title = "不得发送密码表",
      on = "file_transfer",
      where = { operation = { "send", "forward", "upload" } },
      match = list "credential_disclosure", fields = { "name" },
      verdict = "block", severity = 4,
      tell = { zh = "密码表不得经微信发送（{article}）。",
               en = "Password lists are not sent over WeChat ({article})." },
      tests = {
        hit { name = "各系统密码表.xlsx", verdict = "block" },
        hit { name = "公众号密码.txt", operation = "forward" },
        hit { name = "账号密码.docx", operation = "upload" },
        miss { name = "各系统密码表.xlsx", operation = "receive" },
        miss { name = "密码学讲义.pdf" },
        miss { name = "说明.txt", "密码表另附" },
      },
    },
    account_offered = rule {
      title = "不得出借、买卖账号",
      on = "message", match = list "account_sharing",
      verdict = "block", severity = 3,
      tell = { zh = "账号仅限本人使用，不得出借买卖（{article}）。",
               en = "An account is for its holder alone ({article})." },
      tests = {
        hit { "用我的账号登一下就行", verdict = "block" },
        hit { "高价收微信号，秒结" },
        hit { "值班的就共用一个账号吧" },
        miss { "账号申请请找信息科" },
        miss { "借我一支笔" },
        miss { "投影账号在桌面上" },
      },
    },
    lent = rule {
      title = "不得擅自转借、转让账号",
      on = "account_change", category = "account_sharing",
      where = { change = { "lend", "transfer" }, absent "approved_by" },
      verdict = "block", severity = 4,
      tell = { zh = "账号转借、转让须经批准（{article}）。",
               en = "Lending or handing over an account needs approval ({article})." },
      tests = {
        hit { subject_account = "a1", verdict = "block" },
        hit { subject_account = "a1", change = "transfer" },
        hit { subject_account = "a2", previous_holder = "u1" },
        miss { subject_account = "a1", approved_by = "u-it" },
        miss { subject_account = "a1", change = "rename" },
        miss { subject_account = "a1", change = "freeze" },
      },
    },
    foreign_login = rule {
      title = "不得使用他人账号登录",
      on = "login", category = "account_sharing",
      where = { holder = differs "actor" }, broad = true,
      verdict = "block", severity = 4,
      tell = { zh = "这不是您本人的账号（{article}）。",
               en = "This is not your account ({article})." },
      tests = {
        hit { actor = "u1", holder = "u2", verdict = "block" },
        hit { actor = "u1", holder = "u11" },
        hit { actor = "u2", holder = "u1", account_kind = "official" },
        miss { actor = "u1", holder = "u1" },
        miss { actor = "u1" },
        miss { holder = "u1" },
      },
    },
    official_login = rule {
      title = "官方号只由管理员登录",
      on = "login", category = "not_approved",
      where = { account_kind = "official",
                actor_roles = none_of { "administrator" } },
      broad = true,
      verdict = "block", severity = 4,
      tell = { zh = "官方号只能由指定管理员使用（{article}）。",
               en = "Only the named administrator uses the official account ({article})." },
      tests = {
        hit { actor_roles = { "staff" }, verdict = "block" },
        hit { actor_roles = { "staff", "manager" } },
        hit { actor_roles = { "pupil" } },
        miss { actor_roles = { "staff", "administrator" } },
        miss { actor_roles = { "staff" }, account_kind = "work" },
        miss { account = "a-official" },
      },
    },
    official_registered = rule {
      title = "不得私自注册官方号",
      on = "account_change", category = "not_approved",
      where = { change = "register", account_kind = "official",
                absent "approved_by" },
      verdict = "block", severity = 4,
      tell = { zh = "注册官方号须经宣传部门批准（{article}）。",
               en = "An official account needs approval to be registered ({article})." },
      tests = {
        hit { new_name = "实验小学三班", verdict = "block" },
        hit { new_name = "校园快讯", subject_account = "a9" },
        hit { subject_account = "a10" },
        miss { new_name = "实验小学三班", approved_by = "u-pub" },
        miss { new_name = "实验小学三班", account_kind = "personal" },
        miss { new_name = "实验小学三班", change = "rename" },
      },
    },
    official_posted = rule {
      title = "官方号不由他人发布",
      on = "post", category = "not_approved",
      where = { account_kind = "official",
                actor_roles = none_of { "administrator", "reviewer" } },
      verdict = "block", severity = 3,
      tell = { zh = "官方号由指定人员发布，请交管理员（{article}）。",
               en = "Official posts go through the administrator ({article})." },
      tests = {
        hit { "放假通知", actor_roles = { "staff" }, verdict = "block" },
        hit { "放假通知", actor_roles = { "pupil" } },
        hit { "招聘启事", actor_roles = { "manager", "staff" } },
        miss { "放假通知", actor_roles = { "administrator" } },
        miss { "放假通知", actor_roles = { "staff", "reviewer" } },
        miss { "放假通知", actor_roles = { "staff" }, account_kind = "club" },
      },
    },
    untrusted_app = rule {
      title = "不得授权不可信的应用使用账号",
      on = "account_change", category = "untrusted_app",
      where = { change = "bind_app", app_trusted = false },
      verdict = "block", severity = 3,
      tell = { zh = "该应用未经认可，不得授权登录（{article}）。",
               en = "The app is not approved: no access to the account ({article})." },
      tests = {
        hit { app = "app-game", verdict = "block" },
        hit { app = "app-unknown", subject_account = "a1" },
        hit { app = "app-autoreply" },
        miss { app = "app-game", app_trusted = true },
        miss { app = "app-game", change = "bind_device" },
        miss { app = "app-game", change = "permission" },
      },
    },
  },
}
