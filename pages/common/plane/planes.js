// Latent planes that are decoded under the pointer, each by its own network (panel.js); nothing of it asks the server. Pointer,
// finger or arrow keys move the cursor; a click or Enter pins it, and that alone is told.

const CALM = 500; // milliseconds after the last move until the point is read aloud

export default function ({ data: [data], parentElement, setStateValue, fetched }) {
  const root = parentElement.querySelector(".latent-planes");
  root.planes ??= new Planes(root, fetched);
  root.planes.update(data, setStateValue);
  return () => root.planes.pause();
}

class Planes {
  constructor(root, fetched) {
    this.root = root;
    this.fetched = fetched; // an address's file, as bytes
    this.panels = [];
    this.only = null; // the one class that is shown, or null for all
    this.pins = [];
    this.messages = new Messages("pinned");
    this.report = (value) => this.messages.tell(value);
    this.spent = []; // of the last moves: [milliseconds from pointer to picture, of which at work]
    this.watch = new ResizeObserver(() => this.panels.forEach((panel) => panel.fit()));
    this.legend = make("div", "legend");
    this.row = make("div", "row");
    this.foot = make("div", "foot");
    this.said = make("div", "said");
    set(this.said, { "aria-live": "polite" });
    root.replaceChildren(this.legend, this.row, this.foot, this.said);
  }

  update(data, set) {
    const same = this.data && this.data.planes.length === data.planes.length;
    this.data = data;
    this.messages.takes(data, set);
    if (!this.messages.behind) this.pins = data.pins; // else the server has not heard of the latest pin yet
    if (!same) {
      this.panels = data.planes.map((_, k) => new Panel(this, k, data.colours));
      this.row.replaceChildren(...this.panels.map((panel) => panel.box));
      this.root.style.setProperty("--count", this.panels.length);
    }
    this.drawLegend();
    this.panels.forEach((panel, k) => panel.load(data.planes[k]));
    this.watch.observe(this.row);
    this.drawFoot();
  }

  pause() {
    this.watch.disconnect();
    cancelAnimationFrame(this.frame);
    this.frame = undefined;
    clearTimeout(this.calm);
  }

  drawLegend() {
    const buttons = this.data.colours.map((colour, k) => {
      const button = make("button", "", String(k));
      button.type = "button";
      button.style.setProperty("--class", colour);
      set(button, { "aria-pressed": String(this.only === k), "aria-label": `only class ${k}`, title: `only class ${k}, or all again` });
      button.addEventListener("click", () => {
        this.only = this.only === k ? null : k;
        this.drawLegend();
        this.legend.querySelectorAll("button")[k].focus();
        this.panels.forEach((panel) => panel.draw());
      });
      return button;
    });
    this.legend.replaceChildren(...buttons);
  }

  // The cursor of one panel has moved, and with it, where they share one latent space, those of the others.
  move(panel, place, stamp) {
    for (const other of this.panels) if (other === panel || this.data.linked) other.cursor = place;
    this.panels.forEach((other) => (other.stale ||= other === panel || this.data.linked));
    this.stamp ??= stamp;
    this.draw();
    clearTimeout(this.calm);
    this.calm = setTimeout(() => this.say(panel), CALM);
  }

  // At once, because browsers hand over a pointer's moves just before a frame; a second move before that frame waits for it.
  draw() {
    if (this.frame !== undefined) return;
    this.show();
    this.frame = requestAnimationFrame(() => {
      this.frame = undefined;
      if (this.panels.some((panel) => panel.stale)) this.draw();
    });
  }

  show() {
    const started = performance.now();
    for (const panel of this.panels) if (panel.stale) panel.show();
    const ended = performance.now();
    if (this.stamp !== undefined) this.spent = [...this.spent.slice(-499), [ended - this.stamp, ended - started]];
    this.stamp = undefined;
    this.waiting ??= setTimeout(() => this.judge(), 0); // after the picture is on the screen
  }

  // What the judge sees, at most a third of the time, so that a slow phone still draws.
  judge() {
    const started = performance.now();
    for (const panel of this.panels) if (panel.unjudged) panel.judge();
    const spent = performance.now() - started;
    this.waiting = setTimeout(
      () => {
        this.waiting = undefined;
        if (this.panels.some((panel) => panel.unjudged)) this.judge();
      },
      spent > 6 ? 2 * spent : 0,
    );
  }

  say(panel) {
    this.panels.forEach((other) => other.describe());
    this.said.textContent = panel.sentence();
  }

  pin(panel, place, row) {
    const here = this.pins.filter(([m]) => m === panel.number || this.data.linked);
    const there = this.pins.filter((pin) => !here.includes(pin));
    this.pins = [...there, ...here.slice(-1), [panel.number, ...place]]; // the older of two makes room
    this.tell(row, panel.number);
  }

  clear() {
    this.pins = [];
    this.tell(null, 0);
    this.panels[0].map.box.focus();
  }

  tell(row, plane) {
    this.panels.forEach((panel) => panel.drawPins());
    this.drawFoot();
    this.report({ pins: this.pins, row, plane });
  }

  drawFoot() {
    const text = make("span");
    if (!this.pins.length) {
      const ways = matchMedia("(hover: none)").matches
        ? "A tap decodes the point and pins it; a second tap makes a path. A finger that moves sideways, or rests before it moves, decodes all the way; up and down it scrolls the page."
        : "The point under the pointer is decoded here, in your browser. A click pins it, a second click makes a path. Keys: arrows, with Shift for larger steps, Enter, Delete.";
      text.textContent = ways;
      this.foot.replaceChildren(text);
      return;
    }
    const panels = this.data.linked ? [this.panels[0]] : this.panels.filter((panel) => panel.pins().length);
    const alone = this.data.linked || this.panels.length === 1;
    const said = panels.map((panel) => `Pinned${alone ? "" : ` in ${panel.title.textContent}`}: ${where(panel.pins())}`);
    text.textContent = said.join(". ") + (panels.every((panel) => panel.pins().length === 2) ? "." : ". Another click makes a path.");
    const button = make("button", "", "Remove pins");
    button.type = "button";
    button.addEventListener("click", () => this.clear());
    this.foot.replaceChildren(text, button);
  }
}

// One or two pins in words.
function where([a, b]) {
  if (!b) return `A ${point(a)}`;
  return `A ${point(a)} and B ${point(b)}, ${Math.hypot(b[0] - a[0], b[1] - a[1]).toFixed(2)} apart in latent units`;
}
