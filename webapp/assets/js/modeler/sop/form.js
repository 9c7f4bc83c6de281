// The form of a step, picked from those that exist, bound to its own deployment.
import { h } from "@bpmn-io/properties-panel/preact";
import { entry, options } from "./entries.js";

export function formEntries(context) {
  const { object, element, injector, choices, say } = context;
  const chosen = () => object.get("camunda:formRef") ?? "";
  const all = choices.forms.map(({ id, title }) => ({ id, name: title }));
  const select = entry("choice", "form", context, {
    label: say("form"),
    getOptions: () => options(all, chosen(), { none: say("not_chosen"), unknown: (value) => say("unknown_form", { value }) }),
    getValue: chosen,
    setValue: (value) =>
      injector.get("modeling").updateProperties(element, {
        "camunda:formRef": value || undefined,
        "camunda:formRefBinding": value ? "deployment" : undefined,
      }),
  });
  const known = choices.forms.find(({ id }) => id === chosen());
  return known?.edit ? [select, { id: "sop-form-edit", element, component: Link, known, say }] : [select];
}

function Link({ known: { edit, fields }, say }) {
  const count = Array.isArray(fields) ? fields.length : fields;
  return h("div", { class: "bio-properties-panel-entry app-modeler__line" }, h("a", { href: edit, target: "_blank", rel: "noopener" }, say("form_edit")), count === undefined ? null : ` ${say("form_fields", { count })}`);
}
