#pragma once
// Portable SIMD: vectors of 16 floats, which the compiler splits into what the instruction set has.

// How a vector is passed depends on the instruction set; none is ever passed, as everything here is inlined.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float f32x16 __attribute__((vector_size(64)));
typedef float f32x16_unaligned __attribute__((vector_size(64), aligned(4)));
typedef int32_t i32x16 __attribute__((vector_size(64)));
typedef double f64x8 __attribute__((vector_size(64)));
typedef double f64x8_unaligned __attribute__((vector_size(64), aligned(8)));
typedef _Bool b1x16 __attribute__((ext_vector_type(16)));

#define INLINE static inline __attribute__((always_inline, unused))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE f32x16 load(const float *p) { return *(const f32x16 *)p; }
INLINE f32x16 load_unaligned(const float *p) { return *(const f32x16_unaligned *)p; }
INLINE void store(float *p, f32x16 v) { *(f32x16 *)p = v; }
INLINE void store_unaligned(float *p, f32x16 v) { *(f32x16_unaligned *)p = v; }
INLINE f32x16 splat(float x) { return (f32x16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }
INLINE f32x16 relu(f32x16 v) { return __builtin_elementwise_max(v, splat(0)); }
INLINE f32x16 keep_where(f32x16 v, i32x16 mask) { return (f32x16)((i32x16)v & mask); }
INLINE f32x16 keep_positive(f32x16 v, f32x16 sign) { return keep_where(v, sign > splat(0)); }

INLINE uint16_t bits_of_lanes(i32x16 mask) {
    b1x16 set = __builtin_convertvector(mask, b1x16);
    uint16_t bits;
    __builtin_memcpy(&bits, &set, sizeof bits);
    return bits;
}

INLINE uint16_t positive_bits(f32x16 v) { return bits_of_lanes(v > splat(0)); }

INLINE i32x16 lanes_of_bits(uint16_t bits) {
    const i32x16 each = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768};
    int b = bits;
    i32x16 all = {b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b};
    return (all & each) != 0;
}

INLINE float sum(f32x16 v) {
    v += __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1);
    v += __builtin_shufflevector(v, v, 4, 5, 6, 7, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    v += __builtin_shufflevector(v, v, 2, 3, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    return v[0] + v[1];
}

INLINE double sum_in_double(f32x16 v) {
    float lanes[16];
    __builtin_memcpy(lanes, &v, sizeof lanes);
    double total = 0;
    for (int i = 0; i < 16; i++) total += lanes[i];
    return total;
}

INLINE int clamp(int x, int low, int high) { return x < low ? low : x > high ? high : x; }
INLINE int smaller(int a, int b) { return a < b ? a : b; }

// The register tile of every matrix product here: TILE_ROWS x TILE_PANELS accumulators of 16 floats. On AVX-512 that is
// 24 of 32 registers; on AVX2 12 of 16 (a f32x16 takes two); on NEON 24 of 32; on SSE2, where 16 floats take four of
// 16, 8.
#if VARIANT_AVX512
#define TILE_ROWS 12
#define TILE_PANELS 2
#elif VARIANT_AVX2 || defined(__aarch64__)
#define TILE_ROWS 6
#define TILE_PANELS 1
#else
#define TILE_ROWS 2
#define TILE_PANELS 1
#endif

typedef struct { f32x16 v[TILE_ROWS][TILE_PANELS]; } Tile;

/// tile[r][p] += sum over k < count of a[r * row_step + k * a_step] * b[p * panel_step + k * b_step], 16 floats a
/// panel.
INLINE void tile_multiply(
    const int panels, Tile *tile, const float *a, long row_step, long a_step, const float *b, long b_step,
    long panel_step, long count) {
    for (long k = 0; k < count; k++, a += a_step, b += b_step) {
        f32x16 column[TILE_PANELS];
        UNROLL for (int p = 0; p < panels; p++) column[p] = load(b + p * panel_step);
        UNROLL for (int r = 0; r < TILE_ROWS; r++) {
            f32x16 x = splat(a[r * row_step]);
            UNROLL for (int p = 0; p < panels; p++) tile->v[r][p] += x * column[p];
        }
    }
}
