// What a finding's element is called: its name, or its kind without one.
import { getLabel } from "bpmn-js/lib/util/LabelUtil.js";
import { is } from "bpmn-js/lib/util/ModelUtil.js";

const LONGEST = 60;

// The shape that a finding belongs to; undefined when it is of a file that is not drawn here.
export function shapeOf(modeler, { element, file }) {
  if (!element || (file && !file.endsWith(".bpmn"))) return undefined;
  const registry = modeler.get("elementRegistry");
  const shape = registry.get(element);
  if (shape) return shape;
  // a process has the shape of its pool; a definition that of its event
  return registry.find((one) => one.type !== "label" && !one.labelTarget && holds(one.businessObject, element));
}

const holds = (object, id) =>
  object.get?.("processRef")?.id === id || (is(object, "bpmn:Event") && object.get("eventDefinitions")?.some((one) => one.id === id));

export function nameOf(shape, say) {
  const name = getLabel(shape)?.trim();
  if (!name) return say("nameless", { type: say.translate(kind(shape)) });
  return name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name;
}

// "bpmn:ExclusiveGateway" -> "Exclusive gateway", as bpmn-js calls it in its menus.
function kind(shape) {
  const words = shape.type.replace(/^bpmn:/, "").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return words[0].toUpperCase() + words.slice(1);
}
