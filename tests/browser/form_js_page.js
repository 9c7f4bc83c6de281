// form-js itself, asked what it makes of answers: which fields are in error, and what it would submit.
import { createForm } from "@bpmn-io/form-js-viewer";

const AN_HOUR = 3_600_000;

// form-js renders in later frames, and judges the fields that have registered themselves as shown: on a busy
// machine an effect may come many frames late, by a timer. Settled is what has not changed for this long.
const QUIET = { frames: 8, milliseconds: 250 };

async function settled(forms) {
  let before;
  let since = performance.now();
  for (let quiet = 0; quiet < QUIET.frames || performance.now() - since < QUIET.milliseconds; quiet += 1) {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const shown = forms.map((form) => Object.keys(form.get("formFieldInstanceRegistry")._formFieldInstances).sort());
    const now = JSON.stringify(shown);
    if (now !== before) {
      before = now;
      quiet = 0;
      since = performance.now();
    }
  }
}

// An input that is no number reaches the form's data as this text, which opening a form would clean away.
function keepNotANumber(data, typed) {
  for (const [key, value] of Object.entries(typed ?? {})) {
    if (value === "NaN") data[key] = "NaN";
    else if (value && typeof value === "object" && data[key]) keepNotANumber(data[key], value);
  }
}

async function open(schema, stored) {
  const container = document.body.appendChild(document.createElement("div"));
  container.hidden = true; // nothing to lay out or paint, hundreds of forms at once
  // An input writes its own reading back after `debounce`, and that of no number is nothing: not while we look.
  return createForm({ schema, data: structuredClone(stored), container, debounce: AN_HOUR });
}

function type(form, stored, typed) {
  const data = form._getInitializedFieldData(structuredClone({ ...stored, ...typed }));
  keepNotANumber(data, typed);
  form._setState({ data });
}

// submissions: [{stored, typed}] → [{data, errors}], errors by component id, then by row.
window.submitAll = async (schema, submissions) => {
  const forms = await Promise.all(submissions.map(({ stored }) => open(schema, stored)));
  await settled(forms);
  submissions.forEach(({ stored, typed }, at) => type(forms[at], stored, typed));
  await settled(forms);
  const results = forms.map((form) => {
    const { data, errors } = form.submit();
    return JSON.parse(JSON.stringify({ data, errors }));
  });
  forms.forEach((form) => form.destroy());
  return results;
};
