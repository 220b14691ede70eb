/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden files of the WeCom adapter, tests/golden/wecom/NAME.jsonl: the record
 * in the first line, then each event that it makes, as event_text() writes it;
 * "? " before one of an unknown kind.
 */
#ifndef TESTS_WECOM_GOLDEN_H
#define TESTS_WECOM_GOLDEN_H

#include "event_text.h"
#include "harness.h"

#include "base/slice.h"

struct golden {
    text_out out;          /* lines of events */
    size_t events, stop_after;
};

static inline char *golden_file(const char *name, const char *extension,
                                size_t *len)
{
    const char *root = getenv("POLICY_SOURCE_ROOT");
    char path[1000], *bytes;
    FILE *f;

    snprintf(path, sizeof(path), "%s/tests/golden/wecom/%s%s",
             root ? root : ".", name, extension);
    f = fopen(path, "rb");
    if (!CHECK(f != NULL, "%s cannot be read", path))
        exit(1);
    bytes = malloc(1 << 16);
    *len = fread(bytes, 1, (1 << 16) - 1, f);
    bytes[*len] = '\0';
    fclose(f);
    return bytes;
}

static inline policy_directory *golden_directory(void)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_directory *d;
    size_t len;
    char *yaml = golden_file("directory", ".yaml", &len);

    CHECK(policy_directory_read(&d, (policy_str){ yaml, len }, NULL, &err) ==
              POLICY_OK, "%u:%u: %s", err.line, err.column, err.message);
    free(yaml);
    return d;
}

/* Each event also passes the check and reads back from its text as itself. */
static inline int golden_event(void *user, policy_event *e)
{
    struct golden *g = user;
    char *text = event_text(e), *again;
    policy_event *copy = NULL;

    CHECK(pol_event_check(e, NULL) == POLICY_OK, "%s", text);
    CU_ASSERT_EQUAL_FATAL(policy_event_new(&copy, NULL, NULL, NULL), POLICY_OK);
    CHECK(policy_event_read_json(copy, pol_str(text), NULL) == POLICY_OK, "%s",
          text);
    again = event_text(copy);
    CHECK_CSTR_EQ("read again", again, text);
    text_cstr(&g->out, policy_event_is_unknown_kind(e) ? "? " : "");
    text_cstr(&g->out, text);
    text_cstr(&g->out, "\n");
    free(text);
    free(again);
    policy_event_free(copy);
    return ++g->events == g->stop_after;
}

static inline void golden_check(const char *name, const policy_directory *d,
                                policy_event *e)
{
    struct golden g = { { NULL, 0, 0 }, 0, 0 };
    policy_error err = POLICY_ERROR_INIT;
    size_t len, line;
    char *file = golden_file(name, ".jsonl", &len);
    char *record;

    line = strcspn(file, "\n");
    record = malloc(line ? line : 1); /* exactly its size */
    memcpy(record, file, line);
    text_cstr(&g.out, "");
    CHECK(policy_adapter_read(POLICY_ADAPTER_WECOM,
                              (policy_str){ record, line }, "hospital", d, e,
                              golden_event, &g, &err) == POLICY_OK,
          "%s: %s", name, err.message);
    CHECK(strcmp(g.out.ptr, file + line + 1) == 0, "%s: got %s", name,
          g.out.ptr);
    free(g.out.ptr);
    free(record);
    free(file);
}

static inline void golden_check_all(const char *const *names, size_t count)
{
    policy_directory *d = golden_directory();
    policy_event *e = NULL;
    size_t i;

    CU_ASSERT_EQUAL_FATAL(policy_event_new(&e, NULL, NULL, NULL), POLICY_OK);
    for (i = 0; i < count; i++)
        golden_check(names[i], d, e);
    policy_event_free(e);
    policy_directory_free(d);
}

#endif
