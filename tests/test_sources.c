/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include "harness.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/slice.h"
#include "compile/sources.h"

struct fixture {
    struct test_allocator memory;
    pol_arena arena;
    pol_sources *sources;
};

static void begin(struct fixture *f, uint64_t max_bytes)
{
    test_allocator_init(&f->memory);
    pol_arena_init(&f->arena, &f->memory.allocator, 0);
    if (pol_sources_new(&f->sources, &f->memory.allocator, max_bytes))
        exit(1);
}

static void end(struct fixture *f)
{
    pol_sources_free(f->sources);
    pol_arena_fini(&f->arena);
    test_allocator_clean(&f->memory);
}

static void put(struct fixture *f, const char *path, const char *bytes)
{
    CHECK(pol_sources_put(f->sources, pol_str(path), pol_str(bytes)) == POLICY_OK,
          "%s", path);
}

/* The bytes of a file, or NULL ptr. */
static policy_str get(struct fixture *f, const char *path)
{
    const pol_source *s;
    policy_error err = POLICY_ERROR_INIT;
    policy_status st = pol_sources_get(&s, f->sources, pol_str(path), &err);

    CHECK(st == POLICY_OK, "%s: %s", path, err.message);
    return s ? s->bytes : (policy_str){ NULL, 0 };
}

/* The names of a folder, joined with blanks. */
static void list(struct fixture *f, const char *dir, char *out, size_t cap)
{
    const policy_str *names;
    size_t count, len = 0;
    policy_error err = POLICY_ERROR_INIT;
    policy_status st = pol_sources_list(&names, &count, f->sources, pol_str(dir),
                                        &f->arena, &err);

    CHECK(st == POLICY_OK, "%s: %s", dir, err.message);
    out[0] = '\0';
    for (size_t i = 0; i < count && len < cap; i++)
        len += (size_t)snprintf(out + len, cap - len, "%s%.*s", i ? " " : "",
                                (int)names[i].len, names[i].ptr);
}

static void test_gives_back_what_was_put(void)
{
    struct fixture f;

    begin(&f, 1000);
    put(&f, "a/b.lua", "one");
    put(&f, "a/c.lua", "");
    CHECK_STR_EQ("a file", get(&f, "a/b.lua"), "one");
    CHECK_STR_EQ("an empty file", get(&f, "a/c.lua"), "");
    CHECK(get(&f, "a/c.lua").ptr != NULL, "an empty file is there");
    CHECK(get(&f, "a/d.lua").ptr == NULL, "no such file");
    CHECK(get(&f, "a").ptr == NULL, "a folder is no file");
    end(&f);
}

static void test_a_second_file_of_a_path_replaces_the_first(void)
{
    struct fixture f;
    char names[100];

    begin(&f, 1000);
    put(&f, "a/b", "one");
    put(&f, "a/b", "two");
    CHECK_STR_EQ("replaced", get(&f, "a/b"), "two");
    list(&f, "a", names, sizeof(names));
    CHECK_CSTR_EQ("once", names, "b");
    end(&f);
}

static const struct {
    const char *dir, *names;
} folders[] = {
    { "", "o o-2 o.txt themes" },
    { "o", "lists organisation.yaml" },
    { "o/lists", "a-b.txt a.txt b" },
    { "o/lists/b", "c" },
    { "o-2", "organisation.yaml" },
    { "o.txt", "" },
    { "nowhere", "" },
    { "the", "" },
    { "themes", "t.lua" },
};

static void test_lists_folders_in_order_each_name_once(void)
{
    static const char *const paths[] = {
        "o/lists/b/c", "o/organisation.yaml", "o/lists/a.txt", "o.txt",
        "themes/t.lua", "o-2/organisation.yaml", "o/lists/a-b.txt",
        "o/lists/b",
    };
    struct fixture f;
    char names[200];

    begin(&f, 1000);
    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
        put(&f, paths[i], "x");
    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
        list(&f, folders[i].dir, names, sizeof(names));
        CHECK_CSTR_EQ(folders[i].dir, names, folders[i].names);
    }
    put(&f, "p/x", "x"); /* after a list */
    list(&f, "", names, sizeof(names));
    CHECK_CSTR_EQ("grown", names, "o o-2 o.txt p themes");
    end(&f);
}

/* Ten thousand organisations: looking up and listing must not cost the number
 * of files, or this runs for minutes. */
static void test_a_hundred_thousand_files_are_no_trouble(void)
{
    enum { ORGS = 20000 };
    struct fixture f;
    const policy_str *names;
    size_t count;
    char path[64];

    begin(&f, 1000);
    for (int i = 0; i < ORGS; i++) {
        for (int j = 0; j < 5; j++) {
            snprintf(path, sizeof(path), "orgs/o%d/f%d", i, j);
            if (pol_sources_put(f.sources, pol_str(path), pol_str(path)))
                exit(1);
        }
    }
    CHECK(pol_sources_list(&names, &count, f.sources, POL_STR("orgs"), &f.arena,
                           NULL) == POLICY_OK && count == ORGS, "%zu", count);
    for (int i = 0; i < ORGS; i++) {
        snprintf(path, sizeof(path), "orgs/o%d", i);
        if (pol_sources_list(&names, &count, f.sources, pol_str(path), &f.arena,
                             NULL) || count != 5)
            CHECK(false, "%s: %zu", path, count);
        snprintf(path, sizeof(path), "orgs/o%d/f%d", i, i % 5);
        if (!pol_str_is(get(&f, path), path))
            CHECK(false, "%s", path);
    }
    end(&f);
}

static void test_joins_paths(void)
{
    struct fixture f;

    begin(&f, 1000);
    CHECK_STR_EQ("two", pol_path_join(&f.arena, POL_STR("a"), POL_STR("b")), "a/b");
    CHECK_STR_EQ("no folder", pol_path_join(&f.arena, POL_STR(""), POL_STR("b")),
                 "b");
    CHECK_STR_EQ("root", pol_path_join(&f.arena, POL_STR("/"), POL_STR("b")), "/b");
    end(&f);
}

/* --- the disk ------------------------------------------------------------ */

static char root[] = "/tmp/policy-sources-XXXXXX";

static void write_file(const char *name, const char *bytes)
{
    char path[200];
    FILE *out;

    snprintf(path, sizeof(path), "%s/%s", root, name);
    out = fopen(path, "wb");
    if (!out || fputs(bytes, out) < 0 || fclose(out))
        exit(1);
}

static const char *below(const char *name)
{
    static char path[200];

    snprintf(path, sizeof(path), "%s%s%s", root, *name ? "/" : "", name);
    return path;
}

static void make_root(void)
{
    if (!mkdtemp(root) || mkdir(below("d"), 0700))
        exit(1);
    write_file("a", "disk");
    write_file("b", "longer than the limit of ten bytes");
    write_file(".hidden", "x");
}

static void remove_root(void)
{
    static const char *const names[] = { "a", "b", ".hidden", "c" };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        unlink(below(names[i]));
    rmdir(below("d"));
    rmdir(root);
    memcpy(root + sizeof(root) - 7, "XXXXXX", 6);
}

static void test_reads_the_disk_below_its_roots_only(void)
{
    struct fixture f;
    char names[100];

    make_root();
    begin(&f, 1000);
    CHECK(!pol_sources_uses_disk(f.sources), "not yet");
    CHECK(get(&f, below("a")).ptr == NULL, "no root");
    list(&f, root, names, sizeof(names));
    CHECK_CSTR_EQ("no root", names, "");
    CHECK(pol_sources_use_disk(f.sources, pol_str(below("d")), true) == POLICY_OK, "d");
    CHECK(pol_sources_uses_disk(f.sources), "now");
    CHECK(get(&f, below("a")).ptr == NULL, "beside the root");
    CHECK(get(&f, below("dd")).ptr == NULL, "a name that begins like the root");
    CHECK(pol_sources_use_disk(f.sources, pol_str(root), true) == POLICY_OK, "root");
    CHECK_STR_EQ("below the root", get(&f, below("a")), "disk");
    CHECK(get(&f, below("a/x")).ptr == NULL, "below a file");
    list(&f, root, names, sizeof(names));
    CHECK_CSTR_EQ("without what is hidden", names, "a b d");
    list(&f, below("a"), names, sizeof(names));
    CHECK_CSTR_EQ("a file is no folder", names, "");
    end(&f);
    remove_root();
}

static void test_memory_goes_before_the_disk(void)
{
    struct fixture f;
    char names[100];

    make_root();
    begin(&f, 1000);
    if (pol_sources_use_disk(f.sources, pol_str(root), true))
        exit(1);
    put(&f, below("a"), "memory");
    put(&f, below("0"), "memory");
    CHECK_STR_EQ("both", get(&f, below("a")), "memory");
    list(&f, root, names, sizeof(names));
    CHECK_CSTR_EQ("both", names, "0 a b d");
    end(&f);
    remove_root();
}

static void test_forgets_the_disk(void)
{
    struct fixture f;

    make_root();
    begin(&f, 1000);
    if (pol_sources_use_disk(f.sources, pol_str(root), true))
        exit(1);
    CHECK_STR_EQ("read", get(&f, below("a")), "disk");
    CHECK(get(&f, below("c")).ptr == NULL, "not there");
    write_file("a", "changed");
    write_file("c", "new");
    CHECK_STR_EQ("read once a build", get(&f, below("a")), "disk");
    CHECK(get(&f, below("c")).ptr == NULL, "looked for once a build");
    put(&f, "m", "memory");
    pol_sources_forget(f.sources);
    CHECK_STR_EQ("the next build", get(&f, below("a")), "changed");
    CHECK_STR_EQ("the next build", get(&f, below("c")), "new");
    CHECK_STR_EQ("what was given stays", get(&f, "m"), "memory");
    end(&f);
    remove_root();
}

/* What stands where a file is looked for, and is none, is told: silence would
 * lose an organisation's rules. */
static void test_refuses_what_is_no_file(void)
{
    struct fixture f;
    const pol_source *s;
    policy_error err = POLICY_ERROR_INIT;
    char target[200];

    make_root();
    snprintf(target, sizeof(target), "%s", below("a"));
    begin(&f, 1000);
    if (pol_sources_use_disk(f.sources, pol_str(root), false) ||
        symlink(target, below("link")))
        exit(1);
    CHECK(pol_sources_get(&s, f.sources, pol_str(below("d")), &err) == POLICY_EIO &&
              !s && strcmp(err.code, "file-kind") == 0, "folder: %s", err.message);
    CHECK(pol_sources_get(&s, f.sources, pol_str(below("link")), &err) ==
              POLICY_EIO && !s && strcmp(err.code, "file-link") == 0,
          "link: %s", err.message);
    CHECK_STR_EQ("a file", get(&f, below("a")), "disk");
    end(&f);
    begin(&f, 1000);
    if (pol_sources_use_disk(f.sources, pol_str(root), true))
        exit(1);
    CHECK_STR_EQ("a link where links are followed", get(&f, below("link")), "disk");
    end(&f);
    unlink(below("link"));
    remove_root();
}

static void test_names_the_file_above_the_limit(void)
{
    struct fixture f;
    const pol_source *s;
    policy_error err = POLICY_ERROR_INIT;

    make_root();
    begin(&f, 10);
    if (pol_sources_use_disk(f.sources, pol_str(root), true))
        exit(1);
    CHECK(pol_sources_get(&s, f.sources, pol_str(below("b")), &err) ==
              POLICY_ELIMIT, "limit");
    CHECK(!s && strstr(err.message, below("b")) &&
              strstr(err.message, "source_bytes"), "%s", err.message);
    CHECK_STR_EQ("another still is read", get(&f, below("a")), "disk");
    end(&f);
    remove_root();
}

static void test_every_allocation_may_fail(void)
{
    make_root();
    for (size_t n = 1; n < 1000; n++) {
        struct test_allocator t;
        pol_arena arena;
        pol_sources *s;
        const pol_source *got;
        const policy_str *names;
        size_t count;
        policy_error err = POLICY_ERROR_INIT;
        policy_status st;

        test_allocator_init(&t);
        t.fail_at = n;
        pol_arena_init(&arena, &t.allocator, 0);
        st = pol_sources_new(&s, &t.allocator, 100);
        if (!st)
            st = pol_sources_use_disk(s, pol_str(root), true);
        for (int i = 0; !st && i < 70; i++) {
            char path[20];

            snprintf(path, sizeof(path), "m/%d", i);
            st = pol_sources_put(s, pol_str(path), pol_str("x"));
        }
        if (!st)
            st = pol_sources_get(&got, s, pol_str(below("a")), &err);
        if (!st)
            st = pol_sources_list(&names, &count, s, pol_str(root), &arena, &err);
        if (!st)
            st = pol_sources_list(&names, &count, s, POL_STR("m"), &arena, &err);
        pol_sources_free(s);
        pol_arena_fini(&arena);
        test_allocator_clean(&t);
        CHECK(st == (t.failed ? POLICY_ENOMEM : POLICY_OK), "allocation %zu: %d",
              n, st);
        if (!t.failed) {
            CHECK(n > 5 && count == 70, "%zu allocations, %zu names", n, count);
            break;
        }
    }
    remove_root();
}

static void test_sums_what_is_there_now(void)
{
    static const uint8_t none[32];
    uint8_t first[32], again[32], other[32];
    const pol_source *source = NULL;
    policy_allocator a = pol_allocator_or_default(NULL);
    pol_sources *s;

    if (!CHECK(!pol_sources_new(&s, &a, 100), "new"))
        return;
    pol_sources_put(s, POL_STR("a"), POL_STR("abc"));
    pol_sources_get(&source, s, POL_STR("a"), NULL);
    pol_sources_sum(first, source);
    CHECK(first[0] == 0xba && first[1] == 0x78 && first[31] == 0xad,
          "the example of FIPS 180-4");
    pol_sources_sum(again, source);
    CHECK(memcmp(first, again, 32) == 0, "once more");
    pol_sources_put(s, POL_STR("a"), POL_STR("abd"));
    pol_sources_sum(other, source);
    CHECK(memcmp(first, other, 32) != 0, "other bytes");
    pol_sources_sum(other, NULL);
    CHECK(memcmp(none, other, 32) == 0, "no file");
    pol_sources_free(s);
}

static const struct test_case tests[] = {
    { "gives back what was put", test_gives_back_what_was_put },
    { "a second file of a path replaces the first",
      test_a_second_file_of_a_path_replaces_the_first },
    { "lists folders in order, each name once",
      test_lists_folders_in_order_each_name_once },
    { "a hundred thousand files are no trouble",
      test_a_hundred_thousand_files_are_no_trouble },
    { "joins paths", test_joins_paths },
    { "reads the disk below its roots only",
      test_reads_the_disk_below_its_roots_only },
    { "memory goes before the disk", test_memory_goes_before_the_disk },
    { "forgets the disk", test_forgets_the_disk },
    { "sums what is there now", test_sums_what_is_there_now },
    { "refuses what is no file", test_refuses_what_is_no_file },
    { "names the file above the limit", test_names_the_file_above_the_limit },
    { "every allocation may fail", test_every_allocation_may_fail },
};

POLICY_TEST_MAIN("sources", tests)
