// A form that goes on by itself, press after press, until nothing is left or somebody stops it (`data-go-on`). Its
// second button says so and is only there with JavaScript; without it each press is somebody's own.
const PAUSE = 400;

export function initGoOn(root = document) {
  for (const form of root.querySelectorAll("form[data-go-on]")) {
    const all = form.querySelector("[data-go-on-all]");
    const stop = form.querySelector("[data-go-on-stop]");
    if (form.dataset.goOn !== "ya") {
      all.hidden = false;
      continue;
    }
    const next = setTimeout(() => form.requestSubmit(all), PAUSE);
    stop.hidden = false;
    stop.addEventListener("click", () => {
      clearTimeout(next);
      stop.hidden = true;
      all.hidden = false;
    });
  }
}
