/* Keeps what is typed on this device, encrypted (AES-GCM) under a key of this session; wiped at sign-out. */
"use strict";
(() => {
  const form = document.querySelector("form[data-keep-draft]");
  if (!form || !window.crypto || !window.crypto.subtle) return;
  const place = `draft:${form.dataset.keepDraft}`;
  const secret = form.dataset.draftSecret;
  if (sessionStorage.getItem("draft-secret") !== secret) {
    for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key);
    sessionStorage.setItem("draft-secret", secret);
  }
  const bytes = (text) => new TextEncoder().encode(text);
  const coded = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const decoded = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const key = window.crypto.subtle.importKey("raw", bytes(secret), "HKDF", false, ["deriveKey"]).then((root) =>
    window.crypto.subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt: bytes("concerted drafts"), info: bytes(place) },
      root, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]));
  const hidden = new Set(["csrfmiddlewaretoken", "row_version"]);
  const typed = () => [...new FormData(form)].filter(([name, value]) => !hidden.has(name) && typeof value === "string");
  const before = JSON.stringify(typed());

  const keep = async () => {
    const now = JSON.stringify(typed());
    if (now === before) return;
    const nonce = window.crypto.getRandomValues(new Uint8Array(12));
    const sealed = await window.crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, await key, bytes(now));
    if (!sent) localStorage.setItem(place, `${coded(nonce)}.${coded(sealed)}`);
    form.dataset.draftKept = "yes";
  };
  const restore = async () => {
    const kept = localStorage.getItem(place);
    if (!kept) return;
    try {
      const [nonce, sealed] = kept.split(".").map(decoded);
      const plain = await window.crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, await key, sealed);
      const values = new Map();
      for (const [name, value] of JSON.parse(new TextDecoder().decode(plain))) {
        values.set(name, [...(values.get(name) || []), value]);
      }
      for (const control of form.elements) {
        if (!control.name || hidden.has(control.name) || control.type === "hidden" || control.tagName === "BUTTON") continue;
        const found = values.get(control.name) || [];
        if (control.type === "checkbox" || control.type === "radio") control.checked = found.includes(control.value);
        else if (found.length) control.value = found[0];
      }
      const note = document.createElement("p");
      note.className = "govuk-inset-text";
      note.setAttribute("role", "status");
      note.textContent = form.dataset.draftRestored;
      form.prepend(note);
    } catch {
      localStorage.removeItem(place);
    }
  };
  let sent = false;
  let waiting = 0;
  form.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(keep, 400);
  });
  form.addEventListener("submit", () => {
    sent = true;
    window.clearTimeout(waiting);
    localStorage.removeItem(place);
  });
  if (!form.querySelector(".govuk-error-message")) restore();
})();
