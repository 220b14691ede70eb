/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rule_sources.h"

/* Of 10,000 rules a file may not tell each by itself: it has 64 KiB. ORDER: as
 * rule_verdict */
static const char rules[] =
    "local verdicts = { \"flag\", \"warn\", \"hold\" }\n"
    "for i = 0, %zu do\n"
    "  rule { id = \"r\" .. i, title = \"r\", reason = \"b\",\n"
    "         category = \"off_topic\", on = \"message\",\n"
    "         verdict = verdicts[i %% 3 + 1], match = list(\"l\" .. i) }\n"
    "end\n";
_Static_assert(RULE_VERDICTS == 3, "ORDER: as rule_verdict");

static void add_file(policy_compiler *c, const char *path, const char *text,
                     size_t len)
{
    policy_error err = POLICY_ERROR_INIT;

    bench_must(policy_compiler_add_file(c, path, (policy_str){ text, len },
                                        &err), &err);
}

static void add_list(policy_compiler *c, const struct rule_set *s, size_t rule,
                     bool exact)
{
    char text[RULE_TERMS * (RULE_TERM_MAX + 16)], path[64];
    size_t n = 0;

    for (size_t t = 0; t < RULE_TERMS; t++) {
        policy_str term = s->terms[rule * RULE_TERMS + t];

        memcpy(text + n, term.ptr, term.len);
        n += term.len;
        n += (size_t)sprintf(text + n, exact ? " | | exact\n" : "\n");
    }
    sprintf(path, "o/lists/l%zu.txt", rule);
    add_file(c, path, text, n);
}

static void add_all(policy_compiler *c, const struct rule_set *s, bool exact)
{
    static const char yaml[] = "id: o\nname: o\nkind: company\n";
    char lua[sizeof(rules) + 32];

    add_file(c, "o/organisation.yaml", yaml, sizeof(yaml) - 1);
    add_file(c, "o/rules.lua", lua,
             (size_t)sprintf(lua, rules, s->rules - 1));
    for (size_t r = 0; r < s->rules; r++)
        add_list(c, s, r, exact);
}

policy_bundle *rule_sources_build(const struct rule_set *s, bool exact,
                                  const policy_allocator *a)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c;
    policy_bundle *b;

    o.allocator = a;
    bench_must(policy_compiler_new(&c, &o, &err), &err);
    add_all(c, s, exact);
    bench_must(policy_compiler_build(&b, c, &err), &err);
    policy_compiler_free(c);
    return b;
}

uint32_t rule_sources_number(const char *id)
{
    const char *r = strrchr(id, 'r');

    return r ? (uint32_t)strtoul(r + 1, NULL, 10) : UINT32_MAX;
}
