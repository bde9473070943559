"""The readme of the package: the repository's, without what leads nowhere outside of it (a hook of hatchling)."""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_IMAGE = re.compile(r"^!\[[^\]]*\]\((?!https://)[^)]*\)\n+", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\((?!https://)[^)]*\)")


def package_readme(text: str) -> str:
    """Return a readme whose pictures and links all work by themselves; what a link said stays."""
    return _LINK.sub(r"\1", _IMAGE.sub("", text))


class PackageReadme(MetadataHookInterface):
    """Gives the package its readme."""

    def update(self, metadata: dict[str, Any]) -> None:  # Any: hatchling's own
        """Put it into the metadata."""
        text = (Path(self.root) / "README.md").read_text("utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": package_readme(text)}
