"""A small plan all of whose names exist: what the checks of analyses read of it."""

PLAN = {
    "trial": {"arms": [{"code": "A", "ratio": 1}, {"code": "B", "ratio": 1, "reference": True}]},
    "subjects": {
        "variables": {"MEDFL": {}, "STOPFL": {}, "EOTSTT": {}, "DCTREAS": {}},
        "populations": {"ITTFL": {"label": "All"}},
    },
    "sdtm": {"domains": {"SV": {}}},
    "measurements": {"sets": {"adscore": {}}},
    "endpoints": {"endpoints": {"RESP": {"label": "Response"}, "LATE": {"label": "Late"}}},
    "times": {"times": {"TIME": {"label": "Time"}}},
    "imputation": {
        "models": {
            "m": {
                "label": "model",
                "endpoint": "RESP",
                "population": "ITTFL",
                "missing_when": {"variable": "STOPFL", "is": "Y"},
                "method": "normal",
                "predictors": ["ARMCD"],
            }
        }
    },
    "estimands": {
        "objectives": {
            "o_main": {"level": "primary", "text": "Compare."},
            "o_words": {"level": "descriptive", "text": "Describe."},
        },
        "estimands": {"e_resp": {"label": "Response", "objective": "o_main", "endpoint": "RESP"}},
    },
    "analyses": {
        "analyses": {
            "main": {
                "title": "Response",
                "kind": "difference_in_proportions",
                "role": "primary",
                "estimand": "e_resp",
                "population": "ITTFL",
                "endpoint": "RESP",
                "method": {"interval": "wald"},
                "missing": "None.",
            },
            "imputed": {
                "title": "Response, imputed",
                "kind": "difference_imputed",
                "role": "sensitivity",
                "estimand": "e_resp",
                "population": "ITTFL",
                "endpoint": "RESP",
                "imputation": "m",
                "missing": "Imputed.",
            },
            "time": {
                "title": "Time",
                "kind": "quantiles_of_time",
                "role": "secondary",
                "estimand": "e_resp",
                "population": "ITTFL",
                "endpoint": "TIME",
                "method": {"quantiles": 6, "censored": "excluded"},
                "missing": "None.",
            },
            "visits": {
                "title": "Visits",
                "kind": "attendance",
                "role": "descriptive",
                "estimand": "o_words",
                "population": "ITTFL",
                "records": "sv",
            },
        }
    },
}
