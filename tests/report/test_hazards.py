"""Tables of landmarks, restricted means, strata, weights and proportional hazards, as read."""

from scripts.report.cells import text_of
from tests.report import made
from tests.report.test_layouts import table
from tests.report.test_tabulate import texts

LIMITS = {"lower": 0.1, "upper": 0.9}


def landmarks(known: bool = True) -> dict:
    """Two groups at week 8 and up to week 12."""
    mean = {"restricted_mean": 8.25, "restricted_mean_lower": 7, "restricted_mean_upper": 9.5}
    times = {"time_difference": -1.25, "time_difference_lower": -3, "time_difference_upper": 0.5}
    if not known:
        mean, times = dict.fromkeys(mean), dict.fromkeys(times)
    ratio = {"ratio": 0.8 if known else None, "lower": 0.7, "upper": 1.1, "p_value": 0.2}
    entries = []
    for group in ("NEW", "OLD"):
        entries += made.rows("t=8", group, survival=0.5, **LIMITS, at_risk=4)
        entries += made.rows("restricted_mean", group, **mean)
        entries += made.rows("follow_up", group, maximum=13)
    entries += made.rows("t=8", "NEW-OLD", estimate=-0.25, lower=-0.5, upper=0.125, p_value=0.04)
    entries += made.rows("restricted_mean", "NEW-OLD", **times, p_value=0.3)
    entries += made.rows("restricted_mean_ratio", "NEW/OLD", **ratio)
    labels = {"t=8": "8", "restricted_mean": "Restricted mean up to 12",
              "restricted_mean_ratio": "Ratio of restricted means up to 12",
              "follow_up": "Longest observed time"}  # fmt: skip
    return made.result("one", "survival_contrasts", entries, labels=labels, unit="WEEKS")


def test_landmarks_have_both_groups_the_difference_and_its_p_in_one_row() -> None:
    display = table(landmarks(), "survival_contrasts")
    rows = {line[0]: line[1:] for line in texts(display)}
    assert rows["Without event at 8 weeks, % (CI)"] == [
        "50.0 (10.0 to 90.0)", "50.0 (10.0 to 90.0)", "\u22120.250 (\u22120.500 to 0.125)", "0.040",
    ]  # fmt: skip
    means = rows["Restricted mean up to 12 weeks (CI)"]
    assert means[2:] == ["\u22121.3 (\u22123.0 to 0.5)", "0.300"]
    assert rows["Longest observed time"] == ["13", "13", "\u2013", "\u2013"]


def test_a_ratio_of_restricted_means_stands_under_a_heading_of_its_own() -> None:
    display = table(landmarks(), "survival_contrasts")
    at = [line["label"] for line in display["rows"]].index(
        "Ratio of restricted means up to 12 weeks"
    )
    shown = display["rows"][at + 1]["cells"][0]
    assert text_of(shown["parts"]) == "Ratio 0.800 (0.700 to 1.100), P 0.200"


def test_what_is_not_estimable_is_printed_as_such() -> None:
    rows = {line[0]: line[1:] for line in texts(table(landmarks(False), "survival_contrasts"))}
    assert rows["Restricted mean up to 12 weeks (CI)"][0] == "NE (NE to NE)"


def test_each_further_test_has_its_words_over_statistic_and_p() -> None:
    test = {"statistic": 4.5, "df": 1, "p_value": 0.034}
    ratio = {"hazard_ratio": 0.5, "lower": 0.25, "upper": 1, "p_value": 0.05}
    entries = [
        *made.rows("strata", "", count=3),
        *made.rows("stratified_logrank", "", **test),
        *made.rows("stratified_cox", "NEW/OLD", **ratio),
        *made.rows("stratified_cox", "OLD/NEW", **{**ratio, "hazard_ratio": 2}),
        *made.rows("fleming_harrington 0 1", "", **test),
        *made.rows("proportional_hazards km", "NEW/OLD", **dict.fromkeys(test)),
    ]
    labels = {"fleming_harrington 0 1": "Late differences"}
    result = made.result("one", "hazard_sensitivity", entries, labels=labels)
    lines = texts(table(result, "hazard_sensitivity"))
    assert ["Strata", "3"] in lines
    assert ["All groups", "chi-square 4.500, df 1, P 0.034"] in lines
    labels_read = [line["label"] for line in table(result, "hazard_sensitivity")["rows"]]
    assert "Late differences" in labels_read
    assert any(line[-1] == "HR 0.500 (0.250 to 1.000), P 0.050" for line in lines)
    assert any(line[-1] == "chi-square NE, df NE, P NE" for line in lines)
