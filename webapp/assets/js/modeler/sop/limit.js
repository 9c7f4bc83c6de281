// The limit of a step: the shortest timer at its boundary that has a plain duration.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil.js";
import * as duration from "./duration.js";
import { property } from "./extension.js";

export const timerOf = (object) => object.get("eventDefinitions")?.find((definition) => is(definition, "bpmn:TimerEventDefinition"));

export const inOfficeHours = (object) => property(object, "kalender") !== "24jam";

const written = (timer) => timerOf(getBusinessObject(timer)).get("timeDuration")?.get("body")?.trim();

// All timers at a step's boundary, as their shapes.
export const timersOf = (step) => (step.attachers ?? []).filter((shape) => is(shape, "bpmn:BoundaryEvent") && timerOf(getBusinessObject(shape)));

// {timer, limit} of the one that the step is due by; {timer} alone where it is an expression or a date; undefined without.
export function limitOf(step) {
  const timers = timersOf(step);
  const plain = timers.map((timer) => ({ timer, limit: duration.parse(written(timer)) })).filter(({ limit }) => limit);
  plain.sort((one, other) => duration.shorter(one.limit, other.limit));
  return plain[0] ?? (timers.length ? { timer: timers[0], limit: undefined } : undefined);
}
