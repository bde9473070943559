"""What people call the agents."""

_NAMES = {
    "opencode": "OpenCode",
    "codex": "Codex",
    "claude": "Claude Code",
    "gemini": "Gemini",
    "copilot": "Copilot",
    "qwen": "Qwen",
    "cursor": "Cursor",
    "aider": "Aider",
    "demo": "Recording",
}


def agent_name(agent: str) -> str:
    """Return an agent's name for people; ``webview/js/select.js`` has the same."""
    return _NAMES.get(agent, agent)
