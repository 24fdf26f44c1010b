// A program with the vendor's SDK: its settings are what the emulator prints.

import { TwelveLabs } from "twelvelabs-js";

const client = new TwelveLabs({});
const { data } = await client.embed.v2.create({
  inputType: "text",
  modelName: "marengo3.0",
  text: { inputText: "a dog" },
});
const status = await client.embed.v2.tasks.retrieve("none").catch((error) => error.statusCode);
console.log(JSON.stringify([data[0].embedding, status]));
