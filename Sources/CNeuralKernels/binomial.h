#pragma once
// Half-size planes by the binomial filter 1 3 3 1, and its adjoint. Borders are replicated; an odd side has none at its
// end, so that its last half-size pixel stands for one pixel and has half of the weight.

/// One row of half the width, rounded up, from the four rows around it. `column` is scratch for width + 3 floats.
static void binomial_halve(const float *const *rows, long width, float *column, float *result) {
    const float *above = rows[0], *upper = rows[1], *lower = rows[2], *below = rows[3];
    float *middle = column + 1;
    for (long x = 0; x < width; x++)
        middle[x] = 0.125f * (above[x] + below[x]) + 0.375f * (upper[x] + lower[x]);
    middle[-1] = middle[0];
    middle[width] = middle[width + 1] = width % 2 ? 0 : middle[width - 1];
    for (long x = 0; x < (width + 1) / 2; x++)
        result[x] = 0.125f * (column[2 * x] + column[2 * x + 3]) + 0.375f * (column[2 * x + 1] + column[2 * x + 2]);
}

/// Adds to one row of `width` what the two nearest rows of half the width become under four times the adjoint. `column`
/// is scratch for (width + 1) / 2 + 2 floats.
static void binomial_double(const float *near, const float *far, long width, float *column, float *result) {
    const long half = (width + 1) / 2;
    float *middle = column + 1;
    for (long x = 0; x < half; x++) middle[x] = 0.75f * near[x] + 0.25f * far[x];
    middle[-1] = middle[0];
    middle[half] = middle[half - 1];
    for (long x = 0; x < width / 2; x++) {
        result[2 * x] += 0.75f * middle[x] + 0.25f * middle[x - 1];
        result[2 * x + 1] += 0.75f * middle[x] + 0.25f * middle[x + 1];
    }
    if (width % 2) result[width - 1] += 0.75f * middle[half - 1] + 0.25f * middle[half - 2];
}
