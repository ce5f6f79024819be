#!/usr/bin/env bash
# Builds what is installed, installs it into a folder of its own, and tests from there every way to run
# Tightlip: program, C, and whatever else this machine has the tools for. A part whose tool is missing
# is skipped, and says so.
#
#   scripts/test_interfaces.sh [PART…]     parts: c same python languages install deb, which are the default; and
#                                          sanitized, which compiles the library with sanitizers
#
# TIGHTLIP_MEASURE=1 has the part `same` measure the speed of each interface. TIGHTLIP_SKIP_BUILD=1 takes what is
# built already.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
parts=("${@:-}")

say() { printf '== %s\n' "$*"; }
skip() { printf '== SKIPPED: %s\n' "$*"; }
has() { command -v "$1" >/dev/null 2>&1; }
wants() { [[ -z ${parts[0]} || " ${parts[*]} " == *" $1 "* ]]; }
fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

# Everything below runs without the environment of this shell: what is installed needs none.
bare() { env -i PATH=/usr/bin:/bin HOME="$work" "$@"; }

[[ -n ${TIGHTLIP_SKIP_BUILD:-} ]] || scripts/build_install.sh wheel 2>&1 | grep -E 'error|warning: |Build of' || true
PREFIX=$prefix scripts/install.sh install
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
pack=$prefix/share/tightlip/pack
head -n 200 Corpus/train.ndjson >"$work/requests.ndjson"

say "installed in $prefix"
bare "$prefix/bin/tightlip" --version

# shellcheck source=/dev/null
for part in c same python languages install deb; do
  if wants "$part"; then source "scripts/interfaces/$part.sh"; fi
done
if [[ -n ${parts[0]} ]] && wants sanitized; then source scripts/interfaces/sanitized.sh; fi
say "every interface that could be tested is well"
