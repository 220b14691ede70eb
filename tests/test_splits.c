/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every line of splits.txt is found, in folded units, and nothing else is.
 */
#include "text/splits.h"

#include "harness.h"
#include "text/fold.h"
#include "text/splits_tables.h"

static bool has_split(uint16_t han, uint16_t a, uint16_t b)
{
    const pol_split *first;
    size_t count = pol_splits_of(&first, han);

    for (size_t i = 0; i < count; i++)
        if (first[i].parts[0] == a && first[i].parts[1] == b)
            return first[i].han == han;
    return false;
}

static void check_line(pol_folded *f, const char *line)
{
    policy_str text = { line, strlen(line) };

    CHECK(pol_fold(f, text, NULL) == POLICY_OK, "%s", line);
    if (CHECK(f->count == 4 && f->units[1] == ' ', "%s: %zu units", line,
              f->count))
        CHECK(has_split(f->units[0], f->units[2], f->units[3]), "%s", line);
}

static void test_finds_every_line(void)
{
    char path[1000], line[400];
    size_t lines = 0;
    pol_folded f;
    FILE *file;

    snprintf(path, sizeof(path), "%s/libpolicy/text/splits.txt",
             getenv("POLICY_SOURCE_ROOT"));
    file = fopen(path, "r");
    if (!CHECK(file != NULL, "%s", path))
        return;
    pol_folded_init(&f, NULL);
    while (fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0')
            continue;
        check_line(&f, line);
        lines++;
    }
    CHECK_INT_EQ("lines", lines, pol_split_count);
    CHECK(lines > 1000, "%zu lines", lines);
    pol_folded_fini(&f);
    fclose(file);
}

static void test_agrees_with_a_walk_over_the_table(void)
{
    size_t at = 0;

    for (uint32_t han = 0; han < 0x10000; han++) {
        const pol_split *first, *want = pol_splits + at;
        size_t count = pol_splits_of(&first, (uint16_t)han), n = 0;

        while (at < pol_split_count && pol_splits[at].han == han) {
            at++;
            n++;
        }
        if (!CHECK(count == n && first == (n ? want : NULL), "U+%04X: %zu",
                   (unsigned)han, count))
            return;
    }
    CHECK_INT_EQ("in order", at, pol_split_count);
}

static void test_gives_both_forms_of_a_radical(void)
{
    const pol_split *first;

    CHECK_INT_EQ("河", pol_splits_of(&first, 0x6CB3), 2);
    CHECK(has_split(0x6CB3, 0x6C34, 0x53EF), "水可");
    CHECK(has_split(0x6CB3, 0x6C35, 0x53EF), "氵可");
    CHECK_INT_EQ("一", pol_splits_of(&first, 0x4E00), 0);
    CHECK(first == NULL, "none");
}

static const struct test_case tests[] = {
    { "finds every line", test_finds_every_line },
    { "agrees with a walk over the table",
      test_agrees_with_a_walk_over_the_table },
    { "gives both forms of a radical", test_gives_both_forms_of_a_radical },
};

POLICY_TEST_MAIN("splits", tests)
