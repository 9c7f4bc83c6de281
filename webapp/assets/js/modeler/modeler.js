// The page /proses/<key>/ubah: bpmn-js on the draft that the server keeps.
//
// The page's element holds the addresses (`data-source`, `data-save`, …) and the places for the drawing, its properties,
// the state line, the other editors and the findings. What the server says of a diagram is the truth; here it is shown.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "@bpmn-io/properties-panel/dist/assets/properties-panel.css";
import "bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css";
import "diagram-js-minimap/assets/diagram-js-minimap.css";
import "./modeler.scss";
import { initDraft } from "./draft/draft.js";
import { initEditors } from "./draft/editors.js";
import { drawing, fit } from "./drawing.js";
import { initFindings } from "./findings/findings.js";
import { Server } from "./server.js";
import { initTools } from "./tools.js";
import { words } from "./words/words.js";

const page = document.querySelector("[data-modeler]");
if (page) open(page);

async function open(page) {
  const say = words(page.dataset.language);
  const server = new Server(page.dataset);
  const part = (name) => page.querySelector(`[data-${name}]`);
  const state = part("state");
  state.textContent = say("opening");
  const choices = await server.choices();
  const modeler = drawing({ canvas: part("canvas"), properties: part("properties"), choices, say });
  const draft = initDraft({ modeler, server, say, state });
  initTools({ modeler, draft, say, place: part("canvas"), properties: part("properties") });
  if (!(await draft.load())) return;
  fit(modeler);
  initEditors({ server, say, list: part("editors") });
  initFindings({ modeler, draft, server, say, list: part("findings"), canvas: part("canvas") });
  page.dataset.ready = "";
}
