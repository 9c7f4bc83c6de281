"""The permission table of DESIGN 6, row by row, as sentences; a denial wins over every grant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.commands import COMPLAINANT
from engine.identity.policy import CONTENT, GRANTS, LOOKING, Actor, Shield, Subject, allowed

LANES = frozenset({"pengadu", "petugas_mpp", "admin_opd", "pejabat_penghubung"})
OPEN = Shield()
REFERRED = Shield(restricted_to="penerima_rujukan", referred_by="petugas")


def person(name: str, *groups: str) -> Actor:
    return Actor(name, frozenset(groups))


COMPLAINT = Actor(COMPLAINANT, case="PGD-2026-000001")
PETUGAS, ADMIN = person("petugas", "petugas_mpp"), person("admin", "admin_opd")
SEKRETARIAT, ANALIS = person("sekretariat", "sekretariat"), person("analis", "analis")
AUDITOR, PENGELOLA = person("auditor", "auditor"), person("pengelola", "pengelola")
INSPEKTORAT = person("inspektorat", "penerima_rujukan")
EVERYBODY = [COMPLAINT, PETUGAS, ADMIN, SEKRETARIAT, ANALIS, AUDITOR, PENGELOLA, INSPEKTORAT]


def task(group: str = "admin_opd", shield: Shield = OPEN) -> Subject:
    return Subject(case="PGD-2026-000001", group=group, lane_groups=LANES, shield=shield)


def complaint(shield: Shield = OPEN) -> Subject:
    """The complaint itself: a task of the public, with the counter's group."""
    return Subject(
        case="PGD-2026-000001",
        group="pengadu",
        public=True,
        counter_group="petugas_mpp",
        lane_groups=LANES,
        shield=shield,
    )


def who(act: str, subject: Subject | None = None) -> set[str]:
    return {actor.id for actor in EVERYBODY if allowed(actor, act, subject)}


def test_the_complainant_and_the_counter_submit_and_answer() -> None:
    assert who("case:submit", complaint()) == {COMPLAINANT, "petugas"}
    assert who("work_item:complete", complaint()) == {COMPLAINANT, "petugas"}
    assert who("case:track", complaint()) == {COMPLAINANT}


@pytest.mark.parametrize("act", ["list", "claim", "release", "complete", "delegate"])
def test_a_task_is_its_groups_and_the_sekretariats(act: str) -> None:
    assert who(f"work_item:{act}", task()) == {"admin", "sekretariat"}


def test_only_the_sekretariat_takes_a_task_from_somebody() -> None:
    assert who("work_item:reassign", task()) == {"sekretariat"}


def test_everybody_of_the_lanes_reads_a_case_and_analysts_and_pengelola_never() -> None:
    assert who("case:read", task()) == {"petugas", "admin", "sekretariat", "auditor"}
    assert who("case:comment", task()) == {"petugas", "admin", "sekretariat"}
    assert who("case:search", task()) == {"petugas", "admin", "sekretariat", "auditor"}
    assert who("case:list_all") == {"sekretariat", "auditor"}


def test_a_message_is_its_groups() -> None:
    assert who("message:send", task("admin_opd")) == {"admin"}


def test_a_secret_identity_is_revealed_to_the_counter_and_the_auditor() -> None:
    assert who("identity:reveal", complaint()) == {"petugas", "auditor"}


def test_a_worker_of_a_service_task_is_of_its_group() -> None:
    assert who("external_task:work", task("admin_opd")) == {"admin"}


def test_definitions_are_the_analysts_and_read_by_those_who_watch() -> None:
    assert who("definition:deploy") == who("definition:activate") == {"analis"}
    assert who("definition:read") == {"analis", "auditor", "sekretariat", "pengelola"}


def test_the_pengelola_keeps_people_calendar_and_record() -> None:
    acts = [
        "user:change",
        "calendar:deploy",
        "calendar:recount",
        "incident:retry",
        "history:seal",
        "case:erase",
    ]
    for act in [*acts, "data:backup", "data:restore", "token:change"]:
        assert who(act) == {"pengelola"}, act
    for act in ["user:read", "incident:read", "seal:read"]:
        assert who(act) == {"pengelola", "auditor"}, act


def test_a_referred_case_is_for_who_referred_it_its_receivers_and_the_auditor() -> None:
    assert who("case:read", task(shield=REFERRED)) == {"petugas", "auditor", "inspektorat"}
    assert who("identity:reveal", complaint(REFERRED)) == {"petugas", "auditor"}
    assert who("case:track", complaint(REFERRED)) == {COMPLAINANT}


@pytest.mark.parametrize("act", sorted(GRANTS))
def test_nobody_acts_on_their_own_complaint_whatever_else_they_are(act: str) -> None:
    for actor in EVERYBODY[1:]:
        subject = task(shield=Shield(own_of=actor.id))
        assert not allowed(actor, act, subject), actor.id


@pytest.mark.parametrize("act", sorted(GRANTS.keys() - LOOKING))
def test_an_auditor_changes_nothing_whatever_else_they_are(act: str) -> None:
    both = person("auditor", "auditor", "admin_opd", "petugas_mpp", "sekretariat", "pengelola", "analis")
    assert not allowed(both, act, task())
    assert not allowed(both, act, complaint())


@pytest.mark.parametrize("act", sorted(CONTENT))
def test_an_analyst_never_sees_a_complaint_whatever_else_they_are(act: str) -> None:
    both = person("analis", "analis", "admin_opd", "petugas_mpp", "sekretariat")
    assert not allowed(both, act, task())
    assert not allowed(both, act, complaint())


@pytest.mark.parametrize(
    "act", sorted(CONTENT - {"case:submit_own", "case:track", "case:search", "case:list_all"})
)
def test_a_trial_is_every_analysts_and_nobody_elses(act: str) -> None:
    for subject in (task(), complaint(), task(shield=REFERRED)):
        trial = replace(subject, case="UJI-2026-000001")
        assert who(act, trial) == {"analis"}
        assert not allowed(Actor(COMPLAINANT, case="UJI-2026-000001"), act, trial)


@pytest.mark.parametrize("act", ["case:submit_own", "case:track", "case:search", "case:list_all"])
def test_a_trial_is_nobodys_own_and_neither_tracked_nor_sought(act: str) -> None:
    trial = replace(complaint(), case="UJI-2026-000001")
    assert who(act, trial) == set()
    assert not allowed(Actor(COMPLAINANT, case="UJI-2026-000001"), act, trial)


def test_the_auditor_proves_a_trial_and_counts_it_nowhere() -> None:
    trial = replace(task(), case="UJI-2026-000001")
    assert who("history:verify", trial) == who("history:replay", trial) == {"auditor"}
    assert who("history:export", trial) == who("report:read", trial) == set()


@pytest.mark.parametrize("act", sorted(GRANTS))
def test_who_is_disabled_may_nothing(act: str) -> None:
    for actor in EVERYBODY[1:]:
        assert not allowed(Actor(actor.id, actor.groups, active=False), act, task())


def test_the_operating_systems_user_may_all_and_nobody_what_no_row_names() -> None:
    root = Actor("os:root")
    assert all(allowed(root, act, task(shield=REFERRED)) for act in GRANTS)
    assert not any(allowed(actor, "case:forget", task()) for actor in [root, *EVERYBODY])
