// The proofread page: both sides light each other, editors open in place. Without it every link and form still works.
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const page = $("[data-proof]");
  const panes = page && $(".proof-panes", page);
  const isNarrow = () => matchMedia("(max-width: 991.98px)").matches;

  // Upload: the chosen or dropped file is named; dropping is allowed on the whole form.
  const upload = $("[data-upload]");
  if (upload) {
    const input = $("input[type=file]", upload);
    const say = () => {
      $("[data-upload-name]", upload).textContent = input.files[0]?.name ?? "也可以把文件拖到这里";
      $("#upload-refused").replaceChildren();
    };
    const over = (on) => (e) => {
      e.preventDefault();
      upload.classList.toggle("is-over", on);
    };
    input.addEventListener("change", say);
    upload.addEventListener("dragover", over(true));
    upload.addEventListener("dragleave", over(false));
    upload.addEventListener("drop", (e) => {
      over(false)(e);
      if (!e.dataTransfer.files.length) return;
      input.files = e.dataTransfer.files;
      say();
    });
  }

  // The place to split a sentence: a click in it, or the number.
  const mark = (box) => {
    const text = box.dataset.text ?? (box.dataset.text = box.textContent);
    const at = Math.max(0, Math.min(text.length, Number(document.getElementById(box.dataset.split).value) || 0));
    const cut = document.createElement("i");
    cut.className = "split-cut";
    box.replaceChildren(text.slice(0, at), cut, text.slice(at));
  };
  const caret = (x, y) => {
    const found = document.caretPositionFromPoint?.(x, y);
    if (found) return [found.offsetNode, found.offset];
    const range = document.caretRangeFromPoint?.(x, y);
    return range ? [range.startContainer, range.startOffset] : [null, 0];
  };
  const watchSplits = (root) => all("[data-split]", root).forEach(mark);
  document.addEventListener("click", (e) => {
    const box = e.target.closest("[data-split]");
    if (!box) return;
    const [node, offset] = caret(e.clientX, e.clientY);
    if (node?.parentNode !== box) return;
    const before = node.previousSibling ? box.firstChild.length : 0;
    document.getElementById(box.dataset.split).value = (node === box.firstChild ? 0 : before) + offset;
    mark(box);
  });
  document.addEventListener("input", (e) => {
    const box = $(`[data-split="${e.target.id}"]`);
    if (box) mark(box);
  });
  watchSplits(document);

  if (!page) return;
  document.body.classList.add("is-proofreading"); // what is said after a correction floats over the page

  // Lighting. A key is on both sides; what was clicked stays lit until something else is, or Escape.
  const pane = (element) => element?.closest("[data-pane]");
  const bearers = (key) => (key ? all(`[data-key="${CSS.escape(key)}"]`, panes) : []);
  let pinned = null;
  const light = (key) => {
    all(".is-lit, .is-near", panes).forEach((lit) => lit.classList.remove("is-lit", "is-near"));
    for (const element of bearers(key)) {
      element.classList.add("is-lit");
      element.parentElement.closest("[data-key]")?.classList.add("is-near");
    }
  };
  // Scrolls only the side it is on; ``firm``: the page too, where the sides do not yet fill the window.
  const show = (element, firm = true) => {
    if (!element) return;
    const box = pane(element);
    if (isNarrow() || !box) {
      element.scrollIntoView({ block: "center" });
      return;
    }
    const below = box.getBoundingClientRect().bottom - innerHeight;
    if (firm && below > 0) scrollBy(0, below + 8);
    const inner = element.getBoundingClientRect();
    const outer = box.getBoundingClientRect();
    if (inner.top >= outer.top + 40 && inner.bottom <= Math.min(outer.bottom, innerHeight) - 8) return;
    const gap = Math.max(48, (Math.min(outer.height, innerHeight - outer.top) - inner.height) / 3);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    box.scrollBy({ top: inner.top - outer.top - gap, behavior: calm ? "auto" : "smooth" });
  };
  const across = (key, from) => bearers(key).find((element) => pane(element) !== pane(from));

  let resting;
  panes.addEventListener("pointerover", (e) => {
    if (e.pointerType !== "mouse") return;
    const found = e.target.closest("[data-key]");
    clearTimeout(resting);
    light(found?.dataset.key ?? pinned);
    if (found && !isNarrow()) resting = setTimeout(() => show(across(found.dataset.key, found), false), 220);
  });
  panes.addEventListener("pointerleave", () => {
    clearTimeout(resting);
    light(pinned);
  });
  panes.addEventListener("focusin", (e) => {
    const found = e.target.closest("[data-key]");
    if (!found || !e.target.matches(":focus-visible")) return;
    light((pinned = found.dataset.key));
    if (!isNarrow()) show(across(pinned, found));
  });
  panes.addEventListener("click", (e) => {
    const found = e.target.closest("[data-key]");
    if (!found || (e.target.closest("a, button, input, select, label, summary") && pane(found) !== $("#pane-text"))) return;
    light((pinned = found.dataset.key));
    const other = across(pinned, found);
    if (isNarrow() && pane(found) === $("#pane-text") && other) turn("cards");
    if (!isNarrow() || pane(found) === $("#pane-text")) show(other);
  });

  // The text by keyboard: arrow left and right step through what is lit in it, Enter leaps across.
  $("#pane-text").addEventListener("keydown", (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    const marks = all("[data-key][tabindex]", e.currentTarget);
    const here = marks.indexOf(document.activeElement);
    if (step && marks.length) {
      e.preventDefault();
      const next = marks[Math.max(0, Math.min(marks.length - 1, here + step))];
      next.focus({ preventScroll: true });
      light((pinned = next.dataset.key));
      show(next);
      show(across(pinned, next));
    } else if (e.key === "Enter" && here >= 0) {
      turn("cards");
      across(marks[here].dataset.key, marks[here])?.focus();
    }
  });

  // Narrow screens show one side at a time, each where it was left.
  const left = {};
  const turn = (name) => {
    if (panes.dataset.shown === name) return;
    left[panes.dataset.shown] = scrollY;
    panes.dataset.shown = name;
    all("[data-tab]", page).forEach((tab) => tab.setAttribute("aria-selected", tab.dataset.tab === name));
    if (isNarrow() && left[name] !== undefined) scrollTo(0, left[name]);
  };
  page.addEventListener("click", (e) => {
    const tab = e.target.closest("[data-tab]");
    if (tab) turn(tab.dataset.tab);
    const goto = e.target.closest("[data-goto]");
    const next = e.target.closest("[data-next]");
    if (goto) go(goto.dataset.goto, e, goto.matches("button"));
    if (next) {
      const flags = all(`[data-flag="${next.dataset.next}"]`);
      const following = flags[(flags.findIndex((flag) => flag.dataset.goto === pinned) + 1) % flags.length];
      if (following) go(following.dataset.goto, e, false);
    }
  });
  const go = (key, e, toText) => {
    const [text, card] = ["#pane-text", "#pane-cards"].map((side) => bearers(key).find((element) => pane(element) === $(side)));
    const target = toText ? text : (card ?? document.getElementById(key));
    if (!target) return;
    e.preventDefault();
    light((pinned = key));
    turn(toText ? "text" : "cards");
    show(target);
    if (!isNarrow()) show(toText ? card : text);
    if (!toText) target.focus({ preventScroll: true });
  };

  // Editors: one at a time, the keyboard goes in and comes back. One that asks for words takes those selected.
  let selected = "";
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    if (selection.anchorNode && $("#pane-text").contains(selection.anchorNode)) selected = String(selection).trim() || selected;
  });
  let opener = null;
  const close = () => all(".slot", page).forEach((slot) => slot.replaceChildren());
  page.addEventListener("click", (e) => {
    const link = e.target.closest("[data-opens]");
    if (link && !link.closest(".slot")) opener = link.id || link.dataset.opens;
    if (e.target.closest("[data-close-editor]")) {
      e.preventDefault();
      leave();
    }
  });
  page.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    if (e.target.closest(".slot")) leave();
    else light((pinned = null));
  });
  const leave = () => {
    close();
    comeBack();
  };
  const comeBack = () => {
    const target = opener && (document.getElementById(opener) ?? $(`[data-opens="${opener}"]`));
    if (target && (document.activeElement === document.body || !document.activeElement)) target.focus({ preventScroll: true });
  };
  page.addEventListener("htmx:beforeSwap", (e) => {
    if (e.detail.target.matches(".slot")) all(".slot", page).forEach((slot) => slot !== e.detail.target && slot.replaceChildren());
  });
  page.addEventListener("htmx:afterSwap", (e) => {
    if (!e.detail.target.matches(".slot")) return;
    watchSplits(e.detail.target);
    const words = $("[data-selected]", e.detail.target);
    if (words && !words.value) [words.value, selected] = [selected, ""];
    $("[aria-invalid=true], input:not([type=hidden]), select, textarea", e.detail.target)?.focus({ preventScroll: true });
    e.detail.target.scrollIntoView({ block: "nearest" });
  });

  // Every correction says which version of the document the page shows: the latest it has seen.
  document.addEventListener("htmx:configRequest", (e) => {
    const version = $("#version");
    if (version && e.detail.verb === "post") e.detail.parameters.version = version.value;
  });
  page.addEventListener("submit", (e) => {
    const field = $("input[name=version]", e.target);
    if (field) field.value = $("#version").value;
  });
  let fading;
  document.addEventListener("htmx:afterSettle", () => {
    light(pinned);
    if (!$(".slot form", page)) comeBack();
    clearTimeout(fading);
    fading = setTimeout(() => $("#notices .alert-success")?.remove(), 6000);
  });

  const place = document.getElementById(location.hash.slice(1));
  if (place && panes.contains(place)) {
    light((pinned = place.dataset.key ?? null));
    show(place);
  }
})();
