// Somebody else saved first: who, when, the comparison, and whose is to stand.

import "./dialog.scss";

// "theirs", "mine", or "" when it is left open.
export function conflict({ say, who, when, compare, changes = [] }) {
  const dialog = document.createElement("dialog");
  dialog.className = "app-modeler__dialog";
  dialog.setAttribute("aria-labelledby", "modeler-conflict");
  const title = document.createElement("h2");
  title.className = "govuk-heading-m";
  title.id = "modeler-conflict";
  title.textContent = say("conflict");
  const text = document.createElement("p");
  text.textContent = say("conflict_text", { who, when });
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "app-acts";
  for (const [value, label, quiet] of [["theirs", "take_theirs", false], ["mine", "keep_mine", true], ["", "decide_later", true]]) {
    const button = document.createElement("button");
    button.className = quiet ? "app-act app-act--quiet" : "app-act";
    button.value = value;
    button.textContent = say(label);
    form.append(button);
  }
  dialog.append(title, text);
  if (changes.length) {
    const list = document.createElement("ul");
    list.className = "govuk-list govuk-list--bullet";
    list.append(...changes.map((change) => Object.assign(document.createElement("li"), { textContent: change })));
    dialog.append(list);
  }
  if (compare) {
    const link = document.createElement("a");
    Object.assign(link, { href: compare, target: "_blank", rel: "noopener", textContent: say("compare"), className: "govuk-link" });
    const line = document.createElement("p");
    line.append(link);
    dialog.append(line);
  }
  dialog.append(form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    dialog.showModal();
  });
}
