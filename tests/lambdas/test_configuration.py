"""Where a webhook's key comes from: no key may turn out to be empty, since anybody can sign with that."""

from __future__ import annotations

import pytest

from engine.errors import NotConfigured
from lambda_interactions.configuration import _held


@pytest.mark.parametrize("secret", ["k", " k\n", '{"SLACK_SIGNING_SECRET": "k"}', '{"SLACK_SIGNING_SECRET": " k "}'])
def test_a_secret_is_the_key_or_holds_it(secret: str) -> None:
    assert _held(secret, "SLACK_SIGNING_SECRET") == "k"


@pytest.mark.parametrize("secret", ["", " \n", "{}", '{"SLACK_SIGNING_SECRET": " "}', '{"ANOTHER": "k"}'])
def test_a_secret_that_holds_no_key_is_refused(secret: str) -> None:
    with pytest.raises(NotConfigured, match="SLACK_SIGNING_SECRET is not set"):
        _held(secret, "SLACK_SIGNING_SECRET")
