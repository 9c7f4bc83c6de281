// How an end is counted by the reports.
import { propertyEntry } from "./entries.js";

export const endEntries = (context) => [
  propertyEntry("line", "hasil", context, { label: context.say("result"), description: context.say("result_help") }),
];
