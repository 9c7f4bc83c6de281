// The page /formulir/<id>: form-js's editor on the draft that the server keeps.
//
// The page's element holds the addresses and the places; saving, who else is here and whose draft is to stand are the
// modeler's own (../modeler). What the server draws and finds is the truth; here it is fetched anew after each save.
import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";
import "@bpmn-io/form-js-editor/dist/assets/form-js-editor.css";
import "./form_editor.scss";
import { initDraft } from "../modeler/draft/draft.js";
import { initEditors } from "../modeler/draft/editors.js";
import { Server } from "../modeler/server.js";
import { editor } from "./editor.js";
import { initOwn } from "./own/own.js";
import { initPress } from "./press.js";
import { initPreview } from "./preview.js";
import { initTools } from "./tools.js";
import { translate } from "./words/translate.js";
import { words } from "./words/words.js";

const page = document.querySelector("[data-form-editor]");
if (page) open(page);

async function open(page) {
  const say = words(page.dataset.language);
  const part = (name) => page.querySelector(`[data-${name}]`);
  const state = part("state");
  const server = new Server(page.dataset);
  const preview = initPreview({ again: page.dataset.again, server });
  part("without-script").hidden = true;
  part("table").hidden = part("tools").hidden = false;
  if (page.dataset.language !== "en") translate([part("palette"), part("properties"), part("canvas")]);
  const made = editor({ canvas: part("canvas"), palette: part("palette"), properties: part("properties"), kinds: page.dataset.kinds.split(" "), say });
  const drawn = made.form;
  page.formEditor = drawn; // for those who try it from outside: tests, and an analyst's console
  const draft = initDraft({ modeler: made.stored, server: preview.following(server), say, state });
  initTools({ form: drawn, draft, say, place: part("tools") });
  if (!(await draft.load())) return;
  initPress({ form: drawn, place: part("palette") });
  initEditors({ server, say, list: part("editors") });
  initOwn({ form: drawn, say, place: part("own"), reports: page.dataset.reports.split(" ") });
  page.dataset.ready = "";
}
