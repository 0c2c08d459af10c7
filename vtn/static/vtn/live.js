// Keeps the panels of the overview up to date for as long as somebody looks at them.

const EVERY = 5_000;
// The browser's zone, which need not be that of the page.
const ZONE_NAMED = { hour: "numeric", minute: "2-digit", second: "2-digit", timeZoneName: "short" };
const panels = document.getElementById("vtn-overview");
const status = document.getElementById("vtn-live");
let timer = null;
let answeredAt = new Date();

const say = (words, at) => {
  const text = words.replace("%s", at.toLocaleTimeString(document.documentElement.lang, ZONE_NAMED));
  if (status.textContent !== text) status.textContent = text;
};

// What is open stays open, and whoever stands on a link stays on it.
const put = (html) => {
  const open = [...panels.querySelectorAll("details[open]")].map((each) => each.id);
  const link = panels.contains(document.activeElement) ? document.activeElement.closest("a, [tabindex], summary") : null;
  const links = (root) => [...root.querySelectorAll("a, [tabindex], summary")];
  const place = link ? links(panels).indexOf(link) : -1;
  panels.innerHTML = html;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (place >= 0) links(panels)[place]?.focus({ preventScroll: true });
};

const look = async () => {
  try {
    const answer = await fetch(panels.dataset.from, { credentials: "same-origin", redirect: "error" });
    if (answer.status === 204) {
      say(status.dataset.out, answeredAt);
      return;
    }
    if (!answer.ok) throw new Error(answer.statusText);
    const html = await answer.text();
    const shown = document.createElement("template");
    shown.innerHTML = html;
    const isNew = shown.content.textContent.trim() !== panels.textContent.trim();
    answeredAt = new Date();
    if (isNew) {
      put(html);
      say(status.dataset.fresh, answeredAt);
    }
  } catch {
    say(status.dataset.lost, answeredAt);
  }
  later();
};

const later = () => {
  clearTimeout(timer);
  timer = document.hidden ? null : setTimeout(look, EVERY);
};

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden) look();
});
later();
