/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rspamd's multipattern over Hyperscan, driven by decider_rspamd_core.lua
 * within rspamadm: the core of multimap without mail, network and symbols.
 * It measures itself, by the CPU time of its process.
 */
#include <stdlib.h>
#include <string.h>

#include "child.h"
#include "decider.h"
#include "rspamd_place.h"

enum { ANSWER_ROOM = 65536 };

struct core {
    struct child child;
    char answer[ANSWER_ROOM];
};

static void write_lines(const struct child *c, const char *name,
                        const policy_str *at, size_t count)
{
    FILE *f = child_file(c, name);

    for (size_t i = 0; i < count; i++)
        fprintf(f, "%.*s\n", (int)at[i].len, at[i].ptr);
    child_close(f);
}

/* The next line that begins so; what it has besides is not for us. */
static const char *await(struct core *c, const char *start)
{
    size_t len = strlen(start);

    while (fgets(c->answer, ANSWER_ROOM, c->child.from))
        if (strncmp(c->answer, start, len) == 0)
            return c->answer + len;
    child_show(&c->child, "errors");
    bench_fail("rspamadm has ended");
}

static void *core_build(const struct rule_set *s)
{
    struct core *c = calloc(1, sizeof(*c));

    if (!c)
        bench_fail("out of memory");
    child_init(&c->child, "rspamadm");
    write_lines(&c->child, "terms.txt", s->terms, s->rules * RULE_TERMS);
    write_lines(&c->child, "messages.txt", s->text, s->messages);
    rspamd_start(&c->child, "rspamadm",
                 (const char *[]){ "lua", "-b",
                     SOURCE_ROOT "/tests/bench/decider_rspamd_core.lua",
                     NULL });
    await(c, "ready");
    return c;
}

static void core_fini(void *self)
{
    struct core *c = self;

    child_fini(&c->child);
    free(c);
}

static size_t core_decide(void *self, size_t message, uint32_t *fired)
{
    struct core *c = self;
    size_t count = 0;
    char *end;

    fprintf(c->child.to, "decide %zu\n", message + 1);
    fflush(c->child.to);
    for (const char *at = await(c, "=");; at = end) {
        unsigned long rule = strtoul(at, &end, 10);

        if (end == at)
            break;
        fired[count++] = (uint32_t)rule;
    }
    qsort(fired, count, sizeof(*fired), by_rule);
    return count;
}

static double core_timed(void *self, size_t first, size_t end)
{
    struct core *c = self;

    fprintf(c->child.to, "run %zu %zu\n", first + 1, end);
    fflush(c->child.to);
    return strtod(await(c, "="), NULL);
}

const struct decider decider_rspamd_core = {
    "rspamd_core", "Rspamd's multipattern in rspamadm", rspamd_lacks,
    core_build, core_fini, core_decide, NULL, core_timed,
};
