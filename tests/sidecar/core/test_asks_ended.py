"""What became of a session's asks, as its history names it."""

from pathlib import Path

from fakes.domain import make_draft, make_session, open_domain
from pilot_sidecar.core.ask_records import Delivered
from pilot_sidecar.core.asks import ENDED_SHOWN
from pilot_sidecar.core.asks_model import Actor, Ask, DecisionRequest
from pilot_sidecar.core.events import SessionStarted
from pilot_sidecar.core.services import Services

PHONE = Actor(kind="device", name="Phone")


async def test_those_of_the_session_and_its_sub_agents_oldest_first_restarts_or_not(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        for name, parent in (("root", None), ("child", "root"), ("other", None)):
            session = make_session(name, parent_id=parent)
            services.bus.publish(SessionStarted(at=1, session_id=name, agent="opencode", session=session))
        for name in ("root", "other", "child", "root"):
            await _deny(services, name)
        await services.asks.open(make_draft(session_id="root"), _deliver)
    async with open_domain(tmp_path) as services:
        ended = await services.asks.ended("root")
        assert [ask.session_id for ask in ended] == ["root", "child", "root"]
        assert {ask.resolution.by.name for ask in ended if ask.resolution} == {"Phone"}
        assert [ask.session_id for ask in await services.asks.ended("child")] == ["child"]


async def test_only_the_newest(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        made = [await _deny(services, "s1") for _ in range(ENDED_SHOWN + 3)]
        assert [ask.id for ask in await services.asks.ended("s1")] == made[3:]


async def _deny(services: Services, session: str) -> str:
    services.clock.advance(1)  # type: ignore[attr-defined] # the fake clock
    ask = await services.asks.open(make_draft(session_id=session), _deliver)
    await services.asks.decide(ask.id, DecisionRequest(kind="deny"), PHONE)
    return ask.id


async def _deliver(_ask: Ask, _request: DecisionRequest) -> Delivered:
    return Delivered()
