"""Addresses that strangers name lead to the public internet or nowhere; each guard is also seen missing."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from aiohttp import web
from ended import ended

from engine.errors import BadOption, ProviderDown, ProviderRefused
from engine.ports import Ask, Message, OwnKey
from engine.providers import guarded as guarded_module
from engine.providers import own
from engine.providers.guarded import Guard, base_address, client, is_public
from engine.providers.lookups import Lookups
from engine.secret import Secret

# A certificate for api.example that its own key has signed; it opens nothing but this file's server.
PEM = Path(__file__).with_name("api_example.pem")
PUBLIC = "93.184.215.14"

HOSTS_OWN = {
    "OPENAI_ORG_ID": "org-hush",
    "OPENAI_PROJECT_ID": "project-hush",
    "OPENAI_CUSTOM_HEADERS": "X-Gateway: hush\nAuthorization: Bearer hush\nUser-Agent: hush",
}

INSIDE = [
    "127.0.0.1",
    "0.0.0.0",  # noqa: S104 - refused, not listened on
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.0.9",
    "192.0.0.192",
    "192.0.2.1",
    "168.63.129.16",
    "::ffff:168.63.129.16",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "3fff::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::1",
    "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::1",
    "not an address",
    "",
]


@pytest.mark.parametrize("address", INSIDE)
def test_inside(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_outside(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "localhost"])
async def test_other_ways_to_write_an_address_are_seen_for_what_they_are(host: str) -> None:
    found = await Lookups().of("ours")(host, 443)
    assert found
    assert not any(map(is_public, found))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://api.example/v1", "https://"),
        ("ftp://api.example", "https://"),
        ("https://", "https://"),
        ("https://user:word@api.example", "user or password"),
        ("https://user@api.example", "user or password"),
        ("https://api.example/v1?key=1", "“?”"),
        ("https://api.example/#a", "“#”"),
        ("https://127.0.0.1/v1", "private network"),
        ("https://[::ffff:127.0.0.1]/v1", "private network"),
        ("https://127.1/v1", "private network"),
        ("https://127.0.0.1./v1", "private network"),
        ("https://2130706433/v1", "private network"),
        ("https://0x7f000001/v1", "private network"),
        ("https://localhost/v1", "private network"),
        ("https://LOCALHOST./v1", "private network"),
        ("https://a.localhost:8443/v1", "private network"),
        ("https://printer.local/v1", "private network"),
        ("https://metadata.google.internal/v1", "private network"),
        ("https://intranet/v1", "private network"),
        ("https://[::1", "cannot be read"),
        ("https://api.example:99999", "cannot be read"),
        ("https://ехample.org/v1", "plain letters"),
        ("https://api.example/a b", "plain letters"),
    ],
)
def test_what_is_no_base_address(text: str, why: str) -> None:
    with pytest.raises(BadOption) as refused:
        base_address(text)
    assert why in refused.value.text


@pytest.mark.parametrize("host", ["1.1.1.1", "api.example", "api.example.", "local.example", "[2606:4700:4700::1111]"])
def test_what_is_one(host: str) -> None:
    assert base_address(f"https://{host}/v1") == f"https://{host}/v1"


def test_a_base_address_keeps_its_port_and_path() -> None:
    assert base_address(" https://api.example:8443/v1/ ") == "https://api.example:8443/v1"


class Api:
    """A server on loopback that calls itself api.example."""

    def __init__(self) -> None:
        self.hosts: list[str] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.port = 0
        self.stuck = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.hosts.append(request.headers["Host"])
        self.paths.append(request.path)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        match request.path.split("/")[1]:
            case "redirect":
                raise web.HTTPTemporaryRedirect(f"https://api.example:{self.port}/secret")
            case "huge":
                return web.Response(body=b"x" * 100_000)
            case "packed":
                return web.Response(body=b"x", headers={"content-encoding": "gzip"})
            case "slow":
                response = web.StreamResponse()
                await response.prepare(request)
                await response.write(b"{")
                await self.stuck.wait()
                return response
        choice = {"index": 0, "message": {"role": "assistant", "content": "e4"}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}
        told = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
        return web.json_response(told)


@asynccontextmanager
async def api() -> AsyncIterator[Api]:
    served = Api()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", served.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    served.port = runner.addresses[0][1]
    try:
        yield served
    finally:
        served.stuck.set()
        await ended(runner)


class Names:
    """A name server: each question is answered with the next of its answers, the last one for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(PEM))


def anywhere(_address: str) -> bool:
    return True


async def get(guard: Guard, url: str) -> httpx2.Response:
    async with client(guard) as http:
        return await http.get(url, timeout=2)


class TestConnecting:
    async def test_the_name_stays_on_host_and_certificate(self) -> None:
        async with api() as served:
            guard = Guard(Names(["127.0.0.1"]), anywhere, trusting())
            response = await get(guard, f"https://api.example:{served.port}/v1")
            assert response.status_code == 200
            assert served.hosts == [f"api.example:{served.port}"]

    async def test_a_certificate_of_another_name_is_refused(self) -> None:
        async with api() as served:
            guard = Guard(Names(["127.0.0.1"]), anywhere, trusting())
            with pytest.raises(httpx2.ConnectError, match=r"(?i)certificate"):
                await get(guard, f"https://other.example:{served.port}/v1")

    @pytest.mark.parametrize("guarded", [True, False])
    async def test_an_address_inside_is_not_connected_to(self, guarded: bool) -> None:
        async with api() as served:
            guard = Guard(Names(["127.0.0.1"]), is_public if guarded else anywhere, trusting())
            if guarded:
                with pytest.raises(httpx2.ConnectError, match="private network"):
                    await get(guard, f"https://api.example:{served.port}/v1")
            else:
                await get(guard, f"https://api.example:{served.port}/v1")
            assert bool(served.paths) != guarded

    async def test_one_address_inside_among_others_is_enough(self) -> None:
        async with api() as served:
            with pytest.raises(httpx2.ConnectError, match="private network"):
                await get(Guard(Names([PUBLIC, "127.0.0.1"])), f"https://api.example:{served.port}/v1")
            assert served.paths == []

    async def test_a_name_that_changes_its_mind_is_asked_once(self) -> None:
        """DNS rebinding: public when it is looked at, inside when it is connected to."""
        async with api() as served:
            looked_at: list[str] = []

            def allowed(address: str) -> bool:
                looked_at.append(address)
                return True

            names = Names(["127.0.0.1"], ["127.0.0.2"])
            await get(Guard(names, allowed, trusting()), f"https://api.example:{served.port}/v1")
            assert names.asked == ["api.example"]
            assert looked_at == ["127.0.0.1"]

    async def test_the_next_request_is_looked_at_again(self) -> None:
        async with api() as served:
            guard = Guard(Names(["127.0.0.1"], ["127.0.0.2"]), lambda address: address == "127.0.0.1", trusting())
            async with client(guard) as http:
                assert (await http.get(f"https://api.example:{served.port}/v1")).status_code == 200
                with pytest.raises(httpx2.ConnectError, match="private network"):
                    await http.get(f"https://api.example:{served.port}/v1")

    async def test_another_address_is_tried_when_one_does_not_answer(self) -> None:
        async with api() as served:
            guard = Guard(Names(["127.0.0.9", "127.0.0.1"]), anywhere, trusting())
            assert (await get(guard, f"https://api.example:{served.port}/v1")).status_code == 200

    @pytest.mark.parametrize("url", ["http://api.example/v1", "https://user:word@api.example/v1"])
    async def test_only_https_and_no_user(self, url: str) -> None:
        with pytest.raises(httpx2.UnsupportedProtocol):
            await get(Guard(Names([PUBLIC]), anywhere), url)

    async def test_a_name_without_an_address(self) -> None:
        async def nothing(_host: str, _port: int) -> Sequence[str]:
            raise OSError("no such name")

        for resolve in (nothing, Names([])):
            with pytest.raises(httpx2.ConnectError, match="no address"):
                await get(Guard(resolve), "https://api.example/v1")

    async def test_a_redirect_is_not_followed(self) -> None:
        async with api() as served:
            guard = Guard(Names(["127.0.0.1"]), anywhere, trusting())
            response = await get(guard, f"https://api.example:{served.port}/redirect")
            assert response.status_code == 307
            assert served.paths == ["/redirect"]

    @pytest.mark.parametrize("most", [99_999, 100_000])
    async def test_an_answer_is_cut_off_when_it_is_too_long(self, most: int) -> None:
        async with api() as served:
            guard = Guard(Names(["127.0.0.1"]), anywhere, trusting(), most)
            if most < 100_000:
                with pytest.raises(httpx2.ReadError, match="too long"):
                    await get(guard, f"https://api.example:{served.port}/huge")
            else:
                assert len((await get(guard, f"https://api.example:{served.port}/huge")).content) == most

    async def test_a_packed_answer_is_refused(self) -> None:
        async with api() as served:
            guard = Guard(Names(["127.0.0.1"]), anywhere, trusting())
            with pytest.raises(httpx2.ReadError, match="packed"):
                await get(guard, f"https://api.example:{served.port}/packed")


class TestProvider:
    """The same behind a community's own key."""

    @staticmethod
    async def ask(served: Api, path: str = "v1", guard: Guard | None = None, seconds: float = 2.0) -> str:
        key = OwnKey("ours", f"https://api.example:{served.port}/{path}", ("m",), Secret("sk-test"), 1)
        provider = own.vendor(key, guard or Guard(Names(["127.0.0.1"]), anywhere, trusting())).make()
        try:
            provider.check("m", constrained=False)
            return (await provider.complete(Ask("m", (Message("user", "Move?"),), 10, seconds))).text
        finally:
            await provider.close()

    async def test_it_answers(self) -> None:
        async with api() as served:
            assert await self.ask(served) == "e4"
            assert served.paths == ["/v1/chat/completions"]

    async def test_what_the_host_keeps_for_its_own_account_is_not_sent(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The SDK puts these variables into the headers of every request, wherever it goes."""
        for name, value in HOSTS_OWN.items():
            monkeypatch.setenv(name, value)
        async with api() as served:
            await self.ask(served)
            (headers,) = served.headers
            assert set(headers) == {
                "accept",
                "accept-encoding",
                "authorization",
                "connection",
                "content-length",
                "content-type",
                "host",
                "user-agent",
            }
            assert headers["authorization"] == "Bearer sk-test"
            assert "hush" not in str(headers)

    async def test_a_key_to_openai_itself_is_of_another_account_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in HOSTS_OWN.items():
            monkeypatch.setenv(name, value)
        async with api() as served:
            monkeypatch.setitem(
                own.APIS, "openai", replace(own.APIS["openai"], base_url=f"https://api.example:{served.port}/v1")
            )
            guard = Guard(Names(["127.0.0.1"]), anywhere, trusting())
            provider = own.vendor(OwnKey("ours", "openai", ("m",), Secret("sk-test"), 1), guard).make()
            await provider.complete(Ask("m", (Message("user", "Move?"),), 10, 2.0))
            await provider.close()
            assert "hush" not in str(served.headers)

    async def test_inside_it_is_down_and_its_address_is_not_told(self) -> None:
        async with api() as served:
            with pytest.raises(ProviderDown) as down:
                await self.ask(served, guard=Guard(Names(["127.0.0.1"])))
            assert down.value.text == "own/ours/m did not answer: the connection failed."
            assert served.paths == []

    @pytest.mark.parametrize("guarded", [True, False])
    async def test_a_redirect_is_refused(self, guarded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        """The SDK follows redirects unless its client does not: without ours the secret path is asked."""

        def following(guard: Guard) -> httpx2.AsyncClient:
            made = client(guard)
            made.follow_redirects = True
            return made

        if not guarded:
            monkeypatch.setattr(guarded_module, "client", following)
        async with api() as served:
            if guarded:
                with pytest.raises(ProviderRefused, match="HTTP 307"):
                    await self.ask(served, "redirect")
            else:
                await self.ask(served, "redirect")
            assert ("/secret" in served.paths) != guarded

    async def test_a_huge_answer_is_down(self) -> None:
        async with api() as served:
            guard = Guard(Names(["127.0.0.1"]), anywhere, trusting(), 1_000)
            with pytest.raises(ProviderDown, match="the connection failed"):
                await self.ask(served, "huge", guard)

    async def test_a_slow_answer_is_down_in_time(self) -> None:
        async with api() as served:
            with pytest.raises(ProviderDown, match=r"nothing within 0\.2 s"):
                await self.ask(served, "slow", seconds=0.2)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("", "openai"), ("OpenRouter", "openrouter"), ("https://api.example/v1/", "https://api.example/v1")],
)
def test_where_a_key_belongs(typed: str, stored: str) -> None:
    assert own.address(typed) == stored


@pytest.mark.parametrize("typed", ["ollama", "nowhere", "http://api.example", "https://169.254.169.254/latest"])
def test_where_no_key_belongs(typed: str) -> None:
    with pytest.raises(BadOption):
        own.address(typed)


def test_a_known_api_has_its_prices_and_another_has_none() -> None:
    known = OwnKey("ours", "openai", ("gpt-5-mini",), Secret("sk-test"), 1)
    assert own.vendor(known).cards["gpt-5-mini"].priced
    assert not own.vendor(OwnKey("ours", "https://api.example/v1", ("gpt-5-mini",), Secret("sk-test"), 1)).cards
