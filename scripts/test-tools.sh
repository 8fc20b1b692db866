#!/usr/bin/env bash
# Fetches the real servers and checkers that tests talk to (promtool, nginx) from Debian, unpacked into .build-tools/:
# nothing is installed and no service starts. What is on the PATH already is used as it is.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$PWD/.build-tools
mkdir -p "$tools/packages"

fetch() { # COMMAND PACKAGE...
  local command=$1; shift
  command -v "$command" >/dev/null && return
  [ -x "$tools/usr/bin/$command" ] || [ -x "$tools/usr/sbin/$command" ] && return
  echo "Fetching from Debian for the tests: $*"
  (cd "$tools/packages" && (apt-get download -q "$@" >/dev/null 2>&1 || { refresh && apt-get download -q "$@"; }))
  for package in "$@"; do dpkg-deb -x "$tools/packages/$package"_*.deb "$tools"; done
}
refresh() { if [ "$(id -u)" -eq 0 ]; then apt-get update -q >/dev/null; else sudo apt-get update -q >/dev/null; fi; }

fetch promtool prometheus
fetch nginx nginx
