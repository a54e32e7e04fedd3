// What pages can do besides, where scripts are on. Every page works without.
"use strict";

// All workspaces: sorted and chosen at once where all of them are on the page. Every order and choice was made
// by the server; here rows are only moved and hidden.
(() => {
  const table = document.querySelector("table.fleet[data-whole]");
  if (!table) return;
  const body = table.tBodies[0];
  const heads = [...table.querySelectorAll("thead a[data-column]")];
  const field = document.querySelector("#q");
  const links = [...document.querySelectorAll("a[data-filter]")];
  const shown = document.querySelector(".shown");
  const none = document.querySelector(".none");
  const whole = { ł: "l", ø: "o", đ: "d", ß: "ss" };
  const plain = (text) =>
    text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[łøđß]/g, (letter) => whole[letter]);
  const rows = [...body.rows].map((row) => {
    const link = row.cells[0].querySelector("a");
    const id = /(?:^|\/)w\/([^/?]+)/.exec(link.getAttribute("href"));
    return {
      row,
      name: plain(`${link.textContent}\n${id ? id[1] : ""}`),
      places: row.dataset.places.split(" ").map(Number),
      filters: row.dataset.filters.split(" "),
    };
  });
  const asked = new URLSearchParams(location.search);
  const state = { sort: asked.get("sort") || "worst", filter: asked.get("filter") || "all", q: asked.get("q") || "" };

  const sort = () => {
    const down = state.sort.startsWith("-");
    const column = state.sort.replace("-", "");
    const place = heads.findIndex((head) => head.dataset.column === column);
    if (place < 0) return;
    rows.sort((one, other) => (down ? -1 : 1) * (one.places[place] - other.places[place]));
    body.append(...rows.map(({ row }) => row));
    for (const head of heads) {
      if (head.dataset.column !== column) head.parentNode.removeAttribute("aria-sort");
      else head.parentNode.setAttribute("aria-sort", down ? "descending" : "ascending");
    }
  };
  const choose = () => {
    const wanted = plain(state.q.trim());
    let count = 0;
    for (const { row, name, filters } of rows) {
      row.hidden = !(filters.includes(state.filter) && name.includes(wanted));
      if (!row.hidden) count += 1;
    }
    none.hidden = count > 0;
    const told = shown.dataset.told.replace("#", count.toLocaleString(document.documentElement.lang));
    if (shown.textContent !== told) shown.textContent = told;
    for (const link of links.filter((each) => each.closest(".choice"))) {
      if (link.dataset.filter === state.filter) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  const keep = () => {
    const usual = { sort: "worst", filter: "all", q: "" };
    const query = new URLSearchParams(Object.entries(state).filter(([key, value]) => value !== usual[key]));
    const there = `${location.pathname}${query.size ? `?${query}` : ""}`;
    // A page that was opened from a file has no address to change.
    if (location.protocol !== "file:") history.replaceState(null, "", there);
  };

  for (const head of heads) {
    head.addEventListener("click", (event) => {
      event.preventDefault();
      const column = head.dataset.column;
      state.sort = state.sort === column ? `-${column}` : column;
      sort();
      keep();
    });
  }
  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      state.filter = link.dataset.filter;
      if (state.filter === "all") state.q = field.value = "";
      choose();
      keep();
      if (!link.closest(".choice")) table.scrollIntoView({ block: "nearest" });
    });
  }
  field.addEventListener("input", () => {
    state.q = field.value;
    choose();
    keep();
  });
  field.form.addEventListener("submit", (event) => event.preventDefault());
  document.querySelector(".fleet-head").hidden = false;
  field.value = state.q;
  sort();
  choose();
})();
// As known at: the list of instants becomes a slider, which shows each instant and goes there.
for (const form of document.querySelectorAll("form[data-slider]")) {
  const list = form.querySelector("select");
  const last = list.options.length - 1;
  const slider = Object.assign(document.createElement("input"), {
    type: "range", min: 0, max: last, value: list.selectedIndex, id: list.id,
  });
  const shown = Object.assign(document.createElement("output"), { htmlFor: list.id });
  const tell = () => {
    const text = list.options[slider.value].text;
    shown.value = text;
    slider.setAttribute("aria-valuetext", text);
  };
  const go = () => {
    const address = new URL(form.action);
    for (const field of form.querySelectorAll("input[type=hidden]")) address.searchParams.set(field.name, field.value);
    // The last instant is now: it stays now when the next night has come.
    if (Number(slider.value) < last) address.searchParams.set(list.name, list.options[slider.value].value);
    window.location.assign(address);
  };
  let waiting;
  slider.addEventListener("input", tell);
  slider.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(go, 500);
  });
  tell();
  list.hidden = true;
  list.removeAttribute("id");
  form.querySelector("button").hidden = true;
  list.before(slider, shown);
  // Whoever moved it by keyboard goes on from where they were.
  // After the load, for going to a place on the page takes the focus away.
  if (window.location.hash === "#known") window.addEventListener("load", () => slider.focus());
}
