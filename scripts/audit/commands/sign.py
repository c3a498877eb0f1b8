"""trialtrace sign: stand with an OpenSSH key for the roots of a run."""

import argparse
import re
import sys
from pathlib import Path

HELP = "sign the roots of this run with an OpenSSH key"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument("folder", nargs="?", default=".", help="the trial's folder (here)")
    parser.add_argument("--key", required=True, help="private key, or the public one of an agent")
    parser.add_argument("--as", dest="who", help="who signs (the comment of the key)")
    parser.add_argument("--project", help="the checkout whose code ran, where it lies elsewhere")
    parser.add_argument("--raw", help="where the raw files lie, if outside the trial's folder")
    parser.add_argument("--reason", help="what the signature is for; it stands in the ledger")


def _trouble(words: str, code: int) -> int:
    sys.stderr.write(f"trialtrace sign: {words}\n")
    return code


def _file_name(who: str, root: str) -> str:
    return f"{re.sub(r'[^A-Za-z0-9.@-]+', '_', who).strip('._') or 'signer'}-{root[:16]}.txt"


def run(arguments: argparse.Namespace) -> int:
    """Sign a folder that verifies: 0 signed, 1 refused because of findings, 2 it cannot be done."""
    from scripts.audit.ledger import append_entry
    from scripts.audit.signatures import (
        SignatureError,
        format_statement,
        key_comment,
        ledger_head,
        make_signature,
    )
    from scripts.audit.verification.folder import LEDGER, SIGNATURES, Folder
    from scripts.audit.verification.whole import NothingToVerifyError, verify_folder

    folder = Folder.at(arguments.folder, arguments.project, arguments.raw)
    key = Path(arguments.key)
    if not key.is_file():
        return _trouble(f"no key at {key}; to make one: ssh-keygen -t ed25519 -f {key}", 2)
    try:
        report = verify_folder(folder, signatures=False)
        if report.findings:
            return _trouble(
                f"refused: {len(report.findings)} finding(s) in {folder.trial}; "
                "see them with: trialtrace verify",
                1,
            )
        who = arguments.who or key_comment(key)
        roots = {"manifest": report.facts["root"], "content": report.facts["title_page"]}
        head = ledger_head(folder.trial / LEDGER)
        statement = format_statement({"study": report.facts["study"], **roots, "ledger": head})
        signature = make_signature(statement, key)
    except (SignatureError, NothingToVerifyError) as error:
        return _trouble(str(error), 2)
    target = folder.trial / SIGNATURES / _file_name(who, roots["manifest"])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(statement, encoding="utf-8", newline="\n")
    target.with_name(target.name + ".sig").write_bytes(signature)
    details = {"signature": target.name, "who": who, **roots}
    append_entry(folder.trial, "signed", details, arguments.reason)
    print(f"{who} signed the root {roots['manifest']}\n  {target}\n  {target}.sig")
    return 0
