// A turn that waits for its answer, and the turn that the server has rendered in its place.

import { showLocalTimes } from "./site.js";

// The request's fields in a form, so that asking again asks the same way.
function addHidden(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value].flat()) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: one }));
  }
}

// A turn that waits for its answer.
export function waitingTurn(number, question) {
  const node = document.getElementById("waiting").content.firstElementChild.cloneNode(true);
  node.dataset.turn = number;
  node.setAttribute("aria-label", question);
  node.querySelector(".question").textContent = question;
  return node;
}

// The answered turn, which takes the place of the one that waited. The server has escaped what is not its own.
export function placeTurn(waiting, html) {
  const node = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  waiting.replaceWith(document.adoptNode(node));
  showLocalTimes(node);
  return node;
}

// Shows in the turn that waited why there is no answer, with a button that asks again.
export function failTurn(node, words, fields) {
  node.removeAttribute("aria-busy");
  node.querySelector(".waiting").hidden = true;
  const failure = node.querySelector(".failure");
  failure.hidden = false;
  failure.querySelector(".words").textContent = words;
  addHidden(failure.querySelector("form"), fields);
}
