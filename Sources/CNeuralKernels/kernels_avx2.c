#if defined(__x86_64__)
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define VARIANT_AVX2 1
#define VARIANT_NAME "avx2"
#define NEURAL_KERNELS neural_kernels_avx2
#include "kernels.h"
#pragma clang attribute pop
#endif
