// Raster, rates, recorded signals and spectra of one run, with one cursor.
import { el, num, card, choice, cssVar } from "../dom.js";
import { chart, axis, extent, picture, s } from "../chart.js";
import { attach, timeAxis } from "../timeline.js";
import { groupColour, groupText, byGroup, viridis, rgbOf, armColour } from "../colours.js";
import { labelEnds } from "./sweeps.js";

const widthOf = (body) => Math.max(480, Math.min(1180, body.clientWidth || 1080));
const trains = (run) => (run ? (run.spikes || []).filter((x) => x.raster) : []);
const hasTypes = (run) => run.groups.some((g) => g !== "");

// Names of the bands at the left of a picture of regions.
function bandLabels(g, bands, y, colourOf) {
  let last = -20;
  for (const b of bands) {
    const a = y(b.from), z = y(b.to);
    g.add("rect", { x: g.x0 - 7, y: a, width: 5, height: Math.max(1, z - a - 0.5), fill: colourOf(b.name), "data-tip": groupText(b.name) });
    if ((a + z) / 2 - last >= 11) g.text(g.x0 - 11, (a + z) / 2 + 4, groupText(b.name), { "text-anchor": "end" }), last = (a + z) / 2;
  }
}
// The axis of time below, redrawn when the window changes; and the cursor.
function timed(g, page, paint) {
  const update = attach(page.timeline, g, s);
  let ticks;
  const draw = () => {
    if (ticks) ticks.remove();
    ticks = timeAxis(g, page.timeline);
    paint();
    update();
  };
  draw();
  return { cursor: update, window: draw };
}
const together = (handles) => ({ cursor: () => handles.forEach((h) => h.cursor()), window: () => handles.forEach((h) => h.window()) });

export const raster = {
  id: "raster",
  title: "Spikes",
  needs: (_, run) => !!run && (run.spikes || []).length > 0,
  draw(element, data, page) {
    const run = page.run, list = trains(run), silent = run.spikes.filter((x) => !x.raster);
    for (const x of silent) element.append(el("p", { class: "soft wide" }, x.n_spikes ? `${x.name}: ${x.n_spikes} spikes are more than this page can hold; they are in results.h5.` : `${x.name}: not one spike.`));
    const heights = list.map((x) => Math.max(60, Math.min(x.units, 420 * x.units / Math.max(1, list.reduce((a, b) => a + b.units, 0)))));
    return together(list.map((x, k) => one(element, run, x, Math.round(list.length === 1 ? Math.max(160, Math.min(420, x.units * 3)) : heights[k]), page, k)));
  },
};

function one(element, run, x, height, page, k) {
  const [regions, rows, columns] = x.raster.counts.shape, { order, bands } = byGroup(run.groups);
  const present = order.filter((r) => x.rates.values[r * x.rates.values.shape[1]] === x.rates.values[r * x.rates.values.shape[1]]);
  const how = x.raw ? `every one of the ${x.n_spikes} spikes` : `${x.n_spikes} spikes as counts per pixel` + (x.raster.units_per_row > 1.01 ? `, ${num(x.raster.units_per_row)} units a row` : "") + `, ${num((x.to_ms - x.from_ms) / columns)} ms a column`;
  const body = card(element, `${x.name}: ${x.units} units, ${num(x.mean_hz)} Hz`, { wide: true, file: `raster ${x.name}`, note: `Drawn: ${how}.`,
    rows: () => (x.raw ? [["time_ms", "unit"], ...Array.from(x.raw.time_ms, (t, i) => [t, x.raw.unit[i]])] : [["region", "row", "from_ms", "spikes"], ...[...nonzero(x.raster.counts)].map((i) => [run.labels[Math.floor(i / rows / columns)], Math.floor(i / columns) % rows, x.from_ms + (i % columns) * (x.to_ms - x.from_ms) / columns, x.raster.counts[i]])]) });
  const g = chart(body, { width: widthOf(body), height: height + 40, left: hasTypes(run) ? 104 : 60, right: 22, top: 4, bottom: 36, label: `raster of ${x.name}: ${x.n_spikes} spikes of ${x.units} units over ${num(x.to_ms - x.from_ms)} ms` });
  const place = new Int32Array(regions).fill(-1);
  present.forEach((r, i) => { place[r] = i; });
  const here = bandsOf(run.groups, present);
  const y = axis(0, present.length, g.y0, g.y1);
  const colour = (r) => (hasTypes(run) ? groupColour(run.groups[r]) : armColour(k));
  if (hasTypes(run)) bandLabels(g, here, y, groupColour);
  else g.text(g.x0 - 8, (g.y0 + g.y1) / 2 + 4, regions > 1 ? "regions" : "units", { "text-anchor": "end", fill: "var(--soft)" });
  // Dots in pixels of the screen; counts in their own, which the browser scales: no rows or columns that beat with the screen's.
  const ratio = Math.min(2, window.devicePixelRatio || 1), w = x.raw ? Math.round((g.x1 - g.x0) * ratio) : columns, lanes = Math.max(1, Math.min(rows, Math.floor((g.y1 - g.y0) * ratio / present.length))), h = x.raw ? Math.round((g.y1 - g.y0) * ratio) : present.length * lanes;
  const rowOf = rowsOfUnits(x, regions);
  const image = picture(g, g.x0, g.y0, g.x1 - g.x0, g.y1 - g.y0, w, h, (pixels) => {
    const count = new Float32Array(w * h), { from, to } = page.timeline, scale = w / (to - from), lines = h / present.length;
    const add = (r, within, t, n, span) => {
      const c0 = Math.floor((t - from) * scale), c1 = Math.max(c0 + 1, Math.floor((t + span - from) * scale));
      const y0 = Math.floor((place[r] + within) * lines);
      if (c1 <= 0 || c0 >= w || place[r] < 0) return;
      for (let c = Math.max(0, c0); c < Math.min(w, c1); ++c) count[Math.min(h - 1, y0) * w + c] += n;
    };
    if (x.raw) {
      const dot = Math.max(1, Math.round(ratio * Math.min(2, lines / rowOf.most)));
      for (let i = 0; i < x.raw.time_ms.length; ++i) {
        const t = x.raw.time_ms[i], u = x.raw.unit[i];
        if (t < from || t > to) continue;
        for (let d = 0; d < dot; ++d) add(x.raw.unit_region[u], rowOf.place[u] + d / h * present.length, t, 1, (dot - 1) / scale);
      }
    } else {
      // Column by column of the picture, from the columns that lie under it.
      const span = (x.to_ms - x.from_ms) / columns, first = Math.max(0, Math.floor((from - x.from_ms) / span)), last = Math.min(columns, Math.ceil((to - x.from_ms) / span));
      const begin = Int32Array.from({ length: last - first }, (_, k) => Math.max(0, Math.floor((x.from_ms + (first + k) * span - from) * scale)));
      const end = Int32Array.from({ length: last - first }, (_, k) => Math.min(w, Math.max(begin[k] + 1, Math.floor((x.from_ms + (first + k + 1) * span - from) * scale))));
      for (let r = 0; r < regions; ++r) for (let row = 0; place[r] >= 0 && row < rows; ++row) {
        const source = (r * rows + row) * columns, target = Math.min(h - 1, Math.floor((place[r] + (row + 0.5) / rows) * lines)) * w;
        for (let c = first; c < last; ++c) { const v = x.raster.counts[source + c]; if (v) for (let z = begin[c - first]; z < end[c - first]; ++z) count[target + z] += v; }
      }
    }
    const most = Math.max(1, percentile(count, 0.98));
    for (let i = 0; i < present.length; ++i) {
      const [red, green, blue] = rgbOf(colour(present[i]));
      for (let row = Math.floor(i * lines); row < Math.floor((i + 1) * lines); ++row)
        for (let c = 0; c < w; ++c) {
          const v = count[row * w + c];
          if (v) { const p = 4 * (row * w + c); pixels[p] = red, pixels[p + 1] = green, pixels[p + 2] = blue, pixels[p + 3] = Math.round(255 * Math.min(1, x.raw ? 0.9 : 0.15 + 0.85 * v / most)); }
        }
    }
  }, !x.raw);
  return timed(g, page, image.draw);
}
// Every unit's place within its region, 0 to 1.
function rowsOfUnits(x, regions) {
  if (!x.raw) return { place: [], most: 1 };
  const n = new Int32Array(regions), index = new Int32Array(x.raw.unit_region.length);
  x.raw.unit_region.forEach((r, u) => { index[u] = n[r]++; });
  return { place: Float32Array.from(index, (i, u) => i / n[x.raw.unit_region[u]]), most: Math.max(...n) };
}
function* nonzero(counts) { for (let i = 0; i < counts.length; ++i) if (counts[i]) yield i; }
// Of a sample: a picture has a million pixels.
function percentile(values, q) {
  const v = [];
  for (let i = 0, step = 1 + Math.floor(values.length / 50000); i < values.length; i += step) if (values[i] > 0) v.push(values[i]);
  return v.length ? v.sort((a, b) => a - b)[Math.floor((v.length - 1) * q)] : 1;
}
function bandsOf(groups, order) {
  const bands = [];
  order.forEach((r, i) => { if (!bands.length || bands.at(-1).name !== groups[r]) bands.push({ name: groups[r], from: i, to: i + 1 }); else bands.at(-1).to = i + 1; });
  return bands;
}

// Means over the regions of each type: [{ name, values }].
export function byType(groups, values) {
  const columns = values.shape[1], out = [];
  for (const { name, from, to } of byGroup(groups).bands) {
    const members = byGroup(groups).order.slice(from, to), sum = new Float32Array(columns), n = new Int32Array(columns);
    for (const r of members) for (let c = 0; c < columns; ++c) { const v = values[r * columns + c]; if (v === v) sum[c] += v, n[c]++; }
    if (n.some((k) => k)) out.push({ name, values: sum.map((v, c) => (n[c] ? v / n[c] : NaN)) });
  }
  return out;
}

function lines(element, title, run, x, values, page, { yTitle, zero, note, index = 1 }) {
  const types = byType(run.groups, values), columns = values.shape[1], step = (x.to_ms - x.from_ms) / columns;
  const body = card(element, title, { wide: true, file: title, note, rows: () => [["time_ms", ...types.map((t) => t.name || "all")], ...Array.from({ length: columns }, (_, c) => [x.from_ms + (c + 0.5) * step, ...types.map((t) => t.values[c])])] });
  const g = chart(body, { width: widthOf(body), height: 230, left: 60, right: types.length > 1 ? 104 : 22, top: 8, bottom: 36, label: `${title} by type of region over time` });
  const layer = g.add("g", {});
  let axisY;
  const handle = timed(g, page, () => {
    layer.replaceChildren();
    if (axisY) axisY.remove();
    const a = Math.max(0, Math.floor((page.timeline.from - x.from_ms) / step)), b = Math.min(columns, Math.ceil((page.timeline.to - x.from_ms) / step));
    if (b - a < 2) return;
    const tx = axis(page.timeline.from, page.timeline.to, g.x0, g.x1), y = axis(...extent(types.flatMap((t) => Array.from(t.values.subarray(a, b))), { zero }), g.y1, g.y0);
    axisY = g.yAxis(y, yTitle);
    const every = Math.max(1, Math.floor((b - a) / (g.x1 - g.x0) / 2));
    for (const t of types) {
      const points = [];
      for (let c = a; c < b; c += every) { let v = 0; const z = Math.min(b, c + every); for (let i = c; i < z; ++i) v += t.values[i]; points.push([tx(x.from_ms + (c + every / 2) * step), y(v / (z - c))]); }
      layer.append(g.path(points, t.name || types.length > 1 ? groupColour(t.name) : armColour(index), { "stroke-width": 1.3, "data-tip": groupText(t.name) }));
    }
  });
  if (types.length > 1) labelEnds(g, types.map((t, i) => ({ y: 14 + i * 14, text: groupText(t.name), colour: groupColour(t.name) })));
  return handle;
}

// Means of k neighbours, so that a rate is a rate.
function smoothed(values, k) {
  const [rows, columns] = values.shape;
  if (k < 2) return values;
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; ++r) {
    let sum = 0;
    const half = k >> 1;
    for (let c = -half; c < columns; ++c) {
      if (c + half < columns) sum += values[r * columns + c + half];
      if (c - half - 1 >= 0) sum -= values[r * columns + c - half - 1];
      if (c >= 0) out[r * columns + c] = sum / (Math.min(columns, c + half + 1) - Math.max(0, c - half));
    }
  }
  out.shape = values.shape;
  return out;
}

export const rates = {
  id: "rates",
  title: "Rates",
  needs: (_, run) => trains(run).length > 0,
  draw(element, data, page) {
    return together(trains(page.run).slice(0, 4).map((x, index) => {
      const k = Math.max(1, Math.round(Math.max(20, (x.to_ms - x.from_ms) / 400) / x.rates.bin_ms));
      return lines(element, `${x.name}: rate`, page.run, x, smoothed(x.rates.values, k), page, { yTitle: "Hz per unit", zero: true, index, note: `Spikes per second and unit, mean of ${num(k * x.rates.bin_ms)} ms around.` });
    }));
  },
};

export const signals = {
  id: "signals",
  title: "Recorded signals",
  needs: (_, run) => !!run && (run.signals || []).length > 0,
  draw(element, data, page) {
    const handles = [];
    for (const x of page.run.signals) {
      const state = x.state || x.name, unit = x.unit ? ` (${x.unit})` : "";
      if (hasTypes(page.run)) handles.push(image(element, page.run, x, page));
      handles.push(lines(element, `${x.name}: ${state}, by type`, page.run, x, x.values, page, { yTitle: state.replaceAll("_", " ") + unit, note: x.averaged ? `Means of ${num(x.bin_ms)} ms.` : x.excerpt_of_ms ? `The last ${num(x.to_ms - x.from_ms)} of ${num(x.excerpt_of_ms)} ms, every sample; the rest is in results.h5.` : null }));
    }
    return together(handles);
  },
};

function image(element, run, x, page) {
  const { order, bands } = byGroup(run.groups), columns = x.values.shape[1], n = order.length;
  const [low, high] = extent(x.values, { pad: 0 }), table = Array.from({ length: 256 }, (_, i) => viridis(i / 255));
  const body = card(element, `${x.name}: ${x.state || x.name} of every region`, { wide: true, file: `signal ${x.name}`, note: `Dark ${num(low)} to bright ${num(high)} ${x.unit || ""}.`,
    rows: () => [["time_ms", ...run.labels], ...Array.from({ length: columns }, (_, c) => [x.from_ms + (c + 0.5) * (x.to_ms - x.from_ms) / columns, ...run.labels.map((_, r) => x.values[r * columns + c])])] });
  const g = chart(body, { width: widthOf(body), height: Math.max(160, Math.min(400, 4 * n)) + 40, left: 104, right: 22, top: 4, bottom: 36, label: `${x.name} of ${n} regions over time` });
  bandLabels(g, bands, axis(0, n, g.y0, g.y1), groupColour);
  const w = Math.round(g.x1 - g.x0), p = picture(g, g.x0, g.y0, g.x1 - g.x0, g.y1 - g.y0, w, n, (pixels) => {
    const { from, to } = page.timeline;
    for (let c = 0; c < w; ++c) {
      const at = Math.floor((from + (c + 0.5) * (to - from) / w - x.from_ms) / (x.to_ms - x.from_ms) * columns);
      if (at < 0 || at >= columns) continue;
      order.forEach((r, i) => {
        const v = x.values[r * columns + at];
        if (v !== v) return;
        const colour = table[Math.round(255 * (v - low) / (high - low || 1))], p = 4 * (i * w + c);
        pixels[p] = colour[0], pixels[p + 1] = colour[1], pixels[p + 2] = colour[2], pixels[p + 3] = 255;
      });
    }
  });
  return timed(g, page, p.draw);
}

// ---- spectra ---------------------------------------------------------------------------------------------------------

// Welch's method: Hann windows that overlap by half, means taken off. Returns { hz, power }.
export function welch(values, bin_ms) {
  let n = 1;
  while (n * 2 <= Math.min(512, values.length / 2)) n *= 2;
  if (n < 16) return null;
  const power = new Float64Array(n / 2), hann = Float64Array.from({ length: n }, (_, i) => 0.5 - 0.5 * Math.cos(2 * Math.PI * i / n));
  let windows = 0;
  for (let start = 0; start + n <= values.length; start += n / 2, ++windows) {
    let m = 0;
    for (let i = 0; i < n; ++i) m += values[start + i] / n;
    for (let k = 1; k < n / 2; ++k) {
      let re = 0, im = 0;
      const w = 2 * Math.PI * k / n;
      for (let i = 0; i < n; ++i) { const v = hann[i] * (values[start + i] - m); re += v * Math.cos(w * i), im -= v * Math.sin(w * i); }
      power[k] += re * re + im * im;
    }
  }
  const scale = 2 * bin_ms / 1000 / hann.reduce((a, b) => a + b * b, 0) / windows;
  return { hz: Array.from({ length: n / 2 - 1 }, (_, k) => (k + 1) * 1000 / (n * bin_ms)), power: Array.from(power.subarray(1), (v) => v * scale) };
}

// Means within a twentieth of a decade: single frequencies scatter as much as they tell.
function inBins({ name, hz, power }) {
  const bins = new Map();
  hz.forEach((f, i) => {
    if (!(f > 0) || !Number.isFinite(power[i])) return;
    const key = Math.round(20 * Math.log10(f)), b = bins.get(key) || bins.set(key, [0, 0, 0]).get(key);
    b[0] += f, b[1] += power[i], b[2]++;
  });
  const list = [...bins.values()];
  return { name, hz: list.map((b) => b[0] / b[2]), power: list.map((b) => b[1] / b[2]) };
}

// Stored spectra, or those of the rates or signals by type of region.
function spectraOf(run) {
  const stored = (run.spectra || []).map((x) => ({ name: x.name, note: "Mean over the regions of a type of the analyzer's spectra, and over a twentieth of a decade.", types: byType(run.groups, x.psd).map((t) => ({ name: t.name, hz: Array.from(x.frequency_hz), power: Array.from(t.values) })).map(inBins) }));
  if (stored.length) return stored;
  const from = [...trains(run).map((x) => [x.name + ": rate", x.rates.values, x.rates.bin_ms]), ...(run.signals || []).map((x) => [x.name, x.values, x.bin_ms])];
  return from.slice(0, 4).map(([name, values, bin]) => ({ name, note: `Welch's method on means over types, bins of ${num(bin)} ms; means over a twentieth of a decade.`,
    types: byType(run.groups, values).map((t) => ({ name: t.name, ...welch(t.values.map((v) => (v === v ? v : 0)), bin) })).filter((t) => t.hz).map(inBins) })).filter((x) => x.types.length);
}

export const spectra = {
  id: "spectra",
  title: "Spectra",
  needs: (_, run) => !!run && ((run.spectra || []).length > 0 || trains(run).some((x) => x.rates.values.shape[1] >= 32) || (run.signals || []).some((x) => x.values.shape[1] >= 32)),
  draw(element, data, page) {
    for (const x of spectraOf(page.run)) {
      const body = card(element, `${x.name}: power`, { file: `spectrum ${x.name}`, note: x.note, rows: () => [["frequency_hz", ...x.types.map((t) => t.name || "all")], ...x.types[0].hz.map((f, i) => [f, ...x.types.map((t) => t.power[i])])] });
      const g = chart(body, { width: 540, height: 300, left: 62, right: x.types.length > 1 ? 104 : 14, bottom: 36, label: `power spectra of ${x.name}` });
      const good = x.types.map((t) => t.hz.map((f, i) => [f, t.power[i]]).filter(([f, p]) => f > 0 && p > 0));
      if (!good.some((t) => t.length)) { body.append(el("p", { class: "soft" }, "There is no power: nothing changes.")); continue; }
      const all = good.flat(), fx = axis(Math.min(...all.map((p) => p[0])), Math.max(...all.map((p) => p[0])), g.x0, g.x1, true);
      const top = Math.max(...all.map((p) => p[1])), y = axis(Math.max(top * 1e-8, Math.min(...all.map((p) => p[1]))), top * 1.3, g.y1, g.y0, true);
      g.xAxis(fx, "Hz");
      g.yAxis(y, "power");
      x.types.forEach((t, i) => g.path(good[i].filter((p) => p[1] >= y.low).map(([f, p]) => [fx(f), y(p)]), t.name || x.types.length > 1 ? groupColour(t.name) : "var(--accent)", { "stroke-width": 1.4, "data-tip": groupText(t.name) }));
      if (x.types.length > 1) labelEnds(g, x.types.map((t, i) => ({ y: 14 + i * 14, text: groupText(t.name), colour: groupColour(t.name) })));
    }
  },
};
