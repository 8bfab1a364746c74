// An OpenAI-compatible chat endpoint on loopback: node server.mjs FOLDER MODEL.gguf NAME KEY TOKENS, where FOLDER has node_modules
//
// One thread, one request at a time. It prints its port, and then for each completion how it ended: "whole" or "left".
import http from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, file, name, key, size] = process.argv.slice(2);
const { getLlama, LlamaChatSession } = await import(
  pathToFileURL(createRequire(`${folder}/`).resolve("node-llama-cpp")).href
);
const llama = await getLlama({ gpu: false, build: "never", maxThreads: 1, logLevel: "error" });
const model = await llama.loadModel({ modelPath: file });
const context = await model.createContext({ contextSize: Number(size), threads: 1 });
// Kept from one request to the next, so that what they begin with alike is read once.
const sequence = context.getSequence();
let last = Promise.resolve();

function refuse(response, status, message) {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ error: { message } }));
}

function chunk(response, fields) {
  response.write(`data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: name, ...fields })}\n\n`);
}

async function answer(body, response, signal) {
  const before = sequence.tokenMeter.getState();
  const system = body.messages.find((one) => one.role === "system")?.content;
  const session = new LlamaChatSession({ contextSequence: sequence, systemPrompt: system, autoDisposeSequence: false });
  try {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    await session.prompt(body.messages.at(-1).content, {
      temperature: 0,
      maxTokens: body.max_tokens,
      signal,
      stopOnAbortSignal: true,
      onTextChunk: (content) => chunk(response, { choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
    });
    chunk(response, { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
    const { usedOutputTokens: written } = sequence.tokenMeter.diff(before);
    const read = sequence.contextTokens.length - written;
    const usage = { prompt_tokens: read, completion_tokens: written, total_tokens: read + written };
    if (body.stream_options?.include_usage) chunk(response, { choices: [], usage });
    response.end("data: [DONE]\n\n");
  } finally {
    session.dispose();
    console.log(signal.aborted ? "left" : "whole");
  }
}

const server = http.createServer((request, response) => {
  const leaving = new AbortController();
  response.on("close", () => leaving.abort());
  let text = "";
  request.on("data", (part) => (text += part));
  request.on("end", () => {
    if (request.headers.authorization !== `Bearer ${key}`) return refuse(response, 401, "This key is not known.");
    const body = JSON.parse(text);
    if (body.model !== name) return refuse(response, 404, "This model is not known.");
    last = last.then(() => answer(body, response, leaving.signal)).catch((error) => response.destroy(error));
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
