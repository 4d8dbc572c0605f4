"""UCI engines: the real Stockfish where it is installed, and a small engine of the test's own for what goes wrong."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import chess
import pytest
from support import StandingClock

from engine import games
from engine.errors import BadOption, NotConfigured, ProviderDown, ProviderRefused, UnknownName, UserError
from engine.games import AnyGame
from engine.model import Agreed, Entry, MoveMode, Player, Seat, Terms, Turn
from engine.players.roster import Roster
from engine.players.uci import ENGINES, Command, Strength, UciPlayer, UciProcess, board_of, require_uci
from engine.ports import Chosen, MoveRequest

CHESS = games.game("chess")
OPTIONS = {option.name: option.default for option in CHESS.options}
FEW_NODES = Strength(nodes=2000)
MATE_IN_ONE = "6k1/5ppp/8/8/8/8/8/R3K3 w - - 0 1"

# Answers with the first move it is told to, or misbehaves: argv[1] is a folder that counts its starts.
ENGINE = """
import pathlib, signal, sys
folder, manner = pathlib.Path(sys.argv[1]), sys.argv[2]
starts = len(list(folder.iterdir()))
(folder / str(starts)).touch()
for line in sys.stdin:
    word = line.split()[0] if line.split() else ""
    if word == "uci":
        print("id name Toy\\noption name Hash type spin default 1 min 1 max 64\\nuciok", flush=True)
    elif word == "isready":
        print("readyok", flush=True)
    elif word == "go":
        while manner == "hangs" or (manner == "hangs-once" and starts == 0):
            signal.pause()
        if manner == "dies" or (manner == "dies-once" and starts == 0):
            sys.exit(1)
        print("bestmove " + ("e2e4" if manner != "nonsense" else "e2e5"), flush=True)
    elif word == "quit":
        break
"""


def ask(position: object, log: Sequence[Entry] = (), game: AnyGame = CHESS) -> MoveRequest:
    async def history() -> Sequence[Entry]:
        return log

    seat = min(game.to_move(position))
    return MoveRequest("d", game, position, seat, 0, MoveMode.FREE, 1, history)


@pytest.fixture
async def stockfish() -> AsyncIterator[UciProcess]:
    process = UciProcess("stockfish", ENGINES["stockfish"])
    yield process
    await process.close()


@pytest.fixture
def toy(tmp_path: Path) -> Command:
    """An engine in Python; its manner is its last argument."""
    script, starts = tmp_path / "engine.py", tmp_path / "starts"
    script.write_text(ENGINE)
    starts.mkdir()
    return Command(sys.executable, (str(script), str(starts), "well"))


def mannered(toy: Command, manner: str) -> Command:
    return Command(toy.program, (*toy.arguments[:2], manner))


def starts(toy: Command) -> int:
    return len(list(Path(toy.arguments[1]).iterdir()))


@pytest.mark.stockfish
async def test_stockfish_mates(stockfish: UciProcess) -> None:
    position = CHESS.read_position(MATE_IN_ONE)
    answer = await UciPlayer(stockfish, FEW_NODES).choose(ask(position))
    assert isinstance(answer, Chosen)
    assert CHESS.show(position, answer.move) == "Ra8#"


@pytest.mark.stockfish
async def test_the_same_position_gets_the_same_move_whatever_was_asked_before(stockfish: UciProcess) -> None:
    start, other = CHESS.start(OPTIONS, 1), CHESS.read_position(MATE_IN_ONE)
    player = UciPlayer(stockfish, FEW_NODES)
    first = await player.choose(ask(start))
    await player.choose(ask(other))
    again = await player.choose(ask(start))
    assert first == again


@pytest.mark.stockfish
async def test_stockfish_plays_chess960_and_its_castling(stockfish: UciProcess) -> None:
    position = CHESS.start(OPTIONS | {"variant": "chess960"}, 5)
    player = UciPlayer(stockfish, Strength(nodes=300))
    for _ in range(12):
        answer = await player.choose(ask(position))
        assert isinstance(answer, Chosen)
        position = CHESS.play(position, {min(CHESS.to_move(position)): answer.move})
    assert position.board.chess960


@pytest.mark.stockfish
@pytest.mark.parametrize("strength", ["level=0", "elo=1400", "nodes=100"])
async def test_strengths_share_a_process_and_leave_no_trace(stockfish: UciProcess, strength: str) -> None:
    start = CHESS.start(OPTIONS, 1)
    full = await UciPlayer(stockfish, FEW_NODES).choose(ask(start))
    weak = await UciPlayer(stockfish, Strength.read(strength)).choose(ask(start))
    assert isinstance(weak, Chosen)
    assert await UciPlayer(stockfish, FEW_NODES).choose(ask(start)) == full


async def test_a_crashed_engine_is_started_again(toy: Command) -> None:
    process = UciProcess("toy", mannered(toy, "dies-once"))
    assert await process.play(chess.Board(), FEW_NODES) == chess.Move.from_uci("e2e4")
    assert starts(toy) == 2
    await process.close()


async def test_an_engine_that_hangs_is_killed_and_started_again(toy: Command) -> None:
    process = UciProcess("toy", mannered(toy, "hangs-once"), attempt_seconds=1)
    assert await process.play(chess.Board(), FEW_NODES) == chess.Move.from_uci("e2e4")
    assert starts(toy) == 2
    await process.close()


@pytest.mark.parametrize("does", ["sys.exit(0)", "print(sys.stdin.readline(), flush=True); sys.stdin.read()"])
async def test_a_program_that_is_no_engine_is_told_from_one_that_crashed(
    does: str, caplog: pytest.LogCaptureFixture
) -> None:
    process = UciProcess("cat", Command(sys.executable, ("-c", f"import sys; {does}")), attempt_seconds=1)
    with pytest.raises(ProviderDown, match=r"engine/cat does not speak UCI.*ARENA_ENGINES") as down:
        await process.play(chess.Board(), FEW_NODES)
    assert sys.executable not in str(down.value)
    assert f"{sys.executable} is no UCI engine" in caplog.text
    await process.close()


async def test_a_program_that_does_not_greet_has_ended_when_the_host_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    process = UciProcess("cat", Command("sleep", ("60",)), attempt_seconds=0.1)
    with pytest.raises(ProviderDown, match="does not speak UCI"):
        await process.play(chess.Board(), FEW_NODES)
    assert [each.returncode for each in started] == [-signal.SIGKILL] * 2


async def test_an_engine_that_crashes_twice_is_down(toy: Command) -> None:
    process = UciProcess("toy", mannered(toy, "dies"))
    with pytest.raises(ProviderDown, match="engine/toy failed twice"):
        await process.play(chess.Board(), FEW_NODES)
    assert starts(toy) == 2
    await process.close()


async def test_a_question_waits_for_others_but_not_for_ever(toy: Command) -> None:
    process = UciProcess("toy", mannered(toy, "hangs-once"), attempt_seconds=60, ply_seconds=3)
    async with asyncio.timeout(20):
        async with asyncio.TaskGroup() as group:
            questions = [group.create_task(_outcome(process)) for _ in range(3)]
        assert [str(question.result()) for question in questions] == [
            "engine/toy is busy: it gave no move within 3 s, too many duels wait for it."
        ] * 3
        assert await process.play(chess.Board(), FEW_NODES) == chess.Move.from_uci("e2e4")
    await process.close()


async def _outcome(process: UciProcess) -> chess.Move | ProviderDown:
    try:
        return await process.play(chess.Board(), FEW_NODES)
    except ProviderDown as down:
        return down


async def test_an_illegal_move_of_an_engine_is_not_played(toy: Command) -> None:
    process = UciProcess("toy", mannered(toy, "nonsense"))
    with pytest.raises(ProviderDown):
        await process.play(chess.Board(), FEW_NODES)
    await process.close()


async def test_one_process_serves_every_question(toy: Command) -> None:
    process = UciProcess("toy", toy)
    for _ in range(3):
        await process.play(chess.Board(), FEW_NODES)
    await process.close()
    assert starts(toy) == 1


async def test_a_setting_that_an_engine_lacks_is_refused(toy: Command) -> None:
    process = UciProcess("toy", toy)
    with pytest.raises(ProviderRefused, match="no setting Skill Level"):
        await process.play(chess.Board(), Strength(level=3))
    await process.close()


def test_a_missing_engine_names_its_package() -> None:
    with pytest.raises(NotConfigured, match="apt install lc0"):
        UciProcess("lc0", Command("no-such-program", package="lc0")).check()


def test_a_command_line_is_read_as_a_shell_would() -> None:
    assert Command.read("'/opt/my engine' --fast") == Command("/opt/my engine", ("--fast",))


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("", Strength()),
        ("level=3", Strength(level=3)),
        ("elo=1500, nodes=10", Strength(nodes=10, elo=1500)),
    ],
)
def test_strengths_are_read(text: str, strength: Strength) -> None:
    assert Strength.read(text) == strength


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("level=21", BadOption, "at most 20"),
        ("elo=10", BadOption, "at least 1350"),
        ("nodes=0", BadOption, "at least 1"),
        ("nodes=1000001", BadOption, "at most 1000000"),
        ("level", UserError, "name=value"),
        ("levle=3", UnknownName, "level"),
        ("level=3,elo=1500", UserError, "not both"),
    ],
)
def test_strengths_that_are_none_are_explained(text: str, error: type[UserError], said: str) -> None:
    with pytest.raises(error, match=said):
        Strength.read(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("", ""),
        ("nodes=50000", ""),
        ("level=03", "level=3"),
        (" elo = 1500 ,, nodes=10", "nodes=10,elo=1500"),
    ],
)
def test_one_strength_one_text(text: str, canonical: str) -> None:
    assert Strength.read(text).canonical == canonical
    assert Strength.read(canonical) == Strength.read(text)


def test_two_ways_to_write_a_player_are_one_player() -> None:
    roster = Roster({}, {"lc0": "lc0"}, StandingClock())
    written = ["stockfish", "stockfish:", "stockfish:nodes=50000", "stockfish: nodes = 050000 "]
    assert {roster.canonical(Player("engine", name), CHESS) for name in written} == {Player("engine", "stockfish")}
    assert roster.canonical(Player("engine", "lc0:elo=1500,nodes=9"), CHESS).id == "lc0:nodes=9,elo=1500"
    for other in (Player("engine", "club"), Player("local", "smollm2"), Player("human", "stockfish:x")):
        assert roster.canonical(other, CHESS) == other
    with pytest.raises(BadOption, match="level"):
        roster.canonical(Player("engine", "stockfish:level=99"), CHESS)


def test_other_games_are_refused() -> None:
    with pytest.raises(UserError, match=r"engine/stockfish plays chess only: choose one of engine/"):
        require_uci("engine/stockfish", games.game("tic_tac_toe"))


def _log(moves: Sequence[str], options: dict[str, object]) -> list[Entry]:
    players = {Seat.FIRST: Player("engine", "stockfish"), Seat.SECOND: Player("engine", "random")}
    terms = Terms("chess", players, 1, options)
    turns = [Turn({(Seat.FIRST, Seat.SECOND)[ply % 2]: move}) for ply, move in enumerate(moves)]
    return [Entry(number, str(number), 0, body) for number, body in enumerate([Agreed(terms), *turns])]


def test_an_engine_is_told_the_moves_so_that_it_sees_repetitions() -> None:
    moves = ["g1f3", "g8f6", "f3g1", "f6g8"]
    position = CHESS.start(OPTIONS, 1)
    for move in moves:
        position = CHESS.play(position, {min(CHESS.to_move(position)): CHESS.decode(position, move)})
    board = board_of(CHESS, position, _log(moves, OPTIONS))
    assert [move.uci() for move in board.move_stack] == moves
    assert board.is_repetition(2)


def test_a_log_that_leads_elsewhere_is_not_believed() -> None:
    position = CHESS.read_position(MATE_IN_ONE)
    for log in ([], _log(["e2e4"], OPTIONS), _log(["e2e5"], OPTIONS)):
        board = board_of(CHESS, position, log)
        assert board.fen() == MATE_IN_ONE
        assert not board.move_stack


def test_the_board_is_the_engines_own() -> None:
    position = CHESS.start(OPTIONS, 1)
    board_of(CHESS, position, []).push_uci("e2e4")
    assert position.board.fen() == chess.STARTING_FEN


@pytest.mark.parametrize("line", ['sto"ckfish', "", "   "])
def test_a_command_line_that_is_none_is_a_sentence(line: str) -> None:
    with pytest.raises(BadOption, match="ARENA_ENGINES"):
        Command.read(line)
