#!/usr/bin/env python3
"""Writes a package of the engine and its tests alone, without the store, the commands and what they depend on.

    engine_package.py FOLDER

Everything in it is a link to the real files but for the manifest, which is the real one without the targets that
need other packages. It builds in a fraction of the time: for measuring coverage, and for tests of changed sources.
"""
import os
import re
import shutil
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LEFT_OUT = {
    "TightlipStore", "TightlipABI", "TightlipEvaluation", "TightlipTuning", "TightlipCommands", "tightlip", "tightlip-example",
    "TightlipTaggerTests", "TightlipTuningTests", "TightlipEvaluationTests", "TightlipStoreTests", "CommandTests", "LayeringTests",
    "CTightlip", "CTightlipLoader",
}


def targets(manifest):
    """The text of each target of the manifest, by name."""
    start = manifest.index("  targets: [") + len("  targets: [")
    depth, begin = 0, None
    for index in range(start, len(manifest)):
        character = manifest[index]
        if character == "(":
            if depth == 0:
                begin = manifest.rindex("\n", 0, index) + 1
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                text = manifest[begin:index + 1]
                name = re.search(r'"([^"]+)"', text).group(1)
                yield name, text
        elif character == "]" and depth == 0:
            return


def manifest():
    text = open(os.path.join(ROOT, "Package.swift")).read()
    # In comments a parenthesis need not be closed.
    text = re.sub(r"^\s*//.*$", "", text, flags=re.M)
    head = text[:text.index("let fuzzer")] if "let fuzzer" in text else text[:text.index("let package")]
    kept = ",\n".join(body for name, body in targets(text) if name not in LEFT_OUT)
    return f'// swift-tools-version: 6.2\n{head.strip()}\n\nlet package = Package(\n  name: "tightlip",\n  targets: [\n{kept}\n  ],\n  cxxLanguageStandard: .cxx17\n)\n'


def write(folder, copied=()):
    """`copied` folders are real copies, to be changed."""
    os.makedirs(folder, exist_ok=True)
    for name in copied:
        shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
        shutil.copytree(os.path.join(ROOT, name), os.path.join(folder, name))
    for name in ("Sources", "Tests", "Lexicons"):
        path = os.path.join(folder, name)
        if not os.path.lexists(path):
            os.symlink(os.path.join(ROOT, name), path)
    # A folder of its own, since tests list it, and a link is not listed.
    corpus = os.path.join(folder, "Corpus")
    if os.path.islink(corpus):
        os.unlink(corpus)
    shutil.rmtree(corpus, ignore_errors=True)
    os.makedirs(corpus)
    for name in os.listdir(os.path.join(ROOT, "Corpus")):
        os.symlink(os.path.join(ROOT, "Corpus", name), os.path.join(corpus, name))
    text = manifest()
    path = os.path.join(folder, "Package.swift")
    if not os.path.exists(path) or open(path).read() != text:
        with open(path, "w") as file:
            file.write(text)


if __name__ == "__main__":
    write(sys.argv[1])
