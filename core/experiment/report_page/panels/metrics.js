// Any metric by group and arm.
import { el, num, card, choice } from "../dom.js";
import { chart, axis, extent } from "../chart.js";
import { armColour, groupText } from "../colours.js";
import { metricTable, unique, shortPoint } from "../metric_table.js";

export const metrics = {
  id: "metrics",
  needs: (data) => metricTable(data).cells.length > 0,
  draw(element, data) {
    element.classList.add("plain");
    const t = metricTable(data), names = unique(t.cells.map((c) => c.metric)), host = el("div", { class: "cards full" });
    const draw = (metric) => {
      host.replaceChildren();
      const rows = t.cells.filter((c) => c.metric === metric);
      if (!rows.some((c) => c.mean !== null)) { host.append(el("p", { class: "soft" }, "No run could determine this metric.")); return; }
      unique(rows.map((c) => c.point)).slice(0, 12).forEach((point) => facet(host, t, metric, point, rows.filter((c) => c.point === point && c.mean !== null)));
    };
    element.append(choice("metric", names, names[0], draw), host);
    draw(names[0]);
  },
};

function facet(host, t, metric, point, rows) {
  if (!rows.length) return;
  const arms = unique(rows.map((c) => c.arm)), groups = unique(rows.map((c) => c.group)).slice(0, 60), bar = arms.length > 6 ? 12 : 18, gap = 16, unit = rows[0].unit;
  const body = card(host, shortPoint(point) || metric, { wide: true, file: `${metric} ${point}`, rows: () => [["arm", "group", "n", "mean", "values"], ...rows.map((c) => [c.arm, c.group, c.n, c.mean, c.values.join(" ")])] });
  body.classList.add("scroll");
  const width = Math.max(360, 80 + groups.length * (gap + bar * arms.length)), g = chart(body, { width, height: 290, left: 62, right: 12, bottom: 74, label: `${metric} by group and arm ${point}` });
  const y = axis(...extent(rows.flatMap((c) => [c.mean, ...c.values]), { zero: true }), g.y1, g.y0);
  g.yAxis(y, metric.replaceAll("_", " ") + (unit ? ` (${unit})` : ""));
  groups.forEach((group, k) => {
    const x0 = g.x0 + gap / 2 + k * (gap + bar * arms.length);
    arms.forEach((arm, a) => {
      const c = rows.find((r) => r.arm === arm && r.group === group), x = x0 + a * bar;
      if (!c) return;
      const colour = armColour(t.arms.indexOf(arm));
      g.add("rect", { x: x + 1, y: Math.min(y(c.mean), y(0)), width: bar - 2, height: Math.max(1, Math.abs(y(c.mean) - y(0))), fill: colour, "fill-opacity": 0.45, "data-tip": `${arm}, ${groupText(group) || "whole network"}: ${num(c.mean)} ${unit}, n = ${c.n}` });
      c.values.forEach((v, i) => Number.isFinite(v) && g.add("circle", { cx: x + bar / 2 + ((i * 0.618) % 1 - 0.5) * (bar - 6), cy: y(v), r: 1.7, fill: colour }));
    });
    const x = x0 + bar * arms.length / 2, name = group ? groupText(group) : "all";
    g.text(x, g.y1 + 12, name.length > 20 ? name.slice(0, 19) + "…" : name, { "text-anchor": "end", transform: `rotate(-30 ${x.toFixed(1)} ${g.y1 + 12})` });
  });
  if (arms.length > 1 || t.arms.length > 1) body.append(el("p", { class: "legend" }, arms.map((a) => el("span", {}, el("i", { style: `background:${armColour(t.arms.indexOf(a))}` }), a))));
}
