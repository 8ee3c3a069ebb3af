// A chart as a picture to take away: what is drawn, its title above, and below it all that must stand with it.
"use strict";
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const WIDTH = 1200, EDGE = 24, LINE = 18, LETTERS = 165;
  const FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', sans-serif";

  function wrapped(text) {
    const lines = [""];
    for (const word of text.split(/\s+/)) {
      if (lines.at(-1).length + word.length >= LETTERS) lines.push("");
      lines[lines.length - 1] += (lines.at(-1) && " ") + word;
    }
    return lines;
  }

  function made(name, attributes, text) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  }

  // The chart in the light colours, whatever the screen has: it is for paper and for mail.
  async function picture(id) {
    const { charts, about } = JSON.parse(document.getElementById("charts").textContent);
    const { data, layout } = charts[id];
    const { title, lines } = about[id];
    const inside = { width: WIDTH - 2 * EDGE, height: layout.height ?? 420 };
    const drawn = await Plotly.toImage({ data, layout: { ...layout, ...inside } }, { format: "svg", imageDataOnly: true, ...inside });
    const said = lines.flatMap(wrapped);
    const height = EDGE + 30 + inside.height + 12 + said.length * LINE + EDGE;
    const whole = made("svg", { xmlns: SVG, width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}`, "font-family": FONT, fill: "#1c2733" });
    whole.append(made("title", {}, title), made("desc", {}, lines.join("\n")), made("rect", { width: WIDTH, height, fill: "#ffffff" }));
    whole.append(made("text", { x: EDGE, y: EDGE + 14, "font-size": 20, "font-weight": 700 }, title));
    const inner = document.importNode(new DOMParser().parseFromString(drawn, "image/svg+xml").documentElement, true);
    inner.setAttribute("x", EDGE);
    inner.setAttribute("y", EDGE + 30);
    whole.append(inner);
    said.forEach((line, at) => {
      whole.append(made("text", { x: EDGE, y: EDGE + 30 + inside.height + 12 + (at + 1) * LINE, "font-size": 13 }, line));
    });
    return { text: new XMLSerializer().serializeToString(whole), width: WIDTH, height };
  }

  async function bitmap({ text, width, height }) {
    const image = new Image();
    const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    try {
      image.src = address;
      await image.decode();
    } finally {
      URL.revokeObjectURL(address);
    }
    const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }

  async function take(id, form) {
    const drawn = await picture(id);
    const blob = form === "svg" ? new Blob([drawn.text], { type: "image/svg+xml" }) : await bitmap(drawn);
    const { position } = document.getElementById("view").dataset;
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `${id}_position-${position}.${form}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draw]");
    if (button && window.Plotly) take(button.dataset.draw, button.dataset.form);
  });
})();
