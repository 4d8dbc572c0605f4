"""Chess engines that speak UCI, through ``chess.engine``: Stockfish, and any other that is installed.

An engine thinks on a fixed number of nodes, one thread and a small hash that is emptied before every ply, never on
time: the same strength on every machine, and at full strength the same move for the same position and past. With
``level`` or ``elo`` the engine weakens itself by dice of its own, which no seed reaches.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shlex
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, runtime_checkable

import chess
import chess.engine

from engine import duel
from engine.errors import BadOption, NotConfigured, ProviderDown, ProviderRefused, UserError
from engine.games import AnyGame
from engine.model import Agreed, Entry, Turn
from engine.options import Kind, Option, check
from engine.ports import Answer, Chosen, MoveRequest
from engine.sentences import joined, say

NODES: Final = 50_000
HASH_MIB: Final = 16
ATTEMPT_SECONDS: Final = 30.0
# A question waits for those of other duels: in all it takes less than the lease of the duel that asks.
PLY_SECONDS: Final = 120.0
QUIT_SECONDS: Final = 0.5
_DEBIAN_GAMES: Final = "/usr/games"

log = logging.getLogger(__name__)

# The narrowest range that Stockfish 15 to 17 agree on.
STRENGTH: Final = (
    Option("nodes", say("Positions it looks at for one move."), Kind.INTEGER, default=NODES, least=1, most=1_000_000),
    Option("level", say("Its own skill level."), Kind.INTEGER, least=0, most=20),
    Option("elo", say("Its own estimate of its Elo."), Kind.INTEGER, least=1350, most=2850),
)


@runtime_checkable
class UciGame(Protocol):
    """A game whose positions a UCI engine understands; its log holds moves in UCI notation."""

    def uci_board(self, position: Any) -> chess.Board:
        """The position as python-chess's board, without its past. The caller may change it."""
        ...


@dataclass(frozen=True, slots=True)
class Command:
    """How an engine is started: a program on PATH or in ``/usr/games`` and its arguments; its Debian package."""

    program: str
    arguments: tuple[str, ...] = ()
    package: str = ""

    @classmethod
    def read(cls, line: str) -> Command:
        """From a command line, quoted as in a POSIX shell. :raises BadOption: when its quotes do not match."""
        try:
            program, *arguments = shlex.split(line)
        except ValueError:
            raise BadOption(
                say("ARENA_ENGINES holds the command “{line}”, which is empty or has an open quote.", line=line)
            ) from None
        return cls(program, tuple(arguments))

    def find(self) -> str | None:
        """The program's path, or ``None`` when it is not installed."""
        return shutil.which(self.program) or shutil.which(self.program, path=_DEBIAN_GAMES)

    @property
    def missing(self) -> str:
        """What to do when it is not found; an engine of the host's own has no package that we know."""
        if self.package:
            return say("is not installed: install {package} (apt install {package}).", package=self.package)
        return say("has no program {program} that can be run: correct it in ARENA_ENGINES.", program=self.program)


ENGINES: Final[Mapping[str, Command]] = {"stockfish": Command("stockfish", package="stockfish")}


@dataclass(frozen=True, slots=True)
class Strength:
    """How strong an engine is to play."""

    nodes: int = NODES
    level: int | None = None
    elo: int | None = None

    @classmethod
    def read(cls, text: str) -> Strength:
        """From ``level=3`` or ``elo=1500,nodes=10000``; empty is full strength. :raises UserError: when it is none."""
        given = dict(_setting(part) for part in text.split(",") if part.strip())
        strength = cls(**check(STRENGTH, given))
        if strength.level is not None and strength.elo is not None:
            raise UserError(say("An engine takes a level or an elo, not both: leave one out."))
        return strength

    @property
    def canonical(self) -> str:
        """The text that :meth:`read` reads as this strength, in one way only: no defaults, one order."""
        given = ((option, getattr(self, option.name)) for option in STRENGTH)
        return ",".join(f"{option.name}={value}" for option, value in given if value != option.default)

    def options(self) -> dict[str, int | bool]:
        """As UCI options."""
        if self.elo is not None:
            return {"UCI_LimitStrength": True, "UCI_Elo": self.elo}
        return {} if self.level is None else {"Skill Level": self.level}


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals:
        raise UserError(say("An engine's setting reads name=value, such as level=3; “{text}” does not.", text=text))
    return name, value


class UciProcess:
    """One engine process, started by the first question, asked one question at a time.

    A process that crashed or hung is started again once; when that one fails as well, the engine is down. So it is
    for a question whose answer has not come within ``ply_seconds``, the time in which others were asked included.
    """

    def __init__(
        self,
        name: str,
        command: Command,
        attempt_seconds: float = ATTEMPT_SECONDS,
        ply_seconds: float = PLY_SECONDS,
    ) -> None:
        self._player = f"engine/{name}"
        self._command = command
        self._attempt_seconds = attempt_seconds
        self._ply_seconds = ply_seconds
        self._turn = asyncio.Lock()
        self._engine: chess.engine.UciProtocol | None = None
        self._transport: asyncio.SubprocessTransport | None = None
        self._greeted = False

    def check(self) -> str:
        """The program's path. :raises NotConfigured: when it is not installed."""
        path = self._command.find()
        if path is None:
            raise NotConfigured.of(self._player, self._command.missing)
        return path

    async def play(self, board: chess.Board, strength: Strength) -> chess.Move:
        """The engine's move.

        :raises ProviderDown: when it fails twice, or is too busy. :raises ProviderRefused: a bad setting.
        """
        try:
            async with asyncio.timeout(self._ply_seconds), self._turn, self._unless_abandoned():
                return await self._twice(board, strength)
        except TimeoutError:
            raise ProviderDown(
                say(
                    "{player} is busy: it gave no move within {seconds:g} s, too many duels wait for it.",
                    player=self._player,
                    seconds=self._ply_seconds,
                )
            ) from None

    async def close(self) -> None:
        """End the process."""
        async with self._turn:
            await self._stop()

    async def _twice(self, board: chess.Board, strength: Strength) -> chess.Move:
        try:
            return await self._once(board, strength)
        except _FAILURES:
            await self._stop()
        try:
            return await self._once(board, strength)
        except _FAILURES as error:
            await self._stop()
            if not self._greeted:
                raise self._no_engine(error) from error
            why = str(error) or say("no answer")
            raise ProviderDown(say("{player} failed twice in a row: {why}.", player=self._player, why=why)) from error

    async def _once(self, board: chess.Board, strength: Strength) -> chess.Move:
        async with asyncio.timeout(self._attempt_seconds):
            engine = self._engine or await self._start()
            options = strength.options()
            self._require(engine, options)
            # A fresh token makes python-chess announce a new game, which empties the hash.
            limit = chess.engine.Limit(nodes=strength.nodes)
            result = await engine.play(board, limit, game=object(), options=options)
        if result.move is None:
            raise chess.engine.EngineError("it gave no move")
        return result.move

    def _no_engine(self, error: Exception) -> ProviderDown:
        """The program never spoke UCI. What is started, only the host's own log says: a duel's end is public."""
        log.warning("%s: %s is no UCI engine: %s", self._player, self._command.program, str(error) or "no answer")
        return ProviderDown(
            say(
                "{player} does not speak UCI, so it is no chess engine: its host can correct ARENA_ENGINES.",
                player=self._player,
            )
        )

    def _require(self, engine: chess.engine.UciProtocol, options: Mapping[str, object]) -> None:
        missing = [name for name in options if name not in engine.options]
        if missing:
            raise ProviderRefused(
                say(
                    "{player} has no setting {names}: play it without.",
                    player=self._player,
                    names=joined(missing, ", "),
                )
            )

    async def _start(self) -> chess.engine.UciProtocol:
        # Its own process group: a Ctrl-C in the terminal is for us, and we end the engine ourselves.
        command = [self.check(), *self._command.arguments]
        # Kept before it has greeted: popen_uci would kill a program that does not, and nobody would wait for its end.
        self._transport, self._engine = await chess.engine.UciProtocol.popen(command, setpgrp=True)
        engine = self._engine
        await engine.initialize()
        self._greeted = True
        wanted = {"Threads": 1, "Hash": HASH_MIB}
        await engine.configure({name: value for name, value in wanted.items() if name in engine.options})
        return engine

    async def _stop(self) -> None:
        engine, self._engine = self._engine, None
        transport, self._transport = self._transport, None
        if engine is None or transport is None:
            return
        if self._greeted:
            with contextlib.suppress(*_FAILURES):
                async with asyncio.timeout(QUIT_SECONDS):
                    await engine.quit()
        transport.close()  # kills what has not quit
        await engine.returncode

    @contextlib.asynccontextmanager
    async def _unless_abandoned(self) -> AsyncIterator[None]:
        """A question that is cancelled leaves the engine in mid-thought: the next one gets a new process."""
        try:
            yield
        except asyncio.CancelledError:
            engine, self._engine = self._engine, None
            transport, self._transport = self._transport, None
            if engine and transport:
                transport.close()
                await engine.returncode
            raise


_FAILURES: Final = (chess.engine.EngineError, TimeoutError, OSError)


class UciPlayer:
    """One engine at one strength. Many of them, and many duels, share a process."""

    def __init__(self, process: UciProcess, strength: Strength) -> None:
        self._process = process
        self._strength = strength

    async def choose(self, request: MoveRequest) -> Answer:
        """The engine's move; it is told the moves so far, so that it sees repetitions."""
        board = board_of(request.game, request.position, await request.history())
        move = await self._process.play(board, self._strength)
        return Chosen(request.game.decode(request.position, move.uci()))

    async def close(self) -> None:
        """Nothing: the process belongs to the roster."""


def require_uci(name: str, game: AnyGame) -> UciGame:
    """The game as a UCI engine sees it. :raises UserError: for other games."""
    if not isinstance(game, UciGame):
        others = joined([f"engine/{engine}" for engine in game.engines], ", ")
        raise UserError(say("{player} plays chess only: choose one of {others}.", player=name, others=others))
    return game


def board_of(game: AnyGame, position: Any, log: Sequence[Entry]) -> chess.Board:
    """The board with its past when the log's moves lead to it, else the bare position."""
    uci = require_uci(say("A UCI engine"), game)
    bare = uci.uci_board(position)
    if not log or not isinstance(log[0].body, Agreed):
        return bare
    terms = log[0].body.terms
    played = uci.uci_board(game.start(terms.options, terms.seed))
    turns = (entry.body for entry in duel.turns(log) if isinstance(entry.body, Turn))
    try:
        for move in (move for turn in turns for move in turn.moves.values()):
            played.push_uci(move)
    except ValueError:  # a moderator's verdict may have left the rules
        return bare
    return played if played.fen() == bare.fen() else bare
