"""The push services of the known browsers: nothing is ever sent anywhere else.

An endpoint comes from a browser, so whoever may subscribe could else make the hub send requests into its own network.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pilot_sidecar.core.errors import BadRequestError

logger = logging.getLogger(__name__)

TEST_VARIABLE = "PILOT_PUSH_TEST_SERVICE"
"""A stand-in on this machine, for tests: read from the hub's own environment only, never a setting."""
_TEST_SERVICE = re.compile(r"http://127\.0\.0\.1:[1-9][0-9]{0,4}", re.ASCII)
# One spelling only, the one that browsers give: lower case, no port, no user, nothing that parsers read differently.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ENDPOINT = re.compile(
    rf"(?P<origin>https://(?P<host>(?:{_LABEL}\.){{2,8}}[a-z]{{2,20}}))/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]{{1,2000}}",
    re.ASCII,
)
_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]{1,2000}", re.ASCII)
# Chromium's chrome/browser/push_messaging/push_messaging_constants.cc: the last two are for its early versions.
_HOSTS = {
    "fcm.googleapis.com": "Google",
    "android.googleapis.com": "Google",
    "jmt17.google.com": "Google",
    "fcm.google.com": "Google",
}
_DOMAINS = {
    ".push.services.mozilla.com": "Mozilla",
    ".notify.windows.com": "Microsoft",
    ".wns.windows.com": "Microsoft",
    ".push.apple.com": "Apple",
}


@dataclass(frozen=True, slots=True)
class PushService:
    """Who carries a browser's notices."""

    name: str
    origin: str
    """``https://host``: what the hub signs its requests for."""


class UnknownServiceError(BadRequestError):
    """The address is not one of a known push service."""

    code = "unknown_push_service"


class PushServices:
    """Knows to whom notices may be handed."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.test_service = _test_service(environ.get(TEST_VARIABLE, ""))
        """The origin of a stand-in, in tests."""

    def service_of(self, endpoint: str) -> PushService:
        """Return whose an endpoint is; raises UnknownServiceError."""
        test = self.test_service
        if test is not None and endpoint.startswith(f"{test}/") and _PATH.fullmatch(endpoint[len(test) :]):
            return PushService("The stand-in", test)
        match = _ENDPOINT.fullmatch(endpoint)
        name = _name_of(match["host"]) if match else None
        if match is None or name is None:
            raise UnknownServiceError(
                "This browser's push service is not one that Pilot knows.",
                "Chrome, Edge, Firefox and Safari work, and browsers that use the same services.",
            )
        return PushService(name, match["origin"])


def _name_of(host: str) -> str | None:
    if host in _HOSTS:
        return _HOSTS[host]
    return next((name for domain, name in _DOMAINS.items() if host.endswith(domain)), None)


def _test_service(given: str) -> str | None:
    if not given:
        return None
    if _TEST_SERVICE.fullmatch(given) is None:
        logger.error("%s is not used: it has to be http://127.0.0.1:<port>", TEST_VARIABLE)
        return None
    logger.warning("%s is set: push notices may go to a stand-in on this machine; it is for tests only", TEST_VARIABLE)
    return given
