/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RE2, the oracle that regexes are held against: it has a C++ face only.
 */
#include <cstddef>
#include <new>

#include <re2/re2.h>

extern "C" {
void *re2_new(const char *pattern, std::size_t len);
int re2_find(const void *re, const char *text, std::size_t len,
             std::size_t from, std::size_t *start, std::size_t *end);
void re2_free(void *re);
}

void *re2_new(const char *pattern, std::size_t len)
{
    re2::RE2::Options o;
    re2::RE2 *re;

    o.set_case_sensitive(false);
    o.set_longest_match(false);
    o.set_log_errors(false);
    re = new (std::nothrow) re2::RE2(re2::StringPiece(pattern, len), o);
    if (re && !re->ok()) {
        delete re;
        re = nullptr;
    }
    return re;
}

int re2_find(const void *re, const char *text, std::size_t len,
             std::size_t from, std::size_t *start, std::size_t *end)
{
    re2::StringPiece all(text, len), m;

    if (!static_cast<const re2::RE2 *>(re)->Match(all, from, len,
                                                  re2::RE2::UNANCHORED, &m, 1))
        return 0;
    *start = static_cast<std::size_t>(m.data() - text);
    *end = *start + m.size();
    return 1;
}

void re2_free(void *re)
{
    delete static_cast<re2::RE2 *>(re);
}
