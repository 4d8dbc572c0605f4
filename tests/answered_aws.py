"""AWS clients whose calls are answered here: what the local AWS does not know, held against AWS's own service models.

A call's parameters are checked by the client itself, as always; what is answered is checked against the model of the
operation, so that no test lives on an answer that AWS could not give.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from botocore.validate import validate_parameters

Answer = Mapping[str, Any] | ClientError
Answerer = Callable[[Mapping[str, Any]], Answer]


def refused(code: str, message: str = "") -> ClientError:
    """What AWS says no with."""
    return ClientError({"Error": {"Code": code, "Message": message or code}}, "Call")


class Answered:
    """A client of ``service``; ``answers`` has a function, or what it always says, for each operation that is expected.

    Attributes:
        calls: every call so far: the operation's name and its parameters.
    """

    def __init__(self, service: str, answers: Mapping[str, Answerer | Answer], region: str = "us-east-1") -> None:
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.answers = dict(answers)
        client: Any = boto3.client
        self.client = client(service, region_name=region, aws_access_key_id="none", aws_secret_access_key="none")
        events = self.client.meta.events
        events.register("before-parameter-build.*.*", self._note)
        events.register_first("before-call.*.*", self._answer)

    def close(self) -> None:
        self.client.close()

    def called(self, operation: str) -> list[Mapping[str, Any]]:
        """The parameters of every call of that operation, oldest first."""
        return [parameters for name, parameters in self.calls if name == operation]

    def _note(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.name, dict(params)))

    def _answer(self, model: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        assert model.name in self.answers, f"nobody has said what {model.name} answers"
        found = self.answers[model.name]
        answer = found(self.calls[-1][1]) if callable(found) else found
        if isinstance(answer, ClientError):
            return AWSResponse(None, 400, {}, None), {**answer.response, "ResponseMetadata": {"HTTPStatusCode": 400}}
        if model.output_shape is not None:
            validate_parameters(dict(answer), model.output_shape)
        return AWSResponse(None, 200, {}, None), {**answer, "ResponseMetadata": {"HTTPStatusCode": 200}}
