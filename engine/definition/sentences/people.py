"""Lanes, groups, steps and their forms."""

from engine.definition.sentences.entry import error, warning

SENTENCES = {
    "lanes_missing": error(
        "proses dengan langkah untuk orang harus mempunyai lajur, tidak ditemukan.",
        "Gambar kolam dengan satu lajur untuk tiap pelaksana.",
        "a process with steps for people must have lanes, found none.",
        "Draw a pool with a lane for each role.",
    ),
    "lane_unnamed": error(
        "setiap lajur harus mempunyai nama, tidak ditemukan.",
        "Beri lajur ini nama pelaksananya.",
        "every lane must have a name, found none.",
        "Name the lane after its role.",
    ),
    "lane_group_twice": warning(
        "lajur {other} juga memakai kelompok {group}; orang yang sama akan melihat tugas kedua lajur.",
        "Bila tidak disengaja, isi properti kelompok yang berbeda.",
        "lane {other} also has the group {group}; the same people will see the tasks of both.",
        "If that is not meant, give them different kelompok properties.",
    ),
    "lane_ref_unknown": error(
        "lajur mencantumkan {ref}, yang bukan elemen proses ini.",
        "Geser elemen lajur ini sedikit di pemodel, lalu simpan kembali, atau hapus baris flowNodeRef itu.",
        "the lane lists {ref}, which is no element of this process.",
        "Nudge something in the lane in the modeler and save again, or remove that flowNodeRef.",
    ),
    "lane_unlisted": error(
        "setiap elemen harus berada dalam satu lajur; {name} tidak berada dalam lajur mana pun.",
        "Letakkan elemen ini di dalam lajurnya, lalu simpan kembali.",
        "every element must be in one lane; {name} is in none.",
        "Put it into its lane and save again.",
    ),
    "lane_listed_twice": error(
        "setiap elemen harus berada dalam satu lajur saja; {name} tercantum di {lanes}.",
        "Geser elemen ini sedikit di dalam lajurnya, lalu simpan kembali.",
        "every element must be in one lane only; {name} is listed in {lanes}.",
        "Nudge it within its lane and save again.",
    ),
    "public_unknown": error(
        "properti publik pada lajur hanya mengenal ya, ditemukan {found}.",
        "Tulis ya, atau hapus properti itu.",
        "the property publik of a lane knows only ya, found {found}.",
        "Write ya, or remove the property.",
    ),
    "counter_not_public": warning(
        "properti loket hanya berarti pada lajur dengan publik=ya.",
        "Tambahkan publik=ya, atau hapus properti loket.",
        "the property loket means something only in a lane with publik=ya.",
        "Add publik=ya, or remove the property loket.",
    ),
    "restriction_not_end": warning(
        "properti terbatas_untuk dan terbatas_bila hanya berarti pada peristiwa akhir.",
        "Pindahkan ke peristiwa akhir tempat kasus dirujuk.",
        "the properties terbatas_untuk and terbatas_bila mean something only at an end event.",
        "Move them to the end event where a case is referred.",
    ),
    "restriction_without_group": error(
        "properti terbatas_bila tidak berarti tanpa terbatas_untuk: tidak ada kelompok yang boleh membaca.",
        "Tambahkan properti terbatas_untuk dengan nama kelompok penerima.",
        "the property terbatas_bila means nothing without terbatas_untuk: there is no group that may read.",
        "Add the property terbatas_untuk with the name of the group that receives it.",
    ),
    "group_invalid": error(
        "nama kelompok terdiri atas huruf kecil, angka dan garis bawah, misalnya admin_opd, ditemukan {found}.",
        "Perbaiki properti {property}.",
        "a group's name has small letters, digits and underscores, as in admin_opd, found {found}.",
        "Correct the property {property}.",
    ),
    "message_group_missing": warning(
        "peristiwa pesan sebaiknya menyebut siapa yang boleh mengirimnya; tanpa itu berlaku kelompok lajurnya ({group}).",
        "Isi properti kelompok pada peristiwa ini.",
        "a message event should say who may send it; without that it is its lane's group ({group}).",
        "Fill in the property kelompok of this event.",
    ),
    "message_groups": error(
        "satu pesan hanya boleh dikirim oleh satu kelompok; {message} di sini milik {group}, di {other} milik {there}.",
        "Samakan properti kelompok kedua peristiwa, atau pakai dua pesan.",
        "a message may be sent by one group only; {message} is {group}'s here, and {there}'s at {other}.",
        "Give both events the same property kelompok, or use two messages.",
    ),
    "step_unnamed": warning(
        "langkah sebaiknya mempunyai nama karena nama itu tampil di daftar tugas.",
        "Beri langkah ini nama.",
        "a step should have a name, because task lists show it.",
        "Name the step.",
    ),
    "time_unlike_limit": warning(
        "properti waktu ({found}) sebaiknya sama dengan pewaktu langkah ini ({limit}); dokumen SOP mencetak yang dari pewaktu.",
        "Tulis {limit} pada properti waktu, atau ubah pewaktunya.",
        "the property waktu ({found}) should say what the timer of this step does ({limit}); the SOP document prints the timer's.",
        "Write {limit} in the property waktu, or change the timer.",
    ),
    "limit_without_time": warning(
        "langkah SOP dengan pewaktu ({limit}) sebaiknya mempunyai properti waktu; dokumen SOP mencetak yang dari pewaktu.",
        "Tulis {limit} pada properti waktu.",
        "a step of the SOP with a timer ({limit}) should have the property waktu; the SOP document prints the timer's.",
        "Write {limit} in the property waktu.",
    ),
    "time_without_limit": warning(
        "properti waktu ({found}) sebaiknya disertai pewaktu; tanpa itu tidak ada yang tahu bila langkah ini terlambat.",
        "Pasang pewaktu di tepi langkah ini, atau hapus properti waktu.",
        "the property waktu ({found}) should come with a timer; without one nobody is told when this step is late.",
        "Put a timer on the boundary of this step, or remove the property waktu.",
    ),
    "form_missing": warning(
        "langkah sebaiknya mempunyai formulir; tanpa itu petugas hanya dapat menekan Selesai.",
        "Isi Form reference di panel properti.",
        "a step should have a form; without one people can only press Done.",
        "Fill in Form reference in the properties panel.",
    ),
    "form_missing_public": error(
        "langkah yang dijawab pengadu harus mempunyai formulir, tidak ditemukan.",
        "Isi Form reference di panel properti.",
        "a step that the complainant answers must have a form, found none.",
        "Fill in Form reference in the properties panel.",
    ),
    "form_unknown": error(
        "formulir {ref} tidak ada. Yang ada: {known}.",
        "Sertakan berkas .form-nya, atau perbaiki Form reference.",
        "there is no form {ref}. There are: {known}.",
        "Add its .form file, or correct the form reference.",
    ),
    "form_binding": error(
        "formulir harus terikat pada penerapan yang sama (binding deployment), ditemukan {found}.",
        "Pilih binding deployment agar kasus lama tetap memakai formulirnya.",
        "a form must be bound to its deployment (binding deployment), found {found}.",
        "Choose binding deployment, so that older cases keep their form.",
    ),
    "entry_missing": error(
        "langkah pertama harus berupa langkah pengguna tepat sesudah peristiwa mulai, ditemukan {found}.",
        "Hubungkan peristiwa mulai langsung ke langkah penyampaian pengaduan.",
        "the first step must be a user task straight after the start event, found {found}.",
        "Connect the start event directly to the step that submits the complaint.",
    ),
    "entry_not_public": error(
        "langkah pertama harus berada di lajur pengadu (publik=ya), ditemukan di lajur {lane}.",
        "Pindahkan langkah ini ke lajur pengadu, atau isi publik=ya pada lajurnya.",
        "the first step must be in the complainant's lane (publik=ya), found in lane {lane}.",
        "Move it into that lane, or give its lane publik=ya.",
    ),
}
