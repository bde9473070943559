"""``.opencode/pilot-state.json``: there while the hub runs, where it is wanted, and nobody's file is lost for it."""

import asyncio
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.hub_process import HubProcess, start_hub
from pilot_sidecar.core.project_state import LIST, PLACE, ProjectStateFiles, left_in_projects, remove_project_files

URL = "http://127.0.0.1:4097"


def project(root: Path, name: str = "shop") -> Path:
    """Make a repository that has OpenCode's folder."""
    folder = root / name
    (folder / ".opencode").mkdir(parents=True)
    git(folder, "init", "-q")
    return folder


def git(folder: Path, *arguments: str) -> str:
    """Run git as somebody without a configuration."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_GLOBAL": "/dev/null"}
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    return subprocess.run(
        ["git", *who, *arguments], cwd=folder, env=environ, check=True, capture_output=True, text=True, timeout=20
    ).stdout


async def until(check: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not check():
            await asyncio.sleep(0.02)


async def opened(hub: HubProcess, folder: Path) -> str:
    status, found = await hub.call("POST", "/api/projects", {"directory": str(folder)})
    assert status == 200, found
    return str(found["id"])  # type: ignore[index] # JSON


async def test_a_project_says_where_its_hub_is_for_as_long_as_it_runs(tmp_path: Path) -> None:
    home, shop, plain = tmp_path / "home", project(tmp_path), tmp_path / "plain"
    plain.mkdir()
    excluded = (shop / ".git/info/exclude").read_bytes()
    async with start_hub(home) as hub:
        await opened(hub, plain)
        shop_id = await opened(hub, shop)
        await until((shop / PLACE).exists)
        said = json.loads((shop / PLACE).read_text())
        assert (said["url"], said["projectId"]) == (hub.url, shop_id)
        assert said["dashboard"] == f"{hub.url}/#project={shop_id}"
        assert not any(token in (shop / PLACE).read_text() for token in hub.tokens.values())
        assert git(shop, "status", "--porcelain") == "", "git shows nothing new"
        assert not (plain / ".opencode").exists(), "auto makes no folder"
        await hub.call("PATCH", "/api/settings", {"values": {"projectState": "always"}})
        await until((plain / PLACE).exists)
        await hub.call("PATCH", "/api/settings", {"values": {"projectState": "off"}})
        await until(lambda: not (shop / PLACE).exists())
        await until(lambda: not (plain / ".opencode").exists())
        assert (shop / ".git/info/exclude").read_bytes() == excluded
        assert not (home / LIST).exists()
        await hub.call("PATCH", "/api/settings", {"values": {"projectState": "auto"}})
        await until((shop / PLACE).exists)
        await hub.stop()
    assert not (shop / PLACE).exists()
    assert (shop / ".opencode").is_dir(), "it was there before"
    assert remove_project_files(home) == []
    assert (shop / ".git/info/exclude").read_bytes() == excluded


async def test_what_a_killed_hub_left_goes_with_the_next_one_or_with_the_uninstaller(tmp_path: Path) -> None:
    home, shop, other = tmp_path / "home", project(tmp_path), project(tmp_path, "other")
    for keep in (shop, other):
        async with start_hub(home) as hub:
            await opened(hub, keep)
            await until((keep / PLACE).exists)
            hub.process.kill()
            await hub.process.wait()
        assert (keep / PLACE).exists()
    assert not (shop / PLACE).exists(), "the second hub found it"
    assert remove_project_files(home) == [other / PLACE]
    assert not (other / PLACE).exists()


@pytest.fixture
def files(tmp_path: Path) -> ProjectStateFiles:
    (tmp_path / "home").mkdir()
    return ProjectStateFiles(tmp_path / "home")


def put(files: ProjectStateFiles, folder: Path, url: str = URL) -> None:
    files.put("always", str(folder), "prj_1", url)


def test_a_file_that_is_somebody_elses_stays_as_it_is(files: ProjectStateFiles, tmp_path: Path) -> None:
    shop = project(tmp_path)
    for text in ('{"url": "http://127.0.0.1:4097", "token": "x"}', "", "no JSON", "[]"):
        (shop / PLACE).write_text(text)
        put(files, shop)
        files.remove_all()
        assert (shop / PLACE).read_text() == text


def test_a_file_that_was_changed_by_hand_is_nobodys_to_remove(files: ProjectStateFiles, tmp_path: Path) -> None:
    shop = project(tmp_path)
    put(files, shop)
    mine = (shop / PLACE).read_text() + "\n"
    (shop / PLACE).write_text(mine)
    put(files, shop, "http://127.0.0.1:5000")
    files.take_away()
    assert (shop / PLACE).read_text() == mine


def test_another_address_is_written_at_once(files: ProjectStateFiles, tmp_path: Path) -> None:
    shop = project(tmp_path)
    put(files, shop)
    put(files, shop, "http://127.0.0.1:5000")
    assert json.loads((shop / PLACE).read_text())["url"] == "http://127.0.0.1:5000"


def test_no_link_is_followed(files: ProjectStateFiles, tmp_path: Path) -> None:
    shop, outside = tmp_path / "shop", tmp_path / "outside"
    for folder in (shop, outside):
        folder.mkdir()
    (shop / ".opencode").symlink_to(outside)
    put(files, shop)
    assert list(outside.iterdir()) == []
    (shop / ".opencode").unlink()
    (shop / ".opencode").mkdir()
    (outside / "precious").write_text("mine")
    (shop / PLACE).symlink_to(outside / "precious")
    put(files, shop)
    files.remove_all()
    assert (outside / "precious").read_text() == "mine"
    assert (shop / PLACE).is_symlink()


def test_homes_disks_and_read_only_folders_get_none(
    files: ProjectStateFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = tmp_path / "people" / "anna"
    person.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(person))
    for folder in (person, person.parent, tmp_path / "home", Path("/")):
        put(files, folder)
        assert not (folder / ".opencode").exists()
    gone = tmp_path / "gone"
    put(files, gone)
    assert not gone.exists()


def test_what_cannot_be_written_is_said_once(
    files: ProjectStateFiles, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / ".opencode").write_text("a file, not a folder")
    caplog.set_level("INFO")
    for _ in range(3):
        put(files, shop)
    assert [one.getMessage() for one in caplog.records if "gets no pilot-state.json" in one.getMessage()] != []
    assert len(caplog.records) == 1
    assert (shop / ".opencode").read_text() == "a file, not a folder"


def test_below_the_top_of_a_repository_and_in_a_work_tree_git_shows_nothing(
    files: ProjectStateFiles, tmp_path: Path
) -> None:
    shop, tree = project(tmp_path), tmp_path / "shop [2]"
    git(shop, "commit", "-q", "--allow-empty", "-m", "start")
    git(shop, "worktree", "add", "-q", "-b", "tree", str(tree))
    below = shop / "packages" / "a*b"
    for folder in (below, tree):
        (folder / ".opencode").mkdir(parents=True)
        files.put("auto", str(folder), "prj_1", URL)
        assert (folder / PLACE).exists()
        assert git(folder, "status", "--porcelain") == ""
    before = (shop / ".git/info/exclude").read_bytes()
    files.remove_all()
    assert before != (shop / ".git/info/exclude").read_bytes()
    assert b"pilot-state" not in (shop / ".git/info/exclude").read_bytes()


def test_a_folder_that_becomes_a_repository_later_shows_nothing_either(
    files: ProjectStateFiles, tmp_path: Path
) -> None:
    shop = tmp_path / "shop"
    (shop / ".opencode").mkdir(parents=True)
    files.put("auto", str(shop), "prj_1", URL)
    assert (shop / PLACE).exists()
    git(shop, "init", "-q")
    files.put("auto", str(shop), "prj_1", URL)
    assert git(shop, "status", "--porcelain") == ""
    (shop / ".git/info/exclude").unlink()
    (shop / ".git/info").rmdir()
    files.put("auto", str(shop), "prj_1", URL)
    assert not (shop / PLACE).exists(), "git would show it"


def test_two_hubs_do_not_show_each_others_files(files: ProjectStateFiles, tmp_path: Path) -> None:
    shop, other = project(tmp_path), ProjectStateFiles(tmp_path / "other")
    (tmp_path / "other").mkdir()
    files.put("auto", str(shop), "prj_1", URL)
    for _ in range(2):
        other.put("auto", str(shop), "prj_1", "http://127.0.0.1:5000")
        assert git(shop, "status", "--porcelain") == ""
        files.remove_all()
    assert "5000" in (shop / PLACE).read_text()
    other.remove_all()
    assert b"pilot-state" not in (shop / ".git/info/exclude").read_bytes()


def test_a_repository_within_another_is_not_taken_for_that(files: ProjectStateFiles, tmp_path: Path) -> None:
    shop = project(tmp_path)
    before = (shop / ".git/info/exclude").read_bytes()
    inner = shop / "vendor" / "part"
    (inner / ".opencode").mkdir(parents=True)
    (shop / ".git/modules").mkdir()
    git(inner, "init", "-q", "--separate-git-dir", str(shop / ".git/modules/part"))  # as a submodule is
    files.put("auto", str(inner), "prj_1", URL)
    assert git(inner, "status", "--porcelain") == ""
    assert (shop / ".git/info/exclude").read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="such names: not on Windows")
def test_the_name_of_a_folder_hides_no_other_file(files: ProjectStateFiles, tmp_path: Path) -> None:
    """git's list has one pattern a line, so a line end in a name would be a second pattern: here, all of src."""
    shop = project(tmp_path)
    hostile = shop / "src\n*.py"
    (hostile / ".opencode").mkdir(parents=True)
    (shop / "src").mkdir()
    (shop / "src" / "mine.py").write_text("x")
    files.put("auto", str(hostile), "prj_1", URL)
    assert git(shop, "status", "--porcelain") == "?? src/\n"


def test_what_cannot_be_removed_now_is_removed_by_whoever_comes_next(
    files: ProjectStateFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = project(tmp_path)
    put(files, shop)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as read_only:
        read_only.setattr(os, "unlink", refuse)
        files.take_away()
        files.remove_all()
    assert left_in_projects(tmp_path / "home") == [shop / PLACE]
    assert remove_project_files(tmp_path / "home") == [shop / PLACE]
    assert left_in_projects(tmp_path / "home") == []
    assert git(shop, "status", "--porcelain") == ""


def test_a_git_file_that_lies_leads_nowhere(files: ProjectStateFiles, tmp_path: Path) -> None:
    """A cloned folder can bring a ``.git`` file that names any place: only a repository's own work tree is believed."""
    victim, shop = tmp_path / "victim", tmp_path / "shop"
    (victim / "info").mkdir(parents=True)
    (victim / "HEAD").write_text("x")
    (victim / "commondir").write_text(".")
    (shop / ".opencode").mkdir(parents=True)
    (shop / ".git").write_text(f"gitdir: {victim}\n")
    files.put("auto", str(shop), "prj_1", URL)
    assert not (shop / PLACE).exists(), "git might show it"
    assert list((victim / "info").iterdir()) == []


def test_lines_that_others_added_since_stay(files: ProjectStateFiles, tmp_path: Path) -> None:
    shop = project(tmp_path)
    listed = shop / ".git/info/exclude"
    listed.write_bytes(b"*.log\r\nno newline at the end")
    put(files, shop)
    with listed.open("ab") as file:
        file.write(b"later\n")
    files.remove_all()
    assert listed.read_bytes() == b"*.log\r\nno newline at the end\nlater\n"
    listed.write_bytes(b"no newline")
    put(files, shop)
    files.remove_all()
    assert listed.read_bytes() == b"no newline"
