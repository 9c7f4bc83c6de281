// Setting and removing a step's limit, each one command that is undone at once: `sop.limit.set`, `sop.limit.remove`.
//
// A new limit is drawn as the shipped SOP has them: a non-interrupting timer at the lower left, and from it an escalation
// to those whom the diagram already escalates to. A diagram without an escalation gets a plain end there.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil.js";
import { getMid } from "diagram-js/lib/layout/LayoutUtil.js";
import * as duration from "./duration.js";
import { setProperties } from "./extension.js";
import { inOfficeHours, limitOf, timerOf } from "./limit.js";

const TIMER = { x: 35, y: 0 }; // from the lower left corner of the step
const END = { x: 100, y: 45 };
const ROOM = 22; // half of what an end needs
const LABELS = { timer: { x: 40, y: 23 }, end: { x: 40, y: 4 } }; // from the upper left corner of the event

class Steps {
  constructor(injector) {
    this._injector = injector;
  }

  postExecute(context) {
    this.act(context, (name) => this._injector.get(name));
  }
}
Steps.$inject = ["injector"];

// context: {step, limit, time}: the new limit; `time` also sets the column *Waktu* to say so.
class SetLimit extends Steps {
  act({ step, limit, time }, get) {
    const found = limitOf(step);
    let working = true;
    if (found) {
      working = inOfficeHours(getBusinessObject(found.timer));
      rewrite(found, limit, working, get);
    } else {
      draw(step, limit, get);
    }
    if (time) setProperties(this._injector, step, getBusinessObject(step), { waktu: duration.write(limit, working) });
  }
}

// context: {step}: its timer goes, and the end that nothing else leads to.
class RemoveLimit extends Steps {
  act({ step }, get) {
    const { timer } = limitOf(step);
    const ends = timer.outgoing.map(({ target }) => target).filter((target) => is(target, "bpmn:EndEvent") && target.incoming.length === 1);
    get("modeling").removeElements([timer, ...ends]);
  }
}

export class LimitCommands {
  constructor(commandStack) {
    commandStack.registerHandler("sop.limit.set", SetLimit);
    commandStack.registerHandler("sop.limit.remove", RemoveLimit);
  }
}
LimitCommands.$inject = ["commandStack"];

function rewrite({ timer, limit: before }, limit, working, get) {
  const event = getBusinessObject(timer);
  const definition = timerOf(event);
  const expression = definition.get("timeDuration");
  const body = duration.iso(limit);
  if (expression) get("modeling").updateModdleProperties(timer, expression, { body });
  else get("modeling").updateModdleProperties(timer, definition, { timeDuration: literal(definition, body, get) });
  // a label that told the old limit tells the new one; any other was written by somebody
  if (before && event.get("name") === duration.label(before, working)) {
    get("modeling").updateLabel(timer, duration.label(limit, working));
  }
}

function literal(definition, body, get) {
  return Object.assign(get("bpmnFactory").create("bpmn:FormalExpression", { body }), { $parent: definition });
}

function draw(step, limit, get) {
  const modeling = get("modeling");
  const bottom = { x: step.x, y: step.y + step.height };
  const shape = get("elementFactory").createShape({ type: "bpmn:BoundaryEvent", eventDefinitionType: "bpmn:TimerEventDefinition", cancelActivity: false });
  const timer = modeling.createShape(shape, at(bottom, TIMER), step, { attach: true });
  const definition = timerOf(getBusinessObject(timer));
  modeling.updateModdleProperties(timer, definition, { timeDuration: literal(definition, duration.iso(limit), get) });
  name(timer, duration.label(limit, true), LABELS.timer, modeling);

  const [escalation] = escalations(get);
  const end = get("elementFactory").createShape({ type: "bpmn:EndEvent", ...(escalation && { eventDefinitionType: "bpmn:EscalationEventDefinition" }) });
  const place = at(bottom, END);
  const drawn = free(step, place) ? modeling.appendShape(timer, end, place, step.parent) : get("autoPlace").append(timer, end);
  if (!escalation) return;
  const [trigger] = getBusinessObject(drawn).get("eventDefinitions");
  modeling.updateModdleProperties(drawn, trigger, { escalationRef: escalation });
  if (escalation.get("name")) name(drawn, escalation.get("name"), LABELS.end, modeling);
}

// A label clear of the flow that leaves the timer.
function name(event, text, by, modeling) {
  modeling.updateLabel(event, text);
  const { label } = event;
  modeling.moveShape(label, { x: event.x + by.x - label.x, y: event.y + by.y - label.y });
}

const at = (corner, by) => ({ x: corner.x + by.x, y: corner.y + by.y });

const escalations = (get) =>
  get("bpmnjs").getDefinitions().get("rootElements").filter((element) => is(element, "bpmn:Escalation"));

// Whether nothing stands at a place of the lane that the step is in.
function free(step, { x, y }) {
  const others = step.parent.children.filter((shape) => shape !== step && shape.width && !is(shape, "bpmn:Lane") && !shape.waypoints);
  const taken = others.some((shape) => Math.abs(getMid(shape).x - x) < shape.width / 2 + ROOM && Math.abs(getMid(shape).y - y) < shape.height / 2 + ROOM);
  const lanes = step.parent.children.filter((shape) => is(shape, "bpmn:Lane"));
  const lane = lanes.find((shape) => shape.y <= step.y && step.y + step.height <= shape.y + shape.height);
  const floor = lane ? lane.y + lane.height : step.parent.height ? step.parent.y + step.parent.height : Infinity;
  return !taken && y + ROOM <= floor;
}
