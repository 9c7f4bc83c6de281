"""Rights that somebody wrote into the database, past the Pengelola and the chain `sistem`: the auditor sees them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from engine.history.verify import verify
from engine.identity import accounts, tokens
from engine.store.tables import api_tokens, memberships, users
from tests.casework import Office

TAKEN: dict[str, Any] = {
    "a membership": insert(memberships).values(user_id="petugas", group_id="pengelola"),
    "a denial less": delete(memberships).where(memberships.c.group_id == "auditor"),
    "an account enabled": update(users).where(users.c.id == "mantan").values(active=True),
    "an account without its end": update(users).where(users.c.id == "magang").values(ends_on=None),
    "a last day later": update(users).where(users.c.id == "magang").values(ends_on="2099-12-31"),
    "another's token": update(api_tokens).values(user_id="pengelola"),
    "a token for longer": update(api_tokens).values(expires_at=api_tokens.c.created_at),
}


@pytest.mark.parametrize("row", TAKEN.values(), ids=TAKEN)
def test_rights_without_an_event_are_found(office: Office, row: Any) -> None:
    with office.ports.database.write() as connection:
        accounts.add_user(connection, "mantan", "Mantan", ["petugas_mpp"], **office.by)
        accounts.set_groups(connection, "mantan", ["petugas_mpp", "loket"], **office.by)
        accounts.disable_user(connection, "mantan", **office.by)
        accounts.add_user(connection, "magang", "Magang", ["petugas_mpp"], **office.by)
        accounts.set_end(connection, "magang", date(2026, 12, 31), **office.by)
        tokens.revoke(connection, tokens.add(connection, "admin", "lama", 30, **office.by)[0].id, **office.by)
    with office.ports.database.read() as connection:
        assert verify(office.ports, connection).findings == []
    with office.ports.database.write() as connection:
        connection.execute(row)
    office.tampered = True
    with office.ports.database.read() as connection:
        assert {found.code for found in verify(office.ports, connection).findings} == {"rights_changed"}
