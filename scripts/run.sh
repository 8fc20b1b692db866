#!/usr/bin/env bash
# Starts the gateway on the example configuration, sends a sample event through it, and stays up.
set -euo pipefail
cd "$(dirname "$0")/.."
# A test names another binary and a configuration of its own.
bellhop=${BELLHOP_BINARY:-$(swift build --show-bin-path)/bellhop}
config=${BELLHOP_CONFIG:-config.example.yaml}

"$bellhop" serve --config "$config" &
gateway=$!
trap 'kill -TERM $gateway 2>/dev/null; wait $gateway; exit 0' INT TERM
"$bellhop" wait --config "$config" --for 30s || { kill -TERM $gateway 2>/dev/null; exit 1; }

echo
echo "A user registers: one event in, two roles hear of it (office through the transport log, growth through the channel people)."
"$bellhop" send --config "$config" --type user.registered --subject ada@example.com --data plan=pro
"$bellhop" wait --config "$config" --idle --for 10s
cat <<'TEXT'

Bellhop is up on http://127.0.0.1:8484. In another terminal, try:

  curl -s http://127.0.0.1:8484/v1/events -H 'content-type: application/json' \
    -d '{"type":"server.error","severity":"critical","subject":"checkout","text":"card service does not answer"}'
  .build/debug/bellhop explain --config config.example.yaml --type server.error --severity critical
  .build/debug/bellhop search --config config.example.yaml ada

Then edit config.example.yaml and say: .build/debug/bellhop reload --config config.example.yaml
Ctrl-C stops it; nothing that was accepted is lost.
TEXT
wait $gateway
