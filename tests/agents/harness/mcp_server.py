"""A tiny MCP server for Codex to call: a tool that needs approval, and one that asks back with a form."""

import json
import sys

TOOLS = [
    {
        "name": "wipe",
        "description": "Wipes something.",
        "inputSchema": {"type": "object", "properties": {"what": {"type": "string"}}},
        "annotations": {"destructiveHint": True, "readOnlyHint": False},
    },
    {
        "name": "deploy",
        "description": "Asks where to, then deploys.",
        "inputSchema": {"type": "object", "properties": {}},
        "annotations": {"readOnlyHint": True},
    },
]
FORM = {
    "type": "object",
    "properties": {
        "env": {"type": "string", "enum": ["dev", "prod"], "title": "Environment"},
        "count": {"type": "integer", "title": "How many"},
    },
    "required": ["env", "count"],
}


def send(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def call(params: dict[str, object]) -> str:
    if params["name"] != "deploy":
        return f"wiped {json.dumps(params.get('arguments'))}"
    asked = {"message": "Where should it go?", "requestedSchema": FORM}
    send({"id": "form", "method": "elicitation/create", "params": asked})
    answer = json.loads(sys.stdin.readline())
    return f"deployed {json.dumps(answer.get('result'), sort_keys=True)}"


def result_of(method: str, params: dict[str, object]) -> dict[str, object]:
    if method == "initialize":
        server = {"name": "lab", "version": "1"}
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": server}
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": call(params)}]}
    return {}


for line in sys.stdin:
    request = json.loads(line)
    if request.get("id") is not None:
        send({"id": request["id"], "result": result_of(request["method"], request.get("params") or {})})
