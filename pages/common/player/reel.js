// One model's animation: the frame of the moment, large, with its probabilities, and the strip of all frames. The frames are one
// picture, a strip, moved behind windows of 28 x 28 pixels times a whole number.

class Reel {
  // `about` as in __init__.py; `pick` is called with the number of a frame that is clicked.
  constructor(about, colours, pick) {
    Object.assign(this, { title: about.title, about: about.frames, strip: about.strip, count: about.frames.length });
    this.row = make("div", "reel");
    this.big = this.pane();
    this.big.classList.add("big");
    this.big.setAttribute("role", "img");
    const notes = make("div", "notes");
    notes.append(make("b", "", about.title), ...about.notes.map((note) => make("span", "", note)));
    const chances = make("div", "chances");
    chances.setAttribute("aria-hidden", "true"); // the sentence of the frame says it
    chances.title = "The judge's probabilities at this frame";
    this.bars = colours.map((colour, k) => {
      const track = make("div", "chance");
      const filled = make("i");
      filled.style.background = colour;
      track.append(make("span", "", `${k}`), filled);
      chances.append(track);
      return filled;
    });
    this.cells = this.about.map((frame, k) => this.cell(frame, colours, () => pick(k)));
    const strip = make("div", "strip");
    strip.append(...this.cells);
    this.row.append(this.big, chances, notes, strip);
    if (about.chart) {
      this.map = new WalkMap(about.chart, about.frames, colours, pick);
      this.figure = make("figure");
      const caption = make("figcaption");
      caption.append(make("b", "", about.title), `: the path on ${about.chart.name}`);
      this.figure.append(caption, this.map.box);
    }
  }

  pane() {
    const made = make("div", "picture");
    made.style.backgroundImage = `url(${this.strip})`;
    return made;
  }

  cell(frame, colours, picked) {
    const cell = make("div", frame.flagged ? "frame flagged" : "frame");
    cell.title = `${frame.sentence}\n${probable(frame.chances)}`;
    cell.append(this.pane(), stacked(frame.chances, colours), make("div", "label", frame.label), make("div", "note", frame.note));
    cell.addEventListener("click", picked);
    return cell;
  }

  // The sides of a frame in the strip and of the large one, in pixels.
  fit(side, large, frame) {
    this.large = large;
    this.cells.forEach((cell, k) => move(cell.firstChild, k, side, this.count));
    move(this.big, frame, large, this.count);
    this.map?.fit();
  }

  // Returns what is seen, as a sentence.
  show(frame) {
    const { sentence, chances } = this.about[frame];
    move(this.big, frame, this.large, this.count);
    this.big.title = sentence;
    this.big.setAttribute("aria-label", `${this.title}. ${sentence}`);
    this.bars.forEach((bar, k) => (bar.style.width = `${100 * chances[k]}%`));
    this.cells.forEach((cell, k) => cell.classList.toggle("now", k === frame));
    this.map?.show(frame);
    return `${this.title}: ${sentence}`;
  }
}

// Ten probabilities as one bar, the class with the lowest number at the bottom.
function stacked(chances, colours) {
  let from = 0;
  const stops = chances.map((chance, k) => {
    const to = k === 9 ? 100 : Math.min(100, from + 100 * chance);
    const stop = `${colours[k]} ${from.toFixed(1)}% ${to.toFixed(1)}%`;
    from = to;
    return stop;
  });
  const made = make("div", "stack");
  made.style.background = `linear-gradient(to top, ${stops.join(", ")})`;
  return made;
}

function probable(chances) {
  const order = [...chances.keys()].sort((a, b) => chances[b] - chances[a]).slice(0, 3);
  const said = order.filter((k) => chances[k] >= 0.005).map((k) => (chances[k] >= 0.995 ? `${k} > 99 %` : `${k} ${Math.round(100 * chances[k])} %`));
  return `Judge: ${said.join(", ")}`;
}

function move(window, frame, side, count) {
  window.style.backgroundSize = `${count * side}px ${side}px`;
  window.style.backgroundPosition = `${-frame * side}px 0`;
}
