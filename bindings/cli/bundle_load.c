/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The installed library is looked for beside the program first, so that a tree
 * that was moved, or installed below another root, still finds its own.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle_load.h"
#include "waiting.h"

/* The folder of policies as seen from the program's own; NULL if unknown. */
static char *beside_program(void)
{
    char self[4096], *path, *plain;
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (len <= 0)
        return NULL;
    self[len] = 0;
    *strrchr(self, '/') = 0;
    path = cli_join(self, CLI_POLICIES_FROM_BIN);
    plain = realpath(path, NULL); /* messages show it: without “..” */
    if (!plain)
        return path;
    free(path);
    return plain;
}

static void add(char *paths[CLI_PATHS_MAX], size_t *count, char *path)
{
    if (path && *count < CLI_PATHS_MAX && cli_is_folder(path))
        paths[(*count)++] = path;
    else
        free(path);
}

static void add_environment(char *paths[CLI_PATHS_MAX], size_t *count)
{
    const char *rest = getenv("POLICY_LIBRARY");

    while (rest && *rest) {
        size_t len = strcspn(rest, ":");
        char *path = cli_realloc(NULL, len + 1);

        memcpy(path, rest, len);
        path[len] = 0;
        add(paths, count, path);
        rest += len + (rest[len] == ':');
    }
}

size_t cli_libraries(const struct cli *c, char *paths[CLI_PATHS_MAX])
{
    size_t count = 0, before;

    for (size_t i = 0; i < c->library_count; i++)
        add(paths, &count, cli_dup(c->libraries[i]));
    add_environment(paths, &count);
    before = count;
    add(paths, &count, beside_program());
    if (count == before)
        add(paths, &count, cli_dup(CLI_POLICIES_INSTALLED));
    return count;
}

struct sink {
    const struct cli *c;
    struct cli_counts *counts;
    bool all;
    bool missed; /* something that a library would have */
};

static bool is_of_library(const char *code)
{
    return !strcmp(code, "regulation-unknown") ||
           !strcmp(code, "theme-unknown") || !strcmp(code, "list-unknown");
}

/* A note tells an author of what may be meant so; those of the libraries are
 * other people's. */
static bool is_for_us(const struct cli *c, const policy_diagnostic *d)
{
    const char *dir = c->args[0];
    size_t len = strlen(dir);

    while (len > 1 && dir[len - 1] == '/')
        len--;
    return d->severity > POLICY_NOTE ||
           (d->file.len >= len && !memcmp(d->file.ptr, dir, len));
}

static bool says(const policy_diagnostic *d, const char *words)
{
    size_t len = strlen(words);

    for (size_t i = 0; i + len <= d->message.len; i++)
        if (!memcmp(d->message.ptr + i, words, len))
            return true;
    return false;
}

/* Lua names a full-width comma by its first byte, and a comma that lacks by
 * what follows: neither tells an author what to do. */
const char *cli_hint(const struct cli *c, const policy_diagnostic *d)
{
    if (strcmp(d->code, "lua-syntax") != 0)
        return NULL;
    if (says(d, "near '<\\"))
        return cli_text(c, CLI_HINT_WIDE);
    if (says(d, "'}' expected"))
        return cli_text(c, CLI_HINT_COMMA);
    return NULL;
}

static void on_diagnostic(void *user, const policy_diagnostic *d)
{
    struct sink *s = user;

    s->counts->errors += d->severity == POLICY_ERROR;
    s->counts->warnings += d->severity == POLICY_WARNING;
    s->missed = s->missed || is_of_library(d->code);
    if ((s->all && is_for_us(s->c, d)) || d->severity == POLICY_ERROR) {
        cli_waiting_hide();
        cli_diagnose(s->c, d, cli_hint(s->c, d));
        cli_waiting_show();
    }
}

static policy_status add_libraries(policy_compiler *compiler,
                                   const struct cli *c, size_t *found,
                                   policy_error *err)
{
    char *paths[CLI_PATHS_MAX];
    size_t count = *found = cli_libraries(c, paths);
    policy_status st = POLICY_OK;

    for (size_t i = 0; i < count; i++) {
        if (!st)
            st = policy_compiler_add_library(compiler, paths[i], err);
        free(paths[i]);
    }
    return st;
}

static int build(policy_bundle **out, const struct cli *c, struct sink *sink)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *compiler;
    policy_status st;
    size_t libraries = 0;

    o.language = cli_language_name(c->language);
    o.today = c->today;
    o.on_diagnostic = on_diagnostic;
    o.user = sink;
    if ((st = policy_compiler_new(&compiler, &o, &err)) == POLICY_OK &&
        (st = add_libraries(compiler, c, &libraries, &err)) == POLICY_OK &&
        (st = policy_compiler_add_path(compiler, c->args[0], &err)) ==
            POLICY_OK) {
        cli_waiting_begin(c);
        st = policy_compiler_build(out, compiler, &err);
        cli_waiting_end();
    }
    policy_compiler_free(compiler);
    if (st == POLICY_ERULES && sink->missed && !libraries)
        cli_note(c, CLI_NO_LIBRARY);
    if (st == POLICY_ERULES && sink->counts->errors)
        return cli_fail(c, CLI_NOT_LOADED, sink->counts->errors,
                        sink->counts->warnings);
    return st ? cli_fail_error(c, c->args[0], &err) : CLI_DONE;
}

int cli_bundle_load(policy_bundle **out, const struct cli *c, bool all,
                    struct cli_counts *counts)
{
    struct cli_counts own = { 0, 0 };
    struct sink sink = { c, counts ? counts : &own, all, false };
    const char *dir = c->args[0];

    *out = NULL;
    if (!cli_is_folder(dir))
        return cli_fail(c, cli_is_file(dir) ? CLI_FOLDER_IS_FILE
                                            : CLI_FOLDER_MISSING, dir);
    return build(out, c, &sink);
}
