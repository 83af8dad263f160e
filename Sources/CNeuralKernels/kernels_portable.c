#include <math.h>

#define VARIANT_NAME "portable"
#define NEURAL_KERNELS neural_kernels_portable
#include "kernels.h"
