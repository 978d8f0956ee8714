// What stands on the page, from the answers to how they were got.
import { claims } from "./panels/claims.js";
import { decompositions } from "./panels/decompositions.js";
import { nulls } from "./panels/nulls.js";
import { hierarchy } from "./panels/hierarchy.js";
import { sweeps } from "./panels/sweeps.js";
import { learning, phases } from "./panels/learning.js";
import { motor, torque } from "./panels/motor.js";
import { raster, rates, signals, spectra } from "./panels/activity.js";
import { matrices, scatter } from "./panels/matrices.js";
import { brain } from "./panels/brain.js";
import { replay } from "./panels/replay.js";
import { live } from "./panels/live.js";
import { metrics } from "./panels/metrics.js";
import { figures, searches, warnings, provenance } from "./panels/tables.js";

export const sections = [
  { id: "live", title: "Live", short: "live", panels: [live] },
  { id: "answers", title: "Questions and answers", short: "answers", panels: [claims],
    note: (data) => writtenWhen(data.claims || []) + " What was not found counts as much as what was." },
  { id: "explained", title: "What explains each metric", short: "explained", panels: [decompositions] },
  { id: "nulls", title: "The real graph among its null models", short: "nulls", panels: [nulls],
    note: "Grey: the null graphs. Line: the real one. p is the share of graphs at least as extreme, the real one counted; q is p corrected for its family." },
  { id: "hierarchy", title: "Hierarchy of region types", short: "hierarchy", panels: [hierarchy],
    note: "Means over runs with single runs as dots; a region type has the same colour everywhere." },
  { id: "sweeps", title: "Along the sweep", short: "sweep", panels: [sweeps], note: "Medians by region type, with the quartiles over runs; thin: single regions." },
  { id: "learning", title: "Learning", short: "learning", panels: [learning, phases, motor] },
  { id: "run", title: "Activity of one run", short: "activity", perRun: true, leads: true, panels: [raster, rates, signals, spectra],
    note: "The first run of each arm and sweep point that kept its recordings. Move over a panel for the time, drag to zoom, double click to see all." },
  { id: "body", title: "Body", short: "body", perRun: true, panels: [replay, torque] },
  { id: "structure", title: "Brain: structure and function", short: "brain", perRun: true, panels: [brain, matrices, scatter] },
  { id: "metrics", title: "All metrics", short: "metrics", panels: [metrics], note: "Bars are means, dots are single runs (of hundreds, fifty)." },
  { id: "searches", title: "What was optimized", short: "optimized", panels: [searches], note: "Before an arm's runs, on runs with seeds of their own. Line: the best candidate of each generation; faint: their mean." },
  { id: "figures", title: "Expected figures", short: "figures", panels: [figures] },
  { id: "warnings", title: "Warnings", short: "warnings", panels: [warnings] },
  { id: "provenance", title: "Provenance", short: "provenance", panels: [provenance] },
];

function writtenWhen(list) {
  const later = list.filter((c) => c.exploratory);
  if (!later.length) return "Every claim was written down before the runs: none is marked as exploratory.";
  if (later.length === list.length) return "The claims are exploratory: written, or tested in another way or on more runs, after runs were seen.";
  return `Claims were written down before the runs, except for ${later.map((c) => c.id).join(", ")}: exploratory.`;
}
