// What only this program reads of a field, as plain ticks and choices: form-js keeps them as its custom properties.
import { line, pick, tick } from "./inputs.js";

const YES = "ya";
const CHOICES = ["select", "radio", "checklist", "taglist"];
const INPUTS = [...CHOICES, "textfield", "textarea", "number", "checkbox", "datetime"];

// [property, on which kinds]
const TICKS = [
  ["pribadi", INPUTS],
  ["identitas", INPUTS],
  ["menutup_identitas", ["checkbox"]],
  ["publik", INPUTS],
  ["hanya_pengadu", INPUTS],
  ["diisi_sumber", ["select", "radio"]],
];

export function initOwn({ form, say, place, reports }) {
  const selection = form.get("selection");
  const modeling = form.get("modeling");
  const registry = form.get("formFieldRegistry");
  let drawn = "";

  const chosen = () => {
    const field = selection.get();
    return field && registry.get(field.id);
  };

  function write(name, value) {
    const field = chosen();
    const { [name]: _before, ...others } = field.properties ?? {};
    const properties = value ? { ...field.properties, [name]: value } : others;
    modeling.editFormField(field, "properties", Object.keys(properties).length ? properties : undefined);
  }

  function draw() {
    const field = chosen();
    const now = JSON.stringify(field ? [field.id, field.type, field.properties ?? {}] : []);
    if (now === drawn) return;
    drawn = now;
    const at = place.contains(document.activeElement) ? document.activeElement.id : "";
    place.replaceChildren(...(field && INPUTS.includes(field.type) ? [section(field)] : []));
    if (at) document.getElementById(at)?.focus();
  }

  function section(field) {
    const set = document.createElement("fieldset");
    set.className = "app-form-own";
    const legend = document.createElement("legend");
    legend.textContent = say("own");
    const value = (name) => String(field.properties?.[name] ?? "");
    const given = (name) => ({ id: `sifat-${name}`, label: say(`own_${name}`), help: say.or(`own_${name}_help`), value: value(name), write: (text) => write(name, text) });
    set.append(legend, ...TICKS.filter(([, kinds]) => kinds.includes(field.type)).map(([name]) => tick({ ...given(name), on: YES })));
    if (field.type === "textfield") set.append(line(given("saran")));
    if (CHOICES.includes(field.type) || value("saran") || value("laporan")) {
      const options = [["", say("own_not_counted")], ...reports.map((one) => [one, say.or(`report_${one}`, one)])];
      set.append(pick({ ...given("laporan"), options }));
    }
    return set;
  }

  form.on("selection.changed", draw);
  form.on("commandStack.changed", () => queueMicrotask(draw));
  draw();
}
