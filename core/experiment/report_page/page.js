"use strict";
// Draws one report from the JSON beside it. No libraries, no network. Each panel stands alone: one that fails says so and
// leaves the others be.
const data = JSON.parse(document.getElementById("data").textContent);
const page = document.getElementById("page");
const OKABE_ITO = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a8a00", "#7f7f7f", "#9467bd", "#8c564b"];
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function el(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attributes)) k === "class" ? (e.className = v) : e.setAttribute(k, v);
  for (const c of children.flat()) if (c !== null && c !== undefined) e.append(c);
  return e;
}
function num(x) {
  if (x === null || x === undefined || Number.isNaN(x)) return "–";
  const a = Math.abs(x);
  if (a !== 0 && (a >= 1e5 || a < 1e-3)) return x.toExponential(2);
  return String(+x.toPrecision(4));
}
function panel(title, draw, note) {
  const section = el("section", {}, el("h2", {}, title), note ? el("p", { class: "soft" }, note) : null);
  page.append(section);
  try { draw(section); } catch (e) { section.append(el("p", { class: "loud" }, "This panel could not be drawn: " + e.message)); }
}
function canvas(parent, width, height, label) {
  const ratio = window.devicePixelRatio || 1;
  const c = el("canvas", { width: Math.round(width * ratio), height: Math.round(height * ratio), role: "img", "aria-label": label });
  c.style.width = width + "px"; c.style.height = height + "px";
  parent.append(c);
  const g = c.getContext("2d");
  g.scale(ratio, ratio);
  g.font = "12px system-ui, sans-serif"; g.fillStyle = css("--ink"); g.strokeStyle = css("--line");
  return g;
}
function bytes(base64) { const s = atob(base64), out = new Uint8Array(s.length); for (let i = 0; i < s.length; ++i) out[i] = s.charCodeAt(i); return out; }
// Viridis, sampled (van der Walt & Smith).
const VIRIDIS = [[68,1,84],[71,44,122],[59,81,139],[44,113,142],[33,144,141],[39,173,129],[92,200,99],[170,220,50],[253,231,37]];
function viridis(t) {
  const x = Math.max(0, Math.min(1, t)) * 8, i = Math.min(7, Math.floor(x)), f = x - i;
  return VIRIDIS[i].map((v, k) => Math.round(v + (VIRIDIS[i + 1][k] - v) * f));
}
function niceTicks(low, high, n = 5) {
  const raw = (high - low) / n || 1, mag = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 5, 10].map((m) => m * mag).find((s) => s >= raw);
  const out = [];
  for (let v = Math.ceil(low / step) * step; v <= high + 1e-9 * step; v += step) out.push(+v.toPrecision(12));
  return out;
}

// ---- head ------------------------------------------------------------------------------------------------------------
function head() {
  page.append(el("h1", {}, data.title || "Results"));
  if (data.question) page.append(el("p", {}, data.question));
  const p = data.provenance, v = p.versions || {};
  page.append(el("p", { class: "soft" }, `Encephagen ${v.encephagen} (${v.source}), ${data.n_runs} run${data.n_runs === 1 ? "" : "s"}` +
    (data.n_failed ? `, ${data.n_failed} failed` : "")));
  if (p.synthetic_fallback) page.append(el("p", { class: "loud" },
    "The dataset was not found. Everything below comes from a synthetic connectome and says nothing about real brains."));
  if (data.claims.length) page.append(el("div", { class: "badges" }, data.claims.map((c) =>
    el("span", { class: "badge " + c.verdict, title: c.text }, `${c.id}: ${c.verdict.replace("_", " ")}`))));
}

function claimCard(c) {
  const rows = [];
  const add = (k, v) => { if (v !== null && v !== undefined && v !== "") rows.push(el("dt", {}, k), el("dd", {}, v)); };
  add("answer", c.reason);
  add("test", c.method);
  for (const s of c.sides || []) add(s.name, `mean ${num(s.mean)}, SD ${num(s.sd)}, n = ${s.n ?? (s.values || []).length}` + (c.unit ? ` ${c.unit}s` : ""));
  for (const e of c.effects || []) add(e.name, num(e.value));
  if (c.interval && c.interval.low !== null && c.interval.low !== undefined) add("interval", `${num(c.interval.low)} to ${num(c.interval.high)}`);
  if (c.p !== null && c.p !== undefined) add("p", num(c.p) + (c.q !== null && c.q !== undefined ? `, corrected ${num(c.q)}` : ""));
  if (c.published) add("published", [c.published.verdict, c.published.value != null ? "value " + num(c.published.value) : null,
    c.published.p != null ? "p = " + num(c.published.p) : null, c.published.source].filter(Boolean).join("; "));
  if ((c.caveats || []).length) add("but", el("span", {}, c.caveats.map((t) => el("div", {}, t))));
  return el("div", { class: "card" }, el("h3", {}, el("span", { class: "badge " + c.verdict }, c.verdict.replace("_", " ")), ` ${c.id}. ${c.text}`), el("dl", {}, rows));
}

// Metrics by rungs; the colour is the explained fraction, white 0 to blue 1, and every number is written out.
function decompositionTable(d) {
  if (d.refusal) return el("p", { class: "loud" }, `${d.id}: not testable: ${d.refusal}`);
  const shade = (e) => { const t = Math.max(0, Math.min(1, e)), mix = (a, b) => Math.round(a + (b - a) * t);
    return `background: rgb(${mix(255, 8)} ${mix(255, 69)} ${mix(255, 148)}); color: ${t > 0.55 ? "#fff" : "#222"}`; };
  const cell = (r) => el("td", r.explained === null ? {} : { style: shade(r.explained),
    title: `E ${num(r.explained)} (${num(r.explained_low)} to ${num(r.explained_high)}), p ${num(r.p)}, q ${num(r.q)}, n ${r.n}` },
    `z ${r.z === null ? "–" : r.z.toFixed(1)}${r.significant ? "*" : ""}${r.explained === null ? "" : ", E " + r.explained.toFixed(2)}${r.reproduced ? " =" : ""}`);
  return el("div", {}, el("h3", {}, `${d.id}: ${d.text}`), el("table", {},
    el("tr", {}, ["metric", "real", ...d.ladder.map((r) => `${r.arm} (keeps ${r.keeps})`), "level"].map((t) => el("th", {}, t))),
    d.metrics.map((m) => el("tr", {}, el("td", {}, m.metric), el("td", {}, num(m.real)), m.rungs.map(cell), el("td", { title: m.reason }, m.level)))),
    (d.caveats || []).map((t) => el("p", { class: "soft" }, t)));
}

// Best (line) and mean (faint) of the candidates by generation, and what was found.
function searchCard(o) {
  const point = Object.entries(o.sweep).map(([k, v]) => `${k} = ${v}`).join(", ");
  const card = el("div", { class: "card" }, el("h3", {}, o.arm + (point ? ", " + point : "")),
    el("p", { class: "soft" }, `${o.goal} ${o.metric}: ${o.generations} generations of ${o.population} × ${o.replicates} runs` +
      (o.why_over === "generations" ? "" : `, ended by ${o.why_over}`) + `; the ${o.use === "best" ? "best candidate" : "mean of the distribution"} is used`));
  const all = [...(o.best || []), ...(o.mean || [])].filter((x) => x !== null);
  if (all.length) {
    const width = 470, height = 220, left = 64, bottom = 26, top = 12, n = o.best.length;
    let low = Math.min(...all), high = Math.max(...all);
    if (high === low) high = low + 1;
    const g = canvas(card, width, height, `${o.metric} by generation`);
    const y = (v) => top + (height - top - bottom) * (1 - (v - low) / (high - low)), x = (i) => left + (width - left - 12) * (n > 1 ? i / (n - 1) : 0.5);
    g.textAlign = "right"; g.textBaseline = "middle";
    for (const t of niceTicks(low, high)) { g.fillText(num(t), left - 8, y(t)); g.beginPath(); g.moveTo(left, y(t)); g.lineTo(width, y(t)); g.stroke(); }
    g.textAlign = "center"; g.fillText("generation 1", left + 30, height - 10); g.fillText(String(n), x(n - 1) - 6, height - 10);
    [[o.mean, 0.4], [o.best, 1]].forEach(([values, alpha]) => {
      g.strokeStyle = OKABE_ITO[0]; g.globalAlpha = alpha; g.lineWidth = 1.8; g.beginPath();
      let pen = false;
      values.forEach((v, i) => { if (v === null) { pen = false; return; } pen ? g.lineTo(x(i), y(v)) : g.moveTo(x(i), y(v)); pen = true; });
      g.stroke(); g.globalAlpha = 1;
    });
  }
  card.append(el("table", {}, el("tbody", {}, Object.entries(o.values).map(([k, v]) =>
    el("tr", {}, el("td", {}, k), el("td", {}, Array.isArray(v) ? v.slice(0, 12).map(num).join(", ") + (v.length > 12 ? ` … (${v.length})` : "") : num(v)))))));
  return card;
}

// ---- metrics ---------------------------------------------------------------------------------------------------------
function metricPanel(section) {
  const names = [...new Set(data.metrics.map((m) => m.metric))];
  const pick = el("select", { "aria-label": "metric" }, names.map((n) => el("option", { value: n }, n)));
  const host = el("div");
  section.append(pick, host);
  const draw = () => {
    host.replaceChildren();
    const rows = data.metrics.filter((m) => m.metric === pick.value);
    const points = [...new Set(rows.map((r) => r.point))];
    const groups = [...new Set(rows.map((r) => r.group))];
    const arms = [...new Set(rows.map((r) => r.arm))];
    const finite = rows.flatMap((r) => r.values).filter((x) => x !== null);
    if (!finite.length) { host.append(el("p", { class: "soft" }, "No run could determine this metric.")); return; }
    for (const point of points) {
      const at = rows.filter((r) => r.point === point);
      const here = arms.filter((a) => at.some((r) => r.arm === a));
      const cols = groups.filter((g) => at.some((r) => r.group === g));
      const width = Math.min(1140, 150 + cols.length * (26 + 22 * here.length)), height = 260, left = 64, bottom = 54, top = 24;
      const card = el("div", { class: "card" }, el("h3", {}, point ? point : pick.value));
      host.append(card);
      const g = canvas(card, width, height, `${pick.value} by group and arm`);
      const all = at.flatMap((r) => r.values).filter((x) => x !== null);
      let low = Math.min(0, ...all), high = Math.max(...all);
      if (high === low) high = low + 1;
      const y = (v) => top + (height - top - bottom) * (1 - (v - low) / (high - low));
      g.textAlign = "right"; g.textBaseline = "middle";
      for (const t of niceTicks(low, high)) { g.fillText(num(t), left - 8, y(t)); g.beginPath(); g.moveTo(left, y(t)); g.lineTo(width, y(t)); g.stroke(); }
      cols.forEach((group, c) => {
        const x0 = left + 10 + c * (26 + 22 * here.length);
        here.forEach((arm, a) => {
          const r = at.find((q) => q.arm === arm && q.group === group);
          if (!r || r.mean === null) return;
          const x = x0 + a * 22;
          g.fillStyle = OKABE_ITO[arms.indexOf(arm) % OKABE_ITO.length]; g.globalAlpha = 0.35;
          g.fillRect(x, Math.min(y(r.mean), y(0)), 16, Math.abs(y(r.mean) - y(0)));
          g.globalAlpha = 0.8;
          r.values.forEach((v, i) => { if (v !== null) { g.beginPath(); g.arc(x + 8 + ((i * 0.618) % 1 - 0.5) * 11, y(v), 1.8, 0, 7); g.fill(); } });
          g.globalAlpha = 1;
        });
        g.save(); g.translate(x0 + 11 * here.length, height - bottom + 8); g.rotate(-0.35); g.textAlign = "right"; g.fillStyle = css("--ink");
        g.fillText(group || "whole network", 0, 0); g.restore();
      });
      const legend = el("p", { class: "soft" });
      here.forEach((arm) => { const s = el("span", {}, "■ "); s.style.color = OKABE_ITO[arms.indexOf(arm) % OKABE_ITO.length]; legend.append(s, arm + "   "); });
      card.append(legend);
    }
  };
  pick.addEventListener("change", draw);
  draw();
}

// ---- activity of one run ---------------------------------------------------------------------------------------------
function heatmap(parent, m, width, height, colour, label, left) {
  const g = canvas(parent, width, height, label);
  const image = document.createElement("canvas");
  image.width = m.columns; image.height = m.rows;
  const ig = image.getContext("2d"), px = ig.createImageData(m.columns, m.rows);
  for (let i = 0; i < m.rows * m.columns; ++i) { const c = colour(m.values[i] / 255); px.data.set([c[0], c[1], c[2], 255], 4 * i); }
  ig.putImageData(px, 0, 0);
  g.imageSmoothingEnabled = false;
  g.drawImage(image, left, 0, width - left, height - 22);
  return g;
}
function groupBands(g, groups, order, height, left) {
  const n = order.length, h = (height - 22) / n, names = [...new Set(order.map((r) => groups[r]))];
  order.forEach((r, i) => { g.fillStyle = OKABE_ITO[names.indexOf(groups[r]) % OKABE_ITO.length]; g.fillRect(left - 8, i * h, 6, h + 0.5); });
  g.textAlign = "right"; g.textBaseline = "middle"; g.fillStyle = css("--ink");
  let start = 0, lastText = -20;
  for (let i = 1; i <= n; ++i) if (i === n || groups[order[i]] !== groups[order[start]]) {
    const y = ((start + i) / 2) * h;
    if (y - lastText > 12) { g.fillText(groups[order[start]] || "no group", left - 12, y); lastText = y; }
    start = i;
  }
}
function runPanel(section) {
  const pick = el("select", { "aria-label": "run" }, data.examples.map((e, i) => el("option", { value: i }, e.name)));
  const host = el("div", { class: "cards" });
  section.append(pick, host);
  const draw = () => {
    host.replaceChildren();
    const e = data.examples[pick.value];
    const n = e.labels.length, names = [...new Set(e.groups)];
    const order = [...Array(n).keys()].sort((a, b) => names.indexOf(e.groups[a]) - names.indexOf(e.groups[b]) || a - b);
    if (e.signal) {
      const card = el("div", { class: "card" }, el("h3", {}, `${e.signal.name}: ${num(e.signal.low)} (dark) to ${num(e.signal.high)} (bright)`));
      card.style.gridColumn = "1 / -1";
      host.append(card);
      const raw = bytes(e.signal.values), cols = e.signal.columns, values = new Uint8Array(n * cols);
      order.forEach((r, i) => values.set(raw.subarray(r * cols, (r + 1) * cols), i * cols));
      const w = 1080, h = Math.max(180, Math.min(420, 4 * n)) + 22, left = 120;
      const g = heatmap(card, { rows: n, columns: cols, values }, w, h, viridis, "activity of regions over time", left);
      groupBands(g, e.groups, order, h, left);
      g.textAlign = "center"; g.fillStyle = css("--ink");
      for (const t of niceTicks(e.signal.from_ms, e.signal.to_ms, 8)) {
        const x = left + (w - left) * (t - e.signal.from_ms) / (e.signal.to_ms - e.signal.from_ms);
        if (x < w - 20) g.fillText(num(t) + " ms", x, h - 8);
      }
    }
    for (const m of e.matrices) {
      const card = el("div", { class: "card" }, el("h3", {}, `${m.name}: ${num(m.low)} (dark) to ${num(m.high)} (bright)`));
      host.append(card);
      const raw = bytes(m.values), values = new Uint8Array(n * n);
      order.forEach((r, i) => order.forEach((c, k) => { values[i * n + k] = raw[r * n + c]; }));
      const g = heatmap(card, { rows: n, columns: n, values }, 470, 372, viridis, m.name, 120);
      groupBands(g, e.groups, order, 372, 120);
      g.textAlign = "left"; g.fillStyle = css("--soft");
      g.fillText("rows: targets, columns: sources, by group", 120, 364);
    }
  };
  pick.addEventListener("change", draw);
  draw();
}

function figureTable(section) {
  section.append(el("table", {}, el("thead", {}, el("tr", {}, ["figure", "expected", "tolerance", "found", "published", ""].map((h, i) => el("th", i > 0 && i < 5 ? { class: "n" } : {}, h)))),
    el("tbody", {}, data.figures.map((f) => el("tr", {}, el("td", {}, f.id), el("td", { class: "n" }, num(f.expected)), el("td", { class: "n" }, "±" + num(f.tolerance)),
      el("td", { class: "n" }, num(f.found)), el("td", { class: "n" }, num(f.published)), el("td", { class: f.status === "ok" ? "supported" : "refuted" }, f.text))))));
}

function provenance(section) {
  const p = data.provenance;
  section.append(el("h3", {}, "Run it again"), el("pre", {}, (p.command_line || []).join(" ")));
  const rows = [...Object.entries(p.versions || {}), ...(p.plugins || []).map((q) => [`${q.kind} ${q.name}`, `${q.version}, sha256 ${q.sha256.slice(0, 16)}…`]),
    ...(p.data || []).map((q) => [`data ${q.name}`, `sha256 ${q.sha256.slice(0, 16)}…`])];
  section.append(el("table", {}, el("tbody", {}, rows.map(([k, v]) => el("tr", {}, el("td", {}, k), el("td", {}, String(v)))))));
  section.append(el("details", {}, el("summary", {}, "Complete settings (resolved.toml)"), el("pre", {}, data.resolved)));
}

head();
if (data.decompositions.length) panel("What explains each metric", (s) => s.append(...data.decompositions.map(decompositionTable)),
  "Null models that keep more and more of the real graph. z: distance of the real graph from them; E: share of its distance from random graphs that they explain; * significant after correction, = reproduced.");
if (data.claims.length) panel("Questions and answers", (s) => s.append(el("div", { class: "cards" }, data.claims.map(claimCard))));
if ((data.optimizations || []).length) panel("What was optimized", (s) => s.append(el("div", { class: "cards" }, data.optimizations.map(searchCard))),
  "Before an arm's runs, on runs with seeds of their own. Line: the best candidate of each generation; faint: their mean.");
if (data.figures.length) panel("Expected figures", figureTable);
if (data.metrics.length) panel("Metrics", metricPanel, "Bars are means over runs, dots are single runs.");
if (data.examples.length) panel("Activity", runPanel, "The first run of each arm and sweep point.");
if (data.warnings.length) panel("Warnings", (s) => s.append(el("details", data.warnings.length > 3 ? {} : { open: "" },
  el("summary", {}, `${data.warnings.length} of the runs' warnings, each once`), el("ul", {}, data.warnings.map((w) => el("li", {}, w))))));
panel("Provenance", provenance);
document.documentElement.dataset.drawn = "yes";
