"""What OpenCode's terminal sends for its slash commands."""

import json
from pathlib import Path

import aiohttp

from agents.harness.hub import Hub, Json
from agents.harness.waiting import until


async def remote(hub: Hub, folder: Path, **more: object) -> Json:
    """Do what `/remote` does, once it may be done again."""
    token = json.loads((hub.home / "tokens.json").read_text())["bridge"]
    headers = {"Authorization": f"Bearer {token}"}
    body = {"directory": str(folder), **more}

    async def post() -> Json | None:
        async with (
            aiohttp.ClientSession(hub.file["url"], headers=headers) as http,
            http.post("/bridge/opencode/remote", json=body) as response,
        ):
            assert response.status in (200, 429), await response.text()
            found: Json = await response.json()
            return found if response.status == 200 else None

    return await until("/remote", post)
