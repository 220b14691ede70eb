/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every message of compile/ with its exact place: one table a file, run by the
 * mirror of that file, and all of them by test_compiler.c, which checks that no
 * message of the catalogue was left out.
 */
#ifndef TESTS_COMPILE_CASES_H
#define TESTS_COMPILE_CASES_H

#include "compile_tree.h"

#define REGULATION(id, articles)                                             \
    "id: " id "\ntitle: 制度\nkind: company\n"                               \
    "params: { n: { type: int, default: 3, why: w } }\narticles:\n" articles
#define ARTICLE "  - { ref: 四.1, class: event, status: planned, zh: 一 }\n"
#define ADOPTED "regulations: { alpha: enforce }\n"
#define THEME(params, parts)                                                 \
    "theme { id = \"t\", title = \"主题\", params = { " params " },\n"       \
    "  parts = { " parts " } }\n"
#define PART                                                                 \
    "part = rule { title = \"p\", on = \"message\", category = \"spam\",\n"  \
    "  match = term \"词\", verdict = \"flag\",\n"                           \
    "  tests = { hit \"词\", miss \"好\" } }"
/* A rule of the regulation, and one of the organisation that may lack a part. */
#define CITED(body)                                                          \
    "rule { id = \"r\", title = \"t\", cites = { \"四.1\" },\n"              \
    "  category = \"spam\", on = \"message\", verdict = \"flag\", " body ",\n" \
    "  tests = { hit \"词\", miss \"好\" } }\n"
#define LOCAL(body)                                                          \
    "rule { id = \"r\", title = \"t\", reason = \"x\", verdict = \"flag\",\n" \
    "  " body " }\n"
#define SCOPE "category = \"spam\", on = \"message\", match = term \"词\""
#define TESTS "tests = { hit \"词\", miss \"好\" }"

/* More than 1,024 bytes. */
#define LONG_16 "长长长长长长长长长长长长长长长长"
#define LONG_64 LONG_16 LONG_16 LONG_16 LONG_16
#define LONG_TERM LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64

static const struct tree_file case_base[] = {
    { "o/organisation.yaml", TREE_YAML ADOPTED
      "roles: { officer: [u1] }\nlists: { payees: { kind: ids } }\n" },
    { "o/lists/own.txt", "机密\n" },
    { "lists/insult.txt", "蠢货\n笨蛋\n" },
    { "o/lists/payees.txt", "p\n" },
    { "regulations/alpha/regulation.yaml", REGULATION("alpha", ARTICLE) },
    { "regulations/beta/regulation.yaml", REGULATION("beta", ARTICLE) },
    { "themes/t.lua", THEME("m = param { \"int\", 3, min = 2, max = 9, why = \"w\" }", PART) },
};

/* --- compiler.c */
static const struct tree_case compiler_cases[] = {
    { "no organisation", "no-organisation", "o/organisation.yaml.bak", "",
      NULL, "o/organisation.yaml", NULL },
    { "organisation.yaml misspelt", "file-unread", "p/rules.lua",
      LOCAL(SCOPE "," TESTS), NULL, "p/organization.yaml", TREE_YAML },
    { "two with one id", "organisation-twice", "p/organisation.yaml",
      "id: ‸o\nname: 二\nkind: school\n", NULL, NULL, NULL },
};

/* --- org_build.c */
static const struct tree_case org_cases[] = {
    { "a pattern that is no regex", "regex-syntax", "o/organisation.yaml",
      TREE_YAML "patterns:\n  badge: { match: 'GH-‸(\\d', context: 工牌 }\n",
      NULL, NULL, NULL },
    { "a pattern that is no regex, alone", "regex-syntax", "o/organisation.yaml",
      TREE_YAML "patterns:\n  badge: GH-‸(x\n", NULL, NULL, NULL },
    { "a pattern with a detector's name", "pattern-name", "o/organisation.yaml",
      TREE_YAML "patterns:\n  ‸mobile: { match: 'GH-\\d' }\n", NULL, NULL,
      NULL },
    { "a pattern without a match", "missing-key", "o/organisation.yaml",
      TREE_YAML "patterns:\n  badge: ‸{ context: [工牌] }\n", NULL, NULL, NULL },
    { "an unknown key of a pattern", "unknown-key", "o/organisation.yaml",
      TREE_YAML "patterns:\n  badge: { match: 'GH-\\d', ‸contxt: [工牌] }\n",
      "context", NULL, NULL },
    { "a regulation that is nowhere", "regulation-unknown", "o/organisation.yaml",
      TREE_YAML "regulations:\n  ‸gamma: enforce\n", NULL, NULL, NULL },
    { "a regulation misspelt", "regulation-unknown", "o/organisation.yaml",
      TREE_YAML "regulations:\n  ‸alpa: enforce\n", "alpha", NULL, NULL },
    { "words on a rule misspelt", "override-unknown", "o/organisation.yaml",
      TREE_YAML "regulations: { alpha: { rules: { ‸insul: { mode: off } } } }\n",
      "insult", "regulations/alpha/rules.lua",
      "rule { id = \"insult\", title = \"t\", cites = { \"四.1\" },\n"
      "  verdict = \"flag\", " SCOPE ", " TESTS " }\n" },
    { "an article whose duty has no example", "article-unproved",
      "regulations/alpha/regulation.yaml",
      REGULATION("alpha", "  - { ref: ‸四.1, class: event, status: rules, zh: 一 }\n"),
      NULL, "regulations/alpha/rules.lua",
      "duty { id = \"owed\", title = \"t\", cites = \"四.1\","
      " owner = \"officer\", every = \"1d\" }\n" },
    { "words on a rule that is not there", "override-unknown",
      "o/organisation.yaml",
      TREE_YAML "regulations: { alpha: { rules: { ‸no-such: { mode: off } } } }\n",
      NULL, NULL, NULL },
    { "an exception from a duty", "override-face", "o/organisation.yaml",
      TREE_YAML "roles: { officer: [u1] }\n"
      "regulations: { alpha: { rules: { owed: { mode: shadow, ‸except:"
      " [{ account: a2, why: x, owner: y }] } } } }\n", NULL,
      "regulations/alpha/rules.lua",
      "duty { id = \"owed\", title = \"t\", cites = \"四.1\","
      " owner = \"officer\", every = \"1d\" }\n" },
    { "a ladder for some", "override-face", "o/organisation.yaml",
      TREE_YAML "roles: { officer: [u1] }\n"
      "regulations: { alpha: { rules: { steps: { ‸ratio: 0.5, tell: x } } } }\n",
      NULL, "regulations/alpha/rules.lua",
      "ladder { id = \"steps\", title = \"t\", cites = \"四.1\","
      " decide = \"officer\", within = \"1d\", tracks = { { id = \"a\","
      " steps = { step { \"talk\", zh = \"谈\" } } } } }\n" },
    { "two rules with one id", "rule-twice", "o/rules.lua",
      LOCAL(SCOPE "," TESTS) "‸" LOCAL(SCOPE ", severity = 5," TESTS), NULL, NULL,
      NULL },
    { "two equal rules with one id", "rule-twice", "regulations/alpha/rules.lua",
      CITED("match = term \"词\"") "‸" CITED("match = term \"词\""), NULL, NULL,
      NULL },
    { "rules beside rules.lua", "file-unread", "o/more.lua",
      LOCAL(SCOPE "," TESTS), NULL, NULL, NULL },
    { "rules with their ending hidden", "file-unread", "o/rules.lua.txt",
      LOCAL(SCOPE "," TESTS), NULL, NULL, NULL },
    { "rules beside those of a regulation", "file-unread",
      "regulations/alpha/more.lua", CITED("match = term \"词\""), NULL, NULL,
      NULL },
    { "a theme of its own that nothing uses", "file-unread", "o/themes/extra.lua",
      "theme { id = \"extra\", title = \"t\", parts = {} }", NULL, NULL, NULL },
    { "a theme with its ending hidden", "file-unread", "o/themes/t.lua.txt",
      THEME("", PART), NULL, NULL, NULL },
    { "a regulation of its own that is not adopted", "file-unread",
      "o/regulations/beta/regulation.yaml", REGULATION("beta", ARTICLE), NULL,
      "o/regulations/beta/rules.lua", CITED("match = term \"词\"") },
    { "an article that no rule keeps", "article-unproved",
      "regulations/alpha/regulation.yaml",
      REGULATION("alpha", "  - { ref: ‸四.1, class: event, status: rules, zh: 一 }\n"),
      NULL, NULL, NULL },
    { "an article whose rule is off", "article-unproved",
      "regulations/alpha/regulation.yaml",
      REGULATION("alpha", "  - { ref: ‸四.1, class: event, status: rules, zh: 一 }\n"),
      NULL, "regulations/alpha/rules.lua",
      CITED("match = term \"词\", mode = \"off\"") },
};

/* --- list_build.c */
static const struct tree_case list_cases[] = {
    { "a list that is nowhere", "list-unknown", "o/rules.lua",
      TREE_RULE("match = list ‸\"own_list\""), NULL, NULL, NULL },
    { "a list misspelt", "list-unknown", "o/rules.lua",
      TREE_RULE("match = list ‸\"owm\""), "own", NULL, NULL },
    { "a list that nobody asks for", "list-unused", "o/lists/own.txt",
      "‸机密\n", NULL, NULL, NULL },
    { "a word list asked for ids", "list-kind", "o/rules.lua",
      "rule { id = \"r\", title = \"t\", reason = \"x\", category = \"fraud\",\n"
      "  on = \"payment\", where = { counterparty = among ‸\"own\" },\n"
      "  verdict = \"flag\", tests = { hit {}, miss {} } }\n", NULL, NULL, NULL },
    { "a term that folds to nothing", "term-bad", "o/lists/own.txt",
      "机密\n‸\xe2\x80\x8b\xe2\x80\x8b\n", NULL,
      "o/rules.lua", TREE_RULE("match = list \"own\"") },
    { "a shared term that folds to nothing", "term-bad", "lists/insult.txt",
      "笨蛋\n‸\xe2\x80\x8b\n", NULL, NULL, NULL },
    { "a term inside a longer one", "term-covered", "o/lists/own.txt",
      "机密\n‸机密文件\n", NULL, "o/rules.lua", TREE_RULE("match = list \"own\"") },
    { "a term that another one folds to", "term-covered", "o/lists/own.txt",
      "机密\n‸機密\n", NULL, "o/rules.lua", TREE_RULE("match = list \"own\"") },
    { "a shared term inside a longer one", "term-covered", "lists/insult.txt",
      "‸大笨蛋\n笨蛋\n", NULL, NULL, NULL },
    { "an own term that the shared list has", "term-covered", "o/lists/insult.txt",
      "‸大笨蛋\n", NULL, "o/rules.lua", TREE_RULE("match = list \"insult\"") },
    { "a term of one character", "term-short", "o/lists/own.txt",
      "机密\n‸绝\n", NULL, "o/rules.lua", TREE_RULE("match = list \"own\"") },
    { "more spellings than are looked for", "term-spellings", "o/lists/own.txt",
      "@ 机 = a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t|u|v|w|x|y|z\n‸机密\n",
      NULL, "o/rules.lua", TREE_RULE("match = list \"own\"") },
    { "more of a shared term", "term-spellings", "lists/insult.txt",
      "@ 笨 = a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t|u|v|w|x|y|z\n‸笨蛋\n",
      NULL, NULL, NULL },
    { "a phrase without a term", "allow-idle", "o/lists/own.txt",
      "机密\n!‸保密\n", NULL, "o/rules.lua", TREE_RULE("match = list \"own\"") },
};

/* --- theme_build.c */
#define DEFINED(definition) "themes/t.lua", THEME("m = " definition, PART)
#define USED "o/rules.lua", "use \"t\" { part = { reason = \"x\" } }\n"
static const struct tree_case theme_cases[] = {
    { "a default out of its range", "value-range",
      DEFINED("param { \"int\", ‸30, min = 2, max = 20, why = \"w\" }"), NULL, USED },
    { "a parameter without why", "missing-key", DEFINED("‸param { \"int\", 3 }"), NULL,
      USED },
    { "a key of a parameter misspelt", "unknown-key",
      DEFINED("param { \"int\", 3, why = \"w\", ‸mim = 2 }"), "min", USED },
    { "bounds the wrong way round", "param-order",
      DEFINED("param { \"int\", 3, min = ‸9, max = 2, why = \"w\" }"), NULL, USED },
    { "a type of a parameter misspelt", "value-word",
      DEFINED("param { ‸\"intt\", 3, why = \"w\" }"), "int", USED },
    { "a bound of what has none", "param-bound",
      DEFINED("param { \"bool\", true, min = ‸1, why = \"w\" }"), NULL, USED },
    { "a bound by name", "key-kind",
      DEFINED("param { \"int\", 3, min = ‸{ 1 }, why = \"w\" }"), NULL, USED },
    { "a parameter that is a number", "param-define", DEFINED("‸5"), NULL, USED },
    { "a parameter without a default", "param-define",
      DEFINED("‸param { \"int\", why = \"w\" }"), NULL, USED },
    { "a parameter by a name", "param-define", DEFINED("‸param \"int\""), NULL, USED },
    { "a default that is no duration", "value-read",
      DEFINED("param { \"duration\", ‸\"x\", why = \"w\" }"), NULL, USED },
    { "a theme that is nowhere", "theme-unknown", "regulations/alpha/rules.lua",
      "‸use \"nothing\" { part = { cites = { \"四.1\" } } }\n", NULL, NULL, NULL },
    { "a theme misspelt", "theme-unknown", "regulations/alpha/rules.lua",
      "‸use \"civilty\" { part = { cites = { \"四.1\" } } }\n", "civility",
      "themes/civility.lua",
      "theme { id = \"civility\", title = \"u\", parts = { " PART " } }\n" },
    { "a theme that leaves its folder", "theme-unknown",
      "regulations/alpha/rules.lua",
      "‸use \"../t\" { part = { cites = { \"四.1\" } } }\n", NULL, NULL, NULL },
    { "a theme of another id than its file", "theme-unknown",
      "regulations/alpha/rules.lua",
      "‸use \"t\" { part = { cites = { \"四.1\" } } }\n", NULL, "themes/t.lua",
      "theme { id = \"u\", title = \"u\", parts = { " PART " } }\n" },
    { "a part misspelt", "part-unknown", "regulations/alpha/rules.lua",
      "use \"t\" {\n  ‸pert = { cites = { \"四.1\" } } }\n", "part", NULL, NULL },
    { "a part that is no table", "part-shape", "regulations/alpha/rules.lua",
      "use \"t\" { ‸part = true }\n", NULL, NULL, NULL },
    { "a part of the theme that is no rule", "part-shape",
      "regulations/alpha/rules.lua", "use \"t\" { ‸part = {} }\n", NULL,
      "themes/t.lua", THEME("", "part = { 1 }") },
    { "a key that a memory has not", "unknown-key", "regulations/alpha/rules.lua",
      "use \"t\" { part = { ‸cites = \"四.1\" } }\n", NULL, "themes/t.lua",
      THEME("", "part = memory { key = \"actor\", keep = \"1d\","
                " set = { on = \"login\" } }") },
    { "a memory of a part that is not used", "memory-unknown", "themes/t.lua",
      THEME("", "seen = memory { key = \"actor\", keep = \"1d\", set = { on ="
                " \"login\" } }, part = rule { title = \"p\", on = \"message\","
                " category = \"spam\", verdict = \"flag\", where = known {"
                " ‸\"seen\", key = \"actor\" }, tests = { miss \"好\" } }"), NULL,
      "regulations/alpha/rules.lua",
      "use \"t\" { part = { cites = { \"四.1\" } } }\n" },
    { "a duty that is no table", "part-shape", "regulations/alpha/rules.lua",
      "use \"t\" { ‸part = \"off\" }\n", NULL, "themes/t.lua",
      THEME("", "part = duty { title = \"t\", once = true, within = \"1d\" }") },
    { "a key that a duty has not", "unknown-key", "regulations/alpha/rules.lua",
      "use \"t\" { part = { cites = \"四.1\", ‸withn = \"2d\" } }\n", "within",
      "themes/t.lua",
      THEME("", "part = duty { title = \"t\", once = true, within = \"1d\" }") },
    { "use without a table", "use-shape", "regulations/alpha/rules.lua",
      "‸use \"t\"\n", NULL, NULL, NULL },
    { "use with bare names", "use-shape", "regulations/alpha/rules.lua",
      "‸use \"t\" { \"part\" }\n", NULL, NULL, NULL },
    { "use with params that are no table", "use-shape",
      "regulations/alpha/rules.lua",
      "use \"t\" { params = ‸5, part = { cites = { \"四.1\" } } }\n", NULL, NULL,
      NULL },
    { "a part used twice", "part-twice", "regulations/alpha/rules.lua",
      "use \"t\" { part = { cites = { \"四.1\" } } }\n"
      "use \"t\" {\n  ‸part = { cites = { \"四.1\" } } }\n", NULL, NULL, NULL },
    { "param without a name", "param-shape", "o/rules.lua",
      TREE_RULE("match = term \"词\", severity = ‸param { \"int\", 3 }"), NULL, NULL,
      NULL },
    { "a parameter without a value", "param-unknown", "o/rules.lua",
      TREE_RULE("match = term \"词\", severity = ‸param \"n\""), NULL, NULL, NULL },
    { "a parameter set that is nowhere", "param-stray", "o/organisation.yaml",
      TREE_YAML "regulations: { alpha: { params: { ‸n1: 3 } } }\n", "n", NULL,
      NULL },
    { "a parameter of use that the theme lacks", "param-stray",
      "regulations/alpha/rules.lua",
      "use \"t\" { params = { ‸k = 5 }, part = { cites = { \"四.1\" } } }\n", NULL,
      NULL, NULL },
    { "a parameter out of the theme's range", "value-range",
      "regulations/alpha/rules.lua",
      "use \"t\" { params = { m = ‸50 }, part = { cites = { \"四.1\" },\n"
      "  severity = param \"m\" } }\n", NULL, NULL, NULL },
    { "a theme among rules", "theme-place", "o/rules.lua",
      "‸theme { id = \"u\", title = \"u\", parts = {} }\n", NULL, NULL, NULL },
    { "a rule beside a theme", "theme-only", "themes/t.lua",
      THEME("", PART) "‸" TREE_RULE("match = term \"词\""), NULL,
      "regulations/alpha/rules.lua",
      "use \"t\" { part = { cites = { \"四.1\" } } }\n" },
    { "a regulation of another id than its folder", "regulation-id",
      "regulations/alpha/regulation.yaml",
      "id: ‸alfa\ntitle: 制度\nkind: company\narticles:\n" ARTICLE, NULL, NULL,
      NULL },
    { "a rule that is a text", "declaration", "o/rules.lua", "‸rule \"x\"\n", NULL,
      NULL, NULL },
    { "a rule of nothing", "declaration", "o/rules.lua", "‸rule()\n", NULL, NULL,
      NULL },
    { "a ladder that is no table", "declaration", "o/rules.lua",
      "‸ladder \"l\"\n", NULL, NULL, NULL },
};

/* --- choice_build.c: alpha and beta want different things */
#define DEMANDS(id, value)                                                   \
    "id: " id "\ntitle: 制度\nkind: company\n"                               \
    "demands: { account: { value: " value ", cite: 四.1 } }\narticles:\n"   \
    ARTICLE
#define BOTH(alpha, beta)                                                    \
    TREE_YAML "roles: { officer: [u1] }\n"                                   \
    "regulations: { alpha: " alpha ", beta: " beta ", delta: enforce }\n"
#define SETTLED(follow)                                                      \
    "settle: { account: { follow: " follow ", why: 较新, owner: officer } }\n"
#define ASKS                                                                 \
    "category = \"spam\", on = \"message\", match = term \"词\",\n"             \
    "  where = { account_kind = none_of { param \"account\" } },\n"           \
    "  tests = { hit { \"词\", account_kind = \"club\" },\n"                  \
    "    miss { \"词\", account_kind = param \"account\" } }"
static const struct tree_file choice_base[] = {
    { "o/organisation.yaml", BOTH("enforce", "enforce") SETTLED("alpha") },
    { "regulations/alpha/regulation.yaml", DEMANDS("alpha", "personal") },
    { "regulations/beta/regulation.yaml", DEMANDS("beta", "work") },
    { "regulations/delta/regulation.yaml", REGULATION("delta", ARTICLE) },
};
static const struct tree_case choice_cases[] = {
    { "two that disagree", "choice-unsettled", "o/organisation.yaml",
      TREE_YAML "regulations: { alpha: enforce, ‸beta: enforce }\n", NULL, NULL,
      NULL },
    { "one of them on trial", "choice-unsettled", "o/organisation.yaml",
      TREE_YAML "regulations: { beta: shadow, ‸alpha: enforce }\n", NULL, NULL,
      NULL },
    { "one of them in force from next century on", "choice-unsettled",
      "o/organisation.yaml",
      TREE_YAML "regulations: { alpha: enforce, ‸beta: { from: 2100-01-01 } }\n",
      NULL, NULL, NULL },
    { "settled for one that is not adopted", "settle-follow",
      "o/organisation.yaml",
      BOTH("enforce", "enforce") SETTLED("‸alpa"), "alpha", NULL, NULL },
    { "settled for one that demands nothing", "settle-follow",
      "o/organisation.yaml", BOTH("enforce", "enforce") SETTLED("‸delta"), NULL,
      NULL, NULL },
    { "settled for one that is off", "settle-follow", "o/organisation.yaml",
      TREE_YAML "roles: { officer: [u1] }\n"
      "regulations: { alpha: enforce, beta: enforce, gamma: off }\n"
      SETTLED("‸gamma"), NULL,
      "regulations/gamma/regulation.yaml", DEMANDS("gamma", "club") },
    { "settled for one on trial", "settle-follow", "o/organisation.yaml",
      BOTH("enforce", "shadow") SETTLED("‸beta"), NULL, NULL, NULL },
    { "a choice misspelt where it is settled", "settle-idle",
      "o/organisation.yaml", BOTH("enforce", "off")
      "settle: { ‸acount: { follow: alpha, why: w, owner: u1 } }\n", "account",
      NULL, NULL },
    { "nothing to settle, for one that is not adopted", "settle-follow",
      "o/organisation.yaml", BOTH("off", "off")
      "settle: { kind: { follow: ‸alpa, why: w, owner: u1 } }\n", "alpha", NULL,
      NULL },
    { "settled, and all agree", "settle-idle", "o/organisation.yaml",
      BOTH("enforce", "enforce")
      "settle: { ‸account: { follow: alpha, why: w, owner: u1 } }\n", NULL,
      "regulations/beta/regulation.yaml", DEMANDS("beta", "personal") },
    { "an own choice that is not the one demanded", "choice-own",
      "o/organisation.yaml",
      BOTH("enforce", "off") "choices: { account: ‸work }\n", NULL, NULL, NULL },
    { "an own choice that is not the one followed", "choice-own",
      "o/organisation.yaml", BOTH("enforce", "enforce") SETTLED("alpha")
      "choices: { account: ‸work }\n", NULL, NULL, NULL },
    { "an own choice that a trial would change", "choice-tried",
      "o/organisation.yaml",
      BOTH("off", "shadow") "choices: { account: ‸personal }\n", NULL, NULL,
      NULL },
    { "a parameter with the name of a choice", "param-choice",
      "regulations/delta/regulation.yaml",
      "id: delta\ntitle: 制度\nparams: { ‸account: { type: int, default: 3, why: w } }\n"
      "articles:\n" ARTICLE, NULL, NULL, NULL },
    { "a theme's parameter with the name of a choice", "param-choice",
      "themes/t.lua", THEME("‸account = param { \"int\", 3, why = \"w\" }", PART), NULL,
      "regulations/delta/rules.lua",
      "use \"t\" { part = { cites = { \"四.1\" } } }\n" },
    { "a parameter with the name of an own choice", "param-choice",
      "regulations/delta/regulation.yaml",
      "id: delta\ntitle: 制度\nparams: { ‸kind: { type: int, default: 3, why: w } }\n"
      "articles:\n" ARTICLE, NULL, "o/organisation.yaml",
      BOTH("off", "off") "choices: { kind: work }\n" },
    { "a choice misspelt where it is asked", "param-unknown", "o/rules.lua",
      TREE_RULE("match = term \"词\", where = { account_kind = ‸param \"acount\" }"),
      "account", NULL, NULL },
    { "a parameter misspelt where it is asked", "param-unknown",
      "regulations/delta/rules.lua",
      CITED("match = term \"词\", severity = ‸param \"nn\""), "n", NULL, NULL },
    { "a choice that only what is off demands", "choice-unset", "o/rules.lua",
      TREE_RULE("match = term \"词\", where = { account_kind = ‸param \"account\" }"),
      NULL, "o/organisation.yaml", BOTH("off", "off") },
    { "a choice that is no word of the field", "word-unknown",
      "regulations/alpha/regulation.yaml", DEMANDS("alpha", "‸persnal"),
      "personal", "o/rules.lua",
      TREE_RULE("match = term \"词\", where = { account_kind = param \"account\" }") },
    { "an own choice that is no number", "value-read", "o/organisation.yaml",
      BOTH("off", "off") "choices: { most: ‸many }\n", NULL, "o/rules.lua",
      TREE_RULE("match = term \"词\", severity = param \"most\"") },
    { "a rule of which nothing is left", "rule-overruled",
      "regulations/beta/rules.lua", "‸" CITED("match = term \"词\""), NULL, NULL,
      NULL },
    { "a track of which nothing is left", "rule-overruled",
      "regulations/beta/rules.lua",
      "ladder { id = \"l\", title = \"t\", cites = \"五\", decide = \"officer\",\n"
      "  within = \"1d\", tracks = { { id = \"a\", cites = ‸\"四.1\",\n"
      "  steps = { step { \"w\", zh = \"警告\" } } } } }\n", NULL,
      "regulations/beta/regulation.yaml",
      DEMANDS("beta", "work")
      "  - { ref: 五, class: sanction, status: planned, zh: 五 }\n" },
};

/* --- cond_build.c */
#define WHERE(type, where)                                                   \
    "rule { id = \"r\", title = \"t\", reason = \"x\", category = \"spam\",\n" \
    "  on = " type ", verdict = \"flag\", broad = true,\n"                   \
    "  where = " where ",\n  tests = { hit {}, miss {} } }\n"
static const struct tree_case cond_cases[] = {
    { "a field that is nowhere", "field-unknown", "o/rules.lua",
      WHERE("\"message\"", "{ ‸weather = \"sun\" }"), NULL, NULL, NULL },
    { "a field misspelt", "field-unknown", "o/rules.lua",
      WHERE("\"message\"", "{ ‸directon = \"out\" }"), "direction", NULL, NULL },
    { "a fact without a name", "field-unknown", "o/rules.lua",
      WHERE("\"message\"", "{ [‸\"facts.\"] = true }"), NULL, NULL, NULL },
    { "a fact without a name asked for", "field-unknown", "o/rules.lua",
      WHERE("\"message\"", "{ absent ‸\"facts.\" }"), NULL, NULL, NULL },
    { "a field of another type", "field-not-in-type", "o/rules.lua",
      WHERE("\"message\"", "{ ‸device_owner = \"u1\" }"), NULL, NULL, NULL },
    { "a field that one of the types lacks", "field-not-in-type", "o/rules.lua",
      WHERE("{ \"message\", \"login\" }", "{ ‸direction = \"out\" }"), NULL, NULL,
      NULL },
    { "the same inside none", "field-not-in-type", "o/rules.lua",
      WHERE("{ \"message\", \"login\" }", "{ none { ‸direction = \"out\" } }"), NULL,
      NULL, NULL },
    { "a number for a word", "field-kind", "o/rules.lua",
      WHERE("\"message\"", "{ direction = ‸7 }"), NULL, NULL, NULL },
    { "a text for a truth", "field-kind", "o/rules.lua",
      WHERE("\"message\"", "{ external = ‸\"yes\" }"), NULL, NULL, NULL },
    { "a text for a time", "field-kind", "o/rules.lua",
      WHERE("\"message\"", "{ time = ‸\"noon\" }"), NULL, NULL, NULL },
    { "a word that the field does not take", "word-unknown", "o/rules.lua",
      WHERE("\"message\"", "{ direction = ‸\"sideways\" }"), NULL, NULL, NULL },
    { "a word misspelt in a list", "word-unknown", "o/rules.lua",
      WHERE("\"message\"", "{ conversation_kind = { \"direct\", ‸\"grup\" } }"),
      "group", NULL, NULL },
    { "a flag that is none", "word-unknown", "o/rules.lua",
      WHERE("\"message\"", "{ flags = ‸\"bidy\" }"), "bidi", NULL, NULL },
    { "a flag misspelt inside a test", "word-unknown", "o/rules.lua",
      WHERE("\"login\"", "{ flags = none_of { ‸\"mixed_han\" } }"), "mixed-han",
      NULL, NULL },
    { "an empty list of values", "values-shape", "o/rules.lua",
      WHERE("\"message\"", "{ direction = ‸{} }"), NULL, NULL, NULL },
    { "named values", "values-shape", "o/rules.lua",
      WHERE("\"message\"", "{ direction = ‸{ a = \"out\" } }"), NULL, NULL, NULL },
    { "later without a span", "arguments", "o/rules.lua",
      WHERE("\"incident\"", "{ reported_at = ‸later(\"noticed_at\") }"), NULL, NULL,
      NULL },
    { "same as a number", "arguments", "o/rules.lua",
      WHERE("\"message\"", "{ actor = ‸same(3) }"), NULL, NULL, NULL },
    { "a term that is too long", "term-bad", "o/rules.lua",
      TREE_RULE("match = term ‸\"" LONG_TERM "\""), NULL, NULL, NULL },
    { "any of nothing", "arguments", "o/rules.lua",
      WHERE("\"message\"", "‸any {}"), NULL, NULL, NULL },
    { "absent of a table", "arguments", "o/rules.lua",
      WHERE("\"message\"", "{ ‸absent { \"actor\" } }"), NULL, NULL, NULL },
    { "a match as a test", "not-a-test", "o/rules.lua",
      WHERE("\"message\"", "{ actor = ‸term \"x\" }"), NULL, NULL, NULL },
    { "a text as a condition", "not-a-condition", "o/rules.lua",
      WHERE("\"message\"", "{ ‸\"actor\" }"), NULL, NULL, NULL },
    { "a term for a condition", "not-a-condition", "o/rules.lua",
      WHERE("\"message\"", "‸term \"x\""), NULL, NULL, NULL },
    { "a term among conditions", "not-a-condition", "o/rules.lua",
      WHERE("\"message\"", "any { { direction = \"out\" }, ‸term \"x\" }"), NULL, NULL,
      NULL },
    { "a rule for a condition", "not-a-condition", "o/rules.lua",
      WHERE("\"message\"", "‸rule {}"), NULL, NULL, NULL },
    { "a parameter for a condition", "not-a-condition", "o/rules.lua",
      WHERE("\"message\"", "‸param \"x\""), NULL, NULL, NULL },
    { "what is no condition", "not-a-condition", "o/rules.lua",
      WHERE("\"message\"", "{ ‸near { \"m\", \"actor\" } }"), NULL, NULL, NULL },
    { "more than a text", "test-kind", "o/rules.lua",
      WHERE("\"message\"", "{ text = ‸more_than(3) }"), NULL, NULL, NULL },
    { "all of a single value", "test-kind", "o/rules.lua",
      WHERE("\"message\"", "{ actor = ‸all_of { \"a\", \"b\" } }"), NULL, NULL,
      NULL },
    { "beyond a single value", "test-kind", "o/rules.lua",
      WHERE("\"message\"", "{ recipients = ‸beyond \"actor\" }"), NULL, NULL, NULL },
    { "two values at once", "never-holds", "o/rules.lua",
      WHERE("\"message\"", "{ direction = \"out\",\n    ‸{ direction = \"in\" } }"),
      NULL, NULL, NULL },
    { "two values inside all", "never-holds", "o/rules.lua",
      WHERE("\"message\"", "{ all { { direction = \"out\" }, { actor = \"a\" } },\n"
            "    ‸all { { direction = \"in\", actor = \"b\" } } }"),
      NULL, NULL, NULL },
};

/* --- fact_build.c */
#define FACT(test) WHERE("\"message\"", "{ [\"facts.f\"] = " test " }")
#define NEEDING(needs, rest)                                                   \
    "rule { id = \"r\", title = \"t\", reason = \"x\", category = \"spam\",\n" \
    "  on = \"message\", verdict = \"flag\", broad = true, needs = " needs \
    ",\n  " rest ",\n  tests = { hit {}, miss {} } }\n"
static const struct tree_case fact_cases[] = {
    { "a fact against a table", "field-kind", "o/rules.lua",
      FACT("{ ‸{ true } }"), NULL, NULL, NULL },
    { "a fact against no value", "values-shape", "o/rules.lua", FACT("‸{}"), NULL,
      NULL, NULL },
    { "a fact against a named value", "values-shape", "o/rules.lua",
      FACT("‸{ a = 1 }"), NULL, NULL, NULL },
    { "a fact against a text as number", "field-kind", "o/rules.lua",
      FACT("more_than(‸\"a\")"), NULL, NULL, NULL },
    { "a fact as a time", "test-kind", "o/rules.lua",
      FACT("‸later(\"time\", \"1h\")"), NULL, NULL, NULL },
    { "a fact against what is no test", "not-a-test", "o/rules.lua",
      FACT("‸term \"词\""), NULL, NULL, NULL },
    { "a fact among two lists", "arguments", "o/rules.lua",
      FACT("‸among(\"payees\", \"own\")"), NULL, NULL, NULL },
    { "a fact among a number", "arguments", "o/rules.lua", FACT("‸among(7)"), NULL,
      NULL, NULL },
    { "a fact among no list", "list-unknown", "o/rules.lua",
      FACT("among ‸\"payes\""), "payees", NULL, NULL },
    { "a fact beside no field", "field-unknown", "o/rules.lua",
      FACT("same ‸\"actr\""), "actor", NULL, NULL },
    { "a fact that nobody is asked for", "fact-not-needed", "o/rules.lua",
      WHERE("\"message\"", "{ [‸\"facts.trained\"] = true }"), NULL, NULL, NULL },
    { "a need misspelt", "fact-not-needed", "o/rules.lua",
      NEEDING("{ \"traned\" }", "where = { any { [‸\"facts.trained\"] = true } },\n"
            "  check = function(event) return event.facts.traned end"),
      "traned", NULL, NULL },
    { "the same in a gate", "fact-not-needed", "o/rules.lua",
      NEEDING("\"known\"", "where = { [\"facts.known\"] = true },\n"
            "  requires = { present ‸\"facts.trained\" }"), NULL, NULL, NULL },
    { "the same in an exception", "fact-not-needed", "o/rules.lua",
      NEEDING("\"known\"", "where = { [\"facts.known\"] = true },\n"
            "  except = { { [‸\"facts.knwn\"] = true, why = \"w\", owner = \"o\" } }"),
      "known", NULL, NULL },
    { "a need of nothing", "need-idle", "o/rules.lua",
      NEEDING("{ \"trained\", ‸\"known\" }", "where = { [\"facts.trained\"] = true }"),
      NULL, NULL, NULL },
};

/* --- history_build.c */
#define MEMORY(id, rest)                                                     \
    "memory { id = \"" id "\", keep = \"1d\", " rest " }\n"
#define SET "set = { on = \"message\" }"
#define SET_OF(type) "on = \"" type "\""
#define ASK(rest) WHERE("\"message\"", "{ direction = \"out\", " rest " }")
#define COUNT(rest)                                                          \
    "rule { id = \"r\", title = \"t\", reason = \"x\", " SCOPE ",\n"         \
    "  verdict = \"flag\", count = { by = \"actor\", more_than = 2, " rest " },\n" \
    "  " TESTS " }\n"

#define READS(what)                                                          \
    "rule { id = \"r\", title = \"t\", reason = \"x\", " SCOPE ",\n"         \
    "  verdict = \"flag\", check = function() return true end,\n"            \
    "  reads = " what ",\n  " TESTS " }\n"

/* --- reads_build.c */
/* The first passes through all of it. */
static const struct tree_case reads_cases[] = {
    { "reads one twice", "reads-twice", "o/rules.lua",
      READS("{ { \"people\", key = \"actor\" },"
            " ‸{ \"people\", key = \"recipients\" } }"), NULL, NULL, NULL },
    { "reads of a memory that is none", "memory-unknown", "o/rules.lua",
      MEMORY("seen", "key = \"actor\", " SET) READS("{ ‸\"sean\" }"), "seen", NULL,
      NULL },
    { "reads of nothing", "reads-shape", "o/rules.lua", READS("‸{}"), NULL, NULL,
      NULL },
    { "reads with a key and no memory", "reads-shape", "o/rules.lua",
      READS("{ ‸{ key = \"actor\" } }"), NULL, NULL, NULL },
    { "reads of two in one", "reads-shape", "o/rules.lua",
      READS("{ ‸{ \"people\", \"trained\", key = \"actor\" } }"), NULL, NULL, NULL },
    { "one that is read outside the list", "reads-shape", "o/rules.lua",
      READS("‸{ \"people\", key = \"actor\" }"), NULL, NULL, NULL },
    { "reads of a number", "reads-shape", "o/rules.lua", READS("{ ‸3 }"), NULL, NULL,
      NULL },
    { "a key of what is read misspelt", "unknown-key", "o/rules.lua",
      READS("{ { \"people\", ‸kee = \"actor\" } }"), "key", NULL, NULL },
    { "reads by a key of the wrong kind", "key-names", "o/rules.lua",
      READS("{ { \"people\", key = ‸\"account\" } }"), NULL, NULL, NULL },
    { "reads by a field that is none", "field-unknown", "o/rules.lua",
      READS("{ { \"people\", key = ‸\"acter\" } }"), "actor", NULL, NULL },
    { "reads by a key that the event lacks", "field-not-in-type", "o/rules.lua",
      READS("{ ‸\"people\" }"), NULL, NULL, NULL },
    { "reads too many", "reads-many", "o/rules.lua",
      READS("‸{ \"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\", \"i\" }"),
      NULL, NULL, NULL },
    { "reads without a check", "reads-no-check", "o/rules.lua",
      LOCAL(SCOPE ", reads = ‸{ \"people\" }, " TESTS), NULL, NULL, NULL },
};

static const struct tree_case history_cases[] = {
    { "two of what is one", "never-fires", "o/rules.lua",
      LOCAL(SCOPE ", where = known { \"people\", key = \"actor\", at_least = ‸2 }, "
            TESTS), NULL, NULL, NULL },
    { "others of what is one", "never-fires", "o/rules.lua",
      LOCAL(SCOPE ", where = unknown { \"people\", key = \"actor\", other = ‸true }, "
            TESTS), NULL, NULL, NULL },
    { "a memory without a keep", "missing-key", "o/rules.lua",
      "memory ‸{ id = \"m\", key = \"actor\", " SET " }\n", NULL, NULL, NULL },
    { "a memory's key misspelt", "unknown-key", "o/rules.lua",
      MEMORY("m", "key = \"actor\", " SET ", ‸feilds = {}"), "fields", NULL, NULL },
    { "a memory that is no table", "declaration", "o/rules.lua", "‸memory \"m\"\n",
      NULL, NULL, NULL },
    { "a memory's id with a slash", "rule-id", "o/rules.lua",
      "memory { id = ‸\"m/n\", keep = \"1d\", key = \"actor\", " SET " }\n", NULL,
      NULL, NULL },
    { "two memories with one id", "memory-twice", "o/rules.lua",
      MEMORY("m", "key = \"actor\", " SET)
      "memory { id = ‸\"m\", keep = \"1d\", key = \"account\", " SET " }\n", NULL,
      NULL, NULL },
    { "a time that is none", "value-read", "o/rules.lua",
      "memory { id = \"m\", keep = ‸\"long\", key = \"actor\", " SET " }\n", NULL,
      NULL, NULL },
    { "a way to write that is none", "value-word", "o/rules.lua",
      MEMORY("m", "key = \"actor\", write = ‸\"allways\", " SET), "always", NULL,
      NULL },
    { "a text that is kept", "memory-text", "o/rules.lua",
      MEMORY("m", "key = \"actor\", fields = { ‸\"text\" }, " SET), NULL, NULL, NULL },
    { "a field that is nowhere is kept", "field-unknown", "o/rules.lua",
      MEMORY("m", "key = \"actor\", fields = { ‸\"plattform\" }, " SET), "platform",
      NULL, NULL },
    { "a key of four fields", "key-shape", "o/rules.lua",
      MEMORY("m", "key = ‸{ \"actor\", \"account\", \"platform\", \"id\" }, " SET),
      NULL, NULL, NULL },
    { "a key of no field", "key-shape", "o/rules.lua",
      MEMORY("m", "key = ‸{}, " SET), NULL, NULL, NULL },
    { "a key that is a test", "key-shape", "o/rules.lua",
      MEMORY("m", "key = ‸same \"actor\", " SET), NULL, NULL, NULL },
    { "a list without each", "key-each", "o/rules.lua",
      MEMORY("m", "key = ‸\"recipients\", " SET), NULL, NULL, NULL },
    { "each of what is no list", "key-each", "o/rules.lua",
      MEMORY("m", "key = ‸each \"actor\", " SET), NULL, NULL, NULL },
    { "a key that is a text", "key-field", "o/rules.lua",
      MEMORY("m", "key = ‸\"text\", " SET), NULL, NULL, NULL },
    { "a key that is nowhere", "field-unknown", "o/rules.lua",
      MEMORY("m", "key = ‸\"acter\", " SET), "actor", NULL, NULL },
    { "a clause that is no table", "clause-shape", "o/rules.lua",
      MEMORY("m", "key = \"actor\", set = { ‸\"message\" }"), NULL, NULL, NULL },
    { "a clause of nobody", "clause-on", "o/rules.lua",
      MEMORY("m", "key = \"actor\", set = ‸{ at = \"time\" }"), NULL, NULL, NULL },
    { "a clause of both", "clause-on", "o/rules.lua",
      MEMORY("m", "key = \"actor\", set = ‸{ on = \"message\", rule = \"r\" }"), NULL,
      NULL, NULL },
    { "a clause's key misspelt", "unknown-key", "o/rules.lua",
      MEMORY("m", "key = \"actor\", set = { on = \"message\", ‸were = {} }"), "where",
      NULL, NULL },
    { "a clause of a type that is none", "type-unknown", "o/rules.lua",
      MEMORY("m", "key = \"actor\", set = { on = ‸\"mesage\" }"), "message", NULL,
      NULL },
    { "a clause of a rule that is none", "clause-rule", "o/rules.lua",
      "rule { id = \"often\", title = \"t\", reason = \"x\", " SCOPE ",\n"
      "  verdict = \"flag\", " TESTS " }\n"
      MEMORY("m", "key = \"actor\", set = { rule = ‸\"oftn\" }"), "often", NULL,
      NULL },
    { "a clause that lacks the key", "field-not-in-type", "o/rules.lua",
      MEMORY("m", "key = \"conversation\", set = { " SET_OF("message") " },"
             " clear = ‸{ on = \"login\" }"), NULL, NULL, NULL },
    { "a clause whose key is too short", "key-length", "o/rules.lua",
      MEMORY("m", "key = { \"actor\", \"account\" },"
             " set = { on = \"message\", key = ‸\"actor\" }"), NULL, NULL, NULL },
    { "a clause whose key is another's", "key-names", "o/rules.lua",
      MEMORY("m", "key = \"actor\", " SET ","
             " clear = { on = \"login\", key = ‸\"device\" }"), NULL, NULL, NULL },
    { "a time that is an account", "clause-at", "o/rules.lua",
      MEMORY("m", "key = \"actor\", set = { on = \"message\", at = ‸\"account\" }"),
      NULL, NULL, NULL },
    { "a clause with a bad condition", "field-unknown", "o/rules.lua",
      MEMORY("m", "key = \"actor\", set = { on = \"message\","
             " where = { ‸directon = \"out\" } }"), "direction", NULL, NULL },

    { "a memory that is none", "memory-unknown", "o/rules.lua",
      ASK("known { ‸\"trainned\", key = \"actor\" }"), "trained", NULL, NULL },
    { "an own memory misspelt", "memory-unknown", "o/rules.lua",
      MEMORY("seen", "key = \"actor\", " SET)
      ASK("known { ‸\"sean\", key = \"actor\" }"), "seen", NULL, NULL },
    { "known without a memory", "known-shape", "o/rules.lua",
      ASK("‸known { key = \"actor\" }"), NULL, NULL, NULL },
    { "unknown without a table", "known-shape", "o/rules.lua",
      ASK("‸unknown \"trained\""), NULL, NULL, NULL },
    { "known without a key", "known-shape", "o/rules.lua",
      ASK("‸known { \"trained\" }"), NULL, NULL, NULL },
    { "known's key misspelt", "unknown-key", "o/rules.lua",
      ASK("known { \"trained\", key = \"actor\", ‸whithin = \"1d\" }"), "within",
      NULL, NULL },
    { "an account asked of persons", "key-names", "o/rules.lua",
      ASK("known { \"trained\", key = ‸\"account\" }"), NULL, NULL, NULL },
    { "a longer key than there is", "key-length", "o/rules.lua",
      ASK("known { \"leavers\", key = ‸{ \"account\", \"actor\" } }"), NULL, NULL,
      NULL },
    { "a field that is not kept", "memory-field", "o/rules.lua",
      ASK("known { \"trained\", key = \"actor\", where = { ‸results = \"pass\" } }"),
      "result", NULL, NULL },
    { "a field that is not kept, asked for", "memory-field", "o/rules.lua",
      ASK("known { \"trained\", key = \"actor\", where = { present ‸\"until\" } }"),
      NULL, NULL, NULL },
    { "a record that asks for a record", "known-nested", "o/rules.lua",
      ASK("known { \"trained\", key = \"actor\", where = {"
          " ‸known { \"leavers\", key = \"actor\" } } }"), NULL, NULL, NULL },
    { "an operand that the event lacks", "field-not-in-type", "o/rules.lua",
      ASK("known { \"trained\", key = \"actor\", where = {"
          " duty = same ‸\"device\" } }"), NULL, NULL, NULL },

    { "an attribute that is none", "attribute-unknown", "o/rules.lua",
      ASK("[‸\"actor.rols\"] = \"manager\""), "roles", NULL, NULL },
    { "an attribute of a word", "attribute-of", "o/rules.lua",
      ASK("[‸\"platform.roles\"] = \"manager\""), NULL, NULL, NULL },
    { "a word that no attribute has", "word-unknown", "o/rules.lua",
      ASK("[\"actor.state\"] = ‸\"gone\""), NULL, NULL, NULL },
    { "an attribute of a field that is none", "field-unknown", "o/rules.lua",
      ASK("[‸\"acter.roles\"] = \"manager\""), "actor", NULL, NULL },

    { "somebody's attribute that is none", "attribute-unknown", "o/rules.lua",
      LOCAL(SCOPE ", escalate = { to = who ‸\"account.owner\", within = \"1h\" },"
            TESTS), NULL, NULL, NULL },
    { "a count of no time", "count-span", "o/rules.lua",
      "rule { id = \"r\", title = \"t\", reason = \"x\", " SCOPE ",\n"
      "  verdict = \"flag\", count = ‸{ by = \"actor\", more_than = 2 },\n"
      "  " TESTS " }\n", NULL, NULL, NULL },
    { "a period that is none", "value-word", "o/rules.lua",
      COUNT("period = ‸\"moth\""), "month", NULL, NULL },
    { "a count's key misspelt", "unknown-key", "o/rules.lua",
      COUNT("‸ower = \"1h\""), "over", NULL, NULL },
    { "a count over days of work", "span-work", "o/rules.lua",
      COUNT("over = ‸\"3bd\""), NULL, NULL, NULL },
    { "a count of two things", "count-what", "o/rules.lua",
      COUNT("over = \"1h\", distinct = \"account\", sum = ‸\"conversation\""), NULL,
      NULL, NULL },
    { "a sum of accounts", "count-field", "o/rules.lua",
      COUNT("over = \"1h\", sum = ‸\"account\""), NULL, NULL, NULL },
    { "distinct texts", "count-field", "o/rules.lua",
      COUNT("over = \"1h\", distinct = ‸\"text\""), NULL, NULL, NULL },
    { "more than can be told apart", "count-many", "o/rules.lua",
      "rule { id = \"r\", title = \"t\", reason = \"x\", " SCOPE ",\n"
      "  verdict = \"flag\", count = { by = \"actor\", more_than = ‸1000,"
      " over = \"1h\", distinct = \"account\" },\n  " TESTS " }\n", NULL, NULL, NULL },
    { "a counter that others use otherwise", "count-shared", "o/rules.lua",
      "rule { id = \"q\", title = \"t\", reason = \"x\", " SCOPE ",\n"
      "  verdict = \"flag\", count = { by = \"actor\", more_than = 5,"
      " over = \"2h\", id = \"c\" },\n  " TESTS " }\n"
      COUNT("over = \"1h\", id = ‸\"c\""), NULL, NULL, NULL },
    { "a counter's id with a slash", "rule-id", "o/rules.lua",
      COUNT("over = \"1h\", id = ‸\"a/b\""), NULL, NULL, NULL },
    { "a reset of a rule that is none", "clause-rule", "o/rules.lua",
      COUNT("over = \"1h\", reset = { rule = ‸\"s\" }"), NULL, NULL, NULL },
    { "a gate on a field that is none", "field-unknown", "o/rules.lua",
      LOCAL(SCOPE ", requires = { ‸approved = \"u\" }," TESTS), NULL, NULL, NULL },
};

/* --- match_build.c */
static const struct tree_case match_cases[] = {
    { "a condition for a match", "not-a-match", "o/rules.lua",
      TREE_RULE("match = ‸absent \"x\""), NULL, NULL, NULL },
    { "a text inside any", "not-a-match", "o/rules.lua",
      TREE_RULE("match = any { term \"词\", ‸\"字\" }"), NULL, NULL, NULL },
    { "a detector misspelt", "detector-unknown", "o/rules.lua",
      TREE_RULE("match = pii ‸\"mobil\""), "mobile", NULL, NULL },
    { "a detector that is nowhere", "detector-unknown", "o/rules.lua",
      TREE_RULE("match = pii ‸\"fingerprint\""), NULL, NULL, NULL },
    { "a confidence that is none", "value-word", "o/rules.lua",
      TREE_RULE("match = pii { \"passport\", confidence = ‸\"hihg\" }"), "high",
      NULL, NULL },
    { "a confidence that is a number", "key-kind", "o/rules.lua",
      TREE_RULE("match = pii { \"passport\", confidence = ‸3 }"), NULL, NULL,
      NULL },
    { "an unknown key of pii", "unknown-key", "o/rules.lua",
      TREE_RULE("match = pii { \"passport\", ‸confidense = \"high\" }"),
      "confidence", NULL, NULL },
    { "two detectors in one", "arguments", "o/rules.lua",
      TREE_RULE("match = ‸pii { \"passport\", \"mobile\" }"), NULL, NULL, NULL },
    { "a regex that is none", "regex-syntax", "o/rules.lua",
      TREE_RULE("match = regex [[密码‸(abc]]"), NULL, NULL, NULL },
    { "a regex that is none, in quotes", "regex-syntax", "o/rules.lua",
      TREE_RULE("match = any { term \"词\", regex '密码x*‸*' }"), NULL, NULL,
      NULL },
    { "a regex with a look-ahead", "regex-unsupported", "o/rules.lua",
      TREE_RULE("match = regex [=[密码‸(?=x)]=]"), NULL, NULL, NULL },
    { "a regex that is too large", "regex-states", "o/rules.lua",
      TREE_RULE("match = regex [[密码(?:ab{1000})‸{1000}]]"), NULL, NULL, NULL },
    { "a regex without a word", "regex-bare", "o/rules.lua",
      TREE_RULE("match = regex ‸[[\\d{6}]]"), NULL, NULL, NULL },
    { "a regex of which one way is without a word", "regex-bare", "o/rules.lua",
      TREE_RULE("match = regex ‸[[密码|\\d{6}]]"), NULL, NULL, NULL },
    { "a regex beside what need not be there", "regex-bare", "o/rules.lua",
      TREE_RULE("match = any { term \"词\", regex ‸[[\\d{6}]] }"), NULL, NULL,
      NULL },
    { "two regexes beside each other", "regex-bare", "o/rules.lua",
      TREE_RULE("match = near(regex ‸[[\\d{6}]], regex [[\\w{3}]], 3)"), NULL,
      NULL, NULL },
    { "a regex in a table", "arguments", "o/rules.lua",
      TREE_RULE("match = ‸regex { \"密码\" }"), NULL, NULL, NULL },
    { "ids in texts", "list-kind", "o/rules.lua",
      TREE_RULE("match = list ‸\"payees\""), NULL, NULL, NULL },
    { "a term that folds to nothing", "term-bad", "o/rules.lua",
      TREE_RULE("match = term ‸\"\xe2\x80\x8b\""), NULL, NULL, NULL },
    { "any of nothing", "arguments", "o/rules.lua",
      TREE_RULE("match = ‸any {}"), NULL, NULL, NULL },
    { "near without a distance", "arguments", "o/rules.lua",
      TREE_RULE("match = ‸near(term \"词\", term \"字\")"), NULL, NULL, NULL },
    { "near what must not be", "arguments", "o/rules.lua",
      TREE_RULE("match = ‸near(term \"词\", none { term \"字\" }, 3)"), NULL, NULL,
      NULL },
    { "so many of all", "arguments", "o/rules.lua",
      TREE_RULE("match = ‸at_least(2, all { term \"词\", term \"字\" })"), NULL,
      NULL, NULL },
    { "at least none", "value-range", "o/rules.lua",
      TREE_RULE("match = at_least(‸0, term \"词\")"), NULL, NULL, NULL },
    { "two terms in one", "arguments", "o/rules.lua",
      TREE_RULE("match = ‸term { \"词\", \"字\" }"), NULL, NULL, NULL },
    { "an unknown key of a term", "unknown-key", "o/rules.lua",
      TREE_RULE("match = term { \"词\", ‸boundry = true }"), "boundary", NULL,
      NULL },
    { "a term of no strictness", "value-word", "o/rules.lua",
      TREE_RULE("match = term { \"词\", strict = ‸\"foldet\" }"), "folded", NULL,
      NULL },
    { "a list without a name", "arguments", "o/rules.lua",
      TREE_RULE("match = ‸list { \"own\" }"), NULL, NULL, NULL },
};

/* --- rollout_build.c */
#define OVERRIDE(what)                                                        \
    TREE_YAML "regulations: { alpha: { rules: { r: { " what " } } } }\n"
static const struct tree_case rollout_cases[] = {
    { "a share of nothing", "never-fires", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ", sample = ‸0"), NULL, NULL, NULL },
    { "a ratio above one", "value-range", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ", ratio = ‸1.5"), NULL, NULL, NULL },
    { "a ratio below nothing", "value-range", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ", ratio = ‸-0.1"), NULL, NULL, NULL },
    { "no number at all", "bad-number", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ", sample = ‸0/0"), NULL, NULL, NULL },
    { "a share in words", "key-kind", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ", sample = ‸\"half\""), NULL, NULL, NULL },
    { "an organisation's ratio above one", "value-range",
      "o/organisation.yaml", OVERRIDE("ratio: ‸2"),
      NULL, "regulations/alpha/rules.lua", CITED("match = term \"词\"") },
    { "an organisation's sample in words", "value-read",
      "o/organisation.yaml", OVERRIDE("sample: ‸few"),
      NULL, "regulations/alpha/rules.lua", CITED("match = term \"词\"") },
    { "a brake without a share", "missing-key", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ", brake = ‸{ min = 20, over = \"1d\" }"), NULL,
      NULL, NULL },
    { "a brake's key misspelt", "unknown-key", "o/rules.lua",
      LOCAL(SCOPE "," TESTS
            ", brake = { share = 0.1, min = 20, ‸ower = \"1d\" }"), "over",
      NULL, NULL },
    { "a brake of any hit", "value-range", "o/rules.lua",
      LOCAL(SCOPE "," TESTS
            ", brake = { share = 0.1, min = ‸0, over = \"1d\" }"), NULL, NULL,
      NULL },
    { "a brake of more than all", "value-range", "o/rules.lua",
      LOCAL(SCOPE "," TESTS
            ", brake = { share = ‸1.01, min = 2, over = \"1d\" }"), NULL, NULL,
      NULL },
    { "a brake over no time", "value-read", "o/rules.lua",
      LOCAL(SCOPE "," TESTS
            ", brake = { share = 0.1, min = 2, over = ‸\"soon\" }"), NULL, NULL,
      NULL },
    { "an organisation's brake", "value-range", "o/organisation.yaml",
      OVERRIDE("brake: { share: 0.1, min: ‸-1, over: 1d }"),
      NULL, "regulations/alpha/rules.lua", CITED("match = term \"词\"") },
};

/* --- rule_build.c */
static const struct tree_case rule_cases[] = {
    { "a bare item", "rule-item", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ", ‸\"词\""), NULL, NULL, NULL },
    { "a key misspelt", "unknown-key", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ", ‸severty = 3"), "severity", NULL, NULL },
    { "no id", "rule-lacks", "o/rules.lua",
      "‸rule { title = \"t\", reason = \"x\", verdict = \"flag\",\n  " SCOPE ","
      TESTS " }\n", NULL, NULL, NULL },
    { "no title", "rule-lacks", "o/rules.lua",
      "‸rule { id = \"r\", reason = \"x\", verdict = \"flag\",\n  " SCOPE "," TESTS
      " }\n", NULL, NULL, NULL },
    { "no type", "rule-lacks", "o/rules.lua",
      "‸" LOCAL("match = term \"词\", category = \"spam\""), NULL, NULL, NULL },
    { "an empty list of types", "rule-lacks", "o/rules.lua",
      LOCAL("match = term \"词\", category = \"spam\", on = ‸{}"), NULL, NULL,
      NULL },
    { "no category", "rule-lacks", "o/rules.lua",
      "‸" LOCAL("on = \"message\", match = term \"词\"," TESTS), NULL, NULL, NULL },
    { "a blank in an id", "rule-id", "o/rules.lua",
      "rule { id = ‸\"a b\", title = \"t\", reason = \"x\", verdict = \"flag\",\n  "
      SCOPE "," TESTS " }\n", NULL, NULL, NULL },
    { "a slash in an id", "rule-id", "o/rules.lua",
      "rule { id = ‸\"a/b\", title = \"t\", reason = \"x\", verdict = \"flag\",\n  "
      SCOPE "," TESTS " }\n", NULL, NULL, NULL },
    { "neither article nor reason", "rule-uncited", "o/rules.lua",
      "‸rule { id = \"r\", title = \"t\", verdict = \"flag\",\n  " SCOPE "," TESTS
      " }\n", NULL, NULL, NULL },
    { "no article in a regulation", "rule-uncited", "regulations/alpha/rules.lua",
      "‸" LOCAL(SCOPE "," TESTS), NULL, NULL, NULL },
    { "an empty list of articles", "rule-uncited", "regulations/alpha/rules.lua",
      "rule { id = \"r\", title = \"t\", cites = ‸{}, verdict = \"flag\",\n  " SCOPE
      "," TESTS " }\n", NULL, NULL, NULL },
    { "an article of nobody's", "cite-local", "o/rules.lua",
      LOCAL("cites = { ‸\"四.1\" }, " SCOPE "," TESTS), NULL, NULL, NULL },
    { "an article that is not there", "article-unknown",
      "regulations/alpha/rules.lua",
      "rule { id = \"r\", title = \"t\", cites = { ‸\"四.2\" }, verdict = \"flag\",\n"
      "  " SCOPE "," TESTS " }\n", "四.1", NULL, NULL },
    { "a regulation that was not adopted", "regulation-not-adopted",
      "o/rules.lua", LOCAL("cites = { ‸\"beta/四.1\" }, " SCOPE "," TESTS), NULL,
      NULL, NULL },
    { "a regulation misspelt in a citation", "regulation-not-adopted",
      "o/rules.lua", LOCAL("cites = { ‸\"alhpa/四.1\" }, " SCOPE "," TESTS), "alpha",
      NULL, NULL },
    { "no tests", "rule-untested", "o/rules.lua", "‸" LOCAL(SCOPE), NULL, NULL,
      NULL },
    { "no positive trigger", "rule-no-trigger", "o/rules.lua",
      "‸" LOCAL("category = \"spam\", on = \"message\", match = none { term \"词\" },"
                TESTS), NULL, NULL, NULL },
    { "a condition is no trigger", "rule-no-trigger", "o/rules.lua",
      "‸" LOCAL("category = \"spam\", on = \"message\",\n"
                "  where = { direction = \"out\" }," TESTS), NULL, NULL, NULL },
    { "a broad rule", "rule-broad", "o/rules.lua",
      "‸" LOCAL("category = \"spam\", on = \"message\", broad = true,\n"
                "  where = { direction = \"out\" }," TESTS), NULL, NULL, NULL },
    { "a type misspelt", "type-unknown", "o/rules.lua",
      LOCAL("category = \"spam\", on = ‸\"mesage\", match = term \"词\"," TESTS),
      "message", NULL, NULL },
    { "a category misspelt", "category-unknown", "o/rules.lua",
      LOCAL("category = ‸\"spamm\", on = \"message\", match = term \"词\"," TESTS),
      "spam", NULL, NULL },
    { "a role that nobody has", "role-unknown", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ",\n"
            "  escalate = { to = ‸\"boss\", within = \"1h\" }"), NULL, NULL, NULL },
    { "a role misspelt", "role-unknown", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ",\n"
            "  escalate = { to = ‸\"oficer\", within = \"1h\" }"), "officer", NULL,
      NULL },
    { "a place of tell misspelt", "tell-place", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ", tell = { zh = \"见\", en = ‸\"{artcle}\" }"),
      "article", NULL, NULL },
    { "a place of tell that is always empty", "tell-place", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ", tell = ‸\"{due}\""), NULL, NULL, NULL },
    { "a verdict misspelt", "value-word", "o/rules.lua",
      "rule { id = \"r\", title = \"t\", reason = \"x\", verdict = ‸\"blok\",\n  "
      SCOPE "," TESTS " }\n", "block", NULL, NULL },
    { "a severity out of range", "value-range", "o/rules.lua",
      LOCAL(SCOPE ", severity = ‸6," TESTS), NULL, NULL, NULL },
    { "an exception without a reason", "except-shape", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ",\n  except = { ‸{ actor = \"a\", owner = \"o\" } }"),
      NULL, NULL, NULL },
    { "an exception for a blank reason", "except-blank", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ",\n  except = { { actor = \"a\", why = ‸\" \", owner = \"o\" } }"),
      NULL, NULL, NULL },
    { "an exception that nobody owns", "except-blank", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ",\n  except = { { actor = \"a\", why = \"w\", owner = ‸\"\" } }"),
      NULL, NULL, NULL },
    { "an exception without an end", "except-endless", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ",\n  except = { ‸{ actor = \"a\", why = \"w\", owner = \"o\" } }"),
      NULL, NULL, NULL },
    { "an exception that is a text", "except-shape", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ",\n  except = { ‸\"a\" }"), NULL, NULL, NULL },
    { "an exception from nothing", "except-shape", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ",\n  except = { ‸{ why = \"w\", owner = \"o\" } }"),
      NULL, NULL, NULL },
    { "an exception with an empty condition", "except-shape", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ",\n"
            "  except = { ‸{ {}, why = \"w\", owner = \"o\" } }"), NULL, NULL, NULL },
    { "an exception without inner braces", "list-shape", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ",\n"
            "  except = { ‸actor = \"a\", why = \"w\", owner = \"o\" }"), NULL, NULL,
      NULL },
    { "a condition and a phrase", "except-both", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ",\n  except = { ‸{ actor = \"a\", phrase = \"词语\",\n"
            "    why = \"w\", owner = \"o\" } }"), NULL, NULL, NULL },
    { "a date that is none", "date-bad", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ",\n  except = { { actor = \"a\", why = \"w\",\n"
            "    owner = \"o\", expires = ‸\"2026-02-30\" } }"), NULL, NULL, NULL },
    { "named types", "list-shape", "o/rules.lua",
      LOCAL("category = \"spam\", match = term \"词\",\n"
            "  on = { ‸a = \"message\" }," TESTS), NULL, NULL, NULL },
    { "named articles", "list-shape", "regulations/alpha/rules.lua",
      "rule { id = \"r\", title = \"t\", cites = { ‸a = \"四.1\" },\n"
      "  verdict = \"flag\", " SCOPE "," TESTS " }\n", NULL, NULL, NULL },
    { "named tests", "list-shape", "o/rules.lua",
      LOCAL(SCOPE ", tests = { ‸hit = \"词\", miss = \"好\" }"), NULL, NULL, NULL },
    { "a text field of another type", "field-not-in-type", "o/rules.lua",
      LOCAL(SCOPE ", fields = { \"text\", ‸\"repost_text\" }," TESTS), NULL, NULL,
      NULL },
    { "an unknown key of escalate", "unknown-key", "o/rules.lua",
      LOCAL(SCOPE "," TESTS ",\n  escalate = { to = \"officer\", within = \"1h\","
            " ‸otherthan = \"a\" }"), "other_than", NULL, NULL },
};

/* --- rule_test_build.c */
#define TESTED(tests) LOCAL(SCOPE ",\n  tests = { " tests " }")
static const struct tree_case test_cases[] = {
    { "a match among tests", "not-a-test-case", "o/rules.lua",
      TESTED("hit \"词\", miss \"好\", ‸term \"词\""), NULL, NULL, NULL },
    { "a text among tests", "not-a-test-case", "o/rules.lua",
      TESTED("hit \"词\", miss \"好\", ‸\"词\""), NULL, NULL, NULL },
    { "steps that are no list", "steps-shape", "o/rules.lua",
      TESTED("‸steps \"词\", miss \"好\""), NULL, NULL, NULL },
    { "a step that is no table", "steps-shape", "o/rules.lua",
      TESTED("steps { { \"词\", expect = \"hit\" }, ‸\"词\" }, miss \"好\""), NULL,
      NULL, NULL },
    { "steps that expect nothing", "steps-shape", "o/rules.lua",
      TESTED("hit \"词\", miss \"好\", ‸steps { { \"词\" } }"), NULL, NULL, NULL },
    { "a step that expects what is none", "value-word", "o/rules.lua",
      TESTED("steps { { \"词\", expect = ‸\"hits\" } }"), "hit", NULL, NULL },
    { "a step after no time", "value-read", "o/rules.lua",
      TESTED("steps { { \"词\", after = ‸\"soon\", expect = \"hit\" } }"), NULL, NULL,
      NULL },
    { "a rule that proposes", "value-word", "o/rules.lua",
      TESTED("steps { { \"词\", expect = ‸\"proposed\" } }"), NULL, NULL, NULL },
    { "a state that expects", "test-state", "o/rules.lua",
      TESTED("hit { \"词\", state = ‸{ { \"词\", expect = \"hit\" } } }, miss \"好\""),
      NULL, NULL, NULL },
    { "a state of what is no event", "test-state", "o/rules.lua",
      TESTED("hit { \"词\", state = { ‸\"词\" } }, miss \"好\""), NULL, NULL, NULL },
    { "a state by name", "test-state", "o/rules.lua",
      TESTED("hit { \"词\", state = ‸{ { \"词\" }, type = \"login\" } }, miss \"好\""),
      NULL, NULL, NULL },
    { "a state of a step", "test-state", "o/rules.lua",
      TESTED("steps { { \"词\", expect = \"hit\", state = ‸{ { \"词\" } } } }"), NULL,
      NULL, NULL },
    { "a hit after a time", "field-unknown", "o/rules.lua",
      TESTED("hit { \"词\", ‸after = \"1h\" }, miss \"好\""), NULL, NULL, NULL },
    { "a number", "test-shape", "o/rules.lua", TESTED("‸hit(3), miss \"好\""), NULL,
      NULL, NULL },
    { "two texts", "test-shape", "o/rules.lua",
      TESTED("hit ‸{ \"词\", \"词\" }, miss \"好\""), NULL, NULL, NULL },
    { "parts by name", "test-shape", "o/rules.lua",
      TESTED("hit { \"词\", parts = ‸{ quote = \"x\" } }, miss \"好\""), NULL, NULL,
      NULL },
    { "facts by position", "test-shape", "o/rules.lua",
      TESTED("hit { \"词\", facts = ‸{ \"trained\" } }, miss \"好\""), NULL, NULL,
      NULL },
    { "a fact that is a table", "test-shape", "o/rules.lua",
      TESTED("hit { \"词\", facts = { trained = ‸{} } }, miss \"好\""), NULL, NULL,
      NULL },
    { "a type that is none", "type-unknown", "o/rules.lua",
      TESTED("hit { \"词\", type = ‸\"mesage\" }, miss \"好\""), "message", NULL,
      NULL },
    { "a type without text", "test-no-text", "o/rules.lua",
      TESTED("hit \"词\", miss { ‸\"词\", type = \"login\" }"), NULL, NULL, NULL },
    { "a field misspelt", "field-unknown", "o/rules.lua",
      TESTED("hit { \"词\", ‸directon = \"out\" }, miss \"好\""), "direction", NULL,
      NULL },
    { "a list for a scalar", "field-kind", "o/rules.lua",
      TESTED("hit { \"词\", direction = ‸{ \"out\" } }, miss \"好\""), NULL, NULL,
      NULL },
    { "a word that the field does not take", "word-unknown", "o/rules.lua",
      TESTED("hit { \"词\", direction = ‸\"sideways\" }, miss \"好\""), NULL, NULL,
      NULL },
    { "a verdict that is none", "value-word", "o/rules.lua",
      TESTED("hit { \"词\", verdict = ‸\"blok\" }, miss \"好\""), "block", NULL,
      NULL },
    { "hits only", "rule-untested", "o/rules.lua", "‸" TESTED("hit \"词\""), NULL,
      NULL, NULL },
};

/* --- lint.c */
#define LINT(id, body)                                                       \
    "rule { id = \"" id "\", title = \"t\", reason = \"x\",\n"                \
    "  category = \"spam\", verdict = \"flag\", broad = true,\n  " body ",\n" \
    "  tests = { hit {}, miss {} } }\n"
#define CLAIMED(status)                                                      \
    REGULATION("alpha", "  - { ref: ‸四.1, class: event, status: " status    \
               ", note: 其余由人看, zh: 一 }\n")
static const struct tree_case lint_cases[] = {
    { "no number between", "never-fires", "o/rules.lua",
      LINT("r", "on = \"file_transfer\",\n"
           "where = { size = more_than(5), { ‸size = less_than(6) } }"),
      NULL, NULL, NULL },
    { "a value out of range", "never-fires", "o/rules.lua",
      LINT("r", "on = \"file_transfer\",\n"
           "where = { size = { 1, 3 }, all { ‸size = more_than(3) } }"),
      NULL, NULL, NULL },
    { "absent, and asked for", "never-fires", "o/rules.lua",
      LINT("r", "on = \"message\",\n"
           "where = { direction = \"out\", ‸absent \"direction\" }"),
      NULL, NULL, NULL },
    { "empty, and a value", "never-fires", "o/rules.lua",
      LINT("r", "on = \"file_transfer\",\n"
           "where = { name = \"a\", ‸empty \"name\" }"), NULL, NULL, NULL },
    { "none of its own values", "never-fires", "o/rules.lua",
      LINT("r", "on = \"message\", where = { direction = \"out\",\n"
           "{ ‸direction = none_of { \"in\", \"out\" } } }"), NULL, NULL, NULL },
    { "the same, and another", "never-fires", "o/rules.lua",
      LINT("r", "on = \"login\", where = { holder = same \"actor\",\n"
           "{ ‸holder = differs \"actor\" } }"), NULL, NULL, NULL },
    { "no choice is left", "never-fires", "o/rules.lua",
      LINT("r", "on = \"file_transfer\", where = { direction = \"out\", ‸any {\n"
           "{ size = more_than(5), { size = less_than(3) } },\n"
           "{ absent \"name\", present \"name\" } } }"), NULL, NULL, NULL },
    { "among nobody", "never-fires", "o/rules.lua",
      LINT("r", "on = \"payment\", where = { ‸counterparty = among \"payees\" }"),
      NULL, "o/lists/payees.txt", "# nobody\n" },
    { "a type without its texts", "never-fires", "o/rules.lua",
      LINT("r", "on = { ‸\"message\", \"post\" }, match = term \"词\",\n"
           "fields = \"title\""), NULL, NULL, NULL },
    { "a word of another type", "never-fires", "o/rules.lua",
      LINT("r", "on = { ‸\"account_change\", \"group_change\" },\n"
           "where = { change = \"dissolve\" }"), NULL, NULL, NULL },
    { "another type", "never-fires", "o/rules.lua",
      LINT("r", "on = { \"message\", ‸\"post\" }, where = { type = \"message\" }"),
      NULL, NULL, NULL },
    { "a list without a term", "never-fires", "o/rules.lua",
      "‸" LINT("r", "on = \"message\",\n"
               "match = all { term \"词\", list \"own\" }"), NULL,
      "o/lists/own.txt", "# 空\n@ pinyin\n!放行\n\n" },
    { "a rule that another one covers", "rule-covered", "o/rules.lua",
      "‸" LINT("r", "on = \"message\", where = { direction = \"out\" },\n"
               "match = near(term \"词\", term \"语\", 3)")
      LINT("s", "on = { \"message\", \"post\" }, match = any { term \"词\", term \"句\" }"),
      NULL, NULL, NULL },
    { "a rule that another one covers, without words", "rule-covered",
      "o/rules.lua",
      LINT("r", "on = \"file_transfer\", where = { direction = \"out\", size = more_than(3) }")
      "‸" LINT("s", "on = \"file_transfer\",\n"
               "where = { size = more_than(5), direction = \"out\", present \"name\" }"),
      NULL, NULL, NULL },
    { "a term in a term", "term-covered", "o/rules.lua",
      LINT("r", "on = \"message\",\n"
           "match = all { any { term ‸\"成绩单\", term \"成绩\" }, term \"x\" }"),
      NULL, NULL, NULL },
    { "a term twice", "term-covered", "o/rules.lua",
      LINT("r", "on = \"message\", match = any { term \"成绩\", term ‸\"成绩\" }"),
      NULL, NULL, NULL },
    { "an exception of all", "except-all", "o/rules.lua",
      LINT("r", "on = \"message\", where = { direction = \"out\", external = true },\n"
           "except = { ‸{ direction = { \"in\", \"out\" }, why = \"w\", owner = \"o\" } }"),
      NULL, NULL, NULL },
    { "an article that is tried out", "article-unproved",
      "regulations/alpha/regulation.yaml", CLAIMED("partly"), NULL,
      "regulations/alpha/rules.lua", CITED("match = term \"词\", mode = \"shadow\"") },
    { "an article whose duty is tried out", "article-unproved",
      "regulations/alpha/regulation.yaml", CLAIMED("rules"), NULL,
      "regulations/alpha/rules.lua",
      "duty { id = \"d\", title = \"t\", cites = \"四.1\", owner = \"officer\",\n"
      "every = \"1d\", mode = \"shadow\" }" },
    { "an article whose ladder is tried out", "article-unproved",
      "regulations/alpha/regulation.yaml", CLAIMED("rules"), NULL,
      "regulations/alpha/rules.lua",
      "ladder { id = \"l\", title = \"t\", cites = \"四.1\", decide = \"officer\",\n"
      "within = \"1d\", mode = \"shadow\", tracks = { { id = \"a\",\n"
      "steps = { step { \"talk\", zh = \"谈\" } } } } }" },
    { "an article without an example", "article-unproved",
      "regulations/alpha/regulation.yaml", CLAIMED("rules"), NULL,
      "regulations/alpha/rules.lua",
      "rule { id = \"r\", title = \"t\", cites = \"四.1\", category = \"spam\",\n"
      "on = \"message\", verdict = \"flag\", match = term \"词\",\n"
      "tests = { miss \"好\" } }" },
};

/* --- duty_build.c */
#define DUTY(id, rest)                                                       \
    "duty { id = \"" id "\", title = \"t\", reason = \"x\",\n  " rest " }\n"
#define OPEN "open = { on = \"incident\", key = \"incident\" }"
#define PEOPLE TREE_YAML "roles: { officer: [u1], nobody: [] }\n"
static const struct tree_case duty_cases[] = {
    { "a key misspelt", "unknown-key", "o/rules.lua",
      DUTY("d", "owner = \"officer\", ‸withn = \"1d\", once = true"), "within",
      "o/organisation.yaml", PEOPLE },
    { "no time", "duty-when", "o/rules.lua",
      "‸" DUTY("d", "owner = \"officer\""), NULL, "o/organisation.yaml", PEOPLE },
    { "two times", "duty-when", "o/rules.lua",
      "‸" DUTY("d", "owner = \"officer\", every = \"1d\", period = \"day\""), NULL,
      "o/organisation.yaml", PEOPLE },
    { "a period that is opened", "duty-when", "o/rules.lua",
      "‸" DUTY("d", "owner = \"officer\", period = \"day\", " OPEN), NULL,
      "o/organisation.yaml", PEOPLE },
    { "a period that is none", "value-word", "o/rules.lua",
      DUTY("d", "owner = \"officer\", period = ‸\"moth\""), "month",
      "o/organisation.yaml", PEOPLE },
    { "no time at all between", "duty-zero", "o/rules.lua",
      DUTY("d", "owner = \"officer\", every = ‸\"0d\""), NULL,
      "o/organisation.yaml", PEOPLE },
    { "again at once", "duty-zero", "o/rules.lua",
      DUTY("d", "owner = \"officer\", every = \"1d\", overdue = { again = ‸\"0s\" }"),
      NULL, "o/organisation.yaml", PEOPLE },
    { "a span that is none", "value-read", "o/rules.lua",
      DUTY("d", "owner = \"officer\", every = ‸\"3bx\""), NULL,
      "o/organisation.yaml", PEOPLE },
    { "nobody's", "duty-owner", "o/rules.lua",
      "‸" DUTY("d", "every = \"1d\""), NULL, "o/organisation.yaml", PEOPLE },
    { "of whom no event names", "duty-owner", "o/rules.lua",
      DUTY("d", "owner = ‸who \"actor\", every = \"1d\""), NULL,
      "o/organisation.yaml", PEOPLE },
    { "of a role that is nobody's", "role-unknown", "o/rules.lua",
      DUTY("d", "owner = ‸\"oficer\", every = \"1d\""), "officer",
      "o/organisation.yaml", PEOPLE },
    { "of whom a field names that is not there", "field-not-in-type", "o/rules.lua",
      DUTY("d", "owner = who ‸\"recipients\", within = \"1d\", " OPEN), NULL,
      "o/organisation.yaml", PEOPLE },
    { "of an attribute that is none", "attribute-unknown", "o/rules.lua",
      DUTY("d", "owner = who ‸\"account.holdr\", within = \"1d\", " OPEN), "holder",
      "o/organisation.yaml", PEOPLE },
    { "for each of nobody", "duty-each", "o/rules.lua",
      DUTY("d", "each = ‸\"nobody\", every = \"1d\""), NULL,
      "o/organisation.yaml", PEOPLE },
    { "reminded before it begins", "never-fires", "o/rules.lua",
      DUTY("d", "owner = \"officer\", every = \"1d\", remind = { \"1h\", ‸\"2d\" }"),
      NULL, "o/organisation.yaml", PEOPLE },
    { "each misspelt", "duty-each", "o/rules.lua",
      DUTY("d", "owner = \"officer\", each = ‸\"departmentz\", every = \"1d\""),
      "departments", "o/organisation.yaml", PEOPLE },
    { "a duty without tests", "rule-untested", "o/rules.lua",
      "‸" DUTY("d", "owner = \"officer\", every = \"1d\""), NULL,
      "o/organisation.yaml", PEOPLE },
    { "a place of a duty that is always empty", "tell-place", "o/rules.lua",
      DUTY("d", "owner = \"officer\", every = \"1d\", overdue = { tell = ‸\"{count}\" }"),
      NULL, "o/organisation.yaml", PEOPLE },
    { "a key of a step misspelt", "unknown-key", "o/rules.lua",
      DUTY("d", "owner = \"officer\", every = \"1d\","
                " tests = { steps { { ‸expct = \"opened\" } } }"), "expect",
      "o/organisation.yaml", PEOPLE },
    { "stopped, and never opened", "duty-open", "o/rules.lua",
      DUTY("d", "owner = \"officer\", every = \"1d\", stop = ‸{ on = \"incident\" }"),
      NULL, "o/organisation.yaml", PEOPLE },
    { "so often, and never done", "duty-done", "o/rules.lua",
      DUTY("d", "owner = \"officer\", period = \"day\", times = ‸3"), NULL,
      "o/organisation.yaml", PEOPLE },
    { "a block for being late", "duty-verdict", "o/rules.lua",
      DUTY("d", "owner = \"officer\", every = \"1d\", overdue = { verdict = ‸\"block\" }"),
      NULL, "o/organisation.yaml", PEOPLE },
    { "attested by a role that is nobody's", "role-unknown", "o/rules.lua",
      DUTY("d", "owner = \"officer\", every = \"1d\", attest = { by = ‸\"x\" }"), NULL,
      "o/organisation.yaml", PEOPLE },
    { "attested by another than whom", "value-word", "o/rules.lua",
      DUTY("d", "owner = \"officer\", every = \"1d\",\n"
                "attest = { by = \"officer\", other_than = ‸\"ownr\" }"), "owner",
      "o/organisation.yaml", PEOPLE },
    { "reminders without end", "duty-reminders", "o/rules.lua",
      "local r = {} for i = 1, 65 do r[i] = i .. \"h\" end\n"
      "duty { id = \"d\", title = \"t\", reason = \"x\", owner = \"officer\",\n"
      "  every = \"7d\", remind = ‸r }\n", NULL, NULL, NULL },
    { "escalated to a role that is nobody's", "role-unknown", "o/rules.lua",
      DUTY("d", "owner = \"officer\", every = \"1d\",\n"
                "overdue = { escalate = { to = ‸\"x\", within = \"1d\" } }"), NULL,
      "o/organisation.yaml", PEOPLE },
    { "a hit of a duty", "face-test", "o/rules.lua",
      DUTY("d", "owner = \"officer\", every = \"1d\", tests = { ‸hit {} }"), NULL,
      "o/organisation.yaml", PEOPLE },
    { "a duty that proposes", "value-word", "o/rules.lua",
      DUTY("d", "owner = \"officer\", every = \"1d\",\n"
                "tests = { steps { { expect = ‸\"proposd\" } } }"), NULL,
      "o/organisation.yaml", PEOPLE },
    { "no citation", "rule-uncited", "o/rules.lua",
      "‸duty { id = \"d\", title = \"t\", owner = \"officer\", every = \"1d\" }\n", NULL,
      "o/organisation.yaml", PEOPLE },
    { "two with one id", "duty-twice", "o/rules.lua",
      DUTY("d", "owner = \"officer\", every = \"1d\"")
      "duty { id = ‸\"d\", title = \"t\", reason = \"x\", owner = \"officer\","
      " every = \"1d\" }\n", NULL, "o/organisation.yaml", PEOPLE },
    { "a key of another kind", "key-names", "o/rules.lua",
      DUTY("d", "owner = \"officer\", within = \"1d\", " OPEN ",\n"
                "done = { on = \"incident\", key = ‸\"reporter\" }"), NULL,
      "o/organisation.yaml", PEOPLE },
    { "a duty that is not there", "duty-unknown", "o/rules.lua",
      DUTY("reply", "owner = \"officer\", within = \"1d\", " OPEN)
      WHERE("\"incident\"", "{ pending { ‸\"repli\", key = \"incident\" } }"), "reply",
      "o/organisation.yaml", PEOPLE },
    { "a duty asked without its key", "known-shape", "o/rules.lua",
      DUTY("reply", "owner = \"officer\", within = \"1d\", " OPEN)
      WHERE("\"incident\"", "{ ‸overdue { \"reply\" } }"), NULL,
      "o/organisation.yaml", PEOPLE },
};

/* --- lint_duty.c */
#define BARS(id, on, rest)                                                   \
    "rule { id = \"" id "\", title = \"t\", reason = \"x\", broad = true,\n"  \
    "  category = \"spam\", on = " on ", verdict = \"block\",\n  " rest        \
    " tests = { hit {}, miss {} } }\n"
#define REQUIRES(id, on, rest)                                               \
    "rule { id = \"" id "\", title = \"t\", reason = \"x\", broad = true,\n"  \
    "  category = \"not_reviewed\", on = " on ", verdict = \"hold\",\n  " rest \
    " tests = { hit {}, miss {} } }\n"
/* Within a day from a file that came; from a new account. */
#define OWED(id, rest)                                                       \
    DUTY(id, "owner = \"officer\", within = \"1d\", " rest)
#define CAME "open = { on = \"file_transfer\", where = { operation = \"receive\" } }, "
#define REGISTERED "open = { on = \"account_change\", key = \"subject_account\",\n" \
    "  where = { change = \"register\" } }, "
#define BY(change) "done = { on = \"account_change\", key = \"subject_account\",\n" \
    "  where = { change = \"" change "\" } }"
#define PARTED TREE_YAML "roles: { officer: [u1] }\ndepartments: [财务, 人事]\n"
static const struct tree_case contra_cases[] = {
    { "what would do it is blocked", "contradicts", "o/rules.lua",
      "‸" OWED("d", CAME "done = { on = \"file_transfer\", where = { operation = \"save\" } }")
      BARS("r", "\"file_transfer\"", "where = { operation = { \"save\", \"download\" } },"),
      NULL, NULL, NULL },
    { "one of two ways by each of two rules", "contradicts", "o/rules.lua",
      "‸" OWED("d", REGISTERED "done = {\n"
        "{ on = \"account_change\", key = \"subject_account\", where = { change = \"password\" } },\n"
        "{ on = \"login\", key = \"account\", where = { place = \"office\" } } }")
      BARS("r", "\"account_change\"", "where = { change = none_of { \"register\", \"close\" } },")
      BARS("s", "\"login\"", ""), NULL, NULL, NULL },
    { "one of two values by each of two rules", "contradicts", "o/rules.lua",
      "‸" OWED("d", REGISTERED "done = { on = \"account_change\", key = \"subject_account\",\n"
        "where = { change = { \"rename\", \"profile\" }, any { { place = \"office\" }, present \"new_name\" } } }")
      BARS("r", "\"account_change\"", "where = { change = \"rename\" },")
      BARS("s", "\"account_change\"", "where = { change = \"profile\", any { { place = \"office\" }, present \"new_name\" } },"),
      NULL, NULL, NULL },
    { "one of two types by each of two rules", "contradicts", "o/rules.lua",
      "‸" DUTY("d", "owner = \"officer\", period = \"week\", done = { on = { \"post\", \"comment\" },\n"
        "where = { account_kind = \"official\" } }")
      BARS("r", "\"post\"", "where = { account_kind = { \"official\", \"club\" } },")
      BARS("s", "{ \"comment\", \"message\" }", "where = { account_kind = \"official\" },"),
      NULL, NULL, NULL },
    { "it is asked for what is required not to be", "contradicts", "o/rules.lua",
      "‸" DUTY("d", "owner = \"officer\", every = \"1d\",\n"
        "done = { on = \"post\", where = { review_state = \"none\" } }")
      BARS("r", "\"post\"", "requires = any { { review_state = \"passed\" },\n"
        "{ review_state = \"pending\", approved_by = differs \"actor\" } },"), NULL, NULL, NULL },
    { "an exception of others", "contradicts", "o/rules.lua",
      "‸" DUTY("d", "owner = \"officer\", every = \"1d\",\n"
        "done = { on = \"payment\", where = { actor_dept = \"财务\", kind = \"pay\" } }")
      BARS("r", "\"payment\"", "where = { kind = none_of { \"receive\" } },\n"
        "except = { { actor_dept = { \"人事\", \"教务\" }, why = \"w\", owner = \"o\" },\n"
        "{ phrase = { \"货款\" }, why = \"w\", owner = \"o\" } },"), NULL, NULL, NULL },
    { "all but some are blocked", "contradicts", "o/rules.lua",
      "‸" OWED("d", REGISTERED BY("password"))
      BARS("r", "\"account_change\"", "where = { none { change = { \"register\", \"close\" } } },"),
      NULL, NULL, NULL },
    { "while it waits, nothing goes", "contradicts", "o/rules.lua",
      "‸" OWED("d", REGISTERED BY("second_factor"))
      BARS("r", "\"account_change\"", "where = { change = none_of { \"close\" },\n"
        "pending { \"d\", key = \"subject_account\" } },"), NULL, NULL, NULL },
    { "once it is late, nothing goes", "contradicts", "o/rules.lua",
      "‸" OWED("d", REGISTERED BY("password"))
      BARS("r", "{ \"account_change\", \"data_use\" }",
           "where = any { overdue { \"d\", key = \"subject_account\" }, { operation = \"export\" } },"),
      NULL, NULL, NULL },
    { "what does it is blocked by itself", "contradicts", "o/rules.lua",
      "‸" OWED("d", CAME "done = { rule = \"r\" }")
      BARS("r", "\"message\"", "match = term \"词\", count = { by = \"actor\", over = \"1h\", more_than = 2 },"),
      NULL, NULL, NULL },
    { "one department may not", "contradicts", "o/rules.lua",
      "‸" DUTY("d", "each = \"departments\", owner = \"officer\", period = \"month\", done = { on = \"post\" }")
      BARS("r", "\"post\"", "where = { actor_dept = \"人事\" },"),
      NULL, "o/organisation.yaml", PARTED },
    { "while that of its own department waits, nothing goes", "contradicts", "o/rules.lua",
      "‸" DUTY("d", "each = \"departments\", owner = \"officer\", period = \"month\", done = { on = \"post\" }")
      BARS("r", "\"post\"", "where = pending { \"d\" },"),
      NULL, "o/organisation.yaml", PARTED },
    { "of another regulation", "contradicts", "regulations/alpha/rules.lua",
      "‸duty { id = \"d\", title = \"t\", cites = { \"四.1\" }, owner = \"officer\",\n"
      "within = \"1d\", " CAME "done = { on = \"file_transfer\", where = { operation = \"save\" } } }",
      NULL, "o/rules.lua", BARS("r", "\"file_transfer\"", "where = { operation = none_of { \"receive\" } },") },
    { "two that wait for each other", "contradicts", "o/rules.lua",
      "‸" OWED("d", REGISTERED BY("password")) OWED("e", REGISTERED BY("second_factor"))
      BARS("r", "\"account_change\"", "where = { change = \"password\", pending { \"e\", key = \"subject_account\" } },")
      BARS("s", "\"account_change\"", "where = { change = \"second_factor\", pending { \"d\", key = \"subject_account\" } },"),
      NULL, NULL, NULL },
    { "what is required is blocked", "contradicts", "o/rules.lua",
      "‸" REQUIRES("r", "\"post\"", "where = { account_kind = \"official\" }, requires = { present \"approved_by\" },")
      BARS("s", "\"post\"", "where = { present \"approved_by\" },"), NULL, NULL, NULL },
    { "all that may be required is", "contradicts", "o/rules.lua",
      "‸" REQUIRES("r", "{ \"message\", \"file_transfer\" }", "where = { external = true },\n"
        "requires = any { { encrypted = true }, { approved_by = differs \"actor\" } },")
      BARS("s", "\"file_transfer\"", "where = { encrypted = true },")
      BARS("u", "\"file_transfer\"", "where = { external = true, present \"approved_by\" },"),
      NULL, NULL, NULL },
    { "what two rules require", "contradicts", "o/rules.lua",
      "‸" REQUIRES("r", "\"post\"", "where = { account_kind = \"official\" }, requires = { review_state = \"passed\" },")
      BARS("s", "\"post\"", "where = { present \"review_state\" }, requires = { review_state = none_of { \"passed\" } },"),
      NULL, NULL, NULL },
    { "who registers must be registered", "contradicts", "o/rules.lua",
      "memory { id = \"m\", key = \"group\", keep = \"1y\",\n"
      "set = { on = \"group_change\", where = { change = \"create\" } } }\n"
      "‸" BARS("r", "\"group_change\"", "requires = known { \"m\", key = \"group\" },"),
      NULL, NULL, NULL },
    { "what would be known is blocked", "contradicts", "o/rules.lua",
      "memory { id = \"m\", key = \"subject_account\", keep = \"1y\", fields = { \"change\" },\n"
      "set = { on = \"account_change\", where = { change = { \"register\", \"bind_device\" } } } }\n"
      "‸" REQUIRES("r", "\"login\"", "requires = known { \"m\", key = \"account\", where = { change = \"bind_device\" } },")
      BARS("s", "\"account_change\"", "where = { change = \"bind_device\" },"), NULL, NULL, NULL },
    { "what would be known waits for what is never known", "contradicts", "o/rules.lua",
      "memory { id = \"m\", key = \"app\", keep = \"1y\", set = { on = \"miniprogram_release\" } }\n"
      "memory { id = \"n\", key = \"subject_account\", keep = \"1y\", set = { on = \"account_change\" } }\n"
      "‸" REQUIRES("r", "\"login\"", "requires = known { \"n\", key = \"account\" },")
      BARS("s", "\"account_change\"", "requires = known { \"m\", key = \"app\" },")
      BARS("u", "\"miniprogram_release\"", ""), NULL, NULL, NULL },
};

/* --- ladder_build.c */
#define LADDER(tracks, rest)                                                 \
    "ladder { id = \"l\", title = \"t\", reason = \"x\", decide = \"officer\",\n" \
    "  within = \"10bd\", tracks = " tracks rest " }\n"
#define STEPS "steps = { step { \"warning\", zh = \"警告\" } }"
static const struct tree_case ladder_cases[] = {
    { "nobody decides", "missing-key", "o/rules.lua",
      "ladder ‸{ id = \"l\", title = \"t\", reason = \"x\", within = \"1d\","
      " tracks = {} }\n", NULL, "o/organisation.yaml", PEOPLE },
    { "a role that is nobody's decides", "role-unknown", "o/rules.lua",
      "ladder { id = \"l\", title = \"t\", reason = \"x\", decide = ‸\"x\","
      " within = \"1d\", tracks = {} }\n", NULL, "o/organisation.yaml", PEOPLE },
    { "a ladder without tests", "rule-untested", "o/rules.lua",
      "‸" LADDER("{ { id = \"a\", " STEPS " } }", ""), NULL, "o/organisation.yaml",
      PEOPLE },
    { "a role misspelt decides", "role-unknown", "o/rules.lua",
      "ladder { id = \"l\", title = \"t\", reason = \"x\", decide = ‸\"oficer\","
      " within = \"1d\", tracks = {} }\n", "officer", "o/organisation.yaml",
      PEOPLE },
    { "a key of a track misspelt", "unknown-key", "o/rules.lua",
      LADDER("{ { id = \"a\", ‸wher = {}, " STEPS " } }", ""), "where",
      "o/organisation.yaml", PEOPLE },
    { "a track that is no table", "ladder-table", "o/rules.lua",
      LADDER("{ ‸\"a\" }", ""), NULL, "o/organisation.yaml", PEOPLE },
    { "two tracks with one id", "track-twice", "o/rules.lua",
      LADDER("{ { id = \"a\", " STEPS " }, ‸{ id = \"a\", " STEPS " } }", ""), NULL,
      "o/organisation.yaml", PEOPLE },
    { "a step that is none", "step-shape", "o/rules.lua",
      LADDER("{ { id = \"a\", steps = { ‸\"warning\" } } }", ""), NULL,
      "o/organisation.yaml", PEOPLE },
    { "no step", "step-shape", "o/rules.lua",
      LADDER("{ { id = \"a\", steps = ‸{} } }", ""), NULL, "o/organisation.yaml",
      PEOPLE },
    { "a kind of step that is none", "value-word", "o/rules.lua",
      LADDER("{ { id = \"a\", steps = { step { \"w\", kind = ‸\"autority\" } } } }", ""),
      "authority", "o/organisation.yaml", PEOPLE },
    { "a step's id with a slash", "rule-id", "o/rules.lua",
      LADDER("{ { id = \"a\", steps = { step { ‸\"w/x\" } } } }", ""), NULL,
      "o/organisation.yaml", PEOPLE },
    { "a gravity that is none", "unknown-key", "o/rules.lua",
      LADDER("{ { id = \"a\", gravity = { ‸gravve = 1 }, " STEPS " } }", ""), "grave",
      "o/organisation.yaml", PEOPLE },
    { "a gravity beyond the steps", "value-range", "o/rules.lua",
      LADDER("{ { id = \"a\", gravity = { grave = ‸2 }, " STEPS " } }", ""), NULL,
      "o/organisation.yaml", PEOPLE },
    { "of another type", "value-word", "o/rules.lua",
      LADDER("{ { id = \"a\", " STEPS " } }", ", on = ‸\"review\""), NULL,
      "o/organisation.yaml", PEOPLE },
    { "also of what is none", "value-word", "o/rules.lua",
      LADDER("{ { id = \"a\", " STEPS " } }", ", also = ‸\"department\""), "departments",
      "o/organisation.yaml", PEOPLE },
    { "repeats without a time", "missing-key", "o/rules.lua",
      LADDER("{ { id = \"a\", " STEPS " } }", ", repeats = ‸{ raise = 1 }"), NULL,
      "o/organisation.yaml", PEOPLE },
    { "a field that a violation has not", "field-not-in-type", "o/rules.lua",
      LADDER("{ { id = \"a\", where = { ‸direction = \"out\" }, " STEPS " } }", ""), NULL,
      "o/organisation.yaml", PEOPLE },
    { "a ladder that hits", "value-word", "o/rules.lua",
      LADDER("{ { id = \"a\", " STEPS " } }",
             ", tests = { steps { { expect = ‸\"hit\" } } }"), NULL,
      "o/organisation.yaml", PEOPLE },
    { "a miss of a ladder", "face-test", "o/rules.lua",
      LADDER("{ { id = \"a\", " STEPS " } }", ", tests = { ‸miss {} }"), NULL,
      "o/organisation.yaml", PEOPLE },
    { "a ladder called as a duty", "duty-twice", "o/rules.lua",
      DUTY("l", "owner = \"officer\", every = \"1d\"")
      "ladder { id = ‸\"l\", title = \"t\", reason = \"x\", decide = \"officer\",\n"
      "  within = \"10bd\", tracks = {} }\n", NULL, "o/organisation.yaml", PEOPLE },
};

#endif
