"""Finding the one thing that a person means."""

from collections.abc import Sequence
from typing import Any

from pilot_sidecar.cli.text import safe
from pilot_sidecar.core.errors import PilotError

Thing = dict[str, Any]  # Any: JSON
LISTED = 8
ID_WIDE = 12


class NoMatchError(PilotError):
    """Nothing, or more than one thing, is called that."""

    code = "no_match"
    nothing = False
    """Nothing is called that, and not more than one thing."""


def choose(things: Sequence[Thing], given: str, kind: str, hint: str) -> Thing:
    """Return the one with this id, this beginning of an id, or this name; raises NoMatchError."""
    steps = (
        [thing for thing in things if thing["id"] == given],
        [thing for thing in things if given and _starts(str(thing["id"]), given)],
        [thing for thing in things if given and str(thing.get("name", "")).casefold() == given.casefold()],
        [thing for thing in things if given and str(thing.get("name", "")).casefold().startswith(given.casefold())],
    )
    found = next((step for step in steps if step), [])
    if len(found) == 1:
        return found[0]
    if not found:
        error = NoMatchError(f"There is no {kind} “{safe(given)}”.", hint)
        error.nothing = True
        raise error
    listed = ", ".join(safe(thing["id"]) for thing in found[:LISTED])
    raise NoMatchError(f"“{safe(given)}” may be any of {len(found)}: {listed}.", "Give more of the id.")


def short_ids(ids: Sequence[str]) -> list[str]:
    """Return the beginnings that tell ids apart, all of one length where that is enough; they are safe."""
    wide = next((wide for wide in range(ID_WIDE, 64, 4) if len({one[:wide] for one in ids}) == len(ids)), 0)
    return [safe(one[:wide] if wide else one) for one in ids]


def _starts(thing_id: str, given: str) -> bool:
    """Tell whether an id begins like this; what all ids of a kind begin with may be left out."""
    return thing_id.startswith(given) or thing_id.partition("_")[2].startswith(given)
