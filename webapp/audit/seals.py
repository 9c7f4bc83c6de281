"""Is the record whole? What the last check of everything found, the seals, and each case's five answers, now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from sqlalchemy import Connection

from engine.errors import NotAllowed
from engine.history import seal_file
from engine.history.finding import NOTES, QUESTIONS, SEAL, Finding
from engine.history.verify import Checked, Verifier
from engine.history.whole_check import Outcome, outcome
from engine.identity.policy import Actor, allowed
from engine.queries.proof import ACT, kept_back, page_of_cases
from engine.queries.seal_copies import copies_of
from engine.store import seals as stored
from engine.store import verifications
from engine.store.tables import SYSTEM_CHAIN
from webapp import finding_words
from webapp.audit.blueprint import blueprint
from webapp.context import now, ports, settings
from webapp.languages import language
from webapp.security import current_actor, sign_in_required

#: A check that is older is told as a warning.
STALE: Final = timedelta(days=2)
#: Seals on a page, and findings of the last check.
SEALS: Final = 10
FINDINGS: Final = 50


@dataclass(frozen=True)
class LastCheck:
    """The last check of everything, without what is kept from who looks."""

    outcome: Outcome
    stale: bool
    count: int
    #: Question -> its findings.
    findings: dict[str, list[Finding]]
    #: Findings that are not shown one by one.
    more: int
    numbers: frozenset[str]


@dataclass(frozen=True)
class Cases:
    """A page of cases, each looked at now."""

    system: Checked | None
    checked: tuple[Checked, ...]
    next: str | None


@blueprint.get("/segel")
@sign_in_required
def seals() -> ResponseReturnValue:
    """`?sesudah=<number>` the cases after it, `?temuan=1` those of the last check's findings, `?segel=<n>` older seals."""
    actor = current_actor()
    if not allowed(actor, "seal:read"):
        raise NotAllowed(act="seal:read")
    only, after = request.args.get("temuan") == "1", request.args.get("sesudah")
    before = request.args.get("segel", type=int)
    with ports().database.read() as connection:
        check = _last_check(connection, actor)
        verifier = Verifier(ports(), connection)
        file = verifier.seals(seal_file.read(settings().data_dir / seal_file.NAME))
        looked_at = None
        if allowed(actor, ACT):
            looked_at = _cases(
                connection, actor, verifier, file, after, check.numbers if only and check else None
            )
        made = stored.page(connection, before, SEALS + 1)
        newest, young, copies = stored.last(connection), verifier.unsealed(), copies_of(connection)
    return render_template(
        "audit/seals.html",
        wide=True,
        check=check,
        cases=looked_at,
        newest=newest,
        young=young,
        seconds=format_decimal(round(check.outcome.seconds, 1)) if check else None,
        overdue=bool(newest and young and now() - newest.at > 2 * settings().seal_interval),
        file=_worst(file),
        file_name=seal_file.NAME,
        copies=copies,
        made=made[:SEALS],
        older=made[SEALS - 1].number if len(made) > SEALS else None,
        before=before,
        after=after,
        only=only,
        questions=QUESTIONS,
        system_chain=SYSTEM_CHAIN,
        head=lambda question: finding_words.QUESTIONS[question].in_(language()),
        means=lambda finding: finding_words.means(finding, language()),
        remedies=_remedies,
        place=_place,
        may={act for act in (ACT, "report:read", "history:replay") if allowed(actor, act)},
    )


def _last_check(connection: Connection, actor: Actor) -> LastCheck | None:
    kept = verifications.newest(connection)
    if kept is None:
        return None
    found = outcome(kept)
    stale = now() - kept.at > STALE
    if not allowed(actor, ACT):
        return LastCheck(found, stale, found.count, {}, 0, frozenset())
    hidden = kept_back(ports(), connection, actor, {finding.case for finding in found.findings})
    mine = [finding for finding in found.findings if finding.case not in hidden]
    count = found.count - (len(found.findings) - len(mine))
    shown = mine[:FINDINGS]
    return LastCheck(
        outcome=found,
        stale=stale,
        count=count,
        findings={q: these for q in QUESTIONS if (these := [one for one in shown if one.aspect == q])},
        more=count - len(shown),
        numbers=frozenset(finding.case for finding in mine),
    )


def _cases(
    connection: Connection,
    actor: Actor,
    verifier: Verifier,
    file: list[Finding],
    after: str | None,
    among: frozenset[str] | None,
) -> Cases:
    page = page_of_cases(ports(), connection, actor, after=after, among=among)
    system = None
    if after is None and among is None:
        found = verifier.system()
        shared = [*found.found, *verifier.unreadable, *file, *verifier.heads([SYSTEM_CHAIN])]
        hidden = kept_back(ports(), connection, actor, {one.case for one in shared})
        system = Checked(found.chain, found.events, tuple(one for one in shared if one.case not in hidden))
    return Cases(system, tuple(verifier.cases(page.numbers)), page.next)


def _worst(found: list[Finding]) -> Finding | None:
    """What is to be said of the chain of seals and of the file: a fault before a note."""
    mine = [finding for finding in found if finding.aspect == SEAL]
    return min(mine, key=lambda one: one.kind in NOTES, default=None)


def _remedies(findings: Iterable[Finding]) -> list[str]:
    """What to do about these, each once."""
    return list(dict.fromkeys(finding_words.remedy(finding, language()) for finding in findings))


def _place(finding: Finding) -> str | None:
    """The page that shows the case at the finding's event; None for the chain `sistem` and a case that is gone."""
    if finding.case == SYSTEM_CHAIN:
        return None
    return url_for("audit.replay", number=finding.case, ke=finding.seq)
