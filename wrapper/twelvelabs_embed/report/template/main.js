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
}

function saySummary() {
  const best = ranked.find((row) => row !== state.query.row);
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
  const facts = [
    data.model,
    data.allItems > items.length
      ? `${grouped(items.length)} of ${counted(data.allItems, "item")}`
      : counted(items.length, "item"),
    data.allRows > rows.count
      ? `${grouped(rows.count)} of ${counted(data.allRows, "segment")}`
      : counted(rows.count, "segment"),
    new Date(data.madeAt).toLocaleDateString("en-GB", {
      day: "numeric",
      month: "long",
      year: "numeric",
    }),
  ];
  byId("facts").textContent = facts.filter(Boolean).join(" · ");
  const notes = [...data.notes];
  if (data.allItems > items.length)
    notes.unshift("Not everything is shown: this is a random sample of whole items.");
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
