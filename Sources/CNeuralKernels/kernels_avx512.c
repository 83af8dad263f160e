#if defined(__x86_64__)
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#define VARIANT_AVX512 1
#define VARIANT_NAME "avx512"
#define NEURAL_KERNELS neural_kernels_avx512
#include "kernels.h"
#pragma clang attribute pop
#endif
