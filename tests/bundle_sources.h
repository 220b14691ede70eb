/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two small organisations in memory, of which a test changes one source. Their
 * folders are named in the opposite order of their ids.
 */
#ifndef TESTS_BUNDLE_SOURCES_H
#define TESTS_BUNDLE_SOURCES_H

#include "harness.h"

#include <policy/compiler.h>

#include "base/slice.h"

#define RULE(id, word)                                                         \
    "rule { id = \"" id "\", title = \"t\", reason = \"x\",\n"                 \
    "  category = \"spam\", on = \"message\", match = term \"" word "\",\n"    \
    "  verdict = \"flag\", tests = { hit \"" word "\", miss \"好\" } }\n"

static const struct source {
    const char *path, *text;
} sources[] = {
    { "one/organisation.yaml",
      "id: zeta\nname: 甲\nkind: company\nregulations: { rules: enforce }\n" },
    { "one/rules.lua", RULE("first", "词") RULE("second", "字") },
    { "two/organisation.yaml", "id: alpha\nname: 乙\nkind: school\n" },
    { "two/rules.lua", RULE("only", "句") },
    { "regulations/rules/regulation.yaml",
      "id: rules\ntitle: 制度\nkind: company\narticles:\n"
      "  - { ref: 一.1, class: event, status: planned, zh: 一, en: one }\n"
      "  - { ref: 一.2, class: meta, status: meta, zh: 二 }\n" },
};

/* `path` has `text` instead; `backwards`: given in the opposite order. */
struct variant {
    const char *path, *text;
    bool backwards;
    const policy_limits *limits;
    const policy_allocator *allocator;
    policy_bundle *base;
};

static inline policy_bundle *bundle_of(const struct variant *v)
{
    enum { N = sizeof(sources) / sizeof(*sources) };
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c = NULL;
    policy_bundle *b = NULL;
    policy_status st;

    o.limits = v->limits;
    o.allocator = v->allocator;
    o.base = v->base;
    st = policy_compiler_new(&c, &o, &err);
    for (size_t i = 0; !st && i < N; i++) {
        const struct source *s = &sources[v->backwards ? N - 1 - i : i];
        bool other = v->path && strcmp(v->path, s->path) == 0;

        st = policy_compiler_add_file(c, s->path,
                                      pol_str(other ? v->text : s->text), &err);
    }
    if (!st)
        st = policy_compiler_build(&b, c, &err);
    CHECK(!st && b, "built: %d %s", (int)st, err.message);
    policy_compiler_free(c);
    return b;
}

#endif
