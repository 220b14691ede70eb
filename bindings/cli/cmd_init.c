/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy init: a new organisation after a shipped one. The copy is made beside
 * its place and moved there when it is whole, so that what fails half-way
 * leaves nothing, and what stands already is never touched.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle_load.h"
#include "table.h"

/* A sample organisation is two folders deep; more is a mistake in a library. */
enum { DEPTH_MAX = 8, ID_MAX = 64 };

struct init {
    const struct cli *c;
    const char *target; /* as it was given */
    const char *id;
    const char *meta; /* definitions for editors, or NULL */
    bool id_written;
};

/* The last part of the path as an id: small letters, digits, and “-” for all
 * else; where nothing of that is left, the kind. */
static void make_id(char id[ID_MAX + 1], const char *path, const char *kind)
{
    size_t end = strlen(path), start, len = 0;

    while (end > 1 && path[end - 1] == '/')
        end--;
    for (start = end; start > 0 && path[start - 1] != '/'; start--)
        ;
    for (size_t i = start; i < end && len < ID_MAX; i++) {
        char b = path[i];

        if (b >= 'A' && b <= 'Z')
            b = (char)(b - 'A' + 'a');
        if ((b >= 'a' && b <= 'z') || (b >= '0' && b <= '9'))
            id[len++] = b;
        else if (len && id[len - 1] != '-' && !((unsigned char)b & 0x80))
            id[len++] = '-';
    }
    while (len && id[len - 1] == '-')
        len--;
    id[len] = 0;
    if (!len)
        snprintf(id, ID_MAX + 1, "%s", kind);
}

static int write_failed(const struct init *x, const char *path)
{
    return cli_fail(x->c, CLI_COPY_FAILED, path, strerror(errno));
}

/* One line at a time: in organisation.yaml the first `id:` is given anew, with
 * what follows on its line dropped, since it tells of the sample. */
static int copy_lines(struct init *x, FILE *in, FILE *out, bool is_head)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;

    while ((len = getline(&line, &cap, in)) >= 0) {
        if (is_head && !x->id_written && !strncmp(line, "id:", 3)) {
            fprintf(out, "id: %s\n", x->id);
            x->id_written = true;
        } else {
            fwrite(line, 1, (size_t)len, out);
        }
    }
    free(line);
    return ferror(in) || ferror(out) ? CLI_WRONG : CLI_DONE;
}

static int copy_file(struct init *x, const char *from, const char *to,
                     bool is_head)
{
    FILE *in = fopen(from, "rb"), *out = in ? fopen(to, "wbx") : NULL;
    int status = CLI_DONE;

    if (!in)
        return cli_fail(x->c, CLI_FILE_UNREADABLE, from, strerror(errno));
    if (!out || copy_lines(x, in, out, is_head))
        status = write_failed(x, to);
    fclose(in);
    if (out && fclose(out) && !status)
        status = write_failed(x, to);
    return status;
}

static int copy_folder(struct init *x, const char *from, const char *to,
                       int depth);

static int copy_entry(struct init *x, const char *from, const char *to,
                      const char *name, int depth)
{
    char *source = cli_join(from, name), *target = cli_join(to, name);
    int status;

    if (cli_is_folder(source))
        status = depth < DEPTH_MAX
                     ? copy_folder(x, source, target, depth + 1) : CLI_WRONG;
    else
        status = copy_file(x, source, target,
                           !depth && !strcmp(name, "organisation.yaml"));
    free(target);
    free(source);
    return status;
}

static int copy_folder(struct init *x, const char *from, const char *to,
                       int depth)
{
    DIR *dir = opendir(from);
    const struct dirent *entry;
    int status = CLI_DONE;

    if (!dir)
        return cli_fail(x->c, CLI_FILE_UNREADABLE, from, strerror(errno));
    if (mkdir(to, 0777))
        status = write_failed(x, depth ? to : x->target);
    while (!status && (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            status = copy_entry(x, from, to, entry->d_name, depth);
    closedir(dir);
    return status;
}

/* Editors with LuaLS look for this file, and find the definitions by it: what
 * a rule file sees is these and the pure parts of two libraries. */
static void write_settings(FILE *out, const char *meta)
{
    static const char *const none[] = { "basic", "coroutine", "debug", "io",
                                        "os",    "package",   "table", "utf8" };

    fputs("{\n  \"runtime.version\": \"Lua 5.4\",\n"
          "  \"runtime.builtin\": {", out);
    for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
        fprintf(out, "%s\"%s\": \"disable\"", i ? ", " : " ", none[i]);
    fputs(" },\n  \"workspace.library\": [", out);
    cli_json_string(out, cli_str(meta));
    fputs("]\n}\n", out);
}

static int point_editors(struct init *x, const char *folder)
{
    char *path = cli_join(folder, ".luarc.json");
    FILE *out = x->meta ? fopen(path, "wbx") : NULL;
    int status = CLI_DONE;

    if (out)
        write_settings(out, x->meta);
    if (x->meta && (!out || ferror(out)))
        status = write_failed(x, path);
    if (out && fclose(out) && !status)
        status = write_failed(x, path);
    free(path);
    return status;
}

/* Only what this run has made. */
static void remove_folder(const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;

    while (dir && (entry = readdir(dir))) {
        char *inside;

        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        inside = cli_join(path, entry->d_name);
        if (cli_is_folder(inside))
            remove_folder(inside);
        else
            unlink(inside);
        free(inside);
    }
    if (dir)
        closedir(dir);
    rmdir(path);
}

/* rename(2) puts a folder over an empty one, and over nothing else. */
static int place(struct init *x, const char *from, const char *to)
{
    size_t len = strlen(to);
    char *half = cli_realloc(NULL, len + 8);
    int status;

    while (len > 1 && to[len - 1] == '/')
        len--;
    memcpy(half, to, len);
    strcpy(half + len, ".part");
    status = copy_folder(x, from, half, 0);
    if (!status && !x->id_written)
        status = cli_fail(x->c, CLI_NO_ID, from);
    if (!status)
        status = point_editors(x, half);
    if (!status && rename(half, to)) {
        status = errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR
                     ? cli_fail(x->c, CLI_TARGET_EXISTS, to)
                     : write_failed(x, to);
    }
    if (status)
        remove_folder(half);
    free(half);
    return status;
}

static bool is_plain(const char *kind)
{
    return kind[0] && kind[0] != '.' && !strchr(kind, '/');
}

/* The names below `organisations` of all libraries, for who mistyped one. */
static void list_kinds(struct cli_string *out, char **libraries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *folder = cli_join(libraries[i], "organisations");
        struct dirent **names;
        int n = scandir(folder, &names, NULL, alphasort);

        for (int k = 0; k < n; k++) {
            if (names[k]->d_name[0] != '.') {
                cli_string_adds(out, out->len ? ", " : "");
                cli_string_adds(out, names[k]->d_name);
            }
            free(names[k]);
        }
        if (n >= 0)
            free(names);
        free(folder);
    }
}

static int unknown_kind(const struct cli *c, char **libraries, size_t count)
{
    struct cli_string kinds = { NULL, 0, 0 };
    int status;

    if (!count)
        return cli_fail(c, CLI_NO_LIBRARY);
    list_kinds(&kinds, libraries, count);
    status = cli_fail(c, CLI_KIND_UNKNOWN, c->args[0],
                      kinds.len ? cli_string_c(&kinds) : "-");
    free(kinds.ptr);
    return status;
}

static bool is_free(const char *path)
{
    struct dirent **names;
    int n;

    if (!cli_is_folder(path))
        return !cli_is_file(path);
    n = scandir(path, &names, NULL, NULL);
    for (int i = 0; i < n; i++)
        free(names[i]);
    if (n >= 0)
        free(names);
    return n <= 2; /* “.” and “..” */
}

/* As a shell takes it for one word. */
static void add_quoted(struct cli_string *out, const char *path)
{
    if (!strpbrk(path, " \t\"'\\$`&|;<>()*?[]{}!#~")) {
        cli_string_adds(out, path);
        return;
    }
    cli_string_adds(out, "'");
    for (const char *end; (end = strchr(path, '\'')); path = end + 1) {
        cli_string_add(out, (policy_str){ path, (size_t)(end - path) });
        cli_string_adds(out, "'\\''");
    }
    cli_string_adds(out, path);
    cli_string_adds(out, "'");
}

static void tell_made(const struct init *x)
{
    const struct cli *c = x->c;
    struct cli_string word = { NULL, 0, 0 };

    add_quoted(&word, x->target);
    printf(cli_text(c, CLI_INIT_DONE), x->target, x->id, c->args[0]);
    putchar('\n');
    fputs(cli_text(c, CLI_INIT_FILES), stdout);
    if (x->meta)
        fputs(cli_text(c, CLI_INIT_EDITOR), stdout);
    printf(cli_text(c, CLI_INIT_NEXT), cli_string_c(&word),
           cli_string_c(&word), cli_string_c(&word));
    free(word.ptr);
}

static int init_from(const struct cli *c, const char *from, const char *meta)
{
    const char *kind = c->args[0], *to = c->args[1];
    char id[ID_MAX + 1];
    struct init x = { c, to, id, meta, false };
    int status;

    if (!is_free(to))
        return cli_fail(c, CLI_TARGET_EXISTS, to);
    make_id(id, to, kind);
    if ((status = place(&x, from, to)))
        return status;
    if (c->table || c->format == CLI_FORMAT_AUTO) {
        tell_made(&x);
    } else {
        putchar('{');
        cli_json_member(stdout, true, "organisation", cli_str(id));
        cli_json_member(stdout, false, "folder", cli_str(to));
        puts("}");
    }
    return CLI_DONE;
}

/* The first library that has definitions for editors, as a path that holds
 * wherever the editor was started; NULL if none has. */
static char *find_meta(char **libraries, size_t count)
{
    char *found = NULL;

    for (size_t i = 0; i < count && !found; i++) {
        char *folder = cli_join(libraries[i], "meta");

        if (cli_is_folder(folder))
            found = realpath(folder, NULL);
        free(folder);
    }
    return found;
}

int cli_init(const struct cli *c)
{
    char *libraries[CLI_PATHS_MAX];
    size_t count = cli_libraries(c, libraries);
    char *from = NULL, *meta = find_meta(libraries, count);
    int status;

    for (size_t i = 0; i < count && !from && is_plain(c->args[0]); i++) {
        char *folder = cli_join(libraries[i], "organisations");

        from = cli_join(folder, c->args[0]);
        free(folder);
        if (!cli_is_folder(from)) {
            free(from);
            from = NULL;
        }
    }
    status = from ? init_from(c, from, meta) : unknown_kind(c, libraries, count);
    free(from);
    free(meta);
    for (size_t i = 0; i < count; i++)
        free(libraries[i]);
    return status;
}
