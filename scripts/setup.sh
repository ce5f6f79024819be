#!/usr/bin/env bash
# Installs what a build needs and this machine lacks, with apt. Asks nothing; says what it installs
# and why; where everything is there it does nothing and says nothing.
set -euo pipefail

packages=()
reasons=()

# need PACKAGE REASON COMMAND…: notes the package as missing where the command fails.
need() {
  local package=$1 reason=$2
  shift 2
  if ! "$@" >/dev/null 2>&1; then
    packages+=("$package")
    reasons+=("$reason")
  fi
}

fail() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}

# A library is there where pkg-config, which SwiftPM asks too, finds it, or dpkg has its package
# (not every release's package brings a file for pkg-config).
library() {
  pkg-config --exists "$1" || dpkg-query -W -f '${Status}' "$2" | grep -q '^install ok installed'
}

need pkg-config      "tells SwiftPM where libraries are"              command -v pkg-config
need libpcre2-dev    "PCRE2: matches the patterns"                    library libpcre2-8 libpcre2-dev
need libicu-dev      "ICU: normalizes Unicode text"                   library icu-i18n libicu-dev
need libsimdjson-dev "simdjson: reads requests"                       library simdjson libsimdjson-dev
need libyaml-dev     "libyaml: reads packs and policies"              library yaml-0.1 libyaml-dev
need nettle-dev      "nettle: fingerprints and keyed hashes"          library nettle nettle-dev
need libsqlite3-dev  "SQLite: keeps consents and clocks"               library sqlite3 libsqlite3-dev
need make            "runs the targets of the Makefile"               command -v make
need python3         "checks the corpus and the README, shows a demo" command -v python3

if ((${#packages[@]})); then
  echo "setup: to be installed with apt:"
  for index in "${!packages[@]}"; do
    printf '  %-16s %s\n' "${packages[index]}" "${reasons[index]}"
  done

  command -v apt-get >/dev/null ||
    fail "there is no apt-get here; install these packages, or what they are called on your system, and try again"

  as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      fail "this needs root, and there is no sudo here; as root run:" \
        "  apt-get install ${packages[*]}"
    as_root=(sudo)
    # Where nobody can type a password, sudo must fail rather than wait for one.
    if [[ -n ${CI:-} || ! -t 0 ]]; then as_root=(sudo -n); fi
    "${as_root[@]}" true ||
      fail "sudo was refused; as root run:" \
        "  apt-get install ${packages[*]}"
    echo "setup: using sudo"
  fi
  apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)

  # A broken list of somebody else's must not stop us where the packages can be had all the same.
  "${apt[@]}" update || echo "setup: apt-get update failed; trying with the package lists that are there" >&2
  "${apt[@]}" install -y --no-install-recommends "${packages[@]}" >/dev/null ||
    fail "apt-get could not install: ${packages[*]}"
  echo "setup: done"
fi

# Last, so that one run shows everything that is missing.
command -v swift >/dev/null ||
  fail "there is no swift here; install Swift 6.3: https://www.swift.org/install"
