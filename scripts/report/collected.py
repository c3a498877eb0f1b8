"""Values as they were collected: nothing is rounded, a date is ISO, a missing value is empty."""

import pandas as pd

from scripts.report.numbers import to_decimal


def whole_or_not(value: float) -> str:
    """A number with the digits that it has, without an empty decimal place."""
    number = float(value)
    return str(int(number)) if number.is_integer() else f"{to_decimal(number):f}"


def as_collected(values: pd.Series) -> list[str]:
    """The values of a column as texts; a missing one is an empty text."""
    known = values.notna().to_numpy()
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        texts = values.dt.strftime("%Y-%m-%d").tolist()
    elif pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.to_numpy(dtype=float, na_value=float("nan"))
        texts = [whole_or_not(n) if k else "" for n, k in zip(numbers, known, strict=True)]
    else:
        texts = values.astype(object).tolist()
    return [" ".join(str(t).split()) if k else "" for t, k in zip(texts, known, strict=True)]
