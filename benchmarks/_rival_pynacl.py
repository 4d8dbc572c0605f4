"""A rival: Discord's webhook with PyNaCl and the standard library alone. It verifies, parses, queues and acknowledges.

Written as its documentation says, with the signature of the queue's call in a few lines; it knows no command and
checks no timestamp.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import time
from typing import Any
from urllib.parse import urlsplit

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

KEY = VerifyKey(bytes.fromhex(os.environ["DISCORD_PUBLIC_KEY"]))
HOST = urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc
CONNECTION = http.client.HTTPConnection(HOST, timeout=2)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """One request of API Gateway's."""
    headers, body = event["headers"], event["body"]
    signed = f"{headers['x-signature-timestamp']}{body}".encode()
    try:
        KEY.verify(signed, bytes.fromhex(headers["x-signature-ed25519"]))
    except BadSignatureError:
        return {"statusCode": 401}
    payload = json.loads(body)
    if payload["type"] == 1:
        return _answer({"type": 1})
    _queue(json.dumps({"platform": "discord", "id": payload["id"], "body": body}))
    return _answer({"type": 5, "data": {"flags": 64}})


def _answer(payload: Any) -> dict[str, Any]:
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(payload)}


def _queue(message: str) -> None:
    body = json.dumps({"QueueUrl": os.environ["COMMANDS_QUEUE_URL"], "MessageBody": message}).encode()
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = f"{moment[:8]}/{os.environ['AWS_REGION']}/sqs/aws4_request"
    headers = {"host": HOST, "x-amz-date": moment, "x-amz-target": "AmazonSQS.SendMessage"}
    canonical = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = f"POST\n/\n\n{canonical}\n{';'.join(headers)}\n{hashlib.sha256(body).hexdigest()}"
    key = f"AWS4{os.environ['AWS_SECRET_ACCESS_KEY']}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    headers["content-type"] = "application/x-amz-json-1.0"
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={os.environ['AWS_ACCESS_KEY_ID']}/{scope}, "
        f"SignedHeaders=host;x-amz-date;x-amz-target, Signature={hmac.digest(key, text.encode(), 'sha256').hex()}"
    )
    CONNECTION.request("POST", "/", body, headers)
    assert CONNECTION.getresponse().status == 200
