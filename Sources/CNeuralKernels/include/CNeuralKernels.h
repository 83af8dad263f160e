#pragma once
#include <stddef.h>
#include <stdint.h>

// The arithmetic of the network and its losses. Every forward stands beside its backward.
//
// A kernel works on a part of its output (a block of tiles, a range of rows or pixels), allocates nothing and starts no
// threads: the caller divides the work, and the result does not depend on how.

/// Activations or their gradients: channels in blocks of 16, each block a plane of height x width pixels of 16 floats,
/// 64-byte aligned, with at least FEATURE_MAP_SLACK readable floats behind the last pixel. The maps of a batch of
/// `images` pictures of `height` rows stand one below the other in each plane.
typedef struct {
    float *_Nullable data;
    int blocks, height, width;
    long plane; ///< floats from one channel block to the next
} FeatureMap;

enum { FEATURE_MAP_SLACK = 16 * 16 };
enum { MATRIX_ROW_SLACK = 12 };

/// What lies beyond the border: the nearest pixel, zeros, or the picture mirrored at the border's pixels.
typedef enum { PADDING_REPLICATE, PADDING_ZEROS, PADDING_REFLECT } ConvolutionPadding;

/// A 3x3 convolution with padding, bias and ReLU by Winograd F(4x4,3x3).
typedef struct {
    FeatureMap input;
    const float *_Nonnull weights; ///< from winograd_transform_weights
    const float *_Nonnull bias;
    FeatureMap output;        ///< `data` is NULL when only the pool and the mask are wanted
    FeatureMap pool;          ///< 2x2 pool of the output, odd sides rounded up or down; `data` is NULL when not wanted
    /// One bit a value: [block][y][x], set where it is positive and, with a pool, reaches it; of one picture alone.
    uint16_t *_Nullable mask;
    int pools_largest; ///< whether the pool is of maxima; otherwise it is of averages
    ConvolutionPadding padding;
    int is_linear;     ///< whether to leave out the ReLU; then there is neither pool nor mask
    int images;
    int tiles_per_task;
} WinogradForward;

/// Its gradient with respect to the input.
typedef struct {
    FeatureMap gradient; ///< with respect to the convolution's output before ReLU; with `mask`, to its 2x2 pool
    const uint16_t *_Nullable mask; ///< the output's mask as the forward left it: `gradient` is unpooled on the way in
    const float *_Nonnull weights;  ///< from winograd_transform_weights, transposed
    FeatureMap input_gradient;
    /// The input, laid out as `input_gradient`: where it is not positive, the result is 0.
    const float *_Nullable activation;
    float share; ///< of a pool's gradient for each value of the mask: 1/4 of averages, 1 of maxima
    int pads_zeros; ///< whether zeros lie beyond the border; otherwise it is replicated
    int images; ///< 1 with `mask`
    int tiles_per_task;
} WinogradBackward;

/// The gradient of a convolution with replicate padding with respect to its weights.
typedef struct {
    FeatureMap input;
    FeatureMap gradient; ///< with respect to the convolution's output before ReLU
    int images;
    int tiles_per_task;
} WinogradWeightGradient;

/// A 3x3 convolution of 3 padded planes, bias and ReLU.
typedef struct {
    const float *_Nonnull pixels; ///< 3 planes of (height + 2) x pitch, the border included
    long pitch;                   ///< at least width + 2 + 16
    const float *_Nonnull weights; ///< [block][channel][ky][kx][16]
    const float *_Nonnull bias;
    FeatureMap output;
    int is_linear; ///< whether to leave out the ReLU
} InputConvolutionForward;

/// Its gradient with respect to the padded planes; fold_replicated_border or add_inside_border gives that of the
/// picture.
typedef struct {
    FeatureMap gradient;
    const float *_Nonnull weights; ///< [block][ky][kx][channel][16]
    float *_Nonnull padded;        ///< 3 planes of (height + 2) x (width + 2)
} InputConvolutionBackward;

/// Its gradient with respect to the weights.
typedef struct {
    const float *_Nonnull pixels; ///< as the forward takes them
    long pitch;
    FeatureMap gradient; ///< with respect to the convolution's output before ReLU
} InputConvolutionWeightGradient;

/// Batch normalisation (Ioffe and Szegedy 2015, arXiv:1502.03167) and ReLU: max(0, scale z + shift), and their way
/// back. What has 16 lanes is of one block of channels.
typedef struct {
    FeatureMap input;            ///< z
    const float *_Nonnull scale; ///< [channel]
    const float *_Nonnull shift; ///< [channel]
    FeatureMap output;
} NormalizationForward;

typedef struct {
    FeatureMap input;               ///< z
    const float *_Nonnull scale;    ///< as in the forward
    const float *_Nonnull shift;
    const float *_Nonnull inverse;  ///< [channel]: xhat = inverse z + offset has mean 0 and variance 1
    const float *_Nonnull offset;
    FeatureMap gradient;            ///< with respect to the forward's output, to which `other_gradient` is added; the
    FeatureMap other_gradient;      ///< `data` of either is NULL where it is 0
    const float *_Nonnull mean;     ///< [channel]: the mean gradient with respect to scale z + shift
    const float *_Nonnull product;  ///< [channel]: the mean of its product with xhat
    FeatureMap input_gradient;
} NormalizationBackward;

/// How far relu(weights f + bias), f being the activations of a student, are from those of a teacher, t / scale: a 1x1
/// convolution and the sum of squared differences. Channels are padded to whole blocks with zeros.
typedef struct {
    FeatureMap student;
    FeatureMap teacher;                ///< of the same pixels
    const float *_Nonnull weights;     ///< [teacher block][student channel][16]
    const float *_Nonnull transposed;  ///< [student block][teacher channel][16]
    const float *_Nonnull bias;        ///< [teacher channel]
    const float *_Nonnull inverse_scale; ///< [teacher channel]
    float share;                       ///< what the sum is multiplied by in the gradients
    FeatureMap student_gradient;       ///< with respect to f
} ActivationMatch;

enum { MATCH_PIXELS = 48 }; ///< at a time: whole register tiles, whose differences stay in cache

/// c = a b, `columns` a multiple of 16: c[r][j] = sum over k < count of a[r * row_step + k * a_step] *
/// b[k * b_step + j]. Reads (and ignores) up to MATRIX_ROW_SLACK rows past the end of a.
typedef struct {
    const float *_Nonnull a;
    long row_step, a_step;
    const float *_Nonnull b;
    long b_step;
    float *_Nonnull c;
    long c_step;
    int columns, count;
    int is_symmetric; ///< c is square and symmetric: rows begin with the 16x16 block on the diagonal
} MatrixProduct;

/// What the losses at a layer add to the gradient there: matrix f + vector + scale (f - target), then the ReLU's mask.
typedef struct {
    FeatureMap activation;
    FeatureMap gradient;
    FeatureMap pool_gradient;      ///< when `data` is set, the gradient starts from its unpooling
    const uint16_t *_Nullable mask; ///< that of a pool of maxima; NULL for one of averages
    int accumulate;                ///< otherwise, whether it starts from what `gradient` holds, or from 0
    const float *_Nullable matrix; ///< [block][channel][16], or NULL
    const float *_Nullable vector; ///< [channel], or NULL
    const float *_Nullable target; ///< laid out as `activation`, or NULL
    float scale;
} ActivationGradient;

/// A layer of an LSTM that many coordinates share.
typedef struct {
    const float *_Nonnull weights; ///< [unit][row][i, f, g, o], the rows being `inputs`, then h of the step before
    const float *_Nonnull bias;    ///< [unit][i, f, g, o]
    int inputs, hidden;
} LSTMLayer;

enum { LSTM_BLOCK = 64, LSTM_MOST_UNITS = 64, LSTM_MOST_ROWS = 256 };

/// The constants of a step of `quasi_newton_move`: A, B, C, R and D.
typedef struct {
    float direction, gradient, move, free, means;
} QuasiNewtonStep;

/// The kernels compiled for one instruction set.
typedef struct {
    const char *_Nonnull name;
    /// Tiles are computed in groups of this many: the best `tiles_per_task` is a multiple.
    int tile_rows;

    void (*_Nonnull winograd_forward)(const WinogradForward *_Nonnull, int task, float *_Nonnull scratch);
    void (*_Nonnull winograd_backward)(const WinogradBackward *_Nonnull, int task, float *_Nonnull scratch);
    void (*_Nonnull input_convolution_forward)(const InputConvolutionForward *_Nonnull, int row, int end);
    /// Rows are of the padded gradient: 0..<height + 2.
    void (*_Nonnull input_convolution_backward)(const InputConvolutionBackward *_Nonnull, int row, int end);

    /// Adds a task's tiles to `sums` [36][input][output], both padded to whole blocks.
    void (*_Nonnull winograd_weight_gradient)(
        const WinogradWeightGradient *_Nonnull, int task, float *_Nonnull scratch, float *_Nonnull sums);
    /// The gradient [output][input][3][3] of inputs `input..<end` from `parts` such sums that lie `step` apart.
    void (*_Nonnull winograd_weight_gradient_of_sums)(
        const float *_Nonnull sums, long step, int parts, int inputs, int outputs, int input, int end,
        float *_Nonnull gradient);
    /// Adds to `sums` [channel][ky][kx][output], outputs padded to whole blocks, for one picture.
    void (*_Nonnull input_convolution_weight_gradient)(
        const InputConvolutionWeightGradient *_Nonnull, float *_Nonnull sums);

    /// The sums of a block's values and of their squares over one picture.
    void (*_Nonnull channel_sums)(
        const FeatureMap *_Nonnull, int image, int block, float sum[_Nonnull 16], float square[_Nonnull 16]);
    void (*_Nonnull normalization_forward)(const NormalizationForward *_Nonnull, int image, int block);
    /// The sums, over a block of one picture, of the gradient with respect to scale z + shift and of its product with
    /// xhat.
    void (*_Nonnull normalization_backward_sums)(
        const NormalizationBackward *_Nonnull, int image, int block, float sum[_Nonnull 16],
        float product[_Nonnull 16]);
    /// input_gradient = scale (gradient - mean - xhat product).
    void (*_Nonnull normalization_backward)(const NormalizationBackward *_Nonnull, int image, int block);

    /// Of the pixels `pixel..<end` of all pictures: returns the sum of squares, writes the gradient with respect to f
    /// and adds those with respect to the weights, [student channel][teacher channel], and the bias; without room for
    /// these it only does the sum. `scratch` is for MATCH_PIXELS times the teacher's padded channels.
    double (*_Nonnull match_activations)(
        const ActivationMatch *_Nonnull, long pixel, long end, float *_Nonnull scratch,
        float *_Nullable weight_gradient, float *_Nullable bias_gradient);

    /// 2x2 average pool, odd sides rounded up or down, of output rows `row..<end`.
    void (*_Nonnull average_pool)(
        const FeatureMap *_Nonnull input, const FeatureMap *_Nonnull output, int row, int end);
    /// 2x2 maxima of what is not negative. `mask` [block][y][x], 0 at first, gets a bit at the first largest of a cell,
    /// if that is positive; NULL when it is not wanted.
    void (*_Nonnull max_pool)(
        const FeatureMap *_Nonnull input, const FeatureMap *_Nonnull output, uint16_t *_Nullable mask, int row,
        int end);
    /// Every second value of the input convolved with the outer square of [1 3 3 1] / 8, the border replicated.
    void (*_Nonnull blur_pool)(const FeatureMap *_Nonnull input, const FeatureMap *_Nonnull output, int row, int end);
    /// Its gradient with respect to the input, of the input's rows `row..<end`.
    void (*_Nonnull blur_pool_gradient)(
        const FeatureMap *_Nonnull gradient, const FeatureMap *_Nonnull input_gradient, int row, int end);

    /// One row of half the width, rounded up, by the filter 1 3 3 1 over the four rows around it. `column` is scratch
    /// for width + 3 floats.
    void (*_Nonnull binomial_halve)(
        const float *_Nonnull const *_Nonnull rows, long width, float *_Nonnull column, float *_Nonnull result);
    /// Adds to one row of `width` what the two nearest rows of half the width become under four times the adjoint.
    /// `column` is scratch for (width + 1) / 2 + 2 floats.
    void (*_Nonnull binomial_double)(
        const float *_Nonnull near, const float *_Nonnull far, long width, float *_Nonnull column,
        float *_Nonnull result);

    /// Adds the sum over pixels of f f^T to `second` (blocks on and above the diagonal only; row-major, 16 floats a
    /// block) and of f to `first`.
    void (*_Nonnull moments)(
        const FeatureMap *_Nonnull, long pixel, long end, float *_Nonnull first, float *_Nonnull second);
    void (*_Nonnull activation_gradient)(const ActivationGradient *_Nonnull, int row, int end);
    /// The sum of squared differences from `target` over pixels of all channels.
    double (*_Nonnull squared_difference)(
        const FeatureMap *_Nonnull, const float *_Nonnull target, long pixel, long end);

    /// Nine-point total variation of one plane: the sums of squared differences to the right, down and the two
    /// diagonals from rows `row..<end`, and (added) the gradient of their sum weighted by `weights`.
    void (*_Nonnull total_variation)(
        const float *_Nonnull plane, int height, int width, int row, int end, const float weights[_Nonnull 4],
        double sums[_Nonnull 4], float *_Nonnull gradient);

    /// Adds, over pixels, the sums of the three planes to `first` and of their products (rr, rg, rb, gg, gb, bb) to
    /// `second`.
    void (*_Nonnull pixel_moments)(
        const float *_Nonnull const planes[_Nonnull 3], long pixel, long end, double first[_Nonnull 3],
        double second[_Nonnull 6]);
    /// Adds matrix (3x3, row-major) times the pixel plus vector to the gradient.
    void (*_Nonnull pixel_gradient)(
        const float *_Nonnull const planes[_Nonnull 3], const float matrix[_Nonnull 9], const float vector[_Nonnull 3],
        long pixel, long end, float *_Nonnull const gradient[_Nonnull 3]);

    /// Rows `row..<end` of a and c.
    void (*_Nonnull matrix_product)(const MatrixProduct *_Nonnull, int row, int end);
    /// a = shift I + scale a for a symmetric a, given from the 16x16 blocks on the diagonal on; returns the sum of
    /// squares of a - I as it was.
    double (*_Nonnull shift_and_scale)(float *_Nonnull a, int n, float shift, float scale);
    /// Replaces the lower triangle of the symmetric row-major n x n matrix by its Cholesky factor and zeroes the rest.
    /// Returns 0 when the matrix is not positive definite.
    int (*_Nonnull cholesky)(double *_Nonnull a, int n);
    /// Replaces b by the solution x of l^T x = b; row-major n x n, n a multiple of 16, l lower triangular.
    void (*_Nonnull solve_transposed)(const float *_Nonnull l, float *_Nonnull b, int n);

    /// result = asinh(scale x)
    void (*_Nonnull asinh_scaled)(const float *_Nonnull x, float scale, long count, float *_Nonnull result);
    /// result = scale x + offset
    void (*_Nonnull affine)(const float *_Nonnull x, float scale, float offset, long count, float *_Nonnull result);
    /// result = tanh(x / sqrt(scale square))
    void (*_Nonnull tanh_over_root)(
        const float *_Nonnull x, const float *_Nonnull square, float scale, long count, float *_Nonnull result);
    /// (log|y| / range, sign y) of y = scale x where |y| >= e^-range, elsewhere (-1, e^range y).
    void (*_Nonnull logarithm_and_sign)(
        const float *_Nonnull x, float scale, float range, long count, float *_Nonnull logarithm,
        float *_Nonnull sign);
    /// result = -(exp(A tanh o1) d + B tanh(o2) g + D (tanh(o5) d' + tanh(o6) d'')) + C tanh(o3) s + R tanh(o4);
    /// outputs o are rows `stride` apart, readable to a multiple of 16.
    void (*_Nonnull quasi_newton_move)(
        const QuasiNewtonStep *_Nonnull step, const float *_Nonnull outputs, long stride,
        const float *_Nonnull direction, const float *_Nonnull gradient, const float *_Nonnull move,
        const float *_Nonnull common, const float *_Nonnull broad, long count, float *_Nonnull result);
    /// The gradient with respect to the outputs, given that with respect to the result. Its rows are written to a
    /// multiple of 16.
    void (*_Nonnull quasi_newton_move_gradient)(
        const QuasiNewtonStep *_Nonnull step, const float *_Nonnull upstream, const float *_Nonnull outputs,
        long stride, const float *_Nonnull direction, const float *_Nonnull gradient, const float *_Nonnull move,
        const float *_Nonnull common, const float *_Nonnull broad, long count, float *_Nonnull result);

    /// One step of `blocks` blocks of LSTM_BLOCK coordinates. Inputs and outputs are rows `stride` apart; `head` is
    /// [output][unit, then bias], `state` [block][layer][h, c][unit][LSTM_BLOCK] of floats or of halves.
    void (*_Nonnull lstm_step)(
        const LSTMLayer *_Nonnull layers, int layer_count, const float *_Nonnull head, int outputs, long blocks,
        const float *_Nonnull inputs, long stride, void *_Nonnull state, int is_half, float *_Nonnull output);
    /// One layer, one block and one step, keeping what the way back needs: `tape` is
    /// [i, f, g, o, c, h][unit][LSTM_BLOCK], `c` that of the step before.
    void (*_Nonnull lstm_forward)(
        const LSTMLayer *_Nonnull layer, const float *_Nonnull const *_Nonnull rows, const float *_Nonnull c,
        float *_Nonnull tape);
    /// The way back. `dh` and `dc` are the gradients of its h and c; `dc` becomes that of the step before. Adds to
    /// `drows` the gradients of the rows (a null one is left out), and to `dweights` [unit][row][gate][16] and `dbias`
    /// [unit][gate][16] those of the weights, lane by lane.
    void (*_Nonnull lstm_backward)(
        const LSTMLayer *_Nonnull layer, const float *_Nonnull const *_Nonnull rows, const float *_Nonnull c,
        const float *_Nonnull tape, const float *_Nonnull dh, float *_Nonnull dc,
        float *_Nullable const *_Nonnull drows, float *_Nonnull dweights, float *_Nonnull dbias);
    /// The outputs of one block, LSTM_BLOCK apart.
    void (*_Nonnull lstm_head)(
        const float *_Nonnull head, int outputs, int hidden, const float *_Nonnull h, float *_Nonnull result);
    /// Adds to `dh` and, lane by lane, to `dhead` [output][unit, then bias][16].
    void (*_Nonnull lstm_head_backward)(
        const float *_Nonnull head, int outputs, int hidden, const float *_Nonnull h, const float *_Nonnull doutput,
        float *_Nonnull dh, float *_Nonnull dhead);

    /// a . b, in single precision over stretches of 8192 and in double over those.
    double (*_Nonnull inner_product)(const float *_Nonnull a, const float *_Nonnull b, long count);
    /// a . b of `height` rows of `width` floats, `stride` apart, in single precision.
    double (*_Nonnull window_product)(
        const float *_Nonnull a, const float *_Nonnull b, long height, long width, long stride);
} NeuralKernels;

/// The best kernels this processor runs.
const NeuralKernels *_Nonnull neural_kernels(void);
/// Every variant this processor runs, the plainest first; `index` from 0, NULL past the last. For tests.
const NeuralKernels *_Nullable neural_kernels_variant(int index);

/// The size in floats of the transformed weights of a convolution between `inputs` and `outputs` channels.
size_t winograd_weights_size(int inputs, int outputs);
/// Transforms weights [output][input][3][3] into [36][output block][input][16], padded with zeros to whole blocks.
/// `transposed` gives those of the backward pass. Does the output blocks `block..<end`, which are independent.
void winograd_transform_weights(
    const float *_Nonnull weights, int inputs, int outputs, int transposed, int block, int end,
    float *_Nonnull transformed);
/// The number of tiles along a side of `length` pixels, forward and backward.
int winograd_forward_tiles(int length);
int winograd_backward_tiles(int length);
/// The scratch a task needs, in floats.
size_t winograd_scratch_size(int input_blocks, int output_blocks, int tiles_per_task);
size_t winograd_weight_gradient_scratch_size(int input_blocks, int output_blocks, int tiles_per_task);

/// Writes the 3 planes of a picture with a border of one replicated pixel, rows `pitch` apart.
void pad_replicated(const float *_Nonnull pixels, int height, int width, float *_Nonnull padded, long pitch);
/// The same with a border that mirrors the picture; beyond a single row or column lies itself.
void pad_reflected(const float *_Nonnull pixels, int height, int width, float *_Nonnull padded, long pitch);
/// The same with a border of one colour.
void pad_with_colour(
    const float *_Nonnull pixels, int height, int width, const float colour[_Nonnull 3], float *_Nonnull padded,
    long pitch);
/// Adds the gradient of padded planes, rows width + 2 apart, to that of the planes they were padded from.
void fold_replicated_border(const float *_Nonnull padded, int height, int width, float *_Nonnull gradient);
/// The same for planes that were padded with a colour.
void add_inside_border(const float *_Nonnull padded, int height, int width, float *_Nonnull gradient);
