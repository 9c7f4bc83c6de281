// Inputs of our section, of our own style sheet: a tick, a line, a choice.

function helped(input, { id, help }) {
  if (!help) return [];
  const said = document.createElement("p");
  Object.assign(said, { id: `${id}-petunjuk`, className: "app-form-own__help", textContent: help });
  input.setAttribute("aria-describedby", said.id);
  return [said];
}

function row(...parts) {
  const made = document.createElement("div");
  made.className = "app-form-own__row";
  made.append(...parts);
  return made;
}

const named = ({ id, label }) => Object.assign(document.createElement("label"), { htmlFor: id, textContent: label });

export function tick(given) {
  const input = Object.assign(document.createElement("input"), { type: "checkbox", id: given.id, checked: given.value === given.on });
  input.addEventListener("change", () => given.write(input.checked ? given.on : ""));
  const label = named(given);
  label.prepend(input);
  return row(label, ...helped(input, given));
}

export function line(given) {
  const input = Object.assign(document.createElement("input"), { type: "text", id: given.id, value: given.value, autocomplete: "off" });
  input.addEventListener("change", () => given.write(input.value.trim()));
  return row(named(given), input, ...helped(input, given));
}

export function pick(given) {
  const input = Object.assign(document.createElement("select"), { id: given.id });
  const known = given.options.some(([value]) => value === given.value);
  const options = known ? given.options : [...given.options, [given.value, given.value]];
  input.append(...options.map(([value, text]) => new Option(text, value, false, value === given.value)));
  input.addEventListener("change", () => given.write(input.value));
  return row(named(given), input, ...helped(input, given));
}
