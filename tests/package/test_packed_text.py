"""Programs packed as ASCII text come back byte for byte, and pkglite can read them."""

import subprocess
from pathlib import Path

import pkglite
import pytest

from scripts.audit.listed import code_files
from scripts.package.packed_text import escaped, pack, unescaped
from scripts.package.replay.front import unescaped as unescaped_in_front
from scripts.package.replay.front import unpacked

PROJECT = Path(__file__).resolve().parents[2]
ODD = {
    "plain.py": b"a = 1\n\n\nb = 2\n",
    "empty.py": b"",
    "only/break.txt": b"\n",
    "signs.py": "s = 'σ² – 皮肤 \U0001f600'\n".encode(),
    "escapes.py": b"a = '\\u00b2 \\\\u00b2 \\U0001F600 \\x41 \\n'\n",
    "blanks.txt": b"trailing  \n\ttab\t\n   \n",
    "packed.txt": b"Package: x\nFile: y\nFormat: text\nContent:\n  z\n",
    "returns.txt": b"one\r\ntwo\r\n",
    "separators.txt": "one\u2028two\x0cthree\x85\n".encode(),
    "mark.txt": b"\xef\xbb\xbfwith a byte order mark\n",
    "open.txt": b"no line break at the end",
    "picture.bin": bytes(range(256)) * 3,
}


@pytest.mark.parametrize("name", ODD)
def test_every_kind_of_file_comes_back_byte_for_byte(name):
    packed = pack("p", {name: ODD[name], "after.txt": b"after\n"})
    assert unpacked(packed) == {name: ODD[name], "after.txt": b"after\n"}
    assert packed.isascii()


def test_all_code_of_the_project_comes_back_byte_for_byte():
    files = {path: Path(path).read_bytes() for path in code_files(PROJECT)}
    assert not all(content.isascii() for content in files.values())
    packed = pack("programs", files)
    assert packed.isascii()
    assert unpacked(packed) == files


def test_what_is_ascii_is_as_pkglite_packs_it_and_pkglite_unpacks_it(tmp_path):
    files = {"one.py": b"a = 1\n\nif a:\n    b = 2\n", "deep/two.txt": b"x\n"}
    for name, content in files.items():
        (tmp_path / "p" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "p" / name).write_bytes(content)
    pkglite.pack(tmp_path / "p", tmp_path / "theirs.txt", quiet=True)
    assert unpacked((tmp_path / "theirs.txt").read_text()) == files
    (tmp_path / "ours.txt").write_text(pack("q", files))
    pkglite.unpack(tmp_path / "ours.txt", tmp_path, quiet=True)
    assert {name: (tmp_path / "q" / name).read_bytes() for name in files} == files


def test_a_program_with_escapes_means_the_same_where_only_pkglite_unpacked_it(tmp_path):
    (tmp_path / "ours.txt").write_text(pack("p", {"a.py": "print(len('σ²'))  # – ³\n".encode()}))
    pkglite.unpack(tmp_path / "ours.txt", tmp_path, quiet=True)
    program = ["python", str(tmp_path / "p" / "a.py")]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    assert done.stdout == "2\n"


def test_a_backslash_before_a_u_is_told_from_an_escape():
    assert escaped("² \\u00b2") == "\\u00b2 \\u005cu00b2"
    assert unescaped(escaped("² \\u00b2")) == "² \\u00b2"


@pytest.mark.parametrize("text", ["\\", "\\\\u", "\\\\\\U0001F600", "u\\uu", "\\u005c"])
def test_escapes_of_escapes_come_back(text):
    assert unescaped(escaped(text)) == text == unescaped_in_front(escaped(text))
