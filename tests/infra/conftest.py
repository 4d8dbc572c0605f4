"""Everything here is of the marker ``infra``: `make infra` installs what it needs, and runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test below this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.infra)
