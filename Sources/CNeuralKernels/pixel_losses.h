#pragma once
#include "vector.h"

// Losses on the pixels themselves, three planes.

// The sum over x in from..<to of (p[x] - q[x + shift])^2; adds twice `weight` times the differences to g.
INLINE double add_differences(
    const float *p, const float *q, int shift, int from, int to, float weight, float *g) {
    f32x16 total = splat(0), factor = splat(2 * weight);
    double rest = 0;
    int x = from;
    for (; x + 16 <= to; x += 16) {
        f32x16 d = load_unaligned(p + x) - load_unaligned(q + x + shift);
        total += d * d;
        store_unaligned(g + x, load_unaligned(g + x) + factor * d);
    }
    for (; x < to; x++) {
        float d = p[x] - q[x + shift];
        rest += (double)d * d;
        g[x] += 2 * weight * d;
    }
    return sum_in_double(total) + rest;
}

static void total_variation(
    const float *plane, int height, int width, int row, int end, const float weights[4], double sums[4],
    float *gradient) {
    for (int y = row; y < end; y++) {
        const float *p = plane + (long)y * width, *above = p - width, *below = p + width;
        float *g = gradient + (long)y * width;
        sums[0] += add_differences(p, p, 1, 0, width - 1, weights[0], g);
        add_differences(p, p, -1, 1, width, weights[0], g);
        if (y + 1 < height) {
            sums[1] += add_differences(p, below, 0, 0, width, weights[1], g);
            sums[2] += add_differences(p, below, 1, 0, width - 1, weights[2], g);
            sums[3] += add_differences(p, below, -1, 1, width, weights[3], g);
        }
        if (y > 0) {
            add_differences(p, above, 0, 0, width, weights[1], g);
            add_differences(p, above, -1, 1, width, weights[2], g);
            add_differences(p, above, 1, 0, width - 1, weights[3], g);
        }
    }
}

static void pixel_moments(const float *const planes[3], long pixel, long end, double first[3], double second[6]) {
    f32x16 sums[3] = {splat(0), splat(0), splat(0)}, products[6];
    UNROLL for (int i = 0; i < 6; i++) products[i] = splat(0);
    long p = pixel;
    for (; p + 16 <= end; p += 16) {
        f32x16 c[3];
        UNROLL for (int i = 0; i < 3; i++) sums[i] += c[i] = load_unaligned(planes[i] + p);
        products[0] += c[0] * c[0];
        products[1] += c[0] * c[1];
        products[2] += c[0] * c[2];
        products[3] += c[1] * c[1];
        products[4] += c[1] * c[2];
        products[5] += c[2] * c[2];
    }
    for (int i = 0; i < 3; i++) first[i] += sum_in_double(sums[i]);
    for (int i = 0; i < 6; i++) second[i] += sum_in_double(products[i]);
    for (; p < end; p++)
        for (int i = 0, k = 0; i < 3; i++) {
            first[i] += planes[i][p];
            for (int j = i; j < 3; j++) second[k++] += (double)planes[i][p] * planes[j][p];
        }
}

static void pixel_gradient(
    const float *const planes[3], const float matrix[9], const float vector[3], long pixel, long end,
    float *const gradient[3]) {
    for (int i = 0; i < 3; i++)
        for (long p = pixel; p < end; p++)
            gradient[i][p] += vector[i] + matrix[3 * i] * planes[0][p] + matrix[3 * i + 1] * planes[1][p]
                + matrix[3 * i + 2] * planes[2][p];
}
