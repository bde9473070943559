import pytest

from pilot_sidecar.infra.jsonc import JsoncError, add_to_list, loads, remove_from_list

ENTRY = "./pilot/tui.js"
EXACT = [
    '{\n  // c\n  "$schema": "x", // t\n  "theme": "a",\n}\n',
    '{\n  "plugin": [\n    // keep\n    "a", // why a\n    ["b", {"k": [1, 2,],}],\n  ],\n  "x": 1\n}\n',
    '{"a":1,"plugin":["z"],"b":"// not a comment"}',
    '\ufeff{\n\t"a": "\\"}",\n\t/* block */ "plugin": [ "q", ]\n}\n',
    '{\r\n  "theme": "x"\r\n}\r\n',
    '{"a":1}',
    '{\n  "plugin": ["x", "y"]\n}',
    '{ "plugin": [\n "x" ] }',
    "{\n  // only\n}\n",
]


@pytest.mark.parametrize("text", EXACT)
def test_add_and_remove_is_as_before(text: str) -> None:
    added = add_to_list(text, "plugin", ENTRY)
    assert ENTRY in loads(added)["plugin"]
    assert add_to_list(added, "plugin", ENTRY) == added
    assert remove_from_list(added, "plugin", ENTRY) == text


@pytest.mark.parametrize("text", ["", "{}", "{ }\n", '{"plugin":[]}', "{ /* only */ }"])
def test_what_was_empty_means_the_same_afterwards(text: str) -> None:
    added = add_to_list(text, "plugin", ENTRY)
    assert loads(added) == {"plugin": [ENTRY]}
    assert loads(remove_from_list(added, "plugin", ENTRY)) == {}


def test_an_entry_with_options_is_known_by_its_name() -> None:
    text = f'{{"plugin": [["{ENTRY}", {{"a": 1}}], "b"]}}'
    assert add_to_list(text, "plugin", ENTRY) == text
    assert loads(remove_from_list(text, "plugin", ENTRY)) == {"plugin": ["b"]}


@pytest.mark.parametrize(
    "text",
    ["[1]", '{"plugin":{}}', '{"a":', "{a:1}", '{"a" 1}', '{"a": nope}', "{} x", "/* open", '{"a": ' + "[" * 200],
)
def test_what_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(JsoncError):
        add_to_list(text, "plugin", ENTRY)
