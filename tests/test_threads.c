/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One bundle, several sessions on threads of their own, and bundles swapped
 * under them: every decision is that of one of the bundles, whole. What TSan
 * looks at.
 */
#include <pthread.h>
#include <stdatomic.h>

#include <policy/policy.h>

#include "harness.h"

enum { THREADS = 4, EVENTS = 400, SWAPS = 20 };

static const char organisation[] = "id: o\nname: o\nkind: company\n";
static const char kept[] = "id: kept\nname: o\nkind: company\n";

/* Generation g flags with severity 1 + g % 5 and says so in its message. */
static const char rules[] =
    "rule { id = \"r\", title = \"r\", reason = \"r\", category = \"off_topic\",\n"
    "  on = \"message\", match = term \"机密\", verdict = \"flag\", severity = %d,\n"
    "  tell = { zh = \"g%d\", en = \"g%d\" },\n"
    "  check = function(event, hits) return #hits == 2 end,\n"
    "  tests = { hit \"机密机密\", miss \"好\" } }\n";

static _Atomic(policy_bundle *) current;
static pthread_mutex_t swap_lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool stop;
static atomic_uint wrong, judged;

static policy_bundle *build(int generation, policy_bundle *base)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c;
    policy_bundle *b = NULL;
    char lua[1024];

    o.base = base;
    o.keep = base != NULL; /* the other organisation */
    snprintf(lua, sizeof(lua), rules, 1 + generation % 5, generation, generation);
    if (policy_compiler_new(&c, &o, &err))
        return NULL;
    if (!base)
        policy_compiler_add_file(c, "kept/organisation.yaml",
                                 (policy_str){ kept, sizeof(kept) - 1 }, &err);
    if (!policy_compiler_add_file(c, "o/organisation.yaml",
                                  (policy_str){ organisation,
                                                sizeof(organisation) - 1 }, &err) &&
        !policy_compiler_add_file(c, "o/rules.lua",
                                  (policy_str){ lua, strlen(lua) }, &err))
        policy_compiler_build(&b, c, &err);
    policy_compiler_free(c);
    return b;
}

/* A reference to the newest bundle; the lock keeps it alive until it is ours. */
static policy_bundle *newest(void)
{
    policy_bundle *b;

    pthread_mutex_lock(&swap_lock);
    b = policy_bundle_ref(atomic_load(&current));
    pthread_mutex_unlock(&swap_lock);
    return b;
}

/* The message's generation and the severity agree. */
static bool is_whole(const policy_decision *d)
{
    const policy_finding *f = policy_decision_finding(d, POLICY_ENFORCED, 0);
    policy_str tell = policy_decision_tell(d, 0, "zh");
    char text[16] = "";

    if (!f || tell.len < 2 || tell.len >= sizeof(text))
        return false;
    memcpy(text, tell.ptr, tell.len);
    return f->severity == 1 + atoi(text + 1) % 5 && f->evidence_count == 2;
}

static void *judge(void *unused)
{
    static const char json[] =
        "{\"id\":\"m\",\"type\":\"message\",\"org\":\"o\",\"time\":1772416800000,"
        "\"text\":\"机密与机\\u200b密\"}";
    policy_bundle *b = newest();
    policy_error err = POLICY_ERROR_INIT;
    policy_session *s;
    policy_event *e;

    (void)unused;
    if (policy_session_new(&s, b, NULL, &err) ||
        policy_event_new(&e, NULL, NULL, &err))
        return NULL;
    for (int i = 0; i < EVENTS || !atomic_load(&stop); i++) {
        const policy_decision *d;
        policy_bundle *n = newest();

        if (n != b && policy_session_bind(s, n, &err) == POLICY_OK) {
            policy_bundle_unref(b);
            b = policy_bundle_ref(n);
        }
        policy_bundle_unref(n);
        if (policy_event_read_json(e, (policy_str){ json, sizeof(json) - 1 }, &err) ||
            policy_session_evaluate(&d, s, e, NULL, &err) || !is_whole(d))
            atomic_fetch_add(&wrong, 1);
        atomic_fetch_add(&judged, 1);
    }
    policy_event_free(e);
    policy_session_free(s);
    policy_bundle_unref(b);
    return NULL;
}

static void swap(int generation)
{
    policy_bundle *old = atomic_load(&current);
    policy_bundle *b = build(generation, old);

    if (!CHECK(b != NULL, "generation %d", generation))
        return;
    pthread_mutex_lock(&swap_lock);
    atomic_store(&current, b);
    pthread_mutex_unlock(&swap_lock);
    policy_bundle_unref(old);
}

static void test_swapping_under_sessions_leaves_whole_decisions(void)
{
    pthread_t threads[THREADS];

    atomic_store(&current, build(0, NULL));
    if (!CHECK(atomic_load(&current) != NULL, "the first bundle"))
        return;
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, judge, NULL) == 0, "thread %d", i);
    for (int g = 1; g <= SWAPS; g++)
        swap(g);
    atomic_store(&stop, true);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    CHECK_INT_EQ("the other one stayed",
                 policy_bundle_organisation_count(atomic_load(&current)), 2);
    policy_bundle_unref(atomic_load(&current));
    CHECK(atomic_load(&judged) >= THREADS * EVENTS, "%u judged",
          atomic_load(&judged));
    CHECK(atomic_load(&wrong) == 0, "%u wrong decisions", atomic_load(&wrong));
}

static const struct test_case tests[] = {
    { "swapping under sessions leaves whole decisions",
      test_swapping_under_sessions_leaves_whole_decisions },
};

POLICY_TEST_MAIN("threads", tests)
