"""A small made trial as the stages before the package leave it, for tests of its metadata."""

from scripts.package.specification import origin, variable

RESULTS = "results/analyse/"


def made_plan():
    """The parts of a plan that metadata read."""
    common = {"population": "ITTFL", "endpoint": "HEAL"}
    return {
        "study": {"id": "MADE-1", "title": "A made trial", "data_cut": "2020-02-29"},
        "study.data_cut": "2020-02-29",
        "submission": {"indication": "Made", "sdtm": {}, "adam": {}},
        "settings": {"confidence_level": 0.95},
        "trial": {"arms": [
            {"code": "NEW", "label": "New"}, {"code": "OLD", "label": "Old", "reference": True},
        ]},
        "estimands": {
            "estimands": {"e_heal": {"objective": "o_heal"}},
            "objectives": {
                "o_heal": {"level": "primary"},
                "o_describe": {"level": "descriptive"},
            },
        },
        "analyses": {"analyses": {
            "main": {"kind": "difference_in_proportions", **common},
            "imputed": {"kind": "difference_imputed", **common, "imputation": "heal_model"},
            "visits": {
                "kind": "attendance", "population": "ITTFL", "records": "sv",
                "where": {"variable": "SVSTDTC", "missing": False},
            },
            "size": {"kind": "sample_size"},
        }},
    }  # fmt: skip


def made_result(name, role, estimand, method, **more):
    """How one analysis was made, as the results say it."""
    software = {"package": "trialtrace", "version": "1", "numpy": "2"}
    groups = [
        {"id": "NEW", "label": "New", "N": 40, "n": 30},
        {"id": "OLD", "label": "Old", "N": 20, "n": 9},
    ]
    return {
        "id": name, "title": f"Analysis {name}", "kind": "difference_in_proportions",
        "role": role, "estimand": estimand, "subset": None, "missing": None, "note": None,
        "endpoint": "HEAL", "endpoint_label": "Healed", "groups": groups, "labels": {},
        "population": {"id": "ITTFL", "label": "Intention-to-treat"},
        "method": {"name": name, "label": f"Method of {name}", "options": {},
                   "software": software, **method},
        "subjects": {"used": [], "excluded": []}, "warnings": [], **more,
    }  # fmt: skip


def made_results():
    """Four analyses: of a data set, of completed data, of SDTM, and of nothing."""
    wald = {"options": {"interval": "wald"}, "test": "fisher_exact", "test_label": "Fisher's test"}
    pooled = {"options": {"df": "rubin"}, "test": "t", "test_label": "Pooled t test"}
    none = {"endpoint": None, "endpoint_label": None}
    return {
        "main": made_result("main", "primary", "e_heal", wald, missing="Missing is failure."),
        "imputed": made_result(
            "imputed", "sensitivity", "e_heal", pooled, kind="difference_imputed"
        ),
        "visits": made_result("visits", "descriptive", "o_describe", {}, kind="attendance", **none),
        "size": made_result(
            "size", "descriptive", "o_describe", {}, kind="sample_size", population=None, **none
        ),
    }


def number(analysis, row, group, statistic, value, text):
    """A printed number of an analysis."""
    source = {
        "file": f"{RESULTS}{analysis}.json", "row": row, "group": group, "statistic": statistic,
    }  # fmt: skip
    return {"kind": statistic, "source": source, "value": value, "text": text}


def made_tables():
    """Two tables; one number is printed twice, one is not estimable."""
    return {
        "addresses": {
            "t_main/main/NEW/count": number("main", "proportion", "NEW", "count", 30, "30"),
            "t_main/main/NEW/proportion": number(
                "main", "proportion", "NEW", "proportion", 0.75, "75.0"
            ),
            "t_main/main/NEW-OLD/estimate": number(
                "main", "difference", "NEW-OLD", "estimate", 0.300000000001, "0.300"
            ),
            "t_main/main/NEW-OLD/p_value": number("main", "test", "", "p_value", 0.02, "0.020"),
            "t_main/again/NEW/count": number("main", "proportion", "NEW", "count", 30, "30"),
            "t_main/imputed/NEW-OLD/estimate": number(
                "imputed", "difference", "NEW-OLD", "estimate", None, "NE"
            ),
            "t_other/visits/NEW/count": number("visits", "Visit 1", "NEW", "count", 40, "40"),
            "t_other/size/NEW/n": number("size", "pooled", "NEW", "n", 40, "40"),
            "t_other/notes/1/words": {
                "kind": "words", "text": "Words", "value": "Words",
                "source": {"file": f"{RESULTS}visits.json", "key": "method"},
            },
        },
        "displays": {
            "t_main": {"id": "t_main", "word": "Table", "number": "1", "title": "Main"},
            "t_other": {"id": "t_other", "word": "Table", "number": "2", "title": "Others"},
        },
        "order": ["t_other", "t_main"],
    }  # fmt: skip


def made_index():
    """What each number reads."""
    return {
        "analyses": {
            "main": {"rule": "compare_proportions"},
            "imputed": {"rule": "compare_imputed"},
            "visits": {"rule": "describe_subjects"},
            "size": {"rule": "compute_design"},
        },
        "filters": [{"columns": ["ITTFL", "RANDFL", "ARMCD"]}, {"columns": ["SVSTDTC"]}],
        "reads": [
            {"table": "derive/adsl", "columns": [], "filters": [0]},
            {"table": "derive/adresp:HEAL", "columns": ["AVALC"], "filters": []},
            {"table": "impute/heal_model", "columns": ["AVAL"], "filters": []},
            {"table": "ingest/sdtm/sv", "columns": ["VISITNUM"], "filters": [1]},
        ],
        "derivations": [{"table": "impute/heal_model", "reads": [0, 1]}],
        "numbers": {
            "t_main/main/NEW/count": [0, 1],
            "t_main/imputed/NEW-OLD/estimate": [0, 2],
            "t_other/visits/NEW/count": [0, 3],
            "t_other/notes/1/words": [0, 1, 2, 3],
        },
    }


def made_specification():
    """ADSL, ADRESP and ADSV as they are sent."""
    flag = {"codelist": "NY"}
    return {
        "standard": "ADaMIG", "version": "1.3",
        "terminology": {"package": "SDTM", "date": "2025-03-28"},
        "datasets": [
            made_dataset("ADSL", "SUBJECT LEVEL ANALYSIS DATASET", ["USUBJID"], [
                made_variable("USUBJID", "Unique Subject Identifier", mandatory=True),
                made_variable("ARMCD", "Planned Arm Code"),
                made_variable("ITTFL", "Intention-to-treat Population Flag", **flag),
                made_variable("RANDFL", "Randomized Flag", **flag),
            ]),
            made_dataset("ADRESP", "BASIC DATA STRUCTURE", ["USUBJID", "PARAMCD"], [
                made_variable("USUBJID", "Unique Subject Identifier", mandatory=True),
                made_variable("PARAMCD", "Parameter Code", mandatory=True),
                made_variable("AVALC", "Analysis Value (C)", **flag,
                              method="MT.ADRESP.AVALC"),
                made_variable("ADT", "Analysis Date", type="integer", length=8, format="DATE9."),
            ]),
            made_dataset("ADSV", "OCCURRENCE DATA STRUCTURE", ["USUBJID", "VISITNUM"], [
                made_variable("USUBJID", "Unique Subject Identifier", mandatory=True),
                made_variable("SVSTDTC", "Start Date/Time of Observation"),
                made_variable("VISITNUM", "Visit Number", type="integer", length=8),
            ]),
        ],
        "codelists": {"NY": {
            "name": "No Yes Response", "code": "C66742", "extensible": False, "type": "text",
            "external": None,
            "terms": [
                {"value": "N", "decode": "No", "code": "C49487", "extended": False},
                {"value": "Y", "decode": "Yes", "code": "C49488", "extended": False},
            ],
        }},
        "methods": {"MT.ADRESP.AVALC": {
            "name": "Algorithm of AVALC", "type": "Computation", "text": "Y where it healed.",
            "program": None,
        }},
        "comments": {},
    }  # fmt: skip


def made_variable(name, label, **more):
    """A variable with its type and length as a file gives them."""
    known = {"type": "text", "length": 8, "origin": origin("Derived", "Sponsor")}
    return variable(name, label, **(known | more))


def made_dataset(name, class_, keys, variables):
    """A data set of a specification."""
    return {
        "name": name, "label": f"{name} Data", "class": class_, "structure": "One record per made",
        "keys": keys, "purpose": "Analysis", "reference": False, "repeating": name != "ADSL",
        "records": 3, "note": None, "variables": variables,
    }  # fmt: skip
