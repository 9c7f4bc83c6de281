// The identity block of the SOP's form: single lines, and lists that are written a line each (`dasar_hukum_1`, `_2`, …).
import { entry, propertyEntry } from "./entries.js";
import { properties, setProperties } from "./extension.js";

// In the order of the form; true for a list.
const IDENTITY = {
  instansi: true,
  nomor_sop: false,
  tanggal_pembuatan: false,
  tanggal_revisi: false,
  tanggal_efektif: false,
  disahkan_oleh: false,
  judul: false,
  dasar_hukum: true,
  kualifikasi_pelaksana: true,
  keterkaitan: true,
  peralatan: true,
  peringatan: false,
  pencatatan: false,
};
const LONG = ["disahkan_oleh", "judul", "peringatan", "pencatatan"];

export const identityEntries = (context) =>
  Object.entries(IDENTITY).map(([name, list]) => {
    const label = context.say(`identity_${name}`);
    if (list) return listEntry(name, context, label);
    const description = name.startsWith("tanggal_") ? context.say("date_help") : undefined;
    return propertyEntry(LONG.includes(name) ? "text" : "line", name, context, { label, description, rows: 2 });
  });

function listEntry(name, context, label) {
  const { element, object, injector, say } = context;
  const numbered = new RegExp(`^${name}(?:_(\\d+))?$`);
  const parts = () =>
    [...properties(object)]
      .map(([key, value]) => [key, value, numbered.exec(key)])
      .filter(([, , match]) => match)
      .sort(([, , one], [, , other]) => Number(one[1] ?? 0) - Number(other[1] ?? 0));
  return entry("text", name, context, {
    label,
    description: say("list_help"),
    rows: 4,
    getValue: () => parts().map(([, value]) => value).join("\n") || undefined,
    setValue: (text) => {
      const lines = (text ?? "").split("\n").map((line) => line.trim()).filter(Boolean);
      const now = parts();
      if (lines.join("\n") === now.map(([, value]) => value).join("\n")) return;
      const changes = Object.fromEntries(now.map(([key]) => [key, undefined]));
      lines.forEach((line, index) => { changes[`${name}_${index + 1}`] = line; });
      setProperties(injector, element, object, changes);
    },
  });
}
