#pragma once
#include <png.h>
#include <stdio.h>
#include <zlib.h>
#include "codec_bytes.h"

/// The keyword of the text chunk that holds XMP.
#define PNG_XMP_KEYWORD "XML:com.adobe.xmp"

static inline void png_keep_message(png_structp png, png_const_charp message) {
    snprintf(png_get_error_ptr(png), CODEC_MESSAGE_SIZE, "%s", message);
    png_longjmp(png, 1);
}

static inline void png_ignore_warning(png_structp png, png_const_charp message) { (void)png, (void)message; }

static inline int is_little_endian(void) {
    const uint16_t one = 1;
    return *(const uint8_t *)&one;
}
