// What a visitor sees on a page that has come to rest: lines of text, drawings as numbers, pictures as coarse grey values.
// reading.py calls `onItsWay` until it is empty and `seen` until it says the same twice. Shadow roots are looked into.

const LEFT_OUT = [
  "script", "style", "template", "noscript", "pre", "select", "button[aria-pressed]", ".code", ".formulas",
  ...["Code", "Button", "DownloadButton", "PageLink", "FileUploader", "TooltipIcon", "ElementToolbar", "ExpanderIcon"].map(testId),
].join(",");
const NOT_COMPACT = `img, canvas, svg, input, tr, [role=slider], [role=tab], [title], ${LEFT_OUT}`;
const COMPACT = 40; // letters: what says no more is one line, such as a card with a name, a number and its unit
const SMALL = 40; // pixels: smaller drawings are icons
const LEVELS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"; // 64 greys, 0 is black

function testId(name) {
  return `[data-testid=st${name}]`;
}

function deep(root, selector) {
  const here = [...root.querySelectorAll(selector)];
  const hosts = [...root.querySelectorAll("*")].filter((e) => e.shadowRoot);
  return here.concat(hosts.flatMap((host) => deep(host.shadowRoot, selector)));
}

// What is still on its way, in a word: a script, a skeleton, a chart, map, animation or formula to be drawn; "" if nothing is.
function onItsWay() {
  const app = document.querySelector(testId("App"));
  const not = (selector, holds) => deep(document, selector).some((found) => !holds(found));
  const waiting = {
    script: app?.dataset.testScriptState !== "notRunning",
    page: !app?.querySelector("h1"),
    answer: app?.querySelector(["StatusWidget", "Skeleton", "Spinner", "Progress"].map(testId).concat("[data-stale=true]").join()),
    fonts: document.fonts.status !== "loaded",
    picture: not("img", (image) => image.complete),
    chart: not(testId("VegaLiteChart"), (chart) => chart.querySelector("svg.marks .role-frame, canvas.marks")),
    table: not(testId("DataFrame"), (table) => !table.checkVisibility() || table.querySelectorAll("canvas [role=row]").length > 1),
    maps: not(".latent-planes", (maps) => maps.querySelector(".panel")),
    map: not(".latent-planes .panel", (panel) => panel.matches(".ready") && panel.querySelector(".verdict").textContent),
    animation: not(".player", (player) => player.querySelector(".reel")),
    diagram: not(".anatomy", (diagram) => diagram.querySelector(".box")),
    formula: not(".anatomy .tex", (formula) => !formula.dataset.tex),
  };
  return Object.keys(waiting).find((name) => waiting[name]) ?? "";
}

function seen() {
  const found = { search: location.search, lines: [], alerts: [], drawings: [], pictures: [] };
  const strips = new Set();
  let line = "";

  const flush = () => {
    const text = line.replace(/\s+/g, " ").trim();
    if (text) found.lines.push(text);
    line = "";
  };
  const say = (text) => {
    flush();
    line = text;
    flush();
  };

  function visit(node) {
    if (node.nodeType === Node.TEXT_NODE) line += node.data;
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(LEFT_OUT) || !visible(node)) return;
    if (node.matches(".katex")) line += tex(node);
    else if (node.matches("br")) flush();
    else if (node.matches("tr")) say([...node.children].map((cell) => plain(cell).trim()).join(" | "));
    else if (node.matches("img")) image(node);
    else if (node.matches("svg")) drawing(node);
    else if (node.matches("canvas")) canvas(node);
    else if (node.matches(`${testId("Alert")}, ${testId("Exception")}`)) found.alerts.push(plain(node).replace(/\s+/g, " ").trim());
    else if (WIDGETS.some(([selector, words]) => node.matches(selector) && (say(words(node)), true))) return;
    else element(node);
  }

  function element(node) {
    const display = getComputedStyle(node).display;
    const apart = !["inline", "contents"].includes(display);
    if (apart) flush();
    if (node.title && /\d/.test(node.title)) found.lines.push(node.title);
    const label = node.matches("button, [role=img]") && node.getAttribute("aria-label");
    if (label && /\d/.test(label)) found.lines.push(label);
    const strip = node.style.backgroundImage.match(/^url\("(data:image\/png.*)"\)$/)?.[1];
    if (strip && !strips.has(strip)) strips.add(strip), background(node, strip);
    if (apart && compact(node)) say(plain(node));
    else for (const child of [...(node.shadowRoot ?? node).childNodes]) visit(child);
    if (apart) flush();
  }

  function image(node) {
    const source = node.getAttribute("src") ?? "";
    if (source.startsWith("data:image/svg")) drawing(drawnIn(source), node.alt);
    else if (node.naturalWidth) found.pictures.push({ name: node.alt, ...greys(node, node.naturalWidth, node.naturalHeight) });
  }

  function canvas(node) {
    const rows = [...node.querySelectorAll("[role=row]")]; // of a table that Streamlit paints
    for (const row of rows) say([...row.children].map((cell) => cell.textContent).join(" | "));
    const name = node.getAttribute("aria-label") ?? "";
    const painted = node.width !== 28; // on the screen, by the browser
    if (!rows.length && !node.closest(testId("DataFrame")) && node.width && node.height) found.pictures.push({ name, painted, ...greys(node, node.width, node.height, painted) });
  }

  function background(node, source) {
    const strip = LOADED.get(source) ?? new Image();
    if (!LOADED.has(source)) LOADED.set(source, Object.assign(strip, { src: source }));
    const name = "frames of an animation";
    found.pictures.push({ name, ...(strip.complete ? greys(strip, strip.naturalWidth, strip.naturalHeight) : {}) });
  }

  function drawing(svg, name) {
    const { width, height } = svg.getBoundingClientRect();
    if (width > SMALL && height > SMALL) found.drawings.push(svg.matches(".marks") ? chartOf(svg) : drawingOf(svg, name));
    if (name !== undefined) svg.parentElement.remove();
  }

  visit(document.querySelector(testId("Main")));
  flush();
  return found;
}

const LOADED = (globalThis.goldenStrips ??= new Map());

// Widgets, each as a line of its label and its value.
const WIDGETS = [
  [testId("Selectbox"), (box) => said(box.querySelector("input"))],
  [testId("NumberInput"), (box) => said(box.querySelector("input"))],
  [testId("TextInput"), (box) => said(box.querySelector("input"))],
  [testId("MultiSelect"), (box) => `Models: ${[...new Set([...box.querySelectorAll("[data-tag]")].map((tag) => tag.ariaLabel))].join("; ")}`],
  [testId("Slider"), (box) => [...box.querySelectorAll("input")].map((thumb) => `${thumb.ariaLabel}: ${thumb.ariaValueText}`).join("; ")],
  [testId("Checkbox"), (box) => `${box.innerText.trim()}: ${box.querySelector("input").checked ? "on" : "off"}`],
  ["[role=tab]", (tab) => (tab.ariaSelected === "true" ? `open tab: ${tab.innerText.trim()}` : "")],
  ["[role=slider]", (bar) => `${bar.ariaLabel}: ${bar.ariaValueNow}`],
  ["input[type=range]", (bar) => `${bar.ariaLabel}: ${bar.value}; ${bar.ariaValueText ?? ""}`],
];

function said(input) {
  return `${input.ariaLabel}: ${input.value}`;
}

function visible(node) {
  const { display } = getComputedStyle(node);
  return display === "contents" || (display !== "none" && node.checkVisibility({ checkVisibilityCSS: true }));
}

function tex(node) {
  return ` $${node.querySelector("annotation")?.textContent ?? node.textContent}$ `;
}

function compact(node) {
  const text = node.textContent;
  if (!text.trim() || text.length > 4 * COMPACT || (text.match(/\p{L}/gu) ?? []).length > COMPACT) return false;
  return !node.querySelector(NOT_COMPACT) && ![node, ...node.querySelectorAll("*")].some((part) => part.shadowRoot);
}

function plain(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches(LEFT_OUT) || !visible(node)) return "";
  if (node.matches(".katex")) return tex(node);
  const within = [...node.childNodes].map(plain).join("");
  return getComputedStyle(node).display === "inline" ? within : ` ${within} `;
}

// Mean greys of a few dozen cells over white: fine enough to tell digits apart, too coarse for a platform's noise. Of what is
// mostly white, such as a map's dots, the darkest cell counts as black.
function greys(source, width, height, faint = false) {
  const sheet = Object.assign(document.createElement("canvas"), { width, height });
  const pen = sheet.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = "white";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(source, 0, 0, width, height);
  const { data } = pen.getImageData(0, 0, width, height);
  const [columns, rows] = [width, height].map((side) => (side <= 32 ? 7 : Math.max(7, Math.min(24, Math.round(side / 14)))));
  const cell = (i, j) => {
    const [left, right, top, bottom] = [(i * width) / columns, ((i + 1) * width) / columns, (j * height) / rows, ((j + 1) * height) / rows].map(Math.round);
    let sum = 0;
    for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += luma(data, 4 * (y * width + x));
    return sum / Math.max(1, (right - left) * (bottom - top)) / 256;
  };
  const means = Array.from({ length: rows }, (_, j) => Array.from({ length: columns }, (_, i) => cell(i, j)));
  const black = faint ? Math.min(0.95, ...means.flat()) : 0;
  const level = (mean) => LEVELS[Math.max(0, Math.min(63, Math.floor((64 * (mean - black)) / (1 - black))))];
  return { size: `${width}×${height}`, grey: means.map((row) => row.map(level).join("")).join(" ") };
}

function luma(data, at) {
  return 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
}

// A drawing that stands in an <img>, put on the page out of sight so that it can be measured.
function drawnIn(source) {
  const [head, body] = source.split(/,(.*)/s);
  const text = head.endsWith("base64") ? new TextDecoder().decode(Uint8Array.from(atob(body), (c) => c.charCodeAt(0))) : decodeURIComponent(body);
  const holder = document.body.appendChild(document.createElement("div"));
  holder.style.cssText = "position:fixed; left:-5000px; top:0";
  holder.innerHTML = text;
  return holder.querySelector("svg");
}
