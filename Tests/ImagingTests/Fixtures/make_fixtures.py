"""Makes the pictures and expected values beside it: python3 make_fixtures.py (numpy, Pillow, libjpeg's cjpeg, and
Little CMS).

NAME.png or NAME.jpg goes with NAME.expected: width, height, channels, bits as big-endian 16-bit numbers, then the
samples, interleaved, a byte each or (16 bits) two, big-endian. PNGs are put together by hand, since Pillow writes few
of their kinds, and what Pillow reads must agree with the samples they are made of. JPEGs are as Pillow reads them.

profiles/ holds pictures in other colours than sRGB. What they go with is sRGB as Pillow's ImageCms makes it by default.
"""
import io
import pathlib
import struct
import subprocess
import zlib

import numpy as np
from PIL import Image, ImageCms, ImageOps

import color_profiles as icc

HERE = pathlib.Path(__file__).parent
RNG = np.random.default_rng(1)
WIDTH, HEIGHT = 13, 9
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def save_expected(name, samples):
    bits = 8 * samples.itemsize
    header = struct.pack(">4H", samples.shape[1], samples.shape[0], samples.shape[2], bits)
    (HERE / f"{name}.expected").write_bytes(header + samples.astype(f">u{samples.itemsize}").tobytes())


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed_rows(samples, depth):
    """Filter type 0, then the row's samples, most significant bit first."""
    rows = b""
    for row in samples:
        if depth == 16:
            data = row.astype(">u2").tobytes()
        else:
            bits = (row.reshape(-1, 1) >> np.arange(depth - 1, -1, -1)) & 1
            data = np.packbits(bits.astype(np.uint8).ravel()).tobytes()
        rows += b"\0" + data
    return rows


def png(samples, color_type, depth, interlaced, *chunks):
    if interlaced:
        passes = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7]
        data = b"".join(packed_rows(p, depth) for p in passes if p.size)
    else:
        data = packed_rows(samples, depth)
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, interlaced)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunk(*c) for c in chunks)
            + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))


def save_png(name, data, expected):
    (HERE / f"{name}.png").write_bytes(data)
    save_expected(name, expected)
    # Pillow compares the key with scaled samples.
    pillow_errs = name.startswith("grey-") and data[24] < 8 and b"tRNS" in data
    if expected.dtype == np.uint8 and not pillow_errs:
        mode = "RGBA" if expected.shape[2] == 4 else "RGB"
        picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
        assert np.array_equal(np.asarray(picture.convert(mode)), expected), name


def with_alpha(colour, transparent, bits):
    opacity = np.where(transparent, 0, (1 << bits) - 1)[..., None].astype(colour.dtype)
    return np.concatenate([colour, opacity], axis=2)


def make_pngs():
    names = {0: "grey", 2: "rgb", 3: "palette", 4: "grey-alpha", 6: "rgba"}
    for color_type, depths in {0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]}.items():
        channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color_type]
        for depth in depths:
            bits = max(depth, 8)
            dtype = np.uint16 if bits == 16 else np.uint8
            samples = RNG.integers(0, 1 << depth, (HEIGHT, WIDTH, channels)).astype(np.int64)
            for interlaced in (0, 1):
                name = f"{names[color_type]}-{depth}" + ("-interlaced" if interlaced else "")
                if color_type == 3:
                    palette = RNG.integers(0, 256, (1 << depth, 3)).astype(np.uint8)
                    opacity = RNG.integers(0, 256, max(1, (1 << depth) * 3 // 4)).astype(np.uint8)  # the rest is opaque
                    colour = palette[samples[..., 0]]
                    plte = (b"PLTE", palette.tobytes())
                    save_png(name, png(samples, 3, depth, interlaced, plte), colour)
                    alpha = np.concatenate([opacity, np.full((1 << depth) - len(opacity), 255, np.uint8)])[samples]
                    save_png(name + "-trns", png(samples, 3, depth, interlaced, plte, (b"tRNS", opacity.tobytes())),
                             np.concatenate([colour, alpha], axis=2))
                    continue
                full = (samples * ((1 << bits) - 1) // ((1 << depth) - 1)).astype(dtype)
                expected = full[..., {1: [0, 0, 0], 2: [0, 0, 0, 1], 3: [0, 1, 2], 4: [0, 1, 2, 3]}[channels]]
                save_png(name, png(samples, color_type, depth, interlaced), expected)
                if color_type in (0, 2):
                    key = samples[4, 5]
                    trns = (b"tRNS", key.astype(">u2").tobytes())
                    save_png(name + "-trns", png(samples, color_type, depth, interlaced, trns),
                             with_alpha(expected, (samples == key).all(2), bits))
    one = np.array([[[10, 20, 30]]])
    save_png("one-pixel", png(one, 2, 8, 0), one.astype(np.uint8))
    save_png("one-pixel-interlaced", png(one, 2, 8, 1), one.astype(np.uint8))
    samples = RNG.integers(0, 256, (HEIGHT, WIDTH, 3))
    save_png("exif-6", png(samples, 2, 8, 0, (b"eXIf", exif(6, ">"))), np.rot90(samples, -1).astype(np.uint8))


def exif(orientation, order):
    return ((b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, 1)
            + struct.pack(order + "HHIHHI", 0x0112, 3, 1, orientation, 0, 0))


def photograph(width=45, height=31):
    y, x = np.mgrid[:height, :width]
    planes = [127 + 120 * np.sin(x / 7), 127 + 120 * np.cos(y / 5), 127 + 120 * np.sin((x + y) / 9)]
    return Image.fromarray(np.stack(planes, 2).astype(np.uint8))


def save_jpeg(name, data):
    (HERE / f"{name}.jpg").write_bytes(data)
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    save_expected(name, np.asarray(picture.convert("RGB")))


def jpeg(picture, **options):
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85, **options)
    return out.getvalue()


def cjpeg(*options):
    ppm = io.BytesIO()
    photograph().save(ppm, "PPM")
    return subprocess.run(["cjpeg", *options], input=ppm.getvalue(), capture_output=True, check=True).stdout


def make_jpegs():
    save_jpeg("baseline", jpeg(photograph()))
    save_jpeg("progressive", jpeg(photograph(), progressive=True))
    save_jpeg("grey", jpeg(photograph().convert("L")))
    save_jpeg("one-pixel-jpeg", jpeg(photograph(1, 1)))
    save_jpeg("cmyk", jpeg(photograph().convert("CMYK")))
    # YCCK is CMYK whose first three planes are stored as YCbCr: a YCbCr picture with a fourth plane and transform 2.
    ycck = jpeg(photograph().convert("CMYK"))
    adobe = ycck.index(b"Adobe")
    save_jpeg("ycck", ycck[:adobe + 11] + b"\x02" + ycck[adobe + 12:])
    for sampling in ["1x1", "2x1", "2x2", "1x2", "4x1"]:
        name = {"1x1": "444", "2x1": "422", "2x2": "420", "1x2": "440", "4x1": "411"}[sampling]
        save_jpeg(name, cjpeg("-sample", sampling))
    save_jpeg("restart", cjpeg("-restart", "1"))
    save_jpeg("arithmetic", cjpeg("-arithmetic"))
    for orientation in range(1, 9):
        data = b"Exif\0\0" + exif(orientation, "<>"[orientation % 2])
        save_jpeg(f"orientation-{orientation}", jpeg(photograph(19, 11), exif=data))


def make_resized():
    """What Pillow makes of a random picture: width, height, then the values, as little-endian floats."""
    source = RNG.random((23, 37)).astype(np.float32)
    for width, height in [(37, 23), (11, 7), (80, 61), (36, 50), (1, 1), (37, 5)]:
        resized = np.asarray(Image.fromarray(source, "F").resize((width, height), Image.LANCZOS))
        (HERE / f"lanczos-{width}x{height}.floats").write_bytes(resized.astype("<f4").tobytes())


def in_srgb(picture, profile):
    """As 8-bit samples."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    # Little CMS would put a table in the place of the one of a CMYK profile, which is up to ten levels off here.
    flags = ImageCms.Flags.NOOPTIMIZE if picture.mode == "CMYK" else ImageCms.Flags.NONE
    srgb = ImageCms.createProfile("sRGB")
    return np.asarray(ImageCms.profileToProfile(picture, source, srgb, outputMode="RGB", flags=flags))


def iccp(profile):
    return b"iCCP", b"profile\0\0" + zlib.compress(profile)


def chrm(primaries, white=icc.D65):
    return b"cHRM", struct.pack(">8I", *(round(1e5 * v) for point in [white, *primaries] for v in point))


def gama(gamma):
    return b"gAMA", struct.pack(">I", round(1e5 / gamma))


def make_profiled():
    (HERE / "profiles").mkdir(exist_ok=True)
    picture = photograph(16, 16)
    samples = np.asarray(picture).astype(np.int64)
    srgb = samples.astype(np.uint8)

    def save(name, expected, *chunks, color_type=2, depth=8, samples=samples):
        (HERE / f"profiles/{name}.png").write_bytes(png(samples, color_type, depth, 0, *chunks))
        save_expected(f"profiles/{name}", expected)

    def save_jpeg(name, picture, profile):
        data = jpeg(picture, icc_profile=profile)
        (HERE / f"profiles/{name}.jpg").write_bytes(data)
        save_expected(f"profiles/{name}", in_srgb(Image.open(io.BytesIO(data)), profile))

    p3 = icc.rgb_profile(icc.DISPLAY_P3)
    adobe = icc.rgb_profile(icc.ADOBE_RGB, 563 / 256)
    linear = icc.rgb_profile(icc.SRGB, 1)
    for name, profile in [("display-p3", p3), ("adobe-rgb", adobe)]:
        save(name, in_srgb(picture, profile), iccp(profile))
        save_jpeg(name + "-jpeg", picture, profile)
    grey = picture.convert("L")
    levels = np.asarray(grey).astype(np.int64)[..., None]
    dot_gain = icc.grey_profile(1.8)
    save("grey", in_srgb(grey, dot_gain), iccp(dot_gain), color_type=0, samples=levels)
    save_jpeg("grey-jpeg", grey, dot_gain)
    save_jpeg("cmyk-jpeg", picture.convert("CMYK"), icc.cmyk_profile())
    opacity = RNG.integers(0, 256, (16, 16, 1))
    save("display-p3-alpha", np.concatenate([in_srgb(picture, p3), opacity.astype(np.uint8)], axis=2), iccp(p3),
         color_type=6, samples=np.concatenate([samples, opacity], axis=2))

    # Pillow has no pictures of 16-bit colours: Display P3 by its definition.
    deep = RNG.integers(0, 1 << 16, (16, 16, 3))
    save("display-p3-16", display_p3_to_srgb(deep / 65535), iccp(p3), depth=16, samples=deep)

    # PNG's own chunks, and which goes before which.
    save("gama-chrm", in_srgb(picture, icc.rgb_profile(icc.ADOBE_RGB, 2.2)), gama(2.2),
         chrm(icc.ADOBE_RGB))
    save("gama", in_srgb(picture, linear), gama(1))
    save("iccp-before-others", in_srgb(picture, p3), (b"sRGB", b"\0"), gama(1), chrm(icc.ADOBE_RGB), iccp(p3))
    save("srgb-before-gama", srgb, gama(1), chrm(icc.ADOBE_RGB), (b"sRGB", b"\0"))

    # What is sRGB in other words, or cannot be understood.
    save("srgb", srgb, (b"sRGB", b"\0"))
    save("srgb-gama-chrm", srgb, gama(2.2), chrm(icc.SRGB))
    save("srgb-gama", srgb, gama(2.2))
    save("srgb-iccp", srgb, iccp(icc.srgb_profile()))
    save("damaged-iccp", srgb, iccp(p3[:200] + bytes(len(p3) - 200)))
    save("damaged-gama-chrm", srgb, (b"gAMA", bytes(4)), (b"cHRM", bytes(32)))


def display_p3_to_srgb(values):
    """As 16-bit samples."""
    linear = np.where(values > 0.04045, ((values + 0.055) / 1.055) ** 2.4, values / 12.92)
    linear = linear @ (np.linalg.inv(to_xyz(icc.SRGB)) @ to_xyz(icc.DISPLAY_P3)).T
    linear = linear.clip(0, 1)
    encoded = np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)
    return (65535 * encoded).round().astype(np.uint16)


def to_xyz(primaries, white=icc.D65):
    columns = np.array([[x / y, 1, (1 - x - y) / y] for x, y in primaries]).T
    x, y = white
    return columns * np.linalg.solve(columns, [x / y, 1, (1 - x - y) / y])


for old in HERE.rglob("*"):
    if old.suffix in {".png", ".jpg", ".expected", ".floats"}:
        old.unlink()
make_pngs()
make_jpegs()
make_resized()
make_profiled()
