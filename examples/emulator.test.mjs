// Tests of code that uses the vendor's SDK (twelvelabs-js), against the emulator:
//
//     twelvelabs-embed emulator --port 0 --rpm 5 --processing-sec 600 -- node --test examples/emulator.test.mjs
//
// The SDK finds the emulator by TWELVELABS_BASE_URL and TWELVE_LABS_API_KEY, which the command sets.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, test } from "node:test";
import { TwelveLabs } from "twelvelabs-js";

const client = new TwelveLabs({});
// The timer of a request whose response is lost goes on until its end, ten minutes by default, and node with it.
const once = { maxRetries: 0, timeoutInSeconds: 2 };
const modelName = "marengo3.0";
const embed = (inputText) =>
  client.embed.v2.create({ inputType: "text", modelName, text: { inputText } }, once);

// What a test does with the emulator itself.
const CONTROL = new URL("/_emulator", process.env.TWELVELABS_BASE_URL).href;
const control = async (method, path, body) => {
  const headers = { "content-type": "application/json" };
  const response = await fetch(CONTROL + path, { method, headers, body: body && JSON.stringify(body) });
  assert.ok(response.ok, await response.clone().text());
  return response.status === 204 ? undefined : response.json();
};

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
const audio = (mediaSource) => ({ inputType: "audio", modelName, audio: { mediaSource } });
const inline = (wav) => audio({ base64String: wav.toString("base64") });

beforeEach(() => control("POST", "/reset"));

test("the emulator is ready", async () => {
  assert.equal((await control("GET", "/health")).status, "ready");
});

test("a text has a vector of 512 numbers", async () => {
  assert.equal((await embed("a dog")).data[0].embedding.length, 512);
});

test("a reset forgets the requests of other tests", async () => {
  assert.deepEqual((await control("GET", "/requests")).requests, []);
});

test("requests are seen, without the key", async () => {
  await embed("a dog");
  const { requests } = await control("GET", "/requests?method=POST&status=200");
  assert.equal(requests[0].path, "/v1.3/embed-v2");
  assert.equal(requests[0].headers["x-api-key"], "***");
});

test("a mistake is explained", async () => {
  const error = await embed("").catch((error) => error);
  assert.equal(error.statusCode, 400);
  assert.match(error.body.error.message, /^text\.input_text: /);
});

test("a task of ten minutes is skipped by the clock", async () => {
  const { id } = await client.embed.v2.tasks.create(inline(silence(5)));
  await control("POST", "/wait-until-idle");
  assert.equal((await client.embed.v2.tasks.retrieve(id)).status, "processing");
  await control("POST", "/clock/advance", { seconds: 600 });
  const task = await client.embed.v2.tasks.retrieve(id);
  assert.equal(task.status, "ready");
  assert.ok(task.data.length > 0);
});

test("an asset cannot be used before it is ready", async () => {
  const file = new File([silence(5)], "talk.wav");
  const asset = await client.assets.create({ method: "direct", file });
  const use = () => client.embed.v2.create(audio({ assetId: asset.id }), once);
  await assert.rejects(use(), { statusCode: 400 });
  await control("POST", "/wait-until-idle");
  await control("POST", "/clock/advance", { seconds: 600 });
  assert.equal((await client.assets.retrieve(asset.id)).status, "ready");
  assert.ok((await use()).data.length > 0);
});

test("more requests than the quota allows get a 429, until a minute has passed", async () => {
  for (let i = 0; i < 5; i++) await embed("a dog");
  const error = await embed("a dog").catch((error) => error);
  assert.equal(error.statusCode, 429);
  const seconds = Number(error.rawResponse.headers.get("retry-after"));
  await control("POST", "/clock/advance", { seconds });
  await embed("a dog");
});

test("the SDK retries what fails once", async () => {
  await control("PUT", "/faults", { script: "503" });
  const text = { inputText: "a dog" };
  await client.embed.v2.create({ inputType: "text", modelName, text }, { maxRetries: 1 });
  const { requests } = await control("GET", "/requests");
  assert.deepEqual(requests.map((one) => one.status), [503, 200]);
});

test("a lost response is an error", async () => {
  await control("PUT", "/faults", { script: "reset" });
  await assert.rejects(embed("a dog"));
  await embed("a dog");
});

test("a text gets the vector that a test wants", async () => {
  const embedding = [1, ...Array(511).fill(0)];
  await control("POST", "/stubs", { text: "a dog", embedding });
  assert.deepEqual((await embed("a dog")).data[0].embedding, embedding);
});

test("a file gets the error that a test wants", async () => {
  const wav = silence(4);
  const sha256 = createHash("sha256").update(wav).digest("hex");
  const error = { status: 403, code: "usage_limit_exceeded", message: "The plan is used up." };
  await control("POST", "/stubs", { sha256, error });
  await assert.rejects(client.embed.v2.create(inline(wav), once), { statusCode: 403 });
});
