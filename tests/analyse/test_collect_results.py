"""The results store: long form, whole, and the same documents when it is read back."""

from pathlib import Path

from scripts.analyse.collect_results import collect_results
from scripts.report.store import documents_of
from scripts.tables import read_contract, read_table, write_table

CONTRACT = read_contract(Path("config/schemas/tables/results.yaml"))


def document(name: str) -> dict:
    """A result with two counts, a number that is not estimable, and a curve."""
    return {
        "id": name,
        "title": "Of " + name,
        "statistics": [
            {"row": "z", "group": "A", "statistic": "count", "value": 3},
            {"row": "a", "group": "A-B", "statistic": "estimate", "value": 0.25},
            {"row": "a", "group": "", "statistic": "p_value", "value": None},
        ],
        "curve": {"A": {"time": [0, 7], "survival": [1, None]}},
    }


def test_each_number_is_one_record() -> None:
    store, _ = collect_results({"one": document("one")}, CONTRACT)
    assert store[["ROW", "GROUP", "STATISTIC"]].drop_duplicates().shape[0] == 3 + 2
    assert len(store) == 3 + 2 * 2
    assert store["VALUE"].isna().sum() == 2


def test_results_come_back_from_the_store_as_they_were(tmp_path: Path) -> None:
    made = {name: document(name) for name in ("one", "another")}
    store, described = collect_results(made, CONTRACT)
    path = tmp_path / "results.parquet"
    write_table(store, path, CONTRACT)
    assert documents_of(read_table(path, CONTRACT), described) == made


def test_a_result_without_a_number_is_not_lost() -> None:
    empty = {"id": "none", "title": "None", "statistics": []}
    store, described = collect_results({"none": empty}, CONTRACT)
    assert documents_of(store, described) == {"none": empty}
