/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Days and times as people type them.
 */
#ifndef CLI_MOMENT_H
#define CLI_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

/* "2026-09-30" in ms since 1970, of its midnight in UTC; false where it is none,
 * or before 1970. */
bool cli_date_read(const char *s, int64_t *ms);
/* The same, or RFC 3339 as "2026-09-30T08:00:00+08:00" with the offset in minutes. */
bool cli_moment_read(const char *s, int64_t *ms, int32_t *offset);

#endif
