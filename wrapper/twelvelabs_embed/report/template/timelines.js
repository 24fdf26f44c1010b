// ----------------------------------------------------------------------------------- timelines.js
// A canvas for each item: a lane for each option, its segments coloured by similarity.

const ITEMS_OF_PAGE = 20;
const TOP_PX = 3; // space for the ring around a segment
const LANE_PX = 24;
const LANE_GAP_PX = 6;
const AXIS_PX = 20;
const STILL_PX = 48; // the width of segments without a time

let itemPage = 0;
let drawnTimelines = [];

/** The items that pass the filters with their most similar segment, in the order that is chosen. */
function orderedItems() {
  const best = new Map();
  for (const row of ranked) if (!best.has(rows.item[row])) best.set(rows.item[row], row);
  const ordered = [...best].map(([number, row]) => ({ item: items[number], best: row }));
  if (state.order === "id") {
    ordered.sort((one, other) => one.item.id.localeCompare(other.item.id, "en", { numeric: true }));
  } else if (state.order === "given") {
    ordered.sort((one, other) => one.item.number - other.item.number);
  }
  return ordered;
}

function renderTimelines() {
  const ordered = orderedItems();
  itemPage = Math.min(itemPage, pagesOf(ordered.length, ITEMS_OF_PAGE) - 1);
  const first = itemPage * ITEMS_OF_PAGE;
  drawnTimelines = ordered.slice(first, first + ITEMS_OF_PAGE).map(newTimeline);
  byId("items").start = first + 1;
  byId("items").replaceChildren(...drawnTimelines.map((timeline) => timeline.place));
  if (!ordered.length)
    byId("items").append(element("li", { class: "empty" }, "No segment matches the filters."));
  measureTimelines();
  drawnTimelines.forEach(drawTimeline);
  renderPager("items", itemPage, ordered.length, ITEMS_OF_PAGE, "item", (page) => {
    itemPage = page;
    renderTimelines();
    byId("timelines").scrollIntoView();
  });
}

/** An item as the page shows it: what it is, and its canvas. */
function newTimeline({ item, best }) {
  const passing = item.rows.filter((row) => isShown[row]);
  const lanes = lanesOf(passing);
  const canvas = element("canvas", {
    tabindex: 0,
    role: "slider",
    "aria-label": `Segments of ${item.label}`,
    "aria-describedby": "timeline-hint",
    "aria-valuemin": 1,
    "aria-valuemax": passing.length,
  });
  const picture = pictureOf(best);
  const place = element(
    "li",
    { class: passing.some(hasTime) ? "item" : "item still", "data-item": item.number },
    element(
      "div",
      { class: "item-head" },
      picture ? element("img", { src: picture.src, alt: "" }) : null,
      element(
        "div",
        {},
        element("h3", {}, named(item)),
        element(
          "p",
          {},
          `${item.type.replace("_", " and ")} · ${counted(passing.length, "segment")} · ` +
            `most similar ${shown(scores[best])}`,
        ),
      ),
    ),
    canvas,
  );
  const timeline = { item, lanes, canvas, place, cursor: best, isActive: false, boxes: [] };
  sayCursor(timeline);
  listenToTimeline(timeline);
  return timeline;
}

/** Segments by what they are of, each lane in order of time, whole files at its end. */
function lanesOf(passing) {
  const lanes = new Map();
  for (const row of passing) {
    const kind = kindOf(row);
    if (!lanes.has(kind)) lanes.set(kind, []);
    lanes.get(kind).push(row);
  }
  const isWhole = (row) => (scopeOf(row) === "asset" ? 1 : 0);
  const byTime = (one, other) =>
    isWhole(one) - isWhole(other) || rows.startSec[one] - rows.startSec[other] || one - other;
  return [...lanes].map(([name, inLane]) => ({ name, rows: inLane.sort(byTime) }));
}

// --------------------------------------------------------------------------------------- drawing

/** Ask for all widths before anything is drawn: the browser lays the page out once. */
function measureTimelines() {
  for (const timeline of drawnTimelines) timeline.width = timeline.canvas.clientWidth;
}

function drawTimeline(timeline) {
  const { canvas, lanes, width } = timeline;
  const { firstSec, lastSec } = timeline.item;
  const isTimed = firstSec <= lastSec;
  const topOf = (lane) => TOP_PX + lane * (LANE_PX + LANE_GAP_PX);
  const context = sized(canvas, width, topOf(lanes.length) + (isTimed ? AXIS_PX : 0));
  const left = width < 480 ? 88 : 100;
  const scale = (width - left) / (lastSec - firstSec || 1);
  timeline.boxes = lanes.flatMap((lane, number) =>
    boxesOf(lane.rows, left, topOf(number), firstSec, scale),
  );
  lanes.forEach((lane, number) => {
    const top = topOf(number);
    context.fillStyle = colours.faint;
    context.fillText(fitted(context, lane.name, left - 8), 0, top + 14);
    if (isTimed) {
      context.fillStyle = colours.lane;
      context.fillRect(left, top, width - left, LANE_PX - 5);
    }
  });
  // The most similar ones last, so that they show where many share a pixel.
  const inOrder = [...timeline.boxes].sort((one, other) => scores[one.row] - scores[other.row]);
  for (const box of inOrder) {
    context.fillStyle = colourOf(box.row);
    context.fillRect(box.x, box.y, box.width, box.height);
  }
  const isWatched = timeline.isActive || document.activeElement === canvas;
  for (const box of timeline.boxes) {
    if (box.row === state.query.row) ring(context, box, colours.accent, -1);
    if (box.row === timeline.cursor && isWatched) ring(context, box, colours.text, 1);
  }
  if (isTimed) drawAxis(context, left, width, topOf(lanes.length), firstSec, lastSec);
}

/** Where the segments of a lane are: clips as blocks, the whole file as a line below them. */
function boxesOf(inLane, left, top, firstSec, scale) {
  return inLane.map((row, number) => {
    const height = LANE_PX - 5;
    if (!hasTime(row))
      return { row, x: left + number * (STILL_PX + 2), y: top, width: STILL_PX, height };
    const x = left + (rows.startSec[row] - firstSec) * scale;
    const full = (rows.endSec[row] - rows.startSec[row]) * scale;
    if (scopeOf(row) === "asset") return { row, x, y: top + LANE_PX - 4, width: full, height: 4 };
    return { row, x, y: top, width: Math.max(1, full > 4 ? full - 1 : full), height };
  });
}

/** A frame around a segment: so many pixels outside of it, or inside when they are negative. */
function ring(context, { x, y, width, height }, colour, outside) {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.strokeRect(
    x - outside,
    y - outside,
    Math.max(width + 2 * outside, 1),
    height + 2 * outside,
  );
}

function drawAxis(context, left, width, top, firstSec, lastSec) {
  context.fillStyle = colours.faint;
  const stepSec = niceStep((lastSec - firstSec) / Math.max(1, (width - left) / 90));
  const scale = (width - left) / (lastSec - firstSec || 1);
  for (
    let timeSec = Math.ceil(firstSec / stepSec) * stepSec;
    timeSec <= lastSec;
    timeSec += stepSec
  ) {
    const x = left + (timeSec - firstSec) * scale;
    const text = clock(timeSec);
    const room = context.measureText(text).width;
    context.fillText(text, Math.max(left, Math.min(x - room / 2, width - room)), top + 12);
  }
}

function niceStep(leastSec) {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
  return steps.find((stepSec) => stepSec >= leastSec) ?? 14400;
}

// -------------------------------------------------------------------------------------- listening

function listenToTimeline(timeline) {
  const { canvas } = timeline;
  canvas.addEventListener("pointermove", (event) => {
    const box = boxAt(timeline, event);
    canvas.style.cursor = box ? "pointer" : "default";
    if (box) showTip(box.row, event.clientX, event.clientY);
    else hideTip();
    const row = box?.row ?? timeline.cursor;
    if (timeline.isActive === Boolean(box) && row === timeline.cursor) return;
    timeline.isActive = Boolean(box);
    moveCursor(timeline, row);
  });
  canvas.addEventListener("pointerleave", () => {
    hideTip();
    timeline.isActive = false;
    drawTimeline(timeline);
  });
  canvas.addEventListener("click", (event) => {
    const box = boxAt(timeline, event);
    if (box) ask({ row: box.row });
  });
  canvas.addEventListener("focus", () => drawTimeline(timeline));
  canvas.addEventListener("blur", () => {
    hideTip();
    drawTimeline(timeline);
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") ask({ row: timeline.cursor });
    else if (event.key === "Escape") hideTip();
    else {
      const row = stepped(timeline, event.key);
      if (row === undefined) return;
      moveCursor(timeline, row);
      const box = timeline.boxes.find((one) => one.row === row);
      const frame = canvas.getBoundingClientRect();
      showTip(row, frame.left + box.x, frame.top + box.y + box.height);
    }
    event.preventDefault();
  });
}

function boxAt(timeline, event) {
  const frame = timeline.canvas.getBoundingClientRect();
  const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
  const inLane = timeline.boxes.filter(
    (box) =>
      y >= box.y - 1 && y < box.y + box.height + 1 && x >= box.x - 1 && x <= box.x + box.width + 1,
  );
  return inLane.reduce(
    (best, box) => (!best || scores[box.row] > scores[best.row] ? box : best),
    null,
  );
}

/** The segment that a key leads to; nothing for other keys. */
function stepped(timeline, key) {
  const lane = timeline.lanes.findIndex((one) => one.rows.includes(timeline.cursor));
  const inLane = timeline.lanes[lane].rows;
  const at = inLane.indexOf(timeline.cursor);
  const go = (place) => inLane[Math.max(0, Math.min(inLane.length - 1, place))];
  const change = (number) => {
    const other = timeline.lanes[Math.max(0, Math.min(timeline.lanes.length - 1, number))].rows;
    const sameTime = other.find((row) => rows.startSec[row] === rows.startSec[timeline.cursor]);
    return number === lane ? timeline.cursor : (sameTime ?? other[Math.min(at, other.length - 1)]);
  };
  const steps = {
    ArrowLeft: () => go(at - 1),
    ArrowRight: () => go(at + 1),
    ArrowUp: () => change(lane - 1),
    ArrowDown: () => change(lane + 1),
    PageUp: () => go(at - 10),
    PageDown: () => go(at + 10),
    Home: () => go(0),
    End: () => go(inLane.length - 1),
  };
  return steps[key]?.();
}

function moveCursor(timeline, row) {
  timeline.cursor = row;
  sayCursor(timeline);
  drawTimeline(timeline);
}

function sayCursor(timeline) {
  const all = timeline.lanes.flatMap((lane) => lane.rows);
  timeline.canvas.setAttribute("aria-valuenow", all.indexOf(timeline.cursor) + 1);
  timeline.canvas.setAttribute("aria-valuetext", inWords(timeline.cursor));
}

/** Go to the timeline of a segment, on whichever page it is. */
function showTimeline(row) {
  let place = placeOf(row);
  if (place < 0) {
    clearFilters();
    place = placeOf(row);
  }
  itemPage = Math.floor(place / ITEMS_OF_PAGE);
  renderTimelines();
  focusTimeline(row, "center");
}

const placeOf = (row) => orderedItems().findIndex(({ item }) => item === itemOf(row));

/** Put the focus on the timeline of a segment, if it is shown, and the cursor on the segment. */
function focusTimeline(row, block) {
  const timeline = drawnTimelines.find(({ item }) => item === itemOf(row));
  if (!timeline) return;
  timeline.canvas.focus({ preventScroll: true });
  if (isShown[row]) moveCursor(timeline, row);
  timeline.place.scrollIntoView({ block });
}
