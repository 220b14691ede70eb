/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls of guards. Each row is called three times with the same event and must
 * say the same each time; after each call a check of another file must be right.
 */
#include "guard_call.h"
#include "sandbox/checks.h"

#include <locale.h>
#include <time.h>

#include <policy/decision.h>

static void check_row(const struct hostile_check *r)
{
    policy_str file = guard_file(r->head, r->body);
    struct guard_call g;
    uint64_t units = 0;
    clock_t start;

    guard_prepare(&g, file);
    if (guard_file_loads(r->label, file) && guard_open(&g) == POLICY_OK)
        for (int i = 0; i < 3; i++) {
            start = clock();
            guard_run(&g, 0, 0);
            CHECK_INT_EQ(r->label, g.status, POLICY_OK);
            CHECK(g.result.outcome == r->outcome, "%s: outcome %d in call %d: %s",
                  r->label, g.result.outcome, i, g.result.message);
            CHECK_CSTR_EQ(r->label, g.result.code, r->code);
            CHECK(strstr(r->outcome == POL_GUARD_FAULT ? g.result.message
                                                       : g.result.note,
                         r->message),
                  "%s: “%s” instead of “%s”", r->label, g.result.message,
                  r->message);
            CHECK(!strstr(g.result.message, "0x"), "%s: an address in “%s”",
                  r->label, g.result.message);
            CHECK(i == 0 || g.result.instructions == units,
                  "%s: %llu units, then %llu", r->label,
                  (unsigned long long)units,
                  (unsigned long long)g.result.instructions);
            units = g.result.instructions;
            pol_guard_rest(g.guard);
            CHECK((clock() - start) / CLOCKS_PER_SEC < 2, "%s: took too long",
                  r->label);
            guard_run(&g, 1, 0);
            CHECK(g.status == POLICY_OK && g.result.outcome == POL_GUARD_YES,
                  "%s: the canary: %s", r->label, g.result.message);
            pol_guard_rest(g.guard);
        }
    else
        CHECK(false, "%s: does not open: %s", r->label, g.error.message);
    guard_end(&g);
    free((char *)file.ptr);
}

static void test_ends_every_check_as_it_should(void)
{
    for (size_t i = 0; i < sizeof(hostile_checks) / sizeof(*hostile_checks); i++)
        check_row(&hostile_checks[i]);
    for (size_t i = 0; i < sizeof(hostile_memories) / sizeof(*hostile_memories);
         i++)
        check_row(&hostile_memories[i]);
}

/* Bodies that were found to take longest for their budget. */
static const struct { const char *label, *head, *unit, *tail; } worst[] = {
    { "remainders", "local a, b, c = 1.79e308, 1.2e-308 while true do ",
      "c = a % b ", "end" },
    { "numbers", "local a, c = 1e308 while true do ",
      "c = a .. a .. a .. a .. a .. a ", "end" },
    { "the greatest",
      "local m, g = math.max g = function(n, ...) if n == 0 then while true do ",
      "m(...) ", "end end return g(n - 1, n, ...) end g(180)" },
    { "long texts",
      "local a = 'x' for i = 1, 17 do a = a .. a end local b = a .. 'y' "
      "while true do ", "if a < b then end ", "end" },
    { "keys",
      "local t, x = {} for i = 1, 120 do t[i * 127] = 1 end while true do ",
      "x = t[127] ", "end" },
    { "arguments",
      "local function f(...) return ... end local g g = function(n, ...) "
      "if n == 0 then while true do ", "f(...) ",
      "end end return g(n - 1, n, ...) end g(180)" },
};

/* Seconds of CPU time, the least of some calls. */
static double least_time(struct guard_call *g)
{
    double least = 1e9;

    for (int i = 0; i < 3; i++) {
        clock_t start = clock();
        double seconds;

        guard_run(g, 0, 0);
        seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
        if (seconds < least)
            least = seconds;
    }
    return least;
}

/* Some 20 ms at most; what this allows is for a machine that does other things. */
static void test_ends_what_is_worst_soon(void)
{
    for (size_t i = 0; i < sizeof(worst) / sizeof(*worst); i++) {
        policy_str body = repeat_text(worst[i].head, worst[i].unit, 100,
                                      worst[i].tail);
        policy_str file = guard_file("", body.ptr);
        struct guard_call g;
        double seconds;

        guard_prepare(&g, file);
        CHECK_INT_EQ(worst[i].label, guard_open(&g), POLICY_OK);
        seconds = least_time(&g);
        CHECK_CSTR_EQ(worst[i].label, g.result.code, "guard-instructions");
        CHECK(seconds < (TEST_SANITIZED ? 1 : 0.08), "%s: %f s", worst[i].label,
              seconds);
        guard_end(&g);
        free((char *)body.ptr);
        free((char *)file.ptr);
    }
}

/* One call of one body with everything as it is. */
static void run_once(struct guard_call *g, const char *head, const char *body)
{
    policy_str file = guard_file(head, body);

    guard_prepare(g, file);
    CHECK(guard_open(g) == POLICY_OK, "open: %s", g->error.message);
    guard_run(g, 0, 0);
    CHECK_INT_EQ(body, g->status, POLICY_OK);
    guard_end(g);
    free((char *)file.ptr);
}

static void test_reads_verdict_severity_and_note(void)
{
    static const struct { const char *word; int32_t verdict; } words[] = {
        { "allow", POLICY_ALLOW }, { "flag", POLICY_FLAG },
        { "warn", POLICY_WARN },   { "redact", POLICY_REDACT },
        { "hold", POLICY_HOLD },   { "block", POLICY_BLOCK }
    };
    struct guard_call g;
    char body[100];

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        snprintf(body, sizeof(body),
                 "return { verdict = '%s', severity = 4, note = '为何' }",
                 words[i].word);
        run_once(&g, "", body);
        CHECK_INT_EQ(words[i].word, g.result.verdict, words[i].verdict);
        CHECK_INT_EQ(words[i].word, g.result.severity, 4);
        CHECK_CSTR_EQ(words[i].word, g.result.note, "为何");
    }
    run_once(&g, "", "return true");
    CHECK(g.result.verdict == -1 && g.result.severity == -1, "not said");
}

static void test_cuts_notes_at_characters(void)
{
    struct guard_call g;

    run_once(&g, "",
             "local s = '世' for i = 1, 8 do s = s .. s end return { note = s }");
    CHECK_INT_EQ("length", strlen(g.result.note), 255);
    CHECK_INT_EQ("form", pol_str_ill_formed(pol_str(g.result.note)), 255);
    run_once(&g, "", "return { note = 'a\\xff\\nb' }");
    CHECK_CSTR_EQ("shown", g.result.note, "a\xef\xbf\xbd\xef\xbf\xbd" "b");
}

static void test_names_the_file_of_the_error(void)
{
    policy_str file = POL_STR("rule { check = function(e) return e.txet end }");
    struct guard_call g;

    guard_prepare(&g, POL_STR("rule {}"));
    g.files[1] = file;
    CHECK_INT_EQ("open", guard_open(&g), POLICY_OK);
    guard_run(&g, 1, 0);
    CHECK_CSTR_EQ("message", g.result.message,
                  "canary.lua:1: there is no field 'txet'; did you mean "
                  "'text'?");
    guard_end(&g);
}

static void test_honours_the_smaller_budget(void)
{
    struct guard_call g;
    static const uint64_t budgets[] = { 0, 1, 50, 99, 100, 101, 5000, 150000 };

    guard_prepare(&g, POL_STR("rule { check = function() while true do end end }"));
    CHECK_INT_EQ("open", guard_open(&g), POLICY_OK);
    for (size_t i = 0; i < sizeof(budgets) / sizeof(*budgets); i++) {
        g.call.instructions = budgets[i];
        guard_run(&g, 0, 0);
        CHECK_CSTR_EQ("code", g.result.code, "guard-instructions");
        CHECK(g.result.instructions > budgets[i] &&
                  g.result.instructions <= budgets[i] + 200,
              "%llu of %llu", (unsigned long long)g.result.instructions,
              (unsigned long long)budgets[i]);
    }
    guard_end(&g);
    guard_prepare(&g, POL_STR("rule { check = function() while true do end end }"));
    g.limits.guard_instructions = 1000;
    CHECK_INT_EQ("open", guard_open(&g), POLICY_OK);
    guard_run(&g, 0, 0);
    CHECK(g.result.instructions <= 1300, "%llu",
          (unsigned long long)g.result.instructions);
    guard_end(&g);
}

static void test_honours_the_limit_of_bytes(void)
{
    struct guard_call g;

    guard_prepare(&g, POL_STR("rule { check = function(event) local s = "
                              "event.text for i = 1, 9 do s = s .. s end return "
                              "#s == 512 * 12 end }"));
    g.limits.guard_bytes = 8000;
    CHECK_INT_EQ("open", guard_open(&g), POLICY_OK);
    guard_run(&g, 0, 0);
    CHECK_CSTR_EQ("code", g.result.code, "guard-memory");
    guard_end(&g);
    guard_prepare(&g, g.files[0]);
    g.limits.guard_bytes = 40000;
    CHECK_INT_EQ("open", guard_open(&g), POLICY_OK);
    guard_run(&g, 0, 0);
    CHECK_CSTR_EQ("code", g.result.code, "");
    CHECK_INT_EQ("outcome", g.result.outcome, POL_GUARD_YES);
    guard_end(&g);
}

/* The limits of a session may be tighter than those of the compiler were. */
static void test_opens_under_tight_limits_of_sources(void)
{
    struct guard_call g;

    guard_prepare(&g, POL_STR("rule { a = { { { 1, 2, 3 } } } }"));
    g.limits.yaml_nodes = g.limits.yaml_depth = g.limits.source_bytes = 1;
    CHECK_INT_EQ("open", guard_open(&g), POLICY_OK);
    guard_run(&g, 1, 0);
    CHECK_INT_EQ("outcome", g.result.outcome, POL_GUARD_YES);
    guard_end(&g);
}

static void test_does_not_grow_over_many_calls(void)
{
    struct guard_call g;
    size_t most = 0;

    guard_prepare(&g, POL_STR("rule { check = function(event, hits) local t = {} "
                              "for i = 1, 20 do t[i] = event.text .. i end "
                              "return { note = t[20] } end }"));
    CHECK_INT_EQ("open", guard_open(&g), POLICY_OK);
    for (int i = 0; i < 3000; i++) {
        guard_run(&g, 0, 0);
        CU_ASSERT_EQUAL_FATAL(g.result.outcome, POL_GUARD_YES);
        if (pol_guard_bytes(g.guard) > most)
            most = pol_guard_bytes(g.guard);
    }
    CHECK(most < 300000, "%zu bytes", most);
    CHECK(pol_guard_bytes(g.guard) <= g.memory.live_bytes, "bytes of the state");
    guard_end(&g);
}

/* Whatever a check leaves, young or put into an upvalue and old: after the event
 * the state is as it was, and once warm it asks the host for nothing. */
static void test_leaves_nothing_behind_an_event(void)
{
    static const struct { const char *head, *body; } left[] = {
        { "", "return event.text:sub(2) == nil" },
        { "", "local t = {} for i = 1, 30 do t[i] = { event.text .. i } end" },
        { "local kept", "kept = { event.text .. 'x', kept } return true" },
        { "local kept", "kept = function() return event, kept end return true" },
        { "local function f(n) return n > 0 and 1 + f(n - 1) or 0 end",
          "return f(12) == 12" },
        { "", "return hits[1].text .. hits[2].text == nil" },
        { "", "return event.nothing" },
    };
    struct guard_call g;

    for (size_t i = 0; i < sizeof(left) / sizeof(*left); i++) {
        policy_str file = guard_file(left[i].head, left[i].body);
        size_t used = 0, requests = 0;

        guard_prepare(&g, file);
        CHECK_INT_EQ(left[i].body, guard_open(&g), POLICY_OK);
        for (int k = 0; k < 20; k++) {
            guard_run(&g, 0, 0);
            pol_guard_rest(g.guard);
            CHECK(k < 5 || pol_guard_used(g.guard) == used, "%s: %zu, then %zu",
                  left[i].body, used, pol_guard_used(g.guard));
            /* Under AddressSanitizer each block is the host's. */
            CHECK(k < 5 || g.memory.requests == requests ||
                      pol_guard_bytes(g.guard) == used,
                  "%s: %zu requests", left[i].body,
                  g.memory.requests - requests);
            used = pol_guard_used(g.guard);
            requests = g.memory.requests;
        }
        guard_end(&g);
        free((char *)file.ptr);
    }
}

/* The n-th function of a file is the same one in the loader and here. */
static void test_numbers_functions_as_the_loader_does(void)
{
    policy_str file = POL_STR(
        "rule { id = 'a', check = function() return { note = 'a' } end }\n"
        "for i = 1, 3 do rule { id = 'l' .. i, check = function() return { note "
        "= 'l' .. i } end } end\n"
        "theme { parts = { z = rule { id = 'z', check = function() return { note "
        "= 'z' } end }, y = rule { id = 'y', check = function() return { note = "
        "'y' } end } } }\n");
    struct rule_file f;
    struct guard_call g;
    uint32_t seen = 0;

    CHECK_INT_EQ("load", rule_file_load(&f, file), POLICY_OK);
    CHECK_INT_EQ("count", f.file.function_count, 6);
    guard_prepare(&g, file);
    CHECK_INT_EQ("open", guard_open(&g), POLICY_OK);
    for (size_t i = 0; i < 4; i++) {
        const pol_node *t = &f.file.declarations[i].call.args[0];
        const pol_node *check = &t->table.entries[0].value;

        CHECK_INT_EQ("kind", check->kind, POL_NODE_FUNC);
        guard_run(&g, 0, check->function);
        CHECK_STR_EQ("id", t->table.entries[1].value.str, g.result.note);
        seen |= 1u << check->function;
    }
    for (size_t i = 0; i < 2; i++) {
        const pol_node *parts =
            &f.file.declarations[4].call.args[0].table.entries[0].value;
        const pol_node *t = &parts->table.entries[i].value.call.args[0];

        guard_run(&g, 0, t->table.entries[0].value.function);
        CHECK_STR_EQ("id", t->table.entries[1].value.str, g.result.note);
        seen |= 1u << t->table.entries[0].value.function;
    }
    CHECK_INT_EQ("all", seen, 63);
    guard_end(&g);
    rule_file_end(&f);
}

static void test_answers_alike_in_every_state(void)
{
    static const char body[] =
        "local t = {} for i = 1, 50 do t['k' .. i] = i end\n"
        "return { note = #event.text .. ' ' .. t.k7 / 2 .. ' ' .. 1e15 .. ' ' .. "
        "-(0/0 ~= 0/0 and 1 or 2) .. hits[2].text }";
    struct guard_call first, g;

    run_once(&first, "", body);
    CHECK_INT_EQ("outcome", first.result.outcome, POL_GUARD_YES);
    for (int i = 0; i < 20; i++) {
        run_once(&g, "", body);
        CHECK_CSTR_EQ("note", g.result.note, first.result.note);
        CHECK(g.result.instructions == first.result.instructions, "units");
    }
}

/* In a locale with a decimal comma, where there is one on this machine. The
 * locale of the process is put back, and the thread's is as it was. */
static void test_knows_no_locale(void)
{
    static const char *const names[] = { "de_DE.UTF-8", "fr_FR.UTF-8",
                                         "de_DE.utf8", "C" };
    struct guard_call g;
    size_t i = 0;

    while (!setlocale(LC_ALL, names[i]))
        i++;
    run_once(&g, "", "return { note = 1.5 .. ' ' .. 0.25 }");
    CHECK_CSTR_EQ(names[i], g.result.note, "1.5 0.25");
    CHECK(uselocale((locale_t)0) == LC_GLOBAL_LOCALE, "the thread's locale");
    setlocale(LC_ALL, "C");
}

static void test_opens_without_files(void)
{
    struct test_allocator memory;
    policy_error err = POLICY_ERROR_INIT;
    pol_guard *g;

    test_allocator_init(&memory);
    CHECK_INT_EQ("open", pol_guard_open(&g, NULL, NULL, 0, NULL,
                                        &memory.allocator, &err), POLICY_OK);
    pol_guard_close(g);
    pol_guard_close(NULL);
    test_allocator_clean(&memory);
}

static void test_refuses_a_file_that_no_longer_loads(void)
{
    static const char *const files[] = { "while true do end", "rule {", "x = 1",
                                         "local s = 'x' while true do s = s .. s "
                                         "end",
                                         "local t = {} rule { check = function() "
                                         "return t end }" };

    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        struct guard_call g;

        guard_prepare(&g, pol_str(files[i]));
        CHECK_INT_EQ(files[i], guard_open(&g), POLICY_ELIMIT);
        CHECK_CSTR_EQ(files[i], g.error.message,
                      "the checks of rules.lua cannot be loaded again");
        CHECK(g.guard == NULL, "%s: something is left", files[i]);
        guard_end(&g);
    }
}

/* Fail the n-th request of open and three calls, of which the second is a
 * breach and the third fills the state again. Afterwards all is well. */
static bool sweep(size_t n, bool ever_after)
{
    policy_str file = POL_STR(
        "local n = 0 rule { check = function(event) n = n + 1 return { note = "
        "event.text .. n } end } rule { check = function() local s = 'x' while "
        "true do s = s .. s end end }");
    static const uint32_t order[] = { 1, 0, 1 };
    struct guard_call g;
    bool failed;

    guard_prepare(&g, file);
    *(ever_after ? &g.memory.fail_after : &g.memory.fail_at) = n;
    guard_open(&g);
    CHECK(g.status == POLICY_OK || g.status == POLICY_ENOMEM, "%zu: open: %d %s",
          n, g.status, g.error.message);
    CHECK((g.status == POLICY_OK) == (g.guard != NULL), "%zu: guard", n);
    for (int i = 0; g.guard && i < 3; i++) {
        guard_run(&g, 0, order[i]);
        CHECK(g.status == POLICY_OK || g.status == POLICY_ENOMEM,
              "%zu: call %d: %d", n, i, g.status);
        if (g.status == POLICY_OK && order[i])
            CHECK_CSTR_EQ("note", g.result.note, "hello 世界1");
        else if (g.status == POLICY_OK)
            CHECK_CSTR_EQ("code", g.result.code, "guard-memory");
    }
    failed = g.memory.failed > 0;
    g.memory.fail_at = g.memory.fail_after = 0;
    if (g.guard) {
        CHECK_INT_EQ("after", guard_run(&g, 0, 1), POLICY_OK);
        CHECK_CSTR_EQ("note", g.result.note, "hello 世界1");
    }
    guard_end(&g);
    return failed;
}

static void test_survives_every_failure_of_memory(void)
{
    size_t n;

    for (n = 1; n < 5000 && sweep(n, false); n++)
        ;
    CHECK(n > 10 && n < 5000, "%zu requests", n);
    for (n = 1; n < 5000 && sweep(n, true); n += 3)
        ;
    CHECK(n > 10 && n < 5000, "%zu requests", n);
}

/* A function that a check holds has upvalues of its own: whatever their number,
 * there is room for the one that holds it. */
static void test_notes_upvalues_below_upvalues(void)
{
    static const char check[] =
        "do local x = 1 local h = function() return x end\n"
        "rule { check = function() x = x + h() return x == 2 end } end\n";
    enum { MANY = 40 };
    static char text[MANY * sizeof(check)];

    for (uint32_t n = 1; n <= MANY; n++) {
        struct guard_call g;

        strcat(text, check);
        guard_prepare(&g, pol_str(text));
        CHECK(guard_open(&g) == POLICY_OK, "%u: %s", n, g.error.message);
        for (int again = 0; again < 2; again++)
            for (uint32_t i = 0; i < n; i++) {
                guard_run(&g, 0, i);
                CHECK(g.result.outcome == POL_GUARD_YES, "%u of %u: %s", i, n,
                      g.result.message);
            }
        guard_end(&g);
    }
}

static const struct test_case tests[] = {
    { "ends every check as it should", test_ends_every_check_as_it_should },
    { "ends what is worst soon", test_ends_what_is_worst_soon },
    { "notes upvalues below upvalues", test_notes_upvalues_below_upvalues },
    { "reads verdict, severity and note", test_reads_verdict_severity_and_note },
    { "cuts notes at characters", test_cuts_notes_at_characters },
    { "names the file of the error", test_names_the_file_of_the_error },
    { "honours the smaller budget", test_honours_the_smaller_budget },
    { "honours the limit of bytes", test_honours_the_limit_of_bytes },
    { "opens under tight limits of sources",
      test_opens_under_tight_limits_of_sources },
    { "does not grow over many calls", test_does_not_grow_over_many_calls },
    { "leaves nothing behind an event", test_leaves_nothing_behind_an_event },
    { "numbers functions as the loader does",
      test_numbers_functions_as_the_loader_does },
    { "answers alike in every state", test_answers_alike_in_every_state },
    { "knows no locale", test_knows_no_locale },
    { "opens without files", test_opens_without_files },
    { "refuses a file that no longer loads",
      test_refuses_a_file_that_no_longer_loads },
    { "survives every failure of memory",
      test_survives_every_failure_of_memory }
};

POLICY_TEST_MAIN("guard", tests)
