"""The table that a model by visit works on: subjects by planned visits, measure by measure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scripts.conditions import evaluate
from scripts.impute.impute_responses import model_order
from scripts.impute.subjects import compute_columns
from scripts.impute.visit_medication import interval_begins, medication_by_visit
from scripts.job import StepError

Floats = NDArray[np.float64]
Model = Mapping[str, Any]
Transform = Callable[[Floats], Floats]
# The scale of a model, there and back.
SCALES: dict[str, tuple[Transform, Transform]] = {
    "none": (np.positive, np.positive),
    "log": (np.log, np.exp),
}
CATEGORICAL = {"logistic", "ordinal", "transition"}


@dataclass(frozen=True, eq=False)
class VisitTable:
    """Subjects of a model in the order of their values, and what is known at each planned visit.

    Attributes
    ----------
    subjects : DataFrame
        A row each, with the subject-level variables.
    visits : DataFrame
        VISITNUM, AVISIT and ANOMDY of the planned visits after baseline, in order.
    values : dict of (n, visits) arrays
        By measure, on the scale of the model; NaN where there is no record.
    baseline : dict of (n,) arrays
        By measure, on the scale of the model.
    covariates : DataFrame
        The predictors as numbers, without the arm.
    arm : (n,) array of str
    stopped : (n,) array of bool
        Whether the subject meets `missing_when`.
    last : (n,) array of int
        Visits up to the last one with a record of any measure.
    begins : (n, visits) array of int
        First day of the interval before each visit, in which medication counts for the visit.
    arms : tuple of str
        Every arm of the model, also those of which a part of the subjects has nobody.
    """

    subjects: pd.DataFrame
    visits: pd.DataFrame
    values: dict[str, Floats]
    baseline: dict[str, Floats]
    covariates: pd.DataFrame
    arm: NDArray[np.str_]
    stopped: NDArray[np.bool_]
    last: NDArray[np.int64]
    begins: NDArray[np.int64]
    arms: tuple[str, ...]

    def take(self, rows: NDArray[np.int64]) -> "VisitTable":
        """The table of some of its subjects."""
        return replace(
            self,
            subjects=self.subjects.iloc[rows].reset_index(drop=True),
            values={measure: table[rows] for measure, table in self.values.items()},
            baseline={measure: base[rows] for measure, base in self.baseline.items()},
            covariates=self.covariates.iloc[rows].reset_index(drop=True),
            arm=self.arm[rows],
            stopped=self.stopped[rows],
            last=self.last[rows],
            begins=self.begins[rows],
        )

    def wanted(self, measure: str, between: str) -> NDArray[np.bool_]:
        """Which values the endpoint needs: after the end of those who stopped, or all missing."""
        missing = np.isnan(self.values[measure])
        after = np.arange(len(self.visits)) >= self.last[:, None]
        return missing & (after & self.stopped[:, None] | (between == "imputed"))


def visits_of(model: Model, trial: Mapping[str, Any], schedule: pd.DataFrame) -> pd.DataFrame:
    """The planned visits after baseline, all of them or those that the model names."""
    later = {one["VISITNUM"] for one in trial["visits"] if not one.get("baseline")}
    later &= set(model.get("visits", later))
    chosen = schedule[schedule["VISITNUM"].isin(later) & (schedule["ANOMDY"] > 0)]
    return chosen.sort_values("ANOMDY", kind="stable", ignore_index=True)


def until_end(records: pd.DataFrame, model: Model, subjects: pd.DataFrame) -> pd.DataFrame:
    """The records without those of subjects who stopped that stand after their `end` date."""
    if "end" not in model:
        return records
    stopped = subjects[evaluate(model["missing_when"], subjects)]
    ends = records["USUBJID"].map(stopped.set_index("USUBJID")[model["end"]])
    return records[~(records["ADT"] > ends)]


def records_of(measure: str, measurements: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """All records of one measure, whichever set it stands in."""
    for table in measurements.values():
        if (table["PARAMCD"] == measure).any():
            return table[table["PARAMCD"] == measure]
    raise StepError(f"nobody has a record of {measure}")


def _to_scale(
    values: Floats, measure: str, spec: Model, names: pd.Series, visits: list[str]
) -> Floats:
    """Values of subjects (rows) at some visits (columns) on the scale of the model."""
    if "above" in spec:
        return np.where(np.isnan(values), np.nan, (values > spec["above"]) * 1.0)
    forward, _ = SCALES[spec.get("scale", "none")]
    wrong = np.argwhere(values <= 0)
    if spec.get("scale") == "log" and len(wrong):
        row, place = wrong[0]
        value = f"{names.iloc[row]} has the value {values[row, place]:g}"
        raise StepError(f"{measure}, {visits[place]}: {value}, which has no logarithm")
    return forward(values)


def from_scale(values: Floats, spec: Model) -> Floats:
    """Values of the model on the measure's own scale, within its bounds."""
    if "above" in spec:
        return np.where(values > 0, float(spec["present"]), float(spec["absent"]))
    if spec["method"] in CATEGORICAL:
        return values
    _, back = SCALES[spec.get("scale", "none")]
    lower, upper = spec.get("bounds", (None, None))
    return np.clip(back(values), lower, upper)


def _wide(
    measure: str, spec: Model, records: pd.DataFrame, subjects: pd.DataFrame, visits: pd.DataFrame
) -> Floats:
    """The values of one measure by subject and visit, on the scale of the model."""
    planned = records[records["VISITNUM"].isin(visits["VISITNUM"])]
    # ASSUME: Of several records of a measure at one planned visit the last one is its value in an
    # imputation model; the endpoint sees all of them.
    planned = planned.drop_duplicates(["USUBJID", "VISITNUM"], keep="last")
    wide = planned.set_index(["USUBJID", "VISITNUM"])["AVAL"].unstack("VISITNUM")  # noqa: PD010
    wide = wide.reindex(index=subjects["USUBJID"], columns=visits["VISITNUM"])
    values = wide.to_numpy(float)
    nobody = np.isnan(values).all(axis=0)
    if nobody.any():
        label = visits["AVISIT"].iloc[int(np.flatnonzero(nobody)[0])]
        raise StepError(
            f"{measure}, {label}: nobody has a value to learn from; leave the visit out (`visits`)"
        )
    return _to_scale(values, measure, spec, subjects["USUBJID"], list(visits["AVISIT"]))


def _baseline(measure: str, spec: Model, records: pd.DataFrame, subjects: pd.DataFrame) -> Floats:
    base = records.drop_duplicates("USUBJID").set_index("USUBJID")["BASE"]
    values = subjects["USUBJID"].map(base).to_numpy(float)
    if np.isnan(values).any():
        name = subjects["USUBJID"].iloc[int(np.flatnonzero(np.isnan(values))[0])]
        raise StepError(f"{measure}: {name} has no baseline value; it is a predictor")
    return _to_scale(values[:, None], measure, spec, subjects["USUBJID"], ["baseline"])[:, 0]


def _covariates(model: Model, subjects: pd.DataFrame) -> pd.DataFrame:
    parts = [compute_columns(subjects, name) for name in model.get("predictors", [])]
    table = pd.concat([pd.DataFrame(index=subjects.index), *parts], axis=1)
    lacking = [name for name in table.columns if table[name].isna().any()]
    if lacking:
        raise StepError(f"predictor(s) with missing values: {', '.join(lacking)}")
    return table


def build_table(
    name: str, model: Model, sources: Mapping[str, Any], visits: pd.DataFrame
) -> VisitTable:
    """The table of one model from adsl, measurements and adcm; errors begin with its name."""
    adsl = sources["adsl"]
    subjects = adsl[adsl[model["population"]] == "Y"].reset_index(drop=True)
    try:
        return _build(model, subjects, sources, visits)
    except StepError as error:
        raise StepError(f"{name}: {error}") from None


def _build(
    model: Model, subjects: pd.DataFrame, sources: Mapping[str, Any], visits: pd.DataFrame
) -> VisitTable:
    measured = {m: spec for m, spec in model["measures"].items() if "medication" not in spec}
    records = {
        measure: until_end(records_of(measure, sources["measurements"]), model, subjects)
        for measure in measured
    }
    values = {m: _wide(m, spec, records[m], subjects, visits) for m, spec in measured.items()}
    baseline = {m: _baseline(m, spec, records[m], subjects) for m, spec in measured.items()}
    covariates = _covariates(model, subjects)
    stopped = evaluate(model["missing_when"], subjects).to_numpy(bool)
    seen = ~np.all([np.isnan(table) for table in values.values()], axis=0)
    last = (seen * np.arange(1, len(visits) + 1)).max(axis=1)
    begins, ends = interval_begins(pd.concat(records.values()), subjects, visits)
    taken = medication_of(model, sources["adcm"], sources["measurements"], subjects[stopped])
    for measure, spec in model["measures"].items():
        if measure not in measured:
            own = taken[taken["CMCAT"] == spec["medication"]]
            values[measure] = medication_by_visit(own, subjects, begins, ends, last)
            baseline[measure] = np.zeros(len(subjects))
    # By their values: neither the order of files nor identifiers decide who gets which draw.
    arms = subjects["ARMCD"].astype("category").cat.codes.to_numpy(float)[:, None]
    every = [arms, covariates.to_numpy(float), *values.values(), *baseline.values()]
    order = model_order(np.column_stack(every))
    table = VisitTable(
        subjects=subjects,
        visits=visits,
        values={measure: values[measure] for measure in model["measures"]},
        baseline={measure: baseline[measure] for measure in model["measures"]},
        covariates=covariates,
        arm=subjects["ARMCD"].to_numpy(str),
        stopped=stopped,
        last=last,
        begins=begins,
        arms=tuple(sorted(subjects["ARMCD"].unique())),
    )
    return table.take(order)


def medication_of(
    model: Model,
    adcm: pd.DataFrame,
    measurements: Mapping[str, pd.DataFrame],
    stopped: pd.DataFrame,
) -> pd.DataFrame:
    """Medication as the model counts it: as recorded, or without what began at the end or later.

    The end of those who stopped is the day of their last record.
    """
    if model.get("medication", "recorded") == "recorded":
        return adcm
    every = pd.concat(measurements.values(), ignore_index=True)
    last = every[every["USUBJID"].isin(stopped["USUBJID"])].groupby("USUBJID")["ADAYS"].max()
    late = (adcm["ADAYS"] >= adcm["USUBJID"].map(last)).fillna(False).astype(bool)
    return adcm[~late]
