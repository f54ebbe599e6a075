// Production as deploy/ describes it: Debian's nginx in front of `stodlots serve --production`.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import https from "node:https";
import path from "node:path";
import tls from "node:tls";
import { ROOT, ask, browser, ended, folder, freePort, once, picture, serve, sleep } from "./world.mjs";

const NAME = "stodlotsen.example.se";
const LERUM = "Vilken RSS hör Lerum till?";
const AGENT = "Mozilla/5.0 (X11; Linux x86_64) Test/1.0";

let own;
let port;
let server;
let nginx;
const configured = {
  STODLOTS_SECRET: "0123456789abcdef0123456789abcdef", STODLOTS_WEB_OWNER: "Exempelkommunen",
  STODLOTS_WEB_CONTACT: "https://www.example.se/synpunkter", STODLOTS_WEB_ORIGINS: "https://intranet.example.se",
};

before(async () => {
  own = folder();
  port = await freePort();
  configured.STODLOTS_WEB_ADDRESS = `https://${NAME}:${port}`;
  server = await serve({ ...configured, STODLOTS_RATE: "30" }, ["--production"]);
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=${NAME}`,
    "-addext", `subjectAltName=DNS:${NAME}`, "-keyout", `${own.name}/privkey.pem`, "-out", `${own.name}/fullchain.pem`],
  { stdio: "ignore" });
  const other = await freePort();
  const config = fs.readFileSync(path.join(ROOT, "deploy/nginx.conf"), "utf8")
    .replaceAll("/etc/ssl/stodlotsen/", `${own.name}/`).replaceAll("listen 443", `listen 127.0.0.1:${port}`)
    .replaceAll("listen 80;", `listen 127.0.0.1:${other};`).replaceAll("127.0.0.1:5005", `127.0.0.1:${server.port}`);
  fs.writeFileSync(`${own.name}/site.conf`, config);
  fs.writeFileSync(`${own.name}/nginx.conf`, `daemon off; worker_processes 1; pid ${own.name}/pid; error_log ${own.name}/error.log;
events { worker_connections 512; }
http {
  access_log off; client_body_temp_path ${own.name}/body; proxy_temp_path ${own.name}/proxy; types { }
  fastcgi_temp_path ${own.name}/f; uwsgi_temp_path ${own.name}/u; scgi_temp_path ${own.name}/s;
  include ${own.name}/site.conf;
}`);
  nginx = spawn("/usr/sbin/nginx", ["-c", `${own.name}/nginx.conf`, "-e", `${own.name}/error.log`], { stdio: "inherit" });
  for (let waited = 0; waited < 100 && !(await up()); waited += 1) await sleep(50);
});

after(async () => {
  if (nginx) await ended(nginx);
  await server?.stop();
  own?.remove();
});

function up() {
  return new Promise((resolve) => {
    const socket = tls.connect({ port, host: "127.0.0.1", servername: NAME, rejectUnauthorized: false }, () => { socket.end(); resolve(true); });
    socket.on("error", () => resolve(false));
  });
}

function request(where, { method = "GET", body, headers = {} } = {}) {
  return new Promise((resolve, reject) => {
    const sent = https.request({
      host: "127.0.0.1", port, path: where, method, servername: NAME, rejectUnauthorized: false, agent: false,
      headers: { Host: `${NAME}:${port}`, "User-Agent": AGENT, ...headers, ...(body ? { "Content-Length": Buffer.byteLength(body) } : {}) },
    }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (data) => { text += data; });
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function raw(lines) {
  return new Promise((resolve) => {
    let said = "";
    const socket = tls.connect({ port, host: "127.0.0.1", servername: NAME, rejectUnauthorized: false }, () => socket.write(lines.join("\r\n")));
    socket.on("data", (data) => { said += data; });
    socket.on("close", () => resolve(said.split("\r\n")[0]));
    socket.on("error", () => resolve("error"));
    setTimeout(() => socket.destroy(), 1500);
  });
}

const posting = (body, more = {}) => ({
  method: "POST", body: JSON.stringify(body),
  headers: { "Content-Type": "application/json", Origin: `https://${NAME}:${port}`, ...more },
});

async function session() {
  const answer = await request("/chat/session", posting({}));
  assert.equal(answer.status, 200);
  return answer.headers["set-cookie"][0];
}

test("the page is there, with its headers", async () => {
  for (const where of ["/", "/chat", "/chat/page.css", "/chat/page.js", "/chat/icon.svg", "/chat/embed.js", "/tillganglighet", "/fakta/actor:skr"]) {
    const { status, headers } = await request(where);
    assert.equal(status, 200, where);
    assert.equal(headers["strict-transport-security"], "max-age=31536000");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "no-referrer");
    assert.match(headers["content-security-policy"], /^default-src 'none'.*frame-ancestors 'self' https:\/\/intranet\.example\.se$/);
    assert.equal(headers["access-control-allow-credentials"], undefined);
    assert.equal(headers.server, "nginx");
  }
  const statement = await request("/tillganglighet");
  assert.match(statement.text, /Exempelkommunen[^]*https:\/\/www\.example\.se\/synpunkter[^]*digg\.se\/tdosanmalan/);
});

test("the session's cookie is for this host and TLS only", async () => {
  const cookie = await session();
  assert.match(cookie, /^__Host-stodlots=.*; Path=\/; Max-Age=\d+; HttpOnly; SameSite=None; Partitioned; Secure$/);
});

test("unknown paths, also Rasa's own, are not there", async () => {
  const unknown = [
    "/webhooks/rest/webhook", "/webhooks/rest/", "/webhooks/web/", "/socket.io/", "/model/parse", "/status", "/version",
    "/conversations/x/tracker", "/domain", "/chat/", "/chat/page.html", "/chat/../status", "/fakta/", "/fakta/x/y",
    "/fakta/UPPER", "/.git/config", "/chat/messages/x",
  ];
  for (const where of unknown) {
    const { status, headers } = await request(where);
    assert.equal(status, 404, where);
    assert.equal(headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
  }
  assert.equal((await request("/fakta/finns-inte")).status, 404);
  assert.equal((await request("/chat/messages")).status, 403);
});

test("behind nginx there is no REST, no Socket.IO and no HTTP API either", async () => {
  for (const where of ["/webhooks/rest/webhook", "/model/parse", "/status", "/socket.io/", "/domain"]) {
    assert.equal((await fetch(`http://127.0.0.1:${server.port}${where}`)).status, 404, where);
  }
});

test("a body over 32 kB is too large", async () => {
  const cookie = (await session()).split(";")[0];
  const fits = posting({ id: "0123456789abcdef", text: "x".repeat(30_000) }, { Cookie: cookie });
  assert.equal((await request("/chat/messages", fits)).status, 202);
  assert.equal((await request("/chat/messages", posting({ id: "0123456789abcdef", text: "x".repeat(33_000) }))).status, 413);
});

test("double length headers are refused", async () => {
  const start = ["POST /chat/messages HTTP/1.1", `Host: ${NAME}`, "Content-Type: application/json"];
  assert.match(await raw([...start, "Content-Length: 2", "Content-Length: 3", "", "{} "]), / 400 /);
  assert.match(await raw([...start, "Content-Length: 2", "Content-Length: 2", "", "{}"]), / 400 /);
  assert.match(await raw([...start, "Content-Length: 7", "Transfer-Encoding: chunked", "", "0", "", ""]), / 400 /);
});

test("another name gets no answer", async () => {
  const said = await new Promise((resolve) => {
    const socket = tls.connect({ port, host: "127.0.0.1", servername: "other.example", rejectUnauthorized: false }, () => resolve("connected"));
    socket.on("error", () => resolve("refused"));
  });
  assert.equal(said, "refused");
});

test("events come unbuffered", async () => {
  const cookie = (await session()).split(";")[0];
  const heard = [];
  const stream = https.request({
    host: "127.0.0.1", port, path: "/chat/events", servername: NAME, rejectUnauthorized: false, agent: false,
    headers: { Host: `${NAME}:${port}`, "User-Agent": AGENT, Cookie: cookie, "Accept-Encoding": "gzip" },
  });
  const waitFor = async (part) => {
    for (let waited = 0; waited < 100 && !heard.join("").includes(part); waited += 1) await sleep(50);
    assert.ok(heard.join("").includes(part), `${part} is not in ${heard.join("")}`);
  };
  stream.on("response", (response) => {
    assert.equal(response.headers["content-encoding"], undefined);
    assert.match(response.headers["content-type"], /^text\/event-stream/);
    response.setEncoding("utf8");
    response.on("data", (data) => heard.push(data));
    response.on("error", () => {});
  });
  stream.on("error", () => {});
  stream.end();
  await waitFor("event: hello");
  await request("/chat/messages", posting({ id: "0123456789abcdef", text: LERUM }, { Cookie: cookie }));
  await waitFor("Göteborgsregionen");
  stream.destroy();
});

test("the page works behind it", async () => {
  const chrome = await browser([`--host-resolver-rules=MAP ${NAME} 127.0.0.1`]);
  const context = await chrome.newContext({ ignoreHTTPSErrors: true, locale: "sv-SE" });
  const page = await context.newPage();
  await page.goto(`https://${NAME}:${port}/`);
  assert.match(await (await ask(page, LERUM)).innerText(), /Göteborgsregionen/);
  await picture(page, "14-behind-nginx", false);
  await chrome.close();
});

test("whoever floods is told to wait, at nginx and at the door", async () => {
  const answers = await Promise.all(Array.from({ length: 300 }, () => request("/tillganglighet").catch(() => ({ status: 0 }))));
  const statuses = answers.map(({ status }) => status);
  assert.ok(statuses.includes(200) && statuses.includes(429), String([...new Set(statuses)]));
  await sleep(3000);
  const sent = await Promise.all(Array.from({ length: 70 }, () => request("/chat/messages", posting({})).catch(() => ({ status: 0 }))));
  assert.ok(sent.some(({ status }) => status === 429));
});

test("a wrong or half configuration stops the start with one line", async () => {
  const start = (environment) => once(["-m", "bot.cli", "serve", "--production", "--port", "1"], {
    STODLOTS_SECRET_FILE: `${own.name}/secret`, STODLOTS_STATE: `sqlite:///${own.name}/other.db`, ...environment,
  });
  const cases = [
    [{}, /STODLOTS_SECRET, STODLOTS_WEB_ADDRESS, STODLOTS_WEB_OWNER, STODLOTS_WEB_CONTACT missing/],
    [{ ...configured, STODLOTS_WEB_OWNER: "" }, /: STODLOTS_WEB_OWNER missing\.$/],
    [{ ...configured, STODLOTS_HOST: "0.0.0.0" }, /STODLOTS_HOST=0\.0\.0\.0 is open to others/],
    [{ ...configured, STODLOTS_WEB_ADDRESS: "http://x.example" }, /must begin with https/],
    [{ ...configured, STODLOTS_WEB_ORIGINS: "*" }, /STODLOTS_WEB_ORIGINS='\*'/],
    [{ ...configured, STODLOTS_RATE: "0" }, /sets no limit/],
  ];
  for (const [environment, says] of cases) {
    const { code, said } = await start(environment);
    assert.equal(code, 1, said);
    assert.equal(said.trim().split("\n").length, 1, said);
    assert.match(said.trim(), says);
  }
});
