// J and K, or the arrows, go from row to row in a list whose rows have a link marked `data-row`. Only while the
// focus is in the list, so that no key surprises anybody elsewhere (WCAG 2.1.4); Enter is the link's own.
const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

export function initRows(root = document) {
  for (const list of root.querySelectorAll("[data-rows]")) {
    for (const told of list.querySelectorAll("[data-rows-hint]")) told.hidden = false;
    list.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
      const links = [...list.querySelectorAll("[data-row]")];
      const row = event.target.closest("tr, li");
      const at = links.findIndex((link) => row?.contains(link));
      const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
      event.preventDefault();
      next.focus();
      next.closest("tr, li").scrollIntoView({ block: "nearest" });
    });
  }
}
