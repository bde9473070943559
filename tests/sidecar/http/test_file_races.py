"""A folder that becomes a link while it is being read leads nowhere."""

import asyncio
import threading
from pathlib import Path
from urllib.parse import urlencode

from fakes.hub_process import HubProcess

SECRET = "the neighbour's secret"
READS = 300


class Swapper(threading.Thread):
    """Has a folder of a project be itself, then a link out of it, then itself, as fast as it can."""

    def __init__(self, folder: Path, neighbour: Path) -> None:
        super().__init__(daemon=True)
        self._folder, self._link, self._aside = folder, folder.with_name("link"), folder.with_name("aside")
        self._link.symlink_to(neighbour)
        self.done = threading.Event()
        self.turns = 0

    def run(self) -> None:
        while not self.done.is_set():
            self._folder.rename(self._aside)
            self._link.rename(self._folder)
            self._folder.rename(self._link)
            self._aside.rename(self._folder)
            self.turns += 1


async def test_reading_races_with_a_link_and_never_follows_it(hub: HubProcess, tmp_path: Path) -> None:
    project, neighbour = tmp_path / "project", tmp_path / "neighbour"
    for folder, text in ((project / "docs", "ours"), (neighbour, SECRET)):
        folder.mkdir(parents=True)
        (folder / "notes.txt").write_text(text)
    (neighbour / "only-theirs.txt").write_text(SECRET)
    await hub.hook("SessionStart", {"session_id": "s", "hook_event_name": "SessionStart", "cwd": str(project)})
    await hub.call("PATCH", "/api/settings", {"values": {"enableGlobOpener": True}})
    swapper = Swapper(project / "docs", neighbour)
    swapper.start()
    seen: dict[str, int] = {}
    try:
        for number in range(READS):
            call, asked = [
                ("read", {"path": "docs/notes.txt"}),
                ("tree", {"path": "docs"}),
                ("glob", {"pattern": "**/*.txt"}),
            ][number % 3]
            query = urlencode({"directory": str(project), **asked})
            async with asyncio.timeout(10):
                status, body = await hub.call("GET", f"/fs/{call}?{query}")
            assert status in (200, 400, 403, 404), body
            assert SECRET not in str(body)
            assert call == "glob" or "only-theirs" not in str(body)
            seen[f"{call} {status}"] = seen.get(f"{call} {status}", 0) + 1
    finally:
        swapper.done.set()
        await asyncio.to_thread(swapper.join, 5)
    assert swapper.turns > READS
    assert seen.get("read 200"), "the file was read in between"
    assert any(seen.get(f"read {status}") for status in (400, 403, 404)), "the link was met"
