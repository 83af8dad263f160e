#include <string.h>
#include "CNeuralKernels.h"
#include "layout.h"

// What is done once for a network or a picture size, in no hurry.

static int blocks_of(int channels) { return (channels + 15) / 16; }

size_t winograd_weights_size(int inputs, int outputs) { return (size_t)36 * blocks_of(inputs) * blocks_of(outputs) * 256; }

void winograd_transform_weights(const float *weights, int inputs, int outputs, int transposed, float *transformed) {
    static const double g[6][3] = {
        {1.0 / 4, 0, 0}, {-1.0 / 6, -1.0 / 6, -1.0 / 6}, {-1.0 / 6, 1.0 / 6, -1.0 / 6},
        {1.0 / 24, 1.0 / 12, 1.0 / 6}, {1.0 / 24, -1.0 / 12, 1.0 / 6}, {0, 0, 1}};
    memset(transformed, 0, winograd_weights_size(inputs, outputs) * sizeof(float));
    const int from = transposed ? outputs : inputs, to = transposed ? inputs : outputs;
    const long from_padded = blocks_of(from) * 16, to_blocks = blocks_of(to);
    for (int o = 0; o < outputs; o++)
        for (int i = 0; i < inputs; i++) {
            const float *w = weights + ((long)o * inputs + i) * 9;
            const int k = transposed ? i : o, c = transposed ? o : i;
            double rows[6][3];
            for (int a = 0; a < 6; a++)
                for (int x = 0; x < 3; x++) {
                    rows[a][x] = 0;
                    for (int y = 0; y < 3; y++) rows[a][x] += g[a][y] * (transposed ? w[(2 - y) * 3 + 2 - x] : w[y * 3 + x]);
                }
            for (int a = 0; a < 6; a++)
                for (int b = 0; b < 6; b++) {
                    double total = 0;
                    for (int x = 0; x < 3; x++) total += rows[a][x] * g[b][x];
                    transformed[((a * 6 + b) * to_blocks + k / 16) * from_padded * 16 + c * 16 + k % 16] = (float)total;
                }
        }
}

int winograd_forward_tiles(int length) { return (length + 3) / 4; }
int winograd_backward_tiles(int length) { return (length + 1 - winograd_backward_origin(length) + 3) / 4; }

size_t winograd_scratch_size(int input_blocks, int output_blocks, int tiles_per_task) {
    // Whole register tiles of any variant, and one cache line of padding a plane.
    size_t rows = tiles_per_task + 12, group = output_blocks < 8 ? output_blocks : 8;
    return 36 * (rows * input_blocks * 16 + 16) + 36 * (rows * group * 16 + 16);
}

size_t winograd_weight_gradient_scratch_size(int input_blocks, int output_blocks, int tiles_per_task) {
    return 36 * ((size_t)tiles_per_task * input_blocks * 16 + 16) + 36 * ((size_t)tiles_per_task * output_blocks * 16 + 16)
        + MATRIX_ROW_SLACK;
}

void pad_replicated(const float *pixels, int height, int width, float *padded, long pitch) {
    for (int c = 0; c < 3; c++)
        for (int y = -1; y <= height; y++) {
            const int source = y < 0 ? 0 : y >= height ? height - 1 : y;
            const float *in = pixels + ((long)c * height + source) * width;
            float *out = padded + ((long)c * (height + 2) + y + 1) * pitch;
            out[0] = in[0];
            memcpy(out + 1, in, width * sizeof(float));
            out[width + 1] = in[width - 1];
        }
}

void fold_replicated_border(const float *padded, int height, int width, float *gradient) {
    for (int c = 0; c < 3; c++)
        for (int y = -1; y <= height; y++) {
            const int target = y < 0 ? 0 : y >= height ? height - 1 : y;
            const float *in = padded + ((long)c * (height + 2) + y + 1) * (width + 2);
            float *out = gradient + ((long)c * height + target) * width;
            out[0] += in[0];
            for (int x = 0; x < width; x++) out[x] += in[x + 1];
            out[width - 1] += in[width + 1];
        }
}
