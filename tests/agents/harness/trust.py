"""A user who trusts Codex's hooks: what "Trust all" in its terminal writes, without the terminal."""

from agents.harness.codex import CodexSandbox
from agents.harness.waiting import LIMIT_S
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.integrations.codex.greeting import greet
from pilot_sidecar.integrations.codex.rpc import AppServer, Said
from pilot_sidecar.integrations.codex.stdio import start_app_server


async def trust_hooks(codex: CodexSandbox) -> None:
    """Have Codex trust every hook it knows."""

    async def ignore(_: Said) -> None:
        pass

    async with start_app_server(str(codex.program), codex.environ) as carrier, Tasks("trust") as tasks:
        server = AppServer(carrier, ignore)
        tasks.spawn("listen", server.listen())
        await greet(server)
        answer = await server.call("hooks/list", {"cwds": [str(codex.project)]}, LIMIT_S)
        hooks = [hook for place in answer["data"] for hook in place["hooks"]]  # type: ignore[attr-defined]
        state = {hook["key"]: {"trusted_hash": hook["currentHash"]} for hook in hooks}
        edit = {"keyPath": "hooks.state", "mergeStrategy": "upsert", "value": state}
        await server.call("config/batchWrite", {"edits": [edit], "reloadUserConfig": True})
