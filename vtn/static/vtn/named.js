/* Names what select2 and Django's box of two lists leave without one, for people who have a page read to them. */

function giveNames() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const label = document.querySelector(`label[for="${select.id}"]`);
    const boxes = select.nextElementSibling?.querySelectorAll(".select2-selection, .select2-selection__rendered");
    for (const box of (label && boxes) || []) box.setAttribute("aria-label", label.textContent.replace("*", "").trim());
  }
  for (const icon of document.querySelectorAll(".selector .help-tooltip")) icon.setAttribute("role", "img");
}

// Once those who make them at the same event have done so.
window.addEventListener("load", () => setTimeout(giveNames));
