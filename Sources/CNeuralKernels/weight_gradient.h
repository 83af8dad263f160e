#pragma once
#include "winograd.h"

// The gradients of 3x3 convolutions with respect to their weights.
//
// By Winograd: where the forward is Y = A^T [(G g G^T) . (B^T d B)] A for every tile, the gradient of g is
// G^T [sum over tiles of (A dY A^T) . (B^T d B)] G, again 36 matrix products, now over tiles.

// One dimension of A y A^T.
INLINE void transform_gradient(const f32x16 y[4], f32x16 m[6]) {
    f32x16 even = y[0] + y[2], odd = y[1] + y[3], even2 = y[0] + 4.0f * y[2], odd2 = 2.0f * y[1] + 8.0f * y[3];
    m[0] = y[0];
    m[1] = even + odd;
    m[2] = even - odd;
    m[3] = even2 + odd2;
    m[4] = even2 - odd2;
    m[5] = y[3];
}

/// Writes the transformed gradients of a picture's tiles as [36][tile][channel], the 36 planes `step` apart.
INLINE void transform_gradients(
    const FeatureMap *map, int across, int first, int count, float *transformed, long step) {
    const long pitch = (long)map->width * 16;
    for (int block = 0; block < map->blocks; block++)
        for (int t = 0; t < count; t++) {
            const int y0 = (first + t) / across * 4, x0 = (first + t) % across * 4;
            const float *in = map->data + block * map->plane + y0 * pitch + (long)x0 * 16;
            float *out = transformed + ((long)t * map->blocks + block) * 16;
            const int inside = y0 + 4 <= map->height && x0 + 4 <= map->width;
            f32x16 vertical[6][4];
            UNROLL for (int j = 0; j < 4; j++) {
                f32x16 y[4], m[6];
                UNROLL for (int i = 0; i < 4; i++)
                    y[i] = inside || (y0 + i < map->height && x0 + j < map->width)
                        ? load(in + i * pitch + j * 16) : splat(0);
                transform_gradient(y, m);
                UNROLL for (int i = 0; i < 6; i++) vertical[i][j] = m[i];
            }
            UNROLL for (int i = 0; i < 6; i++) {
                f32x16 m[6];
                transform_gradient(vertical[i], m);
                UNROLL for (int j = 0; j < 6; j++) store(out + (i * 6 + j) * step, m[j]);
            }
        }
}

INLINE void add_tile_products(
    const int panels, const float *a, int inputs, const float *b, int outputs, int tiles, int rows, float *sums) {
    Tile tile;
    UNROLL for (int r = 0; r < TILE_ROWS; r++)
        UNROLL for (int p = 0; p < panels; p++)
            tile.v[r][p] = r < rows ? load(sums + (long)r * outputs + p * 16) : splat(0);
    tile_multiply(panels, &tile, a, 1, inputs, b, outputs, 16, tiles);
    UNROLL for (int r = 0; r < TILE_ROWS; r++)
        if (r < rows) UNROLL for (int p = 0; p < panels; p++) store(sums + (long)r * outputs + p * 16, tile.v[r][p]);
}

static void winograd_weight_gradient(const WinogradWeightGradient *job, int task, float *scratch, float *sums) {
    const int height = job->input.height, width = job->input.width;
    const int across = winograd_forward_tiles(width), tiles = across * winograd_forward_tiles(height);
    const int first = task * job->tiles_per_task, count = smaller(job->tiles_per_task, tiles * job->images - first);
    const int inputs = job->input.blocks * 16, outputs = job->gradient.blocks * 16;
    const long step = odd_lines((long)job->tiles_per_task * inputs);
    const long gradient_step = odd_lines((long)job->tiles_per_task * outputs);
    float *gradients = scratch + 36 * step;
    Stretch s;
    for (int t = 0; t < count; t += s.count) {
        s = next_stretch(first, count, t, tiles);
        TileSource source = {picture_of(job->input, s.image), 0, 0, height, width, 0, 0, across};
        FeatureMap gradient = picture_of(job->gradient, s.image);
        transform_tiles(REPLICATE, &source, s.first, s.count, scratch + (long)t * inputs, step);
        transform_gradients(&gradient, across, s.first, s.count, gradients + (long)t * outputs, gradient_step);
    }
    for (int x = 0; x < 36; x++)
        for (int i = 0; i < inputs; i += TILE_ROWS) {
            const float *a = scratch + x * step + i, *b = gradients + x * gradient_step;
            float *out = sums + ((long)x * inputs + i) * outputs;
            const int rows = smaller(TILE_ROWS, inputs - i);
            int o = 0;
            for (; o + 16 * TILE_PANELS <= outputs; o += 16 * TILE_PANELS)
                add_tile_products(TILE_PANELS, a, inputs, b + o, outputs, count, rows, out + o);
            for (; o < outputs; o += 16) add_tile_products(1, a, inputs, b + o, outputs, count, rows, out + o);
        }
}

// One dimension of G^T m G.
INLINE void transform_weight_gradient(const f32x16 m[6], f32x16 w[3]) {
    f32x16 s1 = m[1] + m[2], d1 = m[2] - m[1], s2 = m[3] + m[4], d2 = m[3] - m[4];
    w[0] = 0.25f * m[0] - (1.0f / 6) * s1 + (1.0f / 24) * s2;
    w[1] = (1.0f / 6) * d1 + (1.0f / 12) * d2;
    w[2] = m[5] - (1.0f / 6) * s1 + (1.0f / 6) * s2;
}

static void winograd_weight_gradient_of_sums(
    const float *sums, long step, int parts, int inputs, int outputs, int input, int end, float *gradient) {
    const long padded_inputs = (inputs + 15) / 16 * 16, padded_outputs = (outputs + 15) / 16 * 16;
    for (int i = input; i < end; i++)
        for (int o = 0; o < outputs; o += 16) {
            f32x16 horizontal[6][3], w[3][3];
            for (int y = 0; y < 6; y++) {
                f32x16 m[6];
                UNROLL for (int x = 0; x < 6; x++) {
                    const float *in = sums + ((y * 6 + x) * padded_inputs + i) * padded_outputs + o;
                    m[x] = load(in);
                    for (int part = 1; part < parts; part++) m[x] += load(in + part * step);
                }
                transform_weight_gradient(m, horizontal[y]);
            }
            for (int x = 0; x < 3; x++) {
                f32x16 m[6], column[3];
                UNROLL for (int y = 0; y < 6; y++) m[y] = horizontal[y][x];
                transform_weight_gradient(m, column);
                for (int y = 0; y < 3; y++) w[y][x] = column[y];
            }
            for (int lane = 0; lane < smaller(16, outputs - o); lane++)
                for (int tap = 0; tap < 9; tap++)
                    gradient[((long)(o + lane) * inputs + i) * 9 + tap] = w[tap / 3][tap % 3][lane];
        }
}

// So many pixels at a time are laid out as the 27 values each that meet the weights.
enum { PATCHES = 64, TAPS = 27 };

static void input_convolution_weight_gradient(const InputConvolutionWeightGradient *job, float *sums) {
    const int height = job->gradient.height, width = job->gradient.width, outputs = job->gradient.blocks * 16;
    const long plane = (height + 2) * job->pitch;
    float patches[PATCHES * TAPS + MATRIX_ROW_SLACK];
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x += PATCHES) {
            const int count = smaller(PATCHES, width - x);
            for (int tap = 0; tap < TAPS; tap++) {
                const float *in = job->pixels + tap / 9 * plane + (y + tap / 3 % 3) * job->pitch + x + tap % 3;
                for (int k = 0; k < count; k++) patches[k * TAPS + tap] = in[k];
            }
            for (int block = 0; block < job->gradient.blocks; block++) {
                const float *g = job->gradient.data + block * job->gradient.plane + ((long)y * width + x) * 16;
                for (int tap = 0; tap < TAPS; tap += TILE_ROWS) {
                    const int rows = smaller(TILE_ROWS, TAPS - tap);
                    float *out = sums + (long)tap * outputs + block * 16;
                    Tile tile;
                    UNROLL for (int r = 0; r < TILE_ROWS; r++)
                        tile.v[r][0] = r < rows ? load(out + (long)r * outputs) : splat(0);
                    tile_multiply(1, &tile, patches + tap, 1, TAPS, g, 16, 0, count);
                    UNROLL for (int r = 0; r < TILE_ROWS; r++)
                        if (r < rows) store(out + (long)r * outputs, tile.v[r][0]);
                }
            }
        }
}
