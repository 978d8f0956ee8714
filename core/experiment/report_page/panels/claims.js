// A question-and-answer box for every claim: verdict, effect with its interval, data, n, p, q. All verdicts look alike.
import { el, num, pText } from "../dom.js";
import { chart, axis, extent, mean } from "../chart.js";
import { badge } from "../header.js";

export const claims = {
  id: "claims",
  needs: (data) => (data.claims || []).length > 0,
  draw(element, data) { data.claims.forEach((c, i) => element.append(box(c, i))); },
};

const isNumber = (x) => typeof x === "number" && Number.isFinite(x);

function box(c, i) {
  const effect = (c.effects || [])[0], interval = c.interval || {};
  const out = el("article", { class: `card claim ${c.verdict}`, id: `claim-${i}`, tabindex: "-1" },
    el("p", { class: "claim-head" }, badge(c.verdict), el("span", { class: "soft" }, c.id)), el("h3", {}, c.text), el("p", { class: "answer" }, c.reason));
  if (effect && isNumber(effect.value))
    out.append(el("p", { class: "effect" }, el("b", {}, num(effect.value)), ` ${effect.name}`,
      isNumber(interval.low) ? el("span", { class: "soft" }, `  ${Math.round(interval.level * 100)} % interval ${num(interval.low)} to ${num(interval.high)}`) : null));
  drawEffect(out, c, effect, interval);
  drawSides(out, c);
  const rows = [];
  const add = (name, value) => value && rows.push(el("dt", {}, name), el("dd", {}, value));
  const sides = (c.sides || []).filter((s) => s.n !== undefined);
  add("n", sides.map((s) => `${s.n} ${s.name}`).join(", ") + (c.unit && sides.length ? ` (${c.unit}s)` : ""));
  if (isNumber(c.p)) add("p", pText(c.p) + (c.p === c.p_floor ? " (the smallest this design can give)" : "") + (isNumber(c.q) ? `, q ${pText(c.q)} in a family of ${c.family_size}` : ""));
  add("also", (c.effects || []).slice(1).filter((e) => isNumber(e.value)).map((e) => `${e.name} ${num(e.value)}`).join(", "));
  const was = c.published;
  if (was) add("published", [was.verdict, isNumber(was.value) ? num(was.value) : null, isNumber(was.p) ? `p = ${pText(was.p)}` : null, was.source].filter(Boolean).join("; "));
  out.append(el("dl", {}, rows));
  if ((c.caveats || []).length) out.append(el("ul", { class: "caveats" }, c.caveats.map((t) => el("li", {}, t))));
  const more = [c.method ? el("p", {}, `Test: ${c.method}`) : null, c.metric ? el("p", {}, "Metric: ", el("code", {}, c.metric)) : null,
    interval.method ? el("p", {}, `Interval: ${interval.method}`) : null, Object.keys(c.where || {}).length ? el("p", {}, "Where: " + Object.entries(c.where).map(([k, v]) => `${k} = ${v}`).join(", ")) : null];
  out.append(el("details", {}, el("summary", {}, "How it was tested"), more));
  if (c.members) out.append(el("details", {}, el("summary", {}, `The ${c.members.length} metrics of this screen`), members(c.members)));
  return out;
}

function members(list) {
  return el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, ["metric", "effect", "p", "q", ""].map((h) => el("th", {}, h)))),
    el("tbody", {}, list.map((m) => el("tr", {}, el("td", {}, m.metric), el("td", {}, m.effects && m.effects[0] ? num(m.effects[0].value) : "–"), el("td", {}, pText(m.p)), el("td", {}, pText(m.q)), el("td", {}, badge(m.verdict)))))));
}

// Effect and interval on a line, with the value that stands for no effect.
function drawEffect(parent, c, effect, interval) {
  if (!effect || !isNumber(effect.value) || !isNumber(interval.low)) return;
  const against = c.test && isNumber(c.test.against) && effect.name === "mean" ? c.test.against : /ratio/.test(effect.name) ? 1 : 0;
  const [low, high] = extent([effect.value, interval.low, interval.high, against], { pad: 0.12 });
  const g = chart(parent, { width: 330, height: 44, label: `${effect.name} ${num(effect.value)}, interval ${num(interval.low)} to ${num(interval.high)}, no effect at ${num(against)}`, left: 20, right: 20, top: 4, bottom: 22 });
  const x = axis(low, high, g.x0, g.x1), y = 12;
  g.xAxis(x, null, 4);
  g.line(x(against), 2, x(against), g.y1, "var(--soft)", { "stroke-dasharray": "3 2" });
  g.line(x(interval.low), y, x(interval.high), y, "currentColor", { "stroke-width": 3, "stroke-opacity": 0.45 });
  g.add("circle", { cx: x(effect.value), cy: y, r: 5, fill: "currentColor" });
}

// The values that were tested, one row a side, their mean as a bar.
function drawSides(parent, c) {
  const sides = (c.sides || []).filter((s) => (s.values || []).filter(isNumber).length > 1 || isNumber(s.mean));
  if (sides.length < 1 || sides.length > 8 || sides.every((s) => (s.values || []).length < 2)) return;
  const row = 20, g = chart(parent, { width: 330, height: sides.length * row + 22, label: "values of " + sides.map((s) => s.name).join(", "), left: 112, right: 20, top: 0, bottom: 20 });
  const x = axis(...extent(sides.flatMap((s) => [...s.values.filter(isNumber), s.mean])), g.x0, g.x1);
  g.xAxis(x, null, 3);
  sides.forEach((side, k) => {
    const y = k * row + row / 2, values = side.values.filter(isNumber), every = Math.ceil(values.length / 150);
    g.text(106, y + 4, side.name.length > 17 ? side.name.slice(0, 16) + "…" : side.name, { "text-anchor": "end", fill: "var(--soft)", "data-tip": side.name });
    values.forEach((v, i) => { if (i % every === 0) g.add("circle", { cx: x(v), cy: y + ((i * 0.618) % 1 - 0.5) * 9, r: 2.2, fill: "var(--ink)", "fill-opacity": 0.35 }); });
    const m = isNumber(side.mean) ? side.mean : mean(values);
    g.line(x(m), y - 8, x(m), y + 8, "currentColor", { "stroke-width": 2.5, "data-tip": `${side.name}: mean ${num(m)}${isNumber(side.sd) ? `, SD ${num(side.sd)}` : ""}, n = ${side.n}` });
  });
}
