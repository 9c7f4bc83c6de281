// A press on a component of the palette puts one at the end of the form, by mouse, finger and every key that presses a
// button; form-js itself knows dragging and Enter only, and the press that follows that Enter would select the form.

export function initPress({ form, place }) {
  const component = (event) => event.target.closest("[data-field-type]");
  place.addEventListener(
    "keydown",
    (event) => {
      if (event.code === "Enter" && component(event)) event.stopPropagation();
    },
    true,
  );
  place.addEventListener("click", (event) => {
    const pressed = component(event);
    if (!pressed) return;
    const { schema } = form._getState();
    form.get("modeling").addFormField({ type: pressed.dataset.fieldType }, schema, schema.components.length);
  });
}
