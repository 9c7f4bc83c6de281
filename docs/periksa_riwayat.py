"""Memeriksa ekspor riwayat tanpa program aslinya: python periksa_riwayat.py EKSPOR.jsonl [segel.jsonl]

Hash setiap peristiwa dihitung ulang, rantainya diikuti, dan setiap kepala rantai yang disegel dicari. Kode keluar 1
bila ada temuan. Tanpa segel.jsonl, ujung rantai atau pengaduan yang dibuang tidak dapat diketahui.
"""

import hashlib
import json
import sys
from pathlib import Path

AWAL = "0" * 64


def kanonis(nilai):
    return json.dumps(nilai, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def baris(nama, temuan):
    """Setiap baris sebagai (isi, hash yang seharusnya); yang bukan JSON kanonis menjadi temuan."""
    with Path(nama).open("rb") as berkas:
        for nomor, mentah in enumerate(berkas, start=1):
            try:
                isi = json.loads(mentah)
                if kanonis(isi) + b"\n" != mentah:
                    temuan.append(f"{nama}:{nomor} bukan JSON kanonis")
                yield isi, hashlib.sha256(kanonis({k: v for k, v in isi.items() if k != "hash"})).hexdigest()
            except (ValueError, AttributeError):
                temuan.append(f"{nama}:{nomor} tidak terbaca")


def sambung(tempat, nomor, isi, seharusnya, ekor, temuan):
    """Periksa satu mata rantai terhadap `ekor` (nomor dan hash sebelumnya); hasilnya ekor yang baru."""
    if isi.get("hash") != seharusnya:
        temuan.append(f"{tempat}:{nomor} hash tidak cocok dengan isinya")
    if nomor != ekor[0] + 1:
        temuan.append(f"{tempat}:{nomor} seharusnya nomor {ekor[0] + 1}")
    elif isi.get("previous") != ekor[1]:
        temuan.append(f"{tempat}:{nomor} tidak menyambung ke yang sebelumnya")
    return nomor, isi.get("hash")


def periksa(ekspor, segel=None):
    temuan, kepala, rantai, ekor = [], {}, {}, (0, AWAL)
    for isi, seharusnya in baris(segel, temuan) if segel else ():
        if isi.get("kind") != "erasure":
            ekor = sambung("segel", isi.get("number", 0), isi, seharusnya, ekor, temuan)
            kepala.update({(nama, seq): kode for nama, (seq, kode) in isi.get("heads", {}).items()})
    for isi, seharusnya in baris(ekspor, temuan):
        nama, seq = isi.get("case_number"), isi.get("seq", 0)
        rantai[nama] = sambung(nama, seq, isi, seharusnya, rantai.get(nama, (0, AWAL)), temuan)
        if kepala.pop((nama, seq), isi.get("hash")) != isi.get("hash"):
            temuan.append(f"{nama}:{seq} berbeda dari yang disegel")
    temuan += [f"{nama}:{seq} disegel, tetapi tidak ada di ekspor" for nama, seq in kepala]
    print(*temuan, f"{len(rantai)} rantai, {len(temuan)} temuan.", sep="\n")
    return 1 if temuan else 0


if __name__ == "__main__":
    sys.exit(periksa(*sys.argv[1:3]) if len(sys.argv) in (2, 3) else __doc__)
