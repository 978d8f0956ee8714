// node live_test.mjs PACKAGES CHROMIUM ADDRESS: a paused run at ADDRESS is looked at, stepped, stimulated, changed, set going.
import { startBrowser } from "./browser.mjs";

const [packages, chromium, address] = process.argv.slice(2);
const failures = [], problems = [];
const check = (ok, what) => { if (!ok) { failures.push(what); console.log(`FAILED: ${what}`); } };

const browser = await startBrowser(packages, chromium);
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
page.setDefaultTimeout(30000);
page.on("console", (m) => { if (m.type() === "error") problems.push(m.text().split("\n")[0]); });
page.on("pageerror", (e) => problems.push(e.message));
page.on("request", (r) => { if (!r.url().startsWith(address.split("?")[0]) && !/^(data|blob):/.test(r.url())) problems.push(`it asked for ${r.url()}`); });
const says = (text) => page.waitForFunction((t) => document.querySelector(".live-log")?.textContent.includes(t), text);
const state = (name) => page.waitForFunction((t) => document.documentElement.dataset.live === t, name);
const button = (name) => page.click(`.live button:text-is('${name}')`);

await page.goto(address);
// The page may come before the network is built, and loads itself again until then.
await page.waitForSelector(".live-status");
await state("paused");
await page.fill(".live-row:has(button:text-is('step')) input", "250");
await button("step");
await says("to 250 ms");
await page.waitForFunction(() => document.querySelector(".live-status").textContent.includes("0.25 of"));
await page.waitForFunction(() => (document.documentElement.dataset.panels || "").includes("replay"));
const panels = (await page.evaluate(() => document.documentElement.dataset.panels)).split(" ");
for (const p of ["live", "raster", "rates", "replay", "torque", "matrices"]) check(panels.includes(p), `there is no panel '${p}'`);
check(!(await page.evaluate(() => document.documentElement.dataset.failed)), "a panel failed");

await button("stimulate");
await says("by hand at 250 ms: 5 into 1520 units of exc for 50 ms");
await page.click("summary:text-is('exc')");
const field = page.locator("details:has(summary:text-is('exc')) label", { hasText: "tau_m_ms" }).locator("input");
await field.fill("25");
await field.press("Tab");
await says("exc.tau_m_ms = 25");
await field.fill("-1");
await field.press("Tab");
await page.waitForFunction(() => document.querySelector(".live-log .loud"));

await button("go");
await state("running");
await page.waitForFunction(() => parseFloat(document.querySelector(".live-status").textContent.split("·")[1]) > 0.6);
await button("pause");
await state("paused");
for (const p of problems) check(false, p);
await browser.close();
console.log(failures.length ? `${failures.length} faults` : `live: ${panels.length} panels, no fault`);
process.exit(failures.length ? 1 : 0);
