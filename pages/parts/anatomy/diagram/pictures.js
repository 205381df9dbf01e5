// What stands in a box: a picture, bars, or the pieces of the total.

// The tensor of a box into its button; a picture takes the place of another without a new layout.
function fill(made, box) {
  made.setAttribute("aria-label", `${box.plain}, ${box.name}. Shape ${box.shape}. ${box.values}`);
  const [shown, number] = [made.children[1], made.querySelector(".foot b")];
  if (box.picture && shown.matches("img")) Object.assign(shown, { src: box.picture, width: box.width, height: box.height });
  else shown.replaceWith(picture(box));
  if (number) number.textContent = box.number;
}

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
