"""Which move a reply means."""

from __future__ import annotations

import chess

from engine.errors import Ambiguous, Illegal, Unparsable
from engine.games._chess_position import Position
from engine.replies import read


def meant(position: Position, text: str) -> chess.Move:
    """The legal move that a reply means. :raises MoveRefused: otherwise."""
    reply = read(text)
    said = (reply.declared or (reply.text,))[0].strip(" .\"'")
    for reader in (position.board.parse_san, position.board.parse_uci):
        try:
            return reader(said)
        except chess.AmbiguousMoveError:
            raise Ambiguous(f"“{said}” fits several moves: say which.") from None
        except chess.IllegalMoveError:
            raise Illegal(f"“{said}” is not legal here.") from None
        except ValueError:
            continue
    raise Unparsable("No move can be found in the reply. Answer with a move such as Nf3 or g1f3.")
