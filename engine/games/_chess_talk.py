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
    "yes bro fine im ima imma lol makemove playmove pls plz submitmove yo "
)
# A few words of German, French and Spanish; whoever says more in them is asked again.
_ABROAD: Final = _words("ich spiele ziehe mein zug ist je joue mon coup est juego mi jugada es")
BEFORE: Final = _ENGLISH | _ABROAD
AFTER: Final = (BEFORE - _words("fine")) | _words("check checkmate mate double indeed please too thank you looks seems")
JOINS: Final = _words("or and")
PLAYS: Final = _words("i i'll i'm i'd i've my we we'll let's lets me our")

_BAD: Final = (
    "bad|badly|terrible|awful|horrible|poor|blunder|blunders|mistake|wrong|rejected|reject|illegal|invalid|dubious|weak"
    "|risky|losing|lose|loses|hangs?|fails?|drops|refuted|refused|declined|cancelled|discarded|false|forbidden|nope"
    r"|no(?! (?:other|better)\b)|never"
)

CONDITIONS: Final = re.compile(
    r"\b(?:if|unless|whether|maybe|perhaps|possibly|either|suppose|supposing|imagine|assuming|assume|were|what about"
    r"|how about|an option|another|once|in case|provided|until|example|instance)\b|^\W*should\b"
    r"|\b(?:option|candidate|choice|alternative|variant|line|idea|plan)\s+(?:[a-z]|\d+)\W*$"
    r"|^\W*(?:the |this )?(?:(?:answer|required|expected|requested) )?format(?: is)?(?: move)?\W*$"
    r"|^\W*(?:is|was) (?:it|this|that)\b",
    re.I,
)
DENIES: Final = re.compile(
    r"\b(?:not|never|no|cannot|\w+n't|refuse|unable|avoid|nor|neither|without|illegal|impossible|stop|prevent)\b", re.I
)
TAKES_BACK: Final = re.compile(
    r"^\W*(?:(?:oh|hmm+|but|and|um|uh|ah)\W+)*(?:wait|actually|scratch|nope|oops|sorry|correction|never ?mind|kidding"
    r"|joking|on second thou|hold on|no(?! (?:other|better)\b)\W|no$|let me (?:re|think|check|correct|try)"
    r"|nah|meh|ugh|psych|undo|on reflection|i(?:'d| would) never|i (?:don't|do not|hate|dislike)(?! see)"
    r"|edit\b|trash|sucks|joke|/s\W*$|i(?:'m| am) not sure|rather not"
    r"|(?:that|this|it)(?:'s| is| was) not(?! (?:the )?only)|isn't"
    r"|x\W*$|or (?:is it|not)\b|under no|in no case|you said|(?:i )?changed? my mind"
    r"|not(?! (?:only|just|to|because|that|for|with|as|king|queen|short|long|⟦))\b"
    r"|(?:(?:a|an|the|very|so|too|really|quite|is|was|would|be|it|it's|this|that|which|that's|valid|legal) )*"
    rf"(?:{_BAD})\b)"
    r"|\b(?:illegal|impossible|invalid|doesn't work|not (?:a )?(?:legal|possible|valid|allowed|available|playable)"
    r"|(?:can't|cannot|can not|couldn't|won't|will not|not) (?:actually |really )?"
    r"(?:play|do|move|choose|make|be played)\b"
    r"|which i (?:can't|cannot)|that (?:loses|blunders|hangs|fails|drops)|(?:is|be|was) a (?:mistake|blunder|bad)"
    r"|just kidding|only if|i (?:mean|meant)|(?:change|changed) my mind|take (?:it|that) back|slip(?:s|ped)?\b|misclick"
    r"|something else|in your dreams|nvm|jk|disregard|ignore (?:that|this|it)|forget (?:it|that)|cancel|joking"
    r"|rather (?:play|choose|go|pick))\b",
    re.I,
)
# Before a further move, these say that it replaces the one before.
CORRECTS: Final = re.compile(
    r"\b(?:i mean|i meant|or rather|or better|better still|changed? my mind|correction|sorry|scratch|wait|actually|oops"
    r"|on reflection|on second thought|psych|deviate|would rather|i'd rather)\b",
    re.I,
)
# Inside an explanation of a move these deny it after all: "e4 while tempting is wrong".
SPOILS: Final = re.compile(
    rf"\b(?:is|was|being|are)\s+(?:too |very |a )*(?:{_BAD})\b"
    r"|\b(?:bad|terrible|awful|wrong|rejected|illegal|impossible|invalid|refuted|refused|declined|cancelled|discarded"
    r"|forbidden|never|tempting|maybe|perhaps|dreams?|dead body|joke|for (?:my|the|your|an) opponent"
    r"|not (?:a|an|today|happening|really|ever))\b|^to lose\W*$|^(?:for|as) you\b",
    re.I,
)
# What follows a declaration may be the rest of its sentence, and speak of the move: "is illegal".
GOES_ON: Final = re.compile(r"^\W*(?:is|was|isn't|wasn't|would|loses|hangs|fails)\b", re.I)
FOR_SIDE: Final = re.compile(
    r"^(?:as|for)\s+(white|black)\b(?!\s+(?:must|has|will|can|cannot|can't|needs|is|would|could|now))", re.I
)
# "e4 (for Black)" is another's move unless Black is who plays.
ANOTHERS: Final = re.compile(r"^\W*(?:(?:for|as|by)\s+)?(white|black)\W*$", re.I)
# "(a) e4" offers a choice by letter, and a declared letter points at one.
LETTERED: Final = re.compile(r"(?<![\w.])\(?[a-z]\)[\s*]*(?=⟦)|^\W*[a-z][.:]\s*(?=⟦)", re.I | re.M)
LETTER: Final = re.compile(r"^\W*[a-z]\W*$", re.I)
# A wish lapses where it meets a "but"; a plain "I play" does not.
CROWNS: Final = re.compile(r"^⟦\d+⟧\W+(?:is|will be) my\b", re.I)
LEADS_AWAY: Final = re.compile(r"\b(?:following|of|in|as|like|also|options?)\W*$", re.I)
TENTATIVE: Final = _words("would i'd like want should")
LAPSES: Final = re.compile(r"^\W*(?:but\s+|only\s+|and\s+)*(?:if|unless|provided|assuming|in case|were)\b", re.I)
# What may follow a move that is played: why, or what comes of it. From there on the sentence is talk.
EXPLAINS: Final = re.compile(
    r"^\W*(?:because|since|as|to|in order|for|which|with|over|rather(?! not\b)|instead|while|where|so|not|due|given"
    r"|and (?:then|not|also|prepar\w+|controls?|attacks?|develops?|keeps?|gains?|puts?|opens?|eyes?|targets?|aims?"
    r"|hope|threatens?|claims?|supports?|protects?|defends?|\w+ing)|followed|by|against|despite|than"
    r"|(?!(?:some|any|no|every)thing|notwithstanding)\w+ing|attacks|hits|ponder|controls|develops|defends|protects|prepares|opens"
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
