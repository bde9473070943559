"""``pilot logs``: the end of the log, and what comes."""

import asyncio
from pathlib import Path

from fakes.hub_process import pilot, spawn


async def test_the_end_of_the_log(tmp_path: Path) -> None:
    assert await pilot(tmp_path, "logs") == (0, "There is no log yet.\n", "")
    log = _log(tmp_path)
    log.write_bytes(b"".join(b"line %d\n" % number for number in range(100)) + b"\x1b[2Jlast \xff\nnot yet whole")
    shown = f"{log}:\nline 99\n\\x1b[2Jlast \ufffd\n"
    assert await pilot(tmp_path, "logs", "-n", "2") == (0, shown, "")
    assert (await pilot(tmp_path, "logs", "-n", "1000"))[1].count("\n") == 102


async def test_what_comes_is_followed_into_the_next_file(tmp_path: Path) -> None:
    log = _log(tmp_path)
    log.write_text("one\ntw")
    process = await spawn(tmp_path, "logs", "-f")
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            assert await process.stdout.readline() == b"one\n"
            with log.open("a") as file:
                file.write("o\nthree\n")
            assert [await process.stdout.readline() for _ in range(2)] == [b"two\n", b"three\n"]
            with log.open("a") as file:
                file.write("four\n")
                log.rename(log.with_name("hub.log.1"))
                file.write("five\n")
            log.write_text("six\n")
            assert [await process.stdout.readline() for _ in range(3)] == [b"four\n", b"five\n", b"six\n"]
    finally:
        process.kill()
        await process.communicate()


def _log(home: Path) -> Path:
    (home / "logs").mkdir()
    return home / "logs" / "hub.log"
