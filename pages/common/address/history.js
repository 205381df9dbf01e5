// What one action does to the address is one step of Back. Streamlit makes a step of every value that it writes, and one of the
// page without any when it is left. So of several steps since the visitor last did something, the later ones replace the first.

export default function () {
  if (history.byAction) return;
  history.byAction = true;
  let acted = true;
  for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, () => (acted = true), true);
  const push = history.pushState;
  history.pushState = (...step) => {
    (acted ? push : history.replaceState).apply(history, step);
    acted = false;
  };
}
