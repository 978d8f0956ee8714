// A run that goes on: where its documents come from, and what its viewer can do to it (core/live/live_view.hpp).
import { el, num, choice } from "../dom.js";
import { unpack } from "../decode.js";

const shown_every_ms = 200; // panels are drawn anew; what comes in between is left out
const listeners = new Set();
let socket, asked = 0;

function ask(order) {
  if (!socket || socket.readyState !== WebSocket.OPEN) return tell({ ok: false, says: "the run is not connected" });
  socket.send(JSON.stringify({ id: ++asked, ...order }));
}
const tell = (answer) => listeners.forEach((hears) => hears(answer));

// Messages hold what changes; the page's own document holds the rest.
export function connect(page, first) {
  let newest, waits = false;
  const merged = (next) => ({ ...first, live: next.live, runs: next.runs ? [{ ...first.runs[0], ...next.runs[0] }] : page.data.runs });
  const show = () => {
    waits = false;
    if (newest) page.update(merged(newest)), (newest = undefined);
  };
  socket = new WebSocket(`ws://${location.host}/live${location.search}`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") return tell(JSON.parse(data));
    newest = unpack(data);
    if (!waits) (waits = true), setTimeout(show, shown_every_ms);
  });
  socket.addEventListener("close", () => {
    show();
    if (page.data.live.state !== "over") page.update({ ...page.data, live: { ...page.data.live, state: "gone" } });
  });
}

const STATES = { running: "running", paused: "paused", over: "over", gone: "not connected: the program has ended or was stopped" };

function parameters(list) {
  return list.filter((owner) => owner.params.length).map((owner) =>
    el("details", {}, el("summary", {}, owner.name), el("div", { class: "live-params" }, owner.params.map((p) => {
      const range = p.low !== undefined || p.high !== undefined ? ` (${p.low ?? "−∞"} to ${p.high ?? "∞"})` : "";
      const input = el("input", { type: "number", step: "any", value: p.value, min: p.low, max: p.high, onchange: () => {
        if (input.value === "" || !input.checkValidity()) return tell({ ok: false, says: `${p.path}: ${input.validationMessage || "needs a number"}` });
        ask({ do: "set", path: p.path, value: input.value });
      } });
      return el("label", { class: "choice", "data-tip": p.doc + range }, el("span", {}, p.path.split(".").at(-1)), input);
    }))));
}

// The page draws its panels anew when others come; what a viewer has typed and been told stays.
let made;

export const live = {
  id: "live",
  needs: (data) => data.kind === "live",
  draw(element, data) {
    if (!made || made.controls !== data.controls) made = { controls: data.controls, ...make(data) };
    element.append(made.card);
    made.update(data);
    return { update: made.update };
  },
};

function make(data) {
  const controls = data.controls, log = el("ol", { class: "live-log", role: "log", "aria-live": "polite" });
  const number = (label, value) => {
    const input = el("input", { type: "number", step: "any", value });
    return { input, label: el("label", { class: "choice" }, el("span", {}, label), input), get value() { return Number(input.value); } };
  };
  const button = (text, onclick) => el("button", { type: "button", onclick }, text);
  const status = el("p", { class: "live-status", role: "status" });
  const bar = el("progress", { max: 1, value: 0, "aria-label": "share of the run" });
  const toggle = button("pause", () => ask({ do: toggle.textContent }));
  const step = number("step, ms", 10);

  const injects = controls.populations.filter((p) => p.ports.length);
  let population = injects[0], port = population && population.ports[0];
  const ports = el("span");
  const setPorts = () => ports.replaceChildren(choice("port", population.ports, (port = population.ports[0]), (v) => { port = v; }));
  const region = el("input", { type: "text", value: "*", size: 12, list: "live-regions" });
  const regions = el("datalist", { id: "live-regions" }, [...new Set([...data.runs[0].groups, ...data.runs[0].labels])].filter(Boolean).map((v) => el("option", { value: v })));
  const amplitude = number("amplitude", 5), duration = number("for, ms", 50);
  if (population) setPorts();

  const card = el("div", { class: "card wide live" },
    status, bar,
    el("div", { class: "live-row" }, toggle, step.label, button("step", () => ask({ do: "step", ms: step.value }))),
    population ? el("fieldset", {}, el("legend", {}, "Stimulate"), el("div", { class: "live-row" },
      choice("population", injects.map((p) => p.name), population.name, (name) => { population = injects.find((p) => p.name === name); setPorts(); }), ports,
      el("label", { class: "choice" }, el("span", {}, "regions"), region), regions, amplitude.label, duration.label,
      button("stimulate", () => ask({ do: "inject", population: population.name, port, region: region.value || "*", amplitude: amplitude.value, duration_ms: duration.value })))) : null,
    el("fieldset", {}, el("legend", {}, "Parameters"), parameters(controls.populations), parameters(controls.encoders)),
    log);
  const hears = (answer) => {
    log.prepend(el("li", { class: answer.ok ? null : "loud" }, answer.says));
    while (log.childElementCount > 8) log.lastChild.remove();
  };
  listeners.add(hears);
  const update = ({ live: now }) => {
    status.textContent = `${STATES[now.state] || now.state} · ${num((now.t_ms || 0) / 1000, 4)} of ${num(now.duration_ms / 1000, 4)} s` +
      (now.state === "running" && now.speed ? ` · ${num(now.speed)} × real time` : "") + (now.says ? ` · ${now.says}` : "");
    bar.value = (now.t_ms || 0) / now.duration_ms;
    if (now.state === "running" || now.state === "paused") toggle.textContent = now.state === "paused" ? "go" : "pause";
    card.querySelectorAll("button, input, select").forEach((e) => { e.disabled = now.state === "over" || now.state === "gone"; });
    document.documentElement.dataset.live = now.state;
  };
  return { card, update };
}
