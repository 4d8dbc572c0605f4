"""DynamoDB's API without a guard, to see that a test of races can fail."""

from __future__ import annotations

from typing import Any, Final


class Careless:
    """The API without a guard."""

    def __init__(self, api: Any) -> None:
        self._api = api

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._api, name)
        return lambda **arguments: call(**_unguarded(arguments)) if name in _WRITES else call(**arguments)

    def close(self) -> None:
        """The API is shared."""


_WRITES: Final = ("put_item", "update_item", "delete_item", "transact_write_items")


def _unguarded(arguments: dict[str, Any]) -> dict[str, Any]:
    """Every condition always holds; what it named is still used, or DynamoDB would complain."""
    found = {name: value for name, value in arguments.items() if name != "TransactItems"}
    if condition := found.pop("ConditionExpression", ""):
        found["ConditionExpression"] = f"attribute_exists(pk) OR attribute_not_exists(pk) OR ({condition})"
    if "TransactItems" in arguments:
        found["TransactItems"] = [
            {action: _unguarded(one) for action, one in item.items()} for item in arguments["TransactItems"]
        ]
    return found
