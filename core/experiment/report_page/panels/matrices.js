// Structure and function side by side, regions of one type together, and one against the other.
import { el, num, card } from "../dom.js";
import { chart, axis, extent, picture, quantile } from "../chart.js";
import { byGroup, groupColour, groupText, viridis, rdbu, cssColour } from "../colours.js";

const ofKind = (run, kind) => (run ? (run.matrices || []).filter((m) => m.kind === kind) : []);

export const matrices = {
  id: "matrices",
  title: "Structural and functional connectivity",
  needs: (_, run) => !!run && (run.matrices || []).length > 0,
  draw(element, data, page) { for (const kind of ["structure", "function", "lengths"]) for (const m of ofKind(page.run, kind)) one(element, page.run, m); },
};

function one(element, run, m) {
  const n = run.labels.length, { order, bands } = byGroup(run.groups), isFunction = m.kind === "function";
  let [low, high] = extent(m.values, { pad: 0 });
  // The diagonal is 1 and tells nothing; a few outliers must not take all the colour.
  if (isFunction) high = quantile(off(m.values, n).map(Math.abs), 0.995) || 1e-9, low = -high;
  const body = card(element, m.name, { file: `matrix ${m.name}`, note: isFunction ? "Blue: negative, red: positive; the diagonal is left out." : "Rows: targets, columns: sources.", rows: () => [["", ...run.labels], ...run.labels.map((l, i) => [l, ...m.values.subarray(i * n, (i + 1) * n)])] });
  const size = 330, g = chart(body, { width: 516, height: size + 52, left: 104, right: 516 - 104 - size, top: 12, bottom: 40, label: `${m.name}, ${n} by ${n} regions, by type` });
  const at = axis(0, n, 0, size);
  let last = -20;
  for (const b of bands) {
    const a = at(b.from), z = at(b.to);
    g.add("rect", { x: g.x0 - 7, y: g.y0 + a, width: 5, height: Math.max(1, z - a - 0.5), fill: groupColour(b.name) });
    g.add("rect", { x: g.x0 + a, y: g.y0 - 7, width: Math.max(1, z - a - 0.5), height: 5, fill: groupColour(b.name), "data-tip": groupText(b.name) });
    if ((a + z) / 2 - last >= 11) g.text(g.x0 - 11, g.y0 + (a + z) / 2 + 4, groupText(b.name), { "text-anchor": "end" }), last = (a + z) / 2;
  }
  const colour = (v) => (isFunction ? rdbu((v - low) / (high - low)) : viridis((v - low) / (high - low || 1)));
  const { image } = picture(g, g.x0, g.y0, size, size, n, n, (pixels) => order.forEach((r, i) => order.forEach((c, k) => {
    const v = m.values[r * n + c];
    if (v === v && !(isFunction && r === c)) pixels.set([...colour(v), 255], 4 * (i * n + k));
  })));
  image.addEventListener("pointermove", (e) => {
    const box = image.getBoundingClientRect(), k = Math.floor((e.clientX - box.left) / box.width * n), i = Math.floor((e.clientY - box.top) / box.height * n);
    if (i >= 0 && i < n && k >= 0 && k < n) image.setAttribute("data-tip", `${run.labels[order[k]]} → ${run.labels[order[i]]}: ${num(m.values[order[i] * n + order[k]])}`);
  });
  for (let i = 0; i < 40; ++i) g.add("rect", { x: g.x1 + 14, y: g.y1 - (i + 1) * size / 80, width: 10, height: size / 80 + 0.5, fill: cssColour(colour(low + (high - low) * i / 39)) });
  g.text(g.x1 + 28, g.y1 + 1, num(low), { fill: "var(--soft)" });
  g.text(g.x1 + 28, g.y1 - size / 2 + 8, num(high), { fill: "var(--soft)" });
}
const off = (values, n) => Array.from(values).filter((v, i) => i % (n + 1) !== 0 && Number.isFinite(v));

export const scatter = {
  id: "scatter",
  title: "Structure against function",
  needs: (_, run) => ofKind(run, "structure").length > 0 && ofKind(run, "function").length > 0,
  draw(element, data, page) {
    const run = page.run, n = run.labels.length, weights = ofKind(run, "structure")[0].values;
    for (const f of ofKind(run, "function")) {
      const pairs = [];
      for (let i = 0; i < n; ++i) for (let k = i + 1; k < n; ++k) pairs.push([(weights[i * n + k] + weights[k * n + i]) / 2, f.values[i * n + k], i, k]);
      const good = pairs.filter((p) => Number.isFinite(p[0]) && Number.isFinite(p[1])), tied = good.filter((p) => p[0] > 0);
      const r = pearson(good.map((p) => p[0]), good.map((p) => p[1]));
      const body = card(element, `r = ${num(r)} over ${good.length} pairs`, { file: `structure function ${f.name}`, note: `Mean weight of both directions against ${f.name}; ${good.length - tied.length} pairs without a tract stand at 0.`,
        rows: () => [["region", "region", "weight", "function"], ...good.map(([w, v, i, k]) => [run.labels[i], run.labels[k], w, v])] });
      const g = chart(body, { width: 520, height: 330, left: 56, right: 14, bottom: 36, label: `structural weight against ${f.name}, r = ${num(r)}` });
      const x = axis(...extent(good.map((p) => p[0])), g.x0, g.x1), y = axis(...extent(good.map((p) => p[1])), g.y1, g.y0);
      g.xAxis(x, "weight");
      g.yAxis(y, f.name.split(": ").at(-1));
      const w = Math.round(g.x1 - g.x0), h = Math.round(g.y1 - g.y0);
      picture(g, g.x0, g.y0, w, h, 2 * w, 2 * h, (pixels) => {
        for (const [a, b, i, k] of good) {
          const hex = run.groups[i] === run.groups[k] ? groupColour(run.groups[i]) : "#8a8f98", c = [1, 3, 5].map((q) => parseInt(hex.slice(q, q + 2), 16));
          const px = Math.round(2 * (x(a) - g.x0 + ((i * 31 + k * 17) % 11 - 5) * 0.5)), py = Math.round(2 * (y(b) - g.y0));
          for (let dx = -2; dx <= 2; ++dx) for (let dy = -2; dy <= 2; ++dy)
            if (dx * dx + dy * dy < 6 && px + dx >= 0 && px + dx < 2 * w && py + dy >= 0 && py + dy < 2 * h) pixels.set([...c, 170], 4 * ((py + dy) * 2 * w + px + dx));
        }
      }, true);
      body.append(el("p", { class: "soft" }, "Pairs within one type of region have its colour, others are grey."));
    }
  },
};
function pearson(a, b) {
  const n = a.length, ma = a.reduce((p, q) => p + q, 0) / n, mb = b.reduce((p, q) => p + q, 0) / n;
  let ab = 0, aa = 0, bb = 0;
  for (let i = 0; i < n; ++i) ab += (a[i] - ma) * (b[i] - mb), aa += (a[i] - ma) ** 2, bb += (b[i] - mb) ** 2;
  return ab / Math.sqrt(aa * bb);
}
