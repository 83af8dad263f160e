#pragma once
// Elementary functions of 16 floats at a time.

#include "vector.h"

typedef uint32_t u32x16 __attribute__((vector_size(64)));

INLINE f32x16 smaller_of(f32x16 a, f32x16 b) { return __builtin_elementwise_min(a, b); }
INLINE f32x16 larger_of(f32x16 a, f32x16 b) { return __builtin_elementwise_max(a, b); }
INLINE f32x16 magnitude(f32x16 x) { return (f32x16)((i32x16)x & 0x7fffffff); }
INLINE f32x16 with_sign(f32x16 x, f32x16 sign) { return (f32x16)((i32x16)x | ((i32x16)sign & (int32_t)0x80000000)); }
INLINE f32x16 choose(i32x16 mask, f32x16 yes, f32x16 no) {
    return (f32x16)(((i32x16)yes & mask) | ((i32x16)no & ~mask));
}

/// A quotient that is still to be divided, so that several can share one division.
typedef struct { f32x16 numerator, denominator; } Fraction;

/// tanh as a ratio of polynomials of x (degrees 7 and 8), fitted for the least relative error, to 4.3e-7 of itself;
/// beyond 7.9 it is 1 to single precision.
INLINE Fraction tanh_fraction(f32x16 x) {
    x = larger_of(smaller_of(x, splat(7.9053111f)), splat(-7.9053111f));
    f32x16 t = x * x;
    f32x16 p = splat(1.157246242655674e-05f) * t + splat(0.002964652143418789f);
    p = p * t + splat(0.12938523292541504f);
    p = p * t + splat(1);
    f32x16 q = splat(2.5047137341971393e-07f) * t + splat(0.0002405751874903217f);
    q = q * t + splat(0.023871775716543198f);
    q = q * t + splat(0.46271783113479614f);
    q = q * t + splat(1);
    return (Fraction){x * p, q};
}

/// The logistic function (1 + tanh(x / 2)) / 2.
INLINE Fraction sigmoid_fraction(f32x16 x) {
    Fraction t = tanh_fraction(x * splat(0.5f));
    return (Fraction){t.denominator + t.numerator, t.denominator + t.denominator};
}

INLINE f32x16 divided(Fraction f) { return f.numerator / f.denominator; }
INLINE f32x16 tanh16(f32x16 x) { return divided(tanh_fraction(x)); }
INLINE f32x16 sigmoid16(f32x16 x) { return divided(sigmoid_fraction(x)); }

/// e^x for |x| < 80, to 2e-7; 1 exactly at 0.
INLINE f32x16 exp16(f32x16 x) {
    f32x16 n = __builtin_elementwise_roundeven(x * splat(1.44269504088896341f));
    f32x16 r = x - n * splat(0.693359375f) - n * splat(-2.12194440e-4f);
    f32x16 p = splat(1.9875691500e-4f) * r + splat(1.3981999507e-3f);
    p = p * r + splat(8.3334519073e-3f);
    p = p * r + splat(4.1665795894e-2f);
    p = p * r + splat(1.6666665459e-1f);
    p = p * r + splat(5.0000001201e-1f);
    p = p * r * r + r + splat(1);
    i32x16 exponent = (__builtin_convertvector(n, i32x16) + 127) << 23;
    return p * (f32x16)exponent;
}

/// log x of normal positive numbers, to 2e-7 of the larger of it and 1.
INLINE f32x16 log16(f32x16 x) {
    // x = 2^e m with m from sqrt(1/2) to sqrt(2)
    i32x16 shifted = (i32x16)x - 0x3f3504f3;
    f32x16 e = __builtin_convertvector(shifted >> 23, f32x16);
    f32x16 m = (f32x16)((shifted & 0x007fffff) + 0x3f3504f3) - splat(1);
    f32x16 p = splat(7.0376836292e-2f) * m + splat(-1.1514610310e-1f);
    p = p * m + splat(1.1676998740e-1f);
    p = p * m + splat(-1.2420140846e-1f);
    p = p * m + splat(1.4249322787e-1f);
    p = p * m + splat(-1.6668057665e-1f);
    p = p * m + splat(2.0000714765e-1f);
    p = p * m + splat(-2.4999993993e-1f);
    p = p * m + splat(3.3333331174e-1f);
    f32x16 square = m * m;
    return (m - splat(0.5f) * square + p * m * square) + e * splat(0.693147180559945f);
}

/// asinh x, to 1e-6 of itself; of infinity, asinh 1e18.
INLINE f32x16 asinh16(f32x16 x) {
    f32x16 a = smaller_of(magnitude(x), splat(1e18f));
    f32x16 square = a * a;
    f32x16 far = log16(a + __builtin_elementwise_sqrt(square + splat(1)));
    // Its series, where the logarithm's argument is too near 1.
    f32x16 p = splat(-945.0f / 42240) * square + splat(105.0f / 3456);
    p = p * square + splat(-15.0f / 336);
    p = p * square + splat(3.0f / 40);
    p = p * square + splat(-1.0f / 6);
    f32x16 near = a + a * square * p;
    return with_sign(choose(a < splat(0.3f), near, far), x);
}

/// The first `count` of 16 floats; the others are 0.
INLINE f32x16 load_some(const float *p, long count) {
    if (count >= 16) return load_unaligned(p);
    float values[16] = {0};
    for (long i = 0; i < count; i++) values[i] = p[i];
    return load_unaligned(values);
}

INLINE void store_some(float *p, f32x16 v, long count) {
    if (count >= 16) {
        store_unaligned(p, v);
    } else {
        for (long i = 0; i < count; i++) p[i] = v[i];
    }
}
