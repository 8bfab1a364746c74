// Copying an answer with its sources, as text and as HTML.

function quotations(turn) {
  return [...turn.querySelectorAll(".cited")].map((cited) => ({
    quote: cited.querySelector("q").textContent,
    title: cited.querySelector(".source .title").textContent,
    place: cited.querySelector(".source .place").textContent,
    url: cited.querySelector("a.marker").href,
  }));
}

function asText(question, words, cited) {
  const lines = cited.map((one) => `“${one.quote}”\n— ${one.title} (${one.place})`);
  return [question, words, ...lines].filter(Boolean).join("\n\n");
}

function element(tag, content) {
  const node = document.createElement(tag);
  node.textContent = content;
  return node;
}

function asHtml(question, words, cited) {
  const holder = document.createElement("div");
  holder.append(element("p", question));
  if (words) holder.append(element("p", words));
  for (const one of cited) {
    const quote = element("blockquote", `“${one.quote}”`);
    const source = element("p", "— ");
    const link = element("a", one.title);
    link.href = one.url;
    source.append(link, ` (${one.place})`);
    holder.append(quote, source);
  }
  return holder.innerHTML;
}

// Browsers without the clipboard API let a page fill what an ordinary copy takes.
function copyByEvent(text, html) {
  const fill = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.clipboardData.setData("text/html", html);
    event.preventDefault();
  };
  document.addEventListener("copy", fill, { once: true });
  const done = document.execCommand("copy");
  document.removeEventListener("copy", fill);
  return done;
}

async function write(text, html) {
  try {
    const blob = (content, type) => new Blob([content], { type });
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob(text, "text/plain"), "text/html": blob(html, "text/html") })]);
    return true;
  } catch {
    return copyByEvent(text, html);
  }
}

export async function copyAnswer(button, status) {
  const turn = button.closest(".turn");
  const question = turn.querySelector(".question").textContent;
  const words = turn.querySelector(".refusal .words")?.textContent ?? "";
  const cited = quotations(turn);
  const done = await write(asText(question, words, cited), asHtml(question, words, cited));
  const label = button.textContent;
  button.textContent = status.textContent = done ? "Copied" : "The browser did not let this be copied";
  setTimeout(() => (button.textContent = label), 2000);
}
