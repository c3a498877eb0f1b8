#!/bin/sh
# Snakemake's own lint, which knows nothing of `default_target` stages but all of rules.
set -eu
snakemake --lint
