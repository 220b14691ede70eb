/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vectors of x86-64 beyond SSE2.
 */
#include "text/fold_wide_x86.h"

static bool runs_avx512(void)
{
    /* All that Ice Lake and Zen 4 brought. */
    return __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vbmi") &&
           __builtin_cpu_supports("avx512vbmi2") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

const pol_fold_way pol_fold_ways[] = {
    { "avx512", pol_fold_row_avx512, runs_avx512 },
    { NULL, NULL, NULL }
};
