/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which language, and the texts in it. Locales are read as names only: the
 * command writes UTF-8 whatever the C library thinks of the terminal.
 */
#include <stdlib.h>
#include <string.h>

#include <policy/decision.h>

#include "lang.h"

static const char *const texts[CLI_MESSAGES][2] = {
#define CLI_MESSAGE(name, en, zh) { en, zh },
#include "messages.def"
#undef CLI_MESSAGE
};

const char *cli_message(enum cli_language language, enum cli_message m)
{
    return texts[m][language == CLI_ZH];
}

const char *cli_language_name(enum cli_language language)
{
    return language == CLI_ZH ? "zh" : "en";
}

int cli_language_find(const char *name)
{
    static const struct {
        char name[3];
        enum cli_language language;
    } known[] = { { "en", CLI_EN }, { "zh", CLI_ZH } };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (!strncmp(name, known[i].name, 2) &&
            (name[2] == 0 || strchr("_.-@", name[2])))
            return (int)known[i].language;
    return -1;
}

enum cli_language cli_language_of_environment(void)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);

        if (value && *value)
            return cli_language_find(value) == CLI_ZH ? CLI_ZH : CLI_EN;
    }
    return CLI_EN;
}

const char *cli_verdict(enum cli_language language, int verdict)
{
    /* ORDER VERDICT */
    static const char *const zh[] = { "放行", "标记", "提醒",
                                      "遮盖", "暂扣", "拦截" };
    const char *name = policy_verdict_name(verdict);

    if (language == CLI_ZH && name && verdict < 6)
        return zh[verdict];
    return name ? name : "?";
}
