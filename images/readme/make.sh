#!/bin/bash
# Makes the pictures of the README, of the program's own examples at its defaults but for the option shown.
set -euo pipefail
cd "$(dirname "$0")"
swift build -c release --package-path ../..
stylize="$(swift build -c release --package-path ../.. --show-bin-path)/stylize"

paint() { # name content style [option...]
    local name=$1 content=$2 style=$3
    shift 3
    "$stylize" --quiet --force --content "../content/$content.jpg" --style "../style/$style.png" --output "$name.jpg" \
        --quality 88 "$@"
}

paint lake-ink-wash lake ink-wash --size 640
paint bust-flowing-strokes bust flowing-strokes --size 512
paint cat-stained-glass cat stained-glass --size 512
paint city-woodcut city woodcut --size 512
paint still-life-cut-outs still-life cut-outs --size 512
paint lighthouse-wave-print lighthouse wave-print --size 512
paint bridge-palette-knife bridge palette-knife --size 512

for weight in 0.02 0.1 0.5; do paint "content-weight-$weight" bust stained-glass --size 320 --content-weight $weight; done
for weight in 0.5 4 40; do paint "tv-weight-$weight" bust stained-glass --size 320 --tv-weight $weight; done
for scale in 0.5 1 2; do paint "style-scale-$scale" bust stained-glass --size 320 --style-scale $scale; done
for loss in wasserstein covariance gram; do paint "style-loss-$loss" bust stained-glass --size 320 --style-loss $loss; done
for start in content noise; do paint "init-$start" bust stained-glass --size 320 --init $start; done
for blend in 3,1 1,1 1,3; do
    paint "style-blend-$blend" bust stained-glass --style ../style/palette-knife.png --style-blend $blend --size 320
done
