// What the Teams tests stand on: the bot in anonymous mode, the playground, Chromium, and pictures.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, "../..");
const PICTURES = path.join(ROOT, ".work/pictures/teams");
const PYTHON = path.join(ROOT, ".venv/bin/python");
const PLAYGROUND = path.join(HERE, "node_modules/@microsoft/m365agentsplayground/cli.js");
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const INPUT = "[data-lexical-editor=true]";

/** A port that nobody listens on. */
export function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Runs a program in the background, and waits until it says `ready`. */
async function start(program, words, ready, log, options) {
  const out = fs.openSync(log, "a");
  const child = spawn(program, words, { ...options, stdio: ["ignore", out, out] });
  for (let waited = 0; waited < 120_000; waited += 200) {
    if (fs.readFileSync(log, "utf8").includes(ready)) return child;
    if (child.exitCode !== null) break;
    await new Promise((resolve) => { setTimeout(resolve, 200); });
  }
  await stopped(child);
  throw new Error(`${program} did not start:\n${fs.readFileSync(log, "utf8")}`);
}

function stopped(child) {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", resolve);
    child.kill("SIGTERM");
  });
}

/** The bot, as `stodlots serve` starts it, with a state database of its own. */
export async function serve() {
  const own = fs.mkdtempSync(path.join(os.tmpdir(), "stodlots-teams-"));
  const port = await freePort();
  const log = `${own}/server.log`;
  const env = {
    ...process.env, STODLOTS_PORT: String(port), STODLOTS_STATE: `sqlite:///${own}/state.db`,
    STODLOTS_SECRET_FILE: `${own}/secret`, STODLOTS_RATE: "0", STODLOTS_TEAMS_ANONYMOUS: "1",
  };
  const child = await start(PYTHON, ["-m", "bot.cli", "serve"], "Ready.", log, { cwd: ROOT, env });
  return {
    url: `http://127.0.0.1:${port}`,
    /** The rows of a table of the state database. */
    rows: (table) => JSON.parse(spawnSync(PYTHON, ["-c", ROWS, `${own}/state.db`, table], { encoding: "utf8" }).stdout),
    /** Everything that the bot wrote to disk. */
    written: () => fs.readdirSync(own).map((file) => fs.readFileSync(path.join(own, file), "latin1")).join(""),
    stop: async () => { await stopped(child); fs.rmSync(own, { recursive: true, force: true }); },
  };
}

const ROWS = `
import json, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.row_factory = sqlite3.Row
print(json.dumps([dict(row) for row in connection.execute(f"SELECT * FROM {sys.argv[2]}")]))
`;

/** Microsoft's playground in front of the bot. */
export async function playground(bot) {
  const own = fs.mkdtempSync(path.join(os.tmpdir(), "stodlots-playground-"));
  const port = await freePort();
  const words = [PLAYGROUND, "start", "-e", `${bot.url}/webhooks/teams/messages`, "-p", String(port), "--disable-telemetry"];
  const env = { ...process.env, TEAMSAPPTESTER_BROWSER: "none", TEAMSAPPTESTER_LOGFILE: `${own}/playground.txt` };
  const child = await start(process.execPath, words, "Listening on", `${own}/out.log`, { cwd: own, env });
  return {
    url: `http://localhost:${port}`,
    stop: async () => { await stopped(child); fs.rmSync(own, { recursive: true, force: true }); },
  };
}

/** The playground's page, in Chromium that reaches this machine only. */
export async function open(url) {
  const executablePath = process.env.CHROMIUM || ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(fs.existsSync);
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const page = await browser.newPage({ viewport: { width: 1300, height: 1100 } });
  page.setDefaultTimeout(15_000);
  await page.route(/^https:/, (route) => route.abort());
  await page.goto(url);
  await page.waitForSelector(INPUT);
  return new Teams(browser, page);
}

/** What a user of Teams does. */
class Teams {
  constructor(browser, page) {
    this.browser = browser;
    this.page = page;
    this.cards = page.locator(".ac-adaptiveCard");
  }

  /** Types `text`, mentioning the bot first if it is a group; the text of the card that comes back. */
  async say(text, { mention = false } = {}) {
    const before = await this.cards.count();
    await this.page.click(INPUT);
    if (mention) {
      await this.page.keyboard.type("@");
      await this.page.getByRole("menuitem", { name: "Test Bot" }).click();
    }
    await this.page.keyboard.type(` ${text}`);
    await this.page.keyboard.press("Enter");
    return this.card(before);
  }

  /** Presses a button of the last card; the text of the card that comes back. */
  async press(title) {
    const before = await this.cards.count();
    await this.cards.last().getByRole("button", { name: title }).click();
    return this.card(before);
  }

  /** The text of the newest card, when there are more than `before`. */
  async card(before = 0) {
    await this.cards.nth(before).waitFor({ timeout: 20_000 });
    await this.settled();
    return this.cards.last().innerText();
  }

  /** Opens another chat or channel. */
  async go(name) {
    await this.page.getByLabel(name, { exact: true }).first().click();
    await this.page.waitForSelector(INPUT);
    await this.settled();
  }

  /** Waits until no more cards appear: a chat that is opened shows its old ones little by little. */
  async settled() {
    for (let count = -1, same = 0; same < 5; await this.page.waitForTimeout(200)) {
      const now = await this.cards.count();
      same = now === count ? same + 1 : 0;
      count = now;
    }
  }

  async picture(name) {
    fs.mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
  }

  close() { return this.browser.close(); }
}

/** A Teams endpoint that takes its time. */
export async function slowTeams(seconds) {
  const waiting = new Set();
  const server = http.createServer((request, response) => {
    request.resume();
    waiting.add(setTimeout(() => { response.end("{}"); }, seconds * 1000));
  });
  const port = await freePort();
  await new Promise((resolve) => { server.listen(port, "127.0.0.1", resolve); });
  return {
    url: `http://127.0.0.1:${port}`,
    waiting: () => waiting.size,
    stop: () => { for (const timer of waiting) clearTimeout(timer); server.closeAllConnections(); server.close(); },
  };
}
