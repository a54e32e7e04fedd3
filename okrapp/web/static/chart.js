// Replaces the picture of each chart by a chart that answers to the pointer.
//
// <figure data-chart="URL of its spec"><picture>…</picture></figure>
//   With data-chart-dark for dark paper, where that has an address of its own; else ?look= is added.
// <script src="…/chart.js" data-bundle="URL of Vega" defer></script>
//
// Without this script, or when anything in it fails, the picture stays.
"use strict";

(() => {
  const bundle = document.currentScript.dataset.bundle;
  const figures = document.querySelectorAll("figure[data-chart]");
  if (!bundle || figures.length === 0) return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  const loaded = new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = bundle;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`${bundle} was not loaded`));
    document.head.append(script);
  });
  loaded.catch(() => {}); // Each chart tells it for itself.

  // One tip for all charts: lines of plain text, the first of them a heading.
  const tip = document.createElement("div");
  tip.className = "chart-tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true"); // The figure's own table tells the same.

  function showTip(event, text) {
    tip.replaceChildren(
      ...text.split("\n").map((line) => {
        const row = document.createElement("div");
        row.textContent = line;
        return row;
      }),
    );
    tip.hidden = false;
    // Beside the pointer, and never outside of the window.
    const { width, height } = tip.getBoundingClientRect();
    const left = event.clientX + 14 + width > innerWidth ? event.clientX - 14 - width : event.clientX + 14;
    const top = Math.min(event.clientY + 14, innerHeight - height - 4);
    tip.style.left = `${Math.max(left, 4)}px`;
    tip.style.top = `${Math.max(top, 4)}px`;
  }

  function answer(_handler, event, _item, value) {
    if (typeof value === "string" && value) showTip(event, value);
    else tip.hidden = true;
  }

  async function specOf(figure) {
    const look = dark.matches ? "dark" : "light";
    const own = dark.matches && figure.dataset.chartDark;
    const url = new URL(own || figure.dataset.chart, document.baseURI);
    if (!own && !figure.dataset.chartDark) url.searchParams.set("look", look);
    const response = await fetch(url, { credentials: "same-origin" });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return response.json();
  }

  class Chart {
    constructor(figure) {
      this.figure = figure;
      this.view = null;
      this.place = document.createElement("div");
      this.place.className = "chart-live";
      this.place.setAttribute("role", "img");
      figure.prepend(this.place);
      new ResizeObserver(() => this.fit()).observe(figure);
    }

    async draw() {
      try {
        const spec = await specOf(this.figure);
        await loaded;
        // A picture that is hidden leaves its room to the chart; it comes back when that fails.
        this.figure.classList.add("live");
        const options = {
          mode: "vega-lite",
          renderer: "svg",
          ast: true, // The page's rules forbid to make code of texts, and so does this.
          actions: false,
          defaultStyle: false,
          tooltip: answer,
        };
        const drawn = await window.vegaEmbed(this.place, spec, options);
        this.view?.finalize();
        this.view = drawn.view;
        this.place.setAttribute("aria-label", spec.description);
        this.figure.dataset.drawn = dark.matches ? "dark" : "light";
      } catch (error) {
        this.figure.classList.remove("live");
        console.warn("the chart stays a picture:", error);
      }
    }

    fit() {
      const width = this.place.clientWidth;
      if (!this.view || width === 0 || width === this.width) return;
      this.width = width;
      this.view.signal("width", width).runAsync();
    }
  }

  document.body.append(tip);
  window.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
  const charts = Array.from(figures, (figure) => new Chart(figure));
  const drawAll = () => charts.forEach((chart) => chart.draw());
  dark.addEventListener("change", drawAll);
  drawAll();
})();
