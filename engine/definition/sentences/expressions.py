"""Conditions, scripts and timers."""

from engine.definition.sentences.entry import error, warning

SENTENCES = {
    "condition_missing": error(
        "setiap alur keluar gerbang ini, kecuali alur bawaan, harus mempunyai syarat; tidak ditemukan.",
        "Tulis syarat FEEL pada alur ini, atau jadikan alur bawaan (Default flow).",
        "every flow that leaves this gateway, but the default one, must have a condition; found none.",
        "Write a FEEL condition on the flow, or make it the default flow.",
    ),
    "condition_on_default": error(
        "alur bawaan tidak boleh bersyarat karena dipakai bila semua syarat lain tidak terpenuhi.",
        "Hapus syaratnya, atau pilih alur lain sebagai alur bawaan.",
        "the default flow may have no condition: it is taken when no other condition holds.",
        "Remove its condition, or choose another default flow.",
    ),
    "condition_ignored": error(
        "syarat pada alur ini tidak akan dibaca karena berasal dari {kind}.",
        "Tempatkan gerbang eksklusif sebelum alur ini, lalu tulis syaratnya di sana.",
        "the condition on this flow would not be read, because it leaves a {kind}.",
        "Put an exclusive gateway before it and write the condition there.",
    ),
    "default_missing": warning(
        "gerbang sebaiknya mempunyai alur bawaan; bila tidak satu syarat pun terpenuhi, kasus menjadi kendala.",
        "Tandai satu alur keluar sebagai Default flow.",
        "the gateway should have a default flow; when no condition holds, the case halts as an incident.",
        "Mark one outgoing flow as the default flow.",
    ),
    "language": error(
        "syarat harus ditulis dalam FEEL, ditemukan bahasa {found}.",
        "Pilih Expression, lalu hapus bahasanya atau isi feel.",
        "a condition must be written in FEEL, found the language {found}.",
        "Choose Expression and remove the language, or set it to feel.",
    ),
    "feel_invalid": error(
        "ekspresi harus berupa FEEL, ditemukan {found}; tidak terbaca mulai baris {row} kolom {column}.",
        "Perbaiki ekspresi di tempat itu.",
        "the expression must be FEEL, found {found}; it cannot be read from its line {row} column {column} on.",
        "Correct the expression at that place.",
    ),
    "feel_wrapped": error(
        "ekspresi ditulis apa adanya, tanpa ${{…}} dan tanpa tanda = di depan, ditemukan {found}.",
        'Tulis isinya saja, misalnya lingkup = "tidak_berkadar".',
        "an expression is written bare, without ${{…}} and without a leading =, found {found}.",
        'Write only what is inside, for instance answer = "yes".',
    ),
    "name_unknown": error(
        "ekspresi membaca {name}, yang tidak diisi oleh formulir, skrip atau keputusan mana pun. Mungkin maksud Anda: {closest}.",
        "Perbaiki nama itu, atau tambahkan isian dengan kunci {name} pada formulir sebelum langkah ini.",
        "the expression reads {name}, which no form, script or decision sets. Did you mean: {closest}.",
        "Correct the name, or add a field with key {name} to a form before this step.",
    ),
    "name_personal": error(
        "ekspresi membaca {name}, padahal isian itu bersifat pribadi dan tidak boleh masuk riwayat.",
        "Pakai isian lain yang tidak pribadi, misalnya pilihan ya atau tidak.",
        "the expression reads {name}, but that field is personal and may not enter the history.",
        "Use another field that is not personal, for instance a yes or no.",
    ),
    "name_nested": error(
        "ekspresi membaca {name}, yang berupa kelompok atau daftar isian; syarat hanya dapat membaca isian tunggal.",
        "Pakai isian tunggal di luar kelompok itu.",
        "the expression reads {name}, which is a group or list of fields; it can read single fields only.",
        "Use a single field outside the group.",
    ),
    "script_format": error(
        "skrip harus ditulis dalam FEEL (scriptFormat feel), ditemukan {found}.",
        "Isi Script format dengan feel.",
        "a script must be written in FEEL (scriptFormat feel), found {found}.",
        "Set Script format to feel.",
    ),
    "script_missing": error(
        "langkah skrip harus memuat skrip, tidak ditemukan.",
        "Tulis ekspresi FEEL sebagai skrip sebaris (Inline script).",
        "a script task must hold a script, found none.",
        "Write a FEEL expression as inline script.",
    ),
    "result_variable_missing": error(
        "langkah ini harus menyebut variabel hasil, tidak ditemukan.",
        "Isi Result variable di panel properti.",
        "this task must name its result variable, found none.",
        "Fill in Result variable in the properties panel.",
    ),
    "timer_empty": error(
        "pewaktu harus menyebut lama, tanggal atau ulangan, tidak ditemukan.",
        "Isi pewaktu, misalnya PT2H untuk dua jam kerja.",
        "a timer must give a duration, a date or a cycle, found none.",
        "Fill it in, for instance PT2H for two office hours.",
    ),
    "duration_invalid": error(
        "lama pewaktu harus seperti PT2H, PT30M, P3D atau P1DT2H, ditemukan {found}.",
        "Tulis angka sebelum hurufnya: P lalu hari (D), T lalu jam (H), menit (M), detik (S). Bulan, minggu dan pecahan tidak dipakai.",
        "a timer's duration must look like PT2H, PT30M, P3D or P1DT2H, found {found}.",
        "Write each number before its letter: P, days (D), T, hours (H), minutes (M), seconds (S). No months, weeks or fractions.",
    ),
    "date_invalid": error(
        "tanggal pewaktu harus seperti 2026-11-24T08:00:00+08:00 (dengan zona waktu), ditemukan {found}.",
        "Tulis tanggal, jam dan zona waktunya.",
        "a timer's date must look like 2026-11-24T08:00:00+08:00 (with its zone), found {found}.",
        "Write the date, the time and its zone.",
    ),
    "timer_cycle": error(
        "pewaktu berulang (timeCycle) tidak didukung, ditemukan {found}.",
        "Pakai timeDuration; untuk mengulang, gambarkan alur kembali ke pewaktu.",
        "a repeating timer (timeCycle) is not supported, found {found}.",
        "Use timeDuration; to repeat it, draw a flow back to the timer.",
    ),
    "calendar_unknown": error(
        "properti kalender hanya mengenal 24jam, ditemukan {found}.",
        "Tulis 24jam untuk jam dinding, atau hapus properti itu agar jam kerja yang dipakai.",
        "the property kalender knows only 24jam, found {found}.",
        "Write 24jam for the wall clock, or remove the property to count office hours.",
    ),
    "calendar_misplaced": error(
        "properti kalender hanya dibaca pada pewaktu, ditemukan pada {kind}.",
        "Pindahkan properti itu ke pewaktunya.",
        "the property kalender is read on timers only, found on a {kind}.",
        "Move it to the timer.",
    ),
}
