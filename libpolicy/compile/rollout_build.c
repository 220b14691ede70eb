/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `ratio`, `sample` and `brake` of a rule.
 *
 * A brake has two counters. What the rule found is its own; the events that it
 * is measured by are counted once for all brakes of an organisation that watch
 * the same types over the same time.
 */
#include "base/alloc.h"
#include "base/slice.h"
#include "base/sort.h"
#include "compile/build.h"

static pol_reporter *reporter(const pol_origin *from)
{
    return &from->o->build->reporter;
}

static bool read_share(const pol_origin *from, const pol_node *n, uint64_t *out)
{
    double part;

    *out = POL_SHARE_ALL;
    if (!n)
        return true;
    n = pol_param(from, n);
    if (!n || !pol_node_num(n, 0, 1, &part, reporter(from)))
        return false;
    *out = pol_share(part);
    return true;
}

/* Of the whole organisation: its key has no parts. */
static const pol_count *counter(const pol_origin *from, policy_str of,
                                policy_str what, uint32_t types, int64_t over)
{
    pol_org_build *o = from->o;
    pol_record_def *d = pol_keep_new(o, pol_record_def, 1);
    pol_count *c = pol_keep_new(o, pol_count, 1);
    char *id = pol_keep_new(o, char, of.len + 2 + what.len);

    if (!d || !c || !id)
        return NULL;
    memcpy(id, of.ptr, of.len);
    memcpy(id + of.len, "//", 2); /* no rule's or memory's id has two */
    memcpy(id + of.len + 2, what.ptr, what.len);
    *d = (pol_record_def){ .kind = POL_RECORD_COUNT,
                           .id = { id, of.len + 2 + what.len }, .types = types,
                           .keep = INT64_MAX, .until = -1, .attempts = true };
    *c = (pol_count){ .record = d, .over = over, .distinct = -1, .sum = -1 };
    return c;
}

/* Equal for all brakes that watch the same. */
static const pol_count *event_counter(const pol_origin *from, uint32_t types,
                                      int64_t over)
{
    char name[64];
    pol_buf b;

    pol_buf_init_fixed(&b, name, sizeof(name));
    pol_buf_text(&b, "events/");
    pol_buf_uint(&b, types);
    pol_buf_char(&b, '/');
    pol_buf_int(&b, over);
    return counter(from, POL_STR(""), pol_buf_slice(&b), types, over);
}

static const pol_key brake_keys[] = {
    { "min", POL_IS_INT | POL_IS_CALL, true },
    { "over", POL_IS_STR | POL_IS_CALL, true },
    { "share", POL_IS_NUM | POL_IS_INT | POL_IS_CALL, true },
};

static const pol_brake *read_brake(const pol_origin *from, const pol_node *n,
                                   uint32_t types, policy_str rule)
{
    pol_brake *b = pol_keep_new(from->o, pol_brake, 1);
    const pol_node *min, *over;
    int64_t ms = 0;
    bool good;

    if (!b || !pol_node_closed(n, "brake", brake_keys, 3, reporter(from)))
        return NULL;
    min = pol_param(from, pol_node_get(n, "min"));
    over = pol_param(from, pol_node_get(n, "over"));
    good = read_share(from, pol_node_get(n, "share"), &b->share);
    good = min && pol_node_int(min, 1, INT64_MAX, &b->min, reporter(from)) && good;
    good = over && pol_node_duration(over, &ms, reporter(from)) && good;
    if (!good)
        return NULL;
    b->hits = counter(from, rule, POL_STR("hits"), types, ms);
    b->events = event_counter(from, types, ms);
    return b->hits && b->events ? b : NULL;
}

static void look_at_share(const pol_origin *from, const pol_node *n,
                          uint64_t share, policy_str rule)
{
    if (n && share == 0)
        pol_report(reporter(from), POL_MSG_NEVER_SHARE, n->place, rule);
}

bool pol_rollout_compile(const pol_rollout **out, const pol_origin *from,
                         const pol_rollout_nodes *n, uint32_t types,
                         policy_str rule)
{
    pol_rollout *r = pol_keep_new(from->o, pol_rollout, 1);
    bool good = r != NULL;

    *out = NULL;
    good = good && read_share(from, n->ratio, &r->ratio);
    good = r && read_share(from, n->sample, &r->sample) && good;
    if (r && n->brake) {
        r->brake = read_brake(from, n->brake, types, rule);
        good = r->brake && good;
    }
    if (!good)
        return false;
    look_at_share(from, n->ratio, r->ratio, rule);
    look_at_share(from, n->sample, r->sample, rule);
    pol_rollout_keys(r, from->o->org->config.id, rule);
    if (r->brake || r->ratio < POL_SHARE_ALL || r->sample < POL_SHARE_ALL)
        *out = r;
    return true;
}

/* --- what is watched */

static int compare_ids(const void *pa, const void *pb)
{
    const pol_count *a = *(const pol_count *const *)pa;
    const pol_count *b = *(const pol_count *const *)pb;

    return pol_str_cmp(a->record->id, b->record->id);
}

/* A rule without teeth needs no brake. */
static bool has_brake(const pol_rule *r)
{
    return r->mode == POL_MODE_ENFORCE && r->rollout && r->rollout->brake;
}

void pol_brakes_settle(pol_org_build *o, const pol_rule *rules, size_t rule_count)
{
    const pol_count **watched;
    size_t count = 0, kept = 0;

    for (size_t i = 0; i < rule_count; i++)
        count += has_brake(&rules[i]);
    if (count == 0)
        return;
    watched = pol_keep_new(o, const pol_count *, count);
    if (!watched)
        return;
    count = 0;
    for (size_t i = 0; i < rule_count; i++)
        if (has_brake(&rules[i]))
            watched[count++] = rules[i].rollout->brake->events;
    pol_sort(watched, count, sizeof(*watched), compare_ids);
    for (size_t i = 0; i < count; i++)
        if (!kept || compare_ids(&watched[kept - 1], &watched[i]))
            watched[kept++] = watched[i];
    o->org->watched = watched;
    o->org->watched_count = kept;
}
