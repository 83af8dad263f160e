#pragma once
#include <math.h>
#include "vector.h"

// Small dense matrices, row-major n x n with n a multiple of 16: what the Wasserstein distance is made of.

INLINE void product_rows(
    const int panels, const int transposed, const float *a, const float *b, float *c, int n, int row, int rows, int column) {
    Tile tile;
    UNROLL for (int r = 0; r < TILE_ROWS; r++) UNROLL for (int p = 0; p < panels; p++) tile.v[r][p] = splat(0);
    const float *first = transposed ? a + row : a + (long)row * n;
    tile_multiply(panels, &tile, first, transposed ? 1 : n, transposed ? n : 1, b + column, n, 16, n);
    UNROLL for (int r = 0; r < TILE_ROWS; r++)
        if (r < rows) UNROLL for (int p = 0; p < panels; p++) store(c + (long)(row + r) * n + column + p * 16, tile.v[r][p]);
}

INLINE void product(const int transposed, const float *a, const float *b, float *c, int n, int row, int end) {
    for (int r = row; r < end; r += TILE_ROWS) {
        int rows = smaller(TILE_ROWS, end - r), column = 0;
        for (; column + 16 * TILE_PANELS <= n; column += 16 * TILE_PANELS)
            product_rows(TILE_PANELS, transposed, a, b, c, n, r, rows, column);
        for (; column < n; column += 16) product_rows(1, transposed, a, b, c, n, r, rows, column);
    }
}

static void matrix_product(const float *a, const float *b, float *c, int n, int row, int end) {
    product(0, a, b, c, n, row, end);
}

static void transposed_matrix_product(const float *a, const float *b, float *c, int n, int row, int end) {
    product(1, a, b, c, n, row, end);
}

static double shift_and_scale(float *a, int n, float shift, float scale) {
    double distance = 0;
    for (int i = 0; i < n; i++) {
        float *row = a + (long)i * n;
        float diagonal = row[i];
        f32x16 squares = splat(0);
        row[i] -= 1;
        for (int j = 0; j < n; j += 16) {
            f32x16 v = load(row + j);
            squares += v * v;
            store(row + j, splat(scale) * v);
        }
        row[i] = shift + scale * diagonal;
        distance += sum(squares);
    }
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
