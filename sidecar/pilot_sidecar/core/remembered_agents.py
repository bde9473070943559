"""Known agents outlive their hub: who ends it and is quick finds the next one as wary as the last."""

import asyncio
import logging

from pydantic import Field, ValidationError

from pilot_sidecar.core.agent_processes import AgentProcesses
from pilot_sidecar.core.store import Store, Write
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.infra.liveness import ProcessMark

MOST = 1_000
_UPSERT = (
    "INSERT INTO preferences (key, body) VALUES ('agents', ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body"
)
logger = logging.getLogger(__name__)


class _Remembered(Wire):
    agent: str
    pid: int
    started: int
    key: str = ""
    """What its children carry in their environment; ``""`` if nothing."""


class _All(Wire):
    agents: list[_Remembered] = Field(default_factory=list, max_length=MOST)


class RememberedAgents:
    """Takes up what the last hub knew of agents that still run, and keeps that on disk."""

    def __init__(self, processes: AgentProcesses, store: Store) -> None:
        self._processes = processes
        self._store = store
        for one in _read(store):
            found = ProcessMark(one.pid, one.started)
            if found.alive():
                processes.restore(one.agent, found, one.key)
        processes.on_add(self._keep)

    def _keep(self) -> None:
        found = [
            _Remembered(agent=agent, pid=mark.pid, started=mark.started, key=key)
            for mark, agent, key in self._processes.with_keys()
            if mark.started is not None and mark.alive()
        ]
        known = _All(agents=found[-MOST:])
        self._store.commit([Write(_UPSERT, (known.encode().decode(),))]).add_done_callback(_tell_failure)


def _tell_failure(written: "asyncio.Future[None]") -> None:
    if not written.cancelled() and (error := written.exception()) is not None:
        logger.warning("which agents run could not be written down: %s", error)


def _read(store: Store) -> list[_Remembered]:
    rows = store.read_now("SELECT body FROM preferences WHERE key = 'agents'")
    try:
        return _All.model_validate_json(str(rows[0][0])).agents if rows else []
    except ValidationError:
        logger.error("which agents ran is not understood: they are known again once their bridges are back")
        return []
