"""Files that OpenCode's messages carry, in Pilot's form."""

from collections.abc import Sequence
from pathlib import PurePath

from pilot_sidecar.core.attachments import Keep
from pilot_sidecar.core.models import Attachment
from pilot_sidecar.integrations.opencode.native import FilePart


def attachments_of(files: Sequence[FilePart], session_id: str, keep: Keep) -> list[Attachment]:
    """Return files as a transcript shows them; pictures are kept, others only named."""
    return [keep(session_id, _name(file), file.mime, file.url) for file in files]


def _name(file: FilePart) -> str:
    if file.filename:
        return PurePath(file.filename).name
    return "picture" if file.url.startswith("data:") else PurePath(file.url).name
