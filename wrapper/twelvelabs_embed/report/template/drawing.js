// ------------------------------------------------------------------------------------- drawing.js
// Colours and canvases.

const COLOURS = 64;
const isDark = matchMedia("(prefers-color-scheme: dark)");

let colours = {};

/** Read the colours of the page, which depend on the theme. */
function readColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  const stops = [0, 1, 2, 3, 4].map((number) => channels(read(`--ramp-${number}`)));
  const ramp = Array.from({ length: COLOURS }, (_, place) => blend(stops, place / (COLOURS - 1)));
  colours = {
    ramp: ramp.map((mixed) => `rgb(${mixed})`),
    onRamp: ramp.map((mixed) => (luminance(mixed) > 0.18 ? "#000000" : "#ffffff")),
    kinds: [0, 1, 2, 3, 4].map((number) => read(`--kind-${number}`)),
    text: read("--text"),
    faint: read("--faint"),
    lane: read("--lane"),
    accent: read("--accent"),
    surface: read("--surface"),
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
  };
}

function channels(hex) {
  return [1, 3, 5].map((place) => parseInt(hex.slice(place, place + 2), 16));
}

function blend(stops, part) {
  const place = Math.min(part * (stops.length - 1), stops.length - 1.001);
  const [from, to, share] = [stops[Math.floor(place)], stops[Math.floor(place) + 1], place % 1];
  return from.map((value, channel) => Math.round(value + (to[channel] - value) * share));
}

/** As WCAG has it: from 0.18 on, black is easier to read on a colour than white. */
function luminance(mixed) {
  const [red, green, blue] = mixed.map((value) =>
    value <= 10 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const colourNumber = (row) => Math.round(level(row) * (COLOURS - 1));
const colourOf = (row) => colours.ramp[colourNumber(row)];

/** A context for drawing on a canvas in units of the page, sharp on any screen. */
function sized(canvas, width, height) {
  const scale = devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.font = colours.font;
  return context;
}

/** A text that fits into some pixels. */
function fitted(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > width) length--;
  return `${text.slice(0, length)}…`;
}

function drawLegend() {
  const context = byId("ramp").getContext("2d");
  for (let x = 0; x < 256; x++) {
    context.fillStyle = colours.ramp[Math.floor((x / 256) * COLOURS)];
    context.fillRect(x, 0, 1, 1);
  }
  const [low, high] = [shown(range.low), shown(range.high)];
  byId("low").textContent = low;
  byId("high").textContent = high;
  byId("legend").setAttribute("aria-label", `Colours of cosine similarity, from ${low} to ${high}`);
}

// ------------------------------------------------------------------------------------------- tip

const tip = byId("tip");

/** Show what a segment is beside a place of the window. */
function showTip(row, x, y) {
  const picture = pictureOf(row);
  tip.replaceChildren(
    ...(picture ? [element("img", { src: picture.src, alt: "" })] : []),
    element("strong", {}, named(itemOf(row))),
    element("span", {}, partOf(row)),
    element("span", {}, `similarity ${shown(scores[row])}`),
  );
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(x + 14, innerWidth - width - 8);
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${y + 18 + height > innerHeight ? Math.max(8, y - height - 12) : y + 18}px`;
}

function hideTip() {
  tip.hidden = true;
}
