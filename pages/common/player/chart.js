// The map under a walk: real codes on a canvas; the path, its frames and the centroids above them as SVG, so that text and lines
// follow the theme. Both axes have one scale, whatever the width.

const EDGE = { left: 44, right: 8, top: 8, bottom: 40 };
const SVG = "http://www.w3.org/2000/svg";

class WalkMap {
  // `chart` as in __init__.py, `frames` of the reel; `hold` is called with the number of a frame that is clicked.
  constructor(chart, frames, colours, hold) {
    Object.assign(this, { chart, frames, colours, hold });
    this.cloud = unpacked(chart);
    this.box = make("div", "map");
    this.canvas = make("canvas");
    this.picture = svg("svg", { role: "img" });
    this.box.append(this.canvas, this.picture);
  }

  // Everything that depends on the size.
  fit() {
    const { width, height } = this.box.getBoundingClientRect();
    if (!width || (this.width === width && this.height === height)) return;
    Object.assign(this, { width, height });
    const { centre, span } = this.chart;
    const inner = { width: width - EDGE.left - EDGE.right, height: height - EDGE.top - EDGE.bottom };
    this.unit = Math.max(span[0] / inner.width, span[1] / inner.height); // latent units per pixel
    this.origin = [EDGE.left + inner.width / 2 - centre[0] / this.unit, EDGE.top + inner.height / 2 + centre[1] / this.unit];
    this.inner = inner;
    this.paint();
    this.draw();
    this.show(this.frame ?? 0);
  }

  at(place) {
    return [this.origin[0] + place[0] / this.unit, this.origin[1] - place[1] / this.unit];
  }

  paint() {
    const dense = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(this.width * dense);
    this.canvas.height = Math.round(this.height * dense);
    const pen = this.canvas.getContext("2d");
    pen.scale(dense, dense);
    pen.beginPath();
    pen.rect(EDGE.left, EDGE.top, this.inner.width, this.inner.height);
    pen.clip();
    pen.globalAlpha = 0.45;
    for (const [x, y, k] of this.cloud) {
      const [left, top] = this.at([x, y]);
      pen.fillStyle = this.colours[k];
      pen.beginPath();
      pen.arc(left, top, 2, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  draw() {
    const places = this.frames.map((frame) => this.at(frame.place));
    const points = places.map((place) => place.map((x) => x.toFixed(1)).join(",")).join(" ");
    this.picture.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.ring = svg("g", { class: "ring" });
    this.ring.append(svg("circle", { r: 10, class: "halo" }), svg("circle", { r: 10 }));
    const dots = this.frames.map((frame, k) => {
      const dot = svg("circle", { cx: places[k][0], cy: places[k][1], r: frame.flagged ? 6 : 4, fill: frame.colour, class: frame.flagged ? "dot third" : "dot" });
      const title = svg("title");
      title.textContent = frame.sentence;
      dot.append(title);
      dot.addEventListener("click", () => this.hold(k));
      return dot;
    });
    const shown = this.chart.middles.map((middle, k) => [this.at(middle), `${k}`]);
    const named = shown.filter(([[x, y]]) => x > EDGE.left && x < this.width - EDGE.right && y > EDGE.top && y < EDGE.top + this.inner.height);
    if (this.chart.ends === "digits") named.push([lifted(places[0]), "start"], [lifted(places.at(-1)), "end"]);
    this.picture.replaceChildren(
      ...this.axes(),
      svg("polyline", { points, class: "halo" }),
      svg("polyline", { points, class: "path" }),
      ...dots,
      ...named.map(([[x, y], text]) => label(x, y, text, "middle")),
      this.ring,
    );
    this.places = places;
  }

  axes() {
    const [bottom, right] = [EDGE.top + this.inner.height, EDGE.left + this.inner.width];
    const [x, y] = this.chart.axes;
    const made = [label(EDGE.left + this.inner.width / 2, bottom + 33, `${x}, latent units`, "title")];
    const up = label(0, 0, `${y}, latent units`, "title");
    up.setAttribute("transform", `translate(11 ${EDGE.top + this.inner.height / 2}) rotate(-90)`);
    made.push(up);
    const corner = [(EDGE.left - this.origin[0]) * this.unit, (right - this.origin[0]) * this.unit];
    for (const value of ticks(...corner, this.inner.width / 90)) made.push(label(this.at([value, 0])[0], bottom + 16, plain(value), "tick"));
    const sides = [(this.origin[1] - bottom) * this.unit, (this.origin[1] - EDGE.top) * this.unit];
    for (const value of ticks(...sides, this.inner.height / 60)) made.push(label(EDGE.left - 6, this.at([0, value])[1] + 4, plain(value), "tick side"));
    return made;
  }

  // Moves the ring to a frame.
  show(frame) {
    this.frame = frame;
    if (!this.places) return;
    const [x, y] = this.places[frame];
    this.ring.setAttribute("transform", `translate(${x} ${y})`);
    this.picture.setAttribute("aria-label", `The path on ${this.chart.name}. ${this.frames[frame].sentence}`);
  }
}

// Rows of x, y and class.
function unpacked(chart) {
  const bytes = Uint8Array.from(atob(chart.cloud), (letter) => letter.charCodeAt(0));
  const count = bytes.length / 5;
  const numbers = new DataView(bytes.buffer);
  const along = (i, axis) => {
    const share = numbers.getUint16(4 * i + 2 * axis, true) / 65535;
    return chart.low[axis] + share * (chart.high[axis] - chart.low[axis]);
  };
  return Array.from({ length: count }, (_, i) => [along(i, 0), along(i, 1), bytes[4 * count + i]]);
}

// Round numbers between two bounds, at most about so many.
function ticks(low, high, most) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

function plain(value) {
  return `${+value.toPrecision(6)}`.replace("-", "−");
}

function lifted([x, y]) {
  return [x, y - 16];
}

function label(x, y, text, name) {
  const made = svg("text", { x, y, class: name });
  made.textContent = text;
  return made;
}

function svg(tag, attributes = {}) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
