// The preview of a citation: on hover, focus and tap; Escape closes it.

const DELAY = 150;

let shown = null;
let timer = 0;

function text(tag, className, content) {
  const node = document.createElement(tag);
  node.className = className;
  node.dir = "auto";
  node.textContent = content;
  return node;
}

function built(cited) {
  const node = document.createElement("div");
  node.className = "preview";
  node.id = "preview";
  node.role = "tooltip";
  const quote = document.createElement("blockquote");
  quote.dir = "auto";
  const { prefix, suffix } = cited.dataset;
  quote.append(prefix ? `…${prefix}` : "", text("mark", "", cited.querySelector("q").textContent), suffix ? `${suffix}…` : "");
  node.append(
    text("p", "title", cited.dataset.title),
    text("p", "place", [cited.dataset.by, cited.dataset.place].filter(Boolean).join(" · ")),
    quote,
  );
  return node;
}

function close() {
  clearTimeout(timer);
  shown?.node.remove();
  shown?.marker.removeAttribute("aria-describedby");
  shown = null;
}

function open(marker) {
  if (shown?.marker === marker) return;
  close();
  const node = built(marker.closest(".cited"));
  document.getElementById("main").append(node);
  const at = marker.getBoundingClientRect();
  const room = window.innerHeight - at.bottom;
  const top = room > node.offsetHeight + 12 || room > at.top ? at.bottom + 6 : at.top - node.offsetHeight - 6;
  const left = Math.min(Math.max(8, at.left - 40), document.documentElement.clientWidth - node.offsetWidth - 8);
  node.style.top = `${top + window.scrollY}px`;
  node.style.left = `${left + window.scrollX}px`;
  marker.setAttribute("aria-describedby", "preview");
  shown = { marker, node };
  // It stays while the pointer is on it.
  node.addEventListener("pointerenter", () => clearTimeout(timer));
  node.addEventListener("pointerleave", closeSoon);
}

function closeSoon() {
  clearTimeout(timer);
  timer = setTimeout(close, DELAY * 2);
}

export function watchCitations(log) {
  const markerOf = (event) => event.target.closest?.("a.marker");
  log.addEventListener("pointerover", (event) => {
    const marker = markerOf(event);
    if (!marker || event.pointerType === "touch") return;
    clearTimeout(timer);
    timer = setTimeout(() => open(marker), DELAY);
  });
  log.addEventListener("pointerout", (event) => {
    if (markerOf(event) && event.pointerType !== "touch") closeSoon();
  });
  log.addEventListener("focusin", (event) => {
    if (markerOf(event)?.matches(":focus-visible")) open(markerOf(event));
  });
  log.addEventListener("focusout", (event) => {
    if (markerOf(event)) closeSoon();
  });
  // A tap shows the preview, a second one follows the link.
  log.addEventListener("click", (event) => {
    const marker = markerOf(event);
    if (marker && event.pointerType === "touch" && shown?.marker !== marker) {
      event.preventDefault();
      event.stopImmediatePropagation();
      open(marker);
    }
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) {
      event.preventDefault();
      close();
    }
  }, true);
  window.addEventListener("resize", close);
  document.addEventListener("pointerdown", (event) => {
    if (shown && !shown.node.contains(event.target) && markerOf(event) !== shown.marker) close();
  });
}
