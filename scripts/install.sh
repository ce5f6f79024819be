#!/usr/bin/env bash
# install.sh install|uninstall: puts what scripts/build_install.sh built where it belongs, or takes it
# away again.
#
#   PREFIX    where it will be used from (default /usr/local)
#   DESTDIR   a root to put it under, for packages (default none)
#   LIBDIR    the folder of libraries (default PREFIX/lib)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
prefix=${PREFIX:-/usr/local}
libdir=${LIBDIR:-$prefix/lib}
root=${DESTDIR:-}
out=.build/install/out
version=$(sed -n 's/.*static let number = "\(.*\)"/\1/p' Sources/Tightlip/TightlipVersion.swift)

[[ $prefix == /* && $libdir == /* ]] || {
  echo "install: PREFIX and LIBDIR must begin with a slash" >&2
  exit 2
}

pack=$root$prefix/share/tightlip/pack
files=(
  "$prefix/bin/tightlip"
  "$libdir/libtightlip.so.1"
  "$libdir/libtightlip.so"
  "$libdir/pkgconfig/tightlip.pc"
  "$prefix/include/tightlip.h"
  "$prefix/share/man/man1/tightlip.1"
  "$prefix/share/bash-completion/completions/tightlip"
  "$prefix/share/zsh/site-functions/_tightlip"
  "$prefix/share/fish/vendor_completions.d/tightlip.fish"
)

put() { # put MODE FROM TO
  install -D -m "$1" "$2" "$root$3"
}

case ${1:-} in
install)
  [[ -x $out/tightlip ]] || {
    echo "install: nothing is built yet; run: make library" >&2
    exit 2
  }
  put 755 "$out/tightlip" "${files[0]}"
  put 644 "$out/libtightlip.so.1" "${files[1]}"
  ln -sfn libtightlip.so.1 "$root${files[2]}"
  sed -e "s|@prefix@|$prefix|; s|@libdir@|$libdir|; s|@version@|$version|" packaging/tightlip.pc.in >"$out/tightlip.pc"
  put 644 "$out/tightlip.pc" "${files[3]}"
  put 644 Sources/CTightlip/tightlip.h "${files[4]}"
  put 644 "$out/tightlip.1" "${files[5]}"
  put 644 "$out/tightlip.bash" "${files[6]}"
  put 644 "$out/tightlip.zsh" "${files[7]}"
  put 644 "$out/tightlip.fish" "${files[8]}"
  # Whole and at once: a pack of which a part is of another version would be no pack.
  rm -rf "$pack.new"
  mkdir -p "$pack.new"
  # All but how the lists are built, and an image of another state of them.
  for part in Lexicons/*; do
    [[ $part == Lexicons/build || $part == Lexicons/pack.image ]] || cp -r "$part" "$pack.new"
  done
  cp LICENSE NOTICE "$pack.new"
  # The image knows the files by their times: whole seconds, as packages keep them, and the same each time.
  date=${SOURCE_DATE_EPOCH:-$(find Lexicons -type f -not -path 'Lexicons/build/*' -printf '%Ts\n' | sort -n | tail -n 1)}
  find "$pack.new" -exec touch -h -d "@$date" {} +
  "$out/tightlip" compile "$pack.new" --output "$pack.new/pack.image"
  chmod -R u=rwX,go=rX "$pack.new"
  rm -rf "$pack"
  mv "$pack.new" "$pack"
  if [[ -z $root && $EUID == 0 ]] && command -v ldconfig >/dev/null; then ldconfig; fi
  ;;
uninstall)
  for file in "${files[@]}"; do rm -f "$root$file"; done
  rm -rf "$pack"
  # Folders of our own only; the others are the system's.
  rmdir "$root$prefix/share/tightlip" 2>/dev/null || true
  if [[ -z $root && $EUID == 0 ]] && command -v ldconfig >/dev/null; then ldconfig; fi
  ;;
*)
  echo "usage: install.sh install|uninstall" >&2
  exit 2
  ;;
esac
