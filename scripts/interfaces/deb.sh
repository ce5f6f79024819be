# The Debian package: what lintian says of it, and its way onto a system and off again.

if ! has dpkg-deb || ! has dpkg-shlibdeps; then
  skip "the Debian package: dpkg-dev is not installed"
else
  say "the Debian package"
  deb=$(scripts/build_deb.sh)
  echo "$(basename "$deb"): $(stat -c %s "$deb") bytes; $(dpkg-deb -f "$deb" Depends)"
  if has lintian; then
    lintian --fail-on error,warning --tag-display-limit 0 --allow-root "$deb" || fail "lintian is not content"
    echo "lintian: no error, no warning"
  else
    skip "lintian: it is not installed"
  fi
  # Into a root of its own, by dpkg itself: its scripts, its list of files, its removal. Dependencies are
  # those of this machine, which the private root does not know.
  system=$work/system
  mkdir -p "$system/var/lib/dpkg/info" "$system/var/lib/dpkg/updates"
  touch "$system/var/lib/dpkg/status" "$system/var/lib/dpkg/available"
  private=(dpkg --root="$system" --force-not-root --force-depends --force-script-chrootless --log=/dev/null)
  "${private[@]}" -i "$deb" >/dev/null 2>&1 || fail "dpkg cannot install the package"
  [[ $("${private[@]}" -s tightlip 2>/dev/null) == *"install ok installed"* ]] || fail "dpkg does not count it as installed"
  echo '{"text":"Your chart 00418823 is ready"}' | bare "$system/usr/bin/tightlip" filter |
    grep -q '"text":"Your chart \[RECORD_NUMBER\] is ready"' || fail "the installed program does not run"
  bare "$system/usr/bin/tightlip" --version | grep -q "^image $system/usr/.*share/tightlip/pack/pack.image" ||
    fail "the pack's image is not in use"
  if has gcc; then
    gcc -std=c11 Tests/ABI/pipe.c -ISources/CTightlip -I"$system/usr/include" -o "$work/deb-pipe" \
      -L"$(dirname "$(find "$system/usr/lib" -name libtightlip.so)")" -ltightlip \
      -Wl,-rpath,"$(dirname "$(find "$system/usr/lib" -name libtightlip.so.1)")"
    # No pack is named: the library finds the one of its own package.
    bare "$work/deb-pipe" ndjson "$work/requests.ndjson" >"$work/deb-answers"
    bare "$system/usr/bin/tightlip" filter <"$work/requests.ndjson" | cmp - "$work/deb-answers" || fail "library and program differ"
  fi
  "${private[@]}" --purge tightlip >/dev/null 2>&1 || fail "dpkg cannot remove the package"
  left=$(find "$system/usr" -type f -o -type l 2>/dev/null || true)
  [[ -z $left ]] || fail "removed, and yet there are: $left"
  echo "installed, used and removed with dpkg"
fi
