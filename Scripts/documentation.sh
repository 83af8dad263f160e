#!/bin/bash
# Makes a site of the libraries' documentation, for any web server: Scripts/documentation.sh [<folder>], by default
# .build/documentation. The plugin that makes it is only fetched for this.
set -euo pipefail
folder=$(realpath --canonicalize-missing "${1:-.build/documentation}")
cd "$(dirname "$0")/.."
export STYLIZE_DOCUMENTATION=1

targets=()
for catalogue in Sources/*/*.docc; do targets+=(--target "$(basename "$catalogue" .docc)"); done
swift package --allow-writing-to-directory "$folder" generate-documentation "${targets[@]}" \
    --enable-experimental-combined-documentation --transform-for-static-hosting --output-path "$folder"
