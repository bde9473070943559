"""An agent that tries to answer its own ask from its shell: refused, and the person in VS Code is told."""

import json

from playwright.async_api import expect

from agents.harness.hub import Client
from agents.harness.opencode import Serve
from browser.harness.steps import begin
from vscode.harness.found_hub import FoundHub
from vscode.harness.window import Window

SCRIPT = """
curl -s -X POST -H "Authorization: Bearer {token}" -H "Content-Type: application/json" \
 -d '{body}' {url}/api/asks/{ask}/decision
"""


async def test_the_person_is_told_and_decides_as_before(
    window: Window, hub: FoundHub, serve: Serve, client: Client
) -> None:
    waiting, acting = await begin(serve, client), await begin(serve, client)
    serve.prompt(waiting, f"call bash {json.dumps({'command': 'echo wanted', 'description': 'x'})}")
    ask = await client.waiting(waiting)
    body = json.dumps({"kind": "allow_once", "digest": ask["digest"]})
    command = SCRIPT.format(token=hub.file["token"], body=body, url=hub.file["url"], ask=ask["id"]).strip()
    serve.prompt(acting, f"call bash {json.dumps({'command': command, 'description': 'x'})}")
    await client.decide(await client.waiting(acting), "allow_once")
    told = window.notifications.about("OpenCode tried to answer its own question, by “curl”. Pilot refused.")
    await expect(told.box).to_be_visible()
    assert [one["id"] for one in await client.asks()] == [ask["id"]], "it still waits"
    await told.press("Show Session")
    page = await window.dashboard("panel")
    await expect(page.permission).to_contain_text("echo wanted")
    await window.says_waiting(1)
    await window.run("Pilot: Approve Next")  # what a person does in this window counts
    await window.quick.pick("Approve once")
    await window.says_waiting(0)
    await client.idle(waiting)
    await client.idle(acting)
