// A report in headless Chromium: opened from the disk as its reader would, with everything watched that must not happen.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// `packages`: the folder with node_modules (build/.../web).
export async function startBrowser(packages, chromium, args = []) {
  const { chromium: driver } = createRequire(packages + "/")("playwright-core");
  return driver.launch({ executablePath: chromium, headless: true, args: ["--no-sandbox", "--disable-dev-shm-usage", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", ...args] });
}

// Opens a page and waits until it is drawn. Returns { page, panels, failed, problems, requests, ms }.
export async function open(browser, file, { width = 1280, height = 900, theme = "light" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, acceptDownloads: true, reducedMotion: "reduce" });
  const page = await context.newPage(), problems = [], requests = [];
  page.on("console", (m) => { if (["error", "warning"].includes(m.type()) && !/GPU stall due to ReadPixels|GL Driver Message/.test(m.text())) problems.push(`console ${m.type()}: ${m.text()}`); });
  page.on("pageerror", (e) => problems.push(`exception: ${e.message}`));
  page.on("request", (r) => { if (/^(https?|wss?|ftp):/.test(r.url())) requests.push(r.url()); });
  const begin = Date.now();
  await page.goto(pathToFileURL(file).href);
  await page.waitForFunction(() => document.documentElement.dataset.drawn === "yes" || document.documentElement.dataset.failed, null, { timeout: 30000 });
  const wall = Date.now() - begin, d = await page.evaluate(() => ({ ...document.documentElement.dataset }));
  return { context, page, panels: (d.panels || "").split(" ").filter(Boolean), failed: d.failed || "", problems, requests, ms: +d.ms, wall };
}
