// Whether a brain still moves its body: torques of one run, and the measures of core.motor_death for every arm.
import { el, num, card } from "../dom.js";
import { chart, axis, extent, mean, s } from "../chart.js";
import { attach, timeAxis } from "../timeline.js";
import { armColour } from "../colours.js";
import { metricTable, unique, pointText } from "../metric_table.js";

const LIMIT_SD = 0.1, LIMIT_R2 = 0.05;  // of core.motor_death, unless a scenario says otherwise
const measure = (data, name) => metricTable(data).cells.filter((c) => c.metric.endsWith(name) && c.group.startsWith("action:") && c.mean !== null);

export const motor = {
  id: "motor",
  title: "Motor death",
  needs: (data) => measure(data, "sensorimotor_r2").length > 0,
  draw(element, data) {
    const shares = measure(data, "action_sd_share"), gains = measure(data, "sensorimotor_r2"), arms = metricTable(data).arms;
    const points = gains.map((r) => ({ arm: pointText(r.arm, r.point), action: r.group.slice(7), r2: r.mean, share: (shares.find((q) => q.arm === r.arm && q.point === r.point && q.group === r.group && q.metric.slice(0, -15) === r.metric.slice(0, -15)) || { mean: NaN }).mean, colour: armColour(arms.indexOf(r.arm)) }));
    const withShare = points.filter((p) => p.share > 0), dead = metricTable(data).cells.filter((c) => c.metric.endsWith("motor_death") && c.group === "" && c.mean !== null);
    if (withShare.length) {
      const body = card(element, "Still moving, and in answer to what is sensed?", { file: "motor death", note: "One dot for every joint and arm, mean over runs. A brain in the grey corner has stopped moving its body, however well that may stand.",
        rows: () => [["arm", "action", "sd as share of that before learning", "sensorimotor r2"], ...points.map((p) => [p.arm, p.action, p.share, p.r2])] });
      const g = chart(body, { width: 520, height: 320, left: 58, right: 14, bottom: 38, label: "spread of actions against sensorimotor R2" });
      const x = axis(Math.min(0.03, ...withShare.map((p) => p.share)) * 0.8, Math.max(2, ...withShare.map((p) => p.share)) * 1.2, g.x0, g.x1, true);
      const y = axis(...extent([0, 0.3, ...withShare.map((p) => p.r2)]), g.y1, g.y0);
      g.add("rect", { x: g.x0, y: y(LIMIT_R2), width: x(LIMIT_SD) - g.x0, height: g.y1 - y(LIMIT_R2), fill: "var(--null)", "fill-opacity": 0.45 });
      g.text(g.x0 + 6, g.y1 - 6, "motor death", { fill: "var(--soft)" });
      g.xAxis(x, "SD of the action as a share of that before learning (log)", 5);
      g.yAxis(y, "R² of action by observations");
      withShare.forEach((p) => g.add("circle", { cx: x(p.share), cy: y(p.r2), r: 5, fill: p.colour, "fill-opacity": 0.8, stroke: "var(--paper)", "data-tip": `${p.arm}, ${p.action}: SD share ${num(p.share)}, R² ${num(p.r2)}` }));
      body.append(el("p", { class: "legend" }, unique(withShare.map((p) => p.arm)).map((a) => el("span", {}, el("i", { style: `background:${withShare.find((p) => p.arm === a).colour}` }), a))));
    }
    const rows = unique(points.map((p) => p.arm));
    const body = card(element, "By arm", { file: "motor death by arm", rows: () => [["arm", "runs judged dead", "r2"], ...rows.map((a) => [a, mean(dead.filter((c) => pointText(c.arm, c.point) === a).map((c) => c.mean)), mean(points.filter((p) => p.arm === a).map((p) => p.r2))])] });
    body.append(el("table", {}, el("thead", {}, el("tr", {}, ["arm", "SD share", "R²", "dead"].map((h, i) => el("th", i ? { class: "n" } : {}, h)))), el("tbody", {}, rows.map((a) => {
      const mine = points.filter((p) => p.arm === a), d = dead.filter((c) => pointText(c.arm, c.point) === a);
      return el("tr", {}, el("td", {}, a), el("td", { class: "n" }, num(mean(mine.map((p) => p.share)))), el("td", { class: "n" }, num(mean(mine.map((p) => p.r2)))), el("td", { class: "n" }, d.length ? `${Math.round(100 * mean(d.map((c) => c.mean)))} % of ${d[0].n} runs` : "not determined"));
    }))));
  },
};

export const torque = {
  id: "torque",
  title: "Actions and reward",
  needs: (_, run) => !!run && (run.bodies || []).some((b) => (b.action && b.action.length > 1) || b.trials),
  draw(element, data, page) {
    const handles = page.run.bodies.filter((b) => b.action || b.trials).flatMap((b) => [b.action && b.action.length > 1 ? traces(element, b, page) : null, b.trials ? trials(element, b) : null]);
    const live = handles.filter(Boolean);
    return { cursor: () => live.forEach((h) => h.cursor()), window: () => live.forEach((h) => h.window()) };
  },
};

// Lines of all actions over time, broken between trials.
function traces(element, b, page) {
  const n = b.time_ms.length, width = b.action.shape[1], names = b.action_name;
  const body = card(element, `${b.name}: actions`, { wide: true, file: `actions ${b.name}`, note: n < b.rows ? `Whole trials, the first and the last: ${n} of ${b.rows} actions.` : null,
    rows: () => [["time_ms", "trial", ...names], ...Array.from(b.time_ms, (t, i) => [t, b.trial[i], ...b.action.subarray(i * width, (i + 1) * width)])] });
  const g = chart(body, { width: Math.max(520, Math.min(1120, body.clientWidth || 1080)), height: 60 + 46 * Math.min(width, 8), left: 110, right: 14, bottom: 34, label: `actions of ${b.name}: ${names.join(", ")}` });
  const rows = Math.min(width, 8), h = (g.y1 - g.y0) / rows, layer = g.add("g", {}), update = attach(page.timeline, g, s);
  for (let k = 0; k < rows; ++k) {
    g.text(104, g.y0 + (k + 0.5) * h + 4, names[k].replaceAll("_", " "), { "text-anchor": "end", fill: "var(--soft)" });
    g.line(g.x0, g.y0 + (k + 1) * h, g.x1, g.y0 + (k + 1) * h);
  }
  let ticks;
  const draw = () => {
    layer.replaceChildren();
    if (ticks) ticks.remove();
    const x = axis(page.timeline.from, page.timeline.to, g.x0, g.x1);
    ticks = timeAxis(g, page.timeline);
    for (let k = 0; k < rows; ++k) {
      const [low, high] = extent([b.action_low[k], b.action_high[k], ...(Number.isFinite(b.action_low[k]) ? [] : Array.from({ length: n }, (_, i) => b.action[i * width + k]))], { pad: 0.02 });
      const y = axis(low, high, g.y0 + (k + 1) * h - 3, g.y0 + k * h + 3), line = [];
      for (let i = 0; i < n; ++i) {
        if (i && b.trial[i] !== b.trial[i - 1]) line.push([NaN, NaN]);
        if (b.time_ms[i] >= page.timeline.from && b.time_ms[i] <= page.timeline.to) line.push([x(b.time_ms[i]), y(b.action[i * width + k])]);
      }
      layer.append(g.path(line, armColour(k), { "stroke-width": 1.2 }));
    }
    update();
  };
  draw();
  return { cursor: update, window: draw };
}

// Return, length and spread of actions from trial to trial.
function trials(element, b) {
  const n = b.trials.return.length;
  if (n < 2) return null;
  const panel = (title, list, names, label) => {
    const body = card(element, `${b.name}: ${title}`, { file: `${title} ${b.name}`, rows: () => [["trial", ...names], ...Array.from({ length: n }, (_, i) => [i + 1, ...list.map((v) => v[i])])] });
    const g = chart(body, { width: 520, height: 220, left: 56, right: 14, bottom: 34, label });
    const x = axis(1, n, g.x0, g.x1), y = axis(...extent(list.flatMap((v) => Array.from(v))), g.y1, g.y0), window = Math.max(1, Math.round(n / 40));
    g.xAxis(x, "trial");
    g.yAxis(y, title);
    list.forEach((v, k) => {
      if (n < 600) for (let i = 0; i < n; ++i) Number.isFinite(v[i]) && g.add("circle", { cx: x(i + 1), cy: y(v[i]), r: 1.6, fill: armColour(k), "fill-opacity": 0.35 });
      g.path(Array.from({ length: n }, (_, i) => [x(i + 1), y(mean(v.slice(Math.max(0, i - window), i + window + 1)))]), armColour(k), { "stroke-width": 2, "data-tip": names[k] });
    });
    if (names.length > 1) body.append(el("p", { class: "legend" }, names.map((name, k) => el("span", {}, el("i", { style: `background:${armColour(k)}` }), name.replaceAll("_", " ")))));
  };
  panel("return", [b.trials.return], ["return"], "return of every trial");
  panel("length", [b.trials.steps], ["actions"], "actions of every trial");
  if (b.action_sd) {
    const width = b.action_sd.shape[1], list = Array.from({ length: width }, (_, k) => Array.from({ length: n }, (_, i) => b.action_sd[i * width + k]));
    panel("spread of actions", list, b.action_name, "standard deviation of every action within every trial");
  }
  return null;
}
