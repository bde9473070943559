"""The service worker as it is served: it names what is really there, and another page is another version."""

import json
import re
from pathlib import Path

import pytest

from fakes.hub_process import HubProcess
from pilot_sidecar.transport.http.static import Dashboard

WEBVIEW = Path(__file__).parents[3] / "webview"


@pytest.mark.asyncio(loop_scope="module")
async def test_it_is_at_the_root_for_everybody_and_never_kept(shared_hub: HubProcess) -> None:
    async with shared_hub.client.get(f"{shared_hub.url}/sw.js") as response:
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/javascript")
        assert response.headers["Cache-Control"] == "no-cache"
        source = await response.text()
    files = files_of(source)
    assert {"/", "/manifest.webmanifest", "/static/app.js", "/static/app.css"} <= set(files)
    for address, etag in files.items():
        async with shared_hub.client.get(shared_hub.url + address) as response:
            assert (response.status, response.headers["ETag"]) == (200, etag), address


def test_every_vendored_module_that_the_code_imports_is_kept() -> None:
    files = files_of(source_of(Dashboard(WEBVIEW, lambda: False)))
    assert {f"/static/js/vendor/{name}" for name in ("marked.js", "purify.js")} <= set(files)
    assert not [address for address in files if address.startswith(("/api", "/events", "/pair", "/fs"))]


def test_another_page_is_another_version(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "css").mkdir()
    (tmp_path / "index.html").write_text('<link href="/static/app.css"><link href="/static/not-there.css">')
    (tmp_path / "css/main.css").write_text("body {}")
    (tmp_path / "js/main.js").write_text("run();\n")
    (tmp_path / "sw.js").write_bytes((WEBVIEW / "sw.js").read_bytes())
    before = source_of(Dashboard(tmp_path, lambda: False))
    assert before == source_of(Dashboard(tmp_path, lambda: False))
    assert set(files_of(before)) == {"/", "/static/app.css"}
    (tmp_path / "css/main.css").write_text("body { color: red }")
    assert version_of(source_of(Dashboard(tmp_path, lambda: False))) != version_of(before)


def test_while_the_page_is_worked_on_nothing_is_kept() -> None:
    assert files_of(source_of(Dashboard(WEBVIEW, lambda: True))) == {}


def source_of(dashboard: Dashboard) -> str:
    return dashboard.text("sw.js")


def files_of(source: str) -> dict[str, str]:
    found = re.search(r"const FILES = (\{.*?\});", source, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def version_of(source: str) -> str:
    found = re.search(r'const VERSION = "(\w*)";', source)
    assert found
    return found[1]
