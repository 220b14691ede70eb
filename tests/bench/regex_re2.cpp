/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include <re2/re2.h>
#include <re2/set.h>

#include <memory>
#include <vector>

#include "regex_re2.h"

struct re2_regexes {
    std::vector<std::unique_ptr<RE2>> each;
    std::unique_ptr<RE2::Set> set;
    std::vector<int> found;
};

extern "C" re2_regexes *re2_regexes_new(const char *const *patterns,
                                        size_t count)
{
    re2_regexes *r = new re2_regexes;
    RE2::Options options;

    options.set_max_mem(int64_t(64) << 20);
    r->set.reset(new RE2::Set(options, RE2::UNANCHORED));
    for (size_t i = 0; i < count; i++) {
        r->each.emplace_back(new RE2(patterns[i], options));
        if (!r->each.back()->ok() || r->set->Add(patterns[i], nullptr) < 0)
            bench_fail("RE2 refuses %s", patterns[i]);
    }
    if (!r->set->Compile())
        bench_fail("RE2: the set does not compile");
    return r;
}

extern "C" void re2_regexes_free(re2_regexes *r)
{
    delete r;
}

extern "C" void re2_each(re2_regexes *r, policy_str line, on_span f,
                         void *user)
{
    re2::StringPiece text(line.ptr, line.len), found;

    for (size_t id = 0; id < r->each.size(); id++)
        for (size_t at = 0; at <= line.len;) {
            if (!r->each[id]->Match(text, at, line.len, RE2::UNANCHORED,
                                    &found, 1))
                break;
            size_t start = (size_t)(found.data() - line.ptr);

            f(user, (uint32_t)id, start, start + found.size());
            at = start + (found.empty() ? 1 : found.size());
        }
}

extern "C" void re2_set(re2_regexes *r, policy_str line, on_span f, void *user)
{
    RE2::Set::ErrorInfo error;

    if (r->set->Match(re2::StringPiece(line.ptr, line.len), &r->found,
                      &error)) {
        for (int id : r->found)
            f(user, (uint32_t)id, 0, 0);
    } else if (error.kind != RE2::Set::kNoError) {
        bench_fail("RE2: the set is out of memory");
    }
}
