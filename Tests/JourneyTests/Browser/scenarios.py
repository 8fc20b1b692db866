"""Journeys through the pages for people, one a name: what somebody does there, by what they see and not by what pages are made of."""
import os
import time
import urllib.request

import driver
from driver import ask, chromium, expect, fits, is_accessible, login, send

TOKEN = "ann's-token-of-some-length"
HOSTILE = "<img src=x onerror=\"document.title='taken over'\"><script>document.title='taken over'</script>"
PAGES = ["/", "/search", "/charts", "/lanes", "/dead", "/silences", "/silences/new", "/watches", "/roles", "/explain", "/audit"]


def own(path):
    """What the API says to an operator."""
    return ask("GET", path, token=TOKEN)


def settled(path, key, holds):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found = own(path)[key]
        if holds(found):
            return found
        time.sleep(0.05)
    raise AssertionError(f"{path} says {found}")


def live():
    with chromium() as (context, console):
        page = login(context, TOKEN)
        page.evaluate("window.stillHere = true")
        send(type="payment.failed", severity="error", subject="li@example.net", text="card declined")
        feed = page.get_by_role("region", name="Events")
        expect(feed.get_by_text("li@example.net").first).to_be_visible()
        sent = page.get_by_role("region", name="Deliveries")
        expect(sent.get_by_text("delivered").first).to_be_visible()
        assert page.evaluate("window.stillHere"), "the page was loaded anew"
        console.is_quiet()


def feed():
    """The feed obeys: a role's filter, the pause, the ding."""
    with chromium() as (context, console):
        # Counts the tones; that they sound is the browser's.
        context.add_init_script("""
            window.tones = 0;
            const make = AudioContext.prototype.createOscillator;
            AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); };
        """)
        page = login(context, TOKEN)
        page.goto("/?role=finance")
        happens = page.get_by_role("region", name="Events")
        send(type="trouble.disk", subject="db1")
        send(type="payment.failed", subject="li@example.net")
        expect(happens.get_by_text("li@example.net")).to_be_visible()
        expect(happens.get_by_text("db1")).to_have_count(0)
        page.goto("/")
        page.get_by_label("Ding").select_option("loud")
        page.reload()
        expect(page.get_by_label("Ding")).to_have_value("loud")
        page.get_by_role("button", name="Pause").click()
        send(type="payment.failed", subject="omar@example.org")
        expect(page.get_by_text("more has happened since")).to_be_visible()
        expect(happens.get_by_text("omar@example.org")).to_have_count(0)
        page.get_by_role("button", name="Go on").click()
        expect(happens.get_by_text("omar@example.org")).to_be_visible()
        assert page.evaluate("window.tones") == 0, "what is not loud rings"
        send(type="server.down", severity="critical", subject="checkout")
        expect(happens.get_by_text("checkout")).to_be_visible()
        assert page.evaluate("window.tones") == 1, "what is loud rings once"
        console.is_quiet()


def search():
    send(type="payment.failed", severity="error", subject="li@example.net", text="card declined", data={"amount": 490})
    send(type="payment.failed", severity="error", subject="omar@example.org", text="card declined", data={"amount": 49})
    settled("/v1/deliveries?state=delivered", "deliveries", lambda found: len(found) == 2)
    with chromium() as (context, console):
        page = login(context, TOKEN)
        page.goto("/search")
        box = page.get_by_role("searchbox")
        box.fill("type:payment.failed data.amount>100")
        box.press("Enter")
        expect(page.get_by_text("li@example.net").first).to_be_visible()
        expect(page.get_by_text("omar@example.org")).to_have_count(0)
        assert "q=type" in page.url, "the address keeps what was asked: " + page.url
        page.get_by_role("link", name="payment.failed").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("li@example.net")
        page.goto("/search?q=typ:payment.failed")
        expect(page.get_by_role("alert")).to_contain_text("type")
        page.goto("/search?q=nothing-like-this")
        expect(page.get_by_role("main")).to_contain_text("since:")
        console.forgive(422)
        console.is_quiet()


def silence():
    send(type="trouble.disk", severity="warning", subject="db1", text="disk is filling up")
    with chromium() as (context, console):
        page = login(context, TOKEN)
        page.get_by_role("link", name="trouble.disk").first.click()
        page.get_by_role("link", name="Silence more like it").click()
        expect(page.get_by_label("Which events")).to_have_value("type:trouble.disk subject:db1")
        page.get_by_label("Why").fill("known: bigger disk comes tomorrow")
        page.get_by_role("button", name="Silence").click()
        expect(page.get_by_text("known: bigger disk comes tomorrow")).to_be_visible()
        send(type="trouble.disk", severity="warning", subject="db1", text="disk is still filling up")
        found = settled("/v1/deliveries?state=silenced", "deliveries", lambda found: len(found) == 1)
        page.goto(f"/events/{found[0]['event']}")
        expect(page.get_by_text("silenced").first).to_be_visible()
        page.goto("/silences")
        page.get_by_role("button", name="End").first.click()
        expect(page.get_by_text("ended").first).to_be_visible()
        console.is_quiet()


def retry():
    """With the keyboard alone."""
    send(type="lead.new", subject="jane@example.com", text="a lead")
    settled("/v1/deliveries?state=dead", "deliveries", lambda found: len(found) == 1)
    urllib.request.urlopen(urllib.request.Request(os.environ["SINK"] + "/mend", method="POST"), timeout=20).close()
    with chromium() as (context, console):
        page = login(context, TOKEN)
        page.goto("/dead")
        for _ in range(200):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.tagName == 'BUTTON' && document.activeElement.innerText.trim() == 'Retry'"):
                break
        else:
            raise AssertionError("the tab key does not lead to Retry")
        page.keyboard.press("Enter")
        settled("/v1/deliveries?state=delivered", "deliveries", lambda found: len(found) == 1)
        console.is_quiet()


def acknowledge():
    send(type="server.down", severity="critical", subject="checkout", text="checkout is down")
    with chromium() as (context, console):
        page = login(context, TOKEN)
        page.get_by_role("link", name="server.down").first.click()
        page.get_by_role("button", name="Acknowledge").click()
        expect(page.get_by_text("cknowledged by ann").first).to_be_visible()
        console.is_quiet()


def hostile():
    """100 kB of it, in all places that others write."""
    text = HOSTILE * (60_000 // len(HOSTILE))
    send(type="trouble.hostile", severity="error", subject=HOSTILE, source=HOSTILE, text=text, data={"k": text[:40_000], HOSTILE: HOSTILE})
    with chromium() as (context, console):
        page = login(context, TOKEN)
        expect(page.get_by_text("<img src=x").first).to_be_visible()
        send(type="trouble.hostile", severity="error", subject="again " + HOSTILE, text=text)
        expect(page.get_by_text("again <img src=x").first).to_be_visible()
        page.get_by_role("link", name="trouble.hostile").first.click()
        expect(page.get_by_text("<img src=x").first).to_be_visible()
        for path in ["/search?q=" + "%3Cimg", "/dead", "/explain?type=%3Cscript%3E&subject=%22%3E%3Cscript%3E", "/silences/new?filter=%22%3Cimg%20src=x%3E%22"]:
            page.goto(path)
        assert "taken over" != page.title() and page.locator("img").count() == 0
        console.forgive(422)
        console.is_quiet()


def accessible():
    filled()
    for scheme in ["light", "dark"]:
        with chromium(color_scheme=scheme) as (context, console):
            page = context.new_page()
            page.goto("/login")
            is_accessible(page, f"/login in {scheme}")
            page = login(context, TOKEN)
            for path in PAGES + [f"/events/{own('/v1/events')['events'][0]['sequence']}", "/events/999999"]:
                page.goto(path)
                is_accessible(page, f"{path} in {scheme}")
                assert page.locator("h1").count() == 1, path


def narrow():
    """As on a small telephone."""
    filled()
    with chromium(viewport={"width": 360, "height": 640}) as (context, console):
        page = login(context, TOKEN)
        for path in PAGES + [f"/events/{event['sequence']}" for event in own("/v1/events")["events"]]:
            page.goto(path)
            fits(page, path)
        console.is_quiet()


def tabs():
    """Six tabs hear of it over one connection."""
    with chromium() as (context, console):
        pages = [login(context, TOKEN)] + [context.new_page() for _ in range(5)]
        for page in pages[1:]:
            page.goto("/")
        send(type="payment.failed", severity="error", subject="li@example.net", text="card declined")
        for page in pages:
            expect(page.get_by_text("li@example.net").first).to_be_visible()
        readers = [line for line in own("/metrics").splitlines() if line.startswith("bellhop_stream_readers ")]
        assert readers == ["bellhop_stream_readers 1"], readers
        # Whoever held it goes: another one takes over.
        pages[0].close()
        send(type="payment.failed", severity="error", subject="omar@example.org", text="card declined")
        for page in pages[1:]:
            expect(page.get_by_text("omar@example.org").first).to_be_visible()
        console.is_quiet()


def login_and_out():
    with chromium() as (context, _):
        page = context.new_page()
        page.goto("/silences")
        expect(page).to_have_url(driver.GATEWAY + "/login?next=/silences")
        page.get_by_label("Token").fill("wrong")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_url(driver.GATEWAY + "/silences")
        cookie = context.cookies()[0]
        assert cookie["httpOnly"] and cookie["sameSite"] == "Lax" and TOKEN not in cookie["value"], cookie
        page.get_by_role("button", name="Log out").click()
        page.goto("/silences")
        expect(page).to_have_url(driver.GATEWAY + "/login?next=/silences")


def without_script():
    filled()
    with chromium(java_script_enabled=False) as (context, _):
        page = login(context, TOKEN)
        expect(page.get_by_text("payment.failed").first).to_be_visible()
        page.goto("/search")
        page.get_by_role("searchbox").fill("li@example.net")
        page.get_by_role("searchbox").press("Enter")
        expect(page.get_by_role("link", name="payment.failed").first).to_be_visible()


def filled():
    """Something of each kind to look at."""
    send(type="payment.failed", severity="error", subject="li@example.net", text="card declined", data={"amount": 490, "order": {"id": "A-1042", "lines": [1, 2]}})
    send(type="lead.new", subject="a-rather-long-address-without-any-blank-in-it@a-host-that-is-long-as-well.example.com", text="x" * 400)
    send(type="server.down", severity="critical", subject="checkout", text="checkout is down")
    send(type="user.registered", subject="jane@example.com")
    ask("POST", "/v1/silences", {"filter": "type:trouble.disk", "for": "2h", "why": "known", "who": "ann"}, token=TOKEN)
    settled("/v1/deliveries?state=dead", "deliveries", lambda found: len(found) == 1)


if __name__ == "__main__":
    driver.run({
        "live": live, "feed": feed, "search": search, "silence": silence, "retry": retry, "acknowledge": acknowledge, "hostile": hostile,
        "accessible": accessible, "narrow": narrow, "tabs": tabs, "login": login_and_out, "without_script": without_script})
