"""The hub's rows of the speed budget, each measured over the wire on a real hub."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.client import Line, Reader, Target, Timings, hook_body, open_line, open_reader, send_all
from bench.processes import cpu_s, memory_mb, resident_mb

HOOK = "/codex/hooks/PreToolUse"
_numbers = iter(range(10**9))


@dataclass(frozen=True)
class Figure:
    """One measured number against its budget."""

    row: str
    what: str
    value: float
    unit: str
    budget: str
    ok: bool
    note: str = ""


def at_most(row: str, what: str, value: float, unit: str, limit: float, note: str = "") -> Figure:
    """Return a figure that must not be over its limit."""
    return Figure(row, what, value, unit, f"≤ {limit:g}", value <= limit, note)


def at_least(row: str, what: str, value: float, unit: str, limit: float, note: str = "") -> Figure:
    """Return a figure that must not be under its limit."""
    return Figure(row, what, value, unit, f"≥ {limit:g}", value >= limit, note)


def posts(target: Target, count: int, size: int = 0) -> list[bytes]:
    """Return so many hook requests, each a call of its own."""
    return [target.request("POST", HOOK, hook_body(next(_numbers), size=size)) for _ in range(count)]


async def hooks(hub: Target, bare: Target) -> list[Figure]:
    """Post hooks, one after another, then over 32 connections."""
    for target in (hub, bare):
        await send_all(target, posts(target, 500), 4)
    alone = await send_all(hub, posts(hub, 3000), 1)
    yardstick = await send_all(bare, posts(bare, 3000), 1)
    rates: dict[int, list[float]] = {hub.pid: [], bare.pid: []}
    for _ in range(3):
        for target in (hub, bare):
            run = await send_all(target, posts(target, 8000), 32)
            rates[target.pid].append(8000 / run.elapsed_s)
    ours, theirs = max(rates[hub.pid]), max(rates[bare.pid])
    note = f"a bare aiohttp server in the same run: {theirs:,.0f}/s, so {ours / theirs:.2f} of it"
    return [
        at_most("hook POST, sequential", "p50", alone.percentile(0.5), "ms", 0.2, _bare(yardstick, 0.5)),
        at_most("hook POST, sequential", "p99", alone.percentile(0.99), "ms", 1, _bare(yardstick, 0.99)),
        at_least("hook POST, 32 connections", "rate", ours, "/s", 10_000, note),
    ]


async def fan_out(hub: Target, bare: Target, clients: int = 200, events: int = 2000) -> list[Figure]:
    """2,000 events to 200 streams, as fast as they come."""
    runs = {}
    for target in (hub, bare):
        best = None
        for _ in range(2):
            found = await _fan_out(target, clients, events)
            best = found if best is None or found[0] > best[0] else best
        assert best is not None
        runs[target.pid] = best
    rate, latencies, lost = runs[hub.pid]
    theirs = runs[bare.pid][0]
    row = f"SSE, {clients} clients"
    return [
        at_least(row, "deliveries", rate, "/s", 300_000),
        at_most(row, "p99", latencies.percentile(0.99), "ms", 20, f"p50 {latencies.percentile(0.5):.1f} ms"),
        at_most(row, "lost", lost, "events", 0),
        at_least(row, "of bare aiohttp", rate / theirs, "", 0.9, f"bare: {theirs:,.0f}/s"),
    ]


async def _fan_out(target: Target, clients: int, events: int) -> tuple[float, Timings, int]:
    readers = [await open_reader(target) for _ in range(clients)]
    await _quiet(readers)
    before = [reader.count for reader in readers]
    for reader in readers:
        reader.arrivals.clear()
    sent: list[float] = []
    started = time.perf_counter()
    posting = await send_all(target, posts(target, events), 8, on_send=sent.append)
    assert len(posting.latencies) == events
    for reader, base in zip(readers, before, strict=True):
        await reader.reach(base + events)
    elapsed = max(reader.arrivals[-1][0] for reader in readers) - started
    sent.sort()
    timings = Timings()
    for reader, base in zip(readers, before, strict=True):
        place = 0
        for arrived, count in reader.arrivals:
            for number in range(place, min(count - base, events)):
                timings.latencies.append((arrived - sent[number]) * 1000)
            place = count - base
    lost = sum(max(0, base + events - reader.count) for reader, base in zip(readers, before, strict=True))
    await _close(readers)
    return clients * events / elapsed, timings, lost


async def one_stream(hub: Target, bare: Target) -> list[Figure]:
    """One event on an idle hub, from the post to the reader: taking in the hook is part of it."""
    ours, theirs = await _one_stream(hub), await _one_stream(bare)
    note = f"p99 {ours.percentile(0.99):.2f} ms; {_bare(theirs, 0.5)}"
    return [at_most("SSE, one client, idle hub", "p50", ours.percentile(0.5), "ms", 0.5, note)]


def _bare(timings: Timings, share: float) -> str:
    return f"bare aiohttp in the same run: {timings.percentile(share):.2f} ms"


async def _one_stream(target: Target) -> Timings:
    reader, line = await open_reader(target), await open_line(target)
    await _quiet([reader])
    timings = Timings()
    for request in posts(target, 300):
        want = reader.count + 1
        started = time.perf_counter()
        answered = line.send(request)
        await reader.reach(want)
        timings.latencies.append((reader.arrivals[-1][0] - started) * 1000)
        await answered
        await asyncio.sleep(0.012)
    await _close([reader, line])
    return timings


async def decisions(hub: Target, count: int = 500) -> list[Figure]:
    """From sending the approval to the blocked hook's answer, the decision on disk in between."""
    reader = await open_reader(hub)  # somebody who could answer
    hook, surface = await open_line(hub), await open_line(hub)
    await _quiet([reader])
    timings = Timings()
    for _ in range(count):
        body = hook_body(next(_numbers), "PermissionRequest")
        blocked = hook.send(hub.request("POST", "/codex/hooks/PermissionRequest", body))
        ask = await _first_ask(hub, surface)
        decision = json.dumps({"kind": "allow_once", "digest": ask["digest"]}).encode()
        started = time.perf_counter()
        answered = surface.send(hub.request("POST", f"/api/asks/{ask['id']}/decision", decision))
        timings.latencies.append((await blocked - started) * 1000)
        await answered
    await _close([reader, hook, surface])
    row = "approve → blocked hook returns"
    return [
        at_most(row, "p50", timings.percentile(0.5), "ms", 0.5),
        at_most(row, "p99", timings.percentile(0.99), "ms", 3),
    ]


async def _first_ask(hub: Target, line: Line) -> dict[str, str]:
    async with asyncio.timeout(5):
        while True:
            await line.send(hub.request("GET", "/api/asks"))
            asks: list[dict[str, str]] = json.loads(line.body)["asks"]
            if asks:
                return asks[0]


async def stalled(hub: Target) -> list[Figure]:
    """Five readers that do not read, and 60 MB of events."""
    reader = await open_reader(hub)
    await _quiet([reader])
    await send_all(hub, posts(hub, 200, size=30_000), 4)
    await asyncio.sleep(0.5)
    readers = [await open_reader(hub) for _ in range(5)]
    await _quiet(readers)
    for one in readers:
        one.transport.pause_reading()
    before = memory_mb(hub.pid)
    peak = 0.0
    for _ in range(20):
        await send_all(hub, posts(hub, 100, size=30_000), 8)
        peak = max(peak, memory_mb(hub.pid))
    await _close([*readers, reader])
    note = f"{before:.0f} MB before, {peak:.0f} MB at most"
    return [at_most("5 stalled clients, 60 MB flood", "growth", peak - before, "MB", 10, note)]


async def replay(hub: Target, missed: int = 1000) -> list[Figure]:
    """Come back as a reader that missed 1,000 events."""
    first = await open_reader(hub, keep=True)
    await _quiet([first])
    cursor = first.text.rpartition(b"id: ")[2].split(b"\n")[0].decode()
    await _close([first])
    await asyncio.sleep(0.1)
    await send_all(hub, posts(hub, missed), 8)
    started = time.perf_counter()
    reader = await open_reader(hub, cursor, keep=True)
    await reader.reach(missed)
    took = (time.perf_counter() - started) * 1000
    await _quiet([reader])
    numbers = reader.sequence
    place = int(cursor.rpartition("-")[2])
    wrong = sum(
        1
        for expected, found in zip(range(place + 1, place + 1 + len(numbers)), numbers, strict=True)
        if expected != found
    )
    await _close([reader])
    row = "reconnect after 1,000 missed events"
    return [at_most(row, "caught up", took, "ms", 200), at_most(row, "gaps and duplicates", wrong, "", 0)]


async def idle(hub: Target) -> list[Figure]:
    """Memory and CPU of a hub with 100 sessions that has nothing to do."""
    alone = resident_mb(hub.pid)
    for number in range(100):
        body = hook_body(number).replace(b'"bench-', b'"idle-%d-' % number)
        await send_all(hub, [hub.request("POST", HOOK, body)], 1)
    readers = [await open_reader(hub) for _ in range(200)]
    await _quiet(readers)
    crowded = resident_mb(hub.pid)
    used, started = cpu_s(hub.pid), time.perf_counter()
    await asyncio.sleep(4)
    share = (cpu_s(hub.pid) - used) / (time.perf_counter() - started) * 100
    await _close(readers)
    return [
        at_most("idle", "memory", alone, "MB", 80),
        at_most("idle", "200 clients more", crowded - alone, "MB", 10, "100 sessions included"),
        at_most("idle", "CPU with 100 sessions", share, "%", 1),
    ]


async def _quiet(readers: list[Reader]) -> None:
    """Wait until nothing arrives any more."""
    total: Callable[[], int] = lambda: sum(reader.count for reader in readers)  # noqa: E731
    seen = -1
    while seen != total():
        seen = total()
        await asyncio.sleep(0.15)


async def _close(readers: Sequence[Reader | Line]) -> None:
    for reader in readers:
        reader.transport.abort()
    await asyncio.sleep(0.05)
