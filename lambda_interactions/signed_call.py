"""One signed call to AWS over the standard library: importing botocore's signer would cost more than all the rest.

Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
AWS JSON: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
"""

from __future__ import annotations

import hmac
import http.client
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from lambda_interactions.deadline import within
from lambda_interactions.http_call import connection, posted

ALGORITHM: Final = "AWS4-HMAC-SHA256"
ANSWER_SECONDS: Final = 1.0
"""For a call and all that belongs to it. The platforms give three seconds for everything: a cold start may need two
calls, and whoever asked must still be told when the last one fails."""
IDLE_SECONDS: Final = 15.0
"""A connection that lay idle longer is not used again: what lies between may have dropped it without a word."""

Now = Callable[[], float]


class Credentials(NamedTuple):
    """What a call is signed with."""

    key_id: str
    secret: str
    token: str = ""

    def __repr__(self) -> str:
        return f"Credentials({self.key_id!r})"

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Credentials:
        """Those of a function's role, as Lambda sets them."""
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        return cls(*(environment.get(name, "") for name in names))


def signed(
    credentials: Credentials, region: str, service: str, headers: Mapping[str, str], body: bytes, now: float
) -> dict[str, str]:
    """A POST's headers with date, token and signature, for the path ``/``; ``headers`` are lower-case, with a host."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    token = {"x-amz-security-token": credentials.token} if credentials.token else {}
    sent = {**headers, "x-amz-date": moment, **token}
    names = ";".join(sorted(sent))
    lines = "".join(f"{name}:{' '.join(sent[name].split())}\n" for name in sorted(sent))
    request = f"POST\n/\n\n{lines}\n{names}\n{sha256(body).hexdigest()}"
    scope = f"{moment[:8]}/{region}/{service}/aws4_request"
    to_sign = f"{ALGORITHM}\n{moment}\n{scope}\n{sha256(request.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    authorization = f"{ALGORITHM} Credential={credentials.key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**sent, "authorization": authorization}


class SignedCalls:
    """Calls to one service over one connection, which is kept. Not for several threads."""

    def __init__(self, endpoint: str, region: str, service: str, credentials: Credentials, now: Now) -> None:
        """:raises ValueError: when ``endpoint`` is no address of a server."""
        self._endpoint = endpoint
        self._connection = connection(endpoint, ANSWER_SECONDS)
        self._host = urlsplit(endpoint).netloc
        self._signing = (credentials, region, service)
        self._now = now
        self._used = 0.0

    def call(self, target: str, content_type: str, body: bytes) -> tuple[int, bytes]:
        """Status and answer. When a kept connection turns out dead, the call is made again, though it may have arrived.

        :raises OSError: when there is no answer within a second, whatever is slow; it may have arrived all the same.
        """
        headers = {"host": self._host, "content-type": content_type, "x-amz-target": target}
        now = self._now()
        sent = signed(*self._signing, headers, body, now)
        if not 0 <= now - self._used <= IDLE_SECONDS:
            self._connection.close()
        self._used, used = now, self._connection
        try:
            return within(ANSWER_SECONDS, lambda late: _answer(used, sent, body, late), used.close)
        except TimeoutError:
            self._connection = connection(self._endpoint, ANSWER_SECONDS)  # the other one is its thread's
            raise

    def close(self) -> None:
        """Let go of the connection; a further call makes a new one."""
        self._connection.close()


def _answer(
    to: http.client.HTTPConnection, headers: Mapping[str, str], body: bytes, late: Callable[[], bool]
) -> tuple[int, bytes]:
    kept = to.sock is not None
    try:
        return posted(to, "/", headers, body)
    except ConnectionError:
        if not kept or late():
            raise
    return posted(to, "/", headers, body)
