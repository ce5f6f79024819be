#!/usr/bin/env bash
# Builds the Debian package into .build/install/out: program, library with its header, and pack in one, as
# they are only of use together.
#
#     scripts/build_install.sh && scripts/build_deb.sh
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=.build/install/out
version=$(sed -n 's/.*static let number = "\(.*\)"/\1/p' Sources/Tightlip/TightlipVersion.swift)
# Who answers for this build: the variables that Debian's own tools read.
maintainer="${DEBFULLNAME:-Tightlip} <${DEBEMAIL:-tightlip@example.org}>"
architecture=$(dpkg --print-architecture)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
umask 022

multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || gcc -print-multiarch)
PREFIX=/usr LIBDIR=/usr/lib/$multiarch DESTDIR=$tree/root scripts/install.sh install
root=$tree/root
chmod 755 "$root"
chmod 644 "$root/usr/lib/$multiarch/libtightlip.so.1"
# Debian's own place for zsh, and its ways with pages, notices and licences.
mkdir -p "$root/usr/share/zsh/vendor-completions" "$root/usr/share/doc/tightlip"
mv "$root/usr/share/zsh/site-functions/_tightlip" "$root/usr/share/zsh/vendor-completions/_tightlip"
rmdir "$root/usr/share/zsh/site-functions"
gzip -9n "$root/usr/share/man/man1/tightlip.1"
rm "$root/usr/share/tightlip/pack/LICENSE"
mv "$root/usr/share/tightlip/pack/NOTICE" "$root/usr/share/doc/tightlip/NOTICE"
cp packaging/copyright "$root/usr/share/doc/tightlip/copyright"
date=$(LC_ALL=C date -u -R -d "@$(git log -1 --format=%ct 2>/dev/null || echo 0)")
printf 'tightlip (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md of the project.\n\n -- %s  %s\n' \
  "$version" "$maintainer" "$date" | gzip -9n >"$root/usr/share/doc/tightlip/changelog.gz"
mkdir -p "$root/usr/share/lintian/overrides"
cp packaging/lintian-overrides "$root/usr/share/lintian/overrides/tightlip"

# The packages of the libraries that program and library name, with the versions they were built with.
mkdir -p "$tree/debian" "$root/DEBIAN"
printf 'Source: tightlip\n\nPackage: tightlip\nArchitecture: any\n' >"$tree/debian/control"
depends=$(cd "$tree" && dpkg-shlibdeps -O --ignore-missing-info -l"$root/usr/lib/$multiarch" \
  root/usr/bin/tightlip "root/usr/lib/$multiarch/libtightlip.so.1" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[[ $depends == *libpcre2* ]] || {
  echo "build_deb: dpkg-shlibdeps names no PCRE2: $depends" >&2
  exit 1
}
cat >"$root/DEBIAN/control" <<CONTROL
Package: tightlip
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: $depends
Provides: libtightlip1 (= $version), libtightlip-dev (= $version)
Section: net
Priority: optional
Multi-Arch: no
Description: pass, redact or block text messages that may hold health information
 Tightlip reads text messages between a medical practice and its patients and
 says of each one whether it may leave, may leave redacted, or may not leave. It
 looks for protected health information and for topics that do not belong in a
 text message, applies the practice's policy, and gives its reasons.
 .
 It runs as a filter (one line in, one line out) or linked, through a C library.
 Nothing leaves the machine.
CONTROL
printf 'libtightlip 1 tightlip (>= %s)\n' "$version" >"$root/DEBIAN/shlibs"
printf 'activate-noawait ldconfig\n' >"$root/DEBIAN/triggers"
(cd "$root" && find usr -type f ! -name md5sums -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
chmod 644 "$root"/DEBIAN/*
file=$out/tightlip_${version}_$architecture.deb
rm -f "$out"/*.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$file" >/dev/null
echo "$file"
