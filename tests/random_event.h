/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shipped organisations, and random events for them: any type, fields and
 * words from the schema's tables, ids and words that the rules ask for, texts
 * that mix the terms of the lists with what is between them.
 */
#ifndef TESTS_RANDOM_EVENT_H
#define TESTS_RANDOM_EVENT_H

#include <dirent.h>

#include "harness.h"

#include "base/slice.h"
#include "bundle/layout.h"
#include <policy/policy.h>

enum { WORDS_MAX = 8192, IDS_MAX = 2048 };

struct random_source {
    uint64_t seed;
    policy_bundle *bundle;
    char *words[WORDS_MAX]; /* terms of lists and rules */
    size_t word_count;
    policy_str ids[IDS_MAX]; /* values that conditions compare with */
    int32_t id_fields[IDS_MAX];
    size_t id_count;
    char bytes[1 << 16]; /* of the event's own values */
    size_t used;
};

static inline policy_bundle *shipped_bundle(const policy_limits *limits)
{
    const char *root = getenv("POLICY_SOURCE_ROOT");
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c;
    policy_bundle *b = NULL;
    char path[600];

    o.limits = limits;
    if (policy_compiler_new(&c, &o, &err) == POLICY_OK) {
        snprintf(path, sizeof(path), "%s/policies-lua", root ? root : ".");
        if (policy_compiler_add_library(c, path, &err) == POLICY_OK) {
            snprintf(path, sizeof(path), "%s/policies-lua/organisations",
                     root ? root : ".");
            if (policy_compiler_add_path(c, path, &err) == POLICY_OK)
                policy_compiler_build(&b, c, &err);
        }
        policy_compiler_free(c);
    }
    CHECK(b != NULL, "the shipped organisations: %s", err.message);
    return b;
}

static inline void random_add_word(struct random_source *r, const char *at,
                                   size_t len)
{
    if (r->word_count == WORDS_MAX || len == 0)
        return;
    r->words[r->word_count] = malloc(len + 1);
    if (!r->words[r->word_count])
        exit(1);
    memcpy(r->words[r->word_count], at, len);
    r->words[r->word_count++][len] = '\0';
}

/* The terms of a list, its allowed phrases too. */
static inline void random_read_list(struct random_source *r, const char *path)
{
    FILE *f = fopen(path, "rb");
    char line[1024];

    while (f && fgets(line, sizeof(line), f)) {
        char *at = line + (line[0] == '!'), *end = strchr(at, '|');

        end = end ? end : at + strlen(at);
        while (end > at && strchr(" \r\n", end[-1]))
            end--;
        if (*at != '#')
            random_add_word(r, at, (size_t)(end - at));
    }
    if (f)
        fclose(f);
}

static inline void random_read_lists(struct random_source *r, const char *folder)
{
    const char *root = getenv("POLICY_SOURCE_ROOT");
    struct dirent **names;
    char path[1200];
    int count;

    snprintf(path, sizeof(path), "%s/policies-lua/%s", root ? root : ".", folder);
    count = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s/policies-lua/%s/%s", root ? root : ".",
                 folder, names[i]->d_name);
        if (strstr(names[i]->d_name, ".txt"))
            random_read_list(r, path);
        free(names[i]);
    }
    if (count >= 0)
        free(names);
}

static inline void random_read_cond(struct random_source *r, const pol_cond *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->value_count && r->id_count < IDS_MAX; i++)
        if (c->values[i].kind == POL_STR && !c->fact.len) {
            r->id_fields[r->id_count] = c->field;
            r->ids[r->id_count++] = c->values[i].str;
        }
    for (size_t i = 0; c->set && i < c->set->count && r->id_count < IDS_MAX; i++) {
        r->id_fields[r->id_count] = c->field;
        r->ids[r->id_count++] = c->set->items[i];
    }
    for (size_t i = 0; i < c->kid_count; i++)
        random_read_cond(r, &c->kids[i]);
}

static inline bool random_open(struct random_source *r, uint64_t seed)
{
    memset(r, 0, sizeof(*r));
    r->seed = seed;
    r->bundle = shipped_bundle(NULL);
    if (!r->bundle)
        return false;
    random_read_lists(r, "lists");
    for (size_t i = 0; i < r->bundle->org_count; i++) {
        const pol_org *o = r->bundle->orgs[i];
        char folder[200];

        snprintf(folder, sizeof(folder), "organisations/%s/lists", o->id);
        random_read_lists(r, folder);
        for (size_t k = 0; k < o->signal_count; k++)
            if (o->signals[k].kind == POL_SIGNAL_TERM)
                random_add_word(r, o->signals[k].name.ptr, o->signals[k].name.len);
        for (size_t k = 0; k < o->rule_count; k++) {
            random_read_cond(r, o->rules[k].where);
            for (size_t x = 0; x < o->rules[k].except_count; x++)
                random_read_cond(r, o->rules[k].excepts[x].where);
        }
    }
    return CHECK(r->word_count > 200 && r->id_count > 20, "%zu words, %zu ids",
                 r->word_count, r->id_count);
}

static inline void random_close(struct random_source *r)
{
    for (size_t i = 0; i < r->word_count; i++)
        free(r->words[i]);
    policy_bundle_unref(r->bundle);
}

static inline size_t random_below(struct random_source *r, size_t n)
{
    return (size_t)(test_random(&r->seed) % n);
}

static inline policy_str random_keep(struct random_source *r, const char *s,
                                     size_t len)
{
    char *at = r->bytes + r->used;

    if (len > sizeof(r->bytes) - r->used)
        return (policy_str){ "", 0 };
    memcpy(at, s, len);
    r->used += len;
    return (policy_str){ at, len };
}

static inline policy_str random_text(struct random_source *r)
{
    static const char *const between[] = {
        "", "", " ", "，", "请发一下", "the ", "\n", "\xe2\x80\x8b", "明天", "1",
        "13800138000", "11010519491231002X", "a.b@example.com", "\xff",
        "6222020200112230008", "https://example.com/x",
    };
    char text[4096];
    size_t n = 0, count = random_below(r, 9);

    for (size_t i = 0; i < count; i++) {
        const char *s = random_below(r, 2)
            ? r->words[random_below(r, r->word_count)]
            : between[random_below(r, sizeof(between) / sizeof(*between))];
        size_t len = strlen(s);

        if (n + len > sizeof(text))
            break;
        memcpy(text + n, s, len);
        n += len;
    }
    return random_keep(r, text, n);
}

/* A value that some rule compares the field with, or one of a few. */
static inline policy_str random_id(struct random_source *r, int32_t field)
{
    static const char *const ids[] = { "u1", "u2", "wo1", "g1", "d1", "x" };
    const char *s = ids[random_below(r, sizeof(ids) / sizeof(*ids))];

    for (int i = 0; r->id_count && i < 50; i++) {
        size_t k = random_below(r, r->id_count);

        if (r->id_fields[k] == field)
            return r->ids[k];
    }
    return random_keep(r, s, strlen(s));
}

static inline policy_str random_word(struct random_source *r,
                                     const pol_field_use *use, int32_t field)
{
    if (use->word_count == 0)
        return random_id(r, field);
    return pol_word_name(use->words[random_below(r, use->word_count)]);
}

static inline policy_status random_field(struct random_source *r, policy_event *e,
                                         int32_t field, const pol_field_use *use)
{
    policy_field f = (policy_field)field;
    policy_str items[3];
    size_t count = random_below(r, 4);

    switch (use->kind) {
    case POL_KIND_ID:
        return policy_event_set_text(e, f, random_id(r, field));
    case POL_KIND_TEXT:
        return policy_event_set_text(e, f, random_text(r));
    case POL_KIND_ENUM:
        return policy_event_set_text(e, f, random_word(r, use, field));
    case POL_KIND_BOOL:
        return policy_event_set_bool(e, f, (int)random_below(r, 2));
    case POL_KIND_INT:
        return policy_event_set_int(e, f, (int64_t)random_below(r, 200));
    case POL_KIND_TIME:
        return policy_event_set_time(e, f, INT64_C(1772416800000) +
                                     (int64_t)random_below(r, 1000000000), 480);
    default:
        for (size_t i = 0; i < count; i++)
            items[i] = use->kind == POL_KIND_WORDS ? random_word(r, use, field)
                                                   : random_id(r, field);
        return policy_event_set_list(e, f, items, count);
    }
}

/* `e` filled anew; what it borrows lives until the next. */
static inline bool random_event(struct random_source *r, policy_event *e,
                                const char *org)
{
    int32_t type = random_below(r, 2) ? POLICY_TYPE_MESSAGE
                                      : (int32_t)random_below(r, POLICY_TYPE_COUNT);
    char id[24];
    policy_status st;

    r->used = 0;
    policy_event_reset(e);
    st = policy_event_set_text(e, POLICY_FIELD_TYPE, pol_str(pol_types[type].name));
    for (int32_t f = 0; !st && f < POLICY_FIELD_COUNT; f++) {
        const pol_field_use *use = pol_field_in(type, f);

        if (f == POLICY_FIELD_TYPE || use->kind == POL_KIND_NONE || use->derived ||
            pol_fields[f].derived || random_below(r, 2))
            continue;
        st = random_field(r, e, f, use);
        CHECK(st == POLICY_OK, "%s of %s", pol_fields[f].name, pol_types[type].name);
    }
    for (size_t i = random_below(r, 3); !st && i > 0; i--)
        st = policy_event_add_part(e, random_below(r, 2) ? POL_STR("quote")
                                                         : POL_STR("ocr"),
                                   random_text(r));
    if (!st && random_below(r, 2))
        st = policy_event_set_fact(e, "trained", POL_STR("false"));
    snprintf(id, sizeof(id), "e%llu", (unsigned long long)r->seed % 100000);
    if (!st)
        st = policy_event_set_text(e, POLICY_FIELD_ID,
                                   random_keep(r, id, strlen(id)));
    if (!st)
        st = policy_event_set_text(e, POLICY_FIELD_SOURCE, POL_STR("random"));
    if (!st)
        st = policy_event_set_time(e, POLICY_FIELD_TIME, INT64_C(1772416800000) +
                                   (int64_t)random_below(r, 1000000000), 480);
    if (!st)
        st = policy_event_set_text(e, POLICY_FIELD_ORG, pol_str(org));
    return CHECK(st == POLICY_OK, "a random event: %d", st);
}

#endif
