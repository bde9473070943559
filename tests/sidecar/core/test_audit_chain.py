"""The audit log's files: no edit goes unnoticed, and no death of the writer looks like one."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import audit_killer
from pilot_sidecar.core.audit_entries import Entry, Head, chain_hash, parse
from pilot_sidecar.core.audit_files import AuditFiles, lines_of, log_files
from pilot_sidecar.core.audit_verify import entries, verify_against

REPAIR: Entry = {"at": 1, "action": "", "by": {"kind": "hub"}}


def entry(number: int) -> Entry:
    return {"at": number, "action": "test", "by": {"kind": "owner", "name": "Änne"}, "thing": f"t{number}"}


def write(home: Path, count: int, rotate_bytes: int = 700, anchor: Head | None = None) -> Head:
    files = AuditFiles(home, rotate_bytes)
    files.open(anchor, REPAIR)
    for number in range(count):
        files.append([entry(number)])
    files.sync()
    files.close()
    return files.head


def put_back(home: Path, lines: list[bytes], sizes: list[int]) -> None:
    """Write lines into as many files as there were."""
    for path, size in zip(log_files(home), [*sizes[:-1], len(lines)], strict=True):
        path.write_bytes(b"".join(line + b"\n" for line in lines[:size]))
        lines = lines[size:]


def test_a_log_goes_on_over_files_and_starts(tmp_path: Path) -> None:
    write(tmp_path, 6)
    head = write(tmp_path, 6)
    names = [path.name for path in log_files(tmp_path)]
    assert names[:2] == ["audit-000001.jsonl", "audit-000002.jsonl"]
    assert names[-1] == "audit.jsonl"
    report = verify_against(tmp_path, head)
    assert (report.lines, report.problems, report.notes) == (12, [], [])
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in log_files(tmp_path))
    found = [json.loads(line)["n"] for path in log_files(tmp_path) for line in lines_of(path)]
    assert found == list(range(1, 13))


def forged(line: bytes, **changes: object) -> bytes:
    """Return a line that says something else and has the right hash for it."""
    told = (parse(line) or {}) | changes
    told["hash"] = chain_hash(told)
    return json.dumps(told, ensure_ascii=False).encode()


@st.composite
def edits(draw: st.DrawFn) -> Callable[[list[bytes]], list[bytes]]:
    """What somebody might do to a list of lines."""
    kind = draw(st.sampled_from(["byte", "remove", "cut", "swap", "twice", "insert", "forge", "empty", "space"]))
    first, second, third = (draw(st.integers(0, 10**6)) for _ in range(3))

    def change(lines: list[bytes]) -> list[bytes]:
        at = first % len(lines)
        line = lines[at]
        if kind == "byte":
            place = second % max(1, len(line))
            byte = bytes([(line[place : place + 1] or b"x")[0] + 1 + third % 255 & 255])
            lines[at] = line[:place] + byte + line[place + 1 :]
        elif kind == "remove":
            del lines[at : at + 1 + second % 3]
        elif kind == "cut":
            del lines[at:]
        elif kind == "swap":
            other = (at + 1 + second % (len(lines) - 1)) % len(lines)
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == "twice":
            lines.insert(second % (len(lines) + 1), line)
        elif kind == "insert":
            lines.insert(at, forged(line, thing="never was"))
        elif kind == "forge":
            lines[at] = forged(line, thing="something else")
        elif kind == "empty":
            lines.insert(at, b"")
        else:
            lines[at] = line.replace(b": ", b":", 1)
        return lines

    return change


@settings(max_examples=100, deadline=None)
@given(st.lists(edits(), min_size=1, max_size=2))
def test_any_edit_is_found(made: list[Callable[[list[bytes]], list[bytes]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        head = write(home, 9)
        sizes = [len(lines_of(path)) for path in log_files(home)]
        written = [line for path in log_files(home) for line in lines_of(path)]
        changed = list(written)
        for edit in made:
            if len(changed) > 1:
                changed = edit(changed)
        put_back(home, changed, sizes)
        assert bool(verify_against(home, head).problems) == (changed != written)


def test_each_fault_has_a_sentence_that_says_where(tmp_path: Path) -> None:
    head = write(tmp_path, 5, rotate_bytes=10_000)
    path = tmp_path / "audit.jsonl"
    whole = lines_of(path)

    def found(*lines: bytes) -> list[str]:
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        return verify_against(tmp_path, head).problems

    a, b, c, d, e = whole
    assert found(a, b.replace(b"t1", b"t9"), c, d, e) == ["audit.jsonl, line 2 was changed."]
    assert found(a, d, e) == ["Before audit.jsonl, line 2: lines 2 to 3 are missing."]
    assert found(a, b, c) == ["The end is missing: the log had 5 lines, now it ends with line 3."]
    assert found(a, b, b, c, d, e) == [
        "audit.jsonl, line 3 is out of its place, or stands there twice: it is line 2 of the log."
    ]
    assert found(a, forged(b, thing="x"), c, d, e) == ["audit.jsonl, line 3 does not follow from the line before it."]
    assert found(a, b"nonsense", c, d, e) == [
        "audit.jsonl, line 2 is not readable.",
        "audit.jsonl, line 3 does not follow from the line before it.",
    ]
    assert found(a, b, c, d, forged(e, thing="x")) == ["audit.jsonl, line 5 is not the line that the database knows."]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    head = write(tmp_path, 12)
    second = log_files(tmp_path)[1]
    missing = len(lines_of(second))
    second.unlink()
    [problem] = verify_against(tmp_path, head).problems
    assert f"to {len(lines_of(log_files(tmp_path)[0])) + missing} are missing" in problem


@pytest.mark.parametrize("cut", [1, 20, 150])
def test_a_torn_last_line_is_closed_off_named_and_no_fault(tmp_path: Path, cut: int) -> None:
    write(tmp_path, 3, rotate_bytes=10_000)
    path = tmp_path / "audit.jsonl"
    path.write_bytes(path.read_bytes()[: -1 - cut])
    before = verify_against(tmp_path, None)
    assert before.problems == []
    assert "is incomplete" in before.notes[0]
    write(tmp_path, 1, rotate_bytes=10_000)
    report = verify_against(tmp_path, None)
    assert (report.problems, report.lines) == ([], 5)
    assert report.notes[0].startswith("audit.jsonl, line 3: incomplete since the hub died while it wrote")
    repaired = json.loads(lines_of(path)[3])
    assert (repaired["action"], repaired["n"]) == ("audit.repaired", 4)
    assert repaired["lines"][0] | {"sha256": ""} == {"n": 3, "bytes": len(lines_of(path)[2]), "sha256": ""}
    path.write_bytes(path.read_bytes().replace(lines_of(path)[2], lines_of(path)[2][:-1] + b"!"))
    assert verify_against(tmp_path, None).problems, "a torn line that was changed after its repair went unnoticed"


def test_a_last_line_that_lacks_only_its_end_is_whole(tmp_path: Path) -> None:
    write(tmp_path, 3, rotate_bytes=10_000)
    path = tmp_path / "audit.jsonl"
    path.write_bytes(path.read_bytes()[:-1])
    write(tmp_path, 1, rotate_bytes=10_000)
    report = verify_against(tmp_path, None)
    assert (report.problems, report.notes, report.lines) == ([], [], 4)


def test_a_whole_line_that_was_broken_is_no_torn_one(tmp_path: Path) -> None:
    """Whoever cuts off the end while the hub is down does not get the next start to call it a crash."""
    head = write(tmp_path, 5, rotate_bytes=10_000)
    path = tmp_path / "audit.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    assert verify_against(tmp_path, head).problems
    for _ in range(2):
        later = write(tmp_path, 0, rotate_bytes=10_000, anchor=head)
    later = write(tmp_path, 3, rotate_bytes=10_000, anchor=later)
    [problem] = verify_against(tmp_path, later).problems
    assert "it had had 5 lines" in problem


def test_a_log_that_was_deleted_says_so_when_it_starts_anew(tmp_path: Path) -> None:
    head = write(tmp_path, 5, rotate_bytes=10_000)
    (tmp_path / "audit.jsonl").unlink()
    assert verify_against(tmp_path, head).problems
    write(tmp_path, 7, rotate_bytes=10_000, anchor=head)
    assert len(verify_against(tmp_path, None).problems) == 1


def test_a_full_disk_leaves_no_half_a_line(tmp_path: Path) -> None:
    class Full(AuditFiles):
        full = False

        def put(self, data: bytes) -> int:
            if not self.full:
                return super().put(data)
            if len(data) > 30:
                return super().put(data[:30])
            raise OSError(28, "No space left on device")

    files = Full(tmp_path)
    files.open(None, REPAIR)
    files.append([entry(1)])
    files.full = True
    with pytest.raises(OSError, match="No space"):
        files.append([entry(2)])
    files.full = False
    files.append([entry(3)])
    files.close()
    report = verify_against(tmp_path, None)
    assert (report.lines, report.problems, report.notes) == (2, [], [])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_survives_kill_9_at_any_byte(tmp_path: Path, seed: int) -> None:
    """Each of 60 writers is killed in the middle of a line, a repair, a rotation; the log stays one whole chain."""
    roots = [str(Path(audit_killer.__file__).parents[2] / "sidecar")]
    command = [sys.executable, audit_killer.__file__, str(tmp_path), str(seed), "60"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(roots)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    head = write(tmp_path, 1, rotate_bytes=3000)
    report = verify_against(tmp_path, head)
    assert report.problems == []
    assert len(report.notes) > 20, "the writers were not killed in the middle of lines"
    assert len(log_files(tmp_path)) > 5
    children = [int(str(found["child"])) for found in entries(tmp_path) if "child" in found]
    assert children == sorted(children)
    assert len(set(children)) > 25
