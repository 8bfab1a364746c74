// What every page has: colours, shortcuts, their dialog.

const root = document.documentElement;
const themes = ["system", "light", "dark"];
const themeButton = document.getElementById("theme");
const dialog = document.getElementById("shortcuts");
const singleKeys = document.getElementById("single-keys");

function showTheme(theme) {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  themeButton.setAttribute("aria-label", `Colours: ${theme === "system" ? "as the system" : theme}`);
}

themeButton.addEventListener("click", () => {
  const theme = themes[(themes.indexOf(root.dataset.theme ?? "system") + 1) % themes.length];
  showTheme(theme);
  // The server reads it, so that the next page is painted in these colours at once.
  document.cookie = `theme=${theme}; path=${root.dataset.root}/; max-age=31536000; samesite=strict`;
});
showTheme(root.dataset.theme ?? "system");

// A browser may forbid storage: then the choice lasts as long as the page.
function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Nothing to do: see above.
  }
}

singleKeys.checked = remembered("single-keys") !== "off";
singleKeys.addEventListener("change", () => remember("single-keys", singleKeys.checked ? "on" : "off"));
document.getElementById("help").addEventListener("click", () => dialog.showModal());

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function act(key) {
  if (key === "?") return dialog.showModal();
  if (key === "/") return document.querySelector("#question, #search")?.focus();
  if (key === "j" || key === "k") return document.dispatchEvent(new CustomEvent("nextmark", { detail: key === "j" ? 1 : -1 }));
  return document.querySelector(`a[data-key="${CSS.escape(key)}"]`)?.click();
}

document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
  if (!plain || event.key.length !== 1 || !singleKeys.checked || dialog.open || isTyping(event.target)) return;
  if (!"?/jkncab".includes(event.key)) return;
  event.preventDefault();
  act(event.key);
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// Times are sent in UTC; where a script runs they are shown in the reader's zone.
export function showLocalTimes(part) {
  for (const time of part.querySelectorAll("time.local[datetime]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.valueOf())) time.textContent = moment.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  }
}

showLocalTimes(document);
document.querySelector("form.deletes")?.addEventListener("submit", (event) => {
  const count = event.submitter.name === "only" ? 1 : event.target.querySelectorAll(":checked").length;
  const words = count === 1 ? "Delete this conversation?" : `Delete these ${count} conversations?`;
  if (!count || !window.confirm(`${words} This cannot be undone.`)) event.preventDefault();
});
