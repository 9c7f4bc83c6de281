// Extension properties, read and written as Camunda Modeler does: camunda:Properties with a camunda:Property each.
import { is } from "bpmn-js/lib/util/ModelUtil.js";

const holder = (object) => object.get("extensionElements")?.get("values").find((value) => is(value, "camunda:Properties"));

// Name -> value of all that an element has, in their order.
export function properties(object) {
  const all = holder(object)?.get("values") ?? [];
  return new Map(all.filter((property) => property.get("name")).map((property) => [property.get("name"), property.get("value") ?? ""]));
}

export const property = (object, name) => properties(object).get(name);

// The one change of the model that sets these properties, as [moddle element, its new properties]; undefined removes one.
function change(object, changes, create) {
  const made = (type, parent, given) => Object.assign(create(type, given), { $parent: parent });
  const extension = object.get("extensionElements");
  const now = holder(object);
  const kept = now?.get("values") ?? [];
  const left = new Map(Object.entries(changes));
  const values = [];
  const parent = now ?? create("camunda:Properties", {});
  for (const one of kept) {
    const name = one.get("name");
    if (!left.has(name)) values.push(one);
    else if (left.get(name) !== undefined) values.push(made("camunda:Property", parent, { name, value: left.get(name) }));
    left.delete(name);
  }
  for (const [name, value] of left) if (value !== undefined) values.push(made("camunda:Property", parent, { name, value }));

  if (now && values.length) return [now, { values }];
  const others = extension?.get("values").filter((value) => value !== now) ?? [];
  if (values.length) {
    parent.values = values;
    others.push(parent);
  }
  if (!others.length) return [object, { extensionElements: undefined }];
  if (extension) {
    parent.$parent = extension;
    return [extension, { values: others }];
  }
  const begun = made("bpmn:ExtensionElements", object, { values: others });
  parent.$parent = begun;
  return [object, { extensionElements: begun }];
}

// Set properties of `object`, which `element` draws, in one command.
export function setProperties(injector, element, object, changes) {
  const factory = injector.get("bpmnFactory");
  const [target, given] = change(object, changes, (type, attributes) => factory.create(type, attributes));
  injector.get("modeling").updateModdleProperties(element, target, given);
}
