"""``/openapi.json``, made from the API table."""

import json
import re
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from pilot_sidecar import __version__
from pilot_sidecar.transport.api import CALLS
from pilot_sidecar.transport.call import Call

_REF = "#/components/schemas/{model}"
_ERROR = {
    "description": "An error: a stable code, a message, and what to do next.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["error"],
                "properties": {
                    "error": {
                        "type": "object",
                        "required": ["code", "message"],
                        "properties": {name: {"type": "string"} for name in ("code", "message", "hint")},
                    }
                },
            }
        }
    },
}
_STATUSES = {
    400: "The request could not be understood.",
    401: "No credentials, or wrong ones.",
    403: "The caller is known, and may not do this.",
    404: "There is no such thing.",
    409: "It does not fit the present state, or somebody else was first.",
    413: "The body is too large.",
    415: "The body is compressed.",
    429: "Too much in too little time; `Retry-After` says when to try again.",
    503: "The agent cannot be reached now.",
}
"""Which errors any call may answer with."""


def openapi() -> bytes:
    """Return the OpenAPI 3.1 document."""
    models: list[tuple[type[BaseModel], Any]] = []
    for call in CALLS:
        models += [(call.params, "validation"), (call.result, "serialization")]
    refs, schemas = models_json_schema(models, by_alias=True, ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        operation = _operation(call, refs, schemas.get("$defs", {}))
        paths.setdefault(call.path, {})[call.method.lower()] = operation
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Pilot", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "responses": {str(status): _ERROR | {"description": text} for status, text in _STATUSES.items()},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"bearer": []}],
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _operation(call: Call[Any, Any], refs: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    in_path = re.findall(r"\{(\w+)\}", call.path)
    schema = schemas[refs[call.params, "validation"]["$ref"].rsplit("/", 1)[1]]
    fields = schema.get("properties", {})
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in in_path]
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": (call.handler.__doc__ or call.name).strip(),
        "x-scope": call.scope,
        "responses": {
            str(call.status): {
                "description": (call.result.__doc__ or "").strip(),
                "content": {"application/json": {"schema": refs[call.result, "serialization"]}},
            },
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in _STATUSES},
        },
    }
    if call.method == "GET":
        required = set(schema.get("required", ()))
        for name, shape in fields.items():
            if name not in in_path:
                parameters.append({"name": name, "in": "query", "required": name in required, "schema": shape})
    elif set(fields) - set(in_path):
        # The address carries the id; the body may leave it out.
        body = {**schema, "required": [name for name in schema.get("required", ()) if name not in in_path]}
        content = {"application/json": {"schema": body}}
        operation["requestBody"] = {"required": bool(body["required"]), "content": content}
    if "idempotencyKey" in fields:
        parameters.append({"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}})
    operation["parameters"] = parameters
    return operation
