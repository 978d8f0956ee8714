// The strip at the top: what was run, with what, and the verdicts.
import { el, plural } from "./dom.js";
import { whyMissing } from "./libraries.js";

const VERDICTS = [["supported", "✓"], ["refuted", "✗"], ["inconclusive", "?"], ["not_testable", "–"]];
export const verdictText = (v) => v.replace("_", " ");
export const verdictSign = (v) => (VERDICTS.find(([name]) => name === v) || ["", ""])[1];
export const badge = (v, more = "") => el("span", { class: `badge ${v}` }, `${verdictSign(v)} ${verdictText(v)}${more}`);

// One number, or one for every part of a run.
function seconds(wall) {
  const t = typeof wall === "number" ? wall : Object.values(wall || {}).reduce((a, b) => a + (+b || 0), 0);
  return t > 120 ? `${Math.round(t / 60)} min` : t > 0 ? `${+t.toPrecision(3)} s` : null;
}

export function header(data) {
  const p = data.provenance || {}, versions = p.versions || {};
  const fact = (name, value) => (value || value === 0 ? el("div", {}, el("dt", {}, name), el("dd", {}, String(value))) : null);
  const datasets = (p.data || []).map((d) => d.name);
  const seed = p.seed ?? (p.seeds && p.seeds.root) ?? (p.seeds && p.seeds.graph);
  const out = el("header", {}, el("p", { class: "kind" }, `Encephagen · ${data.kind}`), el("h1", {}, data.title || "Results"),
    data.question ? el("p", { class: "question" }, data.question) : null,
    el("dl", { class: "facts" }, fact("runs", data.kind === "experiment" ? data.n_runs : null), fact("failed", data.n_failed || null), fact("seed", seed),
      fact("connectome", p.synthetic_fallback ? "synthetic" : [...new Set(datasets)].join(", ")), fact("simulated", p.simulated_ms ? `${p.simulated_ms / 1000} s` : null),
      fact("computed in", seconds(p.wall_s)), fact("version", [versions.encephagen, versions.source].filter(Boolean).join(" · "))));
  const claims = data.claims || [];
  if (claims.length)
    out.append(el("div", { class: "verdicts", "aria-label": "verdicts" }, VERDICTS.map(([v]) => {
      const mine = claims.filter((c) => c.verdict === v);
      return mine.length ? el("div", {}, badge(v, ` ${mine.length}`), el("span", { class: "ids" }, mine.map((c, i) => [i ? " " : "", el("a", { href: `#claim-${claims.indexOf(c)}`, "data-tip": c.text }, c.id)]))) : null;
    })));
  if (p.synthetic_fallback) out.append(el("p", { class: "loud", role: "alert" }, "A dataset was not found: everything here comes from a synthetic connectome and says nothing about real brains."));
  if (data.n_failed) out.append(el("p", { class: "loud", role: "alert" }, `${plural(data.n_failed, "run")} of ${data.n_runs} failed and are missing from everything below; see Warnings and runs/*.failed.`));
  if (whyMissing) out.append(el("p", { class: "hint" }, `This program was built without its web libraries, since ${whyMissing}: brain and body are drawn in two dimensions only.`));
  return out;
}

// Every number of the page's table of metrics.
export function tableRows(data) {
  const m = data.metrics;
  if (!m || !m.cells) return [];
  return [["arm", "sweep point", "metric", "group", "n", "mean", "unit"], ...m.cells.map(([a, p, k, g, n, mean]) => [m.arms[a], m.points[p], m.metrics[k], g, n, mean, m.units[k]])];
}
