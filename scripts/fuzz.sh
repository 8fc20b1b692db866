#!/usr/bin/env bash
# Runs the fuzzer over entries of Fuzz/Entries, one after the other. What it learns stays in .build-fuzz/corpus for the next time; what it
# finds is written there too, and its name is printed: mend it, and add the input to Fuzz/Corpus.
#   scripts/fuzz.sh BINARY SECONDS ENTRY...
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$1 seconds=$2
shift 2
failed=()
for entry in "$@"; do
  learned=.build-fuzz/corpus/$entry found=.build-fuzz/found/$entry log=.build-fuzz/$entry.log
  mkdir -p "$learned" "$found"
  # A crash is told by libFuzzer; Swift's own backtrace would take longer than all else.
  if FUZZ_ENTRY=$entry SWIFT_BACKTRACE=enable=no "$binary" -max_total_time="$seconds" -max_len=8192 -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="$found/" "$learned" "Fuzz/Corpus/$entry" >"$log" 2>&1; then
    echo "$entry: nothing found, $(grep -o 'Done [0-9]* runs' "$log" || true)"
  else
    failed+=("$entry")
    echo "$entry: FOUND; $log"
    grep -E "^$entry: |ERROR: libFuzzer|Test unit written|Fatal error" "$log" || true
  fi
done
[ ${#failed[@]} -eq 0 ] || { echo "found in: ${failed[*]}" >&2; exit 1; }
