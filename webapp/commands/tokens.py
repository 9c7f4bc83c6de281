"""`token add|list|revoke`: tokens by which programs use the REST face in a user's name."""

from __future__ import annotations

import click

from engine.identity import tokens
from engine.store import api_tokens
from engine.store.api_tokens import Token
from webapp.commands.console import as_json
from webapp.commands.program import Program, as_user, pass_program


@click.group("token")
def token() -> None:
    """Token untuk program yang memakai /engine-rest atas nama seorang pengguna."""


@token.command("add")
@click.argument("id", metavar="PENGGUNA")
@click.option("--name", required=True, help="Untuk apa token ini.")
@click.option("--days", type=click.IntRange(1, tokens.LONGEST.days), default=365, show_default=True, help="Masa berlaku.")  # fmt: skip
@as_user
@as_json
@pass_program
def add(program: Program, id: str, name: str, days: int, user: str | None, json_lines: bool) -> None:
    """Buat token baru. Isinya ditampilkan sekali ini saja; yang disimpan hanya sidiknya."""
    actor = program.actor(user)
    program.may(actor, "token:change")
    program.user(id)
    with program.ports.database.write() as connection:
        at = program.ports.clock(connection)
        made, secret = tokens.add(connection, id, name, days, by=actor.id, at=at, source="cli")
    if json_lines:
        program.console.json({**_facts(made), "token": secret})
        return
    program.console.line(secret)
    program.console.note(
        f"Token {made.id} untuk {id} berlaku sampai {made.expires_at:%Y-%m-%d}. Simpan sekarang: tidak ditampilkan lagi.",
        f"Token {made.id} for {id} is good until {made.expires_at:%Y-%m-%d}. Keep it now: it is not shown again.",
    )


@token.command("list")
@as_user
@as_json
@pass_program
def list_tokens(program: Program, user: str | None, json_lines: bool) -> None:
    """Semua token, juga yang sudah berakhir; tidak pernah isinya."""
    program.may(program.actor(user), "user:read")
    now = program.now()
    with program.ports.database.read() as connection:
        found = api_tokens.everyone(connection)
    for one in found:
        if json_lines:
            program.console.json({**_facts(one), "holds": one.holds(now)})
            continue
        ended = "" if one.holds(now) else program.console.text("  (berakhir)", "  (ended)")
        program.console.line(f"{one.id}  {one.user:<16}  {one.expires_at:%Y-%m-%d}  {one.name}{ended}")


@token.command("revoke")
@click.argument("id", metavar="TOKEN")
@as_user
@pass_program
def revoke(program: Program, id: str, user: str | None) -> None:
    """Cabut token: sejak sekarang tidak membuka apa pun. TOKEN: namanya di `token list`, atau isinya."""
    actor = program.actor(user)
    program.may(actor, "token:change")
    with program.ports.database.write() as connection:
        at = program.ports.clock(connection)
        ended = tokens.revoke(connection, id.partition(".")[0], by=actor.id, at=at, source="cli")
    program.console.say(f"Token {ended.id} dicabut.", f"Token {ended.id} is revoked.")


def _facts(one: Token) -> dict[str, object]:
    return {
        "id": one.id,
        "user": one.user,
        "name": one.name,
        "created": one.created_at,
        "expires": one.expires_at,
        "revoked": one.revoked_at,
    }
