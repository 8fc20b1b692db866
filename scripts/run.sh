#!/usr/bin/env bash
# Starts the gateway on the example configuration, sends a sample event through it, and stays up.
set -euo pipefail
cd "$(dirname "$0")/.."
# make says where it built; a test names a configuration of its own.
bellhop=${BELLHOP_BINARY:-.build/debug/bellhop}
config=${BELLHOP_CONFIG:-config.example.yaml}

"$bellhop" serve --config "$config" &
gateway=$!
# However this script ends, the gateway ends with it, in order.
trap 'kill -TERM $gateway 2>/dev/null && wait $gateway' EXIT
trap 'exit 0' INT TERM
"$bellhop" wait --config "$config" --for 30s

echo
echo "A user registers: one event in, two roles hear of it (office through the transport log, growth through the channel people)."
"$bellhop" send --config "$config" --type user.registered --subject ada@example.com --data plan=pro
"$bellhop" wait --config "$config" --idle --for 10s
cat <<TEXT

Bellhop is up: its pages are at http://127.0.0.1:8484. In another terminal, try:

  curl -s http://127.0.0.1:8484/v1/events -H 'content-type: application/json' \\
    -d '{"type":"server.error","severity":"critical","subject":"checkout","text":"card service does not answer"}'
  $bellhop explain --config $config --type server.error --severity critical
  $bellhop search --config $config ada

Then edit $config and say: $bellhop reload --config $config
Ctrl-C stops it; nothing that was accepted is lost.
TEXT
wait $gateway
