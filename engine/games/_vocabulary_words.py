"""The words by which a choice, a doubt, a denial and a label are known."""

from __future__ import annotations

from typing import Final


def words(text: str) -> frozenset[str]:
    """The words of a text, for lists that read better as lines."""
    return frozenset(text.split())


AROUND: Final = words(
    "a again alright am an and answer at be best by choice choose choosing chosen decide decided decision "
    "definitely do doing final for go going gonna here hereby i i'd i'll i'm in is it it's its just let let's "
    "lock make making mark me move must my need now ok okay on once one optimal option our pick picking "
    "place placing play playing please put putting right round say select selecting shall simply stick sticking "
    "still strongest sure take taking that the there this throw throwing tick time to today turn us use using "
    "want we we'll well will winning with would yes"
)
# A sentence with one of these weighs a move, it does not choose it.
DOUBTS: Final = words(
    "if unless whether maybe perhaps might could or nor either neither should suppose supposing imagine assuming had "
    "were all any anything anywhere everything nothing none"
)
# Said after a choice, these take it back.
TAKES_BACK: Final = words(
    "actually wait scratch kidding joking nevermind psych oops sorry correction mistake however hmm unsure undecided "
    "nah meh ugh undo rethink reconsider reconsidering reflection mind joke jokes"
)
# Said of a choice, these deny it.
VERDICTS: Final = words(
    "bad badly terrible horrible awful wrong illegal invalid incorrect loses lost losing blunder blunders weak weaker "
    "worse worst dubious risky reject rejected declined discarded impossible tempting hate dislike regret refuse "
    "better prefer prefers taken occupied fails blocked already spins forbidden unavailable"
)
# A label made of other words says whose the move is, or what is wrong with it.
LABELS: Final = words(
    "a action answer best choice choose chosen conclusion counter decide decided decision final finally go going i "
    "i'd i'll i'm is it let's me move must my now ok okay our pick picking place play playing please put say select "
    "selected so step take taking the therefore this throw throwing we will with would"
)
REASONS: Final = words(
    "as attacking because beating beats block blocking blocks building completing completes controlling controls "
    "covering covers creating creates crushes cuts expecting for forking forming forms gaining giving gives hoping "
    "keeping keeps leaving leaves making makes opening preparing preventing prevents securing setting since so "
    "stopping stops taking takes threatening threatens to winning wins wraps"
)
# Before a declaration on its line, these show that it only tells how one would look.
ECHOES: Final = words(
    "e example format formatted g instance instructed instruction instructions like pattern sample template"
)
