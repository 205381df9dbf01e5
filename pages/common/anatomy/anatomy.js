// The diagram: boxes laid out by the style sheet, arrows drawn over them where they have come to lie, and one explanation at a
// time. Pointing at a box, or moving the focus to it, lights its formula and its lines of code, and the other way round.

const kind = (id) => id.split(" ")[0];

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".anatomy");
  const old = root.diagram;
  if (old) old.end();
  root.diagram = new Diagram(root, data, old, (box) => setStateValue("box", box));
  return () => root.diagram.end();
}

class Diagram {
  constructor(root, data, old, report) {
    Object.assign(this, { root, data, report });
    this.byId = new Map(data.boxes.map((box) => [box.id, box]));
    this.told = (old && old.told) || {}; // what a click has chosen before the server knows
    this.lit = old && this.byId.has(old.lit) ? old.lit : data.chosen;
    const focus = root.contains(document.activeElement) ? document.activeElement.dataset.part : undefined;
    const scrolled = [".formulas", ".code"].map((part) => root.querySelector(part)?.scrollTop ?? 0);
    this.build();
    this.mark(old);
    [".formulas", ".code"].forEach((part, i) => (root.querySelector(part).scrollTop = scrolled[i]));
    if (focus) root.querySelector(`[data-part="${focus}"]`)?.focus({ preventScroll: true });
    this.light(this.lit, !old);
    this.watch = new ResizeObserver(() => this.wire());
    this.watch.observe(root);
    this.typeset(root);
    this.wire();
  }

  build() {
    const flow = make("div", "flow");
    flow.classList.toggle("plain", !this.byId.has("mu"));
    flow.classList.toggle("heads", this.byId.has("head"));
    const hidden = (half) => this.data.boxes.filter((box) => kind(box.id) === half).length;
    flow.style.setProperty("--enc", hidden("encoder"));
    flow.style.setProperty("--dec", hidden("decoder"));
    this.wires = svg("svg", { class: "wires", "aria-hidden": "true" });
    this.boxes = new Map(this.data.boxes.map((box) => [box.id, this.box(box)]));
    this.about = make("div", "about");
    this.about.setAttribute("aria-live", "polite");
    flow.append(this.wires, ...this.boxes.values(), this.about);
    this.changes = make("p", "changes");
    this.changes.setAttribute("role", "status");

    const formulas = make("div", "formulas");
    formulas.append(...this.formulas());
    const code = make("div", "code");
    code.append(...this.data.code.map((part) => this.excerpt(part)));
    const below = make("div", "below");
    below.append(titled("Formulas", formulas), titled("The code that runs", code));
    this.root.replaceChildren(flow, this.changes, below);

    const over = (event) => {
      const part = event.target.closest("[data-part]");
      if (part && event.pointerType !== "touch") this.light(part.dataset.part, false, part);
    };
    const leave = () => this.light(this.focused() || this.chosen(), false);
    for (const area of [flow, below]) {
      area.addEventListener("pointerover", over);
      area.addEventListener("pointerleave", leave);
      area.addEventListener("focusin", (event) => {
        const part = event.target.closest("[data-part]");
        if (part) this.light(part.dataset.part, false, part);
      });
      area.addEventListener("click", (event) => {
        const part = event.target.closest("[data-part]");
        if (part) this.choose(part.dataset.part, part);
      });
    }
  }

  box(box) {
    const made = make("button", `box ${kind(box.id)}`);
    made.type = "button";
    made.style.gridArea = area(box.id);
    made.dataset.part = box.id;
    made.setAttribute("aria-label", `${plain(box.sign)}, ${box.name}. Shape ${box.shape}. ${box.values}`);
    const head = make("span", "head");
    head.append(tex(box.sign), make("span", "name", box.name));
    made.append(head, picture(box));
    const foot = make("span", "foot");
    if (box.number) foot.append(make("b", "", box.number));
    foot.append(make("span", "shape", box.id === "total" ? "" : box.shape));
    made.append(foot);
    return made;
  }

  formulas() {
    const rows = new Map(); // layers of one half share a formula
    for (const box of this.data.boxes) {
      const name = kind(box.id);
      if (!rows.has(name)) rows.set(name, { box, ids: [] });
      rows.get(name).ids.push(box.id);
    }
    return [...rows.values()].map(({ box, ids }) => {
      const row = make("button", "formula");
      row.type = "button";
      row.dataset.part = ids[0];
      row.boxes = ids;
      row.append(tex(box.formula));
      row.setAttribute("aria-label", `Formula of ${box.name.replace(/ \d+$/, "")}`);
      return row;
    });
  }

  excerpt({ title, lines }) {
    const part = make("div", "excerpt");
    const code = make("pre");
    for (const line of lines) {
      const ids = line.boxes.flatMap((name) => this.data.boxes.map((box) => box.id).filter((id) => kind(id) === name));
      const made = make(ids.length ? "button" : "span", "line", line.text || " ");
      if (ids.length) {
        made.type = "button";
        made.dataset.part = ids.at(-1);
        made.boxes = ids;
        made.setAttribute("aria-label", `${line.text.trim()}, computes ${ids.map((id) => this.byId.get(id).name).join(", ")}`);
      }
      code.append(made);
    }
    part.append(make("div", "where", title), code);
    return part;
  }

  // Lights a box, its formula and its lines; what was pointed at may stand for several boxes. `quietly` scrolls nothing.
  light(id, quietly, source) {
    this.lit = id;
    const lit = new Set(source && source.boxes ? source.boxes : [id]);
    for (const [name, box] of this.boxes) box.classList.toggle("lit", lit.has(name));
    for (const part of this.root.querySelectorAll(".formula, button.line")) {
      part.classList.toggle("lit", source && source.boxes ? part === source || part.boxes.some((b) => lit.has(b) && part.matches(".formula")) : part.boxes.includes(id));
    }
    this.explain(id);
    if (quietly) return;
    for (const list of this.root.querySelectorAll(".formulas, .code")) {
      const first = list.querySelector(".lit");
      if (first && !list.contains(source)) show(list, first);
    }
  }

  explain(id) {
    if (this.explained === id) return;
    this.explained = id;
    const box = this.byId.get(id);
    const head = make("div", "title");
    head.append(tex(box.sign), make("b", "", box.name), make("span", "shape", box.note ? `${box.shape}; ${box.note}` : box.shape));
    const lines = this.data.code.flatMap((part) => part.lines.filter((line) => line.boxes.includes(kind(id))).map((line) => line.text.trim()));
    const code = make("code", "", lines[0] || "");
    const words = make("p", "words");
    words.append(...prose(box.sentence));
    this.about.replaceChildren(head, tex(box.formula, "large"), words, make("p", "values", box.values), ...(lines.length ? [code] : []));
    this.typeset(this.about);
  }

  choose(id, source) {
    this.light(id, false, source);
    if (id === this.chosen()) return;
    this.told = { on: this.data.chosen, box: id };
    this.report(id);
  }

  chosen() {
    return this.told.on === this.data.chosen && this.byId.has(this.told.box) ? this.told.box : this.data.chosen;
  }

  focused() {
    const part = this.root.contains(document.activeElement) && document.activeElement.matches(":focus-visible") && document.activeElement.dataset.part;
    return part || undefined;
  }

  // Marks the boxes whose tensor is not what it was. Another network is another diagram: there is nothing to compare.
  mark(old) {
    const before = old && old.data.network === this.data.network ? old.byId : undefined;
    const changed = before ? this.data.boxes.filter((box) => before.get(box.id)?.digest !== box.digest) : [];
    const same = old && before && !changed.length;
    const marks = (same ? old.marks || [] : changed.map((box) => box.id)).filter((id) => this.byId.has(id)); // a click on a box has changed nothing
    this.marks = marks;
    for (const id of marks) this.boxes.get(id)?.classList.add(same ? "was" : "changed");
    const named = (boxes) => boxes.map((box) => box.name).join(", ");
    const count = `Changed by your last move, ${marks.length} of ${this.data.boxes.length}`;
    const [yes, no] = [true, false].map((wanted) => this.data.boxes.filter((box) => marks.includes(box.id) === wanted));
    if (!marks.length) this.changes.textContent = "Change something: the boxes that change with it are marked.";
    else if (no.length <= 3) this.changes.textContent = `${count}: all${no.length ? ` but ${named(no)}` : ""}.`; // one line, no jump
    else this.changes.textContent = `${count}: ${named(yes)}.`;
  }

  // At once if KaTeX has come before: nothing flickers from step to step.
  async typeset(part) {
    if (!this.data.katex) return;
    if (!this.root.katex) this.root.katex = await load(this.data.katex);
    typeset(part, this.root.katex);
    if (part === this.root && this.root.diagram === this) this.wire();
  }

  wire() {
    draw(this);
  }

  end() {
    this.watch.disconnect();
  }
}

// --- arrows

function draw(diagram) {
  const { wires, boxes, byId, data } = diagram;
  const frame = wires.parentElement.getBoundingClientRect();
  if (!frame.width) return;
  const at = (id) => {
    const box = boxes.get(id).getBoundingClientRect();
    const [x, y] = [box.left - frame.left, box.top - frame.top];
    return { x, y, w: box.width, h: box.height, l: x, r: x + box.width, t: y, b: y + box.height, cx: x + box.width / 2, cy: y + box.height / 2 };
  };
  const upright = getComputedStyle(wires.parentElement).getPropertyValue("--upright").trim() === "1";
  const ids = (half) => data.boxes.map((box) => box.id).filter((id) => kind(id) === half);
  const parts = [];
  const arrow = (points, name = "") => parts.push(svg("path", { d: rounded(points), class: `wire ${name}`, "marker-end": "url(#anatomy-tip)" }));
  const note = (x, y, text, anchor = "middle", name = "") => {
    const made = svg("text", { x, y, "text-anchor": anchor, class: `note ${name}` });
    made.textContent = text;
    parts.push(made);
  };
  const link = (a, b) => {
    const [from, to] = [at(a), at(b)];
    if (upright) down(from, to);
    else across(from, to);
  };
  const across = (from, to) => {
    const middle = (from.r + to.l) / 2;
    const y = Math.abs(from.cy - to.cy) < 12 ? Math.min(Math.max(from.cy, to.t), to.b) : undefined;
    if (y !== undefined) arrow([[from.r, y], [to.l, y]]);
    else arrow([[from.r, from.cy], [middle, from.cy], [middle, to.cy], [to.l, to.cy]]);
  };
  const down = (from, to) => {
    const middle = to.t - 12;
    if (Math.abs(from.cx - to.cx) < 3) arrow([[from.cx, from.b], [from.cx, to.t]]);
    else arrow([[from.cx, from.b], [from.cx, middle], [to.cx, middle], [to.cx, to.t]]);
  };
  const sideways = (from, to) => (from.cx < to.cx ? arrow([[from.r, to.cy], [to.l, to.cy]]) : arrow([[from.l, to.cy], [to.r, to.cy]]));

  const encoder = ["x", ...ids("encoder")];
  const decoder = [...ids("decoder"), "x_hat"];
  zone(parts, ids("encoder").map(at), "encoder");
  zone(parts, ids("decoder").map(at), "decoder");
  for (let i = 1; i < encoder.length; i++) link(encoder[i - 1], encoder[i]);
  const last = encoder.at(-1);
  if (byId.has("mu")) {
    const [mu, logvar, sigma, z, noise] = ["mu", "logvar", "sigma", "z", "noise"].map(at);
    if (!upright) zone(parts, [mu, logvar], "q", "q(z | x)");
    link(last, "mu");
    link(last, "logvar");
    if (upright) {
      arrow([[mu.cx, mu.b], [mu.cx, mu.b + 14], [z.cx, mu.b + 14], [z.cx, z.t]]);
      arrow([[logvar.cx, logvar.b], [logvar.cx, sigma.t]]);
      sideways(sigma, z);
      sideways(noise, z);
    } else {
      across(mu, z);
      across(logvar, sigma);
      arrow([[sigma.cx, sigma.t], [sigma.cx, z.b]]);
      arrow([[noise.cx, noise.b], [noise.cx, z.t]], "outside");
    }
    // The dice stand outside of the network: their arrow comes from beyond the diagram.
    if (upright) arrow([[0, noise.cy], [noise.l, noise.cy]], "outside");
    else arrow([[noise.r + 58, noise.cy], [noise.r, noise.cy]], "outside"), note(noise.r + 62, noise.cy + 4, "from N(0, I)", "start", "outside");
    const kl = at("kl");
    if (!upright) arrow([[logvar.cx, logvar.b + 7], [logvar.cx, kl.t]]);
    else for (const part of [mu, logvar]) sideways(part, kl);
  } else link(last, "z");
  link("z", decoder[0]);
  for (let i = 1; i < decoder.length; i++) link(decoder[i - 1], decoder[i]);
  const [x_hat, error, total] = ["x_hat", "reconstruction", "total"].map(at);
  arrow([[error.cx, x_hat.b], [error.cx, error.t]]);
  chip(parts, upright ? error.l - 30 : error.r + 26, error.cy, "x");
  arrow(upright ? [[error.l - 18, error.cy], [error.l, error.cy]] : [[error.r + 14, error.cy], [error.r, error.cy]]);
  arrow([[error.cx, error.b], [error.cx, total.t]]);
  note(error.cx + 8, total.t - 6, byId.get("reconstruction").weight, "start");
  if (byId.has("head")) {
    const [z, head, probabilities, cross] = ["z", "head", "probabilities", "classification"].map(at);
    if (upright) arrow([[z.cx, z.b], [z.cx, z.b + 12], [head.cx, z.b + 12], [head.cx, head.t]]);
    else arrow([[z.r, z.cy], [(z.r + head.l) / 2, z.cy], [(z.r + head.l) / 2, head.cy], [head.l, head.cy]]);
    (upright ? down : across)(head, probabilities);
    (upright ? down : across)(probabilities, cross);
    arrow([[cross.cx, cross.b], [cross.cx, total.t]]);
    note(cross.cx + 8, total.t - 6, byId.get("classification").weight, "start");
  }
  if (byId.has("kl")) {
    const kl = at("kl");
    const right = total.r - 80;
    if (upright) chip(parts, right, total.t - 30, "KL");
    arrow(upright ? [[right, total.t - 18], [right, total.t]] : [[kl.r, total.cy], [total.l, total.cy]]);
    if (upright) note(right + 8, total.t - 6, byId.get("kl").weight, "start");
    else note(total.l - 8, total.cy - 7, byId.get("kl").weight, "end");
  }
  wires.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
  wires.replaceChildren(tip(), ...parts);
}

function zone(parts, boxes, name, label) {
  if (!boxes.length) return;
  const [l, t] = [Math.min(...boxes.map((b) => b.l)) - 6, Math.min(...boxes.map((b) => b.t)) - 6];
  const [r, b] = [Math.max(...boxes.map((b) => b.r)) + 6, Math.max(...boxes.map((b) => b.b)) + 6];
  parts.unshift(svg("rect", { x: l, y: t, width: r - l, height: b - t, rx: 10, class: `zone ${name}` }));
  if (!label) return;
  const made = svg("text", { x: (l + r) / 2, y: t - 5, "text-anchor": "middle", class: "note" });
  made.textContent = label;
  parts.push(made);
}

function chip(parts, x, y, text) {
  parts.push(svg("circle", { cx: x, cy: y, r: 11, class: "chip" }));
  const made = svg("text", { x, y: y + 4, "text-anchor": "middle", class: "note" });
  made.textContent = text;
  parts.push(made);
}

function tip() {
  const marker = svg("marker", { id: "anatomy-tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" });
  marker.append(svg("path", { d: "M0 0.5 L8 4 L0 7.5 z", class: "tip" }));
  const all = svg("defs", {});
  all.append(marker);
  return all;
}

// A path through the points with rounded corners.
function rounded(points) {
  const R = 8;
  let path = `M${points[0][0]} ${points[0][1]}`;
  for (let i = 1; i < points.length - 1; i++) {
    const [p, q, n] = [points[i - 1], points[i], points[i + 1]];
    const toward = (a, b) => {
      const d = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
      const r = Math.min(R, d / 2);
      return [a[0] + ((b[0] - a[0]) * r) / d, a[1] + ((b[1] - a[1]) * r) / d];
    };
    const [a, b] = [toward(q, p), toward(q, n)];
    path += ` L${a[0]} ${a[1]} Q${q[0]} ${q[1]} ${b[0]} ${b[1]}`;
  }
  const end = points.at(-1);
  return `${path} L${end[0]} ${end[1]}`;
}

// --- pictures

function picture(box) {
  if (box.picture) {
    const made = make("img");
    Object.assign(made, { src: box.picture, width: box.width, height: box.height, alt: "" });
    return made;
  }
  return box.bars ? bars(box) : pieces(box);
}

// Numbers as bars from the line of 0, on a scale whose ends are written beside it; blue is below 0 and red above.
function bars({ bars, low, high, marked }) {
  const [W, H, pad] = [90, 42, 17];
  const made = svg("svg", { width: W, height: H, viewBox: `0 0 ${W} ${H}`, class: "bars" });
  const y = (value) => H - 1 - ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * (H - 2);
  const step = (W - pad) / bars.length;
  made.append(svg("rect", { x: pad, y: 0, width: W - pad, height: H, class: "ground" }));
  bars.forEach((value, k) => {
    const [top, bottom] = [Math.min(y(value), y(0)), Math.max(y(value), y(0))];
    const name = marked === undefined ? (value < 0 ? "minus" : "plus") : k === marked ? "marked" : "other";
    const width = Math.min(18, Math.max(1, step - 1));
    made.append(svg("rect", { x: pad + (k + 0.5) * step - width / 2, y: top, width, height: Math.max(0.8, bottom - top), class: name }));
  });
  made.append(svg("line", { x1: pad, x2: W, y1: y(0), y2: y(0), class: "zero" }));
  for (const [value, dy] of [[high, 8], [low, 0]]) {
    const text = svg("text", { x: pad - 3, y: y(value) + dy, "text-anchor": "end" });
    text.textContent = `${+value.toFixed(1)}`.replace("-", "−");
    made.append(text);
  }
  return made;
}

// The total as one bar, of the terms that it is made of.
function pieces(box) {
  const made = make("span", "pieces");
  const sum = box.pieces.reduce((all, piece) => all + Math.max(0, piece.value), 0) || 1;
  for (const { term, value } of box.pieces) {
    const piece = make("span", `piece ${term}`);
    piece.style.width = `${(100 * Math.max(0, value)) / sum}%`;
    made.append(piece);
  }
  const all = make("span", "stack");
  const legend = make("span", "legend");
  legend.append(...box.pieces.map(({ term, name, words }) => make("span", `from ${term}`, `${name} ${words}`)));
  all.append(made, legend);
  return all;
}

// --- small things

// LaTeX is put in as text and set as soon as Streamlit's KaTeX has come; without it, it stays as it is.
function tex(source, name = "") {
  const made = make("span", `tex ${name}`, source);
  made.dataset.tex = source;
  return made;
}

async function load(file) {
  const script = document.querySelector("script[src*='static/js/']");
  const base = script ? script.src.split("static/js/")[0] : document.baseURI;
  return (await import(new URL(file, base).href)).default;
}

const settings = new Map(); // what KaTeX has made of a formula: pointing at boxes sets the same ones again and again

function typeset(root, katex) {
  for (const part of root.querySelectorAll(".tex[data-tex]")) {
    const displayMode = part.matches(".large, .formula *");
    const key = `${displayMode} ${part.dataset.tex}`;
    if (!settings.has(key)) {
      katex.render(part.dataset.tex, part, { throwOnError: false, displayMode });
      // Streamlit's page has the styles of an older KaTeX than this one, whose class names have no prefix.
      for (const piece of part.querySelectorAll("[class*='katex-']")) {
        piece.classList.add(...[...piece.classList].filter((c) => c.startsWith("katex-")).map((c) => c.slice(6)));
      }
      settings.set(key, part.innerHTML);
    }
    part.innerHTML = settings.get(key); // KaTeX's own, made of the lesson's formulas
    delete part.dataset.tex;
  }
}

// A sentence with $formulas$ and **bold** words.
function prose(text) {
  return text.split(/(\$[^$]+\$)/).map((part) => (part.startsWith("$") ? tex(part.slice(1, -1)) : document.createTextNode(part)));
}

function plain(sign) {
  return sign.replace(/\\mathrm\{(\w+)\}/g, "$1").replace(/\\var|[\\{}]/g, " ").trim();
}

function area(id) {
  return id.replace(" ", "").replace("_", "");
}

function show(list, part) {
  const [outer, inner] = [list.getBoundingClientRect(), part.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) list.scrollTop += inner.top - outer.top - 24;
}

function titled(title, part) {
  const made = make("div");
  made.append(make("div", "heading", title), part);
  return made;
}

function make(tag, name = "", text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

function svg(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
