// The little the pages cannot do by themselves. Everything works from attributes; nothing is written inline.
"use strict";

(() => {
  const on = (event, selector, act) =>
    document.addEventListener(event, (e) => {
      const found = e.target.closest?.(selector);
      if (found) act(found, e);
    });

  // Dialogs of the step buttons.
  on("click", "[data-dialog]", (button) => document.getElementById(button.dataset.dialog).showModal());
  on("click", "[data-close]", (button) => button.closest("dialog").close());
  on("click", "dialog", (dialog, e) => {
    if (e.target === dialog) dialog.close(); // a click beside the form
  });

  on("click", "[data-print]", () => window.print());
  on("change", "[data-check-all]", (box) => {
    for (const other of box.form.elements) if (other.type === "checkbox") other.checked = box.checked;
  });
  on("change", "[data-autosubmit]", (control) => control.form.requestSubmit());

  // A filter form leaves its empty controls out of the address.
  on("submit", "form[data-view]", (form) => {
    const empty = [...form.elements].filter((control) => control.name && !control.value);
    empty.forEach((control) => (control.disabled = true));
    setTimeout(() => empty.forEach((control) => (control.disabled = false)));
  });

  on("submit", "form[data-confirm]", (form, e) => {
    if (!window.confirm(form.dataset.confirm)) e.preventDefault();
  });

  // One click, one request: the buttons of a posting form rest until the answer should be there.
  const REST = 8000;
  on("submit", "form[method=post]", (form, e) => {
    if (e.defaultPrevented) return;
    const buttons = [...form.querySelectorAll("button:not([disabled])")];
    setTimeout(() => buttons.forEach((button) => (button.disabled = true)));
    setTimeout(() => buttons.forEach((button) => (button.disabled = false)), REST);
  });

  // After a refusal the keyboard stands at what has to be mended.
  (document.querySelector("[aria-invalid=true]") ?? document.querySelector("[data-focus]"))?.focus();
})();
