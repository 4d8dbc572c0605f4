"""What a check has found, as a sentence."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError


class State(enum.StrEnum):
    """How a thing stands."""

    FINE = "fine"
    PROBLEM = "problem"
    NOT_ASKED = "not asked"
    """Nobody could be asked, or they did not answer: it may be fine, and Terraform will say."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``text`` is one sentence: what is so and, of a problem, how to mend it. It never holds a secret's value."""

    subject: str
    state: State
    text: str


def fine(subject: str, text: str) -> Finding:
    """All is well."""
    return Finding(subject, State.FINE, text)


def problem(subject: str, text: str) -> Finding:
    """This would stop the deployment, or what is deployed would not work."""
    return Finding(subject, State.PROBLEM, text)


def not_asked(subject: str, text: str) -> Finding:
    """This could not be looked at."""
    return Finding(subject, State.NOT_ASKED, text)


Check = Callable[[], Iterator[Finding]]
_FORBIDDEN: Final = frozenset(
    {"AccessDenied", "AccessDeniedException", "403", "Forbidden", "UnauthorizedOperation", "AuthorizationError"}
)


def asked(subject: str, check: Check) -> Iterator[Finding]:
    """What the check finds; a call that AWS does not answer is said, and is no problem of the deployment's own."""
    try:
        yield from check()
    except ClientError as error:
        why = "these credentials may not ask" if is_forbidden(error) else f"AWS says {code(error)}"
        yield not_asked(subject, f"{error.operation_name} was not answered: {why}.")
    except BotoCoreError as error:
        yield not_asked(subject, f"AWS was not reached ({type(error).__name__}).")


def code(error: ClientError) -> str:
    """AWS's name for it."""
    return str(error.response["Error"]["Code"])


def is_forbidden(error: ClientError) -> bool:
    """Whether the credentials lack a right."""
    return code(error) in _FORBIDDEN


def found(call: Callable[..., Any], *missing: str, **arguments: Any) -> Any:
    """What the call answers; ``None`` when AWS answers with one of ``missing``, its names for what is not there."""
    try:
        return call(**arguments)
    except ClientError as error:
        if code(error) in missing:
            return None
        raise
