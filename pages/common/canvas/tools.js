// The buttons below the drawing area.

const BRUSHES = ["Fine brush", "Medium brush", "Broad brush"];
const ICONS = {
  undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  clear: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v6M14 11v6",
  save: "M12 4v11M7 10l5 5 5-5M5 20h14",
};

function tool(label, content, act) {
  const made = make("button");
  made.type = "button";
  made.title = label;
  made.setAttribute("aria-label", label);
  made.append(content);
  made.addEventListener("click", act);
  return made;
}

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const made = document.createElementNS(space, "svg");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  made.append(path);
  return made;
}

function make(tag, name = "", text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}
