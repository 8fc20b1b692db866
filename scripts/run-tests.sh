#!/usr/bin/env bash
# Runs `swift test` with the arguments given. What failed is said again at the end: thousands of lines further up nobody finds it.
set -uo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift test "$@" 2>&1 </dev/null | tee "$log"
status=${PIPESTATUS[0]}
if [ "$status" -ne 0 ]; then
  printf '\nWhat failed:\n'
  # A test that ended its process recorded nothing: what had started last is what to look at.
  # Behind an issue stands what the test says of it.
  if grep -aq 'recorded an issue' "$log"; then
    awk '/recorded an issue/ { told = 1; print; next } told && /^↳/ { print; next } { told = 0 }' "$log" | cut -c1-1200
  else
    printf 'no test told; the last lines are\n' && tail -n 15 "$log"
  fi
fi
exit "$status"
