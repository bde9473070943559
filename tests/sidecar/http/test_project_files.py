"""What can be seen of a project's files, and what cannot, through the door."""

import asyncio
import base64
import os
import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from agents.harness.pictures import PNG
from fakes.hub_process import HubProcess, visit_hub

SECRET = "the neighbour's secret"


@pytest.fixture
async def hub(running_hub: tuple[Path, dict[str, str]]) -> AsyncIterator[HubProcess]:
    """One hub for all of these tests; each has a project of its own."""
    async with visit_hub(*running_hub) as hub:
        await allow(hub, False)
        yield hub


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with what a repository has, and with ways out of it."""
    neighbour = tmp_path / "neighbour"
    neighbour.mkdir()
    (neighbour / "secret.txt").write_text(SECRET)
    project = tmp_path / "project"
    (project / "src" / "deep").mkdir(parents=True)
    (project / "src" / "main.py").write_text("print('Grüße 👋')\n")
    (project / "src" / "deep" / "main_helper.py").write_text("pass\n")
    (project / "README.md").write_text("# Hello\n")
    (project / "node_modules").mkdir()
    (project / "node_modules" / "main.py").write_text("ignored\n")
    (project / ".gitignore").write_text("node_modules\n*.log\n")
    (project / "run.log").write_text("ignored\n")
    (project / "pic.txt").write_bytes(PNG)
    (project / "blob.bin").write_bytes(b"\0\1\2")
    (project / "out").symlink_to(neighbour)
    (project / "out.txt").symlink_to(neighbour / "secret.txt")
    (project / "in.md").symlink_to(project / "README.md")
    (project / "gone").symlink_to(project / "nowhere")
    os.mkfifo(project / "pipe")
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    return project


@pytest.fixture
async def browsing(hub: HubProcess, project: Path) -> HubProcess:
    """A hub that may show the files of a project where an agent works."""
    await know(hub, project)
    await allow(hub, True)
    return hub


def session_of(folder: Path) -> str:
    return f"s-{hash(folder)}"


async def know(hub: HubProcess, folder: Path) -> None:
    body = {"session_id": session_of(folder), "hook_event_name": "SessionStart", "cwd": str(folder)}
    await hub.hook("SessionStart", body)


async def allow(hub: HubProcess, allowed: bool) -> None:
    status, _ = await hub.call("PATCH", "/api/settings", {"values": {"enableGlobOpener": allowed}})
    assert status == 200


async def get(hub: HubProcess, what: str, **params: object) -> tuple[int, Any]:
    return await hub.call("GET", f"/fs/{what}?{urlencode(params)}")


async def test_nothing_is_shown_until_it_is_allowed(hub: HubProcess, project: Path) -> None:
    await know(hub, project)
    for what, params in (("tree", {}), ("glob", {"pattern": "*"}), ("read", {"path": "README.md"})):
        status, body = await get(hub, what, directory=project, **params)
        assert (status, body["error"]["code"]) == (403, "files_off")
        assert "PILOT_ENABLE_GLOB_OPENER" in body["error"]["hint"]


async def test_a_folder_is_listed_folders_first_without_ways_out(browsing: HubProcess, project: Path) -> None:
    status, body = await get(browsing, "tree", directory=project)
    assert status == 200
    names = [entry["name"] for entry in body["entries"]]
    assert names == [
        "node_modules", "src", ".gitignore", "blob.bin", "in.md", "pic.txt", "README.md", "run.log",
    ]  # fmt: skip
    assert body["entries"][-2] == {"name": "README.md", "kind": "file", "size": 8}
    status, body = await get(browsing, "tree", directory=project, path="src/deep")
    assert [entry["name"] for entry in body["entries"]] == ["main_helper.py"]


async def test_a_project_is_named_by_its_id_or_by_another_way_to_it(browsing: HubProcess, project: Path) -> None:
    _, snapshot = await browsing.call("GET", "/api/snapshot")
    known = next(one for one in snapshot["projects"] if one["directory"] == str(project))  # type: ignore[index, call-overload]
    link = project.parent / "link"
    link.symlink_to(project)
    for directory in (known["id"], str(link), f"{project}/src/.."):
        status, body = await get(browsing, "read", directory=directory, path="README.md")
        assert (status, body["text"]) == (200, "# Hello\n")


@pytest.mark.parametrize("directory", ["/", "/etc", "", ".", "prj_000000000000", "relative", "/no/such", "a\0b", "~"])
async def test_a_folder_that_is_no_project_is_refused(browsing: HubProcess, directory: str) -> None:
    for what, params in (("tree", {}), ("glob", {"pattern": "*"}), ("read", {"path": "passwd"})):
        status, body = await get(browsing, what, directory=directory, **params)
        assert status in (400, 403, 404)
        assert "root:" not in str(body)


async def test_the_whole_disk_is_no_project_even_if_an_agent_works_there(browsing: HubProcess) -> None:
    await know(browsing, Path("/"))
    status, body = await get(browsing, "tree", directory="/")
    assert (status, body["error"]["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "path",
    [
        "../neighbour/secret.txt", "src/../../neighbour/secret.txt", "out/secret.txt", "out.txt", "/etc/passwd", "..",
        "out", "a\0b", "....//....//etc/passwd", "\udcff", "\uff0e\uff0e/neighbour/secret.txt",
        ".git/config", ".GIT/config",
        "pipe", "gone", "x" * 5000, "src/main.py/x", "src", "%2e%2e/neighbour/secret.txt", "..\\neighbour\\secret.txt",
    ],
)  # fmt: skip
async def test_no_path_leads_out_or_to_what_is_no_file(browsing: HubProcess, project: Path, path: str) -> None:
    query = urlencode({"directory": str(project), "path": path}, errors="surrogateescape")
    async with asyncio.timeout(5):
        status, body = await browsing.call("GET", f"/fs/read?{query}")
    assert status in (400, 403, 404)
    assert isinstance(body, dict)
    assert body["error"]["message"]
    assert SECRET not in str(body)
    if path != "src":
        status, body = await browsing.call("GET", f"/fs/tree?{query}")
        assert status in (400, 403, 404)


async def test_pilots_own_files_are_never_shown(browsing: HubProcess) -> None:
    """Whoever could read its tokens could do anything; agents do work in folders that hold Pilot's home."""
    above = browsing.home.parent
    await know(browsing, above)
    await know(browsing, browsing.home)
    (above / "link").symlink_to(browsing.home / "tokens.json")
    home = browsing.home.name
    for directory, path in ((above, f"{home}/tokens.json"), (above, "link"), (browsing.home, "hub.json")):
        status, body = await get(browsing, "read", directory=directory, path=path)
        assert (status, body["error"]["code"]) == (403, "forbidden")
    for directory, path in ((above, home), (browsing.home, "")):
        status, _ = await get(browsing, "tree", directory=directory, path=path)
        assert status == 403
    for directory in (above, browsing.home):
        _, body = await get(browsing, "glob", directory=directory, pattern="tokens")
        assert body["paths"] == []


async def test_devices_and_sockets_are_no_files(browsing: HubProcess, project: Path) -> None:
    with socket.socket(socket.AF_UNIX) as unix:
        here = Path.cwd()
        os.chdir(project)  # a socket's address must be short
        try:
            unix.bind("plug")
        finally:
            os.chdir(here)
    (project / "null").symlink_to("/dev/null")
    _, body = await get(browsing, "tree", directory=project)
    assert {"plug", "null", "pipe"}.isdisjoint(entry["name"] for entry in body["entries"])
    for name in ("plug", "null"):
        status, _ = await get(browsing, "read", directory=project, path=name)
        assert status in (400, 403)


async def test_text_pictures_and_what_is_neither(browsing: HubProcess, project: Path) -> None:
    _, body = await get(browsing, "read", directory=project, path="src/main.py")
    assert (body["mime"], body["text"], body["truncated"]) == ("text/x-python", "print('Grüße 👋')\n", False)
    _, body = await get(browsing, "read", directory=project, path="pic.txt")
    assert (body["mime"], base64.b64decode(body["data"])) == ("image/png", PNG), "told by what is in it"
    assert "text" not in body
    _, body = await get(browsing, "read", directory=project, path="blob.bin")
    assert "text" not in body
    assert "data" not in body
    (project / "evil.svg").write_text("<svg onload='x()'/>")
    _, body = await get(browsing, "read", directory=project, path="evil.svg")
    assert "data" not in body, "a page must not show it as a picture"
    assert body["text"].startswith("<svg")


async def test_a_large_file_is_cut_and_says_so(browsing: HubProcess, project: Path) -> None:
    (project / "large.txt").write_text("ä" * 1_000_000)
    _, body = await get(browsing, "read", directory=project, path="large.txt")
    assert (body["size"], body["truncated"]) == (2_000_000, True)
    assert len(body["text"].encode()) == 1024 * 1024
    (project / "large.png").write_bytes(PNG + b"\0" * 5_000_000)
    _, body = await get(browsing, "read", directory=project, path="large.png")
    assert (body["mime"], body["truncated"], "data" in body) == ("image/png", True, False)


async def test_a_huge_folder_is_cut_and_says_so(browsing: HubProcess, project: Path) -> None:
    many = project / "many"
    many.mkdir()
    for number in range(2100):
        (many / f"{number}").touch()
    _, body = await get(browsing, "tree", directory=project, path="many")
    assert (len(body["entries"]), body["truncated"]) == (2000, True)


async def test_files_are_found_by_pattern_and_by_part_of_a_name(browsing: HubProcess, project: Path) -> None:
    async def found(pattern: str) -> list[str]:
        _, body = await get(browsing, "glob", directory=project, pattern=pattern)
        return list(body["paths"])

    assert await found("**/*.py") == ["src/main.py", "src/deep/main_helper.py"]
    assert await found("src/*.py") == ["src/main.py"]
    assert await found("*.{md,bin}") == ["in.md", "blob.bin", "README.md"]
    assert await found("main") == ["src/main.py", "src/deep/main_helper.py"], "git ignores the other"
    assert await found("mhlp") == ["src/deep/main_helper.py"]
    assert await found("deep/main") == ["src/deep/main_helper.py"]
    assert await found("secret") == [], "a link out is no file of the project"
    assert await found("out.txt") == []
    assert await found("run.log") == [], "git ignores it"
    _, body = await get(browsing, "glob", directory=project, pattern="main", limit=1)
    assert body == {"paths": ["src/main.py"], "truncated": True}


async def test_a_hostile_pattern_ends_soon(browsing: HubProcess, project: Path) -> None:
    (project / ("a" * 200)).touch()
    for pattern in ("*a" * 200 + "b", "**/" * 150 + "x", "{a,b}" * 90, "[" * 400, "[!]" * 100, "?" * 500):
        async with asyncio.timeout(5):
            status, _ = await get(browsing, "glob", directory=project, pattern=pattern)
        assert status == 200


async def test_without_git_what_is_installed_is_left_out(browsing: HubProcess, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    (plain / "node_modules").mkdir(parents=True)
    (plain / "node_modules" / "a.py").touch()
    (plain / "a.py").touch()
    (plain / "loop").symlink_to(plain)
    await know(browsing, plain)
    _, body = await get(browsing, "glob", directory=plain, pattern="*.py")
    assert body["paths"] == ["a.py"]


async def test_a_repository_runs_nothing_of_its_own(browsing: HubProcess, project: Path) -> None:
    script = project / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {project}/ran\n")
    script.chmod(0o755)
    with (project / ".git" / "config").open("a") as config:
        config.write(f"[core]\n\tfsmonitor = {script}\n")
    _, body = await get(browsing, "glob", directory=project, pattern="README")
    assert body["paths"] == ["README.md"]
    assert not (project / "ran").exists()


async def test_names_can_be_mentioned_without_the_opt_in(hub: HubProcess, project: Path) -> None:
    await know(hub, project)
    status, body = await hub.call("GET", f"/api/sessions/{session_of(project)}/mentions?query=main")
    assert (status, body) == (200, {"paths": ["src/main.py", "src/deep/main_helper.py"]})
    _, body = await hub.call("GET", f"/api/sessions/{session_of(project)}/mentions?query=deep")
    assert body["paths"][0] == "src/deep/"  # type: ignore[index]
    _, body = await hub.call("GET", f"/api/sessions/{session_of(project)}/mentions?query=../neighbour")
    assert body == {"paths": []}
