"""The dashboard's files, read once, compressed once, each with an ETag; nothing outside the folder is reachable."""

import asyncio
import gzip
import hashlib
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aiohttp import web

from pilot_sidecar.core.errors import NotFoundError
from pilot_sidecar.transport.http.joined import join_in_two, join_one, join_sheets
from pilot_sidecar.transport.http.origin import LOOPBACK, host_name
from pilot_sidecar.transport.http.responses import SECURITY
from pilot_sidecar.transport.http.route import Visit
from pilot_sidecar.transport.http.whence import whence_of
from pilot_sidecar.transport.http.worker import NAME, idle_worker_source, worker_source

SERVED = {".html", ".js", ".css", ".svg", ".png", ".webmanifest", ".woff2", ".txt"}
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    body: bytes
    kind: str
    etag: str
    pays: bool
    """It is worth compressing."""

    @cached_property
    def packed(self) -> bytes:
        """Compressed, when it is first wanted: most sources are served joined, never by themselves."""
        return gzip.compress(self.body, 6, mtime=0)


class Dashboard:
    """Serves ``webview/``: the page at ``/`` and ``/pair``, what must live at the root, the rest under ``/static/``."""

    def __init__(self, folder: Path, rereads: Callable[[], bool]) -> None:
        """Serve a folder; ``rereads`` tells, each time, whether it may have changed."""
        self._folder = folder
        self._rereads = rereads
        self._may_be_old = False
        """It was read while it might change."""
        self._assets = self._read()

    async def page(self, visit: Visit) -> web.StreamResponse:
        """Answer with the page."""
        return await self._answer(visit, "index.html")

    async def file(self, visit: Visit) -> web.StreamResponse:
        """Answer with a file named by the address after ``/static/``."""
        path = visit.request.path
        return await self._answer(visit, path.removeprefix("/static/"))

    async def root_file(self, visit: Visit) -> web.StreamResponse:
        """Answer with a file that must live at the root, such as the manifest."""
        return await self._answer(visit, visit.request.path.removeprefix("/"))

    def names(self) -> list[str]:
        """Return what is served."""
        return sorted(self._assets)

    def text(self, name: str) -> str:
        """Return what a file is served as."""
        return self._assets[name].body.decode()

    async def _answer(self, visit: Visit, name: str) -> web.StreamResponse:
        if self._rereads() or self._may_be_old:
            self._assets = self._read()
        asset = self._assets.get(name)
        if asset is None:
            raise NotFoundError("There is nothing at this address.")
        headers = SECURITY | {
            "Content-Type": asset.kind,
            "ETag": asset.etag,
            "Cache-Control": "no-cache",
            "Vary": "Accept-Encoding",
        }
        if asset.kind.startswith("text/html") and _is_secure_context(visit.request):
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if visit.request.headers.get("If-None-Match") == asset.etag:
            return web.Response(status=304, headers=headers)
        if asset.pays and "gzip" in visit.request.headers.get("Accept-Encoding", ""):
            packed = await asyncio.to_thread(lambda: asset.packed)
            return web.Response(body=packed, headers=headers | {"Content-Encoding": "gzip"})
        return web.Response(body=asset.body, headers=headers)

    def _read(self) -> dict[str, Asset]:
        self._may_be_old = self._rereads()
        found: dict[str, Asset] = {}
        for path in sorted(self._folder.rglob("*")):
            if path.is_file() and path.suffix in SERVED:
                found[path.relative_to(self._folder).as_posix()] = _asset(path.name, path.read_bytes())
        found["app.css"] = _asset("app.css", join_sheets(self._folder, "css/main.css").encode())
        for name, code in join_in_two(self._folder, "js/main.js", "js/later.js").items():
            found[name] = _asset(name, code.encode())
        if NAME in found:
            found[NAME] = _asset(NAME, self._worker(found).encode())
        return found

    def _worker(self, found: dict[str, Asset]) -> str:
        page, code = (found[name].body.decode() for name in ("index.html", "app.js"))
        template = join_one(self._folder, NAME)
        if self._may_be_old:
            return idle_worker_source(template)
        return worker_source(template, page, code, {name: asset.etag for name, asset in found.items()})


def _is_secure_context(request: web.BaseRequest) -> bool:
    """Tell whether browsers take the page for private; elsewhere they ignore an opener policy, and complain of it."""
    if request.secure or host_name(request.headers.get("Host", "")) in LOOPBACK:
        return True
    return whence_of(request).reach == "tunnel"


def _asset(name: str, body: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind.endswith(("json", "svg+xml")):
        kind += "; charset=utf-8"
    pays = len(body) > 500 and not name.endswith((".png", ".woff2"))
    return Asset(body, kind, f'"{hashlib.sha256(body).hexdigest()[:20]}"', pays)
