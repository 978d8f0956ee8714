// The body as it moved: any scene of docs/reference/scene.md, in step with the cursor of all other panels.
import { el, num, card, choice, cssVar } from "../dom.js";
import { makeOrbit, cross } from "../orbit.js";
import { THREE } from "../libraries.js";

const drawable = (run) => (run ? (run.bodies || []).filter((b) => b.pose && b.pose.length > 0 && b.scene && (b.scene.shapes || []).length > 0) : []);

export const replay = {
  id: "replay",
  title: "Replay",
  needs: (_, run) => drawable(run).length > 0,
  draw(element, data, page) {
    const handles = drawable(page.run).map((b) => one(element, b, page));
    return { cursor: () => handles.forEach((h) => h.cursor()), stop: () => handles.forEach((h) => h.stop()) };
  },
};

// Axes of the scene to ours, in which z points up.
const UPRIGHT = { z: (p) => p, y: ([x, y, z]) => [x, -z, y], x: ([x, y, z]) => [-z, y, x] };
const AXES = { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] };

// v turned by the quaternion (w, x, y, z).
function turned([w, x, y, z], v) {
  const t = cross([x, y, z], v).map((c) => 2 * c), u = cross([x, y, z], t);
  return [v[0] + w * t[0] + u[0], v[1] + w * t[1] + u[1], v[2] + w * t[2] + u[2]];
}

function one(element, b, page) {
  const shapes = b.scene.shapes, upright = UPRIGHT[b.scene.up] || UPRIGHT.z, width7 = b.pose.shape[1], rows = b.time_ms.length;
  const reach = (s) => Math.max(...(s.type === "capsule" || s.type === "cylinder" ? [s.size[0], s.size[0] + (s.size[1] || 0)] : s.size.map((v) => v || 0)));

  // The last row that is not later, and how far it is to the next one of the same trial.
  function rowAt(ms) {
    let a = 0, z = rows;
    while (z - a > 1) { const m = (a + z) >> 1; if (b.time_ms[m] <= ms) a = m; else z = m; }
    const next = a + 1 < rows && b.trial[a + 1] === b.trial[a] ? a + 1 : a;
    return { row: a, next, share: next > a ? Math.max(0, Math.min(1, (ms - b.time_ms[a]) / (b.time_ms[next] - b.time_ms[a]))) : 0 };
  }
  // The seven numbers of a shape, between two rows where it is asked for.
  function poseOf(s, { row, next, share }) {
    if (s.pose === undefined) return s.at || [0, 0, 0, 1, 0, 0, 0];
    const p = b.pose.subarray(row * width7 + s.pose, row * width7 + s.pose + 7), q = b.pose.subarray(next * width7 + s.pose, next * width7 + s.pose + 7);
    const sign = p[3] * q[3] + p[4] * q[4] + p[5] * q[5] + p[6] * q[6] < 0 ? -1 : 1, out = [];
    for (let i = 0; i < 7; ++i) out.push(p[i] + ((i > 2 ? sign : 1) * q[i] - p[i]) * share);
    const length = Math.hypot(out[3], out[4], out[5], out[6]) || 1;
    return out.map((v, i) => (i > 2 ? v / length : v));
  }

  // What to look at: all of it, or, if it goes far, what moves.
  const moving = shapes.filter((s) => s.pose !== undefined), low = [1e9, 1e9, 1e9], high = [-1e9, -1e9, -1e9], first = [[1e9, 1e9, 1e9], [-1e9, -1e9, -1e9]];
  for (let r = 0; r < rows; r += Math.max(1, Math.floor(rows / 400)))
    for (const s of moving.length ? moving : shapes) {
      const p = upright(poseOf(s, { row: r, next: r, share: 0 }).slice(0, 3)), m = reach(s);
      for (let k = 0; k < 3; ++k) if (Number.isFinite(p[k])) { low[k] = Math.min(low[k], p[k] - m), high[k] = Math.max(high[k], p[k] + m); if (r === 0) first[0][k] = Math.min(first[0][k], p[k] - m), first[1][k] = Math.max(first[1][k], p[k] + m); }
    }
  for (const s of shapes) if (s.type === "plane" && s.pose === undefined && s.size[0] > 0 && s.size[0] < 50 && /xy|yx/.test(b.scene.view || "")) for (let k = 0; k < 2; ++k) low[k] = Math.min(low[k], -s.size[k]), high[k] = Math.max(high[k], s.size[k]);
  const half = (a, b) => Math.max(...[0, 1, 2].map((k) => b[k] - a[k])) * 0.6, spread = half(low, high), own = half(...first);
  const follows = spread > 3 * own && !/xy|yx/.test(b.scene.view || ""), radius = follows ? own * 1.5 : spread, middle = [0, 1, 2].map((k) => (low[k] + high[k]) / 2);
  const [right, up] = (b.scene.view || "xz").split("").map((a) => upright(AXES[a] || AXES.x)), towards = cross(right, up);
  const pitch = Math.max(-1.55, Math.min(1.55, Math.abs(towards[2]) > 0.9 ? 1.55 * Math.sign(towards[2]) : 0.12)), yaw = Math.abs(towards[2]) > 0.9 ? Math.atan2(-right[0], right[1]) : Math.atan2(towards[1], towards[0]);

  const body = card(element, b.name, { wide: true, file: `replay ${b.name}`, rows: () => [["time_ms", "trial", ...(b.observation_name || [])], ...Array.from(b.time_ms, (t, i) => [t, b.trial[i], ...b.observation.subarray(i * b.observation.shape[1], (i + 1) * b.observation.shape[1])])] });
  const full = body.clientWidth || 1080, width = Math.max(280, Math.min(620, full > 760 ? full - 400 : full)), height = Math.round(width * 0.68);
  const orbit = makeOrbit({ centre: middle, radius, yaw, pitch, width, height, label: `replay of ${b.name}` }, () => render());
  const gl = orbit.webgl(), meshes = [];
  if (gl) {
    const root = new THREE.Group();
    if (b.scene.up === "y") root.rotation.x = Math.PI / 2;
    if (b.scene.up === "x") root.rotation.y = -Math.PI / 2;
    gl.scene.add(root);
    for (const s of shapes) { const mesh = meshOf(s, radius); meshes.push(mesh); root.add(mesh); }
  }
  function render() {
    const at = rowAt(page.timeline.cursor);
    if (follows) {
      const sum = [0, 0, 0];
      for (const s of moving) { const p = upright(poseOf(s, at).slice(0, 3)); for (let k = 0; k < 3; ++k) sum[k] += p[k] / moving.length; }
      orbit.centre = sum;
    }
    if (gl) {
      shapes.forEach((s, i) => { const p = poseOf(s, at); meshes[i].position.set(p[0], p[1], p[2]); meshes[i].quaternion.set(p[4], p[5], p[6], p[3]); });
      gl.render();
    } else flat(at);
    tell(at.row);
  }
  // Plain strokes: outlines of what the same camera sees, the far ones first.
  function flat(at) {
    const g = orbit.flat(), basis = orbit.basis();
    const parts = shapes.map((s) => {
      const p = poseOf(s, at), place = p.slice(0, 3), q = p.slice(3), point = (v) => orbit.project(upright(turned(q, v).map((c, k) => c + place[k])), basis), centre = orbit.project(upright(place), basis);
      return { s, point, centre, depth: s.type === "plane" ? -1e9 : centre.depth };
    });
    for (const { s, point, centre } of parts.sort((a, b) => a.depth - b.depth)) {
      const [red, green, blue, alpha] = s.rgba || [0.5, 0.5, 0.5, 1];
      g.fillStyle = g.strokeStyle = `rgba(${red * 255},${green * 255},${blue * 255},${alpha})`;
      g.lineCap = s.type === "capsule" ? "round" : "butt";
      if (s.type === "sphere") { g.beginPath(), g.arc(centre.x, centre.y, s.size[0] * centre.scale, 0, 7), g.fill(); continue; }
      if (s.type === "capsule" || s.type === "cylinder") {
        const a = point([0, 0, -s.size[1]]), z = point([0, 0, s.size[1]]);
        if (Math.hypot(a.x - z.x, a.y - z.y) < s.size[0] * centre.scale) g.beginPath(), g.arc(centre.x, centre.y, s.size[0] * centre.scale, 0, 7), g.fill();
        else g.lineWidth = Math.max(1, 2 * s.size[0] * centre.scale), g.beginPath(), g.moveTo(a.x, a.y), g.lineTo(z.x, z.y), g.stroke();
        continue;
      }
      const [w, d, h] = s.type === "plane" ? [s.size[0] || 4 * radius, s.size[1] || 4 * radius, 0] : s.size, corners = [];
      for (const x of [-w, w]) for (const y of [-d, d]) for (const z of h ? [-h, h] : [0]) corners.push(point([x, y, z]));
      const outline = hull(corners.map((c) => [c.x, c.y]));
      g.globalAlpha = s.type === "plane" ? 0.35 : 1;
      g.beginPath();
      outline.forEach(([x, y], i) => (i ? g.lineTo(x, y) : g.moveTo(x, y)));
      g.closePath(), g.fill(), g.lineWidth = 1, g.stroke(), g.globalAlpha = 1;
    }
  }

  // ---- controls -------------------------------------------------------------------------------------------------------
  let playing = 0, last = 0, speed = 1;
  const readout = el("p", { class: "readout soft" }), button = el("button", { type: "button", class: "play", onclick: () => (playing ? pause() : play()) }, "▶ play");
  const scrub = el("input", { type: "range", min: 0, max: rows - 1, value: 0, "aria-label": "time", oninput: () => page.timeline.setCursor(b.time_ms[+scrub.value]) });
  const starts = [];
  for (let i = 0; i < rows; ++i) if (i === 0 || b.trial[i] !== b.trial[i - 1]) starts.push(i);
  // What is sensed and done, as bars between the least and the greatest of the whole recording.
  const bars = [], meters = el("div", { class: "meters" });
  for (const [title, names, values, most] of [["sensed", b.observation_name, b.observation, 14], ["done", b.action_name, b.action, 8]]) {
    if (!names || !names.length) continue;
    meters.append(el("h4", {}, title));
    names.slice(0, most).forEach((name, k) => {
      let least = Infinity, greatest = -Infinity;
      for (let r = 0; r < rows; ++r) { const v = values[r * names.length + k]; if (v < least) least = v; if (v > greatest) greatest = v; }
      const bar = el("i", {}), text = el("b", {});
      meters.append(el("div", {}, el("span", { "data-tip": name }, name.replaceAll("_", " ")), el("em", {}, bar), text));
      bars.push((row) => {
        const v = values[row * names.length + k], zero = Math.max(0, Math.min(1, -least / (greatest - least || 1))), at = Math.max(0, Math.min(1, (v - least) / (greatest - least || 1)));
        text.textContent = num(v, 2);
        bar.style.left = `${100 * Math.min(zero, at)}%`, bar.style.width = `${Number.isFinite(v) ? Math.max(1, 100 * Math.abs(at - zero)) : 0}%`;
      });
    });
  }
  function tell(row) {
    scrub.value = row;
    const w = b.reward.shape[1], reward = b.reward.subarray(row * w, (row + 1) * w).reduce((a, c) => a + (c || 0), 0);
    for (const bar of bars) bar(row);
    readout.textContent = `${Math.round(b.time_ms[row])} ms · trial ${b.trial[row] + 1} · reward ${num(reward, 2)}`;
  }
  function frame(now) {
    const t = page.timeline, ms = t.cursor + Math.min(100, now - last) * speed;
    last = now;
    const end = Math.min(t.to, b.time_ms[rows - 1]);
    let next = ms > end ? Math.max(t.from, b.time_ms[0]) : ms;
    const { row } = rowAt(next);
    // Trials that are not shown, and the pause behind a trial, are skipped.
    if (row + 1 < rows && b.trial[row + 1] !== b.trial[row] && next > b.time_ms[row] + 300 * speed && ms <= end) next = b.time_ms[row + 1];
    t.setCursor(next);
    playing = requestAnimationFrame(frame);
  }
  function play() { button.textContent = "❚❚ pause"; last = performance.now(); playing = requestAnimationFrame(frame); }
  function pause() { button.textContent = "▶ play"; cancelAnimationFrame(playing); playing = 0; }
  body.append(el("div", { class: "beside" }, orbit.canvas, meters), el("div", { class: "level" }, button, scrub, choice("speed", [[0.25, "¼"], [1, "1"], [4, "4"], [16, "16"]], 1, (v) => { speed = +v; }),
    starts.length > 1 ? choice("trial", starts.map((i) => [i, b.trial[i] + 1]), starts[0], (i) => page.timeline.setCursor(b.time_ms[+i])) : null), readout,
    gl ? "" : el("p", { class: "soft", "data-flat": "replay" }, "Drawn without WebGL."));
  render();
  return { cursor: render, stop: () => { pause(); if (gl) gl.stop(); } };
}

function meshOf(s, radius) {
  const [red, green, blue, alpha] = s.rgba || [0.5, 0.5, 0.5, 1];
  const material = new THREE.MeshStandardMaterial({ color: new THREE.Color().setRGB(red, green, blue, "srgb"), transparent: alpha < 1, opacity: alpha, roughness: 0.7 });
  const group = new THREE.Group(), upwards = (geometry) => { const m = new THREE.Mesh(geometry, material); m.rotation.x = Math.PI / 2; return m; };  // theirs lie along y
  if (s.type === "sphere") group.add(new THREE.Mesh(new THREE.SphereGeometry(s.size[0], 24, 16), material));
  else if (s.type === "capsule") group.add(upwards(new THREE.CapsuleGeometry(s.size[0], 2 * s.size[1], 6, 16)));
  else if (s.type === "cylinder") group.add(upwards(new THREE.CylinderGeometry(s.size[0], s.size[0], 2 * s.size[1], 24)));
  else if (s.type === "ellipsoid") { const m = new THREE.Mesh(new THREE.SphereGeometry(1, 24, 16), material); m.scale.set(...s.size); group.add(m); }
  else if (s.type === "plane") {
    const w = Math.min(s.size[0] || 12 * radius, 40 * radius), d = Math.min(s.size[1] || 12 * radius, 40 * radius);
    material.transparent = true, material.opacity = 0.5 * alpha, material.depthWrite = false;
    const grid = new THREE.GridHelper(2 * Math.max(w, d), Math.max(4, Math.min(60, Math.round(4 * Math.max(w, d) / radius))), 0x888888, 0xaaaaaa);
    grid.rotation.x = Math.PI / 2;
    grid.scale.set(w / Math.max(w, d), 1, d / Math.max(w, d));
    group.add(new THREE.Mesh(new THREE.PlaneGeometry(2 * w, 2 * d), material), grid);
  } else group.add(new THREE.Mesh(new THREE.BoxGeometry(...s.size.slice(0, 3).map((v) => 2 * v)), material));
  return group;
}

// Convex hull, Andrew's monotone chain.
function hull(points) {
  points.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (list) => { const out = []; for (const p of list) { while (out.length > 1 && (out.at(-1)[0] - out.at(-2)[0]) * (p[1] - out.at(-2)[1]) - (out.at(-1)[1] - out.at(-2)[1]) * (p[0] - out.at(-2)[0]) <= 0) out.pop(); out.push(p); } out.pop(); return out; };
  return [...half(points), ...half(points.slice().reverse())];
}
