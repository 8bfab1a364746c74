// The text that a language model writes from the quotations of a turn: it appears above them, sentence by sentence.

import { Refused, send } from "./answer.js";

const log = document.getElementById("log");
const form = document.getElementById("ask");
const status = document.getElementById("status");
const choice = document.getElementById("write");
const dialog = document.getElementById("allow-writer");
const KEY = "qa-write";
const BROKEN = "The writing broke off. The quotations are the answer.";
// What was sent for the turns of a conversation that the server does not keep, by turn.
const unkept = new Map();
const writing = new Set();

let allowed = choice.dataset.allowed === "yes";

function address(path) {
  return document.documentElement.dataset.root + path;
}

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(value) {
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

// Whether text may go where the writer is; another machine is asked about once.
async function permitted() {
  if (allowed) return true;
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  allowed = dialog.returnValue === "allow";
  return allowed;
}

// The events of a response as they come: their names and contents.
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (held + value).split("\n\n");
    held = parts.pop();
    for (const part of parts) {
      const [name, data] = part.split("\n");
      yield [name.slice("event: ".length), JSON.parse(data.slice("data: ".length))];
    }
  }
}

// The server has escaped what is not its own.
function parsed(html) {
  return document.adoptNode(new DOMParser().parseFromString(html, "text/html").body.firstElementChild);
}

function requested(turn) {
  const number = Number(turn.dataset.turn);
  const conversation = form.elements.conversation.value;
  if (conversation) return [address(`/c/${conversation}/write`), { turn: number, allow: allowed }];
  return [address("/write"), { ...unkept.get(number), generation: turn.dataset.generation, allow: allowed }];
}

async function receive(turn, node, signal) {
  const [path, body] = requested(turn);
  for await (const [name, content] of events(await send(path, body, signal, "text/event-stream"))) {
    if (name === "sentence") {
      node.querySelector(".sentences").append(parsed(content.html), " ");
    } else {
      node.replaceWith(parsed(content.html));
      status.textContent = content.said;
      return content.final;
    }
  }
  throw new Refused(502, BROKEN);
}

function fail(node, error) {
  const stopped = error.name === "AbortError";
  if (stopped && !node.querySelector(".sentence")) return node.remove();
  node.removeAttribute("aria-busy");
  node.querySelector(".writing").hidden = true;
  const words = node.querySelector(".failed");
  words.hidden = false;
  words.textContent = stopped ? "Stopped. Each sentence was checked against the quotations." : error instanceof Refused ? error.message : BROKEN;
  status.textContent = words.textContent;
}

async function write(turn) {
  const button = turn.querySelector("form.writes");
  if (!button || button.hidden || !(await permitted())) return;
  turn.querySelector(".written")?.remove();
  const node = document.getElementById("writing").content.firstElementChild.cloneNode(true);
  const controller = new AbortController();
  const stop = node.querySelector(".stop-writing");
  stop.addEventListener("click", () => controller.abort());
  const held = button.contains(document.activeElement);
  turn.querySelector(".answer").before(node);
  button.hidden = true;
  if (held) stop.focus({ preventScroll: true });
  writing.add(controller);
  try {
    button.hidden = await receive(turn, node, controller.signal);
  } catch (error) {
    button.hidden = false;
    fail(node, error);
  } finally {
    writing.delete(controller);
    if (document.activeElement === document.body) turn.querySelector(".question").focus({ preventScroll: true });
  }
}

log.addEventListener("answered", (event) => {
  const { sent } = event.detail;
  if (sent) unkept.set(sent.turn, sent);
  if (choice.checked) write(event.target);
});

log.addEventListener("submit", (event) => {
  if (!event.target.matches("form.writes")) return;
  event.preventDefault();
  write(event.target.closest(".turn"));
});

// A marker leads to its quotation, which may be folded.
log.addEventListener("click", (event) => {
  const cite = event.target.closest("a.cite");
  if (!cite) return;
  event.preventDefault();
  const marker = document.getElementById(cite.hash.slice(1));
  marker.closest("details")?.setAttribute("open", "");
  marker.scrollIntoView({ block: "center" });
  marker.focus({ preventScroll: true });
  const quotation = marker.closest(".cited");
  for (const one of log.querySelectorAll(".cited.pointed")) one.classList.remove("pointed");
  quotation.classList.add("pointed");
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && writing.size && !event.defaultPrevented) for (const one of writing) one.abort();
});

choice.addEventListener("change", async () => {
  if (choice.checked) choice.checked = await permitted();
  remember(choice.checked ? "on" : "off");
});

choice.checked = allowed && (remembered() ?? (choice.dataset.local ? "on" : "off")) === "on";
