/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and replacing whole files. What replaces a file is written beside it
 * and moved there when it is whole, so that whoever reads meanwhile, and a full
 * disk, find the old one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

static char *read_all(FILE *f, uint64_t max, size_t *len)
{
    char *bytes = NULL;
    size_t cap = 0, got = 1;

    *len = 0;
    while (got && *len <= max) {
        cap = cap ? cap * 2 : 1 << 16;
        bytes = cli_realloc(bytes, cap);
        got = fread(bytes + *len, 1, cap - *len, f);
        *len += got;
    }
    return bytes;
}

char *cli_file_read(const struct cli *c, const char *path, uint64_t max,
                    size_t *len)
{
    bool is_stdin = !strcmp(path, "-");
    FILE *f = is_stdin ? stdin : fopen(path, "rb");
    char *bytes;
    int failed;

    *len = 0;
    if (!f) {
        cli_fail(c, CLI_FILE_UNREADABLE, path, strerror(errno));
        return NULL;
    }
    bytes = read_all(f, max, len);
    failed = ferror(f) ? errno : 0; /* a folder opens, and does not read */
    if (!is_stdin)
        fclose(f);
    if (!failed && *len <= max)
        return bytes;
    if (failed)
        cli_fail(c, CLI_FILE_UNREADABLE, path, strerror(failed));
    else
        cli_fail(c, CLI_FILE_LARGE, path, (unsigned long long)max);
    free(bytes);
    return NULL;
}

static bool write_beside(const char *part, mode_t mode, policy_str bytes)
{
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL, 0600);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "wb");
    bool good;

    if (!f) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    good = !fchmod(fd, mode & 07777) &&
           fwrite(bytes.ptr, 1, bytes.len, f) == bytes.len && !fflush(f) &&
           !fsync(fd);
    return !fclose(f) && good;
}

int cli_file_replace(const struct cli *c, const char *path, policy_str bytes)
{
    char *real = realpath(path, NULL), *part;
    struct stat st;
    int status = CLI_DONE;

    if (!real || stat(real, &st)) {
        free(real);
        return cli_fail(c, CLI_COPY_FAILED, path, strerror(errno));
    }
    part = cli_realloc(NULL, strlen(real) + 6);
    strcpy(part, real);
    strcat(part, ".part");
    if (!write_beside(part, st.st_mode, bytes) || rename(part, real)) {
        status = cli_fail(c, CLI_COPY_FAILED, path, strerror(errno));
        if (errno != EEXIST)
            unlink(part); /* else it is another's */
    }
    free(part);
    free(real);
    return status;
}
