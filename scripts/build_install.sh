#!/usr/bin/env bash
# Builds what `make install` and the packages hold, into .build/install/out: the program and the C
# library, with Swift's runtime linked in, so that neither needs a Swift toolchain; man page and
# completions, written by the program itself.
#
# Apart from the everyday build, because everything is compiled for another runtime. The flags stand
# here and not in Package.swift: a package that uses unsafe flags cannot be depended on.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
scratch=.build/install
out=$scratch/out

build() {
  swift build -c release --scratch-path "$scratch" --disable-local-rpath --static-swift-stdlib \
    -Xswiftc -static-stdlib -Xswiftc -use-ld=lld -Xlinker --gc-sections -Xlinker --as-needed \
    -Xlinker -z -Xlinker relro -Xlinker -z -Xlinker now "$@"
}

# link NAME FLAGS…: the C library, with the C interface and nothing else exported.
link() {
  local name=$1
  shift
  build --product TightlipABI -Xlinker --version-script=packaging/libtightlip.map \
    -Xlinker -soname -Xlinker libtightlip.so.1 "$@"
  install -m 755 "$scratch/release/libTightlipABI.so" "$out/$name"
}

mkdir -p "$out"
build --product tightlip
install -m 755 "$scratch/release/tightlip" "$out/tightlip"
link libtightlip.so.1
if [[ ${1:-} == wheel ]]; then
  # In a wheel the libraries it needs lie beside it, and theirs too, which only the older kind of
  # search path reaches.
  link libtightlip-wheel.so.1 -Xlinker -rpath -Xlinker "\$ORIGIN" -Xlinker --disable-new-dtags
fi
strip --strip-unneeded "$out"/tightlip "$out"/libtightlip*.so.1

python3 scripts/manual.py "$out/tightlip" >"$out/tightlip.1"
for shell in bash zsh fish; do
  # Completions are read by a shell, not run.
  "$out/tightlip" --generate-completion-script "$shell" | sed '1{/^#!/d}' >"$out/tightlip.$shell"
done
