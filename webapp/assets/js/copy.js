// Buttons that copy a text: `data-copy` is the id of the element. Hidden where the browser cannot.
function text(element) {
  return "value" in element ? element.value : element.textContent.trim();
}

export function initCopy(root = document) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text(root.getElementById(button.dataset.copy)));
      const said = root.querySelector("[data-copied]");
      if (said) said.hidden = false;
    });
  }
}
