"""What a hub would say, for pages without one: sessions in every state, and an ask of every kind."""

import time
from typing import Any

NOW = int(time.time() * 1000)
LONG_PATH = "src/parser/reading_very_long_names.py"
PATCH = """@@ -1,3 +1,4 @@
 import json
-def parse(text):
+def parse(text: str) -> dict[str, object]:
+    text = text.strip()
     return json.loads(text)
"""
FILE = {"path": LONG_PATH, "status": "modified", "additions": 2, "deletions": 1, "patch": PATCH}
PROSE = """# What I found

See [the docs](https://example.org/a) and `parse_everything_at_once_please()`:

```python
print('a line that is much longer than any sidebar is wide, and goes on and on')
```

| a | b | c |
|---|---|---|
| one | two | three |

> quoted

- one
- two
"""
CAPABILITIES = {
    "stream": "tokens",
    "approve": "race",
    "always": True,
    "denyMessage": True,
    "prompt": "now",
    "queue": True,
    "resume": False,
    "interrupt": True,
    "history": True,
    "usage": True,
    "guarded": False,
}
STATES: list[dict[str, Any]] = [
    {},
    {"state": "busy"},
    {"state": "error", "lastError": "The model refused"},
    {"state": "ended", "live": False},
]
TOKENS = ("inputTokens", "outputTokens", "reasoningTokens", "cacheReadTokens", "cacheWriteTokens", "costUsd")


def session(number: int) -> dict[str, Any]:
    """Return a session; agent, project and state follow from its number."""
    project = number % 2
    return {
        "id": f"s{number}",
        "agent": ("codex", "opencode", "claude")[number % 3],
        "projectId": f"p{project}",
        "directory": ("/home/ada/shop", "/home/ada/compiler")[project],
        "title": f"Parse the configuration file, part {number}",
        "state": "idle",
        "live": True,
        "createdAt": NOW,
        "updatedAt": NOW - number * 400_000,
        "demo": False,
        "lastLine": "Both tests pass now; the third needs a decision of yours",
        "capabilities": CAPABILITIES,
        "usage": dict.fromkeys(TOKENS, 12) | {"contextTokens": 61_000, "contextLimit": 200_000},
        "model": "anthropic/some-model-5",
        "mode": "build",
        "files": [FILE],
        "todos": [{"text": "Read", "status": "completed"}, {"text": "Write it down", "status": "in_progress"}],
    } | STATES[number % 4]


def ask(name: str, **change: Any) -> dict[str, Any]:
    """Return an ask of the first session."""
    return {
        "id": f"a-{name}",
        "kind": "permission",
        "state": "pending",
        "digest": "d",
        "agent": "codex",
        "sessionId": "s0",
        "parents": [],
        "projectId": "p0",
        "directory": "/home/ada/shop",
        "machine": "laptop",
        "createdAt": NOW,
        "tool": "bash",
        "title": "Run a command",
        "summary": "pip install --upgrade something",
        "files": [],
        "questions": [],
        "options": [],
        "decisions": ["allow_once", "allow_always", "deny", "release"],
        "terminal": "race",
        "deadline": NOW + 290_000,
    } | change


QUESTION = {
    "question": "Which database should the cart use?",
    "options": [{"label": "SQLite", "description": "One file, nothing to run"}, {"label": "PostgreSQL"}],
    "multiple": False,
    "custom": True,
    "format": "text",
}
PLAN = "## Steps\n\n1. Read the parser\n2. Write `parse_all`\n\n> carefully"
ASKS = {
    "command": ask(
        "command",
        command="pip install --upgrade --no-cache-dir something==4.2.0 && python -m something --check",
        always="Until Codex is restarted: pip install *",
        reason="The test needs it.",
    ),
    "edit": ask("edit", title="Edit a file", summary=LONG_PATH, files=[FILE]),
    "question": ask(
        "question", kind="question", title="Which database?", decisions=["answer", "deny"], questions=[QUESTION]
    ),
    "plan": ask("plan", kind="plan", title="Plan", decisions=["allow_once", "deny"], input={"plan": PLAN}),
}


ENDED = ask(
    "ended",
    state="cancelled",
    resolution={"by": {"kind": "hub", "name": "", "verified": True}, "at": NOW, "reason": "The demo was started again"},
)


def snapshot(*asks: str, sessions: int) -> dict[str, Any]:
    """Return the first picture, with these asks waiting."""
    return {
        "cursor": "e-10",
        "hub": {"version": "0", "protocol": 1, "machine": "laptop", "startedAt": NOW},
        "projects": [
            {"id": "p0", "name": "shop", "directory": "/home/ada/shop"},
            {"id": "p1", "name": "compiler", "directory": "/home/ada/compiler"},
        ],
        "sessions": [session(number) for number in range(sessions)],
        "asks": [ASKS[name] for name in asks],
        "agents": [{"agent": "codex", "state": "connected", "connections": 1, "starts": True, "unknownEvents": {}}],
        "clients": [],
        "viewer": {"id": "c", "kind": "vscode", "name": "VS Code", "scope": "admin"},
    }


def tool(number: int, kind: str, **change: Any) -> dict[str, Any]:
    """Return a tool call of the transcript."""
    told = {"id": f"t{number}", "at": NOW, "endedAt": NOW + 900, "kind": "tool", "tool": kind, "toolKind": kind}
    return told | {"title": kind, "status": "completed", "files": []} | change


ITEMS = [
    {"id": "i1", "at": NOW, "kind": "prompt", "text": "Make the parser strict, and tell me what broke."},
    {"id": "i2", "at": NOW, "kind": "reasoning", "text": "They want it strict.", "streaming": False},
    tool(1, "read", input={"filePath": f"/home/ada/shop/{LONG_PATH}"}, output="import json"),
    {"id": "i3", "at": NOW, "kind": "text", "streaming": False, "text": PROSE},
    tool(2, "edit", input={"filePath": LONG_PATH}, files=[FILE]),
    tool(3, "shell", input={"command": "pytest -q"}, status="failed", error="1 failed, 12 passed"),
    tool(4, "shell", input={"command": "pytest -q tests/one"}, status="denied"),
    {"id": "i4", "at": NOW, "kind": "error", "message": "The model is overloaded."},
    {"id": "i5", "at": NOW, "kind": "text", "text": "Twelve pass.", "streaming": False},
]


EVERYWHERE = dict.fromkeys(("desk", "push", "telegram", "sound"), True)
NOTIFICATIONS = {
    "channels": [
        {"channel": "desk", "state": "ready", "message": "", "deliveredAt": NOW, "endpoints": [
            {"id": "w", "name": "VS Code · a project with a long name", "state": "ready"}]},
        {"channel": "push", "state": "ready", "message": "", "endpoints": [
            {"id": "d", "name": "Anna's phone, the one with the long name", "state": "paused", "error": "Gone."}]},
        {"channel": "telegram", "state": "off", "message": "There is no bot yet.", "endpoints": []},
    ],
    "rules": dict.fromkeys(("ask", "finished", "error", "stuck", "budget"), EVERYWHERE) | {"projects": {}},
    "quiet": False,
}  # fmt: skip


def answers(*asks: str, sessions: int = 9) -> dict[str, Any]:
    """Return what each call is answered with."""
    models = [{"id": "m", "name": "Some model with a long name"}]
    return {
        "snapshot": snapshot(*asks, sessions=sessions),
        "sessions.messages": {"items": ITEMS, "seq": 10},
        "sessions.options": {"modes": [{"id": "build", "name": "Build"}], "models": models},
        "sessions.diff": {"files": [FILE]},
        "asks.list": {"asks": [ENDED]},
        "agents.options": {"models": models, "policies": []},
        "notifications.get": NOTIFICATIONS,
    }
