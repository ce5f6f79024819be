#!/usr/bin/env python3
"""Builds the Python wheel into .build/install/out: package, C library, the libraries it needs, and the pack.

    scripts/build_install.sh wheel && scripts/build_wheel.py

A wheel is a zip file with a list of what it holds (PEP 427); made here with the standard library alone, so
that building needs no network.
"""

import base64
import hashlib
import platform
import re
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / ".build/install/out"
LIBRARY = OUT / "libtightlip-wheel.so.1"

# What every Linux has (the list of PEP 600's policy); everything else goes into the wheel.
SYSTEM = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1",
          "libpthread.so.0", "libdl.so.2", "librt.so.1"}
# Always the same bytes from the same input.
TIME = (2026, 1, 1, 0, 0, 0)


def version():
    source = (ROOT / "Sources/Tightlip/TightlipVersion.swift").read_text()
    return re.search(r'static let number = "(.*)"', source).group(1)


def bundled():
    """The files of the libraries that the wheel must bring, by their names for the linker."""
    text = subprocess.run(["ldd", LIBRARY], capture_output=True, check=True, text=True).stdout
    found = {}
    for name, path in re.findall(r"^\s*(\S+) => (\S+)", text, re.MULTILINE):
        if path == "not":
            sys.exit(f"build_wheel: {name} is not installed")
        if name not in SYSTEM:
            found[name] = Path(path)
    return found


def owner(path):
    """The Debian package of a file, for its licence."""
    for candidate in (path, Path(str(path).removeprefix("/usr")), Path("/usr" + str(path)), path.resolve()):
        found = subprocess.run(["dpkg", "-S", candidate], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    return None


def contents():
    for path in sorted((ROOT / "Python/tightlip").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield "tightlip/" + str(path.relative_to(ROOT / "Python/tightlip")), path.read_bytes()
    yield "tightlip/_lib/libtightlip.so.1", LIBRARY.read_bytes()
    licences = {}
    for name, path in sorted(bundled().items()):
        yield f"tightlip/_lib/{name}", path.read_bytes()
        package = owner(path)
        copyright = Path(f"/usr/share/doc/{package}/copyright")
        if package and copyright.exists():
            licences[package] = copyright.read_bytes()
        else:
            print(f"build_wheel: no licence text found for {name}", file=sys.stderr)
    pack = ROOT / "Lexicons"
    for path in sorted(pack.rglob("*")):
        # All but how the lists are built, and an image of them, which is for this machine's libraries.
        if path.is_file() and path.relative_to(pack).parts[0] not in ("build", "pack.image"):
            yield "tightlip/_pack/" + str(path.relative_to(pack)), path.read_bytes()
    information = f"tightlip-{version()}.dist-info"
    for package, text in sorted(licences.items()):
        yield f"{information}/licenses/{package}.txt", text
    for name in ("LICENSE", "NOTICE"):
        yield f"{information}/licenses/{name}", (ROOT / name).read_bytes()
    yield f"{information}/METADATA", metadata().encode()
    yield f"{information}/WHEEL", (
        f"Wheel-Version: 1.0\nGenerator: tightlip\nRoot-Is-Purelib: false\nTag: {tag()}\n").encode()


def tag():
    name, number = platform.libc_ver()
    system = "manylinux_" + number.replace(".", "_") if name == "glibc" else "linux"
    return f"py3-none-{system}_{platform.machine()}"


def metadata():
    readme = (ROOT / "Python/README.md").read_text()
    return f"""Metadata-Version: 2.1
Name: tightlip
Version: {version()}
Summary: Reads messages between a medical practice and its patients; passes, redacts or blocks each one
License: Apache-2.0
Requires-Python: >=3.9
Classifier: Typing :: Typed
Classifier: Operating System :: POSIX :: Linux
Description-Content-Type: text/markdown

{readme}"""


def main():
    if not LIBRARY.exists():
        sys.exit("build_wheel: nothing is built yet; run: scripts/build_install.sh wheel")
    wheel = OUT / f"tightlip-{version()}-{tag()}.whl"
    for old in OUT.glob("*.whl"):
        old.unlink()
    record = f"tightlip-{version()}.dist-info/RECORD"
    lines = []
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents():
            entry = zipfile.ZipInfo(name, TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if ".so" in name else 0o644) << 16
            archive.writestr(entry, data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            lines.append(f"{name},sha256={digest},{len(data)}\n")
        lines.append(f"{record},,\n")
        archive.writestr(zipfile.ZipInfo(record, TIME), "".join(lines))
    print(wheel)


if __name__ == "__main__":
    main()
