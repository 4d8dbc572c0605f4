"""What the role of each function may do: exactly what the function does, and on which thing it does it.

The actions are IAM's, which are not always the names of the calls: a transaction needs the actions of its members, and
a query of an index is allowed on the index. Source: https://docs.aws.amazon.com/service-authorization/latest/reference/
(``list_amazondynamodb``, ``list_amazonsqs``, ``list_awssecretsmanager``, ``list_amazoncloudwatchlogs``).

:data:`CALLED` is what our code calls. ``infra/recorded_calls.json`` is what it was seen to call, and the two are equal:
``tests/unit/test_recorded_calls.py``; the roles of Terraform and SAM are this: ``tests/infra/test_permissions.py``.
Nothing here holds a wildcard. Two things that need one are no function's own:

- logs are written to streams that Lambda names, so that resource is the function's group and ``:*`` behind it;
- with a VPC, Lambda makes network interfaces in the function's name: attach AWS's own ``AWSLambdaENIManagementAccess``.

Where models of Bedrock are to play, ``turns`` needs :data:`BEDROCK` on those models, by their ARNs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from infra.functions import COMMANDS, DISCORD, SLACK, SWEEPER, TURNS, WEB

Actions = frozenset[str]
Policy = Mapping[str, Actions]
"""Actions by resource: ``table``, ``index NAME`` of it, ``queue NAME``, ``secret``, and the function's own ``logs``."""

TABLE: Final = "table"
NEWEST, OPEN, WAKE = "index newest", "index open", "index wake"
COMMANDS_QUEUE, TURNS_QUEUE = "queue commands", "queue turns"
SECRET: Final = "secret"  # noqa: S105 - what a resource is called
LOGS: Final = "logs"

_READ: Final = frozenset({"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"})
_WRITE: Final = frozenset({"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"})
_QUERY: Final = frozenset({"dynamodb:Query"})
_SEND: Final = frozenset({"sqs:SendMessage"})
_GET_SECRET: Final = frozenset({"secretsmanager:GetSecretValue"})

_WORKER: Final[Policy] = {TABLE: _READ | _WRITE, TURNS_QUEUE: _SEND, SECRET: _GET_SECRET}

CALLED: Final[Mapping[str, Policy]] = {
    DISCORD.name: {COMMANDS_QUEUE: _SEND},
    SLACK.name: {COMMANDS_QUEUE: _SEND, SECRET: _GET_SECRET},
    COMMANDS.name: {**_WORKER, NEWEST: _QUERY, OPEN: _QUERY, WAKE: _QUERY},
    TURNS.name: {**_WORKER, OPEN: _QUERY},
    SWEEPER.name: {**_WORKER, OPEN: _QUERY, WAKE: _QUERY},
    WEB.name: {TABLE: _READ, NEWEST: _QUERY, OPEN: _QUERY},
}
"""By the function's name, what its code calls."""

_WRITE_LOGS: Final = frozenset({"logs:CreateLogStream", "logs:PutLogEvents"})
_RECEIVE: Final = frozenset({"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"})

BY_LAMBDA: Final[Mapping[str, Policy]] = {
    **{name: {LOGS: _WRITE_LOGS} for name in CALLED},
    COMMANDS.name: {LOGS: _WRITE_LOGS, COMMANDS_QUEUE: _RECEIVE},
    TURNS.name: {LOGS: _WRITE_LOGS, TURNS_QUEUE: _RECEIVE},
}
"""What Lambda calls in the function's name: it writes its log, and takes messages from its queue
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html)."""

BEDROCK: Final = frozenset({"bedrock:InvokeModel"})
"""What Converse needs (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html)."""


def allowed(function: str) -> Policy:
    """All that a function's role allows."""
    called, lambda_calls = CALLED[function], BY_LAMBDA[function]
    return {
        resource: called.get(resource, frozenset()) | lambda_calls.get(resource, frozenset())
        for resource in {**called, **lambda_calls}
    }
