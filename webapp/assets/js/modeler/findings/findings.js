// What is to be mended, as one types: of the server's check, which decides, and of bpmnlint's style rules beside it.
//
// One list for both, one badge for each shape. An answer that is overtaken by a later question is never shown.
import { initBadges } from "./badges.js";
import { initList } from "./list.js";
import { styleFindings } from "./style.js";

const REST = 600; // ms without a change before a check
const RANK = { error: 0, warning: 1, style: 2 };

export function initFindings({ modeler, draft, server, say, list, canvas }) {
  const badges = initBadges({ modeler, say, canvas });
  const told = initList({ modeler, say, list });
  let waiting;
  let asked = 0;
  let stop = new AbortController();

  async function check() {
    const turn = (asked += 1);
    stop.abort();
    stop = new AbortController();
    const [style, answered] = await Promise.all([styleFindings(modeler, say), ask(stop.signal)]);
    if (turn !== asked) return;
    const all = [...(answered ?? []), ...style].sort((one, other) => RANK[one.severity] - RANK[other.severity]);
    badges.show(all);
    told.show(all, { whole: answered !== undefined });
  }

  // The server's findings; undefined when it does not answer, so that nobody takes the silence for approval.
  async function ask(signal) {
    try {
      return (await server.check(await draft.content(), signal)).findings;
    } catch {
      return undefined;
    }
  }

  modeler.on("commandStack.changed", () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, REST);
  });
  modeler.on("import.done", () => check());
  check();
}
