/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The catalogue of what the command itself says, in Chinese and in English.
 */
#ifndef CLI_LANG_H
#define CLI_LANG_H

enum cli_language { CLI_EN, CLI_ZH };

enum cli_message {
#define CLI_MESSAGE(name, en, zh) CLI_##name,
#include "messages.def"
#undef CLI_MESSAGE
    CLI_MESSAGES
};

const char *cli_message(enum cli_language language, enum cli_message m);
/* "zh" or "en", as the library and --lang spell it. */
const char *cli_language_name(enum cli_language language);
/* Of "zh", "en", or a locale such as "zh_CN.UTF-8"; -1 for any other. */
int cli_language_find(const char *name);
/* By LC_ALL, LC_MESSAGES and LANG, the first that is set; else English. */
enum cli_language cli_language_of_environment(void);
/* "hold" or 暂扣. */
const char *cli_verdict(enum cli_language language, int verdict);
/* "traditional" or 繁体: what the fold had to undo. */
const char *cli_reason(enum cli_language language, const char *name);
/* "squeezed" or 去间隔: a view of a text, or NULL where it is none. Static. */
const char *cli_view(enum cli_language language, const char *name, size_t len);
/* "full-width" or 全角: how an example was disguised. */
const char *cli_disguise(enum cli_language language, const char *name);
/* What a code of policy_error means, where the library's message does not
 * speak this language; else NULL. */
const char *cli_error_kind(enum cli_language language, const char *code);

#endif
