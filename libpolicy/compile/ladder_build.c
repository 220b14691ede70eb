/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `ladder { … }` into a ladder and the duty to decide what it proposes.
 */
#include <assert.h>

#include "base/alloc.h"
#include "base/slice.h"
#include "compile/history_build.h"
#include "rule/ladder.h"

static const uint32_t violation = UINT32_C(1) << POLICY_TYPE_VIOLATION;

static const pol_key ladder_keys[] = {
    { "also", POL_IS_STR, false },
    { "cites", POL_IS_TABLE | POL_IS_STR, false },
    { "decide", POL_IS_STR | POL_IS_CALL, true },
    { "id", POL_IS_STR, true },
    { "mode", POL_IS_STR | POL_IS_CALL, false },
    { "on", POL_IS_STR, false },
    { "reason", POL_IS_STR, false },
    { "repeats", POL_IS_TABLE, false },
    { "tests", POL_IS_TABLE, false },
    { "title", POL_IS_STR | POL_IS_TABLE, true },
    { "tracks", POL_IS_TABLE, true },
    { "where", POL_IS_TABLE | POL_IS_CALL, false },
    { "within", POL_IS_STR | POL_IS_CALL, true },
};
static const pol_key track_keys[] = {
    { "cites", POL_IS_TABLE | POL_IS_STR, false },
    { "gravity", POL_IS_TABLE, false },
    { "id", POL_IS_STR, true },
    { "steps", POL_IS_TABLE, true },
    { "where", POL_IS_TABLE | POL_IS_CALL, false },
};
static const pol_key step_keys[] = {
    { "[]", POL_IS_STR, false },
    { "en", POL_IS_STR, false },
    { "kind", POL_IS_STR, false },
    { "zh", POL_IS_STR, false },
};
static const pol_key repeat_keys[] = {
    { "over", POL_IS_STR | POL_IS_CALL, true },
    { "raise", POL_IS_INT | POL_IS_CALL, false },
};

/* ORDER STEP */
static const char *const step_kinds[] = { "measure", "authority", "reward" };
/* ORDER GRAVITY */
static const pol_key gravity_keys[POL_GRAVITIES] = {
    { "minor", POL_IS_INT, false }, { "serious", POL_IS_INT, false },
    { "grave", POL_IS_INT, false },
};

typedef struct ladder_build {
    const pol_origin *from;
    const pol_node *table;
    pol_ladder ladder;
} ladder_build;

static pol_reporter *reporter(const ladder_build *b)
{
    return &b->from->o->build->reporter;
}

static bool closed(const ladder_build *b, const pol_node *n, const char *what,
                   const pol_key *keys, size_t count)
{
    if (n->kind == POL_NODE_TABLE)
        return pol_node_closed(n, what, keys, count, reporter(b));
    pol_report(reporter(b), POL_MSG_LADDER_TABLE, n->place, pol_str(what));
    return false;
}
#define CLOSED(b, n, what, keys)                                              \
    closed(b, n, what, keys, sizeof(keys) / sizeof(*(keys)))

/* A name that becomes a part of an id, kept. */
static const char *read_id(const ladder_build *b, const pol_node *n)
{
    policy_str id;

    if (!n || !pol_node_str(n, &id, reporter(b)))
        return NULL;
    if (!pol_is_plain_id(id)) {
        pol_report(reporter(b), POL_MSG_RULE_ID, n->place, id);
        return NULL;
    }
    return pol_arena_cstr(&b->from->o->org->arena, id);
}

static bool read_step(const ladder_build *b, const pol_node *n, pol_step *out)
{
    const pol_node *table = pol_node_is_call(n, "step") && n->call.arg_count == 1
                                ? n->call.args : NULL;
    const pol_node *kind, *zh, *en;
    size_t word = 0;

    if (!table || table->kind != POL_NODE_TABLE || table->table.item_count != 1) {
        pol_report(reporter(b), POL_MSG_STEP_SHAPE, n->place);
        return false;
    }
    if (!CLOSED(b, table, "step", step_keys))
        return false;
    kind = pol_node_get(table, "kind");
    zh = pol_node_get(table, "zh");
    en = pol_node_get(table, "en");
    if (kind && !pol_node_word(kind, step_kinds, 3, &word, reporter(b)))
        return false;
    out->id = read_id(b, &table->table.items[0]);
    out->kind = step_kinds[word];
    out->text.zh = pol_keep(b->from->o, zh ? zh->str : en ? en->str
                                                         : POL_STR(""));
    out->text.en = pol_keep(b->from->o, en ? en->str : POL_STR(""));
    return out->id != NULL;
}

static bool read_gravity(const ladder_build *b, const pol_node *n, pol_track *t)
{
    if (!n)
        return true;
    if (!CLOSED(b, n, "gravity", gravity_keys))
        return false;
    for (size_t i = 0; i < POL_GRAVITIES; i++) {
        const pol_node *first = pol_node_get(n, gravity_keys[i].name);
        int64_t step = 1;

        if (first && !pol_node_int(first, 1, (int64_t)t->step_count, &step,
                                   reporter(b)))
            return false;
        t->first[i] = (uint32_t)step - 1;
    }
    return true;
}

static bool read_track(const ladder_build *b, const pol_node *n, pol_track *t)
{
    const pol_node *steps, *where;
    pol_step *all;
    uint64_t errors = reporter(b)->errors;

    if (!CLOSED(b, n, "track", track_keys))
        return false;
    t->spot = pol_spot_of(b->from->o, n->place);
    t->id = read_id(b, pol_node_get(n, "id"));
    steps = pol_node_get(n, "steps");
    if (!pol_is_list(b->from, steps, "steps"))
        return false;
    if (!steps->table.item_count) {
        pol_report(reporter(b), POL_MSG_STEP_SHAPE, steps->place);
        return false;
    }
    all = pol_keep_new(b->from->o, pol_step, steps->table.item_count);
    for (size_t i = 0; all && i < steps->table.item_count; i++)
        read_step(b, &steps->table.items[i], &all[i]);
    t->steps = all;
    t->step_count = steps->table.item_count;
    where = pol_node_get(n, "where");
    if (where)
        t->where = pol_cond_compile(b->from, where, violation);
    read_gravity(b, pol_node_get(n, "gravity"), t);
    if (pol_node_get(n, "cites"))
        pol_cites_compile(b->from, n, &t->cites, &t->cite_count);
    return reporter(b)->errors == errors && t->id && all;
}

static bool has_track(const pol_track *tracks, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (tracks[i].id && strcmp(tracks[i].id, id) == 0)
            return true;
    return false;
}

static bool read_tracks(ladder_build *b)
{
    const pol_node *n = pol_node_get(b->table, "tracks");
    size_t count = n->table.item_count, kept = 0;
    pol_track *tracks;
    bool good = true;

    if (!pol_is_list(b->from, n, "tracks"))
        return false;
    tracks = pol_keep_new(b->from->o, pol_track, count);
    for (size_t i = 0; tracks && i < count; i++) {
        pol_track *t = &tracks[kept];

        *t = (pol_track){ .id = NULL };
        if (!read_track(b, &n->table.items[i], t)) {
            good = false;
        } else if (has_track(tracks, kept, t->id)) {
            pol_report(reporter(b), POL_MSG_TRACK_TWICE, n->table.items[i].place,
                       pol_str(t->id));
            good = false;
        }
        /* Proposes nothing where all that it cites is overruled. */
        kept += !t->cites || t->cite_count;
    }
    b->ladder.tracks = tracks;
    b->ladder.track_count = tracks ? kept : 0;
    return good && tracks;
}

static bool read_repeats(ladder_build *b)
{
    const pol_node *n = pol_node_get(b->table, "repeats"), *over, *raise;
    int64_t steps = 0;

    if (!n)
        return true;
    if (!CLOSED(b, n, "repeats", repeat_keys))
        return false;
    over = pol_param(b->from, pol_node_get(n, "over"));
    raise = pol_node_get(n, "raise");
    if (!over || !pol_node_duration(over, &b->ladder.over, reporter(b)) ||
        (raise && (!(raise = pol_param(b->from, raise)) ||
                   !pol_node_int(raise, 0, 100, &steps, reporter(b)))))
        return false;
    b->ladder.raise = (uint32_t)steps;
    return true;
}

static bool read_words(ladder_build *b)
{
    static const char *const types[] = { "violation" };
    static const char *const also[] = { "departments" };
    const pol_node *on = pol_node_get(b->table, "on");
    const pol_node *too = pol_node_get(b->table, "also");
    size_t word;

    b->ladder.also_departments = too != NULL;
    return (!on || pol_node_word(on, types, 1, &word, reporter(b))) &&
           (!too || pol_node_word(too, also, 1, &word, reporter(b)));
}

static bool read_decide(ladder_build *b, policy_str *role, pol_span *within)
{
    const pol_node *to = pol_param(b->from, pol_node_get(b->table, "decide"));
    const pol_node *span = pol_param(b->from, pol_node_get(b->table, "within"));

    if (!to || !span || !pol_node_str(to, role, reporter(b)) ||
        !pol_span_read(within, span, reporter(b)))
        return false;
    if (!pol_org_role_need(b->from->o, *role, to->place))
        return false;
    *role = pol_keep(b->from->o, *role);
    return true;
}

/* One in shadow asks nobody to decide; its tests do, as of what is enforced. */
static void add_ladder(ladder_build *b, policy_str role, pol_span within)
{
    pol_org_build *o = b->from->o;
    pol_ladder *ladder = pol_keep_new(o, pol_ladder, 1);
    pol_rule *decides = pol_keep_new(o, pol_rule, 1);
    policy_str id = pol_str(b->ladder.face->id);

    if (!ladder || !decides)
        return;
    if (pol_record_find(o, POL_RECORD_DUTY, id)) {
        pol_report(reporter(b), POL_MSG_DUTY_TWICE,
                   pol_node_get(b->table, "id")->place, id);
        return;
    }
    *ladder = b->ladder;
    *decides = *ladder->face;
    decides->mode = POL_MODE_ENFORCE;
    ladder->decide = pol_decision_duty(o, id, decides, role, within);
    if (!pol_grow(&o->build->allocator, (void **)&o->ladders, &o->ladder_cap,
                  o->ladder_count + 1, sizeof(*o->ladders))) {
        o->status = POLICY_ENOMEM;
        return;
    }
    o->ladders[o->ladder_count++] = ladder;
}

void pol_ladder_define(const pol_origin *from, const pol_node *table)
{
    ladder_build b = { .from = from, .table = table };
    const pol_node *where = pol_node_get(table, "where");
    const pol_node *tests = pol_node_get(table, "tests");
    uint64_t errors = reporter(&b)->errors;
    policy_str role = { "", 0 };
    pol_span within = { 0, POL_SPAN_MS };
    pol_rule *face;

    if (!CLOSED(&b, table, "ladder", ladder_keys))
        return;
    face = pol_keep_new(from->o, pol_rule, 1);
    if (!face)
        return;
    b.ladder.face = face;
    b.ladder.regulation = from->regulation
                              ? pol_keep(from->o, from->regulation->id)
                              : (policy_str){ "", 0 };
    if (where)
        b.ladder.where = pol_cond_compile(from, where, violation);
    pol_face_compile(from, table, NULL, face);
    face->of = POL_OF_LADDER;
    face->category = "confirmed_violation";
    if (tests)
        pol_face_tests_compile(from, tests, face, &b.ladder, -1);
    pol_face_lint(from, table, NULL, face);
    read_words(&b);
    read_tracks(&b);
    read_repeats(&b);
    if (read_decide(&b, &role, &within) && reporter(&b)->errors == errors &&
        !from->o->status && face->mode != POL_MODE_OFF)
        add_ladder(&b, role, within);
}

void pol_ladders_settle(pol_org_build *o)
{
    const pol_ladder **all = pol_keep_new(o, const pol_ladder *, o->ladder_count);

    if (!all)
        return;
    if (o->ladder_count)
        memcpy(all, o->ladders, o->ladder_count * sizeof(*all));
    o->org->ladders = all;
    o->org->ladder_count = o->ladder_count;
}
