// What the page says, by language: the modeler's sentences about a draft, and our own.
import draft from "../../modeler/words/own.js";
import own from "./own.js";

const all = { ...draft, ...own };
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values?.[name] ?? whole);

export function words(language) {
  const said = (name) => all[name]?.[language === "en" ? 1 : 0];
  const say = (name, values) => {
    const text = said(name);
    if (text === undefined) throw new Error(`no words for ${name}`);
    return fill(text, values);
  };
  say.or = (name, other) => said(name) ?? other;
  return say;
}
