// A camera that turns around a point, for drawings with WebGL and without: the same projection serves both, and tells
// what is under the pointer.
import { el } from "./dom.js";
import { THREE } from "./libraries.js";

const FOV = 28;
export const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

// `radius`: of what is to be seen, in the data's unit. z points up. `draw` is called when the view changes.
export function makeOrbit({ centre, radius, yaw, pitch, width, height, label }, draw) {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const canvas = el("canvas", { width: Math.round(width * ratio), height: Math.round(height * ratio), style: `width:${width}px;height:${height}px;max-width:100%`, tabindex: 0, role: "img", "aria-label": `${label}. Drag or arrow keys turn it, plus and minus zoom.` });
  const o = { canvas, width, height, ratio, centre: centre.slice(), yaw, pitch, distance: radius / Math.sin(FOV / 360 * Math.PI) * 1.02, home: { yaw, pitch } };
  const wide = width / height;
  if (wide < 1) o.distance /= wide;
  const distance = o.distance;
  o.basis = () => {
    const d = [Math.cos(o.pitch) * Math.cos(o.yaw), Math.cos(o.pitch) * Math.sin(o.yaw), Math.sin(o.pitch)], r = [-Math.sin(o.yaw), Math.cos(o.yaw), 0];
    return { d, r, u: cross(d, r) };
  };
  // Pixels of the layout, how much a unit measures there, and how near it is.
  o.project = (p, { d, r, u } = o.basis()) => {
    const q = [p[0] - o.centre[0], p[1] - o.centre[1], p[2] - o.centre[2]], depth = dot(q, d), scale = height / (2 * Math.tan(FOV / 360 * Math.PI)) / Math.max(1e-6, o.distance - depth);
    return { x: width / 2 + dot(q, r) * scale, y: height / 2 - dot(q, u) * scale, scale, depth };
  };
  let from = null;
  canvas.addEventListener("pointerdown", (e) => { from = [e.clientX, e.clientY]; canvas.setPointerCapture(e.pointerId); });
  canvas.addEventListener("pointermove", (e) => {
    if (!from) return;
    o.yaw -= (e.clientX - from[0]) * 0.008, o.pitch = Math.max(-1.55, Math.min(1.55, o.pitch + (e.clientY - from[1]) * 0.008));
    from = [e.clientX, e.clientY];
    draw();
  });
  canvas.addEventListener("pointerup", () => { from = null; });
  canvas.addEventListener("wheel", (e) => { if (e.ctrlKey || document.activeElement === canvas) { e.preventDefault(); o.zoom(Math.exp(e.deltaY * 0.001)); } }, { passive: false });
  o.zoom = (f) => { o.distance = Math.max(distance * 0.15, Math.min(distance * 4, o.distance * f)); draw(); };
  o.look = (y, p) => { o.yaw = y, o.pitch = p, o.distance = distance; draw(); };
  canvas.addEventListener("keydown", (e) => {
    const keys = { ArrowLeft: () => { o.yaw += 0.1; draw(); }, ArrowRight: () => { o.yaw -= 0.1; draw(); }, ArrowUp: () => { o.pitch = Math.min(1.55, o.pitch + 0.1); draw(); }, ArrowDown: () => { o.pitch = Math.max(-1.55, o.pitch - 0.1); draw(); },
      "+": () => o.zoom(0.85), "=": () => o.zoom(0.85), "-": () => o.zoom(1.18), 0: () => o.look(o.home.yaw, o.home.pitch) };
    if (keys[e.key]) e.preventDefault(), keys[e.key]();
  });

  // With WebGL: { scene, render, stop }. Without (no library, switched off, too many contexts): null.
  o.webgl = () => {
    const context = THREE && canvas.getContext("webgl2", { antialias: true, alpha: true, preserveDrawingBuffer: true });
    if (!context) return null;
    const renderer = new THREE.WebGLRenderer({ canvas, context, antialias: true, alpha: true, preserveDrawingBuffer: true });
    renderer.setPixelRatio(ratio);
    renderer.setSize(width, height, false);
    const scene = new THREE.Scene(), camera = new THREE.PerspectiveCamera(FOV, width / height, radius / 100, radius * 100);
    camera.up.set(0, 0, 1);
    const sun = new THREE.DirectionalLight(0xffffff, 1.6);
    scene.add(new THREE.HemisphereLight(0xffffff, 0x777788, 1.9), sun);
    return { scene, render() {
      const { d } = o.basis();
      camera.position.set(o.centre[0] + d[0] * o.distance, o.centre[1] + d[1] * o.distance, o.centre[2] + d[2] * o.distance);
      camera.up.set(0, 0, 1);
      if (Math.abs(o.pitch) > 1.54) camera.up.set(-Math.cos(o.yaw) * Math.sign(o.pitch), -Math.sin(o.yaw) * Math.sign(o.pitch), 0);
      camera.lookAt(...o.centre);
      sun.position.copy(camera.position).add(new THREE.Vector3(radius, 0, radius * 2));
      renderer.render(scene, camera);
    }, stop() { renderer.dispose(); renderer.forceContextLoss(); } };
  };
  o.flat = () => { const g = canvas.getContext("2d"); g.setTransform(ratio, 0, 0, ratio, 0, 0); g.clearRect(0, 0, width, height); return g; };
  return o;
}
