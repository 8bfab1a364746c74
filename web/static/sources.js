// The pane beside a conversation: articles that are searched and chosen, past conversations, suggested questions.

const { root, collection } = document.documentElement.dataset;
const form = document.getElementById("ask");
const sources = document.getElementById("source-list");
const search = document.getElementById("source-search");
const past = document.getElementById("past");
const chosenWords = form.querySelector("[data-f='chosen']");
const underWay = {};

function chosenIds() {
  return [...document.querySelectorAll("#source-list :checked")].map((one) => ["articles", one.value]);
}

// Puts what the server sends into the part of the page, unless something newer was asked for meanwhile.
async function refresh(part, path, query) {
  underWay[path]?.abort();
  underWay[path] = new AbortController();
  try {
    const named = collection ? [["collection", collection], ...query] : query;
    const response = await fetch(`${root}${path}?${new URLSearchParams(named)}`, { signal: underWay[path].signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (response.ok) part.replaceChildren(...page.body.childNodes);
  } catch (error) {
    if (error.name === "AbortError") return;
    const notice = form.querySelector(".notice");
    Object.assign(notice, { hidden: false, textContent: "The server does not answer. The lists show what was found before." });
  }
}

// The chosen articles stay in the list, whatever is searched for.
function refreshArticles() {
  return refresh(sources, "/sources", [["search", search.value], ...chosenIds()]);
}

// The server sends those that it has computed within a second: the others come a little later.
async function awaitSuggestions(part, tries) {
  if (!tries || part.childElementCount || !part.isConnected) return;
  await new Promise((resolve) => setTimeout(resolve, 700));
  await refresh(part, "/suggestions", chosenIds());
  awaitSuggestions(part, tries - 1);
}

const suggested = document.getElementById("suggested");
if (suggested) awaitSuggestions(suggested, 5);

sources?.addEventListener("change", () => {
  const chosen = chosenIds();
  chosenWords.hidden = chosen.length === 0;
  chosenWords.textContent = `Only in ${chosen.length} article${chosen.length === 1 ? "" : "s"}`;
  if (chosen.length) form.querySelector(".scope").open = true;
  if (suggested) refresh(suggested, "/suggestions", chosen);
});
search?.addEventListener("input", refreshArticles);
if (sources) document.addEventListener("articleschanged", refreshArticles);
document.addEventListener("answered", () => {
  if (past) refresh(past, "/past", [["conversation", form.elements.conversation.value]]);
});
