// ---------------------------------------------------------------------------------------- main.js
// Controls and their events.

/** Make something the query. */
function ask(query) {
  const focused = document.activeElement;
  const isTimeline = drawnTimelines.some(({ canvas }) => canvas === focused);
  state.query = query;
  itemPage = tablePage = 0;
  hideTip();
  update();
  // The focused element may have been recreated. The keyboard focus moves to the query's own
  // timeline, or to the query at the top.
  if (isTimeline) focusTimeline(query.row, "nearest");
  else if (!focused.isConnected) byId("query").focus({ preventScroll: true });
}

/** Compare again and draw everything that depends on it. */
function update() {
  compare();
  renderQuery();
  drawLegend();
  renderCards();
  renderTable();
  renderTimelines();
  renderMap();
  renderPairs();
  saySummary();
}

function redraw() {
  readColours();
  if (rows.count) {
    drawLegend();
    renderCards();
    renderPairs();
    measureTimelines();
    drawnTimelines.forEach(drawTimeline);
    renderMap();
  }
}

/** The list of queries, the chosen one, and its picture. */
function renderQuery() {
  const { row } = state.query;
  const choices = queries.map(({ text }, number) =>
    element("option", { value: number }, `“${visible(text)}”`),
  );
  if (row !== undefined) {
    choices.push(element("option", { value: "segment" }, `${itemOf(row).label} · ${partOf(row)}`));
  }
  byId("query").replaceChildren(...choices);
  byId("query").value = row === undefined ? state.query.text : "segment";
  const picture = row === undefined ? null : pictureOf(row);
  byId("query-picture").hidden = !picture;
  if (picture) byId("query-picture").src = picture.src;
  byId("query-timeline").hidden = row === undefined;
  const href = row === undefined ? null : playLink(row);
  byId("query-play").hidden = !href;
  if (href) byId("query-play").href = href;
}

function saySummary() {
  const best = nearestByKind()[0]?.nearest[0];
  const nearest = best === undefined ? "" : ` Nearest: ${itemOf(best).label}, ${inWords(best)}.`;
  const part = `${grouped(ranked.length)} of ${counted(rows.count, "segment")}`;
  byId("status").textContent = `${part}, compared with ${queryWords()}.${nearest}`;
}

function fillSelect(id, words, all) {
  byId(`${id}-field`).hidden = words.length < 2;
  byId(id).append(
    element("option", { value: "" }, all),
    ...words.map((value) => element("option", { value }, value)),
  );
}

function sayFacts() {
  const allItems = data.summary.items.reduce((sum, [, count]) => sum + count, 0);
  const made = new Date(data.madeAt).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
  });
  byId("facts").textContent = [data.model, made].filter(Boolean).join(" · ");
  byId("summary").append(...tiles(allItems).map(([name, value, more]) => tile(name, value, more)));
  const notes = [...data.notes];
  if (allItems > items.length) {
    const part = `${grouped(items.length)} of ${counted(allItems, "item")}`;
    notes.unshift(`Not everything is shown: this is a random sample, ${part}.`);
  }
  byId("notes").hidden = !notes.length;
  byId("notes").append(...notes.map((note) => element("li", {}, note)));
  byId("about").textContent =
    "Similarities to text queries are exact; they are embedded when the report is made. " +
    `Similarities to a segment are computed on this page from ${rows.steps.length} of ` +
    `${data.dimensions} dimensions: 95% are within ±${data.error.toFixed(3)} of the exact ` +
    "value. The map places segments near their nearest neighbours; distances between far " +
    "groups mean little. This page works offline. " +
    `Made by twelvelabs-embed ${data.version}.`;
}

const NOUNS = {
  audio: "audio file",
  asset: "whole file",
  text_image: "captioned image",
  multi_input: "multi-input",
};

/** Name, value and details of each figure of the summary: items, length, vectors of each option. */
function tiles(allItems) {
  const { items: types, durationSec, vectors } = data.summary;
  if (!allItems) return [];
  const kinds = new Map();
  for (const [kind, scope, count] of vectors) {
    if (!kinds.has(kind)) kinds.set(kind, []);
    kinds.get(kind).push([scope, count]);
  }
  const plain = (word) => word.replace("_", " and ");
  return [
    [
      "items",
      grouped(allItems),
      types.map(([type, count]) => counted(count, NOUNS[type] ?? plain(type))),
    ],
    ...(durationSec ? [["audio and video", lengthOf(durationSec), []]] : []),
    ...[...kinds].map(([kind, scopes]) => [
      `${plain(kind)} vectors`,
      grouped(scopes.reduce((sum, [, count]) => sum + count, 0)),
      scopes.filter(([scope]) => scope).map(([scope, count]) => counted(count, NOUNS[scope] ?? scope)),
    ]),
    ...usageTile(data.usage),
  ];
}

/** What the runs used, as far as it is known. */
function usageTile(usage) {
  if (!usage) return [];
  const more = [
    counted(usage.runs, "run"),
    ...(usage.retries ? [`${grouped(usage.retries)} retried`] : []),
    ...(usage.media_sec ? [`${(usage.media_sec / 60).toFixed(1)} min embedded`] : []),
    ...(usage.tokens ? [counted(usage.tokens, "token")] : []),
    ...(usage.waited_sec >= 1 ? [`${lengthOf(usage.waited_sec)} waited for the quota`] : []),
  ];
  return [["requests", grouped(usage.requests), more]];
}

function tile(name, value, more) {
  return element(
    "div",
    { class: "tile" },
    element("dt", {}, name),
    element("dd", {}, element("strong", {}, value), element("span", {}, more.join(", "))),
  );
}

/** `45 s`, `12 min`, `1.5 h`. */
function lengthOf(durationSec) {
  if (durationSec < 60) return `${Math.round(durationSec)} s`;
  if (durationSec < 3600) return `${Math.round(durationSec / 60)} min`;
  const hours = durationSec / 3600;
  return `${hours < 10 ? hours.toFixed(1) : grouped(Math.round(hours))} h`;
}

function clearFilters() {
  for (const id of ["option", "scope", "text"]) byId(id).value = state[id] = "";
  update();
}

function listen() {
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  byId("query").addEventListener("change", (event) => {
    if (event.target.value !== "segment") ask({ text: Number(event.target.value) });
  });
  byId("query-timeline").addEventListener("click", () => showTimeline(state.query.row));
  for (const id of ["option", "scope", "order", "colour"]) {
    byId(id).addEventListener("change", (event) => {
      state[id] = event.target.value;
      itemPage = tablePage = 0;
      update();
    });
  }
  byId("text").addEventListener("input", (event) => {
    state.text = event.target.value;
    itemPage = tablePage = 0;
    update();
  });
  byId("table-details").addEventListener("toggle", renderTable);
  isDark.addEventListener("change", redraw);
  addEventListener("resize", redraw);
  addEventListener("beforeprint", redraw);
  addEventListener("scroll", hideTip, { passive: true });
  listenToMap();
}

function start() {
  sayFacts();
  renderFailures();
  fillSelect("option", data.rows.options, "all");
  fillSelect("scope", data.rows.scopes, "all");
  readColours();
  if (!rows.count) {
    document.body.classList.add("without-segments");
    byId("status").textContent = "There are no segments to show.";
    return;
  }
  listen();
  update();
}

start();
