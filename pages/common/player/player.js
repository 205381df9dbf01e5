// Animations in step over the strips of their frames. The frames of a reel are one picture, a strip, moved behind windows of
// 28 x 28 pixels times a whole number. Playing costs the server nothing; it is told only where somebody stops.

const GAP = 4;
const SIZES = [[112, 1], [84, 1], [56, 2], [28, 4]]; // side of a frame, and how many rows of it are not too many

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".player");
  const old = root.player;
  if (old) old.end();
  const player = new Player(root, data, (frame) => setStateValue("frame", frame));
  root.player = player;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const told = old && old.data.frame !== data.frame; // by the address or by a stop
  const playing = old && !told ? old.playing : data.frame === null && !(calm && !(old && old.asked));
  player.asked = old ? old.asked : false;
  player.direction = old ? old.direction : 1;
  player.show(data.frame !== null && !playing ? data.frame : old ? old.frame : 0);
  if (playing) player.play();
  return () => player.end();
}

class Player {
  constructor(root, data, report) {
    Object.assign(this, { root, data, report, frame: 0, direction: 1, playing: false });
    this.count = data.reels[0].frames.length;
    this.build();
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(root);
    this.fit();
  }

  build() {
    const bar = make("div", "bar");
    this.button = make("button");
    this.button.type = "button";
    this.button.addEventListener("click", () => (this.playing ? this.stop() : this.start()));
    this.slider = make("input");
    Object.assign(this.slider, { type: "range", min: 1, max: this.count, step: 1 });
    this.slider.setAttribute("aria-label", "Frame");
    this.slider.addEventListener("input", () => this.hold(this.slider.value - 1));
    this.slider.addEventListener("change", () => this.report(this.frame));
    this.place = make("span");
    bar.append(this.button, this.slider, this.place);

    this.pictures = []; // [big, strip of small ones] of each reel
    const reels = this.data.reels.map((reel) => {
      const row = make("div", "reel");
      const big = picture(reel);
      big.classList.add("big");
      big.setAttribute("role", "img");
      const notes = make("div", "notes");
      notes.append(make("b", "", reel.title), ...reel.notes.map((note) => make("span", "", note)));
      const strip = make("div", "strip");
      const frames = reel.frames.map((about, k) => this.cell(reel, about, k));
      strip.append(...frames);
      row.append(big, notes, strip);
      this.pictures.push({ reel, big, frames });
      return row;
    });
    this.root.replaceChildren(bar, ...reels, make("p", "legend", this.data.legend));
    this.label();
  }

  cell(reel, about, k) {
    const cell = make("div", about.flagged ? "frame flagged" : "frame");
    cell.title = about.sentence;
    const colour = make("div", "class");
    colour.style.background = about.colour;
    cell.append(picture(reel), colour, make("div", "label", about.label), make("div", "note", about.note));
    cell.addEventListener("click", () => {
      this.hold(k);
      this.report(k);
    });
    return cell;
  }

  fit() {
    const width = this.root.querySelector(".strip").clientWidth;
    const rows = (side) => Math.ceil(this.count / Math.max(1, Math.floor((width + GAP) / (side + GAP))));
    const [side] = SIZES.find(([side, most]) => rows(side) <= most) || SIZES.at(-1);
    this.root.style.setProperty("--side", `${side}px`);
    this.root.classList.toggle("small", side < 56);
    const large = parseFloat(getComputedStyle(this.root).getPropertyValue("--big"));
    for (const { big, frames } of this.pictures) {
      frames.forEach((cell, k) => move(cell.firstChild, k, side, this.count));
      move(big, this.frame, large, this.count);
    }
    this.large = large;
  }

  show(frame) {
    this.frame = Math.max(0, Math.min(this.count - 1, frame));
    for (const { reel, big, frames } of this.pictures) {
      move(big, this.frame, this.large, this.count);
      big.title = reel.frames[this.frame].sentence;
      big.setAttribute("aria-label", `${reel.title}. ${big.title}`);
      frames.forEach((cell, k) => cell.classList.toggle("now", k === this.frame));
    }
    this.slider.value = this.frame + 1;
    this.place.textContent = `frame ${this.frame + 1} of ${this.count}`;
  }

  step() {
    if (this.count < 2) return;
    let next = this.frame + this.direction;
    if (this.data.circular) next = next >= this.count ? 1 : next; // the last frame is the first
    else if (next >= this.count || next < 0) {
      this.direction = -this.direction;
      next = this.frame + this.direction;
    }
    this.show(next);
  }

  play() {
    this.playing = true;
    if (this.data.circular) this.direction = 1;
    this.timer = setInterval(() => this.step(), 1000 / this.data.rate);
    this.label();
  }

  hold(frame) {
    this.playing = false;
    clearInterval(this.timer);
    this.label();
    this.show(frame);
  }

  start() {
    this.asked = true;
    this.play();
    this.report(null);
  }

  stop() {
    this.hold(this.frame);
    this.report(this.frame);
  }

  label() {
    this.button.textContent = this.playing ? "❚❚ Stop" : "▶ Play";
  }

  end() {
    clearInterval(this.timer);
    this.watch.disconnect();
  }
}

function picture(reel) {
  const made = make("div", "picture");
  made.style.backgroundImage = `url(${reel.strip})`;
  return made;
}

function move(window, frame, side, count) {
  window.style.backgroundSize = `${count * side}px ${side}px`;
  window.style.backgroundPosition = `${-frame * side}px 0`;
}

function make(tag, name = "", text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}
