#include <stdlib.h>
#include <string.h>
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

/// Of chunks that nobody here reads, libpng takes as much memory as their length claims, and decompresses them.
static void skip_unread_chunks(png_structp png) {
    static const png_byte names[] = "hIST\0iTXt\0pCAL\0sCAL\0sPLT\0tEXt\0zTXt";
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, names, sizeof names / 5);
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
    skip_unread_chunks(png);
    png_read_info(png, info);
    image->width = (int)png_get_image_width(png, info);
    image->height = (int)png_get_image_height(png, info);
    if ((uint64_t)image->width * (uint64_t)image->height > maximum_pixels) {
        status = CODEC_TOO_LARGE;
        goto done;
    }

    png_set_expand(png); // palettes to RGB, small depths to 8 bits, tRNS to opacity
    png_set_gray_to_rgb(png);
    if (is_little_endian()) png_set_swap(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    image->channels = png_get_channels(png, info);
    image->bits = png_get_bit_depth(png, info);
    const size_t pitch = png_get_rowbytes(png, info);
    image->samples = malloc(pitch * image->height);
    rows = malloc(sizeof *rows * image->height);
    if (!image->samples || !rows) {
        status = CODEC_OUT_OF_MEMORY;
        goto done;
    }
    for (int y = 0; y < image->height; y++) rows[y] = (png_bytep)image->samples + y * pitch;
    png_read_image(png, rows);
    png_read_end(png, info);

    png_uint_32 exif_size = 0;
    png_bytep exif = NULL;
    if (png_get_eXIf_1(png, info, &exif_size, &exif) && exif_size > 0 && (image->exif = malloc(exif_size))) {
        memcpy(image->exif, exif, exif_size);
        image->exif_size = exif_size;
    }
    status = CODEC_OK;
done:
    free(rows);
    png_destroy_read_struct(&png, &info, NULL);
    if (status != CODEC_OK) decoded_image_free(image);
    return status;
}
