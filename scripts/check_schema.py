#!/usr/bin/env python3
"""Holds the shipped policies to the published JSON Schema, as an editor would.

    scripts/check_schema.py        exit code 1 where a shipped policy does not fit, or a broken one does

Needs the Python packages jsonschema and PyYAML; without them it says so and checks nothing.
"""
import copy
import glob
import json
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(ROOT, "Lexicons", "policies")

# What a schema must refuse: a path into the default policy, and what stands there instead.
BROKEN = [
    (["halts"], True),
    (["halt"], "maybe"),
    (["threshold"], 2),
    (["entities", "US_SSN"], "reject"),
    (["entities", "US_SSNN"], "block"),
    (["quietHours", "from"], "9 pm"),
    (["quietHours", "aply"], "always"),
    (["consent", "mode"], "sometimes"),
    (["devices", "attestationDays"], 0),
    (["senders", "roles", "nurse"], {"purpose": ["billing"]}),
    (["purposes", "survey", "entities"], ["TOPIC_ABUSE"]),
    (["healthcareLimits", "codePoints"], 161),
    (["instead", "reasons"], {"quiet.hours": {"text": "Later"}}),
    (["limits", "accept"], {"weaker": True}),
]


def main():
    try:
        import jsonschema
        import yaml
    except ImportError as error:
        print(f"check_schema: skipped, {error.name} is not installed")
        return 0
    with open(os.path.join(FOLDER, "policy.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    class Loader(yaml.SafeLoader):
        """Dates stay text, as the program reads them."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    failures = 0
    files = sorted(glob.glob(os.path.join(FOLDER, "*.yaml")))
    default = None
    for path in files:
        with open(path, encoding="utf-8") as file:
            policy = yaml.load(file, Loader)
        if os.path.basename(path) == "default.yaml":
            default = policy
        for error in validator.iter_errors(policy):
            failures += 1
            print(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message}")
    for keys, value in BROKEN:
        broken = copy.deepcopy(default)
        place = broken
        for key in keys[:-1]:
            place = place.setdefault(key, {}) if place.get(key) is not None else place
        place[keys[-1]] = value
        if validator.is_valid(broken):
            failures += 1
            print(f"the schema accepts {'.'.join(keys)}: {value!r}")
    print(f"check_schema: {len(files)} policies, {len(BROKEN)} broken ones, {failures} failures")
    return 1 if failures or len(files) < 6 else 0


if __name__ == "__main__":
    sys.exit(main())
