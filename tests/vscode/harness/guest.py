"""A device that asks to be let in over HTTP, as a page would."""

from typing import Any

import aiohttp

from vscode.harness.found_hub import FoundHub


class Guest:
    """A browser's jar of cookies, and what a page posts."""

    def __init__(self, hub: FoundHub) -> None:
        self._hub = hub
        self._url = str(hub.file["url"])
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    @property
    def _owner(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._hub.file['token']}"}

    async def close(self) -> None:
        """Leave."""
        await self._http.close()

    async def invited_by_owner(self, scope: str) -> str:
        """Return a code that the owner made."""
        async with self._http.post(f"{self._url}/api/pair", json={"scope": scope}, headers=self._owner) as response:
            return str((await response.json())["code"])

    async def invite(self, scope: str) -> str:
        """Return a code that this device makes for another."""
        async with self._http.post(f"{self._url}/api/pair", json={"scope": scope}) as response:
            assert response.status == 201, await response.text()
            return str((await response.json())["code"])

    async def join(self, code: str, name: str) -> tuple[int, dict[str, Any]]:
        """Use a code; 202 with a ticket where somebody has to agree."""
        return await self._post("/pair", {"code": code, "name": name})

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
        async with self._http.post(f"{self._url}{path}", json=body) as response:
            return response.status, await response.json()
