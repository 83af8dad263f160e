#pragma once
#include "pooling.h"
#include "vector.h"

// Winograd F(4x4,3x3) (Lavin and Gray 2016, arXiv:1509.09308): tiles of 4x4 outputs from 6x6 inputs, as input
// transform, 36 small matrix products over channels, and output transform. A task does this for a run of tiles whose
// transformed values stay in the L2 cache.

enum { STRIP = 8 }; // tiles of one row that share the vertical part of the input transform

typedef enum { REPLICATE, ZERO, REFLECT, UNPOOL } Border;

typedef struct {
    FeatureMap map;
    const uint16_t *mask;
    float share;       // of a pool's gradient that a value gets where its bit of the mask is set
    int height, width; // of the picture the tiles lie in; about twice that of `map` when unpooling
    int row, column;   // of the first tile's first output
    int tiles_across;
} TileSource;

// One dimension of B^T d B.
INLINE void transform_input(const f32x16 d[6], f32x16 t[6]) {
    f32x16 a = d[4] - 4.0f * d[2], b = d[3] - 4.0f * d[1], c = d[4] - d[2], e = 2.0f * (d[3] - d[1]);
    t[0] = 4.0f * d[0] + (d[4] - 5.0f * d[2]);
    t[1] = a + b;
    t[2] = a - b;
    t[3] = c + e;
    t[4] = c - e;
    t[5] = 4.0f * d[1] + (d[5] - 5.0f * d[3]);
}

// One dimension of A^T m A.
INLINE void transform_output(const f32x16 m[6], f32x16 y[4]) {
    f32x16 s1 = m[1] + m[2], d1 = m[1] - m[2], s2 = m[3] + m[4], d2 = m[3] - m[4];
    y[0] = m[0] + s1 + s2;
    y[1] = d1 + 2.0f * d2;
    y[2] = s1 + 4.0f * s2;
    y[3] = (d1 + m[5]) + 8.0f * d2;
}

INLINE f32x16 unpooled(const float *pool, long offset, const uint16_t *mask, long index, float share) {
    return share * keep_where(load(pool + offset), lanes_of_bits(mask[index]));
}

// The cell of a pixel. Past the last cell there is no bit in the mask, and what is read does not matter.
INLINE long cell_row(const TileSource *s, int y) { return smaller(y / 2, s->map.height - 1); }
INLINE long cell_column(const TileSource *s, int x) { return smaller(x / 2, s->map.width - 1); }

// More than one pixel beyond the border, where it is clamped, no output looks that is kept.
INLINE int reflected(int i, int length) {
    return clamp(i < 0 ? -i : i < length ? i : 2 * length - 2 - i, 0, length - 1);
}

INLINE f32x16 fetch(const Border border, const TileSource *s, int block, int y, int x) {
    if (border == REPLICATE) {
        y = clamp(y, 0, s->height - 1);
        x = clamp(x, 0, s->width - 1);
    } else if (border == REFLECT) {
        y = reflected(y, s->height);
        x = reflected(x, s->width);
    } else if (y < 0 || y >= s->height || x < 0 || x >= s->width) {
        return splat(0);
    }
    const float *plane = s->map.data + block * s->map.plane;
    if (border == UNPOOL)
        return unpooled(
            plane, (cell_row(s, y) * s->map.width + cell_column(s, x)) * 16, s->mask,
            ((long)block * s->height + y) * s->width + x, s->share);
    return load(plane + ((long)y * s->map.width + x) * 16);
}

/// Writes the transformed tiles as [36][tile][channel], the 36 planes `step` apart.
INLINE void transform_tiles(
    const Border border, const TileSource *s, int first, int count, float *transformed, long step) {
    const int channels = s->map.blocks * 16;
    const long pitch = (long)s->map.width * 16;
    float vertical[(STRIP * 4 + 2) * 6 * 16] __attribute__((aligned(64)));
    for (int block = 0; block < s->map.blocks; block++) {
        const float *plane = s->map.data + block * s->map.plane;
        for (int tile = 0; tile < count;) {
            int down = (first + tile) / s->tiles_across, across = (first + tile) % s->tiles_across;
            int run = smaller(smaller(s->tiles_across - across, count - tile), STRIP);
            int y0 = s->row + 4 * down - 1, x0 = s->column + 4 * across - 1, columns = 4 * run + 2;
            int rows_inside = y0 >= 0 && y0 + 6 <= s->height;
            long cells[6];
            UNROLL for (int i = 0; i < 6; i++) cells[i] = cell_row(s, y0 + i) * pitch;
            for (int c = 0; c < columns; c++) {
                f32x16 d[6], t[6];
                int x = x0 + c;
                if (rows_inside && x >= 0 && x < s->width) {
                    if (border == UNPOOL) {
                        const uint16_t *mask = s->mask + ((long)block * s->height + y0) * s->width + x;
                        const float *pool = plane + cell_column(s, x) * 16;
                        UNROLL for (int i = 0; i < 6; i++)
                            d[i] = unpooled(pool, cells[i], mask, (long)i * s->width, s->share);
                    } else {
                        const float *p = plane + y0 * pitch + (long)x * 16;
                        UNROLL for (int i = 0; i < 6; i++) d[i] = load(p + i * pitch);
                    }
                } else {
                    UNROLL for (int i = 0; i < 6; i++) d[i] = fetch(border, s, block, y0 + i, x);
                }
                transform_input(d, t);
                UNROLL for (int i = 0; i < 6; i++) store(vertical + (c * 6 + i) * 16, t[i]);
            }
            for (int k = 0; k < run; k++) {
                const float *v = vertical + k * 4 * 6 * 16;
                float *out = transformed + (long)(tile + k) * channels + block * 16;
                UNROLL for (int i = 0; i < 6; i++) {
                    f32x16 d[6], t[6];
                    UNROLL for (int j = 0; j < 6; j++) d[j] = load(v + (j * 6 + i) * 16);
                    transform_input(d, t);
                    UNROLL for (int j = 0; j < 6; j++) store(out + (i * 6 + j) * step, t[j]);
                }
            }
            tile += run;
        }
    }
}

INLINE void multiply_panels(
    const int panels, const float *a, const float *b, float *c, long inputs, long c_step, int tiles) {
    for (int t = 0; t < tiles; t += TILE_ROWS) {
        Tile tile;
        UNROLL for (int r = 0; r < TILE_ROWS; r++) UNROLL for (int p = 0; p < panels; p++) tile.v[r][p] = splat(0);
        tile_multiply(panels, &tile, a + t * inputs, inputs, 1, b, 16, inputs * 16, inputs);
        UNROLL for (int r = 0; r < TILE_ROWS; r++)
            UNROLL for (int p = 0; p < panels; p++) store(c + (t + r) * c_step + p * 16, tile.v[r][p]);
    }
}

/// products[x][tile][output] = transformed[x][tile][input] * weights[x][output block][input][16] for the output blocks
/// `block..<block + blocks`. Tiles are rounded up to whole register tiles; the surplus is never read.
static __attribute__((noinline)) void multiply_tiles(
    const float *transformed, long step, const float *weights, int block, int blocks, int output_blocks, int inputs,
    float *products, long product_step, int tiles) {
    for (int x = 0; x < 36; x++) {
        const float *a = transformed + x * step;
        const float *b = weights + ((long)x * output_blocks + block) * inputs * 16;
        float *c = products + x * product_step;
        int p = 0;
        for (; p + TILE_PANELS <= blocks; p += TILE_PANELS)
            multiply_panels(TILE_PANELS, a, b + (long)p * inputs * 16, c + p * 16, inputs, blocks * 16, tiles);
        for (; p < blocks; p++)
            multiply_panels(1, a, b + (long)p * inputs * 16, c + p * 16, inputs, blocks * 16, tiles);
    }
}

/// The 4x4 outputs of one tile and channel block, before bias.
INLINE void transform_products(const float *m, long step, f32x16 y[4][4]) {
    f32x16 w[6][4];
    UNROLL for (int j = 0; j < 6; j++) {
        f32x16 d[6];
        UNROLL for (int i = 0; i < 6; i++) d[i] = load(m + (i * 6 + j) * step);
        transform_output(d, w[j]);
    }
    UNROLL for (int i = 0; i < 4; i++) {
        f32x16 d[6];
        UNROLL for (int j = 0; j < 6; j++) d[j] = w[j][i];
        transform_output(d, y[i]);
    }
}

// Indexing by a variable would keep an array in memory; the border works on a copy, so that the interior stays in
// registers.
INLINE void copy_tile(f32x16 copy[4][4], f32x16 y[4][4]) {
    UNROLL for (int i = 0; i < 4; i++) UNROLL for (int j = 0; j < 4; j++) copy[i][j] = y[i][j];
}

typedef enum { NO_POOL, AVERAGE_POOL, MAX_POOL } Pool;

INLINE void finish_forward_tile(
    const WinogradForward *job, const int rectify, const int keep, const Pool pool, const int mask,
    const float *products, long step, int block, int y0, int x0) {
    const int height = job->output.height, width = job->output.width;
    const long pitch = (long)width * 16;
    f32x16 y[4][4], bias = load(job->bias + block * 16);
    transform_products(products, step, y);
    UNROLL for (int i = 0; i < 4; i++) UNROLL for (int j = 0; j < 4; j++)
        y[i][j] = rectify ? relu(y[i][j] + bias) : y[i][j] + bias;

    const long pixel = (long)y0 * width + x0;
    float *out = keep ? job->output.data + block * job->output.plane + pixel * 16 : 0;
    uint16_t *bits = mask ? job->mask + (long)block * height * width + pixel : 0;
    float *pooled =
        pool ? job->pool.data + block * job->pool.plane + ((long)(y0 / 2) * job->pool.width + x0 / 2) * 16 : 0;
    const long pool_pitch = (long)job->pool.width * 16;

    if (y0 + 4 <= height && x0 + 4 <= width) {
        UNROLL for (int i = 0; i < 4; i++) UNROLL for (int j = 0; j < 4; j++) {
            if (keep) store(out + i * pitch + j * 16, y[i][j]);
            if (mask && pool != MAX_POOL) bits[(long)i * width + j] = positive_bits(y[i][j]);
        }
        if (pool == AVERAGE_POOL)
            UNROLL for (int i = 0; i < 4; i += 2) UNROLL for (int j = 0; j < 4; j += 2)
                store(pooled + i / 2 * pool_pitch + j / 2 * 16,
                      0.25f * ((y[i][j] + y[i][j + 1]) + (y[i + 1][j] + y[i + 1][j + 1])));
        if (pool == MAX_POOL)
            UNROLL for (int i = 0; i < 4; i += 2) UNROLL for (int j = 0; j < 4; j += 2) {
                const f32x16 cell[4] = {y[i][j], y[i][j + 1], y[i + 1][j], y[i + 1][j + 1]};
                uint16_t first[4];
                store(pooled + i / 2 * pool_pitch + j / 2 * 16, largest(cell, first));
                if (mask) UNROLL for (int k = 0; k < 4; k++) bits[(long)(i + k / 2) * width + j + k % 2] = first[k];
            }
    } else {
        int rows = smaller(4, height - y0), columns = smaller(4, width - x0);
        f32x16 edge[4][4];
        copy_tile(edge, y);
        for (int i = 0; i < rows; i++) for (int j = 0; j < columns; j++) {
            if (keep) store(out + i * pitch + j * 16, edge[i][j]);
            if (mask) {
                const int in_cell =
                    pool == NO_POOL || ((y0 + i) / 2 < job->pool.height && (x0 + j) / 2 < job->pool.width);
                bits[(long)i * width + j] = in_cell && pool != MAX_POOL ? positive_bits(edge[i][j]) : 0;
            }
        }
        if (pool) {
            rows = smaller(rows, 2 * job->pool.height - y0);
            columns = smaller(columns, 2 * job->pool.width - x0);
            for (int i = 0; i < rows; i += 2) for (int j = 0; j < columns; j += 2) {
                int below = i + 1 < rows, right = j + 1 < columns;
                if (pool == MAX_POOL) {
                    f32x16 cell[4];
                    uint16_t first[4];
                    for (int k = 0; k < 4; k++)
                        cell[k] = (k < 2 || below) && (k % 2 == 0 || right) ? edge[i + k / 2][j + k % 2] : splat(-1);
                    store(pooled + i / 2 * pool_pitch + j / 2 * 16, largest(cell, first));
                    for (int k = 0; k < 4; k++)
                        if (mask && (k < 2 || below) && (k % 2 == 0 || right))
                            bits[(long)(i + k / 2) * width + j + k % 2] = first[k];
                    continue;
                }
                f32x16 total = edge[i][j];
                if (right) total += edge[i][j + 1];
                if (below) total += edge[i + 1][j];
                if (below && right) total += edge[i + 1][j + 1];
                store(pooled + i / 2 * pool_pitch + j / 2 * 16, total * (1.0f / ((1 + below) * (1 + right))));
            }
        }
    }
}

INLINE void finish_backward_tile(
    const WinogradBackward *job, const int masked, const float *products, long step, int block, int y0, int x0) {
    const int height = job->input_gradient.height, width = job->input_gradient.width;
    const long pitch = (long)width * 16, plane = block * job->input_gradient.plane;
    float *out = job->input_gradient.data + plane;
    const float *activation = masked ? job->activation + plane : 0;
    f32x16 y[4][4];
    transform_products(products, step, y);

    if (y0 >= 0 && y0 + 4 <= height && x0 >= 0 && x0 + 4 <= width) {
        const long offset = (long)y0 * pitch + (long)x0 * 16;
        UNROLL for (int i = 0; i < 4; i++) UNROLL for (int j = 0; j < 4; j++) {
            const long at = offset + i * pitch + j * 16;
            store(out + at, masked ? keep_positive(y[i][j], load(activation + at)) : y[i][j]);
        }
    } else {
        // The gradient of a replicated pixel belongs to the edge pixel it was copied from, which lies in the same tile;
        // that of a zero belongs to nobody.
        int top = y0 < -1 ? -1 - y0 : 0, left = x0 < -1 ? -1 - x0 : 0;
        int bottom = smaller(4, height + 1 - y0), right = smaller(4, width + 1 - x0);
        f32x16 edge[4][4];
        copy_tile(edge, y);
        for (int i = clamp(0 - y0, 0, 4); i < 4 && y0 + i < height; i++)
            for (int j = clamp(0 - x0, 0, 4); j < 4 && x0 + j < width; j++) {
                f32x16 total = job->pads_zeros ? edge[i][j] : splat(0);
                for (int k = top; k < bottom && !job->pads_zeros; k++)
                    for (int l = left; l < right; l++)
                        if (clamp(y0 + k, 0, height - 1) == y0 + i && clamp(x0 + l, 0, width - 1) == x0 + j)
                            total += edge[k][l];
                const long at = (long)(y0 + i) * pitch + (long)(x0 + j) * 16;
                store(out + at, masked ? keep_positive(total, load(activation + at)) : total);
            }
    }
}

// Rows of a power of two apart would fall into the same cache sets.
INLINE long odd_lines(long floats) { return floats / 16 % 2 ? floats : floats + 16; }

INLINE int rounded_up(int tiles) { return (tiles + TILE_ROWS - 1) / TILE_ROWS * TILE_ROWS; }

_Static_assert(TILE_ROWS <= MOST_TILE_ROWS, "scratch memory would be too small");

// The tiles of a task may belong to several pictures of a batch: each stretch of one picture's is done by itself, but
// for the products.
typedef struct { int image, first, count; } Stretch;

INLINE Stretch next_stretch(int first, int count, int offset, int tiles_of_picture) {
    const int tile = first + offset, start = tile % tiles_of_picture;
    return (Stretch){tile / tiles_of_picture, start, smaller(count - offset, tiles_of_picture - start)};
}

INLINE FeatureMap picture_of(FeatureMap batch, int image) {
    if (batch.data) batch.data += (long)image * batch.height * batch.width * 16;
    return batch;
}

static void winograd_forward(const WinogradForward *job, int task, float *scratch) {
    const int across = winograd_forward_tiles(job->output.width), down = winograd_forward_tiles(job->output.height);
    const int inputs = job->input.blocks * 16, rows = rounded_up(job->tiles_per_task), tiles = across * down;
    const int first = task * job->tiles_per_task, count = smaller(job->tiles_per_task, tiles * job->images - first);
    const long step = odd_lines((long)rows * inputs);
    float *products = scratch + 36 * step;
    Stretch s;
    for (int t = 0; t < count; t += s.count) {
        s = next_stretch(first, count, t, tiles);
        TileSource source = {picture_of(job->input, s.image), 0, 0, job->input.height, job->input.width, 0, 0, across};
        float *transformed = scratch + (long)t * inputs;
        switch (job->padding) {
        case PADDING_REPLICATE: transform_tiles(REPLICATE, &source, s.first, s.count, transformed, step); break;
        case PADDING_ZEROS: transform_tiles(ZERO, &source, s.first, s.count, transformed, step); break;
        case PADDING_REFLECT: transform_tiles(REFLECT, &source, s.first, s.count, transformed, step); break;
        }
    }
    const int rectify = !job->is_linear, keep = job->output.data != 0, mask = job->mask != 0;
    const Pool pool = !job->pool.data ? NO_POOL : job->pools_largest ? MAX_POOL : AVERAGE_POOL;
    for (int block = 0; block < job->output.blocks; block += BLOCKS_PER_GROUP) {
        const int blocks = smaller(BLOCKS_PER_GROUP, job->output.blocks - block);
        const long product_step = odd_lines((long)rows * blocks * 16);
        multiply_tiles(
            scratch, step, job->weights, block, blocks, job->output.blocks, inputs, products, product_step, count);
        for (int t = 0; t < count; t += s.count) {
            s = next_stretch(first, count, t, tiles);
            WinogradForward one = *job;
            one.output = picture_of(job->output, s.image);
            one.pool = picture_of(job->pool, s.image);
#define FINISH(rectify, keep, pool, mask) \
    for (int b = 0; b < blocks; b++) for (int k = 0; k < s.count; k++) \
        finish_forward_tile( \
            &one, rectify, keep, pool, mask, products + ((long)(t + k) * blocks + b) * 16, product_step, block + b, \
            (s.first + k) / across * 4, (s.first + k) % across * 4)
            if (!rectify) FINISH(0, 1, NO_POOL, 0);
            else if (keep && pool == NO_POOL && !mask) FINISH(1, 1, NO_POOL, 0);
            else if (!keep && pool == AVERAGE_POOL && mask) FINISH(1, 0, AVERAGE_POOL, 1);
            else if (!keep && pool == MAX_POOL && mask) FINISH(1, 0, MAX_POOL, 1);
            else if (!keep && pool == MAX_POOL && !mask) FINISH(1, 0, MAX_POOL, 0);
            else if (keep && pool == MAX_POOL && !mask) FINISH(1, 1, MAX_POOL, 0);
            else FINISH(1, keep, pool, mask);
#undef FINISH
        }
    }
}

static void winograd_backward(const WinogradBackward *job, int task, float *scratch) {
    const int height = job->input_gradient.height, width = job->input_gradient.width;
    const int across = winograd_backward_tiles(width), down = winograd_backward_tiles(height), tiles = across * down;
    const int inputs = job->gradient.blocks * 16, rows = rounded_up(job->tiles_per_task);
    const int first = task * job->tiles_per_task, count = smaller(job->tiles_per_task, tiles * job->images - first);
    const int row = winograd_backward_origin(height), column = winograd_backward_origin(width);
    const long step = odd_lines((long)rows * inputs);
    float *products = scratch + 36 * step;
    Stretch s;
    for (int t = 0; t < count; t += s.count) {
        s = next_stretch(first, count, t, tiles);
        TileSource source = {
            picture_of(job->gradient, s.image), job->mask, job->share, height, width, row, column, across};
        if (job->mask) transform_tiles(UNPOOL, &source, s.first, s.count, scratch + (long)t * inputs, step);
        else transform_tiles(ZERO, &source, s.first, s.count, scratch + (long)t * inputs, step);
    }
    for (int block = 0; block < job->input_gradient.blocks; block += BLOCKS_PER_GROUP) {
        const int blocks = smaller(BLOCKS_PER_GROUP, job->input_gradient.blocks - block);
        const long product_step = odd_lines((long)rows * blocks * 16);
        multiply_tiles(
            scratch, step, job->weights, block, blocks, job->input_gradient.blocks, inputs, products, product_step,
            count);
        for (int t = 0; t < count; t += s.count) {
            s = next_stretch(first, count, t, tiles);
            WinogradBackward one = *job;
            one.input_gradient = picture_of(job->input_gradient, s.image);
            if (job->activation)
                one.activation = job->activation + (one.input_gradient.data - job->input_gradient.data);
#define FINISH(masked) \
    for (int b = 0; b < blocks; b++) for (int k = 0; k < s.count; k++) \
        finish_backward_tile( \
            &one, masked, products + ((long)(t + k) * blocks + b) * 16, product_step, block + b, \
            (s.first + k) / across * 4 + row, (s.first + k) % across * 4 + column)
            if (job->activation) FINISH(1);
            else FINISH(0);
#undef FINISH
        }
    }
}
