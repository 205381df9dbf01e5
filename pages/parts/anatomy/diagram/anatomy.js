// The diagram: boxes laid out by the style sheet, arrows drawn over them where they have come to lie, and one explanation at a
// time. Pointing at a box, or moving the focus to it, lights its formula and its lines of code, and the other way round.

const FIXED = ["sign", "plain", "name", "shape", "note", "formula", "sentence", "weight"]; // of a box, whatever its tensor is

const kind = (id) => id.split(" ")[0];

export default function ({ data: [data], parentElement, setStateValue }) {
  const root = parentElement.querySelector(".anatomy");
  const messages = (root.messages ??= new Messages("chosen"));
  const taken = messages.takes(data, setStateValue);
  const old = root.diagram;
  if (old && alike(old.data, data)) old.update(data, taken);
  else {
    if (old) old.end();
    root.diagram = new Diagram(root, data, old, taken);
  }
  return () => root.diagram.end();
}

// Whether two diagrams say the same around other tensors.
function alike(a, b) {
  const said = ({ boxes, code, katex }) => JSON.stringify([boxes.map((box) => [box.id, ...FIXED.map((name) => box[name])]), code, katex]);
  return said(a) === said(b);
}

class Diagram {
  constructor(root, data, old, taken) {
    Object.assign(this, { root, data });
    this.byId = new Map(data.boxes.map((box) => [box.id, box]));
    const same = old && !taken;
    this.told = same ? old.told : {}; // what a click has chosen before the server knows
    const lit = same && this.byId.has(old.lit) ? old.lit : data.chosen;
    const focus = root.contains(document.activeElement) ? document.activeElement.dataset.part : undefined;
    const scrolled = [".formulas", ".code"].map((part) => root.querySelector(part)?.scrollTop ?? 0);
    this.build();
    this.mark(old);
    [".formulas", ".code"].forEach((part, i) => (root.querySelector(part).scrollTop = scrolled[i]));
    if (focus) root.querySelector(`[data-part="${focus}"]`)?.focus({ preventScroll: true }); // which lights it
    this.light(lit, !old);
    this.begin();
    this.typeset(root);
    this.wire();
  }

  begin() {
    this.watch = new ResizeObserver(([{ contentRect: { width, height } }]) => {
      const size = `${width} ${height}`;
      if (size !== this.size) this.wire();
      this.size = size;
    });
    this.watch.observe(this.wires.parentElement);
  }

  // Other tensors in the same boxes: what is in them is exchanged in its place, and nothing is laid out anew.
  update(data, taken) {
    this.end();
    const old = { data: this.data, byId: this.byId, marks: this.marks };
    Object.assign(this, { data, byId: new Map(data.boxes.map((box) => [box.id, box])) });
    if (taken) {
      this.told = {};
      this.light(data.chosen, false);
    }
    for (const box of data.boxes) if (JSON.stringify(box) !== JSON.stringify(old.byId.get(box.id))) fill(this.boxes.get(box.id), box);
    this.about.querySelector(".values").textContent = this.byId.get(this.explained).values;
    this.mark(old);
    this.begin();
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
    const head = make("span", "head");
    head.append(tex(box.sign, "", box.plain), make("span", "name", box.name));
    const foot = make("span", "foot");
    if (box.number) foot.append(make("b"));
    foot.append(make("span", "shape", box.id === "total" ? "" : box.shape));
    made.append(head, picture(box), foot);
    fill(made, box);
    return made;
  }

  formulas() {
    const rows = new Map(); // layers of one half share a formula, unless some convolve and others multiply by a matrix
    for (const box of this.data.boxes) {
      const name = `${kind(box.id)} ${box.formula}`;
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
    head.append(tex(box.sign, "", box.plain), make("b", "", box.name), make("span", "shape", box.note ? `${box.shape}; ${box.note}` : box.shape));
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
    this.root.messages.tell({ box: id });
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
    for (const box of this.boxes.values()) box.classList.remove("changed", "was");
    if (!same) this.wires.parentElement.classList.toggle("again"); // another animation, or it would not begin anew
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
