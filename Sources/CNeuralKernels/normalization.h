#pragma once
#include "winograd.h"

// Batch normalisation and ReLU of one channel block of one picture.

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

static void normalization_forward(const NormalizationForward *job, int image, int block) {
    const FeatureMap input = picture_of(job->input, image), output = picture_of(job->output, image);
    const f32x16 scale = load(job->scale + block * 16), shift = load(job->shift + block * 16);
    const float *in = input.data + block * input.plane;
    float *out = output.data + block * output.plane;
    for (long i = 0, count = (long)input.height * input.width; i < count; i++)
        store(out + i * 16, relu(scale * load(in + i * 16) + shift));
}

// What is common to both passes of the way back.
typedef struct {
    f32x16 scale, shift, inverse, offset;
    const float *in, *first, *second;
    long count;
} NormalizedBlock;

INLINE NormalizedBlock normalized_block(const NormalizationBackward *job, int image, int block) {
    const FeatureMap input = picture_of(job->input, image);
    const FeatureMap first = picture_of(job->gradient, image), second = picture_of(job->other_gradient, image);
    return (NormalizedBlock){
        .scale = load(job->scale + block * 16), .shift = load(job->shift + block * 16),
        .inverse = load(job->inverse + block * 16), .offset = load(job->offset + block * 16),
        .in = input.data + block * input.plane, .count = (long)input.height * input.width,
        .first = first.data ? first.data + block * first.plane : 0,
        .second = second.data ? second.data + block * second.plane : 0,
    };
}

/// The gradient with respect to scale z + shift.
INLINE f32x16 gradient_at(const NormalizedBlock *b, long i, f32x16 z) {
    f32x16 up = b->first ? load(b->first + i * 16) : splat(0);
    if (b->second) up += load(b->second + i * 16);
    return keep_positive(up, b->scale * z + b->shift);
}

static void normalization_backward_sums(
    const NormalizationBackward *job, int image, int block, float *sum, float *product) {
    const NormalizedBlock b = normalized_block(job, image, block);
    f32x16 total = splat(0), products = splat(0);
    for (long i = 0; i < b.count; i++) {
        f32x16 z = load(b.in + i * 16), g = gradient_at(&b, i, z);
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
    for (long i = 0; i < b.count; i++) {
        f32x16 z = load(b.in + i * 16);
        store(out + i * 16, b.scale * (gradient_at(&b, i, z) - mean - (b.inverse * z + b.offset) * product));
    }
}
