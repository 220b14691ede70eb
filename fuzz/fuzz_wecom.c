/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WeCom records. No record that is read is lost: it makes an event, unless it
 * says that a member switched to another enterprise. Every event passes the
 * check and reads back from its text; an error's place lies inside of the
 * record. The first byte tightens the limits and takes the directory away.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "../tests/event_text.h"
#include "adapt/tree.h"
#include "base/slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char directory[] =
    "people:\n"
    "  u1: { kind: staff, roles: [nurse], dept: 内科, accounts: [a1] }\n"
    "  wm1: { kind: patient }\n"
    "accounts:\n"
    "  a1: { kind: official }\n"
    "groups:\n"
    "  wr1: { kind: ward, responsible: u1, purpose: 交班 }\n";

static policy_event *new_event(uint8_t options)
{
    policy_limits l = { .size = sizeof(l) };
    policy_event *e = NULL;

    l.text_bytes = options & 1 ? 8 : 0;
    l.list_items = options & 2 ? 2 : 0;
    l.parts = options & 4 ? 1 : 0;
    l.json_depth = options & 8 ? 6 : 0;
    if (policy_event_new(&e, NULL, &l, NULL) != POLICY_OK)
        abort();
    return e;
}

static int on_event(void *user, policy_event *e)
{
    policy_event *again = new_event(0);
    char *first = event_text(e), *second;
    policy_status st;

    ++*(size_t *)user;
    assert(pol_event_check(e, NULL) == POLICY_OK);
    assert(policy_event_id(e).len && policy_event_organisation(e).len);
    st = policy_event_read_json(again, pol_str(first), NULL);
    assert(st == POLICY_OK || st == POLICY_ELIMIT);
    if (st == POLICY_OK) {
        second = event_text(again);
        assert(strcmp(first, second) == 0);
        free(second);
    }
    free(first);
    policy_event_free(again);
    return 0;
}

static bool is_switch(policy_str record)
{
    const pol_tree *t, *action;
    pol_arena arena;
    bool yes;

    pol_arena_init(&arena, NULL, 0);
    yes = pol_tree_read(&t, record, 1024, &arena, NULL) == POLICY_OK;
    action = yes ? pol_tree_get(t, "action") : NULL;
    yes = action && pol_str_is(action->text, "switch");
    pol_arena_fini(&arena);
    return yes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_directory *d = NULL;
    policy_str record;
    policy_event *e;
    policy_status st;
    size_t events = 0;
    char *copy;

    if (!size)
        return 0;
    if (!(data[0] & 16) &&
        policy_directory_read(&d, pol_str(directory), NULL, NULL) != POLICY_OK)
        abort();
    e = new_event(data[0]);
    copy = malloc(size > 1 ? size - 1 : 1); /* exactly its size */
    if (!copy)
        abort();
    memcpy(copy, data + 1, size - 1);
    record = (policy_str){ copy, size - 1 };
    st = policy_adapter_read(POLICY_ADAPTER_WECOM, record, "o", d, e, on_event,
                             &events, &err);
    if (st == POLICY_OK) {
        assert(events > 0 || is_switch(record));
    } else {
        assert(st == POLICY_EINPUT || st == POLICY_ELIMIT);
        assert(err.status == st && err.code[0] && err.message[0]);
        assert(err.byte <= record.len);
    }
    policy_event_free(e);
    policy_directory_free(d);
    free(copy);
    return 0;
}
