#!/bin/bash
# Makes the pictures of the README, of the program's own examples at its defaults but for the option shown.
set -euo pipefail
cd "$(dirname "$0")"
swift build --package-path ../..
stylize="$(swift build --package-path ../.. --show-bin-path)/stylize"

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

vary() { # name [option...]
    local name=$1
    shift
    paint "$name" bust stained-glass --size 320 "$@"
}

vary default
for weight in 0.02 0.5; do vary "content-weight-$weight" --content-weight $weight; done
for weight in 0.1 20; do vary "tv-weight-$weight" --tv-weight $weight; done
for scale in 0.5 2; do vary "style-scale-$scale" --style-scale $scale; done
for loss in covariance gram; do vary "style-loss-$loss" --style-loss $loss; done
vary init-noise --init noise
vary style-blend --style ../style/palette-knife.png --style-blend 1,3

sheet=()
for content in bust lake lighthouse cat bridge city; do sheet+=(--content "../content/$content.jpg"); done
for style in flowing-strokes ink-wash wave-print palette-knife impression mosaic; do sheet+=(--style "../style/$style.png"); done
"$stylize" contact-sheet "${sheet[@]}" --size 256 --cell 120 --output contact-sheet.jpg --force --quiet
