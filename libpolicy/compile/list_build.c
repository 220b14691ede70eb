/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Word lists: those of the libraries, shared by all organisations as the host's
 * detectors are, and an organisation's own, which extend or replace them.
 *
 * An organisation that is not strict loads its own lists without their bad
 * lines: the reporter is lenient while they are read and their terms added. A
 * bad line of a shared list is an error for all: it is the operator's, and what
 * it finds must not depend on whose message it is.
 */
#include "compile/build.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/slice.h"
#include "base/sort.h"
#include "text/squeeze.h"
#include "text/utf8.h"

static const char suffix[] = ".txt";

typedef struct shared_build {
    pol_shared *shared;
    pol_build *build;
    pol_spellings spellings;
    const pol_source **files; /* of each list */
    policy_str *names;
    size_t count, cap;
} shared_build;

static bool is_list_file(policy_str name, policy_str *list)
{
    if (!pol_str_ends(name, pol_str(suffix)) || name.len == strlen(suffix))
        return false;
    *list = (policy_str){ name.ptr, name.len - strlen(suffix) };
    return true;
}

static policy_status find_list(pol_build *b, policy_str dir, policy_str file,
                               const pol_source **out)
{
    policy_str path = pol_path_join(&b->arena, dir, file);

    *out = NULL;
    return path.ptr ? pol_sources_get(out, b->sources, path, b->err)
                    : pol_error_oom(b->err);
}

static policy_status read_list(pol_build *b, const pol_source *source,
                               pol_wordlist *out)
{
    policy_status st = POLICY_OK;

    if (source)
        st = pol_wordlist_read(out, source, &b->arena, &b->limits, &b->reporter,
                               b->err);
    return st == POLICY_ERULES ? POLICY_OK : st;
}

const pol_wordlist *pol_shared_words(pol_build *b, size_t list)
{
    pol_wordlist *w = &b->shared_words[list];
    policy_status st = POLICY_OK;

    if (!w->source)
        st = read_list(b, b->shared_files[list], w);
    return st ? NULL : w;
}

static bool is_known(const shared_build *s, policy_str name)
{
    for (size_t i = 0; i < s->count; i++)
        if (pol_str_eq(s->names[i], name))
            return true;
    return false;
}

static policy_status add_shared(shared_build *s, policy_str dir, policy_str file,
                                policy_str name)
{
    if (s->count == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 64;
        const pol_source **files = pol_arena_new(&s->build->arena,
                                                 const pol_source *, cap);
        policy_str *names = pol_arena_new(&s->build->arena, policy_str, cap);

        if (!files || !names)
            return pol_error_oom(s->build->err);
        if (s->count) {
            memcpy(files, s->files, s->count * sizeof(*files));
            memcpy(names, s->names, s->count * sizeof(*names));
        }
        s->files = files;
        s->names = names;
        s->cap = cap;
    }
    s->names[s->count] = name;
    return find_list(s->build, dir, file, &s->files[s->count++]);
}

static policy_status find_shared(shared_build *s, policy_str library)
{
    pol_build *b = s->build;
    policy_str dir = pol_path_join(&b->arena, library, POL_STR("lists")), name;
    const policy_str *files;
    size_t count;
    policy_status st;

    if (!dir.ptr)
        return pol_error_oom(b->err);
    st = pol_sources_list(&files, &count, b->sources, dir, &b->arena, b->err);
    for (size_t i = 0; !st && i < count; i++)
        if (is_list_file(files[i], &name) && !is_known(s, name))
            st = add_shared(s, dir, files[i], name);
    return st;
}

static void hash_shared(shared_build *s)
{
    uint8_t sum[32];
    pol_sha256 h;

    pol_sha256_init(&h);
    for (size_t i = 0; i < s->count; i++) {
        pol_sha256_field(&h, s->names[i]);
        pol_sources_sum(sum, s->files[i]);
        pol_sha256_add(&h, sum, sizeof(sum));
    }
    for (size_t i = 0; i < s->build->host_count; i++) {
        const pol_host_detector *d = &s->build->hosts[i];
        uint32_t numbers[] = { d->charset, d->min_run, d->max_len };

        pol_sha256_field(&h, d->name);
        pol_sha256_field(&h, d->version);
        pol_sha256_add(&h, numbers, sizeof(numbers));
    }
    pol_sha256_done(&h, s->shared->hash);
}

static policy_status keep_hosts(shared_build *s)
{
    const pol_build *b = s->build;
    pol_arena *a = &s->shared->arena;
    pol_host_detector *hosts = pol_arena_new(a, pol_host_detector,
                                             b->host_count + 1);

    if (!hosts)
        return pol_error_oom(b->err);
    for (size_t i = 0; i < b->host_count; i++) {
        hosts[i] = b->hosts[i];
        hosts[i].name = pol_arena_dup(a, b->hosts[i].name);
        hosts[i].version = pol_arena_dup(a, b->hosts[i].version);
        if (!hosts[i].name.ptr || !hosts[i].version.ptr)
            return pol_error_oom(b->err);
    }
    s->shared->hosts = hosts;
    s->shared->host_count = b->host_count;
    return POLICY_OK;
}

static pol_place term_place(const pol_wordlist *w, const pol_list_term *t)
{
    size_t length = pol_utf8_count(t->term);

    return (pol_place){ w->source, t->line, t->column,
                        (uint32_t)(length ? length : 1) };
}

/* Term `i` of a list that bears the number `list`. */
static pol_word word_of(const pol_wordlist *w, size_t i, uint32_t list)
{
    const pol_list_term *t = &w->terms[i];

    return (pol_word){ .text = t->term, .flags = pol_list_term_flags(t),
                       .common = t->common, .list = list,
                       .number = (uint32_t)i, .allowed = t->allowed,
                       .aliases = w->aliases, .alias_count = w->alias_count };
}

static policy_str show(char out[24], uint64_t v)
{
    int len = snprintf(out, 24, "%llu", (unsigned long long)v);

    return (policy_str){ out, (size_t)len };
}

/* What there is to say of a term once its spellings are made. */
static void warn_of_term(pol_build *b, const pol_spellings *s,
                         const pol_wordlist *w, size_t i)
{
    const pol_list_term *t = &w->terms[i];
    char more[24], max[24];

    if (s->left_out)
        pol_report(&b->reporter, POL_MSG_TERM_SPELLINGS, term_place(w, t),
                   pol_str_cut(t->term, 80), show(more, s->left_out),
                   show(max, POL_SPELLINGS_MAX));
    if (!t->allowed && pol_spellings_short(s))
        pol_report(&b->reporter, POL_MSG_TERM_SHORT, term_place(w, t), t->term);
}

/* One term of a list that bears the number `list`. */
static policy_status add_term(pol_build *b, pol_spellings *s,
                              const pol_wordlist *w, size_t i, uint32_t list)
{
    policy_error err = POLICY_ERROR_INIT;
    pol_word word = word_of(w, i, list);
    policy_status st = pol_spellings_add(s, &word, &err);

    if (st == POLICY_EINPUT)
        pol_report(&b->reporter, POL_MSG_TERM_EMPTY,
                   term_place(w, &w->terms[i]), word.text);
    else if (st == POLICY_ELIMIT)
        pol_report(&b->reporter, POL_MSG_TERM_BAD, term_place(w, &w->terms[i]),
                   pol_str_cut(word.text, 80), pol_str(err.message));
    else if (st)
        return pol_error_oom(b->err);
    else
        warn_of_term(b, s, w, i);
    return POLICY_OK;
}

static policy_status add_terms(pol_build *b, pol_spellings *s,
                               const pol_wordlist *w, uint32_t list)
{
    policy_status st = POLICY_OK;
    pol_few few;

    pol_few_begin(&few, &b->reporter);
    for (size_t i = 0; !st && i < w->term_count; i++)
        st = add_term(b, s, w, i, list);
    pol_few_end(&few, &b->reporter, w->source);
    return st;
}

static policy_status add_shared_terms(shared_build *s, uint32_t list,
                                      uint8_t *views)
{
    const pol_wordlist *w = &s->build->shared_words[list];
    size_t before = s->spellings.count;
    policy_status st = add_terms(s->build, &s->spellings, w, list);

    *views = 0;
    for (size_t i = before; i < s->spellings.count; i++)
        *views |= s->spellings.terms[i].may | s->spellings.terms[i].must;
    return st;
}

/*
 * What a list has in vain: a term in which a shorter one is found anyway, an
 * allowed phrase in which there is no term. The matchers tell, since they know
 * folds and word boundaries: each entry of the list is scanned as a text.
 */
typedef struct reading {
    const pol_wordlist *words;  /* the list that is read */
    size_t at;                  /* the entry of it */
    /* The list in the matcher that scans: its number there, its words. */
    const pol_terms *terms;
    uint32_t number;
    const pol_wordlist *others;
    size_t bytes;               /* of the entry's folded text, in units */
    const pol_squeezed *squeezed; /* what is scanned, if not the folded text */
    const pol_list_term *found; /* of `others` */
    bool alike;                 /* it is the whole entry */
} reading;

static int on_inner(void *user, const pol_hit *hit)
{
    reading *r = user;
    const pol_list_term *t = &r->words->terms[r->at], *o;
    const pol_term *found = &r->terms->at[hit->id];

    if (found->list != r->number || found->allowed || found->how || found->must)
        return 0;
    o = &r->others->terms[found->word];
    if (o == t)
        return 0;
    if (r->squeezed &&
        (!(found->may & POL_VIEW_SQUEEZED) ||
         !pol_squeezed_admits(r->squeezed, hit->start, hit->end,
                              pol_term_gaps(found))))
        return 0;
    /* A stricter one does not stand for one that is found in more texts. */
    if (!t->allowed && o->strictness > t->strictness)
        return 0;
    /* Of two that fold alike, the later is too many. */
    if (!t->allowed && hit->end - hit->start == r->bytes &&
        o->strictness == t->strictness && r->others == r->words && o > t)
        return 0;
    r->found = o;
    r->alike = hit->end - hit->start == r->bytes;
    return 1;
}

typedef struct checker {
    pol_build *build;
    pol_folded folded;
    pol_squeezed squeezed;
    policy_scratch *scratch;
} checker;

/* Scan one entry with one matcher. */
static policy_status look(checker *k, reading *r)
{
    policy_str text = r->words->terms[r->at].term;
    const policy_matcher *m = r->terms->matcher;
    policy_status st;

    r->bytes = k->folded.count;
    if (r->found || !m)
        return POLICY_OK;
    st = pol_matcher_scan(m, k->scratch, &k->folded, text, on_inner, r);
    if (st || r->found || !r->words->terms[r->at].allowed)
        return st;
    st = pol_squeeze(&k->squeezed, &k->folded, NULL);
    if (st)
        return st;
    r->squeezed = &k->squeezed;
    st = pol_matcher_scan(m, k->scratch, &k->squeezed.text, text, on_inner, r);
    r->squeezed = NULL;
    return st;
}

static void report_covered(const checker *k, const reading *r)
{
    const pol_list_term *t = &r->words->terms[r->at];
    char line[24];
    policy_str args[] = { pol_str_cut(t->term, 80),
                          pol_str_cut(r->found->term, 80),
                          show(line, r->found->line), { NULL, 0 } };
    pol_message m = r->alike ? POL_MSG_TERM_ALIKE : POL_MSG_TERM_COVERED;

    if (r->others != r->words) {
        m = POL_MSG_TERM_COVERED_SHARED;
        args[3] = args[2];
        args[2] = r->others->source->path;
    }
    pol_report_hint(&k->build->reporter, m, term_place(r->words, t),
                    (policy_str){ "", 0 }, args, 4);
}

static void report_entry(const checker *k, const reading *r)
{
    const pol_list_term *t = &r->words->terms[r->at];

    if (t->allowed && !r->found)
        pol_report(&k->build->reporter, POL_MSG_ALLOW_IDLE,
                   term_place(r->words, t), pol_str_cut(t->term, 80));
    if (!t->allowed && r->found)
        report_covered(k, r);
}

static policy_status checker_init(checker *k, pol_build *b,
                                  const policy_matcher *m)
{
    *k = (checker){ .build = b };
    pol_folded_init(&k->folded, &b->allocator);
    pol_squeezed_init(&k->squeezed, &b->allocator);
    return pol_scratch_new(&k->scratch, &b->allocator, m, b->err);
}

static void checker_fini(checker *k)
{
    policy_scratch_free(k->scratch);
    pol_squeezed_fini(&k->squeezed);
    pol_folded_fini(&k->folded);
}

static policy_status check_shared(shared_build *s)
{
    checker k;
    policy_status st = checker_init(&k, s->build, s->shared->terms.matcher);

    for (size_t i = 0; !st && i < s->count; i++) {
        const pol_wordlist *w = &s->build->shared_words[i];
        pol_few few;

        pol_few_begin(&few, &s->build->reporter);
        for (size_t j = 0; !st && j < w->term_count; j++) {
            reading r = { .words = w, .at = j, .terms = &s->shared->terms,
                          .number = (uint32_t)i, .others = w };

            st = pol_fold(&k.folded, w->terms[j].term, s->build->err);
            if (!st)
                st = look(&k, &r);
            if (!st)
                report_entry(&k, &r);
        }
        pol_few_end(&few, &s->build->reporter, w->source);
    }
    checker_fini(&k);
    return st == POLICY_ENOMEM ? pol_error_oom(s->build->err) : st;
}

static policy_status fill_shared(shared_build *s)
{
    pol_shared *sh = s->shared;
    pol_arena *a = &sh->arena;
    pol_shared_list *lists = pol_arena_new(a, pol_shared_list, s->count + 1);
    size_t total = 0;
    policy_status st = POLICY_OK;

    for (size_t i = 0; !st && i < s->count; i++) {
        st = read_list(s->build, s->files[i], &s->build->shared_words[i]);
        total += s->build->shared_words[i].term_count;
    }
    if (st)
        return st;
    if (total > s->build->limits.terms)
        return pol_error_limit(s->build->err, "terms", s->build->limits.terms);
    if (!lists)
        return pol_error_oom(s->build->err);
    for (size_t i = 0; !st && i < s->count; i++) {
        lists[i].name = pol_arena_dup(a, s->names[i]);
        pol_sources_sum(lists[i].sum, s->files[i]);
        if (!lists[i].name.ptr)
            return pol_error_oom(s->build->err);
        st = add_shared_terms(s, (uint32_t)i, &lists[i].views);
    }
    sh->lists = lists;
    sh->list_count = s->count;
    if (st || s->build->reporter.errors)
        return st;
    st = pol_spellings_build(&sh->terms, &s->spellings, a, s->build->err);
    return st ? st : check_shared(s);
}

static policy_status gather_shared(shared_build *s)
{
    pol_build *b = s->build;
    policy_status st = POLICY_OK;

    for (size_t i = 0; !st && i < b->library_count; i++)
        st = find_shared(s, b->libraries[i]);
    if (!st)
        st = find_shared(s, POL_STR("")); /* of the tree from memory */
    return st;
}

policy_status pol_shared_compile(pol_shared **out, pol_build *b)
{
    shared_build s = { .build = b };
    policy_status st;

    *out = NULL;
    s.shared = pol_calloc(&b->allocator, 1, sizeof(*s.shared));
    if (!s.shared)
        return pol_error_oom(b->err);
    atomic_init(&s.shared->refs, 1);
    pol_arena_init(&s.shared->arena, &b->allocator, 0);
    st = pol_spellings_init(&s.spellings, &b->allocator, &b->limits, b->err);
    if (!st)
        st = gather_shared(&s);
    if (!st) {
        hash_shared(&s);
        b->shared_files = s.files;
        b->shared_words = pol_arena_new(&b->arena, pol_wordlist, s.count + 1);
        st = b->shared_words ? POLICY_OK : pol_error_oom(b->err);
    }
    if (!st && b->base &&
        memcmp(b->base->shared->hash, s.shared->hash, 32) == 0) {
        pol_shared_unref(s.shared);
        s.shared = b->base->shared;
        atomic_fetch_add_explicit(&s.shared->refs, 1, memory_order_relaxed);
    } else if (!st) {
        st = fill_shared(&s);
        if (!st)
            st = keep_hosts(&s);
    }
    pol_spellings_fini(&s.spellings);
    if (st)
        pol_shared_unref(s.shared);
    else
        *out = s.shared;
    return st;
}

/* --- the lists of one organisation */

/* Where the place of such a list is, or belongs: the slot is 0. */
static uint32_t *list_slot(const pol_org_build *o, policy_str name)
{
    size_t i = (size_t)pol_hash(name.ptr, name.len, (uintptr_t)o->list_slots);

    for (;; i++) {
        uint32_t *slot = &o->list_slots[i & (o->list_slot_count - 1)];

        if (!*slot || pol_str_eq(o->lists[*slot - 1].name, name))
            return slot;
    }
}

static pol_org_list *add_list(pol_org_build *o, policy_str name)
{
    uint32_t *slot = list_slot(o, name);
    pol_org_list *l;

    if (*slot)
        return &o->lists[*slot - 1];
    l = &o->lists[o->list_count++];
    *slot = (uint32_t)o->list_count;
    *l = (pol_org_list){ .name = name, .kind = POL_LIST_TERMS, .extends = true,
                         .shared = -1, .signal = -1 };
    return l;
}

static void read_own(pol_org_build *o)
{
    o->build->reporter.lenient = !o->org->config.strict;
    for (size_t i = 0; !o->status && i < o->file_count; i++)
        o->status = read_list(o->build, o->files[i].source,
                              &add_list(o, o->files[i].name)->words);
    o->build->reporter.lenient = false;
}

policy_status pol_list_files_find(pol_org_build *o)
{
    pol_build *b = o->build;
    policy_str dir = pol_path_join(&b->arena, o->dir, POL_STR("lists"));
    const policy_str *names = NULL;
    size_t count = 0;
    policy_status st;

    if (!dir.ptr)
        return pol_error_oom(b->err);
    st = pol_sources_list(&names, &count, b->sources, dir, &b->arena, b->err);
    o->files = pol_arena_new(&b->arena, pol_list_file, count + 1);
    if (!st && !o->files)
        return pol_error_oom(b->err);
    for (size_t i = 0; !st && i < count; i++) {
        pol_list_file *f = &o->files[o->file_count];

        if (!is_list_file(names[i], &f->name))
            continue;
        o->file_count++;
        st = find_list(b, dir, names[i], &f->source);
    }
    return st;
}

/* For so many lists; half of the slots stay empty. */
static bool make_room(pol_org_build *o, size_t most)
{
    size_t slots = 2;

    while (slots < most * 2)
        slots *= 2;
    o->lists = pol_arena_new(&o->build->arena, pol_org_list, most + 1);
    o->list_slots = pol_arena_new(&o->build->arena, uint32_t, slots);
    o->list_slot_count = slots;
    if (!o->lists || !o->list_slots)
        return false;
    memset(o->list_slots, 0, slots * sizeof(*o->list_slots));
    return true;
}

void pol_lists_find(pol_org_build *o)
{
    pol_build *b = o->build;
    const pol_organisation *c = &o->org->config;

    if (!make_room(o, o->file_count + b->shared->list_count + c->list_count)) {
        o->status = POLICY_ENOMEM;
        return;
    }
    for (size_t i = 0; i < b->shared->list_count; i++)
        add_list(o, b->shared->lists[i].name)->shared = (int32_t)i;
    read_own(o);
    for (size_t i = 0; i < c->list_count; i++) {
        pol_org_list *l = pol_list_find(o, c->lists[i].name);

        if (!l)
            l = add_list(o, c->lists[i].name); /* declared, and still empty */
        if (c->lists[i].kind >= 0)
            l->kind = c->lists[i].kind;
        l->extends = c->lists[i].extends;
        if (!l->extends)
            l->shared = -1;
    }
}

pol_org_list *pol_list_find(pol_org_build *o, policy_str name)
{
    uint32_t place = o->list_slot_count ? *list_slot(o, name) : 0;

    return place ? &o->lists[place - 1] : NULL;
}

pol_org_list *pol_list_need(pol_org_build *o, policy_str name, pol_place place)
{
    pol_org_list *l = pol_list_find(o, name);
    policy_str *names;

    if (l)
        return l;
    names = pol_arena_new(&o->build->arena, policy_str, o->list_count + 1);
    if (!names) {
        o->status = POLICY_ENOMEM;
        return NULL;
    }
    for (size_t i = 0; i < o->list_count; i++)
        names[i] = o->lists[i].name;
    pol_report_hint(&o->build->reporter, POL_MSG_LIST_UNKNOWN, place,
                    pol_nearest(name, names, o->list_count), &name, 1);
    return NULL;
}

static int compare(const void *a, const void *b)
{
    return pol_str_cmp(*(const policy_str *)a, *(const policy_str *)b);
}

static void lower_ascii(char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (s[i] >= 'A' && s[i] <= 'Z')
            s[i] = (char)(s[i] + 32);
}

/* What `own` allows, sorted. */
static policy_str *sort_allowed(pol_org_build *o, const pol_wordlist *own,
                                size_t *count)
{
    policy_str *out = pol_arena_new(&o->build->arena, policy_str,
                                    own->term_count + 1);

    *count = 0;
    if (!out) {
        o->status = POLICY_ENOMEM;
        return NULL;
    }
    for (size_t i = 0; i < own->term_count; i++)
        if (own->terms[i].allowed)
            out[(*count)++] = own->terms[i].term;
    pol_sort(out, *count, sizeof(*out), compare);
    return out;
}

static bool is_among(policy_str s, const policy_str *sorted, size_t count)
{
    return count && bsearch(&s, sorted, count, sizeof(s), compare);
}

/* All but what is allowed, or allowed by `own`. */
static size_t keep_items(pol_org_build *o, const pol_wordlist *w,
                         const pol_wordlist *own, bool hosts, policy_str *items)
{
    size_t count = 0, allowed_count;
    const policy_str *allowed = sort_allowed(o, own, &allowed_count);

    for (size_t i = 0; allowed && i < w->term_count; i++) {
        if (w->terms[i].allowed ||
            is_among(w->terms[i].term, allowed, allowed_count))
            continue;
        items[count] = pol_keep(o, w->terms[i].term);
        if (hosts)
            lower_ascii((char *)items[count].ptr, items[count].len);
        count++;
    }
    return count;
}

const pol_idset *pol_list_set(pol_org_build *o, pol_org_list *l, pol_place place)
{
    static const pol_wordlist none = { 0 };
    const pol_wordlist *shared =
        l->shared >= 0 ? pol_shared_words(o->build, (size_t)l->shared) : &none;
    bool hosts = l->kind == POL_LIST_HOSTS;
    pol_idset *set;
    policy_str *items;
    size_t count;

    if (l->kind == POL_LIST_TERMS) {
        pol_report(&o->build->reporter, POL_MSG_LIST_NOT_IDS, place, l->name);
        return NULL;
    }
    if (l->set)
        return l->set;
    if (!shared) {
        o->status = POLICY_ENOMEM;
        return NULL;
    }
    set = pol_keep_new(o, pol_idset, 1);
    items = pol_keep_new(o, policy_str, l->words.term_count + shared->term_count);
    if (!set || !items)
        return NULL;
    count = keep_items(o, &l->words, &none, hosts, items);
    count += keep_items(o, shared, &l->words, hosts, items + count);
    pol_sort(items, count, sizeof(*items), compare);
    *set = (pol_idset){ pol_keep(o, l->name), hosts, items, count };
    l->set = set;
    return set;
}

static void add_own(pol_org_build *o, const pol_org_list *l)
{
    pol_reporter *r = &o->build->reporter;
    const pol_wordlist *w = &l->words;
    uint64_t max = o->build->limits.terms;
    char digits[24];

    if (w->term_count > max - o->spellings.words) {
        pol_report(r, POL_MSG_LIST_TERMS, ((pol_place){ w->source, 0, 0, 0 }),
                   show(digits, max));
        o->status = pol_error_limit(o->build->err, "terms", max);
        return;
    }
    r->lenient = !o->org->config.strict;
    o->status = add_terms(o->build, &o->spellings, w, (uint32_t)l->signal);
    r->lenient = false;
}

void pol_lists_add_terms(pol_org_build *o)
{
    for (size_t i = 0; !o->status && i < o->list_count; i++) {
        pol_org_list *l = &o->lists[i];

        if (l->signal >= 0)
            add_own(o, l);
        else if (l->words.source && !l->set)
            pol_report(&o->build->reporter, POL_MSG_LIST_UNUSED,
                       ((pol_place){ l->words.source, 1, 1, 1 }), l->name);
    }
}

static policy_status check_own(checker *k, const pol_org_build *o,
                               const pol_org_list *l)
{
    policy_status st = POLICY_OK;
    pol_few few;

    pol_few_begin(&few, &o->build->reporter);
    for (size_t j = 0; !st && j < l->words.term_count; j++) {
        reading r = { .words = &l->words, .at = j, .terms = &o->org->terms,
                      .number = (uint32_t)l->signal, .others = &l->words };

        st = pol_fold(&k->folded, l->words.terms[j].term, o->build->err);
        if (!st)
            st = look(k, &r);
        if (!st && !r.found && l->shared >= 0) {
            r.terms = &o->org->shared->terms;
            r.number = (uint32_t)l->shared;
            r.others = pol_shared_words(o->build, (size_t)l->shared);
            st = r.others ? look(k, &r) : POLICY_ENOMEM;
        }
        if (!st)
            report_entry(k, &r);
    }
    pol_few_end(&few, &o->build->reporter, l->words.source);
    return st;
}

policy_status pol_lists_check(pol_org_build *o)
{
    checker k;
    policy_status st = checker_init(&k, o->build, o->org->terms.matcher);

    if (!st)
        st = pol_scratch_reserve(k.scratch, o->org->shared->terms.matcher,
                                 o->build->err);
    for (size_t i = 0; !st && i < o->list_count; i++)
        if (o->lists[i].signal >= 0)
            st = check_own(&k, o, &o->lists[i]);
    checker_fini(&k);
    return st == POLICY_ENOMEM ? pol_error_oom(o->build->err) : st;
}
