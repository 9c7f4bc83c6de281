// The SOP's columns of a step, by the names that the server gives.
import { propertyEntry, tickEntry } from "./entries.js";

const LONG = ["kelengkapan", "output", "keterangan"];

export function columnEntries(context) {
  const { choices, say } = context;
  return choices.columns.map((column) => {
    const { name, label } = typeof column === "string" ? { name: column } : column;
    const told = label ?? say.or(`column_${name}`, name);
    return propertyEntry(LONG.includes(name) ? "text" : "line", name, context, { label: told, empty: "", rows: 2 });
  });
}

// What the step is coordinated by outside of this system; its page then has a text ready.
export const coordinationEntries = (context) => [
  tickEntry("koordinasi", "whatsapp", context, { label: context.say("coordination"), description: context.say("coordination_help") }),
];
