"""Which of the moves that a reply mentions is the one it plays.

A mention is played only where the words around it are known to play a move; everything else is mere talk, so a new
way to say "not that one" needs no rule here. The reply is cut into sentences, and these into clauses. A clause plays
its move when all that comes before it are words that people say around a choice ("I'll go with"), and what follows
is nothing, more such words, or an explanation ("because", "to", "attacking").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import chess

from engine.errors import Ambiguous, Unparsable
from engine.games import _chess_talk as talk
from engine.games._chess_meaning import meaning, settle
from engine.games._chess_movelist import own_moves
from engine.games._chess_notation import Mention, mentions
from engine.games._chess_position import SIDE_NAME, Position
from engine.games._chess_text import prepared
from engine.replies import read
from engine.sentences import joined, say

_HOW: Final = say("Write one move, such as Nf3 or g1f3.")


def meant(position: Position, text: str) -> chess.Move:
    """The legal move that a reply plays.

    :raises EmptyReply: :raises TruncatedReply: when there is nothing to read.
    :raises Unparsable: when it plays none. :raises Ambiguous: when it may play several.
    :raises Illegal: when it plays one that the rules forbid.
    """
    reply = read(text)
    declared = [mention for place in reply.declared for mention in _declared(position, place)]
    if declared and (doubt := _taken_back(position, reply.after, declared)):
        raise doubt
    if not declared and any(_is_terse(place) for place in reply.declared):
        raise _nothing(reply.declared[0], [])
    chosen = declared
    if not chosen:
        talked = Talk.of(position, reply.text)
        chosen = talked.chosen()
    if not chosen:
        raise _nothing(reply.text, talked.seen)
    distinct = {mention.readings: mention for mention in reversed(chosen)}
    return settle(position, [meaning(position, mention) for mention in reversed(distinct.values())])


def _declared(position: Position, place: str) -> list[Mention]:
    talked = Talk.of(position, place)
    return talked.chosen() or talked.leading()


def _taken_back(position: Position, after: str, declared: Sequence[Mention]) -> Ambiguous | None:
    """The refusal when what follows a declaration takes it back, or plays another move."""
    talked = Talk.of(position, after)
    said = list(dict.fromkeys(mention.said for mention in [*declared, *talked.chosen()]))
    known = {mention.readings for mention in declared}
    if any(mention.readings not in known for mention in talked.chosen()):
        why = say("The reply gives {move} as its move and then {other}.", move=declared[-1].said, other=said[-1])
        return Ambiguous(joined([why, _HOW]), said)
    if talked.retracted or talk.GOES_ON.search(after):
        why = say("The reply gives {move} as its move and then takes it back.", move=declared[-1].said)
        return Ambiguous(joined([why, _HOW]), said)
    return None


def _is_terse(place: str) -> bool:
    """One word declared as the move is meant as a move, even when it is none: nothing else is looked at."""
    return bool(talk.LETTER.match(place)) or (len(place.split()) == 1 and not talk.PLACEHOLDER.match(place))


def _nothing(text: str, seen: Sequence[Mention]) -> Unparsable | Ambiguous:
    said = list(dict.fromkeys(mention.said for mention in seen))
    if talk.RESIGNS.search(text):
        return Unparsable(say("Resigning is a command of its own, not a move: resign with it, or give a move."))
    if talk.OFFERS.search(text):
        return Unparsable(say("A draw is offered with a command of its own: offer it there, and give a move here."))
    if len(said) > 1:
        why = say("The reply mentions {moves} but does not say which it plays.", moves=joined(said[:6], ", "))
        return Ambiguous(joined([why, _HOW]), said)
    if said:
        why = say("The reply mentions {move} but does not say that it plays it.", move=said[0])
        return Unparsable(joined([why, _HOW]))
    return Unparsable(joined([say("No move can be found in the reply."), _HOW]))


@dataclass(frozen=True, slots=True)
class _Heard:
    """A mention that a clause plays. ``strong``: the clause says who plays it, or draws a conclusion."""

    mention: Mention
    strong: bool
    tentative: bool


@dataclass(slots=True)
class _Sentence:
    """What the clauses of a sentence so far mean for the next: a doubt or a denial reaches to its end."""

    reported: bool
    doubted: bool = False
    denied: bool = False
    # Something was said that is not known to introduce a move, so a bare move may be part of that.
    talked: bool = False


@dataclass(slots=True)
class Talk:
    """A text with its mentions marked, and those it plays, in order."""

    marked: str
    seen: list[Mention]
    own: frozenset[str]
    heard: list[_Heard] = field(default_factory=list)
    # Whether anything in it takes back what was said before it.
    retracted: bool = False

    @classmethod
    def of(cls, position: Position, text: str) -> Talk:
        """Listen to a text."""
        clean = prepared(text)
        found = own_moves(position.board, mentions(clean), clean)
        side = SIDE_NAME[position.board.turn].lower()
        talked = cls(_mark(clean, found), found, frozenset({side, f"{side}'s"}))
        for sentence in talk.SENTENCE.split(talked.marked):
            talked._listen(talk.SIGN.sub("", sentence))
        return talked

    def chosen(self) -> list[Mention]:
        """What is played: from the first strong choice on, or else every choice."""
        strong = next((at for at, heard in enumerate(self.heard) if heard.strong), 0)
        return [heard.mention for heard in self.heard[strong:]]

    def leading(self) -> list[Mention]:
        """The move that the text starts with, whatever is said after it, unless that doubts it or takes it back."""
        sentence = talk.SENTENCE.split(self.marked)[0]
        doubtful = talk.CONDITIONS.search(sentence) or talk.REPORTS.search(sentence) or "?" in sentence
        first = talk.MARK.search(sentence)
        if first is None or doubtful or self.retracted or not self._known(sentence[: first.start()], talk.BEFORE):
            return []
        clause = next(clause for _, clause in _clauses(sentence) if talk.MARK.search(clause))
        return [mention for mention, _ in self._body(clause[clause.index("⟦") :])]

    def _listen(self, sentence: str) -> None:
        state = _Sentence(reported=sentence.rstrip().endswith("?") or bool(talk.REPORTS.search(sentence)))
        earlier = len(self.heard)
        for introducer, clause in _clauses(sentence):
            if talk.HOWEVER.match(introducer or clause):
                self.heard = [heard for heard in self.heard if not heard.tentative]
            if first := talk.MARK.search(clause):
                lead, rest = clause[: first.start()], clause[first.start() :]
                if talk.CORRECTS.search(lead):
                    self._retract()
                offered = len(self.heard) > earlier and talk.JOINS.issuperset(_words(lead)) and bool(lead.strip())
                self._weigh("" if offered else lead, rest, introducer in talk.CONCLUDES, state)
                continue
            if talk.LAPSES.search(clause):
                del self.heard[earlier:]
            another = talk.ANOTHERS.match(clause)
            if talk.TAKES_BACK.search(clause) or (another and another[1].casefold() not in self.own):
                self._retract()
            self._note(clause, state)

    def _retract(self) -> None:
        self.heard.clear()
        self.retracted = True

    def _note(self, words: str, state: _Sentence) -> None:
        state.doubted |= bool(talk.CONDITIONS.search(words))
        state.denied |= bool(talk.DENIES.search(words))
        state.talked |= not self._known(words, talk.BEFORE)

    def _weigh(self, lead: str, rest: str, concludes: bool, state: _Sentence) -> None:
        """Decide about a clause's moves, and remember what it means for the rest of the sentence."""
        self._note(lead, state)
        words = _words(lead)
        strong = concludes or not talk.PLAYS.isdisjoint(words) or bool(talk.CROWNS.match(rest))
        body = list(self._body(rest))
        doubtful = state.reported or state.doubted or (not strong and (state.denied or state.talked))
        introduced = self._known(lead, talk.BEFORE) and not talk.LEADS_AWAY.search(lead)
        if introduced and not doubtful and not talk.TAKES_BACK.search(rest):
            tentative = not talk.TENTATIVE.isdisjoint(words)
            self.heard += [_Heard(mention, strong, tentative) for mention, _ in body]
        self._note(rest[body[-1][1] if body else 0 :], state)

    def _body(self, rest: str) -> Iterator[tuple[Mention, int]]:
        """The moves that a clause plays, each with where the clause goes on; none when it goes on to talk of them."""
        played: list[tuple[Mention, int]] = []
        previous = ""
        for found in talk.WORD.finditer(rest):
            word = found[0].casefold()
            if mark := talk.MARK.fullmatch(word):
                played.append((self.seen[int(mark[1])], found.end()))
            elif previous not in talk.COPULAS and talk.EXPLAINS.match(rest[found.start() :]):
                if self._is_spoiled(rest[found.start() :]):
                    return
                break
            elif word not in talk.AFTER | talk.JOINS | self.own:
                return
            previous = word
        if previous not in talk.JOINS:
            yield from played

    def _is_spoiled(self, explanation: str) -> bool:
        """Whether an explanation, as far as it speaks of the move itself, calls it bad or another side's."""
        own = talk.MARK.split(explanation)[0]
        sides = {side.casefold() for side in talk.FOR_SIDE.findall(own)}
        return bool(talk.SPOILS.search(own) or explanation.strip(" .!").casefold() == "not") or not sides <= self.own

    def _known(self, text: str, vocabulary: frozenset[str]) -> bool:
        return all(word in vocabulary or word in self.own or word.isdigit() for word in _words(text))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in talk.WORD.findall(text)]


def _clauses(sentence: str) -> Iterator[tuple[str, str]]:
    """Each clause, with the word such as "so" or "but" that introduces it, or an empty one."""
    start, introducer = 0, ""
    for split in talk.CLAUSE.finditer(sentence):
        clause = sentence[start : split.start()]
        yield introducer, clause
        introducer = (split["so"] or "").casefold() or (introducer if not clause.strip() else "")
        start = split.end()
    yield introducer, sentence[start:]


def _mark(text: str, found: Sequence[Mention]) -> str:
    parts, end = [], 0
    for number, mention in enumerate(found):
        parts += [text[end : mention.start], f" ⟦{number}⟧ "]
        end = mention.end
    marked = "".join([*parts, text[end:]])
    marked = talk.LETTERED.sub(" lettered ", marked)
    return re.sub(r"\bnext (?=move\b|choice\b)", "", talk.ANNOTATION.sub("", marked.replace("⟧ ", "⟧")), flags=re.I)
