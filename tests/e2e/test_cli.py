"""The console script as people and programs run it."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import chess.pgn
import pytest
import warm

from engine import games

ROOT = Path(__file__).resolve().parents[2]


def arena(*arguments: str, data: Path, text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``arena`` to its end."""
    env = {"PATH": os.environ["PATH"], "HOME": str(data), "ARENA_DATA_DIR": str(data), **environment}
    return warm.run(arguments, env, text)


# Another interpreter, which orders its sets in another way: the arguments of its commands come as JSON.
ANEW = "import json, sys; from bot.cli import main; sys.exit(max(main(one) for one in json.loads(sys.argv[1])))"


def started(commands: Sequence[Sequence[str]], data: Path) -> subprocess.CompletedProcess[str]:
    """Start ``arena`` anew and run those commands to their ends, one after the other."""
    env = {"PATH": os.environ["PATH"], "HOME": str(data), "ARENA_DATA_DIR": str(data)}
    command = [sys.executable, "-c", ANEW, json.dumps(commands)]
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, timeout=120, check=False)


def entries(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_a_duel_as_json_and_the_same_in_another_process(tmp_path: Path) -> None:
    more = ("engine/random", "engine/novice", "--seed", "3", "--json", "--max-plies", "20")
    commands = [("duel", game, *more) for game in games.names()]
    assert len(commands) == 5
    moves = []
    for command in commands:
        done = arena(*command, data=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        log = entries(done.stdout)
        assert [entry["number"] for entry in log] == list(range(len(log)))
        assert {"winner", "termination"} <= log[-1]["outcome"].keys()
        moves += [entry.get("moves") for entry in log]
    again = started(commands, tmp_path)
    assert (again.returncode, again.stderr) == (0, "")
    assert [entry.get("moves") for entry in entries(again.stdout)] == moves


def test_a_duel_in_a_pipe_is_plain_lines(tmp_path: Path) -> None:
    done = arena("duel", "tic_tac_toe", "engine/random", "engine/perfect", data=tmp_path)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "engine/perfect" in done.stdout


def test_a_person_plays_at_the_keyboard(tmp_path: Path) -> None:
    done = arena("duel", "tic_tac_toe", "me", "engine/perfect", data=tmp_path, text="5\n5\nresign\n")
    assert done.returncode == 0
    assert "taken" in done.stderr
    assert "resign" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("duel", "ches", "engine/random", "engine/random"), "Did you mean chess"),
        (("duel", "chess", "engine/rundom", "engine/random"), "random"),
        (("duel", "chess", "stockfish", "engine/random"), "player"),
        (("duel", "chess", "@Alice", "engine/random"), "Nobody else is at this terminal"),
        (("duel", "chess", "Alice", "engine/random"), "There is no player “Alice”."),
        (("duel",), "Name a game and its two players, such as: arena duel tic_tac_toe me engine/perfect."),
        (("duel", "chess", "me"), "To go on with a duel: arena duel --resume last"),
        (("duel", "chess", "openai/gpt-5", "engine/random"), "OPENAI_API_KEY"),
        (("duel", "chess", "anthropic/claude-sonnet-4-5", "engine/random"), "ANTHROPIC_API_KEY"),
        (("duel", "chess", "bedrock/amazon.nova-pro-v1:0", "engine/random"), "AWS_REGION"),
        (("duel", "tic_tac_toe", "engine/stockfish", "engine/random"), "engine"),
        (("duel", "word_association", "local/smollm2", "engine/random", "--moves", "constrained"), "free"),
        (("duel", "chess", "engine/random", "engine/random", "--set", "varient:x"), "variant"),
        (("duel", "chess", "engine/random", "engine/random", "--max-plies", "1"), "max-plies"),
        (("parse", "ches"), "chess"),
        (("parse", "chess", "--position", "nonsense"), "FEN"),
        (("export", "nothing"), "There is no duel"),
        (("export", "last"), "No duel has been played yet. Start one: arena duel tic_tac_toe me engine/perfect"),
        (("players", "ches"), "chess"),
        (("register", "discord", "--guild", "abc"), "--guild wants a server's id, a number of 17 to 20 digits."),
        (("register", "discord", "--guild", "1234567890123456"), "--guild wants a server's id"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    done = arena(*arguments, data=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_missing_engine_names_its_package(tmp_path: Path) -> None:
    done = arena("duel", "chess", "engine/ghost", "engine/random", data=tmp_path, ARENA_ENGINES="ghost=no-such-program")
    assert done.returncode == 2
    assert "no-such-program" in done.stderr


@pytest.mark.parametrize(
    ("game", "position", "reply", "answer"),
    [
        ("chess", "", "**Nf3**", {"move": "g1f3"}),
        ("chess", "", "I cannot play e2e4 here", {"error": "UNPARSABLE"}),
        ("chess", "", "Ke2", {"error": "ILLEGAL"}),
        ("chess", "", "   ", {"error": "EMPTY"}),
        ("chess", "r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 0 1", "castle kingside", {"move": "e1g1"}),
        ("chess", "4k3/8/8/8/8/8/8/R3K2R w - - 0 1", "castle kingside", {"error": "ILLEGAL"}),
        ("chess", "4k3/8/8/1N3N2/8/8/8/4K3 w - - 0 1", "Nd4", {"error": "AMBIGUOUS"}),
        ("tic_tac_toe", "", "center", {"move": "5"}),
        ("rock_paper_scissors", "", "Paper!", {"move": "paper"}),
        ("word_association", "egypt", "pyramid", {"move": "pyramid"}),
        ("word_association", "egypt", "carburetor", {"error": "ILLEGAL"}),
        ("word_association", "egypt", "xqzzy", {"error": "ILLEGAL"}),
    ],
)
def test_parse(game: str, position: str, reply: str, answer: dict[str, str], tmp_path: Path) -> None:
    done = arena("parse", game, "--position", position, data=tmp_path, text=reply)
    assert done.returncode == 0
    said = json.loads(done.stdout)
    assert {key: said.get(key) for key in answer} == answer
    assert ("why" in said) == ("error" in said)


def test_exports_are_read_by_other_programs(tmp_path: Path) -> None:
    players = ("engine/random", "engine/novice")
    played = arena("duel", "chess", *players, "--json", "--max-plies", "30", "--seed", "3", data=tmp_path)
    pgn = arena("export", entries(played.stdout)[0]["duel"], "--format", "pgn", data=tmp_path)
    assert pgn.returncode == 0
    (tmp_path / "duel.pgn").write_text(pgn.stdout)
    with (tmp_path / "duel.pgn").open() as file:
        read = chess.pgn.read_game(file)
    assert read is not None
    assert not read.errors
    turns = [entry for entry in entries(played.stdout) if entry["kind"] == "turn"]
    assert [move.uci() for move in read.mainline_moves()] == [next(iter(turn["moves"].values())) for turn in turns]
    assert json.loads(arena("export", "last", "--format", "json", data=tmp_path).stdout)["entries"]
    assert arena("export", "last", "--format", "markdown", data=tmp_path).stdout.startswith("# Chess")
    refused = arena("export", "last", "--format", "docx", data=tmp_path)
    assert (refused.returncode, "pgn" in refused.stderr) == (2, True)


def test_lists(tmp_path: Path) -> None:
    games = entries(arena("games", "--json", data=tmp_path).stdout)
    assert len(games) == 5
    players = {player["name"]: player for player in entries(arena("players", "chess", "--json", data=tmp_path).stdout)}
    assert players["engine/novice"]["ready"]
    assert players["local/smollm2"]["ready"]
    assert "OPENAI_API_KEY" in players["openai/gpt-5"]["missing"]
    doctor = arena("doctor", data=tmp_path)
    assert doctor.returncode == 0
    assert "local/smollm2" in doctor.stdout


@pytest.mark.parametrize("damage", ["text", "cut", "zeros"])
def test_a_damaged_database_is_refused_and_never_overwritten(damage: str, tmp_path: Path) -> None:
    arena("duel", "tic_tac_toe", "engine/random", "engine/random", "--json", data=tmp_path)
    file = tmp_path / "arena.sqlite3"
    content = file.read_bytes()
    broken = {"text": b"not a database" * 100, "cut": content[: len(content) // 2], "zeros": bytes(len(content))}
    file.write_bytes(broken[damage])
    for arguments in (("run",), ("duel", "chess", "engine/random", "engine/random"), ("export", "last")):
        done = arena(*arguments, data=tmp_path, ARENA_PORT="0")
        assert done.returncode == 2, done.stdout
        assert "ARENA_DATA_DIR" in done.stderr
        assert done.stderr.count("\n") == 1
        assert file.read_bytes() == broken[damage]
    doctor = arena("doctor", data=tmp_path)
    assert doctor.returncode == 1


def test_a_port_in_use_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = arena("run", data=tmp_path, ARENA_PORT=port)
    assert done.returncode == 2
    assert f"Port {port} on 127.0.0.1 is in use" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_open_address_needs_a_token(tmp_path: Path) -> None:
    done = arena("run", data=tmp_path, ARENA_HOST="0.0.0.0", ARENA_PORT="0")  # noqa: S104 - it must refuse
    assert done.returncode == 2
    assert "ARENA_WEB_TOKEN" in done.stderr


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = arena("duel", "chess", "engine/random", "engine/random", data=tmp_path / "file" / "data")
    assert done.returncode == 2
    assert "ARENA_DATA_DIR" in done.stderr


def test_ctrl_c_in_the_middle_of_a_ply_loses_nothing(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "ARENA_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "bot.cli", "duel", "chess", "engine/club", "engine/club", "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, cwd=ROOT
    ) as process:
        assert process.stdout
        seen = [json.loads(process.stdout.readline()) for _ in range(4)]
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    seen += entries(rest)
    kept = json.loads(arena("export", "last", "--format", "json", data=tmp_path).stdout)["entries"]
    # The agreement's seed is shown to the host, and left out of the export of a running duel.
    shown = [{key: value for key, value in entry.items() if key != "duel"} for entry in seen]
    assert kept[1 : len(seen)] == shown[1:]


def test_ctrl_c_can_be_tested_from_a_shell_that_ignores_it() -> None:
    # What a shell starts in the background ignores Ctrl-C, and so would every process that a test starts.
    look = "import conftest, signal; assert signal.getsignal(signal.SIGINT) is signal.default_int_handler"
    shell = [shutil.which("sh") or "sh", "-c", f"trap '' INT; exec {sys.executable} -c '{look}'"]
    done = subprocess.run(shell, capture_output=True, text=True, cwd=ROOT / "tests", check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_our_reader_may_leave(tmp_path: Path) -> None:
    shell = f"{sys.executable} -m bot.cli duel chess engine/random engine/random --json | head -1"
    env = {"PATH": os.environ["PATH"], "ARENA_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [shutil.which("sh") or "sh", "-c", shell], capture_output=True, text=True, env=env, cwd=ROOT, check=False
    )
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("variable", "token", "said"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-test", "Slack stays off: SLACK_APP_TOKEN is not set (docs/slack.md, step 3)."),
        ("SLACK_APP_TOKEN", "xapp-test", "Slack stays off: SLACK_BOT_TOKEN is not set (docs/slack.md, step 4)."),
    ],
)
def test_one_token_of_slack_is_not_passed_over_in_silence(variable: str, token: str, said: str, tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "ARENA_DATA_DIR": str(tmp_path), "ARENA_PORT": "0", variable: token}
    command = [sys.executable, "-m", "bot.cli", "run"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, cwd=ROOT) as process:
        assert process.stdout
        first, second = process.stdout.readline(), ""
        if first == f"{said}\n":
            second = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert (first, process.returncode) == (f"{said}\n", 0)
    assert second.startswith("Arena ready")


# A session of its own with the terminal as its controlling one, so that a typed Ctrl-C is a signal.
ON_A_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.executable, [sys.executable, '-m', 'bot.cli', *sys.argv[1:]])"
)


def read_until(terminal: int, said: str, seconds: float = 30) -> str:
    """What a terminal shows, up to and with ``said``, or to the end when it is empty."""
    shown = b""
    while said.encode() not in shown or not said:
        assert select.select([terminal], [], [], seconds)[0], f"nothing more after {shown!r}"
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # Linux says EIO when nobody has the other end open any more
            piece = b""
        if not piece:
            break
        shown += piece
    return shown.decode()


def at_the_question(key: bytes, data: Path) -> tuple[str, int]:
    """Play a move on a terminal, then press a key: what is shown after it, and the exit code."""
    ours, theirs = pty.openpty()
    env = {"PATH": os.environ["PATH"], "HOME": str(data), "ARENA_DATA_DIR": str(data), "TERM": "xterm"}
    command = [sys.executable, "-c", ON_A_TERMINAL, "duel", "tic_tac_toe", "me", "engine/perfect"]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, cwd=ROOT, start_new_session=True
    ) as process:
        os.close(theirs)
        try:
            assert "Your move: " in read_until(ours, "Your move: ")
            os.write(ours, b"5\n")
            read_until(ours, "Your move: ")
            os.write(ours, key)
            return read_until(ours, "", seconds=10), process.wait(timeout=10)
        finally:
            process.kill()
            os.close(ours)


def test_ctrl_c_at_the_question_leaves_at_once_and_keeps_the_duel(tmp_path: Path) -> None:
    shown, code = at_the_question(b"\x03", tmp_path)
    assert code == 130
    assert "Traceback" not in shown
    kept = json.loads(arena("export", "last", "--format", "json", data=tmp_path).stdout)["entries"]
    assert len(kept) == 3, "agreed, our move and the answer to it; no end"


@pytest.mark.parametrize("typed", ["", "5\n"])
def test_the_end_of_the_input_leaves_the_duel_as_it_stands(typed: str, tmp_path: Path) -> None:
    done = arena("duel", "tic_tac_toe", "me", "engine/perfect", data=tmp_path, text=typed)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    kept = json.loads(arena("export", "last", "--format", "json", data=tmp_path).stdout)["entries"]
    assert len(kept) == (3 if typed else 1), "agreed, and our move with its answer; nobody has resigned"


@pytest.mark.parametrize("which", ["last", ""])
def test_a_duel_that_was_left_is_resumed(which: str, tmp_path: Path) -> None:
    left = arena("duel", "tic_tac_toe", "me", "engine/perfect", data=tmp_path, text="5\nquit\n")
    assert left.returncode == 130
    hint = left.stderr.splitlines()[-1]
    assert "Go on with it: arena duel --resume " in hint
    done = arena("duel", "--resume", which or hint.split()[-1], data=tmp_path, text="resign\n")
    assert done.returncode == 0
    assert "1. 5" in done.stdout
    assert "resigned" in done.stdout
    for again, says in ((which or hint.split()[-1], ""), ("last", "No duel of this terminal is left unfinished.")):
        refused = arena("duel", "--resume", again, data=tmp_path)
        assert refused.returncode == 2
        assert says in refused.stderr


def test_a_resumed_duel_that_is_over_says_how_to_replay_it(tmp_path: Path) -> None:
    done = arena("duel", "tic_tac_toe", "me", "engine/perfect", data=tmp_path, text="resign\n")
    duel = done.stdout.splitlines()[-1].split()[4]
    assert f"Replay it: arena export {duel}" in arena("duel", "--resume", duel, data=tmp_path).stderr


def test_ctrl_d_at_the_question_leaves_as_ctrl_c_does(tmp_path: Path) -> None:
    shown, code = at_the_question(b"\x04", tmp_path)
    assert code == 130
    assert "Traceback" not in shown
    kept = json.loads(arena("export", "last", "--format", "json", data=tmp_path).stdout)["entries"]
    assert len(kept) == 3


def test_moves_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "moves").write_text("5\nresign")
    env = {"PATH": os.environ["PATH"], "ARENA_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "bot.cli", "duel", "tic_tac_toe", "me", "engine/perfect", "--json"]
    with (tmp_path / "moves").open() as moves:
        done = subprocess.run(command, stdin=moves, capture_output=True, text=True, env=env, cwd=ROOT, check=False)
    assert done.returncode == 0
    log = entries(done.stdout)
    assert log[1]["moves"] == {"first": "5"}
    assert log[-1]["outcome"]["termination"] == "resignation"
