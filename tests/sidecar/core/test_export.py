"""A session as a file: whole, in order, bounded, under a name that every system takes."""

import json
from pathlib import Path

import pytest

from fakes.domain import make_draft, make_session, open_domain
from pilot_sidecar.core import export as export_module
from pilot_sidecar.core.asks_model import Actor, DecisionRequest
from pilot_sidecar.core.errors import AgentUnavailableError, NotFoundError
from pilot_sidecar.core.events import MessageCompleted, SessionStarted, ToolCompleted
from pilot_sidecar.core.export import export
from pilot_sidecar.core.marks import MarkChange
from pilot_sidecar.core.models import Item, Session, TextItem
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.sessions import ItemPage


class Remembers:
    """A driver that knows what was said before Pilot listened."""

    remembers = True

    def __init__(self, older: int) -> None:
        self.older = older

    async def history(self, _session: Session, before: str | None, limit: int) -> ItemPage | None:
        if self.older < 0:
            raise AgentUnavailableError("It is away.")
        end = int(before) if before else self.older
        first = max(0, end - limit)
        items: list[Item] = [TextItem(id=f"old{n}", at=n, text=f"older {n}") for n in range(first, end)]
        return ItemPage(items=items, before=str(first) if first else None, seq=0)


def start(services: Services, session_id: str = "s1", **fields: object) -> None:
    session = make_session(session_id, **fields)
    services.bus.publish(SessionStarted(at=1, session_id=session_id, agent="opencode", session=session))


def say(services: Services, number: int, session_id: str = "s1", text: str = "") -> None:
    services.bus.publish(
        MessageCompleted(
            at=10_000 + number, session_id=session_id, agent="opencode", message_id=f"m{number}", part_id=f"p{number}",
            text=text or f"said {number}",
        )
    )  # fmt: skip


async def test_it_goes_back_into_the_agents_own_history(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        services.agents.register("opencode", Remembers(450))  # type: ignore[arg-type] # only its history is asked for
        start(services, capabilities={"history": True})
        for number in range(450):
            say(services, number)
        written = await export(services, "s1", "json")
        texts = [item["text"] for item in json.loads(written.text)["items"]]
        assert texts == [f"older {n}" for n in range(450)] + [f"said {n}" for n in range(450)]


async def test_an_agent_that_is_away_is_said_so(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        services.agents.register("opencode", Remembers(-1))  # type: ignore[arg-type] # only its history is asked for
        start(services, capabilities={"history": True})
        for number in range(export_module.PAGE):
            say(services, number)
        written = await export(services, "s1", "markdown")
        assert "could not be asked" in written.text
        assert "said 0" in written.text


async def test_json_has_sub_agents_asks_and_marks(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services, title="Agent's title")
        start(services, "child", parent_id="s1", root_id="s1")
        say(services, 1)
        say(services, 2, "child")
        ask = await services.asks.open(make_draft())
        await services.asks.decide(ask.id, DecisionRequest(kind="deny"), Actor(kind="owner"))
        await services.marks.change("s1", MarkChange(name="Über: a/b?", labels=["x"]))
        written = await export(services, "s1", "json")
        found = json.loads(written.text)
        assert (found["format"], found["version"]) == ("pilot.transcript", 1)
        assert found["mark"]["name"] == "Über: a/b?"
        assert [(one["id"], one["resolution"]["choice"]) for one in found["asks"]] == [(ask.id, "deny")]
        assert [below["session"]["id"] for below in found["subAgents"]] == ["child"]
        assert [item["text"] for item in found["subAgents"][0]["items"]] == ["said 2"]
        assert (written.name, written.mime) == ("Über-a-b-1970-01-01.json", "application/json")


@pytest.mark.parametrize(
    "title",
    ["../../etc/passwd", "CON", "a" * 500, "👋", "语" * 200, "", "x\x00y\n", ".", "-rf", 'a<b>:"|?*\\', "e\u0301"],
)
async def test_file_names_fit_everywhere(tmp_path: Path, title: str) -> None:
    async with open_domain(tmp_path) as services:
        start(services, title=title)
        name = (await export(services, "s1", "markdown")).name
        assert name.endswith("-1970-01-01.md")
        assert len(name.encode()) < 150
        assert all(letter.isalnum() or letter in "-." for letter in name)
        assert name[0].isalnum()
        (tmp_path / name).write_text("it can be written")


async def test_too_much_is_cut_at_its_beginning_and_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_module, "LIMIT", 300_000)
    monkeypatch.setattr(export_module, "OUTPUT", 10_000)
    async with open_domain(tmp_path) as services:
        start(services)
        for number in range(1_000):
            say(services, number, text=f"said {number} " + "x" * 500)
        output = ToolCompleted(
            at=20_000, session_id="s1", agent="opencode", call_id="c1", tool="bash", output="y" * 50_000
        )
        services.bus.publish(output)
        written = await export(services, "s1", "markdown")
        assert len(written.text) < 400_000
        assert "Older parts are left out" in written.text
        assert "said 999" in written.text
        assert "said 0 " not in written.text
        assert "… 40000 characters more" in written.text


async def test_what_is_not_there_is_not_exported(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        with pytest.raises(NotFoundError):
            await export(services, "nobody", "json")
        start(services, agent="an agent of old", capabilities={"history": True})
        say(services, 1)
        assert "said 1" in (await export(services, "s1", "markdown")).text
        await services.bin.delete("s1")
        with pytest.raises(NotFoundError):
            await export(services, "s1", "json")
