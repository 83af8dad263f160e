#pragma once
#include "vector.h"

// Means and second moments of activations, and the gradient of any function of them.

// Rows of the product kept in registers at a time: 16 = 16, 6 + 6 + 4 or 8 x 2.
#if VARIANT_AVX512
#define MOMENT_GROUPS GROUP(16, 0)
#elif VARIANT_AVX2 || defined(__aarch64__)
#define MOMENT_GROUPS GROUP(6, 0) GROUP(6, 6) GROUP(4, 12)
#else
#define MOMENT_GROUPS GROUP(2, 0) GROUP(2, 2) GROUP(2, 4) GROUP(2, 6) GROUP(2, 8) GROUP(2, 10) GROUP(2, 12) GROUP(2, 14)
#endif

INLINE void add_products(const int rows, const float *a, const float *b, long pixels, float *out, long out_step) {
    f32x16 total[16];
    UNROLL for (int r = 0; r < rows; r++) total[r] = load(out + r * out_step);
    for (long p = 0; p < pixels; p++, a += 16, b += 16) {
        f32x16 v = load(b);
        UNROLL for (int r = 0; r < rows; r++) total[r] += splat(a[r]) * v;
    }
    UNROLL for (int r = 0; r < rows; r++) store(out + r * out_step, total[r]);
}

enum { MOMENT_PIXELS = 128 }; // of every channel block at a time, so that they are read from memory once

static void moments(const FeatureMap *map, long pixel, long end, float *first, float *second) {
    const long step = map->blocks * 16;
    for (long start = pixel; start < end; start += MOMENT_PIXELS) {
        const long count = end - start < MOMENT_PIXELS ? end - start : MOMENT_PIXELS;
        for (int i = 0; i < map->blocks; i++) {
            const float *a = map->data + i * map->plane + start * 16;
            f32x16 total = load(first + i * 16);
            for (long p = 0; p < count; p++) total += load(a + p * 16);
            store(first + i * 16, total);
            for (int j = i; j < map->blocks; j++) {
                const float *b = map->data + j * map->plane + start * 16;
                float *out = second + i * 16 * step + j * 16;
#define GROUP(rows, from) add_products(rows, a + from, b, count, out + from * step, step);
                MOMENT_GROUPS
#undef GROUP
            }
        }
    }
}

INLINE void gradient_pixels(const ActivationGradient *job, const int panels, int block, int y, int x, int count) {
    const FeatureMap *f = &job->activation;
    const long pixel = (long)y * f->width + x;
    Tile tile;
    UNROLL for (int p = 0; p < panels; p++) {
        f32x16 start = job->vector ? load(job->vector + (block + p) * 16) : splat(0);
        UNROLL for (int r = 0; r < TILE_ROWS; r++) tile.v[r][p] = start;
    }
    if (job->matrix)
        for (int k = 0; k < f->blocks; k++)
            tile_multiply(
                panels, &tile, f->data + k * f->plane + pixel * 16, 16, 1,
                job->matrix + ((long)block * f->blocks + k) * 16 * 16, 16, (long)f->blocks * 16 * 16, 16);
    UNROLL for (int p = 0; p < panels; p++) {
        const float *activation = f->data + (block + p) * f->plane + pixel * 16;
        float *out = job->gradient.data + (block + p) * job->gradient.plane + pixel * 16;
        const float *target = job->target ? job->target + (block + p) * f->plane + pixel * 16 : 0;
        const float *pool = job->pool_gradient.data && y / 2 < job->pool_gradient.height
            ? job->pool_gradient.data + (block + p) * job->pool_gradient.plane
                + (long)(y / 2) * job->pool_gradient.width * 16
            : 0;
        const uint16_t *mask = job->mask ? job->mask + (long)(block + p) * f->height * f->width + pixel : 0;
        UNROLL for (int r = 0; r < TILE_ROWS; r++)
            if (r < count) {
                f32x16 v = load(activation + r * 16), g = tile.v[r][p];
                if (target) g += job->scale * (v - load(target + r * 16));
                if (pool && (x + r) / 2 < job->pool_gradient.width) {
                    f32x16 upstream = load(pool + (x + r) / 2 * 16);
                    if (mask) g += keep_where(upstream, lanes_of_bits(mask[r]));
                    else g += 0.25f * upstream;
                } else if (job->accumulate) g += load(out + r * 16);
                store(out + r * 16, keep_positive(g, v));
            }
    }
}

static void activation_gradient(const ActivationGradient *job, int row, int end) {
    const int width = job->activation.width, blocks = job->activation.blocks;
    for (int y = row; y < end; y++)
        for (int x = 0; x < width; x += TILE_ROWS) {
            int count = smaller(TILE_ROWS, width - x), block = 0;
            for (; block + TILE_PANELS <= blocks; block += TILE_PANELS)
                gradient_pixels(job, TILE_PANELS, block, y, x, count);
            for (; block < blocks; block++) gradient_pixels(job, 1, block, y, x, count);
        }
}

static double squared_difference(const FeatureMap *map, const float *target, long pixel, long end) {
    double total = 0;
    for (int block = 0; block < map->blocks; block++) {
        const float *a = map->data + block * map->plane, *b = target + block * map->plane;
        f32x16 part = splat(0);
        for (long p = pixel; p < end; p++) {
            f32x16 d = load(a + p * 16) - load(b + p * 16);
            part += d * d;
        }
        total += sum_in_double(part);
    }
    return total;
}
