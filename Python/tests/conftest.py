from pathlib import Path


def pytest_addoption(parser):
    parser.addoption("--corpus", type=Path, required=True, help="a file of requests, NDJSON")
