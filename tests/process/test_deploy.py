"""A deployment stores a whole bundle as immutable versions, or nothing; what is stored reads back the same."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.definition import bundle as bundles
from engine.definition.bundle import Bundle, check
from engine.definition.deploy import Deployed, activate, deploy
from engine.definition.findings import Finding
from engine.definition.lint import lint
from engine.errors import DefinitionInvalid, NotFound
from engine.history import log
from engine.runtime.ports import Ports
from engine.store import definitions as store
from engine.store.keyring import Keyring
from engine.store.session import Database
from engine.store.tables import SYSTEM_CHAIN
from tests.casework import ROOT

KEY = "pengaduan_mpp"
NAME = f"{KEY}.bpmn"
AT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def shipped() -> Bundle:
    return bundles.read([ROOT / "processes", ROOT / "forms"])


@pytest.fixture
def ports(database: Database, keyring: Keyring) -> Ports:
    return Ports(database, keyring)


def changed(bundle: Bundle, name: str, change: Callable[[bytes], bytes]) -> Bundle:
    return Bundle({**bundle.files, name: change(bundle.files[name])})


def longer_limits(source: bytes) -> bytes:
    return source.replace(b"PT2H", b"PT4H")


def put(database: Database, bundle: Bundle) -> Deployed:
    return deploy(database, bundle, by="analis", at=AT, note="uji", source="cli")


def findings_of(refusal: pytest.ExceptionInfo[DefinitionInvalid]) -> list[Finding]:
    found = refusal.value.detail["findings"]
    assert isinstance(found, tuple)
    return list(found)


# Reading ---------------------------------------------------------------------


def test_a_folder_stands_for_its_diagrams_and_forms_and_for_nothing_else(
    tmp_path: Path, shipped: Bundle
) -> None:
    for name in ("a.bpmn", "b.form", "c.dmn", "d.toml", ".bpmn.swp"):
        (tmp_path / name).write_bytes(b"x")
    assert set(bundles.read([tmp_path]).files) == {"a.bpmn", "b.form", "c.dmn"}
    assert NAME in shipped.diagrams
    assert len(shipped.resources) == 8


def test_a_path_that_is_not_there_and_a_file_of_another_kind_are_both_named(tmp_path: Path) -> None:
    (tmp_path / "catatan.txt").write_text("x")
    with pytest.raises(DefinitionInvalid) as refusal:
        bundles.read([tmp_path / "tiada.bpmn", tmp_path / "catatan.txt"])
    assert {f.code for f in findings_of(refusal)} == {"file_missing", "file_kind"}


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("satu", "dua"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.form").write_bytes(b"{}")
    with pytest.raises(DefinitionInvalid) as refusal:
        bundles.read([tmp_path / "satu", tmp_path / "dua"])
    assert [f.code for f in findings_of(refusal)] == ["file_twice"]


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "besar.bpmn").open("wb") as file:
        file.truncate(5_000_000_000)
    with pytest.raises(DefinitionInvalid) as refusal:
        bundles.read([tmp_path])
    assert [f.code for f in findings_of(refusal)] == ["file_too_large"]


def test_a_folder_of_too_many_files_is_refused(tmp_path: Path) -> None:
    for number in range(201):
        (tmp_path / f"{number}.form").write_bytes(b"{}")
    with pytest.raises(DefinitionInvalid) as refusal:
        bundles.read([tmp_path])
    assert [f.code for f in findings_of(refusal)] == ["files_too_many"]


# Checking --------------------------------------------------------------------


def test_the_shipped_bundle_is_one_definition_without_findings(shipped: Bundle) -> None:
    checked = check(shipped)
    assert checked.findings == ()
    (definition,) = checked.definitions
    assert (definition.key, definition.version, len(definition.user_tasks())) == (KEY, 0, 8)
    assert definition.elements[definition.entry].public
    assert {"lingkup", "tanggapan"} == definition.variables


def test_one_process_in_two_files_is_refused(shipped: Bundle) -> None:
    twice = Bundle({**shipped.files, "salinan.bpmn": shipped.files[NAME]})
    assert [f.code for f in check(twice).findings] == ["process_twice"]


def test_forms_alone_are_no_deployment(shipped: Bundle) -> None:
    assert [f.code for f in check(Bundle(shipped.resources)).findings] == ["diagram_missing"]


def test_a_file_that_the_process_does_not_name_is_not_part_of_it(shipped: Bundle) -> None:
    stray = b'{"type": "default", "id": "lain", "components": []}'
    (alone,) = check(shipped).definitions
    (beside,) = check(Bundle({**shipped.files, "lain.form": stray})).definitions
    assert beside.content_hash == alone.content_hash
    assert "lain.form" not in beside.resources


def test_renaming_the_diagram_makes_no_new_content_but_changing_a_form_does(shipped: Bundle) -> None:
    (before,) = check(shipped).definitions
    renamed = {("lain.bpmn" if name == NAME else name): data for name, data in shipped.files.items()}
    (after,) = check(Bundle(renamed)).definitions
    assert after.content_hash == before.content_hash
    form = changed(shipped, "respon_aduan.form", lambda data: data + b"\n")
    assert check(form).definitions[0].content_hash != before.content_hash


# Deploying -------------------------------------------------------------------


def test_a_first_deployment_is_version_1_and_active(
    database: Database, ports: Ports, shipped: Bundle
) -> None:
    deployed = put(database, shipped)
    assert [d.id for d in deployed.definitions] == [f"{KEY}:1"]
    assert deployed.unchanged == ()
    with database.read() as connection:
        assert ports.active_definition(connection, KEY).id == f"{KEY}:1"


def test_what_was_deployed_reads_back_the_same(database: Database, ports: Ports, shipped: Bundle) -> None:
    (deployed,) = put(database, shipped).definitions
    with database.read() as connection:
        loaded = ports.definition(connection, f"{KEY}:1")
        assert ports.definition(connection, f"{KEY}:1") is loaded
    assert loaded == deployed
    assert lint(loaded.source, NAME, loaded.resources) == []


def test_the_same_files_again_make_no_version_and_leave_no_trace(database: Database, shipped: Bundle) -> None:
    put(database, shipped)
    with database.read() as connection:
        before = log.read(connection, SYSTEM_CHAIN)
    again = put(database, shipped)
    assert (again.deployment_id, again.definitions) == (None, ())
    assert [d.id for d in again.unchanged] == [f"{KEY}:1"]
    with database.read() as connection:
        assert log.read(connection, SYSTEM_CHAIN) == before


def test_a_changed_limit_is_the_next_version(database: Database, ports: Ports, shipped: Bundle) -> None:
    put(database, shipped)
    deployed = put(database, changed(shipped, NAME, longer_limits))
    assert [d.id for d in deployed.definitions] == [f"{KEY}:2"]
    with database.read() as connection:
        assert ports.active_definition(connection, KEY).version == 2
        limits = {
            e.timer.expression for e in ports.definition(connection, f"{KEY}:1").elements.values() if e.timer
        }
        assert limits == {"PT2H"}


def test_deploying_the_shipped_files_at_a_start_undoes_no_newer_version(
    database: Database, ports: Ports, shipped: Bundle
) -> None:
    put(database, shipped)
    put(database, changed(shipped, NAME, longer_limits))
    assert [d.version for d in put(database, shipped).unchanged] == [1]
    with database.read() as connection:
        assert ports.active_definition(connection, KEY).version == 2


def test_an_older_version_can_be_made_active_again(database: Database, ports: Ports, shipped: Bundle) -> None:
    put(database, shipped)
    put(database, changed(shipped, NAME, longer_limits))
    with database.write() as connection:
        activate(connection, KEY, 1, by="analis", at=AT, source="web")
    with database.read() as connection:
        assert ports.active_definition(connection, KEY).version == 1
        last = log.read(connection, SYSTEM_CHAIN)[-1]
    assert last.type == "process:activated"
    assert last.payload == {"process": KEY, "version": 1, "previous": f"{KEY}:2"}


def test_the_history_says_who_deployed_what(database: Database, shipped: Bundle) -> None:
    (definition,) = put(database, shipped).definitions
    with database.read() as connection:
        created, activated = log.read(connection, SYSTEM_CHAIN)
    assert (created.type, created.actor, created.source, created.at) == (
        "deployment:created",
        "analis",
        "cli",
        AT,
    )
    assert created.payload["definitions"] == {f"{KEY}:1": definition.content_hash}
    assert set(created.payload["files"]) == set(shipped.files)
    assert (activated.type, activated.definition_id) == ("process:activated", f"{KEY}:1")


def test_one_error_in_one_file_refuses_the_whole_bundle_with_all_findings(
    database: Database, shipped: Bundle
) -> None:
    second = shipped.files[NAME].replace(b'id="pengaduan_mpp"', b'id="kedua"').replace(b"PT2H", b"PT2X")
    with pytest.raises(DefinitionInvalid) as refusal:
        put(database, Bundle({**shipped.files, "kedua.bpmn": second}))
    assert [f.code for f in findings_of(refusal)].count("duration_invalid") == 7
    assert "kedua.bpmn, line" in refusal.value.message
    with database.read() as connection:
        assert store.versions(connection) == []
        assert log.read(connection, SYSTEM_CHAIN) == []


def test_a_warning_does_not_stop_a_deployment_and_is_told(database: Database, shipped: Bundle) -> None:
    unlimited = changed(shipped, NAME, lambda s: s.replace(b' camunda:historyTimeToLive="3650"', b""))
    assert [f.code for f in put(database, unlimited).warnings] == ["time_to_live_missing"]


def test_of_two_who_deploy_the_same_at_once_one_makes_the_version(
    database: Database, shipped: Bundle
) -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: put(database, shipped), range(4)))
    assert sum(bool(r.definitions) for r in results) == 1
    with database.read() as connection:
        assert [d.id for d in store.versions(connection)] == [f"{KEY}:1"]


def test_a_version_that_was_never_deployed_is_not_found(database: Database, ports: Ports) -> None:
    with database.read() as connection:
        with pytest.raises(NotFound):
            ports.definition(connection, f"{KEY}:1")
        with pytest.raises(NotFound):
            ports.active_definition(connection, KEY)
