"""The JSON in which Discord sends what exists; only fields that a client may rely on, all of those it insists on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from loopback_discord.permissions import Permission
from loopback_discord.world import Channel, Guild, Message, User


def at(seconds: float) -> str:
    """A time as Discord writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def user(one: User) -> dict[str, Any]:
    """https://discord.com/developers/docs/resources/user#user-object"""
    return {
        "id": str(one.id),
        "username": one.name.casefold().replace(" ", "_"),
        "global_name": None if one.bot else one.name,
        "discriminator": "0",
        "avatar": None,
        "bot": one.bot,
        "public_flags": 0,
    }


def member(one: User, *, within_interaction: bool = False) -> dict[str, Any]:
    """https://discord.com/developers/docs/resources/guild#guild-member-object"""
    data: dict[str, Any] = {
        "user": user(one),
        "nick": None,
        "avatar": None,
        "roles": [],
        "joined_at": "2024-01-01T00:00:00+00:00",
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }
    return {**data, "permissions": str(int(one.permissions))} if within_interaction else data


def channel(one: Channel) -> dict[str, Any]:
    """https://discord.com/developers/docs/resources/channel#channel-object"""
    if one.type == 1:
        return {"id": str(one.id), "type": 1, "recipients": [user(one.recipient)] if one.recipient else []}
    assert one.guild is not None
    data: dict[str, Any] = {
        "id": str(one.id),
        "type": one.type,
        "guild_id": str(one.guild.id),
        "name": one.name,
        "position": 0,
        "parent_id": str(one.parent.id) if one.parent else None,
        "flags": 0,
        "nsfw": False,
        "topic": None,
        "last_message_id": str(max(one.kept)) if one.kept else None,
        "rate_limit_per_user": 0,
        "permission_overwrites": _overwrites(one),
    }
    return {**data, **_thread(one)} if one.type == 11 else data


def _overwrites(one: Channel) -> list[dict[str, Any]]:
    missing = ~one.bot_may & sum(Permission)
    bot = str(one.world.bot.id)
    return [{"id": bot, "type": 1, "allow": "0", "deny": str(int(missing))}] if missing and one.type == 0 else []


def _thread(one: Channel) -> dict[str, Any]:
    return {
        "owner_id": str(one.world.bot.id),
        "message_count": len(one.kept),
        "member_count": 1,
        "total_message_sent": len(one.kept),
        "thread_metadata": {
            "archived": one.archived,
            "auto_archive_duration": 1440,
            "archive_timestamp": at(one.world.clock.now()),
            "locked": False,
        },
    }


def guild(one: Guild) -> dict[str, Any]:
    """https://discord.com/developers/docs/events/gateway-events#guild-create"""
    channels = [channel(each) for each in one.channels if each.type != 11]
    threads = [channel(each) for each in one.channels if each.type == 11]
    everyone = {
        "id": str(one.id),
        "name": "@everyone",
        "color": 0,
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": 0,
        "permissions": str(int(sum(Permission) & ~Permission.ADMINISTRATOR)),
        "managed": False,
        "mentionable": False,
        "flags": 0,
        "colors": {"primary_color": 0},
    }
    return {
        "id": str(one.id),
        "name": one.name,
        "icon": None,
        "splash": None,
        "owner_id": "1",
        "afk_timeout": 60,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "roles": [everyone],
        "emojis": [],
        "stickers": [],
        "features": [],
        "preferred_locale": one.locale,
        "premium_tier": 0,
        "nsfw_level": 0,
        "system_channel_flags": 0,
        "premium_progress_bar_enabled": False,
        "joined_at": "2024-01-01T00:00:00+00:00",
        "large": False,
        "unavailable": False,
        "member_count": len(one.members),
        "members": [member(one.world.bot)],
        "channels": channels,
        "threads": threads,
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def message(one: Message, cdn: str) -> dict[str, Any]:
    """https://discord.com/developers/docs/resources/message#message-object

    Files that an embed shows are not listed among the attachments, and the embed has their address at the CDN.
    """
    shown = {_shown(embed, key) for embed in one.embeds for key in ("image", "thumbnail")}
    data: dict[str, Any] = {
        "id": str(one.id),
        "channel_id": str(one.channel.id),
        "author": user(one.author),
        "content": one.content,
        "timestamp": at(one.created),
        "edited_timestamp": at(one.edited) if one.edited else None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "pinned": False,
        "type": 0,
        "flags": one.flags,
        "components": one.components,
        "embeds": [_embed(embed, one, cdn) for embed in one.embeds],
        "attachments": [_attachment(file, one, cdn) for file in one.attachments if file.filename not in shown],
    }
    if one.nonce:
        data["nonce"] = one.nonce
    if one.channel.guild:
        data["guild_id"] = str(one.channel.guild.id)
    if one.thread:
        data["thread"] = channel(one.thread)
    return data


def _shown(embed: dict[str, Any], key: str) -> str:
    return str((embed.get(key) or {}).get("url", "")).removeprefix("attachment://")


def _address(name: str, one: Message, cdn: str) -> str:
    return f"{cdn}/attachments/{one.channel.id}/{one.id}/{name}"


def _embed(embed: dict[str, Any], one: Message, cdn: str) -> dict[str, Any]:
    answered = {"type": "rich", **embed}
    for key in ("image", "thumbnail"):
        if str((embed.get(key) or {}).get("url", "")).startswith("attachment://"):
            address = _address(_shown(embed, key), one, cdn)
            answered[key] = {"url": address, "proxy_url": address, "width": 400, "height": 400}
    return answered


def _attachment(file: Any, one: Message, cdn: str) -> dict[str, Any]:
    address = _address(file.filename, one, cdn)
    return {
        "id": str(file.id),
        "filename": file.filename,
        "size": len(file.content),
        "url": address,
        "proxy_url": address,
        "description": file.description or None,
    }
