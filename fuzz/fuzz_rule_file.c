/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Property: whatever the bytes, loading ends, with a status and, if refused,
 * something said at a place inside the file; loading again gives the same tree
 * and says the same; and what loads opens as guards, whose every call ends
 * within its budget and leaves the next one alone.
 */
#include <stdint.h>
#include <stdlib.h>

#include "../tests/rule_tree.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "script/guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        __builtin_trap();
}

struct said {
    pol_source source;
    pol_buf text;
    uint64_t count;
};

static void say(void *user, const policy_diagnostic *d)
{
    struct said *s = user;
    pol_place where = { &s->source, d->line, d->column, d->length };

    require(d->code && d->code[0] && d->message.len);
    require(place_inside(&s->source, where));
    pol_buf_fmt(&s->text, "%s %u:%u+%u ", d->code, d->line, d->column, d->length);
    pol_buf_str(&s->text, d->message);
    s->count++;
}

/* What loading says and gives, as text; the number of functions. */
static uint32_t load(struct said *s, policy_str bytes, policy_status *status)
{
    policy_limits limits = pol_limits_from(NULL);
    policy_error err = POLICY_ERROR_INIT;
    pol_script_file file;
    pol_reporter r;
    pol_arena arena;

    *s = (struct said){ .source = { POL_STR("rules.lua"), bytes } };
    pol_buf_init(&s->text, NULL, 1 << 24);
    limits.yaml_nodes = 5000;
    pol_arena_init(&arena, &pol_malloc_allocator, 0);
    pol_reporter_init(&r, say, s, false, 20);
    *status = pol_script_load(&file, &s->source, &arena, &limits, NULL, &r, &err);
    require(*status == POLICY_OK || *status == POLICY_ERULES);
    require((*status == POLICY_OK) == (s->count == 0));
    for (size_t i = 0; i < file.declaration_count; i++)
        require(places_inside(&s->source, &file.declarations[i]));
    dump_file(&s->text, &file, true);
    pol_arena_fini(&arena);
    return file.function_count;
}

static const pol_value *value_of(void *user, int32_t field)
{
    (void)field;
    return user;
}

static void call_guards(policy_str bytes, uint32_t functions)
{
    static const pol_guard_hit hit = { { "list", 4 }, { "term", 4 }, { "text", 4 },
                                       { "words", 5 }, 0, 5 };
    pol_value value = { .kind = POL_STR, .str = { "some words", 10 } };
    policy_limits limits = pol_limits_from(NULL);
    policy_str name = { "rules.lua", 9 };
    policy_error err = POLICY_ERROR_INIT;
    pol_guard_call call = { .value = value_of, .user = &value, .hits = &hit,
                            .hit_count = 1, .instructions = 20000 };
    pol_guard *g;

    limits.yaml_nodes = 5000;
    limits.guard_bytes = 100000;
    require(pol_guard_open(&g, &name, &bytes, 1, &limits, NULL, &err) ==
            POLICY_OK);
    for (uint32_t i = 0; i < functions && i < 4; i++) {
        pol_guard_result first, second;

        call.function = i;
        require(pol_guard_run(g, &call, &first, &err) == POLICY_OK);
        require(pol_guard_run(g, &call, &second, &err) == POLICY_OK);
        require(first.instructions <= 20000 + 100000);
        require(first.outcome == second.outcome);
        require(strcmp(first.code, second.code) == 0);
        require(strcmp(first.message, second.message) == 0);
        require(strcmp(first.note, second.note) == 0);
    }
    pol_guard_close(g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct said first, again;
    policy_status status, status_again;
    policy_str bytes;
    uint32_t functions;
    char *copy = malloc(size ? size : 1);

    if (!copy)
        return 0;
    if (size)
        memcpy(copy, data, size);
    bytes = (policy_str){ copy, size };
    functions = load(&first, bytes, &status);
    require(load(&again, bytes, &status_again) == functions);
    require(status == status_again);
    require(pol_str_eq(pol_buf_slice(&first.text), pol_buf_slice(&again.text)));
    if (functions)
        call_guards(bytes, functions);
    pol_buf_fini(&first.text);
    pol_buf_fini(&again.text);
    free(copy);
    return 0;
}
