/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding and reading directory.yaml.
 */
#include <stdlib.h>
#include <string.h>

#include "directory_find.h"
#include "file.h"

/* A directory of a hundred thousand people is some ten megabytes. */
static const uint64_t directory_max = (uint64_t)64 << 20;

void cli_point_at(const struct cli *c, const char *file, uint64_t number,
                  policy_str line, uint32_t column, const policy_error *err)
{
    policy_diagnostic d = { .severity = POLICY_ERROR };
    const char *kind = cli_error_kind(c->language, err->code);
    char message[sizeof(err->message) + 128];

    /* The library tells a host in English; its words name the place. */
    if (kind)
        snprintf(message, sizeof(message), cli_text(c, CLI_SUBJECT), kind,
                 err->message);
    d.code = err->code[0] ? err->code : "input";
    d.message = cli_str(kind ? message : err->message);
    d.file = cli_str(file);
    d.line = (uint32_t)number;
    d.column = column;
    d.length = 1;
    d.source = line;
    d.language = cli_language_name(c->language);
    cli_diagnose(c, &d, NULL);
}

static policy_str line_number(policy_str bytes, uint32_t number)
{
    size_t start = 0, end;

    for (uint32_t i = 1; i < number && start < bytes.len; start++)
        i += bytes.ptr[start] == '\n';
    for (end = start; end < bytes.len && bytes.ptr[end] != '\n' &&
                      bytes.ptr[end] != '\r'; end++)
        ;
    return (policy_str){ bytes.ptr + start, end - start };
}

int cli_directory_read(policy_directory **out, const struct cli *c,
                       const char *path)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_str yaml = { NULL, 0 };
    char *bytes = cli_file_read(c, path, directory_max, &yaml.len);
    int status = CLI_DONE;

    *out = NULL;
    if (!bytes)
        return CLI_WRONG;
    yaml.ptr = bytes;
    if (policy_directory_read(out, yaml, NULL, &err)) {
        status = CLI_WRONG;
        if (err.line)
            cli_point_at(c, path, err.line, line_number(yaml, err.line),
                         err.column ? err.column : 1, &err);
        else
            cli_fail_error(c, path, &err);
    }
    free(bytes);
    return status;
}

char *cli_directory_path(const struct cli *c, const char *org)
{
    const char *dir = c->args[0];
    char *own, *folder, *path;

    if (c->directory)
        return cli_dup(c->directory);
    own = cli_join(dir, "organisation.yaml");
    folder = cli_is_file(own) ? cli_dup(dir) : cli_join(dir, org);
    path = cli_join(folder, "directory.yaml");
    free(folder);
    free(own);
    return path;
}

int cli_directory_find(policy_directory **out, const struct cli *c,
                       const char *org, bool wanted)
{
    char *path = cli_directory_path(c, org);
    int status = CLI_DONE;

    *out = NULL;
    if (c->directory || cli_is_file(path))
        status = cli_directory_read(out, c, path);
    else if (wanted)
        cli_note(c, CLI_DIRECTORY_NONE, path);
    free(path);
    return status;
}
