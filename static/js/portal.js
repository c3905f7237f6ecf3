// Progressive enhancement only: every page works without this file.
// Behaviour hangs on data attributes, so markup swapped in by htmx is served too.
"use strict";
(() => {
  const DAY = 24 * 60 * 60 * 1000;
  const DRAFT = "draft:";
  const KEPT = "kept:";

  // Storage may be full or forbidden (private mode): then nothing is kept, nothing breaks.
  const read = (store, key) => {
    try { return JSON.parse(store.getItem(key)); } catch { return null; }
  };
  const write = (store, key, value) => {
    try { store.setItem(key, JSON.stringify(value)); } catch { /* see above */ }
  };
  const forget = (store, key) => {
    try { store.removeItem(key); } catch { /* see above */ }
  };

  // ---- what the reader typed, by field name; never files, tokens or passwords ----
  const typed = (form) => {
    const values = {};
    for (const control of form.elements) {
      if (!control.name || ["file", "hidden", "password", "submit"].includes(control.type)) continue;
      if (["checkbox", "radio"].includes(control.type)) {
        if (control.checked) (values[control.name] ??= []).push(control.value);
      } else {
        (values[control.name] ??= []).push(control.value);
      }
    }
    return values;
  };
  const fill = (form, values) => {
    for (const control of form.elements) {
      const kept = values[control.name];
      if (!control.name || ["file", "hidden", "password", "submit"].includes(control.type)) continue;
      if (["checkbox", "radio"].includes(control.type)) {
        control.checked = (kept ?? []).includes(control.value);
      } else if (kept?.length) {
        control.value = kept.shift();
      }
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  // ---- draft: <form data-draft="report">, with a box <input data-draft-consent> ----
  // Only after "this is my own phone"; 24 hours; erased by the page that confirms the sending.
  const drafts = () => {
    for (const form of document.querySelectorAll("form[data-draft]")) {
      const key = DRAFT + form.dataset.draft;
      const consent = form.querySelector("[data-draft-consent]");
      const draft = read(localStorage, key);
      if (draft && Date.now() - draft.at > DAY) {
        forget(localStorage, key);
      } else if (draft && !form.querySelector("[aria-invalid]")) {
        fill(form, draft.values);
      }
      if (!consent) continue;
      consent.closest("[hidden]")?.removeAttribute("hidden");
      form.addEventListener("input", () => {
        if (consent.checked) write(localStorage, key, { at: Date.now(), values: typed(form) });
        else forget(localStorage, key);
      });
    }
    const sent = document.querySelector("[data-draft-sent]");
    if (sent) forget(localStorage, DRAFT + sent.dataset.draftSent);
  };

  // ---- a switch of language or size in mid-form must not lose what was typed ----
  const keepWhileSwitching = () => {
    const key = KEPT + location.pathname;
    const kept = read(sessionStorage, key);
    forget(sessionStorage, key);
    const target = document.querySelector("main form[method=post]:not([data-keeps])");
    if (kept && target) fill(target, kept);
    for (const form of document.querySelectorAll("form[data-keeps]")) {
      form.addEventListener("submit", () => {
        if (target) write(sessionStorage, key, typed(target));
      });
    }
  };

  // ---- 46 / 2000 under a text ----
  const count = (place) => {
    const text = document.getElementById(place.dataset.count);
    if (!text) return;
    const length = [...text.value].length;
    place.hidden = false;
    place.textContent = `${length} / ${place.dataset.max}`;
    place.classList.toggle("over", length > Number(place.dataset.max));
  };

  // ---- names and sizes of the chosen files ----
  const listFiles = (place) => {
    const input = document.getElementById(place.dataset.files);
    place.replaceChildren(...[...(input?.files ?? [])].map((file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name} · ${(file.size / 1048576).toFixed(1)} MB`;
      return line;
    }));
  };

  document.addEventListener("input", (event) => {
    for (const place of document.querySelectorAll("[data-count]")) {
      if (place.dataset.count === event.target.id) count(place);
    }
    for (const place of document.querySelectorAll("[data-files]")) {
      if (place.dataset.files === event.target.id) listFiles(place);
    }
  });

  // ---- files that are too much together: minutes of sending for nothing, so they stay here ----
  const holdsBack = (form) => {
    for (const note of form.querySelectorAll("[data-too-heavy]")) {
      const input = document.getElementById(note.dataset.tooHeavy);
      const bytes = [...(input?.files ?? [])].reduce((sum, file) => sum + file.size, 0);
      note.hidden = bytes <= Number(input?.dataset.mostBytes);
      if (!note.hidden) {
        note.focus();
        return true;
      }
    }
    return false;
  };

  // ---- one sending only, and a sign that it runs; a page from the back cache starts fresh ----
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent || holdsBack(form)) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  const settle = (root) => {
    for (const form of root.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const busy of root.querySelectorAll("form [aria-busy]")) busy.removeAttribute("aria-busy");
  };
  window.addEventListener("pageshow", (event) => { if (event.persisted) settle(document); });
  document.addEventListener("htmx:afterRequest", () => settle(document));

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens);
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog")?.close();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    // Quick exit: nothing of this visit stays on the device, and "back" does not return here.
    const exit = event.target.closest("[data-quick-exit]");
    if (exit) {
      event.preventDefault();
      for (const store of [localStorage, sessionStorage]) {
        for (const key of Object.keys(store)) {
          if (key.startsWith(DRAFT) || key.startsWith(KEPT)) forget(store, key);
        }
      }
      location.replace(exit.href);
    }
  });

  // ---- single keys, each the shortcut of a visible control with data-key ----
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea, dialog, [contenteditable]")) return;
    const control = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (control && !control.disabled) {
      event.preventDefault();
      // A stray key may lead somewhere but must not change a request: a move is only focused.
      if (control.form) control.focus();
      else control.click();
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    drafts();
    keepWhileSwitching();
    document.querySelectorAll("[data-count]").forEach(count);
    document.querySelector("[data-focus]")?.focus();
  });
})();
