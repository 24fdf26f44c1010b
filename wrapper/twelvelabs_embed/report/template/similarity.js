// ------------------------------------------------------------------------------------ similarity.js
// The query, the filters, and the similarity of segments.

const state = {
  query: firstQuery(), // { text: number of the query } or { row }
  option: "",
  scope: "",
  text: "",
  order: "best",
  colour: "similarity",
};

/** Similarities to the query, one for each segment. */
let scores = new Float32Array(rows.count);
/** Whether each segment passes the filters. */
let isShown = new Uint8Array(rows.count);
/** The segments that pass, the most similar first. */
let ranked = [];
/** The similarities at the two ends of the colours. */
let range = { low: 0, high: 1 };

function firstQuery() {
  if (queries.length) return { text: 0 };
  const clip = data.rows.scopes.indexOf("clip");
  return { row: Math.max(0, rows.scope.indexOf(clip)) };
}

/** Compare everything with the query, and filter it. */
function compare() {
  scores =
    state.query.row === undefined ? queries[state.query.text].scores : scoresOf(state.query.row);
  filter();
  ranked = [];
  for (let row = 0; row < rows.count; row++) if (isShown[row]) ranked.push(row);
  // Equally similar segments stay in order.
  ranked.sort((one, other) => scores[other] - scores[one] || one - other);
  range = rangeOf(ranked);
}

/** The length of each vector in the dimensions that the page has; the whole is 1. */
const lengths = Float32Array.from({ length: rows.count }, (_, row) => {
  const size = rows.steps.length;
  let sum = 0;
  for (let place = 0; place < size; place++) {
    sum += (rows.vectors[row * size + place] * rows.steps[place]) ** 2;
  }
  return Math.sqrt(sum);
});

/** Approximate cosine similarities to a segment: see `compress` in similarity.py. */
function scoresOf(query) {
  const size = rows.steps.length;
  const weights = rows.steps.map((step, place) => step * step * rows.vectors[query * size + place]);
  const found = new Float32Array(rows.count);
  for (let row = 0, at = 0; row < rows.count; row++) {
    let sum = 0;
    for (let place = 0; place < size; place++) sum += rows.vectors[at++] * weights[place];
    found[row] = Math.max(-1, Math.min(1, sum + restOf(row, query, sum)));
  }
  found[query] = 1;
  return found;
}

/**
 * The part of the omitted dimensions. Usually it is about zero, because little is in them; but
 * vectors that are nearly equal in the dimensions of the page are nearly equal there, too.
 */
function restOf(row, query, sum) {
  const cosine = sum / (lengths[row] * lengths[query] || 1);
  const sameness = Math.max(0, (cosine - 0.95) / 0.05);
  const rest = (one) => Math.sqrt(Math.max(0, 1 - lengths[one] ** 2));
  return sameness && sameness * rest(row) * rest(query);
}

function filter() {
  const option = data.rows.options.indexOf(state.option);
  const scope = data.rows.scopes.indexOf(state.scope);
  const text = state.text.trim().toLowerCase();
  const passes = items.map((item) => item.searched.includes(text));
  for (let row = 0; row < rows.count; row++) {
    isShown[row] =
      (option < 0 || rows.option[row] === option) &&
      (scope < 0 || rows.scope[row] === scope) &&
      passes[rows.item[row]];
  }
}

/**
 * The most similar segment of each item, for each kind of segment: kinds do not compare. The item of
 * the query is left out, which resembles itself; the kind of the query comes first.
 */
function nearestByKind() {
  const { row } = state.query;
  const own = row === undefined ? null : itemOf(row);
  const found = new Map(row === undefined ? [] : [[kindOf(row), new Map()]]);
  for (const one of ranked) {
    const item = itemOf(one);
    if (item === own) continue;
    const kind = kindOf(one);
    if (!found.has(kind)) found.set(kind, new Map());
    if (!found.get(kind).has(item)) found.get(kind).set(item, one);
  }
  return [...found]
    .map(([kind, best]) => ({ kind, nearest: [...best.values()] }))
    .filter(({ nearest }) => nearest.length);
}

/** From the least similar, except outliers, to the most similar other than the query. */
function rangeOf(ranked) {
  const others = ranked.filter((row) => row !== state.query.row);
  if (!others.length) return { low: 0, high: 1 };
  const low = scores[others[Math.floor((others.length - 1) * 0.98)]];
  const high = scores[others[0]];
  return high - low > 0.01 ? { low, high } : { low: high - 0.01, high };
}

/** Where a segment is between the two ends of the colours, 0 to 1. */
const level = (row) =>
  Math.max(0, Math.min(1, (scores[row] - range.low) / (range.high - range.low)));

/** The query in words. */
function queryWords() {
  if (state.query.row === undefined) return `“${queries[state.query.text].text}”`;
  return `${itemOf(state.query.row).label} ${partOf(state.query.row)}`;
}

/** The description of a segment for screen readers. */
function inWords(row) {
  const isQuery = row === state.query.row ? ", the query" : "";
  return `${partOf(row)}, similarity ${shown(scores[row])}${isQuery}`;
}
