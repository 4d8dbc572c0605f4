"""What 100 and 1,000 serverless duels cost: ``arena cost`` twice, whose docs/serverless.md tells how it counts.

Takes half an hour. Usage: ``python benchmarks/serverless_cost.py [DUELS …]``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bot.cli import main

USUAL = ("100", "1000")
AT_ONCE = "12"
"""Environments of ten duels: as many as let a thousand duels be over in twenty minutes."""


def bench(numbers: Sequence[str]) -> int:
    """The first exit code that is no 0."""
    return next(filter(None, (main(["cost", "--duels", one, "--at-once", AT_ONCE]) for one in numbers)), 0)


if __name__ == "__main__":
    sys.exit(bench(sys.argv[1:] or USUAL))
