// The draft on the server: opened, saved by itself, never over somebody else's.
//
// What is not saved stays in memory and is tried again; it is not written to the browser's storage, which others may use.
import { KEPT_ALIVE } from "../server.js";
import { conflict } from "./conflict.js";

const REST = 2000; // ms without a change before a save
const AGAIN = [5000, 15_000, 30_000]; // ms before another try, the last for all that follow

export function initDraft({ modeler, server, say, state }) {
  let saved; // the diagram as the server has it
  let fatal; // why this diagram must not be saved from here
  let trouble; // why the last save failed
  let waiting; // the timer of the next save
  let tries = 0;
  let running; // the save under way
  let simulating = false;
  let dirty = false;
  let held = false; // somebody else's save is in the way, and nobody has decided
  let before = ""; // what the state line said before a simulation

  const tell = (text, kind = "") => {
    if (state.textContent !== text) state.textContent = text;
    state.dataset.kind = kind;
  };
  const content = async () => (await modeler.saveXML({ format: true })).xml;
  const later = (delay) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => save(), delay);
  };
  const fail = (why) => {
    trouble = why;
    tell(say("unsaved", { why }), "trouble");
  };

  // Take the stored diagram; false when it cannot be drawn, or not wholly, and so never saved.
  async function load() {
    let source;
    try {
      source = await server.source();
    } catch {
      trouble = say("unopened");
      tell(trouble, "trouble");
      return false;
    }
    try {
      const { warnings } = await modeler.importXML(source);
      if (warnings.length) fatal = say("warned", { why: warnings.map((warning) => warning.message).join("; ") });
    } catch (error) {
      fatal = say("undrawn", { why: error.message });
      fail(fatal);
      return false;
    }
    saved = await content();
    dirty = false;
    trouble = undefined;
    if (fatal) fail(fatal);
    else tell(say("opened"));
    return true;
  }

  async function send(revision) {
    const sending = await content();
    dirty = false;
    if (sending === saved && !trouble) return tell(say("no_change"));
    tell(say("saving"));
    try {
      const answer = await server.save(sending, revision);
      saved = sending;
      server.revision = answer.revision;
      trouble = undefined;
      tries = 0;
      tell(say("saved", { at: answer.clock }), "saved");
    } catch (error) {
      dirty = true;
      await explain(error);
    }
  }

  async function explain(error) {
    if (error.status === 409) {
      const other = error.answer;
      const when = other.saved_at;
      fail(say("stale", { who: other.saved_by, when }));
      held = true;
      const chosen = await conflict({ say, who: other.saved_by, when, compare: other.compare, changes: other.changes });
      held = chosen === "";
      if (chosen === "theirs") {
        server.revision = other.revision;
        await load();
      } else if (chosen === "mine") {
        await send(other.revision);
      }
      return;
    }
    if (error.status === 401 || error.status === 403) fail(say("signed_out"));
    else if (error.status && error.status < 500) return fail(error.message || say("refused")); // the same again would be refused again
    else fail(say("offline"));
    later(AGAIN[Math.min(tries++, AGAIN.length - 1)]);
  }

  // One save at a time; what changed meanwhile goes with the next.
  async function save({ asked = false } = {}) {
    clearTimeout(waiting);
    if (fatal) return tell(say("unsaved", { why: fatal }), "trouble");
    if (simulating) return tell(say("unsaved", { why: say("simulating") }), "trouble");
    if (running) {
      await running;
      if (dirty && !trouble) later(0);
      return;
    }
    if (!asked && (!dirty || held)) return;
    running = send(server.revision).finally(() => { running = undefined; });
    await running;
  }

  modeler.on("commandStack.changed", () => {
    if (fatal) return;
    dirty = true;
    if (!trouble) tell(say("changed"));
    later(REST);
  });
  modeler.on("tokenSimulation.toggleMode", ({ active }) => {
    simulating = active;
    if (active) clearTimeout(waiting);
    else if (dirty) later(0);
    if (active) before = state.textContent;
    tell(active ? say("simulating") : before);
  });
  addEventListener("online", () => dirty && later(0));
  addEventListener("pagehide", () => save());
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
  addEventListener("beforeunload", (event) => {
    // what only waits for its rest is sent by pagehide; a diagram too large for that, or a save that failed, is lost
    if (fatal || !dirty || (!trouble && JSON.stringify(saved).length < KEPT_ALIVE)) return;
    event.preventDefault();
  });

  return { load, save, content, tell };
}
