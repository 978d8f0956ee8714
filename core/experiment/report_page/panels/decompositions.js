// The share of every metric that each rung of null models explains, as a heat map.
import { el, num, pText, card, choice } from "../dom.js";
import { chart } from "../chart.js";
import { viridis, cssColour } from "../colours.js";

export const decompositions = {
  id: "decompositions",
  needs: (data) => (data.decompositions || []).length > 0,
  draw(element, data) {
    const list = data.decompositions, host = el("div", { class: "cards full" });
    element.classList.add("plain");
    const draw = (i) => { host.replaceChildren(); one(host, list[i]); };
    if (list.length > 1) element.append(choice("decomposition", list.map((d, i) => [i, `${d.id}: ${d.text}`]), 0, (i) => draw(+i)));
    element.append(host);
    draw(0);
  },
};

function one(host, d) {
  if (d.refusal) { host.append(el("p", { class: "loud" }, `${d.id}: not testable: ${d.refusal}`)); return; }
  const body = card(host, `${d.id}: ${d.text}`, { wide: true, file: `decomposition ${d.id}`,
    note: "Null models that keep more and more of the real graph, from left to right. Number: z of the real graph among them; colour: E, the share of its distance from random graphs that they explain; * significant after correction, = reproduced.",
    rows: () => [["metric", "real", "rung", "keeps", "n", "z", "p", "q", "explained", "explained_low", "explained_high", "level"], ...d.metrics.flatMap((m) => m.rungs.map((r, k) => [m.metric, m.real, r.arm, d.ladder[k].keeps, r.n, r.z, r.p, r.q, r.explained, r.explained_low, r.explained_high, m.level]))] });
  body.classList.add("scroll");
  const left = Math.min(240, 20 + 6.4 * Math.max(...d.metrics.map((m) => m.metric.length))), row = 22, column = Math.max(92, Math.min(130, (body.clientWidth || 1000) / (d.ladder.length + 4)));
  const width = left + column * d.ladder.length + 150, height = 58 + row * d.metrics.length + 40;
  const g = chart(body, { width, height, left, right: 0, top: 44, bottom: 0, label: `explained fraction of ${d.metrics.length} metrics by ${d.ladder.length} null models` });
  d.ladder.forEach((r, k) => {
    g.text(left + column * (k + 0.5), 18, r.arm.replaceAll("_", " "), { "text-anchor": "middle", "font-weight": 600 });
    g.text(left + column * (k + 0.5), 33, `keeps ${r.keeps}`, { "text-anchor": "middle", fill: "var(--soft)", "font-size": 10 });
  });
  g.text(left + column * d.ladder.length + 12, 18, "level", { "font-weight": 600 });
  d.metrics.forEach((m, i) => {
    const y = 44 + i * row;
    g.text(left - 8, y + 15, m.metric.length > 38 ? m.metric.slice(0, 37) + "…" : m.metric, { "text-anchor": "end", "data-tip": `${m.metric}: real ${num(m.real)}${m.real_sd ? `, SD over noise ${num(m.real_sd)}` : ""}` });
    m.rungs.forEach((r, k) => {
      const known = r.explained !== null, e = Math.max(0, Math.min(1, r.explained));
      g.add("rect", { x: left + column * k + 1, y: y + 1, width: column - 2, height: row - 2, rx: 3, fill: known ? cssColour(viridis(e)) : "var(--field)", "data-tip":
        `${m.metric} / ${r.arm}: ${known ? `E ${num(r.explained)} (${num(r.explained_low)} to ${num(r.explained_high)}), ` : "the reference, "}z ${num(r.z)}, p ${pText(r.p)}, q ${pText(r.q)}, n ${r.n}` });
      g.text(left + column * (k + 0.5), y + 15, `${r.z === null ? "–" : r.z.toFixed(1).replace("-", "−")}${r.significant ? " *" : ""}${r.reproduced ? " =" : ""}`,
        { "text-anchor": "middle", fill: known ? (e > 0.6 ? "#111" : "#fff") : "var(--ink)", "pointer-events": "none" });
    });
    g.text(left + column * d.ladder.length + 12, y + 15, m.level, { "data-tip": m.reason, "font-weight": m.level === "uninformative" || m.level === "open" ? 400 : 600 });
  });
  // The key.
  const y = 44 + row * d.metrics.length + 12, w = 160;
  for (let i = 0; i < 40; ++i) g.add("rect", { x: left + i * w / 40, y, width: w / 40 + 0.5, height: 9, fill: cssColour(viridis(i / 39)) });
  g.text(left, y + 22, "E = 0: nothing", { fill: "var(--soft)", "font-size": 10 });
  g.text(left + w, y + 22, "1: all", { fill: "var(--soft)", "font-size": 10, "text-anchor": "end" });
  for (const t of d.caveats || []) body.append(el("p", { class: "soft" }, t));
}
