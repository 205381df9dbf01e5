// One map of codes: points on a canvas; over them, as SVG in the page's own colours, axes, classes, spreads, pins and the cursor.

const SVG = "http://www.w3.org/2000/svg";
const THUMBNAIL = 28;
const APART = 36; // pixels at least between the middles of two thumbnails
const HIT = 7; // pixels that a click may be beside a point
const EDGE = { left: 46, right: 8, top: 8, bottom: 42 }; // room for the axes

class CodesMap {
  constructor(colours) {
    this.colours = colours;
    this.box = make("div", "map");
    this.canvas = make("canvas");
    this.svg = draw("svg", { "aria-hidden": "true" });
    this.axes = draw("g", { class: "axes" });
    this.inner = draw("svg", {}); // cuts off what lies beyond the axes
    this.layers = {};
    for (const name of ["prior", "way", "names", "rings", "posterior", "path", "pins", "cursor"]) {
      this.inner.append((this.layers[name] = draw("g", { class: name })));
    }
    for (const name of ["halo", "line"]) {
      this.layers.cursor.append(draw("path", { class: name, d: "M-16 0H-5M5 0H16M0 -16V-5M0 5V16M-9 0a9 9 0 1 0 18 0a9 9 0 1 0 -18 0" }));
    }
    this.svg.append(this.axes, this.inner);
    this.box.append(this.canvas, this.svg);
    this.zoom = { factor: 1, x: 0, y: 0 }; // how much closer, and how far from the middle of the window
  }

  // Sizes are known once the map stands on the page.
  fit(spec, width, height) {
    this.spec = spec;
    this.width = Math.max(60, width - EDGE.left - EDGE.right);
    this.height = Math.max(60, height - EDGE.top - EDGE.bottom);
    this.perPixel = Math.max(spec.span[0] / this.width, spec.span[1] / this.height) / this.zoom.factor;
    this.middle = [spec.centre[0] + this.zoom.x, spec.centre[1] + this.zoom.y];
    set(this.svg, { width, height, viewBox: `0 0 ${width} ${height}` });
    set(this.inner, { x: EDGE.left, y: EDGE.top, width: this.width, height: this.height });
    const sharp = globalThis.devicePixelRatio || 1;
    Object.assign(this.canvas, { width: Math.round(this.width * sharp), height: Math.round(this.height * sharp) });
    Object.assign(this.canvas.style, { left: `${EDGE.left}px`, top: `${EDGE.top}px`, width: `${this.width}px`, height: `${this.height}px` });
    this.sharp = sharp;
    this.drawAxes(width, height);
  }

  across = (x) => this.width / 2 + (x - this.middle[0]) / this.perPixel;
  down = (y) => this.height / 2 - (y - this.middle[1]) / this.perPixel;

  // The place under a pointer, kept inside the map.
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const right = Math.min(this.width, Math.max(0, event.clientX - box.left));
    const below = Math.min(this.height, Math.max(0, event.clientY - box.top));
    return [this.middle[0] + (right - this.width / 2) * this.perPixel, this.middle[1] - (below - this.height / 2) * this.perPixel];
  }

  // The nearest place inside the map.
  inside([x, y]) {
    const [wide, tall] = [(this.width / 2) * this.perPixel, (this.height / 2) * this.perPixel];
    const kept = (value, middle, half) => Math.min(middle + half, Math.max(middle - half, value));
    return [kept(x, this.middle[0], wide), kept(y, this.middle[1], tall)];
  }

  // The row of the digit whose point is drawn at a place, or undefined. On a plane through a larger code that need not be the
  // digit whose code is nearest.
  under({ count, x, y, rows }, [u, v]) {
    let [best, least] = [undefined, (HIT * this.perPixel) ** 2];
    for (let i = 0; i < count; i++) {
      const d = (x[i] - u) ** 2 + (y[i] - v) ** 2;
      if (d < least) [best, least] = [rows[i], d];
    }
    return best;
  }

  drawAxes(width, height) {
    const parts = [draw("rect", { x: EDGE.left, y: EDGE.top, width: this.width, height: this.height })];
    const [left, bottom] = [EDGE.left, EDGE.top + this.height];
    for (const x of ticks(this.middle[0], this.width * this.perPixel)) {
      parts.push(words(left + this.across(x), bottom + 16, number(x), "middle"));
    }
    for (const y of ticks(this.middle[1], this.height * this.perPixel)) {
      parts.push(words(left - 6, EDGE.top + this.down(y) + 4, number(y), "end"));
    }
    const up = words(0, 0, this.spec.names[1], "middle");
    set(up, { transform: `translate(12 ${EDGE.top + this.height / 2}) rotate(-90)` });
    parts.push(words(left + this.width / 2, height - 6, this.spec.names[0], "middle"), up);
    this.axes.replaceChildren(...parts);
  }

  // The codes, (class shown or null for all), and a few of them as pictures.
  drawCodes(codes, images, only) {
    const pen = this.canvas.getContext("2d");
    pen.setTransform(this.sharp, 0, 0, this.sharp, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    pen.imageSmoothingEnabled = true; // thumbnails switch it off
    const size = codes.count > 2000 ? 4.4 : 5;
    const dots = this.colours.map((colour) => dot(colour, size, this.sharp));
    const half = size / 2 + 1;
    for (let i = 0; i < codes.count; i++) {
      const k = codes.labels[i];
      pen.globalAlpha = only === null || only === k ? 0.8 : 0.05;
      pen.drawImage(dots[k], this.across(codes.x[i]) - half, this.down(codes.y[i]) - half, 2 * half, 2 * half);
    }
    if (images) this.drawThumbnails(pen, codes, images, only);
    pen.globalAlpha = 1;
    this.layers.names.replaceChildren(
      ...this.spec.middles.map(([x, y], k) => words(this.across(x), this.down(y) + 8, String(k), "middle")),
    );
  }

  drawThumbnails(pen, codes, images, only) {
    const sheet = Object.assign(make("canvas"), { width: 28, height: 28 });
    const ink = sheet.getContext("2d");
    pen.imageSmoothingEnabled = false;
    const half = THUMBNAIL / 2;
    codes.thumbnails.forEach((i, k) => {
      const [x, y, label] = [this.across(codes.x[i]), this.down(codes.y[i]), codes.labels[i]];
      const inside = x > half && x < this.width - half && y > half && y < this.height - half;
      if (codes.gaps[k] / this.perPixel < APART || !inside) return;
      pen.globalAlpha = only === null || only === label ? 1 : 0.05;
      pen.fillStyle = this.colours[label];
      pen.fillRect(Math.round(x) - half - 2, Math.round(y) - half - 2, THUMBNAIL + 4, THUMBNAIL + 4);
      ink.putImageData(picture(images.subarray(codes.rows[i] * 784, codes.rows[i] * 784 + 784)), 0, 0);
      pen.drawImage(sheet, Math.round(x) - half, Math.round(y) - half);
    });
  }

  // What is known of the picked digits: their posteriors to scale with draws from each, the digit itself and its neighbours.
  drawMarks(codes) {
    const { posteriors, prior, chosen, near, own } = this.spec;
    const rings = prior ? [1, 2].map((r) => this.ellipse([0, 0], [[r, 0], [0, r]])) : [];
    this.layers.prior.replaceChildren(...rings);
    const spreads = posteriors.flatMap(({ mean, root, draws }) => [
      ...[2, 1].map((r) => this.ellipse(mean, root.map((row) => row.map((v) => r * v)))),
      ...draws.map(([x, y]) => draw("circle", { r: 2.2, cx: this.across(x), cy: this.down(y) })),
    ]);
    this.layers.posterior.replaceChildren(...spreads);
    const at = (row, r) => {
      const i = codes.rows.indexOf(row);
      return i < 0 ? [] : [draw("circle", { r, cx: this.across(codes.x[i]), cy: this.down(codes.y[i]) })];
    };
    const marks = [...near.flatMap((row) => at(row, 6)), ...(chosen === null ? [] : at(chosen, 11))];
    if (own) marks.push(draw("circle", { r: 11, cx: this.across(own[0]), cy: this.down(own[1]) }));
    this.layers.rings.replaceChildren(...marks.flatMap((mark) => [set(mark.cloneNode(), { class: "halo" }), mark]));
  }

  drawWay() {
    const places = this.spec.way.map(([x, y]) => [this.across(x), this.down(y)]);
    const line = places.length ? [draw("polyline", { points: places.join(" ") })] : [];
    this.layers.way.replaceChildren(...line, ...places.map(([cx, cy]) => draw("circle", { r: 3, cx, cy })));
  }

  // The image of the unit circle under a matrix, moved to a place.
  ellipse([x, y], [[a, b], [c, d]]) {
    const points = Array.from({ length: 72 }, (_, k) => {
      const [u, v] = [Math.cos((k * Math.PI) / 36), Math.sin((k * Math.PI) / 36)];
      return `${this.across(x + a * u + b * v).toFixed(1)},${this.down(y + c * u + d * v).toFixed(1)}`;
    });
    return draw("polygon", { points: points.join(" ") });
  }

  drawPins(pins) {
    if (!this.middle) return;
    const dots = pins.map(([x, y], k) => {
      const mark = draw("g", { transform: `translate(${this.across(x)} ${this.down(y)})` });
      mark.append(draw("circle", { r: 9 }), words(0, 4, "AB"[k], "middle"));
      return mark;
    });
    const ends = pins.map(([x, y]) => `${this.across(x)},${this.down(y)}`).join(" ");
    this.layers.pins.replaceChildren(...dots);
    this.layers.path.replaceChildren(...(pins.length > 1 ? [draw("polyline", { points: ends })] : []));
  }

  drawCursor([x, y]) {
    if (!this.middle) return; // it does not stand on the page yet, or no longer
    set(this.layers.cursor, { transform: `translate(${this.across(x).toFixed(1)} ${this.down(y).toFixed(1)})` });
  }
}

// A point of that colour, drawn once and stamped for each code: five times as fast as an arc for each.
function dot(colour, size, sharp) {
  const made = make("canvas");
  const side = Math.ceil((size + 2) * sharp);
  Object.assign(made, { width: side, height: side });
  const pen = made.getContext("2d");
  pen.fillStyle = colour;
  pen.arc(side / 2, side / 2, (size / 2) * sharp, 0, 7);
  pen.fill();
  return made;
}

// 784 bytes of grey as something a canvas can show.
function picture(bytes, into = new ImageData(28, 28)) {
  const { data } = into;
  for (let i = 0; i < 784; i++) {
    data[4 * i] = data[4 * i + 1] = data[4 * i + 2] = bytes[i];
    data[4 * i + 3] = 255;
  }
  return into;
}

// Round numbers, four to nine of them, over a stretch of an axis.
function ticks(middle, span) {
  const rough = span / 6;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * ten).find((size) => size >= rough);
  const first = Math.ceil((middle - span / 2) / step);
  const count = Math.floor((middle + span / 2) / step) - first + 1;
  return Array.from({ length: count }, (_, k) => Number(((first + k) * step).toPrecision(10)));
}

function number(value, digits) {
  return (digits === undefined ? String(value) : value.toFixed(digits)).replace("-", "−");
}

function make(tag, name = "", text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

function draw(tag, attributes) {
  return set(document.createElementNS(SVG, tag), attributes);
}

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

function words(x, y, text, anchor) {
  const made = draw("text", { x, y, "text-anchor": anchor });
  made.textContent = text;
  return made;
}
