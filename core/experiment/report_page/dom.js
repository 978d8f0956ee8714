// Elements, numbers as text, cards with downloads.

export function el(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attributes)) {
    if (v === null || v === undefined || v === false) continue;
    if (k === "class") e.className = v;
    else if (k === "style") e.style.cssText = v;
    else if (k.startsWith("on")) e.addEventListener(k.slice(2), v);
    else e.setAttribute(k, v);
  }
  for (const c of children.flat(9)) if (c !== null && c !== undefined && c !== false) e.append(c);
  return e;
}

export function num(x, digits = 3) {
  if (x === null || x === undefined || Number.isNaN(x)) return "–";
  if (x === 0) return "0";
  const a = Math.abs(x);
  if (a >= 1e5 || a < 1e-3) {
    const [m, e] = x.toExponential(digits - 1).split("e");
    return `${+m}·10${[...String(+e)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c])).join("")}`;
  }
  return String(+x.toPrecision(digits)).replace("-", "−");
}

// p as journals print it.
export const pText = (p) => (p === null || p === undefined ? "–" : p < 0.001 ? num(p, 2) : String(+p.toPrecision(2)));
export const plural = (n, one, many = one + "s") => `${n} ${n === 1 ? one : many}`;
export const cssVar = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function choice(label, options, value, onChange) {
  const select = el("select", { onchange: () => onChange(select.value) }, options.map((o) => {
    const [v, text] = Array.isArray(o) ? o : [o, o];
    return el("option", { value: v, selected: String(v) === String(value) }, text);
  }));
  return el("label", { class: "choice" }, el("span", {}, label), select);
}

// ---- downloads -------------------------------------------------------------------------------------------------------

export function save(name, content, type) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

export function csvOf(rows) {
  const field = (v) => {
    const text = v === null || v === undefined || (typeof v === "number" && Number.isNaN(v)) ? "" : String(v);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((r) => Array.from(r, field).join(",") + "\n").join("");
}

// The drawing as a file that stands alone: colours of the light theme, a white ground, a font.
export function svgText(svg) {
  const copy = svg.cloneNode(true);
  const root = document.documentElement, theme = root.dataset.theme;
  root.dataset.theme = "light";
  const resolved = (text) => text.replace(/var\((--[a-z0-9-]+)\)/g, (_, name) => cssVar(name));
  for (const node of [copy, ...copy.querySelectorAll("*")]) {
    for (const a of ["fill", "stroke", "style"]) if (node.hasAttribute(a)) node.setAttribute(a, resolved(node.getAttribute(a)));
    node.removeAttribute("data-tip");
    node.removeAttribute("tabindex");
  }
  if (theme === undefined) delete root.dataset.theme; else root.dataset.theme = theme;
  const [, , w, h] = copy.getAttribute("viewBox").split(" ");
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", w);
  copy.setAttribute("height", h);
  copy.setAttribute("font-family", "system-ui, Helvetica, Arial, sans-serif");
  copy.setAttribute("style", "background:#fff");
  return new XMLSerializer().serializeToString(copy);
}

async function pngOf(figure) {
  const canvas = figure.querySelector("canvas");
  if (canvas) return new Promise((done) => canvas.toBlob(done));
  const svg = figure.querySelector("svg"), image = new Image(), scale = 2;
  const [, , w, h] = svg.getAttribute("viewBox").split(" ").map(Number);
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svgText(svg));
  await image.decode();
  const out = document.createElement("canvas");
  out.width = w * scale, out.height = h * scale;
  const g = out.getContext("2d");
  g.fillStyle = "#fff", g.fillRect(0, 0, out.width, out.height);
  g.drawImage(image, 0, 0, out.width, out.height);
  return new Promise((done) => out.toBlob(done));
}

// A figure with title and downloads. `rows` returns its numbers for a csv. Returns the element to draw into.
export function card(parent, title, { wide = false, note = null, rows = null, file = title } = {}) {
  const name = file.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "figure";
  const body = el("div", { class: "body" });
  const figure = el("figure", { class: wide ? "card wide" : "card" });
  const button = (label, what, action) => el("button", { type: "button", "aria-label": `${what}: ${title}`, onclick: action }, label);
  const tools = el("span", { class: "tools" },
    button("svg", "Download as SVG", () => save(`${name}.svg`, svgText(body.querySelector("svg")), "image/svg+xml")),
    button("png", "Download as PNG", async () => save(`${name}.png`, await pngOf(body))),
    rows && button("csv", "Download the numbers as CSV", () => save(`${name}.csv`, csvOf(rows()), "text/csv")));
  figure.append(el("figcaption", {}, el("h3", {}, title), tools), note ? el("p", { class: "soft note" }, note) : "", body);
  parent.append(figure);
  // What is no drawing cannot be saved as one; known once it is drawn.
  queueMicrotask(() => {
    if (!body.querySelector("svg")) tools.children[0].remove();
    if (!body.querySelector("svg, canvas")) tools.children[0].remove();
  });
  return body;
}

// ---- hints under the pointer or the focus: [data-tip] -----------------------------------------------------------------

export function enableTips() {
  const tip = el("div", { class: "tip", role: "status", hidden: "" });
  document.body.append(tip);
  const show = (target, x, y) => {
    const text = target && target.closest && target.closest("[data-tip]");
    tip.hidden = !text;
    if (!text) return;
    tip.textContent = text.getAttribute("data-tip");
    tip.style.left = Math.min(x + 14, innerWidth - tip.offsetWidth - 8) + "px";
    tip.style.top = (y + 18 + tip.offsetHeight > innerHeight ? y - tip.offsetHeight - 10 : y + 18) + "px";
  };
  document.addEventListener("pointermove", (e) => show(e.target, e.clientX, e.clientY));
  document.addEventListener("focusin", (e) => { const r = e.target.getBoundingClientRect(); show(e.target, r.left + r.width / 2, r.top + r.height / 2); });
  document.addEventListener("focusout", () => { tip.hidden = true; });
  document.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
}
