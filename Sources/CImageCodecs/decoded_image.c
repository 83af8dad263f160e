#include "codec_bytes.h"

void codec_metadata_free(CodecMetadata *metadata) {
    CodecBytes *parts[] = {&metadata->profile, &metadata->exif, &metadata->xmp};
    for (int i = 0; i < 3; i++) {
        free(parts[i]->bytes);
        *parts[i] = (CodecBytes){0};
    }
}

void decoded_image_free(DecodedImage *image) {
    free(image->samples);
    image->samples = NULL;
    codec_metadata_free(&image->metadata);
    free(image->exif_text.bytes);
}
