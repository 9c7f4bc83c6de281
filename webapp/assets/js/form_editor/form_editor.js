// The page /formulir/<id>: form-js's editor on the draft that the server keeps.
import { FormEditor } from "@bpmn-io/form-js-editor";
import "@bpmn-io/form-js-editor/dist/assets/form-js-editor.css";

const place = document.querySelector("[data-form-editor]");
if (place) new FormEditor({ container: place });
