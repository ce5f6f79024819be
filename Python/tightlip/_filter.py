"""A compiled pack and policy, and the scanners that work with it."""

from __future__ import annotations

import ctypes
import json
import os
import threading
from array import array
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import accumulate
from types import TracebackType
from typing import Any, Callable, Iterable, Iterator, List, Literal, Mapping, Optional, Sequence, Type, Union

from ._library import (
    ALL_OFFSETS,
    IGNORE_ENVELOPE,
    MONITOR,
    REVEAL,
    REWRITE,
    ClosedError,
    Options,
    check,
    library,
    shipped_pack,
)
from ._verdict import Verdict, Verdicts

#: Batches go to the library in pieces of about this many bytes, which bounds its memory.
_PIECE = 4 << 20
#: Texts in one piece at most.
_TEXTS = 1 << 15

#: The code of ``size_t`` in an array.
_SIZE = "Q" if ctypes.sizeof(ctypes.c_size_t) == 8 else "L"

Text = Union[str, bytes]


class Filter:
    """A pack and a policy, compiled once. Any number of threads may use it at the same time.

    Making one takes some tenths of a second and some 50 MB. ``close()`` it, or use it in a ``with`` statement;
    calls of other threads that are under way are waited for by nobody and end well.

    Args:
        pack: the folder of a pack, or an image made by ``tightlip compile``; the shipped one if not given.
        policy: a policy file; the shipped policy if not given.
        monitor: let pass what content rules would stop, and say so in ``would_be``. For trying out only.
        reveal: write the found text into each finding. Verdicts then hold PHI.
        offsets: ``"all"`` gives findings in code points too, which index a ``str``.
        text_field: a JSON Pointer to the text in requests.
        rewrite: answer requests with their own object, the text replaced. Its other members are copied unread.
        ignore_envelope: read text and id of requests only.
        maximum_bytes: the longest request and text read; longer ones are blocked.
        hash_key: the key of the redaction ``hash``, at least 16 bytes.

    Raises:
        ConfigurationError: the pack, policy or an option is wrong.
        UnavailableError: the machine lacks PCRE2's JIT compiler or ICU's data.
    """

    def __init__(
        self,
        pack: Union[str, os.PathLike[str], None] = None,
        policy: Union[str, os.PathLike[str], None] = None,
        *,
        monitor: bool = False,
        reveal: bool = False,
        offsets: Literal["utf8", "all"] = "utf8",
        text_field: str = "/text",
        rewrite: bool = False,
        ignore_envelope: bool = False,
        maximum_bytes: int = 1 << 20,
        hash_key: Optional[bytes] = None,
    ) -> None:
        self._handle = ctypes.c_void_p()
        self._lock = threading.Lock()
        self._idle: List[ctypes.c_void_p] = []
        self._closed = True
        if offsets not in ("utf8", "all"):
            raise ValueError('offsets must be "utf8" or "all"')
        if not 1 <= maximum_bytes <= 1 << 30:
            raise ValueError(f"maximum_bytes must be from 1 to {1 << 30}")
        options = Options(size=ctypes.sizeof(Options), maximum_bytes=maximum_bytes)
        folder = shipped_pack() if pack is None else pack
        self._rewrite = rewrite
        for name, value in (
            ("pack", None if folder is None else os.fsencode(folder)),
            ("policy", None if policy is None else os.fsencode(policy)),
            ("text_field", text_field.encode()),
            ("hash_key", hash_key),
        ):
            if value is not None:
                # An empty name is a mistake, not the default.
                if not value:
                    raise ValueError(f"{name} is empty")
                setattr(options, name, value)
                setattr(options, name + "_length", len(value))
        for flag, is_set in (
            (MONITOR, monitor),
            (REVEAL, reveal),
            (ALL_OFFSETS, offsets == "all"),
            (IGNORE_ENVELOPE, ignore_envelope),
            (REWRITE, rewrite),
        ):
            if is_set:
                options.flags |= flag
        error = ctypes.c_void_p()
        check(library.tightlip_filter_create(options, ctypes.byref(self._handle), ctypes.byref(error)), error)
        self._closed = False

    def close(self) -> None:
        """Gives its memory back. May be called twice."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            idle, self._idle = self._idle, []
        for scanner in idle:
            library.tightlip_scanner_release(scanner)
        # Scanners of calls under way hold a reference of their own.
        library.tightlip_filter_release(self._handle)

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._closed

    def __enter__(self) -> Filter:
        if self._closed:
            raise ClosedError("the filter was closed")
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        value: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if not getattr(self, "_closed", True):
            self.close()

    def __reduce__(self) -> Any:
        raise TypeError("a filter cannot be sent to another process; make one there")

    @property
    def description(self) -> str:
        """Engine, libraries, pack with its fingerprint, and policy; one line each."""
        with self._lock:
            if self._closed:
                raise ClosedError("the filter was closed")
            text = ctypes.c_char_p()
            check(library.tightlip_filter_description(self._handle, ctypes.byref(text), None))
            return (text.value or b"").decode()

    # One message

    def scan(self, text: Text) -> Verdict:
        """The verdict on an outbound text."""
        data = _bytes(text)
        return Verdict.from_json(self._texts([data]))

    def scan_request(self, request: Union[Text, Mapping[str, Any]]) -> Verdict:
        """The verdict on a request of the line protocol: a mapping, or one line of JSON."""
        if isinstance(request, Mapping):
            data = json.dumps(request).encode()
        else:
            data = _bytes(request).rstrip(b"\r\n")
            if b"\n" in data:
                raise ValueError("a request is one line")
        return Verdict.from_json(self._ndjson(data + b"\n"))

    # Many

    def scan_batch(self, messages: Union[bytes, bytearray, memoryview, Iterable[Text]], threads: int = 1) -> Verdicts:
        """The verdicts on many messages, in their order.

        Args:
            messages: NDJSON as bytes, a request on each line; or texts, which count as outbound.
            threads: how many of the machine's cores to use. The interpreter is free for other threads meanwhile.
        """
        if threads < 1:
            raise ValueError("threads must be 1 or more")
        if isinstance(messages, str):
            raise TypeError("a str is one text: use scan(), or put it in a list")
        if isinstance(messages, (bytes, bytearray, memoryview)):
            data = messages if isinstance(messages, bytes) else bytes(messages)
            return Verdicts(self._run(self._ndjson, list(_line_pieces(data, threads)), threads))
        texts = [_bytes(text) for text in messages]
        size = max(1, min(_TEXTS, -(-len(texts) // (threads * 4))))
        pieces = [texts[start : start + size] for start in range(0, len(texts), size)]
        return Verdicts(self._run(self._texts, pieces, threads))

    def scan_stream(self, lines: Iterable[Text]) -> Iterator[Verdict]:
        """A verdict for each request of a stream, as soon as it comes: the pipe without the pipe."""
        for line in lines:
            yield self.scan_request(line)

    def _run(self, function: Callable[[Any], bytes], pieces: Sequence[Any], threads: int) -> bytes:
        if threads == 1 or len(pieces) < 2:
            return b"".join(map(function, pieces))
        with ThreadPoolExecutor(min(threads, len(pieces))) as pool:
            return b"".join(pool.map(function, pieces))

    # The library

    @contextmanager
    def _scanner(self) -> Iterator[ctypes.c_void_p]:
        """A scanner for one call: an idle one, or a new one."""
        with self._lock:
            if self._closed:
                raise ClosedError("the filter was closed")
            scanner = self._idle.pop() if self._idle else None
            if scanner is None:
                scanner = ctypes.c_void_p()
                check(library.tightlip_scanner_create(self._handle, ctypes.byref(scanner)))
        try:
            yield scanner
        finally:
            with self._lock:
                if not self._closed:
                    self._idle.append(scanner)
                    scanner = None
            if scanner is not None:
                library.tightlip_scanner_release(scanner)

    def _ndjson(self, lines: bytes) -> bytes:
        answers = ctypes.c_void_p()
        length = ctypes.c_size_t()
        with self._scanner() as scanner:
            check(
                library.tightlip_scan_ndjson(
                    scanner, lines, len(lines), ctypes.byref(answers), ctypes.byref(length)
                )
            )
            return ctypes.string_at(answers.value or 0, length.value)

    def _texts(self, texts: Sequence[bytes]) -> bytes:
        ends = array(_SIZE, accumulate(map(len, texts)))
        place, _ = ends.buffer_info()
        data = b"".join(texts)
        answers = ctypes.c_void_p()
        length = ctypes.c_size_t()
        with self._scanner() as scanner:
            check(
                library.tightlip_scan_texts(
                    scanner, data, len(data), place, len(texts), ctypes.byref(answers), ctypes.byref(length)
                )
            )
            return ctypes.string_at(answers.value or 0, length.value)


def _bytes(text: Text) -> bytes:
    # A lone surrogate cannot be sent in UTF-8; it goes in as it is, and is blocked as invalid.
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)


def _line_pieces(data: bytes, threads: int) -> Iterator[bytes]:
    """Pieces of whole lines."""
    size = max(1 << 16, min(_PIECE, len(data) // (threads * 4) + 1))
    if len(data) <= size:
        if data:
            yield data
        return
    start = 0
    while start < len(data):
        end = data.find(b"\n", start + size)
        end = len(data) if end < 0 else end + 1
        yield data[start:end]
        start = end
