/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RE2::Set over literals: it tells which of them a text holds, not where. Its
 * automaton is made while it runs and kept, within the memory that it is given.
 */
#include <re2/set.h>

#include <vector>

#include "engine.h"

namespace {

/* Far more than the lists that it is given need: no state is dropped. */
constexpr int64_t MEMORY = int64_t(2) << 30;

struct re2_run {
    engine_run run; /* first: see engine_run */
    RE2::Set *set;
    std::vector<int> found;
};

const char *re2_lacks()
{
    return nullptr;
}

void *re2_build(const corpus *c, const terms *t)
{
    re2_run *r = new re2_run();
    RE2::Options options;

    options.set_literal(true);
    options.set_max_mem(MEMORY);
    r->run.c = c;
    double start = bench_cpu();
    r->set = new RE2::Set(options, RE2::UNANCHORED);
    for (size_t i = 0; i < t->count; i++)
        if (r->set->Add(re2::StringPiece(t->at[i].ptr, t->at[i].len),
                        nullptr) < 0)
            bench_fail("RE2: term %zu is refused", i);
    if (!r->set->Compile())
        bench_fail("RE2: the set does not compile");
    r->run.build_s = bench_cpu() - start;
    return r;
}

void re2_fini(void *self)
{
    re2_run *r = static_cast<re2_run *>(self);

    delete r->set;
    delete r;
}

void re2_single(void *self, size_t first, size_t end)
{
    re2_run *r = static_cast<re2_run *>(self);
    const policy_str *l = r->run.c->utf8_lines;

    for (; first < end; first++) {
        RE2::Set::ErrorInfo error;

        if (r->set->Match(re2::StringPiece(l[first].ptr, l[first].len),
                          &r->found, &error)) {
            for (int id : r->found)
                tally_hit(&r->run.tally, (uint32_t)id, 0);
        } else if (error.kind != RE2::Set::kNoError) {
            bench_fail("RE2: line %zu is not judged", first + 1);
        }
    }
}

} // namespace

extern "C" const engine engine_re2 = { "re2", "RE2::Set", 10000, false,
                                       re2_lacks, re2_build, re2_fini,
                                       re2_single, nullptr };
