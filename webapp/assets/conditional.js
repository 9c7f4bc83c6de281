// Shows a conditional part of a form only for the answers that the server listed in `data-shown-for`:
// {"names": [input names], "shown": [[their values], …]}. Nothing is evaluated here, only looked up.
// Without this script every part stays visible with a line saying when it counts; the server ignores the rest.

function answer(form, name) {
  const inputs = [...form.elements].filter((input) => input.name === name);
  const chosen = inputs.filter((input) => !["radio", "checkbox"].includes(input.type) || input.checked);
  return chosen.length ? chosen[chosen.length - 1].value : "";
}

function update(form) {
  for (const part of form.querySelectorAll("[data-shown-for]")) {
    const { names, shown } = JSON.parse(part.dataset.shownFor);
    const now = names.map((name) => answer(form, name));
    part.hidden = !shown.some((values) => values.every((value, at) => value === now[at]));
  }
}

export function initConditional(root = document) {
  for (const words of root.querySelectorAll("[data-shown-for] > .form-conditional__words")) words.hidden = true;
  const forms = new Set([...root.querySelectorAll("[data-shown-for]")].map((part) => part.closest("form")));
  for (const form of forms) {
    if (!form) continue;
    form.addEventListener("change", () => update(form));
    update(form);
  }
}
