"""Memeriksa ekspor riwayat tanpa program aslinya: python periksa_riwayat.py EKSPOR.jsonl [segel.jsonl]

Hash setiap peristiwa dihitung ulang, rantainya diikuti, dan setiap kepala rantai yang disegel dicari. Kode keluar 1
bila ada temuan; yang hilang oleh pemulihan bukan temuan. Uji analis (UJI-…) bukan pengaduan dan tidak diekspor. Tanpa segel.jsonl, ujung yang dibuang tidak dapat diketahui.
"""

import hashlib
import json
import sys
from pathlib import Path


def kanonis(nilai):
    return json.dumps(nilai, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def baris(nama, temuan):  # setiap baris sebagai isi dan hash yang seharusnya
    with Path(nama).open("rb") as berkas:
        for nomor, mentah in enumerate(berkas, start=1):
            try:
                isi = json.loads(mentah)
                if kanonis(isi) + b"\n" != mentah:
                    temuan.append(f"{nama}:{nomor} bukan JSON kanonis")
                yield isi, hashlib.sha256(kanonis({k: v for k, v in isi.items() if k != "hash"})).hexdigest()
            except (ValueError, AttributeError):
                temuan.append(f"{nama}:{nomor} tidak terbaca")


def sambung(nama, nomor, isi, seharusnya, rantai, temuan):  # satu mata terhadap ekor rantainya
    sebelum, ekor = rantai.get(nama, (0, "0" * 64))
    if isi.get("hash") != seharusnya:
        temuan.append(f"{nama}:{nomor} hash tidak cocok dengan isinya")
    if nomor != sebelum + 1 or isi.get("previous") != ekor:
        temuan.append(f"{nama}:{nomor} tidak menyambung; seharusnya nomor {sebelum + 1} sesudah {ekor}")
    rantai[nama] = nomor, isi.get("hash")


def periksa(ekspor, segel=None):
    temuan, disegel, sambungan, mata, rantai, ada, pulih, hilang = [], [], set(), {}, {}, {}, [], []
    for isi, seharusnya in baris(segel, temuan) if segel else ():
        if isi.get("kind") != "erasure":
            sambung("segel", isi["number"], isi, seharusnya, mata, temuan)
            disegel += [
                (isi["number"], nama, *kepala) for nama, kepala in isi["heads"].items() if nama[:4] != "UJI-"
            ]
            sambungan |= {(isi["number"] - 1, isi["at"])} if isi["kind"] == "bridging" else set()
    for isi, seharusnya in baris(ekspor, temuan):
        sambung(isi["case_number"], isi["seq"], isi, seharusnya, rantai, temuan)
        ada[isi["case_number"], isi["seq"]] = isi["hash"]
        pulih += [(isi["at"], isi["payload"])] if isi["type"] == "record:restored" else []
    pulih = [isi for waktu, isi in pulih if (isi["seals"][1], waktu) in sambungan]
    for nomor, nama, seq, kode in (kepala for kepala in disegel if ada.get(kepala[1:3]) != kepala[3]):
        batas = [p["lost"].get(nama, (seq, seq)) for p in pulih if p["seals"][0] < nomor <= p["seals"][1]]
        diketahui = any(tetap < seq <= akhir for tetap, akhir in batas)
        kata = "hilang oleh pemulihan yang tercatat, bukan temuan" if diketahui else "tidak ada di ekspor"
        (hilang if diketahui else temuan).append(f"{nama}:{seq} disegel, tetapi {kata}: {kode}")
    print(*hilang, *temuan, f"{len(rantai)} rantai, {len(temuan)} temuan.", sep="\n")
    return 1 if temuan else 0


if __name__ == "__main__":
    sys.exit(periksa(*sys.argv[1:3]) if len(sys.argv) in (2, 3) else __doc__)
