// The brain in space: regions as spheres at their centres, coloured by type, activity at the cursor or a metric, and the
// strongest tracts as thin cylinders. Without WebGL the same view is drawn with plain strokes.
import { el, num, card, choice, cssVar } from "../dom.js";
import { mean, extent } from "../chart.js";
import { makeOrbit } from "../orbit.js";
import { THREE } from "../libraries.js";
import { groupColour, groupText, byGroup, viridis, rgbOf, cssColour } from "../colours.js";
import { metricTable } from "../metric_table.js";

const VIEWS = { left: [Math.PI, 0.05], front: [Math.PI / 2, 0.05], top: [-Math.PI / 2, 1.55], oblique: [2.3, 0.45] };

export const brain = {
  id: "brain",
  title: "Brain",
  needs: (_, run) => !!run && !!run.centres_mm && Array.from(run.centres_mm).every(Number.isFinite),
  draw(element, data, page) {
    const run = page.run, n = run.labels.length, at = run.labels.map((_, i) => Array.from(run.centres_mm.subarray(3 * i, 3 * i + 3)));
    const middle = [0, 1, 2].map((k) => (Math.min(...at.map((p) => p[k])) + Math.max(...at.map((p) => p[k]))) / 2), radius = Math.max(...at.map((p) => Math.hypot(p[0] - middle[0], p[1] - middle[1], p[2] - middle[2]))) * 0.94;
    const sources = sourcesOf(data, run), tracts = tractsOf(run);
    let source = sources.find((s) => s.at) || sources[0], shown = Math.min(tracts.length, 160);
    const body = card(element, `${n} regions${tracts.length ? `, ${tracts.length} tracts` : ""}`, { wide: true, file: "brain", rows: () => [["region", "type", "x_mm", "y_mm", "z_mm", source.name], ...run.labels.map((l, i) => [l, run.groups[i], ...at[i], valueOf(i)])] });
    const width = Math.max(300, Math.min(1180, body.clientWidth || 860)), height = Math.round(Math.min(520, width * 0.72));
    const orbit = makeOrbit({ centre: middle, radius, yaw: VIEWS.oblique[0], pitch: VIEWS.oblique[1], width, height, label: `brain of ${n} regions` }, () => render());
    const size = radius * 0.3 / Math.cbrt(n), legend = el("p", { class: "legend" }), where = el("p", { class: "soft readout", "aria-live": "polite" }, "Point at a region for its name.");
    const valueOf = (i) => (source.at ? source.at(i, page.timeline.cursor) : source.values ? source.values[i] : NaN);
    const shade = (i) => { if (!source.range) return rgbOf(groupColour(run.groups[i])); const v = valueOf(i); return viridis((v - source.range[0]) / (source.range[1] - source.range[0] || 1)); };
    const grow = (i) => (source.range ? 0.7 + 0.7 * Math.max(0, Math.min(1, (valueOf(i) - source.range[0]) / (source.range[1] - source.range[0] || 1) || 0)) : 1);

    const gl = orbit.webgl();
    let spheres, sticks;
    if (gl) {
      spheres = new THREE.InstancedMesh(new THREE.SphereGeometry(1, 20, 14), new THREE.MeshLambertMaterial(), n);
      gl.scene.add(spheres);
    }
    function placeTracts() {
      if (!gl) return;
      if (sticks) { gl.scene.remove(sticks); sticks.geometry.dispose(); }
      sticks = new THREE.InstancedMesh(new THREE.CylinderGeometry(1, 1, 1, 5, 1, true), new THREE.MeshLambertMaterial({ color: new THREE.Color(cssVar("--tract")), transparent: true, opacity: 0.5 }), Math.max(1, shown));
      sticks.count = shown;
      const up = new THREE.Vector3(0, 1, 0);
      tracts.slice(0, shown).forEach(([i, k, w], row) => {
        const a = new THREE.Vector3(...at[i]), b = new THREE.Vector3(...at[k]), d = b.clone().sub(a), length = d.length(), thick = radius * (0.0015 + 0.0035 * w * w);
        sticks.setMatrixAt(row, new THREE.Matrix4().compose(a.add(b).multiplyScalar(0.5), new THREE.Quaternion().setFromUnitVectors(up, d.normalize()), new THREE.Vector3(thick, length, thick)));
      });
      gl.scene.add(sticks);
    }
    function render() {
      if (gl) {
        for (let i = 0; i < n; ++i) {
          const r = size * grow(i);
          spheres.setMatrixAt(i, new THREE.Matrix4().makeScale(r, r, r).setPosition(...at[i]));
          spheres.setColorAt(i, new THREE.Color(cssColour(shade(i)).replace(/rgba\((.*),1\)/, "rgb($1)")));
        }
        spheres.instanceMatrix.needsUpdate = true, spheres.instanceColor.needsUpdate = true;
        gl.render();
        return;
      }
      const g = orbit.flat(), basis = orbit.basis(), p = at.map((q) => orbit.project(q, basis));
      const ink = cssVar("--tract");
      tracts.slice(0, shown).forEach(([i, k, w]) => { g.strokeStyle = ink, g.globalAlpha = 0.3, g.lineWidth = 0.6 + 2 * w, g.beginPath(), g.moveTo(p[i].x, p[i].y), g.lineTo(p[k].x, p[k].y), g.stroke(); });
      g.globalAlpha = 1;
      [...p.keys()].sort((a, b) => p[a].depth - p[b].depth).forEach((i) => { g.fillStyle = cssColour(shade(i)), g.strokeStyle = cssVar("--paper"), g.lineWidth = 1, g.beginPath(), g.arc(p[i].x, p[i].y, Math.max(2, size * grow(i) * p[i].scale), 0, 7), g.fill(), g.stroke(); });
    }
    function describe() {
      legend.replaceChildren(...(source.range ? [el("span", {}, `dark ${num(source.range[0])} to bright ${num(source.range[1])} ${source.unit || ""}${source.at ? " at the cursor" : ""}`)]
        : byGroup(run.groups).bands.map((b) => el("span", {}, el("i", { style: `background:${groupColour(b.name)}` }), groupText(b.name)))));
    }
    orbit.canvas.addEventListener("pointermove", (e) => {
      const box = orbit.canvas.getBoundingClientRect(), x = (e.clientX - box.left) * width / box.width, y = (e.clientY - box.top) * height / box.height, basis = orbit.basis();
      let best = -1, near = 16, depth = -Infinity;
      for (let i = 0; i < n; ++i) { const p = orbit.project(at[i], basis), d = Math.hypot(p.x - x, p.y - y); if (d < Math.max(8, size * p.scale) && (d < near - 4 || p.depth > depth)) best = i, near = d, depth = p.depth; }
      where.textContent = best < 0 ? "Point at a region for its name." : `${run.labels[best]} · ${groupText(run.groups[best])}${source.range ? ` · ${source.name} ${num(valueOf(best))} ${source.unit || ""}` : ""}`;
    });
    const amount = el("input", { type: "range", min: 0, max: Math.min(tracts.length, 2000), value: shown, "aria-label": "number of tracts shown", oninput: () => { shown = +amount.value, count.textContent = `${shown} strongest`; placeTracts(); render(); } }), count = el("span", { class: "soft", style: "white-space:nowrap" }, `${shown} strongest`);
    body.append(el("div", { class: "level" }, choice("colour", sources.map((s, i) => [i, s.name]), sources.indexOf(source), (i) => { source = sources[+i]; describe(); render(); }),
      tracts.length ? el("label", { class: "choice" }, el("span", {}, "tracts"), amount, count) : null,
      Object.entries(VIEWS).map(([name, v]) => el("button", { type: "button", onclick: () => orbit.look(...v) }, name))), orbit.canvas, where, legend,
      gl ? "" : el("p", { class: "soft", "data-flat": "brain" }, "Drawn without WebGL."));
    placeTracts();
    describe();
    render();
    return { cursor: () => source.at && render(), stop: () => gl && gl.stop() };
  },
};

// What can colour the regions: { name, range?, values? | at?(region, ms), unit? }.
function sourcesOf(data, run) {
  const out = [{ name: "type of region" }];
  const moving = (name, unit, x, values, bin_ms) => {
    const columns = values.shape[1], sorted = Array.from(values).filter(Number.isFinite).sort((a, b) => a - b);
    if (!sorted.length) return;
    const k = Math.max(1, Math.round(20 / bin_ms));  // means of 20 ms: single bins flicker
    out.push({ name: `${name}, over time`, unit, range: [sorted[Math.floor(sorted.length * 0.02)], sorted[Math.floor(sorted.length * 0.98)]],
      at(i, ms) { const c = Math.floor((ms - x.from_ms) / (x.to_ms - x.from_ms) * columns), a = Math.max(0, Math.min(columns - 1, c - (k >> 1))); return mean(values.subarray(i * columns + a, i * columns + Math.min(columns, a + k))); } });
  };
  for (const x of run.spikes || []) if (x.rates) moving(`rate of ${x.name}`, "Hz", x, x.rates.values, x.rates.bin_ms);
  for (const x of run.signals || []) moving(x.state ? `${x.name}: ${x.state}` : x.name, x.unit, x, x.values, x.bin_ms);
  const weights = (run.matrices || []).find((m) => m.kind === "structure"), n = run.labels.length;
  if (weights) { const values = run.labels.map((_, i) => weights.values.subarray(i * n, (i + 1) * n).reduce((a, b) => a + (b || 0), 0)); out.push({ name: "in-strength", values, range: extent(values, { pad: 0 }) }); }
  const t = metricTable(data), place = new Map(t.labels.map((l, i) => [l, i])), seen = new Set();
  for (const r of t.regional) {
    if (r.arm !== run.arm || seen.has(r.metric)) continue;
    const values = run.labels.map((l) => (place.has(l) ? r.values[place.get(l)] : NaN));
    if (!values.some(Number.isFinite)) continue;
    seen.add(r.metric);
    out.push({ name: `${r.metric}, mean of the arm`, values, unit: r.unit, range: extent(values, { pad: 0 }) });
  }
  return out;
}

// Pairs of regions by mean weight of both directions, the strongest first: [region, region, share of the greatest].
function tractsOf(run) {
  const m = (run.matrices || []).find((x) => x.kind === "structure"), n = run.labels.length, out = [];
  if (!m) return out;
  for (let i = 0; i < n; ++i) for (let k = i + 1; k < n; ++k) { const w = ((m.values[i * n + k] || 0) + (m.values[k * n + i] || 0)) / 2; if (w > 0) out.push([i, k, w]); }
  out.sort((a, b) => b[2] - a[2]);
  const most = out.length ? out[0][2] : 1;
  return out.map(([i, k, w]) => [i, k, w / most]);
}
