"""Block Kit as data: the blocks, elements and limits of https://docs.slack.dev/reference/block-kit.

What is not listed here is refused. Add it with its limits when it is wanted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from loopback_slack.spec import Flag, Items, Kinds, Number, Spec, Thing, Words, thing

MOST_BLOCKS: Final = 50
MOST_MODAL_BLOCKS: Final = 100
FILE_ID: Final = "F[A-Z0-9]{8,}"
ID: Final = Words(255)


def plain(most: int) -> Kinds:
    """A text object that shows its text as it is."""
    return Kinds({"plain_text": thing("plain_text", "type text", text=Words(most), emoji=Flag())})


def text(most: int) -> Kinds:
    """A text object, plain or mrkdwn."""
    mrkdwn = thing("mrkdwn", "type text", text=Words(most), verbatim=Flag())
    return Kinds({**plain(most).kinds, "mrkdwn": mrkdwn})


CONFIRM: Final = Thing(
    {
        "title": plain(100),
        "text": plain(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": Words(among=("primary", "danger")),
    },
    needs=("title", "text", "confirm", "deny"),
)
SLACK_FILE: Final = Thing({"id": Words(pattern=FILE_ID), "url": Words()}, one_of=("id", "url"))


def option(label: Kinds, **more: Spec) -> Thing:
    """One choice of a menu."""
    return Thing(
        {"text": label, "value": Words(150), "description": plain(75), **more},
        needs=("text", "value"),
    )


OPTION: Final = option(plain(75))
OPTIONS: Final = Items(OPTION, 100)
OPTION_GROUPS: Final = Items(Thing({"label": plain(75), "options": OPTIONS}, ("label", "options")), 100)
CHOICES: Final = Items(option(text(75)), 10)


def element(kind: str, needs: str = "", **fields: Spec) -> Thing:
    """An interactive element."""
    return thing(kind, needs, action_id=ID, confirm=CONFIRM, focus_on_load=Flag(), **fields)


def menu(kind: str, needs: str = "", **fields: Spec) -> Thing:
    """A select menu."""
    return element(kind, needs, placeholder=plain(150), **fields)


BUTTON: Final = thing(
    "button",
    "text",
    text=plain(75),
    action_id=ID,
    url=Words(3000),
    value=Words(2000),
    style=Words(among=("primary", "danger")),
    confirm=CONFIRM,
    accessibility_label=Words(75),
)
IMAGE: Final = replace(
    thing("image", "alt_text", alt_text=Words(2000), image_url=Words(3000), slack_file=SLACK_FILE),
    one_of=("image_url", "slack_file"),
)
MENUS: Final = {
    "static_select": replace(
        menu("static_select", options=OPTIONS, option_groups=OPTION_GROUPS, initial_option=OPTION),
        one_of=("options", "option_groups"),
    ),
    "external_select": menu("external_select", min_query_length=Number(), initial_option=OPTION),
    "users_select": menu("users_select", initial_user=Words(pattern="[UW][A-Z0-9]{2,}")),
    "radio_buttons": element("radio_buttons", "options", options=CHOICES, initial_option=option(text(75))),
    "checkboxes": element("checkboxes", "options", options=CHOICES, initial_options=CHOICES),
}
OVERFLOW: Final = element("overflow", "options", options=Items(option(plain(75), url=Words(3000)), 5))
ACTIONS: Final = {"button": BUTTON, "overflow": OVERFLOW, **MENUS}
INPUTS: Final = {
    **MENUS,
    "plain_text_input": thing(
        "plain_text_input",
        action_id=ID,
        placeholder=plain(150),
        initial_value=Words(3000, least=0),
        multiline=Flag(),
        min_length=Number(0, 3000),
        max_length=Number(1, 3000),
        focus_on_load=Flag(),
        dispatch_action_config=Thing({"trigger_actions_on": Items(Words(), 2)}),
    ),
    "number_input": thing(
        "number_input",
        "is_decimal_allowed",
        action_id=ID,
        placeholder=plain(150),
        is_decimal_allowed=Flag(),
        initial_value=Words(),
        min_value=Words(),
        max_value=Words(),
        focus_on_load=Flag(),
    ),
}

_STYLE: Final = Thing({"bold": Flag(), "italic": Flag(), "strike": Flag(), "code": Flag()})
_RUNS: Final = Items(
    Kinds(
        {
            "text": thing("text", "text", text=Words(12_000), style=_STYLE),
            "link": thing("link", "url", url=Words(), text=Words(), style=_STYLE),
            "emoji": thing("emoji", "name", name=Words()),
            "user": thing("user", "user_id", user_id=Words(), style=_STYLE),
            "usergroup": thing("usergroup", "usergroup_id", usergroup_id=Words()),
            "channel": thing("channel", "channel_id", channel_id=Words()),
            "broadcast": thing("broadcast", "range", range=Words(among=("here", "channel", "everyone"))),
        }
    ),
    500,
    least=0,
)
_SECTION: Final = thing("rich_text_section", "elements", elements=_RUNS)
RICH: Final = {
    "rich_text_section": _SECTION,
    "rich_text_preformatted": thing("rich_text_preformatted", "elements", elements=_RUNS, border=Number(0, 1)),
    "rich_text_quote": thing("rich_text_quote", "elements", elements=_RUNS),
    "rich_text_list": thing(
        "rich_text_list",
        "elements style",
        elements=Items(Kinds({"rich_text_section": _SECTION}), 500),
        style=Words(among=("bullet", "ordered")),
        indent=Number(0, 8),
    ),
}


def block(kind: str, needs: str = "", **fields: Spec) -> Thing:
    """A block; all of them may have an id."""
    return thing(kind, needs, block_id=ID, **fields)


BLOCK: Final = Kinds(
    {
        "section": replace(
            block(
                "section",
                text=text(3000),
                fields=Items(text(2000), 10),
                accessory=Kinds({**ACTIONS, "image": IMAGE}),
                expand=Flag(),
            ),
            any_of=("text", "fields"),
        ),
        "header": block("header", "text", text=plain(150)),
        "divider": block("divider"),
        "context": block("context", "elements", elements=Items(Kinds({**text(2000).kinds, "image": IMAGE}), 10)),
        "actions": block("actions", "elements", elements=Items(Kinds(ACTIONS), 25)),
        "image": Thing({**IMAGE.fields, "title": plain(2000), "block_id": ID}, IMAGE.needs, IMAGE.one_of),
        "input": block(
            "input",
            "label element",
            label=plain(2000),
            element=Kinds(INPUTS),
            hint=plain(2000),
            optional=Flag(),
            dispatch_action=Flag(),
        ),
        "rich_text": block("rich_text", "elements", elements=Items(Kinds(RICH), 500)),
    }
)
MESSAGE_BLOCKS: Final = Items(BLOCK, MOST_BLOCKS, least=0)
MODAL: Final = thing(
    "modal",
    "type title blocks",
    title=plain(24),
    blocks=Items(BLOCK, MOST_MODAL_BLOCKS),
    submit=plain(24),
    close=plain(24),
    private_metadata=Words(3000, least=0),
    callback_id=ID,
    external_id=ID,
    clear_on_close=Flag(),
    notify_on_close=Flag(),
    submit_disabled=Flag(),
)
SUGGESTIONS: Final = Thing(
    {"options": Items(OPTION, 100, least=0), "option_groups": OPTION_GROUPS}, one_of=("options", "option_groups")
)
