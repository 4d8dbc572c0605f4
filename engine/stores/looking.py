"""A DynamoDB store that only looks: what writes is refused here, before anybody is asked, whatever the role allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Self

from engine.errors import StoreError
from engine.ports import UNMETERED, Clock, Meter
from engine.sentences import say
from engine.stores._dynamo_client import Client
from engine.stores.dynamodb import DynamoStore

READS: Final = frozenset({"get_item", "batch_get_item", "query"})
"""The only calls it makes, as boto3 names them."""


class LookingStore(DynamoStore):
    """Fulfils :class:`engine.ports.Store` as far as reading goes; every write is a :class:`StoreError`."""

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
    async def _tried(self, operation: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        if operation not in READS:
            raise StoreError(say("This arena only looks: it does not ask for {operation}.", operation=operation))
        return await super()._tried(operation, arguments)
