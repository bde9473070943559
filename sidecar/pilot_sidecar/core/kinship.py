"""Whether a program that calls the hub belongs to an agent.

Rows are tried in this order:

======================================================================  ==========================
the calling program …                                                   it is
======================================================================  ==========================
ended before it could be looked at                                      refused: gone
is a known agent, or one is among its ancestors                         refused: an agent's
was once seen below a known agent, or an ancestor of it was             refused: an agent's
carries a known agent's mark in its environment, or an ancestor does    refused: an agent's
cannot be looked into, while an agent has such a program running        refused: cannot be told
(``sudo``), or could not be found: another user's, another container's  allowed, unverified
was put by the system below its first process, or below a service       see below
manager, later than a known agent began (an orphan)
all others: a person's shell, what was there before the agents          allowed, certain
======================================================================  ==========================

An agent's child whose parent ended is such an orphan, and so is what a desktop or a login starts. Of orphans,

======================================================================  ==========================
those in a group of their own, as service managers and desktops make    allowed, unverified
for what they start (not the groups of ``systemd-run``)
those with a terminal that is no agent's: a person's new window         allowed, unverified
editors, browsers, terminals, logins, by their names                    allowed, unverified
all others                                                              refused: cannot be told
======================================================================  ==========================

A mark counts only if it names an agent that this hub knows: a developer's shell inside another agent is not refused.
What a process claims counts only against itself. Names, groups and terminals can be made up by an agent that wants to,
so they never make a call certain; that it was there before the agents cannot.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from pilot_sidecar.core.agent_processes import MARK, AgentProcesses
from pilot_sidecar.core.started_by import people_start
from pilot_sidecar.infra.ancestry import Process, environment, hidden_pids, lineage, process, unit
from pilot_sidecar.infra.liveness import ProcessMark

THREAD = "CODEX_THREAD_ID"
"""In which session Codex runs a command."""
REAPERS = frozenset(
    {"systemd", "launchd", "init", "tini", "dumb-init", "docker-init", "catatonit", "conmon", "containerd-shim"}
)
"""Programs that orphans are handed to, besides the system's first process."""


@dataclass(frozen=True, slots=True)
class Kin:
    """It belongs to an agent, or to none as far as can be told."""

    agent: str
    pid: int
    """The agent's process."""
    program: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Stranger:
    """It belongs to no agent; ``certain`` where nothing else is possible."""

    certain: bool


Verdict = Kin | Stranger | Literal["gone"]
SessionAgent = Callable[[str], str | None]
"""Tells whose session an id names, if the hub knows it."""


def judge(pid: int, agents: AgentProcesses, session_agent: SessionAgent) -> Verdict:
    """Return what a calling process is; it reads from the system, so keep it off the loop."""
    chain = lineage(pid)
    if not chain:
        return "gone"
    caller = chain[0].name
    for one in chain:
        if (agent := agents.agent_of(one.mark)) is not None:
            return Kin(agent, agents.root_of(one.mark).pid, caller)
    for one in chain:
        if (marked := _marked(one, agents, session_agent)) is not None:
            return Kin(marked[1], marked[0], caller)
    living = agents.living()
    doubts = [_doubt(orphan, chain, living) for orphan in _orphans(chain)]
    for doubt in doubts:
        if isinstance(doubt, ProcessMark):
            return Kin(agents.agent_of(doubt) or "", doubt.pid, caller, certain=False)
    return Stranger(certain=all(doubt is None for doubt in doubts))


def judge_hidden(agents: AgentProcesses) -> Verdict:
    """Return what a calling process is that this user may not look into: perhaps one that an agent has running so."""
    for pid in hidden_pids():
        chain = lineage(pid)
        for one in chain:
            if (agent := agents.agent_of(one.mark)) is not None:
                return Kin(agent, agents.root_of(one.mark).pid, chain[0].name, certain=False)
    return Stranger(certain=False)


def _marked(one: Process, agents: AgentProcesses, session_agent: SessionAgent) -> tuple[int, str] | None:
    found = environment(one.pid, (MARK, THREAD))
    if (known := agents.marked(found.get(MARK, ""))) is not None:
        return known[0].pid, known[1]
    if (thread := found.get(THREAD)) and (agent := session_agent(thread)) is not None:
        return one.pid, agent
    return None


def _orphans(chain: list[Process]) -> Iterator[Process]:
    """Yield those that may have had another parent: what ends at the first process, at a reaper, or nowhere."""
    for child, parent in zip(chain, [*chain[1:], None], strict=True):
        if child.parent == 1 or (parent is not None and parent.name in REAPERS):
            yield child
        elif parent is None and child.parent > 1:
            yield child  # its parent has ended meanwhile


def _doubt(
    orphan: Process, chain: list[Process], living: list[tuple[ProcessMark, str]]
) -> ProcessMark | Literal["unlikely"] | None:
    """Return the agent that an orphan may descend from; “unlikely” where much speaks against it, None if it cannot."""
    older = [agent for agent, _ in living if _began_before(agent, orphan)]
    if not older:
        return None
    if sys.platform == "win32" or _has_own_unit(orphan, older):
        return "unlikely"
    if _has_own_terminal(chain, older) or any(people_start(one) for one in chain):
        return "unlikely"
    return max(older, key=lambda agent: agent.started or 0)


def _began_before(agent: ProcessMark, orphan: Process) -> bool:
    return agent.started is None or orphan.started is None or agent.started <= orphan.started


def _has_own_terminal(chain: list[Process], agents: list[ProcessMark]) -> bool:
    terminals = {found.terminal for agent in agents if (found := process(agent.pid)) is not None}
    return any(one.terminal and one.terminal not in terminals for one in chain)


def _has_own_unit(orphan: Process, agents: list[ProcessMark]) -> bool:
    """Tell whether the service manager started it: children stay in their parent's group."""
    own = unit(orphan.pid)
    if own is None or "/run-" in own:
        return False
    return all(unit(agent.pid) != own for agent in agents)
