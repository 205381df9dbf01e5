// How a hand moves the cursor of one map: pointer or finger, keys, and, where it is switched on, wheel and dragging.
// A finger that sets off up or down scrolls the page (touch-action in plane.css); sideways, or after a rest, it moves the cursor.

const TAP = 6; // pixels that a finger may move and still have tapped
const REST = 250; // milliseconds after which a finger that has not moved is taken to point
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

function listen(panel) {
  const { map, planes } = panel;
  const box = map.box;
  box.tabIndex = 0;
  set(box, { role: "application", "aria-roledescription": "latent map" });
  set(box, { "aria-label": "Latent map. Arrow keys move the point that is decoded, Enter pins it, Delete removes the pins." });
  let down = null; // where and when the pointer went down, and what the map showed then

  const move = (place, stamp) => planes.move(panel, place, stamp);
  const pin = (place) => {
    move(place);
    panel.show();
    planes.pin(panel, place, map.under(panel.codes, place) ?? panel.row);
  };
  const look = (change) => {
    Object.assign(map.zoom, change);
    panel.fit();
  };
  const gone = ({ clientX, clientY }) => [clientX - down.x, clientY - down.y];

  box.addEventListener("pointerdown", (event) => {
    if (!panel.spec || event.button !== 0 || !event.isPrimary) return;
    box.setPointerCapture(event.pointerId);
    const { cursor } = panel;
    down = { x: event.clientX, y: event.clientY, stamp: event.timeStamp, cursor, zoom: { ...map.zoom }, dragged: false };
    move(map.place(event), event.timeStamp);
  });
  box.addEventListener("pointermove", (event) => {
    if (!panel.spec || !event.isPrimary) return;
    const [right, below] = down ? gone(event) : [0, 0];
    if (down && Math.hypot(right, below) > TAP) down.dragged = true;
    if (down?.dragged && panel.spec.zoom && event.pointerType !== "touch") {
      look({ x: down.zoom.x - right * map.perPixel, y: down.zoom.y + below * map.perPixel });
    } else move(map.place(event), event.timeStamp);
  });
  box.addEventListener("pointerup", (event) => {
    if (!event.isPrimary) return;
    if (down && !down.dragged) pin(map.place(event));
    down = null;
  });
  box.addEventListener("pointercancel", (event) => {
    if (down && event.isPrimary) move(down.cursor, event.timeStamp); // the finger scrolls, and never meant a place
    down = null;
  });
  box.addEventListener(
    "touchmove",
    (event) => {
      if (!down || Math.hypot(...gone(event.touches[0])) <= TAP) return;
      down.rested ??= event.timeStamp - down.stamp > REST;
      if (down.rested && event.cancelable) event.preventDefault(); // no scrolling
    },
    { passive: false },
  );

  box.addEventListener(
    "wheel",
    (event) => {
      if (!panel.spec?.zoom) return;
      event.preventDefault();
      const before = map.place(event);
      look({ factor: Math.min(40, Math.max(1, map.zoom.factor * 2 ** (-event.deltaY / 400))) });
      const after = map.place(event); // the place under the pointer stays there
      look({ x: map.zoom.x + before[0] - after[0], y: map.zoom.y + before[1] - after[1] });
    },
    { passive: false },
  );
  box.addEventListener("dblclick", () => panel.spec?.zoom && look({ factor: 1, x: 0, y: 0 }));

  box.addEventListener("keydown", (event) => {
    if (!panel.spec) return;
    const [right, up] = STEPS[event.key] ?? [0, 0];
    if (right || up) {
      const by = (event.shiftKey ? 40 : 8) * map.perPixel; // pixels
      move(map.inside([panel.cursor[0] + right * by, panel.cursor[1] + up * by]), event.timeStamp);
    } else if (event.key === "Enter" || event.key === " ") pin(panel.cursor);
    else if (event.key === "Delete" || event.key === "Backspace") planes.clear();
    else if (event.key === "Home") move(panel.spec.start, event.timeStamp);
    else return;
    event.preventDefault();
  });
}
