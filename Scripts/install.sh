#!/bin/bash
# Builds the program and installs it with its manual and its completions for bash, zsh and fish.
#
#   Scripts/install.sh [<prefix>]
#
# The prefix is /usr/local unless another is named. DESTDIR goes before it, for those who make packages.
set -euo pipefail
prefix=$(realpath --canonicalize-missing "${1:-/usr/local}")
root=${DESTDIR:-}$prefix
cd "$(dirname "$0")/.."

swift build -c release --static-swift-stdlib --product stylize
program="$(swift build -c release --show-bin-path)/stylize"
swift package generate-manual --multi-page

install -d "$root"/bin "$root"/share/{man/man1,doc/stylize,bash-completion/completions,zsh/site-functions} \
    "$root"/share/fish/vendor_completions.d
install -m 755 "$program" "$root/bin"
install -m 644 .build/plugins/GenerateManual/outputs/stylize/stylize*.1 "$root/share/man/man1"
install -m 644 LICENSE NOTICE "$root/share/doc/stylize"
"$program" --generate-completion-script bash > "$root/share/bash-completion/completions/stylize"
"$program" --generate-completion-script zsh > "$root/share/zsh/site-functions/_stylize"
"$program" --generate-completion-script fish > "$root/share/fish/vendor_completions.d/stylize.fish"
echo "stylize is in $root/bin."
