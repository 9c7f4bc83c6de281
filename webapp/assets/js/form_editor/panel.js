// The properties panel without what the server ignores or refuses. Our own section stands beside it (own/).

// Before all other providers' groups come to the panel, the last one sees them: this is it.
const LAST = 100;

const GROUPS = new Set(["general", "staticOptions", "condition", "serialization", "constraints", "validation"]);
const HIDDEN = new Set([
  "versionTag", "searchable", "action", "height", "showOutline", "verticalAlignment", "disableCollapse", "nonCollapsedItems", "use24h", "time-format",
]);

class Panel {
  constructor(propertiesPanel) {
    propertiesPanel.registerProvider(this, LAST);
  }

  getGroups() {
    return (groups) => groups.filter(({ id }) => GROUPS.has(id)).map(shortened).filter(({ entries, items }) => items || entries.length);
  }
}
Panel.$inject = ["propertiesPanel"];

const shortened = (group) => (group.entries ? { ...group, entries: group.entries.filter(({ id }) => !HIDDEN.has(id)) } : group);

export const panel = { __init__: ["ownPanel"], ownPanel: ["type", Panel] };
