"""Makes the pictures of docs/images: an office's afternoon in a gateway of its own, looked at in a browser.

Started by `make screenshots`; BELLHOP names the program, PICTURES the folder.
"""
import http.server
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

import driver

YAML = """
server: {{ listen: "127.0.0.1:{port}", public_url: "http://127.0.0.1:{port}" }}
store: {{ path: ./data }}
readers: {{ ann: {{ secret: "a-secret-for-pictures", role: operator }} }}
transports:
  chat: {{ use: slack, urls: {{ "#critical-server-errors": "{sink}/critical", "#non-critical-server-errors": "{sink}/servers", "#financials": "{sink}/money", "#user-behavior": "{sink}/people" }}, rate: 1000/s }}
  crm: {{ use: webhook, url: "{sink}/gone", retry: {{ for: 1ms }} }}
  bell: {{ use: webhook, url: "{sink}/bell" }}
channels:
  critical: {{ chat: {{ channel: "#critical-server-errors" }} }}
  servers: {{ chat: {{ channel: "#non-critical-server-errors" }} }}
  money: {{ chat: {{ channel: "#financials" }} }}
  people: {{ chat: {{ channel: "#user-behavior" }} }}
roles:
  devops:
    - name: critical server errors
      match: {{ type: "server.*", severity: error+ }}
      to: critical
      alert: loud
      dedupe: {{ by: [type, data.endpoint], within: 10m }}
    - {{ name: other server trouble, match: {{ type: "server.*" }}, to: servers, alert: quiet }}
    - {{ name: jobs, match: {{ type: "job.*" }}, to: servers, alert: quiet }}
  finance:
    - {{ name: payments, match: {{ type: "payment.*" }}, to: money }}
  growth:
    - {{ name: people, match: {{ type: ["user.*", "domain.*"] }}, to: people, text: "**{{{{subject}}}}** {{{{type}}}}" }}
  office:
    - {{ name: the bell, match: {{ type: user.registered }}, to: bell }}
  sales:
    - {{ name: crm, match: {{ type: user.registered }}, to: crm }}
watches:
  - {{ name: onboarding stalled, after: {{ type: user.registered }}, expect: {{ type: user.onboarded }}, by: subject, within: 24h, emit: {{ type: user.onboarding_stalled, severity: warning, text: "{{{{subject}}}} registered but never finished" }} }}
  - {{ name: nightly backup, expect: {{ type: job.succeeded, subject: backup }}, every: 24h, grace: 1h, emit: {{ type: backup.missing, severity: error }} }}
"""

TOKEN = "a-secret-for-pictures"
PEOPLE = ["jane@example.com", "omar@example.org", "li@example.net", "ada@example.com", "paul@example.com", "ines@example.org"]


class Sink(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        gone = self.path == "/gone"
        self.send_response(410 if gone else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


def afternoon():
    """What happens in such an office."""
    for number, person in enumerate(PEOPLE):
        driver.send(type="user.registered", subject=person, text=f"{person} registered for the {'pro' if number % 2 else 'free'} plan",
                    data={"plan": "pro" if number % 2 else "free", "country": ["DE", "FR", "US"][number % 3]})
    for step in ["added", "removed", "added"]:
        driver.send(type=f"domain.{step}", subject="jane@example.com", text=f"shop.example.com was {step}", data={"domain": "shop.example.com"})
    driver.send(type="user.registration_failed", severity="warning", subject="max@example.com", text="the address is taken",
                data={"reason": "taken", "field": "email"})
    driver.send(type="payment.succeeded", subject="omar@example.org", text="49.00 EUR, invoice 2026-1187", data={"amount": 49, "currency": "EUR"})
    driver.send(type="payment.failed", severity="error", subject="li@example.net", text="card declined: 490.00 EUR",
                data={"amount": 490, "currency": "EUR", "reason": "card_declined", "order_id": "A-1042"})
    for _ in range(4):
        driver.send(type="server.error", severity="critical", subject="checkout", text="POST /checkout answered 500: card service does not answer",
                    data={"endpoint": "/checkout", "status": 500, "request": "req-7f3a", "took_ms": 10004})
    driver.send(type="server.slow", severity="warning", subject="search", text="GET /search took 2.4 s", data={"endpoint": "/search", "took_ms": 2400})
    driver.send(type="job.succeeded", subject="backup", text="backup took 3 min 12 s", data={"took": "3m12s"})
    driver.send(type="job.failed", severity="error", subject="newsletter", text="newsletter: exit 1 after 12 s", data={"status": 1})


def wait_until_up(port):
    for _ in range(200):
        try:
            return driver.ask("GET", "/readyz")
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the gateway does not come up")


def pictures(folder, pages):
    for scheme in ("light", "dark"):
        with driver.chromium(color_scheme=scheme, viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC") as (context, _):
            page = driver.login(context, TOKEN)
            for name, path in pages.items():
                if scheme == "dark" and name != "home":
                    continue
                page.goto(path)
                page.wait_for_load_state("load")
                page.screenshot(path=str(folder / f"{name}{'-dark' if scheme == 'dark' else ''}.png"))


def main():
    folder = pathlib.Path(os.environ["PICTURES"])
    folder.mkdir(parents=True, exist_ok=True)
    sink = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    driver.GATEWAY = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as place:
        config = pathlib.Path(place) / "config.yaml"
        config.write_text(YAML.format(port=port, sink=f"http://127.0.0.1:{sink.server_port}"))
        with open(f"{place}/log", "w") as log:
            gateway = subprocess.Popen([os.environ["BELLHOP"], "serve", "--config", str(config)], stdout=log, stderr=log)
        try:
            wait_until_up(port)
            driver.ask("POST", "/v1/silences", {"filter": "type:server.slow", "for": "2h", "why": "the index is being rebuilt", "who": "ann"}, token=TOKEN)
            afternoon()
            subprocess.run([os.environ["BELLHOP"], "wait", "--config", str(config), "--idle", "--for", "30s"], check=True)
            failed = driver.ask("GET", "/v1/events?type=payment.failed", token=TOKEN)["events"][0]["sequence"]
            pictures(folder, {
                "home": "/", "event": f"/events/{failed}", "search": "/search?q=jane%40example.com", "charts": "/charts", "dead": "/dead"})
        finally:
            gateway.terminate()
            gateway.wait()
            sys.stdout.write(pathlib.Path(f"{place}/log").read_text() if os.environ.get("SAY") else "")


if __name__ == "__main__":
    main()
