#pragma once
// The LSTM (Hochreiter and Schmidhuber 1997; Gers et al. 2000) of many coordinates that share their weights.
//
// Coordinates are the lanes: LSTM_BLOCK of them go through a layer at once, each row (an input, a hidden unit) being so
// many consecutive floats. Weights are packed [unit][row][i, f, g, o], so that a row is loaded once for four gates.

#include "elementary.h"

typedef uint16_t u16x16 __attribute__((vector_size(32)));
// Whether the instruction set converts halves.
#if VARIANT_AVX512 || VARIANT_AVX2 || defined(__aarch64__)
#define HAS_HALVES 1
typedef _Float16 f16x16 __attribute__((vector_size(32)));
#endif

// Vectors of 16 coordinates that share a broadcast weight; with four gates they fill half of the registers.
#if VARIANT_AVX512
#define LSTM_VECTORS 4
#else
#define LSTM_VECTORS 1
#endif

/// The four gates' sums for one unit and LSTM_VECTORS x 16 coordinates from `start` on.
INLINE void gate_sums(
    f32x16 sum[4][LSTM_VECTORS], const float *const *rows, int row_count, const float *weights, const float *bias,
    int start) {
    UNROLL for (int g = 0; g < 4; g++) UNROLL for (int v = 0; v < LSTM_VECTORS; v++) sum[g][v] = splat(bias[g]);
    for (int k = 0; k < row_count; k++) {
        f32x16 x[LSTM_VECTORS];
        UNROLL for (int v = 0; v < LSTM_VECTORS; v++) x[v] = load(rows[k] + start + 16 * v);
        UNROLL for (int g = 0; g < 4; g++) {
            f32x16 w = splat(weights[4 * k + g]);
            UNROLL for (int v = 0; v < LSTM_VECTORS; v++) sum[g][v] += w * x[v];
        }
    }
}

INLINE void load_state(const void *state, int is_half, long count, float *values) {
    for (long i = 0; i < count; i += 16) {
        if (!is_half) {
            store(values + i, load((const float *)state + i));
        } else {
#if HAS_HALVES
            store(values + i, __builtin_convertvector(*(const f16x16 *)((const uint16_t *)state + i), f32x16));
#else
            // A half's exponent and fraction moved to a float's place are 2^112 times too small.
            u32x16 half = __builtin_convertvector(*(const u16x16 *)((const uint16_t *)state + i), u32x16);
            f32x16 a = (f32x16)((half & 0x7fff) << 13) * splat(0x1p112f);
            store(values + i, (f32x16)((u32x16)a | (half & 0x8000) << 16));
#endif
        }
    }
}

INLINE void store_state(void *state, int is_half, long count, const float *values) {
    for (long i = 0; i < count; i += 16) {
        f32x16 value = load(values + i);
        if (!is_half) {
            store((float *)state + i, value);
        } else {
            value = larger_of(smaller_of(value, splat(65504)), splat(-65504));
#if HAS_HALVES
            *(f16x16 *)((uint16_t *)state + i) = __builtin_convertvector(value, f16x16);
#else
            u32x16 a = (u32x16)(magnitude(value) * splat(0x1p-112f));
            a += 0xfff + (a >> 13 & 1);  // to the nearest, ties to even
            u32x16 half = a >> 13 | ((u32x16)value >> 16 & 0x8000);
            *(u16x16 *)((uint16_t *)state + i) = __builtin_convertvector(half, u16x16);
#endif
        }
    }
}

INLINE void head_outputs(
    const float *head, int outputs, int hidden, const float *h, float *result, long stride) {
    for (int o = 0; o < outputs; o++) {
        const float *w = head + o * (hidden + 1);
        for (int i = 0; i < LSTM_BLOCK; i += 16) {
            f32x16 sum = splat(w[hidden]);
            for (int u = 0; u < hidden; u++) sum += splat(w[u]) * load(h + u * LSTM_BLOCK + i);
            store(result + o * stride + i, sum);
        }
    }
}

static void lstm_step(
    const LSTMLayer *layers, int layer_count, const float *head, int outputs, long blocks, const float *inputs,
    long stride, void *state, int is_half, float *output) {
    const int hidden = layers[0].hidden;
    const long plane = (long)hidden * LSTM_BLOCK, value_size = is_half ? 2 : 4;
    float old[2 * LSTM_MOST_UNITS * LSTM_BLOCK] __attribute__((aligned(64)));
    // A layer reads what the one below just wrote, so they take turns.
    float hs[2][LSTM_MOST_UNITS * LSTM_BLOCK] __attribute__((aligned(64)));
    const float *rows[LSTM_MOST_ROWS];
    for (long b = 0; b < blocks; b++) {
        for (int l = 0; l < layer_count; l++) {
            const LSTMLayer *layer = layers + l;
            float *h = hs[l & 1];
            const float *below = l == 0 ? inputs + b * LSTM_BLOCK : hs[(l - 1) & 1];
            for (int k = 0; k < layer->inputs; k++) rows[k] = below + k * (l == 0 ? stride : LSTM_BLOCK);
            char *place = (char *)state + (b * layer_count + l) * 2 * plane * value_size;
            load_state(place, is_half, 2 * plane, old);
            for (int u = 0; u < hidden; u++) rows[layer->inputs + u] = old + u * LSTM_BLOCK;
            float *c = old + plane;
            const int row_count = layer->inputs + hidden;
            for (int u = 0; u < hidden; u++) {
                for (int start = 0; start < LSTM_BLOCK; start += 16 * LSTM_VECTORS) {
                    f32x16 sum[4][LSTM_VECTORS];
                    gate_sums(sum, rows, row_count, layer->weights + 4l * u * row_count, layer->bias + 4 * u, start);
                    UNROLL for (int v = 0; v < LSTM_VECTORS; v++) {
                        const int place = u * LSTM_BLOCK + start + 16 * v;
                        Fraction i = sigmoid_fraction(sum[0][v]), f = sigmoid_fraction(sum[1][v]);
                        Fraction g = tanh_fraction(sum[2][v]), o = sigmoid_fraction(sum[3][v]);
                        // c = f c + i g over a common denominator: one division for three.
                        f32x16 ig = i.denominator * g.denominator;
                        f32x16 next = (f.numerator * ig * load(c + place) + i.numerator * g.numerator * f.denominator)
                            / (f.denominator * ig);
                        store(c + place, next);
                        Fraction t = tanh_fraction(next);
                        store(h + place, o.numerator * t.numerator / (o.denominator * t.denominator));
                    }
                }
            }
            store_state(place, is_half, plane, h);
            store_state(place + plane * value_size, is_half, plane, c);
        }
        head_outputs(head, outputs, hidden, hs[(layer_count - 1) & 1], output + b * LSTM_BLOCK, stride);
    }
}

/// One layer, one block and one step, keeping what the way back needs.
/// `tape` is [i, f, g, o, c, h][unit][LSTM_BLOCK], `c` that of the step before.
static void lstm_forward(const LSTMLayer *layer, const float *const *rows, const float *c, float *tape) {
    const int hidden = layer->hidden, row_count = layer->inputs + hidden;
    const long plane = (long)hidden * LSTM_BLOCK;
    for (int u = 0; u < hidden; u++) {
        for (int start = 0; start < LSTM_BLOCK; start += 16 * LSTM_VECTORS) {
            f32x16 sum[4][LSTM_VECTORS];
            gate_sums(sum, rows, row_count, layer->weights + 4l * u * row_count, layer->bias + 4 * u, start);
            UNROLL for (int v = 0; v < LSTM_VECTORS; v++) {
                const int place = u * LSTM_BLOCK + start + 16 * v;
                f32x16 i = sigmoid16(sum[0][v]), f = sigmoid16(sum[1][v]);
                f32x16 g = tanh16(sum[2][v]), o = sigmoid16(sum[3][v]);
                f32x16 next = f * load(c + place) + i * g;
                store(tape + place, i);
                store(tape + plane + place, f);
                store(tape + 2 * plane + place, g);
                store(tape + 3 * plane + place, o);
                store(tape + 4 * plane + place, next);
                store(tape + 5 * plane + place, o * tanh16(next));
            }
        }
    }
}

/// The way back of `lstm_forward`. `dh` and `dc` are the gradients of its h and c; `dc` becomes that of the step
/// before. Adds to `drows` the gradients of the rows (a null one is left out), and to `dweights`
/// [unit][row][gate][16] and `dbias` [unit][gate][16] those of the weights, lane by lane.
static void lstm_backward(
    const LSTMLayer *layer, const float *const *rows, const float *c, const float *tape, const float *dh, float *dc,
    float *const *drows, float *dweights, float *dbias) {
    const int hidden = layer->hidden, row_count = layer->inputs + hidden;
    const long plane = (long)hidden * LSTM_BLOCK;
    const f32x16 one = splat(1);
    enum { vectors = LSTM_BLOCK / 16 };
    for (int u = 0; u < hidden; u++) {
        f32x16 dz[4][vectors];
        for (int v = 0; v < vectors; v++) {
            const int place = u * LSTM_BLOCK + 16 * v;
            f32x16 i = load(tape + place), f = load(tape + plane + place), g = load(tape + 2 * plane + place);
            f32x16 o = load(tape + 3 * plane + place), t = tanh16(load(tape + 4 * plane + place));
            f32x16 up = load(dh + place);
            f32x16 dcell = load(dc + place) + up * o * (one - t * t);
            dz[0][v] = dcell * g * i * (one - i);
            dz[1][v] = dcell * load(c + place) * f * (one - f);
            dz[2][v] = dcell * i * (one - g * g);
            dz[3][v] = up * t * o * (one - o);
            store(dc + place, dcell * f);
        }
        for (int gate = 0; gate < 4; gate++) {
            float *place = dbias + 16 * (4 * u + gate);
            f32x16 sum = load(place);
            for (int v = 0; v < vectors; v++) sum += dz[gate][v];
            store(place, sum);
        }
        for (int k = 0; k < row_count; k++) {
            const float *w = layer->weights + 4l * (u * row_count + k);
            float *place = dweights + 64l * (u * row_count + k);
            f32x16 sum[4];
            UNROLL for (int gate = 0; gate < 4; gate++) sum[gate] = load(place + 16 * gate);
            UNROLL for (int v = 0; v < vectors; v++) {
                f32x16 x = load(rows[k] + 16 * v);
                UNROLL for (int gate = 0; gate < 4; gate++) sum[gate] += dz[gate][v] * x;
            }
            UNROLL for (int gate = 0; gate < 4; gate++) store(place + 16 * gate, sum[gate]);
            if (!drows[k]) continue;
            for (int v = 0; v < vectors; v++) {
                f32x16 d = load(drows[k] + 16 * v);
                UNROLL for (int gate = 0; gate < 4; gate++) d += splat(w[gate]) * dz[gate][v];
                store(drows[k] + 16 * v, d);
            }
        }
    }
}

static void lstm_head(const float *head, int outputs, int hidden, const float *h, float *result) {
    head_outputs(head, outputs, hidden, h, result, LSTM_BLOCK);
}

/// Adds to `dh` and, lane by lane, to `dhead` [output][unit, then bias][16].
static void lstm_head_backward(
    const float *head, int outputs, int hidden, const float *h, const float *doutput, float *dh, float *dhead) {
    for (int o = 0; o < outputs; o++) {
        const float *w = head + o * (hidden + 1);
        float *dw = dhead + 16l * o * (hidden + 1);
        for (int i = 0; i < LSTM_BLOCK; i += 16) {
            f32x16 d = load(doutput + o * LSTM_BLOCK + i);
            for (int u = 0; u < hidden; u++) {
                const int place = u * LSTM_BLOCK + i;
                store(dw + 16 * u, load(dw + 16 * u) + d * load(h + place));
                store(dh + place, load(dh + place) + splat(w[u]) * d);
            }
            store(dw + 16 * hidden, load(dw + 16 * hidden) + d);
        }
    }
}

INLINE void add_row(f32x16 sum[4], const float *a, const float *b, long count) {
    long i = 0;
    for (; i + 64 <= count; i += 64)
        UNROLL for (int k = 0; k < 4; k++) sum[k] += load_unaligned(a + i + 16 * k) * load_unaligned(b + i + 16 * k);
    for (; i + 16 <= count; i += 16) sum[0] += load_unaligned(a + i) * load_unaligned(b + i);
    if (i < count) sum[0] += load_some(a + i, count - i) * load_some(b + i, count - i);
}

static double inner_product(const float *a, const float *b, long count) {
    double total = 0;
    while (count > 0) {
        const long length = count < 8192 ? count : 8192;
        f32x16 sum[4] = {splat(0), splat(0), splat(0), splat(0)};
        add_row(sum, a, b, length);
        total += sum_in_double((sum[0] + sum[1]) + (sum[2] + sum[3]));
        a += length, b += length, count -= length;
    }
    return total;
}

static double window_product(const float *a, const float *b, long height, long width, long stride) {
    f32x16 sum[4] = {splat(0), splat(0), splat(0), splat(0)};
    for (long y = 0; y < height; y++) add_row(sum, a + y * stride, b + y * stride, width);
    return sum_in_double((sum[0] + sum[1]) + (sum[2] + sum[3]));
}
