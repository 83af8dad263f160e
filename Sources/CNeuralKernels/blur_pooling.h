#pragma once
#include "vector.h"

// Blurred pooling (Zhang 2019, arXiv:1904.11486): the binomial [1 3 3 1] / 8 along each axis, then every second value.
// Output o of an axis is made of inputs 2 o - 1 ... 2 o + 2.

static const float BINOMIAL[4] = {0.125f, 0.375f, 0.375f, 0.125f};

static void blur_pool(const FeatureMap *input, const FeatureMap *output, int row, int end) {
    const int height = input->height, width = input->width;
    for (int block = 0; block < input->blocks; block++)
        for (int y = row; y < end; y++)
            for (int x = 0; x < output->width; x++) {
                f32x16 total = splat(0);
                for (int i = 0; i < 4; i++) {
                    const float *in =
                        input->data + block * input->plane + (long)clamp(2 * y - 1 + i, 0, height - 1) * width * 16;
                    f32x16 across = splat(0);
                    for (int j = 0; j < 4; j++)
                        across += BINOMIAL[j] * load(in + (long)clamp(2 * x - 1 + j, 0, width - 1) * 16);
                    total += BINOMIAL[i] * across;
                }
                store(output->data + block * output->plane + ((long)y * output->width + x) * 16, total);
            }
}

/// How much of input `i` of `length` there is in output `o`: at the border it also stands for what lies beyond.
INLINE float blur_weight(int i, int o, int length) {
    float weight = 0;
    for (int k = 0; k < 4; k++)
        if (clamp(2 * o - 1 + k, 0, length - 1) == i) weight += BINOMIAL[k];
    return weight;
}

static void blur_pool_gradient(const FeatureMap *gradient, const FeatureMap *input_gradient, int row, int end) {
    const int height = input_gradient->height, width = input_gradient->width;
    for (int block = 0; block < gradient->blocks; block++)
        for (int y = row; y < end; y++)
            for (int x = 0; x < width; x++) {
                f32x16 total = splat(0);
                for (int v = clamp(y / 2 - 1, 0, y); v <= y / 2 + 1 && v < gradient->height; v++) {
                    const float *in = gradient->data + block * gradient->plane + (long)v * gradient->width * 16;
                    const float down = blur_weight(y, v, height);
                    for (int u = clamp(x / 2 - 1, 0, x); u <= x / 2 + 1 && u < gradient->width; u++)
                        total += down * blur_weight(x, u, width) * load(in + (long)u * 16);
                }
                store(input_gradient->data + block * input_gradient->plane + ((long)y * width + x) * 16, total);
            }
}
