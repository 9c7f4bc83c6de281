"""What is sealed opens with its key at its place only, and a code is read as people write it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from engine.errors import KeyMissing, SettingsInvalid, StateUnreadable
from engine.key_file import make_key, read_key
from engine.store.keyring import CROCKFORD, Keyring, normalise_code, open_keyring
from engine.store.session import Database
from engine.store.tables import case_keys
from tests.store.rows import a_case

CASE = "PGD-2026-000001"
PLACE = f"{CASE}:answers:terima:1"
KEYRING = Keyring(bytes(range(32)))
KEY = KEYRING.new_case_key()


@given(st.binary(max_size=200))
def test_what_was_sealed_opens_and_is_sealed_differently_each_time(data: bytes) -> None:
    sealed = KEYRING.seal(KEY, PLACE, data)
    assert KEYRING.open(KEY, PLACE, sealed) == data
    assert KEYRING.seal(KEY, PLACE, data) != sealed
    assert len(sealed) == len(data) + 29


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=7))
def test_one_changed_bit_makes_it_unreadable(place: int, bit: int) -> None:
    sealed = bytearray(KEYRING.seal(KEY, PLACE, b"Jalan rusak"))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(StateUnreadable, match=CASE):
        KEYRING.open(KEY, PLACE, bytes(sealed))


@pytest.mark.parametrize("blob", [b"", b"\x01", b"\x01" + bytes(12)])
def test_a_cut_blob_is_unreadable(blob: bytes) -> None:
    with pytest.raises(StateUnreadable):
        KEYRING.open(KEY, PLACE, blob)


def test_sealed_data_does_not_open_at_another_place_or_with_another_key() -> None:
    sealed = KEYRING.seal(KEY, PLACE, b"Jalan rusak")
    with pytest.raises(StateUnreadable):
        KEYRING.open(KEY, "PGD-2026-000002:answers:terima:1", sealed)
    with pytest.raises(StateUnreadable):
        KEYRING.open(KEYRING.new_case_key(), PLACE, sealed)


def test_a_wrapped_key_comes_back_for_its_case_only() -> None:
    wrapped = KEYRING.wrap(CASE, KEY)
    assert KEYRING.unwrap(CASE, wrapped) == KEY
    with pytest.raises(KeyMissing, match="PGD-2026-000002"):
        KEYRING.unwrap("PGD-2026-000002", wrapped)


def test_another_master_key_opens_nothing_and_says_so_without_a_secret() -> None:
    with pytest.raises(KeyMissing, match=CASE) as refused:
        Keyring(bytes(32)).unwrap(CASE, KEYRING.wrap(CASE, KEY))
    assert KEY.hex() not in refused.value.message


def test_a_digest_depends_on_the_key_and_on_every_byte() -> None:
    digest = KEYRING.digest(KEY, b"{}")
    assert digest == KEYRING.digest(KEY, b"{}")
    assert len({digest, KEYRING.digest(KEY, b"[]"), KEYRING.digest(KEYRING.new_case_key(), b"{}")}) == 3


def test_a_code_has_ten_characters_and_belongs_to_its_case() -> None:
    code = KEYRING.tracking_code(CASE)
    assert len(code) == 10
    assert set(code) <= set(CROCKFORD)
    assert code == Keyring(bytes(range(32))).tracking_code(CASE)
    assert code != KEYRING.tracking_code("PGD-2026-000002")
    assert code != Keyring(bytes(32)).tracking_code(CASE)


def test_the_schemes_of_codes_keys_and_digests_stay_what_they_are() -> None:
    # complainants hold these codes on paper; the histories hold these digests
    assert KEYRING.tracking_code(CASE) == "NW2SJ8GSM5"
    assert KEYRING.digest(bytes(32), b"{}")[:16] == "146c05c5f8332fa5"


@given(st.integers(min_value=1, max_value=999_999), st.data())
def test_a_code_is_accepted_however_people_write_it(number: int, data: st.DataObject) -> None:
    case = f"PGD-2026-{number:06d}"
    written = ""
    for character in KEYRING.tracking_code(case):
        lookalikes = {"0": "0oO", "1": "1iIlL"}.get(character, character + character.lower())
        written += data.draw(st.sampled_from(lookalikes)) + data.draw(
            st.sampled_from(["", "-", " ", " - ", "."])
        )
    assert KEYRING.code_matches(case, written)


@pytest.mark.parametrize("typed", ["", "-", "0" * 10, "ÄÖÜ", "👍", "x" * 10_000])
def test_a_wrong_code_is_refused_whatever_it_is(typed: str) -> None:
    assert not KEYRING.code_matches(CASE, typed)


def test_a_code_is_normalised_as_crockford_says() -> None:
    assert normalise_code(" oIl-abc 9z ") == "011ABC9Z"


def test_the_master_key_is_made_once_and_for_its_owner_only(
    sqlite_database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "keys" / "master.key"
    first = open_keyring(sqlite_database, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]
    assert open_keyring(sqlite_database, path).tracking_code(CASE) == first.tracking_code(CASE)


def test_a_lost_or_foreign_master_key_stops_the_start_when_there_are_cases(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "master.key"
    keyring = open_keyring(database, path)
    with database.write() as connection:
        a_case(connection, CASE)
        connection.execute(
            insert(case_keys).values(case_number=CASE, wrapped=keyring.wrap(CASE, keyring.new_case_key()))
        )
    open_keyring(database, path)

    path.rename(tmp_path / "aside")
    with pytest.raises(KeyMissing, match="restore it from the backup"):
        open_keyring(database, path)
    assert not path.exists()

    make_key(path)
    with pytest.raises(KeyMissing, match=CASE):
        open_keyring(database, path)


def test_a_lost_master_key_is_noticed_even_when_every_case_was_erased(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.write() as connection:
        a_case(connection, CASE)
    with pytest.raises(KeyMissing):
        open_keyring(sqlite_database, tmp_path / "master.key")


def test_a_key_file_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    assert make_key(path) == make_key(path) == read_key(path)


@pytest.mark.parametrize("content", ["", "ab", "g" * 64, "é" * 64])
def test_a_damaged_key_file_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.key"
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(SettingsInvalid, match="64 hex digits"):
        read_key(path)


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    make_key(path)
    path.chmod(0o644)
    with pytest.raises(SettingsInvalid, match="chmod 600"):
        read_key(path)
