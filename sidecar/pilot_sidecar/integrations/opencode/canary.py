"""A turn of the real OpenCode, with the user's own configuration and so with the bridge in it, but with no account.

It runs as ``opencode serve``, whose permissions are those of a terminal. Its sessions, logs and state are put beside
the scratch folder, so that nothing of it is among the user's own.
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.infra.offspring import first_line, launch
from pilot_sidecar.infra.scripted_model import ScriptedModel, serve_model
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.integrations.opencode.canary_config import MODEL, NAME, environment
from pilot_sidecar.integrations.opencode.canary_model import ChatScript
from pilot_sidecar.integrations.opencode.layout import layout_of
from pilot_sidecar.integrations.ports import Errand, InstallOptions

START_S = 30.0
"""OpenCode waits for the user's plugins, and where one needs a package, for npm."""
TURN_S = 60.0
AGAIN = "Run `pilot init opencode`, then try again."
BY_HAND = "Run `opencode` in a terminal; it says what is wrong."
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_RULES = [
    {"permission": "*", "pattern": "*", "action": "deny"},
    {"permission": "bash", "pattern": "*", "action": "ask"},
]
"""The session's own: they have the last word, whatever the user's configuration allows."""


class OpenCodeTurn:
    """The one turn of a session: OpenCode answers the prompt's request when it is over."""

    def __init__(self, http: aiohttp.ClientSession, script: ChatScript, session_id: str) -> None:
        self._http = http
        self._script = script
        self._path = f"/session/{session_id}/message"

    async def finished(self) -> bool:
        """Have the turn run to its end, and return whether the errand ran."""
        model = {"providerID": NAME, "modelID": MODEL}
        text = "This is Pilot's canary: ask once, to run something harmless."
        body = {"model": model, "agent": NAME, "parts": [{"type": "text", "text": text}]}
        answer = await _post(self._http, self._path, body)
        error = (answer.get("info") or {}).get("error")
        if not self._script.asked:
            raise AgentUnavailableError(f"its turn failed: {_words_of(error)}", BY_HAND)
        return self._script.ran


@asynccontextmanager
async def start_canary(
    options: InstallOptions, program: str, scratch: Path, errand: Errand
) -> AsyncIterator[OpenCodeTurn]:
    """Start OpenCode with a session in the scratch folder; raises AgentUnavailableError with where it stopped."""
    loader = layout_of(options.environ, options.home).loader
    if not loader.is_file():
        raise AgentUnavailableError(f"its bridge is gone: there is no {loader}", AGAIN)
    script = ChatScript(errand)
    password = secrets.token_urlsafe(24)
    async with serve_model(script) as model, _serve(options, program, scratch, model, password) as url:
        timeout = aiohttp.ClientTimeout(total=TURN_S)
        auth = aiohttp.BasicAuth("opencode", password)
        async with aiohttp.ClientSession(url, auth=auth, timeout=timeout) as http:
            session = await _post(http, "/session", {"title": "Pilot's canary", "permission": _RULES})
            yield OpenCodeTurn(http, script, str(session.get("id")))


@asynccontextmanager
async def _serve(
    options: InstallOptions, program: str, scratch: Path, model: ScriptedModel, password: str
) -> AsyncIterator[str]:
    command = [program, "serve", "--port", "0", "--hostname", "127.0.0.1"]
    try:
        offspring = await launch(command, environment(options, scratch, model, password), scratch)
    except OSError as error:
        raise AgentUnavailableError(f"did not start: {error.strerror or error}", BY_HAND) from error
    async with offspring, Tasks("opencode-canary") as tasks:
        try:
            async with asyncio.timeout(START_S):
                url = await _address(offspring.stdout)
        except TimeoutError:
            raise AgentUnavailableError(f"did not start within {START_S:.0f} s.", BY_HAND) from None
        if url is None:
            raise AgentUnavailableError(f"did not start: {offspring.last_words() or 'no word of why'}", BY_HAND)
        tasks.spawn("output", _drain(offspring.stdout))
        yield url


async def _address(output: asyncio.StreamReader) -> str | None:
    """Return where OpenCode says it listens; None when it ended without a word of that."""
    while line := await output.readline():
        if found := _ADDRESS.search(line.decode("utf-8", "replace")):
            return found[0]
    return None


async def _drain(output: asyncio.StreamReader) -> None:
    while await output.read(64 * 1024):
        continue


async def _post(http: aiohttp.ClientSession, path: str, body: object) -> dict[str, Any]:  # Any: JSON
    """Return OpenCode's answer; raises AgentUnavailableError with its words."""
    try:
        async with http.post(path, json=body) as response:
            answer = await response.json(content_type=None)
            if response.status >= 400:
                raise AgentUnavailableError(f"refused to work: {_words_of(answer)}", BY_HAND)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise AgentUnavailableError(f"does not answer: {error or type(error).__name__}", BY_HAND) from error
    return answer if isinstance(answer, dict) else {}


def _words_of(error: object) -> str:
    """Return what is wrong, in OpenCode's words."""
    if not isinstance(error, dict):
        return "no word of why"
    data = error.get("data")
    inner = data if isinstance(data, dict) else error
    words = first_line(str(inner.get("message") or inner.get("path") or ""))
    return ": ".join(filter(None, (str(error.get("name") or ""), words))) or "no word of why"
