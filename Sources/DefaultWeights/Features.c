#include "DefaultWeights.h"

static const unsigned char features[] = {
#embed "../../weights/features.safetensors"
};

const void *default_features(void) { return features; }
size_t default_features_size(void) { return sizeof features; }
