#include "jpeg_shared.h"

/// a b / 255, rounded.
static uint8_t multiply(int a, int b) {
    int product = a * b + 128;
    return (uint8_t)((product + (product >> 8)) >> 8);
}

/// CMYK as Adobe stores it, inverted: 255 is no ink. In place, four bytes a pixel to three.
static void inverted_cmyk_to_rgb(uint8_t *row, int width) {
    uint8_t *out = row;
    for (int x = 0; x < width; x++, row += 4, out += 3) {
        const uint8_t light = row[3];
        for (int c = 0; c < 3; c++) out[c] = light - multiply(255 - row[c], light);
    }
}

static void keep_exif(jpeg_saved_marker_ptr marker, DecodedImage *image) {
    static const char signature[6] = "Exif\0";
    for (; marker; marker = marker->next) {
        if (marker->marker != JPEG_APP0 + 1 || marker->data_length <= sizeof signature) continue;
        if (memcmp(marker->data, signature, sizeof signature)) continue;
        image->exif_size = marker->data_length - sizeof signature;
        image->exif = malloc(image->exif_size);
        if (image->exif) memcpy(image->exif, marker->data + sizeof signature, image->exif_size);
        return;
    }
}

CodecStatus jpeg_decode(
    const uint8_t *bytes, size_t size, uint64_t maximum_pixels, DecodedImage *image, char message[CODEC_MESSAGE_SIZE]) {
    struct jpeg_decompress_struct decoder;
    JPEGErrors errors;
    uint8_t *volatile row = NULL;
    memset(image, 0, sizeof *image);
    memset(&decoder, 0, sizeof decoder);
    decoder.err = jpeg_prepare_errors(&errors, message);
    if (setjmp(errors.escape)) goto done;

    jpeg_create_decompress(&decoder);
    jpeg_mem_src(&decoder, bytes, size);
    jpeg_save_markers(&decoder, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(&decoder, TRUE);
    image->width = (int)decoder.image_width;
    image->height = (int)decoder.image_height;
    if ((uint64_t)image->width * (uint64_t)image->height > maximum_pixels) {
        errors.status = CODEC_TOO_LARGE;
        goto done;
    }
    const int is_cmyk = decoder.jpeg_color_space == JCS_CMYK || decoder.jpeg_color_space == JCS_YCCK;
    decoder.out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(&decoder);
    image->channels = 3;
    image->bits = 8;
    const size_t pitch = (size_t)image->width * 3;
    image->samples = malloc(pitch * image->height);
    row = malloc((size_t)image->width * 4);
    if (!image->samples || !row) {
        errors.status = CODEC_OUT_OF_MEMORY;
        goto done;
    }
    while (decoder.output_scanline < decoder.output_height) {
        uint8_t *out = (uint8_t *)image->samples + decoder.output_scanline * pitch;
        JSAMPROW rows[1] = {is_cmyk ? row : out};
        jpeg_read_scanlines(&decoder, rows, 1);
        if (is_cmyk) {
            inverted_cmyk_to_rgb(row, image->width);
            memcpy(out, row, pitch);
        }
    }
    keep_exif(decoder.marker_list, image); // finishing frees the markers
    jpeg_finish_decompress(&decoder);
    errors.status = CODEC_OK;
done:
    free(row);
    jpeg_destroy_decompress(&decoder);
    if (errors.status != CODEC_OK) decoded_image_free(image);
    return errors.status;
}
