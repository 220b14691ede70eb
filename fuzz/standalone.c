/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replays a corpus through a fuzz target with any compiler: each argument is a
 * file or a folder of files. Fails where nothing was replayed.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replayed;

static void replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    long len;
    uint8_t *bytes;

    if (!f || fseek(f, 0, SEEK_END) || (len = ftell(f)) < 0) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    rewind(f);
    /* Exactly its size, so that a sanitizer sees the first byte beyond. */
    bytes = malloc(len ? (size_t)len : 1);
    if (!bytes || fread(bytes, 1, (size_t)len, f) != (size_t)len)
        exit(1);
    fclose(f);
    LLVMFuzzerTestOneInput(bytes, (size_t)len);
    free(bytes);
    replayed++;
}

static void replay(const char *path)
{
    struct stat st;
    struct dirent **names;
    int count;

    if (stat(path, &st) || !S_ISDIR(st.st_mode)) {
        replay_file(path);
        return;
    }
    count = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (names[i]->d_name[0] != '.') {
            char *file = malloc(strlen(path) + strlen(names[i]->d_name) + 2);

            if (!file)
                exit(1);
            sprintf(file, "%s/%s", path, names[i]->d_name);
            replay(file);
            free(file);
        }
        free(names[i]);
    }
    if (count >= 0)
        free(names);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    printf("%d inputs replayed\n", replayed);
    return replayed == 0;
}
