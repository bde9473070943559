"""A home of Codex's in which it never ran, and what a user does there."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from agents.harness.codex import CodexSandbox
from pilot_sidecar.integrations.codex.greeting import greet
from pilot_sidecar.integrations.codex.install import install
from pilot_sidecar.integrations.codex.planning import plan_install
from pilot_sidecar.integrations.codex.plugin import PLUGIN_ID
from pilot_sidecar.integrations.codex.rpc import AppServer, Json, Said
from pilot_sidecar.integrations.codex.stdio import start_app_server
from pilot_sidecar.integrations.codex.uninstall import uninstall
from pilot_sidecar.integrations.ports import InstallOptions, InstallPlan, InstallReport

MINE = """\
# mine
model  =  "gpt-5.5"   # odd spacing

[features]
# keep
memories = false
"""
PEER = """\
# above
model = "gpt-5.5"

[hooks]
endpoint = "http://127.0.0.1:4097/codex" # the peer's
token = "abc"

# below
[features]
memories = false
"""
OWN_HOOK = '\n[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "true"\n'
PLAIN = MINE.encode()
FORMS = {
    "plain": PLAIN,
    "windows": MINE.replace("\n", "\r\n").encode(),
    "byte order mark": b"\xef\xbb\xbf" + MINE.encode(),
    "no last line end": MINE.strip().encode(),
    "inline tables": b'plugins = { "a@b" = { enabled = true } }\n',
    "own hooks": (MINE + OWN_HOOK).encode(),
    "a table of hooks with nothing in it": (MINE + "\n[hooks]\n# nothing yet\n").encode(),
    "own trust": (MINE + '\n[hooks.state."/a:stop:0:0"]\ntrusted_hash = "sha256:ab"\n# end\n').encode(),
    "empty": b"",
    "none": None,
}
ANY_START = ("tmp", ".tmp", "skills", "installation_id")
"""What any start of Codex leaves in its home, besides its databases."""


class Home:
    """A home of Codex's in which it never ran, and what a user does there."""

    def __init__(self, sandbox: CodexSandbox, root: Path, config: bytes | None) -> None:
        self.path = root / "codex"
        self.path.mkdir(parents=True)
        self.config = self.path / "config.toml"
        if config is not None:
            self.config.write_bytes(config)
        environ = {**sandbox.environ, "CODEX_HOME": str(self.path)}
        self.options = InstallOptions(home=root / "pilot", environ=environ)

    def install(self) -> InstallReport:
        return install(self.options, str(shutil.which("codex", path=self.options.environ["PATH"])))

    def plan(self) -> InstallPlan:
        return plan_install(self.options, str(shutil.which("codex", path=self.options.environ["PATH"])))

    def uninstall(self) -> InstallReport:
        return uninstall(self.options)

    def bytes(self) -> bytes | None:
        return self.config.read_bytes() if self.config.exists() else None

    def ask(self, method: str, params: Json) -> Json:
        return asyncio.run(_ask(self.options.environ, method, params))

    def hooks(self) -> list[Json]:
        found = self.ask("hooks/list", {"cwds": [str(self.path)]})
        return [hook for folder in found["data"] for hook in folder["hooks"]]

    def trust(self, *, all_hooks: bool = False) -> None:
        """Do what Codex's review screen does."""
        chosen = [hook for hook in self.hooks() if all_hooks or hook["pluginId"] == PLUGIN_ID]
        state = {str(hook["key"]): {"trusted_hash": hook["currentHash"]} for hook in chosen}
        edit = {"keyPath": "hooks.state", "value": state, "mergeStrategy": "upsert"}
        self.ask("config/batchWrite", {"edits": [edit]})

    def trusts(self) -> set[object]:
        return {hook["trustStatus"] for hook in self.hooks() if hook["pluginId"] == PLUGIN_ID}

    def own(self) -> list[str]:
        """What Pilot has of its own, copies of what it edited apart."""
        found = self.options.home.iterdir() if self.options.home.exists() else ()
        return [path.name for path in found if path.name != "backups"]

    def left(self) -> list[str]:
        """What is there that any start of Codex would not leave."""
        names = (str(path.relative_to(self.path)) for path in self.path.rglob("*"))
        return sorted(name for name in names if not name.startswith(ANY_START) and ".sqlite" not in name)


async def _ask(environ: Mapping[str, str], method: str, params: Json) -> Json:
    async def ignore(said: Said) -> None:
        pass

    async with start_app_server("codex", environ) as carrier:
        server = AppServer(carrier, ignore)
        listening = asyncio.get_running_loop().create_task(server.listen())
        await greet(server)
        answer = await server.call(method, params)
        listening.cancel()
        return answer


NewHome = Callable[..., Home]


def whats(report: InstallReport) -> dict[str, str]:
    assert report.problems == []
    return {change.path.name: change.what for change in report.changes}
