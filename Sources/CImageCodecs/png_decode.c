#include "png_shared.h"

typedef struct {
    const uint8_t *bytes;
    size_t left;
} Source;

static void read_bytes(png_structp png, png_bytep out, size_t count) {
    Source *source = png_get_io_ptr(png);
    if (count > source->left) png_error(png, "the file ends early");
    memcpy(out, source->bytes, count);
    source->bytes += count;
    source->left -= count;
}

// libpng ignores a profile that comes after sRGB, though profiles take precedence, and what it makes of chunks that
// contradict each other differs between versions: it hands these over as they are. So it does with text, for which it
// would take as much memory as is claimed, and decompress all of it; and with EXIF, which it refuses with a name before
// it.
static const png_byte raw_chunks[] = "cICP\0sRGB\0gAMA\0cHRM\0iTXt\0tEXt\0zTXt\0eXIf";
// Nobody here reads these, and of some of them too the length is believed.
static const png_byte unread_chunks[] = "hIST\0pCAL\0sCAL\0sPLT";

static void choose_chunks(png_structp png) {
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_ALWAYS, raw_chunks, sizeof raw_chunks / 5);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, unread_chunks, sizeof unread_chunks / 5);
}

// An iTXt chunk is a keyword, 0, whether it is compressed, how, a language, 0, a translated keyword, 0, and the text:
// https://www.w3.org/TR/png-3/#11iTXt. XMP is never compressed.
static CodecBytes xmp_of(const png_unknown_chunk *chunk) {
    static const char start[] = PNG_XMP_KEYWORD "\0\0";
    if (chunk->size < sizeof start || memcmp(chunk->data, start, sizeof start - 1)) return (CodecBytes){0};
    const png_byte *text = chunk->data + sizeof start;
    const png_byte *const end = chunk->data + chunk->size;
    for (int strings = 0; strings < 2; strings++) {
        text = memchr(text, 0, (size_t)(end - text));
        if (!text++) return (CodecBytes){0};
    }
    return codec_bytes_copy(text, (size_t)(end - text));
}

// EXIF is a few kilobytes, and twice that in hexadecimal digits.
enum { MOST_PROFILE_TEXT = 1 << 20 };

static CodecBytes inflated(const png_byte *data, size_t size) {
    CodecBytes text = {malloc(MOST_PROFILE_TEXT), MOST_PROFILE_TEXT};
    uLongf count = MOST_PROFILE_TEXT;
    // What does not fit is not EXIF.
    if (text.bytes && uncompress(text.bytes, &count, data, size) == Z_OK) return (CodecBytes){text.bytes, count};
    free(text.bytes);
    return (CodecBytes){0};
}

// From before there was an eXIf chunk: EXIF in hexadecimal, in a tEXt chunk (a keyword, 0, and the text) or in a zTXt
// chunk (a keyword, 0, 0, and the text in zlib's format).
static CodecBytes exif_text_of(const png_unknown_chunk *chunk) {
    static const char *const keywords[] = {"Raw profile type exif", "Raw profile type APP1"};
    for (int i = 0; i < 2; i++) {
        const size_t length = strlen(keywords[i]) + 1;
        if (chunk->size <= length || memcmp(chunk->data, keywords[i], length)) continue;
        if (!memcmp(chunk->name, "tEXt", 4)) return codec_bytes_copy(chunk->data + length, chunk->size - length);
        if (chunk->data[length] == 0) return inflated(chunk->data + length + 1, chunk->size - length - 1);
    }
    return (CodecBytes){0};
}

static void read_raw_chunks(png_structp png, png_infop info, DecodedImage *image) {
    png_unknown_chunkp chunks = NULL;
    const int count = png_get_unknown_chunks(png, info, &chunks);
    for (int i = 0; i < count; i++) {
        const png_unknown_chunk chunk = chunks[i];
        if (!memcmp(chunk.name, "iTXt", 4) && !image->metadata.xmp.bytes) image->metadata.xmp = xmp_of(&chunk);
        if ((!memcmp(chunk.name, "tEXt", 4) || !memcmp(chunk.name, "zTXt", 4)) && !image->exif_text.bytes)
            image->exif_text = exif_text_of(&chunk);
        if (!memcmp(chunk.name, "eXIf", 4) && !image->metadata.exif.bytes)
            image->metadata.exif = codec_bytes_copy(chunk.data, chunk.size);
        if (chunk.location & PNG_AFTER_IDAT) continue;
        if (!memcmp(chunk.name, "cICP", 4) && chunk.size == 4) {
            image->has_code_points = 1;
            memcpy(image->code_points, chunk.data, 4);
        } else if (!memcmp(chunk.name, "sRGB", 4) && chunk.size == 1) {
            image->is_srgb = 1;
        } else if (!memcmp(chunk.name, "gAMA", 4) && chunk.size == 4) {
            image->gamma = png_get_uint_32(chunk.data);
        } else if (!memcmp(chunk.name, "cHRM", 4) && chunk.size == 32) {
            CodecChromaticity *points[] = {&image->white, &image->red, &image->green, &image->blue};
            for (int k = 0; k < 4; k++)
                *points[k] = (CodecChromaticity){
                    png_get_uint_32(chunk.data + 8 * k), png_get_uint_32(chunk.data + 8 * k + 4)};
        }
    }
}

static void read_profile(png_structp png, png_infop info, CodecMetadata *metadata) {
    png_uint_32 size = 0;
    png_bytep bytes = NULL;
    png_charp name = NULL;
    int compression = 0;
    if (png_get_iCCP(png, info, &name, &compression, &bytes, &size)) metadata->profile = codec_bytes_copy(bytes, size);
}

CodecStatus png_decode(
    const uint8_t *bytes, size_t size, uint64_t maximum_pixels, DecodedImage *image, char message[CODEC_MESSAGE_SIZE]) {
    memset(image, 0, sizeof *image);
    message[0] = 0;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, png_keep_message, png_ignore_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_read_struct(&png, NULL, NULL);
        return CODEC_OUT_OF_MEMORY;
    }
    Source source = {bytes, size};
    png_bytep *volatile rows = NULL;
    volatile CodecStatus status = CODEC_CORRUPT; // what libpng's errors mean
    if (setjmp(png_jmpbuf(png))) goto done;

    png_set_read_fn(png, &source, read_bytes);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); // ours is on the product, below
    choose_chunks(png);
    png_read_info(png, info);
    image->width = (int)png_get_image_width(png, info);
    image->height = (int)png_get_image_height(png, info);
    if ((uint64_t)image->width * (uint64_t)image->height > maximum_pixels) {
        status = CODEC_TOO_LARGE;
        goto done;
    }

    image->color = png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR ? CODEC_RGB : CODEC_GREY;
    png_set_expand(png); // palettes to RGB, small depths to 8 bits, tRNS to opacity
    png_set_gray_to_rgb(png);
    if (is_little_endian()) png_set_swap(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    image->channels = png_get_channels(png, info);
    image->bits = png_get_bit_depth(png, info);
    const size_t pitch = png_get_rowbytes(png, info);
    if (pitch > SIZE_MAX / image->height) {
        status = CODEC_OUT_OF_MEMORY;
        goto done;
    }
    image->samples = malloc(pitch * image->height);
    rows = malloc(sizeof *rows * image->height);
    if (!image->samples || !rows) {
        status = CODEC_OUT_OF_MEMORY;
        goto done;
    }
    for (int y = 0; y < image->height; y++) rows[y] = (png_bytep)image->samples + y * pitch;
    png_read_image(png, rows);
    png_read_end(png, info);
    read_raw_chunks(png, info, image);
    read_profile(png, info, &image->metadata);
    status = CODEC_OK;
done:
    free(rows);
    png_destroy_read_struct(&png, &info, NULL);
    if (status != CODEC_OK) decoded_image_free(image);
    return status;
}
