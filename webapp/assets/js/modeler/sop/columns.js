// The SOP's columns of a step, by the names that the server gives.
import { propertyEntry } from "./entries.js";

const LONG = ["kelengkapan", "output", "keterangan"];

export function columnEntries(context) {
  const { choices, say } = context;
  return choices.columns.map((column) => {
    const { name, label } = typeof column === "string" ? { name: column } : column;
    const told = label ?? say.or(`column_${name}`, name);
    return propertyEntry(LONG.includes(name) ? "text" : "line", name, context, { label: told, empty: "", rows: 2 });
  });
}
