// A gesture belongs to what it begins on. Whatever is selected on the page, browsers would rather drag the selected text, or a
// picture inside a button, as soon as a pressed pointer moves: a drawing, a map or a slider then gets a pointercancel and
// nothing more. So such drags never begin. Pictures and links beside a control, and what says that it can be dragged, still do.

const OF_ITS_OWN = "img, a[href], [draggable=true]";
const CONTROLS = "button, canvas, [role=application], [role=slider], .vega-embed";

export default function () {
  if (globalThis.latentLabGestures) return;
  globalThis.latentLabGestures = true;
  const begins = (event) => {
    const on = event.composedPath().filter((node) => node instanceof Element);
    const is = (kinds) => on.some((node) => node.matches(kinds));
    if (is(CONTROLS) || !is(OF_ITS_OWN)) event.preventDefault();
  };
  window.addEventListener("dragstart", begins, true);
}
