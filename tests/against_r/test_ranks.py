"""Rank tests, shifts and quantiles against R's wilcox.test and quantile."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from scripts.stats.quantiles import quantile
from scripts.stats.ranks import mann_whitney, mann_whitney_exact
from scripts.stats.shifts import hodges_lehmann
from tests.against_r.bridge import ask_r, needs_r

pytestmark = needs_r

# Closed forms and sums of counts on both sides; R's answer has 15 digits.
CLOSED = 1e-9
Pair = tuple[list[float], list[float]]


def edges() -> Iterator[Pair]:
    """The borders: one observation, everything tied, groups apart, equal groups."""
    yield [3.0], [5.0]
    yield [3.0], [3.0]
    yield [3.0], [1.0, 2.0, 4.0, 5.0]
    yield [1.0, 2.0, 3.0, 4.0], [2.5]
    yield [2.0] * 5, [2.0] * 4
    yield [2.0] * 5, [3.0] * 4
    yield [1.0, 2.0, 3.0], [4.0, 5.0, 6.0]
    yield [4.0, 5.0, 6.0, 7.0, 8.0, 9.0], [1.0, 2.0, 3.0, 3.5, 3.6]
    yield [1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]
    yield [-1.0, 0.0, 1.0], [0.0, 0.0, 7.0]


def pairs(count: int = 300) -> list[Pair]:
    """The edges, then samples without ties, in whole numbers, and in few whole numbers."""
    found = list(edges())
    for seed in range(count):
        generator = np.random.default_rng([seed, 7])
        sizes = generator.integers(1, 26, 2)
        samples = [
            generator.normal(seed % 5 * 0.3 * arm, 1, size) for arm, size in enumerate(sizes)
        ]
        if seed % 3:
            samples = [np.round(sample * (8, 2)[seed % 3 - 1]) for sample in samples]
        found.append((samples[0].tolist(), samples[1].tolist()))
    return found


def ask(program: str, of: list[Pair], **more: Any) -> list[dict[str, Any]]:
    """R's answer for each pair of samples `x` and `y`."""
    whole = f"""output <- lapply(seq_along(input$x), function(i) suppressWarnings({{
      x <- input$x[[i]]; y <- input$y[[i]]; {program}
    }}))"""
    return list(ask_r(whole, x=[x for x, _ in of], y=[y for _, y in of], **more))


def _untied(pair: Pair) -> bool:
    return len({*pair[0], *pair[1]}) == len(pair[0]) + len(pair[1])


def _number(value: Any) -> float:
    return float("nan") if value in (None, "NA", "NaN") else float(value)


def test_both_normal_approximations_are_those_of_wilcox_test() -> None:
    program = """
      p <- function(correct) wilcox.test(x, y, exact = FALSE, correct = correct)$p.value
      w <- unname(wilcox.test(x, y, exact = FALSE)$statistic)
      list(w = w, with = p(TRUE), without = p(FALSE))
    """
    of = pairs()
    for (x, y), theirs in zip(of, ask(program, of), strict=True):
        for correction, word in ((True, "with"), (False, "without")):
            ours = mann_whitney(x, y, correction)
            assert ours.statistic == theirs["w"]
            # a p of exactly 1 may be a rounding error below it in R
            assert ours.p_value == pytest.approx(_number(theirs[word]), rel=CLOSED, nan_ok=True)


def test_the_exact_test_without_ties_is_that_of_wilcox_test() -> None:
    of = [pair for pair in pairs() if _untied(pair)]
    assert len(of) > 80
    program = "list(p = wilcox.test(x, y, exact = TRUE)$p.value)"
    for (x, y), theirs in zip(of, ask(program, of), strict=True):
        assert mann_whitney_exact(x, y).p_value == pytest.approx(theirs["p"], rel=CLOSED)


def test_the_exact_test_with_ties_agrees_with_a_list_of_all_choices() -> None:
    # R's wilcox.test has no exact p with ties: all choices are written out, up to 12 870 of them
    of = [pair for pair in pairs() if len(pair[0]) + len(pair[1]) <= 16 and not _untied(pair)]
    assert len(of) > 30
    program = """
      r <- rank(c(x, y)); n <- length(x)
      sums <- if (length(r) == 1) r else apply(combn(length(r), n), 2, function(i) sum(r[i]))
      own <- sum(r[1:n])
      list(p = min(1, 2 * min(mean(sums <= own + 1e-9), mean(sums >= own - 1e-9))))
    """
    for (x, y), theirs in zip(of, ask(program, of), strict=True):
        assert mann_whitney_exact(x, y).p_value == pytest.approx(theirs["p"], rel=CLOSED)


def test_the_exact_shift_and_its_limits_are_those_of_wilcox_test() -> None:
    of = [pair for pair in pairs() if _untied(pair)]
    program = """
      w <- wilcox.test(x, y, exact = TRUE, conf.int = TRUE, conf.level = 0.9)
      list(estimate = unname(w$estimate), limits = c(w$conf.int),
           place = qwilcox(0.05, length(x), length(y)))
    """
    for (x, y), theirs in zip(of, ask(program, of), strict=True):
        ours = hodges_lehmann(x, y, 0.9, "exact")
        assert ours.estimate == pytest.approx(theirs["estimate"], rel=CLOSED, abs=1e-12)
        if ours.position == 0:
            # samples too small for 90%: R gives the extreme differences at a lower level
            assert theirs["place"] == 0
            assert np.isnan([ours.lower, ours.upper]).all()
        else:
            # R never goes below the first place
            assert ours.position == max(theirs["place"], 1)
            limits = pytest.approx(theirs["limits"], rel=CLOSED, abs=1e-12)
            assert [ours.lower, ours.upper] == limits


def test_the_shift_is_the_median_of_all_differences_with_ties_too() -> None:
    of = pairs()
    program = "list(estimate = median(outer(x, y, `-`)))"
    for (x, y), theirs in zip(of, ask(program, of), strict=True):
        assert hodges_lehmann(x, y).estimate == pytest.approx(theirs["estimate"], abs=1e-12)


@pytest.mark.parametrize("limits", ["asymptotic", "asymptotic_corrected"])
def test_asymptotic_limits_are_where_wilcox_test_finds_the_test_to_turn(limits: str) -> None:
    # R looks for the root of a step function numerically: it ends beside the difference at which
    # the step is, which is ours. Its estimate is such a root too, and not the median; not compared.
    of = [pair for pair in pairs() if len(pair[0]) > 1 and len(pair[1]) > 1]
    program = """
      w <- tryCatch(wilcox.test(x, y, exact = FALSE, correct = input$correct, conf.int = TRUE,
                                tol.root = 1e-9), error = function(e) NULL)
      list(limits = if (is.null(w)) NA else c(w$conf.int))
    """
    compared = 0
    answers = ask(program, of, correct=limits == "asymptotic_corrected")
    for (x, y), theirs in zip(of, answers, strict=True):
        ours = hodges_lehmann(x, y, 0.95, limits)
        if np.isnan(ours.lower) or not isinstance(theirs["limits"], list):
            continue  # too small for the level, or all observations tied
        compared += 1
        found = [_number(value) for value in theirs["limits"]]
        assert [ours.lower, ours.upper] == pytest.approx(found, abs=1e-6), (x, y)
    assert compared > 200


PROBABILITIES = [0, 0.05, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.9, 0.99, 1]


@pytest.mark.parametrize("type_", [2, 5, 6, 7])
def test_quantiles_of_each_type_are_those_of_quantile(type_: int) -> None:
    of = [(x, x) for pair in pairs() for x in pair]
    of += [(list(range(1, n + 1)), [0.0]) for n in range(1, 31)]  # positions that are whole
    program = f"list(q = unname(quantile(x, input$p, type = {type_})))"
    for (x, _), theirs in zip(of, ask(program, of, p=PROBABILITIES), strict=True):
        ours = [quantile(x, p, type_) for p in PROBABILITIES]
        assert ours == pytest.approx(theirs["q"], rel=CLOSED, abs=1e-12)
