"""What each change is called: Indonesian, English. Data only; `change` fills it in."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    # the process
    "process_key": ("kunci proses {old} → {new}", "key of the process {old} → {new}"),
    "process_name": ("nama proses “{old}” → “{new}”", "name of the process “{old}” → “{new}”"),
    "identity": ("{name}: “{old}” → “{new}”", "{name}: “{old}” → “{new}”"),
    "process_setting": (
        "pengaturan proses {name}: {old} → {new}",
        "setting of the process {name}: {old} → {new}",
    ),
    # lanes
    "lane_added": ("lajur baru “{name}”", "new lane “{name}”"),
    "lane_removed": ("lajur “{name}” dihapus", "lane “{name}” removed"),
    "lane_renamed": ("nama lajur “{old}” → “{new}”", "name of the lane “{old}” → “{new}”"),
    "lane_property": (
        "lajur “{lane}”, properti {name}: {old} → {new}",
        "lane “{lane}”, property {name}: {old} → {new}",
    ),
    "lane_order": ("urutan lajur: {old} → {new}", "order of the lanes: {old} → {new}"),
    # elements
    "added": ("{what} baru “{name}” di lajur {lane}", "new {what} “{name}” in lane {lane}"),
    "removed": ("{what} “{name}” dihapus dari lajur {lane}", "{what} “{name}” removed from lane {lane}"),
    "kind": ("jenis elemen {old} → {new}", "kind of element {old} → {new}"),
    "renamed": ("nama “{old}” → “{new}”", "name “{old}” → “{new}”"),
    "moved": ("pindah lajur dari {old} ke {new}", "moved from lane {old} to {new}"),
    "instances": ("dikerjakan {old} → {new}", "done {old} → {new}"),
    "nested": ("pindah sub-proses dari {old} ke {new}", "moved from sub-process {old} to {new}"),
    "order": ("urutan dalam berkas: {old} → {new}", "order in the file: {old} → {new}"),
    "limit": ("batas {old} → {new}", "limit {old} → {new}"),
    "limit_added": ("batas baru {new}", "new limit {new}"),
    "limit_removed": ("batas {old} dihapus", "limit {old} removed"),
    "wall_clock": ("batas menurut {old} → {new}", "limit counted by {old} → {new}"),
    "interrupting": (
        "{name} menghentikan langkah: {old} → {new}",
        "{name} interrupts the step: {old} → {new}",
    ),
    "attached": ("{name} menempel pada {old} → {new}", "{name} sits on {old} → {new}"),
    "property": ("{name}: {old} → {new}", "{name}: {old} → {new}"),
    "form_of_step": ("formulir {old} → {new}", "form {old} → {new}"),
    "escalation": ("eskalasi kepada {old} → {new}", "escalates to {old} → {new}"),
    "message": ("pesan {old} → {new}", "message {old} → {new}"),
    "topic": ("layanan {old} → {new}", "service {old} → {new}"),
    "event": ("jenis peristiwa {old} → {new}", "kind of event {old} → {new}"),
    "default": ("alur bawaan menuju {old} → {new}", "default flow to {old} → {new}"),
    "setting": ("pengaturan {name}: {old} → {new}", "setting {name}: {old} → {new}"),
    # flows
    "flow_added": (
        "alur baru ke {target} (syarat {condition})",
        "new flow to {target} (condition {condition})",
    ),
    "flow_removed": ("alur ke {target} dihapus", "flow to {target} removed"),
    "flow_target": ("alur ke {old} kini ke {new}", "the flow to {old} now goes to {new}"),
    "flow_source": (
        "alur ke {target} kini berasal dari {new}, dahulu dari {old}",
        "the flow to {target} now comes from {new}, before from {old}",
    ),
    "condition": ("syarat menuju {target}: {old} → {new}", "condition to {target}: {old} → {new}"),
    "flow_renamed": (
        "nama alur menuju {target}: “{old}” → “{new}”",
        "name of the flow to {target}: “{old}” → “{new}”",
    ),
    "flow_setting": (
        "pengaturan alur menuju {target}, {name}: {old} → {new}",
        "setting of the flow to {target}, {name}: {old} → {new}",
    ),
    # forms
    "form_added": ("formulir {form} baru", "new form {form}"),
    "form_removed": ("formulir {form} dihapus", "form {form} removed"),
    "field_added": ("formulir {form}: kolom baru “{field}”", "form {form}: new field “{field}”"),
    "field_removed": ("formulir {form}: kolom “{field}” dihapus", "form {form}: field “{field}” removed"),
    "field_type": (
        "formulir {form}: jenis kolom “{field}” {old} → {new}",
        "form {form}: type of the field “{field}” {old} → {new}",
    ),
    "field_label": (
        "formulir {form}: label kolom {key} “{old}” → “{new}”",
        "form {form}: label of the field {key} “{old}” → “{new}”",
    ),
    "field_required": ("formulir {form}: kolom “{field}” wajib", "form {form}: field “{field}” required"),
    "field_optional": (
        "formulir {form}: kolom “{field}” tidak lagi wajib",
        "form {form}: field “{field}” no longer required",
    ),
    "field_options": (
        "formulir {form}: pilihan kolom “{field}” {old} → {new}",
        "form {form}: choices of the field “{field}” {old} → {new}",
    ),
    "field_hidden": (
        "formulir {form}: kolom “{field}” sembunyi bila {old} → {new}",
        "form {form}: field “{field}” hidden if {old} → {new}",
    ),
    "field_setting": (
        "formulir {form}: kolom “{field}”, {name}: {old} → {new}",
        "form {form}: field “{field}”, {name}: {old} → {new}",
    ),
    "form_order": ("formulir {form}: urutan kolom berubah", "form {form}: order of the fields changed"),
    "form_setting": ("formulir {form}, {name}: {old} → {new}", "form {form}, {name}: {old} → {new}"),
    "form_layout": ("formulir {form}: tata letak kolom berubah", "form {form}: layout of the fields changed"),
    # decision tables
    "table_added": ("tabel keputusan {file} baru", "new decision table {file}"),
    "table_removed": ("tabel keputusan {file} dihapus", "decision table {file} removed"),
    "table": ("tabel keputusan {file} berubah: {names}", "decision table {file} changed: {names}"),
    # the drawing
    "layout": ("tata letak gambar: {count} bagian bergeser", "layout of the drawing: {count} parts moved"),
}

#: BPMN tag -> what people call it.
KINDS: dict[str, tuple[str, str]] = {
    "userTask": ("langkah", "step"),
    "manualTask": ("langkah", "step"),
    "task": ("langkah", "step"),
    "serviceTask": ("tugas layanan", "service task"),
    "sendTask": ("tugas kirim", "send task"),
    "receiveTask": ("tugas terima", "receive task"),
    "scriptTask": ("tugas hitung", "script task"),
    "businessRuleTask": ("tugas keputusan", "decision task"),
    "callActivity": ("panggilan proses", "call activity"),
    "subProcess": ("sub-proses", "sub-process"),
    "transaction": ("transaksi", "transaction"),
    "startEvent": ("mulai", "start"),
    "endEvent": ("akhir", "end"),
    "boundaryEvent": ("peristiwa tepi", "boundary event"),
    "intermediateCatchEvent": ("peristiwa tunggu", "catching event"),
    "intermediateThrowEvent": ("peristiwa kirim", "throwing event"),
    "exclusiveGateway": ("keputusan", "decision"),
    "inclusiveGateway": ("keputusan ganda", "inclusive decision"),
    "parallelGateway": ("percabangan serentak", "parallel gateway"),
    "eventBasedGateway": ("percabangan peristiwa", "event gateway"),
    "textAnnotation": ("catatan", "note"),
}
