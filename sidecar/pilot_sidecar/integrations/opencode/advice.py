"""What a person can do about an error of OpenCode's; pure."""

from pilot_sidecar.integrations.opencode.native import ErrorInfo

_SIGN_IN = "Sign in again: `opencode auth login`."
_BY_NAME = {
    "ProviderAuthError": _SIGN_IN,
    "ContextOverflowError": "The context is full: compact it, or start a new session.",
    "MessageOutputLengthError": "The answer was cut at the model's limit: ask for it to go on.",
    "ContentFilterError": "The provider refused to answer: word it differently, or pick another model.",
}
_BY_STATUS = {
    401: _SIGN_IN,
    402: "The provider wants to be paid: look at your account there, or pick another model.",
    403: "The provider does not allow that with this account: pick another model.",
    404: "The provider does not have this model: pick another one.",
    413: "That was too much for the provider: compact the context, or send less.",
    429: "The provider limits how much may be asked: wait a little, or pick another model.",
}
_PROVIDERS_FAULT = "The provider has a problem of its own: send the prompt again in a moment."


def advice(error: ErrorInfo) -> str | None:
    """Return what to do; None where nothing general helps."""
    status = error.data.status_code or 0
    return _BY_NAME.get(error.name) or _BY_STATUS.get(status) or (_PROVIDERS_FAULT if status >= 500 else None)
