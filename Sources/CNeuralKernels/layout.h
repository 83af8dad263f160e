#pragma once

// Where the backward Winograd tiles begin. Its outputs are those of the padded picture, -1...length; both ends must
// share a tile with the pixel they were replicated from, which takes one more row where the last tile would hold just
// one.
static inline int winograd_backward_origin(int length) { return (length + 2) % 4 == 1 && length > 1 ? -2 : -1; }
