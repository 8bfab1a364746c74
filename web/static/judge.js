// What a person says of an answer, sent without leaving the page.

import { post, Refused } from "./answer.js";

const status = document.getElementById("status");

async function send(form) {
  const fields = Object.fromEntries(new FormData(form));
  delete fields.token;
  fields.turn = Number(fields.turn);
  await post(`${document.documentElement.dataset.root}/v1/conversations/${form.dataset.conversation}/feedback`, fields);
  return fields.verdict === "right" ? "Called right" : "Called wrong";
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form.judges");
  if (!form) return;
  event.preventDefault();
  const notice = form.querySelector(".notice");
  notice.hidden = true;
  try {
    const words = await send(form);
    const details = form.closest("details");
    details.open = false;
    details.querySelector("summary").textContent = words;
    details.querySelector("summary").focus();
    status.textContent = `${words}. Thank you.`;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    notice.textContent = error.message;
    notice.hidden = false;
  }
});
