"""The C library: where it lies, its functions, and its failures as exceptions.

ctypes lets go of the interpreter's lock during every call, so that threads scan at the same time.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import Final, Optional, Type

ABI_VERSION: Final = 1

OK: Final = 0
CONFIGURATION: Final = 2
UNAVAILABLE: Final = 3

MONITOR: Final = 1 << 0
REVEAL: Final = 1 << 1
ALL_OFFSETS: Final = 1 << 2
IGNORE_ENVELOPE: Final = 1 << 3
REWRITE: Final = 1 << 4


class TightlipError(Exception):
    """Anything that Tightlip could not do. Never holds text of a message."""


class ConfigurationError(TightlipError, ValueError):
    """A pack, policy or option is wrong, missing or unreadable.

    ``problems`` has an entry for each: file, line, column, what is wrong, and how to mend it.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.problems = text.replace("\n  to mend it", "\0  to mend it").split("\n")
        self.problems = [problem.replace("\0", "\n") for problem in self.problems]


class UnavailableError(TightlipError):
    """The machine lacks what matching needs: PCRE2's JIT compiler, or ICU's data."""


class ClosedError(TightlipError, ValueError):
    """The filter was closed before."""


class Options(ctypes.Structure):
    """``tightlip_options``."""

    _fields_ = [
        ("size", ctypes.c_size_t),
        ("pack", ctypes.c_char_p),
        ("pack_length", ctypes.c_size_t),
        ("policy", ctypes.c_char_p),
        ("policy_length", ctypes.c_size_t),
        ("text_field", ctypes.c_char_p),
        ("text_field_length", ctypes.c_size_t),
        ("hash_key", ctypes.c_char_p),
        ("hash_key_length", ctypes.c_size_t),
        ("maximum_bytes", ctypes.c_uint64),
        ("flags", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    ]


def _load() -> ctypes.CDLL:
    # A wheel brings its own; elsewhere the dynamic linker finds an installed one.
    own = Path(__file__).parent / "_lib" / "libtightlip.so.1"
    try:
        library = ctypes.CDLL(os.fspath(own) if own.exists() else "libtightlip.so.1")
    except OSError as error:
        raise ImportError(f"the Tightlip library cannot be loaded: {error}") from None
    library.tightlip_abi_version.restype = ctypes.c_uint32
    version = library.tightlip_abi_version()
    if version != ABI_VERSION:
        raise ImportError(f"the Tightlip library has ABI version {version}, not {ABI_VERSION}")

    handle = ctypes.c_void_p
    size = ctypes.c_size_t
    out_handle = ctypes.POINTER(ctypes.c_void_p)
    out_size = ctypes.POINTER(ctypes.c_size_t)
    status = ctypes.c_int32
    for name, result, arguments in (
        ("version", ctypes.c_char_p, []),
        ("status_text", ctypes.c_char_p, [status]),
        ("error_text", status, [handle, ctypes.POINTER(ctypes.c_char_p), out_size]),
        ("error_release", None, [handle]),
        ("filter_create", status, [ctypes.POINTER(Options), out_handle, out_handle]),
        ("filter_release", None, [handle]),
        ("filter_description", status, [handle, ctypes.POINTER(ctypes.c_char_p), out_size]),
        ("scanner_create", status, [handle, out_handle]),
        ("scanner_release", None, [handle]),
        ("scan_ndjson", status, [handle, ctypes.c_char_p, size, out_handle, out_size]),
        ("scan_texts", status, [handle, ctypes.c_char_p, size, ctypes.c_void_p, size, out_handle, out_size]),
    ):
        function = getattr(library, "tightlip_" + name)
        function.restype = result
        function.argtypes = arguments
    return library


library: Final = _load()

__version__: Final[str] = library.tightlip_version().decode()


def shipped_pack() -> Optional[str]:
    """The pack of this wheel; None where the installed library finds its own."""
    folder = Path(__file__).parent / "_pack"
    return os.fspath(folder) if (folder / "pack.yaml").exists() else None


def check(status: int, error: Optional[ctypes.c_void_p] = None) -> None:
    """Raises what a status stands for."""
    if status == OK:
        return
    text = library.tightlip_status_text(status).decode()
    if error:
        pointer = ctypes.c_char_p()
        library.tightlip_error_text(error, ctypes.byref(pointer), None)
        text = (pointer.value or b"").decode("utf-8", "replace")
        library.tightlip_error_release(error)
    kind: Type[TightlipError] = {CONFIGURATION: ConfigurationError, UNAVAILABLE: UnavailableError}.get(
        status, TightlipError
    )
    raise kind(text)
