"""Finding what a reply declares as its move, whatever the game."""

from __future__ import annotations

import pytest

from engine.errors import EmptyReply, TruncatedReply
from engine.replies import read


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


def test_markup_and_typography_are_made_plain() -> None:
    assert read("**e2–e4** — “my” `best`  _move_\u200b").text == 'e2-e4 - "my" best move'
    assert read("first\n\n  second\u00a0line").text == "first\n\n second line"
