/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YARA: one rule a term, the scanner used again, fast mode. It tells which
 * rules a text matches. A scan has a cost by the number of rules, whatever the
 * text, which is why long lists are spared it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yara.h>

#include "engine.h"

struct yara_run {
    struct engine_run run;
    YR_RULES *rules;
    YR_SCANNER *scanner;
};

static const char *yara_lacks(void)
{
    return NULL;
}

static int yara_hit(YR_SCAN_CONTEXT *context, int message, void *rule,
                    void *user)
{
    struct yara_run *y = user;

    (void)context;
    if (message == CALLBACK_MSG_RULE_MATCHING)
        tally_hit(&y->run.tally,
                  (uint32_t)((YR_RULE *)rule - y->rules->rules_table), 0);
    return CALLBACK_CONTINUE;
}

/* The term as a hex string: bytes need no escapes there. */
static char *rule_of(char *p, size_t id, policy_str term)
{
    size_t i;

    p += sprintf(p, "rule t%zu{strings:$a={", id);
    for (i = 0; i < term.len; i++)
        p += sprintf(p, "%02x ", (uint8_t)term.ptr[i]);
    return p + sprintf(p, "}condition:$a}\n");
}

static char *source_of(const struct terms *t)
{
    size_t i, room = 1;
    char *out, *p;

    for (i = 0; i < t->count; i++)
        room += 80 + t->at[i].len * 3;
    out = p = need(malloc(room));
    for (i = 0; i < t->count; i++)
        p = rule_of(p, i, t->at[i]);
    return out;
}

static void *yara_build(const struct corpus *c, const struct terms *t)
{
    struct yara_run *y = need(calloc(1, sizeof(*y)));
    char *source = source_of(t);
    YR_COMPILER *compiler;
    double start;

    y->run.c = c;
    if (yr_initialize() || yr_compiler_create(&compiler))
        bench_fail("YARA: does not start");
    start = bench_cpu();
    if (yr_compiler_add_string(compiler, source, NULL) ||
        yr_compiler_get_rules(compiler, &y->rules) ||
        yr_scanner_create(y->rules, &y->scanner))
        bench_fail("YARA: the rules do not compile");
    y->run.build_s = bench_cpu() - start;
    yr_compiler_destroy(compiler);
    yr_scanner_set_flags(y->scanner, SCAN_FLAGS_FAST_MODE |
                                         SCAN_FLAGS_REPORT_RULES_MATCHING);
    yr_scanner_set_callback(y->scanner, yara_hit, y);
    free(source);
    return y;
}

static void yara_fini(void *self)
{
    struct yara_run *y = self;

    yr_scanner_destroy(y->scanner);
    yr_rules_destroy(y->rules);
    yr_finalize();
    free(y);
}

static void yara_single(void *self, size_t first, size_t end)
{
    struct yara_run *y = self;
    const policy_str *l = y->run.c->utf8_lines;

    for (; first < end; first++)
        yr_scanner_scan_mem(y->scanner, (const uint8_t *)l[first].ptr,
                            l[first].len);
}

const struct engine engine_yara = { "yara", "YARA", 1000, false, yara_lacks,
                                    yara_build, yara_fini, yara_single, NULL };
