// The counter's keyboard: letters that press a link, and a scanner that may be used wherever the focus is.
//
// A letter counts only while a link of its row has the focus, and stands beside its link. A scanner types faster
// than any hand: what it sends goes into the look-up field, and its Enter looks it up.
const SCANNED = 60; // ms between two keys; a hand takes longer
const TEXT = "textarea, select, input:not([type=radio], [type=checkbox])";

export function initKeys(root = document) {
  for (const hint of root.querySelectorAll("[data-key-hint]")) hint.hidden = false;
  const field = root.querySelector("[data-scan]");
  if (field?.autofocus && field.value) field.select(); // the next scan replaces it
  let typed = "";
  let last = 0;
  let pressing;
  root.addEventListener("keydown", (event) => {
    if (event.key === "Shift" || event.ctrlKey || event.altKey || event.metaKey || event.target.matches(TEXT)) return;
    clearTimeout(pressing);
    if (event.key.length !== 1) {
      typed = ""; // Tab, an arrow: a hand
      last = 0;
      return;
    }
    typed = event.timeStamp - last < SCANNED ? typed + event.key : event.key;
    last = event.timeStamp;
    if (field && typed.length > 1) {
      event.preventDefault();
      field.value = typed;
      field.focus();
      field.setSelectionRange(typed.length, typed.length);
      return;
    }
    const key = CSS.escape(event.key.toLowerCase());
    const link = event.target.closest("[data-keys]")?.querySelector(`[data-key="${key}"]`);
    if (!link) return;
    event.preventDefault();
    pressing = setTimeout(() => link.click(), 2 * SCANNED);
  });
}
