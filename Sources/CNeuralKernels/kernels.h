// All kernels, for the instruction set of the file that includes this; NEURAL_KERNELS names their table.

#include "CNeuralKernels.h"
#include "layout.h"
#include "binomial.h"
#include "blur_pooling.h"
#include "coordinate_inputs.h"
#include "input_convolution.h"
#include "lstm.h"
#include "match.h"
#include "matrix.h"
#include "moments.h"
#include "pixel_losses.h"
#include "pooling.h"
#include "winograd.h"
#include "normalization.h"
#include "weight_gradient.h"

const NeuralKernels NEURAL_KERNELS = {
    .name = VARIANT_NAME,
    .tile_rows = TILE_ROWS,
    .winograd_forward = winograd_forward,
    .winograd_backward = winograd_backward,
    .input_convolution_forward = input_convolution_forward,
    .input_convolution_backward = input_convolution_backward,
    .winograd_weight_gradient = winograd_weight_gradient,
    .winograd_weight_gradient_of_sums = winograd_weight_gradient_of_sums,
    .input_convolution_weight_gradient = input_convolution_weight_gradient,
    .channel_sums = channel_sums,
    .normalization_forward = normalization_forward,
    .normalization_backward_sums = normalization_backward_sums,
    .normalization_backward = normalization_backward,
    .match_activations = match_activations,
    .average_pool = average_pool,
    .max_pool = max_pool,
    .blur_pool = blur_pool,
    .blur_pool_gradient = blur_pool_gradient,
    .binomial_halve = binomial_halve,
    .binomial_double = binomial_double,
    .moments = moments,
    .activation_gradient = activation_gradient,
    .squared_difference = squared_difference,
    .total_variation = total_variation,
    .pixel_moments = pixel_moments,
    .pixel_gradient = pixel_gradient,
    .matrix_product = matrix_product,
    .shift_and_scale = shift_and_scale,
    .cholesky = cholesky,
    .solve_transposed = solve_transposed,
    .asinh_scaled = asinh_scaled,
    .affine = affine,
    .tanh_over_root = tanh_over_root,
    .logarithm_and_sign = logarithm_and_sign,
    .quasi_newton_move = quasi_newton_move,
    .quasi_newton_move_gradient = quasi_newton_move_gradient,
    .lstm_step = lstm_step,
    .lstm_forward = lstm_forward,
    .lstm_backward = lstm_backward,
    .lstm_head = lstm_head,
    .lstm_head_backward = lstm_head_backward,
    .inner_product = inner_product,
    .window_product = window_product,
};
