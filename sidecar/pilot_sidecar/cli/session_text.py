"""Sessions and what was said in them, as a person at a terminal reads it."""

from collections.abc import Iterator
from typing import Any

from pilot_sidecar.cli.choose import short_ids
from pilot_sidecar.cli.session_list import Session, has_ended
from pilot_sidecar.cli.text import Style, ago, clock, columns, paint, safe, safe_lines, short

HEAD = ("ID", "AGENT", "STATE", "CHANGED", "PROJECT", "TITLE")
TITLE_WIDE = 60
_COLOURS: dict[str, Style] = {"waits": "yellow", "busy": "green", "retrying": "yellow", "error": "red", "ended": "dim"}
Item = dict[str, Any]  # Any: JSON


def rows(found: list[Session]) -> list[tuple[str, ...]]:
    """Return sessions as a table; ids are as short as they can be told apart."""
    ids = short_ids([session["id"] for session in found])
    return [HEAD, *(_row(session, shown) for session, shown in zip(found, ids, strict=True))]


def state_of(session: Session) -> str:
    """Return in one word how it is."""
    if session["waiting"]:
        return "waits"
    return "ended" if has_ended(session) else str(session["state"])


def headline(session: Session) -> str:
    """Return who it is, where and how, in a few lines."""
    facts = (session["agent"], session.get("model"), state_of(session), ago(session["updatedAt"]))
    lines = [paint(short(session["name"] or "(no title)", 200), "bold")]
    lines.append(f"  {', '.join(safe(fact) for fact in facts if fact)}")
    lines.append(f"  {safe(session['id'])} in {safe(session['directory'])}")
    if session.get("lastError"):
        lines.append(safe_lines(session["lastError"], "  error: "))
    lines += [f"  waits for you: `pilot asks show {safe(ask)}`" for ask in session["waiting"]]
    return "\n".join(lines)


def told(item: Item) -> str:
    """Return one entry of a transcript."""
    return "\n".join(_lines(item))


def _row(session: Session, shown: str) -> tuple[str, ...]:
    state = state_of(session)
    colour = _COLOURS.get(state)
    changed = ago(session["updatedAt"]).removesuffix(" ago")
    folder = session["directory"].replace("\\", "/").rstrip("/").rpartition("/")[2] or session["directory"]
    title = short(session["name"], max(TITLE_WIDE, columns()))
    painted = paint(state, colour) if colour else state
    return shown, safe(session["agent"]), painted, changed, short(folder, 24), title


def _lines(item: Item) -> Iterator[str]:
    kind, at = item["kind"], clock(item["at"])
    if kind == "prompt":
        yield paint(f"{at} you", "cyan")
        yield safe_lines(item["text"], "  ")
    elif kind == "text":
        yield paint(f"{at} agent", "green")
        yield safe_lines(item["text"], "  ")
    elif kind == "tool":
        yield f"{at} {safe(item['tool'])} ({safe(item['status'])}): {short(item.get('title') or '', 200)}"
        if item.get("error"):
            yield safe_lines(item["error"], "  ")
    elif kind == "error":
        yield f"{at} {paint('error', 'red')}: {safe(item['message'])}"
    elif kind == "note":
        yield f"{at} {safe(item['note'])}: {safe(item['text'])}"
    else:
        yield f"{at} {safe(kind)}: {short(item.get('text') or '', 200)}"
