// node make.mjs PACKAGES CHROMIUM RESULTS OUTPUT: cuts the pictures out of the reports. See make.sh.
import fs from "node:fs";
import path from "node:path";
import { startBrowser, open } from "../../tests/web/browser.mjs";

const [packages, chromium, results, output] = process.argv.slice(2);
const MOST = 150e3;  // bytes of a picture
const browser = await startBrowser(packages, chromium);

// Shows only what `keep` selects, and takes the page down to `height` pixels.
async function picture(name, from, { keep, height = 900, width = 1180, theme = "light", before }) {
  const r = await open(browser, path.resolve(results, from, "report.html"), { width, theme });
  if (r.failed || r.problems.length) throw new Error(`${from}: ${r.failed} ${r.problems.join("; ")}`);
  await r.page.addStyleTag({ content: ".bar, .tools, .skip { display: none !important } h2 { margin-top: 22px }" });
  if (before) await r.page.evaluate(before);
  await r.page.evaluate((keep) => { for (const e of document.querySelectorAll("main > header, main > section")) if (!keep.includes(e.id || "header")) e.remove(); }, keep);
  await r.page.waitForTimeout(200);
  const whole = await r.page.evaluate(() => Math.ceil(document.querySelector("main").getBoundingClientRect().bottom - 50));
  const clip = { x: 0, y: 0, width, height: Math.min(height, whole) };
  let file = path.join(output, `${name}.png`), bytes = await r.page.screenshot({ clip, fullPage: true });
  for (let quality = 90; bytes.length > MOST && quality > 40; quality -= 5) {
    file = path.join(output, `${name}.jpg`);
    bytes = await r.page.screenshot({ clip, fullPage: true, type: "jpeg", quality });
  }
  for (const old of ["png", "jpg"]) fs.rmSync(path.join(output, `${name}.${old}`), { force: true });
  fs.writeFileSync(file, bytes);
  console.log(`${file}: ${bytes.length} bytes, ${clip.width} x ${clip.height}`);
  await r.context.close();
}

await picture("report_02", "02_comprehensive", { keep: ["header", "nulls", "hierarchy"], height: 1000 });
await picture("report_04", "04_decomposition", { keep: ["header", "explained"], height: 1050 });
await picture("report_05", "05_spiking_hierarchy", { keep: ["header", "answers"], height: 1010 });
await picture("report_05_spikes", "05_run", { keep: ["run"], height: 780 });
await picture("report_05_brain", "05_run", { keep: ["structure"], height: 700, theme: "dark" });
await picture("report_06", "06_familiarity", { keep: ["header", "learning"], height: 900 });
await picture("report_07", "07_embodied", { keep: ["header", "learning"], height: 1100 });
await picture("report_07_replay", "07_run", { keep: ["body"], height: 860, before: () => window.encephagen.page.timeline.setCursor(window.encephagen.page.run.bodies[0].time_ms[12]) });
await browser.close();
