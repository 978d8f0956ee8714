// Puts the panels on the page: header, sections, the choice of a run, and who is told of cursor, window, size and theme.
//
// A panel is { id, title?, needs(data, run), draw(element, data, page) }:
//   needs   whether the results hold what it shows; `run` is the chosen one of data.runs, or undefined
//   draw    draws into the empty element; may return { update(data), cursor(ms), window(from, to), stop() }, each optional:
//           without update() new data draw it anew. It may use page.run, page.timeline and page.theme.
// The document is described in README.md. A live view makes the same page and calls page.update(document) with every message.
import { el, plural, choice, save, csvOf, enableTips } from "./dom.js";
import { makeTimeline } from "./timeline.js";
import { header, tableRows } from "./header.js";

export function makePage(root, data, sections) {
  const page = { data, run: undefined, timeline: makeTimeline(0, 1), failed: [], ms: {} };
  const shown = [];  // { panel, element, handle, section }
  const runs = () => page.data.runs || [];

  function guarded(entry, what, action) {
    try { return action(); } catch (error) {
      page.failed.push(`${entry.panel.id}: ${error.message}`);
      document.documentElement.dataset.failed = page.failed.join("; ");
      if (what === "draw") entry.element.replaceChildren(el("p", { class: "loud", role: "alert" }, `This panel (${entry.panel.id}) could not be drawn: ${error.message}`));
      console.error(`panel ${entry.panel.id}, ${what}:`, error);
      return undefined;
    }
  }
  function draw(entry) {
    if (entry.handle && entry.handle.stop) guarded(entry, "stop", () => entry.handle.stop());
    entry.element.replaceChildren();
    const begin = performance.now();
    entry.handle = guarded(entry, "draw", () => entry.panel.draw(entry.element, page.data, page)) || {};
    tell(entry, "cursor");
    page.ms[entry.panel.id] = Math.round(performance.now() - begin);
  }
  function tell(entry, what) {
    if (entry.handle && entry.handle[what])
      guarded(entry, what, () => (what === "cursor" ? entry.handle.cursor(page.timeline.cursor) : entry.handle.window(page.timeline.from, page.timeline.to)));
  }
  function setTimeline() {
    const spans = page.run ? [...(page.run.spikes || []), ...(page.run.signals || [])].filter((x) => x.to_ms > x.from_ms).map((x) => [x.from_ms, x.to_ms]) : [];
    for (const b of (page.run && page.run.bodies) || []) if (b.time_ms && b.time_ms.length > 1) spans.push([b.time_ms[0], b.time_ms.at(-1)]);
    page.timeline = spans.length ? makeTimeline(Math.min(...spans.map((x) => x[0])), Math.max(...spans.map((x) => x[1]))) : makeTimeline(0, 1);
    // At the start nothing has happened yet; a body is watched from its first step.
    if (page.run && !(page.run.bodies || []).some((b) => b.pose)) page.timeline.setCursor((page.timeline.full[0] + page.timeline.full[1]) / 2);
    page.timeline.listen({ cursor: () => shown.forEach((e) => tell(e, "cursor")), window: () => shown.forEach((e) => tell(e, "window")) });
  }
  const wants = (panel) => guarded({ panel, element: el("div") }, "needs", () => panel.needs(page.data, page.run));

  // The panels of one section that have something to show.
  function fill(section) {
    for (let i = shown.length; i--;) if (shown[i].section === section) { if (shown[i].handle && shown[i].handle.stop) shown[i].handle.stop(); shown.splice(i, 1); }
    section.host.replaceChildren();
    for (const panel of section.panels) {
      if (!wants(panel)) continue;
      const element = el("div", { class: "cards", id: `panel-${panel.id}`, "data-panel": panel.id });
      if (panel.title) section.host.append(el("h3", { class: "panel-title" }, panel.title));
      section.host.append(element);
      const entry = { panel, element, section };
      shown.push(entry);
      draw(entry);
    }
    section.element.hidden = section.host.childElementCount === 0;
  }
  function fillAll() {
    for (const section of sections) if (section.host) fill(section);
    nav.replaceChildren(...sections.filter((x) => x.element && !x.element.hidden).map((x) => el("a", { href: `#${x.id}` }, x.short || x.title)));
    document.documentElement.dataset.panels = shown.map((e) => e.panel.id).join(" ");
  }

  page.redraw = () => shown.forEach(draw);
  page.chooseRun = (i) => {
    page.run = runs()[i];
    setTimeline();
    for (const section of sections) if (section.perRun) fill(section);
  };
  // New data of a run that goes on.
  page.update = (next) => {
    const at = Math.max(0, runs().indexOf(page.run));
    page.data = next;
    page.run = runs()[at];
    const { from, to, cursor } = page.timeline, wasZoomed = page.timeline.isZoomed(), before = page.timeline.full;
    setTimeline();
    if (wasZoomed) page.timeline.setWindow(from, to);
    if (cursor < before[1]) page.timeline.setCursor(cursor); else page.timeline.setCursor(page.timeline.full[1]);
    const missing = sections.some((x) => x.panels.some((p) => !shown.some((e) => e.panel === p) && wants(p)));
    if (missing) return fillAll();
    for (const entry of shown) if (entry.handle && entry.handle.update) guarded(entry, "update", () => entry.handle.update(next)); else draw(entry);
  };

  // ---- the frame ---------------------------------------------------------------------------------------------------
  const nav = el("nav", { "aria-label": "sections" });
  const main = el("main", { id: "main" });
  const setTheme = (name) => {
    if (name === "auto") delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = name;
    page.redraw();
  };
  const tools = el("div", { class: "page-tools" },
    choice("theme", ["auto", "light", "dark"], "auto", setTheme),
    el("button", { type: "button", onclick: () => print() }, "print"),
    tableRows(data).length > 1 ? el("button", { type: "button", onclick: () => save("metrics.csv", csvOf(tableRows(page.data)), "text/csv") }, "metrics as csv") : null);
  root.replaceChildren(el("div", { class: "bar" }, nav, tools), main);
  main.append(header(data));
  for (const section of sections) {
    section.host = el("div", { class: "host" });
    const note = typeof section.note === "function" ? section.note(data) : section.note;
    const head = [el("h2", {}, section.title), note ? el("p", { class: "soft" }, note) : null];
    if (section.perRun && section.leads && runs().length > 1)
      head.push(choice("run", runs().map((r, i) => [i, r.name]), 0, (i) => page.chooseRun(+i)));
    section.element = el("section", { id: section.id, "aria-label": section.title }, head, section.host);
    main.append(section.element);
  }
  enableTips();
  page.run = runs()[0];
  setTimeline();
  fillAll();
  let width = main.clientWidth, waiting;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(() => { if (main.clientWidth !== width) width = main.clientWidth, page.redraw(); }, 150); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", page.redraw);
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
  page.summary = () => `${plural(shown.length, "panel")}, ${page.failed.length} failed`;
  return page;
}
