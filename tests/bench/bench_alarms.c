/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * False alarms: what undoing disguises costs in harmless text. Two
 * organisations have the same lists, one with every term `exact`; each line of
 * the corpus is judged by both, and a hit of the first that the second has not
 * is one more than plain search would give.
 *
 * No line of the corpus is disguised, so every such hit is counted as an alarm,
 * also those that are none: a capital letter, a Traditional character. But a hit
 * that undid nothing in the line is not: there the list itself has another
 * spelling than the fold (那麼 for 那么), and plain search would want both.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <policy/policy.h>

#include "bench.h"

enum { PATH = 600, LISTS = 64, KINDS = 64, EXAMPLES = 20, SHOWN = 120 };

/* --- lists of both organisations */

struct text {
    char *ptr;
    size_t len, cap;
};

static void put(struct text *t, const char *s, size_t len)
{
    if (t->len + len + 1 > t->cap) {
        t->cap = (t->len + len + 1) * 2;
        t->ptr = realloc(t->ptr, t->cap);
        if (!t->ptr)
            bench_fail("out of memory");
    }
    memcpy(t->ptr + t->len, s, len);
    t->len += len;
    t->ptr[t->len] = '\0';
}

static void put_str(struct text *t, const char *s)
{
    put(t, s, strlen(s));
}

/* The bytes of the term: up to a bar or a comment that no backslash hides. */
static size_t term_len(policy_str line)
{
    size_t i = 0;

    for (; i < line.len && line.ptr[i] != '|'; i++) {
        if (line.ptr[i] == '#' && (i == 0 || line.ptr[i - 1] == ' '))
            break;
        i += line.ptr[i] == '\\';
    }
    return i < line.len ? i : line.len;
}

/* Phrases stay as they are: what they take away is not in question. What an @
 * says of other spellings is left out. */
static void put_exact(struct text *t, policy_str line)
{
    size_t len = term_len(line);

    if (len == 0 || line.ptr[0] == '!') {
        put(t, line.ptr, line.len);
    } else if (line.ptr[0] != '@') {
        put(t, line.ptr, len);
        put_str(t, " | 理由 | exact");
    }
    put_str(t, "\n");
}

static void put_escaped(struct text *t, policy_str word)
{
    for (size_t i = 0; i < word.len; i++) {
        if (strchr("#|!@\\", word.ptr[i]))
            put_str(t, "\\");
        put(t, word.ptr + i, 1);
    }
    put_str(t, "\n");
}

static void add(policy_compiler *c, const char *org, const char *path,
                const struct text *t)
{
    policy_error err = POLICY_ERROR_INIT;
    char whole[PATH];

    snprintf(whole, sizeof(whole), "%s/%s", org, path);
    bench_must(policy_compiler_add_file(c, whole, (policy_str){ t->ptr, t->len },
                                        &err), &err);
}

/* A list and its twin. */
static void add_list(policy_compiler *c, const char *name,
                     const struct bench_lines *lines)
{
    struct text plain = { NULL, 0, 0 }, exact = { NULL, 0, 0 };
    char path[PATH];

    for (size_t i = 0; i < lines->count; i++) {
        put(&plain, lines->at[i].ptr, lines->at[i].len);
        put_str(&plain, "\n");
        put_exact(&exact, lines->at[i]);
    }
    snprintf(path, sizeof(path), "lists/%s.txt", name);
    add(c, "plain", path, &plain);
    add(c, "exact", path, &exact);
    free(plain.ptr);
    free(exact.ptr);
}

/* A rule for each list. */
static policy_bundle *build(policy_compiler *c, const char *const *names,
                            size_t count)
{
    static const char *const orgs[] = { "plain", "exact" };
    policy_error err = POLICY_ERROR_INIT;
    policy_bundle *b;

    for (size_t o = 0; o < 2; o++) {
        struct text yaml = { NULL, 0, 0 }, lua = { NULL, 0, 0 };
        char rule[400];

        snprintf(rule, sizeof(rule), "id: %s\nname: o\nkind: company\n", orgs[o]);
        put_str(&yaml, rule);
        for (size_t i = 0; i < count; i++) {
            snprintf(rule, sizeof(rule),
                     "rule { id = \"r%zu\", title = \"t\", reason = \"b\","
                     " category = \"off_topic\", on = \"message\","
                     " verdict = \"flag\", match = list \"%s\" }\n", i, names[i]);
            put_str(&lua, rule);
        }
        add(c, orgs[o], "organisation.yaml", &yaml);
        add(c, orgs[o], "rules.lua", &lua);
        free(yaml.ptr);
        free(lua.ptr);
    }
    bench_must(policy_compiler_build(&b, c, &err), &err);
    policy_compiler_free(c);
    return b;
}

static policy_compiler *new_compiler(void)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c;

    bench_must(policy_compiler_new(&c, NULL, &err), &err);
    return c;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_list(const struct dirent *d)
{
    const char *dot = strrchr(d->d_name, '.');

    return dot && strcmp(dot, ".txt") == 0;
}

static bool ends_with(policy_str line, const char *end)
{
    size_t len = strlen(end);

    return line.len >= len && memcmp(line.ptr + line.len - len, end, len) == 0;
}

/* Lists of hosts have no terms; a comment in them says so. */
static bool has_terms(const struct bench_lines *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->at[i].ptr[0] == '#' && ends_with(l->at[i], "kind: hosts"))
            return false;
    return true;
}

static policy_bundle *shipped_lists(void)
{
    static const char folder[] = SOURCE_ROOT "/policies-lua/lists";
    policy_compiler *c = new_compiler();
    struct dirent **files;
    char *names[LISTS];
    int found = scandir(folder, &files, is_list, by_name);
    size_t count = 0;
    policy_bundle *b;

    if (found <= 0 || found > LISTS)
        bench_fail("%s: %d lists", folder, found);
    for (int i = 0; i < found; i++) {
        char path[PATH];
        struct bench_lines l;

        snprintf(path, sizeof(path), "%s/%s", folder, files[i]->d_name);
        l = bench_lines_read(path);
        if (has_terms(&l)) {
            names[count] = strdup(files[i]->d_name);
            *strrchr(names[count], '.') = '\0';
            add_list(c, names[count], &l);
            count++;
        }
        bench_lines_fini(&l);
        free(files[i]);
    }
    free(files);
    b = build(c, (const char *const *)names, count);
    while (count > 0)
        free(names[--count]);
    return b;
}

static policy_bundle *sparse_list(void)
{
    static const char *const name[] = { "own" };
    policy_compiler *c = new_compiler();
    struct bench_lines words = bench_lines_load("sparse_10k.txt");
    struct text t = { NULL, 0, 0 };
    struct bench_lines l = { calloc(words.count, sizeof(policy_str)),
                             words.count, NULL, 0 };
    size_t from = 0;

    if (!l.at)
        bench_fail("out of memory");
    for (size_t i = 0; i < words.count; i++)
        put_escaped(&t, words.at[i]);
    for (size_t i = 0; i < words.count; i++) {
        size_t len = (size_t)(strchr(t.ptr + from, '\n') - (t.ptr + from));

        l.at[i] = (policy_str){ t.ptr + from, len };
        from += len + 1;
    }
    add_list(c, name[0], &l);
    free(l.at);
    free(t.ptr);
    bench_lines_fini(&words);
    return build(c, name, 1);
}

/* --- hits */

/* Alarms that the same folds made. */
struct kind {
    char how[100];
    size_t count;
    char examples[EXAMPLES][SHOWN];
};

struct counting {
    policy_session *sessions[2]; /* each keeps its decision: ORDER orgs */
    policy_event *event;
    struct kind kinds[KINDS];
    size_t kind_count, extra, exact;
};

static const policy_decision *judge(struct counting *c, size_t which,
                                    policy_str line)
{
    static const policy_str orgs[] = { { "plain", 5 }, { "exact", 5 } };
    const policy_decision *d;
    policy_event *e = c->event;
    policy_error err = POLICY_ERROR_INIT;

    policy_event_reset(e);
    if (policy_event_set_text(e, POLICY_FIELD_TYPE, (policy_str){ "message", 7 }) ||
        policy_event_set_text(e, POLICY_FIELD_ID, (policy_str){ "m", 1 }) ||
        policy_event_set_text(e, POLICY_FIELD_SOURCE, (policy_str){ "s", 1 }) ||
        policy_event_set_text(e, POLICY_FIELD_ORG, orgs[which]) ||
        policy_event_set_time(e, POLICY_FIELD_TIME, 1772416800000, 480) ||
        policy_event_set_text(e, POLICY_FIELD_TEXT, line))
        bench_fail("an event cannot be set");
    bench_must(policy_session_evaluate(&d, c->sessions[which], e, NULL, &err),
               &err);
    return d;
}

/* "plain/r3" and "exact/r3" are one rule. */
static const policy_finding *twin_of(const policy_decision *d, const char *rule)
{
    for (size_t i = 0; i < policy_decision_finding_count(d, POLICY_ENFORCED); i++) {
        const policy_finding *f = policy_decision_finding(d, POLICY_ENFORCED, i);

        if (strcmp(strchr(f->rule, '/'), strchr(rule, '/')) == 0)
            return f;
    }
    return NULL;
}

static bool has_span(const policy_finding *f, policy_span span)
{
    for (size_t i = 0; f && i < f->evidence_count; i++)
        if (f->evidence[i].span.start == span.start &&
            f->evidence[i].span.end == span.end)
            return true;
    return false;
}

static struct kind *kind_of(struct counting *c, const policy_evidence *e)
{
    char how[100] = "";
    size_t len = 0;

    for (size_t i = 0; e->how[i] && len < sizeof(how); i++)
        len += (size_t)snprintf(how + len, sizeof(how) - len, "%s%s",
                                i ? " " : "", e->how[i]);
    for (size_t i = 0; i < c->kind_count; i++)
        if (strcmp(c->kinds[i].how, how) == 0)
            return &c->kinds[i];
    if (c->kind_count == KINDS)
        return &c->kinds[KINDS - 1];
    strcpy(c->kinds[c->kind_count].how, how);
    return &c->kinds[c->kind_count++];
}

static void keep(struct counting *c, const policy_evidence *e, policy_str line)
{
    struct kind *k = kind_of(c, e);
    size_t len = e->span.end - e->span.start;

    if (k->how[0])
        c->extra++;
    if (k->count < EXAMPLES)
        snprintf(k->examples[k->count], SHOWN, "%.*s",
                 (int)(len < SHOWN ? len : SHOWN - 1), line.ptr + e->span.start);
    k->count++;
}

static void count_line(struct counting *c, policy_str line)
{
    const policy_decision *plain = judge(c, 0, line), *exact = judge(c, 1, line);

    for (size_t i = 0; i < policy_decision_finding_count(plain, POLICY_ENFORCED);
         i++) {
        const policy_finding *f =
            policy_decision_finding(plain, POLICY_ENFORCED, i);
        const policy_finding *twin = twin_of(exact, f->rule);

        for (size_t j = 0; j < f->evidence_count; j++)
            if (!has_span(twin, f->evidence[j].span))
                keep(c, &f->evidence[j], line);
    }
    for (size_t i = 0; i < policy_decision_finding_count(exact, POLICY_ENFORCED);
         i++)
        c->exact += policy_decision_finding(exact, POLICY_ENFORCED, i)
                        ->evidence_count;
}

static void count(const char *name, policy_bundle *b,
                  const struct bench_lines *corpus)
{
    static struct counting c;
    policy_error err = POLICY_ERROR_INIT;

    memset(&c, 0, sizeof(c));
    bench_must(policy_session_new(&c.sessions[0], b, NULL, &err), &err);
    bench_must(policy_session_new(&c.sessions[1], b, NULL, &err), &err);
    bench_must(policy_event_new(&c.event, NULL, NULL, &err), &err);
    for (size_t i = 0; i < corpus->count; i++)
        count_line(&c, corpus->at[i]);
    bench_put((double)c.extra * 10000 / (double)corpus->count,
              "alarms.%s.extra_per_10k", name);
    bench_show((double)c.exact * 10000 / (double)corpus->count, "",
               "exact hits in 10,000 lines");
    for (size_t i = 0; i < c.kind_count; i++) {
        bench_show((double)c.kinds[i].count, "hits", "  %s",
                   c.kinds[i].how[0] ? c.kinds[i].how
                                      : "not counted: the list's own spelling");
        for (size_t j = 0; j < c.kinds[i].count && j < EXAMPLES; j++)
            bench_note("    %s", c.kinds[i].examples[j]);
    }
    policy_event_free(c.event);
    policy_session_free(c.sessions[0]);
    policy_session_free(c.sessions[1]);
    policy_bundle_unref(b);
}

void bench_alarms(void)
{
    const char *path = getenv("POLICY_BENCH_CORPUS");
    struct bench_lines corpus;

    bench_title("Alarms: hits in harmless lines that exact terms do not have");
    if (!path) {
        bench_note("left out: POLICY_BENCH_CORPUS names no file");
        return;
    }
    corpus = bench_lines_read(path);
    bench_note("%zu lines", corpus.count);
    count("shipped", shipped_lists(), &corpus);
    if (bench_real_data())
        count("sparse_10k", sparse_list(), &corpus);
    else
        bench_note("no words: POLICY_BENCH_DATA is not set");
    bench_lines_fini(&corpus);
}
