"""Words that name a treatment, and the words that stand for them while the trial is blinded."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

MARK = "BLINDED: DUMMY TREATMENT ASSIGNMENT"
Plan = Mapping[str, Any]


def letter_of(number: int) -> str:
    """A, B, ... Z, AA, AB, ... for 0, 1, ..."""
    first, last = divmod(number, 26)
    return (letter_of(first - 1) if first else "") + chr(ord("A") + last)


def dummy_arms(arms: Sequence[Plan]) -> list[dict[str, Any]]:
    """The arms under dummy names, in the order of the plan; what they are given is left out.

    Ratio, reference and colour stay: an arm's name is no secret, who is in it is.
    """
    named = []
    for number, arm in enumerate(arms):
        letter = letter_of(number)
        kept = {key: value for key, value in arm.items() if key != "description"}
        label, short = f"Arm {letter} (blinded)", f"Arm {letter}"
        named.append({**kept, "code": f"ARM{letter}", "label": label, "short": short})
    return named


def _called(plan: Plan, arm: str) -> Iterator[str]:
    """What code lists call an arm beside its code: labels in raw files, and decodes."""
    for codelist in plan["sdtm"]["codelists"].values():
        for code in codelist["codes"]:
            if code["to"] == arm:
                yield from (str(code[key]) for key in ("label", "decode") if code.get(key))


def words_of(plan: Plan) -> dict[str, str]:
    """Every word that names a treatment and what stands for it.

    These are codes and labels of the arms, what raw files call them, and the words of the plan.

    The study's identifier stands for itself, so that a word in it stays.
    """
    arms = plan["trial"]["arms"]
    words = dict(plan["blinding"].get("words", {}))
    for arm, dummy in zip(arms, dummy_arms(arms), strict=True):
        words |= dict.fromkeys(_called(plan, arm["code"]), dummy["label"])
        words |= {str(arm[key]): dummy[key] for key in ("label", "code")}
    return words | {str(plan["study"]["id"]): str(plan["study"]["id"])}


def pattern_of(words: Mapping[str, str]) -> re.Pattern[str]:
    """Any of the words where it stands whole; the longest that fits."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, ordered)) + r")(?!\w)")


def renamer_of(words: Mapping[str, str]) -> Callable[[str], str]:
    """A function that puts dummy words for those that name a treatment into a text."""
    pattern = pattern_of(words)

    def rename(text: str) -> str:
        return pattern.sub(lambda match: words[match.group()], text)

    return rename


def rename_all(value: Any, rename: Callable[[str], str]) -> Any:
    """A JSON value with every text and key in it renamed."""
    if isinstance(value, str):
        return rename(value)
    if isinstance(value, Mapping):
        return {
            rename(key) if isinstance(key, str) else key: rename_all(item, rename)
            for key, item in value.items()
        }
    return [rename_all(item, rename) for item in value] if isinstance(value, list) else value
