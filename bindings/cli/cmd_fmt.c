/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy fmt: rule files in their canonical form. A file that does not load is
 * left as it is; the others go on.
 */
#include <stdlib.h>
#include <string.h>

#include "bundle_load.h"
#include "file.h"

/* What the library loads is far smaller; it says so, with its own limit. */
static const uint64_t file_max = (uint64_t)16 << 20;

static void on_diagnostic(void *user, const policy_diagnostic *d)
{
    const struct cli *c = user;

    cli_diagnose(c, d, cli_hint(c, d));
}

/* The form of the bytes, to be freed; NULL after saying why not. */
static char *form_of(const struct cli *c, const char *path, policy_str bytes,
                     size_t *len)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    size_t cap = bytes.len + bytes.len / 2 + 1;
    char *out = cli_realloc(NULL, cap);
    policy_status st;

    o.language = cli_language_name(c->language);
    o.on_diagnostic = on_diagnostic;
    o.user = (void *)(uintptr_t)c;
    st = policy_rules_format(out, cap, len, bytes, cli_str(path), &o, &err);
    if (!st && *len > cap) { /* what was not indented at all */
        cap = *len;
        out = cli_realloc(out, cap);
        st = policy_rules_format(out, cap, len, bytes, cli_str(path), &o, &err);
    }
    if (!st)
        return out;
    if (st != POLICY_ERULES) /* else it was told */
        cli_fail_error(c, path, &err);
    free(out);
    return NULL;
}

static void tell(const struct cli *c, const char *path, bool changed)
{
    if (c->table) {
        if (changed)
            puts(path);
        return;
    }
    putchar('{');
    cli_json_member(stdout, true, "file", cli_str(path));
    printf(",\"changed\":%s}\n", changed ? "true" : "false");
}

static int take(const struct cli *c, const char *path, policy_str old,
                policy_str new)
{
    bool same = old.len == new.len && !memcmp(old.ptr, new.ptr, old.len);
    int status = CLI_DONE;

    if (!strcmp(path, "-") && !c->check_only) {
        fwrite(new.ptr, 1, new.len, stdout);
        return CLI_DONE;
    }
    if (!same && c->check_only)
        status = CLI_FOUND;
    else if (!same)
        status = cli_file_replace(c, path, new);
    if (status != CLI_WRONG)
        tell(c, path, !same);
    return status;
}

static int one(const struct cli *c, const char *path)
{
    const char *name = strcmp(path, "-") ? path : "stdin";
    policy_str old, new = { NULL, 0 };
    char *bytes = cli_file_read(c, path, file_max, &old.len), *form;
    int status = CLI_WRONG;

    if (!bytes)
        return CLI_WRONG;
    old.ptr = bytes;
    form = form_of(c, name, old, &new.len);
    new.ptr = form;
    if (form)
        status = take(c, path, old, new);
    free(form);
    free(bytes);
    return status;
}

int cli_fmt(const struct cli *c)
{
    int status = CLI_DONE;

    for (size_t i = 0; i < c->arg_count; i++) {
        int of_one = one(c, c->args[i]);

        status = of_one > status ? of_one : status;
    }
    return status;
}
