// A drawing area. Strokes are kept as [width, x, y, x, y, ...] in whole units, `side` of them along each edge, and are reported
// as a whole when the pen is lifted. What is seen here is drawn here; the server makes its own picture of the same strokes.

const STEP = 8; // units that an arrow key moves the pen; with Shift, a quarter of it
const HELP =
  "Drawing area. Arrow keys move the pen, with Shift in small steps; Space puts it down and lifts it; Backspace undoes a stroke.";

export default function ({ data: [data], parentElement, setStateValue }) {
  const root = parentElement.querySelector(".drawing");
  const opened = !root.drawing && root.getRootNode().host?.closest("[data-testid=stPopoverBody]");
  const drawing = (root.drawing ??= new Drawing(root, data));
  if (opened) drawing.canvas.focus({ preventScroll: true }); // what was opened comes last in the order of the Tab key
  drawing.update(data, setStateValue);
}

class Drawing {
  constructor(root, data) {
    Object.assign(this, { root, data, strokes: [], brush: data.widths[1], pen: null, open: null });
    this.messages = new Messages("drawing");
    this.report = root.report = (strokes) => this.messages.tell({ strokes });
    this.build();
  }

  update(data, set) {
    const taken = this.messages.takes(data, set);
    const { behind, latest, renewed, before } = this.messages;
    this.data = data;
    if (behind && !this.strokes.length) {
      this.strokes = copy(latest.strokes); // drawn on an area that has been closed since
    } else if (before?.strokes.length && !data.strokes.length && !data.picture) {
      this.strokes = copy(before.strokes); // no address had room for them, and another server knows no more than its address
      this.report(copy(this.strokes));
    } else if (taken && !(renewed && this.open)) {
      this.open = null;
      this.strokes = copy(data.strokes);
    }
    this.picture = data.picture;
    this.say(data.said);
    this.show();
  }

  build() {
    const area = make("div", "area");
    this.canvas = make("canvas");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label", HELP);
    this.invitation = make("div", "invitation");
    this.invitation.setAttribute("aria-hidden", "true");
    this.invitation.append(make("b", "", "Draw a digit"), make("span", "", "mouse, finger, pen, or arrow keys and space"));
    area.append(this.canvas, this.invitation);

    this.undoButton = tool("Undo", icon("undo"), () => this.undo());
    this.clearButton = tool("Clear", icon("clear"), () => this.clear());
    this.saveButton = tool("Save as a picture of 28 by 28 pixels", icon("save"), () => this.save());
    this.brushes = this.data.widths.map((width, i) => {
      const dot = make("span", "dot");
      dot.style.width = dot.style.height = `${Math.round(width / 2)}px`;
      return tool(BRUSHES[i], dot, () => {
        this.brush = width;
        this.show();
      });
    });
    const tools = make("div", "tools");
    tools.append(this.undoButton, this.clearButton, ...this.brushes, this.saveButton);
    this.status = make("p", "said");
    this.status.setAttribute("role", "status"); // read aloud when it changes
    this.penStatus = make("p", "hidden");
    this.penStatus.setAttribute("role", "status");
    this.root.replaceChildren(area, tools, this.status, this.penStatus);

    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      this.canvas.addEventListener(end, (event) => this.pointer === event.pointerId && this.lift());
    }
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.canvas.addEventListener("blur", () => {
      if (this.pen) this.lift();
      this.pen = null;
      this.show();
    });
  }

  down(event) {
    if (!event.isPrimary || event.button !== 0) return;
    if (this.open) this.lift();
    this.pen = null;
    this.canvas.setPointerCapture(event.pointerId);
    if (this.begin(this.place(event))) this.pointer = event.pointerId;
  }

  move(event) {
    if (!this.open || this.pointer !== event.pointerId) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const one of between.length ? between : [event]) this.extend(this.place(one));
    this.show();
  }

  key(event) {
    const { side } = this.data;
    const [right, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    const moves = right || down;
    if (event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      this.undo();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !(moves || event.key === " " || event.key === "Escape")) return;
    event.preventDefault();
    this.pen ??= [side / 2, side / 2];
    if (moves) {
      const step = event.shiftKey ? STEP / 4 : STEP;
      this.pen = this.pen.map((value, i) => clamp(value + step * (i ? down : right), side));
      this.extend(this.pen);
    } else if (this.open) {
      this.lift();
      this.penStatus.textContent = "Pen up.";
    } else if (event.key === " " && !event.repeat && this.begin(this.pen)) {
      this.penStatus.textContent = "Pen down.";
    }
    this.show();
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top].map((value) =>
      clamp(Math.floor((value / box.width) * this.data.side), this.data.side),
    );
  }

  // Begins a stroke, if there is room for one more.
  begin(place) {
    const [most, places] = this.data.limits;
    if (this.strokes.length >= most || this.points() >= places) {
      this.say(`This is as much as a drawing holds: ${most} strokes or ${places} places. Undo some, or clear it.`);
      return false;
    }
    this.open = [this.brush, ...place];
    this.strokes.push(this.open);
    this.show();
    return true;
  }

  extend([x, y]) {
    const line = this.open;
    if (!line || (line.at(-2) === x && line.at(-1) === y)) return;
    if (this.points() < this.data.limits[1]) line.push(x, y);
  }

  lift() {
    this.pointer = null;
    if (!this.open) return;
    this.open = null;
    this.changed();
  }

  undo() {
    this.open = null;
    if (this.strokes.pop()) this.changed();
  }

  clear() {
    if (!this.strokes.length && !this.picture) return;
    this.open = null;
    this.strokes = [];
    this.changed();
  }

  changed() {
    this.show();
    this.report(copy(this.strokes));
  }

  save() {
    if (!this.picture) return;
    const link = make("a");
    Object.assign(link, { href: this.picture, download: "my-digit.png" });
    link.click();
  }

  points() {
    return this.strokes.reduce((sum, stroke) => sum + (stroke.length - 1) / 2, 0);
  }

  say(text) {
    if (this.status.textContent !== text) this.status.textContent = text; // the same text again is not read again
  }

  show() {
    const pixels = Math.round((this.canvas.clientWidth || 280) * Math.max(1, window.devicePixelRatio || 1));
    if (this.canvas.width !== pixels) this.canvas.width = this.canvas.height = pixels; // it is wider on a phone
    paint(this.canvas, this.data.side, this.strokes);
    if (this.pen) ring(this.canvas, this.pen, this.brush, this.open !== null);
    this.invitation.hidden = this.strokes.length > 0 || this.pen !== null;
    this.invitation.style.display = this.invitation.hidden ? "none" : "";
    // marked, not disabled: a disabled button would lose the focus of whoever has just pressed it
    this.undoButton.setAttribute("aria-disabled", String(!this.strokes.length));
    this.clearButton.setAttribute("aria-disabled", String(!this.strokes.length && !this.picture));
    this.saveButton.setAttribute("aria-disabled", String(!this.picture));
    this.brushes.forEach((button, i) => button.setAttribute("aria-pressed", String(this.brush === this.data.widths[i])));
  }
}

function copy(strokes) {
  return strokes.map((stroke) => [...stroke]);
}

function clamp(value, side) {
  return Math.max(0, Math.min(side - 1, value));
}
