"""What OpenCode asks, as Pilot's asks: complete, with OpenCode's own answers."""

from collections.abc import Mapping

from pilot_sidecar.core.ask_records import AskDraft
from pilot_sidecar.core.asks_model import AskOption, DecisionRequest, Question, QuestionOption
from pilot_sidecar.integrations.opencode.frames import GateFrame
from pilot_sidecar.integrations.opencode.native import PermissionRequest, QuestionInfo, QuestionRequest
from pilot_sidecar.integrations.opencode.sessions import AGENT
from pilot_sidecar.integrations.opencode.tools import files_in, kind_of

_TITLES = {
    "bash": "Run a command",
    "edit": "Change a file",
    "write": "Write a file",
    "read": "Read a file",
    "glob": "Look for files",
    "grep": "Search in files",
    "list": "List a folder",
    "external_directory": "Reach outside the project",
    "webfetch": "Fetch a web page",
    "websearch": "Search the web",
    "codesearch": "Search for code on the web",
    "task": "Start a sub-agent",
    "skill": "Load a skill",
    "doom_loop": "Go on after repeated failures",
}
_ONCE = AskOption(id="once", label="Allow once", kind="allow_once")
_REJECT = AskOption(id="reject", label="Reject", kind="deny")


def permission_draft(
    request: PermissionRequest, directory: str, origin: Mapping[str, object], parents: tuple[str, ...]
) -> AskDraft:
    """Return a permission as an ask; the terminal's dialog stays live beside it."""
    files = tuple(files_in(request.metadata))
    command = request.metadata.get("command")
    always = always_text(request)
    return AskDraft(
        kind="permission",
        id=request.id,
        agent=AGENT,
        session_id=request.session_id,
        directory=directory,
        tool=request.permission,
        title=title_of(request.permission),
        summary=_summary(request),
        command=command if isinstance(command, str) else None,
        files=files,
        input={**request.metadata, "patterns": request.patterns},
        call_id=request.tool.call_id if request.tool else None,
        options=(_ONCE, AskOption(id="always", label="Allow always", kind="allow_always", description=always), _REJECT),
        decisions=("allow_once", "allow_always", "deny"),
        always=always,
        terminal="race",
        origin=origin,
        parents=parents,
    )


def question_draft(
    request: QuestionRequest, directory: str, origin: Mapping[str, object], parents: tuple[str, ...]
) -> AskDraft:
    """Return questions as one ask."""
    return AskDraft(
        kind="question",
        id=request.id,
        agent=AGENT,
        session_id=request.session_id,
        directory=directory,
        tool="question",
        title=request.questions[0].header or "A question" if request.questions else "A question",
        summary=request.questions[0].question if request.questions else "",
        input={"questions": [question.model_dump(mode="json", exclude_none=True) for question in request.questions]},
        call_id=request.tool.call_id if request.tool else None,
        questions=tuple(_question(question) for question in request.questions),
        options=(AskOption(id="reject", label="Dismiss", kind="deny"),),
        decisions=("answer", "deny"),
        terminal="race",
        origin=origin,
        parents=parents,
    )


def gate_draft(gate: GateFrame, origin: Mapping[str, object], parents: tuple[str, ...], timeout_ms: int) -> AskDraft:
    """Return a held tool call of ``opencode run`` as an ask; nobody else can answer it."""
    command = gate.args.get("command")
    path = gate.args.get("filePath") or gate.args.get("path") or gate.args.get("url") or gate.args.get("query")
    kind = kind_of(gate.tool)
    return AskDraft(
        kind="permission",
        id=gate.id,
        agent=AGENT,
        session_id=gate.session_id,
        directory=gate.directory,
        tool=gate.tool,
        title=title_of("edit" if kind == "edit" else gate.tool),
        summary=str(command or path or gate.tool).split("\n", 1)[0],
        command=command if isinstance(command, str) else None,
        input=gate.args,
        call_id=gate.call_id,
        options=(_ONCE, _REJECT),
        decisions=("allow_once", "deny"),
        terminal="exclusive",
        fallback="deny",
        timeout_ms=timeout_ms,
        origin=origin,
        parents=parents,
    )


def reply_of(decision: DecisionRequest) -> dict[str, object]:
    """Return a decision in OpenCode's form."""
    match decision.kind:
        case "allow_once":
            return {"reply": "once"}
        case "allow_always":
            return {"reply": "always"}
        case _:
            return {"reply": "reject", "message": decision.message} if decision.message else {"reply": "reject"}


def title_of(permission: str) -> str:
    """Return what a permission is about, in words."""
    return _TITLES.get(permission, f"Use {permission}")


def always_text(request: PermissionRequest) -> str:
    """Return what “always” would mean, as OpenCode's own dialog says it."""
    if request.always == ["*"]:
        return f"This will allow {request.permission} until OpenCode is restarted."
    lines = "\n".join(f"- {pattern}" for pattern in request.always)
    return f"This will allow the following patterns until OpenCode is restarted.\n{lines}"


def _summary(request: PermissionRequest) -> str:
    for name in ("command", "filepath", "filePath", "url", "query", "description"):
        if isinstance(text := request.metadata.get(name), str) and text:
            return text.split("\n", 1)[0]
    return ", ".join(request.patterns) or request.permission


def _question(info: QuestionInfo) -> Question:
    return Question(
        question=info.question,
        header=info.header,
        options=[QuestionOption(label=choice.label, description=choice.description) for choice in info.options],
        multiple=bool(info.multiple),
        custom=info.custom is not False,
    )
