#pragma once
#include "vector.h"

// The convolution of the input, 3 channels to many and back, where Winograd does not pay.

INLINE void input_convolution_pixels(
    const InputConvolutionForward *job, const int panels, int block, int y, int x, int count) {
    const int rectify = !job->is_linear;
    const long plane = (long)(job->output.height + 2) * job->pitch;
    Tile tile;
    UNROLL for (int p = 0; p < panels; p++) {
        f32x16 bias = load(job->bias + (block + p) * 16);
        UNROLL for (int r = 0; r < TILE_ROWS; r++) tile.v[r][p] = bias;
    }
    const float *weights = job->weights + (long)block * 27 * 16;
    for (int channel = 0; channel < 3; channel++)
        for (int ky = 0; ky < 3; ky++, weights += 3 * 16)
            tile_multiply(
                panels, &tile, job->pixels + channel * plane + (y + ky) * job->pitch + x, 1, 1, weights, 16, 27 * 16,
                3);
    UNROLL for (int p = 0; p < panels; p++) {
        float *out = job->output.data + (block + p) * job->output.plane + ((long)y * job->output.width + x) * 16;
        UNROLL for (int r = 0; r < TILE_ROWS; r++)
            if (r < count) store(out + r * 16, rectify ? relu(tile.v[r][p]) : tile.v[r][p]);
    }
}

static void input_convolution_forward(const InputConvolutionForward *job, int row, int end) {
    const int width = job->output.width, blocks = job->output.blocks;
    for (int y = row; y < end; y++)
        for (int x = 0; x < width; x += TILE_ROWS) {
            int count = smaller(TILE_ROWS, width - x), block = 0;
            for (; block + TILE_PANELS <= blocks; block += TILE_PANELS)
                input_convolution_pixels(job, TILE_PANELS, block, y, x, count);
            for (; block < blocks; block++) input_convolution_pixels(job, 1, block, y, x, count);
        }
}

// The backward pass accumulates 3 channels of so many pixels in the registers of a tile.
enum { PIXELS = TILE_ROWS * TILE_PANELS < 3 ? 1 : TILE_ROWS * TILE_PANELS / 3 };

static void input_convolution_backward(const InputConvolutionBackward *job, int row, int end) {
    const int height = job->gradient.height, width = job->gradient.width, blocks = job->gradient.blocks;
    const long plane = (long)(height + 2) * (width + 2), pitch = (long)width * 16;
    static const float zeros[16] __attribute__((aligned(64)));
    for (int y = row; y < end; y++) // padded pixel (y, x) reaches outputs (y - ky, x - kx)
        for (int x = 0; x < width + 2; x += PIXELS) {
            f32x16 total[PIXELS][3];
            UNROLL for (int r = 0; r < PIXELS; r++) UNROLL for (int c = 0; c < 3; c++) total[r][c] = splat(0);
            const int inside = x >= 2 && x + PIXELS <= width;
            for (int ky = 0; ky < 3; ky++) {
                if (y - ky < 0 || y - ky >= height) continue;
                for (int block = 0; block < blocks; block++) {
                    const float *g = job->gradient.data + block * job->gradient.plane + (y - ky) * pitch;
                    const float *w = job->weights + ((long)block * 9 + ky * 3) * 3 * 16;
                    for (int kx = 0; kx < 3; kx++, w += 3 * 16) {
                        f32x16 w0 = load(w), w1 = load(w + 16), w2 = load(w + 32);
                        UNROLL for (int r = 0; r < PIXELS; r++) {
                            int at = x + r - kx;
                            f32x16 v = load(inside || (at >= 0 && at < width) ? g + (long)at * 16 : zeros);
                            total[r][0] += v * w0;
                            total[r][1] += v * w1;
                            total[r][2] += v * w2;
                        }
                    }
                }
            }
            int count = smaller(PIXELS, width + 2 - x);
            float *out = job->padded + (long)y * (width + 2) + x;
            UNROLL for (int r = 0; r < PIXELS; r++)
                if (r < count) UNROLL for (int c = 0; c < 3; c++) out[c * plane + r] = sum(total[r][c]);
        }
}
