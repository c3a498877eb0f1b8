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


def sent_texts(plan: Plan) -> dict[str, dict[str, str]]:
    """Texts that SDTM sends in the place of others, by variable: the same name, the same value."""
    found: dict[str, dict[str, str]] = {}
    for variables in (plan["submission"].get("sdtm", {}).get("values") or {}).values():
        for name, texts in variables.items():
            found.setdefault(name, {}).update(texts)
    return found


def with_sent_texts(table: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The table with the texts that SDTM sends in variables of the same name."""
    texts = {name: new for name, new in sent_texts(plan).items() if name in table.columns}
    return table.assign(**{name: table[name].replace(new) for name, new in texts.items()})


def renamed(table: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The table under the names that are sent."""
    return table.rename(columns=renames(plan))


def own_columns(sent: pd.DataFrame, columns: Iterable[str], plan: Plan) -> pd.DataFrame:
    """The columns of one of our tables, taken from the sent data set: our names, our texts."""
    back = sent.rename(columns={name: own for own, name in renames(plan).items()})[list(columns)]
    translated = {new: old for old, new in plan["submission"].get("translations", {}).items()}
    for name in back.columns:
        if type_of(back[name]) == "text":
            own = {new: old for old, new in sent_texts(plan).get(name, {}).items()}
            back = back.assign(**{name: back[name].replace(translated).replace(own)})
    return back


def sent_words(text: str, plan: Plan) -> str:
    """A text that names variables, with the names that are sent."""
    names = renames(plan)
    if not names:
        return text
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, sorted(names))) + r")\b")
    return pattern.sub(lambda match: names[match.group()], text)
