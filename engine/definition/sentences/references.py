"""What points to nothing."""

from engine.definition.sentences.entry import error

SENTENCES = {
    "flow_source": error(
        "alur harus berawal pada elemen yang ada, ditemukan {ref}.",
        "Tarik ulang awal alur ini, atau hapus.",
        "a flow must start at an element that exists, found {ref}.",
        "Draw the flow's start again, or delete it.",
    ),
    "flow_target": error(
        "alur harus berujung pada elemen yang ada, ditemukan {ref}.",
        "Tarik ulang ujung alur ini, atau hapus.",
        "a flow must end at an element that exists, found {ref}.",
        "Draw the flow's end again, or delete it.",
    ),
    "flow_crosses": error(
        "alur tidak boleh menembus batas proses atau sub-proses ({source} ke {target}).",
        "Hubungkan elemen yang berada pada tingkat yang sama.",
        "a flow may not cross the border of a process or sub-process ({source} to {target}).",
        "Connect elements of the same level.",
    ),
    "reference_unknown": error(
        "{kind} harus menunjuk pada yang dinyatakan di diagram, ditemukan {ref}. Yang ada: {known}.",
        "Pilih salah satu di panel properti, atau nyatakan yang baru.",
        "a {kind} must point to one declared in the diagram, found {ref}. There are: {known}.",
        "Choose one in the properties panel, or declare it.",
    ),
    "reference_missing": error(
        "peristiwa ini harus menyebut {kind}, tidak ditemukan.",
        "Pilih {kind} di panel properti.",
        "this event must name its {kind}, found none.",
        "Choose the {kind} in the properties panel.",
    ),
    "name_missing": error(
        "{kind} {id} harus mempunyai nama, tidak ditemukan.",
        "Isi namanya di panel properti.",
        "the {kind} {id} must have a name, found none.",
        "Fill in its name in the properties panel.",
    ),
    "caught_twice": error(
        "peristiwa ini menunggu {kind} yang sama dengan {other} di tempat yang sama; tidak jelas mana yang menerimanya.",
        "Sisakan satu peristiwa, atau beri {kind} lain.",
        "this event waits for the same {kind} as {other} in the same place; which of them gets it is not clear.",
        "Keep one of them, or give it another {kind}.",
    ),
    "name_evaluated": error(
        "nama {kind} adalah teks tetap, ditemukan {found}.",
        "Tulis nama yang tetap; yang berbeda-beda dipilih oleh gerbang.",
        "the name of a {kind} is plain text, found {found}.",
        "Write a fixed name; let a gateway choose between several.",
    ),
    "code_missing": error(
        "{kind} {id} harus mempunyai kode, tidak ditemukan.",
        "Isi kodenya di panel properti; untuk eskalasi: kelompok yang diberi tahu.",
        "the {kind} {id} must have a code, found none.",
        "Fill in its code in the properties panel; for an escalation, the group to tell.",
    ),
    "attached_unknown": error(
        "peristiwa tepi harus menempel pada langkah atau sub-proses yang ada, ditemukan {ref}.",
        "Tempelkan kembali pada langkahnya.",
        "a boundary event must be attached to a step or sub-process that exists, found {ref}.",
        "Attach it to its step again.",
    ),
    "called_unknown": error(
        "proses yang dipanggil harus dapat dijalankan dan ada dalam berkas ini, ditemukan {ref}. Yang ada: {known}.",
        "Isi Called element dengan id salah satu proses itu.",
        "a called process must be executable and in this file, found {ref}. There are: {known}.",
        "Set Called element to the id of one of them.",
    ),
    "called_circular": error(
        "sebuah proses tidak boleh memanggil dirinya sendiri, ditemukan pada {ref}.",
        "Gambarkan pengulangan dengan alur kembali.",
        "a process may not call itself, found at {ref}.",
        "Draw the loop by a flow back.",
    ),
    "default_unknown": error(
        "alur bawaan harus salah satu alur keluar elemen ini, ditemukan {ref}.",
        "Tandai salah satu alur keluarnya sebagai Default flow.",
        "the default flow must be one that leaves this element, found {ref}.",
        "Mark one of its outgoing flows as the default flow.",
    ),
    "decision_unknown": error(
        "tabel keputusan harus ada dalam berkas .dmn yang ikut diterapkan, ditemukan {ref}. Yang ada: {known}.",
        "Sertakan berkas .dmn itu, atau perbaiki Decision ref.",
        "a decision table must be in a .dmn file of the same deployment, found {ref}. There are: {known}.",
        "Add the .dmn file, or correct the decision ref.",
    ),
    "decision_no_table": error(
        "keputusan {ref} harus berupa tabel keputusan.",
        "Ubah keputusan itu menjadi tabel.",
        "the decision {ref} must be a decision table.",
        "Make it a decision table.",
    ),
    "decision_requires": error(
        "tabel keputusan {ref} harus berdiri sendiri, ditemukan kebutuhan akan {required}.",
        "Masukkan aturannya ke dalam satu tabel, atau pakai dua business rule task berurutan.",
        "the decision table {ref} must stand by itself, found that it requires {required}.",
        "Put the rules into one table, or use two business rule tasks one after the other.",
    ),
    "decision_policy": error(
        "tabel keputusan {ref} harus memberi satu nilai: hit policy UNIQUE, FIRST, ANY, atau COLLECT dengan SUM, MIN, "
        "MAX, atau COUNT; ditemukan {found}.",
        "Pilih hit policy itu di kiri atas tabel.",
        "the decision table {ref} must give one value: hit policy UNIQUE, FIRST, ANY, or COLLECT with SUM, MIN, MAX or "
        "COUNT; found {found}.",
        "Choose that hit policy in the upper left of the table.",
    ),
    "decision_columns": error(
        "tabel keputusan {ref} harus punya masukan dengan ekspresi dan keluaran dengan nama.",
        "Isi Expression tiap kolom masukan dan Name tiap kolom keluaran.",
        "the decision table {ref} must have inputs with an expression and outputs with a name.",
        "Fill in the Expression of each input column and the Name of each output column.",
    ),
    "decision_cells": error(
        "setiap aturan tabel keputusan {ref} harus punya satu sel untuk tiap kolom.",
        "Buka tabel itu di modeler dan simpan lagi.",
        "each rule of the decision table {ref} must have a cell for each column.",
        "Open the table in a modeler and save it again.",
    ),
    "decision_result": error(
        "Result variable hanya untuk tabel dengan satu keluaran; {ref} memberi {outputs}.",
        "Kosongkan Result variable: tiap keluaran menjadi variabel dengan namanya sendiri.",
        "a result variable is only for a table with one output; {ref} gives {outputs}.",
        "Leave the result variable empty: each output becomes a variable of its own name.",
    ),
}
