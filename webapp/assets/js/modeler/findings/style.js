// bpmnlint's rules of good drawing, those that the server's check does not have already, in the office's words.
//
// The rules are named here one by one: none is looked up by name at run time.
import { Linter } from "bpmnlint";
import duplicateFlows from "bpmnlint/rules/no-duplicate-sequence-flows.js";
import fakeJoin from "bpmnlint/rules/fake-join.js";
import gatewayJoinFork from "bpmnlint/rules/no-gateway-join-fork.js";
import labelRequired from "bpmnlint/rules/label-required.js";
import overlapping from "bpmnlint/rules/no-overlapping-elements.js";
import superfluousGateway from "bpmnlint/rules/superfluous-gateway.js";
import superfluousLabel from "bpmnlint/rules/superfluous-label.js";
import superfluousTermination from "bpmnlint/rules/superfluous-termination.js";

const RULES = {
  "fake-join": fakeJoin,
  "label-required": labelRequired,
  "no-duplicate-sequence-flows": duplicateFlows,
  "no-gateway-join-fork": gatewayJoinFork,
  "no-overlapping-elements": overlapping,
  "superfluous-gateway": superfluousGateway,
  "superfluous-label": superfluousLabel,
  "superfluous-termination": superfluousTermination,
};
const options = {
  config: { rules: Object.fromEntries(Object.keys(RULES).map((name) => [name, "warn"])) },
  resolver: { resolveRule: (_, name) => RULES[name] },
};

// Findings of the same shape as the server's, with the severity `style`.
export async function styleFindings(modeler, say) {
  // a rule remembers what it has seen: a linter of its own for each look
  const reports = await new Linter(options).lint(modeler.getDefinitions());
  return Object.entries(reports).flatMap(([rule, found]) =>
    found.map(({ id }) => ({ code: rule, severity: "style", element: id, cause: say(`style_${rule}`), remedy: say(`mend_${rule}`) })),
  );
}
