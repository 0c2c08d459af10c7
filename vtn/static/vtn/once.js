// A form is sent once, however often its button is pressed. What must not happen twice, the server looks after itself.

for (const form of document.querySelectorAll("form[data-once]")) sendOnce(form);

export function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  // Whoever comes back by the browser's own way may send it again.
  window.addEventListener("pageshow", () => delete form.dataset.sent);
}
