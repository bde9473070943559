"""Request bodies: bounded, JSON objects only, parsed into a model."""

from collections.abc import Mapping
from typing import TypeVar

from aiohttp import web
from pydantic import ValidationError
from pydantic_core import from_json

from pilot_sidecar.core.errors import BadRequestError, ExpectationError, TooLargeError, UnsupportedMediaError
from pilot_sidecar.core.wire import Wire

MAX_BODY = 8 * 1024 * 1024
MAX_PUBLIC_BODY = 16 * 1024
"""Of what nobody vouches for: a pairing code and a name."""
M = TypeVar("M", bound=Wire)


def check_head(request: web.BaseRequest) -> None:
    """Refuse before reading what is announced as too large or compressed, or expects what we do not do."""
    length = request.content_length
    if length is not None and length > MAX_BODY:
        raise too_large()
    headers = request.headers
    if "Content-Encoding" in headers:
        raise UnsupportedMediaError("Bodies are not taken compressed.", "Send it without Content-Encoding.")
    if "Expect" in headers and headers["Expect"].lower() != "100-continue":
        raise ExpectationError("The hub only knows “Expect: 100-continue”.")


def check_public(request: web.BaseRequest) -> None:
    """Refuse a body over ``MAX_PUBLIC_BODY``, also one whose length shows while it arrives."""
    length = request.content_length
    if length is not None and length > MAX_PUBLIC_BODY:
        raise too_large(MAX_PUBLIC_BODY)
    request._client_max_size = MAX_PUBLIC_BODY  # aiohttp has no public way to narrow it for one request


def too_large(limit: int = MAX_BODY) -> TooLargeError:
    """Return the error of a body over a limit."""
    shown = f"{limit // 1024 // 1024} MiB" if limit >= 1024 * 1024 else f"{limit // 1024} KiB"
    return TooLargeError(f"The body is over {shown}.")


def parse_object(raw: bytes) -> dict[str, object]:
    """Return a JSON object; raises BadRequestError for anything else, however deep or badly encoded."""
    if not raw:
        raise BadRequestError("The body is empty.", "Send a JSON object.")
    try:
        data = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise BadRequestError(f"The body is not JSON: {error}.") from None
    if not isinstance(data, dict):
        raise BadRequestError("The body is JSON, but not an object.")
    return data


def parse_params(model: type[M], data: Mapping[str, object]) -> M:
    """Return the model; raises BadRequestError that names the first wrong field."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadRequestError(f"{where}: {first['msg']}." if where else f"{first['msg']}.") from None


async def parse_body(request: web.BaseRequest, model: type[M]) -> M:
    """Return the body as a model."""
    return parse_params(model, parse_object(await request.read()))
