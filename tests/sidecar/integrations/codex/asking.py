"""Requests of Codex's as its schema has them, and asks made of them."""

import copy
from collections.abc import Iterator
from typing import Any

from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.digest import ask_digest
from pilot_sidecar.integrations.codex import drafts
from pilot_sidecar.integrations.codex.drafts import Content
from pilot_sidecar.integrations.codex.native import Item

Json = dict[str, Any]
PLACE = {"threadId": "t", "turnId": "turn", "itemId": "call", "startedAtMs": 1}
AMENDMENT = {"acceptWithExecpolicyAmendment": {"execpolicy_amendment": ["/bin/bash", "-lc", "npm test"]}}
ALLOW_HOST = {"applyNetworkPolicyAmendment": {"network_policy_amendment": {"action": "allow", "host": "example.org"}}}
BLOCK_HOST = {"applyNetworkPolicyAmendment": {"network_policy_amendment": {"action": "deny", "host": "example.org"}}}
COMMAND: Json = {
    **PLACE, "kind": "command", "command": "/bin/bash -lc 'npm test'", "cwd": "/home/dev/project", "reason": "to test",
    "environmentId": "local", "commandActions": [{"type": "unknown", "command": "npm test"}],
    "proposedExecpolicyAmendment": ["/bin/bash", "-lc", "npm test"],
    "availableDecisions": ["accept", AMENDMENT, "cancel"],
}  # fmt: skip
NETWORK: Json = {
    **PLACE, "kind": "command", "networkApprovalContext": {"host": "example.org", "protocol": "https"},
    "command": "curl https://example.org", "cwd": "/home/dev/project",
    "availableDecisions": ["accept", "acceptForSession", ALLOW_HOST, BLOCK_HOST, "cancel"],
}  # fmt: skip
FILES: Json = {**PLACE, "reason": "outside the folder", "grantRoot": None}
PERMISSIONS: Json = {
    **PLACE, "cwd": "/home/dev/project", "reason": "to build", "environmentId": None,
    "permissions": {"network": {"enabled": True}, "fileSystem": {"read": None, "write": ["/opt"]}},
}  # fmt: skip
TOOL: Json = {
    "threadId": "t", "turnId": "turn", "serverName": "lab", "mode": "form", "message": "Run “wipe”?",
    "requestedSchema": {"type": "object", "properties": {}},
    "_meta": {
        "codex_approval_kind": "mcp_tool_call", "tool_name": "wipe", "tool_params": {"what": "all"},
        "tool_description": "Wipes.", "persist": ["session", "always"],
    },
}  # fmt: skip
FORM: Json = {
    "threadId": "t", "turnId": None, "serverName": "lab", "mode": "form", "message": "Where to?", "_meta": None,
    "requestedSchema": {
        "type": "object",
        "properties": {
            "count": {"type": "integer", "title": "How many", "description": "At most 5"},
            "env": {"type": "string", "enum": ["d", "p"], "enumNames": ["dev", "prod"]},
        },
        "required": ["count"],
    },
}  # fmt: skip
PAGE: Json = {
    "threadId": "t", "serverName": "lab", "mode": "url", "message": "Log in, please.", "url": "https://example.org/in",
    "elicitationId": "e",
}  # fmt: skip
INPUT: Json = {
    **PLACE, "isBlocking": True, "autoResolutionMs": None,
    "questions": [
        {
            "id": "color", "header": "Colour", "question": "Which colour?", "isOther": True, "isSecret": False,
            "options": [{"label": "Blue", "description": "like the sea"}, {"label": "Red", "description": ""}],
        },
        {"id": "why", "header": "Why", "question": "Why?", "options": None},
    ],
}  # fmt: skip
REQUESTS: list[tuple[str, Json]] = [
    (drafts.COMMAND, COMMAND), (drafts.COMMAND, NETWORK), (drafts.FILES, FILES), (drafts.PERMISSIONS, PERMISSIONS),
    (drafts.ELICITATION, TOOL), (drafts.ELICITATION, FORM), (drafts.ELICITATION, PAGE), (drafts.USER_INPUT, INPUT),
]  # fmt: skip
ODD: list[object] = [None, True, 5, -1.5, "", "text", [], [None, 5, "x", [], {}], {}, {"x": None}]


def content(method: str, params: Json, item: Item | None = None) -> Content:
    return drafts.content_of(method, params, item)


def ask_of(method: str, params: Json, item: Item | None = None) -> Ask:
    """Return the ask that a person sees."""
    found = content(method, params, item)
    return Ask(
        id="a", kind=found.kind, digest=ask_digest(found.tool, found.input, "/p", "t"), agent="codex", session_id="t",
        project_id="p", directory="/p", machine="m", created_at=1, tool=found.tool, title=found.title,
        summary=found.summary, command=found.command, files=list(found.files), input=dict(found.input),
        questions=list(found.questions), options=list(found.options), decisions=list(found.decisions),
        always=found.always,
    )  # fmt: skip


def options(found: Content) -> list[tuple[str, str, str]]:
    return [(option.id, option.label, option.kind) for option in found.options]


def twisted(params: Json) -> Iterator[Json]:
    """Yield a request with each of its parts missing, and with each of its parts something odd."""
    for path in _paths(params):
        *way, last = path
        for value in ODD:
            changed = copy.deepcopy(params)
            _at(changed, way)[last] = value
            yield changed
        without = copy.deepcopy(params)
        if isinstance(_at(without, way), dict):
            del _at(without, way)[last]
            yield without


def _paths(value: object, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        yield (*way, name)
        yield from _paths(inner, (*way, name))


def _at(value: Any, way: list[Any]) -> Any:
    for name in way:
        value = value[name]
    return value
