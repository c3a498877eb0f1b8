"""What the room of estimators may hold."""

import ast
import sys
from pathlib import Path

import pytest

from scripts import stats

MODULES = sorted(Path(stats.__file__).parent.glob("*.py"))
ALLOWED = {"numpy", "numpy.typing", "scipy", "scripts.stats"}


def imported(module: Path) -> set[str]:
    """Return the modules that a file imports from."""
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names.add(node.module)
            if node.module == "scipy":
                names |= {f"scipy.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.stem)
def test_an_estimator_imports_only_numpy_scipy_special_and_its_own_room(module):
    others = {
        name
        for name in imported(module)
        if name.split(".")[0] not in sys.stdlib_module_names
        and name not in ALLOWED
        and not name.startswith("scripts.stats.")
    }
    assert others <= {"scipy.special"}


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.stem)
def test_an_estimator_draws_no_random_numbers_and_opens_no_file(module):
    nodes = list(ast.walk(ast.parse(module.read_text(encoding="utf-8"))))
    assert not [n for n in nodes if isinstance(n, ast.Attribute) and n.attr == "random"]
    assert not [n for n in nodes if isinstance(n, ast.Name) and n.id == "open"]


ESTIMATORS = {
    "proportions": [
        "wald_difference", "wald_corrected_difference", "newcombe_difference",
        "newcombe_corrected_difference", "agresti_caffo_difference",
        "miettinen_nurminen_difference", "mee_difference", "pearson_chi_square", "fisher_exact",
        "wilson_interval", "clopper_pearson_interval", "chan_zhang_difference",
        "santner_snell_difference", "barnard_exact", "boschloo_exact",
    ],
    "ratios": ["katz_ratio", "koopman_ratio", "miettinen_nurminen_ratio"],
    "odds_ratios": ["woolf_odds_ratio", "exact_conditional_odds_ratio",
                    "miettinen_nurminen_odds_ratio"],
    "number_needed": ["number_needed"],
    "stratified_differences": ["mantel_haenszel_difference", "stratified_newcombe_difference",
                               "stratified_miettinen_nurminen_difference"],
    "stratified_odds": ["cochran_mantel_haenszel", "mantel_haenszel_odds_ratio", "breslow_day"],
    "quantiles": ["quantile"],
    "ranks": ["mann_whitney", "mann_whitney_exact"],
    "shifts": ["hodges_lehmann"],
    "survival": ["kaplan_meier", "logrank", "cox", "logrank_hazard_ratio",
                 "mantel_haenszel_hazard_ratio", "stratified_logrank", "weighted_logrank",
                 "survival_difference", "restricted_mean", "restricted_mean_difference",
                 "restricted_mean_ratio", "proportional_hazards_test"],
    "logistic": ["logistic_regression"],
    "firth": ["firth_logistic_regression", "fit_logistic"],
    "logistic_result": ["likelihood_ratio_test"],
    "separation": ["find_separation"],
    "standardisation": ["standardised_difference"],
    "linear": ["linear_regression"],
    "rubin": ["rubin_rules"],
    "design": ["sample_size_two_proportions", "power_two_proportions"],
}  # fmt: skip


@pytest.mark.parametrize(("module", "name"), [(m, n) for m, ns in ESTIMATORS.items() for n in ns])
def test_an_estimator_says_what_goes_in_and_out_and_what_happens_at_the_limits(module, name):
    __import__(f"scripts.stats.{module}")
    words = getattr(sys.modules[f"scripts.stats.{module}"], name).__doc__
    for section in ("Parameters", "Returns", "Notes", "References"):
        assert f"{section}\n    ------" in words.replace("-----\n", "------\n"), section
