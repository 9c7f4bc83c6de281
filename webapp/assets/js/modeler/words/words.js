// What the page says, by language: our own sentences, and the labels of bpmn-js, which speaks English by itself.
import bpmn from "./bpmn.id.js";
import own from "./own.js";
import panel from "./panel.id.js";

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values?.[name] ?? all);

// The head of the panel says "Timer Boundary Event (Non Interrupting)" to what menus call "Timer boundary event (non-interrupting)".
const sentence = (title) => title[0] + title.slice(1).toLowerCase().replace("non interrupting", "non-interrupting");

// A function of our sentences' names; with `or` for a name that may be unknown, and `translate` for bpmn-js.
export function words(language) {
  const indonesian = language !== "en";
  const said = (name) => own[name]?.[indonesian ? 0 : 1];
  const table = indonesian ? { ...bpmn, ...panel } : {};
  const say = (name, values) => {
    const text = said(name);
    if (text === undefined) throw new Error(`no words for ${name}`);
    return fill(text, values);
  };
  say.or = (name, other) => said(name) ?? other;
  say.locale = indonesian ? "id-ID" : "en-GB";
  say.translate = (template, values) => fill(table[template] ?? table[sentence(template)] ?? template, values);
  return say;
}
