"""Names under which variables are sent: those of the tables, but for what the plan renames.

A rename is one to one, so that whoever has the sent file can go back.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from scripts.tables import type_of

Plan = Mapping[str, Any]


def renames(plan: Plan) -> dict[str, str]:
    """What is sent under another name: the name in our tables, and the one in the sent file."""
    return dict(plan["submission"].get("adam", {}).get("names") or {})


def verdict_flags(plan: Plan) -> dict[str, str]:
    """The flags that hold the verdict on an endpoint: name of the flag, code of the endpoint."""
    return dict(plan["submission"].get("adam", {}).get("verdicts") or {})


def sent_name(name: str, plan: Plan) -> str:
    """The sent variable for a variable of our tables, or for a verdict in the plan's conditions."""
    flags = {code: flag for flag, code in verdict_flags(plan).items()}
    return renames(plan).get(name, flags.get(name, name))


def internal_name(name: str, plan: Plan) -> str:
    """The name in our tables of a sent variable: the way back."""
    return {sent: own for own, sent in renames(plan).items()}.get(name, name)


def sent_texts(plan: Plan) -> dict[str, list[tuple[str | None, str]]]:
    """Texts that SDTM sends in the place of others, by variable: the same name, the same value.

    Pairs of what is in our tables (None where nothing is known) and of what is sent.
    """
    found: dict[str, list[tuple[str | None, str]]] = {}
    for variables in (plan["submission"].get("sdtm", {}).get("values") or {}).values():
        for name, pairs in variables.items():
            found.setdefault(name, []).extend((p["internal"], p["sent"]) for p in pairs)
    return found


def with_sent_texts(table: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The table with its translations, and what SDTM sends in variables of the same name."""
    translations = dict(plan["submission"].get("translations") or {})
    table = table.replace(translations) if translations else table
    made = {}
    for name, pairs in sent_texts(plan).items():
        if name in table.columns:
            values = table[name]
            for internal, sent in pairs:
                rows = table[name].isna() if internal is None else table[name] == internal
                values = values.mask(rows, sent)
            made[name] = values
    return table.assign(**made)


def renamed(table: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The table under the names that are sent."""
    return table.rename(columns=renames(plan))


def own_columns(sent: pd.DataFrame, columns: Iterable[str], plan: Plan) -> pd.DataFrame:
    """The columns of one of our tables, taken from the sent data set: our names, our texts."""
    back = sent.rename(columns={name: own for own, name in renames(plan).items()})[list(columns)]
    translated = {new: old for old, new in plan["submission"].get("translations", {}).items()}
    for name in back.columns:
        if type_of(back[name]) == "text":
            values = back[name]
            for internal, text in sent_texts(plan).get(name, []):
                values = values.mask(back[name] == text, internal)
            back = back.assign(**{name: values.replace(translated)})
    return back


def sent_words(text: str, plan: Plan) -> str:
    """A text that names variables, with the names that are sent."""
    names = renames(plan)
    if not names:
        return text
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, sorted(names))) + r")\b")
    return pattern.sub(lambda match: names[match.group()], text)
