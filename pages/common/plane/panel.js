// One plane of them: the map, what is decoded at its cursor, the nearest real digit, what the judge sees, and the way between
// two pins.

class Panel {
  constructor(planes, number, colours) {
    Object.assign(this, { planes, number, stale: false, unjudged: false, cursor: null });
    this.map = new CodesMap(colours);
    this.title = make("div", "title");
    this.here = reading("decoded here", "here");
    this.near = reading("nearest real digit", "near");
    this.verdict = make("div", "verdict");
    this.bars = make("div", "bars");
    this.bars.append(...colours.map((colour, k) => bar(colour, k)));
    this.strip = make("div", "strip");
    this.strip.hidden = true;
    this.note = make("p", "note");
    const side = make("div", "side");
    const judged = make("div", "judged");
    judged.append(this.verdict, this.bars);
    side.append(this.here.box, judged, this.near.box);
    const both = make("div", "both");
    both.append(this.map.box, side);
    this.box = make("section", "panel");
    this.box.append(this.title, both, this.strip, this.note);
    this.pixels = new Uint8Array(784);
    this.image = new ImageData(28, 28);
    listen(this);
  }

  // Take what the server says now; what has been read before is at hand, so that a slider redraws at once.
  async load(spec) {
    const turn = (this.turn = spec);
    this.title.textContent = spec.title;
    this.title.hidden = !spec.title;
    this.note.textContent = spec.note;
    if (!this.spec) this.fit();
    const { digits, judge } = this.planes.data;
    const read = (address, make) => once(address, this.planes.fetched, make);
    try {
      const [decoder, codes, images, judging, film] = await Promise.all([
        read(spec.decoder, (file) => new Network(file)),
        read(spec.codes, codesOf),
        read(digits, (file) => file.tensors.images),
        read(judge, (file) => new Network(file)),
        spec.film && read(spec.film, (file) => file.tensors.film),
      ]);
      if (turn !== this.turn) return;
      this.follow(spec);
      Object.assign(this, { spec, decoder, codes, images, judging, film, z: new Float32Array(spec.origin.length) });
    } catch (error) {
      this.note.textContent = `The network could not be fetched (${error.message}). Reload the page to try again.`;
      return;
    }
    const last = this.pins().at(-1);
    this.cursor ??= last ?? spec.start;
    this.fit();
    this.show();
    this.planes.waiting ??= setTimeout(() => this.planes.judge(), 0);
    this.box.classList.add("ready");
  }

  // Unless a place is pinned, the cursor goes to the code of a digit that has just been drawn, with that code where it has stood
  // on it, and in another network's space, where its place means nothing, to the start.
  follow(spec) {
    if (!this.cursor || this.pins().length) return;
    const [from, to] = [this.spec?.own, spec.own];
    const [another, moved] = ["decoder", "film"].map((file) => this.spec?.[file] !== spec[file]);
    const drawn = to && String(from) !== String(to) && (!moved || String(this.cursor) === String(from));
    if (another) this.cursor = spec.start;
    else if (drawn) this.cursor = to;
  }

  pins = () => this.planes.pins.filter(([m]) => m === this.number || this.planes.data.linked).map(([, x, y]) => [x, y]);

  // The map keeps its place from the start, so that nothing below moves when its files have come.
  fit() {
    const width = this.map.box.clientWidth;
    if (!this.turn || !width) return;
    const height = Math.min(this.turn.height, Math.round(1.05 * width)); // on a phone about a square
    this.map.box.style.height = `${height}px`;
    if (!this.spec) return;
    this.map.fit(this.spec, width, height);
    this.draw();
  }

  draw() {
    this.map.drawCodes(this.codes, this.spec.thumbnails && this.images, this.planes.only);
    this.map.drawMarks(this.codes);
    this.map.drawWay();
    this.map.drawCursor(this.cursor);
    this.drawPins();
  }

  decode([x, y]) {
    const { origin, axes } = this.spec;
    for (let i = 0; i < origin.length; i++) this.z[i] = origin[i] + x * axes[0][i] + y * axes[1][i];
    return this.decoder.run(this.z, this.film);
  }

  show() {
    this.stale = false;
    if (!this.spec) return;
    grey(this.decode(this.cursor), this.pixels);
    this.here.pen.putImageData(picture(this.pixels, this.image), 0, 0);
    const { row, label, distance } = nearest(this.codes, this.cursor);
    if (row !== this.row) this.near.pen.putImageData(picture(this.images.subarray(row * 784, row * 784 + 784), this.image), 0, 0);
    Object.assign(this, { row, label, distance, unjudged: true });
    this.map.drawCursor(this.cursor);
    this.here.text.data = point(this.cursor);
    this.near.text.data = `a ${label}, ${distance.toFixed(2)} away`;
  }

  judge() {
    this.unjudged = false;
    if (!this.spec) return;
    this.chances = softmax(this.judging.run(Float32Array.from(this.pixels, (value) => value / 255)));
    this.seen = this.chances.indexOf(Math.max(...this.chances));
    this.verdict.textContent = `judge: ${this.seen}, ${percent(this.chances[this.seen])}`;
    this.chances.forEach((share, k) => this.bars.children[k].style.setProperty("--share", share.toFixed(3)));
  }

  sentence() {
    if (this.unjudged) this.judge();
    return `Decoded point ${point(this.cursor)}: judge says ${this.seen}, ${percent(this.chances[this.seen])}. Nearest code: digit ${this.row}, a ${this.label}, ${this.distance.toFixed(2)} away.`;
  }

  describe() {
    if (!this.spec) return;
    const text = this.sentence();
    set(this.here.canvas, { "aria-label": text });
    set(this.near.canvas, { "aria-label": `digit ${this.row}, a ${this.label}` });
  }

  // The way between two pins, decoded frame by frame, as many as fit into one row.
  drawPins() {
    if (!this.spec) return;
    const pins = this.pins();
    this.map.drawPins(pins);
    this.strip.hidden = pins.length < 2;
    if (pins.length < 2) return this.strip.replaceChildren();
    const [[ax, ay], [bx, by]] = pins;
    const count = Math.max(5, Math.min(16, Math.floor(this.box.clientWidth / 62)));
    const seen = [];
    const frames = Array.from({ length: count }, (_, k) => {
      const t = k / (count - 1);
      const { box, pen, text } = reading("", "frame");
      const bytes = grey(this.decode([ax + t * (bx - ax), ay + t * (by - ay)]), new Uint8Array(784));
      pen.putImageData(picture(bytes), 0, 0);
      const chances = softmax(this.judging.run(Float32Array.from(bytes, (value) => value / 255)));
      seen.push(chances.indexOf(Math.max(...chances)));
      text.data = String(seen[k]);
      return box;
    });
    set(this.strip, { role: "img", "aria-label": `The path from A to B in ${count} frames; the judge says ${seen.join(", ")}.` });
    this.strip.replaceChildren(...frames);
  }
}

// The code nearest to a place of the plane, in all of latent space: `off` is each code's squared distance from the plane.
function nearest({ count, x, y, off, labels, rows }, [u, v]) {
  let best = 0;
  let least = Infinity;
  for (let i = 0; i < count; i++) {
    const d = (x[i] - u) ** 2 + (y[i] - v) ** 2 + (off ? off[i] : 0);
    if (d < least) [best, least] = [i, d];
  }
  return { row: rows[best], label: labels[best], distance: Math.sqrt(least) };
}

function codesOf({ about, tensors }) {
  const { middle, step } = JSON.parse(about.frame);
  const { places, ...rest } = tensors;
  const count = places.length / 2;
  const along = (axis) => Float32Array.from({ length: count }, (_, i) => middle[axis] + step[axis] * places[2 * i + axis]);
  return { count, x: along(0), y: along(1), ...rest };
}

// A file of the app, read once however many maps need it. Small ones, which change with every move of a slider, are not kept.
const KEPT = new Map();
function once(address, fetched, make) {
  if (!KEPT.has(address)) {
    const made = fetched(address).then((bytes) => make(readFile(bytes)));
    if (address.startsWith("data:")) return made;
    KEPT.set(address, made);
    made.catch(() => KEPT.delete(address));
  }
  return KEPT.get(address);
}

function reading(title, name) {
  const box = make("figure", name);
  const canvas = Object.assign(make("canvas"), { width: 28, height: 28 });
  set(canvas, { role: "img" });
  const caption = make("figcaption");
  const text = document.createTextNode("");
  if (title) caption.append(make("b", "", title));
  caption.append(text);
  box.append(canvas, caption);
  return { box, canvas, text, pen: canvas.getContext("2d") };
}

function bar(colour, k) {
  const made = make("span", "", String(k));
  made.style.setProperty("--class", colour);
  return made;
}

function point([x, y]) {
  return `(${number(x, 2)}, ${number(y, 2)})`;
}

function percent(share) {
  return share >= 0.995 ? "> 99 %" : `${Math.round(100 * share)} %`; // as core/reading.py says it
}
