"""OpenCode's MCP and language servers, in Pilot's form."""

from typing import Protocol

from pilot_sidecar.core.agents import ServerStatus
from pilot_sidecar.integrations.opencode.link import Answer

_MCP = {
    "connected": "connected",
    "disabled": "disabled",
    "needs_auth": "needs_auth",
    "needs_client_registration": "needs_auth",
    "failed": "failed",
}
_LSP = {"connected": "connected", "error": "failed"}


class Process(Protocol):
    """The process that runs a session."""

    async def rpc(self, method: str, path: str, directory: str, body: object = None) -> Answer:
        """Run a request on the process's own server."""
        ...


async def servers_of(process: Process, directory: str) -> list[ServerStatus]:
    """Return the servers of a folder; none where the bridge is older than this."""
    mcp = await process.rpc("GET", "/mcp", directory)
    lsp = await process.rpc("GET", "/lsp", directory)
    return [*mcp_in(mcp.body if mcp.ok else None), *lsp_in(lsp.body if lsp.ok else None)]


def mcp_in(body: object) -> list[ServerStatus]:
    """Return the MCP servers of an answer."""
    return [
        _server("mcp", str(name), _MCP.get(str(raw.get("status"))), raw.get("error"))
        for name, raw in (body.items() if isinstance(body, dict) else ())
        if isinstance(raw, dict)
    ]


def lsp_in(body: object) -> list[ServerStatus]:
    """Return the language servers of an answer."""
    return [
        _server("lsp", str(raw.get("name") or raw.get("id")), _LSP.get(str(raw.get("status"))), raw.get("root"))
        for raw in (body if isinstance(body, list) else [])
        if isinstance(raw, dict)
    ]


def _server(kind: str, name: str, state: str | None, message: object) -> ServerStatus:
    words = message[:300] if isinstance(message, str) and message else None
    found = {"kind": kind, "name": name[:200], "state": state or "starting", "message": words}
    return ServerStatus.model_validate(found)
