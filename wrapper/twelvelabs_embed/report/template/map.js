// ----------------------------------------------------------------------------------------- map.js
// All segments on a plane.

const plane = byId("plane");
const MARGIN_PX = 16;
const REACH_PX = 14; // how near the pointer must be to a dot
const LABEL_PX = 130; // the longest name at a dot
const LABEL_AREA_PX = 14_000; // of the map, for each name

const view = { zoom: 1, x: 0.5, y: 0.5 }; // the part that is seen: its middle, from 0 to 1
let mapCursor = -1;
let mapRows = [];
let dots = null; // a canvas with the dots alone: moving the cursor draws no dot again

function renderMap() {
  // The most similar ones last: they lie on top.
  mapRows = [...ranked].reverse();
  if (!isShown[mapCursor]) mapCursor = -1;
  renderKinds();
  drawDotsSoon();
}

/** The places of dots on the canvas. */
function projection() {
  const [width, height] = [plane.clientWidth, plane.clientHeight];
  const size = [width - 2 * MARGIN_PX, height - 2 * MARGIN_PX];
  return {
    x: (row) => width / 2 + (rows.x[row] / 65535 - view.x) * size[0] * view.zoom,
    y: (row) => height / 2 + (rows.y[row] / 65535 - view.y) * size[1] * view.zoom,
    width,
    height,
    size,
  };
}

/** Draw the dots with the next picture of the screen, however many calls there are until then. */
let isDrawing = false;
function drawDotsSoon() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    drawDots();
  });
}

function drawDots() {
  const { x, y, width, height } = projection();
  dots ??= document.createElement("canvas");
  const context = sized(dots, width, height);
  const radius =
    Math.max(1.7, Math.min(6, 90 / Math.sqrt(mapRows.length + 1))) * Math.sqrt(view.zoom);
  for (const row of mapRows) {
    const [left, top] = [x(row), y(row)];
    if (left < -radius || left > width + radius || top < -radius || top > height + radius) continue;
    context.fillStyle = dotColour(row);
    // Small dots are squares: they look the same, and thousands of circles are ten times slower.
    if (radius < 2) context.fillRect(left - radius, top - radius, 2 * radius, 2 * radius);
    else {
      context.beginPath();
      context.arc(left, top, radius, 0, 2 * Math.PI);
      context.fill();
    }
  }
  drawLabels(context, radius);
  drawPlane();
}

/** Names at the most similar dots, one for each item, where they cover no other name. */
function drawLabels(context, radius) {
  const { x, y, width, height } = projection();
  const most = Math.min(40, Math.floor((width * height) / LABEL_AREA_PX));
  const [seen, boxes] = [new Set(), []];
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  for (const row of ranked) {
    if (boxes.length >= most) break;
    const item = itemOf(row);
    const [left, top] = [x(row), y(row)];
    if (seen.has(item) || left < 0 || left > width || top < 8 || top > height - 8) continue;
    const text = fitted(context, item.label.replace(/^.*[/\\](?=.)/, ""), LABEL_PX);
    const long = context.measureText(text).width;
    const from = left + radius + 4 + long > width ? left - radius - 4 - long : left + radius + 4;
    const box = { left: from - 2, right: from + long + 2, top: top - 8, bottom: top + 8 };
    if (from < 0 || boxes.some((one) => overlap(one, box))) continue;
    seen.add(item);
    boxes.push(box);
    context.strokeStyle = colours.surface;
    context.strokeText(text, from, top);
    context.fillStyle = colours.text;
    context.fillText(text, from, top);
  }
  plane.dataset.labels = boxes.length;
}

const overlap = (one, other) =>
  one.left < other.right &&
  other.left < one.right &&
  one.top < other.bottom &&
  other.top < one.bottom;

const dotColour = (row) =>
  state.colour === "kind"
    ? colours.kinds[kinds().indexOf(kindOf(row)) % colours.kinds.length]
    : colourOf(row);

/** The dots, and rings around the query and the cursor. */
function drawPlane() {
  const { x, y, width, height } = projection();
  if (!dots?.width || !dots.height) return; // the page is not laid out yet
  const context = sized(plane, width, height);
  context.drawImage(dots, 0, 0, width, height);
  const rings = [
    [state.query.row ?? -1, colours.accent],
    [mapCursor, colours.text],
  ];
  for (const [row, colour] of rings) {
    if (row < 0 || !isShown[row]) continue;
    context.strokeStyle = colour;
    context.lineWidth = 2.5;
    context.beginPath();
    context.arc(x(row), y(row), 9, 0, 2 * Math.PI);
    context.stroke();
  }
}

let knownKinds = null;
function kinds() {
  knownKinds ??= [...new Set(Array.from({ length: rows.count }, (_, row) => kindOf(row)))].sort();
  return knownKinds;
}

function renderKinds() {
  byId("kinds").hidden = state.colour !== "kind";
  byId("kinds").replaceChildren(
    ...kinds().map((kind, number) => {
      const spot = element("span", { class: "spot" });
      spot.style.background = colours.kinds[number % colours.kinds.length];
      return element("li", {}, spot, kind);
    }),
  );
}

// --------------------------------------------------------------------------------------- finding

/** The dot that is nearest to a place, if one is within reach. */
function dotAt(left, top) {
  const { x, y } = projection();
  let [best, bestSquare] = [-1, REACH_PX * REACH_PX];
  for (const row of mapRows) {
    const square = (x(row) - left) ** 2 + (y(row) - top) ** 2;
    if (square <= bestSquare) [best, bestSquare] = [row, square];
  }
  return best;
}

/** The dot that an arrow leads to: near, and more in that direction than beside it. */
function dotBeside(from, key) {
  const { x, y } = projection();
  const [across, down] = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  }[key];
  let [best, bestDistance] = [-1, Infinity];
  for (const row of mapRows) {
    const [right, below] = [x(row) - x(from), y(row) - y(from)];
    const ahead = right * across + below * down;
    const beside = Math.abs(right * down) + Math.abs(below * across);
    if (ahead <= 0.01 || beside > ahead) continue;
    const distance = ahead + 2 * beside;
    if (distance < bestDistance) [best, bestDistance] = [row, distance];
  }
  return best;
}

// ------------------------------------------------------------------------------------- listening

function zoomBy(factor, left = 0.5, top = 0.5) {
  const { size } = projection();
  const zoom = Math.max(1, Math.min(40, view.zoom * factor));
  // The point under the pointer stays there.
  view.x += (((left - 0.5) * plane.clientWidth) / size[0]) * (1 / view.zoom - 1 / zoom);
  view.y += (((top - 0.5) * plane.clientHeight) / size[1]) * (1 / view.zoom - 1 / zoom);
  view.zoom = zoom;
  keepInView();
}

function keepInView() {
  const margin = 0.5 / view.zoom;
  for (const axis of ["x", "y"]) view[axis] = Math.max(margin, Math.min(1 - margin, view[axis]));
  drawDotsSoon();
}

function resetView() {
  Object.assign(view, { zoom: 1, x: 0.5, y: 0.5 });
  drawDotsSoon();
}

function moveMapCursor(row) {
  mapCursor = row;
  const { x, y, width, height } = projection();
  if (x(row) < 0 || x(row) > width || y(row) < 0 || y(row) > height) {
    [view.x, view.y] = [rows.x[row] / 65535, rows.y[row] / 65535];
    keepInView();
  } else drawPlane();
  const frame = plane.getBoundingClientRect();
  const after = projection();
  showTip(row, frame.left + after.x(row), frame.top + after.y(row));
  byId("map-status").textContent = `${itemOf(row).label}, ${inWords(row)}`;
}

let drag = null;

function listenToMap() {
  byId("zoom-in").addEventListener("click", () => zoomBy(1.6));
  byId("zoom-out").addEventListener("click", () => zoomBy(1 / 1.6));
  byId("zoom-reset").addEventListener("click", resetView);
  plane.addEventListener("pointerdown", (event) => {
    drag = { x: event.clientX, y: event.clientY, viewX: view.x, viewY: view.y, hasMoved: false };
  });
  plane.addEventListener("pointermove", hover);
  plane.addEventListener("pointerleave", () => {
    hideTip();
    drag = null;
    if (document.activeElement !== plane) mapCursor = -1;
    drawPlane();
  });
  plane.addEventListener("click", (event) => {
    const frame = plane.getBoundingClientRect();
    const row = dotAt(event.clientX - frame.left, event.clientY - frame.top);
    if (row >= 0 && !drag?.hasMoved) ask({ row });
    drag = null;
  });
  plane.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return; // otherwise the page scrolls; with Ctrl, or two fingers, it zooms
      event.preventDefault();
      const frame = plane.getBoundingClientRect();
      zoomBy(
        Math.exp(-event.deltaY / 200),
        (event.clientX - frame.left) / frame.width,
        (event.clientY - frame.top) / frame.height,
      );
    },
    { passive: false },
  );
  plane.addEventListener("keydown", mapKey);
  plane.addEventListener("blur", () => {
    hideTip();
    mapCursor = -1;
    drawPlane();
  });
}

function hover(event) {
  if (drag && event.buttons) {
    const { size } = projection();
    const [right, below] = [event.clientX - drag.x, event.clientY - drag.y];
    drag.hasMoved ||= Math.hypot(right, below) > 4;
    if (!drag.hasMoved) return;
    view.x = drag.viewX - right / size[0] / view.zoom;
    view.y = drag.viewY - below / size[1] / view.zoom;
    hideTip();
    keepInView();
    return;
  }
  const frame = plane.getBoundingClientRect();
  const row = dotAt(event.clientX - frame.left, event.clientY - frame.top);
  plane.style.cursor = row < 0 ? "grab" : "pointer";
  if (row >= 0) showTip(row, event.clientX, event.clientY);
  else hideTip();
  if (row !== mapCursor) {
    mapCursor = row;
    drawPlane();
  }
}

function mapKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || !mapRows.length) return;
  const start = mapCursor >= 0 ? mapCursor : (state.query.row ?? ranked[0]);
  const from = isShown[start] ? start : ranked[0];
  if (event.key.startsWith("Arrow")) {
    const row = mapCursor < 0 ? from : dotBeside(from, event.key);
    if (row >= 0) moveMapCursor(row);
  } else if (event.key === "Enter" || event.key === " ") ask({ row: from });
  else if (event.key === "+" || event.key === "=") zoomBy(1.6);
  else if (event.key === "-") zoomBy(1 / 1.6);
  else if (event.key === "0") resetView();
  else if (event.key === "Escape") hideTip();
  else return;
  event.preventDefault();
}
