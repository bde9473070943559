from pilot_sidecar.core.models import Attachment
from pilot_sidecar.integrations.opencode.history import diffs_in, models_in, page_of

MESSAGES = [
    {
        "info": {
            "id": "m1",
            "sessionID": "s",
            "role": "user",
            "time": {"created": 1},
            "summary": {"diffs": [{"file": "a", "patch": "p", "additions": 1, "deletions": 0, "status": "added"}]},
        },
        "parts": [
            {"id": "p1", "sessionID": "s", "messageID": "m1", "type": "text", "text": "do it"},
            {"id": "p2", "sessionID": "s", "messageID": "m1", "type": "text", "text": "hidden", "synthetic": True},
        ],
    },
    {
        "info": {
            "id": "m2",
            "sessionID": "s",
            "role": "assistant",
            "time": {"created": 2, "completed": 9},
            "error": {"name": "APIError", "data": {"message": "no"}},
        },
        "parts": [
            {"id": "p3", "sessionID": "s", "messageID": "m2", "type": "step-start"},
            {
                "id": "p4",
                "sessionID": "s",
                "messageID": "m2",
                "type": "reasoning",
                "text": "hm",
                "time": {"start": 3, "end": 4},
            },
            {
                "id": "p5",
                "sessionID": "s",
                "messageID": "m2",
                "type": "tool",
                "tool": "bash",
                "callID": "c",
                "state": {
                    "status": "completed",
                    "input": {"command": "ls"},
                    "output": "a",
                    "time": {"start": 5, "end": 6},
                },
            },
            {
                "id": "p6",
                "sessionID": "s",
                "messageID": "m2",
                "type": "text",
                "text": "done",
                "time": {"start": 7, "end": 8},
            },
        ],
    },
    {"odd": True},
]


def test_a_page() -> None:
    page = page_of(MESSAGES, "cursor", 7, lambda _id, name, mime, _url: Attachment(name=name, mime=mime))
    assert [(item.kind, item.at) for item in page.items] == [
        ("prompt", 1),
        ("reasoning", 3),
        ("tool", 5),
        ("text", 7),
        ("error", 9),
    ]
    assert (page.before, page.seq) == ("cursor", 7)


def test_diffs() -> None:
    assert [(file.path, file.patch, file.status) for file in diffs_in(MESSAGES)] == [("a", "p", "added")]
    assert diffs_in("nonsense") == []


def test_models() -> None:
    body = {"providers": [{"id": "p", "name": "Provider", "models": {"m": {"name": "Model"}}}, "odd"]}
    assert [(choice.id, choice.name, choice.provider) for choice in models_in(body)] == [("p/m", "Model", "Provider")]
    assert models_in(None) == []
