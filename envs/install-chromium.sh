#!/bin/sh
# Chromium, from Debian: tests open the evidence explorer in it. Does nothing where it is there; says
# what to install where it may not do so itself.
set -eu
for name in chromium chromium-browser google-chrome; do
  ! command -v "$name" >/dev/null 2>&1 || exit 0
done
if [ "$(id -u)" != 0 ]; then
  echo "a browser for the tests is missing; install it as root: apt-get install chromium" >&2
  exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
