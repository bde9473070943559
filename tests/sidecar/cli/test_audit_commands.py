"""``pilot audit``: what happened, and whether the record is whole."""

import csv
import io
import json

import pytest

from fakes.found_hub import Door
from fakes.hub_process import HubProcess, pilot
from pilot_sidecar.core.asks_model import Actor


async def test_a_hub_keeps_a_record_from_its_start_to_its_stop(hub: HubProcess) -> None:
    for _ in range(3):
        await hub.call("POST", "/api/pair", {"scope": "view"})
    await hub.stop()
    code, out, _ = await pilot(hub.home, "audit", "verify")
    assert (code, out) == (0, "The audit log is whole: 5 lines in 1 file.\n")
    lines = (await pilot(hub.home, "audit", "show"))[1].splitlines()
    actions = ["hub.started", *["pairing.created"] * 3, "hub.stopping"]
    assert [line.split()[2] for line in lines] == actions
    assert "this machine" in lines[1]
    log = hub.home / "audit.jsonl"
    assert log.stat().st_mode & 0o777 == 0o600
    whole = log.read_text()
    log.write_text(whole.replace('"view"', '"admin"', 1))
    assert await pilot(hub.home, "audit", "verify") == (1, "audit.jsonl, line 2 was changed.\n", "")
    log.write_text(whole.rpartition('{"n": 5')[0])
    code, out, _ = await pilot(hub.home, "audit", "verify")
    assert (code, out) == (1, "The end is missing: the log had 5 lines, now it ends with line 4.\n")
    log.write_text(whole)
    assert (await pilot(hub.home, "audit", "verify"))[0] == 0


async def test_a_hub_that_was_killed_is_repaired_and_said_so(hub: HubProcess) -> None:
    await hub.call("POST", "/api/pair", {})
    await hub.stop(9)
    with (hub.home / "audit.jsonl").open("a") as log:
        log.write('{"n": 3, "at": 17')
    code, out, _ = await pilot(hub.home, "audit", "verify")
    assert (code, "is incomplete" in out) == (0, True)
    assert (await pilot(hub.home, "up", "--detach"))[0] == 0
    assert (await pilot(hub.home, "stop"))[0] == 0
    code, out, _ = await pilot(hub.home, "audit", "verify")
    assert (code, out.startswith("Note: audit.jsonl, line 3: incomplete since the hub died")) == (0, True)
    assert "The audit log is whole: 7 lines in 1 file." in out, out
    shown = (await pilot(hub.home, "audit", "show", "--action", "audit"))[1]
    assert "audit.repaired" in shown


async def test_there_is_none_before_anything_happened(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    assert await pilot(home, "audit", "verify") == (0, "There is no audit log yet.\n", "")
    assert await pilot(home, "audit", "show") == (0, "There is no such entry.\n", "")


@pytest.fixture
async def recorded(door: Door) -> Door:
    """A log with an old entry, and one with a name that would steer a terminal or a spreadsheet."""
    clock = door.services.clock
    clock.advance(-3 * 86_400)  # type: ignore[attr-defined] # a fake
    door.services.audit.record("device.paired", Actor(kind="device", name="Old"), device="dev_1")
    clock.advance(3 * 86_400)  # type: ignore[attr-defined]
    nasty = "=HYPERLINK(1)\x1b[2J\nforged  line"
    door.services.audit.record("device.revoked", Actor(kind="owner", name=nasty, verified=False), device="dev_1")
    await door.services.audit.close()
    return door


async def test_entries_are_chosen_by_age_action_and_number(recorded: Door) -> None:
    async def shown(*arguments: str) -> list[str]:
        code, out, err = await pilot(recorded.home, "audit", "show", *arguments)
        assert (code, err) == (0, "")
        return out.splitlines()

    assert len(await shown()) == 2
    [line] = await shown("--since", "2d")
    assert "=HYPERLINK(1)\\x1b[2J\\x0aforged  line (unverified)" in line
    assert [json.loads(line)["by"]["name"] for line in await shown("--action", "device.p", "--json")] == ["Old"]
    assert "device.revoked" in (await shown("-n", "1"))[0]
    for few in ("0", "-3", "many"):
        assert (await pilot(recorded.home, "audit", "show", "-n", few))[0] == 2, "one line was shown"
    assert (await pilot(recorded.home, "audit", "show", "--since", "yesterday"))[0] == 2


async def test_an_export_is_private_and_harmless(recorded: Door) -> None:
    path = recorded.home.parent / "out.csv"
    assert (await pilot(recorded.home, "audit", "export", str(path), "--format", "csv"))[0] == 0
    assert path.stat().st_mode & 0o777 == 0o600
    head, _, nasty = csv.reader(io.StringIO(path.read_text()))
    assert nasty[head.index("name")].startswith("'=HYPERLINK")
    assert (nasty[head.index("verified")], nasty[head.index("action")]) == ("false", "device.revoked")
    code, out, _ = await pilot(recorded.home, "audit", "export", "-")
    assert (code, out) == (0, (recorded.home / "audit.jsonl").read_text())
    code, _, err = await pilot(recorded.home, "audit", "export", str(path.parent / "nowhere" / "x"))
    assert (code, err.endswith("nowhere/x cannot be written: No such file or directory.\n")) == (1, True)
