"""What a message may do, and why."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Literal, Mapping, Optional, Sequence, Tuple, Union, overload

Action = Literal["pass", "redact", "block"]

_ACTION = re.compile(rb'"action":"([a-z]+)"')


@dataclass(frozen=True)
class Finding:
    """Something found in a message."""

    entity_type: str
    #: Half-open range of bytes of the message's UTF-8.
    utf8: Tuple[int, int]
    #: 0 to 1.
    score: float
    #: The rule that found it.
    rule: str
    #: ``patient``, ``provider`` or ``practice``, where the message says so.
    role: Optional[str] = None
    #: The letter of 45 CFR 164.514(b)(2)(i), where the type has one.
    hipaa: Optional[str] = None
    #: Half-open range of the message as a ``str``; only with ``offsets="all"``.
    codepoint: Optional[Tuple[int, int]] = None
    #: The found text; only with ``reveal=True``.
    text: Optional[str] = None

    def of(self, message: Union[str, bytes]) -> str:
        """The part of the message that was found."""
        data = message.encode() if isinstance(message, str) else message
        return data[self.utf8[0] : self.utf8[1]].decode()


@dataclass(frozen=True)
class Reason:
    """Why a message may not leave as it is. Holds nothing of the message."""

    code: str
    severity: str
    message: str
    entity_type: Optional[str] = None


@dataclass(frozen=True)
class Instead:
    """What may be sent instead of a blocked message."""

    channel: str
    text: Optional[str] = None


@dataclass(frozen=True)
class Error:
    """Why a message could not be read; it is blocked."""

    code: str
    message: str


@dataclass(frozen=True)
class Verdict:
    """The answer to one message. Whatever is not ``pass`` or ``redact`` must not leave."""

    action: Action
    #: 0 to 1: how bad it would be to send this in the clear.
    risk: float
    #: False where a limit was hit or the message could not be read; the action is then ``block``.
    complete: bool
    #: What may leave: the original on ``pass``, the redacted text on ``redact``, None on ``block``.
    text: Optional[str]
    findings: Tuple[Finding, ...]
    reasons: Tuple[Reason, ...]
    #: The request's, where it had one.
    id: Any = None
    instead: Optional[Instead] = None
    #: A patient may be in danger; a person should read this at once.
    urgent: bool = False
    #: With ``monitor=True``: what the action would have been, where it differs.
    would_be: Optional[Action] = None
    error: Optional[Error] = None

    @classmethod
    def from_json(cls, line: Union[str, bytes]) -> Verdict:
        """Reads one line of NDJSON that Tightlip wrote."""
        return cls.from_mapping(json.loads(line))

    @classmethod
    def from_mapping(cls, value: Mapping[str, Any]) -> Verdict:
        """A verdict from its JSON object, or from a rewritten request that holds it as ``tightlip``."""
        if "tightlip" in value:
            value = {"id": value.get("id"), **value["tightlip"]}
        action = value["action"]
        complete = value["complete"] is True
        if action not in ("pass", "redact") or not complete:
            action = "block"
        return cls(
            action=action,
            risk=value["risk"],
            complete=complete,
            text=None if action == "block" else value.get("text"),
            findings=tuple(_finding(entry) for entry in value["findings"]),
            reasons=tuple(
                Reason(r["code"], r["severity"], r["message"], r.get("entity_type")) for r in value["reasons"]
            ),
            id=value.get("id"),
            instead=Instead(value["instead"]["channel"], value["instead"].get("text")) if "instead" in value else None,
            urgent=value.get("route") == "urgent",
            would_be=value.get("wouldBe"),
            error=Error(value["error"]["code"], value["error"]["message"]) if "error" in value else None,
        )


def _finding(value: Mapping[str, Any]) -> Finding:
    codepoint = value.get("codepoint")
    return Finding(
        entity_type=value["entity_type"],
        utf8=(value["utf8"][0], value["utf8"][1]),
        score=value["score"],
        rule=value["rule"],
        role=value.get("role"),
        hipaa=value.get("hipaa"),
        codepoint=(codepoint[0], codepoint[1]) if codepoint else None,
        text=value.get("text"),
    )


class Verdicts(Sequence[Verdict]):
    """The verdicts of a batch, in the order of its messages.

    They are kept as the bytes that the pipe would have written, and read one by one when asked for: taking
    ``ndjson`` or ``actions()`` of a large batch costs next to nothing, looking at every verdict costs what
    JSON costs.
    """

    def __init__(self, ndjson: bytes) -> None:
        #: The answers as NDJSON, one line each.
        self.ndjson = ndjson
        self._found: Optional[List[bytes]] = None

    @property
    def _lines(self) -> List[bytes]:
        if self._found is None:
            # Not splitlines(), which also splits at other characters; an LF only ends a line here.
            self._found = self.ndjson.split(b"\n")[:-1]
        return self._found

    def __len__(self) -> int:
        return self.ndjson.count(b"\n") if self._found is None else len(self._found)

    @overload
    def __getitem__(self, index: int) -> Verdict: ...

    @overload
    def __getitem__(self, index: slice) -> Verdicts: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[Verdict, Verdicts]:
        if isinstance(index, slice):
            return Verdicts(b"".join(line + b"\n" for line in self._lines[index]))
        return Verdict.from_json(self._lines[index])

    def __iter__(self) -> Iterator[Verdict]:
        return map(Verdict.from_json, self._lines)

    def dicts(self) -> Iterator[Dict[str, Any]]:
        """The verdicts as plain objects, as ``json`` or a data frame wants them."""
        return map(json.loads, self._lines)

    def actions(self) -> List[str]:
        """Each message's action, without reading the rest of its verdict."""
        actions = []
        for line in self._lines:
            # No text before it can hold these bytes: quotation marks in JSON strings are escaped.
            found = _ACTION.search(line)
            actions.append(found.group(1).decode() if found else "block")
        return actions

    def counts(self) -> Dict[str, int]:
        """How many messages pass, are redacted and are blocked."""
        counted = Counter(self.actions())
        return {action: counted[action] for action in ("pass", "redact", "block")}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Verdicts) and self.ndjson == other.ndjson

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} verdicts: {self.counts()}>"
