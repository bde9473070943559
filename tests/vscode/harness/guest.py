"""A device that comes in over HTTP, as a page would, and one that it invites."""

from typing import Any

import aiohttp

from vscode.harness.found_hub import FoundHub


class Guest:
    """Two browsers' jars of cookies, and what their pages post."""

    def __init__(self, hub: FoundHub) -> None:
        self._hub = hub
        self._url = str(hub.file["url"])
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._another = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    @property
    def _owner(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._hub.file['token']}"}

    async def close(self) -> None:
        """Leave."""
        await self._http.close()
        await self._another.close()

    async def come_in(self, scope: str, name: str) -> None:
        """Become a device that the owner invited."""
        async with self._http.post(f"{self._url}/api/pair", json={"scope": scope}, headers=self._owner) as response:
            code = (await response.json())["code"]
        async with self._http.post(f"{self._url}/pair", json={"code": code, "name": name}) as response:
            assert response.status == 200, await response.text()

    async def invite(self, scope: str, name: str) -> dict[str, Any]:
        """Invite another device, as this one; it asks to come in. Return its ticket: somebody has to agree."""
        async with self._http.post(f"{self._url}/api/pair", json={"scope": scope}) as response:
            assert response.status == 201, await response.text()
            code = (await response.json())["code"]
        status, waiting = await self._post("/pair", {"code": code, "name": name})
        assert status == 202, waiting
        return waiting

    async def answer(self, ticket: str) -> int:
        """Wait for the answer of the person at the hub's machine."""
        return (await self._post("/pair/wait", {"ticket": ticket}))[0]

    async def refuse_all(self) -> None:
        """Say no to all that waits, as the owner does elsewhere."""
        async with self._http.get(f"{self._url}/api/confirmations", headers=self._owner) as response:
            waiting = (await response.json())["confirmations"]
        for one in waiting:
            url = f"{self._url}/api/confirmations/{one['id']}"
            async with self._http.post(url, json={"allow": False}, headers=self._owner) as response:
                assert response.status == 200, await response.text()

    async def has_setting(self, name: str, value: str) -> bool:
        """Whether a setting of the hub has a value."""
        async with self._http.get(f"{self._url}/api/settings", headers=self._owner) as response:
            settings = (await response.json())["settings"]
        return any(one["env"] == name and one["value"] == value for one in settings)

    async def knocks(self, token: str) -> int:
        """Return how the hub answers to a token."""
        async with aiohttp.ClientSession() as http:
            headers = {"Authorization": f"Bearer {token}"}
            async with http.get(f"{self._url}/api/sessions", headers=headers) as response:
                return response.status

    async def _post(self, path: str, body: object) -> tuple[int, dict[str, Any]]:
        async with self._another.post(f"{self._url}{path}", json=body) as response:
            return response.status, await response.json()
