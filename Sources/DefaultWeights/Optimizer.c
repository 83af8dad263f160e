#include "DefaultWeights.h"

static const unsigned char optimizer[] = {
#embed "../../weights/optimizer.safetensors"
};

const void *default_optimizer(void) { return optimizer; }
size_t default_optimizer_size(void) { return sizeof optimizer; }
