"""The dashboard's files as they are served."""

import gzip
from pathlib import Path

import aiohttp

from fakes.hub_process import start_hub


async def test_code_comes_compressed_to_who_takes_that_and_pictures_as_they_are(tmp_path: Path) -> None:
    async with start_hub(tmp_path / "home") as hub, aiohttp.ClientSession(auto_decompress=False) as http:

        async def get(path: str, encoding: str) -> tuple[str | None, bytes]:
            async with http.get(hub.url + path, headers={"Accept-Encoding": encoding}) as response:
                assert response.status == 200
                return response.headers.get("Content-Encoding"), await response.read()

        _, plain = await get("/static/app.js", "identity")
        for _ in range(2):
            encoding, packed = await get("/static/app.js", "gzip")
            assert (encoding, gzip.decompress(packed)) == ("gzip", plain)
        [picture] = [path.name for path in (Path("webview") / "icons").glob("*192*.png")][:1]
        assert (await get(f"/static/icons/{picture}", "gzip"))[0] is None
