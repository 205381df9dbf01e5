// What one action does to the address is one step of Back. Streamlit makes a step of every value that it writes, and one of the
// page without any when it is left. So every action gives room for one step; further ones replace the step before them.

const RECENT = 500; // milliseconds that an action may wait for its step after the visitor has gone on to the next

export default function () {
  if (history.byAction) return;
  history.byAction = true;
  let actions = []; // when: those that no step stands for yet
  let key = -RECENT;
  let emptied = false; // whether the latest step took all values out of the address, as the first of two does on leaving a page
  const act = () => {
    const now = performance.now();
    actions = [...actions.filter((time) => now - time < RECENT), now];
  };
  window.addEventListener("pointerup", act, true);
  const pressed = (event) => {
    if (event.repeat) return;
    key = performance.now();
    act();
  };
  window.addEventListener("keydown", pressed, true);
  const clicked = (event) => {
    if (!event.detail && performance.now() - key > RECENT) act(); // by neither pointer nor key: by a program for somebody
  };
  window.addEventListener("click", clicked, true);

  const push = history.pushState;
  history.pushState = (state, title, address) => {
    const [from, to] = [new URL(location.href), new URL(address, location.href)];
    const leaves = from.pathname !== to.pathname;
    const step = actions.length > 0 && !(leaves && emptied);
    (step ? push : history.replaceState).call(history, state, title, address);
    if (step) actions.shift();
    emptied = !leaves && from.search !== "" && to.search === "";
  };
}
