// The arrows and grounds of the diagram, drawn where the boxes have come to lie.

function draw(diagram) {
  const { wires, boxes, byId, data } = diagram;
  const frame = wires.parentElement.getBoundingClientRect();
  if (!frame.width) return;
  const at = (id) => {
    const box = boxes.get(id).getBoundingClientRect();
    const [x, y] = [box.left - frame.left, box.top - frame.top];
    return { x, y, w: box.width, h: box.height, l: x, r: x + box.width, t: y, b: y + box.height, cx: x + box.width / 2, cy: y + box.height / 2 };
  };
  const upright = getComputedStyle(wires.parentElement).getPropertyValue("--upright").trim() === "1";
  const ids = (half) => data.boxes.map((box) => box.id).filter((id) => kind(id) === half);
  const parts = [];
  const arrow = (points, name = "") => parts.push(svg("path", { d: rounded(points), class: `wire ${name}`, "marker-end": "url(#anatomy-tip)" }));
  const note = (x, y, text, anchor = "middle", name = "") => {
    const made = svg("text", { x, y, "text-anchor": anchor, class: `note ${name}` });
    made.textContent = text;
    parts.push(made);
  };
  const link = (a, b) => {
    const [from, to] = [at(a), at(b)];
    if (upright) down(from, to);
    else across(from, to);
  };
  const across = (from, to) => {
    const middle = (from.r + to.l) / 2;
    const y = Math.abs(from.cy - to.cy) < 12 ? Math.min(Math.max(from.cy, to.t), to.b) : undefined;
    if (y !== undefined) arrow([[from.r, y], [to.l, y]]);
    else arrow([[from.r, from.cy], [middle, from.cy], [middle, to.cy], [to.l, to.cy]]);
  };
  const down = (from, to) => {
    const middle = to.t - 12;
    if (Math.abs(from.cx - to.cx) < 3) arrow([[from.cx, from.b], [from.cx, to.t]]);
    else arrow([[from.cx, from.b], [from.cx, middle], [to.cx, middle], [to.cx, to.t]]);
  };
  const sideways = (from, to) => (from.cx < to.cx ? arrow([[from.r, to.cy], [to.l, to.cy]]) : arrow([[from.l, to.cy], [to.r, to.cy]]));

  const encoder = ["x", ...ids("encoder")];
  const decoder = [...ids("decoder"), "x_hat"];
  zone(parts, ids("encoder").map(at), "encoder");
  zone(parts, ids("decoder").map(at), "decoder");
  for (let i = 1; i < encoder.length; i++) link(encoder[i - 1], encoder[i]);
  const last = encoder.at(-1);
  if (byId.has("mu")) {
    const [mu, logvar, sigma, z, noise] = ["mu", "logvar", "sigma", "z", "noise"].map(at);
    if (!upright) zone(parts, [mu, logvar], "q", "q(z | x)");
    link(last, "mu");
    link(last, "logvar");
    if (upright) {
      arrow([[mu.cx, mu.b], [mu.cx, mu.b + 14], [z.cx, mu.b + 14], [z.cx, z.t]]);
      arrow([[logvar.cx, logvar.b], [logvar.cx, sigma.t]]);
      sideways(sigma, z);
      sideways(noise, z);
    } else {
      across(mu, z);
      across(logvar, sigma);
      arrow([[sigma.cx, sigma.t], [sigma.cx, z.b]]);
      arrow([[noise.cx, noise.b], [noise.cx, z.t]], "outside");
    }
    // The dice stand outside of the network: their arrow comes from beyond the diagram.
    if (upright) arrow([[noise.l + 16, noise.b + 24], [noise.l + 16, noise.b]], "outside");
    else arrow([[noise.r + 58, noise.cy], [noise.r, noise.cy]], "outside"), note(noise.r + 62, noise.cy + 4, "from N(0, I)", "start", "outside");
    const kl = at("kl");
    if (!upright) arrow([[logvar.cx, logvar.b + 7], [logvar.cx, kl.t]]);
    else for (const part of [mu, logvar]) sideways(part, kl);
  } else link(last, "z");
  link("z", decoder[0]);
  for (let i = 1; i < decoder.length; i++) link(decoder[i - 1], decoder[i]);
  const [x_hat, error, total] = ["x_hat", "reconstruction", "total"].map(at);
  arrow([[error.cx, x_hat.b], [error.cx, error.t]]);
  chip(parts, upright ? error.l - 30 : error.r + 26, error.cy, "x");
  arrow(upright ? [[error.l - 18, error.cy], [error.l, error.cy]] : [[error.r + 14, error.cy], [error.r, error.cy]]);
  arrow([[error.cx, error.b], [error.cx, total.t]]);
  note(error.cx + 8, total.t - 6, byId.get("reconstruction").weight, "start");
  if (byId.has("head")) {
    const [z, head, probabilities, cross] = ["z", "head", "probabilities", "classification"].map(at);
    if (upright) arrow([[z.cx, z.b], [z.cx, z.b + 12], [head.cx, z.b + 12], [head.cx, head.t]]);
    else arrow([[z.r, z.cy], [(z.r + head.l) / 2, z.cy], [(z.r + head.l) / 2, head.cy], [head.l, head.cy]]);
    (upright ? down : across)(head, probabilities);
    (upright ? down : across)(probabilities, cross);
    arrow([[cross.cx, cross.b], [cross.cx, total.t]]);
    note(cross.cx + 8, total.t - 6, byId.get("classification").weight, "start");
  }
  if (byId.has("kl")) {
    const kl = at("kl");
    const right = total.r - 80;
    if (upright) chip(parts, right, total.t - 30, "KL");
    arrow(upright ? [[right, total.t - 18], [right, total.t]] : [[kl.r, total.cy], [total.l, total.cy]]);
    if (upright) note(right + 8, total.t - 6, byId.get("kl").weight, "start");
    else note(total.l - 8, total.cy - 7, byId.get("kl").weight, "end");
  }
  wires.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
  wires.replaceChildren(tip(), ...parts);
}

function zone(parts, boxes, name, label) {
  if (!boxes.length) return;
  const [l, t] = [Math.min(...boxes.map((b) => b.l)) - 6, Math.min(...boxes.map((b) => b.t)) - 6];
  const [r, b] = [Math.max(...boxes.map((b) => b.r)) + 6, Math.max(...boxes.map((b) => b.b)) + 6];
  parts.unshift(svg("rect", { x: l, y: t, width: r - l, height: b - t, rx: 10, class: `zone ${name}` }));
  if (!label) return;
  const made = svg("text", { x: (l + r) / 2, y: t - 5, "text-anchor": "middle", class: "note" });
  made.textContent = label;
  parts.push(made);
}

function chip(parts, x, y, text) {
  parts.push(svg("circle", { cx: x, cy: y, r: 11, class: "chip" }));
  const made = svg("text", { x, y: y + 4, "text-anchor": "middle", class: "note" });
  made.textContent = text;
  parts.push(made);
}

function tip() {
  const marker = svg("marker", { id: "anatomy-tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" });
  marker.append(svg("path", { d: "M0 0.5 L8 4 L0 7.5 z", class: "tip" }));
  const all = svg("defs", {});
  all.append(marker);
  return all;
}

// A path through the points with rounded corners.
function rounded(points) {
  const R = 8;
  let path = `M${points[0][0]} ${points[0][1]}`;
  for (let i = 1; i < points.length - 1; i++) {
    const [p, q, n] = [points[i - 1], points[i], points[i + 1]];
    const toward = (a, b) => {
      const d = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
      const r = Math.min(R, d / 2);
      return [a[0] + ((b[0] - a[0]) * r) / d, a[1] + ((b[1] - a[1]) * r) / d];
    };
    const [a, b] = [toward(q, p), toward(q, n)];
    path += ` L${a[0]} ${a[1]} Q${q[0]} ${q[1]} ${b[0]} ${b[1]}`;
  }
  const end = points.at(-1);
  return `${path} L${end[0]} ${end[1]}`;
}
