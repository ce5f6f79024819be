"""Tightlip reads messages between a medical practice and its patients and says of each one: pass, redact or block.

    import tightlip

    with tightlip.Filter() as filter:
        verdict = filter.scan("Your chart 00418823 is ready")
        print(verdict.action, verdict.text)        # redact Your chart [RECORD_NUMBER] is ready

A verdict that never came is a block: an exception from ``scan`` means that the message must not be sent.
"""

from ._filter import Filter
from ._library import (
    ClosedError,
    ConfigurationError,
    TightlipError,
    UnavailableError,
    __version__,
)
from ._verdict import Error, Finding, Instead, Reason, Verdict, Verdicts

__all__ = [
    "ClosedError",
    "ConfigurationError",
    "Error",
    "Filter",
    "Finding",
    "Instead",
    "Reason",
    "TightlipError",
    "UnavailableError",
    "Verdict",
    "Verdicts",
    "__version__",
]
