"""Terms, heads, outcomes, seals, and what a player said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from sys import intern
from typing import Any, Final

from engine import versions
from engine.codec._json import Json, boolean, by_seat, integer, items, mapping, natural, optional, reading, text
from engine.codec._sentences import sentence_from_json, sentence_to_json
from engine.model import (
    Attempt,
    Community,
    Failure,
    Head,
    Lease,
    Limits,
    MoveMode,
    Outcome,
    Player,
    Seal,
    Seat,
    Shown,
    Spoken,
    Status,
    Terms,
    TimeControl,
)

_TIME: Final = ("per_ply_seconds", "per_duel_seconds")
_LIMITS: Final = ("max_plies", "max_tokens", "max_nano_usd")


def terms_to_json(terms: Terms) -> Json:
    """The terms, whole; a limit that is missing is no limit."""
    return {
        "game": terms.game,
        "players": {seat: str(player) for seat, player in terms.players.items()},
        "seed": terms.seed,
        "options": dict(terms.options),
        "modes": dict(terms.modes),
        "time": _present(terms.time, _TIME),
        "limits": _present(terms.limits, _LIMITS),
        "rated": terms.rated,
        "season": terms.season,
        "rules_version": terms.rules_version,
        "prompt_version": terms.prompt_version,
        "community": str(terms.community),
        "started_by": terms.started_by,
        "tournament": terms.tournament,
    }


def terms_from_json(value: Any) -> Terms:
    """:raises CorruptLog: when these are no terms."""
    with reading("terms"):
        time, limits = value["time"], value["limits"]
        return Terms(
            game=intern(text(value["game"])),
            players=by_seat(value["players"], _player),
            seed=integer(value["seed"]),
            options=mapping(value["options"]),
            modes=by_seat(value["modes"], MoveMode),
            time=TimeControl(*(optional(time.get(name)) for name in _TIME)),
            limits=Limits(
                integer(limits["max_plies"]), optional(limits.get("max_tokens")), optional(limits.get("max_nano_usd"))
            ),
            rated=boolean(value["rated"]),
            season=intern(text(value["season"])),
            rules_version=intern(text(value["rules_version"])),
            prompt_version=intern(text(value["prompt_version"])),
            community=community_from_text(value["community"]),
            started_by=text(value["started_by"]),
            tournament=text(value.get("tournament", "")),
        )


def _player(name: Any) -> Player:
    """Names recur in duel after duel: a thousand live ones share them."""
    player = Player.named(text(name))
    return Player(intern(player.provider), intern(player.id))


def community_from_text(value: Any) -> Community:
    """What ``str(community)`` wrote. :raises CorruptLog: when it is no ``platform:id``."""
    with reading("a community"):
        platform, colon, identity = text(value).partition(":")
        if not colon:
            raise ValueError(f"{value!r} has no colon")
        return Community(intern(platform), intern(identity))


def outcome_to_json(outcome: Outcome) -> Json:
    """``winner`` (``first``, ``second`` or null) and ``termination`` always; ``why`` and ``void`` when set.

    ``said`` stands beside a ``why`` that can be said in other languages.
    """
    value: Json = {"winner": outcome.winner, "termination": outcome.termination}
    if outcome.why:
        value["why"] = outcome.why
    if (said := sentence_to_json(outcome.why)) is not None:
        value["said"] = said
    if outcome.void:
        value["void"] = True
    return value


def outcome_from_json(value: Any) -> Outcome:
    """:raises CorruptLog: when it is no outcome."""
    with reading("an outcome"):
        return Outcome(
            None if value["winner"] is None else Seat(value["winner"]),
            text(value["termination"]),
            sentence_from_json(text(value.get("why", "")), value.get("said")),
            boolean(value.get("void", False)),
        )


def shown_to_json(shown: Shown) -> Json:
    """What a platform shows; what is as at the start is left out."""
    return {name: value for name, value in asdict(shown).items() if value != getattr(_NOWHERE, name)}


def shown_from_json(value: Any) -> Shown:
    """:raises CorruptLog: when it is nothing that :func:`shown_to_json` wrote."""
    with reading("what is shown"):
        return Shown(
            channel=text(value.get("channel", "")),
            language=text(value.get("language", "")),
            message_id=text(value.get("message_id", "")),
            thread_id=text(value.get("thread_id", "")),
            posted_ms=natural(value.get("posted_ms", 0)),
            entry=integer(value.get("entry", -1)),
            told=integer(value.get("told", -1)),
            final=boolean(value.get("final", False)),
            replaced=natural(value.get("replaced", 0)),
            resting=boolean(value.get("resting", False)),
        )


_NOWHERE: Final = Shown()


def head_to_json(head: Head) -> Json:
    """A head; what is not set is left out."""
    value: Json = {
        **versions.stamp(),
        "duel_id": head.duel_id,
        "terms": terms_to_json(head.terms),
        "status": head.status,
        "created_ms": head.created_ms,
        "version": head.version,
        "plies": head.plies,
    }
    optional = {
        "lease": {"worker": head.lease.worker, "until_ms": head.lease.until_ms} if head.lease else None,
        "waiting_for": sorted(head.waiting_for) or None,
        "deadline_ms": head.deadline_ms,
        "shown": shown_to_json(head.shown) or None,
        "outcome": outcome_to_json(head.outcome) if head.outcome else None,
        "ended_ms": head.ended_ms,
    }
    return value | {name: item for name, item in optional.items() if item is not None}


def head_from_json(value: Any) -> Head:
    """:raises CorruptLog: when it is no head. :raises NewerVersion: when it is one that is too far ahead."""
    with reading("a head"):
        versions.understood(value.get("v", versions.FIRST), "a head")
        lease, outcome = value.get("lease"), value.get("outcome")
        return Head(
            duel_id=text(value["duel_id"]),
            terms=terms_from_json(value["terms"]),
            status=Status(value["status"]),
            created_ms=integer(value["created_ms"]),
            version=natural(value["version"]),
            lease=None if lease is None else Lease(text(lease["worker"]), integer(lease["until_ms"])),
            waiting_for=frozenset(Seat(seat) for seat in items(value.get("waiting_for", []))),
            deadline_ms=optional(value.get("deadline_ms")),
            shown=shown_from_json(value.get("shown", {})),
            outcome=None if outcome is None else outcome_from_json(outcome),
            plies=natural(value["plies"]),
            ended_ms=optional(value.get("ended_ms")),
        )


def seal_to_json(seal: Seal) -> Json:
    """A sealed choice, secrets included: for the store alone."""
    value: Json = {
        **versions.stamp(),
        "entry": seal.entry,
        "seat": seal.seat,
        "move": seal.move,
        "salt": seal.salt,
        "digest": seal.digest,
        "at_ms": seal.at_ms,
    }
    if spoken := write_spoken(seal.spoken):
        value["spoken"] = spoken
    if seal.request:
        value["request"] = seal.request
    return value


def seal_from_json(value: Any) -> Seal:
    """:raises CorruptLog: when it is no seal. :raises NewerVersion: when it is one that is too far ahead."""
    with reading("a seal"):
        versions.understood(value.get("v", versions.FIRST), "a seal")
        return Seal(
            natural(value["entry"]),
            Seat(value["seat"]),
            text(value["move"]),
            text(value["salt"]),
            text(value["digest"]),
            read_spoken(value.get("spoken", {})),
            integer(value.get("at_ms", 0)),
            text(value.get("request", "")),
        )


def document_to_json(body: Mapping[str, Any]) -> Json:
    """A document's body with the version that wrote it, which :func:`document_from_json` takes away again."""
    return {**body, **versions.stamp()}


def document_from_json(value: Any) -> Json:
    """:raises CorruptLog: when it is no body. :raises NewerVersion: when it is one that is too far ahead."""
    with reading("a document"):
        body = dict(value)
        versions.understood(body.pop("v", versions.FIRST), "a document")
        return body


def _present(value: TimeControl | Limits, names: tuple[str, ...]) -> Json:
    return {name: getattr(value, name) for name in names if getattr(value, name) is not None}


def write_spoken(spoken: Spoken) -> Json:
    """What a ply cost and what was said; zeros and empty texts are left out."""
    value: Json = {}
    if spoken.words:
        value["words"] = spoken.words
    if spoken.tokens_in:
        value["tokens_in"] = spoken.tokens_in
    if spoken.tokens_out:
        value["tokens_out"] = spoken.tokens_out
    if spoken.latency_ms:
        value["latency_ms"] = spoken.latency_ms
    if spoken.cost_nano_usd:
        value["cost_nano_usd"] = spoken.cost_nano_usd
    if spoken.attempts:
        value["attempts"] = [_write_attempt(attempt) for attempt in spoken.attempts]
    return value


def read_spoken(value: Json) -> Spoken:
    """What ``write_spoken`` wrote."""
    return Spoken(
        text(value.get("words", "")),
        integer(value.get("tokens_in", 0)),
        integer(value.get("tokens_out", 0)),
        integer(value.get("latency_ms", 0)),
        integer(value.get("cost_nano_usd", 0)),
        tuple(_read_attempt(attempt) for attempt in items(value.get("attempts", []))),
    )


def _write_attempt(attempt: Attempt) -> Json:
    value: Json = {"failure": attempt.failure}
    if attempt.said:
        value["said"] = attempt.said
    if attempt.why:
        value["why"] = attempt.why
    if (made := sentence_to_json(attempt.why)) is not None:
        value["why_said"] = made
    return value


def _read_attempt(value: Json) -> Attempt:
    why = sentence_from_json(text(value.get("why", "")), value.get("why_said"))
    return Attempt(Failure(value["failure"]), text(value.get("said", "")), why)
