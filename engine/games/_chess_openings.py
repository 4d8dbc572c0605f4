"""A small book of named openings, by ECO code, in SAN. Names follow common English use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import chess


class Opening(NamedTuple):
    """``line`` holds its moves in SAN from the usual array, separated by spaces."""

    eco: str
    name: str
    line: str

    def moves(self) -> Iterator[chess.Move]:
        """Its moves in order."""
        board = chess.Board()
        for san in self.line.split():
            yield board.push_san(san)


OPENINGS: Final = tuple(
    Opening(*row.split(" | "))
    for row in """
A00 | Grob Opening | g4 d5
A00 | Polish Opening | b4 e5 Bb2
A01 | Nimzo-Larsen Attack | b3 e5 Bb2 Nc6
A02 | Bird Opening | f4 d5 Nf3 Nf6
A04 | Réti Opening | Nf3 d5 c4
A07 | King's Indian Attack | Nf3 d5 g3 Nf6 Bg2 c6 O-O
A10 | English Opening | c4 Nf6
A20 | English Opening: Reversed Sicilian | c4 e5 Nc3 Nf6
A30 | English Opening: Symmetrical Variation | c4 c5 Nf3 Nf6 Nc3
A40 | Englund Gambit | d4 e5 dxe5 Nc6
A43 | Old Benoni Defence | d4 c5 d5
A45 | Trompowsky Attack | d4 Nf6 Bg5
A48 | London System | d4 Nf6 Nf3 g6 Bf4 Bg7
A51 | Budapest Gambit | d4 Nf6 c4 e5 dxe5 Ng4
A57 | Benko Gambit | d4 Nf6 c4 c5 d5 b5
A60 | Modern Benoni | d4 Nf6 c4 c5 d5 e6 Nc3 exd5 cxd5 d6
A80 | Dutch Defence | d4 f5
A87 | Dutch Defence: Leningrad Variation | d4 f5 c4 Nf6 g3 g6 Bg2 Bg7
B00 | Nimzowitsch Defence | e4 Nc6
B01 | Scandinavian Defence | e4 d5 exd5 Qxd5 Nc3 Qa5
B02 | Alekhine Defence | e4 Nf6 e5 Nd5
B06 | Modern Defence | e4 g6 d4 Bg7
B07 | Pirc Defence | e4 d6 d4 Nf6 Nc3 g6
B10 | Caro-Kann Defence | e4 c6 d4 d5
B12 | Caro-Kann Defence: Advance Variation | e4 c6 d4 d5 e5 Bf5
B18 | Caro-Kann Defence: Classical Variation | e4 c6 d4 d5 Nc3 dxe4 Nxe4 Bf5
B20 | Sicilian Defence | e4 c5
B21 | Smith-Morra Gambit | e4 c5 d4 cxd4 c3
B22 | Sicilian Defence: Alapin Variation | e4 c5 c3
B23 | Sicilian Defence: Closed Variation | e4 c5 Nc3 Nc6 g3
B33 | Sicilian Defence: Sveshnikov Variation | e4 c5 Nf3 Nc6 d4 cxd4 Nxd4 Nf6 Nc3 e5
B44 | Sicilian Defence: Taimanov Variation | e4 c5 Nf3 e6 d4 cxd4 Nxd4 Nc6
B70 | Sicilian Defence: Dragon Variation | e4 c5 Nf3 d6 d4 cxd4 Nxd4 Nf6 Nc3 g6
B80 | Sicilian Defence: Scheveningen Variation | e4 c5 Nf3 d6 d4 cxd4 Nxd4 Nf6 Nc3 e6
B90 | Sicilian Defence: Najdorf Variation | e4 c5 Nf3 d6 d4 cxd4 Nxd4 Nf6 Nc3 a6
C00 | French Defence | e4 e6 d4 d5
C02 | French Defence: Advance Variation | e4 e6 d4 d5 e5 c5
C11 | French Defence: Classical Variation | e4 e6 d4 d5 Nc3 Nf6
C15 | French Defence: Winawer Variation | e4 e6 d4 d5 Nc3 Bb4
C21 | Danish Gambit | e4 e5 d4 exd4 c3
C23 | Bishop's Opening | e4 e5 Bc4
C25 | Vienna Game | e4 e5 Nc3
C30 | King's Gambit | e4 e5 f4
C33 | King's Gambit Accepted | e4 e5 f4 exf4 Nf3
C41 | Philidor Defence | e4 e5 Nf3 d6
C42 | Petrov Defence | e4 e5 Nf3 Nf6
C44 | Ponziani Opening | e4 e5 Nf3 Nc6 c3
C45 | Scotch Game | e4 e5 Nf3 Nc6 d4 exd4 Nxd4
C47 | Four Knights Game | e4 e5 Nf3 Nc6 Nc3 Nf6
C50 | Italian Game | e4 e5 Nf3 Nc6 Bc4
C52 | Evans Gambit | e4 e5 Nf3 Nc6 Bc4 Bc5 b4
C54 | Giuoco Piano | e4 e5 Nf3 Nc6 Bc4 Bc5 c3 Nf6
C55 | Two Knights Defence | e4 e5 Nf3 Nc6 Bc4 Nf6
C60 | Ruy Lopez | e4 e5 Nf3 Nc6 Bb5
C65 | Ruy Lopez: Berlin Defence | e4 e5 Nf3 Nc6 Bb5 Nf6
C68 | Ruy Lopez: Exchange Variation | e4 e5 Nf3 Nc6 Bb5 a6 Bxc6 dxc6
C84 | Ruy Lopez: Closed Variation | e4 e5 Nf3 Nc6 Bb5 a6 Ba4 Nf6 O-O Be7
C89 | Ruy Lopez: Marshall Attack | e4 e5 Nf3 Nc6 Bb5 a6 Ba4 Nf6 O-O Be7 Re1 b5 Bb3 O-O c3 d5
D00 | Blackmar-Diemer Gambit | d4 d5 e4 dxe4 Nc3
D02 | Queen's Pawn Game | d4 d5 Nf3 Nf6
D06 | Queen's Gambit | d4 d5 c4
D07 | Chigorin Defence | d4 d5 c4 Nc6
D08 | Albin Countergambit | d4 d5 c4 e5
D10 | Slav Defence | d4 d5 c4 c6
D20 | Queen's Gambit Accepted | d4 d5 c4 dxc4
D30 | Queen's Gambit Declined | d4 d5 c4 e6
D32 | Tarrasch Defence | d4 d5 c4 e6 Nc3 c5
D43 | Semi-Slav Defence | d4 d5 c4 e6 Nc3 Nf6 Nf3 c6
D80 | Grünfeld Defence | d4 Nf6 c4 g6 Nc3 d5
E00 | Catalan Opening | d4 Nf6 c4 e6 g3
E11 | Bogo-Indian Defence | d4 Nf6 c4 e6 Nf3 Bb4+
E12 | Queen's Indian Defence | d4 Nf6 c4 e6 Nf3 b6
E20 | Nimzo-Indian Defence | d4 Nf6 c4 e6 Nc3 Bb4
E60 | King's Indian Defence | d4 Nf6 c4 g6
E97 | King's Indian Defence: Mar del Plata Variation | d4 Nf6 c4 g6 Nc3 Bg7 e4 d6 Nf3 O-O Be2 e5 O-O Nc6
""".strip().splitlines()
)
