"""The closed list of check kinds: what each asks, and which parameters it takes.

Plain data without any table code, so that a plan can be checked before any data are read.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of check: what it asks in words, and the parameters that it needs and may have."""

    asks: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


# Parameters that every kind takes beside its own.
COMMON = (
    "kind",
    "title",
    "severity",
    "category",
    "grade",
    "action",
    "domain",
    "domains",
    "source",
    "subject",
    "where",
    "lookups",
    "date",
)

# Parameters that name variables of the checked table.
VARIABLE_PARAMETERS = (
    "variable",
    "other",
    "earlier",
    "later",
    "start",
    "end",
    "date",
    "arm",
    "block",
    "height",
    "weight",
)
VARIABLE_LIST_PARAMETERS = ("variables", "keys", "match", "by")
# Parameters that select records of another table.
SELECTION_PARAMETERS = ("record", "reference", "against")

KINDS = {
    "unique": Kind("No two records have the same keys.", ("keys",)),
    "subject_known": Kind("The subject of a record is a subject of the study.", (), ("reference",)),
    "required": Kind("The variables have a value.", ("variables",)),
    "range": Kind("A number lies between its limits.", ("variable",), ("minimum", "maximum")),
    "one_of": Kind("The variable has one of the listed values.", ("variable", "values")),
    "pattern": Kind(
        "A text has the expected form; a named group equals the variable of that name.",
        ("variable", "pattern"),
    ),
    "must": Kind("A condition holds for the record.", ("must",)),
    "agreement": Kind(
        "Two variables agree, in one record or with the matching record of another table.",
        ("variable",),
        ("other", "against"),
    ),
    "constant_within_subject": Kind("Variables do not vary within a subject.", ("variables",)),
    "record_count": Kind(
        "Each subject has between so many and so many records.",
        (),
        ("minimum", "maximum", "subjects"),
    ),
    "together": Kind("Statements about a subject hold all or none.", ("statements",)),
    "date_order": Kind(
        "One date does not lie before another.", ("earlier", "later"), ("least", "most")
    ),
    "date_in_period": Kind(
        "Dates are possible, and lie in the period of the study.", (), ("variables", "from", "to")
    ),
    "visit_known": Kind("The visit is one of the schedule."),
    "visit_window": Kind("The visit lies in its window of the schedule."),
    "visit_order": Kind("A later visit has a later date."),
    "visit_missing": Kind(
        "Scheduled visits were attended as long as the subject was in the study.",
        ("until",),
        ("subjects",),
    ),
    "gap_between": Kind(
        "Successive records of a subject are so many days apart.", (), ("least", "most", "by")
    ),
    "no_overlap": Kind("Periods of a subject do not overlap.", ("start", "end"), ("by",)),
    "record_required": Kind(
        "A record calls for a matching record in another table.",
        ("record",),
        ("within", "match"),
    ),
    "record_forbidden": Kind(
        "A record rules out a matching record in another table.",
        ("record",),
        ("within", "match"),
    ),
    "dose": Kind(
        "A dose is the planned one, flat or by body size.",
        ("variable", "expected"),
        ("tolerance", "per", "height", "weight"),
    ),
    "allocation_ratio": Kind(
        "Subjects are allocated in the planned ratio, overall and in each full block.",
        ("arm",),
        ("codes", "tolerance", "block", "block_size"),
    ),
}
