#include "png_shared.h"

typedef struct {
    CodecBytes *encoded;
    size_t capacity;
} Sink;

static void write_bytes(png_structp png, png_bytep bytes, size_t count) {
    Sink *sink = png_get_io_ptr(png);
    if (sink->encoded->size + count > sink->capacity) {
        size_t capacity = 2 * (sink->capacity + count);
        uint8_t *grown = realloc(sink->encoded->bytes, capacity);
        if (!grown) png_error(png, "out of memory");
        sink->encoded->bytes = grown;
        sink->capacity = capacity;
    }
    memcpy(sink->encoded->bytes + sink->encoded->size, bytes, count);
    sink->encoded->size += count;
}

static void flush(png_structp png) { (void)png; }

static int is_ascii(const char *text) {
    for (; *text; text++)
        if (*text & 0x80) return 0;
    return 1;
}

static void set_xmp(png_structp png, png_infop info, CodecBytes xmp) {
    png_text text = {0};
    text.compression = PNG_ITXT_COMPRESSION_NONE;
    text.key = PNG_XMP_KEYWORD;
    text.text = malloc(xmp.size + 1);
    if (!text.text) png_error(png, "out of memory");
    memcpy(text.text, xmp.bytes, xmp.size);
    text.text[xmp.size] = 0;
    png_set_text(png, info, &text, 1); // copies
    free(text.text);
}

CodecStatus png_encode(
    const void *samples, int width, int height, int channels, int bits, const char *const *keys,
    const char *const *values, int text_count, const CodecMetadata *metadata, CodecBytes *encoded,
    char message[CODEC_MESSAGE_SIZE]) {
    memset(encoded, 0, sizeof *encoded);
    message[0] = 0;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, message, png_keep_message, png_ignore_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_write_struct(&png, NULL);
        return CODEC_OUT_OF_MEMORY;
    }
    Sink sink = {encoded, 0};
    volatile CodecStatus status = CODEC_OUT_OF_MEMORY;
    if (setjmp(png_jmpbuf(png))) goto done;

    png_set_write_fn(png, &sink, write_bytes, flush);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_IHDR(
        png, info, width, height, bits, channels == 4 ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB,
        PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (metadata->profile.bytes) {
        png_set_benign_errors(png, 1); // what libpng has against the profile
        png_set_iCCP(
            png, info, "ICC profile", PNG_COMPRESSION_TYPE_BASE, metadata->profile.bytes,
            (png_uint_32)metadata->profile.size);
        if (!png_get_valid(png, info, PNG_INFO_iCCP)) {
            status = CODEC_PROFILE_REFUSED;
            goto done;
        }
    } else {
        png_set_sRGB_gAMA_and_cHRM(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
    }
    if (metadata->exif.bytes) png_set_eXIf_1(png, info, (png_uint_32)metadata->exif.size, metadata->exif.bytes);
    if (metadata->xmp.bytes) set_xmp(png, info, metadata->xmp);
    for (int i = 0; i < text_count; i++) {
        png_text text = {0};
        text.compression = is_ascii(values[i]) ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE;
        text.key = (char *)keys[i];
        text.text = (char *)values[i];
        png_set_text(png, info, &text, 1);
    }
    png_write_info(png, info);
    if (bits == 16 && is_little_endian()) png_set_swap(png);
    const size_t pitch = (size_t)width * channels * (bits / 8);
    for (int y = 0; y < height; y++) png_write_row(png, (png_const_bytep)samples + y * pitch);
    png_write_end(png, info);
    status = CODEC_OK;
done:
    png_destroy_write_struct(&png, &info);
    if (status != CODEC_OK) {
        free(encoded->bytes);
        memset(encoded, 0, sizeof *encoded);
    }
    return status;
}
