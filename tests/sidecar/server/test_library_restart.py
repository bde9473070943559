"""What people keep outlives the hub's process, killed or stopped."""

import json
import signal
from pathlib import Path

from fakes.hub_process import HubProcess, start_hub


async def talk(hub: HubProcess, session: str, text: str) -> None:
    for event, more in (("SessionStart", {}), ("UserPromptSubmit", {"prompt": text}), ("Stop", {})):
        body = {"session_id": session, "hook_event_name": event, "cwd": "/home/dev/api", **more}
        assert (await hub.hook(event, body))[0] == 204


async def snapshot(hub: HubProcess) -> dict[str, list[dict[str, object]]]:
    status, body = await hub.call("GET", "/api/snapshot")
    assert status == 200
    assert isinstance(body, dict)
    return body


async def test_marks_projects_and_deletions_outlive_a_killed_hub(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "no session yet"
    folder.mkdir()
    async with start_hub(home) as hub:
        for session in ("kept", "deleted"):
            await talk(hub, session, f"walrus of {session}")
        await hub.call("PATCH", "/api/sessions/kept", {"name": "Mine", "labels": ["a"]})
        await hub.call("POST", "/api/projects", {"directory": str(folder)})
        assert (await hub.call("DELETE", "/api/sessions/deleted"))[0] == 200
        assert len((await hub.call("GET", "/api/search?query=walrus"))[1]["hits"]) == 1  # type: ignore[index,arg-type,call-overload]
        await hub.stop(signal.SIGKILL)
    async with start_hub(home) as hub:
        state = await snapshot(hub)
        assert [session["id"] for session in state["sessions"]] == ["kept"]
        assert [(mark["name"], mark["labels"]) for mark in state["marks"]] == [("Mine", ["a"])]
        assert str(folder.resolve()) in [project["directory"] for project in state["projects"]]
        status, restored = await hub.call("POST", "/api/sessions/deleted/restore", {})
        assert (status, restored["id"]) == (200, "deleted")  # type: ignore[index,call-overload]
        assert len((await hub.call("GET", "/api/search?query=walrus"))[1]["hits"]) == 2  # type: ignore[index,arg-type,call-overload]
        assert (await hub.call("DELETE", "/api/sessions/deleted"))[0] == 200
        code, _, _ = await hub.stop()
        assert code == 0
        assert "failed" not in hub.logs()
    audit = [json.loads(line) for line in (home / "audit.jsonl").read_text().splitlines()]
    actions = [line["action"] for line in audit if line["action"].startswith(("session.", "project."))]
    assert actions == ["session.mark", "project.open", "session.delete", "session.restore", "session.delete"]


async def test_a_session_that_is_gone_comes_back_with_a_new_prompt_after_a_restart(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with start_hub(home) as hub:
        await talk(hub, "s1", "first")
        assert (await hub.call("DELETE", "/api/sessions/s1"))[0] == 200
        await hub.stop()
    async with start_hub(home) as hub:
        body = {"session_id": "s1", "hook_event_name": "SessionStart", "cwd": "/home/dev/api"}
        await hub.hook("SessionStart", body)
        assert (await snapshot(hub))["sessions"] == []
        await hub.hook("UserPromptSubmit", {**body, "hook_event_name": "UserPromptSubmit", "prompt": "second"})
        assert [session["id"] for session in (await snapshot(hub))["sessions"]] == ["s1"]
        _, page = await hub.call("GET", "/api/sessions/s1/messages")
        assert [item["text"] for item in page["items"]] == ["first", "second"]  # type: ignore[index,call-overload]


async def test_files_of_the_hub_are_private_also_the_index(tmp_path: Path) -> None:
    async with start_hub(tmp_path / "home") as hub:
        await talk(hub, "s1", "walrus")
        await hub.call("GET", "/api/search?query=walrus")
        for path in hub.home.glob("pilot.db*"):
            assert path.stat().st_mode & 0o077 == 0, path.name
