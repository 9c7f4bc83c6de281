// The page /proses/<key>/ubah: bpmn-js on the draft that the server keeps.
import Modeler from "bpmn-js/lib/Modeler.js";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "@bpmn-io/properties-panel/dist/assets/properties-panel.css";

const canvas = document.querySelector("[data-modeler]");
if (canvas) new Modeler({ container: canvas });
