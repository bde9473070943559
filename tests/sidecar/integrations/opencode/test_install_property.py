"""Whatever a user's file looks like: installed and uninstalled, it is the same bytes."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from pilot_sidecar.infra.jsonc import add_to_list, loads, remove_from_list
from pilot_sidecar.integrations.opencode.install import install
from pilot_sidecar.integrations.opencode.uninstall import uninstall
from pilot_sidecar.integrations.ports import InstallOptions

ENTRY = "./pilot/tui.js"
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
scalars = st.none() | st.booleans() | st.integers(-99, 99) | words
blanks = st.lists(
    st.sampled_from([" ", "\n", "\r\n", "\t", "/* , ] } */", "// “x”, {\n", "//\r\n"]), max_size=3
).map("".join)  # fmt: skip


@st.composite
def written(draw: st.DrawFn, value: object) -> str:
    """Write a value as people do: with comments, blanks and commas where they may be."""
    if isinstance(value, dict):
        parts = [f"{draw(blanks)}{json.dumps(key)}{draw(blanks)}:{draw(written(each))}" for key, each in value.items()]
        return "{" + _joined(draw, parts) + "}"
    if isinstance(value, list):
        return "[" + _joined(draw, [draw(written(each)) for each in value]) + "]"
    return f"{draw(blanks)}{json.dumps(value, ensure_ascii=draw(st.booleans()))}{draw(blanks)}"


def _joined(draw: st.DrawFn, parts: list[str]) -> str:
    trailing = "," if parts and draw(st.booleans()) else ""
    return ",".join(part + draw(blanks) for part in parts) + trailing + draw(blanks)


values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3))
plugins = st.lists(words.filter(bool) | st.tuples(words, st.dictionaries(words, scalars)).map(list), max_size=3)
objects = st.dictionaries(words.filter(lambda key: key != "plugin"), values, max_size=4)
configs = st.builds(
    lambda rest, listed: rest if listed is None else {**rest, "plugin": listed}, objects, st.none() | plugins
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    bom = "\ufeff" if draw(st.booleans()) else ""
    return bom + draw(blanks) + draw(written(draw(configs))) + draw(blanks)


@settings(max_examples=100, deadline=None)
@given(texts())
def test_our_entry_comes_and_goes_and_nothing_else_changes(text: str) -> None:
    before = loads(text)
    assert isinstance(before, dict)
    added = add_to_list(text, "plugin", ENTRY)
    assert loads(added) == {**before, "plugin": [ENTRY, *before.get("plugin", [])]}
    assert add_to_list(added, "plugin", ENTRY) == added
    left = loads(remove_from_list(added, "plugin", ENTRY))
    assert left == before or (before.get("plugin") == [] and left == {k: v for k, v in before.items() if k != "plugin"})


@settings(max_examples=25, deadline=None)
@given(texts(), st.sampled_from(["tui.json", "tui.jsonc"]))
def test_installed_and_uninstalled_it_is_the_same(text: str, name: str) -> None:
    with TemporaryDirectory() as folder:
        options = InstallOptions(home=Path(folder, "pilot"), environ={"HOME": folder}, offline=True)
        path = Path(folder, ".config", "opencode", name)
        path.parent.mkdir(parents=True)
        path.write_bytes(text.encode())
        install(options, None)
        once = path.read_bytes()
        assert install(options, None).changes == []
        assert path.read_bytes() == once != text.encode()
        assert uninstall(options).problems == []
        assert path.read_bytes() == text.encode()
        assert [each.name for each in path.parent.iterdir()] == [name]
