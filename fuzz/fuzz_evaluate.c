/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an event, judged by a bundle that uses each construct. The same
 * input gives the same bytes; evidence lies inside its text and on character
 * boundaries; the verdict is that of the strictest finding; an error's position
 * lies inside the input.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <policy/policy.h>

#include "base/json.h"

static const char yaml[] = "id: o\nname: o\nkind: company\nroles: { officer: [u1] }\n"
                           "actor_roles: [registrar]\n";
static const char lua[] =
    "rule { id = \"a\", title = \"a\", reason = \"r\", category = \"off_topic\",\n"
    "  on = { \"message\", \"post\", \"file_transfer\" },\n"
    "  match = any { term \"机密\", near(term \"密码\", pii \"mobile\", 5),\n"
    "    all { pii \"email\", none { term \"公开\" } }, at_least(2, term \"x\") },\n"
    "  except = { { phrase = \"保密机密\", why = \"w\", owner = \"o\" },\n"
    "    { actor = \"u9\", why = \"w\", owner = \"o\", expires = \"2026-09-30\" } },\n"
    "  verdict = \"block\", escalate = { to = \"officer\", within = \"1h\", other_than = \"actor\" },\n"
    "  tell = { zh = \"{article}{due}{\" } }\n"
    "rule { id = \"b\", title = \"b\", reason = \"r\", category = \"off_topic\",\n"
    "  on = \"message\", where = { conversation_kind = \"group\", external = true,\n"
    "    any { work_hours = false, actor_roles = \"registrar\" } }, broad = true,\n"
    "  verdict = \"redact\", mode = \"shadow\" }\n"
    "rule { id = \"c\", title = \"c\", reason = \"r\", category = \"off_topic\",\n"
    "  on = { \"message\", \"comment\" }, match = any { pii \"resident_id\", pii \"bank_card\" },\n"
    "  verdict = \"hold\", check = function(event, hits)\n"
    "    local n = 0\n"
    "    for i = 1, #hits do if hits[i].text:find(\"1\") then n = n + 1 end end\n"
    "    return n > 0 and { verdict = \"flag\", note = event.id } or nil end }\n"
    "rule { id = \"d\", title = \"d\", reason = \"r\", category = \"off_topic\",\n"
    "  on = \"login\", where = { holder = differs \"actor\" }, broad = true,\n"
    "  needs = \"trained\", verdict = \"warn\" }\n"
    "rule { id = \"e\", title = \"e\", reason = \"r\", category = \"off_topic\",\n"
    "  on = { \"message\", \"post\" }, where = { flags = { \"bidi\", \"tag\", \"ill-formed\" } },\n"
    "  verdict = \"warn\" }\n"
    "rule { id = \"f\", title = \"f\", reason = \"r\", category = \"off_topic\",\n"
    "  on = { \"message\", \"post\" }, match = any { list \"words\", pii \"url\",\n"
    "    pii \"domain\", pii \"mobile\" }, verdict = \"redact\" }\n";

static const char words[] =
    "@ 微信 = 薇信 | V信\n"
    "@ 密码 = 秘马\n"
    "机密 | r\n"
    "机机密密\n"
    "underground\n"
    "hello\n"
    "天天红包\n"
    "@ pinyin split reversed spelled\n"
    "加微信号\n"
    "代开发票\n"
    "密码 || pinyin split spelled\n"
    "口交 || boundary\n"
    "绝密 || folded\n"
    "底价 || exact\n"
    "内参 || separators=0\n"
    "标底 || separators=3\n"
    "**\n"
    "!机密培训\n";

static policy_bundle *bundle;
static policy_session *session;
static policy_event *event;

static void set_up(void)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c;

    if (bundle)
        return;
    if (policy_compiler_new(&c, NULL, &err) ||
        policy_compiler_add_file(c, "o/organisation.yaml",
                                 (policy_str){ yaml, sizeof(yaml) - 1 }, &err) ||
        policy_compiler_add_file(c, "o/rules.lua",
                                 (policy_str){ lua, sizeof(lua) - 1 }, &err) ||
        policy_compiler_add_file(c, "o/lists/words.txt",
                                 (policy_str){ words, sizeof(words) - 1 },
                                 &err) ||
        policy_compiler_build(&bundle, c, &err) ||
        policy_session_new(&session, bundle, NULL, &err) ||
        policy_event_new(&event, NULL, NULL, &err))
        abort();
    policy_compiler_free(c);
}

static int is_inside(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static void check_evidence(const policy_evidence *e)
{
    policy_str text;

    assert(policy_event_get_text(&text, event, e->field.ptr) == POLICY_OK);
    assert(e->span.start < e->span.end && e->span.end <= text.len);
    /* Between two continuation bytes there is no boundary in well-formed text;
     * in ill-formed text a subpart may begin with one. */
    if (is_inside(text.ptr[e->span.start]))
        assert(e->span.start == 0 || e->how[0] != NULL);
}

static void check_decision(const policy_decision *d)
{
    int32_t highest = POLICY_ALLOW;

    for (int32_t which = POLICY_ENFORCED; which <= POLICY_SUPPRESSED; which++)
        for (size_t i = 0; i < policy_decision_finding_count(d, which); i++) {
            const policy_finding *f = policy_decision_finding(d, which, i);

            if (which == POLICY_ENFORCED && f->verdict > highest)
                highest = f->verdict;
            for (size_t j = 0; j < f->evidence_count; j++)
                check_evidence(&f->evidence[j]);
        }
    assert(policy_decision_verdict(d) >= highest);
    if (policy_decision_error_count(d) == 0 && policy_decision_needed_count(d) == 0)
        assert(policy_decision_verdict(d) == highest);
}

static char *as_json(const policy_decision *d, size_t *len)
{
    char *s;

    if (policy_decision_json(NULL, 0, len, d, POLICY_JSON_CLEAR))
        abort();
    s = malloc(*len + 1);
    if (!s || policy_decision_json(s, *len, len, d, POLICY_JSON_CLEAR))
        abort();
    return s;
}

static void check_json(const char *json, size_t len)
{
    policy_error err = POLICY_ERROR_INIT;
    pol_arena arena;
    pol_json_token t;
    pol_json j;

    pol_arena_init(&arena, NULL, 0);
    pol_json_init(&j, (policy_str){ json, len }, 64, &arena, &err);
    do {
        pol_json_next(&j, &t);
        assert(t.kind != POL_JSON_ERROR && !t.ill_formed);
    } while (t.kind != POL_JSON_END);
    pol_arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    policy_error err = POLICY_ERROR_INIT;
    const policy_decision *d;
    policy_decision *first;
    char *one, *two;
    size_t one_len, two_len;

    set_up();
    if (policy_event_read_json(event, (policy_str){ (const char *)data, size },
                               &err) ||
        policy_session_evaluate(&d, session, event, NULL, &err)) {
        assert(err.byte <= size && err.message[0]);
        return 0;
    }
    check_decision(d);
    if (policy_decision_dup(&first, d, NULL) ||
        policy_session_evaluate(&d, session, event, NULL, &err))
        abort();
    one = as_json(first, &one_len);
    two = as_json(d, &two_len);
    assert(one_len == two_len && memcmp(one, two, one_len) == 0);
    check_json(one, one_len);
    free(one);
    free(two);
    policy_decision_free(first);
    return 0;
}
