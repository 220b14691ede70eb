/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy help and policy version. A command's help says what it does, what its
 * options are, what its exit status means, and gives an example.
 */
#include <string.h>

#include "options.h"

struct page {
    const char *command; /* "": the whole */
    const char *en, *zh;
};

static const struct page pages[] = {
#define HELP_PAGE(command, en, zh) { command, en, zh },
#include "help.def"
#undef HELP_PAGE
};

static const char *page_of(const struct cli *c, const char *command)
{
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
        if (!strcmp(pages[i].command, command))
            return c->language == CLI_ZH ? pages[i].zh : pages[i].en;
    return NULL;
}

int cli_help(const struct cli *c)
{
    const char *page = page_of(c, c->arg_count ? c->args[0] : "");

    if (!page)
        return cli_fail(c, CLI_COMMAND_UNKNOWN, c->args[0]);
    fputs(page, stdout);
    if (c->arg_count && c->args[0][0])
        fputs(page_of(c, "common"), stdout);
    return CLI_DONE;
}

int cli_version(const struct cli *c)
{
    (void)c;
    printf("policy %s (%s)\n", POLICY_VERSION_STRING, policy_build_info());
    return CLI_DONE;
}
