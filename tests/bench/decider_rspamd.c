/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rspamd as it runs: one worker, all modules off but multimap, which has one
 * map of all terms with the rule of each behind it, matched by Hyperscan at once
 * and told completely. That is the fastest it can be asked; a map for each rule
 * would be a pass over the text for each. Messages go by HTTP through a socket
 * in its own folder, and what counts is the CPU time of its workers: reading
 * mail, matching, symbols, the answer. The idle one has a single term, which no
 * message holds; what it takes is what being asked takes.
 */
#define _GNU_SOURCE /* memmem */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "decider.h"
#include "rspamd_place.h"

enum { START_SECONDS = 120, ANSWER_SECONDS = 60, ANSWER_ROOM = 262144 };

struct rspamd {
    struct child child;
    const struct rule_set *set;
    struct sockaddr_un address;
    char answer[ANSWER_ROOM];
    size_t answer_len;
};

/* --- its files */

/* Letters and digits stand for themselves in a regex and everywhere else. */
static void put_term(FILE *f, policy_str term, size_t rule)
{
    fputc('/', f);
    for (size_t i = 0; i < term.len; i++)
        fprintf(f, "\\x%02x", (unsigned char)term.ptr[i]);
    fprintf(f, "/ R%zu:1\n", rule);
}

static void write_map(const struct rspamd *r, size_t rules)
{
    FILE *f = child_file(&r->child, "map.txt");

    for (size_t t = 0; t < rules * RULE_TERMS; t++)
        put_term(f, r->set->terms[t], t / RULE_TERMS);
    if (rules == 0)
        put_term(f, (policy_str){ "\1\2\1\2", 4 }, 0);
    child_close(f);
}

/* One suffix of domains instead of nine thousand, no languages, no logs: all of
 * that would only add to what a message takes. Without a history it crashes. */
static const char configuration[] =
    "lua = \"%1$s/init.lua\";\n"
    "options {\n"
    "  filters = \"\"; tempdir = \"%1$s\"; hs_cache_dir = \"%1$s/\";\n"
    "  cache_file = \"%1$s/symbols.cache\"; history_rows = 1;\n"
    "  check_all_filters = true; allow_raw_input = true; local_addrs = [];\n"
    "  dns { nameserver = \"127.0.0.1:9\"; }\n"
    "  url_tld = \"%1$s/suffixes\";\n"
    "}\n"
    "lang_detection { languages = \"%1$s/none\"; }\n"
    "logging { type = \"file\"; filename = \"%1$s/log\"; level = \"error\"; }\n"
    "worker \"normal\" {\n"
    "  bind_socket = \"%1$s/socket mode=0600\"; count = 1; mime = true;\n"
    "}\n"
    "actions { reject = 1000000000; }\n"
    "modules { path = \"%2$s/plugins/multimap.lua\"; }\n"
    "multimap { RULES {\n"
    "  type = \"content\"; filter = \"body\"; regexp = true; multi = true;\n"
    "  map = \"%1$s/map.txt\"; score = 1.0;\n"
    "  symbols = [";

static void write_configuration(const struct rspamd *r, size_t rules)
{
    FILE *f = child_file(&r->child, "rspamd.conf");

    fprintf(f, configuration, r->child.folder, rspamd_share());
    for (size_t i = 0; i < rules || i == 0; i++)
        fprintf(f, "%s\"R%zu\"", i ? ", " : "", i);
    fputs("];\n} }\n", f);
    child_close(f);
    f = child_file(&r->child, "init.lua");
    fputs("require \"global_functions\" ()\n", f);
    child_close(f);
    f = child_file(&r->child, "suffixes");
    fputs("test\n", f);
    child_close(f);
}

/* --- asking it */

static int dial(struct rspamd *r)
{
    struct timeval patience = { ANSWER_SECONDS, 0 };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)))
        bench_fail("no socket: %s", strerror(errno));
    if (connect(fd, (struct sockaddr *)&r->address, sizeof(r->address)) == 0)
        return fd;
    close(fd);
    return -1;
}

static void fail(const struct rspamd *r, const char *what)
{
    int e = errno;

    child_show(&r->child, "errors");
    child_show(&r->child, "log");
    bench_fail("Rspamd %s (%s)", what, strerror(e));
}

/* It listens once the terms are compiled. */
static void await(struct rspamd *r)
{
    double start = bench_wall();
    int fd;

    while ((fd = dial(r)) < 0) {
        if (child_is_gone(&r->child) || bench_wall() > start + START_SECONDS)
            fail(r, "does not start");
        nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
    }
    close(fd);
}

static void ask(struct rspamd *r, policy_str text)
{
    static const char mail[] =
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n";
    char request[8192];
    size_t len = (size_t)snprintf(
        request, sizeof(request), "POST /checkv2 HTTP/1.1\r\nHost: localhost"
        "\r\nContent-Length: %zu\r\n\r\n%s%.*s", sizeof(mail) - 1 + text.len,
        mail, (int)text.len, text.ptr);
    int fd = dial(r);
    ssize_t n;

    if (fd < 0 || len >= sizeof(request) ||
        write(fd, request, len) != (ssize_t)len)
        fail(r, "cannot be asked");
    r->answer_len = 0;
    while ((n = read(fd, r->answer + r->answer_len,
                     ANSWER_ROOM - r->answer_len)) > 0)
        r->answer_len += (size_t)n;
    if (n < 0 || r->answer_len < 12 ||
        memcmp(r->answer + 9, "200", 3) != 0)
        fail(r, "gives no answer");
    close(fd);
}

/* --- the face */

static void *build(const struct rule_set *s, size_t rules)
{
    struct rspamd *r = calloc(1, sizeof(*r));

    if (!r)
        bench_fail("out of memory");
    r->set = s;
    child_init(&r->child, "rspamd");
    write_map(r, rules);
    write_configuration(r, rules);
    r->address.sun_family = AF_UNIX;
    snprintf(r->address.sun_path, sizeof(r->address.sun_path), "%s/socket",
             r->child.folder);
    /* In the foreground; root may run its worker, of which we know all. */
    rspamd_start(&r->child, "rspamd",
                 (const char *[]){ "-f", "-i", "-c", "rspamd.conf", NULL });
    await(r);
    ask(r, s->text[0]);
    return r;
}

static void *rspamd_build(const struct rule_set *s)
{
    return build(s, s->rules);
}

static void *idle_build(const struct rule_set *s)
{
    return build(s, 0);
}

static void rspamd_fini(void *self)
{
    struct rspamd *r = self;

    child_fini(&r->child);
    free(r);
}

static size_t rspamd_decide(void *self, size_t message, uint32_t *fired)
{
    struct rspamd *r = self;
    const char *symbol;
    json_t *answer, *value;
    json_error_t e;
    size_t count = 0;
    char *body;

    ask(r, r->set->text[message]);
    body = memmem(r->answer, r->answer_len, "\r\n\r\n", 4);
    answer = body ? json_loadb(body + 4,
                               r->answer_len - (size_t)(body + 4 - r->answer),
                               0, &e)
                  : NULL;
    if (!json_is_object(json_object_get(answer, "symbols")))
        bench_fail("Rspamd gives no symbols");
    json_object_foreach(json_object_get(answer, "symbols"), symbol, value)
        fired[count++] = (uint32_t)strtoul(symbol + 1, NULL, 10);
    json_decref(answer);
    qsort(fired, count, sizeof(*fired), by_rule);
    return count;
}

static double rspamd_timed(void *self, size_t first, size_t end)
{
    struct rspamd *r = self;
    double before = child_cpu_of_workers(&r->child);

    for (; first < end; first++)
        ask(r, r->set->text[first]);
    return child_cpu_of_workers(&r->child) - before;
}

const struct decider decider_rspamd = {
    "rspamd", "Rspamd's worker by /checkv2, mail and answer with it",
    rspamd_lacks, rspamd_build, rspamd_fini, rspamd_decide, NULL, rspamd_timed,
};
const struct decider decider_rspamd_idle = {
    "rspamd_idle", "the same without rules", rspamd_lacks, idle_build,
    rspamd_fini, NULL, NULL, rspamd_timed,
};
