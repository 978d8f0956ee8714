// The table of metrics (README.md: metrics) as lists of objects, and which of its groups are types of regions.

const known = new WeakMap();
export function metricTable(data) {
  const m = data.metrics;
  if (!m || !m.cells) return { cells: [], regional: [], arms: [], labels: [], groups: new Set() };
  if (known.has(m)) return known.get(m);
  const cells = m.cells.map(([a, p, k, group, n, mean, values]) => ({ arm: m.arms[a], point: m.points[p], sweep: m.sweeps[p], metric: m.metrics[k], unit: m.units[k], group, n, mean, values: values.map((v) => (v === null ? NaN : v)) }));
  const regional = m.regional.map(([a, p, k, values]) => ({ arm: m.arms[a], point: m.points[p], sweep: m.sweeps[p], metric: m.metrics[k], unit: m.units[k], values }));
  const groups = new Set();
  for (const arm of Object.values(data.arms || {})) for (const g of Object.values(arm.region_group || {})) groups.add(g);
  for (const r of data.runs || []) for (const g of r.groups || []) groups.add(g);
  groups.delete("");
  const table = { cells, regional, arms: m.arms, labels: m.labels, groups };
  known.set(m, table);
  return table;
}
export const unique = (list) => [...new Set(list)];
// Neurons that spike have rates; masses have none.
export const spikes = (table, arm) => table.cells.some((c) => c.arm === arm && /(^|[._])rate_hz$/.test(c.metric));
// Keys by their last part: "long_range.0.global_coupling = 0.01" is "global_coupling = 0.01".
export const shortPoint = (point) => point.replace(/(?:^|(?<=, ))(?:[\w"]+\.)+(?=\w+ = )/g, "").replaceAll('"', "");
export const pointText = (arm, point) => (point ? `${arm}, ${shortPoint(point)}` : arm);
// Phase and measure: "before.body_return" is ["before", "body_return"], "inh_post_a.rate_hz" is ["post", "inh rate_hz (a)"].
const PHASE = /^(?:([a-z0-9]+)_)?(warm_up|before|pre|learn(?:ing)?|train(?:ing)?|after|post|late|test)(?:_([a-z0-9]{1,2}))?[._](.+)$/;
export function phaseOf(metric) {
  const m = PHASE.exec(metric);
  return m ? [m[2], (m[1] ? m[1] + " " : "") + m[4] + (m[3] ? ` (${m[3]})` : "")] : null;
}
