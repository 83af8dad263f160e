#include "CNeuralKernels.h"

// One table of kernels an instruction set; the best this processor runs is taken.

extern const NeuralKernels neural_kernels_portable;
#if defined(__x86_64__)
extern const NeuralKernels neural_kernels_avx2, neural_kernels_avx512;
#endif

const NeuralKernels *neural_kernels_variant(int index) {
    const NeuralKernels *variants[4] = {&neural_kernels_portable};
#if defined(__x86_64__)
    int count = 1;
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c"))
        variants[count++] = &neural_kernels_avx2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl"))
        variants[count++] = &neural_kernels_avx512;
#endif
    return index >= 0 && index < 4 ? variants[index] : 0;
}

const NeuralKernels *neural_kernels(void) {
    const NeuralKernels *best = 0, *next;
    for (int i = 0; (next = neural_kernels_variant(i)); i++) best = next;
    return best;
}
