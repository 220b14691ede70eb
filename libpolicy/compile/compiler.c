/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiler: what was added, and one build of a bundle from it.
 */
#include "compile/build.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/slice.h"
#include "base/sort.h"

typedef struct paths {
    policy_str *at;
    size_t count, cap;
} paths;

struct policy_compiler {
    policy_allocator allocator;
    policy_limits limits;
    policy_bundle *base;
    bool keep, zh;
    int64_t today;
    policy_diagnostic_sink sink;
    void *user;
    pol_arena arena;
    pol_sources *sources;
    paths libraries, given;
    pol_host_detector hosts[POL_HOST_DETECTORS_MAX];
    size_t host_count;
    bool has_files;
    bool *removed; /* by number of the base's organisations; NULL: none is */
};

/* What an older caller's struct does not have is zero. */
static policy_compiler_options options_from(const policy_compiler_options *o)
{
    policy_compiler_options all = POLICY_COMPILER_OPTIONS_INIT;

    if (o)
        memcpy(&all, o, o->size < sizeof(all) ? o->size : sizeof(all));
    return all;
}

policy_status policy_compiler_new(policy_compiler **out,
                                  const policy_compiler_options *o,
                                  policy_error *err)
{
    policy_compiler_options all = options_from(o);
    policy_allocator a = pol_allocator_or_default(all.allocator);
    policy_limits limits = pol_limits_from(all.limits);
    policy_compiler *c;

    *out = NULL;
    if (all.language && strcmp(all.language, "zh") != 0 &&
        strcmp(all.language, "en") != 0)
        return pol_error_set(err, POLICY_EMISUSE, "language",
                             "no messages in the language \"%s\"", all.language);
    if (all.keep && !all.base)
        return pol_error_set(err, POLICY_EMISUSE, "keep",
                             "there is no base to keep organisations of");
    if (all.keep && memcmp(&all.base->limits, &limits, sizeof(limits)) != 0)
        return pol_error_set(err, POLICY_EMISUSE, "keep",
                             "the limits are not those of the base");
    c = pol_calloc(&a, 1, sizeof(*c));
    if (!c)
        return pol_error_oom(err);
    c->allocator = a;
    c->limits = limits;
    pol_arena_init(&c->arena, &c->allocator, 0);
    if (pol_sources_new(&c->sources, &c->allocator, c->limits.source_bytes)) {
        policy_compiler_free(c);
        return pol_error_oom(err);
    }
    c->base = all.base ? policy_bundle_ref(all.base) : NULL;
    c->keep = all.keep != 0;
    c->zh = all.language && strcmp(all.language, "zh") == 0;
    c->today = all.today;
    c->sink = all.on_diagnostic;
    c->user = all.user;
    *out = c;
    return POLICY_OK;
}

void policy_compiler_free(policy_compiler *c)
{
    policy_allocator a;

    if (!c)
        return;
    a = c->allocator;
    if (c->base)
        pol_free(&a, c->removed, c->base->org_count * sizeof(*c->removed));
    policy_bundle_unref(c->base);
    pol_sources_free(c->sources);
    pol_arena_fini(&c->arena);
    pol_free(&a, c, sizeof(*c));
}

static policy_status add(policy_compiler *c, paths *p, policy_str path,
                         policy_error *err)
{
    while (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    if (path.len == 0)
        path = POL_STR(".");
    if (p->count == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 8;
        policy_str *at = pol_arena_new(&c->arena, policy_str, cap);

        if (!at)
            return pol_error_oom(err);
        if (p->count)
            memcpy(at, p->at, p->count * sizeof(*at));
        p->at = at;
        p->cap = cap;
    }
    p->at[p->count] = pol_arena_dup(&c->arena, path);
    if (!p->at[p->count].ptr || pol_sources_use_disk(c->sources, path, p == &c->libraries))
        return pol_error_oom(err);
    p->count++;
    return POLICY_OK;
}

policy_status policy_compiler_add_library(policy_compiler *c, const char *path,
                                          policy_error *err)
{
    return add(c, &c->libraries, pol_str(path), err);
}

policy_status policy_compiler_add_path(policy_compiler *c, const char *path,
                                       policy_error *err)
{
    return add(c, &c->given, pol_str(path), err);
}

policy_status policy_compiler_add_file(policy_compiler *c, const char *path,
                                       policy_str bytes, policy_error *err)
{
    if (bytes.len > c->limits.source_bytes)
        return pol_error_limit(err, "source_bytes", c->limits.source_bytes);
    if (pol_sources_put(c->sources, pol_str(path), bytes))
        return pol_error_oom(err);
    c->has_files = true;
    return POLICY_OK;
}

policy_status policy_compiler_remove_organisation(policy_compiler *c,
                                                  const char *id,
                                                  policy_error *err)
{
    size_t number;

    if (!c->keep)
        return pol_error_set(err, POLICY_EMISUSE, "keep",
                             "nothing is kept that could be removed");
    if (!pol_bundle_find(c->base, pol_str(id), &number))
        return pol_error_set(err, POLICY_EORG, "organisation",
                             "no organisation \"%.64s\"", id);
    if (!c->removed)
        c->removed = pol_calloc(&c->allocator, c->base->org_count,
                                sizeof(*c->removed));
    if (!c->removed)
        return pol_error_oom(err);
    c->removed[number] = true;
    return POLICY_OK;
}

policy_status policy_compiler_add_detector(policy_compiler *c,
                                           const policy_detector *d,
                                           policy_error *err)
{
    pol_host_detector *host = &c->hosts[c->host_count];
    policy_status st;

    if (c->host_count == POL_HOST_DETECTORS_MAX)
        return pol_error_limit(err, "detectors", POL_HOST_DETECTORS_MAX);
    st = pol_host_detector_read(host, d, err);
    if (st)
        return st;
    for (size_t i = 0; i < c->host_count; i++)
        if (pol_str_eq(c->hosts[i].name, host->name))
            return pol_error_set(err, POLICY_EINPUT, "detector-name",
                                 "a detector %s was added before", d->name);
    host->name = pol_arena_dup(&c->arena, host->name);
    host->version = pol_arena_dup(&c->arena, host->version);
    if (!host->name.ptr || !host->version.ptr)
        return pol_error_oom(err);
    c->host_count++;
    return POLICY_OK;
}

/* The folders of organisations, in the order of the paths, then by name. */
typedef struct folders {
    policy_str *at;
    size_t count, cap;
} folders;

static policy_status add_folder(pol_build *b, folders *f, policy_str dir)
{
    if (f->count >= b->limits.organisations)
        return pol_error_limit(b->err, "organisations", b->limits.organisations);
    if (f->count == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 16;
        policy_str *at = pol_arena_new(&b->arena, policy_str, cap);

        if (!at)
            return pol_error_oom(b->err);
        if (f->count)
            memcpy(at, f->at, f->count * sizeof(*at));
        f->at = at;
        f->cap = cap;
    }
    f->at[f->count++] = dir;
    return POLICY_OK;
}

static policy_status has_organisation(pol_build *b, policy_str dir, bool *has)
{
    const pol_source *source;
    policy_str path = pol_path_join(&b->arena, dir, POL_STR("organisation.yaml"));
    policy_status st;

    *has = false;
    if (!path.ptr)
        return pol_error_oom(b->err);
    st = pol_sources_get(&source, b->sources, path, b->err);
    *has = source != NULL;
    return st;
}

/* Rules in a folder that is no organisation, beside those that are: the name of
 * its organisation.yaml is misspelt, or it was forgotten. */
static policy_status look_at_other(pol_build *b, policy_str dir)
{
    policy_str path = pol_path_join(&b->arena, dir, POL_STR("rules.lua"));
    const pol_source *rules = NULL;
    policy_status st;

    if (!path.ptr)
        return pol_error_oom(b->err);
    st = pol_sources_get(&rules, b->sources, path, b->err);
    if (rules)
        pol_report(&b->reporter, POL_MSG_FOLDER_UNREAD,
                   ((pol_place){ rules, 0, 0, 0 }), dir);
    return st;
}

/* `dir` itself, or the folders in it. `some`: there must be one. */
static policy_status find_folders(pol_build *b, policy_str dir, folders *f,
                                  bool some)
{
    const policy_str *names;
    size_t count, before = f->count;
    bool has = false;
    policy_status st = has_organisation(b, dir, &has);

    if (st)
        return st;
    if (has)
        return add_folder(b, f, dir);
    st = pol_sources_list(&names, &count, b->sources, dir, &b->arena, b->err);
    for (size_t i = 0; !st && i < count; i++) {
        policy_str sub = pol_path_join(&b->arena, dir, names[i]);

        if (!sub.ptr)
            return pol_error_oom(b->err);
        st = has_organisation(b, sub, &has);
        if (!st)
            st = has ? add_folder(b, f, sub) : look_at_other(b, sub);
    }
    if (!st && some && f->count == before)
        pol_report(&b->reporter, POL_MSG_NO_ORGANISATION, (pol_place){ 0 },
                   dir.len ? dir : POL_STR("."));
    return st;
}

/* An organisation and its number, to be sorted by id. */
typedef struct numbered {
    policy_str id;
    uint32_t number;
} numbered;

static int by_id(const void *pa, const void *pb)
{
    const numbered *a = pa, *b = pb;
    int c = pol_str_cmp(a->id, b->id);

    return c ? c : (a->number > b->number) - (a->number < b->number);
}

static policy_status sort_by_id(policy_bundle *bundle, pol_build *b)
{
    numbered *all = pol_arena_new(&b->arena, numbered, bundle->org_count + 1);

    if (!all)
        return pol_error_oom(b->err);
    for (size_t i = 0; i < bundle->org_count; i++)
        all[i] = (numbered){ bundle->orgs[i]->config.id, (uint32_t)i };
    pol_sort(all, bundle->org_count, sizeof(*all), by_id);
    for (size_t i = 0; i < bundle->org_count; i++)
        bundle->by_id[i] = all[i].number;
    return POLICY_OK;
}

/* The place of the id in this build's file: a part that was taken over points
 * into the sources of its own. */
static pol_place place_of_id(pol_build *b, const pol_org *org, policy_str dir)
{
    policy_str path = pol_path_join(&b->arena, dir, POL_STR("organisation.yaml"));
    pol_place place = org->config.place;

    place.source = NULL;
    if (path.ptr)
        pol_sources_get(&place.source, b->sources, path, NULL);
    return place;
}

/*
 * The parts of a build, until they are the bundle's: those of the base that are
 * kept, in its order, each in the place of the one that it replaces; then what
 * is new.
 */
typedef struct parts {
    pol_org **at;
    uint32_t *folder; /* of each; NONE of a kept one */
    size_t count;
} parts;
#define NONE UINT32_MAX

static policy_status make_room(parts *p, pol_build *b, size_t cap)
{
    p->at = pol_arena_new(&b->arena, pol_org *, cap + 1);
    p->folder = pol_arena_new(&b->arena, uint32_t, cap + 1);
    return p->at && p->folder ? POLICY_OK : pol_error_oom(b->err);
}

static void free_parts(parts *p)
{
    for (size_t i = 0; i < p->count; i++)
        pol_org_unref(p->at[i]);
    p->count = 0;
}

static void report_twins(pol_build *b, const policy_bundle *bundle,
                         const parts *p, const folders *f)
{
    for (size_t i = 1; i < bundle->org_count; i++) {
        uint32_t first = bundle->by_id[i - 1], second = bundle->by_id[i];
        const pol_org *org = bundle->orgs[second];

        if (pol_str_eq(bundle->orgs[first]->config.id, org->config.id))
            pol_report(&b->reporter, POL_MSG_ORGANISATION_TWICE,
                       place_of_id(b, org, f->at[p->folder[second]]),
                       org->config.id);
    }
}

/* Each folder that was given. */
static policy_status compile_given(parts *p, pol_build *b, const folders *f)
{
    policy_status st = make_room(p, b, f->count);

    for (size_t i = 0; !st && i < f->count; i++) {
        p->folder[i] = (uint32_t)i;
        st = pol_org_compile(&p->at[i], b, f->at[i]);
        p->count++;
    }
    return st;
}

/* Of each organisation of the base, the part that replaces it, plus 1. */
static uint32_t *find_replaced(pol_build *b, const parts *given)
{
    const policy_bundle *base = b->base;
    uint32_t *by = pol_arena_new(&b->arena, uint32_t, base->org_count + 1);
    size_t number;

    for (size_t i = 0; by && i < given->count; i++)
        if (given->at[i] &&
            pol_bundle_find(base, given->at[i]->config.id, &number) &&
            !by[number])
            by[number] = (uint32_t)i + 1;
    return by;
}

static void move(parts *to, parts *from, size_t i)
{
    to->folder[to->count] = from->folder[i];
    to->at[to->count++] = from->at[i];
    from->at[i] = NULL;
}

/* `given` among what is kept of the base, and then of what is left of it. */
static policy_status keep_others(parts *all, pol_build *b, parts *given,
                                 const bool *removed)
{
    const policy_bundle *base = b->base;
    uint32_t *by = find_replaced(b, given);
    policy_status st = make_room(all, b, base->org_count + given->count);

    if (!by)
        st = pol_error_oom(b->err);
    for (size_t i = 0; !st && i < base->org_count; i++) {
        if (by[i]) {
            move(all, given, by[i] - 1);
        } else if (!removed || !removed[i]) {
            all->folder[all->count] = NONE;
            st = pol_reuse_keep(&all->at[all->count++], b, base->orgs[i]);
        }
    }
    for (size_t i = 0; !st && i < given->count; i++)
        if (given->at[i])
            move(all, given, i);
    if (!st && all->count > b->limits.organisations)
        st = pol_error_limit(b->err, "organisations", b->limits.organisations);
    return st;
}

/* The bundle owns them from here on. */
static policy_status give(policy_bundle *bundle, pol_build *b, parts *p,
                          const folders *f)
{
    policy_status st;

    bundle->orgs = pol_calloc(&b->allocator, p->count, sizeof(*bundle->orgs));
    bundle->by_id = pol_calloc(&b->allocator, p->count, sizeof(*bundle->by_id));
    bundle->org_count = p->count;
    if (!bundle->orgs || !bundle->by_id)
        return pol_error_oom(b->err);
    memcpy(bundle->orgs, p->at, p->count * sizeof(*p->at));
    p->count = 0;
    st = sort_by_id(bundle, b);
    if (st)
        return st;
    report_twins(b, bundle, p, f);
    return pol_bundle_seat(bundle) ? pol_error_oom(b->err) : POLICY_OK;
}

static policy_status compile_all(policy_bundle *bundle, pol_build *b,
                                 const folders *f, const policy_compiler *c)
{
    parts given = { NULL, NULL, 0 }, all = given;
    policy_status st = pol_shared_compile(&bundle->shared, b);

    if (st)
        return st;
    b->shared = bundle->shared;
    st = pol_reuse_begin(b);
    if (!st)
        st = compile_given(&given, b, f);
    if (!st && c->keep && !b->reporter.errors)
        st = keep_others(&all, b, &given, c->removed);
    if (!st && !b->reporter.errors && (c->keep ? all : given).count == 0)
        pol_report(&b->reporter, POL_MSG_NO_ORGANISATION, (pol_place){ 0 },
                   POL_STR("."));
    if (!st && !b->reporter.errors)
        st = give(bundle, b, c->keep ? &all : &given, f);
    free_parts(&all);
    free_parts(&given);
    return st;
}

static policy_status collect(policy_compiler *c, pol_build *b, folders *f)
{
    policy_status st = POLICY_OK;

    for (size_t i = 0; !st && i < c->given.count; i++)
        st = find_folders(b, c->given.at[i], f, true);
    if (!st && c->has_files && c->given.count == 0)
        st = find_folders(b, POL_STR(""), f, !c->keep); /* perhaps a library */
    return st;
}

static policy_status build(policy_bundle *bundle, policy_compiler *c,
                           pol_build *b)
{
    folders f = { NULL, 0, 0 };
    policy_status st = collect(c, b, &f);

    if (!st)
        st = compile_all(bundle, b, &f, c);
    if (!st && b->reporter.errors)
        st = pol_error_set(b->err, POLICY_ERULES, "rules", "%s",
                           b->reporter.first_message);
    if (!st)
        pol_bundle_seal(bundle);
    return st;
}

static bool is_same_host(const pol_host_detector *a, const pol_host_detector *b)
{
    return pol_str_eq(a->name, b->name) && pol_str_eq(a->version, b->version) &&
           a->charset == b->charset && a->min_run == b->min_run &&
           a->max_len == b->max_len && a->find == b->find && a->user == b->user;
}

/* The parts of the base know the host's detectors by their numbers. */
static bool has_same_hosts(const policy_compiler *c, const policy_bundle *base)
{
    bool same = base->shared->host_count == c->host_count;

    for (size_t i = 0; same && i < c->host_count; i++)
        same = is_same_host(&c->hosts[i], &base->shared->hosts[i]);
    return same;
}

policy_status policy_compiler_build(policy_bundle **out, policy_compiler *c,
                                    policy_error *err)
{
    pol_build b = { .allocator = c->allocator, .limits = c->limits,
                    .sources = c->sources, .libraries = c->libraries.at,
                    .library_count = c->libraries.count, .hosts = c->hosts,
                    .host_count = c->host_count, .today = c->today,
                    .base = c->base, .err = err };
    policy_bundle *bundle = pol_calloc(&c->allocator, 1, sizeof(*bundle));
    policy_status st;

    *out = NULL;
    if (b.base && !has_same_hosts(c, b.base))
        b.base = NULL;
    if (!b.base && c->keep) {
        pol_free(&c->allocator, bundle, sizeof(*bundle));
        return pol_error_set(err, POLICY_EMISUSE, "keep",
                             "the detectors are not those of the base");
    }
    if (!bundle)
        return pol_error_oom(err);
    atomic_init(&bundle->refs, 1);
    bundle->allocator = c->allocator;
    bundle->limits = c->limits;
    pol_arena_init(&b.arena, &b.allocator, 0);
    pol_reporter_init(&b.reporter, c->sink, c->user, c->zh, c->limits.diagnostics);
    pol_sources_forget(c->sources);
    st = build(bundle, c, &b);
    pol_arena_fini(&b.arena);
    if (st) {
        policy_bundle_unref(bundle);
        return st;
    }
    *out = bundle;
    return POLICY_OK;
}
