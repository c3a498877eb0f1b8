"""How raw rows become records, over a made-up mapping with everything that no whole trial here has.

Three people, a list of their centres and a few results: every raw value is exchanged for every
other of its column and for none, the domains are made again, and what changed must be marked.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from scripts.audit.lineage.graph import Graph
from scripts.audit.lineage.mapping import declare_domains
from scripts.audit.lineage.reads import EXISTENCE
from scripts.audit.lineage.run import Run, start_lineage
from scripts.ingest.standardise import standardise
from scripts.job import StepError
from scripts.tables import conform
from tests.audit.rerun import contract

TEXT, WHOLE, DATE = {"type": "text"}, {"type": "integer"}, {"type": "date"}
SOURCES = {
    "people": {
        "file": "people.csv",
        "subject": "who",
        "columns": {"who": TEXT, "centre": TEXT, "start": DATE, "weight": WHOLE, "note": TEXT},
    },
    # Looked up by something else than the subject, and with a centre that nobody belongs to.
    "centres": {"file": "centres.csv", "columns": {"code": TEXT, "name": TEXT}},
    "results": {
        "file": "results.csv",
        "subject": "who",
        "columns": {"who": TEXT, "kind": TEXT, "value": WHOLE, "on": DATE, "remark": TEXT},
    },
}
HEAVY = {"variable": "people.weight", "operator": ">", "value": 60}
PLAT = {"variable": "kind", "is": "plat"}
RECORD = {"LBTESTCD": {"constant": "PLAT"}, "LBTEST": {"constant": "Platelets"}}
DOMAINS = {
    "DM": {
        "records": [
            {
                "source": "people",
                "join": {
                    "centres": {"keys": {"centre": "code"}, "unmatched": "allow"},
                    "results": {
                        "keys": {"who": "who"},
                        "where": {"variable": "kind", "is": "age"},
                        "unmatched": "allow",
                    },
                },
                "variables": {
                    "RFSTDTC": {"column": "start"},
                    "SITEID": {"first": [{"column": "centres.name"}, {"column": "centre"}]},
                    "AGE": {"column": "results.value"},
                    "COUNTRY": {"concat": [{"column": "centre"}, {"column": "note"}]},
                },
            }
        ]
    },
    "LB": {
        "order": ["LBDTC"],
        "records": [
            {
                "source": "results",
                "where": PLAT,
                "variables": {
                    **RECORD,
                    "LBSTRESN": {"column": "value"},
                    "LBORRES": {
                        "column": "remark",
                        "when": {"variable": "value", "missing": False},
                    },
                    "LBDTC": {"column": "on"},
                    "LBDY": {"study_day": "LBDTC"},
                },
            },
            # A second record of heavy people: not told apart from the first by constants.
            {
                "source": "results",
                "join": {"people": {"keys": {"who": "who"}, "unmatched": "allow"}},
                "where": {"all": [PLAT, HEAVY]},
                "variables": {
                    **RECORD,
                    "LBSTRESN": {"column": "people.weight"},
                    "LBDTC": {"column": "on"},
                },
            },
        ],
    },
}
PLAN = {
    "study": {"id": "T"},
    "study.id": "T",
    "trial": {"visit_unit": "week", "visits": []},
    "sources": {"sources": SOURCES},
    "sdtm": {"codelists": {}, "domains": DOMAINS},
}


def days(*texts) -> pd.Series:
    return pd.Series(pd.to_datetime(pd.Series(list(texts)))).astype("datetime64[s]")


def raw() -> dict[str, pd.DataFrame]:
    tables = {
        "people": {
            "who": pd.Series(["1", "2", "3"], dtype="str"),
            "centre": pd.Series(["N", "S", "X"], dtype="str"),
            "start": days("2020-01-01", "2020-02-01", "2020-03-01"),
            "weight": pd.Series([50, 70, 80], dtype="Int64"),
            "note": pd.Series(["a", None, "c"], dtype="str"),
        },
        "centres": {
            "code": pd.Series(["N", "S", "W"], dtype="str"),
            "name": pd.Series(["North", None, "West"], dtype="str"),
        },
        "results": {
            "who": pd.Series(["1", "1", "2", "3", "9"], dtype="str"),
            "kind": pd.Series(["plat", "age", "plat", "other", "plat"], dtype="str"),
            "value": pd.Series([20, 41, None, 60, 7], dtype="Int64"),
            "on": days("2020-01-02", "2020-01-02", "2020-02-03", "2020-03-04", "2020-03-05"),
            "remark": pd.Series(["x", "y", "z", None, "w"], dtype="str"),
        },
    }
    return {
        name: pd.DataFrame(columns).assign(
            SRCFILE=f"{name}.csv", SRCROW=np.arange(1, len(columns[next(iter(columns))]) + 1)
        )
        for name, columns in tables.items()
    }


def domains_of(tables) -> dict[str, pd.DataFrame]:
    contracts = {name: contract(name) for name in ("dm", "lb")}
    made = standardise(
        tables, {name: {"file": name, "columns": []} for name in SOURCES}, PLAN, contracts
    )
    return {name: conform(table, contracts[name]) for name, table in made.domains.items()}


@cache
def graph() -> Graph:
    run = Run(PLAN, raw(), domains_of(raw()), {}, pd.DataFrame(), {}, {})
    lineage = start_lineage(run)
    declare_domains(lineage, run)
    assert lineage.check() == []
    return Graph(lineage)


def reached(source: str, row: int, column: str) -> dict[str, dict[str, list[int]]]:
    marks = graph().reached([(f"ingest/raw/{source}", row, column)])
    return {
        table.rpartition("/")[2]: {
            name: np.flatnonzero(rows).tolist() for name, rows in columns.items() if rows.any()
        }
        for table, columns in marks.cells.items()
        if not table.startswith("ingest/raw")
    }


def keyed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Records by subject, raw row, and which of its records it is; without the number."""
    parts = [table["USUBJID"], table["SRCROW"].astype(str)]
    number = table.groupby(["USUBJID", "SRCROW"], dropna=False).cumcount().astype(str)
    key = parts[0] + "|" + parts[1] + "|" + number
    return table.drop(columns=[f"{name.upper()}SEQ"], errors="ignore").set_axis(
        key.to_numpy(object)
    )


def changes() -> list[tuple[str, int, str, object]]:
    found: list[tuple[str, int, str, object]] = []
    for source, table in raw().items():
        for column in SOURCES[source]["columns"]:
            for row in range(len(table)):
                old = table[column].iloc[row]
                others = [v for v in table[column].dropna().unique() if pd.isna(old) or v != old]
                found += [(source, row, column, value) for value in [*others, None]]
    return found


@pytest.mark.parametrize("source", list(SOURCES))
def test_whatever_value_is_exchanged_only_marked_cells_change(source):
    before = {name: keyed(name, table) for name, table in domains_of(raw()).items()}
    tried = 0
    for _, row, column, value in (item for item in changes() if item[0] == source):
        tables = raw()
        values = tables[source][column].copy()
        values.iloc[row] = value
        tables[source][column] = values
        try:
            made = domains_of(tables)
        except StepError:
            continue
        tried += 1
        marks = graph().reached([(f"ingest/raw/{source}", row, column)])
        for name, table in before.items():
            check(name, table, keyed(name, made[name]), marks, f"{source} {row} {column} {value}")
    assert tried > 5


def check(name, old, new, marks, what):
    cells = marks.cells.get(f"ingest/sdtm/{name}", {})
    there = cells.get(EXISTENCE, np.zeros(len(old), dtype=bool))
    assert there[~old.index.isin(new.index)].all(), f"{what}: a record of {name} went"
    born = marks.born.get(f"ingest/sdtm/{name}", np.zeros(3, dtype=bool))
    for who in new.loc[~new.index.isin(old.index), "USUBJID"]:
        subjects = graph().lineage.subjects
        known = born[subjects.index(who)] if who in subjects else born.all()
        assert known, f"{what}: a record of {name} came"
    for place, key in enumerate(old.index):
        if key not in new.index or there[place]:
            continue
        for column in old.columns.intersection(new.columns):
            one, other = old.loc[key, column], new.loc[key, column]
            same = (pd.isna(one) and pd.isna(other)) or str(one) == str(other)
            marked = column in cells and cells[column][place]
            assert same or marked, f"{what}: {name} {key} {column}"


def test_a_value_that_is_known_needs_no_second_one():
    # People 1 has the name of the centre North; people 2 and 3 have no name and show the code.
    assert "SITEID" not in reached("people", 0, "note")["dm"]
    assert reached("centres", 0, "name")["dm"] == {"SITEID": [0]}
    # The code of the first decides which centre it is, and is half of what is put together.
    assert reached("people", 0, "centre")["dm"] == {"SITEID": [0], "COUNTRY": [0]}


def test_a_key_of_a_table_that_is_looked_up_may_be_that_of_anybody():
    # West belongs to nobody: with the code X it would give person 3 a name.
    assert reached("centres", 2, "name") == {}
    assert reached("centres", 2, "code")["dm"] == {"SITEID": [0, 1, 2]}


def test_what_a_condition_of_a_look_up_leaves_out_could_come_in():
    # The result of person 3 is of another kind; as an age it would be looked up.
    assert reached("results", 3, "kind")["dm"] == {"AGE": [2]}
    assert "dm" not in reached("results", 3, "value")
    assert reached("results", 1, "value")["dm"] == {"AGE": [0]}
    marks = graph().reached([("ingest/raw/results", 3, "kind")])
    assert marks.born["ingest/sdtm/lb"].tolist() == [False, False, True]


def test_a_condition_on_a_joined_source_decides_that_a_record_is_there():
    marks = graph().reached([("ingest/raw/people", 0, "weight")])
    assert marks.born["ingest/sdtm/lb"].any()


def test_where_a_condition_fails_only_its_own_column_matters():
    # The remark is taken over only with a value: person 2 has none.
    rows = domains_of(raw())["lb"]
    first_of_2 = int(np.flatnonzero(rows["USUBJID"] == "T-2")[0])
    assert "LBORRES" not in reached("results", 2, "remark").get("lb", {})
    assert first_of_2 in reached("results", 2, "value")["lb"]["LBORRES"]
