/* A file that is too large is not sent: its field says so as soon as it is chosen. The server looks again. */

document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("input[type=file][data-most-bytes]")) return;
  const most = Number(target.dataset.mostBytes);
  const told = [...target.files].some((file) => file.size > most) ? target.dataset.tooLarge : "";
  target.setCustomValidity(told);
  const row = target.closest(".form-row") ?? target.form;
  const place = row.querySelector(".vtn-told") ?? row.appendChild(document.createElement("p"));
  place.className = "vtn-told errorlist";
  place.setAttribute("role", "alert");
  place.textContent = told;
});
