#pragma once
#include <stddef.h>

/// The files of weights/, embedded so that an installed binary is one file; each is a source file of its own, so that
/// a program is linked with those it uses.

const void *_Nonnull default_features(void);
size_t default_features_size(void);

const void *_Nonnull default_optimizer(void);
size_t default_optimizer_size(void);
