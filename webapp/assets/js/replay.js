// The replay of a case (audit/replay.html): steps, plays and jumps through the events that the page's table holds.
//
// A row has its facts, which are copied into the panel, and `data-marks`: of each diagram that the event is shown on,
// the elements with a token, a check or a warning. The server drew each diagram once, with all these signs in place;
// here their classes move. Nothing is asked of the server again.
const STATES = ["lit", "done", "late"];
const KEYS = { ArrowLeft: "prev", ArrowUp: "prev", ArrowRight: "next", ArrowDown: "next", Home: "first", End: "last" };
const STAND = 1000; // ms that an event stands at the usual speed
const MOVE = 200; // ms of a token's way

export function initReplay(root = document) {
  const place = root.querySelector("[data-replay]");
  if (place) live(place);
}

function live(place) {
  const rows = [...place.querySelectorAll("[data-marks]")].map((row) => ({
    row,
    link: row.querySelector("a"),
    marks: JSON.parse(row.dataset.marks),
  }));
  const part = (name) => place.querySelector(`[data-replay-${name}]`);
  const [list, controls, slider, play, speed, said, title] = ["list", "controls", "slider", "play", "speed", "said", "title"].map(part);
  const figures = diagrams(place);
  let now = Math.max(0, rows.findIndex(({ link }) => link.hasAttribute("aria-current")));
  let playing;
  let noting;

  function show(to, { aloud = false } = {}) {
    rows[now].link.removeAttribute("aria-current");
    now = Math.min(Math.max(to, 0), rows.length - 1);
    const { row, link, marks } = rows[now];
    link.setAttribute("aria-current", "step");
    within(list, row);
    for (const slot of place.querySelectorAll("[data-slot]")) {
      const fact = row.querySelector(`[data-fact="${slot.dataset.slot}"]`);
      slot.replaceChildren(...fact.cloneNode(true).childNodes);
    }
    title.textContent = row.dataset.title;
    for (const figure of figures) figure.show(marks[figure.id]);
    slider.value = now + 1;
    slider.setAttribute("aria-valuetext", spoken(row));
    if (aloud) said.textContent = spoken(row);
    for (const button of controls.querySelectorAll("[data-go]")) {
      button.setAttribute("aria-disabled", String(now === (["first", "prev"].includes(button.dataset.go) ? 0 : rows.length - 1)));
    }
    for (const kept of place.querySelectorAll("[data-replay-place]")) kept.value = now + 1;
    clearTimeout(noting); // browsers refuse an address that changes at every pixel of a slider
    noting = setTimeout(() => history.replaceState(history.state, "", link.href), MOVE);
  }

  const go = (where) => ({ first: 0, prev: now - 1, next: now + 1, last: rows.length - 1 })[where];

  function stop() {
    clearTimeout(playing);
    playing = undefined;
    faces(play, false);
  }

  function tick() {
    playing = setTimeout(() => {
      show(now + 1, { aloud: true });
      if (now < rows.length - 1) tick();
      else stop();
    }, STAND / Number(speed.value));
  }

  function toggle() {
    if (playing) return stop();
    if (now === rows.length - 1) show(0, { aloud: true });
    faces(play, true);
    tick();
  }

  play.addEventListener("click", toggle);
  for (const button of controls.querySelectorAll("[data-go]")) {
    button.addEventListener("click", () => {
      stop();
      show(go(button.dataset.go), { aloud: true });
    });
  }
  slider.addEventListener("input", () => {
    stop();
    show(Number(slider.value) - 1); // the slider itself says where it is
  });
  list.addEventListener("click", (event) => {
    const at = rows.findIndex(({ link }) => link.contains(event.target));
    if (at < 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    stop();
    show(at, { aloud: true });
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const inList = list.contains(event.target);
    if (event.key === " ") {
      if (!inList && event.target !== slider) return; // elsewhere space presses a button or scrolls
      event.preventDefault();
      toggle();
      return;
    }
    const inControls = controls.contains(event.target) && event.target !== speed;
    const sideways = ["ArrowLeft", "ArrowRight"].includes(event.key); // scrolls no page
    if (!KEYS[event.key] || !(inList || inControls || (sideways && event.target === document.body))) return;
    event.preventDefault();
    stop();
    show(go(KEYS[event.key]), { aloud: !inList && event.target !== slider });
    if (inList) rows[now].link.focus({ preventScroll: true });
  });

  controls.hidden = false;
  part("links").hidden = true;
  place.classList.add("app-replay--live");
  show(now);
}

const spoken = (row) => `${row.dataset.title}: ${row.querySelector('[data-fact="said"]').textContent}`;

function faces(button, playing) {
  for (const face of button.querySelectorAll("[data-face]")) face.hidden = (face.dataset.face === "pause") !== playing;
}

// Scrolls the list alone, never the page.
function within(list, row) {
  const frame = list.parentElement;
  const [outer, inner] = [frame.getBoundingClientRect(), row.getBoundingClientRect()];
  if (inner.top < outer.top) frame.scrollTop -= outer.top - inner.top;
  if (inner.bottom > outer.bottom) frame.scrollTop += inner.bottom - outer.bottom;
}

// Each diagram by its definition, with what shows an event on it; a token comes the way from where one left.
function diagrams(place) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  return [...place.querySelectorAll("figure[data-definition]")].map((figure) => {
    const nodes = [...figure.querySelectorAll(".moves")];
    const lit = () => nodes.filter((node) => node.classList.contains("lit"));
    return {
      id: figure.dataset.definition,
      show(marks) {
        const seen = !figure.hidden;
        figure.hidden = !marks;
        if (!marks) return;
        const before = lit();
        for (const node of nodes) {
          for (const state of STATES) node.classList.toggle(state, marks[state].includes(node.dataset.element));
        }
        for (const node of lit().slice(0, 1)) sideways(figure.querySelector("[tabindex]"), node);
        const left = before.find((node) => !lit().includes(node));
        if (!seen || !left || still.matches) return;
        for (const node of lit()) if (!before.includes(node)) move(token(node), token(left));
      },
    };
  });
}

// A diagram that is wider than the screen is scrolled to where the case is.
function sideways(frame, node) {
  const [outer, inner] = [frame.getBoundingClientRect(), node.getBoundingClientRect()];
  if (inner.left < outer.left || inner.right > outer.right) frame.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
}

const token = (node) => node.querySelector(".token");
const spot = (one) => one.getAttribute("transform").replace(/translate\((\S+) (\S+)\)/, "translate($1px, $2px)");

function move(one, from) {
  one.animate([{ transform: spot(from) }, { transform: spot(one) }], { duration: MOVE, easing: "ease-out" });
}
