// The DMN table that decides a business rule task, picked from those that exist, bound to its own deployment.
import { entry, options } from "./entries.js";

export function decisionEntries(context) {
  const { object, element, injector, choices, say } = context;
  const chosen = () => object.get("camunda:decisionRef") ?? "";
  const all = choices.decisions.map((id) => ({ id }));
  return [
    entry("choice", "decision", context, {
      label: say("decision"),
      getOptions: () => options(all, chosen(), { none: say("not_chosen"), unknown: (value) => say("unknown_form", { value }) }),
      getValue: chosen,
      setValue: (value) =>
        injector.get("modeling").updateProperties(element, {
          "camunda:decisionRef": value || undefined,
          "camunda:decisionRefBinding": value ? "deployment" : undefined,
        }),
    }),
  ];
}
