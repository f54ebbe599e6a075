// The page in a real browser. The server is the real one, with a state of its own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { execFileSync } from "node:child_process";
import {
  ROOT, answered, ask, browser, intranet, line, picture, serve, sleep, violations,
} from "./world.mjs";

const LERUM = "Vilken RSS hör Lerum till?";
const PARTNERSHIP = "Vad är Partnerskapet?";
const HEAVIEST = 40 * 1024;
const SLOWEST_MS = 100;

let chrome;
let server;
let home;
let outside;

before(async () => {
  chrome = await browser();
  outside = await intranet(() => `${home}/chat/embed.js`);
  server = await serve({ STODLOTS_WEB_ORIGINS: `http://localhost:${outside.port}` });
  home = `http://localhost:${server.port}`;
});

after(async () => {
  await chrome?.close();
  await server?.stop();
  outside?.close();
});

/** A user with a browser profile of their own; `problems` is what the browser complained about. */
async function user(options = {}, address = home) {
  const { width = 1100, height = 800, ...rest } = options;
  const context = await chrome.newContext({
    viewport: { width, height }, locale: "sv-SE", permissions: ["clipboard-read", "clipboard-write"], ...rest,
  });
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (said) => { if (said.type() === "error") problems.push(said.text()); });
  await page.goto(`${address}/`);
  return { page, context, problems };
}

async function accessible(page, name, whole = true) {
  assert.deepEqual(await violations(page), [], name);
  await picture(page, name, whole);
}

function stored(query) {
  const program = "import sqlite3, sys, json; print(json.dumps(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall()))";
  const said = execFileSync(path.join(ROOT, ".venv/bin/python"), ["-c", program, server.state, query], { encoding: "utf8" });
  return JSON.parse(said);
}

/** What a page sends, sent from within it, so that the browser adds what it adds. */
function posted(page, where, body) {
  return page.evaluate(async ([path_, content]) => {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`/chat/${path_}`, { method: "POST", headers, body: JSON.stringify(content) });
    return response.status;
  }, [where, body]);
}

const LOOKS = {
  light: {},
  dark: { colorScheme: "dark" },
  narrow: { width: 320, height: 640 },
  "narrow-dark": { width: 320, height: 640, colorScheme: "dark" },
  // 400 % of a window of 1280 × 1024.
  zoomed: { width: 320, height: 256, deviceScaleFactor: 4 },
  "forced-colours": { forcedColors: "active" },
  "more-contrast": { contrast: "more" },
  "reduced-motion": { reducedMotion: "reduce" },
};

for (const [look, options] of Object.entries(LOOKS)) {
  test(`no violation, and nothing to scroll sideways: ${look}`, async () => {
    const { page, context, problems } = await user(options);
    await accessible(page, `1-start-${look}`);
    await page.click("#place > summary");
    await accessible(page, `2-municipality-${look}`);
    await ask(page, LERUM);
    await ask(page, PARTNERSHIP);
    await accessible(page, `3-conversation-${look}`);
    await picture(page, `4-window-${look}`, false);
    await page.click("#forget");
    await accessible(page, `5-forget-${look}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(wide, 0, "something is wider than the window");
    await page.locator(".turn .sources a").first().click();
    await page.locator(".statement").waitFor();
    await accessible(page, `6-fact-${look}`);
    await page.goto(`${home}/fakta/change:skl-skr`);
    await accessible(page, `7-change-${look}`);
    await page.goto(`${home}/tillganglighet`);
    await accessible(page, `8-statement-${look}`);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test("nothing is asked of anybody else, and the page is light", async () => {
  const { page, context } = await user();
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).origin));
  await page.reload();
  await ask(page, LERUM);
  assert.deepEqual([...new Set(asked)], [home]);
  let weight = 0;
  for (const file of ["/chat", "/chat/page.css", "/chat/page.js", "/chat/icon.svg"]) {
    const response = await context.request.get(home + file);
    weight += (await response.body()).length;
    assert.match(response.headers()["content-security-policy"], /default-src 'none'; script-src 'self'; style-src 'self'/);
  }
  console.log(`Weight of the page before compression: ${(weight / 1024).toFixed(1)} kB`);
  assert.ok(weight <= HEAVIEST, `${weight} bytes`);
  await context.close();
});

/** Milliseconds from sending a question on a fresh page to its answer on the page. */
async function firstAnswer() {
  const { page, context } = await user();
  await page.waitForFunction(() => JSON.parse(sessionStorage.getItem("stodlotsen") || "{}").last !== undefined);
  await sleep(300);
  const taken = await page.evaluate((words) => new Promise((resolve) => {
    const log = document.getElementById("log");
    document.getElementById("question").value = words;
    const begun = performance.now();
    new MutationObserver((_, observer) => {
      if (!log.querySelector(".answer p:not(.working)")) return;
      observer.disconnect();
      resolve(performance.now() - begun);
    }).observe(log, { childList: true, subtree: true });
    document.getElementById("ask").requestSubmit();
  }), LERUM);
  await context.close();
  return taken;
}

/** How much of a processor this process gets when it wants one whole, for 50 ms: 1 where nobody else wants it. */
function share() {
  const [begun, used] = [performance.now(), process.cpuUsage()];
  while (performance.now() - begun < 50);
  const { user: own, system } = process.cpuUsage(used);
  return (own + system) / 1000 / (performance.now() - begun);
}

test("the first answer is there 100 ms after sending", async (t) => {
  const [all, undisturbed] = [[], []];
  for (let turn = 0; turn < 9; turn += 1) {
    const before_ = share();
    const taken = await firstAnswer();
    all.push(taken);
    if (Math.min(before_, share()) > 0.9) undisturbed.push(taken);
  }
  const middle = (figures) => [...figures].sort((one, other) => one - other)[Math.floor(figures.length / 2)];
  console.log(`From sending to the first answer on the page: median ${middle(all).toFixed(0)} ms of ${all.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  if (middle(all) <= SLOWEST_MS) return undefined;
  // Where other programs take the processors, a slow figure says nothing about the page.
  if (undisturbed.length < 3) return t.skip(`not judged: other programs keep the processors busy (load ${os.loadavg()[0].toFixed(1)})`);
  console.log(`Undisturbed: median ${middle(undisturbed).toFixed(0)} ms of ${undisturbed.length}`);
  return assert.ok(middle(undisturbed) <= SLOWEST_MS);
});

test("everything works with the keyboard alone", async () => {
  const { page, context } = await user();
  const focused = () => page.evaluate(() => {
    const element = document.activeElement;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return { tag: element.tagName, id: element.id, text: element.textContent.trim().slice(0, 60), seen, on: box.width > 0 };
  });
  const tabTo = async (wanted, key = "Tab") => {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press(key);
      const now = await focused();
      if (now.tag !== "BODY") assert.ok(now.seen && now.on, `no focus to see on ${now.tag}#${now.id} ${now.text}`);
      if (wanted(now)) return now;
    }
    throw new Error(`the keyboard does not reach ${wanted}`);
  };
  await tabTo((now) => now.text === "Gå till frågerutan");
  await page.keyboard.press("Enter");
  await page.keyboard.type(LERUM);
  await page.keyboard.press("Shift+Enter");
  assert.equal(await page.locator(".turn").count(), 0);
  await page.keyboard.press("Enter");
  await answered(page, 0);
  assert.equal((await focused()).id, "question");
  await tabTo((now) => now.text === "Stämmer inte", "Shift+Tab");
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Stämmer inte", pressed: true }).waitFor();
  await tabTo((now) => now.text === "Kopiera som mejl", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("status").getByText("Mejltexten är kopierad.").waitFor();
  await tabTo((now) => now.text.startsWith("Vilka kommuner hör till"), "Shift+Tab");
  await page.keyboard.press("Enter");
  await answered(page, 1);
  assert.match((await focused()).text, /Vilka kommuner hör till/);
  await picture(page, "9-keyboard", false);
  await tabTo((now) => now.text === "Glöm mig");
  await page.keyboard.press("Enter");
  await tabTo((now) => now.id === "forget-no");
  await page.keyboard.press("Enter");
  assert.equal((await focused()).id, "forget");
  await context.close();
});

test("a municipality is chosen once and kept", async () => {
  const { page, context } = await user();
  await page.click("#place > summary");
  await page.fill("#municipality", "Lerum");
  await page.keyboard.press("Enter");
  const turn = await answered(page, 0);
  assert.match(await turn.innerText(), /jag arbetar i Lerum/);
  assert.equal(await page.innerText("#place-name"), "Lerum");
  await page.reload();
  await page.waitForFunction(() => document.getElementById("place-name").textContent === "Lerum");
  assert.equal(await page.locator(".turn").count(), 1, "a reload keeps the conversation");
  await context.close();
});

test("suggestions and buttons ask, and a button carries a token", async () => {
  const { page, context } = await user();
  await page.getByRole("button", { name: LERUM }).click();
  const turn = await answered(page, 0);
  const sent = page.waitForRequest("**/chat/messages");
  await turn.locator(".choices button").first().click();
  assert.match(JSON.parse((await sent).postData()).text, /^knapp:[0-9a-f]{24}$/);
  assert.match(await (await answered(page, 1)).innerText(), /kommuner/);
  await context.close();
});

test("an answer is copied with its source, and as a mail", async () => {
  const { page, context } = await user();
  const turn = await ask(page, LERUM);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await turn.getByRole("button", { name: "Kopiera svar med källa" }).click();
  await page.getByRole("status").getByText("Svaret är kopierat.").waitFor();
  assert.match(await copied(), /Göteborgsregionen[^]*Käll(a|or):\n- /);
  await turn.getByRole("button", { name: "Kopiera som mejl" }).click();
  await page.getByRole("status").getByText("Mejltexten är kopierad.").waitFor();
  const mail = await copied();
  for (const part of ["Så förstod Stödlotsen frågan:", "Nivå: regional", "Ansvarig: Göteborgsregionen", "Svar:", "Käll"]) {
    assert.ok(mail.includes(part), `${part} is not in\n${mail}`);
  }
  assert.ok(!mail.includes("{sida}"));
  await context.close();
});

test("what users think is stored without what they wrote", async () => {
  const { page, context } = await user();
  const turn = await ask(page, LERUM);
  const before_ = stored("SELECT count(*) FROM feedback")[0][0];
  await turn.getByRole("button", { name: "Ja" }).click();
  await page.getByRole("button", { name: "Ja", pressed: true }).waitFor();
  await turn.getByRole("button", { name: "Stämmer inte" }).click();
  await page.getByRole("button", { name: "Stämmer inte", pressed: true }).waitFor();
  const rows = stored("SELECT channel, verdict, answer, facts, length(knowledge) FROM feedback ORDER BY given");
  assert.equal(rows.length, before_ + 1, "a second verdict takes the first one's place");
  const [channel, verdict, answer, facts, version] = rows.at(-1);
  assert.deepEqual([channel, verdict, version], ["web", "wrong", 16]);
  assert.match(answer, /1441/);
  assert.match(facts, /membership:1441:/);
  await turn.getByRole("button", { name: "Stämmer inte" }).click();
  await page.getByRole("status").getByText("borttagen").waitFor();
  assert.equal(stored("SELECT count(*) FROM feedback")[0][0], before_);
  await context.close();
});

test("“glöm mig” deletes the conversation, and ends the session", async () => {
  const { page, context } = await user();
  await ask(page, "jag arbetar i Lerum");
  const [old] = await context.cookies();
  const before_ = stored("SELECT (SELECT count(*) FROM conversation), (SELECT count(*) FROM web_answer)")[0];
  await page.click("#forget");
  await page.click("#forget-yes");
  await page.getByRole("status").getByText("borttagna").waitFor();
  assert.equal(await page.locator(".turn").count(), 0);
  assert.equal(await page.innerText("#place-name"), "inte vald");
  const after_ = stored("SELECT (SELECT count(*) FROM conversation), (SELECT count(*) FROM web_answer)")[0];
  assert.deepEqual([before_[0] - after_[0], before_[1] - after_[1]], [1, 1]);
  await ask(page, PARTNERSHIP);
  assert.equal(await page.innerText("#place-name"), "inte vald");
  await context.addCookies([old]);
  assert.equal(await posted(page, "messages", { id: "0123456789abcdef", text: LERUM }), 401);
  await context.close();
});

test("a dropped connection neither loses nor repeats an answer", async () => {
  const wire = await line(server.port);
  const { page, context } = await user({}, `http://localhost:${wire.port}`);
  await ask(page, LERUM);
  // The line is cut when the question has arrived and before the answer comes back.
  await page.route("**/chat/messages", async (route) => {
    await context.request.post(`${home}/chat/messages`, {
      headers: { ...route.request().headers(), origin: home }, data: route.request().postData(),
    });
    wire.cut();
    await route.abort();
  }, { times: 1 });
  await page.fill("#question", PARTNERSHIP);
  await page.keyboard.press("Enter");
  await page.getByRole("status").getByText("Anslutningen är bruten").waitFor();
  await picture(page, "10-connection-lost", false);
  await sleep(1500);
  wire.mend();
  await answered(page, 1);
  await page.getByRole("status").getByText("Anslutningen är tillbaka.").waitFor();
  await sleep(1000);
  assert.equal(await page.locator(".turn").count(), 2);
  assert.equal(await page.locator(".answer", { hasText: "samverkan mellan Socialstyrelsen" }).count(), 1);
  const rows = stored("SELECT data FROM web_answer ORDER BY id DESC LIMIT 2").map(([data]) => JSON.parse(data).to);
  assert.equal(new Set(rows).size, 2, "what was sent twice is answered once");
  wire.cut();
  await sleep(300);
  wire.mend();
  await ask(page, "Vad gör Socialstyrelsen?");
  assert.equal(await page.locator(".turn").count(), 3);
  await context.close();
  wire.close();
});

test("a restart of the server neither loses the conversation nor the session", async () => {
  const { page, context } = await user();
  await ask(page, "jag arbetar i Lerum");
  await server.restart();
  await page.reload();
  await page.waitForFunction(() => document.getElementById("place-name").textContent === "Lerum");
  assert.equal(await page.locator(".turn").count(), 1);
  await ask(page, PARTNERSHIP);
  assert.equal(await page.innerText("#place-name"), "Lerum");
  await context.close();
});

test("two users at once see only their own conversation", async () => {
  const [one, two] = await Promise.all([user(), user()]);
  await Promise.all([ask(one.page, "jag arbetar i Lerum"), ask(two.page, "jag arbetar i Luleå")]);
  await Promise.all([ask(one.page, PARTNERSHIP), ask(two.page, PARTNERSHIP)]);
  await sleep(500);
  assert.deepEqual([await one.page.innerText("#place-name"), await two.page.innerText("#place-name")], ["Lerum", "Luleå"]);
  const [first, second] = [await one.page.innerText("#log"), await two.page.innerText("#log")];
  assert.ok(first.includes("Lerum") && !first.includes("Luleå"), first);
  assert.ok(second.includes("Luleå") && !second.includes("Lerum"), second);
  // The other's events, button and receipt: from the beginning of time, and still nothing of the other's.
  const events = await two.page.evaluate(() => new Promise((resolve) => {
    const heard = [];
    const source = new EventSource("/chat/events?after=0");
    source.addEventListener("answer", (event) => heard.push(event.data));
    setTimeout(() => { source.close(); resolve(heard); }, 1000);
  }));
  assert.equal(events.length, 2);
  assert.ok(events.every((data) => !data.includes("Lerum")));
  const answer = await one.page.evaluate(() => JSON.parse(sessionStorage.getItem("stodlotsen")).turns[0].answer);
  assert.equal(await posted(two.page, "feedback", { receipt: answer.receipt, verdict: "up" }), 404);
  assert.equal(await posted(one.page, "feedback", { receipt: answer.receipt, verdict: "up" }), 200);
  const { token, title } = answer.choices.find((choice) => choice.title.startsWith("Vilka kommuner hör till"));
  assert.doesNotMatch(await (await ask(two.page, token)).innerText(), /har 13 kommuner/, title);
  assert.match(await (await ask(one.page, token)).innerText(), /har 13 kommuner/, title);
  await Promise.all([one.context.close(), two.context.close()]);
});

test("forged and stolen sessions are refused", async () => {
  const { page, context } = await user();
  await ask(page, "jag arbetar i Lerum");
  const [cookie] = await context.cookies();
  assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, "Lax"]);
  assert.equal(await page.evaluate(() => document.cookie), "");
  const message = { id: "0123456789abcdef", text: LERUM };
  const [id, begun, signature] = cookie.value.split(".");
  const forged = [
    `${id}.${begun}.${"0".repeat(64)}`, `${id}x.${begun}.${signature}`, `${id}.${Number(begun) + 1}.${signature}`, id, "", "..",
  ];
  for (const value of forged) {
    await context.addCookies([{ ...cookie, value }]);
    assert.equal(await posted(page, "messages", message), 401, value);
    assert.equal(await page.evaluate(async () => (await fetch("/chat/events")).status), 401, value);
  }
  // A copy of the cookie in another kind of browser.
  const thief = await user({ userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/140.0" });
  await thief.context.addCookies([cookie]);
  assert.equal(await posted(thief.page, "messages", message), 401);
  await thief.page.reload();
  assert.equal(await thief.page.innerText("#place-name"), "inte vald");
  await Promise.all([context.close(), thief.context.close()]);
});

test("another site cannot send in a user's name", async () => {
  const { page, context } = await user();
  await ask(page, LERUM);
  const [cookie] = await context.cookies();
  const body = JSON.stringify({ id: "0123456789abcdef", text: LERUM });
  const agent = await page.evaluate(() => navigator.userAgent);
  const send = async (headers) => (await fetch(`${home}/chat/messages`, {
    method: "POST", body, headers: { Cookie: `stodlots=${cookie.value}`, "User-Agent": agent, ...headers },
  })).status;
  const json = { "Content-Type": "application/json" };
  assert.equal(await send({ ...json, Origin: "https://evil.example" }), 403);
  assert.equal(await send({ ...json, Origin: "null" }), 403);
  assert.equal(await send(json), 403);
  assert.equal(await send({ "Content-Type": "text/plain", Origin: home }), 403);
  assert.equal(await send({ ...json, Origin: home }), 202);
  await context.close();
});

test("one script line embeds the page, for configured origins only", async () => {
  const { page, context } = await user();
  await page.goto(`http://localhost:${outside.port}/`);
  const frame = page.frameLocator("iframe");
  await frame.locator("#question").fill(LERUM);
  await frame.locator("#question").press("Enter");
  await frame.locator(".answer p:not(.working)").first().waitFor();
  assert.deepEqual(await violations(page), []);
  await picture(page, "11-embedded");
  const stranger = await intranet(() => `${home}/chat/embed.js`);
  const blocked = page.waitForEvent("console", (said) => /frame-ancestors/.test(said.text()));
  await page.goto(`http://localhost:${stranger.port}/`);
  await blocked;
  assert.equal(await page.frameLocator("iframe").locator("#question").count(), 0);
  stranger.close();
  await context.close();
});

test("what goes wrong is said, and what was written can be sent again", async () => {
  const { page, context } = await user();
  await page.fill("#question", "x".repeat(1001));
  await page.keyboard.press("Enter");
  await page.getByRole("status").getByText("för långt").waitFor();
  await page.fill("#question", "");
  await page.route("**/chat/messages", (route) => route.fulfill({ status: 429, body: "" }), { times: 1 });
  await page.fill("#question", LERUM);
  await page.keyboard.press("Enter");
  await page.getByText("många meddelanden").waitFor();
  await accessible(page, "12-failed", false);
  await page.getByRole("button", { name: "Försök igen" }).click();
  await answered(page, 0);
  assert.equal(await page.locator(".turn").count(), 1);
  const reply = await ask(page, "Min klient Anna Andersson 850709-9805 behöver stöd, vem stödjer oss?");
  assert.match(await reply.innerText(), /personuppgifter/);
  const left = await page.evaluate(() => document.body.innerText + JSON.stringify({ ...sessionStorage }));
  assert.ok(!left.includes("Anna") && !left.includes("850709"), "personal data stays in the browser");
  await accessible(page, "13-personal-data", false);
  await ask(page, "/restart");
  assert.match(await page.locator(".turn").last().innerText(), /kommandot/);
  await context.close();
});

test("the server stops at once while a page is open", async () => {
  const { page, context } = await user();
  await ask(page, LERUM);
  const begun = Date.now();
  await server.restart();
  console.log(`A stop and a start with a page open: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  await page.getByRole("status").getByText("Anslutningen är tillbaka.").waitFor({ timeout: 30_000 });
  await ask(page, PARTNERSHIP);
  await context.close();
});

test("no log holds what was written", async () => {
  const log = server.log();
  for (const words of ["Lerum", "Anna", "850709", "Partnerskapet"]) assert.ok(!log.includes(words), words);
  assert.ok(fs.existsSync(path.join(ROOT, ".work/pictures/3-conversation-dark.png")));
});
