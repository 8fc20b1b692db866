"""What the journeys in a browser share: Debian's Chromium driven by Playwright, and an eye on its console.

https://playwright.dev/python/docs/api/class-playwright
"""
import glob
import json
import os
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

GATEWAY = os.environ.get("GATEWAY", "")
# As long as a machine takes on which much else runs.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


def send(**event):
    """An app tells an event."""
    ask("POST", "/v1/events", event)


def ask(method, path, body=None, token=None):
    head = {"Content-Type": "application/json"}
    if token:
        head["Authorization"] = "Bearer " + token
    request = urllib.request.Request(
        GATEWAY + path, method=method, headers=head, data=None if body is None else json.dumps(body).encode())
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=20) as answer:
            text = answer.read()
            return json.loads(text) if "json" in answer.headers.get("Content-Type", "") else text.decode()
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from None


class Console:
    """What pages complain of."""

    def __init__(self):
        self.lines = []

    def watch(self, page):
        page.on("console", lambda m: self.lines.append(f"{m.type}: {m.text}") if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: self.lines.append(f"thrown: {e}"))

    def forgive(self, status):
        """Chromium complains of a page with such a status, though the page is what was wanted."""
        self.lines = [line for line in self.lines if f"responded with a status of {status} " not in line]

    def is_quiet(self):
        assert not self.lines, "the console says:\n" + "\n".join(self.lines)


@contextmanager
def chromium(**settings):
    """A browser, a context of it, and its console; the console must be quiet in the end."""
    tools = os.environ["TOOLS"]
    unpacked = tools + "/usr/lib/chromium/chromium-headless-shell"
    folders = [f for lib in glob.glob(tools + "/usr/lib/*-linux-gnu") for f in (lib, lib + "/pulseaudio")]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=unpacked if os.access(unpacked, os.X_OK) else "/usr/bin/chromium-headless-shell",
            args=["--no-sandbox", "--disable-gpu", "--no-proxy-server", "--disable-dev-shm-usage"],
            env={**os.environ, "LD_LIBRARY_PATH": ":".join(folders)})
        context = browser.new_context(base_url=GATEWAY, **settings)
        context.set_default_timeout(PATIENCE)
        console = Console()
        context.on("page", console.watch)
        try:
            yield context, console
        finally:
            browser.close()


def login(context, token):
    """A page of somebody who has come in."""
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_title("Now · Bellhop")
    return page


def is_accessible(page, where):
    """axe finds nothing serious. https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md"""
    found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    words = "\n".join(f"{v['id']}: {v['help']}: {[n['html'][:200] for n in v['nodes'][:3]]}" for v in found)
    assert not found, f"{where}: {words}"


def fits(page, where):
    """Nothing makes the whole page scroll to the side."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{where} is {wide} px wider than its window"


def run(scenarios):
    """Runs the one that is named on the command line."""
    scenarios[sys.argv[1]]()
    print("done")
