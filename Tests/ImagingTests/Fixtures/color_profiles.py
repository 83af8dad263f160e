"""Colour profiles, made with Little CMS, which is called through ctypes."""
import ctypes
import ctypes.util

import numpy as np

LCMS = ctypes.CDLL(ctypes.util.find_library("lcms2"))
for function in ["cmsBuildGamma", "cmsBuildParametricToneCurve", "cmsCreateRGBProfile", "cmsCreateGrayProfile",
                 "cmsCreate_sRGBProfile", "cmsCreateProfilePlaceholder", "cmsPipelineAlloc", "cmsStageAllocCLut16bit"]:
    getattr(LCMS, function).restype = ctypes.c_void_p

D65 = (0.3127, 0.3290)
D50 = (0.3457, 0.3585)
SRGB = [(0.64, 0.33), (0.30, 0.60), (0.15, 0.06)]
DISPLAY_P3 = [(0.680, 0.320), (0.265, 0.690), (0.150, 0.060)]
ADOBE_RGB = [(0.64, 0.33), (0.21, 0.71), (0.15, 0.06)]


def saved(handle):
    """The bytes of a profile, whose date is no part of what it says."""
    handle = ctypes.c_void_p(handle)
    size = ctypes.c_uint32(0)
    assert LCMS.cmsSaveProfileToMem(handle, None, ctypes.byref(size))
    out = ctypes.create_string_buffer(size.value)
    assert LCMS.cmsSaveProfileToMem(handle, out, ctypes.byref(size))
    LCMS.cmsCloseProfile(handle)
    return out.raw[:24] + bytes.fromhex("07d000010001000000000000") + out.raw[36:]


def curve(gamma):
    """The tone curve with this exponent, or sRGB's."""
    if gamma:
        return ctypes.c_void_p(LCMS.cmsBuildGamma(None, ctypes.c_double(gamma)))
    numbers = (ctypes.c_double * 5)(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    return ctypes.c_void_p(LCMS.cmsBuildParametricToneCurve(None, 4, numbers))


def xyY(*points):
    return (ctypes.c_double * (3 * len(points)))(*(v for x, y in points for v in (x, y, 1)))


def rgb_profile(primaries, gamma=None, white=D65):
    curves = (ctypes.c_void_p * 3)(*[curve(gamma)] * 3)
    return saved(LCMS.cmsCreateRGBProfile(xyY(white), xyY(*primaries), curves))


def grey_profile(gamma):
    return saved(LCMS.cmsCreateGrayProfile(xyY(D50), curve(gamma)))


def srgb_profile():
    return saved(LCMS.cmsCreate_sRGBProfile())


def cmyk_profile():
    """Inks that swallow light one after the other, in a table of three amounts of each."""
    c, m, y, k = np.meshgrid(*[np.linspace(0, 1, 3)] * 4, indexing="ij")
    linear = np.stack([(1 - ink) * (1 - k) for ink in (c, m, y)], -1)
    to_d50 = np.array([[0.4361, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606], [0.0139, 0.0971, 0.7141]])
    relative = linear @ to_d50.T / to_d50.sum(1)
    f = np.where(relative > 216 / 24389, np.cbrt(relative), (24389 / 27 * relative + 16) / 116)
    lab = np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)
    encoded = (lab * [0xFF00 / 100, 256, 256] + [0, 0x8000, 0x8000]).clip(0, 0xFFFF).round().astype(np.uint16)
    table = np.ascontiguousarray(encoded).tobytes()
    profile = LCMS.cmsCreateProfilePlaceholder(None)
    handle = ctypes.c_void_p(profile)
    LCMS.cmsSetProfileVersion(handle, ctypes.c_double(2.4))
    for setter, signature in [("DeviceClass", "prtr"), ("ColorSpace", "CMYK"), ("PCS", "Lab ")]:
        getattr(LCMS, "cmsSet" + setter)(handle, code(signature))
    pipeline = ctypes.c_void_p(LCMS.cmsPipelineAlloc(None, 4, 3))
    stage = ctypes.c_void_p(LCMS.cmsStageAllocCLut16bit(None, 3, 4, 3, table))
    assert LCMS.cmsPipelineInsertStage(pipeline, 1, stage)
    assert LCMS.cmsWriteTag(handle, code("A2B0"), pipeline)
    return saved(profile)


def code(signature):
    return ctypes.c_uint32(int.from_bytes(signature.encode(), "big"))
