/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Without simdjson there is nothing to hold the fold against.
 */
#include <stdbool.h>
#include <stddef.h>

extern const bool validate_is_there;
bool validate_utf8(const char *text, size_t len);

const bool validate_is_there = false;

bool validate_utf8(const char *text, size_t len)
{
    (void)text;
    (void)len;
    return false;
}
