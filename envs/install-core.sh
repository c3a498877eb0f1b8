#!/bin/sh
# Makes .venv-core, in which CDISC CORE checks the SDTM data sets, from its own lock, and copies the
# rules into .core-cache:
#
#   sh envs/install-core.sh [CACHE]
#
# CACHE is a folder with rules, standard, model, variables, variable_codelists and ct as .json or
# .json.gz (envs/README.md says how it is made); it may be left out where .core-cache is there, or
# where TRIALTRACE_CORE_CACHE names it at each run. The engine needs Python 3.12; an interpreter is
# looked for and never downloaded: TRIALTRACE_CORE_PYTHON, python3.12 on the PATH, those of pyenv.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

# A shim of pyenv stands on the PATH also where its version is not to be had: it must really run.
runs() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 12))' >/dev/null 2>&1; }

if [ $# -gt 0 ]; then
    for part in rules standard model variables variable_codelists ct; do
        if [ ! -f "$1/$part.json" ] && [ ! -f "$1/$part.json.gz" ]; then
            say "$1 is no folder of rules: it holds no $part.json"
            exit 1
        fi
    done
fi

python=""
for candidate in "${TRIALTRACE_CORE_PYTHON:-}" python3.12 \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.12*/bin/python; do
    if [ -n "$candidate" ] && runs "$candidate"; then
        python=$("$candidate" -c 'import sys; print(sys.executable)')
        break
    fi
done
if [ -z "$python" ]; then
    say "CDISC CORE needs Python 3.12 and there is none here; install it, or name one:"
    say "TRIALTRACE_CORE_PYTHON=/path/to/python3.12 sh envs/install-core.sh"
    exit 1
fi

rm -rf .venv-core
if command -v uv >/dev/null 2>&1; then
    uv venv --quiet --no-python-downloads --python "$python" .venv-core
    uv pip install --quiet --python .venv-core/bin/python --require-hashes --compile-bytecode \
        --requirement envs/core-lock.txt
else
    "$python" -m venv .venv-core
    .venv-core/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
        --requirement envs/core-lock.txt
fi

if [ $# -gt 0 ]; then
    rm -rf .core-cache
    mkdir .core-cache
    for part in rules standard model variables variable_codelists ct; do
        for file in "$1/$part.json" "$1/$part.json.gz"; do
            [ ! -f "$file" ] || cp "$file" .core-cache/
        done
    done
    chmod -R u+w .core-cache
fi
if [ ! -d .core-cache ] && [ -z "${TRIALTRACE_CORE_CACHE:-}" ]; then
    say "the engine is there, its rules are not: sh envs/install-core.sh CACHE"
fi
say "CDISC CORE ready: snakemake --cores 2 conformance"
