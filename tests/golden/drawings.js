// Drawings as numbers. Of a chart that Vega has drawn: what it says of its axes, legends and marks, and where in the plot marks
// lie. Of the app's own drawings: texts and shapes in pixels of the drawing, which drawn.py turns into the axes' units.

const MOST_PATHS = 24;
const SAMPLES = [0, 0.25, 0.5, 0.75, 1]; // along a line

function chartOf(svg) {
  const frame = svg.querySelector(".role-frame > g > path.background").getBoundingClientRect();
  const texts = (group, selector) => [...group.querySelectorAll(selector)].map((text) => text.textContent);
  const within = ([x, y]) => [(x - frame.left) / frame.width, (frame.bottom - y) / frame.height];
  const axes = [...svg.querySelectorAll("g.role-axis[aria-label]")];
  return {
    kind: "chart",
    axes: axes.map((axis) => [axis.ariaLabel, texts(axis, ".role-axis-label text")]),
    legends: [...svg.querySelectorAll("g.role-legend")].map((legend) => texts(legend, "text")),
    titles: texts(svg, ".role-title text"),
    marks: [...svg.querySelectorAll("g.role-mark")].map((group) => {
      const [, mark] = group.getAttribute("class").match(/mark-(\w+)/);
      const items = [...group.children].filter((item) => item.getAttribute("d") !== "");
      const line = mark === "line" || mark === "area";
      return {
        mark,
        count: items.length,
        labels: items.map((item) => item.ariaLabel ?? "").filter(Boolean),
        texts: mark === "text" ? items.map((item) => item.textContent) : [],
        places: (line ? items.flatMap(along) : items.map(middle)).map(within),
      };
    }),
  };
}

function drawingOf(svg, name = "") {
  const { left, top, width, height } = svg.getBoundingClientRect();
  const within = ([x, y]) => [x - left, y - top];
  const shown = (tag) => [...svg.querySelectorAll(tag)].filter((shape) => shape.checkVisibility({ checkVisibilityCSS: true }));
  const texts = shown("text").map((text) => {
    const box = text.getBoundingClientRect();
    const anchor = getComputedStyle(text).textAnchor;
    const x = { start: box.left, middle: (box.left + box.right) / 2, end: box.right }[anchor];
    return { text: text.textContent, anchor, at: within([x, (box.top + box.bottom) / 2]) };
  });
  const boxed = (shape) => {
    const box = shape.getBoundingClientRect();
    return { at: within(middle(shape)), wide: box.width, tall: box.height };
  };
  return {
    kind: "drawing",
    name: name || svg.ariaLabel || "",
    hidden: svg.ariaHidden === "true",
    size: [width, height],
    texts,
    circles: shown("circle").map((circle) => ({ r: circle.r.baseVal.value, ...boxed(circle) })),
    rects: shown("rect").map(boxed),
    polygons: shown("polygon").map((shape) => corners(shape).map(within)),
    polylines: shown("polyline").map((shape) => corners(shape).map(within)),
    paths: shown("path").slice(0, MOST_PATHS).map((path) => ({ at: within(middle(path)), along: along(path).map(within) })),
    counts: Object.fromEntries(["path", "line", "rect", "circle", "polygon", "polyline"].map((tag) => [tag, shown(tag).length])),
  };
}

function middle(shape) {
  const box = shape.getBoundingClientRect();
  return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
}

function corners(shape) {
  return [...shape.points].map((point) => onScreen(shape, point));
}

// Places at fixed shares of a path's length.
function along(path) {
  const length = path.getTotalLength?.() ?? 0;
  return length ? SAMPLES.map((share) => onScreen(path, path.getPointAtLength(share * length))) : [];
}

function onScreen(shape, { x, y }) {
  const { a, b, c, d, e, f } = shape.getScreenCTM();
  return [a * x + c * y + e, b * x + d * y + f];
}
