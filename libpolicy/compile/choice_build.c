/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Choices: what an organisation does in one of several ways, and what the
 * regulations that it adopted demand of it. Settled before any rule is compiled,
 * since rules ask for the value (`param`) and cite the articles.
 *
 * (1) A choice has one value in an organisation, whichever rule asks and on
 * whatever day. So regulations that are only tried out, and those that are not
 * yet in force, have a say like all others: else a bundle would change its mind
 * at midnight, or would not compile on the day a trial ends. Those that are off
 * have none.
 * (2) What is only tried out changes nothing that is in force: it can neither be
 * followed against a regulation that is, nor does it bind what the organisation
 * chose by itself.
 * (3) Where regulations disagree, `settle` names the one that is followed. The
 * articles of the others are overruled: no finding cites them, and what had no
 * other authority is off.
 */
#include "compile/build.h"

#include "base/error.h"
#include "base/slice.h"
#include "base/sort.h"
#include "config/order.h"

/* What one regulation demands of one choice. */
typedef struct voice {
    const pol_adoption *adoption;
    const pol_regulation *regulation;
    const pol_demand *demand;
} voice;

typedef struct choice_build {
    pol_org_build *o;
    const voice *voices; /* by choice, then in the order of adoption */
    size_t voice_count;
    pol_chosen *chosen;
    size_t chosen_count;
    pol_overruled *overruled;
    size_t overruled_count;
    /* The organisation's own, by name. */
    const pol_choice **own;
    const pol_settlement **settled;
    size_t own_count, settled_count;
} choice_build;

static pol_reporter *reporter(const choice_build *b)
{
    return &b->o->build->reporter;
}

static policy_str cut(policy_str s)
{
    return pol_str_cut(s, 80);
}

static bool is_off(const voice *v)
{
    return v->adoption->mode == POL_MODE_OFF;
}

static bool is_tried(const voice *v)
{
    return v->adoption->mode == POL_MODE_SHADOW;
}

/* --- values ----------------------------------------------------------------- */

/* Written in two ways: "24h" is "1d", and 0.5 is 0.50. What a value is, only the
 * field says that it is compared with; what reads as two equal numbers is equal
 * in all of them. */
static bool is_same(const pol_node *a, const pol_node *b)
{
    pol_reporter silent;
    int64_t i, j;
    double x, y;

    if (pol_str_eq(a->str, b->str))
        return true;
    pol_reporter_init(&silent, NULL, NULL, false, 0);
    if (pol_node_duration(a, &i, &silent) && pol_node_duration(b, &j, &silent))
        return i == j;
    return a->plain && b->plain &&
           pol_node_num(a, -1e300, 1e300, &x, &silent) &&
           pol_node_num(b, -1e300, 1e300, &y, &silent) && x == y;
}

/* "regulation/article", as local rules cite. */
static policy_str name_of(choice_build *b, const voice *v)
{
    policy_str name = pol_path_join(&b->o->build->arena, v->regulation->id,
                                    v->demand->article->ref);

    if (!name.ptr)
        b->o->status = POLICY_ENOMEM;
    return name.ptr ? name : POL_STR("");
}

/* --- gathering -------------------------------------------------------------- */

static int compare_voices(const void *items, uint32_t a, uint32_t b)
{
    const voice *v = items;

    return pol_str_cmp(v[a].demand->choice, v[b].demand->choice);
}

static pol_catalogue *catalogue_of(const choice_build *b, size_t i)
{
    const pol_organisation *c = &b->o->org->config;
    pol_catalogue *cat = pol_regulation_load(b->o->build, b->o->dir,
                                             c->regulations[i].regulation);

    return cat && cat->loaded ? cat : NULL;
}

static size_t count_demands(const choice_build *b)
{
    size_t count = 0;

    for (size_t i = 0; i < b->o->org->config.regulation_count; i++) {
        const pol_catalogue *cat = catalogue_of(b, i);

        count += cat ? cat->regulation.demand_count : 0;
    }
    return count;
}

static void add_voices(choice_build *b, voice *out)
{
    const pol_organisation *c = &b->o->org->config;

    for (size_t i = 0; i < c->regulation_count; i++) {
        const pol_catalogue *cat = catalogue_of(b, i);

        for (size_t j = 0; cat && j < cat->regulation.demand_count; j++)
            out[b->voice_count++] = (voice){ &c->regulations[i],
                                             &cat->regulation,
                                             &cat->regulation.demands[j] };
    }
}

static bool gather_voices(choice_build *b)
{
    pol_arena *a = &b->o->build->arena;
    size_t count = count_demands(b);
    voice *found = pol_arena_new(a, voice, count);
    voice *sorted = pol_arena_new(a, voice, count);
    const uint32_t *order;

    /* What could not be found again, for lack of memory, is not counted. */
    if (!found || !sorted || b->o->build->status)
        return false;
    add_voices(b, found);
    if (b->o->build->status)
        return false;
    order = pol_order(found, count, compare_voices, a);
    for (size_t i = 0; order && i < count; i++)
        sorted[i] = found[order[i]];
    b->voices = sorted;
    return order != NULL;
}

static int compare_own(const void *pa, const void *pb)
{
    const pol_choice *a = *(const pol_choice *const *)pa;
    const pol_choice *b = *(const pol_choice *const *)pb;

    return pol_str_cmp(a->name, b->name);
}

static int compare_settled(const void *pa, const void *pb)
{
    const pol_settlement *a = *(const pol_settlement *const *)pa;
    const pol_settlement *b = *(const pol_settlement *const *)pb;

    return pol_str_cmp(a->choice, b->choice);
}

static bool gather_own(choice_build *b)
{
    const pol_organisation *c = &b->o->org->config;
    pol_arena *a = &b->o->build->arena;

    b->own = pol_arena_new(a, const pol_choice *, c->choice_count);
    b->settled = pol_arena_new(a, const pol_settlement *, c->settle_count);
    if (!b->own || !b->settled)
        return false;
    for (size_t i = 0; i < c->choice_count; i++)
        b->own[b->own_count++] = &c->choices[i];
    for (size_t i = 0; i < c->settle_count; i++)
        b->settled[b->settled_count++] = &c->settle[i];
    pol_sort(b->own, b->own_count, sizeof(*b->own), compare_own);
    pol_sort(b->settled, b->settled_count, sizeof(*b->settled),
             compare_settled);
    return true;
}

static const pol_choice *own_of(const choice_build *b, policy_str name)
{
    size_t low = 0, high = b->own_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = pol_str_cmp(b->own[mid]->name, name);

        if (!order)
            return b->own[mid];
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static const pol_settlement *settlement_of(const choice_build *b,
                                           policy_str name)
{
    size_t low = 0, high = b->settled_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = pol_str_cmp(b->settled[mid]->choice, name);

        if (!order)
            return b->settled[mid];
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

/* --- one choice: `v` are its voices, `n` of them ----------------------------- */

/* Who speaks for it where all agree: the first that is in force, else the first
 * that is tried out. NULL: all are off. */
static const voice *speaker(const voice *v, size_t n)
{
    const voice *tried = NULL;

    for (size_t i = 0; i < n; i++) {
        if (v[i].adoption->mode == POL_MODE_ENFORCE)
            return &v[i];
        if (is_tried(&v[i]) && !tried)
            tried = &v[i];
    }
    return tried;
}

static bool differs(const voice *a, const voice *b)
{
    return !is_off(a) && !is_off(b) &&
           !is_same(a->demand->value, b->demand->value);
}

static bool disagree(const voice *v, size_t n, const voice *with)
{
    for (size_t i = 0; i < n; i++)
        if (differs(&v[i], with))
            return true;
    return false;
}

/* Told where the later of the two is adopted. */
static void report_unsettled(choice_build *b, const voice *v, size_t n,
                             const voice *by)
{
    for (size_t i = 0; i < n; i++) {
        const voice *one = &v[i] < by ? &v[i] : by;
        const voice *other = &v[i] < by ? by : &v[i];

        if (differs(one, other))
            pol_report(reporter(b), POL_MSG_CHOICE_UNSETTLED,
                       other->adoption->place, by->demand->choice,
                       name_of(b, one), cut(one->demand->value->str),
                       name_of(b, other), cut(other->demand->value->str));
    }
}

static const pol_adoption *adoption_of(const choice_build *b, policy_str id)
{
    const pol_organisation *c = &b->o->org->config;

    for (size_t i = 0; i < c->regulation_count; i++)
        if (pol_str_eq(c->regulations[i].regulation, id))
            return &c->regulations[i];
    return NULL;
}

/* `follow` is none of `v`: of those, the nearest; of all where there are none. */
static void report_follow(choice_build *b, const pol_settlement *s,
                          const voice *v, size_t n)
{
    const pol_organisation *c = &b->o->org->config;
    const pol_adoption *a = adoption_of(b, s->follow);
    policy_str *names = pol_arena_new(&b->o->build->arena, policy_str,
                                      n + c->regulation_count);
    size_t count = 0;

    if (!names) {
        b->o->status = POLICY_ENOMEM;
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (!is_off(&v[i]))
            names[count++] = v[i].regulation->id;
    for (size_t i = 0; !n && i < c->regulation_count; i++)
        names[count++] = c->regulations[i].regulation;
    pol_report_hint(reporter(b),
                    a && a->mode != POL_MODE_OFF ? POL_MSG_SETTLE_DEMAND
                                                 : POL_MSG_SETTLE_FOLLOW,
                    s->follow_place, pol_nearest(s->follow, names, count),
                    (policy_str[]){ s->follow, s->choice }, 2);
}

/* Whom the settlement follows; NULL after a report. */
static const voice *followed(choice_build *b, const pol_settlement *s,
                             const voice *v, size_t n)
{
    const voice *to = NULL;

    for (size_t i = 0; i < n; i++)
        if (!is_off(&v[i]) && pol_str_eq(v[i].regulation->id, s->follow))
            to = &v[i];
    if (!to) {
        report_follow(b, s, v, n);
        return NULL;
    }
    for (size_t i = 0; is_tried(to) && i < n; i++)
        if (v[i].adoption->mode == POL_MODE_ENFORCE && differs(&v[i], to)) {
            pol_report(reporter(b), POL_MSG_SETTLE_TRIED, s->follow_place,
                       s->follow, name_of(b, &v[i])); /* (2) */
            return NULL;
        }
    return to;
}

static void overrule(choice_build *b, const pol_settlement *s, const voice *loser,
                     const voice *winner)
{
    pol_org_build *o = b->o;
    policy_overruling *how = pol_keep_new(o, policy_overruling, 1);

    if (!how)
        return;
    *how = (policy_overruling){
        .choice = pol_keep(o, s->choice).ptr,
        .demanded = pol_keep(o, loser->demand->value->str),
        .followed = pol_keep(o, winner->demand->value->str),
        .regulation = pol_keep(o, winner->regulation->id).ptr,
        .ref = pol_keep(o, winner->demand->article->ref).ptr,
        .zh = pol_keep(o, s->why.zh),
        .en = pol_keep(o, s->why.en),
        .owner = pol_keep(o, s->owner),
    };
    b->overruled[b->overruled_count++] = (pol_overruled){
        loser->regulation->id, loser->demand->article->ref, how
    };
}

/* What the organisation says of a choice by itself can repeat a demand, and not
 * change it. */
static void check_own(choice_build *b, const pol_choice *own, const voice *by)
{
    if (is_same(own->value, by->demand->value))
        return;
    pol_report(reporter(b),
               is_tried(by) ? POL_MSG_CHOICE_TRIED : POL_MSG_CHOICE_OWN,
               own->value->place, own->name, cut(own->value->str),
               name_of(b, by), cut(by->demand->value->str));
}

/* By whom the choice is made, as far as that is clear. */
static const voice *settle(choice_build *b, const voice *v, size_t n)
{
    const pol_settlement *s = settlement_of(b, v->demand->choice);
    const voice *by = speaker(v, n);

    if (!by)
        return NULL;
    if (!disagree(v, n, by)) {
        if (s)
            pol_report(reporter(b), POL_MSG_SETTLE_AGREED, s->place, s->choice);
        return by;
    }
    if (!s) {
        report_unsettled(b, v, n, by);
        return by;
    }
    by = followed(b, s, v, n);
    for (size_t i = 0; by && i < n; i++)
        if (differs(&v[i], by))
            overrule(b, s, &v[i], by);
    return by ? by : speaker(v, n);
}

static pol_chosen own_choice(const pol_choice *own)
{
    return (pol_chosen){ own->name, own->value, POL_STR("organisation.yaml"),
                         false };
}

static void choose(choice_build *b, const voice *v, size_t n)
{
    const voice *by = settle(b, v, n);
    const voice *as = by ? by : v; /* off, for the rules of what is off */
    const pol_choice *own = own_of(b, v->demand->choice);
    pol_chosen *c = &b->chosen[b->chosen_count++];

    *c = (pol_chosen){ v->demand->choice, as->demand->value, name_of(b, as),
                       !by };
    if (own && by)
        check_own(b, own, by);
    if (own && (!by || is_tried(by))) /* (2) */
        *c = own_choice(own);
}

/* --- all of them -------------------------------------------------------------- */

static void choose_demanded(choice_build *b)
{
    for (size_t i = 0, n; i < b->voice_count && !b->o->status; i += n) {
        for (n = 1; i + n < b->voice_count; n++)
            if (!pol_str_eq(b->voices[i + n].demand->choice,
                            b->voices[i].demand->choice))
                break;
        choose(b, &b->voices[i], n);
    }
}

static int compare_chosen(const void *pa, const void *pb)
{
    const pol_chosen *a = pa, *b = pb;

    return pol_str_cmp(a->name, b->name);
}

/* Those that no regulation demands anything of. */
static void choose_free(choice_build *b)
{
    size_t demanded = b->chosen_count;

    for (size_t i = 0, at = 0; i < b->own_count; i++) {
        policy_str name = b->own[i]->name;

        while (at < demanded && pol_str_cmp(b->chosen[at].name, name) < 0)
            at++;
        if (at < demanded && pol_str_eq(b->chosen[at].name, name))
            continue;
        b->chosen[b->chosen_count++] = own_choice(b->own[i]);
    }
    pol_sort(b->chosen, b->chosen_count, sizeof(*b->chosen), compare_chosen);
}

static bool is_demanded(const choice_build *b, policy_str choice)
{
    size_t low = 0, high = b->voice_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (pol_str_cmp(b->voices[mid].demand->choice, choice) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < b->voice_count; low++) {
        if (!pol_str_eq(b->voices[low].demand->choice, choice))
            return false;
        if (!is_off(&b->voices[low]))
            return true;
    }
    return false;
}

/* Settlements of what nobody demands: perhaps no longer, perhaps misspelt. */
static void check_idle(choice_build *b)
{
    policy_str *names = pol_arena_new(&b->o->build->arena, policy_str,
                                      b->chosen_count);

    if (!names) {
        b->o->status = POLICY_ENOMEM;
        return;
    }
    for (size_t i = 0; i < b->chosen_count; i++)
        names[i] = b->chosen[i].name;
    for (size_t i = 0; i < b->settled_count; i++) {
        const pol_settlement *s = b->settled[i];

        if (is_demanded(b, s->choice))
            continue;
        if (!adoption_of(b, s->follow))
            report_follow(b, s, NULL, 0);
        pol_report_hint(reporter(b), POL_MSG_SETTLE_IDLE, s->place,
                        pol_nearest(s->choice, names, b->chosen_count),
                        &s->choice, 1);
    }
}

static int compare_overruled(const void *pa, const void *pb)
{
    const pol_overruled *a = pa, *b = pb;
    int order = pol_str_cmp(a->regulation, b->regulation);

    return order ? order : pol_str_cmp(a->article, b->article);
}

static bool begin(choice_build *b)
{
    pol_arena *a = &b->o->build->arena;

    if (!gather_voices(b) || !gather_own(b))
        return false;
    b->chosen = pol_arena_new(a, pol_chosen, b->voice_count + b->own_count);
    b->overruled = pol_arena_new(a, pol_overruled, b->voice_count);
    return b->chosen && b->overruled;
}

void pol_choices_compile(pol_org_build *o)
{
    choice_build b = { .o = o };

    if (!begin(&b)) {
        o->status = o->build->status ? o->build->status : POLICY_ENOMEM;
        return;
    }
    choose_demanded(&b);
    choose_free(&b);
    check_idle(&b);
    pol_sort(b.overruled, b.overruled_count, sizeof(*b.overruled),
             compare_overruled);
    o->chosen = b.chosen;
    o->chosen_count = b.chosen_count;
    o->overruled = b.overruled;
    o->overruled_count = b.overruled_count;
    for (size_t i = 0; b.chosen_count && i < o->org->config.regulation_count;
         i++) {
        const pol_catalogue *cat = catalogue_of(&b, i);

        if (cat)
            pol_choices_clash(o, &o->org->config.regulations[i],
                              cat->regulation.params);
    }
    if (!o->status)
        o->status = o->build->status;
}

/* --- what is asked -------------------------------------------------------------- */

const pol_chosen *pol_chosen_find(const pol_org_build *o, policy_str name)
{
    size_t low = 0, high = o->chosen_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = pol_str_cmp(o->chosen[mid].name, name);

        if (!order)
            return &o->chosen[mid];
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

void pol_choices_clash(pol_org_build *o, const pol_adoption *adoption,
                       const pol_node *params)
{
    size_t count = params && o->chosen_count ? params->table.entry_count : 0;

    if (adoption && adoption->mode == POL_MODE_OFF)
        return;
    for (size_t i = 0; i < count; i++) {
        const pol_entry *e = &params->table.entries[i];
        const pol_chosen *c = pol_chosen_find(o, e->key);

        if (c && !c->off)
            pol_report(&o->build->reporter, POL_MSG_PARAM_CHOICE, e->place,
                       e->key, c->by);
    }
}

const policy_overruling *pol_overruled_find(const pol_org_build *o,
                                            policy_str regulation,
                                            policy_str article)
{
    const pol_overruled want = { regulation, article, NULL };
    size_t low = 0, high = o->overruled_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = compare_overruled(&o->overruled[mid], &want);

        if (!order)
            return o->overruled[mid].how;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

/*
 * An article that is overruled is no authority: findings do not cite it. What has
 * no other is off, whoever wrote it, and keeps its cites for those who look for
 * the article: in whose name would it act?
 */
const policy_overruling *pol_cites_overruled(const pol_origin *from,
                                             policy_cite *cites, size_t *count,
                                             bool reason)
{
    const policy_overruling *how = NULL;
    size_t kept = 0;

    for (size_t i = 0; i < *count; i++) {
        const policy_overruling *one = pol_overruled_find(from->o,
                                                          cites[i].regulation,
                                                          cites[i].article);

        if (one)
            how = one;
        else
            cites[kept++] = cites[i];
    }
    if (how && !kept && (from->regulation || !reason))
        return how; /* all stand where they stood */
    *count = kept;
    return NULL;
}

void pol_report_overruled(const pol_origin *from, pol_place place, policy_str id,
                          const policy_overruling *how)
{
    policy_str by = pol_path_join(&from->o->build->arena,
                                  pol_str(how->regulation), pol_str(how->ref));

    if (!by.ptr)
        from->o->status = POLICY_ENOMEM;
    else
        pol_report(&from->o->build->reporter, POL_MSG_RULE_OVERRULED, place, id,
                   by);
}
