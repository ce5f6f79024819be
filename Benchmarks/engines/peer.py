#!/usr/bin/env python3
"""Another detector over texts, in its own environment: peer.py PEER TEXTS. Speaks as hyperscan.cpp does.

phi-scrub is called as directly as Python can: what peers/detect.py does beside it (places in code points) is left out.
"""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import detect  # noqa: E402


def main():
    name, source = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        texts = file.read().split("\n")[:-1]
    if name == "phi-scrub":
        import phi_scrub
        find = phi_scrub.Scrubber().detect
    else:
        find = detect.PEERS[name]()
    find("Warm up: John Smith, 01/02/2020")
    print(f"ready {name} -", flush=True)
    for _ in sys.stdin:
        matches = 0
        start = time.process_time_ns()
        for text in texts:
            matches += len(find(text))
        print(time.process_time_ns() - start, matches, flush=True)


if __name__ == "__main__":
    main()
