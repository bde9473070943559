"""Whether each agent is there, and whether Pilot is connected to it."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from pilot_sidecar.cli.checks.scene import Scene, agent_options
from pilot_sidecar.core.checks import Check

if TYPE_CHECKING:
    from pilot_sidecar.server.registry import AgentIntegration

Job = Callable[[Scene], list[Check]]
_NOTHING = "not_installed"


def jobs() -> dict[str, Job]:
    """Return one look for each agent: each calls a program, so they are done at the same time."""
    from pilot_sidecar.server import registry

    return {agent.name: partial(_agent, agent) for agent in registry.agents()}


def _agent(agent: "AgentIntegration", scene: Scene) -> list[Check]:
    return [*agent.check(agent_options(scene)), *_connected(agent, scene)]


def _connected(agent: "AgentIntegration", scene: Scene) -> Iterator[Check]:
    """Yield what the hub says of it, where it has something to say."""
    known = {status["agent"]: status for status in scene.snapshot.get("agents", [])}
    status = known.get(agent.name)
    if status is None or status["state"] == _NOTHING:
        return
    name, live = f"{agent.name}.connected", status.get("connections", 0)
    if status["state"] == "degraded":
        message = f"The hub has trouble with {agent.label}: {status.get('message') or 'see `pilot logs`'}"
        yield Check(id=name, status="warn", message=message, fix=f"Start {agent.label} anew; `pilot logs` says more.")
    elif status["state"] == "connected" or live:
        yield Check(id=name, status="ok", message=f"{agent.label} is connected ({live or 1} live).")
    else:
        yield Check(id=name, status="ok", message=f"No {agent.label} runs now.")


def any_found(checks: list[Check]) -> list[Check]:
    """Return what to do where there is no agent at all."""
    if any(check.id.endswith(".version") and not check.message.endswith("is not installed here.") for check in checks):
        return []
    path = os.environ.get("PATH", "")
    message = f"No agent was found on this PATH ({path.count(os.pathsep) + 1} folders)."
    fix = "Install OpenCode (https://opencode.ai) or Codex (`npm install -g @openai/codex`), then run `pilot init`."
    return [Check(id="agents.any", status="warn", message=message, fix=fix)]
