"""How the checks reach AWS: a client for a service in a region. None of them makes or changes anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import boto3
from botocore.config import Config

Clients = Callable[[str, str], Any]
"""A client, by the service's name in the SDK and the region."""

EVERYWHERE: Final = "us-east-1"
"""Where services that are of no region answer, and where CloudFront looks for certificates."""
_QUICK: Final = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=5, read_timeout=15)


def clients() -> Clients:
    """Of whatever credentials AWS's own tools would find; each client is made once."""
    session, made = boto3.session.Session(), dict[tuple[str, str], Any]()

    def client(service: str, region: str) -> Any:
        if (service, region) not in made:
            make: Any = session.client
            made[service, region] = make(service, region_name=region, config=_QUICK)
        return made[service, region]

    return client
