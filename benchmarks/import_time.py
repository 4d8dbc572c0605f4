"""What an import costs, in a new process each time: the engine alone, what a webhook reads, and the whole arena."""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys

ROUNDS = 7
IMPORTS = {
    "import engine": "import engine",
    "the declarations of all commands": "import bot.commands; bot.commands.commands()",
    "the arena with its store": "import engine.arena, engine.stores.sqlite",
    "all five games": "from engine import games; [games.game(name) for name in games.names()]",
    "the rival: import chess": "import chess",
}


def milliseconds(code: str) -> float:
    """How long the code takes in a new interpreter, its own start left out."""
    timed = f"import time; t = time.perf_counter(); {code}\nprint((time.perf_counter() - t) * 1000)"
    return float(subprocess.run([sys.executable, "-c", timed], capture_output=True, text=True, check=True).stdout)


def main() -> None:
    print(f"Python {platform.python_version()}, with bytecode, {ROUNDS} new processes each\n")
    print(f"{'':<36}{'median ms':>12}{'least ms':>12}")
    for name, code in IMPORTS.items():
        measured = [milliseconds(code) for _ in range(ROUNDS + 1)][1:]
        print(f"{name:<36}{statistics.median(measured):>12.1f}{min(measured):>12.1f}")


if __name__ == "__main__":
    main()
