"""What an independent validator says of a PDF."""

from page import ValidationProfile, validate_pdf_bytes

PROFILES = (ValidationProfile.PDF_A_2A, ValidationProfile.PDF_UA_1)


def broken_rules(data: bytes) -> list[str]:
    """The rules of PDF/A-2a and PDF/UA-1 that a PDF breaks."""
    found = []
    for profile in PROFILES:
        report = validate_pdf_bytes(data, profile=profile).to_dict()
        assert report["rules"]["total"] > 100
        found += [f"{item['rule_id']}: {item['message']}" for item in report["failures"]]
    return found
