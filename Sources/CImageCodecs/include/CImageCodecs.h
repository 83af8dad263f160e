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
    CODEC_PROFILE_REFUSED, ///< the format, or its library, does not take this profile
} CodecStatus;

enum { CODEC_MESSAGE_SIZE = 200 };

/// Bytes to be freed with free, or NULL.
typedef struct {
    uint8_t *_Nullable bytes;
    size_t size;
} CodecBytes;

/// What a file says beside its picture.
typedef struct {
    CodecBytes profile; ///< an ICC profile
    CodecBytes exif;    ///< from the TIFF header on
    CodecBytes xmp;
} CodecMetadata;

void codec_metadata_free(CodecMetadata *_Nonnull metadata);

typedef enum { CODEC_GREY, CODEC_RGB, CODEC_CMYK } CodecColor;

/// CIE 1931 x and y, in 1/100000.
typedef struct {
    uint32_t x, y;
} CodecChromaticity;

/// A decoded picture. Whoever asked for it frees it with decoded_image_free.
typedef struct {
    int width, height;
    CodecColor color; ///< what the file holds; grey is decoded to RGB
    int channels;     ///< 3 (RGB) or 4 (RGB and opacity, or CMYK as Adobe has it: 255 is no ink), interleaved
    int bits;         ///< 8 or 16 a sample, the latter in the machine's byte order
    void *_Nullable samples;
    CodecMetadata metadata;
    CodecBytes exif_text;                      ///< PNG's text chunk of EXIF in hexadecimal
    int has_code_points;                       ///< whether there is PNG's cICP chunk
    uint8_t code_points[4];                    ///< of primaries, transfer, matrix, and whether the range is full
    int is_srgb;                               ///< PNG's sRGB chunk
    uint32_t gamma;                            ///< PNG's gAMA chunk: the exponent of the encoding in 1/100000, or 0
    CodecChromaticity white, red, green, blue; ///< PNG's cHRM chunk, or 0
} DecodedImage;

void decoded_image_free(DecodedImage *_Nonnull image);

/// `width` and `height` of `image` are set as soon as they are known, also when they are too large.
CodecStatus png_decode(
    const uint8_t *_Nonnull bytes, size_t size, uint64_t maximum_pixels, DecodedImage *_Nonnull image,
    char message[_Nonnull CODEC_MESSAGE_SIZE]);
CodecStatus jpeg_decode(
    const uint8_t *_Nonnull bytes, size_t size, uint64_t maximum_pixels, DecodedImage *_Nonnull image,
    char message[_Nonnull CODEC_MESSAGE_SIZE]);

/// `keys` and `values` are `text_count` pairs of UTF-8 strings for text chunks. Without a profile the picture is said
/// to be sRGB.
CodecStatus png_encode(
    const void *_Nonnull samples, int width, int height, int channels, int bits,
    const char *_Nonnull const *_Nonnull keys, const char *_Nonnull const *_Nonnull values, int text_count,
    const CodecMetadata *_Nonnull metadata, CodecBytes *_Nonnull encoded, char message[_Nonnull CODEC_MESSAGE_SIZE]);
/// RGB, without chroma subsampling; `comment` goes into a COM marker. EXIF or XMP too long for a marker is left out.
CodecStatus jpeg_encode(
    const uint8_t *_Nonnull samples, int width, int height, int quality, const char *_Nullable comment,
    const CodecMetadata *_Nonnull metadata, CodecBytes *_Nonnull encoded, char message[_Nonnull CODEC_MESSAGE_SIZE]);
