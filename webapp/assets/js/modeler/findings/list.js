// The list beside the drawing: every finding in words, the worst first; each leads to its element by pointer or key.
import { counts, sentence } from "./badges.js";
import { nameOf, shapeOf } from "./naming.js";

export function initList({ modeler, say, list }) {
  const summary = document.createElement("p");
  summary.className = "app-modeler__summary";
  summary.setAttribute("role", "status");
  summary.textContent = say("checking");
  list.before(summary);
  list.parentNode.querySelector("[data-no-findings]")?.remove();

  function item(finding) {
    const made = document.createElement("li");
    made.className = "app-modeler__finding";
    const shape = shapeOf(modeler, finding);
    made.append(shape ? leads(shape) : place(finding), sentence(finding, say));
    return made;
  }

  function leads(shape) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "app-modeler__goto";
    button.textContent = nameOf(shape, say);
    button.addEventListener("click", () => {
      modeler.get("canvas").scrollToElement(shape, { top: 60, right: 60, bottom: 60, left: 120 });
      modeler.get("selection").select(shape);
    });
    return button;
  }

  function place({ file, line, element }) {
    const where = document.createElement("p");
    where.className = "app-modeler__where";
    where.textContent = element ? `${file}: ${element}` : say("whole_file", { file: line ? `${file}:${line}` : file });
    return where;
  }

  function show(findings, { whole }) {
    const said = findings.length ? counts(findings, say) : say("clean");
    const text = whole ? said : say("unchecked");
    if (summary.textContent !== text) summary.textContent = text;
    const focused = [...list.children].findIndex((one) => one.contains(document.activeElement));
    list.replaceChildren(...findings.map(item));
    if (focused >= 0) list.children[Math.min(focused, findings.length - 1)]?.querySelector("button")?.focus();
  }

  return { show };
}
