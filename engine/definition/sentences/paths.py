"""Where a case can go."""

from engine.definition.sentences.entry import error, warning

SENTENCES = {
    "flows_several": error(
        "hanya gerbang yang boleh mempunyai lebih dari satu alur keluar, ditemukan {count}.",
        "Tambahkan gerbang paralel atau eksklusif sesudah elemen ini.",
        "only a gateway may have more than one outgoing flow, found {count}.",
        "Add a parallel or exclusive gateway after it.",
    ),
    "flow_missing": error(
        "elemen ini harus mempunyai alur keluar; tanpa itu kasus berhenti di sini.",
        "Tarik alur ke elemen berikutnya atau ke peristiwa akhir.",
        "the element must have an outgoing flow; without one the case stops here.",
        "Draw a flow to the next element or to an end event.",
    ),
    "flow_after_end": error(
        "peristiwa akhir tidak boleh mempunyai alur keluar.",
        "Hapus alur itu, atau ubah menjadi peristiwa antara.",
        "an end event may have no outgoing flow.",
        "Delete the flow, or change it to an intermediate event.",
    ),
    "flow_into": error(
        "{kind} tidak boleh mempunyai alur masuk.",
        "Hapus alur itu.",
        "a {kind} may have no incoming flow.",
        "Delete the flow.",
    ),
    "unreachable": error(
        "elemen ini tidak pernah tercapai dari peristiwa mulai.",
        "Hubungkan dengan alur, atau hapus.",
        "the element can never be reached from the start event.",
        "Connect it, or delete it.",
    ),
    "no_way_out": error(
        "dari elemen ini tidak ada jalan menuju peristiwa akhir.",
        "Tambahkan jalan keluar, misalnya gerbang eksklusif sebelum alur kembali.",
        "no end event can be reached from this element.",
        "Add a way out, for instance an exclusive gateway before the flow back.",
    ),
    "join_without_fork": error(
        "gerbang paralel ini menunggu beberapa alur, padahal tidak ada percabangan paralel sebelumnya; kasus akan menunggu selamanya.",
        "Pakai gerbang eksklusif untuk menggabung alur.",
        "this parallel gateway waits for several flows, but nothing forks before it; the case would wait forever.",
        "Use an exclusive gateway to merge flows.",
    ),
    "end_plain": warning(
        "peristiwa akhir alur utama sebaiknya berupa terminate; {other} dapat membuka cabang yang belum selesai.",
        "Ubah menjadi Terminate end event.",
        "an end event of the main flow should terminate; {other} can open a branch that is not finished.",
        "Change it to a terminate end event.",
    ),
    "end_blocked": error(
        "peristiwa akhir alur utama harus berupa terminate; cabang dari {other} dapat menunggu, sehingga kasus tidak akan selesai.",
        "Ubah menjadi Terminate end event.",
        "an end event of the main flow must terminate; the branch of {other} can still wait, and the case would not end.",
        "Change it to a terminate end event.",
    ),
    "event_gateway_target": error(
        "sesudah gerbang peristiwa harus ada peristiwa antara penerima (pewaktu, pesan atau sinyal), ditemukan {found}.",
        "Tempatkan peristiwa penerima tepat sesudah gerbang.",
        "an event gateway must be followed by catching events (timer, message or signal), found {found}.",
        "Put a catching event straight after the gateway.",
    ),
    "event_gateway_timers": error(
        "gerbang peristiwa hanya boleh mempunyai satu pewaktu karena mesin menyamakan tenggat keduanya, ditemukan {count}.",
        "Sisakan satu pewaktu.",
        "an event gateway may have one timer only, because the engine gives both the same due time, found {count}.",
        "Keep one timer.",
    ),
    "error_not_interrupting": error(
        "peristiwa tepi galat selalu menyela; ditemukan yang tidak menyela.",
        "Jadikan peristiwa ini menyela (interrupting).",
        "an error boundary event always interrupts; found one that does not.",
        "Make it interrupting.",
    ),
}
