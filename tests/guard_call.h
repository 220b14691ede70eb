/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guard from the text of its file, called with one event that has a value of
 * every kind, two hits and two records of one memory. A second file holds a check that must still be right
 * whatever the first one did.
 */
#ifndef TESTS_GUARD_CALL_H
#define TESTS_GUARD_CALL_H

#include "rule_file.h"

#include "script/guard.h"

struct guard_call {
    struct test_allocator memory;
    policy_str names[2], files[2];
    policy_limits limits;
    pol_value values[POLICY_FIELD_COUNT];
    policy_str recipients[3];
    pol_guard_hit hits[2];
    pol_kept_field kept[5];
    pol_guard_record records[2];
    pol_guard_memory memories[3];
    pol_guard_fact facts[4];
    pol_guard *guard;
    pol_guard_call call;
    pol_guard_result result;
    policy_error error;
    policy_status status;
};

static const char guard_canary[] =
    "rule { check = function(event, hits)\n"
    "  return event.text == 'hello 世界' and #hits == 2 and\n"
    "    event.recipients[2] == 'bo' and math.max(1, 2) == 2 and\n"
    "    ('abc'):sub(2) == 'bc' end }\n";

static inline const pol_value *guard_value(void *user, int32_t field)
{
    const struct guard_call *g = user;

    return &g->values[field];
}

static inline void guard_set_event(struct guard_call *g)
{
    pol_value *v = g->values;

    v[POLICY_FIELD_TYPE] =
        (pol_value){ .kind = POL_STR, .str = POL_STR("message") };
    v[POLICY_FIELD_TEXT] =
        (pol_value){ .kind = POL_STR, .str = POL_STR("hello 世界") };
    v[POLICY_FIELD_TIME] = (pol_value){ .kind = POL_TIME, .i = 1760000000123 };
    v[POLICY_FIELD_EXTERNAL] = (pol_value){ .kind = POL_BOOL, .i = 1 };
    v[POLICY_FIELD_MINUTES] = (pol_value){ .kind = POL_INT, .i = -5 };
    v[POLICY_FIELD_ACCOUNT] = (pol_value){ .kind = POL_NULL };
    v[POLICY_FIELD_RECIPIENTS].kind = POL_LIST;
    v[POLICY_FIELD_RECIPIENTS].list.items = g->recipients;
    v[POLICY_FIELD_RECIPIENTS].list.count = 3;
    g->recipients[0] = POL_STR("an");
    g->recipients[1] = POL_STR("bo");
    g->recipients[2] = POL_STR("");
    g->hits[0] = (pol_guard_hit){ POL_STR("secrets"), POL_STR("term"),
                                  POL_STR("text"), POL_STR("hello"), 0, 5 };
    g->hits[1] = (pol_guard_hit){ POL_STR(""), POL_STR("pii"), POL_STR("text"),
                                  POL_STR("世"), 6, 9 };
}

/* Of what is kept, the words have their numbers, as the state's never have. */
static inline void guard_set_memories(struct guard_call *g)
{
    static const int32_t fields[] = {
        POLICY_FIELD_TYPE, POLICY_FIELD_ACTOR, POLICY_FIELD_RECIPIENTS,
        POLICY_FIELD_EXTERNAL, POLICY_FIELD_MINUTES
    };
    pol_kept_field *k = g->kept;

    for (size_t i = 0; i < 5; i++)
        k[i].field = fields[i];
    k[0].value = (pol_value){ .kind = POL_STR, .str = POL_STR("message"),
                              .word = pol_word_find(POL_STR("message")) };
    k[1].value = (pol_value){ .kind = POL_STR, .str = POL_STR("an") };
    k[2].value.kind = POL_LIST;
    k[2].value.list.items = g->recipients;
    k[2].value.list.count = 2;
    k[3].value = (pol_value){ .kind = POL_BOOL, .i = 0 };
    k[4].value = (pol_value){ .kind = POL_INT, .i = 7 };
    g->records[0] = (pol_guard_record){ 1760000000000, { k, 5 } };
    g->records[1] = (pol_guard_record){ -5, { k, 0 } };
    g->memories[0] = (pol_guard_memory){ POL_STR("seen"), true, fields, 5,
                                         g->records, 2 };
    g->memories[1] = (pol_guard_memory){ POL_STR("unasked"), false, fields, 5,
                                         NULL, 0 };
    g->memories[2] = (pol_guard_memory){ POL_STR("other/none"), true, fields, 5,
                                         NULL, 0 };
}

static inline void guard_set_facts(struct guard_call *g)
{
    g->facts[0] = (pol_guard_fact){ POL_STR("trained"),
                                    { .kind = POL_BOOL, .i = 1 } };
    g->facts[1] = (pol_guard_fact){ POL_STR("level"),
                                    { .kind = POL_STR, .str = POL_STR("b") } };
    g->facts[2] = (pol_guard_fact){ POL_STR("team"), { .kind = POL_LIST } };
    g->facts[2].value.list.items = g->recipients;
    g->facts[2].value.list.count = 2;
    g->facts[3] = (pol_guard_fact){ POL_STR("unsaid"), { .kind = POL_NULL } };
}

static inline void guard_prepare(struct guard_call *g, policy_str file)
{
    memset(g, 0, sizeof(*g));
    test_allocator_init(&g->memory);
    g->names[0] = POL_STR("rules.lua");
    g->names[1] = POL_STR("canary.lua");
    g->files[0] = file;
    g->files[1] = pol_str(guard_canary);
    g->limits = pol_limits_from(NULL);
    g->error = (policy_error)POLICY_ERROR_INIT;
    guard_set_event(g);
    guard_set_memories(g);
    guard_set_facts(g);
    g->call = (pol_guard_call){ .value = guard_value, .user = g, .hits = g->hits,
                                .hit_count = 2, .memories = g->memories,
                                .memory_count = 3, .facts = g->facts,
                                .fact_count = 4, .instructions = 1000000 };
}

static inline policy_status guard_open(struct guard_call *g)
{
    g->status = pol_guard_open(&g->guard, g->names, g->files, 2, &g->limits,
                               &g->memory.allocator, &g->error);
    return g->status;
}

static inline policy_status guard_run(struct guard_call *g, uint32_t file,
                                      uint32_t function)
{
    g->call.file = file;
    g->call.function = function;
    g->status = pol_guard_run(g->guard, &g->call, &g->result, &g->error);
    return g->status;
}

static inline void guard_end(struct guard_call *g)
{
    pol_guard_close(g->guard);
    test_allocator_clean(&g->memory);
}

/* "<head>\nrule { check = function(event, hits, memory)\n<body>\nend }": the
 * body begins on the line after the head and one. */
static inline policy_str guard_file(const char *head, const char *body)
{
    static const char form[] =
        "%s\nrule { check = function(event, hits, memory)\n%s\nend }\n";
    size_t len = strlen(head) + strlen(body) + sizeof(form);
    char *text = malloc(len);

    if (!text)
        exit(1);
    return (policy_str){ text, (size_t)snprintf(text, len, form, head, body) };
}

/* Does the file pass the loader? Guards only ever see files that do. */
static inline bool guard_file_loads(const char *label, policy_str file)
{
    struct rule_file f;
    bool good = rule_file_load(&f, file) == POLICY_OK;

    CHECK(good, "%s: does not load: %s", label, f.message);
    rule_file_end(&f);
    return good;
}

#endif
