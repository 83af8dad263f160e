#include <string.h>
#include "CNeuralKernels.h"
#include "layout.h"

// What is done once for a network or a picture size, in no hurry.

static int blocks_of(int channels) { return (channels + 15) / 16; }

size_t winograd_weights_size(int inputs, int outputs) {
    return (size_t)36 * blocks_of(inputs) * blocks_of(outputs) * 256;
}

void winograd_transform_weights(
    const float *weights, int inputs, int outputs, int transposed, int block, int end, float *transformed) {
    static const double g[6][3] = {
        {1.0 / 4, 0, 0}, {-1.0 / 6, -1.0 / 6, -1.0 / 6}, {-1.0 / 6, 1.0 / 6, -1.0 / 6},
        {1.0 / 24, 1.0 / 12, 1.0 / 6}, {1.0 / 24, -1.0 / 12, 1.0 / 6}, {0, 0, 1}};
    const int from = transposed ? outputs : inputs, to = transposed ? inputs : outputs;
    const int from_padded = blocks_of(from) * 16, to_blocks = blocks_of(to);
    for (; block < end; block++)
        for (int c = 0; c < from_padded; c++) {
            // The lanes are 16 channels of the result; those past the last stay 0.
            double w[3][3][16] = {0}, rows[6][3][16];
            for (int lane = 0; lane < 16 && block * 16 + lane < to && c < from; lane++) {
                const int k = block * 16 + lane, o = transposed ? c : k, i = transposed ? k : c;
                const float *in = weights + ((long)o * inputs + i) * 9;
                for (int tap = 0; tap < 9; tap++) w[tap / 3][tap % 3][lane] = in[transposed ? 8 - tap : tap];
            }
            for (int a = 0; a < 6; a++)
                for (int x = 0; x < 3; x++)
                    for (int lane = 0; lane < 16; lane++)
                        rows[a][x][lane] = g[a][0] * w[0][x][lane] + g[a][1] * w[1][x][lane] + g[a][2] * w[2][x][lane];
            for (int a = 0; a < 6; a++)
                for (int b = 0; b < 6; b++) {
                    float *out = transformed + (((long)(a * 6 + b) * to_blocks + block) * from_padded + c) * 16;
                    for (int lane = 0; lane < 16; lane++)
                        out[lane] = (float)(rows[a][0][lane] * g[b][0] + rows[a][1][lane] * g[b][1]
                                            + rows[a][2][lane] * g[b][2]);
                }
        }
}

int winograd_forward_tiles(int length) { return (length + 3) / 4; }
int winograd_backward_tiles(int length) { return (length + 1 - winograd_backward_origin(length) + 3) / 4; }

size_t winograd_scratch_size(int input_blocks, int output_blocks, int tiles_per_task) {
    // Whole register tiles of any variant, and one cache line of padding a plane.
    size_t rows = tiles_per_task + MOST_TILE_ROWS;
    size_t group = output_blocks < BLOCKS_PER_GROUP ? output_blocks : BLOCKS_PER_GROUP;
    return 36 * (rows * input_blocks * 16 + 16) + 36 * (rows * group * 16 + 16);
}

size_t winograd_weight_gradient_scratch_size(int input_blocks, int output_blocks, int tiles_per_task) {
    return 36 * ((size_t)tiles_per_task * input_blocks * 16 + 16)
        + 36 * ((size_t)tiles_per_task * output_blocks * 16 + 16) + MATRIX_ROW_SLACK;
}

/// Pads with the pixels `inset` rows and columns from the border's.
static void pad_with_inner(const float *pixels, int height, int width, int inset, float *padded, long pitch) {
    const int down = inset < height ? inset : height - 1, across = inset < width ? inset : width - 1;
    for (int c = 0; c < 3; c++)
        for (int y = -1; y <= height; y++) {
            const int source = y < 0 ? down : y >= height ? height - 1 - down : y;
            const float *in = pixels + ((long)c * height + source) * width;
            float *out = padded + ((long)c * (height + 2) + y + 1) * pitch;
            out[0] = in[across];
            memcpy(out + 1, in, width * sizeof(float));
            out[width + 1] = in[width - 1 - across];
        }
}

void pad_replicated(const float *pixels, int height, int width, float *padded, long pitch) {
    pad_with_inner(pixels, height, width, 0, padded, pitch);
}

void pad_reflected(const float *pixels, int height, int width, float *padded, long pitch) {
    pad_with_inner(pixels, height, width, 1, padded, pitch);
}

void pad_with_colour(
    const float *pixels, int height, int width, const float colour[3], float *padded, long pitch) {
    for (int c = 0; c < 3; c++)
        for (int y = -1; y <= height; y++) {
            float *out = padded + ((long)c * (height + 2) + y + 1) * pitch;
            if (y < 0 || y == height) {
                for (int x = 0; x < width + 2; x++) out[x] = colour[c];
            } else {
                out[0] = out[width + 1] = colour[c];
                memcpy(out + 1, pixels + ((long)c * height + y) * width, width * sizeof(float));
            }
        }
}

void add_inside_border(const float *padded, int height, int width, float *gradient) {
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < height; y++) {
            const float *in = padded + ((long)c * (height + 2) + y + 1) * (width + 2) + 1;
            float *out = gradient + ((long)c * height + y) * width;
            for (int x = 0; x < width; x++) out[x] += in[x];
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
