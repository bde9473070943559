"""What the audit log says of a hub: who did what from where, and nothing lost to a crash."""

import asyncio
import json
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.domain import make_draft, open_domain
from pilot_sidecar.core.asks_model import Actor, DecisionRequest
from pilot_sidecar.core.audit_verify import entries, read_anchor, verify
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.whence import CALLING, Noted, Whence

PHONE = Actor(kind="device", name="Änne's phone")


async def until_anchored(home: Path, lines: int) -> None:
    async with asyncio.timeout(5):
        while (anchor := read_anchor(home)) is None or anchor.lines < lines:
            await asyncio.sleep(0.01)


async def decide(services: Services, ask_id: str, noted: Noted | None = None, actor: Actor = PHONE) -> None:
    ask = await services.asks.open(make_draft(id=ask_id, input={"command": "curl -H secret"}), None)
    CALLING.set(noted)
    await services.asks.decide(ask_id, DecisionRequest(kind="allow_once", digest=ask.digest), actor, ask_id)


async def test_it_says_how_each_ask_ended_once_and_from_where(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        noted = Noted("dev_1", Whence("lan", "192.168.1.7"))
        await decide(services, "per_1", noted)
        CALLING.set(None)
        ask = await services.asks.get("per_1")
        await services.asks.decide("per_1", DecisionRequest(kind="allow_once", digest=ask.digest), PHONE, "per_1")
        await services.asks.open(make_draft(id="per_2"), None)
        CALLING.set(noted)  # a call that makes the terminal answer is not the terminal
        await services.asks.resolve_elsewhere("per_2", Actor(kind="terminal"), "deny")
    first, second = entries(tmp_path)
    assert first["from"] == {"device": "dev_1", "address": "192.168.1.7", "reach": "lan"}
    assert first["by"] == {"kind": "device", "name": "Änne's phone", "verified": True}
    assert (first["ask"], first["choice"], first["tool"]) == ("per_1", "allow_once", "bash")
    assert (second["ask"], second["choice"], second.get("from")) == ("per_2", "deny", None)
    assert "secret" not in (tmp_path / "audit.jsonl").read_text()


async def test_two_calls_at_once_are_not_mixed_up(tmp_path: Path) -> None:
    """The bus announces the second event from within the first one's turn."""
    async with open_domain(tmp_path) as services, asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(
                decide(services, f"per_{number}", Noted(f"dev_{number}", Whence("lan", f"10.0.0.{number}")))
            )
    found = {str(line["ask"]): line["from"] for line in entries(tmp_path)}
    assert found == {
        f"per_{number}": {"device": f"dev_{number}", "address": f"10.0.0.{number}", "reach": "lan"}
        for number in range(20)
    }


async def test_it_goes_on_over_restarts_and_the_database_knows_how_far_it_is(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        services.audit.record("settings.changed", Actor(kind="owner"), names="port\ud800", nothing=None)
        await until_anchored(tmp_path, 1)
    async with open_domain(tmp_path) as services:
        services.audit.record("session.prompt", Actor(kind="owner"), session="s1")
    assert (anchor := read_anchor(tmp_path)) is not None
    assert anchor.lines == 2
    report = verify(tmp_path)
    assert (report.lines, report.problems, report.notes) == (2, [], [])
    path = tmp_path / "audit.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    assert "The end is missing" in verify(tmp_path).problems[0]


async def test_a_hub_that_only_looks_writes_nothing(tmp_path: Path) -> None:
    async with open_domain(tmp_path):
        pass
    assert not (tmp_path / "audit.jsonl").exists()


async def test_a_decision_whose_line_a_crash_took_is_added_at_the_next_start(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        await decide(services, "per_1")
        await until_anchored(tmp_path, 1)
        services.audit._put = lambda *_, **__: None  # type: ignore[method-assign] # the crash: it never got there
        await decide(services, "per_2")
    for _ in range(2):
        async with open_domain(tmp_path) as services:
            services.audit.record("hub.started", Actor(kind="hub"))
    assert [(line["action"], line.get("ask"), line.get("recovered")) for line in entries(tmp_path)] == [
        ("ask.ended", "per_1", None), ("ask.ended", "per_2", True), ("hub.started", None, None),
        ("hub.started", None, None),
    ]  # fmt: skip
    assert verify(tmp_path).problems == []


async def test_a_decision_whose_line_made_it_is_not_told_twice(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        services.audit._note = lambda *_: None  # type: ignore[method-assign] # the crash: the database never heard
        await decide(services, "per_1")
    async with open_domain(tmp_path) as services:
        services.audit.record("hub.started", Actor(kind="hub"))
    assert [line["action"] for line in entries(tmp_path)] == ["ask.ended", "hub.started"]
    async with open_domain(tmp_path) as services:
        assert services.store.read_now("SELECT * FROM audit_due") == []


async def test_a_disk_that_refuses_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from pilot_sidecar.core import audit_writer

    monkeypatch.setattr(audit_writer, "RETRY_S", 0.02)
    (tmp_path / "audit.jsonl").mkdir()
    async with open_domain(tmp_path) as services:
        for number in range(3):
            services.audit.record("settings.changed", Actor(kind="owner"), names=f"n{number}")
        async with asyncio.timeout(5):
            while "cannot be written" not in caplog.text:
                await asyncio.sleep(0.01)
        (tmp_path / "audit.jsonl").rmdir()
        await until_anchored(tmp_path, 3)
    assert [line["names"] for line in entries(tmp_path)] == ["n0", "n1", "n2"]
    assert caplog.text.count("cannot be written") == 1


async def test_what_is_too_much_for_the_disk_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pilot_sidecar.core import audit_writer

    monkeypatch.setattr(audit_writer, "RETRY_S", 0.02)
    monkeypatch.setattr(audit_writer, "QUEUED", 5)
    monkeypatch.setattr(audit_writer, "GROUP", 1)
    (tmp_path / "audit.jsonl").mkdir()
    async with open_domain(tmp_path) as services:
        for _ in range(50):
            services.audit.record("settings.changed", Actor(kind="owner"))
        (tmp_path / "audit.jsonl").rmdir()
    gap = [line for line in entries(tmp_path) if line["action"] == "audit.gap"]
    written = [line for line in entries(tmp_path) if line["action"] == "settings.changed"]
    assert len(written) + sum(int(str(line["count"])) for line in gap) == 50
    assert gap
    assert verify(tmp_path).problems == []


async def test_lines_of_an_earlier_version_stay_valid(tmp_path: Path) -> None:
    from pilot_sidecar.core.audit_entries import GENESIS, chain_hash

    old: dict[str, object] = {"at": 1, "action": "hub.stop", "by": {"kind": "owner"}, "prev": GENESIS}
    old["hash"] = chain_hash(old)
    (tmp_path / "audit.jsonl").write_text(json.dumps(old) + "\n")
    async with open_domain(tmp_path, FakeClock()) as services:
        services.audit.record("hub.stop", Actor(kind="owner"))
    assert verify(tmp_path).problems == []
    assert [line.get("n") for line in entries(tmp_path)] == [None, 2]


async def test_who_asked_for_a_yes_is_recorded_and_that_nobody_answered(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        services.confirmations.ask("pairing", "Pixel", "operate", Whence("tunnel", "203.0.113.9"))
        clock.advance(120)
        services.confirmations.expire_due()
    asked, expired = entries(tmp_path)
    assert (asked["action"], asked["name"], asked["address"]) == ("confirmation.asked", "Pixel", "203.0.113.9")
    assert (expired["action"], expired["confirmation"]) == ("confirmation.expired", asked["confirmation"])
