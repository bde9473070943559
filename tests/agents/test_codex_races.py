"""Two clients answer the same approval at the same moment, again and again."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable
from typing import Any

from agents.harness.codex import CodexSandbox, CodexTui
from agents.harness.hub import Client, Json
from agents.harness.other_client import OtherClient, other_client
from agents.harness.waiting import until

ROUNDS = 50


async def test_fifty_races_have_one_winner_each_and_none_is_lost(
    codex_hub: object, codex_tui: CodexTui, codex: CodexSandbox, codex_client: Client
) -> None:
    codex_tui.type("speak to me")
    session = await until("a session", lambda: live(codex_client))
    await codex_client.idle(session["id"])
    chance, won = random.Random(7), Counter[str]()
    async with other_client(codex.codex_home) as other:
        await other.join(session["id"])
        for number in range(ROUNDS):
            prompt = {"text": f"esc: echo race-{number}"}
            assert (await codex_client.call("POST", f"/api/sessions/{session['id']}/prompt", prompt))[0] == 202
            won[await race(codex_client, other, chance)] += 1
            await codex_client.idle(session["id"])
    assert sum(won.values()) == ROUNDS
    assert len(won) == 2, f"a race that one side always wins is none: {won}"


async def race(client: Client, other: OtherClient, chance: random.Random) -> str:
    """Have Pilot and the other client answer differently at once; return who won."""
    ours, theirs = chance.sample(["allow_once", "deny"], 2)
    lead_s = chance.uniform(-0.001, 0.006)  # Pilot's way is longer: a transaction, then the socket
    ask = await client.next_ask()
    said = await asyncio.wait_for(other.asked.get(), 10)
    native = {"decision": "accept" if theirs == "allow_once" else "decline"}
    (status, body), _ = await asyncio.gather(
        after(max(0.0, -lead_s), client.decide(ask, ours)), after(max(0.0, lead_s), other.answer(said, native))
    )
    tool = await client.event("pilot.tool.completed", lambda event: event["callId"] == ask["callId"])
    happened = "allow_once" if tool["status"] == "completed" else "deny"
    ended = await client.resolved(ask["id"])
    assert ended["state"] == "resolved"
    assert ended["resolution"]["choice"] == happened, "what is recorded is what happened"
    assert (ended["resolution"]["by"]["kind"] == "owner") == (status == 200) == (happened == ours), body
    return str(ended["resolution"]["by"]["kind"])


async def after(pause_s: float, answering: Awaitable[Any]) -> Any:
    """Let the other side have a head start of a moment."""
    await asyncio.sleep(pause_s)
    return await answering


async def live(client: Client) -> Json | None:
    sessions = (await client.get("/api/sessions"))["sessions"]
    return next((session for session in sessions if session["live"]), None)
