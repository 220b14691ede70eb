/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Property: whatever the bytes, the reader ends; an error stands inside the
 * input and has a code; jansson agrees (tests/json_twin.h lists where not);
 * and what is accepted survives being written and read again.
 */
#include <stdint.h>

#include "../tests/json_twin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_reading r;
    char *copy = malloc(size + !size);
    policy_str input = { copy, size ? size - 1 : 0 };

    if (!copy)
        return 0;
    /* The first byte is the depth; the rest is a block of exactly its size, so
     * that the sanitizer sees a read beyond it. */
    if (size > 1)
        memcpy(copy, data + 1, size - 1);
    copy = size > 1 ? realloc(copy, size - 1) : copy;
    input.ptr = copy;
    json_read(&r, input, size ? data[0] : 0);
    if (!r.accepted) {
        require(r.err.status == POLICY_EINPUT || r.err.status == POLICY_ELIMIT);
        require(r.err.byte <= input.len);
        require(r.err.code[0] && r.err.message[0]);
    }
    require(json_agrees(input));
    require(json_goes_round(input));
    free(copy);
    return 0;
}
