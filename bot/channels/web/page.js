"use strict";

// The conversation as this tab shows it: [{id, asked, sends, answer, failed, verdict}], and where the events left off.
const KEY = "stodlotsen";
const MOST_TURNS = 40;
const PATIENCE = 30000;
const $ = (id) => document.getElementById(id);
const text = (key) => $("texts").content.querySelector(`[data-key="${key}"]`).textContent;
const piece = (selector) => $("parts").content.querySelector(selector).cloneNode(true);

let memory = { last: "", turns: [] };
let events = null;
let connected = Promise.resolve();
let isConnected = () => {};
let pause = 1000;
let wasLost = false;
const shown = new Map();

function remember() {
  memory.turns = memory.turns.slice(-MOST_TURNS);
  try { sessionStorage.setItem(KEY, JSON.stringify(memory)); } catch { /* without it, a reload starts afresh */ }
}

function recall() {
  try { memory = JSON.parse(sessionStorage.getItem(KEY)) || memory; } catch { /* nothing to recall */ }
}

function tell(key) {
  $("status").textContent = key ? text(key) : "";
}

// --- talking with the server

async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`/chat/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw Object.assign(new Error(path), { status: response.status });
  return response.json();
}

async function openSession() {
  const session = await post("session", {});
  showPlace(session.place);
  if (session.new) {
    // The page was open with a session that is over: what it waited for will not come.
    if (memory.last) tell("renewed");
    memory.last = "";
    remember();
  }
}

async function connect() {
  connected = new Promise((resolve) => { isConnected = resolve; });
  try {
    await openSession();
  } catch {
    return connectLater();
  }
  events?.close();
  events = new EventSource(`/chat/events?after=${memory.last}`);
  events.addEventListener("hello", heard);
  events.addEventListener("answer", (event) => {
    heard(event);
    receive(JSON.parse(event.data));
  });
  events.addEventListener("error", () => {
    lost();
    // The browser tries again by itself, and says where it left off; after a refusal it does not.
    if (events.readyState === EventSource.CLOSED) connectLater();
  });
}

function heard(event) {
  memory.last = event.lastEventId;
  remember();
  pause = 1000;
  if (wasLost) tell("back");
  wasLost = false;
  isConnected();
}

function lost() {
  if (!wasLost) tell("lost");
  wasLost = true;
}

function connectLater() {
  lost();
  setTimeout(connect, pause);
  pause = Math.min(pause * 2, 30000);
}

async function send(turn) {
  turn.failed = false;
  setTimeout(() => { if (!turn.answer && memory.turns.includes(turn)) fail(turn, "failed"); }, PATIENCE);
  for (let attempt = 0; attempt < 4; attempt += 1) {
    await connected;
    try {
      // The same id each time: what arrived already is not answered twice.
      return await post("messages", { id: turn.id, text: turn.sends });
    } catch (error) {
      if (error.status === 401) { await connect(); continue; }
      if (error.status === 429) return fail(turn, "hurry");
      if (error.status && error.status < 500) return fail(turn, "failed");
      await new Promise((resolve) => { setTimeout(resolve, 500 * 2 ** attempt); });
    }
  }
  return fail(turn, "failed");
}

// --- showing

function make(name, words, className) {
  const element = document.createElement(name);
  if (words) element.textContent = words;
  if (className) element.className = className;
  return element;
}

function withLinks(element, words) {
  for (const part of words.split(/(https?:\/\/[^\s)]+[^\s).,;:])/)) {
    if (!/^https?:\/\//.test(part)) { element.append(part); continue; }
    const link = piece(".outward");
    link.href = part;
    link.firstChild.textContent = `${part} `;
    element.append(link);
  }
  return element;
}

function paragraphs(words) {
  const parts = [];
  for (const line of words.split("\n")) {
    if (line.startsWith("- ")) {
      if (parts.at(-1)?.tagName !== "UL") parts.push(make("ul"));
      parts.at(-1).append(withLinks(make("li"), line.slice(2)));
    } else if (line.trim()) {
      parts.push(withLinks(make("p"), line));
    }
  }
  return parts;
}

function sources(list) {
  const box = piece(".sources");
  box.querySelector(list.length > 1 ? ".one" : ".many").remove();
  for (const source of list) {
    const item = make("li");
    const title = make(source.page ? "a" : "span", source.title);
    if (source.page) title.href = source.page;
    item.append(title, source.rest ? `, ${source.rest}` : "");
    if (/^https?:\/\//.test(source.url)) {
      const link = piece(".outward");
      link.href = source.url;
      item.append(" ", link);
    }
    box.lastElementChild.append(item);
  }
  return box;
}

function choices(list) {
  const box = piece(".choices");
  for (const { title, token } of list) {
    const item = make("li");
    const button = make("button", title, "try");
    button.type = "button";
    button.addEventListener("click", () => ask(title, token, true));
    item.append(button);
    box.lastElementChild.append(item);
  }
  return box;
}

function copies(answer) {
  const box = piece(".copies");
  box.querySelector(".copy").addEventListener("click", () => copy(answer.copy, "copied"));
  box.querySelector(".mail").addEventListener("click", () => copy(answer.mail, "mail_copied"));
  return box;
}

function verdicts(turn) {
  const box = piece(".verdicts");
  const label = box.firstElementChild;
  label.id = `verdict-${turn.id}`;
  box.setAttribute("aria-labelledby", label.id);
  const buttons = [...box.querySelectorAll("button")];
  const show = () => buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.value === turn.verdict)));
  for (const button of buttons) {
    button.addEventListener("click", async () => {
      const verdict = button.value === turn.verdict ? "" : button.value;
      try {
        await post("feedback", { receipt: turn.answer.receipt, verdict });
      } catch {
        return tell("failed");
      }
      turn.verdict = verdict;
      remember();
      show();
      return tell(verdict ? "thanks" : "withdrawn");
    });
  }
  show();
  return box;
}

function place(turn) {
  const article = $("turn").content.firstElementChild.cloneNode(true);
  article.querySelector(".words").textContent = turn.asked;
  shown.set(turn.id, article);
  $("log").append(article);
  if (turn.answer) fill(turn);
  else if (turn.failed) fail(turn, "failed");
  return article;
}

function fill(turn) {
  const article = shown.get(turn.id);
  const { answer } = turn;
  const box = article.querySelector(".answer");
  box.replaceChildren(...paragraphs(answer.text));
  if (answer.caveat) {
    const caveat = piece(".caveat");
    box.append(withLinks(caveat, answer.caveat));
  }
  if (answer.sources?.length) box.append(sources(answer.sources));
  const tools = article.querySelector(".tools");
  tools.replaceChildren();
  if (answer.choices?.length) tools.append(choices(answer.choices));
  if (answer.sources?.length) tools.append(copies(answer));
  if (answer.receipt && answer.outcome === "answered") tools.append(verdicts(turn));
}

function fail(turn, key) {
  turn.failed = true;
  remember();
  const article = shown.get(turn.id);
  article.querySelector(".answer").replaceChildren(make("p", text(key), "failed"));
  const button = piece(".again");
  button.addEventListener("click", () => {
    article.remove();
    memory.turns = memory.turns.filter((other) => other !== turn);
    ask(turn.asked, turn.sends, true);
  });
  article.querySelector(".tools").replaceChildren(button);
}

function receive(answer) {
  const turn = memory.turns.find((one) => one.id === answer.to);
  showPlace(answer.place);
  // Another tab's question, or an answer that is here already.
  if (!turn || turn.answer) return;
  turn.answer = answer;
  turn.failed = false;
  if (answer.outcome === "privacy") hide(turn);
  remember();
  fill(turn);
  shown.get(turn.id).scrollIntoView({ block: "start" });
}

function hide(turn) {
  // Personal data: it does not stay on the screen or in the browser either.
  turn.asked = text("hidden");
  turn.sends = "";
  shown.get(turn.id).querySelector(".words").textContent = turn.asked;
}

function showPlace(name) {
  if (name !== undefined) $("place-name").textContent = name || text("place_none");
}

// --- what the user does

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function ask(asked, sends, moves) {
  const turn = { id: newId(), asked, sends };
  memory.turns.push(turn);
  remember();
  tell("");
  $("examples").open = false;
  $("place").open = false;
  const article = place(turn);
  article.scrollIntoView({ block: "start" });
  // The button that was pressed may be gone: a keyboard goes on from the new question.
  if (moves) article.querySelector(".asked").focus({ preventScroll: true });
  send(turn);
}

async function copy(words, key) {
  const whole = words.replaceAll("{sida}", location.origin);
  try {
    await navigator.clipboard.writeText(whole);
    return tell(key);
  } catch {
    return tell(copyTheOldWay(whole) ? key : "copy_failed");
  }
}

function copyTheOldWay(words) {
  // Over plain HTTP there is no clipboard, but this.
  const area = make("textarea");
  const focused = document.activeElement;
  area.value = words;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return done;
}

async function forget() {
  // The server ends the session's events: closed first, that is no lost connection.
  events?.close();
  try {
    await post("forget", {});
  } catch (error) {
    if (error.status !== 401) {
      await connect();
      return tell("failed");
    }
  }
  memory = { last: "", turns: [] };
  remember();
  shown.clear();
  $("log").replaceChildren();
  $("examples").open = true;
  showPlace("");
  sure(false);
  await connect();
  tell("forgotten");
  return $("question").focus();
}

function sure(open) {
  $("forget-sure").hidden = !open;
  $("forget").setAttribute("aria-expanded", String(open));
  $(open ? "forget-yes" : "forget").focus();
}

function submit() {
  const field = $("question");
  const words = field.value.trim();
  if (words.length > 1000) return tell("too_long");
  if (!words) return field.focus();
  field.value = "";
  return ask(words, words, false);
}

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
$("question").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
$("place-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text("place_sends").replace("{place}", $("municipality").value.trim());
  $("municipality").value = "";
  ask(words, words, true);
});
for (const button of document.querySelectorAll("#examples .try")) {
  button.addEventListener("click", () => ask(button.textContent, button.textContent, true));
}
$("forget").addEventListener("click", () => sure($("forget-sure").hidden));
$("forget-no").addEventListener("click", () => sure(false));
$("forget-yes").addEventListener("click", forget);
// A page that nobody looks at, and that waits for nothing, keeps no connection.
document.addEventListener("visibilitychange", () => {
  const waits = memory.turns.some((turn) => !turn.answer && !turn.failed);
  if (document.hidden && !waits) events?.close();
  else if (!document.hidden && events?.readyState === EventSource.CLOSED) connect();
});

recall();
if (memory.turns.length) $("examples").open = false;
memory.turns.forEach(place);
for (const turn of memory.turns) if (!turn.answer && !turn.failed) send(turn);
if (memory.turns.length) $("log").lastElementChild.scrollIntoView({ block: "start" });
connect();
