#include <lcms2.h>

// Little CMS's pixel formats are macros that Swift cannot see.
static const cmsUInt32Number CLCMS_RGB_8 = TYPE_RGB_8;
static const cmsUInt32Number CLCMS_RGB_16 = TYPE_RGB_16;
// Planes of floats: 0...1, of ink 0...100.
static const cmsUInt32Number CLCMS_GREY_PLANES = TYPE_GRAY_FLT | PLANAR_SH(1);
static const cmsUInt32Number CLCMS_RGB_PLANES = TYPE_RGB_FLT | PLANAR_SH(1);
static const cmsUInt32Number CLCMS_CMYK_PLANES = TYPE_CMYK_FLT | PLANAR_SH(1);
