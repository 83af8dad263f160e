#pragma once
#include <math.h>
#include "vector.h"

// Dense matrices: what the Wasserstein distance and linear layers are made of.

INLINE void product_rows(const MatrixProduct *job, const int panels, int row, int rows, int column) {
    Tile tile;
    UNROLL for (int r = 0; r < TILE_ROWS; r++) UNROLL for (int p = 0; p < panels; p++) tile.v[r][p] = splat(0);
    tile_multiply(
        panels, &tile, job->a + row * job->row_step, job->row_step, job->a_step, job->b + column, job->b_step, 16,
        job->count);
    UNROLL for (int r = 0; r < TILE_ROWS; r++)
        if (r < rows)
            UNROLL for (int p = 0; p < panels; p++)
                store(job->c + (row + r) * job->c_step + column + p * 16, tile.v[r][p]);
}

static void matrix_product(const MatrixProduct *job, int row, int end) {
    for (int r = row; r < end; r += TILE_ROWS) {
        int rows = smaller(TILE_ROWS, end - r), column = job->is_symmetric ? r / 16 * 16 : 0;
        for (; column + 16 * TILE_PANELS <= job->columns; column += 16 * TILE_PANELS)
            product_rows(job, TILE_PANELS, r, rows, column);
        for (; column < job->columns; column += 16) product_rows(job, 1, r, rows, column);
    }
}

static double shift_and_scale(float *a, int n, float shift, float scale) {
    double distance = 0;
    for (int i = 0; i < n; i++) {
        float *row = a + (long)i * n;
        const float diagonal = row[i];
        const int block = i / 16 * 16;
        f32x16 squares = splat(0);
        row[i] -= 1;
        for (int j = block; j < n; j += 16) {
            f32x16 v = load(row + j);
            squares += (j > block ? splat(2) : splat(1)) * v * v;
            store(row + j, splat(scale) * v);
        }
        row[i] = shift + scale * diagonal;
        distance += sum(squares);
    }
    // Block by block, which stays in the nearest cache.
    for (int y = 0; y < n; y += 16)
        for (int x = y + 16; x < n; x += 16)
            for (int j = x; j < x + 16; j++)
                for (int i = y; i < y + 16; i++) a[(long)j * n + i] = a[(long)i * n + j];
    return distance;
}

INLINE double dot_in_double(const double *x, const double *y, int count) {
    f64x8 total = {0};
    int i = 0;
    for (; i + 8 <= count; i += 8) total += *(const f64x8_unaligned *)(x + i) * *(const f64x8_unaligned *)(y + i);
    double rest = 0;
    for (; i < count; i++) rest += x[i] * y[i];
    for (int k = 0; k < 8; k++) rest += total[k];
    return rest;
}

static int cholesky(double *a, int n) {
    for (int i = 0; i < n; i++) {
        double *row = a + (long)i * n;
        for (int j = 0; j < i; j++) row[j] = (row[j] - dot_in_double(row, a + (long)j * n, j)) / a[(long)j * n + j];
        double pivot = row[i] - dot_in_double(row, row, i);
        if (!(pivot > 0)) return 0;
        row[i] = sqrt(pivot);
        for (int j = i + 1; j < n; j++) row[j] = 0;
    }
    return 1;
}

static void solve_transposed(const float *l, float *b, int n) {
    for (int column = 0; column < n; column += 16)
        for (int i = n - 1; i >= 0; i--) {
            f32x16 x = load(b + (long)i * n + column);
            for (int j = i + 1; j < n; j++) x -= splat(l[(long)j * n + i]) * load(b + (long)j * n + column);
            store(b + (long)i * n + column, x / splat(l[(long)i * n + i]));
        }
}
