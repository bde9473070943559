"""Every type of item in Codex 0.169's schema, and what a person sees of it."""

import pytest
from pydantic import ValidationError

from pilot_sidecar.core.events import MessageCompleted, PromptReceived, SessionNoted, ToolCompleted, ToolStarted
from pilot_sidecar.core.models import NoteItem, PromptItem, ReasoningItem, TextItem, ToolItem
from pilot_sidecar.integrations.codex import items
from pilot_sidecar.integrations.codex.native import Item

Json = dict[str, object]

SHELL = {
    "type": "commandExecution", "id": "call_1", "command": "/bin/bash -lc 'ls -l'", "cwd": "/home/dev/project",
    "commandActions": [{"type": "listFiles", "command": "ls -l", "path": None}], "status": "completed",
    "aggregatedOutput": "a\n", "exitCode": 0, "durationMs": 3, "startedAtMs": 1000, "completedAtMs": 1003,
}  # fmt: skip
PATCH = {
    "type": "fileChange", "id": "call_2", "status": "completed",
    "changes": [{"path": "/home/dev/project/a.txt", "kind": {"type": "add"}, "diff": "one\ntwo\n"}],
}  # fmt: skip
MCP = {
    "type": "mcpToolCall", "id": "call_3", "server": "lab", "tool": "wipe", "arguments": {"what": "all"},
    "status": "completed", "result": {"content": [{"type": "text", "text": "wiped"}]}, "error": None,
}  # fmt: skip
TOOLS: list[tuple[str, Json, tuple[str, str, str]]] = [
    ("a command", SHELL, ("shell", "shell", "ls -l")),
    ("a new file", PATCH, ("apply_patch", "write", "/home/dev/project/a.txt")),
    ("a tool of an MCP server", MCP, ("lab.wipe", "mcp", "lab.wipe")),
    (
        "a tool of the client's",
        {"type": "dynamicToolCall", "id": "d", "namespace": "ide", "tool": "open", "status": "completed"},
        ("ide.open", "other", "ide.open"),
    ),
    (
        "a sub-agent",
        {
            "type": "collabAgentToolCall", "id": "c", "tool": "spawnAgent", "senderThreadId": "t", "agentsStates": {},
            "receiverThreadIds": ["child"], "prompt": "Look at it.\nThen tell.", "status": "completed",
        },
        ("spawnAgent", "task", "Look at it."),
    ),
    (
        "a wait for sub-agents",
        {"type": "collabAgentToolCall", "id": "c", "tool": "wait", "receiverThreadIds": [], "status": "completed"},
        ("wait", "task", "wait"),
    ),
    (
        "a search",
        {"type": "webSearch", "id": "w", "query": "cats", "action": {"type": "search", "query": "cats"}},
        ("web_search", "search", "cats"),
    ),
    ("a search that begins", {"type": "webSearch", "id": "w", "query": ""}, ("web_search", "search", "")),
    (
        "a page",
        {"type": "webSearch", "id": "w", "query": "", "action": {"type": "openPage", "url": "https://example.org"}},
        ("web_search", "fetch", "https://example.org"),
    ),
    (
        "a search in a page",
        {"type": "webSearch", "id": "w", "query": "", "action": {"type": "findInPage", "url": None, "pattern": "cat"}},
        ("web_search", "fetch", "cat"),
    ),
    ("a picture that is seen", {"type": "imageView", "id": "i", "path": "/a.png"}, ("view_image", "read", "/a.png")),
    (
        "a picture that is made",
        {"type": "imageGeneration", "id": "i", "status": "completed", "revisedPrompt": "A cat", "savedPath": "/c.png"},
        ("image", "other", "A cat"),
    ),
]  # fmt: skip
WORDS: list[tuple[Json, str, str]] = [
    ({"type": "agentMessage", "id": "m", "text": "Done."}, "text", "Done."),
    ({"type": "plan", "id": "p", "text": "1. Look"}, "text", "1. Look"),
    ({"type": "reasoning", "id": "r", "summary": ["One", "Two"], "content": ["raw"]}, "reasoning", "One\n\nTwo"),
    ({"type": "reasoning", "id": "r", "summary": [], "content": ["raw", "more"]}, "reasoning", "raw\n\nmore"),
    ({"type": "enteredReviewMode", "id": "e", "review": "main"}, "text", "Review started: main"),
    ({"type": "exitedReviewMode", "id": "e", "review": "Fine."}, "text", "Fine."),
]
SILENT: list[Json] = [
    {"type": "sleep", "id": "s", "durationMs": 5},
    {"type": "functionCallOutput", "id": "f", "name": "x", "output": "y"},
    {"type": "subAgentActivity", "id": "a", "agentPath": "/agents/x", "agentThreadId": "t", "kind": "started"},
]


def item(raw: Json, **fields: object) -> Item:
    return Item.model_validate(raw | fields)


@pytest.mark.parametrize(("raw", "seen"), [case[1:] for case in TOOLS], ids=[case[0] for case in TOOLS])
def test_tools_have_a_name_a_kind_and_a_title(raw: Json, seen: tuple[str, str, str]) -> None:
    (event,) = items.started(item(raw), "t", "turn", 5)
    assert isinstance(event, ToolStarted)
    assert (event.tool, event.tool_kind, event.title) == seen
    (done,) = items.completed(item(raw), "t", "turn", 5)
    assert isinstance(done, ToolCompleted)
    assert (done.tool, done.tool_kind, done.title, done.status) == (*seen, "completed")
    entry = items.entry_of(item(raw), "turn", 5)
    assert isinstance(entry, ToolItem)
    assert (entry.tool, entry.tool_kind, entry.title, entry.message_id) == (*seen, "turn")


@pytest.mark.parametrize(("raw", "part", "text"), WORDS, ids=[str(case[0]["type"]) for case in WORDS])
def test_words_are_one_message_each(raw: Json, part: str, text: str) -> None:
    assert items.started(item(raw), "t", "turn", 5) == []
    (event,) = items.completed(item(raw, startedAtMs=7, completedAtMs=9), "t", "turn", 5)
    assert isinstance(event, MessageCompleted)
    assert (event.part, event.text, event.part_id, event.message_id) == (part, text, raw["id"], "turn")
    assert (event.started_at, event.at) == (7, 9)
    entry = items.entry_of(item(raw), "turn", 5)
    assert isinstance(entry, TextItem if part == "text" else ReasoningItem)
    assert (entry.text, entry.at) == (text, 5)


@pytest.mark.parametrize("raw", SILENT, ids=[str(raw["type"]) for raw in SILENT])
def test_what_says_nothing_to_a_person_is_known_and_left_out(raw: Json) -> None:
    assert raw["type"] in items.KNOWN
    assert items.started(item(raw), "t", "turn", 5) == []
    assert items.completed(item(raw), "t", "turn", 5) == []
    assert items.entry_of(item(raw), "turn", 5) is None


def test_every_type_here_is_known() -> None:
    ours = {str(raw["type"]) for raw in [case[1] for case in TOOLS] + [case[0] for case in WORDS] + SILENT}
    assert ours | {"userMessage", "hookPrompt", "contextCompaction"} == items.KNOWN


PNG = ("a.png", "image/png")


def test_a_compaction_is_a_note() -> None:
    raw = item({"type": "contextCompaction", "id": "c", "startedAtMs": 7, "completedAtMs": 9})
    (event,) = items.completed(raw, "t", "turn", 5)
    assert isinstance(event, SessionNoted)
    entry = items.entry_of(raw, "turn", 5)
    assert isinstance(entry, NoteItem)
    assert (event.note, event.note_id, event.at) == (entry.note, entry.id, entry.at) == ("compaction", "c", 7)


@pytest.mark.parametrize(
    ("content", "text", "files"),
    [
        ([{"type": "text", "text": "Hello", "text_elements": []}], "Hello", []),
        ([{"type": "text", "text": "See"}, {"type": "localImage", "path": "/x/a.png"}], "See", [PNG]),
        ([{"type": "image", "url": "https://example.org/a.png"}], "", [PNG]),
        ([{"type": "skill", "name": "tests", "path": "/s"}], "[skill: /s]", []),
        ([{"type": "image", "url": "data:image/png;base64," + "A" * 500}], "", [("picture", "image/png")]),
        ([None, 5, {}, {"type": "text", "text": 3}], "", []),
        ([], "", []),
        (None, "", []),
    ],
)  # fmt: skip
def test_a_prompt_is_its_text_and_names_what_is_attached(
    content: object, text: str, files: list[tuple[str, str]]
) -> None:
    raw = item({"type": "userMessage", "id": "u", "content": content})
    (event,) = items.completed(raw, "t", "turn", 5)
    assert isinstance(event, PromptReceived)
    assert (event.text, event.message_id, event.at) == (text, "u", 5)
    assert [(file.name, file.mime) for file in event.attachments] == files
    entry = items.entry_of(raw, "turn", 5)
    assert isinstance(entry, PromptItem)
    assert (entry.text, entry.attachments) == (text, event.attachments)


def test_a_hook_that_sends_the_agent_on_is_a_prompt() -> None:
    fragments = [{"text": "Go on.", "hookRunId": "h"}, {"hookRunId": "h"}, None, {"text": "Now."}]
    assert items.prompt_of(item({"type": "hookPrompt", "id": "h", "fragments": fragments})) == "Go on.\n\nNow."
    assert items.prompt_of(item({"type": "hookPrompt", "id": "h"})) == ""


@pytest.mark.parametrize(
    ("native", "status"),
    [
        ("inProgress", "running"), ("completed", "completed"), ("failed", "failed"), ("declined", "denied"),
        ("interrupted", "failed"), ("brandNew", "completed"), (None, "completed"),
    ],
)  # fmt: skip
def test_where_a_call_stands(native: str | None, status: str) -> None:
    assert items.status_of(item(SHELL, status=native)) == status


def test_a_refused_mcp_call_is_denied_and_a_broken_one_failed() -> None:
    refused = item(MCP, status="failed", result=None, error={"message": "user rejected MCP tool call"})
    assert items.status_of(refused) == "denied"
    broken = item(MCP, status="failed", result=None, error={"message": "no such tool"})
    assert items.status_of(broken) == "failed"
    call = items.call_of(broken)
    assert call is not None
    assert (call.output, call.error) == (None, "no such tool")


def test_a_clients_tool_that_failed() -> None:
    raw = item({"type": "dynamicToolCall", "id": "d", "tool": "open", "arguments": "a", "status": "completed"})
    call = items.call_of(raw)
    assert call is not None
    assert (call.tool, call.input, call.error, items.status_of(raw)) == ("open", {"input": "a"}, None, "completed")
    failed = raw.model_copy(update={"success": False})
    call = items.call_of(failed)
    assert call is not None
    assert (call.error, items.status_of(failed)) == ("The tool failed.", "failed")


def test_a_command_says_how_it_ended_and_what_it_printed() -> None:
    call = items.call_of(item(SHELL, exitCode=2))
    assert call is not None
    assert (call.error, call.output) == ("Exit code 2", "a\n")
    assert call.input == {"command": "ls -l", "cwd": "/home/dev/project"}
    call = items.call_of(item(SHELL))
    assert call is not None
    assert call.error is None


@pytest.mark.parametrize(
    ("command", "actions", "shown"),
    [
        ("/bin/bash -lc 'ls -l'", ["ls -l"], "ls -l"),
        ("/bin/bash -lc 'ls && pwd'", ["ls", "pwd"], "ls && pwd"),
        ("/bin/bash -lc 'cd /etc && cat shadow'", ["cat shadow"], "cd /etc && cat shadow"),
        ("/bin/bash -lc 'rm -rf x'", ["ls"], "rm -rf x"),
        ("/bin/bash -lc 'one\ntwo'", [], "one\ntwo"),
        ("bash -lc \"echo 'it' \\$HOME\"", [], "echo 'it' $HOME"),
        ("bash -lc \"echo 'it' \"'$HOME \"x\"'", [], "echo 'it' $HOME \"x\""),
        ('sh -c "\\"a\\\\n\\x"', [], '"a\\n\\x'),
        ("sh -c a\\ b", [], "a b"),
        ("sh -c ", [], "sh -c "),
        ("/bin/bash -lc ls", [], "ls"),
        ("/bin/bash -lc ls -l", [], "/bin/bash -lc ls -l"),
        ("/bin/bash -lc 'unbalanced", [], "/bin/bash -lc 'unbalanced"),
        ("rm -rf / # /bin/bash -lc ls", ["ls"], "rm -rf / # /bin/bash -lc ls"),
        ("ls", [], "ls"),
        ("ls", [""], "ls"),
        (None, ["ls", "pwd"], "ls\npwd"),
        (None, [], ""),
    ],
)
def test_a_command_is_shown_without_the_shell_around_it_but_never_as_another(
    command: str | None, actions: list[str], shown: str
) -> None:
    assert items.unwrapped(command, actions) == shown


def test_a_patch_names_three_files_and_counts_the_others() -> None:
    changes = [{"path": f"/p/{name}", "kind": {"type": "update"}, "diff": ""} for name in "abcde"]
    call = items.call_of(item(PATCH, changes=changes))
    assert call is not None
    assert (call.title, call.kind, len(call.files)) == ("/p/a, /p/b, /p/c and 2 more", "edit", 5)
    call = items.call_of(item(PATCH, changes=[]))
    assert call is not None
    assert (call.title, call.kind, call.input, call.files) == ("Edit files", "edit", None, [])


def test_a_moved_file_has_its_new_name() -> None:
    moved = {"path": "/p/a", "kind": {"type": "update", "move_path": "/p/b"}, "diff": "@@ -1 +1 @@\n-1\n+2\n"}
    call = items.call_of(item(PATCH, changes=[moved]))
    assert call is not None
    assert (call.title, call.input, call.files[0].path) == ("/p/b", {"paths": ["/p/b"]}, "/p/b")


def test_a_sub_agent_leads_to_its_session() -> None:
    (event,) = items.completed(item(TOOLS[4][1]), "t", "turn", 5)
    assert isinstance(event, ToolCompleted)
    assert event.child_session_id == "child"


@pytest.mark.parametrize(
    ("content", "output"),
    [
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "a\nb"),
        ([{"type": "image", "data": "AAAA", "mimeType": "image/png"}], "[image/png]"),
        ([{"type": "audio", "data": "AAAA"}], "[audio]"),
        ([{"type": "resource_link", "uri": "file:///ä"}], '{"type": "resource_link", "uri": "file:///ä"}'),
        (["words", None, 5], '"words"\nnull\n5'),
        ([], None),
    ],
)
def test_what_an_mcp_tool_gave_back(content: list[object], output: str | None) -> None:
    call = items.call_of(item(MCP, result={"content": content, "structuredContent": {"a": 1}}))
    assert call is not None
    assert call.output == output


def test_pictures_of_a_clients_tool_are_named_and_not_spelt_out() -> None:
    """A picture travels as base64 in its address: a transcript is no place for a megabyte of it."""
    content = [{"type": "inputText", "text": "see"}, {"type": "inputImage", "imageUrl": "data:image/png;base64,AAAA"}]
    raw = {"type": "dynamicToolCall", "id": "d", "tool": "x", "status": "completed", "contentItems": content}
    call = items.call_of(item(raw))
    assert call is not None
    assert call.output == "see\n[inputImage]"


@pytest.mark.parametrize("kind", sorted(items.KNOWN))
def test_an_item_with_nothing_but_a_type_and_an_id_is_harmless(kind: str) -> None:
    bare = Item.model_validate({"type": kind, "id": "x", "brandNew": {"deep": [1]}})
    for event in [*items.started(bare, "t", "turn", 5), *items.completed(bare, "t", "turn", 5)]:
        assert event.encode()
    entry = items.entry_of(bare, "turn", 5)
    assert entry is None or entry.model_dump_json()


def test_an_unknown_type_is_no_item_to_show() -> None:
    bare = Item.model_validate({"type": "hologram", "id": "x"})
    assert items.started(bare, "t", "turn", 5) == []
    assert items.completed(bare, "t", "turn", 5) == []
    assert items.entry_of(bare, "turn", 5) is None


@pytest.mark.parametrize(
    "raw", [{"type": "plan"}, {"id": "x"}, {"type": "plan", "id": ""}, {"type": "plan", "id": "x" * 201}]
)
def test_without_a_type_and_an_id_of_a_sane_length_it_is_no_item(raw: Json) -> None:
    with pytest.raises(ValidationError):
        Item.model_validate(raw)
