"""What OpenCode's tools are, in Pilot's words."""

from pilot_sidecar.core.models import FileDiff, ToolKind, ToolStatus
from pilot_sidecar.integrations.opencode.native import Diff, Part, ToolState

_KINDS: dict[str, ToolKind] = {
    "bash": "shell",
    "read": "read",
    "write": "write",
    "edit": "edit",
    "multiedit": "edit",
    "patch": "edit",
    "apply_patch": "edit",
    "grep": "search",
    "glob": "search",
    "list": "search",
    "codesearch": "search",
    "webfetch": "fetch",
    "websearch": "fetch",
    "task": "task",
    "todowrite": "todo",
    "todoread": "todo",
    "question": "question",
}
_REFUSED = ("The user rejected permission", "The user has specified a rule", "The user dismissed", "Denied in Pilot")
OUTPUT_TAIL = 64_000
"""Characters of a running tool's output that travel; the completed call carries all."""


def kind_of(tool: str) -> ToolKind:
    """Return what sort of tool it is; names of MCP tools contain their server's."""
    return _KINDS.get(tool) or ("mcp" if "_" in tool else "other")


def status_of(state: ToolState) -> ToolStatus:
    """Return where the call stands; a refused one is no failure."""
    if state.status == "error":
        return "denied" if (state.error or "").startswith(_REFUSED) else "failed"
    return state.status


def title_of(part: Part) -> str:
    """Return one line that says what the call does."""
    given = part.state.input
    for name in ("command", "filePath", "path", "pattern", "url", "query", "description"):
        if isinstance(text := given.get(name), str) and text:
            return text
    return part.state.title or part.tool


def live_output(state: ToolState) -> str | None:
    """Return the end of what a running tool printed so far."""
    output = state.metadata.get("output")
    return output[-OUTPUT_TAIL:] if isinstance(output, str) and output else None


def child_session(state: ToolState) -> str | None:
    """Return the session of the sub-agent that a task runs."""
    child = state.metadata.get("sessionId")
    return child if isinstance(child, str) else None


def files_of(state: ToolState) -> list[FileDiff]:
    """Return what an edit or write changed; of a write OpenCode tells only the new content."""
    if found := files_in(state.metadata):
        return found
    path, content = state.metadata.get("filepath"), state.input.get("content")
    if not isinstance(path, str) or not isinstance(content, str):
        return []
    if state.metadata.get("exists"):
        return [FileDiff(path=path)]
    lines = content.splitlines()
    patch = "\n".join([f"--- /dev/null\n+++ {path}\n@@ -0,0 +1,{len(lines)} @@", *(f"+{line}" for line in lines)])
    return [FileDiff(path=path, patch=patch + "\n", additions=len(lines), status="added")]


def files_in(metadata: dict[str, object]) -> list[FileDiff]:
    """Return the diffs that OpenCode put beside a call or a permission."""
    if isinstance(files := metadata.get("files"), list):
        found = [_patched(entry) for entry in files if isinstance(entry, dict)]
        if any(file.patch for file in found):
            return [file for file in found if file.path]
    if isinstance(one := metadata.get("filediff"), dict):
        return [file_diff(Diff.model_validate(one))]
    diff, path = metadata.get("diff"), metadata.get("filepath") or metadata.get("filePath")
    if isinstance(diff, str) and diff:
        return [_counted(str(path or _path_in(diff)), diff)]
    return []


def file_diff(diff: Diff) -> FileDiff:
    """Return a diff of OpenCode's as ours."""
    return FileDiff(
        path=diff.file, patch=diff.patch, additions=diff.additions, deletions=diff.deletions, status=diff.status
    )


def _patched(entry: dict[str, object]) -> FileDiff:
    names = ("movePath", "filePath", "relativePath", "path", "file")
    path = str(next((entry[name] for name in names if entry.get(name)), ""))
    patch = entry.get("patch") or entry.get("diff")
    file = _counted(path, patch) if isinstance(patch, str) else FileDiff(path=path)
    return file.model_copy(update={"status": "deleted"}) if entry.get("type") == "delete" else file


def _counted(path: str, patch: str) -> FileDiff:
    lines = patch[max(patch.find("@@"), 0) :].splitlines()
    added, gone = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    whole = "@@ -0,0 " in patch
    return FileDiff(path=path, patch=patch, additions=added, deletions=gone, status="added" if whole else "modified")


def _path_in(patch: str) -> str:
    line = next((line for line in patch.splitlines() if line.startswith("+++ ")), "+++ ")
    return line[4:].split("\t")[0].strip()
