"""Who is in an analysis, in which group, and which groups are compared: read from the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scripts.conditions import evaluate

Pair = tuple[str, str]


@dataclass(frozen=True)
class Selection:
    """The subjects of an analysis, one row each, with `GROUP` as the id of their group."""

    table: pd.DataFrame
    groups: list[str]
    pairs: list[Pair]
    level: float

    def keep(self, rows: pd.Series) -> "Selection":
        """The same selection with fewer subjects."""
        return Selection(self.table[rows.to_numpy(dtype=bool)], self.groups, self.pairs, self.level)

    def column(self, name: str, group: str) -> np.ndarray:
        """The numbers of one column in one group."""
        return self.table.loc[self.table["GROUP"] == group, name].to_numpy(dtype=float)

    def used(self) -> list[str]:
        """The subjects by name, sorted."""
        return sorted(self.table["USUBJID"])

    def counts(self, column: str | None = None) -> dict[str, tuple[int, int]]:
        """Subjects of each group, and of them those in whom a 0/1 column is 1 (or all)."""
        found = {}
        for group in self.groups:
            inside = self.table["GROUP"] == group
            total = int(inside.sum())
            having = total if column is None else int(self.table.loc[inside, column].sum())
            found[group] = (total, having)
        return found


def verdicts(adresp: pd.DataFrame) -> pd.DataFrame:
    """One row a subject and one column an endpoint, Y or N."""
    return adresp.pivot(index="USUBJID", columns="PARAMCD", values="AVALC")  # noqa: PD010


def _groups(analysis: Mapping[str, Any], arms: Sequence[Mapping[str, Any]]) -> list[str]:
    if "groups" in analysis:
        return [str(level["value"]) for level in analysis["groups"]["levels"]]
    return [str(arm["code"]) for arm in arms]


def _pairs(
    analysis: Mapping[str, Any], arms: Sequence[Mapping[str, Any]], groups: list[str]
) -> list[Pair]:
    if "contrasts" in analysis:
        return [(str(first), str(second)) for first, second in analysis["contrasts"]]
    references = [] if "groups" in analysis else [a["code"] for a in arms if a.get("reference")]
    references = references or groups[-1:]
    return [(group, other) for group in groups if group not in references for other in references]


def names_of(values: pd.Series) -> pd.Series:
    """The values as the plan writes them: a whole number has no decimal point."""
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    return values.astype("object").map(str, na_action="ignore")


def select(
    analysis: Mapping[str, Any], plan: Mapping[str, Any], adsl: pd.DataFrame, adresp: pd.DataFrame
) -> Selection:
    """The randomised subjects of the population and the subset who are in one of the groups."""
    wide = adsl[adsl["RANDFL"] == "Y"]
    answers = verdicts(adresp)
    answers = answers[[name for name in answers.columns if name not in wide.columns]]
    wide = wide.merge(answers, how="left", left_on="USUBJID", right_index=True)
    inside = evaluate(analysis.get("subset"), wide)
    if analysis.get("population"):
        inside &= (wide[analysis["population"]] == "Y").fillna(False)
    groups = _groups(analysis, plan["arms"])
    variable = analysis["groups"]["variable"] if "groups" in analysis else "ARMCD"
    wide = wide.assign(GROUP=names_of(wide[variable]))
    inside &= wide["GROUP"].isin(groups)
    level = float(plan["settings"]["confidence_level"])
    return Selection(wide[inside], groups, _pairs(analysis, plan["arms"], groups), level)


def with_endpoint(selection: Selection, adresp: pd.DataFrame, endpoint: str) -> Selection:
    """Those with a verdict on the endpoint; `EVENT` is 1 for yes and 0 for no."""
    answer = adresp[adresp["PARAMCD"] == endpoint].set_index("USUBJID")["AVALC"]
    event = selection.table["USUBJID"].map(answer).map({"Y": 1, "N": 0})
    known = event.notna()
    found = selection.keep(known)
    return Selection(
        found.table.assign(EVENT=event[known].astype(int)), found.groups, found.pairs, found.level
    )
