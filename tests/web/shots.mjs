// node shots.mjs PACKAGES CHROMIUM OUTPUT WIDTH THEME REPORT...: a picture of every section, for people to look at.
import path from "node:path";
import { startBrowser, open } from "./browser.mjs";

const [packages, chromium, output, width, theme, ...reports] = process.argv.slice(2);
const browser = await startBrowser(packages, chromium);
for (const report of reports) {
  const r = await open(browser, report, { width: +width, theme });
  const name = path.basename(path.dirname(report));
  await r.page.addStyleTag({ content: ".bar { position: static }" });
  for (const section of await r.page.$$("header, main section:not([hidden])")) {
    const id = (await section.getAttribute("id")) || "header";
    await section.screenshot({ path: path.join(output, `${name}_${id}_${width}_${theme}.png`) });
  }
  console.log(JSON.stringify(await r.page.evaluate(() => window.encephagen.page.ms)));
  console.log(`${name}: ${r.ms} ms to draw, ${r.wall} ms in all; ${r.panels.join(" ")}${r.failed ? "; FAILED " + r.failed : ""}${r.problems.length ? "; " + r.problems.join(" | ") : ""}${r.requests.join(" ")}`);
  await r.context.close();
}
await browser.close();
