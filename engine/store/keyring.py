"""What is personal is sealed with the case's own key; that key is wrapped by the master key; both by AES-GCM.

Erasing a person is deleting their case's key (DESIGN 4, `case_keys`). Every sealed value is bound to its
place by `aad` ("<case>:<what>"), so that nobody moves it to another row. Messages never show a secret.
"""

from __future__ import annotations

import hmac
import os
from base64 import b64encode
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select

from engine.errors import KeyMissing, StateUnreadable
from engine.key_file import make_key, read_key
from engine.store.session import Database
from engine.store.tables import case_keys, cases

#: First byte of everything sealed: the scheme, so that another can follow.
SCHEME: Final = b"\x01"
NONCE: Final = 12

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH: Final = 10
_MISREAD: Final = str.maketrans("OIL", "011")


class Keyring:
    """All that is done with the master key (32 bytes). Safe to share between threads."""

    def __init__(self, master: bytes) -> None:
        self._wrapping = AESGCM(_derive(master, "case keys"))
        self._coding = _derive(master, "tracking codes")
        self._requests = _derive(master, "request digests")
        self._words = _derive(master, "search words")

    def new_case_key(self) -> bytes:
        """32 random bytes, for one case."""
        return AESGCM.generate_key(bit_length=256)

    def wrap(self, case_number: str, key: bytes) -> bytes:
        """`key` as `case_keys` holds it."""
        return _encrypt(self._wrapping, case_number, key)

    def unwrap(self, case_number: str, blob: bytes) -> bytes:
        """The case's key; raises KeyMissing if `blob` was wrapped for another case or by another master key."""
        try:
            return _decrypt(self._wrapping, case_number, blob)
        except InvalidTag:
            raise KeyMissing(
                f"The master key should open the key of case {case_number} and does not; "
                "put back the key file that belongs to this database.",
                case_number=case_number,
            ) from None

    def seal(self, case_key: bytes, aad: str, data: bytes) -> bytes:
        """`data` sealed with the case's key and bound to `aad`, 29 bytes longer."""
        return _encrypt(AESGCM(case_key), aad, data)

    def open(self, case_key: bytes, aad: str, blob: bytes) -> bytes:
        """What was sealed; raises StateUnreadable, naming `aad`, if one bit or the place is another."""
        try:
            return _decrypt(AESGCM(case_key), aad, blob)
        except InvalidTag:
            raise StateUnreadable(
                f"What is stored for {aad} should open with its case's key and does not: "
                "it was changed or moved; run `pengaduan history verify` and restore it from the backup.",
                aad=aad,
            ) from None

    def digest(self, case_key: bytes, data: bytes) -> str:
        """HMAC-SHA256 in hex, keyed by the case: proves answers without telling them, until the key is erased."""
        return hmac.digest(_derive(case_key, "answers digest"), data, "sha256").hex()

    def request_digest(self, data: bytes) -> str:
        """HMAC-SHA256 in hex over a whole request, to tell the same command from another under its id."""
        return hmac.digest(self._requests, data, "sha256").hex()

    def search_token(self, word: str) -> str:
        """96 bits of an HMAC-SHA256 of one word, in base64: the same word is found again and never read back."""
        return b64encode(hmac.digest(self._words, word.encode(), "sha256")[:12]).decode()

    def tracking_code(self, case_number: str) -> str:
        """The complainant's code: 10 Crockford base32 characters (50 bits). Computed, never stored."""
        mac = hmac.digest(self._coding, case_number.encode(), "sha256")
        number = int.from_bytes(mac, "big")
        return "".join(CROCKFORD[number >> 5 * place & 31] for place in reversed(range(CODE_LENGTH)))

    def code_matches(self, case_number: str, typed: str) -> bool:
        """Whether `typed`, however it was written, is the code of the case; in constant time."""
        return hmac.compare_digest(self.tracking_code(case_number).encode(), normalise_code(typed).encode())


def normalise_code(text: str) -> str:
    """`text` as a code is written: capitals, no spaces or dashes, O read as 0, I and L as 1."""
    return "".join(filter(str.isalnum, text.upper())).translate(_MISREAD)


def open_keyring(database: Database, key_file: Path) -> Keyring:
    """The keyring of this database; on the first start, before any case, the key file is made.

    Raises KeyMissing when the database holds cases and the file is gone or is another's: a new key would
    make every complaint unreadable for ever. That it opens a stored case key is the check; no other
    value is kept for it.
    """
    with database.read() as connection:
        holds_cases = connection.execute(select(cases.c.number).limit(1)).first() is not None
        wrapped = connection.execute(select(case_keys).limit(1)).first()
    master = read_key(key_file)
    if master is None:
        if holds_cases:
            raise KeyMissing(
                f"The database holds complaints, so their master key must be in {key_file}, and it is not there; "
                "restore it from the backup, or name its place by MASTER_KEY_FILE."
            )
        master = make_key(key_file)
    keyring = Keyring(master)
    if wrapped is not None:
        keyring.unwrap(wrapped.case_number, wrapped.wrapped)
    return keyring


def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"alur-aduan/{purpose}/1".encode()).derive(secret)


def _encrypt(cipher: AESGCM, aad: str, data: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return SCHEME + nonce + cipher.encrypt(nonce, data, aad.encode())


def _decrypt(cipher: AESGCM, aad: str, blob: bytes) -> bytes:
    if not blob.startswith(SCHEME) or len(blob) < 1 + NONCE + 16:
        raise InvalidTag
    return cipher.decrypt(blob[1 : 1 + NONCE], blob[1 + NONCE :], aad.encode())
