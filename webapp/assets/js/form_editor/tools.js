// The buttons over the editor.

export function initTools({ form, draft, say, place }) {
  const stack = form.get("commandStack");
  const button = (name, act, quiet = true) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", textContent: say(name), className: quiet ? "app-act app-act--quiet" : "app-act" });
    made.addEventListener("click", act);
    place.append(made);
    return made;
  };
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", say("tools"));
  button("save", () => draft.save({ asked: true }), false);
  const undo = button("undo", () => stack.undo());
  const redo = button("redo", () => stack.redo());
  const update = () => {
    undo.disabled = !stack.canUndo();
    redo.disabled = !stack.canRedo();
  };
  form.on("commandStack.changed", update);
  update();
}
