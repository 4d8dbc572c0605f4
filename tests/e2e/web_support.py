"""What the tests of the web API share: a browser of a member, a call, a command."""

from __future__ import annotations

from typing import Any

from aiohttp.test_utils import TestClient

Client = TestClient[Any, Any]


async def ask(client: Client, path: str, **query: object) -> Any:
    response = await client.get(path, params={name: str(value) for name, value in query.items()})
    assert response.status == 200, await response.text()
    return await response.json()


async def command(client: Client, text: str, status: int = 200, **more: object) -> Any:
    response = await client.post("/api/commands", json={"text": text, **more})
    assert response.status == status, await response.text()
    return await response.json()
