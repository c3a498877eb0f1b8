#!/bin/sh
# Makes .venv from the lock: every version with its hash, byte-compiled (imports are paid per job).
# uv is used where it is there and pip where it is not; Debian packages are added when they are
# missing and root is at hand, else a message names them.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}

say() { printf '%s\n' "$*" >&2; }

if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    say "TrialTrace needs Python 3.11 or newer; $PYTHON is $("$PYTHON" --version 2>&1)."
    say "Name another one: make PYTHON=/path/to/python3.11 ..."
    exit 1
fi

missing=""
# WeasyPrint loads these at run time; no wheel brings them.
libraries=$( (ldconfig -p || /sbin/ldconfig -p) 2>/dev/null || true)
for pair in libpango-1.0.so.0:libpango-1.0-0 libpangoft2-1.0.so.0:libpangoft2-1.0-0 \
    libharfbuzz-subset.so.0:libharfbuzz-subset0; do
    case "$libraries" in
    *"${pair%%:*}"*) ;;
    *) missing="$missing ${pair##*:}" ;;
    esac
done
if ! command -v uv >/dev/null 2>&1 && ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
    missing="$missing python3-venv"
fi
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "installing$missing"
        apt-get update -qq
        # shellcheck disable=SC2086  # a list of package names
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
    else
        say "These Debian packages are needed and missing:$missing"
        say "Ask an administrator: apt-get install --no-install-recommends$missing"
        exit 1
    fi
fi

rm -rf .venv
if command -v uv >/dev/null 2>&1; then
    uv venv --quiet --no-python-downloads --python "$(command -v "$PYTHON")" .venv
    uv pip install --quiet --python .venv/bin/python --require-hashes --compile-bytecode \
        --requirement envs/lock.txt
else
    "$PYTHON" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
        --requirement envs/lock.txt
fi
# The program `trialtrace` runs from this checkout.
cat >.venv/bin/trialtrace <<'PROGRAM'
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
PYTHONPATH="$here/../..${PYTHONPATH:+:$PYTHONPATH}" exec "$here/python" -m scripts.trialtrace "$@"
PROGRAM
chmod +x .venv/bin/trialtrace
touch .venv/.complete
say "environment ready: . .venv/bin/activate"
