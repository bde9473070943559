"""The page's service worker as the hub serves it: which files to keep is read from what the page names."""

import hashlib
import json
import re
from collections.abc import Mapping

NAME = "sw.js"
_NAMED = re.compile(r"""["'](/(?:static/[\w./-]+|manifest\.webmanifest))["']""")
_IMPORTED = re.compile(r"""^import\s[^"']*["']\./([\w./-]+)["'];""", re.MULTILINE)
_LATER = re.compile(r"""["']\./(later\.js)["']""")
"""What is opened on demand, also while the hub is away."""
_VERSION = re.compile(r"^const VERSION = .*;$", re.MULTILINE)
_FILES = re.compile(r"(?<=const FILES = )\{\};$", re.MULTILINE)


def worker_source(template: str, page: str, code: str, etags: Mapping[str, str]) -> str:
    """Return the worker that keeps the page, its code, and what these name; ``etags`` by name is what is served."""
    files = dict(sorted(_kept(page, code, etags).items()))
    version = hashlib.sha256(json.dumps([files, template]).encode()).hexdigest()[:16]
    named = _VERSION.sub(f'const VERSION = "{version}";', template)
    return _FILES.sub(lambda _: f"{json.dumps(files, indent=2)};", named)


def idle_worker_source(template: str) -> str:
    """Return a worker that keeps nothing and forgets what others kept: while the page is being worked on."""
    return template


def _kept(page: str, code: str, etags: Mapping[str, str]) -> dict[str, str]:
    beside = (*_IMPORTED.findall(code), *_LATER.findall(code))
    named = {*_NAMED.findall(page), *_NAMED.findall(code), *(f"/static/{name}" for name in beside)}
    served = {address: etags.get(address.removeprefix("/static/").removeprefix("/")) for address in named}
    return {"/": etags["index.html"], **{address: etag for address, etag in served.items() if etag is not None}}
