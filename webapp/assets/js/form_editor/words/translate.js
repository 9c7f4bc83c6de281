// form-js speaks English only: the words of its palette and panel are replaced where they stand.
//
// Never what an analyst wrote: in the canvas only the words that stand outside the form's own fields.
import table from "./form_js.id.js";

const ATTRIBUTES = ["placeholder", "title", "aria-label"];
// Somebody's own words.
const WRITTEN = ".fjs-element, textarea, .cm-editor, .bio-properties-panel-header-label, .bio-properties-panel-collapsible-entry-header-title";

export function translate(places) {
  const watcher = new MutationObserver((changes) => {
    for (const { target, addedNodes, type } of changes) {
      if (type !== "childList") one(target);
      else addedNodes.forEach(all);
    }
  });
  for (const place of places) {
    all(place);
    watcher.observe(place, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES });
  }
}

function all(node) {
  one(node);
  node.childNodes.forEach(all);
}

function one(node) {
  const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  if (!element?.closest || element.closest(WRITTEN)) return;
  if (node.nodeType === Node.TEXT_NODE) {
    const said = table[node.data.trim()];
    if (said) node.data = said;
    return;
  }
  for (const name of ATTRIBUTES) {
    const said = table[element.getAttribute?.(name)];
    if (said) element.setAttribute(name, said);
  }
}
