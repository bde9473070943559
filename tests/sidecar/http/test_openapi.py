"""What ``/openapi.json`` promises is what the hub does: generated requests, good and bad, for every call it names."""

import json
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import CheckFunction
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from fakes.hub_process import shared_hub as one_hub
from pilot_sidecar.transport.http.openapi import openapi

LEFT_OUT = {
    "hub.stop": "it ends the hub that the other calls are tried on",
    "settings.test": "it reaches out to what the settings name",
    "token.rotate": "it voids the token that the other calls are tried with",
}
CHECKS: list[CheckFunction] = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    unsupported_method,
]
"""Not that each wrong type is refused: numbers and yes or no may come as text, as they do in an address."""
schema = from_dict(json.loads(openapi())).exclude(operation_id=list(LEFT_OUT))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A hub that finds no program to start: what is generated here must reach nothing but the hub."""
    home, empty = tmp_path_factory.mktemp("hub") / "home", tmp_path_factory.mktemp("empty")
    with one_hub(home, PATH=str(empty), PILOT_ENABLE_GLOB_OPENER="true") as found:
        yield found
    assert " ERROR " not in (home / "logs/hub.log").read_text()


@schema.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_calls_keep_to_their_description(case: Case, hub: dict[str, str]) -> None:
    case.call_and_validate(base_url=hub["url"], headers={"Authorization": f"Bearer {hub['token']}"}, checks=CHECKS)


def test_errors_are_described_for_each_call() -> None:
    document = json.loads(openapi())
    for path in document["paths"].values():
        for operation in path.values():
            assert {"400", "401", "403", "404", "409", "429"} <= set(operation["responses"]), operation["operationId"]
    assert set(LEFT_OUT) <= {
        operation["operationId"] for path in document["paths"].values() for operation in path.values()
    }
