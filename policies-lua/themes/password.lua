-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- 密码强度与二次验证。 Password strength and second factor.

theme {
  id = "password",
  title = { zh = "密码强度", en = "Passwords" },
  parts = {
    weak = rule {
      title = "密码过弱，提醒改密",
      on = "account_change", category = "weak_password",
      where = { change = { "password", "register" },
                password_strength = "weak" },
      verdict = "warn",
      tell = { zh = "密码过弱，请换一个（{article}）。",
               en = "Weak password: please choose another ({article})." },
      tests = {
        hit { subject_account = "a1", verdict = "warn" },
        hit { subject_account = "a1", change = "register" },
        hit { subject_account = "a2", password_guessable = true },
        miss { subject_account = "a1", password_strength = "fair" },
        miss { subject_account = "a1", password_strength = "strong" },
        miss { subject_account = "a1", change = "rename" },
      },
    },
    guessable = rule {
      title = "密码易猜，提醒改密",
      on = "account_change", category = "weak_password",
      where = { change = "password", password_guessable = true },
      verdict = "warn",
      tell = { zh = "密码与姓名、生日或工号相近，请换一个（{article}）。",
               en = "The password is easily guessed ({article})." },
      tests = {
        hit { subject_account = "a1", verdict = "warn" },
        hit { subject_account = "a1", password_strength = "fair" },
        hit { subject_account = "a1", password_strength = "strong" },
        miss { subject_account = "a1", password_guessable = false },
        miss { subject_account = "a1", change = "register" },
        miss { subject_account = "a1", change = "close" },
      },
    },
    no_second_factor = rule {
      title = "外网登录未用二次验证，提醒",
      on = "login", category = "no_second_factor",
      where = { second_factor = false, network = { "cellular", "unknown" } },
      verdict = "warn",
      tell = { zh = "不在单位网络内，请启用二次验证（{article}）。",
               en = "Outside our network, please use a second factor ({article})." },
      tests = {
        hit { account = "a1", verdict = "warn" },
        hit { account = "a1", network = "unknown" },
        hit { account = "a2", place = "home" },
        miss { account = "a1", second_factor = true },
        miss { account = "a1", network = "trusted" },
        miss { account = "a1", network = "public" },
      },
    },
  },
}
