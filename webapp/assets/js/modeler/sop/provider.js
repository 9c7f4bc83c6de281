// The section that stands first in the properties panel, for what an SOP says of the element that is selected.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil.js";
import { Group } from "@bpmn-io/properties-panel";
import { columnEntries, coordinationEntries } from "./columns.js";
import { endEntries } from "./end.js";
import { decisionEntries } from "./decision.js";
import { formEntries } from "./form.js";
import { identityEntries } from "./identity.js";
import { laneEntries, messageEntries } from "./groups.js";
import { calendarEntries, limitEntries } from "./limit_entries.js";
import { timerOf } from "./limit.js";

const LAST = 100; // of all providers, so that what stands first is ours
const DESK = 960; // px from which the panel stands beside the drawing and may be long

// [what an element is, the title of its section, its entries]
const SECTIONS = [
  [(element) => is(element, "bpmn:UserTask"), "step", (given) => [...limitEntries(given), ...formEntries(given), ...columnEntries(given), ...coordinationEntries(given)]],
  [(element) => is(element, "bpmn:BusinessRuleTask"), "step", (given) => [...decisionEntries(given), ...columnEntries(given)]],
  [(element) => is(element, "bpmn:Activity") && !is(element, "bpmn:SubProcess"), "step", (given) => [...limitEntries(given), ...columnEntries(given)]],
  [(element) => is(element, "bpmn:Lane"), "lane", laneEntries],
  [(element) => is(element, "bpmn:EndEvent"), "end", endEntries],
  [(element) => is(element, "bpmn:Event") && timerOf(getBusinessObject(element)), "timer", calendarEntries],
  [(element) => is(element, "bpmn:BoundaryEvent") && receives(getBusinessObject(element)), "message", messageEntries],
  [(element) => Boolean(processOf(element)), "sop", (given) => identityEntries({ ...given, object: processOf(given.element) })],
];

const receives = (event) => event.get("eventDefinitions").some((definition) => is(definition, "bpmn:MessageEventDefinition"));

const processOf = (element) => {
  const object = getBusinessObject(element);
  if (is(object, "bpmn:Process")) return object;
  if (is(object, "bpmn:Participant")) return object.get("processRef");
  // nothing selected: a diagram of one pool is about that
  const pools = is(object, "bpmn:Collaboration") ? object.get("participants").filter((pool) => pool.get("processRef")) : [];
  return pools.length === 1 ? pools[0].get("processRef") : undefined;
};

export class SopProvider {
  constructor(propertiesPanel, eventBus, injector, sopChoices, sopSay) {
    Object.assign(this, { injector, choices: sopChoices, say: sopSay });
    propertiesPanel.registerProvider(LAST, this);
    // a step's section tells of its timer, which is another element; the panel looks at the selected one only
    eventBus.on("commandStack.changed", () => eventBus.fire("propertiesPanel.providersChanged"));
  }

  getGroups(element) {
    return (groups) => {
      const [, title, entries] = SECTIONS.find(([fits]) => element.type !== "label" && fits(element)) ?? [];
      if (!title) return groups;
      const { injector, choices, say } = this;
      const object = getBusinessObject(element);
      const made = entries({ element, object, injector, choices, say });
      return [{ id: "sop", label: say(`section_${title}`), entries: made, component: Group, shouldOpen: title !== "sop" || innerWidth >= DESK }, ...groups];
    };
  }
}
SopProvider.$inject = ["propertiesPanel", "eventBus", "injector", "sopChoices", "sopSay"];
