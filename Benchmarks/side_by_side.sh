#!/bin/bash
# stylize against PyTorch: the same objective, weights and pictures, timed in alternation in one run.
#
#   Benchmarks/side_by_side.sh [--sizes 256 512 1024] [--vgg-sizes 512] [--rounds 7] [--compile]
#   Benchmarks/side_by_side.sh --agreement
#   Benchmarks/side_by_side.sh --training [--rounds 5]
#
# The second only checks that both make the same of VGG-19; the third times steps of train-features.
#
# Needs python3 and a Swift toolchain; makes Benchmarks/.venv on the first run.
set -euo pipefail
cd "$(dirname "$0")"

if [ ! -x .venv/bin/python ]; then
    python3 -m venv .venv
fi
if ! .venv/bin/python -c "import torch, numpy, safetensors" 2>/dev/null; then
    # Linux: the build for CPUs is the same library without gigabytes of CUDA. Elsewhere the ordinary one is it.
    .venv/bin/pip install --quiet numpy safetensors
    if [ "$(uname)" = Linux ]; then
        .venv/bin/pip install --quiet torch --index-url https://download.pytorch.org/whl/cpu \
            || .venv/bin/pip install --quiet torch
    else
        .venv/bin/pip install --quiet torch
    fi
fi

swift build -c release --product StepBenchmark
server="$(swift build -c release --show-bin-path)/StepBenchmark"

# glibc hands every large block back to the system when it is freed, so PyTorch pays page faults for all of its
# activations on every step. Told to keep them it is up to twice as fast. (Elsewhere these are ignored.)
export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=100000000000 MALLOC_TOP_PAD_=67108864

case "${1:-}" in
    --agreement) script=vgg_agreement.py; shift ;;
    --training) script=training_step.py; shift ;;
    *) script=side_by_side.py ;;
esac
exec .venv/bin/python "$script" "$server" "$@"
