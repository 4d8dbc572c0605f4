"""One queue on loopback for all tests of webhooks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from webhook_support import Queue, Webhooks, queue


@pytest.fixture(scope="session")
def one_queue() -> Iterator[Queue]:
    with queue() as server:
        yield server


@pytest.fixture
def webhooks(one_queue: Queue) -> Iterator[Webhooks]:
    """Both webhooks before a queue that holds nothing yet and takes everything."""
    one_queue.requests.clear()
    one_queue.status, one_queue.hang_up, one_queue.answer = 200, False, {"MessageId": "m"}
    one_queue.speak()
    made = Webhooks(one_queue)
    yield made
    one_queue.speak()
    made.close()
