// The row of buttons over the drawing: save, undo, redo, fit, minimap, simulate; and under it the keys of bpmn-js.
import { fit } from "./drawing.js";

export function initTools({ modeler, draft, say, place, properties }) {
  const bar = document.createElement("div");
  bar.className = "app-modeler__tools";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", say("tools"));
  const stack = modeler.get("commandStack");

  const button = (name, act, attributes = {}) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "app-act app-act--quiet";
    made.textContent = say(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.addEventListener("click", act);
    bar.append(made);
    return made;
  };
  button("save", () => draft.save({ asked: true }), { "data-tool": "save", "aria-keyshortcuts": "Control+S" });
  const undo = button("undo", () => stack.undo(), { "aria-keyshortcuts": "Control+Z" });
  const redo = button("redo", () => stack.redo(), { "aria-keyshortcuts": "Control+Y" });
  button("fit", () => fit(modeler));
  const minimap = button("minimap", () => modeler.get("minimap").toggle(), { "aria-pressed": "false" });
  modeler.on("minimap.toggle", ({ open }) => minimap.setAttribute("aria-pressed", String(open)));
  const simulate = button("simulate", () => modeler.get("toggleMode").toggleMode(), { "data-tool": "simulate", "aria-pressed": "false" });

  const can = () => {
    const idle = simulate.getAttribute("aria-pressed") === "false";
    undo.disabled = !(idle && stack.canUndo());
    redo.disabled = !(idle && stack.canRedo());
  };
  modeler.on("commandStack.changed", can);
  modeler.on("tokenSimulation.toggleMode", ({ active }) => {
    simulate.setAttribute("aria-pressed", String(active));
    properties.inert = active; // it could still write
    can();
  });
  can();
  place.before(bar);
  const keys = document.createElement("p");
  keys.className = "app-modeler__keys";
  keys.textContent = say("keys");
  place.parentNode.after(keys);

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    draft.save({ asked: true });
  });
}
