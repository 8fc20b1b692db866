#!/usr/bin/env bash
# Fetches the real servers, clients and checkers that tests talk to, from Debian (promtool, nginx, strace, mosquitto, Alertmanager, Chromium
# without windows) and PyPI (aiosmtpd, clients of chats and pagers, libraries that sign, Playwright and axe), and with `servers` the slow ones
# too (Postfix, apprise, Synapse, schemathesis), into .build-tools/: no service starts. What is on the PATH already is used as it is. Installed
# are only python3 and pip, node, openssl and systemd, where they are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$PWD/.build-tools
mkdir -p "$tools/packages"

fetch() { # COMMAND PACKAGE...
  local command=$1; shift
  command -v "$command" >/dev/null && return
  [ -x "$tools/usr/bin/$command" ] || [ -x "$tools/usr/sbin/$command" ] && return
  unpack "$@"
}
unpack() { # PACKAGE...
  echo "Fetching from Debian for the tests: $*"
  (cd "$tools/packages" && (apt-get download -q "$@" >/dev/null 2>&1 || { refresh && apt-get download -q "$@"; }))
  for package in "$@"; do dpkg-deb -x "$tools/packages/$package"_*.deb "$tools"; done
}
refresh() { if [ "$(id -u)" -eq 0 ]; then apt-get update -q >/dev/null; else sudo apt-get update -q >/dev/null; fi; }

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
install() { # COMMAND PACKAGE
  eval "$1" >/dev/null 2>&1 && return
  echo "Installing from Debian for the tests: $2"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$2" >/dev/null 2>&1 ||
    { refresh && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$2" >/dev/null; }
}
python() { # MODULE PACKAGE [FOLDER]; versions stand in test-tools.txt, and nothing is compiled
  local folder=$tools/${3:-python}
  [ -d "$folder/$1" ] && return
  install "python3 --version" python3
  install "python3 -m pip --version" python3-pip
  echo "Fetching from PyPI for the tests: $2"
  python3 -m pip install -qq --no-input --disable-pip-version-check --root-user-action ignore --only-binary :all: \
    --constraint scripts/test-tools.txt --target "$folder" "$2"
}

python aiosmtpd aiosmtpd
# What posts to Slack, Discord and Gotify today, and needs nothing but another address.
python slack_sdk slack_sdk senders
python discord_webhook discord-webhook senders
python gotify gotify senders
python pagerduty pagerduty pagerduty
python opsgenie_sdk opsgenie-sdk opsgenie
python stripe stripe
python standardwebhooks standardwebhooks
install "openssl version" openssl
# The code that the page for apps shows is run.
install "node --version" nodejs
# systemd-analyze looks over the service's unit; nothing of systemd is started.
install "systemd-analyze --version" systemd
fetch promtool prometheus
fetch prometheus-alertmanager prometheus-alertmanager
fetch nginx nginx
fetch strace strace libunwind8
fetch mosquitto mosquitto libmosquitto1 libcjson1 libdlt2 libwrap0
fetch mosquitto_sub mosquitto-clients libmosquitto1 libcjson1

# A real browser, 100 MB with whatever of its libraries this machine lacks; and who types, clicks and looks for people that see little.
python playwright playwright browser
python axe_playwright_python axe-playwright-python browser
if ! command -v chromium-headless-shell >/dev/null && [ ! -x "$tools/usr/lib/chromium/chromium-headless-shell" ]; then
  missing() { apt-get install -s --no-install-recommends chromium-headless-shell 2>/dev/null | sed -n 's/^Inst \([^ ]*\).*/\1/p'; }
  packages=$(missing)
  [ -n "$packages" ] || { refresh; packages=$(missing); }
  # shellcheck disable=SC2086
  unpack $packages
fi

# Whole servers and clients of other people's, for `make test-servers`.
[ "${1:-}" = servers ] || exit 0
python apprise apprise apprise
python schemathesis schemathesis schemathesis
python synapse matrix-synapse synapse
# The whole server, and what has it run by anybody from any folder: a list of users of its own, and the belief that it is root.
[ -x "$tools/usr/lib/postfix/sbin/master" ] || unpack postfix libdb5.3 libicu72 libnsl2 libsasl2-2 libnss-wrapper libuid-wrapper
