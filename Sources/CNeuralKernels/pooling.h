#pragma once
#include "vector.h"

// 2x2 pooling. The convolutions pool on the way out and unpool on the way in; this is for a map that exists already.

static void average_pool(const FeatureMap *input, const FeatureMap *output, int row, int end) {
    const long pitch = (long)input->width * 16;
    for (int block = 0; block < input->blocks; block++)
        for (int y = row; y < end; y++) {
            const float *in = input->data + block * input->plane + 2 * y * pitch;
            float *out = output->data + block * output->plane + (long)y * output->width * 16;
            const long below = 2 * y + 1 < input->height ? pitch : 0;
            for (int x = 0; x < output->width; x++, in += 32, out += 16) {
                // Past an odd edge the pixel counts twice: the same mean.
                const long right = 2 * x + 1 < input->width ? 16 : 0;
                store(out, 0.25f * ((load(in) + load(in + right)) + (load(in + below) + load(in + below + right))));
            }
        }
}

/// The largest of a cell's values, which are not negative where there is one, and for each of them the lanes in which
/// it is the first that is largest and positive: where the gradient goes through the pool and the ReLU before it.
INLINE f32x16 largest(const f32x16 cell[4], uint16_t first[4]) {
    f32x16 most = __builtin_elementwise_max(
        __builtin_elementwise_max(cell[0], cell[1]), __builtin_elementwise_max(cell[2], cell[3]));
    i32x16 open = most > splat(0);
    UNROLL for (int k = 0; k < 4; k++) {
        i32x16 here = (cell[k] == most) & open;
        first[k] = bits_of_lanes(here);
        open &= ~here;
    }
    return most;
}

static void max_pool(const FeatureMap *input, const FeatureMap *output, uint16_t *mask, int row, int end) {
    const int height = input->height, width = input->width;
    for (int block = 0; block < input->blocks; block++)
        for (int y = row; y < end; y++)
            for (int x = 0; x < output->width; x++) {
                const long pixel = (long)2 * y * width + 2 * x;
                const float *in = input->data + block * input->plane + pixel * 16;
                uint16_t *bits = mask ? mask + (long)block * height * width + pixel : 0, first[4];
                const int below = 2 * y + 1 < height, right = 2 * x + 1 < width;
                const int inside[4] = {1, right, below, below && right};
                f32x16 cell[4];
                for (int k = 0; k < 4; k++)
                    cell[k] = inside[k] ? load(in + ((long)(k / 2) * width + k % 2) * 16) : splat(-1);
                store(output->data + block * output->plane + ((long)y * output->width + x) * 16, largest(cell, first));
                for (int k = 0; k < 4; k++)
                    if (bits && inside[k]) bits[(long)(k / 2) * width + k % 2] = first[k];
            }
}
