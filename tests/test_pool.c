/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pool beside a plain list of blocks: what is written stays, whatever is
 * taken, resized and given back in whatever order.
 */
#include "harness.h"

#include "script/pool.h"

enum { BLOCKS = 300 };

struct block {
    unsigned char *bytes, mark;
    size_t len;
};

static size_t random_len(uint64_t *seed)
{
    static const size_t most[] = { 16, 40, 200, 600, 1100, 4097, 9000, 40000 };

    return 1 + test_random(seed) % most[test_random(seed) % 8];
}

static bool holds(const struct block *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (b->bytes[i] != b->mark)
            return false;
    return true;
}

/* To a new size, or to nothing. */
static void change(pol_pool *p, struct block *b, uint64_t *seed)
{
    size_t len = b->len && test_random(seed) % 3 == 0 ? 0 : random_len(seed);
    unsigned char *bytes = pol_pool_resize(p, b->bytes, b->len, len);

    if (!CHECK((bytes != NULL) == (len > 0), "%zu to %zu", b->len, len))
        return;
    CHECK((uintptr_t)bytes % 16 == 0, "alignment");
    b->bytes = bytes;
    CHECK(holds(b, b->len < len ? b->len : len), "%zu to %zu: other bytes",
          b->len, len);
    b->len = len;
    b->mark = (unsigned char)test_random(seed);
    if (len)
        memset(bytes, b->mark, len);
}

static void test_keeps_what_is_written(void)
{
    static struct block blocks[BLOCKS];
    struct test_allocator memory;
    uint64_t seed = 11;
    pol_pool p;

    test_allocator_init(&memory);
    pol_pool_init(&p, &memory.allocator);
    for (int i = 0; i < 20000; i++) {
        change(&p, &blocks[test_random(&seed) % BLOCKS], &seed);
        if (!CHECK(p.bytes == memory.live_bytes, "%zu, %zu", p.bytes,
                   memory.live_bytes))
            break;
    }
    for (int i = 0; i < BLOCKS; i++) {
        CHECK(holds(&blocks[i], blocks[i].len), "block %d: other bytes", i);
        pol_pool_resize(&p, blocks[i].bytes, blocks[i].len, 0);
    }
    pol_pool_fini(&p);
    test_allocator_clean(&memory);
}

/* A second round of the same sizes asks the host for nothing. */
static void test_asks_for_nothing_once_warm(void)
{
    static void *blocks[200];
    struct test_allocator memory;
    size_t requests = 0, large = 0;
    pol_pool p;

    test_allocator_init(&memory);
    pol_pool_init(&p, &memory.allocator);
    for (int round = 0; round < 3; round++) {
        uint64_t seed = 3;

        requests = memory.requests;
        for (int i = 0; i < 200; i++)
            blocks[i] = pol_pool_resize(&p, NULL, 0,
                                        1 + test_random(&seed) % 4096);
        requests = memory.requests - requests;
        seed = 3;
        for (int i = 0; i < 200; i++)
            pol_pool_resize(&p, blocks[i], 1 + test_random(&seed) % 4096, 0);
        /* Under AddressSanitizer every block is the host's. */
        large += round == 0 && p.bytes == 0;
    }
    CHECK(requests == 0 || large, "%zu requests", requests);
    pol_pool_fini(&p);
    test_allocator_clean(&memory);
}

static void test_fails_as_the_host_does(void)
{
    struct test_allocator memory;
    unsigned char *block;
    pol_pool p;

    test_allocator_init(&memory);
    pol_pool_init(&p, &memory.allocator);
    block = pol_pool_resize(&p, NULL, 0, 100);
    CU_ASSERT_FATAL(block != NULL);
    memset(block, 7, 100);
    memory.fail_after = memory.requests + 1;
    CHECK(pol_pool_resize(&p, block, 100, 5000) == NULL, "growing");
    CHECK(pol_pool_resize(&p, NULL, 0, 100000) == NULL, "large");
    for (int i = 0; i < 100; i++)
        CHECK_INT_EQ("the block", block[i], 7);
    memory.fail_after = 0;
    pol_pool_resize(&p, block, 100, 0);
    pol_pool_fini(&p);
    pol_pool_fini(&p);
    test_allocator_clean(&memory);
}

/* A smaller one is found, if need be in its own place. */
static void test_always_makes_small_blocks_smaller(void)
{
    struct test_allocator memory;
    unsigned char *block;
    size_t len = 4000;
    pol_pool p;

    test_allocator_init(&memory);
    pol_pool_init(&p, &memory.allocator);
    block = pol_pool_resize(&p, NULL, 0, len);
    CU_ASSERT_FATAL(block != NULL);
    memset(block, 9, len);
    memory.fail_after = memory.requests + 1;
    for (; len > 1; len /= 2) {
        unsigned char *less = pol_pool_resize(&p, block, len, len / 2);

        if (!less) /* under AddressSanitizer none is small */
            break;
        block = less;
        CHECK(block[0] == 9 && block[len / 2 - 1] == 9, "%zu", len);
    }
    memory.fail_after = 0;
    pol_pool_resize(&p, block, len, 0);
    pol_pool_fini(&p);
    test_allocator_clean(&memory);
}

static const struct test_case tests[] = {
    { "keeps what is written", test_keeps_what_is_written },
    { "asks for nothing once warm", test_asks_for_nothing_once_warm },
    { "fails as the host does", test_fails_as_the_host_does },
    { "always makes small blocks smaller",
      test_always_makes_small_blocks_smaller },
};

POLICY_TEST_MAIN("pool", tests)
