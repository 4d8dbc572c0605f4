"""What rows of buttons, menus and modals may hold: https://discord.com/developers/docs/components/reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loopback_discord.checks import Problems

ROW, BUTTON, MENU, INPUT, PEOPLE, LABEL = 1, 2, 3, 4, 5, 18
MENUS: Final = frozenset({MENU, PEOPLE})
_LINK: Final = 5
_BUTTON: Final = {"type", "id", "style", "label", "emoji", "custom_id", "url", "disabled"}
_MENU: Final = {
    *("type", "id", "custom_id", "options", "placeholder", "min_values", "max_values", "disabled", "required"),
}
_INPUT: Final = {
    *("type", "id", "custom_id", "style", "label", "min_length", "max_length", "required", "value", "placeholder"),
}


def check_components(rows: Any, problems: Problems) -> None:
    """At most 5 rows, each of at most 5 buttons or of one menu; no custom_id twice."""
    seen: set[str] = set()
    for index, row in enumerate(problems.items(rows, "components", 5)):
        path = f"components[{index}]"
        if problems.keys(row, path, {"type", "id", "components"}) and problems.require(
            row.get("type") == ROW, path, "must be a row (type 1)"
        ):
            _check_row(row.get("components"), path, seen, problems)


def _check_row(parts: Any, path: str, seen: set[str], problems: Problems) -> None:
    found = problems.items(parts, path, 5, 1)
    menus = [part for part in found if part.get("type") in MENUS]
    problems.require(not menus or len(found) == 1, path, "a menu fills its row")
    for index, part in enumerate(found):
        here = f"{path}.components[{index}]"
        if part.get("type") == BUTTON:
            _check_button(part, here, problems)
        elif part.get("type") in MENUS:
            _check_menu(part, here, problems)
        else:
            problems.add(here, f"type {part.get('type')} does not belong into a row")
        _check_unique(part, here, seen, problems)


def _check_unique(part: Mapping[str, Any], path: str, seen: set[str], problems: Problems) -> None:
    if (name := part.get("custom_id")) is not None:
        problems.require(name not in seen, f"{path}.custom_id", f"{name} is there twice")
        seen.add(name)


def _check_button(button: Mapping[str, Any], path: str, problems: Problems) -> None:
    problems.keys(button, path, _BUTTON)
    problems.text(button, "label", path, 80)
    problems.require(button.get("label") or button.get("emoji"), path, "has neither label nor emoji")
    style = button.get("style")
    if style == _LINK:
        problems.require(button.get("url") and "custom_id" not in button, path, "a link has a url and no custom_id")
    else:
        problems.require(style in (1, 2, 3, 4), f"{path}.style", f"{style} is no style")
        problems.require("url" not in button or button["url"] is None, f"{path}.url", "is for links only")
        problems.text(button, "custom_id", path, 100, 1)


def _check_menu(menu: Mapping[str, Any], path: str, problems: Problems) -> None:
    problems.keys(menu, path, _MENU)
    problems.text(menu, "custom_id", path, 100, 1)
    problems.text(menu, "placeholder", path, 150)
    if menu.get("type") == PEOPLE:
        problems.require("options" not in menu, path, "a menu of people has no options")
        return
    options = problems.items(menu.get("options"), f"{path}.options", 25, 1)
    for index, option in enumerate(options):
        here = f"{path}.options[{index}]"
        if problems.keys(option, here, {"label", "value", "description", "emoji", "default"}):
            problems.text(option, "label", here, 100, 1)
            problems.text(option, "value", here, 100, 1)
            problems.text(option, "description", here, 100)
    values = [option.get("value") for option in options]
    problems.require(len(set(values)) == len(values), f"{path}.options", "have a value twice")


def check_modal(modal: Any) -> list[str]:
    """A title, a custom_id, and 1 to 5 questions, each in a row or in a label."""
    problems = Problems()
    if problems.keys(modal, "modal", {"title", "custom_id", "components"}):
        problems.text(modal, "title", "modal", 45, 1)
        problems.text(modal, "custom_id", "modal", 100, 1)
        seen: set[str] = set()
        for index, part in enumerate(problems.items(modal.get("components"), "modal.components", 5, 1)):
            _check_question(part, f"modal.components[{index}]", seen, problems)
    return problems.found


def _check_question(part: Any, path: str, seen: set[str], problems: Problems) -> None:
    if part.get("type") == ROW:
        problems.keys(part, path, {"type", "id", "components"})
        for field in problems.items(part.get("components"), path, 1, 1):
            problems.text(field, "label", path, 45, 1)
            _check_input(field, path, seen, problems)
        return
    problems.require(part.get("type") == LABEL, path, "must be a row or a label")
    problems.keys(part, path, {"type", "id", "label", "description", "component"})
    problems.text(part, "label", path, 45, 1)
    problems.text(part, "description", path, 100)
    field = part.get("component") or {}
    if field.get("type") in MENUS:
        _check_menu(field, path, problems)
        _check_unique(field, path, seen, problems)
    else:
        problems.require(field.get("label") is None, path, "its input has a label of its own")
        _check_input(field, path, seen, problems)


def _check_input(field: Mapping[str, Any], path: str, seen: set[str], problems: Problems) -> None:
    problems.require(field.get("type") == INPUT, path, f"type {field.get('type')} is no text input")
    problems.keys(field, path, _INPUT)
    problems.text(field, "custom_id", path, 100, 1)
    problems.text(field, "placeholder", path, 100)
    problems.text(field, "value", path, 4000)
    problems.require(field.get("style") in (1, 2), f"{path}.style", "is 1 or 2")
    least, most = field.get("min_length") or 0, field.get("max_length")
    problems.require(0 <= least <= 4000, f"{path}.min_length", "is from 0 to 4000")
    problems.require(most is None or 1 <= most <= 4000, f"{path}.max_length", "is from 1 to 4000")
    problems.require(most is None or least <= most, path, "min_length is more than max_length")
    _check_unique(field, path, seen, problems)


def questions(modal: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The inputs and menus of a modal, each with the label that people read."""
    found = []
    for part in modal["components"]:
        if part["type"] == ROW:
            found += [{**field, "within": ROW} for field in part["components"]]
        else:
            found.append({**part["component"], "label": part["label"], "within": LABEL})
    return found
