// What the server draws of the form: fetched anew after each save with what was filled in, and tried without a new page.
import { CharacterCount, ErrorSummary, createAll } from "govuk-frontend";
import { initConditional } from "../../conditional.js";

const LIVE = "[data-live]";

export function initPreview({ again, server }) {
  const filled = () => document.querySelector("[data-form-preview]");
  let asked = 0;

  // The page as it is now, and of it the parts that tell of the draft.
  async function draw(body, { only, address = again } = {}) {
    const mine = ++asked;
    const response = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": server.csrf } });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    if (mine !== asked || response.redirected) return;
    for (const part of document.querySelectorAll(LIVE)) {
      const { live } = part.dataset;
      const other = fresh.querySelector(`[data-live="${live}"]`);
      if (!other || (only && live !== only)) continue;
      part.replaceChildren(...document.adoptNode(other).childNodes);
      if (live === "preview") wake(part);
    }
  }

  function wake(part) {
    createAll(CharacterCount, undefined, part);
    createAll(ErrorSummary, undefined, part);
    initConditional(part);
  }

  const body = (submitter) => {
    const form = filled();
    const data = form ? new FormData(form, submitter) : new FormData();
    data.set("csrf_token", server.csrf);
    return data;
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-form-preview]");
    if (!form) return;
    event.preventDefault();
    await draw(body(event.submitter), { only: "preview" });
    const said = document.querySelector('[data-live="preview"] > [role="status"]');
    said?.setAttribute("tabindex", "-1");
    said?.focus();
  });

  // `server`, and after each save the page follows.
  function following(server) {
    const save = server.save.bind(server);
    server.save = async (content, revision) => {
      const answer = await save(content, revision);
      if (answer.address) history.replaceState(null, "", answer.address);
      follow(content, answer.revision);
      const data = body();
      data.set("_gambar", "1");
      // a preview that could not be fetched is fetched with the next save
      await draw(data).catch(() => {});
      return answer;
    };
    return server;
  }

  // The same draft as text, unless somebody is writing there.
  function follow(content, revision) {
    const text = document.getElementById("isi");
    if (text && text.value !== text.defaultValue) return;
    if (text) text.value = text.defaultValue = content;
    for (const input of document.querySelectorAll("[data-revision]")) input.value = revision;
  }

  return { following };
}
