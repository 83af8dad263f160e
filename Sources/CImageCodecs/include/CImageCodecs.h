#pragma once
#include <stddef.h>
#include <stdint.h>

// libpng and libjpeg with plain C calls around them. Both report errors with longjmp, which must not cross a Swift
// frame: it never leaves these files. A call returns a status, and what the library had to say in a message.

typedef enum {
    CODEC_OK,
    CODEC_CORRUPT,
    CODEC_TOO_LARGE,
    CODEC_OUT_OF_MEMORY,
} CodecStatus;

enum { CODEC_MESSAGE_SIZE = 200 };

/// A decoded picture. Whoever asked for it frees it with decoded_image_free.
typedef struct {
    int width, height;
    int channels; ///< 3 (RGB) or 4 (RGB and opacity), interleaved
    int bits;     ///< 8 or 16 a sample, the latter in the machine's byte order
    void *_Nullable samples;
    uint8_t *_Nullable exif; ///< from the TIFF header on, or NULL
    size_t exif_size;
} DecodedImage;

void decoded_image_free(DecodedImage *_Nonnull image);

/// `width` and `height` of `image` are set as soon as they are known, also when they are too large.
CodecStatus png_decode(
    const uint8_t *_Nonnull bytes, size_t size, uint64_t maximum_pixels, DecodedImage *_Nonnull image,
    char message[_Nonnull CODEC_MESSAGE_SIZE]);
CodecStatus jpeg_decode(
    const uint8_t *_Nonnull bytes, size_t size, uint64_t maximum_pixels, DecodedImage *_Nonnull image,
    char message[_Nonnull CODEC_MESSAGE_SIZE]);

/// Encoded bytes. Whoever asked for them frees them with free.
typedef struct {
    uint8_t *_Nullable bytes;
    size_t size;
} EncodedImage;

/// `keys` and `values` are `text_count` pairs of UTF-8 strings for text chunks.
CodecStatus png_encode(
    const void *_Nonnull samples, int width, int height, int channels, int bits, const char *_Nonnull const *_Nonnull keys,
    const char *_Nonnull const *_Nonnull values, int text_count, EncodedImage *_Nonnull encoded,
    char message[_Nonnull CODEC_MESSAGE_SIZE]);
/// RGB, without chroma subsampling; `comment` goes into a COM marker.
CodecStatus jpeg_encode(
    const uint8_t *_Nonnull samples, int width, int height, int quality, const char *_Nullable comment,
    EncodedImage *_Nonnull encoded, char message[_Nonnull CODEC_MESSAGE_SIZE]);
