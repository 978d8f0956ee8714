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
// The part of a name after a phase's: "before.body_return" -> ["before", "body_return"].
const PHASE = /^(warm_up|before|pre(?:_[a-z0-9]+)?|learn(?:ing)?|train(?:ing)?|after|post(?:_[a-z0-9]+)?|late|test)[._](.+)$/;
export function phaseOf(metric) { const m = PHASE.exec(metric); return m ? [m[1], m[2]] : null; }
