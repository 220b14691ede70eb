/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an organisation's rules.lua, compiled whole. Either an error was
 * reported, at a place inside the file, or there is a bundle whose rules can be
 * tested: what passes passes again after the rules were made wrong, in a sample of
 * places, and their parts were counted. Compiling again gives the same revision.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <policy/policy.h>

static const char yaml[] = "id: o\nname: o\nkind: company\nroles: { officer: [u1] }\n"
                           "lists: { hosts: { kind: hosts } }\n";
static const char words[] = "机密 | r\n!保密机密\n";
static const char hosts[] = "bad.example\n";

struct seen {
    uint32_t errors, lines;
};

static void on_diagnostic(void *user, const policy_diagnostic *d)
{
    struct seen *s = user;
    char text[4096];
    size_t len;

    if (d->severity == POLICY_ERROR)
        s->errors++;
    assert(d->line <= s->lines + 1 || strstr(d->file.ptr, "rules.lua") == NULL);
    if (policy_diagnostic_format(text, sizeof(text), &len, d, 0))
        abort();
}

static void on_result(void *user, const policy_test_result *r)
{
    size_t *n = user;

    assert(r->rule && r->expected.len);
    n[r->passed != 0]++;
}

static void on_part(void *user, const policy_coverage *c)
{
    (void)user;
    assert(c->reached <= c->parts && c->reached <= c->yes + c->no);
}

static int on_mutant(void *user, const policy_mutant *m)
{
    (void)user;
    assert(m->number <= m->total && m->kind && m->change);
    return 0;
}

static policy_status compile(policy_bundle **out, policy_str lua, struct seen *seen)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c;
    policy_status st;

    o.on_diagnostic = on_diagnostic;
    o.user = seen;
    if (policy_compiler_new(&c, &o, &err) ||
        policy_compiler_add_file(c, "o/organisation.yaml",
                                 (policy_str){ yaml, sizeof(yaml) - 1 }, &err) ||
        policy_compiler_add_file(c, "o/lists/own.txt",
                                 (policy_str){ words, sizeof(words) - 1 }, &err) ||
        policy_compiler_add_file(c, "o/lists/hosts.txt",
                                 (policy_str){ hosts, sizeof(hosts) - 1 }, &err) ||
        policy_compiler_add_file(c, "o/rules.lua", lua, &err))
        abort();
    st = policy_compiler_build(out, c, &err);
    policy_compiler_free(c);
    assert(!st || err.message[0]);
    return st;
}

static void test_rules(policy_bundle *b)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_mutate_options o = POLICY_MUTATE_OPTIONS_INIT;
    size_t first[2] = { 0, 0 }, again[2] = { 0, 0 };
    policy_session *s;

    o.limit = 20;
    if (policy_session_new(&s, b, NULL, &err) ||
        policy_session_test(s, NULL, on_result, first, &err) ||
        policy_session_cover(s, NULL, on_part, NULL, &err) ||
        policy_session_mutate(s, NULL, &o, on_mutant, NULL, &err) ||
        policy_session_test(s, NULL, on_result, again, &err))
        abort();
    assert(first[0] == again[0] && first[1] == again[1]);
    policy_session_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen seen = { 0, 1 };
    policy_str lua = { (const char *)data, size };
    policy_bundle *one, *two;

    if (size > 1 << 14)
        return 0;
    for (size_t i = 0; i < size; i++)
        seen.lines += data[i] == '\n' || data[i] == '\r';
    if (compile(&one, lua, &seen)) {
        assert(seen.errors > 0);
        return 0;
    }
    assert(seen.errors == 0);
    if (compile(&two, lua, &seen))
        abort();
    assert(strcmp(policy_bundle_revision(one), policy_bundle_revision(two)) == 0);
    test_rules(one);
    policy_bundle_unref(one);
    policy_bundle_unref(two);
    return 0;
}
