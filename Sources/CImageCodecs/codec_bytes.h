#pragma once
#include <stdlib.h>
#include <string.h>
#include "CImageCodecs.h"

/// Nothing when there is nothing to copy or no memory, which a picture can do without.
static inline CodecBytes codec_bytes_copy(const void *bytes, size_t size) {
    CodecBytes copy = {size ? malloc(size) : NULL, size};
    if (!copy.bytes) return (CodecBytes){0};
    memcpy(copy.bytes, bytes, size);
    return copy;
}
