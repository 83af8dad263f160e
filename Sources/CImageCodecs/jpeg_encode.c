#include "jpeg_shared.h"

enum { LONGEST_MARKER = 65533, LONGEST_PROFILE = 255 * (LONGEST_MARKER - 14) };

static void write_app1(struct jpeg_compress_struct *encoder, const char *signature, size_t size, CodecBytes data) {
    if (!data.bytes || size + data.size > LONGEST_MARKER) return;
    jpeg_write_m_header(encoder, JPEG_APP0 + 1, (unsigned)(size + data.size));
    for (size_t i = 0; i < size; i++) jpeg_write_m_byte(encoder, (uint8_t)signature[i]);
    for (size_t i = 0; i < data.size; i++) jpeg_write_m_byte(encoder, data.bytes[i]);
}

CodecStatus jpeg_encode(
    const uint8_t *samples, int width, int height, int quality, const char *comment, const CodecMetadata *metadata,
    CodecBytes *encoded, char message[CODEC_MESSAGE_SIZE]) {
    struct jpeg_compress_struct encoder;
    JPEGErrors errors;
    unsigned long size = 0;
    memset(encoded, 0, sizeof *encoded);
    memset(&encoder, 0, sizeof encoder);
    if (metadata->profile.size > LONGEST_PROFILE) return CODEC_PROFILE_REFUSED;
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
    write_app1(&encoder, jpeg_exif_signature, sizeof jpeg_exif_signature, metadata->exif);
    write_app1(&encoder, jpeg_xmp_signature, sizeof jpeg_xmp_signature, metadata->xmp);
    if (metadata->profile.bytes)
        jpeg_write_icc_profile(&encoder, metadata->profile.bytes, (unsigned)metadata->profile.size);
    if (comment) {
        const size_t length = strlen(comment);
        jpeg_write_marker(
            &encoder, JPEG_COM, (const JOCTET *)comment, (unsigned)(length < LONGEST_MARKER ? length : LONGEST_MARKER));
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
