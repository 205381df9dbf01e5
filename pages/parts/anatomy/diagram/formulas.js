// Formulas, set by the KaTeX that Streamlit brings along, and the small makers of elements.

// LaTeX is set as soon as Streamlit's KaTeX has come; until then, and without it, its text stands there.
function tex(source, name = "", text = source) {
  const made = make("span", `tex ${name}`, text);
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

// A sentence with $formulas$.
function prose(text) {
  return text.split(/(\$[^$]+\$)/).map((part) => (part.startsWith("$") ? tex(part.slice(1, -1)) : document.createTextNode(part)));
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
