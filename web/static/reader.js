// Reading an article: the focus goes to the mark, from mark to mark, and boilerplate folds away.

const marks = [...document.querySelectorAll("mark[id]")];
const links = [...document.querySelectorAll(".marks a")];
const boilerplate = [...document.querySelectorAll("details.boilerplate")];
const fold = document.getElementById("boilerplate");
let current = Math.max(0, marks.findIndex((mark) => mark.id === "mark"));

function show(at, behavior) {
  current = (at + marks.length) % marks.length;
  const mark = marks[current];
  marks.forEach((one) => one.classList.toggle("current", one === mark));
  links.forEach((link, number) => (number === current ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
  mark.scrollIntoView({ block: "center", behavior });
  mark.focus({ preventScroll: true });
}

if (marks.length) {
  const wanted = marks.findIndex((mark) => `#${mark.id}` === location.hash);
  show(wanted < 0 ? current : wanted, "instant");
  links.forEach((link, number) => link.addEventListener("click", (event) => {
    event.preventDefault();
    show(number, "auto");
  }));
  document.addEventListener("nextmark", (event) => show(current + event.detail, "auto"));
}

fold.hidden = boilerplate.length === 0;
fold.addEventListener("click", () => {
  const hide = fold.getAttribute("aria-pressed") !== "true";
  fold.setAttribute("aria-pressed", String(hide));
  boilerplate.forEach((one) => (one.open = !hide));
});
