// The conversation: what is asked, one question at a time, and where it is kept.

import { post, Refused } from "./answer.js";
import { copyAnswer, copyLink, copyQuotation } from "./clipboard.js";
import { watchCitations } from "./preview.js";
import { failTurn, placeTurn, waitingTurn } from "./turn.js";
import { markWords } from "./words.js";

const log = document.getElementById("log");
const form = document.getElementById("ask");
const box = form.elements.question;
const status = document.getElementById("status");
const notice = form.querySelector(".notice");
const send = form.querySelector(".send");
const stop = form.querySelector(".stop");
const head = document.querySelector(".conversation-head");
const LIMIT = Number(form.dataset.limit);
const keeps = form.dataset.keep === "yes";

let conversation = form.elements.conversation.value;
let underWay = null;
// Where nothing is kept on the server, the page itself remembers what was said, the last turns of which are sent.
const said = [];
const TURNS_SENT = 10;
const CHARACTERS_SENT = 2000;

function say(words) {
  notice.textContent = words;
  notice.hidden = !words;
}

function page() {
  return conversation ? `/c/${conversation}` : "";
}

function address(path) {
  return document.documentElement.dataset.root + path;
}

function setBusy(controller) {
  underWay = controller;
  send.hidden = controller !== null;
  stop.hidden = controller === null;
}

function moveIn(created, title) {
  conversation = form.elements.conversation.value = created;
  history.replaceState(null, "", address(page()));
  head.hidden = false;
  document.getElementById("plain-title").hidden = true;
  head.querySelector("h1").textContent = title;
  document.querySelector("[data-f='address']").textContent = location.href;
  head.querySelector(".rename").action = address(`${page()}/rename`);
  head.querySelector(".rename input[name=title]").value = title;
  head.querySelector(".delete").action = address(`${page()}/delete`);
  for (const link of head.querySelectorAll("[data-export]")) {
    link.href = address(`/v1/conversations/${conversation}/export?format=${link.dataset.export}`);
  }
}

async function answerTo(given, signal) {
  // Where a text is written from the answer, a question for an overview gets more quotations.
  const fields = document.getElementById("write")?.checked ? { ...given, write: true } : given;
  if (!keeps) {
    const turn = fields.turn ?? said.length + 1;
    const sent = { ...fields, turn, history: said.slice(0, turn - 1).slice(-TURNS_SENT) };
    const part = await post(address("/turns"), sent, signal);
    said[turn - 1] = { question: fields.question, answer: part.answer.slice(0, CHARACTERS_SENT) };
    return { ...part, sent };
  }
  const part = await post(address("/turns"), { ...fields, conversation }, signal);
  if (!conversation) moveIn(part.conversation, fields.question);
  return part;
}

// Takes the place of the old turn only when the new answer is there.
function place(node, old) {
  document.querySelectorAll(".welcome, .examples").forEach((part) => part.remove());
  document.body.classList.remove("fresh");
  document.getElementById("plain-title").hidden = Boolean(conversation);
  box.placeholder = "Ask a follow-up question";
  if (old) {
    old.hidden = true;
    old.after(node);
  } else {
    log.append(node);
  }
  node.scrollIntoView({ block: "start" });
}

// Where the form that asked has gone from the page, reading goes on at the question.
function keepFocus(node) {
  if (document.activeElement === document.body) node.querySelector(".question").focus({ preventScroll: true });
}

function settle(waiting, old, part) {
  const expected = Number((old ?? waiting).dataset.turn);
  old?.remove();
  const node = placeTurn(waiting, part.html);
  status.textContent = part.said;
  node.dispatchEvent(new CustomEvent("answered", { bubbles: true, detail: { sent: part.sent } }));
  node.scrollIntoView({ block: "start" });
  if (part.turn !== expected) say("This conversation was continued in another tab. Reload the page to see all of it.");
  return node;
}

function explain(error, node, old, fields) {
  if (old) old.hidden = false;
  if (error instanceof Refused && error.status === 404 && conversation) {
    conversation = form.elements.conversation.value = "";
    failTurn(node, "This conversation has been deleted. Asking again starts a new one.", { question: fields.question });
  } else if (error instanceof Refused) {
    failTurn(node, error.message, fields);
  } else if (error.name === "AbortError") {
    failTurn(node, "Stopped before there was an answer.", fields);
  } else {
    throw error;
  }
  status.textContent = node.querySelector(".failure .words").textContent;
}

async function ask(fields) {
  if (underWay) return say("One question at a time: wait for the answer, or stop it.");
  say("");
  status.textContent = "";
  const controller = new AbortController();
  const old = fields.turn ? document.getElementById(`turn-${fields.turn}`) : null;
  const number = fields.turn ?? log.querySelectorAll(".turn:not(.failed)").length + 1;
  let node = waitingTurn(number, fields.question);
  setBusy(controller);
  place(node, old);
  try {
    node = settle(node, old, await answerTo(fields, controller.signal));
  } catch (error) {
    node.classList.add("failed");
    explain(error, node, old, fields);
  } finally {
    setBusy(null);
    keepFocus(node);
  }
}

function fieldsOf(submitted) {
  const given = new FormData(submitted);
  const fields = { question: String(given.get("question") ?? "").replaceAll("\r\n", "\n").trim() };
  for (const name of ["searched_for", "since", "until"]) if (given.get(name)) fields[name] = given.get(name);
  if (given.getAll("articles").length) fields.articles = given.getAll("articles");
  if (document.documentElement.dataset.collection) fields.collection = document.documentElement.dataset.collection;
  for (const name of ["turn", "quotes"]) if (Number(given.get(name))) fields[name] = Number(given.get(name));
  return fields;
}

document.addEventListener("submit", (event) => {
  const submitted = event.target.closest("form.asks");
  if (!submitted || event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  const fields = fieldsOf(submitted);
  if (!fields.question) return say("The question is empty. Ask something in words.");
  const length = [...fields.question].length;
  if (length > LIMIT) return say(`The question has ${length.toLocaleString("en")} characters; the limit is ${LIMIT.toLocaleString("en")}.`);
  if (!underWay) {
    submitted.closest(".turn.failed")?.remove();
    if (submitted === form) box.value = "";
  }
  return ask(fields);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("textarea[name=question]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
  if (event.key === "Escape" && underWay && !event.defaultPrevented) underWay.abort();
});

stop.addEventListener("click", () => underWay?.abort());
document.getElementById("print").addEventListener("click", () => window.print());
document.querySelector(".delete").addEventListener("submit", (event) => {
  if (!window.confirm("Delete this conversation? This cannot be undone.")) event.preventDefault();
});
log.addEventListener("click", (event) => {
  for (const [selector, copy] of [[".copy", copyAnswer], [".copy-one", copyQuotation], [".copy-link", copyLink]]) {
    const button = event.target.closest(selector);
    if (button) copy(button, status);
  }
  // Coming back, the browser finds the marker again by this fragment.
  const marker = event.target.closest("a.marker, .source a.title");
  if (marker) history.replaceState(null, "", `#${marker.closest(".cited").querySelector(".marker").id}`);
});
log.addEventListener("toggle", (event) => {
  const { target } = event;
  if (target.matches(".passages") && target.open) markWords(target.closest(".turn"));
  if (target.matches(".edit") && target.open) {
    const question = target.querySelector("textarea");
    question.focus();
    question.setSelectionRange(question.value.length, question.value.length);
  }
}, true);

watchCitations(log);
const wanted = location.hash.startsWith("#m-") && document.getElementById(location.hash.slice(1));
if (wanted) {
  wanted.closest("details")?.setAttribute("open", "");
  wanted.focus();
} else if (!location.hash && matchMedia("(hover: hover)").matches) box.focus({ preventScroll: true });
