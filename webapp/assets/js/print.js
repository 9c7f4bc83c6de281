// Buttons that print the page; without JavaScript the browser's own menu does.
export function initPrint(root = document) {
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
