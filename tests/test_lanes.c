/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sixteen bytes at once find what a loop finds, at every place of texts of every
 * length, and read nothing beside them.
 */
#include "text/lanes.h"

#include "harness.h"

static void test_has_what_is_there(void)
{
    size_t len, at;

    for (len = 0; len < 70; len++) {
        uint8_t *bytes = calloc(len + !len, 1); /* no room beside it */

        CU_ASSERT_FATAL(bytes != NULL);
        CHECK(!pol_has_byte(bytes, len, 7), "%zu zeros", len);
        CHECK(pol_has_byte(bytes, len, 0) == (len > 0), "%zu zeros", len);
        for (at = 0; at < len; at++) {
            bytes[at] = 7;
            CHECK(pol_has_byte(bytes, len, 7), "%zu of %zu", at, len);
            CHECK(!pol_has_byte(bytes, len, 8), "%zu of %zu", at, len);
            bytes[at] = 0;
        }
        free(bytes);
    }
}

static void test_sees_every_bit(void)
{
    unsigned bit;

    for (bit = 0; bit < 8 * POL_LANES16; bit++) {
        uint8_t bytes[POL_LANES16] = { 0 };

        CHECK(!pol_any16(pol_load16(bytes)), "none");
        bytes[bit / 8] = (uint8_t)(1u << bit % 8);
        CHECK(pol_any16(pol_load16(bytes)), "bit %u", bit);
    }
}

static const struct test_case tests[] = {
    { "has what is there", test_has_what_is_there },
    { "sees every bit", test_sees_every_bit },
};

POLICY_TEST_MAIN("lanes", tests)
