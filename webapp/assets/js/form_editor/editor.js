// form-js's editor with what the server draws and no more, and with the draft's way to read and write it.
import { FormEditor } from "@bpmn-io/form-js-editor";
import { defaults, offer } from "./kinds.js";
import { panel } from "./panel.js";

export function editor({ canvas, palette, properties, kinds, say }) {
  const form = new FormEditor({
    container: canvas,
    palette: { parent: palette },
    propertiesPanel: { parent: properties },
    additionalModules: [offer(kinds, say), panel],
  });
  defaults(form);
  return { form, stored: stored(form) };
}

// The form as draft.js knows a drawing: text in, text out, and a word about each change.
function stored(form) {
  return {
    importXML: (text) => form.importSchema(JSON.parse(text)),
    saveXML: async () => ({ xml: `${JSON.stringify(form.saveSchema(), null, 2)}\n` }),
    on: (event, told) => form.on(event, told),
  };
}
