/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every command needs: messages on stderr, JSON on stdout, memory, paths.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

const char *cli_text(const struct cli *c, enum cli_message m)
{
    return cli_message(c->language, m);
}

static void say_error(const struct cli *c)
{
    fprintf(stderr, "policy: %s%s%s: ", c->colour_err ? "\033[1;31m" : "",
            cli_text(c, CLI_ERROR), c->colour_err ? "\033[0m" : "");
}

int cli_fail(const struct cli *c, enum cli_message m, ...)
{
    va_list ap;

    fflush(stdout);
    say_error(c);
    va_start(ap, m);
    vfprintf(stderr, cli_text(c, m), ap);
    va_end(ap);
    fputc('\n', stderr);
    return CLI_WRONG;
}

int cli_fail_error(const struct cli *c, const char *subject,
                   const policy_error *err)
{
    const char *kind = cli_error_kind(c->language, err->code);
    const char *said = err->message[0] ? err->message : err->code;

    if (kind)
        return cli_fail(c, CLI_SUBJECT, kind, said);
    return cli_fail(c, CLI_SUBJECT, subject, said);
}

void cli_note(const struct cli *c, enum cli_message m, ...)
{
    va_list ap;

    va_start(ap, m);
    vfprintf(stderr, cli_text(c, m), ap);
    va_end(ap);
    fputc('\n', stderr);
}

static void write_text(const struct cli *c, const char *text, size_t len,
                       const char *hint)
{
    fflush(stdout); /* the order of both on one terminal */
    fwrite(text, 1, len, stderr);
    if (hint)
        cli_note(c, CLI_HINT, hint);
}

/* The hint is the command's own: one more member before the object's end. */
static void write_json(const char *text, size_t len, const char *hint)
{
    static const char end[] = "}\n";
    size_t whole = len - (sizeof(end) - 1);

    fwrite(text, 1, hint ? whole : len, stdout);
    if (hint) {
        cli_json_member(stdout, false, "hint", cli_str(hint));
        fputs(end, stdout);
    }
}

void cli_diagnose(const struct cli *c, const policy_diagnostic *d,
                  const char *hint)
{
    uint32_t flags = c->json_diagnostics ? POLICY_DIAGNOSTIC_JSON
                     : c->colour_err     ? POLICY_DIAGNOSTIC_COLOUR : 0;
    char small[1024], *text = small;
    size_t len = 0;

    if (policy_diagnostic_format(small, sizeof(small), &len, d, flags))
        return;
    if (len > sizeof(small)) {
        text = cli_realloc(NULL, len);
        policy_diagnostic_format(text, len, &len, d, flags);
    }
    if (c->json_diagnostics)
        write_json(text, len, hint);
    else
        write_text(c, text, len, hint);
    if (text != small)
        free(text);
}

void *cli_realloc(void *ptr, size_t len)
{
    void *p = realloc(ptr, len ? len : 1);

    if (!p) {
        fprintf(stderr, "policy: %s\n", cli_message(CLI_EN, CLI_NO_MEMORY));
        exit(CLI_WRONG);
    }
    return p;
}

char *cli_dup(const char *s)
{
    size_t len = strlen(s) + 1;

    return memcpy(cli_realloc(NULL, len), s, len);
}

char *cli_join(const char *folder, const char *name)
{
    size_t len = strlen(folder);
    char *path = cli_realloc(NULL, len + strlen(name) + 2);

    memcpy(path, folder, len);
    if (len && path[len - 1] != '/')
        path[len++] = '/';
    strcpy(path + len, name);
    return path;
}

bool cli_is_folder(const char *path)
{
    struct stat st;

    return !stat(path, &st) && S_ISDIR(st.st_mode);
}

bool cli_is_file(const char *path)
{
    struct stat st;

    return !stat(path, &st) && !S_ISDIR(st.st_mode);
}
