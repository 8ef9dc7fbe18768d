// The review queue by keyboard, and lists with ticks. Without it every button and link still works.
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const REST = 500; // ms a fresh page is only looked at: a key pressed twice does not decide the next case unseen
  const openedAt = performance.now();

  const types = (element) => element.matches?.("input:not([type=radio], [type=checkbox]), textarea, select");

  document.addEventListener("keydown", (e) => {
    if (e.repeat || e.isComposing || e.ctrlKey || e.altKey || e.metaKey) return;
    const dialog = $("dialog[open]");
    if (dialog) return inDialog(dialog, e);
    if (types(e.target)) return;
    const pressed = e.key.length === 1 ? e.key.toLowerCase() : e.key;
    const found = all("[data-key]").find((one) => one.dataset.key.split(" ").includes(pressed));
    if (!found || found.disabled) return;
    if (found.matches("[data-decides]") && performance.now() - openedAt < REST) return;
    e.preventDefault();
    found.click();
  });

  // In the dialog of a return: a digit chooses the reason and leads to the words, Enter sends them.
  const inDialog = (dialog, e) => {
    const form = $("form[data-enter]", dialog);
    if (!form) return;
    if (e.key === "Enter" && !e.shiftKey && e.target.matches("textarea")) {
      e.preventDefault();
      form.requestSubmit();
      return;
    }
    const radio = !types(e.target) && $(`[data-digit="${CSS.escape(e.key)}"]`, form);
    if (!radio) return;
    e.preventDefault();
    radio.checked = true;
    $("textarea", form).focus();
  };

  $("dialog[data-open]")?.showModal();

  // Lists with ticks: all at once, all of a group, and how many there are.
  const boxes = () => all("tbody input[type=checkbox][name]");
  const count = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    all("[data-ticked]").forEach((place) => (place.textContent = ticked));
    all("[data-needs-tick]").forEach((button) => (button.disabled = !ticked));
    all("[data-tick-all]").forEach((one) => (one.checked = ticked > 0 && ticked === boxes().length));
    all("[data-tick-group]").forEach((one) => {
      const group = boxes().filter((box) => box.dataset.group === one.dataset.tickGroup);
      one.checked = group.length > 0 && group.every((box) => box.checked);
    });
  };
  document.addEventListener("change", (e) => {
    const { tickGroup } = e.target.dataset;
    const is = (box) => tickGroup === undefined || box.dataset.group === tickGroup;
    if (e.target.matches("[data-tick-all], [data-tick-group]")) {
      boxes().filter(is).forEach((box) => (box.checked = e.target.checked));
    }
    if (e.target.matches("input[type=checkbox]")) count();
  });
  if ($("[data-ticked]")) count();
})();
