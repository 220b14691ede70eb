/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events from JSON. An event that is accepted passes the check, and its text
 * reads back as the same event; an error's place lies inside of the input; a
 * refused event leaves nothing behind. The first byte tightens the limits.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "../tests/event_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static policy_event *new_event(uint8_t options)
{
    policy_limits l = { .size = sizeof(l) };
    policy_event *e = NULL;

    l.text_bytes = options & 1 ? 8 : 0;
    l.list_items = options & 2 ? 2 : 0;
    l.parts = options & 4 ? 1 : 0;
    l.json_depth = options & 8 ? 4 : 0;
    if (policy_event_new(&e, NULL, &l, NULL) != POLICY_OK)
        abort();
    return e;
}

/* The text escapes more than the writer of the input may have: only the limits
 * on the size of an event may then be against it. */
static void check_same(const policy_event *e)
{
    policy_event *again = new_event(0);
    policy_error err = POLICY_ERROR_INIT;
    char *first = event_text(e), *second;
    policy_str text = { first, strlen(first) };
    policy_status st = policy_event_read_json(again, text, &err);

    assert(st == POLICY_OK || st == POLICY_ELIMIT);
    if (st == POLICY_OK) {
        second = event_text(again);
        assert(strcmp(first, second) == 0);
        assert(again->lone_surrogate == false);
        free(second);
    }
    free(first);
    policy_event_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_event *e;
    policy_status st;
    char *json;

    if (!size)
        return 0;
    e = new_event(data[0]);
    json = malloc(size > 1 ? size - 1 : 1); /* exactly its size */
    if (!json)
        abort();
    memcpy(json, data + 1, size - 1);
    st = policy_event_read_json(e, (policy_str){ json, size - 1 }, &err);
    if (st == POLICY_OK) {
        e->checked = false; /* the reader's word is held against the checker's */
        assert(pol_event_check(e, &err) == POLICY_OK);
        check_same(e);
    } else {
        assert(st == POLICY_EINPUT || st == POLICY_ELIMIT);
        assert(err.status == st && err.code[0] && err.message[0]);
        assert(err.byte <= size - 1);
        assert(policy_event_type(e).len == 0 && e->part_count == 0);
    }
    policy_event_free(e);
    free(json);
    return 0;
}
