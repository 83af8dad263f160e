#pragma once
// What an LSTM over coordinates sees of them, and what its outputs do to them.

#include "elementary.h"

#define FOR_EACH_16(i, n, count) for (long i = 0, n = (count); n > 0; i += 16, n -= 16)

static void asinh_scaled(const float *x, float scale, long count, float *result) {
    FOR_EACH_16(i, n, count) store_some(result + i, asinh16(load_some(x + i, n) * splat(scale)), n);
}

static void affine(const float *x, float scale, float offset, long count, float *result) {
    FOR_EACH_16(i, n, count) store_some(result + i, load_some(x + i, n) * splat(scale) + splat(offset), n);
}

static void tanh_over_root(const float *x, const float *square, float scale, long count, float *result) {
    FOR_EACH_16(i, n, count) {
        f32x16 value = load_some(x + i, n);
        // The smallest normal number: what is smaller is no gradient any more.
        f32x16 root = __builtin_elementwise_sqrt(load_some(square + i, n) * splat(scale));
        store_some(result + i, tanh16(value / larger_of(root, splat(1.17549435e-38f))), n);
    }
}

static void logarithm_and_sign(
    const float *x, float scale, float range, long count, float *logarithm, float *sign) {
    f32x16 smallest = exp16(splat(-range)), largest = exp16(splat(range));
    FOR_EACH_16(i, n, count) {
        f32x16 value = load_some(x + i, n) * splat(scale);
        f32x16 a = magnitude(value);
        i32x16 is_large = a >= smallest;
        f32x16 l = log16(choose(is_large, smaller_of(a, splat(1e38f)), splat(1))) / splat(range);
        store_some(logarithm + i, choose(is_large, l, splat(-1)), n);
        store_some(sign + i, choose(is_large, with_sign(splat(1), value), value * largest), n);
    }
}

static void quasi_newton_move(
    const QuasiNewtonStep *s, const float *outputs, long stride, const float *direction, const float *gradient,
    const float *move, const float *common, const float *broad, long count,
    float *result) {
    FOR_EACH_16(i, n, count) {
        f32x16 d = load_some(direction + i, n), g = load_some(gradient + i, n), m = load_some(move + i, n);
        f32x16 a1 = load_some(common + i, n), a2 = load_some(broad + i, n);
        f32x16 t1 = tanh16(load(outputs + i)), t2 = tanh16(load(outputs + stride + i));
        f32x16 t3 = tanh16(load(outputs + 2 * stride + i)), t4 = tanh16(load(outputs + 3 * stride + i));
        f32x16 t5 = tanh16(load(outputs + 4 * stride + i)), t6 = tanh16(load(outputs + 5 * stride + i));
        f32x16 u = -(exp16(splat(s->direction) * t1) * d + splat(s->gradient) * t2 * g
                     + splat(s->means) * (t5 * a1 + t6 * a2));
        store_some(result + i, u + splat(s->move) * t3 * m + splat(s->free) * t4, n);
    }
}

static void quasi_newton_move_gradient(
    const QuasiNewtonStep *s, const float *upstream, const float *outputs, long stride, const float *direction,
    const float *gradient, const float *move, const float *common, const float *broad, long count,
    float *result) {
    FOR_EACH_16(i, n, count) {
        f32x16 up = load_some(upstream + i, n);
        f32x16 d = load_some(direction + i, n), g = load_some(gradient + i, n), m = load_some(move + i, n);
        f32x16 a1 = load_some(common + i, n), a2 = load_some(broad + i, n);
        f32x16 t1 = tanh16(load(outputs + i)), t2 = tanh16(load(outputs + stride + i));
        f32x16 t3 = tanh16(load(outputs + 2 * stride + i)), t4 = tanh16(load(outputs + 3 * stride + i));
        f32x16 t5 = tanh16(load(outputs + 4 * stride + i)), t6 = tanh16(load(outputs + 5 * stride + i));
        f32x16 a = splat(s->direction), one = splat(1);
        store(result + i, -up * exp16(a * t1) * d * a * (one - t1 * t1));
        store(result + stride + i, -up * splat(s->gradient) * g * (one - t2 * t2));
        store(result + 2 * stride + i, up * splat(s->move) * m * (one - t3 * t3));
        store(result + 3 * stride + i, up * splat(s->free) * (one - t4 * t4));
        store(result + 4 * stride + i, -up * splat(s->means) * a1 * (one - t5 * t5));
        store(result + 5 * stride + i, -up * splat(s->means) * a2 * (one - t6 * t6));
    }
}
