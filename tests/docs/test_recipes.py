"""The recipes work as they are printed: a copy of Pilot, with exactly what they add, gets another agent."""

import asyncio
import importlib.util
import inspect
import re
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from docs.harness.documents import DOCS, ROOT, Document
from fakes.hub_process import HubProcess, pilot, start_hub
from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.integrations.ports import AgentIntegration
from pilot_sidecar.notifications.ports import DeliveryError, NotificationChannel

START = {"session": "p1", "cwd": "/tmp"}
ASK = {**START, "command": "rm -rf build"}


def _files(document: str) -> dict[str, str]:
    """Return the files that a recipe prints, by the path in their first line."""
    blocks = [block.text for block in Document(DOCS / document).blocks if block.language == "python"]
    named = [(re.match(r"# (added to )?(sidecar/\S+)\n", text), text) for text in blocks]
    return {f"{found[1] or ''}{found[2]}": text[found.end() :] for found, text in named if found}


def _with_recipe(root: Path) -> Path:
    """Make a copy of Pilot and follow the recipe in it; return its ``sidecar``."""
    nothing = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "sidecar", root / "sidecar", ignore=nothing)
    (root / "webview").symlink_to(ROOT / "webview")
    for name, text in _files("adding-an-agent.md").items():
        path = root / name.removeprefix("added to ")
        if path.exists():
            path.write_text(_added(path.read_text(), text))
        else:
            path.parent.mkdir(exist_ok=True)
            (path.parent / "__init__.py").write_text('"""Parrot."""\n')
            path.write_text(text)
    return root / "sidecar"


def _added(registry: str, block: str) -> str:
    """Put the recipe's import above the lists, and its line into the first one."""
    imported, line = block.split("\n\n")
    above = registry.replace("\ndef agents", f"\n{imported}\n\n\ndef agents", 1)
    return above.replace("return [\n", f"return [\n        {line.strip()}\n", 1)


async def _post(hub: HubProcess, path: str, body: object) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {hub.tokens['hook']}"}
    async with hub.client.post(hub.url + path, json=body, headers=headers) as response:
        return response.status, await response.text()


async def _waiting(hub: HubProcess) -> dict[str, str]:
    async with asyncio.timeout(5):
        while not (asks := dict((await hub.call("GET", "/api/asks"))[1])["asks"]):  # type: ignore[call-overload] # JSON
            await asyncio.sleep(0.02)
    return dict(asks[0])


async def test_the_agent_of_the_recipe_asks_and_is_answered(tmp_path: Path) -> None:
    environ = {"PYTHONPATH": str(_with_recipe(tmp_path / "copy"))}
    async with start_hub(tmp_path / "home", **environ) as hub:
        assert await _post(hub, "/parrot/start", START) == (204, "")
        assert (await _post(hub, "/parrot/start", {"cwd": 1}))[0] == 400
        assert await _post(hub, "/parrot/ask", ASK) == (204, ""), "nobody is there: its own dialog"
        async with hub.watching():
            for decision, answer in (("allow_once", '{"answer": "yes"}'), ("deny", '{"answer": "no", "why": "No."}')):
                asked = asyncio.create_task(_post(hub, "/parrot/ask", ASK))
                ask = await _waiting(hub)
                assert (ask["agent"], ask["command"]) == ("parrot", "rm -rf build")
                body = {"kind": decision, "digest": ask["digest"], "message": None if decision != "deny" else "No."}
                key = {"Idempotency-Key": decision}
                assert (await hub.call("POST", f"/api/asks/{ask['id']}/decision", body, **key))[0] == 200
                assert await asyncio.wait_for(asked, 5) == (200, answer)
            asked = asyncio.create_task(_post(hub, "/parrot/ask", ASK))
            gone = await _waiting(hub)
            asked.cancel()
            async with asyncio.timeout(5):
                while dict((await hub.call("GET", f"/api/asks/{gone['id']}"))[1])["state"] == "pending":  # type: ignore[call-overload] # JSON
                    await asyncio.sleep(0.02)
        _code, told, _errors = await pilot(tmp_path / "home", "doctor", "--json", **environ)
        assert "parrot.version" in told


def test_the_recipes_implement_the_ports_of_today(tmp_path: Path) -> None:
    text = _files("adding-an-agent.md")["sidecar/pilot_sidecar/integrations/parrot/integration.py"]
    parrot = _module(tmp_path / "integration.py", text).ParrotIntegration
    assert _shape(parrot) == _shape(AgentIntegration)
    [text] = _files("adding-a-channel.md").values()
    assert _shape(_module(tmp_path / "channel.py", text).NotebookChannel) == _shape(NotificationChannel)


def _shape(kind: type) -> dict[str, list[str]]:
    methods = {name: method for name, method in vars(kind).items() if not name.startswith("_") and callable(method)}
    return {name: list(inspect.signature(method).parameters) for name, method in methods.items()}


async def test_the_channel_of_the_recipe_writes_and_says_when_it_cannot(tmp_path: Path) -> None:
    [text] = _files("adding-a-channel.md").values()
    channel = _module(tmp_path / "channel.py", text).NotebookChannel(tmp_path / "notebook.txt")
    [endpoint] = channel.endpoints()
    notice = Notice(id="ask:1", kind="ask", at=0, title="OpenCode asks to run a command", body="make")
    receipt = await channel.deliver(endpoint, notice)
    await channel.withdraw(endpoint, notice, receipt, "Allowed by Anna.")
    assert (tmp_path / "notebook.txt").read_text().splitlines() == [
        "OpenCode asks to run a command: make",
        "OpenCode asks to run a command: Allowed by Anna.",
    ]
    (tmp_path / "notebook.txt").unlink()
    (tmp_path / "notebook.txt").mkdir()
    with pytest.raises(DeliveryError, match="cannot be written"):
        await channel.deliver(endpoint, notice)


def _module(path: Path, text: str) -> ModuleType:
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
