// Tests in JavaScript against the emulator: node --test examples/emulator.test.mjs
//
// Start it before, and name its address:
//     twelvelabs-embed emulator --port 8321 --faults pass --rpm 5 --processing-seconds 600
//     export TWELVELABS_BASE_URL=http://127.0.0.1:8321/v1.3

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, test } from "node:test";

const API = process.env.TWELVELABS_BASE_URL;
const CONTROL = new URL("/_emulator", API).href;

const send = (url, method, body) =>
  fetch(url, {
    method,
    headers: { "x-api-key": "any", "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
const control = async (method, path, body) => {
  const response = await send(CONTROL + path, method, body);
  assert.ok(response.ok, await response.clone().text());
  return response.status === 204 ? undefined : response.json();
};
const text = (words) => ({ input_type: "text", model_name: "marengo3.0", text: { input_text: words } });
const embed = (body) => send(`${API}/embed-v2`, "POST", body);

// Silence: a WAV of some seconds, 8 bits, 8,000 Hz.
const silence = (seconds) => {
  const size = seconds * 8000;
  const wav = Buffer.alloc(44 + size, 128);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + size, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(8000, 24);
  wav.writeUInt32LE(8000, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(size, 40);
  return wav;
};
const audio = (wav) => ({
  input_type: "audio",
  model_name: "marengo3.0",
  audio: { media_source: { base64_string: wav.toString("base64") } },
});

beforeEach(() => control("POST", "/reset"));

test("the emulator is ready", async () => {
  assert.equal((await control("GET", "/health")).status, "ready");
});

test("a text has a vector of 512 numbers", async () => {
  const { data } = await (await embed(text("a dog"))).json();
  assert.equal(data[0].embedding.length, 512);
});

test("a reset forgets the requests of other tests", async () => {
  assert.deepEqual((await control("GET", "/requests")).requests, []);
});

test("requests are seen, without the key", async () => {
  await embed(text("a dog"));
  const { requests } = await control("GET", "/requests?method=POST&status=200");
  assert.equal(requests[0].path, "/v1.3/embed-v2");
  assert.equal(requests[0].headers["x-api-key"], "***");
});

test("a mistake is explained", async () => {
  const response = await embed({ ...text("a dog"), model_name: "marengo2.7" });
  assert.equal(response.status, 400);
  assert.match((await response.json()).error.message, /^model_name: /);
});

test("a task of ten minutes is skipped by the clock", async () => {
  const created = await send(`${API}/embed-v2/tasks`, "POST", audio(silence(5)));
  assert.equal(created.status, 202);
  const url = created.headers.get("location");
  await control("POST", "/wait-until-idle");
  assert.equal((await (await send(url, "GET")).json()).status, "processing");
  await control("POST", "/clock/advance", { seconds: 600 });
  assert.equal((await (await send(url, "GET")).json()).status, "ready");
});

test("more requests than the quota allows get a 429, until a minute has passed", async () => {
  const statuses = [];
  for (let i = 0; i < 6; i++) statuses.push((await embed(text("a dog"))).status);
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429]);
  const rejected = await embed(text("a dog"));
  const seconds = Number(rejected.headers.get("retry-after"));
  assert.equal(rejected.headers.get("x-ratelimit-request-remaining"), "0");
  await control("POST", "/clock/advance", { seconds });
  assert.equal((await embed(text("a dog"))).status, 200);
});

test("two requests fail, and the third passes", async () => {
  await control("PUT", "/faults", { script: "503,reset" });
  assert.equal((await embed(text("a dog"))).status, 503);
  await assert.rejects(embed(text("a dog")));
  assert.equal((await embed(text("a dog"))).status, 200);
});

test("a text gets the vector that a test wants", async () => {
  const embedding = [1, ...Array(511).fill(0)];
  await control("POST", "/answers", { text: "a dog", embedding });
  const { data } = await (await embed(text("a dog"))).json();
  assert.deepEqual(data[0].embedding, embedding);
});

test("a file gets the error that a test wants", async () => {
  const wav = silence(4);
  const sha256 = createHash("sha256").update(wav).digest("hex");
  const error = { status: 403, code: "usage_limit_exceeded", message: "The plan is used up." };
  await control("POST", "/answers", { sha256, error });
  const response = await embed(audio(wav));
  assert.equal(response.status, 403);
  assert.equal((await response.json()).error.code, "usage_limit_exceeded");
});
