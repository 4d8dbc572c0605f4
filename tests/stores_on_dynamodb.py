"""A plugin of pytest (``-p stores_on_dynamodb``): whatever opens an SQLite file is given a table of a local AWS.

So the whole suite of scenarios says what the functions call. A file that is opened again is the same table again. Few
tests look into the file itself; they fail here, which does not matter to what is recorded.
"""

from __future__ import annotations

import contextlib
import random
import tempfile
from pathlib import Path
from typing import Any, Final

import local_aws
from local_aws import LocalAws

from bot.clock import SystemClock
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import table
from engine.stores.dynamodb import DynamoStore
from engine.stores.sqlite import SqliteStore

STACK: Final = contextlib.ExitStack()
TABLES: Final[dict[str, str]] = {}


def cloud() -> LocalAws:
    """Started for the first that asks."""
    if not (found := getattr(cloud, "found", None)):
        folder = Path(STACK.enter_context(tempfile.TemporaryDirectory()))
        found = cloud.found = STACK.enter_context(local_aws.serving(folder))  # type: ignore[attr-defined]
    return found


def opened(path: Any) -> Any:
    aws = cloud()
    name = TABLES.get(str(path)) or STACK.enter_context(aws.table(table("arena")))
    if str(path) != ":memory:":
        TABLES[str(path)] = name
    return DynamoStore(Client(aws.shared("dynamodb"), name, SystemClock(), random.Random(0)))


def pytest_configure() -> None:
    SqliteStore.open = opened  # type: ignore[method-assign,assignment]


def pytest_unconfigure() -> None:
    STACK.close()
