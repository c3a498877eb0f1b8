"""A headless Chromium for tests, driven over a pipe: no package and no port is needed.

Where there is no Chromium the tests that need it are skipped; with TRIALTRACE_BROWSER set to
`required`, as in continuous integration, they fail instead.
"""

import base64
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
REQUIRED = os.environ.get("TRIALTRACE_BROWSER") == "required"
PROGRAM = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
FLAGS += ["--no-first-run", "--disable-background-networking", "--remote-debugging-pipe"]
# No name is looked up: what asks the network fails, and is seen.
FLAGS += ["--host-resolver-rules=MAP * ~NOTFOUND", "--hide-scrollbars"]
# The browser reads its orders from descriptor 3 and answers on 4.
START = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); "
    "os.execv(sys.argv[3], sys.argv[3:])"
)
KEYS = {
    "Enter": (13, "\r"), "Tab": (9, ""), "ArrowDown": (40, ""), "ArrowUp": (38, ""),
    "Escape": (27, ""), "Home": (36, ""), "End": (35, ""), "Backspace": (8, ""), " ": (32, " "),
}  # fmt: skip


def need_browser() -> str:
    """The program, or the end of the test: skipped, or failed where it is required."""
    if PROGRAM is None:
        if REQUIRED:
            pytest.fail("no Chromium here, and TRIALTRACE_BROWSER says that it is required")
        pytest.skip("no Chromium here")
    return PROGRAM


class Browser:
    """One page in one browser; what it asked the network for and what it complained of."""

    def __init__(self, program: str, width: int = 1280, height: int = 900) -> None:
        self.folder = tempfile.mkdtemp()
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()
        # Numbers that 3 and 4 cannot overwrite before they are copied there.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (to_read, to_write)]
        command = [program, *FLAGS, f"--user-data-dir={self.folder}", "about:blank"]
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, *map(str, ends), *command],
            pass_fds=ends, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        for end in (to_read, to_write, *ends):
            os.close(end)
        self._buffer, self._number, self._session = b"", 0, None
        self.requests: list[str] = []
        self.complaints: list[str] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = session["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.resize(width, height)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.process.kill()
        self.process.wait()
        os.close(self._to)
        os.close(self._from)
        shutil.rmtree(self.folder, ignore_errors=True)

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """One order of the DevTools protocol and its answer."""
        self._number += 1
        order = {"id": self._number, "method": method, "params": params}
        if self._session:
            order["sessionId"] = self._session
        os.write(self._to, json.dumps(order).encode() + b"\0")
        while True:
            message = self._read()
            if message.get("id") == self._number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            self._note(message)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            more = os.read(self._from, 1 << 20)
            if not more:
                raise RuntimeError("the browser has ended")
            self._buffer += more
        text, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(text)

    def _note(self, message: dict[str, Any]) -> None:
        method, params = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.complaints.append(str(details.get("exception", details).get("description")))
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(params["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] == "error":
            self.complaints.append(str(params["args"]))

    def resize(self, width: int, height: int) -> None:
        """The size of the window in pixels."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    def ask(self, program: str) -> Any:
        """The value of an expression in the page; a promise is waited for."""
        answer = self.send(
            "Runtime.evaluate", expression=program, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]["exception"].get("description")))
        return answer["result"].get("value")

    def wait(self, program: str, seconds: float = 20) -> Any:
        """The value of an expression as soon as it is something; fails when it stays nothing."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = self.ask(program)
            if value:
                return value
            time.sleep(0.02)
        raise AssertionError(f"never true in the page: {program}\n{self.complaints}")

    def open(self, path: Path, fragment: str = "") -> None:
        """Open a file from disk and wait until its first view stands."""
        self.send("Page.navigate", url=path.resolve().as_uri() + fragment)
        self.wait("window.explorer && document.querySelector('main').dataset.shown")

    def text(self, selector: str = "main") -> str:
        """The words of an element."""
        return self.ask(f"document.querySelector({json.dumps(selector)}).innerText")

    def click(self, selector: str, words: str = "") -> None:
        """Press the mouse on the first element that fits and contains the words."""
        find = (
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            f".find((one) => one.textContent.includes({json.dumps(words)}))"
        )
        self.wait(f"!!{find}")
        place = self.ask(
            f"(() => {{ const one = {find}; one.scrollIntoView({{block: 'center'}}); "
            "const box = one.getBoundingClientRect(); "
            "return [box.x + Math.min(box.width / 2, 12), box.y + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1],
                      button="left", clickCount=1)  # fmt: skip

    def press(self, key: str, times: int = 1) -> None:
        """Press a key."""
        code, text = KEYS[key] if key in KEYS else (ord(key.upper()), key)
        for _ in range(times):
            down = {"type": "keyDown", "key": key, "windowsVirtualKeyCode": code}
            self.send("Input.dispatchKeyEvent", **down, **({"text": text} if text else {}))
            self.send("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def write(self, words: str) -> None:
        """Type words where the focus is."""
        self.send("Input.insertText", text=words)

    def picture(self, path: Path, whole: bool = False) -> None:
        """A picture of what is seen."""
        made = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(made["data"]))
