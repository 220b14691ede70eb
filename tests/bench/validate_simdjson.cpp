/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * simdjson's check of UTF-8: what reading the bytes costs at least. It has a
 * C++ face only.
 */
#include <cstddef>

#include <simdjson.h>

extern "C" {
extern const bool validate_is_there;
bool validate_utf8(const char *text, std::size_t len);
}

const bool validate_is_there = true;

bool validate_utf8(const char *text, std::size_t len)
{
    return simdjson::validate_utf8(text, len);
}
