/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tests/cases/<name>/: an organisation's folder (or several), events.jsonl and
 * expected.jsonl, a line for a line: the decision in clear without its names
 * (`decision`, `bundle`), which depend on the version, or the error. Only
 * installed headers are used; tests/cli runs the same cases through the command.
 *
 * POLICY_CASES_WRITE=1 writes expected.jsonl anew, to be read before it is
 * committed.
 */
#include <dirent.h>

#include <policy/policy.h>

#include "harness.h"

enum { LINE = 1 << 16, PATH = 512 };

static char cases_dir[PATH];

struct run {
    policy_bundle *bundle;
    policy_session *session;
    policy_event *event;
    policy_memory *memory; /* each line sees what those before it wrote */
    policy_state state;
};

static void on_diagnostic(void *user, const policy_diagnostic *d)
{
    char text[2048];
    size_t len;

    (void)user;
    if (d->severity != POLICY_ERROR)
        return;
    policy_diagnostic_format(text, sizeof(text), &len, d, 0);
    fwrite(text, 1, len < sizeof(text) ? len : sizeof(text), stderr);
}

static bool open_memory(struct run *r, const char *name)
{
    if (!CHECK(policy_memory_new(&r->memory, NULL, 0, NULL) == POLICY_OK, "%s",
               name))
        return false;
    r->state = policy_memory_state(r->memory);
    return true;
}

static bool open_run(struct run *r, const char *name)
{
    policy_compiler_options o = POLICY_COMPILER_OPTIONS_INIT;
    policy_error err = POLICY_ERROR_INIT;
    policy_compiler *c;
    char library[PATH + 64], path[PATH + 64];
    bool good;

    o.on_diagnostic = on_diagnostic;
    snprintf(library, sizeof(library), "%s/library", cases_dir);
    snprintf(path, sizeof(path), "%s/%s", cases_dir, name);
    if (!CHECK(policy_compiler_new(&c, &o, &err) == POLICY_OK, "%s", name))
        return false;
    good = policy_compiler_add_library(c, library, &err) == POLICY_OK &&
           policy_compiler_add_path(c, path, &err) == POLICY_OK &&
           policy_compiler_build(&r->bundle, c, &err) == POLICY_OK;
    CHECK(good, "%s: %s", name, err.message);
    policy_compiler_free(c);
    if (!good)
        return false;
    return CHECK(policy_session_new(&r->session, r->bundle, NULL, &err) ==
                     POLICY_OK, "%s", name) &&
           CHECK(policy_event_new(&r->event, NULL, NULL, &err) == POLICY_OK,
                 "%s", name) &&
           open_memory(r, name);
}

static void close_run(struct run *r)
{
    policy_memory_free(r->memory);
    policy_event_free(r->event);
    policy_session_free(r->session);
    policy_bundle_unref(r->bundle);
}

/* Cut `,"key":"…"` (or at the head, without the comma) out of `json`. */
static void cut_key(char *json, const char *key)
{
    char pattern[32];
    char *at, *end;

    snprintf(pattern, sizeof(pattern), "\"%s\":\"", key);
    at = strstr(json, pattern);
    if (!at)
        return;
    end = strchr(at + strlen(pattern), '"') + 1;
    if (*end == ',')
        end++;
    memmove(at, end, strlen(end) + 1);
}

static void judge_line(struct run *r, const char *line, size_t len, char *out)
{
    policy_error err = POLICY_ERROR_INIT;
    const policy_decision *d;
    size_t need = 0;

    if (policy_event_read_json(r->event, (policy_str){ line, len }, &err) ||
        policy_session_evaluate(&d, r->session, r->event, &r->state, &err)) {
        snprintf(out, LINE, "{\"error\":\"%s\",\"byte\":%llu}", err.code,
                 (unsigned long long)err.byte);
        return;
    }
    policy_decision_json(out, LINE - 1, &need, d, POLICY_JSON_CLEAR);
    out[need < LINE ? need : LINE - 1] = '\0';
    cut_key(out, "decision");
    cut_key(out, "bundle");
    CHECK(policy_memory_apply(r->memory, d, &err) == POLICY_OK, "%s", err.message);
}

static FILE *open_in(const char *name, const char *file, const char *mode)
{
    char path[PATH * 2];

    snprintf(path, sizeof(path), "%s/%s/%s", cases_dir, name, file);
    return fopen(path, mode);
}

static size_t read_line(FILE *f, char *line)
{
    size_t len;

    if (!f || !fgets(line, LINE, f))
        return 0;
    len = strlen(line);
    while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
        line[--len] = '\0';
    return len;
}

static void run_case(const char *name)
{
    static char line[LINE], got[LINE], want[LINE];
    bool write = getenv("POLICY_CASES_WRITE") != NULL;
    FILE *events = open_in(name, "events.jsonl", "rb");
    FILE *expected = open_in(name, "expected.jsonl", write ? "wb" : "rb");
    struct run r = { .memory = NULL };
    unsigned number = 0;
    size_t len;

    CHECK(events && expected, "%s: files are missing", name);
    if (events && expected && open_run(&r, name))
        while ((len = read_line(events, line))) {
            number++;
            judge_line(&r, line, len, got);
            if (write) {
                fprintf(expected, "%s\n", got);
                continue;
            }
            want[0] = '\0';
            read_line(expected, want);
            CHECK(strcmp(got, want) == 0, "%s:%u:\n  got  %s\n  want %s", name,
                  number, got, want);
        }
    CHECK(number > 0, "%s: no event was judged", name);
    close_run(&r);
    if (events)
        fclose(events);
    if (expected)
        fclose(expected);
}

static void test_every_case_gives_its_decisions(void)
{
    struct dirent **names;
    int count = scandir(cases_dir, &names, NULL, alphasort), ran = 0;

    for (int i = 0; i < count; i++) {
        if (names[i]->d_name[0] != '.' &&
            strcmp(names[i]->d_name, "library") != 0) {
            run_case(names[i]->d_name);
            ran++;
        }
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    CHECK(ran >= 8, "only %d cases", ran);
}

static const struct test_case tests[] = {
    { "every case gives its decisions", test_every_case_gives_its_decisions },
};

int main(void)
{
    const char *root = getenv("POLICY_SOURCE_ROOT");

    snprintf(cases_dir, sizeof(cases_dir), "%s/tests/cases", root ? root : ".");
    return test_run("cases", tests, sizeof(tests) / sizeof(*tests));
}
