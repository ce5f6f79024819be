# What was installed works from there alone, and goes away again without a trace.

say "installed program, pages, completions"
echo '{"text":"Your chart 00418823 is ready"}' | bare "$prefix/bin/tightlip" filter |
  grep -q '"text":"Your chart \[RECORD_NUMBER\] is ready"' || fail "the installed program does not run"
bare "$prefix/bin/tightlip" --version >"$work/version"
for line in '^tightlip [0-9]' '^PCRE2 .*JIT works$' '^ICU .*Unicode [0-9]' "^pack SHA-256 [0-9a-f]\{64\} ($prefix/"; do
  grep -q "$line" "$work/version" || fail "--version does not tell: $line"
done
grep -q "^image $prefix/.*share/tightlip/pack/pack.image" "$work/version" || fail "the pack's image is not in use"
if readelf -d "$prefix/bin/tightlip" | grep -E 'NEEDED.*(swift|Foundation)|R(UN)?PATH'; then
  fail "the installed program needs a Swift toolchain"
fi
# Moved as a whole, as a tarball or container would: everything is found beside it.
mv "$prefix" "$work/moved"
echo '{"text":"ok"}' | bare "$work/moved/bin/tightlip" filter | grep -q '"action":"pass"' || fail "it does not work when moved"
bare "$work/moved/bin/tightlip" --version | grep -q "^image $work/moved/" || fail "the pack's image is not in use when moved"
mv "$work/moved" "$prefix"
say "a pack that was edited after its image"
cp -rp "$pack" "$work/edited"
printf 'zorbaline\tMEDICATION\t0.95\t\t\ttest\t\n' >>"$work/edited/terms/medications.tsv"
echo '{"text":"your zorbaline"}' | bare "$prefix/bin/tightlip" filter --pack "$work/edited" | grep -q MEDICATION ||
  fail "an image stands against the files it was made from"
if has mandoc; then
  mandoc -T lint -W error "$prefix/share/man/man1/tightlip.1" || fail "the man page is not well formed"
elif has groff; then
  warnings=$(groff -K utf8 -man -Tutf8 -ww -z "$prefix/share/man/man1/tightlip.1" 2>&1)
  [[ -z $warnings ]] || fail "the man page: $warnings"
else
  skip "the man page: neither mandoc nor groff is installed"
fi
if has man; then
  bare man -l "$prefix/share/man/man1/tightlip.1" | grep -q 'tightlip filter' || fail "man does not show the page"
fi
bash -n "$prefix/share/bash-completion/completions/tightlip"
offered=$(bare bash -c "source '$prefix/share/bash-completion/completions/tightlip'
  COMP_WORDS=(tightlip fil); COMP_CWORD=1; COMP_LINE='tightlip fil'; COMP_POINT=12; COMP_TYPE=9
  \$(complete -p tightlip | sed 's/.*-F \([^ ]*\).*/\1/') tightlip fil tightlip; printf '%s\n' \"\${COMPREPLY[@]}\"")
[[ $offered == *filter* ]] || fail "bash completes \"tightlip fil\" to: $offered"
if has zsh; then
  zsh -n "$prefix/share/zsh/site-functions/_tightlip"
else
  skip "the completion for zsh: it is not installed"
fi
if has fish; then
  offered=$(bare fish -c "source $prefix/share/fish/vendor_completions.d/tightlip.fish; complete -C 'tightlip fil'")
  [[ $offered == *filter* ]] || fail "fish completes \"tightlip fil\" to: $offered"
else
  skip "the completion for fish: it is not installed"
fi
[[ $(pkg-config --modversion tightlip) == "$(sed -n 's/^tightlip //p' "$work/version")" ]] || fail "pkg-config has another version"

say "uninstall"
cp -r "$prefix" "$work/before"
PREFIX=$prefix scripts/install.sh install # twice is as good as once
diff -r "$prefix" "$work/before" >/dev/null || fail "installing again changes something"
PREFIX=$prefix scripts/install.sh uninstall
left=$(find "$prefix" -type f -o -type l)
[[ -z $left ]] || fail "uninstalled, and yet there are: $left"
PREFIX=$prefix scripts/install.sh uninstall
PREFIX=$prefix scripts/install.sh install
echo "installed twice, uninstalled twice, nothing left"
