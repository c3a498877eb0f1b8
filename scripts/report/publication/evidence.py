"""What the rules about inconsistencies see, and what they hand back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from scripts.conditions import describe
from scripts.report.numbers import format_number, format_p
from scripts.report.publication.published import Item, Part
from scripts.report.publication.statistics_index import StatisticsIndex


@dataclass(frozen=True)
class Material:
    """Everything a rule may look at: compared items, results, tables, settings, names of arms."""

    items: Mapping[str, Item]
    index: StatisticsIndex
    settings: Mapping[str, Any]
    arms: Mapping[str, str]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """Whether the data show an inconsistency, one or two sentences with numbers, the numbers."""

    shown: bool
    sentence: str
    values: dict[str, Any]


def listed(words: Iterable[Any]) -> str:
    """Words in a row with commas and a final `and`."""
    items = [str(word) for word in words]
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def decimals_text(value: float, decimals: int = 2) -> str:
    """A number for a sentence."""
    return format_number(value, decimals)


def p_text(value: float) -> str:
    """A p-value for a sentence."""
    text = format_p(value)
    return f"p {text[0]} {text[1:]}" if text[0] in "<>" else f"p = {text}"


def interval_text(lower: float, upper: float, decimals: int = 2) -> str:
    """Two limits for a sentence."""
    return f"{decimals_text(lower, decimals)} to {decimals_text(upper, decimals)}"


def in_words(options: Mapping[str, Any], key: str) -> str:
    """The plan's words for one of its conditions, or the condition spelt out."""
    return str(options.get("words", {}).get(key) or describe(options.get(key)))


def part_of(item: Item, statistic: str) -> Part | None:
    """The first printed number of an item that is this statistic."""
    return next((part for part in item["parts"] if part["address"]["statistic"] == statistic), None)


def parts_by_statistic(item: Item) -> dict[str, Part]:
    """The printed numbers of an item by statistic; the first of each."""
    found: dict[str, Part] = {}
    for part in item["parts"]:
        found.setdefault(part["address"]["statistic"], part)
    return found
