"""What stands behind a community's own key: an API that we know, or one of its own that speaks as OpenAI's does."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from engine.errors import BadOption
from engine.players.vendor import MakeOwn, Vendor
from engine.ports import OwnKey
from engine.providers import guarded
from engine.providers.catalogue import catalogue
from engine.providers.endpoint import Endpoint
from engine.providers.guarded import Guard
from engine.providers.lookups import Lookups
from engine.providers.openai_compatible import APIS, Api, OpenAICompatible
from engine.sentences import either, say

DEFAULT: Final = "openai"
KNOWN: Final = tuple(name for name, api in APIS.items() if api.needs_key)


def address(text: str) -> str:
    """Where a key belongs, as it is stored: the name of an API that we know, or a base address.

    :raises BadOption: when it is neither.
    """
    wanted = text.strip()
    if not wanted or wanted.casefold() in KNOWN:
        return wanted.casefold() or DEFAULT
    if "/" not in wanted:
        raise BadOption(say("The address is one that starts with https://, or one of {known}.", known=either(KNOWN)))
    return guarded.base_address(wanted)


def vendors(lookups: Lookups) -> MakeOwn:
    """Makes what stands behind keys; each community has its names looked up by itself."""
    return lambda key: vendor(key, Guard(lookups.of(key.owner)))


def vendor(key: OwnKey, guard: Guard | None = None) -> Vendor:
    """The provider behind a key; prices are known where the API is."""
    api = APIS.get(key.address) if key.address in KNOWN else None
    return Vendor(partial(_provider, key, api or Api(key.address), guard), catalogue().get(key.address, {}))


def _provider(key: OwnKey, api: Api, guard: Guard | None) -> OpenAICompatible:
    endpoint = Endpoint(f"own/{key.name}", guarded.base_address(api.base_url), key.key, "/arena key")
    # Also where a community's key is one to OpenAI: what the host's environment holds belongs to the host's account.
    return OpenAICompatible(endpoint, replace(api, ambient=False), partial(guarded.client, guard))
