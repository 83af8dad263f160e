#pragma once
#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>
#include <jpeglib.h>
#include <jerror.h>
#include "codec_bytes.h"

/// What APP1 markers begin with.
static const char jpeg_exif_signature[] = "Exif\0"; // and the 0 that ends it
static const char jpeg_xmp_signature[] = "http://ns.adobe.com/xap/1.0/";

/// libjpeg's error manager, with where to go after an error.
typedef struct {
    struct jpeg_error_mgr manager; // first, so that libjpeg's pointer is ours
    jmp_buf escape;
    CodecStatus status;
    char *message;
} JPEGErrors;

static inline void jpeg_escape(j_common_ptr codec) {
    JPEGErrors *errors = (JPEGErrors *)codec->err;
    char text[JMSG_LENGTH_MAX];
    codec->err->format_message(codec, text);
    snprintf(errors->message, CODEC_MESSAGE_SIZE, "%s", text);
    errors->status = codec->err->msg_code == JERR_OUT_OF_MEMORY ? CODEC_OUT_OF_MEMORY : CODEC_CORRUPT;
    longjmp(errors->escape, 1);
}

static inline void jpeg_stay_silent(j_common_ptr codec) { (void)codec; }

/// libjpeg goes on after a warning, with grey where data are missing: for us most warnings are errors.
static inline void jpeg_warn(j_common_ptr codec, int level) {
    if (level >= 0) return;
    switch (codec->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_ICC:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
        codec->err->num_warnings++;
        break;
    default:
        jpeg_escape(codec);
    }
}

static inline struct jpeg_error_mgr *jpeg_prepare_errors(JPEGErrors *errors, char *message) {
    jpeg_std_error(&errors->manager);
    errors->manager.error_exit = jpeg_escape;
    errors->manager.output_message = jpeg_stay_silent;
    errors->manager.emit_message = jpeg_warn;
    errors->status = CODEC_CORRUPT;
    errors->message = message;
    message[0] = 0;
    return &errors->manager;
}
