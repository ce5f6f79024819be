"""The Python package, as installed from its wheel."""

import gc
import json
import pickle
import threading
import time
from pathlib import Path

import pytest

import tightlip

TEXTS = ["See you Tuesday", "Your chart 00418823 is ready", "Dana has HIV", "", "naïve café, 🙂"]


@pytest.fixture(scope="module")
def filter():
    with tightlip.Filter() as made:
        yield made


@pytest.fixture(scope="module")
def corpus(request):
    return request.config.getoption("--corpus").read_bytes()


def test_version_and_description(filter):
    assert tightlip.__version__.count(".") == 2
    assert "JIT works" in filter.description
    assert "SHA-256" in filter.description


def test_the_wheel_brings_its_libraries(filter):
    own = Path(tightlip.__file__).parent / "_lib"
    loaded = {Path(line.split()[-1]) for line in open("/proc/self/maps") if ".so" in line and "/" in line}
    for name in ("libtightlip", "libpcre2-8", "libicuuc", "libicudata", "libsimdjson", "libyaml", "libnettle"):
        (path,) = [path for path in loaded if path.name.startswith(name + ".") or path.name.startswith(name + "-")]
        assert path.parent == own, f"{name} is loaded from {path.parent}"


def test_actions(filter):
    passed = filter.scan("See you Tuesday")
    assert (passed.action, passed.text, passed.findings, passed.complete) == ("pass", "See you Tuesday", passed.findings, True)
    redacted = filter.scan("Your chart 00418823 is ready")
    assert redacted.action == "redact"
    assert redacted.text == "Your chart [RECORD_NUMBER] is ready"
    (finding,) = redacted.findings
    assert (finding.entity_type, finding.utf8, finding.hipaa) == ("MEDICAL_RECORD_NUMBER", (11, 19), "H")
    assert finding.of("Your chart 00418823 is ready") == "00418823"
    assert redacted.reasons[0].entity_type == "MEDICAL_RECORD_NUMBER"
    blocked = filter.scan("Dana has HIV")
    assert (blocked.action, blocked.text) == ("block", None)
    assert blocked.instead is not None and blocked.instead.channel
    assert {reason.severity for reason in blocked.reasons} >= {"block"}


def test_bytes_and_str_are_the_same(filter):
    for text in TEXTS:
        assert filter.scan(text) == filter.scan(text.encode())


@pytest.mark.parametrize(
    "text, code",
    [
        (b"caf\xe9", "request.invalid-utf8"),
        ("half \ud83d", "request.invalid-utf8"),
        ("a\0b", "request.nul"),
        ("a" * (1 << 20) + "b", "request.too-long"),
    ],
)
def test_what_cannot_be_read_is_blocked(filter, text, code):
    verdict = filter.scan(text)
    assert (verdict.action, verdict.complete, verdict.text) == ("block", False, None)
    assert verdict.error is not None and verdict.error.code == code
    (batched,) = filter.scan_batch([text])
    assert batched == verdict


def test_requests(filter):
    verdict = filter.scan_request({"id": 7, "text": "my A1c was 9.1", "direction": "inbound"})
    assert (verdict.id, verdict.action) == (7, "pass")
    assert filter.scan_request(b'{"id":7,"text":"my A1c was 9.1","direction":"inbound"}\n') == verdict
    twice = filter.scan_request('{"text":"ok","text":"Dana has HIV"}')
    assert twice.action == "block" and twice.error.code == "request.duplicate-member"
    assert filter.scan_request({"text": float("nan")}).action == "block"
    assert filter.scan_request("").error.code == "request.empty"
    with pytest.raises(ValueError):
        filter.scan_request(b'{"text":"ok"}\n{"text":"Dana has HIV"}')


def test_stream(filter):
    stream = filter.scan_stream(json.dumps({"id": n, "text": text}) for n, text in enumerate(TEXTS))
    first = next(stream)
    assert (first.id, first.action) == (0, "pass")
    assert [verdict.id for verdict in stream] == [1, 2, 3, 4]


def test_batches(filter):
    verdicts = filter.scan_batch(TEXTS)
    assert len(verdicts) == len(TEXTS) == verdicts.ndjson.count(b"\n")
    assert list(verdicts) == [filter.scan(text) for text in TEXTS]
    assert verdicts.actions() == [verdict.action for verdict in verdicts]
    assert verdicts[1].action == "redact" and verdicts[-1] == verdicts[4]
    assert list(verdicts[1:3]) == [verdicts[1], verdicts[2]]
    assert sum(verdicts.counts().values()) == len(TEXTS)
    assert [entry["action"] for entry in verdicts.dicts()] == verdicts.actions()
    with pytest.raises(IndexError):
        verdicts[5]
    lines = b"".join(json.dumps({"text": text}).encode() + b"\n" for text in TEXTS)
    assert filter.scan_batch(lines) == verdicts
    assert filter.scan_batch(bytearray(lines)) == verdicts
    assert filter.scan_batch(memoryview(lines)) == verdicts
    assert filter.scan_batch(lines.rstrip(b"\n")) == verdicts


@pytest.mark.parametrize("empty", [[], b"", iter(())])
def test_an_empty_batch(filter, empty):
    verdicts = filter.scan_batch(empty)
    assert len(verdicts) == 0 and list(verdicts) == [] and verdicts.ndjson == b""


def test_a_str_is_no_batch(filter):
    with pytest.raises(TypeError):
        filter.scan_batch("See you Tuesday")
    with pytest.raises(ValueError):
        filter.scan_batch([], threads=0)


def test_an_id_cannot_pass_for_an_action(filter):
    line = json.dumps({"id": '","action":"pass","x":"', "text": "Dana has HIV"}).encode()
    verdicts = filter.scan_batch(line)
    assert verdicts.actions() == ["block"] == [verdicts[0].action]
    assert verdicts[0].id == '","action":"pass","x":"'


def test_threads_give_the_same_in_the_same_order(filter, corpus):
    alone = filter.scan_batch(corpus)
    assert len(alone) == corpus.count(b"\n")
    assert filter.scan_batch(corpus, threads=3) == alone
    texts = [json.loads(line)["text"] for line in corpus.splitlines()]
    assert filter.scan_batch(texts, threads=3) == filter.scan_batch(texts)


def test_the_interpreter_is_free_meanwhile(filter, corpus):
    ticks = []
    done = threading.Event()

    def scan():
        filter.scan_batch(corpus * 4)
        done.set()

    worker = threading.Thread(target=scan)
    worker.start()
    while not done.is_set():
        ticks.append(time.perf_counter())
        time.sleep(0.001)
    worker.join()
    # One piece takes a second or so; with the lock held there would be hardly a tick.
    assert len(ticks) > 50


def test_many_threads_share_a_filter(filter):
    wanted = [filter.scan(text) for text in TEXTS]
    wrong = []

    def work():
        for _ in range(50):
            if [filter.scan(text) for text in TEXTS] != wanted:
                wrong.append(1)

    workers = [threading.Thread(target=work) for _ in range(16)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not wrong


def test_options(tmp_path):
    with tightlip.Filter(monitor=True, reveal=True, offsets="all") as filter:
        verdict = filter.scan("é, Dana has HIV")
        assert (verdict.action, verdict.would_be) == ("pass", "block")
        finding = next(finding for finding in verdict.findings if finding.text == "Dana")
        assert "Dana" == "é, Dana has HIV"[slice(*finding.codepoint)]
        assert finding.of("é, Dana has HIV") == "Dana"
    with tightlip.Filter(text_field="/body", rewrite=True, ignore_envelope=True, maximum_bytes=60) as filter:
        verdicts = filter.scan_batch(b'{"body":"SSN 219-09-9998","direction":"x"}\n' + b"x" * 61)
        assert b'"body":"SSN [SSN]"' in verdicts.ndjson
        assert [verdict.action for verdict in verdicts] == ["redact", "block"]
        assert verdicts[1].error.code == "request.too-long"
    policy = tmp_path / "policy.yaml"
    policy.write_text("policy: stop\nhalt: true\n")
    with tightlip.Filter(policy=policy) as filter:
        assert filter.scan("ok").reasons[0].code == "policy.halted"


def test_the_hash_key_decides_the_hash(tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("policy: hash\nentities:\n  US_SSN: { action: redact, redaction: hash }\n")
    with tightlip.Filter(policy=policy, hash_key=b"0123456789abcdef" * 2) as filter:
        # As `tightlip filter --hash-key-file` writes it.
        assert filter.scan("SSN 219-09-9998").text == "SSN [SSN:613ac7b6]"
    for key in (None, b"short"):
        with pytest.raises(tightlip.ConfigurationError, match="key"):
            tightlip.Filter(policy=policy, hash_key=key)


@pytest.mark.parametrize("arguments", [{"offsets": "bytes"}, {"maximum_bytes": 0}, {"maximum_bytes": 1 << 31}, {"pack": ""}])
def test_options_that_cannot_be(arguments):
    with pytest.raises(ValueError):
        tightlip.Filter(**arguments)


def test_errors_name_file_line_and_remedy(tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("policy: x\nhalt: perhaps\n")
    with pytest.raises(tightlip.ConfigurationError) as caught:
        tightlip.Filter(policy=policy)
    assert "policy.yaml:2:7" in str(caught.value) and "to mend it" in caught.value.problems[0]
    with pytest.raises(tightlip.TightlipError):
        tightlip.Filter(pack="/nowhere")


def test_closing():
    filter = tightlip.Filter()
    assert not filter.closed
    with filter:
        assert filter.scan("ok").action == "pass"
    assert filter.closed
    filter.close()
    for call in (
        lambda: filter.scan("ok"), lambda: filter.scan_batch(["ok"]), lambda: filter.description,
        lambda: filter.__enter__(),
    ):
        with pytest.raises(tightlip.ClosedError):
            call()
    unfinished = tightlip.Filter.__new__(tightlip.Filter)
    del unfinished
    gc.collect()


def test_a_filter_stays_in_its_process(filter):
    with pytest.raises(TypeError):
        pickle.dumps(filter)


def test_a_line_that_says_pass_and_is_not_complete_blocks():
    line = '{"action":"pass","risk":0.00,"complete":false,"text":"x","findings":[],"reasons":[]}'
    verdict = tightlip.Verdict.from_json(line)
    assert (verdict.action, verdict.text) == ("block", None)
    line = '{"action":"send","risk":0.00,"complete":true,"text":"x","findings":[],"reasons":[]}'
    assert tightlip.Verdict.from_json(line).action == "block"
