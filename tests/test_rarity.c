/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rarity: common characters are commoner than rare ones, and every unit has one.
 */
#include "text/rarity.h"

#include "harness.h"

static void test_orders_what_everybody_knows(void)
{
    static const struct row { const char *label; uint16_t often, rarely; }
    rows[] = {
        { "的, 龘", 0x7684, 0x9f98 },
        { "一, 鼎", 0x4e00, 0x9f0e },
        { "我, 饕", 0x6211, 0x9955 },
        { "e, z", 'e', 'z' },
        { "a space, a digit", ' ', '7' },
        { "的, kana", 0x7684, 0x3042 },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK(pol_rarity(rows[i].often) < pol_rarity(rows[i].rarely), "%s",
              rows[i].label);
}

static void test_has_one_for_every_unit(void)
{
    unsigned seen[POL_RARITY_MAX + 1] = { 0 }, i;

    for (i = 0; i < 65536; i++) {
        unsigned r = pol_rarity((uint16_t)i);

        if (!CHECK(r <= POL_RARITY_MAX, "U+%04X", i))
            return;
        seen[r] += i >= 0x4e00 && i <= 0x9fff;
    }
    /* Each step down is about half as often, and so has more characters. */
    CHECK(seen[0] + seen[1] + seen[2] < 100, "%u", seen[0] + seen[1] + seen[2]);
    for (i = 0; i <= POL_RARITY_MAX; i++)
        CHECK(seen[i] > 0, "class %u", i);
}

static const struct test_case tests[] = {
    { "orders what everybody knows", test_orders_what_everybody_knows },
    { "has one for every unit", test_has_one_for_every_unit },
};

POLICY_TEST_MAIN("rarity", tests)
