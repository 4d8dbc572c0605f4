"""The entries of a duel's log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from json.encoder import encode_basestring_ascii as _ascii
from typing import Any, Final

from engine import versions
from engine.codec._json import Json, boolean, by_seat, dumps, integer, loads, natural, reading, text
from engine.codec._sentences import sentence_from_json, sentence_to_json
from engine.codec._upcasts import current
from engine.codec._values import (
    outcome_from_json,
    outcome_to_json,
    read_spoken,
    terms_from_json,
    terms_to_json,
    write_spoken,
)
from engine.model import (
    Adjourn,
    Agreed,
    Autoplay,
    Body,
    DrawAnswer,
    DrawOffer,
    End,
    Entry,
    MoveMode,
    Player,
    Resume,
    Ruling,
    Seat,
    Takeback,
    TakebackOffer,
    TakebackRefused,
    Turn,
    Verdict,
)


def encode_entry(entry: Entry) -> str:
    """An entry as one line of JSON."""
    body = entry.body
    if type(body) is Turn and len(body.moves) == 1 and not (body.spoken or body.salts or body.took_ms or body.requests):
        return _bare_turn(entry, body)
    return dumps(entry_to_json(entry))


def _bare_turn(entry: Entry, turn: Turn) -> str:
    """What ``dumps`` would write of a turn without words: most entries of fast duels, in a third of the time."""
    ((seat, move),) = turn.moves.items()
    return (
        f'{{"v":{versions.VERSION},"number":{entry.number},"id":{_ascii(entry.id)},"at_ms":{entry.at_ms},'
        f'"kind":"turn","moves":{{"{seat.value}":{_ascii(move)}}}}}'
    )


def decode_entry(line: str | bytes) -> Entry:
    """The entry that ``encode_entry`` wrote. :raises CorruptLog: when it is none."""
    return entry_from_json(loads(line))


def entry_to_json(entry: Entry) -> Json:
    """An entry: ``v, number, id, at_ms, kind`` and the fields of its body."""
    kind, write = _WRITERS[type(entry.body)]
    return {
        "v": versions.VERSION,
        "number": entry.number,
        "id": entry.id,
        "at_ms": entry.at_ms,
        "kind": kind,
        **write(entry.body),
    }


def entry_from_json(value: Any) -> Entry:
    """:raises CorruptLog: when it is no entry. :raises NewerVersion: when it is one that is too far ahead."""
    with reading("an entry"):
        value = current(value)
        body = _READERS[value["kind"]](value)
        return Entry(natural(value["number"]), text(value["id"]), integer(value["at_ms"]), body)


def _write_turn(turn: Turn) -> Json:
    value: Json = {"moves": dict(turn.moves)}
    if turn.spoken:
        value["spoken"] = {seat: write_spoken(spoken) for seat, spoken in turn.spoken.items()}
    if turn.salts:
        value["salts"] = dict(turn.salts)
    if turn.took_ms:
        value["took_ms"] = dict(turn.took_ms)
    if turn.requests:
        value["requests"] = dict(turn.requests)
    return value


def _read_turn(value: Json) -> Turn:
    return Turn(
        by_seat(value["moves"], text),
        by_seat(value.get("spoken", {}), read_spoken),
        by_seat(value.get("salts", {}), text),
        by_seat(value.get("took_ms", {}), natural),
        by_seat(value.get("requests", {}), text),
    )


def _write_end(end: End) -> Json:
    value: Json = {"outcome": outcome_to_json(end.outcome)}
    if end.by:
        value["by"] = end.by
    if end.spoken:
        value["spoken"] = {seat: write_spoken(spoken) for seat, spoken in end.spoken.items()}
    return value


def _read_end(value: Json) -> End:
    return End(
        outcome_from_json(value["outcome"]),
        text(value.get("by", "")),
        by_seat(value.get("spoken", {}), read_spoken),
    )


def _write_adjourn(adjourn: Adjourn) -> Json:
    said = sentence_to_json(adjourn.why)
    return {"why": adjourn.why} if said is None else {"why": adjourn.why, "said": said}


def _write_autoplay(autoplay: Autoplay) -> Json:
    value: Json = {"seat": autoplay.seat, "player": str(autoplay.player), "by": autoplay.by}
    if autoplay.mode is not None:
        value["mode"] = autoplay.mode
    return value


def _read_autoplay(value: Json) -> Autoplay:
    mode = MoveMode(value["mode"]) if "mode" in value else None
    return Autoplay(Seat(value["seat"]), Player.named(text(value["player"])), mode, text(value["by"]))


def _write_takeback(takeback: Takeback) -> Json:
    value: Json = {"plies": takeback.plies, "by": takeback.by}
    if takeback.spoken:
        value["spoken"] = {seat: write_spoken(spoken) for seat, spoken in takeback.spoken.items()}
    return value


def _read_takeback(value: Json) -> Takeback:
    return Takeback(natural(value["plies"]), text(value["by"]), by_seat(value.get("spoken", {}), read_spoken))


def _write_verdict(verdict: Verdict) -> Json:
    return {
        "entry": verdict.entry,
        "seat": verdict.seat,
        "move": verdict.move,
        "by": verdict.by,
        "why": verdict.why,
    }


def _read_verdict(value: Json) -> Verdict:
    seat, move = Seat(value["seat"]), text(value["move"])
    return Verdict(natural(value["entry"]), seat, move, text(value["by"]), text(value["why"]))


def _write_ruling(ruling: Ruling) -> Json:
    return {"outcome": outcome_to_json(ruling.outcome), "by": ruling.by, "why": ruling.why}


def _read_ruling(value: Json) -> Ruling:
    return Ruling(outcome_from_json(value["outcome"]), text(value["by"]), text(value["why"]))


_WRITERS: Final[Mapping[type, tuple[str, Callable[[Any], Json]]]] = {
    Agreed: ("agreed", lambda body: {"terms": terms_to_json(body.terms)}),
    Turn: ("turn", _write_turn),
    DrawOffer: ("draw-offer", lambda body: {"seat": body.seat}),
    DrawAnswer: ("draw-answer", lambda body: {"seat": body.seat, "accepted": body.accepted}),
    TakebackOffer: ("takeback-offer", lambda body: {"seat": body.seat}),
    TakebackRefused: ("takeback-refused", lambda body: {"seat": body.seat}),
    Autoplay: ("autoplay", _write_autoplay),
    Takeback: ("takeback", _write_takeback),
    Verdict: ("verdict", _write_verdict),
    Adjourn: ("adjourn", _write_adjourn),
    Resume: ("resume", lambda body: {"by": body.by}),
    End: ("end", _write_end),
    Ruling: ("ruling", _write_ruling),
}
_READERS: Final[Mapping[str, Callable[[Json], Body]]] = {
    "agreed": lambda value: Agreed(terms_from_json(value["terms"])),
    "turn": _read_turn,
    "draw-offer": lambda value: DrawOffer(Seat(value["seat"])),
    "draw-answer": lambda value: DrawAnswer(Seat(value["seat"]), boolean(value["accepted"])),
    "takeback-offer": lambda value: TakebackOffer(Seat(value["seat"])),
    "takeback-refused": lambda value: TakebackRefused(Seat(value["seat"])),
    "autoplay": _read_autoplay,
    "takeback": _read_takeback,
    "verdict": _read_verdict,
    "adjourn": lambda value: Adjourn(sentence_from_json(text(value["why"]), value.get("said"))),
    "resume": lambda value: Resume(text(value["by"])),
    "end": _read_end,
    "ruling": _read_ruling,
}
