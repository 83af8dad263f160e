#include <stdlib.h>
#include "CImageCodecs.h"

void decoded_image_free(DecodedImage *image) {
    free(image->samples);
    free(image->exif);
    image->samples = NULL;
    image->exif = NULL;
}
