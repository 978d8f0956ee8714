// The report: reads the data beside it and makes the page.
import { decode, unpack } from "./decode.js";
import { makePage } from "./page.js";
import { sections } from "./sections.js";
import { connect } from "./panels/live.js";

const root = document.documentElement;
async function start() {
  const data = await decode(document.getElementById("data").textContent);
  const begin = performance.now();
  const page = makePage(document.getElementById("page"), data, sections);
  root.dataset.ms = Math.round(performance.now() - begin);
  root.dataset.drawn = "yes";
  window.encephagen = { page, unpack };  // for a look from the console
  if (data.kind === "live") connect(page, data);
}
start().catch((error) => {
  root.dataset.failed = String(error);
  document.getElementById("page").textContent = `This report cannot be read: ${error.message}. It needs a browser of 2023 or later.`;
  console.error(error);
});
