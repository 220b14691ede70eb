/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the tests of compile/: a tree of files from memory, compiled, with what
 * was reported. A small organisation `o` stands ready; a case lays its own
 * files over it.
 */
#ifndef TESTS_COMPILE_TREE_H
#define TESTS_COMPILE_TREE_H

#include "harness.h"

#include "base/report.h"
#include "base/slice.h"
#include "bundle/layout.h"

#include <policy/policy.h>

enum { TREE_FILES = 24, TREE_REPORTS = 24 };

struct tree_file {
    const char *path, *text; /* text NULL: no such file */
};

struct tree_report {
    int32_t severity;
    char code[40], message[400], suggestion[60], file[80], organisation[40];
    uint32_t line, column;
};

struct tree {
    struct tree_file files[TREE_FILES];
    size_t file_count;
    policy_compiler_options options;
    policy_bundle *bundle;
    policy_status status;
    policy_error error;
    struct tree_report reports[TREE_REPORTS];
    size_t report_count, errors, warnings;
};

#define TREE_RULE(body)                                                      \
    "rule { id = \"r\", title = \"t\", reason = \"x\", category = \"spam\",\n" \
    "  on = \"message\", verdict = \"flag\",\n"                              \
    "  " body ",\n"                                                          \
    "  tests = { hit { \"词\" }, miss { \"好\" } } }\n"
#define TREE_YAML "id: o\nname: 单位\nkind: company\n"

static inline void tree_put(struct tree *t, const char *path, const char *text)
{
    for (size_t i = 0; i < t->file_count; i++)
        if (strcmp(t->files[i].path, path) == 0) {
            t->files[i].text = text;
            return;
        }
    if (t->file_count == TREE_FILES)
        exit(1);
    t->files[t->file_count++] = (struct tree_file){ path, text };
}

static inline void tree_copy(char *out, size_t cap, policy_str s)
{
    snprintf(out, cap, "%.*s", (int)s.len, s.len ? s.ptr : "");
}

static inline void tree_sink(void *user, const policy_diagnostic *d)
{
    struct tree *t = user;
    struct tree_report *r;

    t->errors += d->severity == POLICY_ERROR;
    t->warnings += d->severity == POLICY_WARNING;
    if (t->report_count == TREE_REPORTS)
        return;
    r = &t->reports[t->report_count++];
    r->severity = d->severity;
    snprintf(r->code, sizeof(r->code), "%s", d->code);
    tree_copy(r->message, sizeof(r->message), d->message);
    tree_copy(r->suggestion, sizeof(r->suggestion), d->suggestion);
    tree_copy(r->file, sizeof(r->file), d->file);
    tree_copy(r->organisation, sizeof(r->organisation), d->organisation);
    r->line = d->line;
    r->column = d->column;
}

/* The organisation `o` with nothing in it. */
static inline void tree_begin(struct tree *t)
{
    memset(t, 0, sizeof(*t));
    t->options = (policy_compiler_options)POLICY_COMPILER_OPTIONS_INIT;
    tree_put(t, "o/organisation.yaml", TREE_YAML);
}

static inline policy_status tree_compile(struct tree *t)
{
    policy_compiler *c;

    t->error = (policy_error)POLICY_ERROR_INIT;
    t->bundle = NULL;
    t->report_count = t->errors = t->warnings = 0;
    t->options.on_diagnostic = tree_sink;
    t->options.user = t;
    t->status = policy_compiler_new(&c, &t->options, &t->error);
    for (size_t i = 0; !t->status && i < t->file_count; i++)
        if (t->files[i].text)
            t->status = policy_compiler_add_file(c, t->files[i].path,
                                                 pol_str(t->files[i].text),
                                                 &t->error);
    if (!t->status)
        t->status = policy_compiler_build(&t->bundle, c, &t->error);
    policy_compiler_free(c);
    return t->status;
}

/* What is compiled may stand in vain, as the rules of these cases do. */
enum { TREE_ANY = 1000 };
/* Without an error, and with so many warnings. */
static inline bool tree_compile_well(struct tree *t, const char *label,
                                     size_t warnings)
{
    policy_status st = tree_compile(t);
    const struct tree_report *r = &t->reports[0];

    return CHECK(st == POLICY_OK &&
                     (t->warnings == warnings || warnings == TREE_ANY),
                 "%s: status %d (%s), %zu warnings; first of %zu reports: "
                 "%s:%u:%u %s %s", label, st, t->error.message, t->warnings,
                 t->report_count, r->file, r->line, r->column, r->code,
                 r->message);
}

static inline void tree_end(struct tree *t)
{
    policy_bundle_unref(t->bundle);
    t->bundle = NULL;
}

static inline const pol_org *tree_org(const struct tree *t, const char *id)
{
    return t->bundle ? pol_bundle_find(t->bundle, pol_str(id), NULL) : NULL;
}

/* The rule "o/r", or what `id` says. */
static inline const pol_rule *tree_rule(const struct tree *t, const char *id)
{
    const pol_org *o = tree_org(t, "o");

    for (size_t i = 0; o && i < o->rule_count; i++)
        if (strcmp(o->rules[i].id, id) == 0)
            return &o->rules[i];
    return NULL;
}

/* --- tables of what is reported ------------------------------------------ */

/*
 * One case: one or two files laid over a tree, and the report that must be
 * among those made (`more_text` NULL: no such file). ‸ stands before the place
 * that it must name and is no part of the file; without one, the report has no
 * place, or is of the first file as a whole.
 */
struct tree_case {
    const char *label, *code, *path, *text;
    const char *suggestion; /* NULL: none */
    const char *more_path, *more_text;
};

struct tree_place {
    const char *file;
    uint32_t line, column;
};

/* A copy without the mark, whose place is told. Free it. */
static inline char *tree_unmark(const char *text, const char *path,
                                struct tree_place *place)
{
    static const char mark[] = "‸";
    char *copy = malloc(strlen(text) + 1);
    const char *at = strstr(text, mark);
    size_t head = at ? (size_t)(at - text) : strlen(text);

    if (!copy)
        exit(1);
    memcpy(copy, text, head);
    strcpy(copy + head, at ? at + strlen(mark) : "");
    if (!at)
        return copy;
    *place = (struct tree_place){ path, 1, 1 };
    for (size_t i = 0; i < head; i++) {
        if (text[i] == '\n') {
            place->line++;
            place->column = 1;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80) {
            place->column++;
        }
    }
    return copy;
}

static inline const struct tree_report *tree_find(const struct tree *t,
                                                  const struct tree_case *c,
                                                  struct tree_place at)
{
    for (size_t i = 0; i < t->report_count; i++) {
        const struct tree_report *r = &t->reports[i];

        if (strcmp(r->code, c->code) == 0 &&
            (strcmp(r->file, at.file) == 0 ||
             (!at.line && strcmp(r->file, c->path) == 0)) &&
            r->line == at.line && r->column == at.column &&
            strcmp(r->suggestion, c->suggestion ? c->suggestion : "") == 0)
            return r;
    }
    return NULL;
}

static inline bool is_chinese(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s >= 0xe4 && (unsigned char)*s <= 0xe9)
            return true;
    return false;
}

static inline void tree_expect(struct tree *t, const struct tree_case *c,
                               struct tree_place at)
{
    const struct tree_report *r = tree_find(t, c, at);
    const struct tree_report *first = &t->reports[0];

    CHECK(r != NULL, "%s: no %s at %s:%u:%u; the first of %zu is %s at "
          "%s:%u:%u: %s (%s), status %d", c->label, c->code, at.file, at.line,
          at.column, t->report_count, first->code, first->file, first->line,
          first->column, first->message, first->suggestion, t->status);
    CHECK(t->status == (t->errors ? POLICY_ERULES : POLICY_OK),
          "%s: status %d with %zu errors", c->label, t->status, t->errors);
    CHECK((t->bundle != NULL) == (t->errors == 0), "%s: all or nothing",
          c->label);
}

/* Each case in English and in Chinese. `seen` (may be NULL) is told all that
 * was reported in English. */
static inline void tree_run(const struct tree_file *base, size_t base_count,
                            const struct tree_case *cases, size_t count,
                            void (*seen)(const struct tree_report *r))
{
    for (size_t i = 0; i < count; i++) {
        const struct tree_case *c = &cases[i];
        struct tree_place at = { "", 0, 0 };
        char *text = tree_unmark(c->text, c->path, &at);
        char *more = tree_unmark(c->more_text ? c->more_text : "", c->more_path,
                                 &at);
        struct tree t;

        tree_begin(&t);
        for (size_t j = 0; j < base_count; j++)
            tree_put(&t, base[j].path, base[j].text);
        tree_put(&t, c->path, text);
        if (c->more_path)
            tree_put(&t, c->more_path, c->more_text ? more : NULL);
        tree_compile(&t);
        tree_expect(&t, c, at);
        for (size_t k = 0; seen && k < t.report_count; k++)
            seen(&t.reports[k]);
        tree_end(&t);
        t.options.language = "zh";
        tree_compile(&t);
        tree_expect(&t, c, at);
        for (size_t k = 0; k < t.report_count; k++)
            CHECK(is_chinese(t.reports[k].message), "%s: %s", c->label,
                  t.reports[k].message);
        tree_end(&t);
        free(text);
        free(more);
    }
}

#define TREE_RUN(base, cases, seen)                                          \
    tree_run((base), sizeof(base) / sizeof(*(base)), (cases),                \
             sizeof(cases) / sizeof(*(cases)), (seen))

#endif
