// Looks at the pages in Chromium: node look.mjs SERVED STATIC SCREENSHOTS (two addresses and a folder)
//
// Prints one line for each thing that holds, and ends with exit status 1 at the first that does not.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";

const [served, files, screenshots] = process.argv.slice(2);
const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});

/** A page that remembers what went wrong and whom it asked. */
async function open(address, options = {}) {
  // The policy of the pages would keep axe out.
  const context = await browser.newContext({ bypassCSP: options.axe ?? false, ...options });
  const page = await context.newPage();
  page.wrong = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && page.wrong.push(message.text()));
  page.on("pageerror", (error) => page.wrong.push(String(error)));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.hostname !== "127.0.0.1") page.wrong.push(`asked ${url.host}`);
  });
  await page.goto(address);
  return page;
}

async function close(page, what) {
  assert.deepEqual(page.wrong, [], what);
  await page.context().close();
  console.log(`${what}: ok`);
}

const shown = (page, document) => page.waitForSelector(`#reference[data-shown="${document}"] .opblock`);
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

async function accessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  const bad = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  const told = bad.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" | ")}`);
  assert.deepEqual(told, [], `${what}: accessibility`);
}

async function reference(address, tries) {
  const page = await open(address, { viewport: { width: 1200, height: 900 } });
  await shown(page, "v3/brig.json");
  const newest = await page.locator(".opblock").count();
  await page.selectOption("#version", "0");
  await shown(page, "v0/brig.json");
  assert.ok((await page.locator(".opblock").count()) < newest, "V0 has fewer RPCs");
  await page.selectOption("#version", "3");
  await page.selectOption("#component", "galley");
  await shown(page, "v3/galley.json");

  await page.fill("#find", "get-user-by");
  await page.waitForSelector("#found a");
  assert.match(await page.textContent("#count"), /^1 found$/);
  await page.press("#find", "Enter");
  await shown(page, "v3/brig.json");
  const rpc = page.locator("#operations-brig-getUserByHandle");
  await rpc.locator(".opblock-body").waitFor();
  if (tries) {
    await rpc.locator("button.try-out__btn").click();
    assert.equal(await rpc.locator('tr[data-param-name="Wire-Origin-Domain"] input').inputValue(), "a.example.com");
    await rpc.locator("textarea.body-param__text").fill('"bob"');
    await rpc.locator("button.execute").click();
    await rpc.locator(".live-responses-table .response-col_status", { hasText: "200" }).waitFor();
    assert.match(await rpc.locator(".live-responses-table").innerText(), /Bob Baker/);
    await page.evaluate(() => document.querySelector("#operations-brig-getUserByHandle .responses-wrapper").scrollIntoView());
    await page.mouse.move(0, 0);
    await page.screenshot({ path: path.join(screenshots, "try.png") });
  } else {
    assert.equal(await rpc.locator("button.try-out__btn").count(), 0, "nothing to try without a backend");
  }
  await close(page, `the reference at ${tries ? "its server" : "any web server"}`);
}

await reference(`${served}/`, true);
await reference(`${files}/`, false);

const sizes = { desktop: { width: 1200, height: 900 }, phone: { width: 390, height: 844 } };
const parts = { index: "reference", matrix: "matrix", flows: "flows" };
for (const [size, viewport] of Object.entries(sizes)) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [file, name] of Object.entries(parts)) {
      const page = await open(`${served}/${file}.html`, { viewport, colorScheme, axe: true });
      if (file === "index") await shown(page, "v3/brig.json");
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      assert.equal(ground === "rgb(255, 255, 255)", colorScheme === "light", "the ground is dark in the dark");
      assert.ok(await fits(page), `${name} is wider than a ${size}`);
      const kept = { "desktop-light": true, "phone-dark": true }[`${size}-${colorScheme}`];
      if (kept) await page.screenshot({ path: path.join(screenshots, `${name}-${size}-${colorScheme}.png`) });
      await accessible(page, `${name}, ${size}, ${colorScheme}`);
      if (file === "index") {
        await page.goto(`${served}/index.html#v3/brig/getUserByHandle`);
        await page.locator("#operations-brig-getUserByHandle .opblock-body").waitFor();
        assert.ok(await fits(page), `an RPC is wider than a ${size}`);
        await accessible(page, `an RPC, ${size}, ${colorScheme}`);
      }
      await close(page, `${name}, ${size}, ${colorScheme}`);
    }
  }
}
await browser.close();
