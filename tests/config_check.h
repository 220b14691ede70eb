/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of config/ share: a source in memory, an arena over the
 * checking allocator, and a reporter whose diagnostics become one line each:
 * "code line:column+length ?suggestion". Every diagnostic is held to lie inside
 * of its source.
 */
#ifndef TESTS_CONFIG_CHECK_H
#define TESTS_CONFIG_CHECK_H

#include "harness.h"

#include "base/alloc.h"
#include "base/slice.h"
#include "config/yaml.h"

struct config_check {
    struct test_allocator memory;
    pol_arena arena;
    pol_source source;
    pol_reporter reporter;
    policy_error err;
    char log[8192];
    size_t len;
    char message[1024]; /* of the last diagnostic */
};

/* As pol_str, for what is never NULL. */
static inline policy_str config_str(const char *s)
{
    return (policy_str){ s, strlen(s) };
}

static inline uint32_t config_cps(policy_str s)
{
    uint32_t count = 0;
    size_t pos = 0;

    while (pos < s.len) {
        pol_str_next(s, &pos);
        count++;
    }
    return count;
}

static inline void config_sink(void *user, const policy_diagnostic *d)
{
    struct config_check *c = user;
    uint32_t width = config_cps(d->source);
    int n;

    n = snprintf(c->log + c->len, sizeof(c->log) - c->len, "%s %u:%u+%u",
                 d->code, d->line, d->column, d->length);
    c->len += (size_t)n < sizeof(c->log) - c->len ? (size_t)n : 0;
    n = snprintf(c->log + c->len, sizeof(c->log) - c->len, "%s%.*s\n",
                 d->suggestion.len ? " ?" : "", (int)d->suggestion.len,
                 d->suggestion.ptr);
    c->len += (size_t)n < sizeof(c->log) - c->len ? (size_t)n : 0;
    snprintf(c->message, sizeof(c->message), "%.*s", (int)d->message.len,
             d->message.ptr);
    if (d->line == 0)
        return;
    if (d->column < 1 || d->column > width + 1 || d->length < 1)
        CHECK(false, "place outside of its line: %s %u:%u+%u (%u)", d->code,
              d->line, d->column, d->length, width);
    if (pol_str_ill_formed(d->message) != d->message.len)
        CHECK(false, "%s: ill-formed message", d->code);
}

static inline void config_begin(struct config_check *c, policy_str bytes)
{
    memset(c, 0, sizeof(*c));
    test_allocator_init(&c->memory);
    pol_arena_init(&c->arena, &c->memory.allocator, 0);
    c->source = (pol_source){ POL_STR("file"), bytes };
    pol_reporter_init(&c->reporter, config_sink, c, false, 100);
    c->err = (policy_error)POLICY_ERROR_INIT;
}

static inline void config_end(struct config_check *c)
{
    pol_arena_fini(&c->arena);
    test_allocator_clean(&c->memory);
}

static inline const pol_node *config_yaml(struct config_check *c)
{
    const pol_node *root;
    policy_status st = pol_yaml_read(&root, &c->source, &c->arena, NULL,
                                     &c->reporter, &c->err);

    CHECK((st == POLICY_OK) == (root != NULL), "%.*s",
          (int)c->source.bytes.len, c->source.bytes.ptr);
    return root;
}

#define CHECK_LOG(label, c, want)                                            \
    CHECK_STR_EQ(label, ((policy_str){ (c)->log, (c)->len }), want)

#endif
