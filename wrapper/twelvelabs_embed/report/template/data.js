// ---------------------------------------------------------------------------------------- data.js
// The data of the page, and its formatting.

const data = JSON.parse(document.getElementById("data").textContent);

const NO_WORD = 255;

/** A column of numbers that came as base64. */
function unpack(text, Kind) {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  return new Kind(bytes.buffer);
}

/** One value for each segment in each column. */
const rows = {
  count: data.rows.count,
  item: unpack(data.rows.item, Uint32Array),
  option: unpack(data.rows.option, Uint8Array),
  scope: unpack(data.rows.scope, Uint8Array),
  startSec: unpack(data.rows.start, Float32Array),
  endSec: unpack(data.rows.end, Float32Array),
  x: unpack(data.rows.x, Uint16Array),
  y: unpack(data.rows.y, Uint16Array),
  vectors: unpack(data.rows.vectors, Int8Array),
  steps: unpack(data.rows.steps, Float32Array),
};

const hasTime = (row) => Number.isFinite(rows.startSec[row]) && Number.isFinite(rows.endSec[row]);

const queries = data.queries.map(({ text, scores }) => ({
  text,
  scores: Float32Array.from(unpack(scores, Int16Array), (score) => score / 32767),
}));

/** Items with their segments and pictures. */
const items = data.items.map(([id, type, link], number) => ({
  number,
  id,
  label: visible(id),
  searched: id.toLowerCase(),
  link, // of its file, when that was at hand
  type,
  rows: [],
  pictures: [],
  // When its segments begin and end; of what has no time, this stays as it is.
  firstSec: Infinity,
  lastSec: -Infinity,
}));
for (let row = 0; row < rows.count; row++) {
  const item = items[rows.item[row]];
  item.rows.push(row);
  if (!hasTime(row)) continue;
  item.firstSec = Math.min(item.firstSec, rows.startSec[row]);
  item.lastSec = Math.max(item.lastSec, rows.endSec[row]);
}
for (const [item, timeSec, jpeg] of data.thumbnails) {
  items[item].pictures.push({ timeSec, src: `data:image/jpeg;base64,${jpeg}` });
}

// ------------------------------------------------------------------------------------------ words

/** A text with escaped control characters, including those that change the text direction. */
function visible(text) {
  return text.replace(
    /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu,
    (sign) => (sign === "\n" ? "⏎" : `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}

function word(words, number) {
  return number === NO_WORD ? "" : words[number];
}

const optionOf = (row) => word(data.rows.options, rows.option[row]);
const scopeOf = (row) => word(data.rows.scopes, rows.scope[row]);
const itemOf = (row) => items[rows.item[row]];

/** The kind of a segment: `visual`; of texts and images, which have no option, their type. */
const kindOf = (row) => optionOf(row) || itemOf(row).type.replace("_", " and ");

/** `0:06`, `12:34`, `1:02:03`. */
function clock(timeSec) {
  const whole = Math.round(timeSec);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes, seconds] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** `0:06–0:12`; nothing for what has no time. */
function timeOf(row) {
  return hasTime(row) ? `${clock(rows.startSec[row])}–${clock(rows.endSec[row])}` : "";
}

/** Where a segment can be played; null where it cannot. */
function playLink(row) {
  const { link } = itemOf(row);
  return link && hasTime(row) ? `${link}#t=${rows.startSec[row]},${rows.endSec[row]}` : null;
}

/** `0:06–0:12 · visual · clip`. */
function partOf(row) {
  return [timeOf(row), kindOf(row), scopeOf(row)].filter(Boolean).join(" · ");
}

/** The picture of a segment: of a moment in it, or of the whole image. A wrong one is worse than none. */
function pictureOf(row) {
  const { pictures } = itemOf(row);
  if (!hasTime(row)) return pictures[0] ?? null;
  const [start, end] = [rows.startSec[row] - 0.001, rows.endSec[row]];
  const isInside = ({ timeSec }) => timeSec === null || (timeSec >= start && timeSec < end);
  return pictures.find(isInside) ?? null;
}

const grouped = (number) => number.toLocaleString("en");

function counted(number, noun) {
  return `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** `0.31`, `−0.05`. */
const shown = (score) =>
  score
    .toFixed(2)
    .replace(/^-(?!0\.00)/, "−")
    .replace("-", "");

// ------------------------------------------------------------------------------------------- DOM

const byId = (id) => document.getElementById(id);

/** A new element. Texts are set as texts: nothing in a name is ever read as HTML. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

const LONGEST_NAME = 300; // longer ones are texts, which have spaces

/** A name that breaks behind its separators and before its suffix, rather than anywhere. */
function breakable(name) {
  if (name.length > LONGEST_NAME) return [name];
  return name.split(/(?<=[_/\\=&?-])(?=[^_/\\=&?-])|(?=\.[^.]{1,5}$)/).flatMap((part, number) =>
    number ? [element("wbr"), part] : [part],
  );
}

/** The name of an item, isolated from the direction of the text around it. */
const named = (item) => element("bdi", { class: "id" }, ...breakable(item.label));
