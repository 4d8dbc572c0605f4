"""A challenge as it is stored: who asks whom for which duel, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from engine.arena.documents import known
from engine.arena.starting import Start
from engine.codec import Json, reading, sentence_from_json, sentence_to_json
from engine.model import Community, Document, Limits, MoveMode, Player, Role, Seat, TimeControl

KIND: Final = "challenge"


class Stage(StrEnum):
    """Where a challenge stands. It is open first, and ends in one of the others for good."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    FAILED = "failed"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, slots=True)
class Challenge:
    """One person asks another for a duel.

    Attributes:
        key: its name within the community.
        challenger, challenged: ids of persons.
        start: what starts when it is accepted.
        expires_ms: until then it can be answered.
        message_id: the invitation in the channel, once it is posted.
        answer_to: how the challenger is told what became of it; kept an hour at most, never logged or shown.
        locale: the challenger's, for that answer.
        told: the challenger has been told, or cannot be.
        duel_id: what it started.
        why: what kept the invitation from being posted, or an accepted duel from starting.
        rematch_of: the duel that it repeats.
        version: of the stored document.
    """

    community: Community
    key: str
    challenger: str
    challenged: str
    start: Start
    expires_ms: int
    stage: Stage = Stage.OPEN
    message_id: str = ""
    answer_to: str = field(default="", repr=False)
    locale: str = ""
    told: bool = False
    duel_id: str = ""
    why: str = ""
    rematch_of: str = ""
    version: int = 0

    @classmethod
    def of(cls, document: Document) -> Challenge:
        """:raises CorruptLog: when it is no document that :meth:`document` made."""
        with reading("a challenge"):
            body = dict(document.body)
            why = sentence_from_json(body.pop("why"), body.pop("said", None))
            return cls(
                community=document.community,
                key=document.key,
                start=start_from_json(document.community, body.pop("start")),
                stage=Stage(body.pop("stage")),
                why=why,
                version=document.version,
                **known(cls, body),
            )

    def document(self, wake_at_ms: int) -> Document:
        """The challenge as the store keeps it."""
        body = {name: getattr(self, name) for name in _PLAIN}
        written = {"start": start_to_json(self.start), "stage": self.stage, **body}
        if self.why:
            # How the reason was said, so that its reader gets it in their language.
            written["said"] = sentence_to_json(self.why)
        return Document(self.community, KIND, self.key, written, self.version, wake_at_ms)


_PLAIN: Final = (
    "challenger",
    "challenged",
    "expires_ms",
    "message_id",
    "answer_to",
    "locale",
    "told",
    "duel_id",
    "why",
    "rematch_of",
)


def start_to_json(start: Start) -> Json:
    """All of it but the community, which a document knows by itself."""
    return {
        "request_id": start.request_id,
        "game": start.game,
        "players": {seat: str(player) for seat, player in start.players.items()},
        "started_by": start.started_by,
        "options": dict(start.options),
        "seed": start.seed,
        "mode": start.mode,
        "time": [start.time.per_ply_seconds, start.time.per_duel_seconds],
        "limits": [start.limits.max_plies, start.limits.max_tokens, start.limits.max_nano_usd],
        "rated": start.rated,
        "channel": start.channel,
        "language": start.language,
        "agreed": sorted(start.agreed),
        "role": start.role,
    }


def start_from_json(community: Community, value: Any) -> Start:
    """What :func:`start_to_json` wrote."""
    return Start(
        request_id=value["request_id"],
        community=community,
        game=value["game"],
        players={Seat(seat): Player.named(player) for seat, player in value["players"].items()},
        started_by=value["started_by"],
        options=value["options"],
        seed=value["seed"],
        mode=None if value["mode"] is None else MoveMode(value["mode"]),
        time=TimeControl(*value["time"]),
        limits=Limits(*value["limits"]),
        rated=value["rated"],
        channel=value["channel"],
        language=value["language"],
        agreed=frozenset(value["agreed"]),
        role=Role(value["role"]),
    )
