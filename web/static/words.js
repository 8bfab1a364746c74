// The words of the question, lightly marked in the passages that were retrieved for it.

const WORD = /[\p{L}\p{N}]+/gu;

function plain(word) {
  return word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

// Words of three letters and fewer say little, numbers always do.
function counts(word) {
  return word.length > 3 || /\p{N}/u.test(word);
}

function marked(text, wanted) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(WORD)) {
    if (!wanted.has(plain(found[0]))) continue;
    const mark = document.createElement("mark");
    mark.textContent = found[0];
    parts.push(text.slice(at, found.index), mark);
    at = found.index + found[0].length;
  }
  return [...parts, text.slice(at)];
}

export function markWords(turn) {
  const wanted = new Set((turn.dataset.searched.match(WORD) ?? []).filter(counts).map(plain));
  for (const passage of turn.querySelectorAll(".passage p")) {
    if (!passage.querySelector("mark")) passage.replaceChildren(...marked(passage.textContent, wanted));
  }
}
