"""One valid post of every dialect, signed as its sender signs it: what `Benchmarks/run dialects` sends in turn."""
import asyncio, base64, hashlib, hmac, json, re, sys, time


def secret(name):
    """Of each sender's own; letters and digits, so that it may stand in an address, and base64 behind its first sign, for those who decode it."""
    return "whsec_" + base64.b64encode(hashlib.md5(name.encode()).hexdigest().encode() + b"x").decode()


def mac(key, *parts, encode=lambda code: code.hex()):
    return encode(hmac.new(key if isinstance(key, bytes) else key.encode(), b"".join(p if isinstance(p, bytes) else p.encode() for p in parts), hashlib.sha256).digest())


def in_base64(code):
    return base64.b64encode(code).decode()


def alert(n):
    return {"version": "4", "status": "firing", "groupKey": "{}:{}", "commonLabels": {"alertname": "Down"}, "alerts": [
        {"status": "firing", "labels": {"alertname": "Down", "severity": "critical", "instance": f"web-{n}:9100"},
         "annotations": {"summary": "It is down", "description": "for five minutes"}, "startsAt": "2026-11-24T11:50:00Z", "fingerprint": f"{n:016x}"}]}


def forge(n):
    return {"action": "opened", "issue": {"number": n, "title": "It breaks", "html_url": f"https://forge.example.com/a/b/issues/{n}"},
            "repository": {"full_name": "a/b", "html_url": "https://forge.example.com/a/b"}, "sender": {"login": "ada"}}


def post(name, n):
    """The path behind the gateway's address, the headers and the body of the n-th post."""
    key, now, path, headers = secret(name), str(int(time.time())), f"/hooks/{name}", {}
    bodies = {
        "api": {"type": "bench.event", "id": str(n), "subject": "user@example.com", "data": {"plan": "pro", "amount": 42}},
        "browser": {"type": "ui.click", "text": "Buy", "id": str(n), "data": {"page": "/cart"}},
        "slack": {"text": f"*Hello* <https://x.example.com|number {n}> :tada:", "attachments": [{"color": "danger", "text": "a _failed_ payment"}]},
        "discord": {"content": f"**Hello** {n}", "embeds": [{"title": "T", "description": "d", "color": 15158332, "fields": [{"name": "a", "value": "b"}]}]},
        "gotify": {"title": "Backup", "message": f"done, number {n}", "priority": 5},
        "alertmanager": alert(n), "grafana": alert(n) | {"version": "1", "orgId": 1, "state": "alerting", "title": "[FIRING:1] Down"},
        "pagerduty": {"routing_key": key, "event_action": "trigger", "dedup_key": f"web-{n}/disk",
                      "payload": {"summary": "The disk is full", "source": "web", "severity": "critical"}},
        "opsgenie": {"message": "The disk is full", "alias": f"web-{n}/disk", "priority": "P1", "tags": ["disk"]},
        "kuma": {"heartbeat": {"monitorID": n, "status": 0, "time": "2026-11-24 11:59:00.000", "msg": "timeout"}, "monitor": {"id": n, "name": "Shop"}, "msg": "down"},
        "datadog": {"id": str(n), "cycle": str(n), "transition": "Triggered", "priority": "P2", "title": "CPU of web-1 is high"},
        "stripe": {"id": f"evt_{n}", "object": "event", "type": "invoice.payment_failed", "created": int(now),
                   "data": {"object": {"id": "in_1", "object": "invoice", "amount_due": 1999, "currency": "eur", "customer_email": "ada@example.com"}}},
        "github": forge(n), "gitea": forge(n),
        "gitlab": {"object_kind": "pipeline", "object_attributes": {"id": n, "status": "failed", "ref": "main"}, "project": {"path_with_namespace": "a/b"}},
        "standardwebhooks": {"type": "user.created", "timestamp": "2026-11-24T11:59:00Z", "data": {"id": str(n)}},
        "shopify": {"id": n, "name": f"#{n}", "total_price": "10.50", "currency": "USD", "email": "ada@example.com"},
        "paddle": {"event_id": f"evt_{n}", "event_type": "transaction.completed", "occurred_at": "2026-11-24T11:59:00.000000Z",
                   "data": {"id": "txn_1", "details": {"totals": {"grand_total": "12300", "currency_code": "JPY"}}}},
        "sentry": {"action": "created", "data": {"issue": {"id": str(n), "title": "ValueError", "level": "error", "project": {"slug": "p"}}}},
        "sentry-plugin": {"id": str(n), "project": "p", "level": "error", "message": "Oops", "event": {"event_id": f"{n:032x}"}},
        "hmac": {"type": "deploy.done", "id": n}, "json": {"number": n, "state": "done"},
    }
    body = b"The backup is done" if name == "ntfy" else json.dumps(bodies[name]).encode()
    match name:
        case "api": path, headers = "/v1/events", {"Authorization": f"Bearer {key}"}
        case "browser": path, headers = f"/browser/{key}", {"Origin": "https://shop.example.com"}
        case "slack" | "discord" | "kuma" | "sentry-plugin" | "json": path += f"/{key}"
        case "gotify": headers = {"X-Gotify-Key": key}
        case "ntfy": path, headers = path + "/topic", {"Authorization": f"Bearer {key}", "Title": "Backup", "Priority": "4", "Tags": "warning"}
        case "alertmanager" | "datadog": headers = {"Authorization": f"Bearer {key}"}
        case "grafana": headers = {"X-Grafana-Alerting-Signature": mac(key, body)}
        case "opsgenie": headers = {"Authorization": f"GenieKey {key}"}
        case "stripe": headers = {"Stripe-Signature": f"t={now},v1={mac(key, now, '.', body)}"}
        case "github": headers = {"X-GitHub-Event": "issues", "X-GitHub-Delivery": str(n), "X-Hub-Signature-256": "sha256=" + mac(key, body)}
        case "gitea": headers = {"X-Gitea-Event": "issues", "X-Gitea-Delivery": str(n), "X-Gitea-Signature": mac(key, body)}
        case "gitlab" | "standardwebhooks":
            code = mac(base64.b64decode(key.removeprefix("whsec_")), f"msg_{n}.{now}.", body, encode=in_base64)
            headers = {"webhook-id": f"msg_{n}", "webhook-timestamp": now, "webhook-signature": "v1," + code, "X-Gitlab-Event": "Pipeline Hook"}
        case "shopify": headers = {"X-Shopify-Topic": "orders/create", "X-Shopify-Webhook-Id": str(n), "X-Shopify-Hmac-Sha256": mac(key, body, encode=in_base64)}
        case "paddle": headers = {"Paddle-Signature": f"ts={now};h1={mac(key, now, ':', body)}"}
        case "sentry": headers = {"Sentry-Hook-Resource": "issue", "Request-ID": str(n), "Sentry-Hook-Signature": mac(key, body)}
        case "hmac": headers = {"X-Signature": mac(key, body)}
    return path, headers | {"Content-Type": "text/plain" if name == "ntfy" else "application/json"}, body


def sender(name):
    """Its line in the configuration."""
    if name == "browser":
        return f"    browser: {{ use: browser, key: {secret(name)}, origins: [\"https://shop.example.com\"], types: [\"ui.*\"], visitor_rate: 1000/s }}\n"
    mapped = ', event: { type: "deploy.{{state}}", id: "{{number}}" }' if name == "json" else ""
    return f"    {name}: {{ use: {name}, secret: \"{secret(name)}\"{mapped} }}\n"


async def send_all(port, names, rate, seconds):
    """Sends them in turn at that rate, whatever becomes of them; how many milliseconds each waited for its yes, by dialect."""
    took, idle, tasks, start = {name: [] for name in names}, [], [], time.monotonic()

    async def send(name, n):
        path, headers, body = post(name, n)
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items())
        reader, writer = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", port)
        sent = time.monotonic()
        writer.write(head.encode() + b"\r\n" + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", answer, re.I)
        said = await reader.readexactly(int(length[1]) if length else 0)
        took[name].append((time.monotonic() - sent) * 1000)
        if not answer.startswith(b"HTTP/1.1 20"):
            sys.exit(f"{name} is refused: {answer.split(chr(13).encode())[0]} {said}")
        idle.append((reader, writer))

    while (now := time.monotonic() - start) < seconds:
        while len(tasks) < now * rate:
            tasks.append(asyncio.create_task(send(names[len(tasks) % len(names)], len(tasks))))
        await asyncio.sleep(0.001)
    await asyncio.gather(*tasks)
    for _, writer in idle:
        writer.close()
    return took
