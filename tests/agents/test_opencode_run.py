"""``opencode run`` rejects its own dialogs at once, so Pilot holds the tool call itself."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from agents.harness.hub import Client, Hub, Json
from agents.harness.model import Model
from agents.harness.opencode import Sandbox, Serve
from agents.harness.waiting import until

REJECTED = "permission requested"


@pytest.fixture
def keep(sandbox: Sandbox) -> Path:
    """A file that the scripted command removes."""
    path = sandbox.project / "node_modules" / "keep.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("keep\n")
    return path


@pytest.fixture(scope="module")
def guarded(serve: Serve, hub: Hub) -> None:
    """The project's approval mode is on for commands."""

    async def switch(*topics: str) -> None:
        async with hub.client() as client:
            await client.connected()
            serve.session()

            async def project() -> Json | None:
                return next(iter((await client.get("/api/snapshot"))["projects"]), None)

            known = await until("the project", project)
            status, body = await client.call("PUT", f"/api/projects/{known['id']}/approval", {"topics": list(topics)})
            assert status == 200, body

    asyncio.run(switch("shell"))


@pytest.mark.usefixtures("hub")
async def test_without_approval_mode_nothing_changes(sandbox: Sandbox, keep: Path) -> None:
    output = await finished(sandbox.run("clean please"))
    assert REJECTED in output
    assert keep.exists()


@pytest.mark.usefixtures("guarded")
async def test_a_held_call_is_allowed(sandbox: Sandbox, client: Client, keep: Path) -> None:
    process = sandbox.run("clean please")
    ask = await gate(client)
    assert (ask["terminal"], ask["command"]) == ("exclusive", "rm -rf node_modules")
    assert ask["decisions"] == ["allow_once", "deny"]
    assert ask["deadline"] is not None
    assert keep.exists()
    await client.allow(ask)
    output = await finished(process)
    assert REJECTED not in output
    assert not keep.exists()
    assert (await client.session(ask["sessionId"]))["capabilities"]["approve"] == "exclusive"


@pytest.mark.usefixtures("guarded")
async def test_a_held_call_is_denied_and_the_model_hears_why(
    sandbox: Sandbox, client: Client, keep: Path, model: Model
) -> None:
    process = sandbox.run("clean please")
    ask = await gate(client)
    status, body = await client.decide(ask, "deny", message="Not on a Friday.")
    assert status == 200, body
    await finished(process)
    assert keep.exists()
    assert model.heard("Not on a Friday.")
    assert client.of(ask["sessionId"], "pilot.tool.completed")[0]["status"] == "denied"


@pytest.mark.usefixtures("guarded")
async def test_a_held_call_survives_a_restart_of_the_hub(sandbox: Sandbox, hub: Hub, keep: Path) -> None:
    async with hub.client() as client:
        process = sandbox.run("clean please")
        ask = await gate(client)
    hub.kill()
    hub.start()
    async with hub.client() as client:

        async def allowed() -> bool:
            status, _ = await client.decide(ask, "allow_once")
            return status == 200

        await until("the ask to be answerable", allowed)
        await finished(process)
    assert not keep.exists()


@pytest.mark.usefixtures("guarded")
async def test_a_run_killed_while_its_call_is_held(sandbox: Sandbox, client: Client, keep: Path) -> None:
    process = sandbox.run("clean please")
    ask = await gate(client)
    process.kill()
    await finished(process)
    assert (await client.resolved(ask["id"]))["state"] == "cancelled"
    assert keep.exists()


@pytest.mark.usefixtures("guarded")
async def test_stopping_a_run_from_the_hub_denies_what_it_holds(sandbox: Sandbox, client: Client, keep: Path) -> None:
    process = sandbox.run("clean please")
    ask = await gate(client)
    status, body = await client.call("POST", f"/api/sessions/{ask['sessionId']}/abort")
    assert status == 202, body
    await finished(process)
    assert (await client.resolved(ask["id"]))["state"] == "cancelled"
    assert keep.exists()


@pytest.mark.usefixtures("guarded")
async def test_a_hub_lost_in_mid_run_denies(sandbox: Sandbox, hub: Hub, keep: Path, model: Model) -> None:
    async with hub.client() as client:
        process = sandbox.run("clean please")
        await gate(client)
    hub.kill()
    await finished(process)
    assert keep.exists()
    assert model.heard("Pilot's hub went away")


@pytest.mark.usefixtures("guarded")
async def test_a_hub_absent_at_the_start_changes_nothing(sandbox: Sandbox, hub: Hub, keep: Path) -> None:
    if hub.process and hub.process.poll() is None:
        hub.kill()
    output = await finished(sandbox.run("clean please"))
    assert REJECTED in output
    assert keep.exists()
    hub.start()


async def gate(client: Client) -> Json:
    """Return the held call."""

    async def look() -> Json | None:
        return next(iter(await client.asks()), None)

    return await until("a held call", look, 40)


async def finished(process: "subprocess.Popen[str]") -> str:
    """Return what a run printed, once it is over."""
    output, _ = await asyncio.to_thread(process.communicate, timeout=60)
    return output
