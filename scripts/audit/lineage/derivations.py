"""How SDTM domains become analysis data sets: what each of their columns reads.

Masks come from the tables as the run made them, and from its decision traces where they say that a
clause was never reached: what was not asked cannot have decided.
"""

from scripts.audit.lineage.derivations_measurements import declare_measurements
from scripts.audit.lineage.derivations_occurrences import declare_occurrences
from scripts.audit.lineage.derivations_responses import declare_responses
from scripts.audit.lineage.derivations_subjects import declare_subjects
from scripts.audit.lineage.derivations_times import declare_times
from scripts.audit.lineage.reads import Lineage
from scripts.audit.lineage.run import Run


def declare_analysis_data(lineage: Lineage, run: Run) -> None:
    """Declare what every analysis data set of the plan is made from."""
    declare_subjects(lineage, run)
    declare_measurements(lineage, run)
    declare_occurrences(lineage, run)
    declare_responses(lineage, run)
    declare_times(lineage, run)
