"""Differences between two texts, in words."""

from __future__ import annotations

import random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom.model.differences import differences, tokens

TIMES = "At [-14:05-][+14:15+] for [-1,200.50-][+1,30+] £"
MARKS = {"same": "{}", "del": "[-{}-]", "ins": "[+{}+]"}


def shown(old: str, new: str) -> str:
    return "".join(MARKS[run.kind].format(run.text) for run in differences(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("As it was.", "As it was.", "As it was."),
        ("On 14 April.", "On 16 April.", "On [-14-][+16+] April."),
        ("They did not know.", "They did know.", "They did [-not -]know."),
        ("At 14:05 for 1,200.50 £", "At 14:15 for 1,30 £", TIMES),
        ("It rained.", "It rained. We knew.", "It rained.[+ We knew.+]"),
        ("A one.\n\nB two.\n", "A one.\n\nNew.\n\nB two.\n", "A one.\n\n[+New.\n\n+]B two.\n"),
        ("", "All new", "[+All new+]"),
        ("All gone", "", "[-All gone-]"),
        # What is lapped anew is the same; what is parted anew is not.
        ("one two\nthree", "one\ntwo three", "one\ntwo three"),
        ("one two", "one\n\ntwo", "one[- -][+\n\n+]two"),
        # A short word between two changes only interrupts.
        ("We did not know it.", "We knew it well.", "We [-did not know it-][+knew it well+]."),
        # Without spaces: not one word, and figures are whole.
        (
            "会社は3月11日に謝罪した。",
            "会社は3月16日に謝罪した。",
            "会社は3月[-11-][+16+]日に謝罪した。",
        ),
        ("เราขออภัยจริงๆ", "เราไม่ขออภัยจริงๆ", "เรา[+ไม่+]ขออภัยจริงๆ"),
        # Letters and their signs are one word (Devanagari).
        ("हमने देखा", "उन्होंने देखा", "[-हमने-][+उन्होंने+] देखा"),
    ],
)
def test_differences_read_well(old: str, new: str, expected: str) -> None:
    assert shown(old, new) == expected


TEXTS = st.lists(st.sampled_from(["a", "b ", "c", ". ", "\n\n", "\n", "会", "ไม่", "12,5 ", "*"]))


@settings(max_examples=100)
@given(TEXTS.map("".join), TEXTS.map("".join))
def test_both_texts_can_be_read_off_the_differences(old: str, new: str) -> None:
    runs = differences(old, new)
    assert "".join(run.text for run in runs if run.kind != "del") == new
    before = "".join(run.text for run in runs if run.kind != "ins")
    assert before.split() == old.split() or "".join(before.split()) == "".join(old.split())
    assert all(run.text for run in runs)
    assert "".join(tokens(old)) == old


def test_long_texts_cost_a_moment() -> None:
    chance = random.Random(1)
    words = [f"w{chance.randint(0, 3000)}" for _ in range(10_000)]
    edited = [word if place % 30 else "other" for place, word in enumerate(words)]
    signs = "".join(chr(0x4E00 + chance.randint(0, 800)) for _ in range(20_000))
    few = [chance.choice("ab") for _ in range(10_000)]
    pairs = [
        (_text(words), _text(edited)),
        (_text(words), _text(chance.sample(words, len(words)))),
        (_text(words), _text(["the"] * len(words))),
        (_text(few), _text(few[::-1])),
        (signs, signs[:5_000] + "新" + signs[5_009:]),
    ]
    began = process_time()
    for old, new in pairs:
        differences(old, new)
    assert process_time() - began < 5  # a square of the words takes minutes


def test_a_long_paragraph_without_words_is_compared_by_phrases() -> None:
    chance = random.Random(3)
    parts = ["".join(chance.sample("ขออภัยเราทราบเรื่องนี้แล้ว", 20)) for _ in range(60)]
    edited = [*parts[:5], f"{parts[5]}ไม่", *parts[6:50], f"ใหม่{parts[50]}", *parts[51:]]
    runs = differences(" ".join(parts), " ".join(edited))
    assert [run.text for run in runs if run.kind != "same"] == ["ไม่", "ใหม่"]


def _text(words: list[str]) -> str:
    lines = (words[at : at + 90] for at in range(0, len(words), 90))
    return "\n\n".join(f"{' '.join(line)}." for line in lines)
