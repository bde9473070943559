"""The agents' processes that are known for certain: their own program behind a bridge or socket, or started by us.

Known are agents, everything that was ever seen to descend from one, and the marks that agents' children carry in their
environment. Posting a hook makes nobody an agent, nor does a bridge that says so: whoever calls ``add`` has looked.
"""

from collections.abc import Callable, Iterator

from pilot_sidecar.infra.ancestry import descendants
from pilot_sidecar.infra.liveness import ProcessMark, mark

MARK = "PILOT_AGENT"
"""The variable in which a known agent's children carry its key."""
KEYS = 1_000


class AgentProcesses:
    """Remembers which processes are agents, told apart from later ones with the same number."""

    def __init__(self) -> None:
        self._known: dict[ProcessMark, str] = {}
        self._offspring: dict[ProcessMark, ProcessMark] = {}
        self._keys: dict[str, ProcessMark] = {}
        self._added: list[Callable[[], None]] = []
        self.generation = 0
        """Grows whenever there is another agent: what was found before may not hold any more."""

    def add(self, agent: str, pid: int, key: str = "") -> None:
        """Note that a process is an agent's; its children may carry a key in their environment."""
        if self.restore(agent, mark(pid), key):
            for callback in self._added:
                callback()

    def on_add(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` whenever more is known."""
        self._added.append(callback)

    def restore(self, agent: str, found: ProcessMark, key: str = "") -> bool:
        """Note what an earlier hub knew of a process; tell whether it is news."""
        is_new = self._known.get(found) != agent
        if is_new:
            self._known[found] = agent
            self.generation += 1
        if key and self._keys.get(key) != found:
            is_new = True
            self._keys[key] = found
            if len(self._keys) > KEYS:
                del self._keys[next(iter(self._keys))]
        return is_new

    def with_keys(self) -> Iterator[tuple[ProcessMark, str, str]]:
        """Yield each agent once for each key that its children may carry, or once with none."""
        keys: dict[ProcessMark, list[str]] = {}
        for key, found in self._keys.items():
            keys.setdefault(found, []).append(key)
        for found, agent in self:
            for key in keys.get(found, [""]):
                yield found, agent, key

    def agent_of(self, found: ProcessMark) -> str | None:
        """Return whose process it is, if it is an agent's or was seen to descend from one."""
        return self._known.get(self._offspring.get(found, found))

    def root_of(self, found: ProcessMark) -> ProcessMark:
        """Return the agent's own process that a process of its belongs to."""
        return self._offspring.get(found, found)

    def marked(self, key: str) -> tuple[ProcessMark, str] | None:
        """Return the agent whose children carry a key."""
        found = self._keys.get(key)
        return (found, self._known[found]) if found is not None and found in self._known else None

    def living(self) -> list[tuple[ProcessMark, str]]:
        """Return the agents that run now."""
        return [(found, agent) for found, agent in self if found.alive()]

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[tuple[ProcessMark, str]]:
        return iter(tuple(self._known.items()))

    def look(self) -> None:
        """Note what descends from agents now: once an agent's, always an agent's. Keep it off the loop."""
        self._forget()
        agents = {found: found for found, _ in self.living()}
        for child, root in descendants({**self._offspring, **agents}):
            if child.mark not in self._known:
                self._offspring.setdefault(child.mark, root)

    def _forget(self) -> None:
        """Let go of what has ended, and of agents that nothing is left of."""
        for gone in [found for found in tuple(self._offspring) if not found.alive()]:
            del self._offspring[gone]
        needed = {*self._offspring.values(), *self._keys.values()}
        for found, _ in self:
            if found not in needed and not found.alive():
                del self._known[found]
