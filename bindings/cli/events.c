/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading goes: line, event or record, judge. Every failure on the way ends in
 * `refuse`, which points at the byte that the library named.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directory_find.h"
#include "events.h"
#include "lines.h"

/* What rules remember of a stream; above it the store refuses, and says so. */
const uint64_t cli_events_memory_max = (uint64_t)1 << 30;

/* Bytes of the character at `s`; of ill-formed ones the maximal subpart
 * (Unicode 3.9), as the library counts columns. */
static size_t character(const unsigned char *s, size_t len)
{
    static const struct {
        unsigned char first, last, low, high, more;
    } leads[] = {
        { 0xc2, 0xdf, 0x80, 0xbf, 1 }, { 0xe0, 0xe0, 0xa0, 0xbf, 2 },
        { 0xe1, 0xec, 0x80, 0xbf, 2 }, { 0xed, 0xed, 0x80, 0x9f, 2 },
        { 0xee, 0xef, 0x80, 0xbf, 2 }, { 0xf0, 0xf0, 0x90, 0xbf, 3 },
        { 0xf1, 0xf3, 0x80, 0xbf, 3 }, { 0xf4, 0xf4, 0x80, 0x8f, 3 },
    };

    for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
        size_t n = 1;

        if (s[0] < leads[i].first || s[0] > leads[i].last)
            continue;
        while (n < len && n <= leads[i].more &&
               s[n] >= (n == 1 ? leads[i].low : 0x80) &&
               s[n] <= (n == 1 ? leads[i].high : 0xbf))
            n++;
        return n;
    }
    return 1;
}

/* Counted in code points from 1. */
static uint32_t column_of(policy_str line, uint64_t byte)
{
    uint32_t column = 1;
    size_t pos = 0;

    while (pos < line.len && pos < byte) {
        pos += character((const unsigned char *)line.ptr + pos, line.len - pos);
        column++;
    }
    return column;
}

static void refuse(struct cli_events *e, const char *file, uint64_t number,
                   policy_str line, const policy_error *err)
{
    e->bad++;
    cli_progress_hide(&e->progress);
    cli_point_at(e->c, file, number, line, column_of(line, err->byte), err);
}

static void refuse_long(struct cli_events *e, const char *file,
                        uint64_t number, policy_str line)
{
    policy_error err = POLICY_ERROR_INIT;

    err.byte = line.len;
    strcpy(err.code, "line-bytes");
    snprintf(err.message, sizeof(err.message),
             cli_text(e->c, CLI_LINE_LARGE), (unsigned long long)line.len);
    refuse(e, file, number, line, &err);
}

static int judge(void *user, policy_event *event)
{
    struct cli_events *e = user;
    policy_error err = POLICY_ERROR_INIT;
    policy_status st;

    if (cli_feed_before(&e->feed, event))
        e->fed_badly = true;
    if (policy_event_is_unknown_kind(event))
        e->unknown_kinds++;
    e->unknown_fields += policy_event_unknown_fields(event);
    st = e->on_event(e->user, e, event, &err);
    if (st && !e->failed) {
        e->failed = st;
        e->error = err;
    }
    e->judged += st == POLICY_OK;
    cli_progress_tell(&e->progress, e->judged);
    return 0; /* the other events of the record are judged, too */
}

static void read_line(struct cli_events *e, const char *file, uint64_t number,
                      policy_str line)
{
    policy_error err = POLICY_ERROR_INIT;
    policy_status st;

    e->failed = POLICY_OK;
    if (e->c->from == CLI_FROM_JSON) {
        st = policy_event_read_json(e->event, line, &err);
        if (!st)
            judge(e, e->event);
    } else {
        st = policy_adapter_read(e->c->from, line, e->org, e->directory,
                                 e->event, judge, e, &err);
    }
    if (!st && e->failed) {
        st = e->failed;
        err = e->error;
    }
    if (st)
        refuse(e, file, number, line, &err);
}

static bool is_blank(policy_str line)
{
    for (size_t i = 0; i < line.len; i++)
        if (!strchr(" \t\r", line.ptr[i]) || !line.ptr[i])
            return false;
    return true;
}

static int read_stream(struct cli_events *e, FILE *stream, const char *name)
{
    struct cli_lines lines;
    policy_limits limits = POLICY_LIMITS_INIT;
    policy_str line;
    bool cut;
    int status = CLI_DONE;

    policy_limits_default(&limits);
    cli_lines_init(&lines, stream, (size_t)limits.event_bytes);
    cli_progress_init(&e->progress, e->c, stream);
    while (cli_lines_next(&lines, &line, &cut)) {
        e->progress.read = lines.bytes;
        /* U+FEFF, which some editors put before the first line */
        if (lines.number == 1 && line.len >= 3 &&
            !memcmp(line.ptr, "\xef\xbb\xbf", 3))
            line = (policy_str){ line.ptr + 3, line.len - 3 };
        if (is_blank(line))
            continue;
        e->lines++;
        if (cut)
            refuse_long(e, name, lines.number, line);
        else
            read_line(e, name, lines.number, line);
    }
    cli_progress_hide(&e->progress);
    if (lines.error)
        status = cli_fail(e->c, CLI_FILE_UNREADABLE, name,
                          strerror(lines.error));
    cli_lines_fini(&lines);
    return status;
}

static int read_file(struct cli_events *e, const char *path)
{
    FILE *stream = fopen(path, "rb");
    int status;

    if (!stream || cli_is_folder(path)) {
        status = cli_fail(e->c, CLI_FILE_UNREADABLE, path,
                          strerror(stream ? EISDIR : errno));
        if (stream)
            fclose(stream);
        return status;
    }
    status = read_stream(e, stream, path);
    fclose(stream);
    return status;
}

int cli_events_run(struct cli_events *e)
{
    const struct cli *c = e->c;
    int status = CLI_DONE;

    if (c->input_count == 0) {
        if (isatty(STDIN_FILENO))
            cli_note(c, CLI_STDIN_TERMINAL);
        status = read_stream(e, stdin, "stdin");
    }
    for (size_t i = 0; i < c->input_count; i++) {
        int one = strcmp(c->inputs[i], "-") ? read_file(e, c->inputs[i])
                                            : read_stream(e, stdin, "stdin");

        if (one > status)
            status = one;
    }
    return e->bad || e->fed_badly ? CLI_WRONG : status;
}

static bool has_org(const policy_bundle *b, const char *org)
{
    for (size_t i = 0; i < policy_bundle_organisation_count(b); i++)
        if (!strcmp(policy_bundle_organisation(b, i), org))
            return true;
    return false;
}

/* Whose records: what --org says, or the only one there is. */
static int find_org(struct cli_events *e, const policy_bundle *b)
{
    const struct cli *c = e->c;
    size_t count = policy_bundle_organisation_count(b);

    if (!c->org && count != 1)
        return cli_fail(c, CLI_ORG_WANTED, c->args[0], count);
    if (c->org && !has_org(b, c->org))
        return cli_fail(c, CLI_ORG_UNKNOWN, c->args[0], c->org);
    e->org = c->org ? c->org : policy_bundle_organisation(b, 0);
    return CLI_DONE;
}

int cli_events_init(struct cli_events *e, const struct cli *c,
                    policy_bundle *bundle)
{
    policy_error err = POLICY_ERROR_INIT;
    int status = CLI_DONE;

    memset(e, 0, sizeof(*e));
    e->c = c;
    if (policy_session_new(&e->session, bundle, NULL, &err) ||
        policy_memory_new(&e->memory, NULL, cli_events_memory_max, &err) ||
        policy_event_new(&e->event, NULL, NULL, &err))
        return cli_fail_error(c, c->args[0], &err);
    e->state = policy_memory_state(e->memory);
    if ((status = cli_feed_init(&e->feed, c, bundle)))
        return status;
    e->feed.past[0] = (struct cli_past){ e->session, e->memory };
    if (c->from != CLI_FROM_JSON && !(status = find_org(e, bundle)))
        status = cli_directory_find(&e->directory, c, e->org, true);
    return status;
}

void cli_events_fini(struct cli_events *e)
{
    cli_feed_fini(&e->feed);
    policy_directory_free(e->directory);
    policy_event_free(e->event);
    policy_memory_free(e->memory);
    policy_session_free(e->session);
    memset(e, 0, sizeof(*e));
}
