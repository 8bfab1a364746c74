// Copying an answer, one quotation or a link, as text and as HTML.

function quotation(cited) {
  const { title, by, place } = cited.dataset;
  const named = [title, by].filter(Boolean).join(", ");
  return { quote: cited.querySelector("q").textContent, title, rest: `${by ? `, ${by}` : ""} (${place})`, named: `${named} (${place})`, url: cited.querySelector("a.marker, a.kept-source").href };
}

function asText(question, words, cited) {
  const lines = cited.map((one) => `“${one.quote}”\n— ${one.named}`);
  return [question, words, ...lines].filter(Boolean).join("\n\n");
}

function element(tag, content) {
  const node = document.createElement(tag);
  node.textContent = content;
  return node;
}

function asHtml(question, words, cited) {
  const holder = document.createElement("div");
  if (question) holder.append(element("p", question));
  if (words) holder.append(element("p", words));
  for (const one of cited) {
    const quote = element("blockquote", `“${one.quote}”`);
    const source = element("p", "— ");
    const link = element("a", one.title);
    link.href = one.url;
    source.append(link, one.rest);
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

async function copy(button, status, text, html) {
  const done = await write(text, html);
  const label = button.textContent;
  button.textContent = status.textContent = done ? "Copied" : "The browser did not let this be copied";
  setTimeout(() => (button.textContent = label), 2000);
}

export function copyAnswer(button, status) {
  const turn = button.closest(".turn");
  const question = turn.querySelector(".question").textContent;
  const words = turn.querySelector(".refusal .words")?.textContent ?? "";
  const cited = [...turn.querySelectorAll(".cited")].map(quotation);
  return copy(button, status, asText(question, words, cited), asHtml(question, words, cited));
}

export function copyQuotation(button, status) {
  return copyAll(button, status, [button.closest(".cited")]);
}

// Quotations of a turn or of the list of kept ones.
export function copyAll(button, status, nodes) {
  const cited = nodes.map(quotation);
  return copy(button, status, asText("", "", cited), asHtml("", "", cited));
}

// The address of the turn, which anybody who can open this site can follow.
export function copyLink(button, status) {
  const link = document.createElement("a");
  link.href = `#${button.closest(".turn").id}`;
  link.textContent = link.href;
  return copy(button, status, link.href, link.outerHTML);
}
