#pragma once
#include "winograd.h"

// Batch normalisation and ReLU of one channel block of one picture, with the 2x2 average that may follow.

static void channel_sums(const FeatureMap *maps, int image, int block, float *sum, float *square) {
    const FeatureMap map = picture_of(*maps, image);
    const float *in = map.data + block * map.plane;
    f32x16 total = splat(0), squares = splat(0);
    for (long i = 0, count = (long)map.height * map.width; i < count; i++) {
        f32x16 v = load(in + i * 16);
        total += v;
        squares += v * v;
    }
    store_unaligned(sum, total);
    store_unaligned(square, squares);
}

static void normalization_forward(
    const NormalizationForward *job, int image, int block, float *sum, float *square) {
    const FeatureMap input = picture_of(job->input, image), output = picture_of(job->output, image);
    const f32x16 scale = load(job->scale + block * 16), shift = load(job->shift + block * 16);
    const float *in = input.data + block * input.plane;
    float *out = output.data + block * output.plane;
    f32x16 total = splat(0), squares = splat(0);
    if (output.height == input.height) {
        for (long i = 0, count = (long)input.height * input.width; i < count; i++) {
            f32x16 a = relu(scale * load(in + i * 16) + shift);
            total += a;
            squares += a * a;
            store(out + i * 16, a);
        }
    } else {
        const long pitch = (long)input.width * 16;
        for (int y = 0; y < output.height; y++)
            for (int x = 0; x < output.width; x++, out += 16) {
                const float *corner = in + 2 * y * pitch + x * 32;
                f32x16 quad = splat(0);
                UNROLL for (int k = 0; k < 4; k++) {
                    f32x16 a = relu(scale * load(corner + k / 2 * pitch + k % 2 * 16) + shift);
                    quad += a;
                    squares += a * a;
                }
                total += quad;
                store(out, 0.25f * quad);
            }
    }
    store_unaligned(sum, total);
    store_unaligned(square, squares);
}

/// The gradient with respect to scale z + shift of four pixels' worth or one: what is common to both passes of the way
/// back.
typedef struct {
    FeatureMap input, gradient;
    f32x16 scale, shift, inverse, offset, constant, slope;
    const float *in, *upstream;
    int is_pooled;
} NormalizedBlock;

INLINE NormalizedBlock normalized_block(const NormalizationBackward *job, int image, int block) {
    NormalizedBlock b = {.input = picture_of(job->input, image), .gradient = picture_of(job->gradient, image)};
    b.scale = load(job->scale + block * 16);
    b.shift = load(job->shift + block * 16);
    b.inverse = load(job->inverse + block * 16);
    b.offset = load(job->offset + block * 16);
    const long channel = ((long)image * b.input.blocks + block) * 16;
    b.constant = job->constant ? load(job->constant + channel) : splat(0);
    b.slope = job->slope ? load(job->slope + channel) : splat(0);
    b.in = b.input.data + block * b.input.plane;
    b.upstream = b.gradient.data ? b.gradient.data + block * b.gradient.plane : 0;
    b.is_pooled = b.upstream && b.gradient.height != b.input.height;
    return b;
}

INLINE f32x16 gradient_at(const NormalizedBlock *b, int y, int x, f32x16 z) {
    f32x16 up = b->constant, v = b->scale * z + b->shift;
    if (b->is_pooled) up += 0.25f * load(b->upstream + ((long)(y / 2) * b->gradient.width + x / 2) * 16);
    else if (b->upstream) up += load(b->upstream + ((long)y * b->input.width + x) * 16);
    return keep_positive(up + b->slope * v, v);
}

static void normalization_backward_sums(
    const NormalizationBackward *job, int image, int block, float *sum, float *product) {
    const NormalizedBlock b = normalized_block(job, image, block);
    f32x16 total = splat(0), products = splat(0);
    for (int y = 0; y < b.input.height; y++)
        for (int x = 0; x < b.input.width; x++) {
            f32x16 z = load(b.in + ((long)y * b.input.width + x) * 16), g = gradient_at(&b, y, x, z);
            total += g;
            products += g * (b.inverse * z + b.offset);
        }
    store_unaligned(sum, total);
    store_unaligned(product, products);
}

static void normalization_backward(const NormalizationBackward *job, int image, int block) {
    const NormalizedBlock b = normalized_block(job, image, block);
    const FeatureMap result = picture_of(job->input_gradient, image);
    const f32x16 mean = load(job->mean + block * 16), product = load(job->product + block * 16);
    float *out = result.data + block * result.plane;
    for (int y = 0; y < b.input.height; y++)
        for (int x = 0; x < b.input.width; x++) {
            const long at = ((long)y * b.input.width + x) * 16;
            f32x16 z = load(b.in + at);
            store(out + at, b.scale * (gradient_at(&b, y, x, z) - mean - (b.inverse * z + b.offset) * product));
        }
}
