#include "jpeg_shared.h"

CodecStatus jpeg_encode(
    const uint8_t *samples, int width, int height, int quality, const char *comment, EncodedImage *encoded,
    char message[CODEC_MESSAGE_SIZE]) {
    struct jpeg_compress_struct encoder;
    JPEGErrors errors;
    unsigned long size = 0;
    memset(encoded, 0, sizeof *encoded);
    memset(&encoder, 0, sizeof encoder);
    if (width > JPEG_MAX_DIMENSION || height > JPEG_MAX_DIMENSION) return CODEC_TOO_LARGE;
    encoder.err = jpeg_prepare_errors(&errors, message);
    if (setjmp(errors.escape)) goto done;

    jpeg_create_compress(&encoder);
    jpeg_mem_dest(&encoder, &encoded->bytes, &size);
    encoder.image_width = width;
    encoder.image_height = height;
    encoder.input_components = 3;
    encoder.in_color_space = JCS_RGB;
    jpeg_set_defaults(&encoder);
    jpeg_set_quality(&encoder, quality, TRUE);
    encoder.optimize_coding = TRUE;
    encoder.comp_info[0].h_samp_factor = encoder.comp_info[0].v_samp_factor = 1; // 4:4:4: strokes are coloured
    jpeg_start_compress(&encoder, TRUE);
    if (comment) {
        size_t length = strlen(comment), longest = 65533;
        jpeg_write_marker(&encoder, JPEG_COM, (const JOCTET *)comment, (unsigned)(length < longest ? length : longest));
    }
    while (encoder.next_scanline < encoder.image_height) {
        JSAMPROW rows[1] = {(JSAMPROW)(samples + (size_t)encoder.next_scanline * width * 3)};
        jpeg_write_scanlines(&encoder, rows, 1);
    }
    jpeg_finish_compress(&encoder);
    errors.status = CODEC_OK;
    encoded->size = size;
done:
    // libjpeg tells us of a buffer that it moved only at the end: after an error ours may be freed already.
    if (errors.status != CODEC_OK && encoder.dest) encoder.dest->term_destination(&encoder);
    jpeg_destroy_compress(&encoder);
    if (errors.status != CODEC_OK) {
        free(encoded->bytes);
        memset(encoded, 0, sizeof *encoded);
    }
    return errors.status;
}
