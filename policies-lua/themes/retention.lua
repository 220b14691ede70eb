-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- 文件留存。 What may be kept inside WeChat.

theme {
  id = "retention",
  title = { zh = "敏感文件不留在微信里", en = "Sensitive files are not kept in WeChat" },
  parts = {
    secret_kept = rule {
      title = "涉密文件不得存于微信",
      on = "file_transfer", category = "classified_file",
      where = { classification = "secret", store = "wechat",
                operation = { "save", "download", "receive" } },
      verdict = "block", severity = 5,
      tell = { zh = "涉密文件不得存在微信里（{article}）。",
               en = "Secret files are not kept in WeChat ({article})." },
      tests = {
        hit { name = "甲.pdf", verdict = "block" },
        hit { name = "甲.pdf", operation = "download" },
        hit { name = "甲.pdf", operation = "receive" },
        miss { name = "甲.pdf", classification = "none" },
        miss { name = "甲.pdf", store = "designated" },
        miss { name = "甲.pdf", operation = "forward" },
      },
    },
    internal_kept = rule {
      title = "内部文件不留在微信里",
      on = "file_transfer", category = "internal_info",
      where = { classification = "internal", store = "wechat",
                operation = { "save", "download" } },
      verdict = "block", severity = 3,
      tell = { zh = "请把内部文件存到指定位置（{article}）。",
               en = "Keep internal files in the designated store ({article})." },
      tests = {
        hit { name = "周报.docx", verdict = "block" },
        hit { name = "周报.docx", operation = "download" },
        hit { name = "现场照片.jpg" },
        miss { name = "周报.docx", classification = "none" },
        miss { name = "周报.docx", store = "designated" },
        miss { name = "周报.docx", operation = "receive" },
      },
    },
    named_kept = rule {
      title = "名称敏感的文件不留在微信里",
      on = "file_transfer", where = { store = "wechat" },
      match = any { list "hr_info", list "strategy_info",
                    list "customer_info" },
      fields = { "name" },
      verdict = "block", severity = 3,
      tell = { zh = "从名称看这是敏感文件，请转存后删除（{article}）。",
               en = "A sensitive file by its name: move it out of WeChat ({article})." },
      tests = {
        hit { name = "十一月工资明细.xlsx", verdict = "block" },
        hit { name = "并购方案v3.pptx" },
        hit { name = "客户通讯录.csv" },
        miss { name = "十一月值班表.xlsx" },
        miss { name = "十一月工资明细.xlsx", store = "designated" },
        miss { name = "照片.jpg", "工资明细在另一个文件里" },
      },
    },
  },
}
