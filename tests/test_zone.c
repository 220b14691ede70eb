/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Zones: built in, fixed, and from zone files, which are put together here (RFC
 * 8536), so that no test depends on what the machine has installed.
 */
#include "config_check.h"

#include "config/zone.h"

/* A zone file under construction. */
struct file {
    char bytes[4096];
    size_t len;
};

static void put(struct file *f, const void *bytes, size_t len)
{
    memcpy(f->bytes + f->len, bytes, len);
    f->len += len;
}

static void put_big(struct file *f, int64_t v, int bytes)
{
    while (bytes--)
        f->bytes[f->len++] = (char)((uint64_t)v >> (8 * bytes));
}

struct change {
    int64_t at;    /* seconds */
    uint8_t kind;  /* index of `offsets` */
};

static void put_header(struct file *f, char version, size_t times, size_t kinds)
{
    put(f, "TZif", 4);
    put(f, &version, 1);
    put(f, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 15);
    put_big(f, 0, 4);
    put_big(f, 0, 4);
    put_big(f, 0, 4);
    put_big(f, (int64_t)times, 4);
    put_big(f, (int64_t)kinds, 4);
    put_big(f, 4, 4);
}

/* An empty first block, as slim files have it, then the real one. */
static void make_file(struct file *f, const struct change *changes,
                      size_t change_count, const int32_t *offsets,
                      size_t offset_count, const char *footer)
{
    size_t i;

    f->len = 0;
    put_header(f, '2', 0, 1);
    put(f, "\0\0\0\0\0\0XXX", 10);
    put_header(f, '2', change_count, offset_count);
    for (i = 0; i < change_count; i++)
        put_big(f, changes[i].at, 8);
    for (i = 0; i < change_count; i++)
        put(f, &changes[i].kind, 1);
    for (i = 0; i < offset_count; i++) {
        put_big(f, offsets[i], 4);
        put(f, "\0\0", 2);
    }
    put(f, "XXX", 4);
    put(f, "\n", 1);
    put(f, footer, strlen(footer));
    put(f, "\n", 1);
}

static policy_str exact_copy(const struct file *f, size_t len)
{
    char *copy = malloc(len ? len : 1);

    memcpy(copy, f->bytes, len);
    return (policy_str){ copy, len };
}

static int64_t at(int32_t year, int32_t month, int32_t day, int32_t hour,
                  int32_t minute, int32_t second)
{
    return (pol_days_from_civil(year, month, day) * 86400 + hour * 3600 +
            minute * 60 + second) * 1000;
}

static void test_knows_zones_without_daylight_saving(void)
{
    static const struct {
        const char *name;
        int32_t minutes;
    } rows[] = {
        { "Asia/Shanghai", 480 }, { "Asia/Urumqi", 360 },
        { "Asia/Hong_Kong", 480 }, { "Asia/Macau", 480 },
        { "Asia/Taipei", 480 }, { "Asia/Singapore", 480 },
        { "Asia/Tokyo", 540 }, { "UTC", 0 }, { "+08:00", 480 },
        { "-03:30", -210 }, { "+00:00", 0 }, { "-00:15", -15 },
        { "+15:59", 959 }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pol_zone z;

        CHECK_INT_EQ(rows[i].name,
                     pol_zone_resolve(&z, config_str(rows[i].name),
                                      POL_STR("not looked at"), NULL),
                     POLICY_OK);
        CHECK_INT_EQ(rows[i].name, pol_zone_offset(&z, 0), rows[i].minutes);
        CHECK_INT_EQ(rows[i].name, pol_zone_offset(&z, INT64_MIN),
                     rows[i].minutes);
        CHECK_STR_EQ("name", z.name, rows[i].name);
    }
}

static void test_refuses_what_names_no_zone(void)
{
    const policy_str names[] = {
        POL_STR(""), POL_STR("Asia/Shangai"), POL_STR("asia/shanghai"),
        POL_STR("+8:00"), POL_STR("+08:60"), POL_STR("+16:00"),
        POL_STR("08:00"), POL_STR("+08-00"), POL_STR("+0800"), POL_STR("Z"),
        POL_STR("UTC "), POL_STR("+0a:00"), POL_STR("Europe/Berlin"),
        POL_STR("UTC\0")
    };
    pol_zone z;
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        CHECK(pol_zone_resolve(&z, names[i], (policy_str){ NULL, 0 }, NULL) ==
                  POLICY_EINPUT, "%.*s", (int)names[i].len, names[i].ptr);
    CHECK_STR_EQ("nearest", pol_zone_nearest(POL_STR("Asia/Shangai")),
                 "Asia/Shanghai");
    CHECK_STR_EQ("none near", pol_zone_nearest(POL_STR("Mars")), "");
}

static void test_names_cannot_leave_their_folder(void)
{
    static const struct {
        const char *name;
        bool ok;
    } rows[] = {
        { "Europe/Berlin", true }, { "America/Argentina/Ushuaia", true },
        { "Etc/GMT+8", true }, { "America/Port-au-Prince", true },
        { "GB", true }, { "EST5EDT", true },
        { "", false }, { "/etc/passwd", false }, { "../passwd", false },
        { "Europe/../../x", false }, { "Europe//Berlin", false },
        { "Europe/", false }, { ".hidden", false }, { "-x", false },
        { "a\\b", false }, { "a b", false }, { "a\nb", false },
        { "亚洲/上海", false }, { "9x", false },
        { "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          false }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK(pol_zone_name_ok(config_str(rows[i].name)) == rows[i].ok, "%s",
              rows[i].name);
    CHECK(!pol_zone_name_ok(POL_STR("a\0b")), "NUL");
}

static void test_reads_changes_and_the_rule_behind_them(void)
{
    /* Berlin, shortened: local mean time, two changes, then the rule. */
    static const int32_t offsets[] = { 3208, 3600, 7200 };
    static const struct change changes[] = {
        { -2422054408, 1 }, { 323830800, 2 }, { 338950800, 1 }
    };
    const struct {
        const char *label;
        int64_t ms;
        int32_t minutes;
    } rows[] = {
        { "mean time, to the nearest minute", at(1850, 1, 1, 0, 0, 0), 53 },
        { "since 1893", at(1893, 4, 1, 0, 0, 0), 60 },
        { "summer 1980", at(1980, 6, 1, 0, 0, 0), 120 },
        { "winter 1980", at(1980, 12, 1, 0, 0, 0), 60 },
        { "2026, a second before spring", at(2026, 3, 29, 0, 59, 59), 60 },
        { "2026, spring", at(2026, 3, 29, 1, 0, 0), 120 },
        { "2026, a second before autumn", at(2026, 10, 25, 0, 59, 59), 120 },
        { "2026, autumn", at(2026, 10, 25, 1, 0, 0), 60 },
        { "2099, summer", at(2099, 7, 1, 0, 0, 0), 120 },
        { "beyond the horizon", at(2150, 7, 1, 0, 0, 0), 60 }
    };
    struct test_allocator t;
    pol_arena arena;
    struct file f;
    policy_str tzif;
    pol_zone z;
    size_t i;

    make_file(&f, changes, 3, offsets, 3, "CET-1CEST,M3.5.0,M10.5.0/3");
    tzif = exact_copy(&f, f.len);
    test_allocator_init(&t);
    pol_arena_init(&arena, &t.allocator, 0);
    CHECK_INT_EQ("Berlin", pol_zone_resolve(&z, POL_STR("Europe/Berlin"), tzif,
                                            &arena), POLICY_OK);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK_INT_EQ(rows[i].label, pol_zone_offset(&z, rows[i].ms),
                     rows[i].minutes);
    for (i = 1; i < z.change_count; i++)
        if (z.changes[i - 1] >= z.changes[i])
            CHECK(false, "changes descend at %zu", i);
    pol_arena_fini(&arena);
    test_allocator_clean(&t);
    free((char *)tzif.ptr);
}

static void test_reads_footers(void)
{
    static const int32_t offsets[] = { 3600 };
    const struct {
        const char *footer;
        bool ok;
        int64_t ms;
        int32_t minutes;
    } rows[] = {
        { "", true, 0, 60 },
        { "XXX-1", true, 0, 60 },
        { "<+0330>-3:30<+0430>,J79/24,J263/24", true,
          at(2026, 6, 1, 0, 0, 0), 270 },
        /* South of the equator the year begins in summer. */
        { "AEST-10AEDT,M10.1.0,M4.1.0/3", true, at(2026, 1, 1, 0, 0, 0), 660 },
        { "AEST-10AEDT,M10.1.0,M4.1.0/3", true, at(2026, 6, 1, 0, 0, 0), 600 },
        /* Winter time is the exception: Dublin. */
        { "IST-1GMT0,M10.5.0,M3.5.0/1", true, at(2026, 1, 5, 0, 0, 0), 0 },
        { "IST-1GMT0,M10.5.0,M3.5.0/1", true, at(2026, 7, 5, 0, 0, 0), 60 },
        /* Hours below zero: Nuuk. */
        { "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", true,
          at(2026, 3, 29, 1, 0, 0), -60 },
        { "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", true,
          at(2026, 3, 29, 0, 59, 59), -120 },
        /* Summer all the year round. */
        { "XXX3EDT4,0/0,J365/23", true, at(2026, 6, 1, 0, 0, 0), -240 },
        { "XXX3EDT4,0/0,J365/23", true, at(2027, 1, 1, 3, 0, 0), -240 },
        /* J60 is the first of March in every year, 59 only in others. */
        { "AAA0BBB,J60/0,J300/0", true, at(2028, 2, 29, 23, 59, 59), 0 },
        { "AAA0BBB,J60/0,J300/0", true, at(2028, 3, 1, 0, 0, 0), 60 },
        { "AAA0BBB,59/0,J300/0", true, at(2028, 2, 29, 0, 0, 0), 60 },
        { "AAA0BBB,59/0,J300/0", true, at(2027, 2, 28, 23, 59, 59), 0 },
        { "AAA0BBB,M2.1.1,M12.5.6", true, at(2026, 2, 2, 2, 0, 0), 60 },
        { "A-1", false, 0, 0 }, { "CET", false, 0, 0 },
        { "CET-1CEST", false, 0, 0 }, { "CET-1CEST,M3.5.0", false, 0, 0 },
        { "CET-1CEST,M13.5.0,M10.5.0", false, 0, 0 },
        { "CET-1CEST,M0.5.0,M10.5.0", false, 0, 0 },
        { "CET-1CEST,M3.6.0,M10.5.0", false, 0, 0 },
        { "CET-1CEST,M3.5.7,M10.5.0", false, 0, 0 },
        { "CET-1CEST,J0,M10.5.0", false, 0, 0 },
        { "CET-1CEST,366,M10.5.0", false, 0, 0 },
        { "CET-1CEST,M3.5.0/168,M10.5.0", false, 0, 0 },
        { "CET-1:60", false, 0, 0 }, { "<CET-1", false, 0, 0 },
        { "CET-1CEST,M3.5.0,M10.5.0/3x", false, 0, 0 },
        { "CET-99999999999999", false, 0, 0 }
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct test_allocator t;
        pol_arena arena;
        struct file f;
        policy_str tzif;
        pol_zone z;

        make_file(&f, NULL, 0, offsets, 1, rows[i].footer);
        tzif = exact_copy(&f, f.len);
        test_allocator_init(&t);
        pol_arena_init(&arena, &t.allocator, 0);
        CHECK((pol_zone_resolve(&z, POL_STR("X/Y"), tzif, &arena) ==
               POLICY_OK) == rows[i].ok, "%s", rows[i].footer);
        if (rows[i].ok)
            CHECK_INT_EQ(rows[i].footer, pol_zone_offset(&z, rows[i].ms),
                         rows[i].minutes);
        pol_arena_fini(&arena);
        test_allocator_clean(&t);
        free((char *)tzif.ptr);
    }
}

static void test_refuses_broken_files(void)
{
    static const int32_t good[] = { 3600, 7200 };
    static const int32_t far[] = { 3600, 100000 };
    static const struct change up[] = { { 100, 1 }, { 200, 0 } };
    static const struct change down[] = { { 200, 1 }, { 100, 0 } };
    static const struct change stray[] = { { 100, 1 }, { 200, 2 } };
    static const struct change end[] = { { 100, 1 }, { INT64_MAX, 0 } };
    static const struct {
        const char *label;
        const struct change *changes;
        const int32_t *offsets;
        policy_status status;
    } rows[] = {
        { "good", up, good, POLICY_OK },
        { "descending", down, good, POLICY_EINPUT },
        { "a kind that is not there", stray, good, POLICY_EINPUT },
        { "an offset beyond a day", up, far, POLICY_EINPUT },
        { "a time beyond milliseconds", end, good, POLICY_EINPUT }
    };
    struct test_allocator t;
    pol_arena arena;
    struct file f;
    pol_zone z;
    size_t i, len;

    test_allocator_init(&t);
    pol_arena_init(&arena, &t.allocator, 0);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        make_file(&f, rows[i].changes, 2, rows[i].offsets, 2, "CET-1");
        CHECK_INT_EQ(rows[i].label,
                     pol_zone_resolve(&z, POL_STR("X/Y"),
                                      (policy_str){ f.bytes, f.len }, &arena),
                     rows[i].status);
    }
    make_file(&f, up, 2, good, 2, "CET-1CEST,M3.5.0,M10.5.0/3");
    for (len = 0; len < f.len; len++) {
        policy_str tzif = exact_copy(&f, len);

        CHECK_INT_EQ("cut off", pol_zone_resolve(&z, POL_STR("X/Y"), tzif,
                                                 &arena), POLICY_EINPUT);
        free((char *)tzif.ptr);
    }
    f.bytes[4] = '1';
    CHECK_INT_EQ("version 1", pol_zone_resolve(&z, POL_STR("X/Y"),
                 (policy_str){ f.bytes, f.len }, &arena), POLICY_EINPUT);
    pol_arena_fini(&arena);
    test_allocator_clean(&t);
}

static void test_mutated_files_give_ascending_changes_or_nothing(void)
{
    static const int32_t offsets[] = { 3600, 7200 };
    static const struct change changes[] = { { 100, 1 }, { 200, 0 } };
    struct test_allocator t;
    pol_arena arena;
    struct file f;
    uint64_t seed = 7;
    int round, read = 0;

    test_allocator_init(&t);
    pol_arena_init(&arena, &t.allocator, 0);
    for (round = 0; round < 20000; round++) {
        policy_str tzif;
        pol_zone z;
        size_t i;

        make_file(&f, changes, 2, offsets, 2, "CET-1CEST,M3.5.0,M10.5.0/3");
        f.bytes[test_random(&seed) % f.len] = (char)test_random(&seed);
        f.bytes[test_random(&seed) % f.len] ^= 1;
        tzif = exact_copy(&f, f.len);
        pol_arena_reset(&arena);
        if (pol_zone_resolve(&z, POL_STR("X/Y"), tzif, &arena) == POLICY_OK) {
            read++;
            for (i = 1; i < z.change_count; i++)
                if (z.changes[i - 1] >= z.changes[i])
                    CHECK(false, "round %d: descends", round);
        }
        free((char *)tzif.ptr);
    }
    CHECK(read > 1000 && read < 19000, "%d read", read);
    pol_arena_fini(&arena);
    test_allocator_clean(&t);
}

static void test_survives_failed_allocations(void)
{
    static const int32_t offsets[] = { 3600 };
    struct test_allocator t;
    pol_arena arena;
    struct file f;
    pol_zone z;

    make_file(&f, NULL, 0, offsets, 1, "CET-1CEST,M3.5.0,M10.5.0/3");
    test_allocator_init(&t);
    t.fail_after = 1;
    pol_arena_init(&arena, &t.allocator, 0);
    CHECK_INT_EQ("none", pol_zone_resolve(&z, POL_STR("X/Y"),
                 (policy_str){ f.bytes, f.len }, &arena), POLICY_ENOMEM);
    t.fail_after = 0;
    CHECK_INT_EQ("again", pol_zone_resolve(&z, POL_STR("X/Y"),
                 (policy_str){ f.bytes, f.len }, &arena), POLICY_OK);
    pol_arena_fini(&arena);
    test_allocator_clean(&t);
}

static const struct test_case tests[] = {
    { "knows zones without daylight saving",
      test_knows_zones_without_daylight_saving },
    { "refuses what names no zone", test_refuses_what_names_no_zone },
    { "names cannot leave their folder", test_names_cannot_leave_their_folder },
    { "reads changes and the rule behind them",
      test_reads_changes_and_the_rule_behind_them },
    { "reads footers", test_reads_footers },
    { "refuses broken files", test_refuses_broken_files },
    { "mutated files give ascending changes or nothing",
      test_mutated_files_give_ascending_changes_or_nothing },
    { "survives failed allocations", test_survives_failed_allocations }
};

POLICY_TEST_MAIN("zone", tests)
