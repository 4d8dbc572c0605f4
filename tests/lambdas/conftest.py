"""One queue on loopback for all tests of webhooks, and one table for all of a file that looks at duels."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from local_aws import LocalAws
from loopback_cloud import api_gateway, cloudfront, serving
from smoke_support import Deployed, unborn
from watching_support import DIGEST, Watched, watched
from webhook_support import Queue, Webhooks, queue

from infra.functions import DISCORD, ROUTES, SLACK, WEB
from infra.site.contents import files, manifest
from lambda_interactions.web import Web


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


@pytest.fixture(scope="module")
def seen(local_aws: LocalAws) -> Iterator[Watched]:
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as runner:
        for name, value in local_aws.environment.items():
            patch.setenv(name, value)
        making = watched(local_aws)
        yield runner.run(making.__aenter__())
        runner.run(making.__aexit__(None, None, None))


@pytest.fixture(scope="module")
def open_web(seen: Watched) -> Iterator[Web]:
    made = seen.web()
    yield made
    made.close()


@pytest.fixture(scope="module")
def private_web(seen: Watched) -> Iterator[Web]:
    made = seen.web(ARENA_WEB_TOKEN_SHA256=DIGEST)
    yield made
    made.close()


@pytest.fixture(scope="module")
def cloud(seen: Watched, one_queue: Queue) -> Iterator[Deployed]:
    with ExitStack() as stack:
        webhooks = Webhooks(one_queue)
        stack.callback(webhooks.close)
        made = Deployed(seen, webhooks, unborn, unborn)
        made.site = stack.enter_context(serving(made.through_site))
        made.api = stack.enter_context(serving(made.through_api))
        web = seen.web(ARENA_SITE_ORIGIN=made.site)
        stack.callback(web.close)
        handlers = {DISCORD: webhooks.discord().respond, SLACK: webhooks.slack().respond, WEB: web.respond}
        routes = {route: handlers[function] for function, paths in ROUTES.items() for route in paths}
        published = files()
        told = manifest(published)
        made.api_answers = api_gateway(routes)
        made.site_answers = cloudfront(published, told["headers"], told["not_found"], made.api_answers)
        yield made


@pytest.fixture
def here(cloud: Deployed, one_queue: Queue) -> Iterator[Deployed]:
    one_queue.requests.clear()
    cloud.slept.clear()
    yield cloud
    cloud.spoilt_api = cloud.spoilt_site = lambda _asked, told: told
    assert one_queue.requests == [], "a forgery came to the queue"
