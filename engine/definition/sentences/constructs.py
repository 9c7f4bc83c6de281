"""What the engine breaks or ignores, and what DESIGN 3 does not list: refused by name."""

from engine.definition.sentences.entry import error

SENTENCES = {
    "elements_too_many": error(
        "satu berkas boleh memuat paling banyak {limit} langkah, peristiwa dan gerbang, ditemukan {count}.",
        "Pecah menjadi beberapa proses yang diterapkan sendiri-sendiri.",
        "a file may hold at most {limit} steps, events and gateways, found {count}.",
        "Split it into several processes that are deployed on their own.",
    ),
    "event_sub_process": error(
        "sub-proses peristiwa (event sub-process) tidak didukung: mesin tidak dapat menyelesaikan kasusnya.",
        "Pakai peristiwa tepi (boundary event) pada langkah atau sub-proses.",
        "an event sub-process is not supported: the engine cannot complete its case.",
        "Use a boundary event on the step or sub-process.",
    ),
    "transaction": error(
        "transaksi (transaction) tidak didukung.",
        "Pakai sub-proses biasa dengan peristiwa tepi galat.",
        "a transaction is not supported.",
        "Use a plain sub-process with an error boundary event.",
    ),
    "ad_hoc_sub_process": error(
        "sub-proses ad hoc tidak didukung: urutan langkahnya tidak dapat dibuktikan.",
        "Gambarkan langkahnya sebagai urutan atau cabang paralel.",
        "an ad hoc sub-process is not supported: the order of its steps cannot be proved.",
        "Draw its steps as a sequence or as parallel branches.",
    ),
    "complex_gateway": error(
        "gerbang kompleks (complex gateway) tidak didukung.",
        "Pakai gerbang eksklusif, paralel atau inklusif.",
        "a complex gateway is not supported.",
        "Use exclusive, parallel or inclusive gateways.",
    ),
    "service_task": error(
        "langkah layanan (service task) dikerjakan program lain yang mengambilnya menurut topik; topik itu tidak ditemukan, atau kelas atau ekspresi yang akan dijalankan.",
        "Di bagian Implementation pilih External dan isi Topic, misalnya kirim_surat.",
        "a service task is done by another program that fetches it by its topic; found no topic, or a class or expression to be run.",
        "Under Implementation choose External and fill in a topic, as in kirim_surat.",
    ),
    "send_task": error(
        "langkah kirim (send task) tidak didukung.",
        "Jadikan langkah pengguna (user task) yang dikerjakan orang.",
        "a send task is not supported.",
        "Make it a user task that a person does.",
    ),
    "receive_task": error(
        "langkah terima (receive task) tidak didukung.",
        "Pakai peristiwa antara penerima pesan (message intermediate catch event).",
        "a receive task is not supported.",
        "Use a message intermediate catch event.",
    ),
    "compensation": error(
        "kompensasi tidak didukung: mesin mengabaikannya tanpa pesan.",
        "Gambarkan langkah pembatalan sebagai alur biasa.",
        "compensation is not supported: the engine ignores it without a word.",
        "Draw the undoing step as ordinary flow.",
    ),
    "link_event": error(
        "peristiwa tautan (link event) tidak didukung: kasus akan berhenti di sana.",
        "Hubungkan kedua tempat dengan alur biasa.",
        "a link event is not supported: the case would hang there.",
        "Connect the two places by a sequence flow.",
    ),
    "conditional_event": error(
        "peristiwa bersyarat (conditional event) tidak didukung.",
        "Pakai gerbang eksklusif dengan syarat.",
        "a conditional event is not supported.",
        "Use an exclusive gateway with a condition.",
    ),
    "cancel_event": error(
        "peristiwa batal (cancel event) tidak didukung.",
        "Pakai peristiwa galat (error event).",
        "a cancel event is not supported.",
        "Use an error event.",
    ),
    "signal_end_event": error(
        "peristiwa akhir sinyal (signal end event) tidak didukung: mesin mengabaikannya tanpa pesan.",
        "Kirim sinyal dengan peristiwa antara, lalu akhiri dengan peristiwa akhir.",
        "a signal end event is not supported: the engine ignores it without a word.",
        "Throw the signal by an intermediate event, then end.",
    ),
    "event_misplaced": error(
        "{kind} tidak dapat memakai definisi {event}: mesin mengabaikannya. Yang dapat: {allowed}.",
        "Pilih salah satu jenis peristiwa itu.",
        "a {kind} cannot have the definition {event}: the engine ignores it. It can have: {allowed}.",
        "Choose one of those kinds of event.",
    ),
    "events_several": error(
        "sebuah peristiwa harus mempunyai satu definisi, ditemukan {count}.",
        "Pecah menjadi beberapa peristiwa.",
        "an event must have one definition, found {count}.",
        "Split it into several events.",
    ),
    "start_not_plain": error(
        "peristiwa mulai harus polos karena kasus dimulai oleh pengaduan, ditemukan {event}.",
        "Ubah menjadi peristiwa mulai polos (None start event).",
        "the start event must be plain because a complaint starts the case, found {event}.",
        "Change it to a none start event.",
    ),
    "start_count": error(
        "{process} harus mempunyai tepat satu peristiwa mulai, ditemukan {count}.",
        "Sisakan satu peristiwa mulai, lalu bercabang dengan gerbang.",
        "{process} must have exactly one start event, found {count}.",
        "Keep one start event and branch by a gateway.",
    ),
    "end_missing": error(
        "{process} harus mempunyai peristiwa akhir, tidak ditemukan.",
        "Tambahkan peristiwa akhir.",
        "{process} must have an end event, found none.",
        "Add an end event.",
    ),
    "standard_loop": error(
        "pengulangan langkah (standard loop) tidak didukung.",
        "Gambarkan pengulangan dengan gerbang eksklusif dan alur kembali.",
        "a standard loop is not supported.",
        "Draw the loop by an exclusive gateway and a flow back.",
    ),
    "instances_kind": error(
        "{kind} tidak dapat dikerjakan berkali-kali (multi-instance).",
        "Letakkan elemen ini dalam sub-proses yang multi-instance.",
        "a {kind} cannot be done several times (multi-instance).",
        "Put the element into a sub-process that is multi-instance.",
    ),
    "instances_first": error(
        "langkah pertama tidak dapat dikerjakan berkali-kali: satu pengaduan dibuka oleh satu formulir.",
        "Pindahkan multi-instance ke langkah sesudahnya.",
        "the first step cannot be done several times: one form opens one complaint.",
        "Move the multi-instance to a later step.",
    ),
    "instances_data": error(
        "pada multi-instance {kind} tidak didukung: jumlahnya dari Loop cardinality, isian setiap kali dari formulirnya.",
        "Hapus {kind}, dan isi Loop cardinality.",
        "{kind} of a multi-instance is not supported: how often comes from the loop cardinality, the answers of each from its form.",
        "Remove {kind}, and fill in the loop cardinality.",
    ),
    "instances_count_missing": error(
        "multi-instance harus menyebut berapa kali (Loop cardinality), tidak ditemukan.",
        "Isi angka 0 sampai {limit}, atau FEEL yang memberi angka itu.",
        "a multi-instance must say how often (loop cardinality), found nothing.",
        "Fill in a number from 0 to {limit}, or FEEL that gives one.",
    ),
    "instances_too_many": error(
        "multi-instance paling banyak {limit} kali, ditemukan {found}.",
        "Kecilkan Loop cardinality.",
        "a multi-instance is done at most {limit} times, found {found}.",
        "Make the loop cardinality smaller.",
    ),
    "data_object": error(
        "{kind} tidak didukung: data kasus hanya berasal dari isian formulir.",
        "Pakai properti atau catatan (text annotation) untuk menyebut dokumen.",
        "a {kind} is not supported: a case's data comes from its forms only.",
        "Use a property or a text annotation to mention documents.",
    ),
    "nested_lanes": error(
        "lajur di dalam lajur tidak didukung.",
        "Jadikan semuanya lajur biasa dalam satu kolam.",
        "lanes within a lane are not supported.",
        "Make them plain lanes of one pool.",
    ),
    "element_unknown": error(
        "elemen {kind} tidak didukung dan akan diabaikan.",
        "Ganti dengan elemen yang didukung, atau hapus.",
        "the element {kind} is not supported and would be ignored.",
        "Replace it by a supported one, or remove it.",
    ),
}
