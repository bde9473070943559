"""JSON with comments: read it, and change one list in it so that every other byte stays."""

import json
import re
from dataclasses import dataclass

MAX_DEPTH = 100
_SPACE = " \t\r\n\ufeff"
_SCALAR = re.compile(r"[^\s,\]}/]+")


class JsoncError(ValueError):
    """The text is not JSON with comments, or not of the shape that was asked for."""


@dataclass(slots=True)
class Node:
    """A value and where it stands; ``end`` is the place after it."""

    start: int
    end: int
    value: object = None
    items: list["Node"] | None = None
    members: list["Member"] | None = None


@dataclass(slots=True)
class Member:
    """One ``"key": value`` of an object."""

    key: str
    start: int
    node: Node


def loads(text: str) -> object:
    """Return the value, without its comments."""
    return _plain(_parse(text)) if text.strip(_SPACE) else {}


def add_to_list(text: str, key: str, entry: str) -> str:
    """Return the text with ``entry`` in the top-level list ``key``; as it was where that is so already."""
    if not text.strip(_SPACE):
        return json.dumps({key: [entry]}, indent=2) + "\n"
    root = _object(text)
    member = _list_member(root, key)
    quoted = json.dumps(entry)
    if member is None:
        return _add_member(text, root, f"{json.dumps(key)}: [{quoted}]")
    items = member.node.items or []
    if any(_names(item) == entry for item in items):
        return text
    if not items:
        at = member.node.start + 1
        return text[:at] + quoted + text[at:]
    first = items[0].start
    between = text[member.node.start + 1 : first]
    gap = between if not between.strip() else _indent_before(text, first)
    return text[:first] + quoted + "," + (gap or " ") + text[first:]


def list_names(text: str, key: str) -> list[object]:
    """Return what the entries of the top-level list ``key`` are about; nothing where there is no such list."""
    if not text.strip(_SPACE):
        return []
    member = _list_member(_object(text), key)
    return [_names(item) for item in (member.node.items or [])] if member else []


def remove_from_list(text: str, key: str, entry: str) -> str:
    """Return the text without ``entry`` in the top-level list ``key``; an emptied list goes with its key."""
    if not text.strip(_SPACE):
        return text
    member = _list_member(_object(text), key)
    found = next((item for item in (member.node.items or []) if _names(item) == entry), None) if member else None
    if member is None or found is None:
        return text
    text = _cut(text, found.start, found.end)
    member = _list_member(_object(text), key)
    if member and not member.node.items and not text[member.node.start + 1 : member.node.end - 1].strip():
        text = _cut(text, member.start, member.node.end)
    return text


def _names(node: Node) -> object:
    """Return what a list entry is about: itself, or the first of ``["name", {options}]``."""
    return node.items[0].value if node.items else node.value


def _add_member(text: str, root: Node, member: str) -> str:
    assert root.members is not None
    at = root.start + 1
    if not root.members:
        line = "\r\n" if "\r\n" in text else "\n"
        rest = text[at:] if text[at : root.end - 1].strip() else line + text[root.end - 1 :]
        return f"{text[:at]}{line}  {member}{rest}"
    gap = _indent_before(text, root.members[0].start)
    return f"{text[:at]}{gap}{member},{text[at:] if gap or text[at : at + 1] in _SPACE else ' ' + text[at:]}"


def _indent_before(text: str, at: int) -> str:
    """Return the line break and indentation a value stands behind, or nothing when its line begins earlier."""
    line = text.rfind("\n", 0, at) + 1
    lead = text[line:at]
    return ("\r\n" if text[:line].endswith("\r\n") else "\n") + lead if line and not lead.strip() else ""


def _cut(text: str, start: int, end: int) -> str:
    """Remove a value with the comma that belongs to it, and its line if nothing else is on it."""
    after = _skip(text, end)
    if text[after : after + 1] == ",":
        end = after + 1
    elif (comma := _comma_before(text, start)) is not None:
        start = comma
    line = len(text[:start].rstrip(" \t"))
    rest = re.compile(r"[ \t]*(\r?\n|$)").match(text, end)
    alone = line == 0 or text[line - 1] == "\n"
    if alone and rest:
        return text[:line] + text[rest.end() :]
    while text[end : end + 1] in (" ", "\t") and not alone and text[start - 1 : start] in ("[", "{", " "):
        end += 1
    return text[:start] + text[end:]


def _comma_before(text: str, start: int) -> int | None:
    at = len(text[:start].rstrip(_SPACE)) - 1
    return at if at >= 0 and text[at] == "," else None


def _object(text: str) -> Node:
    root = _parse(text)
    if root.members is None:
        raise JsoncError("the top level is not an object")
    return root


def _list_member(root: Node, key: str) -> Member | None:
    found = [member for member in root.members or [] if member.key == key]
    if found and found[-1].node.items is None:
        raise JsoncError(f"“{key}” is not a list")
    return found[-1] if found else None


def _plain(node: Node) -> object:
    if node.members is not None:
        return {member.key: _plain(member.node) for member in node.members}
    if node.items is not None:
        return [_plain(item) for item in node.items]
    return node.value


def _parse(text: str) -> Node:
    node = _value(text, _skip(text, 0), 0)
    if _skip(text, node.end) != len(text):
        raise JsoncError(f"unexpected text at {node.end}")
    return node


def _skip(text: str, at: int) -> int:
    """Return the place after spaces and comments."""
    while at < len(text):
        if text[at] in _SPACE:
            at += 1
        elif text.startswith("//", at):
            end = text.find("\n", at)
            at = len(text) if end < 0 else end + 1
        elif text.startswith("/*", at):
            end = text.find("*/", at + 2)
            if end < 0:
                raise JsoncError(f"the comment at {at} has no end")
            at = end + 2
        else:
            break
    return at


def _value(text: str, at: int, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise JsoncError("it is nested too deeply")
    match text[at : at + 1]:
        case '"':
            value, end = _string(text, at)
            return Node(at, end, value)
        case "{":
            return _object_at(text, at, depth)
        case "[":
            return _list_at(text, at, depth)
        case _:
            return _scalar(text, at)


def _object_at(text: str, at: int, depth: int) -> Node:
    members: list[Member] = []
    place = _skip(text, at + 1)
    while text[place : place + 1] != "}":
        if text[place : place + 1] != '"':
            raise JsoncError(f"a key is expected at {place}")
        key, end = _string(text, place)
        colon = _skip(text, end)
        if text[colon : colon + 1] != ":":
            raise JsoncError(f"“:” is expected at {colon}")
        node = _value(text, _skip(text, colon + 1), depth + 1)
        members.append(Member(key, place, node))
        place = _next(text, node.end, "}")
    return Node(at, place + 1, members=members)


def _list_at(text: str, at: int, depth: int) -> Node:
    items: list[Node] = []
    place = _skip(text, at + 1)
    while text[place : place + 1] != "]":
        items.append(_value(text, place, depth + 1))
        place = _next(text, items[-1].end, "]")
    return Node(at, place + 1, items=items)


def _next(text: str, at: int, close: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] == ",":
        return _skip(text, at + 1)
    if text[at : at + 1] != close:
        raise JsoncError(f"“,” or “{close}” is expected at {at}")
    return at


def _string(text: str, at: int) -> tuple[str, int]:
    try:
        value, end = json.JSONDecoder(strict=False).raw_decode(text, at)
    except ValueError as error:
        raise JsoncError(str(error)) from None
    assert isinstance(value, str)
    return value, end


def _scalar(text: str, at: int) -> Node:
    found = _SCALAR.match(text, at)
    if not found:
        raise JsoncError(f"a value is expected at {at}")
    try:
        return Node(at, found.end(), json.loads(found.group()))
    except ValueError:
        raise JsoncError(f"“{found.group()[:20]}” at {at} is no value") from None
