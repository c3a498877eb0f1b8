#!/bin/sh
# strace, with which a test asks the kernel what every step really opened, from Debian. Does nothing
# where it is there; says what to install where it may not do so itself.
set -eu
if command -v strace >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" != 0 ]; then
    echo "strace is missing; install it as root: apt-get install strace" >&2
    exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends strace >/dev/null
