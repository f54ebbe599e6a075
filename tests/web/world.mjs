// What the browser tests stand on: a server of their own, Chromium, a line that can be cut, and pictures.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import net from "node:net";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const PICTURES = path.join(ROOT, ".work/pictures");
const AXE = fs.readFileSync(path.join(ROOT, "tests/web/node_modules/axe-core/axe.min.js"), "utf8");
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** A port that nobody listens on. The system hands out high ones, none of which a browser calls unsafe. */
export function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** A folder of the tests' own; `remove` it in the end. */
export function folder() {
  const name = fs.mkdtempSync(path.join(os.tmpdir(), "stodlots-web-"));
  return { name, remove: () => fs.rmSync(name, { recursive: true, force: true }) };
}

/** Starts `stodlots serve` and waits until it answers. */
export async function serve(environment = {}, options = []) {
  const own = folder();
  const port = await freePort();
  const set = {
    STODLOTS_PORT: String(port), STODLOTS_STATE: `sqlite:///${own.name}/state.db`, STODLOTS_SECRET_FILE: `${own.name}/secret`,
    STODLOTS_RATE: "0", ...environment,
  };
  const start = () => run("python", ["-m", "bot.cli", "serve", ...options], set, `${own.name}/server.log`);
  let process_ = await start();
  return {
    port,
    state: `${own.name}/state.db`,
    log: () => fs.readFileSync(`${own.name}/server.log`, "utf8"),
    restart: async () => { await ended(process_); process_ = await start(); },
    stop: async () => { await ended(process_); own.remove(); },
  };
}

async function run(program, words, environment, log) {
  const out = fs.openSync(log, "a");
  const child = spawn(path.join(ROOT, ".venv/bin", program), words, {
    cwd: ROOT, env: { ...process.env, ...environment }, stdio: ["ignore", out, out],
  });
  const before = fs.readFileSync(log, "utf8").length;
  for (let waited = 0; waited < 120_000; waited += 200) {
    const said = fs.readFileSync(log, "utf8").slice(before);
    if (said.includes("Ready.")) return child;
    if (child.exitCode !== null) throw new Error(`The server did not start:\n${said}`);
    await sleep(200);
  }
  await ended(child);
  throw new Error(`The server was not ready in time:\n${fs.readFileSync(log, "utf8")}`);
}

/** Runs a program to its end; what it printed and its exit code. */
export function once(words, environment) {
  return new Promise((resolve) => {
    const child = spawn(path.join(ROOT, ".venv/bin/python"), words, { cwd: ROOT, env: { ...process.env, ...environment } });
    let said = "";
    child.stdout.on("data", (data) => { said += data; });
    child.stderr.on("data", (data) => { said += data; });
    child.on("close", (code) => resolve({ code, said }));
  });
}

export function ended(child) {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", resolve);
    child.kill("SIGTERM");
  });
}

/** A line to `port` that can be cut and mended. */
export async function line(port) {
  const sockets = new Set();
  let whole = true;
  const server = net.createServer((near) => {
    if (!whole) { near.destroy(); return; }
    const far = net.connect(port, "127.0.0.1");
    for (const [one, other] of [[near, far], [far, near]]) {
      sockets.add(one);
      one.on("close", () => { sockets.delete(one); other.destroy(); });
      one.on("error", () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  return {
    port: server.address().port,
    cut: () => { whole = false; for (const socket of sockets) socket.destroy(); },
    mend: () => { whole = true; },
    close: () => { for (const socket of sockets) socket.destroy(); server.close(); },
  };
}

/** A page of an intranet, on another origin, with one script line in it. */
export async function intranet(script) {
  const html = () => `<!doctype html><html lang="sv"><title>Intranät</title><body><main><h1>Intranätet</h1><script src="${script()}" async></script></main></body></html>`;
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    response.end(html());
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  return { port: server.address().port, close: () => server.close() };
}

export function browser(more = []) {
  return chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: [...FLAGS, ...more] });
}

/** axe-core's violations of the page, each in a line. */
export async function violations(page) {
  await page.evaluate(AXE);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: "tag", values } }), tags);
  return found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${one.help}: ${node.html.slice(0, 160)}`));
}

export async function picture(page, name, whole = true) {
  fs.mkdirSync(PICTURES, { recursive: true });
  const size = page.viewportSize();
  // A window as tall as the page: in a picture of a scrolled page, what sticks to the window lies over the text.
  if (whole) await page.setViewportSize({ width: size.width, height: await page.evaluate(() => document.body.scrollHeight) });
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`), fullPage: whole });
  await page.setViewportSize(size);
}

/** Types a question and waits for its answer. */
export async function ask(page, words) {
  const before = await page.locator(".turn").count();
  await page.fill("#question", words);
  await page.press("#question", "Enter");
  return answered(page, before);
}

/** Waits until the turn after the first `before` has its answer. */
export async function answered(page, before) {
  const turn = page.locator(".turn").nth(before);
  await turn.locator(".answer p:not(.working):not(.failed), .answer ul").first().waitFor();
  return turn;
}
