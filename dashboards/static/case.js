// The case page's script: two sliders that step through the case's own days and positions, and tell what changed.
"use strict";
(() => {
  const by = (id, from = document) => from.getElementById(id);
  const NAMES = ["valid_at", "known_at"];
  const list = (name, what) => JSON.parse(by(`${name}_${what}`).textContent);
  const here = () => location.pathname + location.search;
  let asked = 0, soon = 0, shown = here();

  function address() {
    const given = new URLSearchParams();
    for (const [name, value] of new FormData(by("tider"))) if (value.trim()) given.append(name, value.trim());
    return `${location.pathname}?${given}`;
  }

  function moved(name) {
    const slider = by(`${name}_step`);
    const at = Number(slider.value);
    const last = name === "known_at" && at === Number(slider.max);
    by(name).value = last ? "" : list(name, "steps")[at];
    const text = list(name, "texts")[at];
    slider.setAttribute("aria-valuetext", text);
    by(`${name}_said`).textContent = text;
    clearTimeout(soon);
    soon = setTimeout(() => show(address(), { push: true }), 200);
  }

  async function show(where, { push = false } = {}) {
    const mine = ++asked;
    by("sag").setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(where, { headers: { Accept: "text/html" }, cache: "no-store" });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== asked) return;
      if (!by("sag", fresh)) { location.assign(where); return; }
      if (push) history.pushState(null, "", where);
      shown = here();
      document.title = fresh.title;
      for (const id of ["home", "ways", "language"]) by(id)?.replaceWith(document.adoptNode(by(id, fresh)));
      NAMES.forEach((name) => follow(name, fresh));
      const before = facts();
      swap(by("sag", fresh));
      tell(`${document.querySelector(".shown").textContent}. ${difference(before, facts())}`);
    } catch {
      if (mine !== asked) return;
      by("sag").removeAttribute("aria-busy");
      tell(by("told").dataset.silent);
    }
  }

  // The sliders stay, so that the one in hand keeps the focus; what they say comes from the fresh page.
  function follow(name, fresh) {
    const [slider, next] = [by(`${name}_step`), by(`${name}_step`, fresh)];
    for (const what of ["steps", "texts"]) by(`${name}_${what}`).textContent = by(`${name}_${what}`, fresh).textContent;
    slider.max = next.max;
    slider.value = next.getAttribute("value");
    slider.setAttribute("aria-valuetext", next.getAttribute("aria-valuetext"));
    by(`${name}_said`).textContent = by(`${name}_said`, fresh).textContent;
    by(name).value = by(name, fresh).value;
  }

  const facts = () => new Map([...document.querySelectorAll("[data-fact]")].map((one) => [
    one.dataset.fact, `${one.querySelector("dt").textContent}: ${one.querySelector("dd").textContent}`,
  ]));

  function difference(before, after) {
    const { changed, gone, same } = by("tider").dataset;
    const said = [...after].filter(([key, text]) => before.get(key) !== text).map(([, text]) => text);
    for (const [key, text] of before) if (!after.has(key)) said.push(`${gone} ${text}`);
    return said.length ? `${changed} ${said.join("; ")}.` : same;
  }

  function swap(next) {
    const old = by("sag");
    const charts = new Map([...old.querySelectorAll("[data-chart]")].map((one) => [one.dataset.chart, one]));
    const top = scrollY;
    old.replaceWith(document.adoptNode(next));
    for (const place of next.querySelectorAll("[data-chart]")) {
      const kept = charts.get(place.dataset.chart);
      if (kept) { charts.delete(place.dataset.chart); place.replaceWith(kept); }
    }
    for (const gone of charts.values()) window.Plotly?.purge(gone);
    scrollTo({ top, behavior: "instant" });
    dispatchEvent(new Event("redraw"));
  }

  let forgotten = 0;
  function tell(text) {
    by("told").textContent = text;
    clearTimeout(forgotten);
    forgotten = setTimeout(() => { by("told").textContent = ""; }, 10000);
  }

  addEventListener("DOMContentLoaded", () => {
    for (const name of NAMES) {
      const slider = by(`${name}_step`);
      slider.hidden = by(`${name}_said`).hidden = false;
      slider.addEventListener("input", () => moved(name));
      by(name).addEventListener("change", () => show(address(), { push: true }));
    }
    by("tider").addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(soon); location.assign(address()); });
    // A way to an event further down changes the address too, but nothing that is shown.
    addEventListener("popstate", () => { if (here() !== shown) show(location.href); });
  });
})();
