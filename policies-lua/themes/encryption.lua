-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- 敏感内容加密。 Encryption of what is kept and sent.

theme {
  id = "encryption",
  title = { zh = "聊天记录加密保存", en = "Chat records are kept encrypted" },
  parts = {
    history_off = rule {
      title = "聊天记录未加密，提醒",
      on = "login", category = "device_protection_off",
      where = { protections = none_of { "history_encryption" } },
      broad = true,
      verdict = "warn",
      tell = { zh = "请打开本机聊天记录加密（{article}）。",
               en = "Please turn on encryption of the chat history ({article})." },
      tests = {
        hit { protections = {}, verdict = "warn" },
        hit { protections = { "screen_lock" } },
        hit { protections = { "screen_lock", "anti_theft" } },
        miss { protections = { "history_encryption" } },
        miss { protections = { "screen_lock", "history_encryption" } },
        miss { account = "a1" },
      },
    },
    protection_changed = rule {
      title = "未经批准改动设备防护，提醒",
      on = "system_change", category = "device_protection_off",
      where = { change = "protection", target = { "device", "client" },
                absent "approved_by" },
      verdict = "warn",
      tell = { zh = "防护设置的改动需要批准（{article}）。",
               en = "Changing protections needs approval ({article})." },
      tests = {
        hit { component = "聊天记录加密", verdict = "warn" },
        hit { component = "锁屏", target = "client" },
        hit { component = "查找我的设备" },
        miss { component = "聊天记录加密", change = "update" },
        miss { component = "聊天记录加密", target = "interface" },
        miss { component = "聊天记录加密", approved_by = "u-it" },
      },
    },
  },
}
