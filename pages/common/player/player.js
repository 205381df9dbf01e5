// Reels (reel.js) that play in step, and their controls. Playing costs the server nothing; it is told only where somebody stops.

const GAP = 4;
const SIZES = [[112, 1], [84, 1], [56, 2], [28, 4]]; // side of a frame, and how many rows of it are not too many
const CALM = 150; // milliseconds after the last step until the server is told, so that a held key is one step of Back
const SPEEDS = [[0.25, "¼ ×"], [0.5, "½ ×"], [1, "1 ×"], [2, "2 ×"], [4, "4 ×"]]; // of the rate that the server asks for

export default function ({ data: [data], parentElement, setStateValue }) {
  const root = parentElement.querySelector(".player");
  const messages = (root.messages ??= new Messages("stopped"));
  const { frame, version, heard, ...content } = data;
  const taken = messages.takes(data, setStateValue);
  const signature = JSON.stringify(content);
  const old = root.player;
  let player = old;
  if (old?.signature === signature) {
    old.resume();
  } else {
    old?.end();
    clearTimeout(old?.telling);
    player = root.player = new Player(root, content, old, (frame) => messages.tell({ frame }));
    player.signature = signature;
    if (old) player.show(old.frame);
    if (old?.playing) player.play();
  }
  if (taken) player.go(frame); // else the server repeats what it was told, which may be out of date by now
  return () => player.end();
}

class Player {
  constructor(root, data, old, report) {
    const { direction = 1, speed = 1, loop = true } = old || {};
    Object.assign(this, { root, data, report, direction, speed, loop, frame: 0, playing: false });
    this.count = data.reels[0].frames.length;
    const focused = old && old.focused();
    this.build();
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(root);
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.calmed = () => this.calm.matches && this.playing && this.stop();
    this.calm.addEventListener("change", this.calmed);
    this.fit();
    if (focused) root.querySelector(focused)?.focus({ preventScroll: true });
  }

  build() {
    this.reels = this.data.reels.map((about) => new Reel(about, this.data.colours, (k) => this.pick(k)));
    const reels = make("div", "reels");
    reels.tabIndex = 0;
    reels.setAttribute("role", "group");
    reels.setAttribute("aria-label", "Animation. Space plays and stops, arrow keys step, Home and End jump.");
    reels.append(...this.reels.map((reel) => reel.row));
    const maps = make("div", "maps");
    maps.append(...this.reels.flatMap((reel) => reel.figure ?? []));
    this.root.replaceChildren(this.bar(), reels, make("p", "legend", this.data.legend), maps);
    this.root.onkeydown = (event) => this.key(event);
    this.label();
  }

  bar() {
    const bar = make("div", "bar");
    this.button = make("button", "play");
    this.button.type = "button";
    this.button.addEventListener("click", () => this.toggle());
    this.slider = make("input");
    Object.assign(this.slider, { type: "range", min: 1, max: this.count, step: 1 });
    this.slider.setAttribute("aria-label", "Frame");
    this.slider.addEventListener("input", () => this.hold(this.slider.value - 1));
    this.slider.addEventListener("change", () => this.report(this.frame));
    this.place = make("span", "place");
    const pace = make("select");
    pace.setAttribute("aria-label", "Speed");
    pace.append(...SPEEDS.map(([value, text]) => new Option(text, value, false, value === this.speed)));
    pace.addEventListener("change", () => {
      this.speed = Number(pace.value);
      if (this.playing) this.play();
    });
    const loop = make("input");
    Object.assign(loop, { type: "checkbox", checked: this.loop });
    loop.addEventListener("change", () => (this.loop = loop.checked));
    const looped = make("label", "loop");
    looped.append(loop, "loop");
    const paced = make("label", "pace");
    paced.append("speed", pace);
    bar.append(this.button, this.slider, this.place, paced, looped);
    return bar;
  }

  fit() {
    const width = this.root.querySelector(".strip").clientWidth;
    const rows = (side) => Math.ceil(this.count / Math.max(1, Math.floor((width + GAP) / (side + GAP))));
    const [side] = SIZES.find(([side, most]) => rows(side) <= most) || SIZES.at(-1);
    this.root.style.setProperty("--side", `${side}px`);
    this.root.classList.toggle("small", side < 56);
    const large = parseFloat(getComputedStyle(this.root).getPropertyValue("--big"));
    for (const reel of this.reels) reel.fit(side, large, this.frame);
  }

  show(frame) {
    this.frame = Math.max(0, Math.min(this.count - 1, frame));
    const said = this.reels.map((reel) => reel.show(this.frame));
    this.slider.value = this.frame + 1;
    this.slider.setAttribute("aria-valuetext", said.join(". "));
    this.place.textContent = `frame ${this.frame + 1} of ${this.count}`;
  }

  step() {
    if (this.count < 2) return;
    const next = this.frame + this.direction;
    if (next >= 0 && next < this.count) this.show(next);
    else if (!this.loop) this.stop();
    else if (this.data.circular) this.show(1); // the last frame is the first
    else {
      this.direction = -this.direction;
      this.show(this.frame + this.direction);
    }
  }

  play() {
    clearInterval(this.timer);
    clearTimeout(this.telling);
    this.playing = true;
    if (this.data.circular) this.direction = 1;
    this.timer = setInterval(() => this.step(), 1000 / (this.data.rate * this.speed));
    this.label();
  }

  // To a frame that the address names or, if it names none, on the way.
  go(frame) {
    this.hold(frame ?? 0);
    if (frame === null && !this.calm.matches) this.play();
  }

  hold(frame) {
    this.playing = false;
    clearInterval(this.timer);
    clearTimeout(this.telling);
    this.label();
    this.show(frame);
  }

  pick(frame) {
    this.hold(frame);
    this.telling = setTimeout(() => this.root.isConnected && this.report(this.frame), CALM);
  }

  toggle() {
    if (this.playing) {
      this.stop();
      return;
    }
    if (!this.loop) {
      this.direction = 1; // once, from here to the end, or from the start if it is there
      if (this.frame === this.count - 1) this.show(0);
    }
    this.play();
    this.report(null);
  }

  stop() {
    this.pick(this.frame);
  }

  // What a control understands by itself is left to it.
  key(event) {
    const on = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey || on.tagName === "SELECT") return;
    const button = on.tagName === "BUTTON" || on.type === "checkbox";
    if (event.key === " " && !button) this.toggle();
    else if (on !== this.slider && event.key in KEYS) this.pick(KEYS[event.key](this.frame, this.count));
    else return;
    event.preventDefault();
  }

  label() {
    this.button.textContent = this.playing ? "❚❚ Stop" : "▶ Play";
  }

  // A selector of the control that has the keyboard, to give it back after the parts are made anew.
  focused() {
    const now = this.root.getRootNode().activeElement;
    if (!now || !this.root.contains(now)) return null;
    return now.className ? `.${now.className}` : now.getAttribute("aria-label") ? `[aria-label="${now.getAttribute("aria-label")}"]` : now.tagName;
  }

  resume() {
    this.watch.observe(this.root);
    this.calm.addEventListener("change", this.calmed);
    if (this.playing) this.play();
  }

  end() {
    clearInterval(this.timer);
    this.calm.removeEventListener("change", this.calmed);
    this.watch.disconnect();
  }
}

const KEYS = {
  ArrowLeft: (frame) => frame - 1,
  ArrowRight: (frame) => frame + 1,
  Home: () => 0,
  End: (_, count) => count - 1,
};

function make(tag, name = "", text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}
