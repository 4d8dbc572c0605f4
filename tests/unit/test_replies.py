"""Finding what a reply declares as its move, whatever the game."""

from __future__ import annotations

from contextlib import suppress
from time import process_time

import pytest

from engine.errors import EmptyReply, MoveRefused, TruncatedReply
from engine.games import game
from engine.model import Seat
from engine.replies import LONGEST_CHARACTERS, read


@pytest.mark.parametrize(
    ("reply", "declared"),
    [
        (r"So the answer is $\boxed{e4}$.", ("e4",)),
        (r"\boxed{\text{Nf3}}", ("Nf3",)),
        (r"\boxed{\textbf{Nf3}}", ("Nf3",)),
        ('{"move": "e4"}', ("e4",)),
        ('{"move": 5}', ("5",)),
        ('{"Move": "e4", "answer": "d4"}', ("e4",)),
        ('```json\n{"why": "d4 {was} close", "move": "e4"}\n```', ("e4",)),
        ('{"action": {"type": "play", "move": "e4"}}', ("e4",)),
        ('{"from": "e7", "to": "e8", "promotion": "q"}', ("e7-e8=q",)),
        ("{'move': 'e4'}", ("e4",)),
        ("{move: 'e4'}", ("e4",)),
        ('{"move": "e4", "why": "it takes the', ("e4",)),
        ('[{"move": "e4"}, {"move": "d4"}]', ("e4", "d4")),
        ("<move>e4</move>", ("e4",)),
        ("<answer>\n **e4** \n</answer>", ("e4",)),
        ("My move: e4", ("e4",)),
        ("**Move:** `e4`", ("e4",)),
        ("Some thoughts.\nFinal answer: e4.", ("e4",)),
        ("d4 is taken. So my move is e4!", ("e4",)),
        ("Move -> e4", ("e4",)),
        ("My move:\n\ne4", ("e4",)),
        ('{"name": "make_move", "arguments": {"from": "e2", "to": "e4"}}', ("e2-e4",)),
        ('{"opponent": {"move": "e5"}, "me": {"move": "e4"}}', ("e4",)),
        ('{"analysis": {"best_move": "e4"}, "final": {"move": "d4"}}', ("d4",)),
        ("For example, d4 is fine.\nMove: e4", ("e4",)),
    ],
)
def test_a_declared_move_is_found(reply: str, declared: tuple[str, ...]) -> None:
    assert read(reply).declared == declared


@pytest.mark.parametrize(
    "reply",
    [
        "e4",
        "I like e4.",
        "Opponent's move: e4",
        "Last move: e4",
        "The best move for Black is e4",
        '{"opponent_move": "e4"}',
        '{"move": null}',
        '{"move": true}',
        '{"move": ["e4", "d4"]}',
        '{"move": "e',
        '{"rejected": {"move": "e4"}, "why": "bad"}',
        '{"rejected": {"move": "e4"}, "why": "ba',
        '{"last": {"move": "e4"}}',
        '{"move": "e4", "valid": false}',
        "Example answer: Move: e4",
        'As instructed, e.g. "Move: e4"',
        "Move: ~~e4~~",
        "{not json}",
    ],
)
def test_what_is_not_declared_is_not_found(reply: str) -> None:
    assert read(reply).declared == ()


def test_the_most_explicit_declaration_counts_alone() -> None:
    assert read(r'Move: a4. {"move": "b4"} <move>c4</move> \boxed{d4}').declared == ("d4",)
    assert read('Move: a4. {"move": "b4"} <move>c4</move>').declared == ("b4",)
    assert read("Move: a4. <move>c4</move>").declared == ("c4",)


@pytest.mark.parametrize(
    "reply",
    [
        "<think>d4? c4?</think>e4",
        "<THINKING>d4\n\nc4</THINKING>\n\ne4",
        "<think>d4</think><reasoning>c4</reasoning> e4",
        "d4 or c4, hm\n</think>\ne4",
        "[THINK]d4[/THINK]e4",
        "<|channel|>analysis<|message|>d4<|end|><|start|>assistant<|channel|>final<|message|>e4<|return|>",
    ],
)
def test_thoughts_are_not_part_of_the_answer(reply: str) -> None:
    assert read(reply).text == "e4"


@pytest.mark.parametrize("reply", ["", " \n\t", "\u00a0"])
def test_nothing_is_an_empty_reply(reply: str) -> None:
    with pytest.raises(EmptyReply, match="empty"):
        read(reply)


def test_only_thoughts_are_an_empty_reply() -> None:
    with pytest.raises(EmptyReply, match="thoughts but no move"):
        read("<think>e4</think>\n")


@pytest.mark.parametrize("reply", ["<think>e4 looks", "[think]e4 looks", "<|channel|>analysis<|message|>e4 looks"])
def test_a_reply_cut_off_in_its_thoughts_is_truncated(reply: str) -> None:
    with pytest.raises(TruncatedReply, match="cut off"):
        read(reply)


@pytest.mark.parametrize(
    ("reply", "after"),
    [
        ("Move: e4\nScratch that.", "Scratch that."),
        ('{"move": "e4"} No.', "No."),
        ("<move>e4</move>\nWait", "Wait"),
        ("So \\boxed{e4}", ""),
        ("e4. No.", ""),
    ],
)
def test_what_follows_the_last_declaration_is_kept(reply: str, after: str) -> None:
    assert read(reply).after == after


def test_signs_of_denial_become_one_and_struck_words_vanish() -> None:
    assert read("~~e4~~ d4").text == "d4"
    assert read("e4 ❌").text == read("e4 👎").text == "e4 no"


def test_of_a_long_reply_the_end_is_read() -> None:
    long = "d4 is a move.\n" * 10_000
    assert read(f"Move: d4\n{long}Move: e4").declared == ("e4",)
    assert len(read(long).text) <= LONGEST_CHARACTERS


def test_a_long_reply_that_ends_inside_its_thoughts_is_truncated() -> None:
    with pytest.raises(TruncatedReply, match="cut off"):
        read("<think>" + "e4 looks good.\n" * 10_000)
    assert read("<think>" + "d4 looks good.\n" * 10_000 + "</think>e4").text == "e4"


@pytest.mark.parametrize(
    "pattern",
    ["<move>", "12345678", "<thinking>x</thought>", "{", '{"a":[', "[think]", "\\boxed{", "move: ", "1. e4 e5 ", "~~"],
)
def test_a_hostile_reply_is_read_in_short_time(pattern: str) -> None:
    rules, position = game("chess"), game("chess").read_position("")
    started = process_time()
    with suppress(MoveRefused):
        rules.parse(position, Seat.FIRST, (pattern * 100_000)[:100_000])
    assert process_time() - started < 1.0


def test_markup_and_typography_are_made_plain() -> None:
    assert read("**e2–e4** — “my” `best`  _move_\u200b").text == 'e2-e4 - "my" best move'
    assert read("first\n\n  second\u00a0line").text == "first\n\n second line"
