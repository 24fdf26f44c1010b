// --------------------------------------------------------------------------------------- lists.js
// Lists: the nearest segments, the table, near duplicates, failures.

const CARDS = 12;
const CARDS_OF_KIND = 6; // where several kinds are shown
const ROWS_OF_PAGE = 50;
const PAIRS_OF_PAGE = 10;

let tablePage = 0;
let pairsPage = 0;

const pagesOf = (count, size) => Math.max(1, Math.ceil(count / size));

/** Buttons for the pages of a list; none when there is one page. */
function renderPager(name, page, count, size, noun, goTo) {
  const pages = pagesOf(count, size);
  const pager = byId(`${name}-pager`);
  pager.hidden = pages === 1;
  const button = (text, to) =>
    element(
      "button",
      { type: "button", disabled: to < 0 || to >= pages, onclick: () => goToAndFocus(to, text) },
      text,
    );
  const goToAndFocus = (to, text) => {
    goTo(to);
    // The button was recreated; the keyboard focus stays on it.
    const again = [...pager.querySelectorAll("button")].find((one) => one.textContent === text);
    (again && !again.disabled ? again : pager.querySelector("button:enabled"))?.focus({
      preventScroll: true,
    });
  };
  const last = Math.min(count, (page + 1) * size);
  pager.replaceChildren(
    button("Back", page - 1),
    element("span", {}, `${grouped(page * size + 1)}–${grouped(last)} of ${counted(count, noun)}`),
    button("Next", page + 1),
  );
}

/** A picture of a segment, or a patch with its colour. */
function face(row) {
  const picture = pictureOf(row);
  if (picture) return element("img", { src: picture.src, alt: "" });
  const patch = element("span", { class: "patch", "aria-hidden": "true" }, kindOf(row));
  patch.style.background = colourOf(row);
  patch.style.color = colours.onRamp[colourNumber(row)];
  return patch;
}

function bar(row) {
  const filled = element("span", {});
  filled.style.width = `${Math.round(level(row) * 100)}%`;
  filled.style.background = colourOf(row);
  return element("span", { class: "bar", "aria-hidden": "true" }, filled);
}

function renderCards() {
  const groups = nearestByKind();
  const most = groups.length > 1 ? CARDS_OF_KIND : CARDS;
  byId("cards").replaceChildren(
    ...groups.flatMap(({ kind, nearest }) => [
      element("h3", { hidden: groups.length === 1 }, kind),
      element("ol", { class: "cards" }, ...nearest.slice(0, most).map(card)),
    ]),
  );
  if (!groups.length) {
    const why = ranked.length ? "There is no other item." : "No segment matches the filters.";
    byId("cards").append(element("p", { class: "empty" }, why));
  }
}

function card(row) {
  return element(
    "li",
    {},
    element(
      "button",
      {
        type: "button",
        class: "card",
        onclick: () => ask({ row }),
        title: "Find similar segments",
      },
      face(row),
      element("span", { class: "card-name" }, named(itemOf(row))),
      element("span", { class: "card-part" }, partOf(row)),
      element("span", { class: "card-score" }, bar(row), shown(scores[row])),
    ),
  );
}

/** The time of a segment, as a link to play it where its file is at hand. */
function timeElement(row) {
  const href = playLink(row);
  if (!href) return timeOf(row) || "–";
  const label = `Play ${itemOf(row).label} ${timeOf(row)}`;
  return element("a", { href, target: "_blank", "aria-label": label }, timeOf(row));
}

function renderTable() {
  if (!byId("table-details").open) return; // drawn when it is opened
  tablePage = Math.min(tablePage, pagesOf(ranked.length, ROWS_OF_PAGE) - 1);
  const some = ranked.slice(tablePage * ROWS_OF_PAGE, (tablePage + 1) * ROWS_OF_PAGE);
  byId("table").replaceChildren(
    ...some.map((row) =>
      element(
        "tr",
        { class: row === state.query.row ? "chosen" : "" },
        element("td", { class: "number" }, shown(scores[row])),
        element("th", { scope: "row" }, named(itemOf(row))),
        element("td", {}, itemOf(row).type.replace("_", " and ")),
        element("td", {}, timeElement(row)),
        element("td", {}, optionOf(row) || "–"),
        element("td", {}, scopeOf(row) || "–"),
        element(
          "td",
          {},
          element(
            "button",
            {
              type: "button",
              onclick: () => ask({ row }),
              "aria-label": `More like this: ${itemOf(row).label} ${partOf(row)}`,
            },
            "More like this",
          ),
        ),
      ),
    ),
  );
  renderPager("table", tablePage, ranked.length, ROWS_OF_PAGE, "segment", (page) => {
    tablePage = page;
    renderTable();
  });
}

// -------------------------------------------------------------------------------- near duplicates

function renderPairs() {
  const least = data.minScore.toFixed(2);
  byId("duplicates-count").textContent = data.pairs.length;
  byId("duplicates-hint").textContent = data.pairs.length
    ? `Items with segments of the same type, option and scope with a cosine similarity of at least ${least}. ` +
      "Pairs with the larger similar part come first."
    : `No two items have segments with a cosine similarity of at least ${least}.`;
  const first = pairsPage * PAIRS_OF_PAGE;
  byId("pairs").start = first + 1;
  byId("pairs").replaceChildren(...data.pairs.slice(first, first + PAIRS_OF_PAGE).map(pairElement));
  renderPager("pairs", pairsPage, data.pairs.length, PAIRS_OF_PAGE, "pair", (page) => {
    pairsPage = page;
    renderPairs();
    byId("duplicates").scrollIntoView();
  });
}

function pairElement([first, second, score, similar, of]) {
  const side = (row) =>
    element(
      "button",
      {
        type: "button",
        class: "side",
        onclick: () => ask({ row }),
        title: "Find similar segments",
      },
      face(row),
      element("span", {}, named(itemOf(row)), element("span", { class: "card-part" }, partOf(row))),
    );
  const part = of > 1 ? ` ${similar} of ${counted(of, "segment")} similar` : "";
  return element(
    "li",
    { class: "pair" },
    side(first),
    element("p", { class: "verdict" }, element("strong", {}, score.toFixed(3)), part),
    side(second),
  );
}

// ---------------------------------------------------------------------------------------- failures

function renderFailures() {
  const count = data.failures.reduce((sum, group) => sum + group.count, 0);
  byId("failures-count").textContent = grouped(count);
  const groups = data.failures.map((group) =>
    element(
      "details",
      { class: "failure" },
      element(
        "summary",
        {},
        element("code", {}, visible(group.code)),
        ` ${counted(group.count, "item")}`,
      ),
      commonMessages(group),
      failureTable(group),
    ),
  );
  byId("failure-groups").replaceChildren(
    ...(count ? groups : [element("p", { class: "hint" }, "Nothing failed.")]),
  );
  if (groups.length === 1) groups[0].open = true;
}

/** The messages and how often they occur; none where the table says as much. */
function commonMessages(group) {
  const isAllInTable = group.items.length === group.count;
  if (isAllInTable && group.messages.every(([, times]) => times === 1)) return null;
  return element(
    "ul",
    { class: "messages" },
    ...group.messages.map(([message, times]) =>
      element("li", {}, visible(message), times > 1 ? ` (${counted(times, "time")})` : ""),
    ),
  );
}

function failureTable(group) {
  const left = group.count - group.items.length;
  const caption = left
    ? `The first ${counted(group.items.length, "item")}`
    : counted(group.count, "item");
  return element(
    "div",
    {
      class: "scroll",
      role: "region",
      tabindex: 0,
      "aria-label": `Items that failed with ${visible(group.code)}`,
    },
    element(
      "table",
      {},
      element("caption", {}, caption),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ...["Item", "Message", "Requests", "When"].map((name) =>
            element("th", { scope: "col", class: name === "Requests" ? "number" : "" }, name),
          ),
        ),
      ),
      element(
        "tbody",
        {},
        ...group.items.map(([id, message, attempts, failedAt]) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, element("bdi", { class: "id" }, ...breakable(visible(id)))),
            element("td", {}, visible(message)),
            element("td", { class: "number" }, attempts),
            element("td", {}, new Date(failedAt).toLocaleString("en-GB")),
          ),
        ),
      ),
    ),
  );
}
