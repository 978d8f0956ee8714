// Drawings as SVG: they can be saved for a paper, printed, and read by a screen reader. Colours are CSS variables, so
// that they follow the theme.
import { num } from "./dom.js";

const NS = "http://www.w3.org/2000/svg";
export function s(tag, attributes = {}, ...children) {
  const e = document.createElementNS(NS, tag);
  for (const [k, v] of Object.entries(attributes)) if (v !== null && v !== undefined) e.setAttribute(k, typeof v === "number" ? +v.toFixed(2) : v);
  for (const c of children.flat(9)) if (c !== null && c !== undefined) e.append(c);
  return e;
}
const text = (x, y, what, more = {}) => s("text", { x, y, fill: "var(--ink)", "font-size": 11, ...more }, what);

export function ticks(low, high, n = 5) {
  if (!(high > low)) return [low];
  const raw = (high - low) / n, p = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 2.5, 5, 10].find((m) => m * p >= raw) * p;
  const out = [];
  for (let t = Math.ceil(low / step - 1e-9) * step; t <= high + 1e-9 * step; t += step) out.push(Math.abs(t) < step * 1e-9 ? 0 : t);
  return out;
}
export function logTicks(low, high) {
  const out = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); ++e)
    for (const m of Math.log10(high / low) > 3 ? [1] : Math.log10(high / low) > 1.3 ? [1, 3] : [1, 2, 5])
      if (m * 10 ** e >= low * 0.999 && m * 10 ** e <= high * 1.001) out.push(m * 10 ** e);
  return out;
}
// A map from [low, high] onto [from, to] pixels.
export function axis(low, high, from, to, isLog = false) {
  if (!(high > low)) [low, high] = isLog ? [low / 2, low * 2] : [low - 0.5, low + 0.5];
  const f = isLog ? Math.log10 : (v) => v, a = f(low), b = f(high);
  const at = (v) => from + (to - from) * (f(v) - a) / (b - a);
  at.low = low, at.high = high, at.isLog = isLog, at.from = from, at.to = to;
  at.inverse = (px) => { const t = a + (px - from) / (to - from) * (b - a); return isLog ? 10 ** t : t; };
  at.ticks = (n) => (isLog ? logTicks(low, high) : ticks(low, high, n));
  return at;
}
export function extent(values, { zero = false, pad = 0.05 } = {}) {
  let low = Infinity, high = -Infinity;
  for (const v of values) if (Number.isFinite(v)) { if (v < low) low = v; if (v > high) high = v; }
  if (low > high) return [0, 1];
  if (zero) low = Math.min(0, low), high = Math.max(0, high);
  const d = (high - low || Math.abs(high) || 1) * pad;
  return [zero && low === 0 ? 0 : low - d, zero && high === 0 ? 0 : high + d];
}

// An empty drawing in `parent`; `plot` is the place inside the margins.
export function chart(parent, { width, height, label, left = 46, right = 12, top = 8, bottom = 30 }) {
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label });
  parent.append(svg);
  const c = { svg, width, height, left, top, x0: left, x1: width - right, y0: top, y1: height - bottom };
  c.add = (tag, attributes, ...children) => { const e = s(tag, attributes, ...children); svg.append(e); return e; };
  c.text = (x, y, what, more) => { const e = text(x, y, what, more); svg.append(e); return e; };
  c.line = (x1, y1, x2, y2, stroke = "var(--line)", more = {}) => c.add("line", { x1, y1, x2, y2, stroke, ...more });
  c.path = (points, stroke, more = {}) => {
    let d = "", pen = false;
    for (const [x, y] of points) {
      if (!Number.isFinite(x) || !Number.isFinite(y)) { pen = false; continue; }
      d += `${pen ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`, pen = true;
    }
    return c.add("path", { d, fill: "none", stroke, "stroke-width": 1.5, "stroke-linejoin": "round", ...more });
  };
  // The area between two curves over the same x.
  c.band = (points, fill, more = {}) => {
    const good = points.filter((p) => p.every(Number.isFinite));
    if (good.length < 2) return null;
    const d = good.map(([x, , y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L") + "L" + good.reverse().map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");
    return c.add("path", { d: `M${d}Z`, fill, "fill-opacity": 0.16, stroke: "none", ...more });
  };
  c.xAxis = (x, title, n = Math.max(2, Math.round((c.x1 - c.x0) / 90))) => {
    const g = s("g", { class: "x-axis" });
    for (const t of x.ticks(n)) g.append(s("line", { x1: x(t), x2: x(t), y1: c.y1, y2: c.y1 + 4, stroke: "var(--soft)" }), text(x(t), c.y1 + 15, num(t), { "text-anchor": "middle", fill: "var(--soft)" }));
    g.append(s("line", { x1: c.x0, x2: c.x1, y1: c.y1, y2: c.y1, stroke: "var(--soft)" }));
    if (title) g.append(text((c.x0 + c.x1) / 2, c.y1 + 28, title, { "text-anchor": "middle", fill: "var(--soft)" }));
    svg.append(g);
    return g;
  };
  c.yAxis = (y, title, n = Math.max(2, Math.round((c.y1 - c.y0) / 45))) => {
    const g = s("g", { class: "y-axis" });
    for (const t of y.ticks(n)) g.append(s("line", { x1: c.x0, x2: c.x1, y1: y(t), y2: y(t), stroke: "var(--line)" }), text(c.x0 - 6, y(t) + 4, num(t), { "text-anchor": "end", fill: "var(--soft)" }));
    if (title) g.append(text(12, (c.y0 + c.y1) / 2, title, { "text-anchor": "middle", fill: "var(--soft)", transform: `rotate(-90 12 ${((c.y0 + c.y1) / 2).toFixed(1)})` }));
    svg.prepend(g);
    return g;
  };
  return c;
}

// Pixels as a picture inside a drawing, so that they are saved with it. paint(pixels: Uint8ClampedArray, width, height).
export function picture(c, x, y, width, height, columns, rows, paint, smooth = false) {
  const canvas = document.createElement("canvas");
  canvas.width = columns, canvas.height = rows;
  const image = c.add("image", { x, y, width, height, preserveAspectRatio: "none", style: smooth ? "" : "image-rendering:pixelated" });
  const draw = () => {
    const g = canvas.getContext("2d", { willReadFrequently: true }), pixels = g.createImageData(columns, rows);
    paint(pixels.data, columns, rows);
    g.putImageData(pixels, 0, 0);
    image.setAttribute("href", canvas.toDataURL());
  };
  draw();
  return { image, draw };
}

export function quantile(values, q) {
  const v = Array.from(values).filter(Number.isFinite).sort((a, b) => a - b);
  if (!v.length) return NaN;
  const x = (v.length - 1) * q, i = Math.floor(x);
  return v[i] + (v[Math.min(v.length - 1, i + 1)] - v[i]) * (x - i);
}
export const mean = (values) => { let t = 0, n = 0; for (const v of values) if (Number.isFinite(v)) t += v, ++n; return n ? t / n : NaN; };
