// Learning curves of arms beside their controls, and what changed from phase to phase.
import { el, num, card, choice } from "../dom.js";
import { chart, axis, extent, quantile, mean } from "../chart.js";
import { armColour, DASHES } from "../colours.js";
import { metricTable, unique, pointText, phaseOf } from "../metric_table.js";
import { labelEnds } from "./sweeps.js";

// { title: [{ arm, x: [], values: [replicates at every x] }] }
function curvesOf(data) {
  const out = {};
  for (const c of data.curves || []) {
    const title = `${c.name.replaceAll("_", " ")} · ${c.analyzer}`, arm = pointText(c.arm, c.point);
    const list = (out[title] ||= []);
    let one = list.find((o) => o.arm === arm && o.values.length === c.values.length);
    if (!one) list.push(one = { arm, x: Array.from(c.values, (_, i) => (i + 0.5) * c.episodes / c.values.length), values: Array.from(c.values, () => []), n: 0 });
    c.values.forEach((v, i) => one.values[i].push(v));
    one.n++;
  }
  // Windows of trials and episodes in metrics.csv are there even where recordings are not kept.
  for (const c of metricTable(data).cells) {
    const m = /^(?:trials (\d+)-(\d+)|episode (\d+))$/.exec(c.group);
    if (!m) continue;
    const list = (out[c.metric.replaceAll("_", " ")] ||= []), arm = pointText(c.arm, c.point);
    let one = list.find((o) => o.arm === arm);
    if (!one) list.push(one = { arm, x: [], values: [], n: c.n });
    one.x.push(m[3] ? +m[3] : (+m[1] + +m[2]) / 2);
    one.values.push(c.values);
  }
  for (const title of Object.keys(out)) if (out[title].every((o) => o.x.length < 2)) delete out[title];
  return out;
}

export const learning = {
  id: "learning",
  title: "Learning curves",
  needs: (data) => Object.keys(curvesOf(data)).length > 0,
  draw(element, data) {
    element.classList.add("plain");
    const all = curvesOf(data), names = Object.keys(all), host = el("div", { class: "cards full" });
    const arms = metricTable(data).arms;
    const draw = (name) => {
      host.replaceChildren();
      const list = all[name].slice(0, 14);
      const body = card(host, name, { wide: true, file: `learning ${name}`, note: "Median over runs, with the quartiles as a band; long curves as running means over a twentieth of their length.",
        rows: () => [["arm", "episode", "n", "lower quartile", "median", "upper quartile"], ...list.flatMap((o) => o.x.map((x, i) => [o.arm, x, o.values[i].length, quantile(o.values[i], 0.25), quantile(o.values[i], 0.5), quantile(o.values[i], 0.75)]))] });
      const g = chart(body, { width: Math.max(520, Math.min(1080, body.clientWidth || 1080)), height: 330, left: 58, right: 190, bottom: 36, label: `${name} by episode` });
      const x = axis(0, Math.max(...list.flatMap((o) => o.x)), g.x0, g.x1);
      const y = axis(...extent(list.flatMap((o) => o.values.flatMap((v) => [quantile(v, 0.25), quantile(v, 0.75)]))), g.y1, g.y0);
      g.xAxis(x, "episode or trial");
      g.yAxis(y, name.split(" · ")[0]);
      const ends = [];
      list.forEach((o, k) => {
        const at = arms.findIndex((a) => o.arm === a || o.arm.startsWith(a + ",")), colour = armColour(at < 0 ? k : at);
        g.band(o.x.map((v, i) => [x(v), y(quantile(o.values[i], 0.25)), y(quantile(o.values[i], 0.75))]), colour);
        const raw = o.x.map((v, i) => [x(v), y(quantile(o.values[i], 0.5))]), k2 = Math.round(raw.length / 40);
        // Long curves as running means, what they are means of behind them.
        if (k2) g.path(raw, colour, { "stroke-width": 1, "stroke-opacity": 0.25 });
        const line = raw.map(([at], i) => [at, k2 ? mean(raw.slice(Math.max(0, i - k2), i + k2 + 1).map((p) => p[1])) : raw[i][1]]);
        g.path(line, colour, { "stroke-width": 2, "stroke-dasharray": DASHES[k % DASHES.length], "data-tip": `${o.arm}, ${o.n} runs` });
        const last = line.filter((p) => Number.isFinite(p[1])).at(-1);
        if (last) ends.push({ y: last[1], text: o.arm.length > 28 ? o.arm.slice(0, 27) + "…" : o.arm, colour });
      });
      labelEnds(g, ends);
    };
    if (names.length > 1) element.append(choice("curve", names, names[0], draw));
    element.append(host);
    draw(names[0]);
  },
};

// { "body_survival": { phases: [before, learn, after], cells } } of metrics that several phases have.
function stemsOf(data) {
  const out = {};
  for (const c of metricTable(data).cells) {
    const p = phaseOf(c.metric);
    if (!p || c.mean === null) continue;
    const key = p[1] + (c.group ? ` [${c.group}]` : "");
    if (/^(trials|episode) |^reason:/.test(c.group)) continue;
    const stem = (out[key] ||= { phases: [], cells: [] });
    if (!stem.phases.includes(p[0])) stem.phases.push(p[0]);
    stem.cells.push({ ...c, phase: p[0] });
  }
  const rank = (p) => ["warm_up", "before", "pre", "learn", "train", "after", "post", "late", "test"].findIndex((k) => p.startsWith(k));
  for (const [key, stem] of Object.entries(out)) { stem.phases.sort((a, b) => rank(a) - rank(b)); if (stem.phases.length < 2) delete out[key]; }
  return out;
}

export const phases = {
  id: "phases",
  title: "From phase to phase",
  needs: (data) => Object.keys(stemsOf(data)).length > 0,
  draw(element, data) {
    element.classList.add("plain");
    const stems = stemsOf(data), names = Object.keys(stems), arms = metricTable(data).arms, host = el("div", { class: "cards full" });
    const draw = (name) => {
      host.replaceChildren();
      const { phases: steps, cells } = stems[name], here = unique(cells.map((c) => pointText(c.arm, c.point))).slice(0, 14);
      const body = card(host, name, { wide: true, file: `phases ${name}`, note: "Means over runs joined by a line; dots are single runs.", rows: () => [["arm", "phase", "n", "mean", "values"], ...cells.map((c) => [pointText(c.arm, c.point), c.phase, c.n, c.mean, c.values.join(" ")])] });
      const width = Math.max(520, Math.min(1080, body.clientWidth || 1080)), g = chart(body, { width, height: 300, left: 58, right: 190, bottom: 28, label: `${name} by phase and arm` });
      const y = axis(...extent(cells.flatMap((c) => [c.mean, ...c.values])), g.y1, g.y0), step = (g.x1 - g.x0) / steps.length;
      g.yAxis(y, name.replaceAll("_", " ") + (cells[0].unit ? ` (${cells[0].unit})` : ""));
      steps.forEach((p, i) => g.text(g.x0 + step * (i + 0.5), g.y1 + 18, p.replaceAll("_", " "), { "text-anchor": "middle", "font-weight": 600 }));
      const ends = [];
      here.forEach((arm, k) => {
        const at = arms.findIndex((a) => arm === a || arm.startsWith(a + ",")), colour = armColour(at < 0 ? k : at), shift = (k - (here.length - 1) / 2) * Math.min(16, step * 0.6 / here.length), line = [];
        steps.forEach((p, i) => {
          const c = cells.find((q) => q.phase === p && pointText(q.arm, q.point) === arm), x = g.x0 + step * (i + 0.5) + shift;
          if (!c) return;
          c.values.forEach((v) => Number.isFinite(v) && g.add("circle", { cx: x, cy: y(v), r: 2, fill: colour, "fill-opacity": 0.4 }));
          g.add("circle", { cx: x, cy: y(c.mean), r: 4.5, fill: colour, "data-tip": `${arm}, ${p}: ${num(c.mean)}, n = ${c.n}` });
          line.push([x, y(c.mean)]);
        });
        g.path(line, colour, { "stroke-dasharray": DASHES[k % DASHES.length] });
        if (line.length) ends.push({ y: line.at(-1)[1], text: arm.length > 28 ? arm.slice(0, 27) + "…" : arm, colour });
      });
      labelEnds(g, ends);
    };
    const start = ["body_survival", "body_return", "response_hz", "response_hz (a)", "response_hz (t)", "rate_hz"].find((n) => names.includes(n)) || names[0];
    element.append(choice("metric", names, start, draw), host);
    draw(start);
  },
};
