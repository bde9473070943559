"""What a person can do about an error of Codex's; pure."""

from pilot_sidecar.integrations.codex.native import TurnError

_ADVICE = {
    "contextWindowExceeded": "The context is full: send /compact, or start a new session.",
    "usageLimitExceeded": "Your Codex plan's limit is reached: wait until it is reset, or pick another model.",
    "rateLimitExceeded": "The provider limits how much may be asked: wait a little, or pick another model.",
    "serverOverloaded": "The provider is overloaded: send the prompt again in a moment.",
    "internalServerError": "The provider has a problem of its own: send the prompt again in a moment.",
    "modelNotFound": "The provider does not have this model: pick another one.",
    "unauthorized": "Sign in again: `codex login`.",
    "sandboxError": "Codex's sandbox did not work: `codex doctor` says more.",
    "httpConnectionFailed": "Codex did not reach its provider: look at this machine's network.",
    "responseStreamConnectionFailed": "Codex did not reach its provider: look at this machine's network.",
    "responseStreamDisconnected": "The connection to the provider broke: send the prompt again.",
    "responseTooManyFailedAttempts": "Codex tried often enough: send the prompt again in a moment.",
}


def advice(error: TurnError) -> str | None:
    """Return what to do; None where nothing general helps."""
    info = error.codex_error_info
    name = next(iter(info), "") if isinstance(info, dict) else info
    return _ADVICE.get(name) if isinstance(name, str) else None
