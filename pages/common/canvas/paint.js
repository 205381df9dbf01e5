// The strokes and the pen on a canvas, whose units are the middles of `side` places along each edge.

function paint(canvas, side, strokes) {
  const scale = canvas.width / side;
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, scale / 2, scale / 2);
  context.clearRect(-1, -1, side + 1, side + 1);
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = "#fff";
  for (const [width, ...places] of strokes) {
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(places[0], places[1]);
    for (let i = places.length > 2 ? 2 : 0; i < places.length; i += 2) context.lineTo(places[i], places[i + 1]);
    context.stroke();
  }
}

// Where the pen of the arrow keys is, on what has been painted: a ring, with a cross in it while the pen is lifted.
function ring(canvas, [x, y], brush, isDown) {
  const context = canvas.getContext("2d");
  for (const [colour, width] of [["#000", 5], ["#2f86d0", 3]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, brush / 2 + 3, 0, 2 * Math.PI);
    if (!isDown) {
      context.moveTo(x - 5, y);
      context.lineTo(x + 5, y);
      context.moveTo(x, y - 5);
      context.lineTo(x, y + 5);
    }
    context.stroke();
  }
}
