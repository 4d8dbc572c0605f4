"""HTTP to addresses that a stranger has named: https and public addresses only, no redirects, few headers, a size cap.

A name is resolved once for a request, every address that it has must be public, and the connection goes to one of
exactly these: a name server that answers differently the second time (DNS rebinding) is not asked a second time. Which
addresses are public says the IANA registry of special-purpose addresses (RFC 6890), as :mod:`ipaddress` knows it; an
IPv4 address inside an IPv6 one (mapped, 6to4, Teredo, NAT64) must be public too.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from engine.errors import BadOption
from engine.providers.lookups import Lookups, Resolve
from engine.sentences import say

if TYPE_CHECKING:
    import httpx2

RESPONSE_BYTES: Final = 4 * 1024 * 1024
RESOLVE_SECONDS: Final = 10.0
# What an SDK adds beside these (its version, the system's) is nobody's business who runs an address of their own.
HEADERS: Final = frozenset(
    {
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "transfer-encoding",
        "user-agent",
    }
)
_HTTPS: Final = 443
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
# Special-purpose addresses that `ipaddress` of some of our Pythons takes for global ones, wholly or in part, and the
# address at which Azure's machines find their own host.
_SPECIAL: Final = (
    ipaddress.ip_network("192.0.0.0/24"),
    ipaddress.ip_network("168.63.129.16/32"),
    ipaddress.ip_network("3fff::/20"),
)
# Names that mean this machine or its network wherever they are looked up (RFC 6761, RFC 6762, ICANN's .internal).
_NAMES_INSIDE: Final = frozenset({"localhost", "local", "internal"})

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(address: str) -> bool:
    """Whether anybody on the internet may be behind an address: no private, local, shared or reserved one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    plain = _translated(parsed)
    return _is_public(plain) and all(map(_is_public, _tunnelled(plain)))


def _is_public(address: Address) -> bool:
    site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    special = any(address in network for network in _SPECIAL)
    return address.is_global and not (address.is_multicast or address.is_reserved or site_local or special)


def _translated(address: Address) -> Address:
    """The IPv4 address that an IPv6 one is another spelling of (mapped, NAT64); itself otherwise."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address


def _tunnelled(address: Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 one is routed over (6to4, Teredo)."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    return [one for one in (address.sixtofour, *(address.teredo or ())) if one is not None]


@dataclass(frozen=True, slots=True)
class Guard:
    """The rules. Tests hand in a resolver and a judge of addresses of their own, and their certificates."""

    resolve: Resolve = field(default_factory=lambda: Lookups().of(""))
    allowed: Callable[[str], bool] = is_public
    verify: ssl.SSLContext | bool = True
    response_bytes: int = RESPONSE_BYTES


def base_address(text: str) -> str:
    """A base address as it may be stored: https, a host, no user, query or fragment.

    What the host resolves to is looked at when it is asked; an address that is written out is looked at here too.

    :raises BadOption: with what is wrong.
    """
    address = text.strip().rstrip("/")
    try:
        url = urlsplit(address)
        host, _port = url.hostname or "", url.port
    except ValueError:
        raise _refused(say("it cannot be read")) from None
    if url.scheme != "https" or not host:
        raise _refused(say("it must start with https:// and name a host"))
    if url.username is not None or url.password is not None:
        raise _refused(say("it must hold no user or password: the key has a field of its own"))
    if url.query or url.fragment:
        raise _refused(say("it must end before “?” and “#”"))
    if not address.isascii() or any(sign.isspace() for sign in address):
        raise _refused(say("it must be plain letters without spaces"))
    if _is_inside(host):
        raise _refused(say("it is inside a private network"))
    return address


def client(guard: Guard | None = None) -> httpx2.AsyncClient:
    """A client that keeps to the guard and to nothing of the environment: no proxy, no credentials file."""
    import httpx2

    return httpx2.AsyncClient(transport=_transport(guard or Guard()), follow_redirects=False, trust_env=False)


def _transport(guard: Guard) -> httpx2.AsyncBaseTransport:
    import httpx2

    class Guarded(httpx2.AsyncBaseTransport):
        """Sends each request to an address that was looked at; name and certificate stay those of the host."""

        def __init__(self) -> None:
            self._inner = httpx2.AsyncHTTPTransport(verify=guard.verify, trust_env=False)

        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            if request.url.scheme != "https" or request.url.userinfo:
                raise httpx2.UnsupportedProtocol("only https, without a user", request=request)
            request.headers["accept-encoding"] = "identity"
            refused: httpx2.ConnectError | None = None
            for address in await self._addresses(request):
                try:
                    response = await self._inner.handle_async_request(_to(address, request))
                except httpx2.ConnectError as error:
                    refused = error
                else:
                    return await self._capped(request, response)
            raise refused or httpx2.ConnectError("no address", request=request)

        async def aclose(self) -> None:
            await self._inner.aclose()

        async def _addresses(self, request: httpx2.Request) -> Sequence[str]:
            host, port = request.url.host, request.url.port or _HTTPS
            try:
                async with asyncio.timeout(RESOLVE_SECONDS):
                    found = await guard.resolve(host, port)
            except (OSError, UnicodeError) as error:  # a timeout is an OSError
                raise httpx2.ConnectError("the name has no address", request=request) from error
            if not all(map(guard.allowed, found)):
                raise httpx2.ConnectError("the name leads into a private network", request=request)
            return found

        async def _capped(self, request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
            if response.headers.get("content-encoding", "identity") != "identity":
                # A megabyte that unpacks to a gigabyte.
                await response.aclose()
                raise httpx2.ReadError("a packed answer", request=request)
            stream = response.stream
            assert isinstance(stream, httpx2.AsyncByteStream)  # noqa: S101 - it comes from an asynchronous transport
            response.stream = Capped(stream, request)
            return response

    class Capped(httpx2.AsyncByteStream):
        """An answer that is cut off when it is too long."""

        def __init__(self, inner: httpx2.AsyncByteStream, request: httpx2.Request) -> None:
            self._inner = inner
            self._request = request

        async def __aiter__(self) -> AsyncIterator[bytes]:
            size = 0
            async for part in self._inner:
                size += len(part)
                if size > guard.response_bytes:
                    raise httpx2.ReadError("an answer that is too long", request=self._request)
                yield part

        async def aclose(self) -> None:
            await self._inner.aclose()

    def _to(address: str, request: httpx2.Request) -> httpx2.Request:
        return httpx2.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=[(name, value) for name, value in request.headers.multi_items() if name in HEADERS],
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.host},
        )

    return Guarded()


def _is_inside(host: str) -> bool:
    """Whether a host can be seen to be inside as it is written: an address that is not public, or a name within."""
    host = host.removesuffix(".")
    if written_out := _written_out(host):
        return not is_public(written_out)
    return "." not in host or host.rpartition(".")[2] in _NAMES_INSIDE


def _written_out(host: str) -> str:
    """The address that a host is written as, also in the old ways (127.1, 0x7f000001); empty for a name."""
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(host))
    with contextlib.suppress(OSError):
        return socket.inet_ntoa(socket.inet_aton(host))
    return ""


def _refused(why: str) -> BadOption:
    return BadOption(say("This address cannot be used: {why}.", why=why))
