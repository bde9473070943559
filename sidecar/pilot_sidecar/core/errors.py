"""Errors a caller can act on: a stable code, a message for people, and what to do next."""


class PilotError(Exception):
    """Base of every error that may reach a caller."""

    code = "internal"
    status = 500
    """The HTTP status; JSON-RPC carries the code in its data."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def to_wire(self) -> dict[str, object]:
        """Return ``{"error": {"code", "message", "hint"?}}``."""
        body: dict[str, object] = {"code": self.code, "message": self.message}
        if self.hint:
            body["hint"] = self.hint
        return {"error": body}


class BadRequestError(PilotError):
    """The request could not be understood."""

    code, status = "bad_request", 400


class NotOfferedError(PilotError):
    """The decision is not one that this ask offers."""

    code, status = "not_offered", 400


class DigestRequiredError(PilotError):
    """An allowing decision came without the digest it was made on."""

    code, status = "digest_required", 400


class UnauthorizedError(PilotError):
    """No credentials, or wrong ones."""

    code, status = "unauthorized", 401


class ForbiddenError(PilotError):
    """Known caller, not allowed."""

    code, status = "forbidden", 403


class SelfApprovalError(PilotError):
    """An agent called what only a person may."""

    code, status = "self_approval", 403


class FilesOffError(PilotError):
    """Nobody allowed yet that files are looked at."""

    code, status = "files_off", 403


class NotFoundError(PilotError):
    """No such thing."""

    code, status = "not_found", 404


class UnknownEventError(PilotError):
    """An event name outside the agent's list."""

    code, status = "unknown_event", 404


class MethodNotAllowedError(PilotError):
    """The path exists, the method does not."""

    code, status = "method_not_allowed", 405


class AlreadyAnsweredError(PilotError):
    """Somebody else was first."""

    code, status = "already_answered", 409


class StaleDigestError(PilotError):
    """The decision was made on something else than what is asked."""

    code, status = "stale_digest", 409


class ConflictError(PilotError):
    """The request does not fit the present state."""

    code, status = "conflict", 409


class NoDeviceError(ConflictError):
    """No device is paired yet: a surface may offer to go on all the same."""

    code = "no_device"


class TooLargeError(PilotError):
    """The body is over the limit."""

    code, status = "too_large", 413


class RequestTimeoutError(PilotError):
    """The request did not arrive in time."""

    code, status = "timeout", 408


class UnsupportedMediaError(PilotError):
    """The body is in a form that the hub does not take."""

    code, status = "unsupported_media", 415


class ExpectationError(PilotError):
    """The request expects what the hub does not do."""

    code, status = "expectation_failed", 417


class TooLargeHeadError(PilotError):
    """The request's headers are over the limit."""

    code, status = "too_large", 431


class BusyError(PilotError):
    """Too many connections from there."""

    code, status = "busy", 503


class RateLimitedError(PilotError):
    """Too much was asked in too little time."""

    code, status = "rate_limited", 429

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message, hint=f"Try again in {retry_after_s} s.")
        self.retry_after_s = retry_after_s


class UnsupportedError(PilotError):
    """The agent cannot do that here."""

    code, status = "unsupported", 409


class AgentUnavailableError(PilotError):
    """The agent's process cannot be reached now."""

    code, status = "agent_unavailable", 503


class StorageError(PilotError):
    """The database refused; nothing was announced."""

    code, status = "storage", 500
