// All kernels, for the instruction set of the file that includes this; NEURAL_KERNELS names their table.

#include "CNeuralKernels.h"
#include "layout.h"
#include "image_end.h"
#include "matrix.h"
#include "moments.h"
#include "pixel_losses.h"
#include "pooling.h"
#include "winograd.h"

const NeuralKernels NEURAL_KERNELS = {
    .name = VARIANT_NAME,
    .tile_rows = TILE_ROWS,
    .winograd_forward = winograd_forward,
    .winograd_backward = winograd_backward,
    .image_end_forward = image_end_forward,
    .image_end_backward = image_end_backward,
    .average_pool = average_pool,
    .moments = moments,
    .activation_gradient = activation_gradient,
    .squared_difference = squared_difference,
    .total_variation = total_variation,
    .pixel_moments = pixel_moments,
    .pixel_gradient = pixel_gradient,
    .matrix_product = matrix_product,
    .transposed_matrix_product = transposed_matrix_product,
    .shift_and_scale = shift_and_scale,
    .cholesky = cholesky,
    .solve_transposed = solve_transposed,
};
