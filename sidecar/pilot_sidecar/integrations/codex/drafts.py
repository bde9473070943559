"""What Codex asks, as Pilot's asks, in the words of Codex's own dialogs: pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pilot_sidecar.core.asks_model import AskKind, AskOption, DecisionKind, Question, QuestionOption
from pilot_sidecar.core.models import FileDiff
from pilot_sidecar.integrations.codex import forms
from pilot_sidecar.integrations.codex.items import call_of, unwrapped
from pilot_sidecar.integrations.codex.native import Item
from pilot_sidecar.integrations.codex.rpc import Json

COMMAND = "item/commandExecution/requestApproval"
FILES = "item/fileChange/requestApproval"
PERMISSIONS = "item/permissions/requestApproval"
ELICITATION = "mcpServer/elicitation/request"
USER_INPUT = "item/tool/requestUserInput"
ASKING = frozenset({COMMAND, FILES, PERMISSIONS, ELICITATION, USER_INPUT})
"""Requests of a server's that a person answers."""

_ACCEPT = AskOption(id="accept", label="Yes, proceed", kind="allow_once")
_ONCE = AskOption(id="accept", label="Yes, just this once", kind="allow_once")
_DECLINE = AskOption(id="decline", label="No, continue without running it", kind="deny")
_CANCEL = AskOption(id="cancel", label="No, and tell Codex what to do differently", kind="deny")
_NO_EDIT = _DECLINE.model_copy(update={"label": "No, continue without these edits"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an ask is about, without where it comes from."""

    kind: AskKind = "permission"
    tool: str
    title: str
    summary: str = ""
    reason: str | None = None
    command: str | None = None
    input: Mapping[str, object]
    files: Sequence[FileDiff] = ()
    options: Sequence[AskOption] = ()
    questions: Sequence[Question] = ()
    decisions: tuple[DecisionKind, ...] = ("allow_once", "deny")

    @property
    def always(self) -> str | None:
        """What “always” would mean, in Codex's words."""
        lines = [option.label for option in self.options if option.kind == "allow_always"]
        return "\n".join(lines) or None


def content_of(method: str, params: Json, item: Item | None) -> Content:
    """Return what a request asks; ``item`` is the call it is about, where it is known."""
    match method:
        case "item/commandExecution/requestApproval":
            return _command(params)
        case "item/fileChange/requestApproval":
            return _files(params, item)
        case "item/permissions/requestApproval":
            return _permissions(params)
        case "item/tool/requestUserInput":
            return _user_input(params)
        case _:
            return _elicitation(params)


def _command(params: Json) -> Content:
    network = params.get("networkApprovalContext")
    command = _plain(params)
    given = {name: value for name in _COMMAND_FIELDS if (value := params.get(name)) is not None}
    options = _command_options(params, isinstance(network, dict))
    host = str(network.get("host") or "") if isinstance(network, dict) else ""
    title = "Reach a network host" if host else _COMMAND_TITLES.get(_text(params, "kind") or "", "Run a command")
    return Content(
        tool="shell",
        title=title,
        summary=host or (command or "").partition("\n")[0] or _text(params, "reason") or "",
        reason=_reason(params, host),
        command=command,
        input=given,
        options=options,
        decisions=_decisions(options),
    )


_COMMAND_TITLES = {"writeStdin": "Send input to a running command"}
_COMMAND_FIELDS = (
    "kind", "command", "cwd", "reason", "environmentId", "additionalPermissions", "networkApprovalContext",
    "approvalId",
)  # fmt: skip


def _reason(params: Json, host: str) -> str | None:
    """Return why, and all that is asked for beyond the command: what is not shown must not be allowed."""
    extra = params.get("additionalPermissions")
    lines = [
        _text(params, "reason"),
        f"Network host: {host}" if host else None,
        f"Permissions it asks for: {json.dumps(extra, ensure_ascii=False, sort_keys=True)}" if extra else None,
    ]
    return "\n".join(line for line in lines if line) or None


def _plain(params: Json) -> str | None:
    """Return the command as the agent wrote it, without the shell that Codex puts around it."""
    actions = [action for action in _list(params, "commandActions") if isinstance(action, dict)]
    return unwrapped(_text(params, "command"), [str(action.get("command") or "") for action in actions]) or None


def _command_options(params: Json, network: bool) -> list[AskOption]:
    """Return Codex's own answers; it takes a plain “no” also where its terminal does not list one."""
    offered = _list(params, "availableDecisions") or ["accept", "cancel"]
    extra = params.get("additionalPermissions") is not None
    found = [option for given in offered if (option := _command_option(given, network=network, extra=extra))]
    options = [option for at, option in enumerate(found) if all(option.id != other.id for other in found[:at])]
    if all(option.id != "decline" for option in options):
        options.insert(next((at for at, option in enumerate(options) if option.id == "cancel"), len(options)), _DECLINE)
    return options


def option_id(given: object) -> str:
    """Return the id under which one of Codex's decisions is offered; empty for unknown ones."""
    match given:
        case str():
            return given
        case {"acceptWithExecpolicyAmendment": dict()}:
            return "acceptWithExecpolicyAmendment"
        case {"applyNetworkPolicyAmendment": {"network_policy_amendment": {"action": "allow" | "deny" as action}}}:
            return f"applyNetworkPolicyAmendment:{action}"
        case _:
            return ""


def _command_option(given: object, *, network: bool, extra: bool) -> AskOption | None:
    match option_id(given):
        case "accept":
            return _ONCE if network else _ACCEPT
        case "decline":
            return _DECLINE
        case "cancel":
            return _CANCEL
        case "applyNetworkPolicyAmendment:deny" as name:
            return AskOption(id=name, label="No, and block this host in the future", kind="deny")
        case "acceptForSession" | "acceptWithExecpolicyAmendment" | "applyNetworkPolicyAmendment:allow" as name:
            label = _always_label(name, given, network=network, extra=extra)
            return AskOption(id=name, label=label, kind="allow_always", description=_REACH[name])
        case _:
            return None


_REACH = {
    "acceptForSession": "Until this session ends.",
    "acceptWithExecpolicyAmendment": "Codex keeps it in its rules: for every session, until you remove it there.",
    "applyNetworkPolicyAmendment:allow": "Codex keeps it in its rules: for every session, until you remove it there.",
}
"""How far an “always” reaches; Codex's own words do not say."""


def _always_label(name: str, given: object, *, network: bool, extra: bool) -> str:
    match given:
        case {"acceptWithExecpolicyAmendment": {"execpolicy_amendment": [*words]}}:
            start = " ".join(str(word) for word in words)
            return f"Yes, and don't ask again for commands that start with `{start}`"
    if name.startswith("applyNetwork"):
        return "Yes, and allow this host in the future"
    if network:
        return "Yes, and allow this host for this conversation"
    if extra:
        return "Yes, and allow these permissions for this session"
    return "Yes, and don't ask again for this command in this session"


def _files(params: Json, item: Item | None) -> Content:
    call = call_of(item) if item else None
    files = list(call.files) if call else []
    changes = [{"path": file.path, "patch": file.patch} for file in files]
    given = {"changes": changes, "itemId": params.get("itemId")}
    given |= {name: value for name in ("reason", "grantRoot") if (value := params.get(name)) is not None}
    label, reach = "Yes, and don't ask again for these files", _REACH["acceptForSession"]
    always = AskOption(id="acceptForSession", label=label, kind="allow_always", description=reach)
    options = [_ACCEPT, always, _NO_EDIT, _CANCEL]
    title = "Make these edits" if files else "Make edits"
    root = _text(params, "grantRoot")
    lines = [_text(params, "reason"), f"For the rest of the session, all of {root} may be written." if root else None]
    return Content(
        tool="apply_patch", title=title, summary=call.title if call else "Codex did not say which files.",
        reason="\n".join(line for line in lines if line) or None, input=given, files=files, options=options,
        decisions=_decisions(options),
    )  # fmt: skip


def _permissions(params: Json) -> Content:
    options = [
        AskOption(id="turn", label="Yes, grant these permissions for this turn", kind="allow_once"),
        AskOption(id="session", label="Yes, grant these permissions for this session", kind="allow_always"),
        AskOption(id="none", label="No, continue without permissions", kind="deny"),
    ]
    given = {name: params.get(name) for name in ("permissions", "cwd", "reason", "environmentId")}
    return Content(
        tool="permissions", title="Grant permissions", summary=_text(params, "reason") or "Codex wants to do more.",
        reason=_text(params, "reason"), input=given, options=options, decisions=_decisions(options),
    )  # fmt: skip


def _elicitation(params: Json) -> Content:
    meta = params.get("_meta")
    server, message = _text(params, "serverName") or "MCP server", _text(params, "message") or ""
    if isinstance(meta, dict) and meta.get("codex_approval_kind"):
        options = _tool_options(meta)
        return Content(
            tool=f"{server}.{meta.get('tool_name') or 'tool'}", title=f"Use a tool of {server}", summary=message,
            input={"arguments": meta.get("tool_params"), "description": meta.get("tool_description")},
            options=options, decisions=_decisions(options),
        )  # fmt: skip
    questions = forms.questions_of(params)
    no = AskOption(id="decline", label="No, but continue without it", kind="deny")
    cancel = AskOption(id="cancel", label="Cancel this request", kind="deny")
    if params.get("mode") == "openai/userVerification":
        return Content(
            tool=server, title=_text(params, "title") or f"{server} asks who you are",
            summary="Only Codex can prove who you are: confirm in its terminal.",
            input={"description": params.get("description")}, options=[no, cancel], decisions=("deny",),
        )  # fmt: skip
    kind: AskKind = "question" if questions else "permission"
    yes = [] if questions else [AskOption(id="accept", label="Yes, provide the requested info", kind="allow_once")]
    return Content(
        kind=kind, tool=server, title=f"{server} asks", summary=message, questions=questions,
        input={"message": message, "url": params.get("url"), "schema": params.get("requestedSchema")},
        options=[*yes, no, cancel], decisions=("answer", "deny") if questions else ("allow_once", "deny"),
    )  # fmt: skip


def _tool_options(meta: Mapping[str, object]) -> list[AskOption]:
    persist = meta.get("persist")
    offered = persist if isinstance(persist, list) else [persist]
    options = [AskOption(id="accept", label="Allow", kind="allow_once", description="Run the tool and continue.")]
    if "session" in offered:
        words = "Run the tool and remember this choice for this session."
        options.append(AskOption(id="session", label="Allow for this session", kind="allow_always", description=words))
    if "always" in offered:
        words = "Run the tool and remember this choice for future tool calls."
        options.append(
            AskOption(id="always", label="Allow and don't ask me again", kind="allow_always", description=words)
        )
    no = AskOption(id="decline", label="Deny", kind="deny", description="Go on without this tool call.")
    cancel = AskOption(id="cancel", label="Cancel", kind="deny", description="Cancel this tool call.")
    return [*options, no, cancel]


def _user_input(params: Json) -> Content:
    asked = [raw for raw in _list(params, "questions") if isinstance(raw, dict)]
    secret = any(raw.get("isSecret") for raw in asked)
    questions = [] if secret else [_question(raw) for raw in asked]
    first = questions[0] if questions else None
    return Content(
        kind="question",
        tool="request_user_input",
        title="A secret, to be typed in the terminal" if secret else (first and first.header) or "A question",
        summary=first.question if first else "Pilot keeps what is answered, so it does not take secrets.",
        questions=questions,
        input={"questions": params.get("questions")},
        options=[AskOption(id="skip", label="Skip", kind="deny")],
        decisions=("deny",) if secret else ("answer", "deny"),
    )


def _question(raw: Mapping[str, object]) -> Question:
    options = raw.get("options")
    return Question(
        question=str(raw.get("question") or ""),
        header=str(raw["header"]) if raw.get("header") else None,
        options=[
            QuestionOption(label=str(option.get("label")), description=str(option.get("description") or "") or None)
            for option in (options if isinstance(options, list) else [])
            if isinstance(option, dict)
        ],
        custom=bool(raw.get("isOther")) or not options,
    )


def _decisions(options: Sequence[AskOption]) -> tuple[DecisionKind, ...]:
    kinds = {option.kind for option in options}
    return tuple(kind for kind in ("allow_once", "allow_always", "deny") if kind in kinds)


def _text(params: Json, name: str) -> str | None:
    value = params.get(name)
    return value if isinstance(value, str) else None


def _list(params: Json, name: str) -> list[object]:
    value = params.get(name)
    return value if isinstance(value, list) else []
