// Whose a lane is, who may answer in it, and who may send a message.
import { options, propertyEntry, tickEntry } from "./entries.js";
import { property } from "./extension.js";

function groupEntry(name, context, { label, description, none }) {
  const { choices, object, say } = context;
  const all = options(choices.groups, property(object, name), { none, unknown: (value) => say("unknown_group", { value }) });
  return propertyEntry("choice", name, context, { label, description, options: all });
}

export const laneEntries = (context) => {
  const { say } = context;
  return [
    groupEntry("kelompok", context, { label: say("group"), description: say("group_lane"), none: say("group_by_name") }),
    tickEntry("publik", "ya", context, { label: say("public"), description: say("public_help") }),
    groupEntry("loket", context, { label: say("counter"), description: say("counter_help"), none: say("nobody") }),
  ];
};

export const messageEntries = (context) => {
  const { say } = context;
  return [groupEntry("kelompok", context, { label: say("group"), description: say("group_message"), none: say("not_chosen") })];
};
