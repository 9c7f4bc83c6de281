"""The file as a file, and the forms that came with it."""

from engine.definition.sentences.entry import error, warning

SENTENCES = {
    "file_missing": error(
        "berkas tidak ditemukan.",
        "Periksa nama dan foldernya.",
        "there is no such file.",
        "Check its name and folder.",
    ),
    "file_kind": error(
        "hanya berkas {kinds} yang dapat diterapkan.",
        "Pilih berkas yang disimpan oleh pemodel.",
        "only files of the kinds {kinds} can be deployed.",
        "Choose a file that the modeler saved.",
    ),
    "file_twice": error(
        "setiap berkas dalam satu penerapan harus mempunyai nama sendiri, ditemukan dua dengan nama ini.",
        "Ganti nama salah satunya.",
        "every file of a deployment must have its own name, found two of this name.",
        "Rename one of them.",
    ),
    "files_too_many": error(
        "satu penerapan boleh memuat paling banyak {limit} berkas, ditemukan {count}.",
        "Pilih folder yang hanya berisi proses dan formulirnya.",
        "a deployment may hold at most {limit} files, found {count}.",
        "Choose a folder that holds only processes and their forms.",
    ),
    "archive_broken": error(
        "arsip harus berupa ZIP biasa tanpa kata sandi, ditemukan yang tidak dapat dibaca.",
        "Buat lagi ZIP-nya, atau pilih berkas-berkasnya langsung.",
        "the archive must be an ordinary ZIP without a password, found one that cannot be read.",
        "Pack it again, or choose the files themselves.",
    ),
    "archive_too_large": error(
        "isi arsip boleh paling besar {limit} bita tiap berkas dan {whole} bita semuanya, ditemukan lebih.",
        "Masukkan hanya diagram, formulir, dan tabel keputusan proses ini.",
        "an archive may hold at most {limit} bytes a file and {whole} bytes in all, found more.",
        "Put in only the diagram, the forms and the decision tables of this process.",
    ),
    "diagram_missing": error(
        "penerapan harus memuat sedikitnya satu berkas .bpmn, tidak ditemukan.",
        "Sertakan diagram prosesnya.",
        "a deployment must hold at least one .bpmn file, found none.",
        "Add the diagram of the process.",
    ),
    "not_utf8": error(
        "berkas harus disimpan sebagai UTF-8.",
        "Simpan kembali berkas ini di pemodel.",
        "the file must be saved as UTF-8.",
        "Save it again in a modeler.",
    ),
    "file_too_large": error(
        "berkas boleh berukuran paling besar {limit} bita, ditemukan {size} bita.",
        "Pecah proses menjadi beberapa berkas yang lebih kecil.",
        "a file may have at most {limit} bytes, found {size}.",
        "Split the process into smaller files.",
    ),
    "xml_broken": error(
        "berkas harus berupa XML yang utuh, ditemukan: {problem}",
        "Buka berkas di pemodel, lalu simpan kembali. Bila tidak dapat dibuka, pakai salinan sebelumnya.",
        "the file must be well-formed XML, found: {problem}",
        "Open the file in a modeler and save it again. If it does not open, use an earlier copy.",
    ),
    "xml_doctype": error(
        "berkas tidak boleh memuat DOCTYPE atau entitas, ditemukan satu.",
        "Hapus baris <!DOCTYPE …>. Pemodel BPMN tidak pernah menulisnya; periksa asal berkas ini.",
        "the file must hold no DOCTYPE and no entities, found one.",
        "Remove the <!DOCTYPE …> line. No BPMN modeler writes one: check where this file comes from.",
    ),
    "nodes_too_many": error(
        "berkas boleh memuat paling banyak {limit} simpul XML, ditemukan {count}.",
        "Pecah proses menjadi beberapa berkas yang lebih kecil.",
        "a file may hold at most {limit} XML nodes, found {count}.",
        "Split the process into smaller files.",
    ),
    "not_bpmn": error(
        "berkas harus berupa diagram BPMN 2.0 (elemen terluar definitions), ditemukan {root}.",
        "Pilih berkas .bpmn yang disimpan oleh pemodel.",
        "the file must be a BPMN 2.0 diagram (root element definitions), found {root}.",
        "Choose the .bpmn file that the modeler saved.",
    ),
    "engine_refuses": error(
        "mesin proses tidak dapat membaca diagram ini: {problem}",
        "Sederhanakan bagian itu. Bila tidak jelas, kirim diagram ini kepada Pengelola.",
        "the process engine cannot read this diagram: {problem}",
        "Simplify that part. If it is unclear which, send the diagram to the Pengelola.",
    ),
    "schema": error(
        "isi berkas harus sesuai skema BPMN 2.0, ditemukan: {problem}",
        "Buka diagram di pemodel, perbaiki elemen itu, lalu simpan kembali.",
        "the file must follow the schema of BPMN 2.0, found: {problem}",
        "Open the diagram in a modeler, repair the element and save it again.",
    ),
    "process_count": error(
        "harus ada tepat satu proses yang dapat dijalankan, ditemukan {count}.",
        "Tandai tepat satu proses sebagai Executable di panel properti.",
        "exactly one process must be executable, found {count}.",
        "Mark exactly one process as Executable in the properties panel.",
    ),
    "process_twice": error(
        "setiap proses harus ada di satu berkas saja; proses {process} juga ada di {other}.",
        "Hapus salah satu berkas, atau beri proses ini id lain.",
        "a process must be in one file only; process {process} is also in {other}.",
        "Remove one of the files, or give this process another id.",
    ),
    "other_platform": error(
        "diagram harus dibuat untuk Camunda Platform 7, ditemukan {found}.",
        "Buat diagram sebagai BPMN diagram (Camunda Platform 7) di pemodel.",
        "the diagram must be made for Camunda Platform 7, found {found}.",
        "Create it as a BPMN diagram (Camunda Platform 7) in the modeler.",
    ),
    "other_extension": error(
        "hanya perluasan camunda: yang dibaca, ditemukan {name} dari {namespace}.",
        "Hapus perluasan itu, atau gambar ulang elemennya dalam diagram Camunda Platform 7.",
        "only camunda: extensions are read, found {name} of {namespace}.",
        "Remove the extension, or draw the element again in a Camunda Platform 7 diagram.",
    ),
    "camunda_ignored": error(
        "pengaturan ini tidak dijalankan oleh sistem dan dapat menyesatkan: camunda:{name}.",
        "Hapus pengaturan itu. Kelompok, tenggat dan formulir ditentukan oleh lajur, pewaktu dan formRef.",
        "the system does not act on this setting, and it would mislead: camunda:{name}.",
        "Remove it. Groups, limits and forms are given by lanes, timers and formRef.",
    ),
    "time_to_live_missing": warning(
        "proses sebaiknya menyebut berapa hari riwayatnya disimpan, tidak ditemukan.",
        "Isi History time to live di panel properti proses, misalnya 3650.",
        "the process should say for how many days its history is kept, found nothing.",
        "Fill in History time to live in the properties of the process, for instance 3650.",
    ),
    "id_missing": error(
        "setiap elemen harus mempunyai id, ditemukan {kind} tanpa id.",
        "Isi id elemen itu di panel properti.",
        "every element must have an id, found a {kind} without one.",
        "Fill in its id in the properties panel.",
    ),
    "id_twice": error(
        "setiap id hanya boleh dipakai satu kali, {id} juga dipakai di baris {other}.",
        "Beri salah satu elemen id lain.",
        "an id may be used only once, {id} is also used on line {other}.",
        "Give one of the elements another id.",
    ),
    "id_reserved": error(
        "id {id} dipakai oleh mesin proses sendiri sehingga elemen ini akan tertukar.",
        "Beri elemen ini id lain, misalnya Mulai atau Selesai.",
        "the id {id} belongs to the process engine itself, the two would be mixed up.",
        "Give the element another id, for instance Begin or Finish.",
    ),
    "form": error("{message}", "{remedy}", "{message}", "{remedy}"),
    "form_twice": error(
        "setiap formulir harus mempunyai id sendiri, {id} juga dipakai oleh {other}.",
        "Beri salah satu formulir id lain.",
        "every form must have its own id, {id} is also used by {other}.",
        "Give one of the forms another id.",
    ),
    "key_types": error(
        "isian {key} harus bertipe sama di semua formulir: di sini {here}, di {other} {there}.",
        "Samakan jenis isian itu, atau beri salah satunya kunci lain.",
        "the field {key} must have one type in all forms: here {here}, in {other} {there}.",
        "Make the two alike, or give one of them another key.",
    ),
    "key_reserved": error(
        "kunci {key} dipakai oleh mesin proses sendiri sehingga kasus tidak dapat dibuka kembali.",
        "Beri hasil ini nama lain.",
        "the key {key} belongs to the process engine itself, the case could not be opened again.",
        "Give this result another name.",
    ),
}
