// Null distributions as small multiples: the nulls as a histogram, the real graph as a line, p and q.
import { el, num, pText, card } from "../dom.js";
import { chart, axis, extent } from "../chart.js";

const isNumber = (x) => typeof x === "number" && Number.isFinite(x);
const isRank = (c) => c.test && c.test.kind === "rank" && (c.sides || []).length === 2 && isNumber(c.sides[0].mean) && (c.sides[1].values || []).filter(isNumber).length > 1;
const all = (claims) => (claims || []).flatMap((c) => [...(isRank(c) ? [c] : []), ...all(c.members)]);
const FIRST = 24;

export const nulls = {
  id: "nulls",
  needs: (data) => all(data.claims).length > 0,
  draw(element, data) {
    const claims = all(data.claims), host = el("div", { class: "cards small" });
    element.classList.add("plain");
    element.append(host);
    const draw = (list) => list.forEach((c) => panel(host, c));
    draw(claims.slice(0, FIRST));
    if (claims.length > FIRST) {
      const more = el("button", { type: "button", onclick: () => { more.remove(); draw(claims.slice(FIRST)); } }, `show the other ${claims.length - FIRST}`);
      element.append(more);
    }
  },
};

function panel(host, c) {
  const real = c.sides[0].mean, values = c.sides[1].values.filter(isNumber);
  const body = card(host, c.id, { file: `nulls ${c.id}`, rows: () => [["graph", "value"], ["real", real], ...values.map((v) => ["null", v])] });
  const g = chart(body, { width: 250, height: 160, left: 8, right: 8, top: 40, bottom: 24, label: `${c.id}: ${values.length} nulls, real ${num(real)}, p ${pText(c.p)}` });
  const [low, high] = extent([real, ...values]), x = axis(low, high, g.x0, g.x1);
  const n = Math.max(8, Math.min(30, Math.round(Math.sqrt(values.length) * 1.6))), bins = new Array(n).fill(0);
  for (const v of values) bins[Math.min(n - 1, Math.floor((v - low) / (high - low) * n))]++;
  const most = Math.max(...bins), w = (g.x1 - g.x0) / n;
  bins.forEach((k, i) => k && g.add("rect", { x: g.x0 + i * w, y: g.y1 - (g.y1 - g.y0) * k / most, width: w - 0.8, height: (g.y1 - g.y0) * k / most, fill: "var(--null)", "data-tip": `${k} of ${values.length} nulls` }));
  g.xAxis(x, null, 3);
  const at = x(real), end = at > 190 ? "end" : at < 60 ? "start" : "middle";
  g.line(at, g.y0 - 6, at, g.y1, "var(--real)", { "stroke-width": 2.5 });
  g.text(at, g.y0 - 10, `real ${num(real)}`, { "text-anchor": end, fill: "var(--real)", "font-weight": 600 });
  g.text(g.x0, 10, `p ${pText(c.p)}${isNumber(c.q) ? `, q ${pText(c.q)}` : ""}, ${values.length} nulls`, { fill: "var(--soft)" });
}
