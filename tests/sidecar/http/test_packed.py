"""Large answers come compressed to those who can read that."""

import gzip
import json

import aiohttp

from fakes.hub_process import HubProcess


async def test_a_large_answer_is_compressed_for_who_accepts_it_and_whole_for_the_others(hub: HubProcess) -> None:
    headers = {"Authorization": f"Bearer {hub.token}"}
    async with aiohttp.ClientSession(headers=headers, auto_decompress=False) as client:
        for number in range(60):
            body = {"session_id": f"s{number}", "hook_event_name": "SessionStart", "cwd": f"/tmp/project-{number}"}
            async with client.post(f"{hub.url}/codex/hooks/SessionStart", json=body) as answer:
                assert answer.status == 204
        async with client.get(f"{hub.url}/api/sessions", headers={"Accept-Encoding": "identity"}) as plain:
            whole = await plain.read()
        async with client.get(f"{hub.url}/api/sessions", headers={"Accept-Encoding": "gzip"}) as packed:
            body_of = await packed.read()
    assert "Content-Encoding" not in plain.headers
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert len(body_of) * 4 < len(whole)
    assert len(json.loads(gzip.decompress(body_of))["sessions"]) == len(json.loads(whole)["sessions"]) == 60
