// Entries over one extension property each: a line, a text, a choice, a tick.
import { CheckboxEntry, SelectEntry, TextAreaEntry, TextFieldEntry, isCheckboxEntryEdited, isSelectEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited } from "@bpmn-io/properties-panel";
import { property, setProperties } from "./extension.js";

const KINDS = {
  line: [TextFieldEntry, isTextFieldEntryEdited],
  text: [TextAreaEntry, isTextAreaEntryEdited],
  choice: [SelectEntry, isSelectEntryEdited],
  tick: [CheckboxEntry, isCheckboxEntryEdited],
};

// An entry with its own way to read and write. Its component is the same at every change, so that a field keeps the focus.
export function entry(kind, id, { element, injector }, given) {
  const [component, isEdited] = KINDS[kind];
  return { id: `sop-${id}`, element, component, isEdited, debounce: injector.get("debounceInput"), ...given };
}

// An entry of the extension property `name`. `empty`: what is written when it is cleared; nothing removes the property.
export function propertyEntry(kind, name, context, { label, description, options, empty, rows } = {}) {
  const { element, object, injector } = context;
  return entry(kind, name, context, {
    label,
    description,
    rows,
    getOptions: options && (() => options),
    getValue: () => property(object, name) || (kind === "choice" ? "" : undefined),
    setValue: (value) => {
      const now = property(object, name);
      const next = value || (now === undefined ? undefined : empty);
      if (now !== next) setProperties(injector, element, object, { [name]: next });
    },
  });
}

// A tick that stands for one value of a property.
export function tickEntry(name, value, context, { label, description, reversed = false }) {
  const { element, object, injector } = context;
  return entry("tick", name, context, {
    label,
    description,
    getValue: () => (property(object, name) === value) !== reversed,
    setValue: (ticked) => setProperties(injector, element, object, { [name]: ticked !== reversed ? value : undefined }),
  });
}

// The choices of a select, with the value that is there already even if it is none of them.
export function options(all, value, { none, unknown }) {
  const known = all.map(({ id, name }) => ({ value: id, label: name && name !== id ? `${name} (${id})` : id }));
  const stray = value && !all.some(({ id }) => id === value) ? [{ value, label: unknown(value) }] : [];
  return [{ value: "", label: none }, ...known, ...stray];
}
