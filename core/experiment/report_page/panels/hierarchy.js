// Bars of the types of regions, sorted as in the first drawing. Where an experiment has masses and spiking neurons, both
// levels stand one below the other, each with a metric of its own: whether they rank regions alike is seen at once.
import { el, num, card, choice } from "../dom.js";
import { chart, axis, extent } from "../chart.js";
import { groupColour, groupText, groupRank } from "../colours.js";
import { metricTable, unique, spikes, pointText } from "../metric_table.js";

const FIRST = 8;
const usable = (t) => t.cells.filter((c) => t.groups.has(c.group) && c.mean !== null);

export const hierarchy = {
  id: "hierarchy",
  needs(data) {
    const t = metricTable(data), cells = usable(t);
    return unique(cells.map((c) => c.group)).length > 1;
  },
  draw(element, data) {
    element.classList.add("plain");
    const t = metricTable(data), cells = usable(t), arms = unique(cells.map((c) => c.arm));
    const levels = [["Neural masses", arms.filter((a) => !spikes(t, a)), ["variance", "timescale_ms", "mean"]], ["Spiking neurons", arms.filter((a) => spikes(t, a)), ["rate_hz", "before.rate_hz", "pre_a.baseline_rate_hz", "mean"]]].filter((l) => l[1].length);
    // The order of the first level's first drawing holds for all.
    let order = null;
    for (const [title, mine, preferred] of levels) {
      const at = cells.filter((c) => mine.includes(c.arm)), names = unique(at.map((c) => c.metric));
      const host = el("div", { class: "cards small" });
      const draw = (metric) => {
        host.replaceChildren();
        const rows = at.filter((c) => c.metric === metric), facets = unique(rows.map((c) => pointText(c.arm, c.point)));
        const first = rows.filter((c) => pointText(c.arm, c.point) === facets[0]);
        if (!order) order = first.slice().sort((a, b) => b.mean - a.mean).map((c) => c.group);
        const one = (f) => bars(host, metric, f, rows.filter((c) => pointText(c.arm, c.point) === f), order);
        facets.slice(0, FIRST).forEach(one);
        if (facets.length > FIRST) {
          const more = el("button", { type: "button", onclick: () => { more.remove(); facets.slice(FIRST).forEach(one); } }, `show the other ${facets.length - FIRST}`);
          host.append(more);
        }
      };
      const start = preferred.find((p) => names.includes(p)) || names[0];
      element.append(el("div", { class: "level" }, levels.length > 1 ? el("h3", { class: "panel-title" }, title) : null, choice("metric", names, start, (m) => { if (levels.length === 1) order = null; draw(m); })), host);
      draw(start);
    }
  },
};

function bars(host, metric, facet, rows, order) {
  const sorted = rows.slice().sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group) || groupRank(a.group) - groupRank(b.group));
  const unit = rows[0].unit, row = 22, body = card(host, facet, { file: `${metric} ${facet}`, rows: () => [["group", "n", "mean", "values"], ...sorted.map((c) => [c.group, c.n, c.mean, c.values.join(" ")])] });
  const g = chart(body, { width: 330, height: sorted.length * row + 36, left: 104, right: 46, top: 2, bottom: 32, label: `${metric} by type of region, ${facet}` });
  const x = axis(...extent(sorted.flatMap((c) => [c.mean, ...c.values]), { zero: true }), g.x0, g.x1);
  g.xAxis(x, `${metric.replaceAll("_", " ")}${unit ? ` (${unit})` : ""}`, 3);
  sorted.forEach((c, i) => {
    const y = g.y0 + i * row, colour = groupColour(c.group), a = x(Math.min(0, c.mean)), b = x(Math.max(0, c.mean));
    g.text(98, y + 15, groupText(c.group), { "text-anchor": "end" });
    g.add("rect", { x: a, y: y + 3, width: Math.max(1, b - a), height: row - 6, rx: 2, fill: colour, "fill-opacity": 0.75, "data-tip": `${groupText(c.group)}: ${num(c.mean)} ${unit}, n = ${c.n}` });
    if (c.n > 1) c.values.forEach((v, k) => Number.isFinite(v) && g.add("circle", { cx: x(v), cy: y + row / 2 + ((k * 0.618) % 1 - 0.5) * 10, r: 1.8, fill: "var(--ink)", "fill-opacity": 0.55 }));
    g.text(Math.max(b, ...c.values.filter(Number.isFinite).map(x)) + 5, y + 15, num(c.mean), { fill: "var(--soft)", "font-size": 10 });
  });
}
