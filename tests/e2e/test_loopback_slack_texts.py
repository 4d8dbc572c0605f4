"""The loopback Slack knows which payloads Slack refuses, and which text in them would come alive."""

from __future__ import annotations

from typing import Any

import pytest
from loopback_slack import blocks, markup


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, **more}


def section(text: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": text, **more}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def actions(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements), **more}


def choice(count: int, label: str = "a", value: str = "v") -> dict[str, Any]:
    options = [{"text": plain(label), "value": value} for _ in range(count)]
    return {"type": "static_select", "action_id": "menu", "options": options}


CONFIRM = {"title": plain("Sure?"), "text": plain("It ends."), "confirm": plain("Yes"), "deny": plain("No")}
IMAGE = {"type": "image", "slack_file": {"id": "F012345678"}, "alt_text": "a board"}
FINE = [
    section(mrkdwn("x" * 3000)),
    section(plain("x"), fields=[plain("x" * 2000)] * 10),
    {"type": "header", "text": plain("x" * 150)},
    {"type": "context", "elements": [mrkdwn("x")] * 10},
    {"type": "divider"},
    actions(*(button(action_id=f"a{number}") for number in range(25))),
    actions(button(text=plain("x" * 75), value="x" * 2000, style="danger", confirm=CONFIRM)),
    actions(choice(100, "x" * 75, "x" * 150)),
    {**IMAGE, "title": plain("x" * 2000), "alt_text": "x" * 2000},
    {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x"}]}],
    },
]
WRONG = [
    (section(mrkdwn("x" * 3001)), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    (section(mrkdwn("")), "must be more than 0 characters"),
    ({"type": "section"}, "missing required field: text or fields"),
    (section(plain("x"), fields=[plain("x")] * 11), "no more than 10 items allowed"),
    (section(plain("x"), fields=[plain("x" * 2001)]), "must be less than 2001 characters"),
    (section(plain("x"), color="red"), "invalid additional property: color"),
    (section(plain("x"), block_id="x" * 256), "must be less than 256 characters"),
    ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters"),
    ({"type": "header", "text": mrkdwn("x")}, "unsupported type: mrkdwn"),
    ({"type": "context", "elements": [mrkdwn("x")] * 11}, "no more than 10 items allowed"),
    (actions(*(button(action_id=f"a{number}") for number in range(26))), "no more than 25 items allowed"),
    (actions(), "no fewer than 1 items allowed"),
    (actions(button(), button()), "`action_id` go already exists"),
    (actions(button(text=plain("x" * 76))), "must be less than 76 characters"),
    (actions(button(text=mrkdwn("x"))), "unsupported type: mrkdwn"),
    (actions(button(value="x" * 2001)), "must be less than 2001 characters"),
    (actions(button(action_id="x" * 256)), "must be less than 256 characters"),
    (actions(button(style="primary ")), "value must be one of"),
    (actions(button(disabled=True)), "invalid additional property: disabled"),
    (actions(button(confirm={**CONFIRM, "title": plain("x" * 101)})), "must be less than 101 characters"),
    (actions(button(confirm={**CONFIRM, "text": plain("x" * 301)})), "must be less than 301 characters"),
    (actions(button(confirm={**CONFIRM, "deny": plain("x" * 31)})), "must be less than 31 characters"),
    (actions(button(confirm={"title": plain("Sure?")})), "missing required field: deny"),
    (actions(choice(101)), "no more than 100 items allowed"),
    (actions(choice(1, "x" * 76)), "must be less than 76 characters"),
    (actions(choice(1, "x", "x" * 151)), "must be less than 151 characters"),
    ({**IMAGE, "alt_text": "x" * 2001}, "must be less than 2001 characters"),
    ({key: value for key, value in IMAGE.items() if key != "alt_text"}, "missing required field: alt_text"),
    ({**IMAGE, "image_url": "https://example.org"}, "exactly one of image_url, slack_file is required"),
    ({**IMAGE, "slack_file": {"id": "f1"}}, "input must match regex pattern"),
    ({"type": "carousel"}, "unsupported type: carousel"),
]


@pytest.mark.parametrize("block", FINE, ids=lambda block: block["type"])
def test_the_longest_blocks_pass(block: dict[str, Any]) -> None:
    assert blocks.in_message([block]) == []


@pytest.mark.parametrize(("block", "sentence"), WRONG, ids=[sentence[:40] for _, sentence in WRONG])
def test_what_is_wrong_with_a_block_is_said_as_slack_says_it(block: dict[str, Any], sentence: str) -> None:
    assert sentence in "; ".join(blocks.in_message([block]))


def test_blocks_are_counted_and_their_ids_and_actions_are_unique_in_a_message() -> None:
    assert blocks.in_message([{"type": "divider"}] * 50) == []
    assert blocks.in_message([{"type": "divider"}] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    twice = [actions(button(), block_id="a"), actions(button(), block_id="a")]
    assert [one.partition(" [")[0] for one in blocks.in_message(twice)] == [
        "`block_id` a already exists",
        "`action_id` go already exists",
    ]


MODAL = {"type": "modal", "title": plain("Move"), "submit": plain("Send"), "blocks": [section(plain("x"))]}
FIELD = {"type": "input", "label": plain("Move"), "element": {"type": "plain_text_input", "action_id": "move"}}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"submit": plain("x" * 25)}, "must be less than 25 characters"),
        ({"private_metadata": "x" * 3001}, "must be less than 3001 characters"),
        ({"callback_id": "x" * 256}, "must be less than 256 characters"),
        ({"blocks": [{"type": "divider"}] * 101}, "no more than 100 items allowed"),
        ({"blocks": [{**FIELD, "label": plain("x" * 2001)}]}, "must be less than 2001 characters"),
    ],
)
def test_what_is_wrong_with_a_modal(changed: dict[str, Any], sentence: str) -> None:
    assert blocks.in_view(MODAL) == []
    assert sentence in "; ".join(blocks.in_view({**MODAL, **changed}))


def test_a_modal_with_fields_needs_a_button_to_send_them() -> None:
    without = {key: value for key, value in MODAL.items() if key != "submit"}
    assert blocks.in_view({**MODAL, "blocks": [FIELD]}) == []
    assert blocks.in_view({**without, "blocks": [FIELD]}) == ["missing required field: submit [json-pointer:/view]"]


def said(text: str, **more: Any) -> dict[str, Any]:
    return {"blocks": [section(mrkdwn(text, **more))]}


@pytest.mark.parametrize(
    "text",
    [
        "<!channel>",
        "<!here|here>",
        "<!everyone>",
        "<!subteam^S123>",
        "<@U123>",
        "<#C123|general>",
        "`<!channel>`",
        "hey @here you",
        "@channel",
    ],
)
def test_a_mention_is_found(text: str) -> None:
    assert markup.live_pings(said(text))
    assert markup.live_pings({"text": text})
    assert markup.live_pings({"blocks": [section(plain(text))]}) == []


@pytest.mark.parametrize("text", ["&lt;!channel&gt;", "a@hereby", "<!date^1795464721^{time}|soon>", "@\u2060here"])
def test_what_only_looks_like_a_mention_is_not_one(text: str) -> None:
    assert markup.live_pings(said(text)) == []


def test_a_mention_may_be_allowed_and_rich_text_counts() -> None:
    assert markup.live_pings(said("<@U1> plays <@U2>"), allow=["<@U1>"]) == ["<@U2>"]
    rich = {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}, {"type": "link", "url": "x:"}]}
    message = {"blocks": [{"type": "rich_text", "elements": [rich]}]}
    assert markup.live_pings(message) == ["U1"]
    assert markup.links(message) == ["x:"]


@pytest.mark.parametrize(
    "text",
    [
        "<https://evil.example|click>",
        "<mailto:a@b.example|me>",
        "see https://evil.example/x",
        "see evil.com",
        "write ann@evil.org",
        "&lt;https://evil.example&gt;",
        "<!date^1795464721^{time}^https://evil.example|soon>",
    ],
)
def test_a_link_is_found(text: str) -> None:
    assert markup.links(said(text))


@pytest.mark.parametrize("text", ["1. e4 e5", "`https://evil.example`", "v2.7.1", "https:\u2060//evil.example"])
def test_what_only_looks_like_a_link_is_none(text: str) -> None:
    assert markup.links(said(text)) == []
    assert markup.links(said("https://evil.example", verbatim=True)) == []


def test_our_own_links_may_be_allowed_and_buttons_count() -> None:
    message = {"blocks": [actions(button(url="https://arena.example/replay"))]}
    assert markup.links(message) == ["https://arena.example/replay"]
    assert markup.links(message, ours=["https://arena.example/"]) == []


@pytest.mark.parametrize(
    "text", ["*bold*", "so _very_ sure", "~gone~", "`code`", "```a\nb```", "&gt; quoted", "> quoted"]
)
def test_formatting_is_found(text: str) -> None:
    assert markup.formatting(said(text))
    assert markup.formatting({"blocks": [section(plain(text))]}) == []


@pytest.mark.parametrize("text", ["2 * 3 * 4", "snake_case_name", "a ~ b", "e4 &gt; e5", "5*"])
def test_what_only_looks_like_formatting_is_none(text: str) -> None:
    assert markup.formatting(said(text)) == []
