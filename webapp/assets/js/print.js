// Buttons that print the page; without JavaScript the browser's own menu does. A page opened to be printed
// (`data-print-now`) asks at once, when its font is there.
export function initPrint(root = document) {
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  if (root.querySelector("[data-print-now]")) document.fonts.ready.then(() => window.print());
}
