#!/bin/sh
# R with the packages that the second opinion by R is made with, from Debian. Does nothing where
# they are there; says what to install where it may not do so itself.
set -eu
packages="r-base-core r-cran-survival r-cran-mice r-cran-haven r-cran-jsonlite r-cran-metafor
  r-cran-sandwich r-cran-brglm2"

missing=""
for package in $packages; do
  dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
  echo "these packages are missing; install them as root: apt-get install$missing" >&2
  exit 1
fi
apt-get update -qq
# shellcheck disable=SC2086  # a list of names
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
