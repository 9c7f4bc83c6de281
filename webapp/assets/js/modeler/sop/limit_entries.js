// The limit of a step in days, hours and minutes, and whether a timer counts office hours.
import { getBusinessObject } from "bpmn-js/lib/util/ModelUtil.js";
import { h } from "@bpmn-io/properties-panel/preact";
import { useEffect, useState } from "@bpmn-io/properties-panel/preact/hooks";
import * as duration from "./duration.js";
import { tickEntry } from "./entries.js";
import { property, setProperties } from "./extension.js";
import { inOfficeHours, limitOf, timersOf } from "./limit.js";

const UNITS = ["days", "hours", "minutes"];

export const calendarEntries = (context) => [
  tickEntry("kalender", "24jam", context, { label: context.say("office_hours"), description: context.say("office_hours_help"), reversed: true }),
];

export function limitEntries(context) {
  const { element } = context;
  const found = limitOf(element);
  const picker = { ...context, id: "sop-limit", component: Picker, isEdited: (node) => Boolean(node?.querySelector("[data-limited]")) };
  if (!found) return [picker];
  return [picker, ...calendarEntries({ ...context, element: found.timer, object: getBusinessObject(found.timer) })];
}

function Picker({ element, object, injector, say }) {
  const found = limitOf(element);
  const now = found?.limit ? duration.iso(found.limit) : "";
  const shown = found?.limit ? duration.parts(found.limit) : { days: 0, hours: 0, minutes: 0, rest: 0 };
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [element, now]);

  if (found && !found.limit) {
    return h("div", { class: "bio-properties-panel-entry app-modeler__line" }, say("limit_expression"));
  }
  const stack = injector.get("commandStack");
  const time = property(object, "waktu") ?? "";
  const working = !found || inOfficeHours(getBusinessObject(found.timer));
  const limit = { days: Number(typed.days), seconds: Number(typed.hours) * 3600 + Number(typed.minutes) * 60 + typed.rest };
  const commit = () => {
    const next = duration.iso(limit);
    if (next !== "P" && next !== now) stack.execute("sop.limit.set", { step: element, limit: duration.parse(next) });
  };
  // not between hours and minutes, which are one limit
  const left = (event) => event.currentTarget.contains(event.relatedTarget) || commit();
  const set = (unit) => (event) => setTyped({ ...typed, [unit]: event.target.value.replace(/\D/g, "").slice(0, 4) });
  const fields = UNITS.map((unit) =>
    h("label", { class: "app-modeler__unit", key: unit },
      h("input", { class: "bio-properties-panel-input", inputmode: "numeric", name: `limit-${unit}`, value: typed[unit], onInput: set(unit), onKeyDown: (event) => event.key === "Enter" && commit() }),
      h("span", null, say(unit === "days" && working ? "working_days" : unit)),
    ),
  );
  const said = time.trim();
  const agrees = found?.limit && duration.agrees(said, found.limit, working);
  const reads = said && duration.read(said);

  return h("fieldset", { class: "bio-properties-panel-entry app-modeler__limit", "data-entry-id": "sop-limit" },
    h("legend", { class: "bio-properties-panel-label" }, say("limit")),
    h("div", { class: "app-modeler__units", "data-limited": found ? "" : undefined, onFocusOut: left }, fields),
    h("p", { class: "bio-properties-panel-description" }, found ? say("limit_is", { limit: duration.label(found.limit, working) }) : say("limit_none")),
    timersOf(element).length > 1 && h("p", { class: "bio-properties-panel-description" }, say("limit_several", { count: timersOf(element).length })),
    found && !agrees && h("div", { class: "app-modeler__unlike" },
      h("p", null, said ? say("time_unlike", { time: said, limit: duration.write(found.limit, working) }) : say("time_missing", { limit: duration.write(found.limit, working) })),
      h("button", { type: "button", class: "app-modeler__button", onClick: () => setProperties(injector, element, object, { waktu: duration.write(found.limit, working) }) }, say("time_follow", { limit: duration.write(found.limit, working) })),
      reads && h("button", { type: "button", class: "app-modeler__button", onClick: () => stack.execute("sop.limit.set", { step: element, limit: { days: reads.days, seconds: reads.seconds }, time: true }) }, say("limit_follow", { limit: duration.write(reads, working) })),
    ),
    !found && reads && h("button", { type: "button", class: "app-modeler__button", onClick: () => stack.execute("sop.limit.set", { step: element, limit: { days: reads.days, seconds: reads.seconds } }) }, say("limit_from_time", { limit: duration.write(reads, true) })),
    found && h("button", { type: "button", class: "app-modeler__button", onClick: () => stack.execute("sop.limit.remove", { step: element }) }, say("limit_remove")),
  );
}
