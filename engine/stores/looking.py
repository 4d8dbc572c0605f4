"""A DynamoDB store that only looks: what writes is refused here, before anybody is asked, whatever the role allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

from engine.errors import StoreError
from engine.ports import UNMETERED, Clock, Meter
from engine.sentences import say
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import SHOWN, Item, text
from engine.stores.dynamodb import DynamoStore

READS: Final = frozenset({"get_item", "batch_get_item", "query"})
"""The only calls it makes, as boto3 names them."""


class LookingStore(DynamoStore):
    """Fulfils :class:`engine.ports.Store` as far as reading goes; every write is a :class:`StoreError`.

    What it reads may lag a moment behind the writes. A head does not say where its duel is shown.
    """

    @classmethod
    def open(
        cls,
        table: str,
        clock: Clock,
        endpoint_url: str | None = None,
        region: str | None = None,
        meter: Meter = UNMETERED,
    ) -> Self:
        """The store in that table, which must exist; connects to nobody yet. Credentials are AWS's usual ones."""
        return cls(_LookingClient.open(table, clock, endpoint_url, region, meter))


class _LookingClient(Client):
    """Reads at half the price what may be a moment old, and not where something is shown, which nobody here needs."""

    async def get_all(self, keys: Sequence[Item]) -> list[Item]:
        return await super().get_all([key for key in keys if key.get("sk") != _SHOWN])

    async def _tried(self, operation: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        if operation not in READS:
            raise StoreError(say("This arena only looks: it does not ask for {operation}.", operation=operation))
        return await super()._tried(operation, _eventually(arguments))


def _eventually(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The same reads without strong consistency; a batch says it table by table."""
    asked = {name: value for name, value in arguments.items() if name != _STRONG}
    if "RequestItems" in asked:
        asked["RequestItems"] = {table: _eventually(wanted) for table, wanted in asked["RequestItems"].items()}
    return asked


_STRONG: Final = "ConsistentRead"
_SHOWN: Final = text(SHOWN)
