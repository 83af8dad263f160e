#pragma once
#include "moments.h"

// A student's activations, through a 1x1 convolution and a ReLU, against a teacher's: the loss of a distillation.

/// Writes the gradient with respect to what the ReLU is given, [teacher block][pixel], of up to MATCH_PIXELS pixels,
/// and returns the squares of their differences.
INLINE f32x16 match_differences(
    const ActivationMatch *job, const int panels, int block, long pixel, int count, float *out) {
    const int inputs = job->student.blocks;
    f32x16 squares = splat(0);
    for (int first = 0; first < count; first += TILE_ROWS) {
        Tile tile;
        UNROLL for (int p = 0; p < panels; p++) {
            f32x16 bias = load(job->bias + (block + p) * 16);
            UNROLL for (int r = 0; r < TILE_ROWS; r++) tile.v[r][p] = bias;
        }
        for (int k = 0; k < inputs; k++)
            tile_multiply(
                panels, &tile, job->student.data + k * job->student.plane + (pixel + first) * 16, 16, 1,
                job->weights + ((long)block * inputs + k) * 16 * 16, 16, (long)inputs * 16 * 16, 16);
        UNROLL for (int p = 0; p < panels; p++) {
            const f32x16 inverse = load(job->inverse_scale + (block + p) * 16), twice = splat(2 * job->share);
            const float *target = job->teacher.data + (block + p) * job->teacher.plane + (pixel + first) * 16;
            float *to = out + ((long)p * MATCH_PIXELS + first) * 16;
            UNROLL for (int r = 0; r < TILE_ROWS; r++)
                if (first + r < count) {
                    f32x16 h = tile.v[r][p], d = relu(h) - inverse * load(target + r * 16);
                    squares += d * d;
                    store(to + r * 16, keep_positive(twice * d, h));
                }
        }
    }
    return squares;
}

INLINE void match_student_gradient(
    const ActivationMatch *job, const int panels, int block, long pixel, int count, const float *differences) {
    const int targets = job->teacher.blocks;
    for (int first = 0; first < count; first += TILE_ROWS) {
        Tile tile;
        UNROLL for (int r = 0; r < TILE_ROWS; r++) UNROLL for (int p = 0; p < panels; p++) tile.v[r][p] = splat(0);
        for (int k = 0; k < targets; k++)
            tile_multiply(
                panels, &tile, differences + ((long)k * MATCH_PIXELS + first) * 16, 16, 1,
                job->transposed + ((long)block * targets + k) * 16 * 16, 16, (long)targets * 16 * 16, 16);
        UNROLL for (int p = 0; p < panels; p++) {
            float *out = job->student_gradient.data + (block + p) * job->student_gradient.plane + (pixel + first) * 16;
            UNROLL for (int r = 0; r < TILE_ROWS; r++) if (first + r < count) store(out + r * 16, tile.v[r][p]);
        }
    }
}

static double match_activations(
    const ActivationMatch *job, long pixel, long end, float *scratch, float *weight_gradient, float *bias_gradient) {
    const int inputs = job->student.blocks, targets = job->teacher.blocks, step = targets * 16;
    double total = 0;
    for (; pixel < end; pixel += MATCH_PIXELS) {
        const int count = end - pixel < MATCH_PIXELS ? (int)(end - pixel) : MATCH_PIXELS;
        f32x16 squares = splat(0);
        int block = 0;
        for (; block + TILE_PANELS <= targets; block += TILE_PANELS)
            squares += match_differences(
                job, TILE_PANELS, block, pixel, count, scratch + (long)block * MATCH_PIXELS * 16);
        for (; block < targets; block++)
            squares += match_differences(job, 1, block, pixel, count, scratch + (long)block * MATCH_PIXELS * 16);
        total += sum_in_double(squares);
        if (!weight_gradient) continue;

        for (int t = 0; t < targets; t++) {
            const float *b = scratch + (long)t * MATCH_PIXELS * 16;
            f32x16 sum = load(bias_gradient + t * 16);
            for (int p = 0; p < count; p++) sum += load(b + p * 16);
            store(bias_gradient + t * 16, sum);
            for (int i = 0; i < inputs; i++) {
                const float *a = job->student.data + i * job->student.plane + pixel * 16;
                float *out = weight_gradient + (long)i * 16 * step + t * 16;
#define GROUP(rows, from) add_products(rows, a + from, b, count, out + from * step, step);
                MOMENT_GROUPS
#undef GROUP
            }
        }

        for (block = 0; block + TILE_PANELS <= inputs; block += TILE_PANELS)
            match_student_gradient(job, TILE_PANELS, block, pixel, count, scratch);
        for (; block < inputs; block++) match_student_gradient(job, 1, block, pixel, count, scratch);
    }
    return total;
}
