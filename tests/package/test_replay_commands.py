"""The commands that readme and guide print are those that work, on Windows too."""

import shlex

from scripts.package.replay_commands import collect, folder_of, replay, steps, windows

FOLDER = folder_of("A_b-1")


def test_no_command_has_a_path_to_edit_and_none_writes_into_the_package():
    for step in steps(FOLDER):
        for command in step.commands:
            assert "<" not in command and "/home" not in command and "C:" not in command
    for command in (collect(FOLDER), replay(FOLDER, "python")):
        words = shlex.split(command)
        written = words[words.index("--out" if "--out" in words else "--dest") + 1]
        assert written.startswith("../")


def test_only_the_first_command_needs_a_network():
    commands = [command for step in steps(FOLDER) for command in step.commands]
    assert [i for i, command in enumerate(commands) if "pip download" in command] == [0, 4]
    assert all("--no-index" in command for command in commands if "pip install" in command)
    assert all("--require-hashes" in command for command in commands if "pip" in command)


def test_windows_has_its_own_slashes_and_its_own_place_of_python():
    assert windows(replay(FOLDER, "../venv/bin/python")) == (
        "..\\venv\\Scripts\\python m5\\datasets\\a-b-1\\analysis\\adam\\programs\\replay.txt"
        " --package . --out ..\\replay"
    )
