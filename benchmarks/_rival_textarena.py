"""TextArena's Chess and Tic-Tac-Toe with random legal players, in memory: prints plies and duels a second as JSON.

Runs in an environment of its own (``benchmarks/rivals.sh``). The environments are used bare: TextArena's default
wrapper carries one game's prompt into the next. Usage: ``_rival_textarena.py chess|tic_tac_toe SECONDS SEED``.
"""

from __future__ import annotations

import json
import platform
import random
import sys
import time
from importlib.metadata import version
from typing import Any

from textarena.envs.Chess.env import ChessEnv
from textarena.envs.TicTacToe.env import TicTacToeEnv

PLY_LIMIT = 200


def chess_action(env: Any, rng: random.Random) -> str:
    moves = list(env.state.game_state["board"].legal_moves)
    return f"[{rng.choice(moves).uci()}]"


def tic_tac_toe_action(env: Any, rng: random.Random) -> str:
    board = env.state.game_state["board"]
    free = [row * 3 + column for row in range(3) for column in range(3) if board[row][column] == ""]
    return f"[{rng.choice(free)}]"


GAMES = {"chess": (ChessEnv, chess_action), "tic_tac_toe": (TicTacToeEnv, tic_tac_toe_action)}


def main() -> None:
    name, seconds, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    make, action = GAMES[name]
    rng = random.Random(seed)
    plies = duels = 0
    started = time.perf_counter()
    while (spent := time.perf_counter() - started) < seconds:
        env = make()
        env.reset(num_players=2, seed=seed)
        # Its own limit of turns is not applied in these two games; ours is, so both play the same kind of positions.
        for _ in range(PLY_LIMIT):
            env.get_observation()
            done, _info = env.step(action(env, rng))
            plies += 1
            if done:
                break
        duels += 1
    versions = f"TextArena {version('textarena')}, Python {platform.python_version()}"
    print(json.dumps({"plies": plies / spent, "duels": duels / spent, "versions": versions}))


if __name__ == "__main__":
    main()
