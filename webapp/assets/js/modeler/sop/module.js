// Our part of the modeler, as a module of bpmn-js: the section of the properties panel and the commands that it needs.
import { LimitCommands } from "./limit_commands.js";
import { SopProvider } from "./provider.js";

export const sopModule = ({ choices, say }) => ({
  __init__: ["sopProvider", "sopLimitCommands"],
  sopChoices: ["value", choices],
  sopSay: ["value", say],
  sopProvider: ["type", SopProvider],
  sopLimitCommands: ["type", LimitCommands],
});
