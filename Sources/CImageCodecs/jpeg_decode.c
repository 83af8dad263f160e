#include "jpeg_shared.h"

/// The data of the first APP1 marker that begins with the signature.
static CodecBytes app1(jpeg_saved_marker_ptr marker, const char *signature, size_t size) {
    for (; marker; marker = marker->next) {
        if (marker->marker != JPEG_APP0 + 1 || marker->data_length <= size) continue;
        if (memcmp(marker->data, signature, size)) continue;
        return codec_bytes_copy(marker->data + size, marker->data_length - size);
    }
    return (CodecBytes){0};
}

CodecStatus jpeg_decode(
    const uint8_t *bytes, size_t size, uint64_t maximum_pixels, DecodedImage *image, char message[CODEC_MESSAGE_SIZE]) {
    struct jpeg_decompress_struct decoder;
    JPEGErrors errors;
    memset(image, 0, sizeof *image);
    memset(&decoder, 0, sizeof decoder);
    decoder.err = jpeg_prepare_errors(&errors, message);
    if (setjmp(errors.escape)) goto done;

    jpeg_create_decompress(&decoder);
    jpeg_mem_src(&decoder, bytes, size);
    jpeg_save_markers(&decoder, JPEG_APP0 + 1, 0xFFFF);
    jpeg_save_markers(&decoder, JPEG_APP0 + 2, 0xFFFF);
    jpeg_read_header(&decoder, TRUE);
    image->width = (int)decoder.image_width;
    image->height = (int)decoder.image_height;
    if ((uint64_t)image->width * (uint64_t)image->height > maximum_pixels) {
        errors.status = CODEC_TOO_LARGE;
        goto done;
    }
    const int is_cmyk = decoder.jpeg_color_space == JCS_CMYK || decoder.jpeg_color_space == JCS_YCCK;
    const int is_grey = decoder.jpeg_color_space == JCS_GRAYSCALE;
    image->color = is_cmyk ? CODEC_CMYK : is_grey ? CODEC_GREY : CODEC_RGB;
    decoder.out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(&decoder);
    image->channels = is_cmyk ? 4 : 3;
    image->bits = 8;
    const size_t pitch = (size_t)image->width * image->channels;
    image->samples = malloc(pitch * image->height);
    if (!image->samples) {
        errors.status = CODEC_OUT_OF_MEMORY;
        goto done;
    }
    while (decoder.output_scanline < decoder.output_height) {
        JSAMPROW rows[1] = {(uint8_t *)image->samples + decoder.output_scanline * pitch};
        jpeg_read_scanlines(&decoder, rows, 1);
    }
    // Finishing frees the markers.
    image->metadata.exif = app1(decoder.marker_list, jpeg_exif_signature, sizeof jpeg_exif_signature);
    image->metadata.xmp = app1(decoder.marker_list, jpeg_xmp_signature, sizeof jpeg_xmp_signature);
    JOCTET *profile = NULL;
    unsigned profile_size = 0;
    if (jpeg_read_icc_profile(&decoder, &profile, &profile_size))
        image->metadata.profile = (CodecBytes){profile, profile_size};
    jpeg_finish_decompress(&decoder);
    errors.status = CODEC_OK;
done:
    jpeg_destroy_decompress(&decoder);
    if (errors.status != CODEC_OK) decoded_image_free(image);
    return errors.status;
}
