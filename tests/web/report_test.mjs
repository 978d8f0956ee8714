// node report_test.mjs PACKAGES CHROMIUM RESULTS PLAIN SHOTS: the reports of RESULTS/{nulls,walker,learning} in headless
// Chromium. Every panel drawn, no error, no request; without WebGL; at two widths; by keyboard; downloads; a build without
// npm (PLAIN: its script); and pages that are broken on purpose must be found out.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { startBrowser, open } from "./browser.mjs";

const [packages, chromium, results, plain, shots] = process.argv.slice(2);
const failures = [];
const check = (ok, what) => { if (!ok) { failures.push(what); console.log(`FAILED: ${what}`); } };
const report = (name) => path.join(results, name, "report.html");
fs.mkdirSync(shots, { recursive: true });
// Pictures of whole pages, to be looked at by people, are taken where ENCEPHAGEN_SHOTS is set: without a graphics card each takes seconds.
const shoot = (r, name) => (process.env.ENCEPHAGEN_SHOTS ? r.page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true }) : null);

const EXPECTED = {
  nulls: "claims decompositions nulls hierarchy sweeps signals spectra matrices scatter metrics warnings provenance",
  walker: "hierarchy learning raster rates signals spectra replay torque matrices scatter metrics provenance",
  learning: "claims learning raster rates spectra replay torque metrics provenance",
};

// What is wrong with a page, in words; nothing if it is good. The mutants below show that each line can speak.
async function faults(r, expected) {
  const out = [];
  if (r.failed) out.push(`a panel failed: ${r.failed}`);
  for (const p of r.problems) out.push(p);
  for (const u of r.requests) out.push(`it asked for ${u}`);
  for (const p of expected.split(" ")) if (!r.panels.includes(p)) out.push(`there is no panel '${p}'`);
  out.push(...await r.page.evaluate(() => {
    const out = [];
    if (document.documentElement.scrollWidth > innerWidth) out.push(`it is ${document.documentElement.scrollWidth - innerWidth} pixels wider than the window`);
    for (const panel of document.querySelectorAll("[data-panel]")) {
      const name = panel.dataset.panel, drawings = panel.querySelectorAll("svg, canvas, table");
      if (!drawings.length && !["warnings", "provenance"].includes(name)) out.push(`panel '${name}' holds no drawing`);
      for (const svg of panel.querySelectorAll("svg")) {
        if (svg.querySelectorAll("rect, path, circle, image").length < 1) out.push(`panel '${name}' holds an empty drawing`);
        if (/NaN|undefined|Infinity/.test(svg.innerHTML.replace(/ href="data:[^"]*"/g, ""))) out.push(`panel '${name}' draws at NaN`);
      }
      for (const image of panel.querySelectorAll("image")) if (!/^data:image\/png;base64,.{60}/.test(image.getAttribute("href") || "")) out.push(`panel '${name}' holds an empty picture`);
      for (const canvas of panel.querySelectorAll("canvas")) {
        const copy = document.createElement("canvas");
        copy.width = canvas.width, copy.height = canvas.height;
        const g = copy.getContext("2d");
        g.drawImage(canvas, 0, 0);
        const pixels = new Uint32Array(g.getImageData(0, 0, copy.width, copy.height).data.buffer);
        if (new Set(pixels).size < 3) out.push(`panel '${name}' holds an empty canvas`);
      }
      const text = [...panel.querySelectorAll(".card")].map((c) => c.innerText).join("\n");
      const word = /^null$|\b(undefined|NaN)\b/m.exec(text);
      if (word) out.push(`panel '${name}' says '${word[0]}'`);
    }
    return out;
  }));
  return out;
}
async function good(browser, name, what, options) {
  const r = await open(browser, report(name), options);
  for (const f of await faults(r, EXPECTED[name])) check(false, `${name}, ${what}: ${f}`);
  console.log(`${name}, ${what}: ${r.panels.length} panels drawn in ${r.ms} ms`);
  return r;
}

const browser = await startBrowser(packages, chromium);

for (const name of Object.keys(EXPECTED)) {
  const r = await good(browser, name, "1280 pixels");
  await shoot(r, `${name}_1280`);
  check(r.ms < 20000, `${name}: takes ${r.ms} ms to draw`);
  check(fs.statSync(report(name)).size < 2e6, `${name}: the page has ${fs.statSync(report(name)).size} bytes`);
  if (name === "walker") {
    const said = (panel) => r.page.$eval(`[data-panel="${panel}"]`, (e) => e.textContent);
    for (const type of ["sensory", "prefrontal", "thalamus"]) check((await said("raster")).includes(type), `the raster has no band '${type}': do the spikes know their regions?`);
    check((await said("signals")).includes("rate_hz"), "recorded rates are not called rate_hz");
    await interact(r);
  }
  if (name === "nulls") await download(r), await chooseRun(r);
  const when = { nulls: "Every claim was written down before the runs: none is marked as exploratory.", learning: "The claims are exploratory: written, or tested in another way or on more runs, after runs were seen." }[name];
  if (when) {
    const said = await r.page.$eval("#answers", (e) => e.textContent);
    check(said.includes(when), `${name}: does not say when its claims were written: '${said.slice(0, 200)}'`);
  }
  if (name !== "nulls") check(await r.page.$$eval("[data-flat]", (e) => e.length) === 0, `${name}: drawn flat though there is WebGL`);
  await r.context.close();
}
const narrow = await good(browser, "walker", "400 pixels, dark", { width: 400, height: 800, theme: "dark" });
await shoot(narrow, "walker_400_dark");
await narrow.context.close();
const middle = await good(browser, "nulls", "800 pixels", { width: 800, height: 1000 });
await shoot(middle, "nulls_800");
await middle.context.close();

// ---- a reader's hands -------------------------------------------------------------------------------------------------

// Cursor, zoom and replay hang together, by keyboard alone; new data are taken as from a live run.
async function interact({ page, problems }) {
  const cursor = () => page.evaluate(() => window.encephagen.page.timeline.cursor);
  const readout = () => page.$eval('[data-panel="replay"] .readout', (e) => e.textContent);
  await page.focus('[data-panel="raster"] .time-area');
  const before = [await cursor(), await readout()];
  for (let i = 0; i < 30; ++i) await page.keyboard.press("ArrowRight");
  check(await cursor() > before[0], "the right arrow does not move the cursor of the raster");
  check(await readout() !== before[1], "the replay does not follow the cursor of the raster");
  const picture = () => page.$eval('[data-panel="raster"] image', (e) => e.getAttribute("href"));
  const whole = await picture();
  await page.keyboard.press("+");
  check(await page.evaluate(() => window.encephagen.page.timeline.isZoomed()), "plus does not zoom");
  check(await picture() !== whole, "the raster does not follow the zoom");
  await page.keyboard.press("0");
  check(await picture() === whole, "0 does not show all again");
  const from = await cursor();
  await page.click('[data-panel="replay"] .play');
  await page.waitForFunction((at) => window.encephagen.page.timeline.cursor !== at, from, { timeout: 90000 }).catch(() => check(false, "the replay does not play"));
  await page.click('[data-panel="replay"] .play');
  const n = await page.evaluate(() => { const p = window.encephagen.page; p.update({ ...p.data, title: "later" }); return document.querySelectorAll("[data-panel]").length; });
  check(n === EXPECTED.walker.split(" ").length, `after an update there are ${n} panels`);
  await page.selectOption('.page-tools select', "dark");
  check(await page.evaluate(() => getComputedStyle(document.body).backgroundColor) === "rgb(18, 21, 24)", "the dark theme is not dark");
  for (const p of problems) check(false, `walker, while used: ${p}`);
}

// The panels of a run follow the choice of a run.
async function chooseRun({ page, problems }) {
  await page.selectOption("#run > .choice select", { label: "neurons" });
  const there = await page.$$eval("[data-panel]", (e) => e.map((x) => x.dataset.panel));
  check(there.includes("raster") && there.includes("rates"), "a run of neurons shows no spikes");
  for (const p of problems) check(false, `nulls, another run: ${p}`);
}

async function download({ page }) {
  for (const [panel, button, begin] of [["nulls", "svg", "<svg"], ["nulls", "png", "\x89PNG"], ["decompositions", "csv", "metric,real,rung"], ["matrices", "svg", "<svg"]]) {
    const waiting = page.waitForEvent("download");
    await page.click(`[data-panel="${panel}"] .tools button:text-is("${button}")`);
    const file = await (await waiting).path(), text = fs.readFileSync(file, "latin1");
    check(text.startsWith(begin) && text.length > 400, `${panel}: the ${button} begins with ${JSON.stringify(text.slice(0, 20))}`);
    if (button === "svg") check(!/var\(--/.test(text), `${panel}: the svg needs the page's colours`);
  }
}

// ---- what is missing ---------------------------------------------------------------------------------------------------

// A copy of a page with another text, its script allowed again.
function changed(name, file, change) {
  let html = fs.readFileSync(report(name), "utf8");
  const script = (text) => /<script>([\s\S]*?)<\/script>/.exec(text)[1];
  const policy = /'sha256-[^']+'/.exec(html)[0], hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  check(policy === hash(script(html)), "the policy does not name the hash of the script");
  html = change(html);
  html = html.replace(policy, () => hash(script(html)));
  const out = path.join(results, file);
  fs.writeFileSync(out, html);
  return out;
}

const without = await startBrowser(packages, chromium, ["--disable-3d-apis"]);
const flat = await good(without, "walker", "without WebGL");
check(await flat.page.$$eval("[data-flat]", (e) => e.length) === 1, "without WebGL the replay is not drawn flat");
await shoot(flat, "walker_without_webgl");
await without.close();

const bundle = fs.readFileSync(plain, "utf8");
const bare = await open(browser, changed("walker", "plain.html", (html) => html.replace(/<script>[\s\S]*?<\/script>/, () => `<script>${bundle}</script>`)));
for (const f of await faults(bare, EXPECTED.walker)) check(false, `walker, built without npm: ${f}`);
check((await bare.page.textContent("header .hint")).includes("npm is away for this test"), "a build without npm does not say why its 3-D drawings are missing");
await bare.context.close();

// ---- pages that are broken on purpose ------------------------------------------------------------------------------------

async function mutant(what, said, file, spoil) {
  const context = await browser.newContext(), page = await context.newPage();
  if (spoil) await context.addInitScript(spoil);
  await page.close();
  // As open() does, in the spoilt context.
  const r = await open({ newContext: async () => context }, file);
  const found = await faults(r, EXPECTED.nulls);
  check(found.some((f) => said.test(f)), `not found out: ${what}; found: ${found.join("; ") || "nothing"}`);
  await context.close();
  return r;
}
const broken = await mutant("a panel throws", /a panel failed: .*(matrices|signals).*no pictures today/, report("nulls"), () => { CanvasRenderingContext2D.prototype.putImageData = () => { throw new Error("no pictures today"); }; });
check(broken.panels.includes("claims") && broken.panels.includes("provenance"), "one panel that throws takes others with it");
await mutant("drawings stay empty", /empty canvas|empty picture|empty drawing/, report("nulls"), () => { HTMLCanvasElement.prototype.toDataURL = () => "data:,"; });
await mutant("the page asks the network", /console error.*Content Security Policy/, changed("nulls", "asks.html", (html) => html.replace('<div id="page">', '<img src="http://127.0.0.1:9/x.png" alt=""><div id="page">')));
await mutant("its data are cut off", /failed/, changed("nulls", "cut.html", (html) => html.replace(/(id="data">.{3000})[^<]*/, "$1")));
await mutant("a number is none", /says 'NaN'|draws at NaN/, report("nulls"), () => { Number.prototype.toPrecision = () => "NaN"; });
const stranger = await mutant("a foreign script", /console error.*Content Security Policy/, changed("nulls", "foreign.html", (html) => html.replace("</body>", "<script >window.stranger = 1</script ></body>")));
check(!stranger.failed, "a foreign script spoils the page");

await browser.close();
console.log(`${failures.length} failures` + (process.env.ENCEPHAGEN_SHOTS ? `; pictures to look at: ${shots}` : ""));
process.exit(failures.length ? 1 : 0);
