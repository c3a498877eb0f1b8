"""The rules of the lint: what must hold of the finished folder, and what looks at it."""

from scripts.package.lint import datasets, documents, names
from scripts.package.lint.folder import Lint

ERROR = "error"
FORMAT, DEFINE, ECTD, OURS = "sdTCG, file format", "Define-XML 2.1", "eCTD", "Package"
RULES = (
    Lint("TL0101", ECTD, ERROR, "Names of lower-case letters, digits, hyphens", names.check_names),
    Lint("TL0102", ECTD, ERROR, "Types of files that are taken", names.check_types),
    Lint("TL0103", ECTD, ERROR, "Names and paths within their lengths", names.check_lengths),
    Lint("TL0104", FORMAT, ERROR, "No file is empty or too large", names.check_sizes),
    Lint("TL0105", FORMAT, ERROR, "Plain texts are ASCII", names.check_text),
    Lint("TL0106", OURS, ERROR, "No file names a folder of a machine", names.check_machine),
    Lint("TL0107", "TRC 1736", ERROR, "Data sets lie beside a define.xml", names.check_places),
    Lint(
        "TL0201", FORMAT, ERROR, "Transport files are what they are called", datasets.check_readable
    ),
    Lint("TL0202", FORMAT, ERROR, "Transport files hold nothing refused", datasets.check_writable),
    Lint(
        "TL0203", FORMAT, ERROR, "Lengths are those of the longest values", datasets.check_trimmed
    ),
    Lint("TL0204", OURS, ERROR, "Files are stamped with the data cut", datasets.check_stamps),
    Lint("TL0301", DEFINE, ERROR, "Variables are in define.xml as sent", datasets.check_defined),
    Lint("TL0302", DEFINE, ERROR, "Data sets of define.xml lie beside it", datasets.check_sent),
    Lint("TL0303", DEFINE, ERROR, "Files that define.xml names are there", documents.check_leaves),
    Lint("TL0304", DEFINE, ERROR, "define.xml is valid and can be shown", documents.check_define),
    Lint(
        "TL0305",
        "Dataset-JSON 1.1",
        ERROR,
        "Dataset-JSON holds the same",
        datasets.check_dataset_json,
    ),
    Lint(
        "TL0401",
        OURS,
        ERROR,
        "Programs that are named are there, and no others",
        documents.check_programs,
    ),
    Lint("TL0402", OURS, ERROR, "Files that the guides name are there", documents.check_claims),
    Lint(
        "TL0403",
        "ARS 1.0",
        ERROR,
        "Files that results metadata name are there",
        documents.check_metadata,
    ),
    Lint("TL0404", OURS, ERROR, "Addresses in pages lead to something", documents.check_pages),
    Lint(
        "TL0501", "FDA PDF specification", ERROR, "PDFs hold nothing refused", documents.check_pdf
    ),
    Lint("TL0502", "FDA PDF specification", ERROR, "PDFs are PDF/A-2a", documents.check_archival),
)
