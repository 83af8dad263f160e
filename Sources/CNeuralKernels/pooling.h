#pragma once
#include "vector.h"

// 2x2 average pooling. The convolutions pool on the way out and unpool on the way in; this is for a map that exists
// already.

static void average_pool(const FeatureMap *input, const FeatureMap *output, int row, int end) {
    const long pitch = (long)input->width * 16;
    for (int block = 0; block < input->blocks; block++)
        for (int y = row; y < end; y++) {
            const float *in = input->data + block * input->plane + 2 * y * pitch;
            float *out = output->data + block * output->plane + (long)y * output->width * 16;
            const long below = 2 * y + 1 < input->height ? pitch : 0;
            for (int x = 0; x < output->width; x++, in += 32, out += 16) {
                const long right = 2 * x + 1 < input->width ? 16 : 0; // past an odd edge the pixel counts twice: the same mean
                store(out, 0.25f * ((load(in) + load(in + right)) + (load(in + below) + load(in + below + right))));
            }
        }
}
