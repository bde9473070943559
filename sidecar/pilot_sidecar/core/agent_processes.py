"""The agents' processes that are known for certain: their own program behind a bridge or socket, or started by us."""

from collections.abc import Iterator

from pilot_sidecar.infra.liveness import ProcessMark, mark


class AgentProcesses:
    """Remembers which processes are agents, told apart from later ones with the same number."""

    def __init__(self) -> None:
        self._known: dict[ProcessMark, str] = {}
        self.generation = 0
        """Grows whenever there is another agent: what was found before may not hold any more."""

    def add(self, agent: str, pid: int) -> None:
        """Note that a process is an agent's."""
        found = mark(pid)
        if self._known.get(found) != agent:
            self._known[found] = agent
            self.generation += 1

    def agent_of(self, found: ProcessMark) -> str | None:
        """Return whose process it is, if it is an agent's."""
        return self._known.get(found)

    def __iter__(self) -> Iterator[tuple[ProcessMark, str]]:
        return iter(tuple(self._known.items()))
