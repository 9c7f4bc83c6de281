// A badge on each shape that has findings: sign and count, and what to do under the pointer, the focus or a click.
import { nameOf, shapeOf } from "./naming.js";

const SIGNS = { error: "✕", warning: "!", style: "i" };
const KIND = "sop-finding";

export function initBadges({ modeler, say, canvas }) {
  const overlays = modeler.get("overlays");
  const bubble = document.createElement("div");
  bubble.className = "app-modeler__bubble";
  bubble.id = "modeler-bubble";
  bubble.setAttribute("role", "tooltip");
  bubble.hidden = true;
  canvas.append(bubble);
  let shown = "";

  function open(badge, findings) {
    bubble.replaceChildren(...findings.map((finding) => sentence(finding, say)));
    bubble.hidden = false;
    const place = canvas.getBoundingClientRect();
    const at = badge.getBoundingClientRect();
    const left = Math.min(Math.max(at.left - place.left, 8), place.width - bubble.offsetWidth - 8);
    const below = at.bottom - place.top + 4;
    const fits = below + bubble.offsetHeight < place.height;
    bubble.style.left = `${Math.max(left, 8)}px`;
    bubble.style.top = `${fits ? below : Math.max(at.top - place.top - bubble.offsetHeight - 4, 8)}px`;
  }
  const close = () => { bubble.hidden = true; };
  canvas.addEventListener("keydown", (event) => event.key === "Escape" && close());
  modeler.on("canvas.viewbox.changing", close);

  function badge(shape, findings) {
    const made = document.createElement("button");
    const worst = findings[0].severity;
    made.type = "button";
    made.className = `app-modeler__badge app-modeler__badge--${worst}`;
    made.dataset.finding = shape.id;
    made.textContent = `${SIGNS[worst]} ${findings.length}`;
    made.setAttribute("aria-label", say("badge", { name: nameOf(shape, say), counts: counts(findings, say) }));
    made.setAttribute("aria-describedby", bubble.id);
    for (const event of ["mouseenter", "focus"]) made.addEventListener(event, () => open(made, findings));
    for (const event of ["mouseleave", "blur"]) made.addEventListener(event, close);
    made.addEventListener("click", () => {
      modeler.get("selection").select(shape);
      open(made, findings);
    });
    return made;
  }

  // Drawn anew only when something else is to be said: a badge that has the focus keeps it.
  function show(findings) {
    const by = new Map();
    for (const finding of findings) {
      const shape = shapeOf(modeler, finding);
      if (shape) by.set(shape, [...(by.get(shape) ?? []), finding]);
    }
    const key = JSON.stringify([...by].map(([shape, own]) => [shape.id, nameOf(shape, say), own]));
    if (key === shown && overlays.get({ type: KIND }).length === by.size) return;
    shown = key;
    close();
    overlays.remove({ type: KIND });
    for (const [shape, own] of by) {
      overlays.add(shape, KIND, { html: badge(shape, own), position: { top: -16, left: -16 }, scale: false, show: { minZoom: 0 } });
    }
  }

  return { show };
}

export function counts(findings, say) {
  return ["error", "warning", "style"]
    .map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length])
    .filter(([, count]) => count)
    .map(([severity, count]) => say(`count_${severity}`, { count }))
    .join(", ");
}

export function sentence({ severity, cause, remedy }, say) {
  const line = document.createElement("p");
  const word = document.createElement("strong");
  word.className = `app-modeler__severity app-modeler__severity--${severity}`;
  word.textContent = `${SIGNS[severity]} ${say(`severity_${severity}`)}`;
  line.append(word, ` ${cause} ${remedy ?? ""}`);
  return line;
}
