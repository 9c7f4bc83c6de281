"""A form file: checked for what the server cannot honour, and loaded.

`check` says all that is wrong, for the analyst; `load` gives the form or raises. Refused rather than
guessed: components that need a browser or another document, options and texts computed from data, time
zones in answers, patterns that could take long, and FEEL that names what the form does not hold.
"""

from __future__ import annotations

import json
from types import MappingProxyType

from engine.errors import FormInvalid
from engine.forms.attributes import Findings, FormFinding
from engine.forms.fields import FormSchema, fields_of
from engine.forms.reader import read_components

__all__ = ["FormFinding", "check", "load", "read"]

#: What form-js 1.23 writes.
NEWEST_SCHEMA = 19
LARGEST_FILE = 1_000_000


def check(data: bytes, filename: str) -> list[FormFinding]:
    """Everything that keeps this file from being deployed; empty when it can be."""
    return read(data, filename)[1]


def load(data: bytes, filename: str) -> FormSchema:
    """The form in a file's bytes. Raises `FormInvalid` with `detail["findings"]` (list of `FormFinding`)."""
    schema, findings = read(data, filename)
    if schema is None or findings:
        first = findings[0]
        raise FormInvalid(
            f"{filename}: {first.component}: {first.message} {first.remedy}".replace(": :", ":"),
            filename=filename,
            findings=findings,
        )
    return schema


def read(data: bytes, filename: str) -> tuple[FormSchema | None, list[FormFinding]]:
    """The form as far as it can be honoured, to look at only, and all that keeps it from being deployed.

    None where the file is no form at all.
    """
    whole, problem = _parse(data, filename)
    if problem is not None:
        return None, [problem]
    findings: Findings = []
    form_id = whole.get("id")
    if not isinstance(form_id, str) or not form_id:
        findings.append(
            FormFinding(filename, "Formulir tidak mempunyai id.", "Isi ID formulir di panel sifat (General).")
        )
    _check_origin(whole, filename, findings)
    components = read_components(whole.get("components"), filename, findings)
    fields = MappingProxyType({field.path: field for field in fields_of(components)})
    return FormSchema(str(form_id), components, fields), findings


def _parse(data: bytes, filename: str) -> tuple[dict[str, object], FormFinding | None]:
    remedy = "Buka dan simpan lagi berkas ini di penyunting formulir."
    if len(data) > LARGEST_FILE:
        return {}, FormFinding(
            filename, f"Berkas {len(data)} bita; paling besar {LARGEST_FILE}.", "Pecah formulir ini."
        )
    try:
        whole = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as problem:
        place = f"baris {problem.lineno}, kolom {problem.colno}"
        return {}, FormFinding(filename, f"Bukan JSON yang utuh ({place}: {problem.msg}).", remedy)
    except UnicodeDecodeError as problem:
        return {}, FormFinding(filename, f"Bukan teks UTF-8 (bita ke-{problem.start + 1}).", remedy)
    except RecursionError:
        return {}, FormFinding(filename, "Isi berkas bersarang terlalu dalam.", remedy)
    if not isinstance(whole, dict):
        return {}, FormFinding(filename, "Isi berkas bukan objek JSON formulir.", remedy)
    return whole, None


def _check_origin(whole: dict[str, object], filename: str, findings: Findings) -> None:
    if whole.get("type", "default") != "default":
        findings.append(
            FormFinding(filename, f"Jenis {whole['type']!r} bukan formulir form-js.", "Pakai berkas .form.")
        )
    version = whole.get("schemaVersion", NEWEST_SCHEMA)
    if not isinstance(version, int) or version > NEWEST_SCHEMA:
        findings.append(
            FormFinding(
                filename,
                f"schemaVersion {version!r}; yang didukung sampai {NEWEST_SCHEMA} (form-js 1.23).",
                "Simpan dengan penyunting formulir di aplikasi ini.",
            )
        )
    platform = whole.get("executionPlatform", "Camunda Platform")
    if platform != "Camunda Platform":
        findings.append(
            FormFinding(
                filename,
                f"Dibuat untuk {platform!r}; yang didukung 'Camunda Platform' (Camunda 7).",
                "Buat sebagai formulir Camunda Platform 7.",
            )
        )
