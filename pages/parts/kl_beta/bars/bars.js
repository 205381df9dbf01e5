// Two distributions over the same outcomes as bars that are dragged. A distribution always sums to 1: what one bar gains, the
// others of its colour lose in proportion. The values live here while a bar is held; the server is told a few times a second.

const PAUSE = 80; // milliseconds between two reports while dragging
const STEP = 0.01;

export default function ({ data: [data], parentElement, setStateValue }) {
  const root = parentElement.querySelector(".bars");
  const messages = (root.messages ??= new Messages("bars"));
  if (messages.takes(data, setStateValue)) {
    root.values = { p: [...data.p], q: [...data.q] };
    build(root, data.outcomes);
  }
  root.send = (held) => messages.tell({ ...root.values, held });
  draw(root);
}

function build(root, outcomes) {
  root.replaceChildren(
    ...outcomes.map((outcome, k) => {
      const group = element("div", "outcome");
      const pair = element("div", "pair");
      pair.append(...["p", "q"].map((name) => slot(root, name, k, outcome)));
      const label = element("div", "label");
      label.textContent = outcome;
      group.append(pair, label);
      return group;
    }),
  );
}

function slot(root, name, k, outcome) {
  const track = element("div", `slot ${name}`);
  const bar = element("div", "bar");
  const number = element("span", "number");
  bar.append(number);
  track.append(bar);
  track.tabIndex = 0;
  track.setAttribute("role", "slider");
  track.setAttribute("aria-orientation", "vertical");
  track.setAttribute("aria-valuemin", "0");
  track.setAttribute("aria-valuemax", "1");
  track.setAttribute("aria-label", `${name.toUpperCase()} of ${outcome}`);

  const set = (value) => {
    change(root.values[name], k, Math.min(1, Math.max(0, value)));
    draw(root);
    report(root);
  };
  const drag = (event) => {
    const box = track.getBoundingClientRect();
    set(Math.round((100 * (box.bottom - event.clientY)) / box.height) / 100);
  };
  track.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    track.setPointerCapture(event.pointerId);
    drag(event);
  });
  track.addEventListener("pointermove", (event) => track.hasPointerCapture(event.pointerId) && drag(event));
  for (const end of ["lostpointercapture", "keyup"]) track.addEventListener(end, () => settle(root));
  track.addEventListener("keydown", (event) => {
    const by = { ArrowUp: STEP, ArrowRight: STEP, ArrowDown: -STEP, ArrowLeft: -STEP, PageUp: 0.1, PageDown: -0.1 }[event.key];
    const to = { Home: 0, End: 1 }[event.key];
    if (by === undefined && to === undefined) return;
    event.preventDefault();
    set(to ?? Math.round(100 * (root.values[name][k] + by)) / 100);
  });
  return track;
}

// Sets one probability; the others share the rest as they did before, or equally if they had none.
function change(values, k, value) {
  const rest = 1 - values[k];
  for (let i = 0; i < values.length; i++) {
    if (i !== k) values[i] = rest > 1e-9 ? (values[i] * (1 - value)) / rest : (1 - value) / (values.length - 1);
  }
  values[k] = value;
}

function draw(root) {
  const slots = root.querySelectorAll(".slot");
  slots.forEach((track, i) => {
    const value = root.values[i % 2 ? "q" : "p"][Math.floor(i / 2)];
    track.firstChild.style.height = `${100 * value}%`;
    const shown = (value + 1e-7).toFixed(2); // a half is rounded up, whatever the last digits of a copied address are
    track.firstChild.firstChild.textContent = shown.replace(/^0/, "");
    track.setAttribute("aria-valuenow", shown);
  });
}

function report(root) {
  root.moved = true;
  root.waiting ??= setTimeout(() => {
    root.waiting = undefined;
    root.send(true);
  }, PAUSE);
}

// Of a bar, or of the key that moves it: only where it has come to rest stands in the address.
function settle(root) {
  if (!root.moved) return;
  clearTimeout(root.waiting);
  root.waiting = root.moved = undefined;
  root.send(false);
}

function element(tag, name) {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}
