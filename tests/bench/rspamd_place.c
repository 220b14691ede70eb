/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"
#include "rspamd_place.h"

enum { PATH_ROOM = 1024, VARIABLES = 8, ARGS_MAX = 32 };

/* Into `out`, a path of PATH_ROOM bytes. */
static const char *below(char *out, const char *rest)
{
    snprintf(out, PATH_ROOM, "%s/%s", getenv("POLICY_BENCH_RSPAMD"), rest);
    return out;
}

const char *rspamd_lacks(void)
{
    char path[PATH_ROOM];

    if (!getenv("POLICY_BENCH_RSPAMD"))
        return "POLICY_BENCH_RSPAMD does not say where Rspamd is";
    if (access(below(path, "bin/rspamd"), X_OK) ||
        access(below(path, "bin/rspamadm"), X_OK))
        return "there is no Rspamd where POLICY_BENCH_RSPAMD says";
    return NULL;
}

const char *rspamd_share(void)
{
    static char path[PATH_ROOM];

    return below(path, "share/rspamd");
}

/* What its files are to find where it was built to find it elsewhere. */
static size_t put_variables(char (*out)[PATH_ROOM * 2], const char *folder)
{
    const char *share = rspamd_share();
    size_t n = 0;

    snprintf(out[n++], PATH_ROOM, "--var=SHAREDIR=%s", share);
    snprintf(out[n++], PATH_ROOM * 2, "--var=LUALIBDIR=%s/lualib", share);
    snprintf(out[n++], PATH_ROOM * 2, "--var=RULESDIR=%s/rules", share);
    snprintf(out[n++], PATH_ROOM * 2, "--var=PLUGINSDIR=%s/plugins", share);
    snprintf(out[n++], PATH_ROOM, "--var=CONFDIR=%s", folder);
    snprintf(out[n++], PATH_ROOM, "--var=DBDIR=%s", folder);
    snprintf(out[n++], PATH_ROOM, "--var=RUNDIR=%s", folder);
    snprintf(out[n++], PATH_ROOM, "--var=LOGDIR=%s", folder);
    return n;
}

void rspamd_start(struct child *c, const char *program, const char *const *args)
{
    static char variables[VARIABLES][PATH_ROOM * 2];
    char path[PATH_ROOM], name[64], libraries[PATH_ROOM];
    const char *argv[ARGS_MAX];
    size_t n = 0, count = put_variables(variables, c->folder);

    snprintf(name, sizeof(name), "bin/%s", program);
    argv[n++] = below(path, name);
    for (size_t i = 0; i < count; i++)
        argv[n++] = variables[i];
    while (*args)
        argv[n++] = *args++;
    argv[n] = NULL;
    child_start(c, argv, below(libraries, "lib/rspamd"));
}
