// One cursor and one window of time for all panels that show time: raster, rates, signals, torque, replay.
import { axis } from "./chart.js";

export function makeTimeline(from, to) {
  const listeners = new Set();
  const t = { full: [from, to], from, to, cursor: from };
  const tell = (what) => { for (const l of listeners) l[what] && l[what](); };
  t.listen = (listener) => { listeners.add(listener); return () => listeners.delete(listener); };
  t.setCursor = (ms) => { t.cursor = Math.max(t.full[0], Math.min(t.full[1], ms)); tell("cursor"); };
  t.setWindow = (a, b) => {
    const span = Math.max((t.full[1] - t.full[0]) / 2000, Math.min(b - a, t.full[1] - t.full[0]));
    a = Math.max(t.full[0], Math.min(a, t.full[1] - span));
    t.from = a, t.to = a + span;
    tell("window");
  };
  t.reset = () => t.setWindow(...t.full);
  t.zoom = (factor, at = (t.from + t.to) / 2) => t.setWindow(at - (at - t.from) * factor, at + (t.to - at) * factor);
  t.isZoomed = () => t.to - t.from < (t.full[1] - t.full[0]) * 0.999;
  return t;
}

// Below a chart; in seconds where there are many.
export function timeAxis(c, timeline) {
  const long = timeline.to - timeline.from > 20000, k = long ? 1000 : 1;
  return c.xAxis(axis(timeline.from / k, timeline.to / k, c.x0, c.x1), long ? "s" : "ms", 8);
}

// Makes the plot of a chart answer to pointer and keys: move for the cursor, drag to zoom, double click to see all.
export function attach(timeline, c, s) {
  const ms = (x) => timeline.from + (x - c.x0) / (c.x1 - c.x0) * (timeline.to - timeline.from);
  const line = s("line", { y1: c.y0, y2: c.y1, stroke: "var(--ink)", "stroke-width": 1, "stroke-dasharray": "3 2", "pointer-events": "none" });
  const brush = s("rect", { y: c.y0, height: c.y1 - c.y0, fill: "var(--accent)", "fill-opacity": 0.18, visibility: "hidden", "pointer-events": "none" });
  const area = s("rect", { x: c.x0, y: c.y0, width: c.x1 - c.x0, height: c.y1 - c.y0, fill: "transparent", tabindex: 0, class: "time-area", role: "slider",
    "aria-label": "time cursor: arrows move it, plus and minus zoom, 0 shows all", "aria-valuemin": timeline.full[0], "aria-valuemax": timeline.full[1] });
  c.svg.append(brush, line, area);
  const place = (e) => { const r = c.svg.getBoundingClientRect(); return Math.max(c.x0, Math.min(c.x1, (e.clientX - r.left) * c.width / r.width)); };
  let start = null;
  area.addEventListener("pointerdown", (e) => { start = place(e); area.setPointerCapture(e.pointerId); });
  area.addEventListener("pointermove", (e) => {
    const x = place(e);
    timeline.setCursor(ms(x));
    if (start !== null) { brush.setAttribute("visibility", "visible"); brush.setAttribute("x", Math.min(start, x)); brush.setAttribute("width", Math.abs(x - start)); }
  });
  area.addEventListener("pointerup", (e) => {
    const x = place(e), a = ms(Math.min(start ?? x, x)), b = ms(Math.max(start ?? x, x));
    brush.setAttribute("visibility", "hidden");
    if (start !== null && Math.abs(x - start) > 6) timeline.setWindow(a, b);
    start = null;
  });
  area.addEventListener("dblclick", timeline.reset);
  area.addEventListener("keydown", (e) => {
    const step = (timeline.to - timeline.from) / (e.shiftKey ? 20 : 100);
    const keys = { ArrowLeft: () => timeline.setCursor(timeline.cursor - step), ArrowRight: () => timeline.setCursor(timeline.cursor + step),
      "+": () => timeline.zoom(0.5, timeline.cursor), "=": () => timeline.zoom(0.5, timeline.cursor), "-": () => timeline.zoom(2, timeline.cursor), 0: timeline.reset, Escape: timeline.reset };
    if (keys[e.key]) e.preventDefault(), keys[e.key]();
  });
  return () => {
    const x = c.x0 + (timeline.cursor - timeline.from) / (timeline.to - timeline.from) * (c.x1 - c.x0);
    const inside = x >= c.x0 - 0.5 && x <= c.x1 + 0.5;
    line.setAttribute("visibility", inside ? "visible" : "hidden");
    area.setAttribute("aria-valuenow", timeline.cursor.toFixed(1));
    if (inside) line.setAttribute("x1", x), line.setAttribute("x2", x);
  };
}
