"""What Discord answers when it refuses: https://discord.com/developers/docs/topics/opcodes-and-status-codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

UNKNOWN_CHANNEL: Final = (404, 10003, "Unknown Channel")
UNKNOWN_GUILD: Final = (404, 10004, "Unknown Guild")
UNKNOWN_MEMBER: Final = (404, 10007, "Unknown Member")
UNKNOWN_MESSAGE: Final = (404, 10008, "Unknown Message")
UNKNOWN_USER: Final = (404, 10013, "Unknown User")
UNKNOWN_WEBHOOK: Final = (404, 10015, "Unknown Webhook")
UNKNOWN_INTERACTION: Final = (404, 10062, "Unknown interaction")
TOO_MANY_OLD_EDITS: Final = (
    429,
    30046,
    "Maximum number of edits to messages older than 1 hour reached. Try again later",
)
UNAUTHORIZED: Final = (401, 0, "401: Unauthorized")
ALREADY_ACKNOWLEDGED: Final = (400, 40060, "Interaction has already been acknowledged.")
MISSING_ACCESS: Final = (403, 50001, "Missing Access")
NOT_THE_AUTHOR: Final = (403, 50005, "Cannot edit a message authored by another user")
EMPTY_MESSAGE: Final = (400, 50006, "Cannot send an empty message")
MISSING_PERMISSIONS: Final = (403, 50013, "Missing Permissions")
WRONG_CHANNEL_TYPE: Final = (400, 50024, "Cannot execute action on this channel type")
EXPIRED_TOKEN: Final = (401, 50027, "Invalid Webhook Token")
INVALID_BODY: Final = (400, 50035, "Invalid Form Body")
THREAD_ARCHIVED: Final = (400, 50083, "Thread is archived")
TOO_MANY_THREADS: Final = (400, 160006, "Maximum number of active threads reached")
THREAD_EXISTS: Final = (400, 160004, "A thread has already been created for this message")
TOO_LARGE: Final = (413, 40005, "Request entity too large")

Kind = tuple[int, int, str]


class Refused(Exception):
    """An answer other than success: ``kind`` is (HTTP status, Discord's code, Discord's words)."""

    def __init__(self, kind: Kind, problems: Sequence[str] = (), more: Mapping[str, Any] | None = None) -> None:
        self.status, self.code, text = kind
        self.problems = tuple(problems)
        self.more = more or {}
        super().__init__(f"{self.status} {self.code} {text} {'; '.join(problems)}".strip())
        self.text = text

    def body(self) -> dict[str, Any]:
        """The JSON that the client is given."""
        errors = {"errors": {"_errors": [{"code": "INVALID", "message": text} for text in self.problems]}}
        return {"message": self.text, "code": self.code, **(errors if self.problems else {}), **self.more}
