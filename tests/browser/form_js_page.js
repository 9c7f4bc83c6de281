// form-js itself, asked what it makes of answers: which fields are in error, and what it would submit.
import { createForm } from "@bpmn-io/form-js-viewer";

const FRAMES = 4;

// form-js renders in later frames; a field counts as shown once it is rendered.
async function settled() {
  for (let frame = 0; frame < FRAMES; frame += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
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
  return createForm({ schema, data: structuredClone(stored), container });
}

function type(form, stored, typed) {
  const data = form._getInitializedFieldData(structuredClone({ ...stored, ...typed }));
  keepNotANumber(data, typed);
  form._setState({ data });
}

// submissions: [{stored, typed}] → [{data, errors}], errors by component id, then by row.
window.submitAll = async (schema, submissions) => {
  const forms = await Promise.all(submissions.map(({ stored }) => open(schema, stored)));
  await settled();
  submissions.forEach(({ stored, typed }, at) => type(forms[at], stored, typed));
  await settled();
  const results = forms.map((form) => {
    const { data, errors } = form.submit();
    return JSON.parse(JSON.stringify({ data, errors }));
  });
  forms.forEach((form) => form.destroy());
  return results;
};
