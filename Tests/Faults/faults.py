#!/usr/bin/env python3
"""Breaks what stands around `tightlip filter`, and checks what it promises all the same.

    faults.py --tightlip BINARY [--full] [--only NAME,NAME] [--soak MESSAGES] [--list]

Every fault ends in one of two ways: all verdicts and exit code 0, or a gap-free prefix of whole verdicts and
another exit code. No verdict differs from the one given in peace. A marked secret stands in every message, in
ids and in member names; it may be found in the text that leaves and nowhere else. Without --full a short form
runs, about two minutes; what a machine lacks (strace, prlimit) is skipped with a notice.
"""
import argparse
import base64
import fcntl
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

CANARY = "Zyxxoquv"
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
F_SETPIPE_SZ = 1031


class Failure(Exception):
    pass


class Skip(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failure(message)


def message(number):
    texts = [
        "Hi {c}, see you Tuesday at 10:30", "{c} Whitfield, your A1c came back at 9.1", "call {c} at (303) 555-01{n:02}",
        "SSN 219-09-99{n:02} of {c}", "the office is closed Friday, {c}", "{c}: S.S.N. 2~1~9~0~9~9~9~9~8",
    ]
    text = texts[number % len(texts)].format(c=CANARY, n=number % 100)
    return json.dumps({"id": f"m-{number}-{CANARY}", "text": text, CANARY: [CANARY]}) + "\n"


def messages(count, start=0):
    return "".join(message(n) for n in range(start, start + count)).encode()


class Suite:
    def __init__(self, binary, full, soaked=0):
        self.binary, self.full, self.soaked = binary, full, soaked
        self.errors = []
        self.folder = tempfile.mkdtemp(prefix="tightlip-faults-")
        count = 3000
        self.input = messages(count)
        self.input_path = os.path.join(self.folder, "input.ndjson")
        with open(self.input_path, "wb") as file:
            file.write(self.input)
        done = subprocess.run([binary, "filter"], input=self.input, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        check(done.returncode == 0 and done.stderr == b"", "the filter does not run in peace")
        self.expected = done.stdout
        check(self.expected.count(b"\n") == count, "verdicts and messages differ in number")

    # ------------------------------------------------------------------ helpers

    def start(self, arguments=(), wrapper=(), **options):
        options.setdefault("stdin", subprocess.PIPE)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen([*wrapper, self.binary, "filter", *arguments], **options)

    def secret(self, data, where):
        check(CANARY.encode() not in data, f"the secret stands in {where}")

    def judge(self, output, status, where, expected=None):
        """Full output with 0, or a prefix of whole verdicts with another code."""
        expected = self.expected if expected is None else expected
        whole = output[: output.rfind(b"\n") + 1]
        check(expected.startswith(whole), f"{where}: a verdict differs or is missing")
        check(expected.startswith(output), f"{where}: the torn end is no part of a verdict")
        # An error behind the last message is still an error.
        check(status != 0 or output == expected, f"{where}: exit code 0 with {len(output)} of {len(expected)} bytes")

    def run(self, where, wrapper=(), **options):
        with open(self.input_path, "rb") as file:
            process = self.start(wrapper=wrapper, stdin=file, **options)
            output, errors = process.communicate(timeout=300)
        self.secret(errors or b"", f"stderr ({where})")
        self.judge(output, process.returncode, where)
        return process.returncode, output

    @staticmethod
    def memory(pid, key="VmHWM"):
        for line in open(f"/proc/{pid}/status"):
            if line.startswith(key):
                return int(line.split()[1]) / 1024
        return 0.0

    def interactive(self, **options):
        process = self.start(**options)
        process.stdin.write(b'{"text":"x"}\n')
        process.stdin.flush()
        process.stdout.readline()
        return process

    # ------------------------------------------------------------------ faults

    def kill9(self):
        """kill -9 at random moments: a gap-free prefix, and starting again completes it"""
        rng = random.Random(1)
        times = 100 if self.full else 12
        for round in range(times):
            process = self.interactive()
            reader = Reader(process.stdout)
            feeder = Feeder(process.stdin, self.input)
            time.sleep(rng.random() * 0.12)
            process.kill()
            process.wait()
            feeder.join()
            output = reader.join()
            whole = output[: output.rfind(b"\n") + 1]
            check(self.expected.startswith(whole), f"round {round}: no prefix")
            self.secret(process.stderr.read(), "stderr")
        done = whole.count(b"\n")
        rest = b"".join(self.input.splitlines(True)[done:])
        again = subprocess.run([self.binary, "filter"], input=rest, stdout=subprocess.PIPE).stdout
        check(whole + again == self.expected, "starting again does not complete the output")
        return times

    def closed_reader(self):
        """the reader goes away: ends at once, not with 0"""
        process = self.interactive()
        feeder = Feeder(process.stdin, self.input * 20)
        process.stdout.readline()
        process.stdout.close()
        start = time.monotonic()
        status = process.wait(timeout=30)
        check(status not in (0, -signal.SIGPIPE), f"exit code {status}")
        check(time.monotonic() - start < 10, "did not end at once")
        feeder.join()
        self.secret(process.stderr.read(), "stderr")
        return 1

    def full_output(self):
        """stdout full or closed: not 0, and no noise that tells a message"""
        with open(self.input_path, "rb") as file, open("/dev/full", "wb") as full:
            process = self.start(stdin=file, stdout=full)
            _, errors = process.communicate(timeout=60)
            check(process.returncode != 0, "exit code 0 on a full disk")
            self.secret(errors, "stderr")
        done = subprocess.run(["sh", "-c", f'"{self.binary}" filter < "{self.input_path}" >&-'], stderr=subprocess.PIPE)
        check(done.returncode != 0, "exit code 0 with a closed output")
        self.secret(done.stderr, "stderr")
        return 2

    def lost_errors(self):
        """stderr full or closed: every verdict all the same"""
        for redirection in ("2>/dev/full", "2>&-"):
            done = subprocess.run(["sh", "-c", f'"{self.binary}" filter < "{self.input_path}" {redirection}'], stdout=subprocess.PIPE)
            self.judge(done.stdout, done.returncode, redirection)
            check(done.returncode == 0, redirection)
        return 2

    def limits(self):
        """little memory, stack, descriptors, file size"""
        if not shutil.which("prlimit"):
            raise Skip("no prlimit")
        cases = [[f"--as={mib << 20}"] for mib in ((40, 80, 120, 160, 200, 256, 320, 400, 512) if self.full else (80, 160, 320))]
        cases += [["--stack=262144"], ["--nofile=4"], ["--nofile=16"], ["--nproc=1"]]
        for case in cases:
            self.run(" ".join(case), wrapper=["prlimit", *case])
        with open(self.input_path, "rb") as file, open(os.path.join(self.folder, "small"), "wb") as out:
            process = self.start(wrapper=["prlimit", "--fsize=65536"], stdin=file, stdout=out)
            _, errors = process.communicate(timeout=60)
        output = open(os.path.join(self.folder, "small"), "rb").read()
        self.judge(output, process.returncode, "--fsize=65536")
        self.secret(errors, "stderr")
        return len(cases) + 1

    def failing_calls(self):
        """the Nth read, write, mmap fails, is interrupted or delayed (strace)"""
        if not shutil.which("strace"):
            raise Skip("no strace")
        probe = subprocess.run(["strace", "-o", "/dev/null", "true"], stderr=subprocess.PIPE)
        if probe.returncode != 0:
            raise Skip("strace may not trace here")
        cases = 0
        upto = 40 if self.full else 3
        kinds = [
            ("write", "error=ENOSPC", "+"), ("write", "error=EIO", ""), ("write", "error=EINTR", ""), ("write", "error=EAGAIN", ""),
            ("read", "error=EIO", ""), ("read", "error=EINTR", ""), ("read", "error=EAGAIN", ""), ("close", "error=EIO", ""),
            ("write", "delay_enter=20000", ""), ("mmap", "error=ENOMEM", "+"),
        ]
        out = os.path.join(self.folder, "traced")
        for call, effect, plus in kinds:
            for number in range(1, upto + 1):
                number = number * 7 if call == "mmap" else number
                paths = [] if call == "mmap" else ["-P", self.input_path, "-P", out]
                wrapper = ["strace", "-f", "-qq", "-o", "/dev/null", *paths, "-e", f"inject={call}:{effect}:when={number}{plus}"]
                with open(self.input_path, "rb") as file, open(out, "wb") as stdout:
                    process = self.start(wrapper=wrapper, stdin=file, stdout=stdout)
                    _, errors = process.communicate(timeout=120)
                where = f"{call} {effect} when={number}{plus}"
                self.secret(errors, f"stderr ({where})")
                output = open(out, "rb").read()
                self.judge(output, process.returncode, where)
                cases += 1
                if process.returncode == 0 and "delay" not in effect and "EINTR" not in effect and "EAGAIN" not in effect and number > 20:
                    break
        return cases

    def slow_reader(self):
        """nobody reads for three seconds while 60 MB come: memory bounded, nothing lost"""
        process = self.interactive()
        before = self.memory(process.pid)
        data = self.input * (int((60 << 20) / len(self.input)) if self.full else 40)
        feeder = Feeder(process.stdin, data)
        time.sleep(3)
        check(self.memory(process.pid) - before < 64, f"{self.memory(process.pid) - before:.0f} MiB more")
        output = Reader(process.stdout).join()
        feeder.join()
        check(process.wait() == 0, "exit code")
        check(output.count(b"\n") == data.count(b"\n"), "verdicts are missing")
        return 1

    def slow_writer(self):
        """one message at a time: each answered before the next"""
        process = self.interactive()
        worst = 0.0
        for number in range(60):
            start = time.monotonic()
            process.stdin.write(message(number).encode())
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], 5)
            check(ready, "no verdict before the next message")
            check(json.loads(process.stdout.readline())["id"] == f"m-{number}-{CANARY}", "the wrong verdict")
            worst = max(worst, time.monotonic() - start)
        process.stdin.close()
        check(process.wait() == 0, "exit code")
        check(worst < 5, f"the slowest took {1e3 * worst:.0f} ms")
        return 60

    def nonblocking(self):
        """descriptors that would block, pipes of 4 KiB"""
        in_read, in_write = os.pipe()
        out_read, out_write = os.pipe()
        for descriptor in (in_write, out_write):
            fcntl.fcntl(descriptor, F_SETPIPE_SZ, 4096)
        os.set_blocking(in_read, False)
        os.set_blocking(out_write, False)
        process = self.start(stdin=in_read, stdout=out_write)
        os.close(in_read)
        os.close(out_write)
        feeder = Feeder(os.fdopen(in_write, "wb"), self.input)
        output = Reader(os.fdopen(out_read, "rb")).join()
        feeder.join()
        self.judge(output, process.wait(), "non-blocking")
        check(process.returncode == 0, "exit code")
        return 1

    def torn_end(self):
        """the input ends within a message, within a character, or before it began"""
        cases = [(b"", 0), (b"\n", 1), (b'{"text":"hello"}', 1), (b'{"text":"hel', 1), (b'{"text":"\xc3', 1), (b'{"text":"a"}\r', 1), (b'{"text":"a"}\n{"t', 2)]
        for data, count in cases:
            done = subprocess.run([self.binary, "filter"], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            check(done.returncode == 0 and done.stderr == b"", repr(data))
            lines = done.stdout.splitlines()
            check(len(lines) == count, f"{data!r}: {len(lines)} verdicts")
            if data and not data.rstrip().endswith(b"}"):
                check(json.loads(lines[-1])["action"] == "block", f"{data!r} did not block")
        return len(cases)

    def big_line(self):
        """a line of 100 MB with an SSN at its end: one block, memory bounded, the next is answered"""
        process = self.interactive()
        before = self.memory(process.pid)
        size = 100 << 20

        def feed():
            process.stdin.write(b'{"id":"big","text":"')
            for _ in range(size >> 20):
                process.stdin.write(b"a b c " * ((1 << 20) // 6))
            process.stdin.write(f'SSN 219-09-9998 {CANARY}"}}\n{{"id":"next","text":"hello"}}\n'.encode())
            process.stdin.flush()

        thread = threading.Thread(target=feed)
        thread.start()
        lines = [json.loads(process.stdout.readline()) for _ in range(2)]
        thread.join()
        peak = self.memory(process.pid)
        process.stdin.close()
        check(process.wait() == 0, "exit code")
        check([line["action"] for line in lines] == ["block", "pass"] and lines[1]["id"] == "next", "verdicts")
        self.secret(process.stderr.read(), "stderr")
        check(peak - before < 64, f"{peak - before:.0f} MiB more")
        return 1

    def signals(self):
        """TERM ends with whole verdicts; STOP, CONT, WINCH, CHLD lose nothing"""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            process = self.interactive()
            reader = Reader(process.stdout)
            feeder = Feeder(process.stdin, self.input * 4, close=False)
            time.sleep(0.05)
            process.send_signal(number)
            time.sleep(0.3)
            if process.poll() is None:
                process.stdin.close() if feeder.is_done() else None
            feeder.join()
            try:
                process.stdin.close()
            except OSError:
                pass
            status = process.wait(timeout=30)
            output = reader.join()
            whole = output[: output.rfind(b"\n") + 1]
            check((self.expected * 4).startswith(whole), f"{number}: a verdict differs")
            check((status == 0) == (output == self.expected * 4), f"{number}: exit code {status}")
            self.secret(process.stderr.read(), f"stderr ({number})")
        for number in (signal.SIGWINCH, signal.SIGCHLD, signal.SIGSTOP):
            process = self.interactive()
            reader = Reader(process.stdout)
            feeder = Feeder(process.stdin, self.input)
            for _ in range(10):
                time.sleep(0.01)
                process.send_signal(number)
                process.send_signal(signal.SIGCONT)
            feeder.join()
            output = reader.join()
            self.judge(output, process.wait(), str(number))
            check(process.returncode == 0, f"{number}: exit code")
        return 7

    def environments(self):
        """other languages, no environment, a wrong time zone, no input"""
        base = {k: v for k, v in os.environ.items() if k.startswith("TIGHTLIP")}
        for extra in ({"LC_ALL": "C"}, {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}, {}, {"TZ": "Nowhere/None"}, {"PATH": "/bin", "HOME": "/nonexistent"}):
            status, _ = self.run(str(extra), env={**base, **extra})
            check(status == 0, f"{extra}: exit code {status}")
        for redirection in ("<&-", f'< "{self.folder}"'):
            done = subprocess.run(["sh", "-c", f'"{self.binary}" filter {redirection}'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            check(done.returncode != 0 and done.stdout == b"", f"{redirection}: exit code {done.returncode}")
        return 7

    def traces(self):
        """the secret stands in no argument, environment, temporary file or core file of the process"""
        before = set(os.listdir("/tmp"))
        process = self.interactive(cwd=self.folder)
        bad = [f'{{"text":"{CANARY}","{CANARY}":}}', f"{CANARY}", f'{{"id":"{CANARY}","text":7}}', '{"text":"' + CANARY * 200_000 + '"}']
        for line in bad + [message(n).strip() for n in range(20)]:
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
            process.stdout.readline()
        for name in ("cmdline", "environ", "comm"):
            self.secret(open(f"/proc/{process.pid}/{name}", "rb").read(), name)
        for descriptor in os.listdir(f"/proc/{process.pid}/fd"):
            target = os.readlink(f"/proc/{process.pid}/fd/{descriptor}")
            check("pipe:" in target or "/dev/" in target, f"an open file: {target}")
        process.send_signal(signal.SIGABRT)
        process.wait()
        self.secret(process.stderr.read(), "stderr")
        for folder in (self.folder, "/tmp"):
            for name in os.listdir(folder):
                path = os.path.join(folder, name)
                if name.startswith("core") or folder == "/tmp" and name not in before:
                    check("core" not in name, f"a core file: {path}")
                    if os.path.isfile(path) and os.path.getsize(path) < 1 << 26 and not path.startswith(self.folder):
                        self.secret(open(path, "rb").read(), path) if self.is_ours(path) else None
        return len(bad) + 20

    @staticmethod
    def is_ours(path):
        return "tightlip" in os.path.basename(path)

    def recorded(self, name):
        """The options for a new audit log, and its path."""
        key = os.path.join(self.folder, "audit.key")
        if not os.path.exists(key):
            subprocess.run([self.binary, "keys", "generate", "--kind", "audit", key], check=True, stdout=subprocess.DEVNULL)
        log = os.path.join(self.folder, name)
        for path in os.listdir(self.folder):
            if path.startswith(name):
                os.remove(os.path.join(self.folder, path))
        return ["--audit", log, "--audit-key-file", key], log

    def verified(self, log, where):
        """Whether the log is whole: `audit verify` says so, or what it lacks; never that it cannot be read."""
        done = subprocess.run([self.binary, "audit", "verify", log, "--audit-key-file", os.path.join(self.folder, "audit.key")],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        check(done.returncode in (0, 1), f"{where}: audit verify ends with {done.returncode}: {done.stderr.decode()[:200]}")
        self.secret(done.stdout + done.stderr, f"audit verify ({where})")
        return done.returncode == 0

    def synced_log(self):
        """killed at each sync of the audit log: no verdict without its record, one torn record at most, and it goes on"""
        if not shutil.which("strace"):
            raise Skip("no strace")
        data = b"".join(self.input.splitlines(True)[:40])
        upto, cases, was_killed = (200 if self.full else 12), 0, True
        while was_killed and cases < upto:
            cases += 1
            where = f"sync {cases}"
            options, log = self.recorded("synced.log")
            process = self.start(options, wrapper=["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject=fsync,fdatasync:signal=KILL:when={cases}"])
            # One by one, so that there is a sync for each.
            output = b""
            try:
                for line in data.splitlines(True):
                    process.stdin.write(line)
                    process.stdin.flush()
                    answer = process.stdout.readline()
                    output += answer
                    if not answer:
                        break
                process.stdin.close()
            except OSError:
                pass
            was_killed = process.wait(timeout=60) != 0
            self.secret(process.stderr.read(), f"stderr ({where})")
            check(was_killed or output.count(b"\n") == data.count(b"\n"), f"{where}: exit code 0, verdicts are missing")
            if not os.path.exists(log):
                check(output == b"", f"{where}: verdicts without a log")
                continue
            with open(log, "rb") as file:
                records = file.read()
            self.secret(records, f"the log ({where})")
            left = sum(json.loads(line)["action"] != "block" for line in output.splitlines())
            check(records.count(b"\n") >= left, f"{where}: {left} messages left, {records.count(bytes([10]))} records")
            self.verified(log, where)
            # The log is taken up again, and what was torn is told.
            again = self.start(options)
            rest, errors = again.communicate(data, timeout=60)
            self.secret(errors, f"stderr ({where}, again)")
            lines = rest.splitlines()
            check(again.returncode != 0 or len(lines) == data.count(b"\n"), f"{where}: started again, verdicts are missing")
            check(again.returncode == 0 or not any(json.loads(line)["action"] != "block" for line in lines), f"{where}: refused the log and let messages out")
        return cases

    def clocks(self):
        """clocks that are wrong, or jump while it runs: the same verdicts, and a log in order"""
        shims = [os.path.join(folder, "libfaketime.so.1") for folder in
                 ("/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime")]
        shim = next((path for path in shims if os.path.exists(path)), None)
        if shim is None:
            raise Skip("no libfaketime")
        base = {**os.environ, "LD_PRELOAD": shim}
        cases = ["-2d", "+400d", "@2038-01-19 03:14:05", "@1970-01-02 00:00:00", "+0 x50", "@2026-11-01 01:59:58 x10"]
        for case in cases:
            status, _ = self.run(f"clock {case}", env={**base, "FAKETIME": case})
            check(status == 0, f"clock {case}: exit code {status}")
        # Jumps back and forth between messages, with a log that is written all the while.
        stamp = os.path.join(self.folder, "now")
        options, log = self.recorded("clock.log")
        with open(stamp, "w") as file:
            file.write("@2026-11-22 12:00:00\n")
        process = self.start(options, env={**base, "FAKETIME_TIMESTAMP_FILE": stamp, "FAKETIME_NO_CACHE": "1"})
        lines = self.input.splitlines(True)[:60]
        output = b""
        for number, line in enumerate(lines):
            if number % 6 == 3:
                with open(stamp, "w") as file:
                    file.write(["-30d", "+30d", "@2038-01-19 03:14:09", "@1999-12-31 23:59:59"][number // 6 % 4] + "\n")
            process.stdin.write(line)
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], 10)
            check(ready, "no verdict after a jump")
            output += process.stdout.readline()
        process.stdin.close()
        check(process.wait(timeout=30) == 0, "exit code after jumps")
        self.secret(process.stderr.read(), "stderr")
        check(output == b"".join(self.expected.splitlines(True)[:60]), "a jump changes a verdict")
        check(self.verified(log, "jumps"), "the log does not verify after jumps")
        return len(cases) + 10

    def stopped(self):
        """the filter stands still: nothing is answered, nothing is lost, and it goes on where it stood"""
        process = self.interactive()
        for number in range(5):
            process.send_signal(signal.SIGSTOP)
            process.stdin.write(message(number).encode())
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], 0.3)
            check(not ready, "a verdict from a stopped filter")
            process.send_signal(signal.SIGCONT)
            ready, _, _ = select.select([process.stdout], [], [], 10)
            check(ready, "no verdict after going on")
            check(process.stdout.readline() == self.expected.splitlines(True)[number], "another verdict")
        # Stopped for good, and killed by whoever waited: no verdict came, so nothing left.
        process.send_signal(signal.SIGSTOP)
        process.stdin.write(message(6).encode())
        process.stdin.flush()
        process.kill()
        check(process.wait() != 0 and process.stdout.read() == b"", "a verdict after the end")
        self.secret(process.stderr.read(), "stderr")
        return 6

    def pieces(self):
        """the same stream in pieces of every size: byte-identical output"""
        lines = [message(n).encode() for n in range(12)]
        lines += [b"", b"{}", b'{"text":"a\\u0000b"}', b'{"text":"\xff"}', b'{"text":"\\ud800"}', b"\xef\xbb\xbf{}", b'{"text":"\xf0\x9f\x99\x82 \xe2\x80\xae8999"}', b"[" * 600,
                  b'{"text":"x"}\r', '{"text":"８５７ Zyxxoquv d.i.a.b.e.t.e.s"}'.encode()]
        wire = os.path.join(os.environ.get("TIGHTLIP_SHARED", os.path.join(os.path.dirname(ROOT), "shared")), "hostile", "wire.ndjson")
        if os.path.exists(wire):
            for row in map(json.loads, open(wire)):
                raw = base64.b64decode(row["raw_b64"] or "")
                if len(raw) < 4000:
                    lines.append(raw)
        stream = b"\n".join(lines) + b"\n"
        long = stream * (1 + 140_000 // len(stream))
        process = self.interactive()
        reader = Reader(process.stdout)
        fd = process.stdin.fileno()

        def feed(data, size):
            at = len(reader.data)
            for start in range(0, len(data), size):
                os.write(fd, data[start:start + size])
                while size < 4096 and int.from_bytes(fcntl.ioctl(fd, 0x541B, b"\0" * 4), "little"):
                    pass
            wanted = data.count(b"\n")
            deadline = time.monotonic() + 60
            while reader.data.count(b"\n", at) < wanted:
                check(time.monotonic() < deadline, f"pieces of {size}: verdicts are missing")
                time.sleep(0.0005)
            return bytes(reader.data[at:])

        reference, reference_long = feed(stream, len(stream)), feed(long, len(long))
        small = range(1, len(stream) + 2) if self.full else [1, 2, 3, 4, 5, 7, 8, 13, 16, 31, 64, 100, 127, 255, 256, 1000, 1023]
        big = [4095, 4096, 4097, 8191, 16384, 32767, 32768, 50000, 65535, 65536, 65537]
        if self.full:
            big += list(range(5000, 65537, 997))
        for size in small:
            check(feed(stream, size) == reference, f"pieces of {size} bytes change the output")
        for size in big:
            check(feed(long, size) == reference_long, f"pieces of {size} bytes change the output")
        process.stdin.close()
        reader.join()
        check(process.wait() == 0, "exit code")
        self.secret(process.stderr.read(), "stderr")
        return len(small) + len(big)

    def soak(self):
        """many messages: as many verdicts, memory flat from a fifth of the way on"""
        total = self.soaked or (10_000_000 if self.full else 150_000)
        process = self.interactive()
        block = messages(1000)
        count = [0]

        def read():
            while chunk := process.stdout.read1(1 << 20):
                count[0] += chunk.count(b"\n")

        thread = threading.Thread(target=read)
        thread.start()
        early = 0.0
        for number in range(total // 1000):
            process.stdin.write(block)
            if number == total // 5000:
                early = self.memory(process.pid, "VmRSS")
        late = self.memory(process.pid, "VmRSS")
        process.stdin.close()
        thread.join()
        check(process.wait() == 0, "exit code")
        check(count[0] == total, f"{count[0]} verdicts of {total}")
        check(late - early <= 1.0, f"{late - early:.2f} MiB more")
        return f"{total:,} messages, {late - early:+.2f} MiB"

    FAULTS = [kill9, closed_reader, full_output, lost_errors, limits, failing_calls, slow_reader, slow_writer, nonblocking, torn_end, big_line,
              signals, environments, traces, synced_log, clocks, stopped, pieces, soak]


class Reader(threading.Thread):
    """Reads everything while something else is done."""

    def __init__(self, stream):
        super().__init__(daemon=True)
        self.stream, self.data = stream, bytearray()
        self.start()

    def run(self):
        while True:
            try:
                chunk = self.stream.read1(1 << 16) if hasattr(self.stream, "read1") else self.stream.read(1 << 16)
            except (OSError, ValueError):
                return
            if not chunk:
                return
            self.data += chunk

    def join(self, timeout=300):
        super().join(timeout)
        return bytes(self.data)


class Feeder(threading.Thread):
    """Writes everything while something else is done."""

    def __init__(self, stream, data, close=True):
        super().__init__(daemon=True)
        self.stream, self.data, self.close = stream, data, close
        self.start()

    def run(self):
        try:
            self.stream.write(self.data)
            self.stream.flush()
        except (OSError, ValueError):
            pass
        if self.close:
            try:
                self.stream.close()
            except OSError:
                pass

    def is_done(self):
        return not self.is_alive()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tightlip", default=os.path.join(ROOT, ".build/release/tightlip"))
    options.add_argument("--full", action="store_true")
    options.add_argument("--only", default="")
    options.add_argument("--soak", type=int, default=0, help="so many messages in the soak")
    options.add_argument("--list", action="store_true")
    options = options.parse_args()
    if options.list:
        for fault in Suite.FAULTS:
            print(f"{fault.__name__:15} {fault.__doc__}")
        return
    suite = Suite(os.path.abspath(options.tightlip), options.full, options.soak)
    failed = False
    try:
        for fault in Suite.FAULTS:
            if options.only and fault.__name__ not in options.only.split(","):
                continue
            start = time.monotonic()
            try:
                cases = fault(suite)
                result = f"ok       {cases} cases" if isinstance(cases, int) else f"ok       {cases}"
            except Skip as reason:
                result = f"skipped  {reason}"
            except (Failure, subprocess.TimeoutExpired) as failure:
                result = f"FAILED   {failure}"
                failed = True
            print(f"{fault.__name__:15} {time.monotonic() - start:6.1f} s  {result:24}  {fault.__doc__}", flush=True)
    finally:
        shutil.rmtree(suite.folder, ignore_errors=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
