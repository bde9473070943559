"""pygls, set up for a hub: one instance a connection, none of which can end the process."""

import logging
from concurrent.futures import Future
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import (
    JsonRPCNotification,
    JsonRPCRequestMessage,
    JsonRPCResponseMessage,
    LanguageServerProtocol,
    default_converter,
    lsp_method,
)

from pilot_sidecar import __version__
from pilot_sidecar.core.errors import PilotError

logger = logging.getLogger(__name__)
logging.getLogger("pygls").setLevel(logging.WARNING)  # at INFO it logs whole messages
FAILED = -32000
"""JSON-RPC's code for a refusal; ours is in ``data.code``."""


def _plain_converter() -> Any:  # Any: cattrs' converter, only handed on to pygls
    """Leave the params of our own methods as the dictionaries they came as (pygls makes them namedtuples)."""
    converter = default_converter()  # type: ignore[no-untyped-call] # pygls does not annotate it
    for kind in (JsonRPCRequestMessage, JsonRPCNotification, JsonRPCResponseMessage):
        converter.register_structure_hook(kind, lambda data, cls: cls(**data))
    return converter


_CONVERTER = _plain_converter()


def to_rpc_error(error: PilotError) -> JsonRpcException:
    """Return how a refusal looks in JSON-RPC; the one place that maps."""
    data = {"code": error.code, "hint": error.hint} if error.hint else {"code": error.code}
    code = JsonRpcInvalidParams.CODE if error.status == 400 else FAILED
    return JsonRpcException(error.message, code, data)


class HubProtocol(LanguageServerProtocol):
    """The language server protocol without its ways to end the process."""

    def get_message_type(self, method: str) -> type[Any] | None:  # type: ignore[override] # without its cache
        """Return the LSP type of a message. The base class caches this per instance, which keeps each one alive."""
        return types.METHOD_TO_TYPES.get(method, (None,))[0]

    def get_result_type(self, method: str) -> type[Any] | None:  # type: ignore[override] # without its cache
        """Return the LSP type of a result."""
        return types.METHOD_TO_TYPES.get(method, (None, None))[1]

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_: object) -> None:  # type: ignore[override] # a plain handler will do
        """End this connection; the base class would end the hub."""
        if self.writer is not None:
            self.writer.close()

    def refuse_message(self, error: Exception, _source: object) -> None:
        """Answer what is not JSON-RPC, then end the connection: its framing cannot be trusted any more."""
        logger.info("ended a JSON-RPC connection after a bad message: %s", type(error).__name__)
        answer = error if isinstance(error, JsonRpcException) else JsonRpcException("Not JSON-RPC.", -32700)
        body = {"jsonrpc": "2.0", "id": None, "error": {"code": answer.code, "message": answer.message}}
        self._send_data(body)
        self.lsp_exit()

    def cancel_all(self) -> None:
        """Cancel the handlers that run; what they started in the hub goes on."""
        for future in list(self._request_futures.values()):
            future.cancel()

    def _send_handler_result(self, future: Future[Any], *, msg_id: int | str) -> None:
        error = None if future.cancelled() else future.exception()
        if error is None or isinstance(error, JsonRpcException):
            super()._send_handler_result(future, msg_id=msg_id)
            return
        self._request_futures.pop(msg_id, None)
        if isinstance(error, PilotError):
            answer = to_rpc_error(error)
        else:
            logger.error("a JSON-RPC call failed", exc_info=error)
            answer = JsonRpcInternalError("Something went wrong in the hub; its log has the details.")
        self._send_response(msg_id, error=answer.to_response_error())


class HubServer(LanguageServer):
    """One connection's server."""

    protocol: HubProtocol

    def __init__(self) -> None:
        super().__init__(
            "pilot",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.None_,
            protocol_cls=HubProtocol,
            converter_factory=lambda: _CONVERTER,
        )

    def report_server_error(self, error: Exception, source: object) -> None:
        """Log only: the base class would pop up a message in the editor."""
        logger.info("JSON-RPC: %s (%s)", type(error).__name__, source)
