/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two directories, a NUL between them. What is refused names a place inside of
 * its text. Every event of the second, alone and against the first, passes the
 * check, reads back from its JSON as itself and comes again with the same id; a
 * directory differs in nothing from itself. The first byte tightens the limits.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../tests/event_text.h"
#include "adapt/directory.h"
#include "base/hash.h"
#include "base/slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Also where assertions are compiled out. */
#define HOLD(condition) ((condition) ? (void)0 : abort())

struct seen {
    policy_event *again; /* of wide limits */
    size_t count;
    uint64_t ids; /* in their order */
};

static policy_event *new_event(uint8_t options)
{
    policy_limits l = { .size = sizeof(l) };
    policy_event *e = NULL;

    l.text_bytes = options & 1 ? 8 : 0;
    l.list_items = options & 2 ? 2 : 0;
    HOLD(policy_event_new(&e, NULL, &l, NULL) == POLICY_OK);
    return e;
}

static int on_event(void *user, policy_event *e)
{
    struct seen *s = user;
    policy_str id = policy_event_id(e);
    char *json, *one, *two;
    size_t len = 0;

    HOLD(pol_event_check(e, NULL) == POLICY_OK && id.len);
    HOLD(policy_event_json(NULL, 0, &len, e) == POLICY_OK && len);
    json = malloc(len);
    HOLD(json && policy_event_json(json, len, &len, e) == POLICY_OK);
    HOLD(policy_event_read_json(s->again, (policy_str){ json, len }, NULL) ==
         POLICY_OK);
    HOLD(policy_event_unknown_fields(s->again) == 0);
    one = event_text(e);
    two = event_text(s->again);
    HOLD(strcmp(one, two) == 0);
    free(two);
    free(one);
    free(json);
    s->count++;
    s->ids = pol_hash(id.ptr, id.len, s->ids);
    return 0;
}

static struct seen feed(const policy_directory *d, const policy_directory *since,
                        uint8_t options)
{
    policy_directory_feed f = POLICY_DIRECTORY_FEED_INIT;
    struct seen s = { new_event(0), 0, 0 };
    policy_event *e = new_event(options);
    policy_error err = POLICY_ERROR_INIT;
    policy_status st;

    f.org = "o";
    f.time = 1772416800000;
    f.since = since;
    st = policy_directory_events(d, &f, e, on_event, &s, &err);
    HOLD(st == POLICY_OK || (st == POLICY_ELIMIT && options & 3));
    HOLD(st == POLICY_OK || (err.status == st && err.message[0]));
    policy_event_free(e);
    policy_event_free(s.again);
    return s;
}

static policy_directory *read(const uint8_t *bytes, size_t len)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_directory *d = NULL;
    char *copy = malloc(len ? len : 1); /* exactly its size */
    uint32_t lines = 1;
    policy_status st;

    HOLD(copy);
    if (len)
        memcpy(copy, bytes, len);
    for (size_t i = 0; i < len; i++)
        lines += copy[i] == '\n' || copy[i] == '\r';
    st = policy_directory_read(&d, (policy_str){ copy, len }, NULL, &err);
    HOLD((st == POLICY_OK) == (d != NULL));
    HOLD(st == POLICY_OK || (err.status == st && err.line <= lines));
    free(copy);
    return d;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *nul = size ? memchr(data + 1, 0, size - 1) : NULL;
    size_t first = nul ? (size_t)(nul - data - 1) : 0;
    policy_directory *old, *now;
    struct seen one, two;

    if (!nul)
        return 0;
    old = read(data + 1, first);
    now = read(nul + 1, size - first - 2);
    if (now) {
        one = feed(now, NULL, data[0]);
        two = feed(now, NULL, data[0]);
        HOLD(one.count == two.count && one.ids == two.ids);
        HOLD(feed(now, now, data[0]).count == 0);
        if (old)
            feed(now, old, data[0]);
    }
    policy_directory_free(old);
    policy_directory_free(now);
    return 0;
}
