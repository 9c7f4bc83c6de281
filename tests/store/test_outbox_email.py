"""E-mail over a real SMTP conversation (postbox.py)."""

from __future__ import annotations

import email
import email.policy

import pytest

from engine.errors import SettingsInvalid
from engine.notifications.email import Email, open_sender
from engine.notifications.port import Letter, Nowhere
from tests.store.postbox import Postbox

LETTER = Letter(
    "PGD-2026-000001:work_item:created:x", ("a@contoh.id", "b@contoh.id"), "Tugas baru – 1", "Isi: é\n"
)


def test_a_letter_arrives_whole_and_colleagues_do_not_see_each_other(postbox: Postbox) -> None:
    open_sender(postbox.url).send(LETTER)
    [(recipients, raw)] = postbox.mail
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert recipients == ["a@contoh.id", "b@contoh.id"]
    assert message["Subject"] == LETTER.subject
    assert message.get_content().replace("\r\n", "\n") == LETTER.text
    assert "contoh.id" not in message["To"]


def test_the_same_message_has_the_same_id_each_time(postbox: Postbox) -> None:
    for _ in range(2):
        Email(postbox.url).send(LETTER)
    first, second = (email.message_from_bytes(raw)["Message-ID"] for _, raw in postbox.mail)
    assert first == second


@pytest.mark.parametrize("url", ["http://budi:rahasia@surat.contoh", "smtp://budi:rahasia@", "rahasia"])
def test_an_address_of_another_shape_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        open_sender(url)
    assert "rahasia" not in refused.value.message


def test_without_an_address_there_is_no_channel() -> None:
    assert isinstance(open_sender(None), Nowhere)
