// Teams as its users see it: Microsoft 365 Agents Playground in Chromium.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open, playground, serve, slowTeams } from "./world.mjs";

const QUESTION = "Vilken RSS hör Täby till?";
let bot;
let client;
let teams;

before(async () => {
  bot = await serve();
  client = await playground(bot);
  teams = await open(client.url);
});

after(async () => {
  await teams?.close();
  await client?.stop();
  await bot?.stop();
});

test("installed, it says hello once, with three things to try", async () => {
  const welcome = await teams.card();
  assert.match(welcome, /Jag heter Stödlotsen/);
  await teams.picture("welcome");
  assert.equal(await teams.cards.last().getByRole("button").count(), 3);
  assert.equal(await teams.cards.count(), 1);
});

test("a thing to try is answered", async () => {
  const answer = await teams.press(QUESTION);
  assert.match(answer, new RegExp(`^Fråga: Vilken RSS hör Täby till`));
  assert.match(answer, /Storsthlm/);
});

test("a question is answered with a card, and its sources", async () => {
  const answer = await teams.say(QUESTION);
  assert.match(answer, /Täby hör till Storsthlm/);
  assert.match(answer, /Käll(a|or)\n/);
  assert.match(answer, /\[1\] .*\d{4}/);
  await teams.picture("answer");
});

test("a citation opens", async () => {
  const mark = teams.page.locator("a[role=button]", { hasText: "1" }).last();
  const source = (await teams.cards.last().innerText()).match(/\[1\] ([^,]+),/)[1];
  const shown = teams.page.getByText(source.slice(0, 30));
  const times = await shown.count();
  await mark.hover();
  await shown.nth(times).waitFor();
  await teams.picture("citation");
  await teams.page.mouse.move(0, 0);
});

test("a button asks its question", async () => {
  const [title] = await teams.cards.last().getByRole("button").allInnerTexts();
  const answer = await teams.press(title);
  assert.match(answer, /Käll(a|or)\n/);
  await teams.picture("button");
});

test("a thumb is stored, what is written with it is not", async () => {
  await teams.page.getByLabel("Dislike", { exact: true }).last().click();
  const form = teams.page.getByRole("dialog");
  await form.getByRole("textbox").fill("Kalle Hemligsson");
  await teams.picture("feedback");
  await form.getByRole("button", { name: "Submit" }).click();
  await form.getByText("Thank you!").waitFor();
  await form.getByRole("button", { name: "Close" }).click();
  await form.waitFor({ state: "hidden" });
  const [row, ...more] = bot.rows("feedback");
  assert.deepEqual(more, []);
  assert.equal(row.channel, "teams");
  assert.equal(row.verdict, "down");
  assert.ok(row.answer && row.facts && row.knowledge, JSON.stringify(row));
});

test("what the door refuses is refused here too", async () => {
  assert.match(await teams.say("/restart"), /kommandot kan jag inte ta emot/);
  assert.match(await teams.say("Det gäller 19800101-1234"), /personuppgifter/);
  await teams.picture("refused");
});

test("two conversations are kept apart", async () => {
  assert.match(await teams.say("Jag arbetar i Täby"), /Täby/);
  await teams.go("Group Chat");
  assert.match(await teams.card(), /Nämn mig med @/);
  const there = await teams.say("Vilken kommun arbetar jag i?", { mention: true });
  assert.doesNotMatch(there, /Täby/);
  await teams.picture("group");
  // Whatever the wording of an answer: what was said in one is kept with that one only.
  const told = bot.rows("conversation").map((row) => row.slots.includes("municipality:0160"));
  assert.deepEqual(told.sort(), [false, true]);
});

test("a group is answered when it mentions the bot, and only then", async () => {
  assert.match(await teams.say(QUESTION, { mention: true }), /Storsthlm/);
  const cards = await teams.cards.count();
  await assert.rejects(Promise.race([
    teams.say("Vad är en RSS?"),
    new Promise((_resolve, reject) => { setTimeout(reject, 3000, new Error("silence")); }),
  ]), /silence/);
  assert.equal(await teams.cards.count(), cards);
});

test("nothing that was written is kept", () => {
  const written = bot.written();
  for (const text of ["Hemligsson", "19800101", QUESTION.slice(0, 20)]) assert.ok(!written.includes(text), text);
});

test("a Teams that takes 30 s holds up nobody", async () => {
  const slow = await slowTeams(30);
  const quick = await median();
  for (let number = 0; number < 30; number += 1) {
    const started = performance.now();
    const response = await post("/webhooks/teams/messages", activity(slow.url, number));
    assert.equal(response.status, 202);
    assert.ok(performance.now() - started < 1000);
  }
  const beside = await median();
  assert.ok(slow.waiting() >= 30, String(slow.waiting()));
  slow.stop();
  console.log(`# an answer beside it: ${quick.toFixed(0)} ms before, ${beside.toFixed(0)} ms then`);
  assert.ok(beside < Math.max(2 * quick, quick + 50));
});

const post = (where, body) => fetch(bot.url + where, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
});

const activity = (serviceUrl, number) => ({
  type: "message", id: `m${number}`, channelId: "msteams", serviceUrl, text: QUESTION,
  from: { id: `29:${number}` }, recipient: { id: "28:bot" },
  conversation: { id: `a:${number}`, conversationType: "personal", tenantId: "t" },
});

/** The middle of ten times that an answer and the page took, in ms. */
async function median() {
  const times = [];
  for (let turn = 0; turn < 10; turn += 1) {
    const started = performance.now();
    await (await post("/webhooks/rest/webhook", { sender: "me", message: QUESTION })).json();
    await (await fetch(`${bot.url}/chat`)).text();
    times.push(performance.now() - started);
  }
  return times.sort((one, other) => one - other)[5];
}
