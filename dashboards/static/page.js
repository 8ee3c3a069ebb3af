// The page's one script: colours, charts, both times applied at once, and new events shown as they come.
"use strict";
(() => {
  const root = document.documentElement;
  const by = (id) => document.getElementById(id);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("theme") || ""; } catch { return ""; } };
  const paint = (theme) => { if (theme) root.dataset.theme = theme; else delete root.dataset.theme; };
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  paint(stored());

  function themes() {
    const select = by("theme");
    select.value = stored();
    select.closest(".switch").hidden = false;
    select.addEventListener("change", () => {
      try { localStorage.setItem("theme", select.value); } catch { /* the choice then lasts as long as the page */ }
      paint(select.value);
      draw();
    });
    dark.addEventListener("change", () => draw());
  }

  // Charts: drawn from the JSON in the page, in the colours of the mode; for paper in the light ones.
  function draw({ paper = false } = {}) {
    const data = by("charts");
    if (!data || !window.Plotly) return;
    const { dark: instead } = JSON.parse(data.textContent);
    const colours = isDark() && !paper ? (_, value) => (Object.hasOwn(instead, value) ? instead[value] : value) : undefined;
    const { charts } = JSON.parse(data.textContent, colours);
    for (const offer of document.querySelectorAll(".drawing")) offer.hidden = false;
    for (const place of document.querySelectorAll("[data-chart]")) {
      const chart = charts[place.dataset.chart];
      if (!chart || place.closest("details:not([open])")) continue;
      place.hidden = false;
      if (paper) fit(chart, place.classList.contains("spark") ? SPARK : WIDE);
      else if (place.clientWidth < NARROW) narrow(chart);
      Plotly.react(place, chart.data, chart.layout, { displayModeBar: false, responsive: !paper, doubleClick: false });
    }
  }

  // On paper a chart is as wide as the page, and lower than on the screen where it is of the usual height.
  const WIDE = 680, SPARK = 150, USUAL = 460, LOWER = 320, MANY = 9;
  function fit({ data, layout }, width) {
    if (data.some((trace) => trace.orientation === "v" && trace.x?.length > MANY)) layout.xaxis.tickangle = -45;
    if (layout.height > LOWER && layout.height <= USUAL) layout.height = LOWER;
    Object.assign(layout, { width, autosize: false, font: { ...layout.font, size: 10 } });
  }

  // On a phone numbers on standing bars would lie over each other: the table has them.
  const NARROW = 480;
  function narrow({ data, layout }) {
    layout.legend = { font: { size: 11 } };
    for (const trace of data) if (trace.type === "bar" && trace.orientation === "v") trace.textposition = "none";
  }

  // Both times: the address says them, the form shows them.
  const form = () => document.querySelector("form.times");
  function address() {
    const given = new URLSearchParams();
    for (const [name, value] of new FormData(form())) if (value.trim()) given.append(name === "known_day" ? "known_at" : name, value.trim());
    return `${location.pathname}?${given}`;
  }
  function fill(from) {
    for (const field of form().querySelectorAll("input, select")) {
      const fresh = field.id && from.getElementById(field.id);
      if (!fresh) continue;
      if (field.type === "checkbox") field.checked = fresh.checked;
      else field.value = fresh.value;
    }
  }

  let asked = 0;
  let said = {}; // what the page tells, in its language
  async function show(where, { push = false, form: refill = true, quiet = false } = {}) {
    const mine = ++asked;
    const view = by("view");
    if (!quiet) view.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(where, { headers: { Accept: "text/html" }, cache: "no-store" });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== asked) return;
      if (answer.status === 401 && !quiet) return location.assign(where); // the session has ended: that page says what to do
      if (!fresh.getElementById("view")) throw new Error(answer.statusText);
      if (push) history.pushState(null, "", where);
      if (refill) fill(fresh);
      document.title = fresh.title;
      for (const id of ["home", "ways", "beside", "language", "caution"]) by(id)?.replaceWith(document.adoptNode(fresh.getElementById(id)));
      swap(fresh);
      if (quiet) tell(`${said.fresh} ${by("view").dataset.known}.`);
      else tell(`${said.shown} ${document.querySelector(".shown")?.textContent ?? said.none}`);
    } catch {
      if (mine !== asked) return;
      view.removeAttribute("aria-busy");
      tell(said.silent);
    }
  }

  // The view is swapped whole; charts that stay are kept and moved along, so that they neither blink nor lose the place.
  function swap(fresh) {
    const [old, next] = [by("view"), fresh.getElementById("view")];
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    const along = new Map([...old.querySelectorAll(".scroll")].map((one) => [one.id, one.scrollLeft]));
    const open = [...old.querySelectorAll("details[open][id]")].map((one) => one.id);
    const top = scrollY;
    const charts = new Map([...old.querySelectorAll("[data-chart]")].map((one) => [one.dataset.chart, one]));
    old.replaceWith(document.adoptNode(next));
    for (const place of next.querySelectorAll("[data-chart]")) {
      const kept = charts.get(place.dataset.chart);
      if (!kept) continue;
      charts.delete(place.dataset.chart);
      kept.setAttribute("aria-label", place.getAttribute("aria-label"));
      place.replaceWith(kept);
    }
    for (const gone of charts.values()) window.Plotly?.purge(gone);
    for (const id of open) if (by(id)) by(id).open = true;
    for (const [id, left] of along) if (by(id)) by(id).scrollLeft = left;
    if (focused) by(focused)?.focus({ preventScroll: true });
    scrollTo({ top, behavior: "instant" });
    load().then(() => draw());
  }

  // An empty register's page has no charts yet, and so has not fetched what draws them.
  function load() {
    if (window.Plotly || !by("charts")) return Promise.resolve();
    return new Promise((done) => {
      const script = document.createElement("script");
      script.src = document.body.dataset.plotly;
      script.onload = done;
      document.head.append(script);
    });
  }

  let forgotten = 0;
  function tell(text) {
    by("told").textContent = text;
    clearTimeout(forgotten);
    forgotten = setTimeout(() => { by("told").textContent = ""; }, 10000);
  }

  function times() {
    let soon = 0;
    const apply = () => { if (form().checkValidity()) show(address(), { push: true, form: false }); };
    form().addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(soon); apply(); });
    form().addEventListener("change", (event) => {
      const other = { known_day: "known_position", known_position: "known_day" }[event.target.id];
      if (other && event.target.value) by(other).value = "";
      clearTimeout(soon);
      soon = setTimeout(apply, 300);
    });
    document.addEventListener("click", (event) => {
      const link = event.target.closest(".shortcuts a, .reset");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      show(link.href, { push: true });
    });
    addEventListener("popstate", () => show(location.href));
  }

  // New events: where the page is to show what is known now, it fetches itself.
  function follow(pause = 3000) {
    const stream = new EventSource(`/api/changes?after=${by("view").dataset.position}`);
    let soon = 0;
    stream.addEventListener("rows", (event) => {
      const moved = JSON.parse(event.data);
      if (!moved.restored && moved.position <= Number(by("view").dataset.position)) return;
      clearTimeout(soon);
      soon = setTimeout(() => {
        if (by("view").dataset.now === "ja") show(location.href, { form: false, quiet: true });
        else tell(said.more);
      }, 100);
    });
    // A browser opens a stream that is cut again by itself, but not one that was refused (503: too many, or put back from a backup).
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED) setTimeout(() => follow(Math.min(2 * pause, 60000)), pause);
    });
    addEventListener("pagehide", () => stream.close());
  }

  // A day can be written in several ways; where the browser has a calendar, it is offered beside the field.
  function calendars() {
    for (const button of document.querySelectorAll("button[data-day]")) {
      const [field, picker] = [by(button.dataset.day), document.createElement("input")];
      if (!picker.showPicker) return;
      Object.assign(picker, { type: "date", className: "unseen", tabIndex: -1, min: "1900-01-01", max: "2199-12-31" });
      picker.setAttribute("aria-hidden", "true");
      button.before(picker);
      button.hidden = false;
      button.addEventListener("click", () => picker.showPicker());
      picker.addEventListener("change", () => { field.value = picker.value.split("-").reverse().join("-"); field.focus(); });
    }
  }

  addEventListener("DOMContentLoaded", () => {
    said = by("told").dataset;
    themes();
    calendars();
    draw();
    addEventListener("redraw", () => draw());
    addEventListener("beforeprint", () => draw({ paper: true }));
    addEventListener("afterprint", () => draw());
    addEventListener("toggle", (event) => { if (event.target.querySelector("[data-chart]")) draw(); }, true);
    if (!by("view")) return;
    times();
    follow();
  });
})();
