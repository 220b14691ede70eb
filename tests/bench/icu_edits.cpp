/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ICU's fastest way from UTF-8 to folded UTF-8 with a map, which only its C++
 * face offers. Output and map are used again from call to call.
 */
#include <cstddef>
#include <new>

#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>

extern "C" {
void *icu_edits_new(void);
std::size_t icu_edits_fold(void *state, const char *text, std::size_t len);
void icu_edits_free(void *state);
}

namespace {
struct State {
    const icu::Normalizer2 *fold;
    icu::Edits edits;
    char out[1 << 16];
};
} // namespace

void *icu_edits_new(void)
{
    UErrorCode e = U_ZERO_ERROR;
    State *s = new (std::nothrow) State;

    if (s)
        s->fold = icu::Normalizer2::getNFKCCasefoldInstance(e);
    if (U_FAILURE(e)) {
        delete s;
        return nullptr;
    }
    return s;
}

std::size_t icu_edits_fold(void *state, const char *text, std::size_t len)
{
    State *s = static_cast<State *>(state);
    UErrorCode e = U_ZERO_ERROR;
    icu::CheckedArrayByteSink sink(s->out, sizeof(s->out));

    s->edits.reset();
    s->fold->normalizeUTF8(0, icu::StringPiece(text, static_cast<int32_t>(len)),
                           sink, &s->edits, e);
    return static_cast<std::size_t>(sink.NumberOfBytesAppended());
}

void icu_edits_free(void *state)
{
    delete static_cast<State *>(state);
}
