"""Stand-ins that print, die, hang and flood like the worst of the real ones."""

import asyncio
import dataclasses
import json
import os
import signal
import time
from pathlib import Path

import pytest

from fakes import tunnel_programs as recorded
from fakes.clock import FakeClock
from fakes.tunnel_programs import stand_in
from pilot_sidecar.infra.tunnel.ports import Answer, Pace, Report
from pilot_sidecar.infra.tunnel.supervisor import TunnelPrograms
from sidecar.infra.tunnel.conftest import FAST, Runner, alive, number_in


@pytest.mark.parametrize(
    ("name", "text", "fd", "url"),
    [("cloudflared", "CLOUDFLARED", 2, "CLOUDFLARED_URL"), ("ngrok", "NGROK", 1, "NGROK_URL")],
)
async def test_the_address_is_found_byte_by_byte(runner: Runner, name: str, text: str, fd: int, url: str) -> None:
    stand_in(runner.bin, name, f"say({getattr(recorded, text)!r}, {fd}, 1)\nstay()")
    async with runner.run(name) as watched:
        up = await watched.state("up")
    assert (up.url, up.message, up.attempts) == (getattr(recorded, url), None, 0)
    assert [report.state for report in watched.reports] == ["starting", "up"]
    assert not (runner.home / "tunnel.json").exists()


async def test_both_streams_may_speak_at_once(runner: Runner) -> None:
    script = f"""
import threading
noise = threading.Thread(target=say, args=("https://noise.test/ path " * 200, 1, 3, 0.0005))
noise.start(); say({recorded.CLOUDFLARED!r}, 2, 5, 0.0002); noise.join(); stay()"""
    stand_in(runner.bin, "cloudflared", script)
    async with runner.run("cloudflared") as watched:
        assert (await watched.state("up")).url == recorded.CLOUDFLARED_URL


async def test_an_address_split_by_a_long_pause_and_never_ended_is_taken_whole(runner: Runner) -> None:
    script = "say('your url is: https://cold-frog'); time.sleep(0.3); say('-12.tunnel.test'); stay()"
    program = stand_in(runner.bin, "mine", script)
    async with runner.run("custom", f"{program} {{port}}") as watched:
        await watched.until(lambda report: report.url == "https://cold-frog-12.tunnel.test")


async def test_a_better_address_that_follows_at_once_is_taken(runner: Runner) -> None:
    script = "say('http://a.pinggy.test\\n'); time.sleep(0.02); say('https://a.pinggy.test\\n'); stay()"
    program = stand_in(runner.bin, "mine", script)
    async with runner.run("custom", f"{program} {{port}}", dataclasses.replace(FAST, weak_s=2)) as watched:
        assert (await watched.state("up")).url == "https://a.pinggy.test"


async def test_an_address_without_encryption_is_taken_when_no_other_comes(runner: Runner) -> None:
    program = stand_in(runner.bin, "mine", "say('http://10.0.0.7:8000'); stay()")
    async with runner.run("custom", f"{program} {{port}}") as watched:
        assert (await watched.state("up")).url == "http://10.0.0.7:8000"


async def test_megabytes_of_noise_do_not_keep_the_hub_busy(runner: Runner) -> None:
    script = f"""
import threading
threading.Thread(target=lambda: [os.write(1, b"x" * 65536) for _ in range(10_000)], daemon=True).start()
say("noise\\n" * 100_000); say({recorded.CLOUDFLARED!r}); stay()"""
    stand_in(runner.bin, "cloudflared", script)
    async with runner.run("cloudflared") as watched:
        slowest, began = 0.0, time.monotonic()
        async with asyncio.TaskGroup() as group:
            up = group.create_task(watched.state("up"))
            while not up.done() or time.monotonic() - began < 0.5:
                tick = time.monotonic()
                await asyncio.sleep(0.01)
                slowest = max(slowest, time.monotonic() - tick)
    assert slowest < 1
    assert up.result().url == recorded.CLOUDFLARED_URL


async def test_an_address_that_never_comes_is_said(runner: Runner) -> None:
    stand_in(runner.bin, "cloudflared", "say('2025-05-02T10:11:12Z ERR something is slow\\n'); stay()")
    async with runner.run("cloudflared", pace=dataclasses.replace(FAST, url_s=0.4)) as watched:
        message = (await watched.state("retrying")).message or ""
        assert "no address within 0.4 s" in message
        assert "something is slow" in message
        await watched.state("starting", 2)


async def test_what_dies_at_once_is_started_ever_more_slowly(runner: Runner) -> None:
    script = f"say({recorded.CLOUDFLARED_OFFLINE!r}); sys.exit(1)"
    stand_in(runner.bin, "cloudflared", script)
    async with runner.run("cloudflared") as watched:
        third = await watched.state("retrying", 3)
    assert third.attempts == 3
    assert third.message
    assert third.message.startswith("cloudflared ended with code 1: failed to request quick Tunnel:")


async def test_waits_grow_until_a_tunnel_held_for_a_minute(runner: Runner) -> None:
    stand_in(runner.bin, "ngrok", f"say({recorded.NGROK!r}, 1); time.sleep(0.05); sys.exit(1)")
    clock, waits, ups = FakeClock(), [], 0

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 6:
            raise asyncio.CancelledError

    def tell(report: Report) -> None:
        nonlocal ups
        if report.state == "up":
            ups += 1
            clock.advance(60 if ups == 5 else 59)

    async def ask(_url: str) -> Answer:
        return Answer(200, b'{"tunnels":[1]}')

    pace = Pace(quiet_s=0.05)
    programs = TunnelPrograms(runner.home, runner.environ, clock, pace, ask, sleep)
    with pytest.raises(asyncio.CancelledError):
        await programs.run("ngrok", "", 40711, tell)
    for waited, whole in zip(waits, [1, 2, 4, 8, 1, 2], strict=True):
        assert whole / 2 <= waited <= whole


async def test_what_dies_later_comes_back_with_its_new_address(runner: Runner) -> None:
    script = """
path = os.environ["HOME"] + "/n"
n = int(open(path).read()) if os.path.exists(path) else 0
open(path, "w").write(str(n + 1))
say(f"https://run-{n}.trycloudflare.com\\n")
if n: stay()
time.sleep(0.1); os.kill(os.getpid(), signal.SIGKILL)"""
    stand_in(runner.bin, "cloudflared", script)
    runner.environ["HOME"] = str(runner.home)
    async with runner.run("cloudflared", pace=dataclasses.replace(FAST, connect_s=0.01)) as watched:
        lost = await watched.state("retrying")
        assert (lost.url, (lost.message or "").partition(".")[0]) == (None, "cloudflared ended by signal 9")
        again = await watched.until(lambda report: report.url == "https://run-1.trycloudflare.com")
    assert again.attempts == 1
    assert next(one.url for one in watched.reports if one.url) == "https://run-0.trycloudflare.com"


async def test_a_tunnel_that_held_starts_again_soon(runner: Runner) -> None:
    script = f"say({recorded.NGROK!r}, 1); time.sleep(0.15); sys.exit(0)"
    stand_in(runner.bin, "ngrok", script)
    async with runner.run("ngrok", pace=dataclasses.replace(FAST, held_s=0.05)) as watched:
        assert (await watched.state("retrying", 3)).attempts == 1


@pytest.mark.parametrize(
    ("text", "words"), [(recorded.NGROK_NO_TOKEN, "add-authtoken"), (recorded.NGROK_SESSIONS, "in use elsewhere")]
)
async def test_what_cannot_work_is_not_tried_again(runner: Runner, text: str, words: str) -> None:
    stand_in(runner.bin, "ngrok", f"say({text!r}, 1); sys.exit(1)")
    async with runner.run("ngrok") as watched:
        failed = await watched.state("failed")
        assert words in (failed.message or "")
        await asyncio.sleep(0.05)
    assert [report.state for report in watched.reports] == ["starting", "failed"]


async def test_a_wrong_command_is_not_tried_again(runner: Runner) -> None:
    program = stand_in(runner.bin, "mine", "say('usage: mine PORT, token=abcdefghijkl\\n'); sys.exit(2)")
    async with runner.run("custom", f"{program} {{port}}") as watched:
        message = (await watched.state("failed")).message or ""
    assert message.startswith("custom ended with code 2: usage: mine PORT")
    assert "abcdefghijkl" not in message


async def test_a_program_that_is_no_program_is_said(runner: Runner) -> None:
    runner.bin.mkdir()
    (runner.bin / "ngrok").write_bytes(b"\x7fELF nonsense")
    (runner.bin / "ngrok").chmod(0o755)
    async with runner.run("ngrok") as watched:
        message = (await watched.state("failed")).message or ""
    assert "could not be started" in message or "code 127" in message, "uvloop goes on with a shell, as execvp does"


async def test_it_gets_no_secret_of_pilots_and_no_shell(runner: Runner) -> None:
    script = f"import json; open({str(runner.home / 'seen')!r}, 'w').write(json.dumps([sys.argv, dict(os.environ)])); "
    program = stand_in(runner.bin, "mine", script + "say('https://a.tunnel.test\\n'); stay()")
    async with runner.run("custom", f"{program} '$(touch x)' {{port}}; >y") as watched:
        await watched.state("up")
    arguments, environ = json.loads((runner.home / "seen").read_text())
    assert arguments[1:] == ["$(touch x)", "40711;", ">y"]
    assert environ["KEEP"] == "1"
    assert [name for name in environ if name.startswith("PILOT_")] == ["PILOT_TUNNEL_RUN"]


async def test_it_is_announced_once_it_is_connected(runner: Runner) -> None:
    answers = [None, Answer(503, b""), Answer(200, b"")]
    asked: list[str] = []

    def answer(url: str) -> Answer | None:
        asked.append(url)
        return answers.pop(0) if len(answers) > 1 else answers[0]

    stand_in(runner.bin, "cloudflared", f"say({recorded.CLOUDFLARED!r}); stay()")
    async with runner.run("cloudflared", pace=dataclasses.replace(FAST, connect_s=5), answers=answer) as watched:
        await watched.state("up")
    assert set(asked) == {"http://127.0.0.1:38211/ready"}
    assert len(asked) >= 3


async def test_a_lost_connection_is_said_and_only_after_several_is_it_started_anew(runner: Runner) -> None:
    connected = True
    stand_in(runner.bin, "cloudflared", f"say({recorded.CLOUDFLARED!r}); stay()")

    def answer(_url: str) -> Answer:
        return Answer(200 if connected else 503, b"")

    async with runner.run("cloudflared", pace=dataclasses.replace(FAST, lost_s=1), answers=answer) as watched:
        await watched.state("up")
        connected = False
        trouble = await watched.until(lambda report: report.message is not None)
        assert (trouble.state, trouble.url) == ("up", recorded.CLOUDFLARED_URL)
        assert "lost its connection" in (trouble.message or "")
        connected = True
        await watched.until(lambda report: report.state == "up" and report.message is None, 2)
        connected = False
        assert "did not come back" in ((await watched.state("retrying")).message or "")


async def test_a_machine_that_does_not_reach_itself_from_outside_keeps_its_tunnel(runner: Runner) -> None:
    reached = False
    program = stand_in(runner.bin, "mine", "say('https://a.tunnel.test\\n'); stay()")

    def answer(url: str) -> Answer | None:
        assert url == "https://a.tunnel.test/health"
        return Answer(200, b'{"protocol":1}') if reached else None

    async with runner.run("custom", f"{program} {{port}}", answers=answer) as watched:
        assert "is not reached" in ((await watched.until(lambda report: report.message is not None)).message or "")
        await asyncio.sleep(2 * FAST.lost_s)
        assert [report.state for report in watched.reports] == ["starting", "up", "up"]
        reached = True
        await watched.until(lambda report: report.state == "up" and report.message is None, 2)
        reached = False
        await watched.state("retrying")


async def test_it_ends_when_told_to(runner: Runner) -> None:
    pid = runner.home / "pid"
    script = f"open({str(pid)!r}, 'w').write(str(os.getpid())); say({recorded.CLOUDFLARED!r}); stay()"
    stand_in(runner.bin, "cloudflared", script)
    async with runner.run("cloudflared") as watched:
        await watched.state("up")
        note = json.loads((runner.home / "tunnel.json").read_text())
        assert note["pid"] == await number_in(pid)
        assert (runner.home / "tunnel.json").stat().st_mode & 0o777 == 0o600
        began = time.monotonic()
    assert not alive(note["pid"])
    assert time.monotonic() - began < FAST.grace_s


async def test_what_will_not_end_is_made_to(runner: Runner) -> None:
    pid = runner.home / "pid"
    script = f"signal.signal(signal.SIGTERM, signal.SIG_IGN); open({str(pid)!r}, 'w').write(str(os.getpid())); stay()"
    stand_in(runner.bin, "cloudflared", script)
    async with runner.run("cloudflared", pace=dataclasses.replace(FAST, grace_s=0.2)):
        number = await number_in(pid)
    assert not alive(number)


_CHILDREN = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
def note(name): open(os.environ["HOME"] + "/" + name, "w").write(str(os.getpid()))
if not os.fork(): note("child"); stay()
if not os.fork(): os.setpgid(0, 0); note("grouped"); stay()
if not os.fork():
    os.setsid()
    if os.fork(): os._exit(0)
    note("daemon"); stay()
note("program")
"""


_GONE_FIRST = """
def noted(name): return os.path.exists(os.environ["HOME"] + "/" + name)
while not all(map(noted, ("child", "grouped", "daemon"))): time.sleep(0.01)
"""


@pytest.mark.parametrize("fate", ["stay()", _GONE_FIRST])
async def test_children_do_not_survive_wherever_they_went(runner: Runner, fate: str) -> None:
    """Also when the program itself is gone first: then nothing but their session or their environment tells."""
    runner.environ["HOME"] = str(runner.home)
    stand_in(runner.bin, "cloudflared", _CHILDREN + fate)
    pace = dataclasses.replace(FAST, grace_s=0.1, first_s=60, most_s=60)
    async with runner.run("cloudflared", pace=pace) as watched:
        pids = [await number_in(runner.home / name) for name in ("program", "child", "grouped", "daemon")]
        assert len(set(pids)) == 4
        if fate != "stay()":
            await watched.state("retrying")
    assert [pid for pid in pids if alive(pid)] == []


async def test_a_hub_that_was_killed_leaves_a_program_that_the_next_one_ends(runner: Runner) -> None:
    runner.environ["HOME"] = str(runner.home)
    stand_in(runner.bin, "cloudflared", _CHILDREN + "stay()")
    pace = dataclasses.replace(FAST, grace_s=0.1)
    async with runner.run("cloudflared", pace=pace):
        pids = [await number_in(runner.home / name) for name in ("program", "child", "grouped", "daemon")]
        note = (runner.home / "tunnel.json").read_text()
        os.kill(pids[0], signal.SIGSTOP)  # as good as orphaned: nobody listens to it
        next_hub = runner.programs(pace)
        await next_hub.clear_stale()
        assert [pid for pid in pids if alive(pid)] == []
    (runner.home / "tunnel.json").write_text(note)
    await next_hub.clear_stale()
    assert not (runner.home / "tunnel.json").exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"marker":"x","pid":1,"started":1}', '{"marker":7,"pid":"a","started":null}']
)
async def test_a_strange_note_harms_nobody(runner: Runner, text: str) -> None:
    (runner.home / "tunnel.json").write_text(text)
    await runner.programs().clear_stale()


async def test_a_number_that_another_process_bears_now_is_left_alone(runner: Runner) -> None:
    process = await asyncio.create_subprocess_exec("/bin/sleep", "30", start_new_session=True)
    try:
        note = {"marker": "0" * 32, "pid": process.pid, "started": 1}
        (runner.home / "tunnel.json").write_text(json.dumps(note))
        await runner.programs().clear_stale()
        assert process.returncode is None
        assert alive(process.pid)
    finally:
        process.kill()
        await process.wait()


async def test_which_program_is_there(runner: Runner, tmp_path: Path) -> None:
    runner.environ["PATH"] = str(runner.bin)
    programs = runner.programs()
    assert await programs.first_installed() is None
    missing = await programs.problem("cloudflared", "")
    assert missing
    assert "was not found" in missing.message
    assert "Install it" in missing.hint
    stand_in(runner.bin, "ngrok", "")
    assert await programs.first_installed() == "ngrok"
    stand_in(runner.bin, "cloudflared", "")
    assert await programs.first_installed() == "cloudflared"
    assert await programs.problem("cloudflared", "") is None
    assert await programs.problem("custom", f"{tmp_path}/bin/ngrok {{port}}") is None
    wrong = await programs.problem("custom", "nowhere-to-be-found {port}")
    assert wrong
    assert "nowhere-to-be-found" in wrong.message
