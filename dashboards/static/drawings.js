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

  const plain = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const line = (y, size, text, more = "") => `<text x="${EDGE}" y="${y}" font-size="${size}"${more}>${plain(text)}</text>`;

  // The chart in the light colours, whatever the screen has: it is for paper and for mail. Put together as text, since the policy
  // of the page would take the styles out of a document.
  async function picture(id) {
    const { charts, about } = JSON.parse(document.getElementById("charts").textContent);
    const { data, layout } = charts[id];
    const { title, lines } = about[id];
    const inside = { width: WIDTH - 2 * EDGE, height: layout.height ?? 420 };
    const drawn = await Plotly.toImage({ data, layout: { ...layout, ...inside } }, { format: "svg", imageDataOnly: true, ...inside });
    const top = EDGE + 30, below = top + inside.height + 12;
    const said = lines.flatMap(wrapped);
    const height = below + said.length * LINE + EDGE;
    const text = [
      `<svg xmlns="${SVG}" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${FONT}" fill="#1c2733">`,
      `<title>${plain(title)}</title><desc>${plain(lines.join("\n"))}</desc><rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
      line(EDGE + 14, 20, title, ' font-weight="700"'),
      drawn.slice(drawn.indexOf("<svg")).replace("<svg", `<svg x="${EDGE}" y="${top}"`),
      ...said.map((words, at) => line(below + (at + 1) * LINE, 13, words)),
      "</svg>",
    ].join("\n");
    return { text, width: WIDTH, height };
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
