// Who else has this draft open, asked for every twenty seconds; the asking tells the others of us.
const EVERY = 20_000;

export function initEditors({ server, say, list }) {
  if (!list) return;
  let shown;

  async function ask() {
    try {
      const { editors = [], revision, saved_by } = await server.seen();
      show(editors, revision > server.revision ? saved_by : undefined);
    } catch {
      // the state line tells of a server that does not answer, at the next save
    }
    setTimeout(ask, EVERY);
  }

  function show(editors, saver) {
    const lines = editors.map(({ name, since }) => say("editor", { name, since }));
    if (saver) lines.push(say("newer", { name: saver }));
    if (lines.join() === shown) return;
    shown = lines.join();
    list.replaceChildren(
      ...lines.map((line) => {
        const item = document.createElement("li");
        item.textContent = line;
        return item;
      }),
    );
    list.hidden = lines.length === 0;
  }

  ask();
}
