/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of stored values: what is written is read again, and nothing else.
 */
#include "state_arena.h"

#include "base/slice.h"
#include "state/stored.h"

static pol_stored_entry entry(const char *sub, int64_t at, const char *event)
{
    return (pol_stored_entry){ .sub = { pol_str(sub) }, .sub_count = *sub != 0,
                               .at = at, .until = INT64_MAX,
                               .event = pol_str(event), .source = POL_STR("s"),
                               .body = POL_STR("") };
}

/* --- numbers */

static void test_numbers_come_back(void)
{
    static const int64_t numbers[] = { 0, 1, -1, 63, -64, 64, 127, 128, 300, -300,
                                       1772416800000, INT64_MAX, INT64_MIN };
    char bytes[16];

    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        pol_state_writer w = { bytes, 0, sizeof(bytes) };
        pol_state_reader r = { (uint8_t *)bytes, NULL, false };

        pol_state_put_int(&w, numbers[i]);
        r.end = r.at + w.len;
        CHECK(pol_state_int(&r) == numbers[i] && !r.bad && r.at == r.end,
              "%lld", (long long)numbers[i]);
        r.at = (uint8_t *)bytes;
        r.end = r.at + w.len - 1;
        (void)pol_state_int(&r);
        CHECK(r.bad, "%lld cut", (long long)numbers[i]);
    }
}

static void test_a_number_has_one_form(void)
{
    static const struct { const char *label, *bytes; size_t len; } bad[] = {
        { "longer than it must be", "\x80\x00", 2 },
        { "beyond 64 bits", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10 },
        { "without an end", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 },
        { "nothing", "", 0 },
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        pol_state_reader r = { (const uint8_t *)bad[i].bytes,
                               (const uint8_t *)bad[i].bytes + bad[i].len, false };

        CHECK(pol_state_uint(&r) == 0 && r.bad, "%s", bad[i].label);
    }
}

static void test_bytes_end_where_the_value_does(void)
{
    pol_state_reader r = { (const uint8_t *)"\x05" "abcd", NULL, false };

    r.end = r.at + 5;
    CHECK(pol_state_bytes(&r).len == 0 && r.bad, "one is missing");
}

/* --- order */

static void test_shorter_keys_stand_first(void)
{
    pol_stored_entry above = entry("", 9, "z"), a = entry("a", 1, "m"),
                     b = entry("b", 0, "m"), later = entry("a", 2, "a"),
                     tie = entry("a", 1, "n");

    CHECK(pol_stored_cmp(&above, &a) < 0 && pol_stored_cmp(&a, &b) < 0, "keys");
    CHECK(pol_stored_cmp(&a, &later) < 0, "then times");
    CHECK(pol_stored_cmp(&a, &tie) < 0 && pol_stored_cmp(&tie, &later) < 0,
          "then ids");
    tie.event = a.event;
    CHECK_INT_EQ("equal", pol_stored_cmp(&a, &tie), 0);
    tie.source = POL_STR("t");
    CHECK(pol_stored_cmp(&a, &tie) < 0, "then sources");
    CHECK(pol_stored_covers(&above, &a) && pol_stored_covers(&a, &later) &&
              !pol_stored_covers(&a, &b) && !pol_stored_covers(&a, &above),
          "what a key covers");
}

/* --- all entries of a value */

static void test_the_first_due_and_the_last_end_count(void)
{
    pol_stored_entry all[] = { entry("", 5, "e1"), entry("a", 6, "e2"),
                               entry("b", 7, "e3") };
    pol_stored s = { all, 0 };

    CHECK(pol_stored_due(&s) == 0 && pol_stored_end(&s) == INT64_MIN, "none");
    s.count = 3;
    CHECK(pol_stored_due(&s) == 0 && pol_stored_end(&s) == INT64_MAX, "never");
    for (size_t i = 0; i < 3; i++)
        all[i].until = i == 1 ? 30 : 10;
    all[1].due = 20;
    all[2].due = -1;
    CHECK_INT_EQ("due", pol_stored_due(&s), -1);
    CHECK_INT_EQ("end", pol_stored_end(&s), 30);
    CHECK(pol_stored_cmp_times(&all[0], &all[2]) < 0 &&
              pol_stored_cmp(&all[0], &all[2]) < 0, "what came first");
    all[0].at = 8;
    CHECK(pol_stored_cmp_times(&all[0], &all[2]) > 0 &&
              pol_stored_cmp(&all[0], &all[2]) < 0, "whatever the key");
}

/* --- values */

static void test_a_value_comes_back(void)
{
    pol_stored_entry all[] = { entry("", 5, "e1"), entry("a", -7, "e2"),
                               entry("b", 1772416800000, "") };
    pol_stored s = { all, 3 }, back;
    policy_str bytes, again;

    begin();
    all[0].state = POL_ENTRY_CLEARED;
    all[1].until = 12;
    all[1].ahead = true;
    all[2].due = 1772416800001;
    all[2].state = POL_ENTRY_DONE;
    all[2].sub[1] = (policy_str){ "\0\n", 2 };
    all[2].sub_count = 2;
    all[2].body = POL_STR("body");
    bytes = pol_stored_write(&s, &arena);
    CHECK(pol_stored_read(&back, bytes, &arena, NULL) == POLICY_OK &&
              back.count == 3, "read");
    for (size_t i = 0; i < back.count; i++)
        CHECK(pol_stored_cmp(&all[i], &back.entries[i]) == 0 &&
                  back.entries[i].state == all[i].state &&
                  back.entries[i].until == all[i].until &&
                  back.entries[i].ahead == all[i].ahead &&
                  back.entries[i].due == all[i].due &&
                  pol_str_eq(back.entries[i].body, all[i].body),
              "entry %zu", i);
    again = pol_stored_write(&back, &arena);
    CHECK(pol_str_eq(bytes, again), "the same bytes");
    CHECK(pol_stored_read(&back, POL_STR(""), &arena, NULL) == POLICY_OK &&
              back.count == 0, "nothing is no entry");
    end();
}

/* Every single byte changed, every length cut: refused, or a value that would
 * be written just so. */
static void test_other_bytes_are_refused(void)
{
    pol_stored_entry all[] = { entry("a", 5, "e1"), entry("a", 6, "e2"),
                               entry("b", 7, "e3") };
    pol_stored s = { all, 3 }, back;
    policy_str bytes;
    char copy[256];
    size_t read = 0;

    begin();
    all[1].until = 1000;
    all[1].body = POL_STR("xyz");
    bytes = pol_stored_write(&s, &arena);
    for (size_t cut = 1; cut < bytes.len; cut++) {
        policy_error err = POLICY_ERROR_INIT;
        policy_status st = pol_stored_read(
            &back, (policy_str){ bytes.ptr, cut }, &arena, &err);

        if (st)
            CHECK(st == POLICY_ESTATE && strcmp(err.code, "state-bytes") == 0,
                  "cut at %zu", cut);
        else
            CHECK(back.count < 3, "whole entries before %zu", cut);
    }
    for (size_t i = 0; i < bytes.len; i++)
        for (unsigned x = 1; x < 256; x++) {
            policy_str other = { copy, bytes.len };

            memcpy(copy, bytes.ptr, bytes.len);
            copy[i] ^= (char)x;
            if (pol_stored_read(&back, other, &arena, NULL))
                continue;
            read++;
            CHECK(pol_str_eq(pol_stored_write(&back, &arena), other),
                  "byte %zu as %u", i, x);
        }
    CHECK(read > 100, "some are values of their own: %zu", read);
    end();
}

static void test_entries_that_do_not_rise_are_refused(void)
{
    static const struct { const char *label, *first, *second; } rows[] = {
        { "twice", "\0\x02\x01" "e\x00\x00", "\0\x02\x01" "e\x00\x00" },
        { "backwards", "\0\x04\x01" "e\x00\x00", "\0\x02\x01" "e\x00\x00" },
    };

    begin();
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char bytes[13] = { POL_STORED_VERSION };
        pol_stored back;

        memcpy(bytes + 1, rows[i].first, 6);
        memcpy(bytes + 7, rows[i].second, 6);
        CHECK_INT_EQ(rows[i].label,
                     pol_stored_read(&back, (policy_str){ bytes, 13 }, &arena,
                                     NULL),
                     POLICY_ESTATE);
        CHECK_INT_EQ("one alone",
                     pol_stored_read(&back, (policy_str){ bytes, 7 }, &arena, NULL),
                     POLICY_OK);
    }
    end();
}

static void test_survives_a_lack_of_memory(void)
{
    pol_stored_entry one = entry("a", 5, "e1");
    pol_stored s = { &one, 1 }, back;
    policy_error err = POLICY_ERROR_INIT;
    policy_str bytes;

    begin();
    bytes = pol_stored_write(&s, &arena);
    arena.max = arena.used;
    CHECK(pol_stored_write(&s, &arena).ptr == NULL, "no room to write");
    CHECK_INT_EQ("nor to read", pol_stored_read(&back, bytes, &arena, &err),
                 POLICY_ENOMEM);
    end();
}

static const struct test_case tests[] = {
    { "numbers come back", test_numbers_come_back },
    { "a number has one form", test_a_number_has_one_form },
    { "bytes end where the value does", test_bytes_end_where_the_value_does },
    { "shorter keys stand first", test_shorter_keys_stand_first },
    { "the first due and the last end count",
      test_the_first_due_and_the_last_end_count },
    { "a value comes back", test_a_value_comes_back },
    { "other bytes are refused", test_other_bytes_are_refused },
    { "entries that do not rise are refused",
      test_entries_that_do_not_rise_are_refused },
    { "survives a lack of memory", test_survives_a_lack_of_memory },
};

POLICY_TEST_MAIN("stored", tests)
