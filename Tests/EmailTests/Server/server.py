"""A real SMTP server for the tests. What it does with a mail, the recipient's name says; what it took, it writes as a line of JSON."""
import argparse, asyncio, base64, email, email.policy, json, ssl
from aiosmtpd.smtp import SMTP, AuthResult

options = argparse.ArgumentParser()
for name in ["out", "ready", "cert", "key"]:
    options.add_argument("--" + name)
options.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
options.add_argument("--login", action="store_true")
options.add_argument("--ascii", action="store_true")
options.add_argument("--tired", choices=["no", "says", "silent"], default="no")
options = options.parse_args()
connections = 0


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        # Whoever is tired takes one mail over a connection, and then leaves.
        server.mails = getattr(server, "mails", 0) + 1
        if server.mails > 1 and options.tired == "says":
            asyncio.get_running_loop().call_later(0.2, server.transport.close)
            return "421 4.4.2 idle timeout"
        if server.mails > 1 and options.tired == "silent":
            server.transport.abort()
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        name = address.split("@")[0]
        if name == "gone":
            return "550 5.1.1 no such user here"
        if name == "grey":
            return "451 4.7.1 greylisted, come back later"
        if name == "closing":
            return "421 4.3.2 going down"
        if name == "dropped":
            server.transport.abort()
            return "250 OK"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        if name == "huge":
            return "552 5.3.4 message too big"
        if name == "full":
            return "452 4.2.2 mailbox full"
        if name == "hanging":
            await asyncio.sleep(3600)
        if name == "cut":
            server.transport.abort()
            return "250 OK"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
        line = {
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "headers": [[k, str(v)] for k, v in mail.items()],
            "type": mail.get_content_type(), "defects": [repr(d) for part in mail.walk() for d in part.defects],
            "plain": parts.get("text/plain", ""), "html": parts.get("text/html", ""), "tls": session.ssl is not None or options.tls == "implicit",
            "user": session.auth_data.decode() if session.auth_data else None, "utf8": envelope.smtp_utf8, "connection": server.number,
            "hello": session.host_name,
            "longest": max(len(line) for line in envelope.original_content.split(b"\r\n")),
            "bare": envelope.original_content.replace(b"\r\n", b"").count(b"\n"),
        }
        with open(options.out, "a") as file:
            file.write(json.dumps(line) + "\n")
        return "250 2.0.0 queued as 4711"

    async def auth_XOAUTH2(self, server, args):
        answer = base64.b64decode(args[1]) if len(args) > 1 else await server.challenge_auth("")
        if isinstance(answer, bytes) and b"auth=Bearer n33dle-token\x01" in answer and answer.startswith(b"user=gw\x01"):
            return AuthResult(success=True, auth_data=b"gw by token")
        return AuthResult(success=False, handled=False)


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == b"gw" and data.password == b"n33dle-password"
    return AuthResult(success=good, handled=False, auth_data=data.login if good else None)


def make():
    global connections
    connections += 1
    context = None
    if options.tls == "starttls":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.cert, options.key)
    server = SMTP(
        Handler(), hostname="mail.example.com", enable_SMTPUTF8=not options.ascii, tls_context=context, require_starttls=False,
        authenticator=authenticate if options.login else None, auth_required=options.login, auth_require_tls=options.tls == "starttls",
        auth_exclude_mechanism=[] if options.login else ["LOGIN", "PLAIN"], data_size_limit=1 << 20)
    server.number = connections
    return server


async def main():
    context = None
    if options.tls == "implicit":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.cert, options.key)
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0, ssl=context)
    with open(options.ready + ".new", "w") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    import os
    os.rename(options.ready + ".new", options.ready)
    await server.serve_forever()


asyncio.run(main())
