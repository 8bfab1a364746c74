// Files that are dropped on any page, or chosen or pasted on that for adding: sent in parts, with progress and results.

const { root, collection } = document.documentElement.dataset;
const named = collection ? `?collection=${encodeURIComponent(collection)}` : "";
const form = document.getElementById("add");
const panel = document.getElementById("adding-panel");
const chooser = document.getElementById("file");
const status = document.getElementById("adding");
const list = document.getElementById("added");
const MOST_AT_ONCE = 1000;
const MOST_IN_PART = 100;
const PART_BYTES = 60 * 1024 * 1024;
const STAGES = { check: "Checking", read: "Reading files", parse: "Reading articles", encode: "Indexing", index: "Indexing words" };
let busy = false;

function say(words) {
  if (panel) panel.hidden = false;
  status.textContent = words;
}

// Every file of a dropped folder, up to one more than are taken.
async function filesOf(entry, found) {
  if (found.length > MOST_AT_ONCE) return;
  if (entry.isFile) return found.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
  const reader = entry.createReader();
  for (;;) {
    const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!part.length) return;
    for (const one of part) if (!one.name.startsWith(".")) await filesOf(one, found);
  }
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  const found = [];
  for (const entry of entries) await filesOf(entry, found);
  return found;
}

function parts(files) {
  const found = [[]];
  let bytes = 0;
  for (const file of files) {
    const full = found.at(-1).length >= MOST_IN_PART || bytes + file.size > PART_BYTES;
    if (full && found.at(-1).length) {
      found.push([]);
      bytes = 0;
    }
    found.at(-1).push(file);
    bytes += file.size;
  }
  return found;
}

function show(one) {
  const item = document.createElement("li");
  const box = document.createElement("div");
  const name = document.createElement("strong");
  const words = document.createElement("p");
  name.textContent = one.name;
  name.dir = "auto";
  if (one.status === "refused") words.textContent = `Not added. ${one.reason}`;
  else {
    const link = document.createElement("a");
    link.href = `${root}/articles/${one.article_id.split("/").map(encodeURIComponent).join("/")}${named}`;
    link.textContent = one.status === "added" ? "Added" : "Already there";
    words.append(link);
  }
  item.className = one.status;
  if (one.status === "added") document.dispatchEvent(new CustomEvent("articleschanged"));
  box.append(name, words);
  item.append(box);
  list.append(item);
}

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

async function send(files) {
  const body = new FormData();
  for (const file of files) body.append("file", file, file.name);
  for (;;) {
    const response = await fetch(`${root}/v1/articles${named}`, { method: "POST", body });
    if (response.status === 503 && response.headers.has("Retry-After")) {
      await pause(Number(response.headers.get("Retry-After")));
      continue;
    }
    const content = await response.json();
    if (!response.ok) throw new Error(content.detail);
    return content.files;
  }
}

async function follow(done, total) {
  while (busy) {
    await pause(0.7);
    const now = await fetch(`${root}/v1/index/progress${named}`).then((one) => one.json()).catch(() => ({}));
    if (busy && now.stage) say(`${STAGES[now.stage] ?? "Working"}: ${now.done} of ${now.total} (files ${done + 1}–${total})`);
  }
}

async function addAll(files) {
  if (busy || !files.length) return;
  if (files.length > MOST_AT_ONCE) {
    say(`More than ${MOST_AT_ONCE.toLocaleString("en")} files are too many for a page. Copy them into the folder of articles and run qa index.`);
    return;
  }
  let done = 0;
  for (const part of parts(files)) {
    busy = true;
    say(`Sending files ${done + 1}–${done + part.length} of ${files.length}`);
    follow(done, done + part.length);
    try {
      for (const one of await send(part)) show(one);
    } catch (error) {
      say(`${error.message || "The site does not answer."} ${files.length - done} files were not added.`);
      return;
    } finally {
      busy = false;
    }
    done += part.length;
  }
  say(`${files.length} file${files.length === 1 ? "" : "s"} done.`);
}

document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
});
document.addEventListener("drop", async (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  document.body.classList.remove("dropping");
  addAll(await dropped(event.dataTransfer));
});
panel?.querySelector(".close").addEventListener("click", () => (panel.hidden = true));
document.addEventListener("paste", (event) => {
  if (!form) return;
  const files = [...event.clipboardData.files];
  if (!files.length) return;
  event.preventDefault();
  addAll(files);
});
form?.addEventListener("submit", (event) => {
  if (document.getElementById("text").value.trim() || !chooser.files.length) return;
  event.preventDefault();
  addAll([...chooser.files]).then(() => (chooser.value = ""));
});
