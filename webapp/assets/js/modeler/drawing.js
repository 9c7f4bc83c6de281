// The drawing itself: bpmn-js with the Camunda 7 profile, in the office's language, and our section in its properties.
import Modeler from "bpmn-js/lib/Modeler.js";
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, CamundaPlatformPropertiesProviderModule } from "bpmn-js-properties-panel";
import { CreateAppendAnythingModule } from "bpmn-js-create-append-anything";
import TokenSimulationModule from "bpmn-js-token-simulation";
import CamundaBehaviors from "camunda-bpmn-js-behaviors/lib/camunda-platform/index.js";
import camunda from "camunda-bpmn-moddle/resources/camunda.json";
import MinimapModule from "diagram-js-minimap";
import { sopModule } from "./sop/module.js";

const EDGE = 16; // px around a diagram that is shown whole

export function drawing({ canvas, properties, choices, say }) {
  return new Modeler({
    container: canvas,
    propertiesPanel: { parent: properties },
    moddleExtensions: { camunda },
    additionalModules: [
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      CamundaPlatformPropertiesProviderModule,
      CamundaBehaviors,
      CreateAppendAnythingModule,
      MinimapModule,
      TokenSimulationModule,
      sopModule({ choices, say }),
      { translate: ["value", say.translate] },
    ],
  });
}

// All of the diagram beside the palette, never larger than life.
export function fit(modeler) {
  const canvas = modeler.get("canvas");
  const { inner, outer } = canvas.viewbox();
  const palette = canvas.getContainer().querySelector(".djs-palette");
  const covered = palette.offsetWidth ? palette.offsetLeft + palette.offsetWidth : 0;
  const scale = Math.min((outer.width - covered - 2 * EDGE) / inner.width, (outer.height - 2 * EDGE) / inner.height, 1);
  if (!(scale > 0)) return;
  canvas.viewbox({
    x: inner.x - (covered + EDGE) / scale,
    y: inner.y - (outer.height / scale - inner.height) / 2,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}
