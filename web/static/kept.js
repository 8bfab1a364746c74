// Quotations that are kept while a conversation goes on: the buttons beside them, and their list in the pane.

import { copyAll } from "./clipboard.js";

const list = document.getElementById("kept");
const status = document.getElementById("status");
const notice = document.querySelector("#ask .notice");

async function markup(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(String(response.status));
  return [...new DOMParser().parseFromString(await response.text(), "text/html").body.childNodes];
}

function showKept(quotation, kept) {
  for (const form of document.querySelectorAll(`form.keeps[data-quotation="${CSS.escape(quotation)}"]`)) {
    const button = form.querySelector("button");
    button.classList.toggle("kept", kept);
    button.querySelector(".word").textContent = kept ? "Kept" : "Keep";
    button.value = kept ? quotation : "";
  }
}

async function keep(form, button) {
  const quotation = form.dataset.quotation ?? form.elements.quotation.value;
  const drops = form.elements.quotation.value !== "";
  const fields = new URLSearchParams(new FormData(form, button.name ? button : null));
  const response = await fetch(form.action, { method: "POST", body: fields, redirect: "manual" });
  if (response.type !== "opaqueredirect") throw new Error(String(response.status));
  showKept(quotation, !drops);
  list?.replaceChildren(...(await markup(form.action.replace(/keep$/, "quotations"))));
  status.textContent = drops ? "Kept no longer." : "Kept. The list of sources has it.";
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form.keeps");
  if (!form) return;
  event.preventDefault();
  const inList = list?.contains(form);
  keep(form, event.submitter)
    .then(() => inList && (list.querySelector("button") ?? document.getElementById("source-search"))?.focus())
    .catch(() => Object.assign(notice, { hidden: false, textContent: "The server does not answer. Nothing was changed." }));
});

list?.addEventListener("click", (event) => {
  const button = event.target.closest(".copy-kept");
  if (button) copyAll(button, status, [...list.querySelectorAll(".kept-one")]);
});
