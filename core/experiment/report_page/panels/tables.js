// Expected figures, searches, warnings, provenance.
import { el, num, card, save } from "../dom.js";
import { chart, axis, extent } from "../chart.js";

export const figures = {
  id: "figures",
  needs: (data) => (data.figures || []).length > 0,
  draw(element, data) {
    const list = data.figures, good = list.filter((f) => f.status === "ok").length;
    const body = card(element, `${good} of ${list.length} within their tolerance`, { wide: true, file: "expected figures", rows: () => [["figure", "expected", "tolerance", "found", "published", "status"], ...list.map((f) => [f.id, f.expected, f.tolerance, f.found, f.published, f.status])] });
    body.classList.add("scroll");
    body.append(el("table", {}, el("thead", {}, el("tr", {}, ["figure", "expected", "tolerance", "found", "published", ""].map((h, i) => el("th", i > 0 && i < 5 ? { class: "n" } : {}, h)))),
      el("tbody", {}, list.map((f) => el("tr", {}, el("td", {}, f.id), el("td", { class: "n" }, num(f.expected, 4)), el("td", { class: "n" }, "±" + num(f.tolerance)), el("td", { class: "n" }, num(f.found, 4)), el("td", { class: "n" }, num(f.published, 4)),
        el("td", { class: f.status === "ok" ? "good" : "bad" }, f.status === "ok" ? "✓ " : "✗ ", f.text))))));
  },
};

export const searches = {
  id: "searches",
  needs: (data) => (data.optimizations || []).length > 0,
  draw(element, data) {
    for (const o of data.optimizations) {
      const point = Object.entries(o.sweep || {}).map(([k, v]) => `${k} = ${v}`).join(", ");
      const body = card(element, o.arm + (point ? ", " + point : ""), { file: `search ${o.name}`, rows: () => [["generation", "best", "mean", "sigma"], ...(o.best || []).map((b, i) => [i + 1, b, (o.mean || [])[i], (o.sigma || [])[i]])],
        note: `${o.goal} ${o.metric}: ${o.generations} generations of ${o.population} × ${o.replicates} runs` + (o.why_over === "generations" ? "" : `, ended by ${o.why_over}`) + `; the ${o.use === "best" ? "best candidate" : "mean of the distribution"} is used.` });
      const all = [...(o.best || []), ...(o.mean || [])].filter((v) => v !== null);
      if (all.length) {
        const g = chart(body, { width: 480, height: 230, left: 62, bottom: 34, label: `${o.metric} by generation` });
        const x = axis(1, Math.max(2, o.best.length), g.x0, g.x1), y = axis(...extent(all), g.y1, g.y0);
        g.xAxis(x, "generation", 5);
        g.yAxis(y, o.metric);
        const line = (v, more) => g.path((v || []).map((z, i) => [x(i + 1), z === null ? NaN : y(z)]), "var(--accent)", more);
        line(o.mean, { "stroke-opacity": 0.4 });
        line(o.best, { "stroke-width": 2.2 });
      }
      body.append(el("table", {}, el("tbody", {}, Object.entries(o.values || {}).map(([k, v]) => el("tr", {}, el("td", {}, k), el("td", {}, Array.isArray(v) ? v.slice(0, 12).map((z) => num(z)).join(", ") + (v.length > 12 ? ` … (${v.length})` : "") : num(v)))))));
    }
  },
};

export const warnings = {
  id: "warnings",
  needs: (data) => (data.warnings || []).length > 0 || ((data.provenance || {}).failures || []).length > 0,
  draw(element, data) {
    element.classList.add("plain");
    const failures = (data.provenance || {}).failures || [];
    if (failures.length) element.append(el("h3", {}, "Runs that failed"), el("ul", {}, failures.map((f) => el("li", {}, typeof f === "string" ? f : Object.values(f).join(": ")))));
    const list = data.warnings || [];
    if (list.length) element.append(el("details", list.length > 5 ? {} : { open: "" }, el("summary", {}, `${list.length} of the runs' warnings, each once`), el("ul", {}, list.map((w) => el("li", {}, w)))));
  },
};

const quoted = (word) => (/^[\w./:=,+@%-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

export const provenance = {
  id: "provenance",
  needs: (data) => !!data.provenance,
  draw(element, data) {
    element.classList.add("plain");
    const p = data.provenance, command = (p.command_line || []).map(quoted).join(" ");
    const copied = el("span", { class: "soft", role: "status" });
    const copy = async () => {
      try { await navigator.clipboard.writeText(command); copied.textContent = " copied"; } catch {
        getSelection().selectAllChildren(code);  // pages of a file may not write the clipboard
        copied.textContent = document.execCommand("copy") ? " copied" : " selected: copy it with the keyboard";
      }
    };
    const code = el("code", {}, command);
    if (command) element.append(el("h3", {}, "Run it again"), el("pre", { class: "command", tabindex: 0 }, code), el("p", {}, el("button", { type: "button", onclick: copy }, "copy the command"), copied));
    const short = (h) => (h ? `sha256 ${h.slice(0, 16)}…` : "");
    const rows = [["scenario", p.scenario], ["experiment", p.experiment], ["seed", p.seed], ...Object.entries(p.seeds || {}).map(([k, v]) => [`stream ${k}`, v]), ...Object.entries(p.versions || {}).map(([k, v]) => [k, typeof v === "object" ? JSON.stringify(v) : v]),
      ...(p.plugins || []).map((q) => [`${q.kind} ${q.name}`, `${q.version}, ${short(q.sha256)}`]), ...(p.data || []).map((q) => [`data ${q.name}`, short(q.sha256)]), ["graph", p.graph_id], ["key", p.key]].filter(([, v]) => v !== undefined && v !== null && v !== "");
    element.append(el("details", { open: "" }, el("summary", {}, "Versions, plugins and data"), el("div", { class: "scroll" }, el("table", {}, el("tbody", {}, rows.map(([k, v]) => el("tr", {}, el("td", {}, k), el("td", {}, String(v)))))))));
    if ((p.connectome_history || []).length) element.append(el("details", {}, el("summary", {}, "From file to graph"), el("ol", {}, [].concat(p.connectome_history).map((h) => el("li", {}, String(h))))));
    element.append(el("details", {}, el("summary", {}, "Complete settings (resolved.toml)"), el("p", {}, el("button", { type: "button", onclick: () => save("resolved.toml", data.resolved, "text/plain") }, "download resolved.toml")), el("pre", {}, data.resolved)),
      el("p", {}, el("button", { type: "button", onclick: () => save("run.json", JSON.stringify(p, null, 1), "application/json") }, "download run.json")));
  },
};
