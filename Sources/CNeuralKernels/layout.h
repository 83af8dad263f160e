#pragma once

// Where the backward Winograd tiles begin. Its outputs are those of the padded picture, -1...length; both ends must
// share a tile with the pixel they were replicated from, which takes one more row where the last tile would hold just
// one.
static inline int winograd_backward_origin(int length) { return (length + 2) % 4 == 1 ? -2 : -1; }

// The most rows of a register tile in any variant, and how many blocks of output channels are done at a time, so that
// the products stay in cache: scratch memory is made for these.
enum { MOST_TILE_ROWS = 12, BLOCKS_PER_GROUP = 8 };
