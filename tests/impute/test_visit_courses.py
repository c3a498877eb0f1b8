"""A measure by visit from normal distributions by arm: what is kept, what is drawn."""

import numpy as np
import pytest

from scripts.impute.fcs.streams import generators_of
from scripts.impute.visit_courses import add_delta, draw_courses_of
from scripts.impute.visit_table import build_table, visits_of
from tests.impute.visit_trial import JUMP, TRIAL, model, schedule, subjects, tables_of


def table_of(n=60, **more):
    planned = model(**more)
    adsl = subjects(n)
    return build_table("m", planned, tables_of(adsl), visits_of(planned, TRIAL, schedule()))


def drawn(table, chains=4, **more):
    planned = model(**{"assumption": JUMP, **more})
    streams = generators_of("m:COUNT", 7, 1, chains)
    return draw_courses_of("m", "COUNT", planned, table, streams)


def test_what_was_seen_is_never_changed_and_everything_else_is_drawn():
    table = table_of()
    values, _ = drawn(table)
    seen = ~np.isnan(table.values["COUNT"])
    assert (values[:, seen] == table.values["COUNT"][seen]).all()
    assert np.isfinite(values).all()
    # Every chain has draws of its own.
    assert len(np.unique(values[:, ~seen][:, 0])) == 4


def test_each_sweep_draws_the_missed_visits_again():
    table = table_of()
    known = ~np.isnan(table.values["COUNT"])
    last = (known * np.arange(1, 6)).max(axis=1)
    gaps = ~known & (np.arange(5) < last[:, None])
    _, trace = drawn(table, sweeps=4)
    assert trace.shape == (4, 4, gaps.sum())
    assert (trace[0] != trace[1]).all()


def test_at_random_a_huge_sample_gives_back_the_means_of_those_seen_to_the_end():
    table = table_of(4000)
    values, _ = drawn(table, chains=3, assumption={"kind": "missing_at_random"})
    for arm in "AB":
        rows = table.arm == arm
        known = values[:, rows & ~table.stopped, 4].mean()
        # Whether a subject stops does not depend on its counts: standard error about 0.03.
        assert values[:, rows & table.stopped, 4].mean() == pytest.approx(known, abs=0.12)


def test_after_a_jump_a_huge_sample_has_the_means_of_the_reference():
    table = table_of(4000)
    values, _ = drawn(table, chains=3)
    stopped_a = values[:, (table.arm == "A") & table.stopped, 4].mean()
    assert stopped_a == pytest.approx(values[:, table.arm == "B", 4].mean(), abs=0.12)


def test_increments_of_the_reference_start_from_where_the_own_arm_was():
    table = table_of(4000)
    values, _ = drawn(table, chains=3, assumption={**JUMP, "kind": "copy_increments"})
    a, b = ((table.arm == arm) for arm in "AB")
    means = {
        arm: np.nanmean(table.values["COUNT"][rows], axis=0) for arm, rows in (("A", a), ("B", b))
    }
    # Stopped after the second visit.
    expected = means["A"][1] + means["B"][4] - means["B"][1]
    assert values[:, a & table.stopped, 4].mean() == pytest.approx(expected, abs=0.12)


def test_a_shift_holds_after_the_end_of_those_who_stopped_and_by_arm():
    table = table_of()
    still = np.zeros((2, *table.values["COUNT"].shape))
    moved = add_delta(still, table, {"by_arm": {"A": -0.5}})
    after = np.arange(5) >= table.last[:, None]
    hit = after & table.stopped[:, None] & (table.arm == "A")[:, None]
    assert (moved[:, hit] == -0.5).all()
    assert (moved[:, ~hit] == 0).all()


def test_a_growing_shift_counts_the_visits_since_the_end():
    table = table_of()
    still = np.zeros((1, *table.values["COUNT"].shape))
    shift = {"by_arm": {"A": 0.1, "B": -0.2}, "growing": True}
    moved = add_delta(still, table, shift)[0]
    row = np.flatnonzero(table.stopped & (table.arm == "B") & (table.last == 2))[0]
    assert moved[row] == pytest.approx([0, 0, -0.2, -0.4, -0.6])


def test_no_shift_changes_nothing():
    table = table_of()
    still = np.zeros((1, *table.values["COUNT"].shape))
    assert add_delta(still, table, None) is still
