/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Overlays: units of their own over the map of another text.
 */
#include "harness.h"

#include "text/overlay.h"

struct pair {
    struct test_allocator memory;
    pol_folded f;
    pol_overlay o;
};

static void begin(struct pair *p, const char *text)
{
    test_allocator_init(&p->memory);
    pol_folded_init(&p->f, &p->memory.allocator);
    pol_overlay_init(&p->o, &p->memory.allocator);
    CHECK(pol_fold(&p->f, (policy_str){ text, strlen(text) }, NULL) ==
              POLICY_OK, "%s", text);
}

static void end(struct pair *p)
{
    pol_overlay_fini(&p->o);
    pol_folded_fini(&p->f);
    test_allocator_clean(&p->memory);
}

static void test_is_like_what_it_overlays(void)
{
    struct pair p;
    policy_span all;

    begin(&p, "請😀 ABC");
    if (CHECK(pol_overlay_fill(&p.o, &p.f), "filled")) {
        CHECK_INT_EQ("units", p.o.text.count, p.f.count);
        CHECK(memcmp(p.o.text.units, p.f.units, p.f.count * 2) == 0 &&
                  memcmp(p.o.text.reasons, p.f.reasons, p.f.count * 2) == 0 &&
                  memcmp(p.o.text.classes, p.f.classes, p.f.count) == 0,
              "the same");
        p.o.text.units[0] = 'x';
        CHECK(p.f.units[0] != 'x', "its own units");
        all = pol_folded_source(&p.o.text, 0, p.o.text.count);
        CHECK(all.start == 0 && all.end == strlen("請😀 ABC"), "one map");
    }
    pol_overlay_clear(&p.o);
    CHECK_INT_EQ("cleared", p.o.text.count, 0);
    end(&p);
}

static void test_grows_and_never_asks_twice(void)
{
    static char text[1000];
    struct pair p;
    size_t asked;

    memset(text, 'a', sizeof(text) - 1);
    begin(&p, text);
    CHECK(pol_overlay_fill(&p.o, &p.f), "grown");
    asked = p.memory.requests;
    p.f.count = 10;
    CHECK(pol_overlay_fill(&p.o, &p.f), "shorter");
    p.f.count = 999;
    CHECK(pol_overlay_fill(&p.o, &p.f), "as long again");
    CHECK_INT_EQ("calls", p.memory.requests, asked);
    end(&p);
}

static void test_survives_lack_of_memory(void)
{
    struct pair p;

    begin(&p, "机密");
    p.memory.fail_after = p.memory.requests + 1;
    CHECK(!pol_overlay_fill(&p.o, &p.f), "no memory");
    CHECK_INT_EQ("clear", p.o.text.count, 0);
    p.memory.fail_after = 0;
    CHECK(pol_overlay_fill(&p.o, &p.f), "again");
    end(&p);
}

static const struct test_case tests[] = {
    { "is like what it overlays", test_is_like_what_it_overlays },
    { "grows and never asks twice", test_grows_and_never_asks_twice },
    { "survives lack of memory", test_survives_lack_of_memory },
};

POLICY_TEST_MAIN("overlay", tests)
