// A metric along a swept number, by type of region: how regions fall silent, saturate or speed up as coupling grows.
import { el, num, card, choice } from "../dom.js";
import { chart, axis, extent, quantile } from "../chart.js";
import { groupColour, groupText, groupRank } from "../colours.js";
import { metricTable, unique, shortPoint } from "../metric_table.js";

const number = (text) => (text === undefined || text === "" || !/^[-+.\d]/.test(text) ? NaN : Number(text));
// Arms with a key that takes three numbers or more: [{ arm, key, rest(sweep) }].
function series(t) {
  const out = [];
  for (const arm of t.arms) {
    const sweeps = unique(t.cells.filter((c) => c.arm === arm).map((c) => c.sweep));
    for (const key of unique(sweeps.flatMap((s) => Object.keys(s)))) {
      const values = unique(sweeps.map((s) => number(s[key])).filter(Number.isFinite));
      if (values.length >= 3) out.push({ arm, key, points: values.length });
    }
  }
  return out;
}
const restOf = (sweep, key) => Object.entries(sweep).filter(([k]) => k !== key).map(([k, v]) => `${k} = ${v}`).join(", ");

export const sweeps = {
  id: "sweeps",
  needs: (data) => series(metricTable(data)).length > 0,
  draw(element, data) {
    element.classList.add("plain");
    const t = metricTable(data), list = series(t), host = el("div", { class: "cards" }), bar = el("div", { class: "level" });
    const score = (x) => (/coupling/.test(x.key) ? 1000 : 0) + x.points;  // a coupling first, and what has most points
    let at = list.reduce((best, x, i) => (score(x) > score(list[best]) ? i : best), 0);
    let metric = null;
    const metricsOf = ({ arm }) => unique(t.cells.filter((c) => c.arm === arm && c.mean !== null).map((c) => c.metric));
    const draw = () => {
      const { arm, key } = list[at], names = metricsOf(list[at]);
      if (!names.includes(metric)) metric = ["variance", "rate_hz", "mean"].find((m) => names.includes(m)) || names[0];
      bar.replaceChildren(list.length > 1 ? choice("arm", list.map((x, i) => [i, list.filter((y) => y.arm === x.arm).length > 1 ? `${x.arm} along ${x.key}` : x.arm]), at, (i) => { at = +i; draw(); }) : "",
        choice("metric", names, metric, (m) => { metric = m; draw(); }));
      host.replaceChildren();
      const rows = t.cells.filter((c) => c.arm === arm && c.metric === metric && Number.isFinite(number(c.sweep[key])));
      for (const rest of unique(rows.map((c) => restOf(c.sweep, key))).slice(0, 8))
        curves(host, t, arm, key, metric, rest, rows.filter((c) => restOf(c.sweep, key) === rest));
    };
    element.append(bar, host);
    draw();
  },
};

function curves(host, t, arm, key, metric, rest, rows) {
  const xs = unique(rows.map((c) => number(c.sweep[key]))).sort((a, b) => a - b), isLog = xs[0] > 0 && xs.at(-1) / xs[0] > 15;
  const groups = unique(rows.map((c) => c.group)), types = groups.filter((g) => t.groups.has(g)).sort((a, b) => groupRank(a) - groupRank(b));
  const shown = types.length ? types : groups.slice(0, 8);
  const body = card(host, shortPoint(rest) || arm, { file: `${metric} ${arm} ${rest}`, rows: () => [[key, "group", "n", "mean", "lower quartile", "median", "upper quartile"],
    ...rows.map((c) => [c.sweep[key], c.group, c.n, c.mean, quantile(c.values, 0.25), quantile(c.values, 0.5), quantile(c.values, 0.75)])] });
  const g = chart(body, { width: 540, height: 330, left: 56, right: 110, bottom: 36, label: `${metric} along ${key} by type of region` });
  const regional = t.regional.filter((r) => r.arm === arm && r.metric === metric && Number.isFinite(number(r.sweep[key])) && restOf(r.sweep, key) === rest).sort((a, b) => number(a.sweep[key]) - number(b.sweep[key]));
  const x = axis(xs[0], xs.at(-1), g.x0, g.x1, isLog);
  const y = axis(...extent([...rows.filter((c) => shown.includes(c.group)).flatMap((c) => [c.mean, quantile(c.values, 0.25), quantile(c.values, 0.75)]), ...regional.flatMap((r) => Array.from(r.values))]), g.y1, g.y0);
  g.xAxis(x, `${key.split(".").at(-1).replaceAll("_", " ")}${isLog ? " (log)" : ""}`, 5);
  g.yAxis(y, metric.replaceAll("_", " ") + (rows[0].unit ? ` (${rows[0].unit})` : ""));
  for (let k = 0; regional.length > 1 && k < t.labels.length; ++k)
    g.path(regional.map((r) => [x(number(r.sweep[key])), y(r.values[k])]), "var(--soft)", { "stroke-width": 0.6, "stroke-opacity": 0.35, "data-tip": t.labels[k] });
  const ends = [];
  for (const group of shown) {
    const mine = rows.filter((c) => c.group === group).sort((a, b) => number(a.sweep[key]) - number(b.sweep[key]));
    const colour = groupColour(group);
    g.band(mine.map((c) => [x(number(c.sweep[key])), y(quantile(c.values, 0.25)), y(quantile(c.values, 0.75))]), colour);
    const line = mine.map((c) => [x(number(c.sweep[key])), y(quantile(c.values, 0.5))]);
    g.path(line, colour, { "stroke-width": 2.2, "data-tip": groupText(group) });
    const last = line.filter((p) => Number.isFinite(p[1])).at(-1);
    if (last) ends.push({ y: last[1], text: group ? groupText(group) : "all", colour });
  }
  labelEnds(g, ends);
}

// Names at the ends of lines, pushed apart.
export function labelEnds(g, ends, x = g.x1 + 6) {
  ends.sort((a, b) => a.y - b.y);
  for (let i = 1; i < ends.length; ++i) ends[i].y = Math.max(ends[i].y, ends[i - 1].y + 12);
  const over = ends.length ? ends.at(-1).y - g.y1 : 0;
  if (over > 0) ends.at(-1).y -= over;
  for (let i = ends.length - 2; i >= 0; --i) ends[i].y = Math.min(ends[i].y, ends[i + 1].y - 12);
  for (const e of ends) g.text(x, e.y + 4, e.text, { fill: e.colour, "font-weight": 600 });
}
