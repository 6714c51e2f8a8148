"""A mail server for tests. The first line of its output is its port; then a JSON line for each try to hand it a mail."""

import argparse
import asyncio
import email
import email.policy
import json
import ssl
import sys

import trustme
from aiosmtpd.smtp import SMTP, AuthResult


def say(**what):
    print(json.dumps(what), flush=True)


class Handler:
    def __init__(self, answers, rcpt):
        self.answers = answers
        self.rcpt = rcpt

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt:
            say(answer=self.rcpt, to=[address])
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = self.answers.pop(0) if self.answers else "250 taken"
        raw = envelope.original_content
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
        say(
            answer=answer,
            sender=envelope.mail_from,
            to=envelope.rcpt_tos,
            headers=[[name, str(value)] for name, value in mail.items()],
            text=parts.get("text/plain", ""),
            html=parts.get("text/html", ""),
            encrypted=session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None,
            login=getattr(session, "login", None),
            hello=session.host_name,
        )
        if answer == "hang":
            await asyncio.sleep(3600)
        return answer


def certificate(file):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(file)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


async def main():
    options = argparse.ArgumentParser()
    options.add_argument("--tls", default="none")
    options.add_argument("--ca")
    options.add_argument("--login")
    options.add_argument("--without", default="")
    options.add_argument("--answer", action="append", default=[])
    options.add_argument("--rcpt")
    options.add_argument("--port", type=int, default=0)
    options = options.parse_args()
    context = certificate(options.ca) if options.ca else None

    def authenticate(server, session, envelope, mechanism, data):
        given = f"{data.login.decode()}:{data.password.decode()}"
        session.login = [mechanism, given]
        return AuthResult(success=given == options.login, handled=False)

    handler = Handler(options.answer, options.rcpt)

    def session():
        return SMTP(
            handler,
            hostname="mail.test",
            enable_SMTPUTF8=True,
            tls_context=context if options.tls == "starttls" else None,
            require_starttls=options.tls == "starttls",
            authenticator=authenticate if options.login else None,
            auth_required=bool(options.login),
            auth_require_tls=False,
            auth_exclude_mechanism=options.without.split(",") if options.without else None,
        )

    implicit = context if options.tls == "implicit" else None
    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", options.port, ssl=implicit)
    print(server.sockets[0].getsockname()[1], flush=True)
    # It ends with the test.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
