"""E-mail, by the office's own SMTP server."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

from engine.errors import SettingsInvalid
from engine.notifications.port import Letter, Nowhere, Sender

#: Seconds. A batch of letters that all run into it stays within the outbox's lease.
TIMEOUT: Final = 20

_PORTS: Final = {"smtp": 587, "smtps": 465}
_LOCAL: Final = ("localhost", "127.0.0.1", "::1")


class Email:
    """`smtp://user:password@host:port` (STARTTLS), or `smtps://…` (TLS from the first byte).

    To a host other than this machine nothing is said before the connection is encrypted and its certificate
    checked. Raises `SettingsInvalid` for an address of another shape; the message does not repeat it.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise SettingsInvalid(
                "SMTP_URL must be smtp://user:password@host:port or smtps://…; "
                "found another shape; correct it or leave it out."
            )
        self._implicit_tls = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port or _PORTS[parts.scheme]
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._from = self._user if "@" in self._user else f"alur-aduan@{self._host}"

    def send(self, letter: Letter) -> None:
        with self._connect() as server:
            if self._user:
                server.login(self._user, self._password)
            server.send_message(self._message(letter), self._from, list(letter.to))

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._implicit_tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT, context=context)
        server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)
        server.ehlo()
        if server.has_extn("starttls") or self._host not in _LOCAL:
            server.starttls(context=context)
        return server

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._from
        # colleagues do not get to see each other's addresses; a complainant is alone anyway
        message["To"] = letter.to[0] if len(letter.to) == 1 else "undisclosed-recipients:;"
        message["Subject"] = letter.subject
        message["Message-ID"] = f"<{hashlib.sha256(letter.id.encode()).hexdigest()[:40]}@alur-aduan.invalid>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        if letter.attachment is not None:
            name, data = letter.attachment
            message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        return message


def open_sender(smtp_url: str | None) -> Sender:
    """The channel that the settings name. Raises `SettingsInvalid`."""
    return Email(smtp_url) if smtp_url else Nowhere()
