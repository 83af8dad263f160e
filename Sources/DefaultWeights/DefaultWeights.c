#include "DefaultWeights.h"

static const unsigned char features[] = {
#embed "../../weights/features.safetensors"
};

const void *default_features(void) { return features; }
size_t default_features_size(void) { return sizeof features; }

static const unsigned char optimizer[] = {
#embed "../../weights/optimizer.safetensors"
};

const void *default_optimizer(void) { return optimizer; }
size_t default_optimizer_size(void) { return sizeof optimizer; }
