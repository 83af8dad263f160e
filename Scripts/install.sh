#!/bin/bash
# Builds the program and installs it with its manual and its completions for bash, zsh and fish.
#
#   Scripts/install.sh [<prefix>]
#
# The prefix is /usr/local unless another is named. DESTDIR goes before it, for those who make packages.
set -euo pipefail
prefix=${1:-/usr/local}
[[ $prefix = /* ]] || prefix=$PWD/$prefix
root=${DESTDIR:-}$prefix
cd "$(dirname "$0")/.."

build=(swift build -c release)
# What Apple's systems have themselves is not linked in there.
[ "$(uname)" = Darwin ] || build+=(--static-swift-stdlib)
"${build[@]}" --product stylize
# What `swift package generate-manual` runs, which would first build everything in another way.
"${build[@]}" --product generate-manual
built=$("${build[@]}" --show-bin-path)

documents=$root/share/doc/stylize
install -d "$root"/bin "$documents" "$root"/share/{man/man1,bash-completion/completions,zsh/site-functions} \
    "$root"/share/fish/vendor_completions.d
install -s -m 755 "$built/stylize" "$root/bin"
"$built/generate-manual" "$built/stylize" --multi-page --output-directory "$root/share/man/man1"
"$built/stylize" --generate-completion-script bash > "$root/share/bash-completion/completions/stylize"
"$built/stylize" --generate-completion-script zsh > "$root/share/zsh/site-functions/_stylize"
"$built/stylize" --generate-completion-script fish > "$root/share/fish/vendor_completions.d/stylize.fish"
install -m 644 LICENSE NOTICE "$documents"
for package in swift-argument-parser SwiftCSV; do
    install -m 644 .build/checkouts/$package/LICENSE* "$documents/LICENSE-$package"
done
echo "stylize is in $root/bin."
