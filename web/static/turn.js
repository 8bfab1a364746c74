// A turn of the conversation on the page: the templates' markup, filled by text only.

const QUOTE_IN_LINK = 500;
const CONTEXT_IN_LINK = 24;
const USUAL_QUOTES = 3;
const COPIES_SHOWN = 5;

const root = document.documentElement.dataset.root;

function copyOf(name) {
  return document.getElementById(name).content.firstElementChild.cloneNode(true);
}

function field(node, name) {
  return node.querySelector(`[data-f="${name}"]`);
}

function put(node, name, text) {
  const place = field(node, name);
  if (place) place.textContent = text;
}

function short(text, length = 160) {
  const signs = [...text];
  return signs.length <= length ? text : `${signs.slice(0, length - 1).join("").trimEnd()}…`;
}

// The reader leads back to this place on the page of the conversation.
function withWayBack(link, place) {
  return link.replace("#mark", `&back=${encodeURIComponent(place)}#mark`);
}

function copyLink(copy) {
  const link = document.createElement("a");
  link.href = root + copy.link;
  link.textContent = copy.article_id;
  return link;
}

// A statement beside one of its citations.
function citedNode(statement, citation, turn, page) {
  const node = copyOf("cited");
  const id = `m-${turn}-${citation.marker}`;
  const marker = field(node, "marker");
  put(node, "quote", statement.text);
  put(node, "marker", citation.marker);
  put(node, "number", citation.marker);
  put(node, "title", short(citation.title));
  put(node, "place", `${citation.source}, ${citation.locator ? `${citation.locator}, ` : ""}characters ${citation.start}–${citation.end}`);
  marker.id = id;
  marker.setAttribute("aria-label", `Source ${citation.marker}: ${short(citation.title, 80)}`);
  marker.href = field(node, "title").href = root + (page ? withWayBack(citation.link, `${page}#${id}`) : citation.link);
  node.dataset.prefix = citation.prefix;
  node.dataset.suffix = citation.suffix;
  const also = field(node, "also");
  also.hidden = citation.also_in.length === 0;
  citation.also_in.slice(0, COPIES_SHOWN).forEach((copy, at) => also.append(at ? ", " : "Also in ", copyLink(copy)));
  if (citation.also_in.length > COPIES_SHOWN) also.append(` and ${citation.also_in.length - COPIES_SHOWN} more`);
  return node;
}

function citedNodes(answer, turn, page) {
  const cited = new Map(answer.citations.map((citation) => [citation.marker, citation]));
  return answer.statements.flatMap((one) => one.markers.map((marker) => citedNode(one, cited.get(marker), turn, page)));
}

function passageNode(passage) {
  const node = copyOf("passage");
  put(node, "title", short(passage.title, 100));
  put(node, "text", passage.text);
  field(node, "title").href = root + passage.link;
  return node;
}

function confidence(answer) {
  if (answer.confidence >= 0.85) return "High confidence";
  return answer.confidence >= 0.6 ? "Fair confidence" : "Low confidence: read closely";
}

function setFields(node, name, value) {
  for (const input of node.querySelectorAll(`[name="${name}"]`)) input.value = value;
}

function scopeWords(fields) {
  const count = fields.articles?.length ?? 0;
  const parts = [fields.since && `from ${fields.since}`, fields.until && `until ${fields.until}`].filter(Boolean).join(" ");
  return `Only ${[count && `in ${count} article${count === 1 ? "" : "s"}`, parts].filter(Boolean).join(", ")}`;
}

// The request's fields in a form, so that asking again asks the same way.
function addHidden(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value].flat()) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: one }));
  }
}

// A turn that waits for its answer.
export function waitingTurn(number, fields) {
  const { question, articles, since, until } = fields;
  const scope = Object.fromEntries(Object.entries({ articles, since, until }).filter(([, value]) => value?.length));
  const node = copyOf("turn");
  node.dataset.turn = number;
  node.setAttribute("aria-label", question);
  node.setAttribute("aria-busy", "true");
  put(node, "question", question);
  setFields(node, "question", question);
  field(node, "scope").hidden = Object.keys(scope).length === 0;
  put(node, "scope", scopeWords(scope));
  node.querySelectorAll(".searched form, .edit form, .more").forEach((form) => addHidden(form, scope));
  for (const part of node.querySelectorAll(".answer, .refusal, .failure, .below, .searched")) part.hidden = true;
  return node;
}

// Shows the answer in the turn that waited for it.
export function fillTurn(node, number, answer, page) {
  node.removeAttribute("aria-busy");
  node.removeAttribute("aria-label");
  node.dataset.turn = number;
  node.id = `turn-${number}`;
  field(node, "question").id = `question-${number}`;
  node.setAttribute("aria-labelledby", `question-${number}`);
  node.querySelectorAll(answer.answered ? ".waiting, .failure, .refusal" : ".waiting, .failure, .answer, .confidence").forEach((part) => part.remove());
  for (const part of node.querySelectorAll(".answer, .refusal, .below")) part.hidden = false;
  setFields(node, "turn", number);
  setFields(node, "searched_for", answer.searched_for);
  put(node, "searched-for", answer.searched_for);
  field(node, "searched-alone").hidden = answer.searched_for !== answer.question;
  field(node, "searched-other").hidden = answer.searched_for === answer.question;
  put(node, "words", answer.statements.map((one) => one.text).join(" "));
  if (!answer.answered) node.querySelector(".copy").textContent = "Copy";
  put(node, "confidence", confidence(answer));
  node.querySelector(".searched").hidden = number === 1 && answer.reading === "alone" && answer.searched_for === answer.question;
  const more = node.querySelector(".more");
  more.hidden = answer.citations.length !== USUAL_QUOTES;
  if (answer.answered) {
    node.querySelector(".perhaps").hidden = answer.support !== "perhaps";
    node.querySelector(".disagreement").hidden = !answer.disagreement;
    const list = node.querySelector(".quotations");
    list.classList.toggle("sides", answer.disagreement);
    list.append(...citedNodes(answer, number, page));
  }
  const count = answer.passages.length;
  node.querySelector(".passages").hidden = count === 0;
  put(node, "passages-title", answer.answered ? `${count} passages behind this` : "Nearest passages (no answer)");
  node.querySelector(".passages ol").append(...answer.passages.map(passageNode));
}

// Shows in the turn that waited why there is no answer, with a button that asks again.
export function failTurn(node, words, fields) {
  node.removeAttribute("aria-busy");
  node.querySelector(".waiting").hidden = true;
  const failure = node.querySelector(".failure");
  failure.hidden = false;
  put(node, "failure", words);
  addHidden(failure.querySelector("form"), fields);
}
