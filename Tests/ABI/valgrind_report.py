#!/usr/bin/env python3
"""Reads valgrind's XML and fails on every error but reads in code that PCRE2's JIT compiler made. Such code
looks at aligned words on purpose, up to 15 bytes beside the text and never over the end of a page, and masks
what does not belong. No file holds it, so its frames have no object.

    valgrind_report.py FILE
"""

import sys
import xml.etree.ElementTree as tree

errors = 0
translated = 0
for error in tree.parse(sys.argv[1]).getroot().iter("error"):
    kind = error.findtext("kind")
    frames = error.find("stack").findall("frame")
    if kind in ("UninitCondition", "UninitValue", "InvalidRead") and all(f.find("obj") is None for f in frames[:1]):
        translated += 1
        continue
    if kind in ("Leak_StillReachable", "Leak_PossiblyLost"):
        continue
    errors += 1
    print(kind, error.findtext("what") or error.findtext("xwhat/text"))
    for frame in frames[:12]:
        print("   ", frame.findtext("fn") or "?", frame.findtext("obj") or "?")
print(f"valgrind: {errors} errors ({translated} in code of PCRE2's JIT compiler left aside)")
sys.exit(errors != 0)
