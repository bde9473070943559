"""The live sessions outside the shared daemon: how each is met, and that none stays live for ever."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from pilot_sidecar.core.services import Services
from pilot_sidecar.integrations.codex.outsider import Outsider
from pilot_sidecar.integrations.codex.payloads import HookPayload
from pilot_sidecar.integrations.codex.sessions import AGENT

REVIVING = frozenset({"SessionStart", "UserPromptSubmit", "PermissionRequest", "SubagentStart"})
"""Events that make an ended session live again; others arriving late change nothing."""
CHECK_S = 5.0
"""Pause between two looks at the processes."""
QUIET_S = 15 * 60.0
"""A session of which nothing is heard for this long, and whose process is not known, is not shown as live."""
LAST_WORDS_S = 2.0
logger = logging.getLogger(__name__)


class Outsiders:
    """Finds the session a hook is about; ends those whose process is gone."""

    def __init__(self, services: Services, owns: Callable[[str, str | None], Awaitable[bool]]) -> None:
        self._services = services
        self._owns = owns
        self._live: dict[str, Outsider] = {}

    def known(self, payload: HookPayload, event: str) -> Outsider | None:
        """Return a session that is live already; None when it has to be met first."""
        found = self._live.get(payload.thread_id)
        if found is None or (found.ending and event in REVIVING):
            return None
        return found

    async def meet(self, payload: HookPayload, event: str, at: int) -> Outsider | None:
        """Return the session a first hook tells of; None for a straggler after its end."""
        await self._last_words(payload.thread_id)
        path = _rollout_path(payload)
        present = path is not None and await asyncio.to_thread(_is_file, path)
        if (met := self.known(payload, event)) is not None:  # by another hook, meanwhile
            return met
        if event not in REVIVING and (self._ended(payload.thread_id) or self._ended(payload.session_id)):
            return None
        return self._introduce(payload, event, at, path, present=present)

    def drop(self, session_id: str) -> None:
        """Say no more of a session that runs in the daemon now, nor of its sub-agents."""
        for outsider in self._family(session_id):
            self._live.pop(outsider.id, None)
            outsider.close()

    async def run(self) -> None:
        """Look at the processes until cancelled."""
        while True:
            await asyncio.sleep(CHECK_S)
            try:
                await self.check()
            except Exception:
                logger.exception("the processes of Codex could not be looked at")

    async def check(self) -> None:
        """End the sessions whose process is gone, rest those nobody hears of, leave those that others tell of."""
        for outsider in list(self._live.values()):
            if outsider.session.parent_id is None and await self._owns(outsider.id, outsider.rollout):
                self.drop(outsider.id)  # a socket that was not there at its first hook
                continue
            if outsider.mark is not None:
                if not await outsider.goes_on():
                    self._gone(outsider)
            elif outsider.follower is not None and outsider.follower.present:
                await outsider.follower.look()
            if outsider.mark is None and self._quiet(outsider) and not outsider.ending:
                outsider.rest(self._services.clock.now_ms())

    def _introduce(self, payload: HookPayload, event: str, at: int, path: Path | None, *, present: bool) -> Outsider:
        if payload.agent_id is not None and payload.session_id not in self._live:
            self._introduce(_of_parent(payload), event, at, None, present=False)
        outsider = Outsider(self._services, payload, self._over)
        self._live[outsider.id] = outsider
        if event != "SessionStart" or payload.agent_id is not None:  # that one announces it itself
            outsider.greet(payload, at)
        if path is not None:
            outsider.follow(path, present=present)
        return outsider

    def _over(self, outsider: Outsider) -> None:
        if self._live.get(outsider.id) is outsider:
            del self._live[outsider.id]
        at = self._services.clock.now_ms()
        for child in [one for one in self._live.values() if one.session.parent_id == outsider.id]:
            child.end(at)

    def _gone(self, outsider: Outsider) -> None:
        payload = HookPayload(session_id=outsider.id, hook_event_name="SessionEnd")
        outsider.hear("SessionEnd", payload, self._services.clock.now_ms())

    def _quiet(self, outsider: Outsider) -> bool:
        asks = any(record.ask.session_id == outsider.id for record in self._services.asks.pending(AGENT))
        return not asks and self._services.clock.monotonic_s() - outsider.news_s > QUIET_S

    def _ended(self, session_id: str) -> bool:
        if session_id in self._live:
            return False
        session = self._services.sessions.get(session_id)
        return session is not None and session.state == "ended"

    def _family(self, session_id: str) -> list[Outsider]:
        return [
            outsider
            for outsider in self._live.values()
            if session_id in (outsider.id, outsider.session.parent_id, outsider.session.root_id)
        ]

    async def _last_words(self, session_id: str) -> None:
        """Let an ending session be told to its end, before it begins anew."""
        old = self._live.get(session_id)
        if old is None or old.follower is None:
            return
        try:
            async with asyncio.timeout(LAST_WORDS_S):
                await old.follower.ended.wait()
        except TimeoutError:
            self.drop(session_id)


def _of_parent(payload: HookPayload) -> HookPayload:
    """Return the payload as if it came from the session that the sub-agent works for."""
    nothing = {"agent_id": None, "agent_type": None, "agent_transcript_path": None, "transcript_path": None}
    return payload.model_copy(update=nothing)


def _rollout_path(payload: HookPayload) -> Path | None:
    """Return the rollout's path, unless it cannot be one: a hook must not make the hub read other files."""
    if payload.rollout is None:
        return None
    path = Path(payload.rollout)
    if payload.agent_id is not None and not path.stem.endswith(payload.agent_id):  # it is the parent's
        return None
    return path if path.is_absolute() and path.suffix == ".jsonl" and path.name.startswith("rollout-") else None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
