// Which components can be chosen, what they are called, and what a new one begins with.
//
// The editor offers whatever it can enumerate. What the server does not draw is still known, so that a file with it
// opens and its finding says why; it is only not offered.

const NAMED = "kind_";

export const offer = (kinds, say) => ({
  __init__: ["offered"],
  offered: ["factory", Object.assign((formFields) => restrict(formFields, kinds, say), { $inject: ["formFields"] })],
});

function restrict(formFields, kinds, say) {
  const all = formFields._formFields;
  for (const [type, component] of Object.entries(all)) {
    if (type !== "default" && !kinds.includes(type)) {
      Object.defineProperty(all, type, { value: component, enumerable: false, writable: true, configurable: true });
      continue;
    }
    const name = say.or(NAMED + type);
    if (name) Object.assign(component.config, { name, create: beginning(component.config, name, say) });
  }
  return { kinds };
}

// A new component is called by our name for its kind, and its choices in our words.
function beginning({ create }, name, say) {
  return (options = {}, isNew) => {
    const made = create(options, isNew);
    if (!isNew) return made;
    if (made.label && !options.label) made.label = name;
    if (made.dateLabel && !options.dateLabel) made.dateLabel = say("kind_datetime");
    if (made.values && !options.values) made.values = [1, 2].map((at) => ({ label: say("choice", { at }), value: `pilihan_${at}` }));
    if (made.text && !options.text) made.text = say("new_text");
    return made;
  };
}

// An answer holds the office's time and no zone: what the analyst has just made a time is set so.
export function defaults(form) {
  const selection = form.get("selection");
  form.on("commandStack.changed", () => {
    const field = selection.get();
    if (field?.type !== "datetime" || !field.subtype || field.subtype === "date") return;
    if (field.timeSerializingFormat === "no_timezone") return;
    // not inside the change that is just being told of
    queueMicrotask(() => form.get("modeling").editFormField(field, "timeSerializingFormat", "no_timezone"));
  });
}
