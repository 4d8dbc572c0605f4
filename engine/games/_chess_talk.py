"""The words around a move: which of them play it, which doubt, deny or take it back, and which only explain it."""

from __future__ import annotations

import re
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH: Final = _words(
    "a absolutely advance advancing again algebraic alright also am an and answer as be begin believe best bestmove "
    "better bishop bold bring bringing by capture capturing certainly choice choose choosing chosen classical "
    "clearly conclusion confident confidently continue continuing correct current decent decide decided decision "
    "definitely develop developing do en excellent final finally first following for format game gl gladly glhf go "
    "goes going gonna good grab grabbing great happily have hello hence here here's hereby hf hi hmm i i'd i'll i'm "
    "i've immediately in indeed is it it's just king king's knight let let's lets logical main make making me "
    "most move moves moving my name natural new nice notation now obvious obviously of officially ok okay open "
    "opening opt optimal option our passant pawn perfect pick picking piece place play playing plays please "
    "position prefer principled proceed propose push pushing queen queen's ready reasonable recapture recapturing "
    "recommend recommended replies reply respond responding responds response right rook safe san say select "
    "selected selecting selection sensible shall should side simple simply so solid sound standard start starting "
    "stick still strong stronger strongest submit suggest summarize summary sure take taking thanks that's the "
    "there therefore think this thus to today try turn uci us want way we we'll we're well will with would yeah yep "
    "yes "
)
# A few words of German, French and Spanish; whoever says more in them is asked again.
_ABROAD: Final = _words("ich spiele ziehe mein zug ist je joue mon coup est juego mi jugada es")
BEFORE: Final = _ENGLISH | _ABROAD
AFTER: Final = BEFORE | _words("check checkmate mate double indeed please too thank you looks seems")
JOINS: Final = _words("or and")
PLAYS: Final = _words("i i'll i'm i'd i've my we we'll let's lets me our")

CONDITIONS: Final = re.compile(
    r"\b(?:if|unless|whether|maybe|perhaps|possibly|either|suppose|supposing|imagine|assuming|assume|were|what about"
    r"|how about|an option|another|once|in case|provided|until|example|instance)\b|^\W*should\b",
    re.I,
)
DENIES: Final = re.compile(
    r"\b(?:not|never|no|cannot|\w+n't|refuse|unable|avoid|nor|neither|without|illegal|impossible|stop|prevent)\b", re.I
)
TAKES_BACK: Final = re.compile(
    r"^\W*(?:(?:oh|hmm+|but|and|um|uh|ah)\W+)*(?:wait|actually|scratch|nope|oops|sorry|correction|never ?mind|kidding"
    r"|joking|on second thou|hold on|no\W|no$|let me (?:re|think|check|correct|try))"
    r"|\b(?:illegal|impossible|invalid|doesn't work|not (?:a )?(?:legal|possible|valid|allowed|available|playable)"
    r"|(?:can't|cannot|can not|couldn't|won't|will not|not) (?:actually |really )?"
    r"(?:play|do|move|choose|make|be played)\b"
    r"|which i (?:can't|cannot)|that (?:loses|blunders|hangs|fails|drops)|(?:is|be|was) a (?:mistake|blunder|bad)"
    r"|just kidding|only if|i (?:mean|meant))",
    re.I,
)
# A wish lapses where it meets a "but"; a plain "I play" does not.
CROWNS: Final = re.compile(r"^⟦\d+⟧\W+(?:is|will be) my\b", re.I)
LEADS_AWAY: Final = re.compile(r"\b(?:following|of|in|as|like|also|options?)\W*$", re.I)
TENTATIVE: Final = _words("would i'd like want should")
LAPSES: Final = re.compile(r"^\W*(?:but\s+|only\s+|and\s+)*(?:if|unless|provided|assuming|in case)\b", re.I)
# What may follow a move that is played: why, or what comes of it. From there on the sentence is talk.
EXPLAINS: Final = re.compile(
    r"^\W*(?:because|since|as|to|in order|for|which|with|over|rather|instead|before|after|while|where|so|not|due|given"
    r"|and (?:then|not|also|prepar\w+|controls?|attacks?|develops?|keeps?|gains?|puts?|opens?|eyes?|targets?|aims?"
    r"|hope|threatens?|claims?|supports?|protects?|defends?|\w+ing)|followed|by|against|despite|than"
    r"|(?!(?:some|any|no|every)thing)\w+ing|attacks|hits|ponder|controls|develops|defends|protects|prepares|opens"
    r"|gains|puts|keeps|helps|blocks|pins|creates|gives|makes|claims|fights|supports|improves|centrali[sz]es"
    r"|maintains)\b",
    re.I,
)
CONCLUDES: Final = _words("so therefore thus hence and")
HOWEVER: Final = re.compile(r"^\W*(?:but|however|though|although|except|yet)\b", re.I)
REPORTS: Final = re.compile(r"\b(?:said|says|told|asked|suggested|wrote|they|he|she)\b", re.I)
# After these the move is being described, not explained: "e4 is tempting".
COPULAS: Final = _words("is will would be looks seems")
SENTENCE: Final = re.compile(r"(?<=[.!?])(?=\s|$)|[\n;]+")
CLAUSE: Final = re.compile(
    r"(?:[,:()\[\]{}\"|/]+|\s-+\s|[=-]>|→)+"
    r"|\b(?P<so>so|but|however|therefore|thus|hence|instead|and(?=\s+(?:so\s+)?(?:i|i'll|we|my|let)\b))\b(?!\s+(?:far|that|is|are|was|does|do|can|would)\b)",
    re.I,
)
ANNOTATION: Final = re.compile(r"(?<=⟧)\s?(?:!\?|\?!|!+)(?=[^\w?!]|$)")
MARK: Final = re.compile(r"⟦(\d+)⟧")
WORD: Final = re.compile(r"⟦\d+⟧|[^\W_⟦⟧]+(?:'[^\W_⟦⟧]+)?")
SIGN: Final = re.compile(r"^\s*(?:[-*•>#]+\s+)+")

RESIGNS: Final = re.compile(r"\bresign(?:s|ing)?\b|\bI give up\b", re.I)
OFFERS: Final = re.compile(r"\b(?:offer|propose|claim|accept|agree to|want|request)\s+(?:a\s+|the\s+)?draw\b", re.I)
PLACEHOLDER: Final = re.compile(r"^[<\[(].*[>\])]$")
